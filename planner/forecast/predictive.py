"""The predictive distribution of a panel of levels: what each unit's next years may be.

One function, which everything about odds rests on and which is evaluated on real panels in
``tests/bench/calibration.py``, by coverage and by the continuous ranked probability score [1]_.
Units are pooled as in multilevel models [2]_; how far is drawn along with all else, not estimated.

References
----------
.. [1] T. Gneiting and A. E. Raftery, Strictly proper scoring rules, prediction, and estimation,
   Journal of the American Statistical Association 102(477), 359-378, 2007.
.. [2] A. Gelman and J. Hill, Data Analysis Using Regression and Multilevel/Hierarchical Models,
   Cambridge University Press, 2007.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.core.findings import Finding, InputError, Obligation
from planner.forecast.assumptions import Assumptions, shipped
from planner.forecast.growth import Panel, root
from planner.forecast.weighing import states

DIMENSIONS = 2
NUMBERS = "iufO"  # kinds of arrays that may hold levels
LARGEST = 700.0  # of a logarithm whose exponential is still a number


def predictive(
    history: ArrayLike,
    peers: ArrayLike | None = None,
    horizon: int = 3,
    draws: int = 10_000,
    seed: int = 7,
    assumptions: Assumptions | None = None,
) -> NDArray[np.float64]:
    """Draw the levels of the years to come for every unit of a panel.

    Units inform each other: each is pulled towards what all show (partial pooling), and a good
    or bad year hits all of them in the same draw. The method and what it assumes are in
    :mod:`planner.forecast.growth`.

    Parameters
    ----------
    history
        Array (units, years) of positive levels, NaN where missing; one year may do.
    peers
        Array (units, years) of other units in the same years, the last column being the same
        year as that of `history`. They inform and are not forecast.
    horizon
        Number of years ahead of the last column.
    draws
        Number of simulated paths.
    seed
        The same seed gives the same draws.
    assumptions
        Instead of those shipped.

    Returns
    -------
    numpy.ndarray
        Shape (units, horizon, draws), levels in the unit of `history`; NaN for a unit of which
        no level is known.

    Raises
    ------
    InputError
        When an array has another shape, a level is not positive, or a number is below one.

    Examples
    --------
    >>> levels = [[100.0, 108.0, 118.0], [40.0, 44.0, float("nan")]]
    >>> paths = predictive(levels, draws=2000)
    >>> paths.shape
    (2, 3, 2000)
    >>> import numpy as np
    >>> low, high = np.quantile(paths[0, -1], [0.1, 0.9])
    >>> bool(118 < low < 150 < high < 180)
    True
    """
    given = assumptions or shipped()
    own = _panel(history, "history")
    others = np.empty((0, own.shape[1])) if peers is None else _panel(peers, "peers")
    for name, value, least in (("horizon", horizon, 1), ("draws", draws, 1), ("seed", seed, 0)):
        if not _is_count(value, least):
            raise _refused(name, repr(value), f">= {least}")
    if others.shape[1] != own.shape[1]:
        raise _refused("peers", str(others.shape), f"(…, {own.shape[1]})")
    panel = Panel(np.concatenate([own, others]), int(horizon), given)
    return _draw(panel, len(own), int(draws), np.random.Generator(np.random.SFC64(int(seed))))


def _draw(panel: Panel, units: int, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw levels of the first units: worlds first, then the luck of the years in each."""
    worlds = min(panel.assumptions.worlds, draws)
    each = -(-draws // worlds)
    known = states(panel, rng)
    picked = known.pick(worlds, rng)
    points = known.points[picked]
    luck = rng.standard_normal((worlds, each, panel.span))
    shared = known.shared[picked][:, None, :]
    shared = shared + luck @ np.swapaxes(root(known.spread[picked]), 1, 2)
    levels = np.full((units, panel.horizon, worlds * each), np.nan)
    for number, group in enumerate(panel.groups):
        here = np.flatnonzero(group.units < units)
        chosen = group.units[here]
        if not len(chosen):
            continue
        gain, left = panel.conditional(number, points)
        roots = np.swapaxes(root(left), 1, 2)
        restless = known.restless[np.ix_(picked, chosen)]
        expected = shared @ (group.ahead - gain @ group.seen).swapaxes(1, 2)
        for column, (unit, steps) in enumerate(zip(chosen, group.steps[here], strict=True)):
            own = rng.standard_normal((worlds, each, panel.horizon)) @ roots
            growth = expected + (gain @ steps)[:, None, :] + restless[:, column, None, None] * own
            paths = np.exp(np.clip(panel.logs[unit, group.last] + growth, -LARGEST, LARGEST))
            # Neighbouring draws are of different worlds, so that any part of them is a fair sample.
            levels[unit] = paths.transpose(2, 1, 0).reshape(panel.horizon, -1)
    return levels[..., :draws]


def _panel(given: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        array = np.array(given)
        hidden = np.ma.getmaskarray(given) if np.ma.isMaskedArray(given) else None
        if array.dtype.kind not in NUMBERS or (
            array.dtype.kind == "O" and any(map(_is_no_level, array.flat))
        ):
            raise _refused(name, str(array.dtype), "(units, years)")
        panel = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _refused(name, type(given).__name__, "(units, years)") from None
    if hidden is not None:
        panel[hidden] = np.nan
    if panel.ndim != DIMENSIONS or not panel.shape[1]:
        raise _refused(name, str(panel.shape), "(units, years)")
    wrong = ~(np.isnan(panel) | ((panel > 0) & np.isfinite(panel)))
    if wrong.any():
        unit, year = np.argwhere(wrong)[0]
        raise _refused(f"{name}[{unit}, {year}]", str(panel[unit, year]), "> 0")
    return panel


def _is_no_level(value: object) -> bool:
    return isinstance(value, str | bytes | bool | np.bool_)


def _is_count(value: object, least: int) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and bool(value >= least)  # type: ignore[operator]


def _refused(name: str, found: str, expected: str) -> InputError:
    facts = {"name": name}
    return InputError(
        [Finding("panel_wrong", Obligation.MUST_FIX, found=found, expected=expected, facts=facts)]
    )
