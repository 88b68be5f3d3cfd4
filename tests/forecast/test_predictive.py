"""The predictive distribution beside an independent reference, and what may be given to it.

The reference knows nothing of shared increments and their precision: it writes every logarithmic
level as a sum of independent sources, with the words of :mod:`planner.forecast.growth`, and
conditions the joint normal of all units and years at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import make_baseline
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from limits import spending
from pydantic import ValidationError

import planner as pl
from planner.core import resources
from planner.core.findings import InputError
from planner.core.schema import parse, validate
from planner.forecast import assumptions as assumed
from planner.forecast import growth
from planner.forecast.assumptions import Assumptions
from planner.forecast.backtest import _folds, crps, method
from planner.forecast.growth import Panel, Weights, Worlds
from planner.forecast.predictive import predictive
from planner.forecast.weighing import picked
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, shipped
from planner.model.reference import Reference

NAN = math.nan


# -- what is assumed -------------------------------------------------------------------------

ONE_POINT: dict[str, Any] = {
    "growth": {"mean": 0.03, "spreads": [0.05]},
    "scale": {"lowest": 0.1, "ratio": 2, "count": 1, "median": 0.08, "spread": 0.9},
    "restlessness": [1],
    "lasting": [0.2],
    "passing": [0.3],
    "common": [0.5],
    "persistence": {"unit": 0.8, "common": 0.5, "share": 0.6},
    "correlation": 0.3,
    "worlds": 16,
    "paths": 100,
}
FEW_POINTS: dict[str, Any] = {
    **ONE_POINT,
    "growth": {"mean": 0.03, "spreads": [0.02, 0.12]},
    "scale": {"lowest": 0.03, "ratio": 2.5, "count": 3, "median": 0.08, "spread": 0.9},
    "lasting": [0, 0.5],
    "passing": [0, 0.6],
    "common": [0.15, 0.85, 2.4],
    "worlds": 64,
}
THREE_KINDS = {"restlessness": [0.4, 1.1, 3.0]}


def edited(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = deepcopy(data)
    for key, value in changes.items():
        found[key] = found[key] | value if isinstance(value, dict) else value
    return found


def assume(data: dict[str, Any] = ONE_POINT, **changes: Any) -> Assumptions:
    return Assumptions.model_validate(edited(data, **changes))


def thinned() -> Assumptions:
    """Return what ships, with every fourth candidate for the scale and one for the spread."""
    given_ = assumed.shipped()
    scale = given_.scale.model_copy(update={"count": 6, "ratio": given_.scale.ratio**4})
    growth = given_.growth.model_copy(update={"spreads": (0.05,)})
    return given_.model_copy(update={"scale": scale, "growth": growth, "worlds": 2000})


# -- the reference ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """One combination of what nobody knows."""

    lasting: float
    passing: float
    scale: float
    common: float
    spread: float
    log_prior: float = 0.0


def points(given_: Assumptions) -> Iterator[Point]:
    """Yield all combinations, in the order of the nested lists."""
    scale = given_.scale
    for lasting, passing in product(given_.lasting, given_.passing):
        if lasting + passing > 1:
            continue
        for number, common, spread in product(
            range(scale.count), given_.common, given_.growth.spreads
        ):
            size = scale.lowest * scale.ratio**number
            unusual = math.log(size / scale.median) / scale.spread
            yield Point(lasting, passing, size, common, spread, -(unusual**2) / 2)


def lingering(keep: float, count: int) -> np.ndarray:
    """Return how independent shocks make up a stationary process that keeps some of itself."""
    rows = np.eye(count)
    for year in range(1, count):
        rows[year] *= math.sqrt(1 - keep**2)
        rows[year] += keep * rows[year - 1]
    return rows


def sources_of(point: Point, restless: Sequence[float], span: int, given_: Assumptions) -> Any:
    """Return the levels (units, years, sources) that independent standard normals add up to."""
    keeps = given_.persistence
    size = point.common * point.scale
    shared = [
        np.full((span, 1), point.spread),
        size * math.sqrt(keeps.share) * lingering(keeps.common, span),
        size * math.sqrt(1 - keeps.share) * np.eye(span),
    ]
    common = np.hstack(shared).cumsum(0)
    steady = 1 - point.lasting - point.passing
    staying = [
        math.sqrt(point.lasting) * lingering(keeps.unit, span),
        math.sqrt(max(steady, 0)) * np.eye(span),
    ]
    start = np.zeros((1, 2 * span))
    kept = np.vstack([start, np.hstack(staying).cumsum(0)])
    # A good year shows in its level and is gone the year after.
    gone = math.sqrt(point.passing / 2) * np.eye(span + 1)
    own = point.scale * np.hstack([kept, gone])
    units, width = len(restless), common.shape[1]
    levels = np.zeros((units, span + 1, width + units * own.shape[1]))
    levels[:, 1:, :width] = common
    for unit, by in enumerate(restless):
        first = width + unit * own.shape[1]
        levels[unit, :, first : first + own.shape[1]] = by * own
    return levels


@dataclass(frozen=True)
class Normal:
    """Growth of all units and years ahead, units first, and how likely the panel was."""

    mean: np.ndarray
    covariance: np.ndarray
    log: float


def conditioned(
    logs: np.ndarray, horizon: int, point: Point, restless: Sequence[float], given_: Assumptions
) -> Normal:
    units, years = logs.shape
    levels = sources_of(point, restless, years - 1 + horizon, given_)
    seen, steps, apart, ahead, far = [], [], [], [], []
    for unit in range(units):
        known = np.flatnonzero(~np.isnan(logs[unit]))
        for start, end in pairwise(known.tolist()):
            seen.append(levels[unit, end] - levels[unit, start])
            steps.append(logs[unit, end] - logs[unit, start])
            apart.append(end - start)
        for year in range(years, years + horizon):
            last = known[-1]
            ahead.append(levels[unit, year] - levels[unit, last])
            far.append(year - last)
    mean, future = given_.growth.mean, np.array(ahead)
    expected = mean * np.array(far)
    if not seen:
        return Normal(expected, future @ future.T, 0.0)
    past = np.array(seen)
    surprise = np.array(steps) - mean * np.array(apart)
    inner, cross = past @ past.T, future @ past.T
    weighed = np.linalg.solve(inner, np.column_stack([surprise, cross.T]))
    log = -(surprise @ weighed[:, 0] + np.linalg.slogdet(2 * np.pi * inner)[1]) / 2
    return Normal(
        expected + cross @ weighed[:, 0], future @ future.T - cross @ weighed[:, 1:], float(log)
    )


def mixture(
    logs: np.ndarray, horizon: int, given_: Assumptions
) -> tuple[np.ndarray, list[Normal], np.ndarray]:
    """Return the exact chance of every part, the parts, and to which point they belong."""
    found, log, which = [], [], []
    for number, point in enumerate(points(given_)):
        for restless in product(given_.restlessness, repeat=len(logs)):
            part = conditioned(logs, horizon, point, restless, given_)
            found.append(part)
            log.append(part.log + point.log_prior)
            which.append(number)
    chances = np.exp(np.array(log) - max(log))
    return chances / chances.sum(), found, np.array(which)


def quantiles(means: np.ndarray, spreads: np.ndarray, chances: np.ndarray) -> list[float]:
    """Return the 10th, 50th and 90th of a hundred of a mixture of normals."""
    erf = np.vectorize(math.erf)
    heavy = chances > 1e-7
    means, spreads, chances = means[heavy], spreads[heavy], chances[heavy] / chances[heavy].sum()
    found = []
    for share in (0.1, 0.5, 0.9):
        low, high = float((means - 9 * spreads).min()), float((means + 9 * spreads).max())
        while high - low > 1e-4:
            middle = (low + high) / 2
            below = chances @ (1 + erf((middle - means) / spreads / math.sqrt(2))) / 2
            low, high = (middle, high) if below < share else (low, middle)
        found.append((low + high) / 2)
    return found


def panel_of(seed: int, units: int, years: int, size: float = 0.1) -> np.ndarray:
    """Return logarithmic levels of units that have some of each year in common."""
    rng = np.random.default_rng(seed)
    steps = 0.04 + size * (rng.normal(size=(units, years)) + rng.normal(size=years)) / math.sqrt(2)
    return steps.cumsum(1)


def holed(logs: np.ndarray, *cells: tuple[int, int]) -> np.ndarray:
    found = logs.copy()
    for cell in cells:
        found[cell] = NAN
    return found


PANELS = {
    "one unit, one year": panel_of(1, 1, 1),
    "one unit, two years": panel_of(2, 1, 2),
    "one unit, a gap": holed(panel_of(3, 1, 5), (0, 2), (0, 3)),
    "three units": panel_of(4, 3, 3),
    "a gap, an early end, a late start": holed(panel_of(5, 3, 3), (0, 1), (1, 2), (2, 0)),
    "one level only, at either end": holed(
        panel_of(6, 3, 3), (0, 1), (0, 2), (1, 0), (1, 1), (2, 1)
    ),
}
POINTS = {
    "usual": {},
    "no lasting": {"lasting": [0]},
    "only lasting": {"lasting": [1], "passing": [0]},
    "only passing": {"lasting": [0], "passing": [1]},
    "large common shocks": {"common": [2.4]},
    "nothing lingers": {"persistence": {"unit": 0, "common": 0, "share": 0}},
    "restless": {"restlessness": [3]},
    "mean unknown": {"growth": {"mean": -0.1, "spreads": [2]}},
}


# -- one combination: everything is one normal distribution -----------------------------------


def covariance(worlds: Worlds) -> np.ndarray:
    return worlds.roots @ worlds.roots.swapaxes(1, 2)


@pytest.mark.parametrize("changes", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("logs", PANELS.values(), ids=PANELS)
def test_one_combination_is_a_conditional_normal(logs: np.ndarray, changes: dict[str, Any]) -> None:
    given_ = assume(**changes)
    (point,) = points(given_)
    exact = conditioned(logs, 3, point, given_.restlessness * len(logs), given_)
    panel = Panel(np.exp(logs), 3, given_)
    for unit in range(len(logs)):
        found = panel.worlds(unit, 2, np.random.default_rng(1))
        part = slice(3 * unit, 3 * unit + 3)
        assert found.means == pytest.approx(np.tile(exact.mean[part], (2, 1)), abs=1e-9)
        expected = np.tile(exact.covariance[part, part], (2, 1, 1))
        assert covariance(found) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("name", ["three units", "a gap, an early end, a late start"])
@pytest.mark.parametrize("restless", [1.0, 2.0])
def test_draws_of_all_units_and_years_are_jointly_normal(name: str, restless: float) -> None:
    logs, count = PANELS[name], 100_000
    given_ = assume(restlessness=[restless])
    (point,) = points(given_)
    exact = conditioned(logs, 2, point, [restless] * 3, given_)
    draws = predictive(np.exp(logs), horizon=2, draws=count, assumptions=given_)
    last = np.array([row[~np.isnan(row)][-1] for row in logs])
    found = (np.log(draws) - last[:, None, None]).reshape(6, count)
    variances = np.diag(exact.covariance)
    errors = np.sqrt(variances / count)
    assert (np.abs(found.mean(1) - exact.mean) < 5 * errors).all()
    off = np.sqrt((np.outer(variances, variances) + exact.covariance**2) / count)
    assert (np.abs(np.cov(found) - exact.covariance) < 5 * off).all()
    skewness = (((found - exact.mean[:, None]) / np.sqrt(variances)[:, None]) ** 3).mean(1)
    assert (np.abs(skewness) < 5 * math.sqrt(15 / count)).all()


def test_peers_inform_like_units_of_the_panel_itself() -> None:
    logs = panel_of(4, 12, 3)
    logs[1:] += 0.2 * np.arange(3)
    levels = np.exp(holed(logs, (2, 1), (3, 2), (4, 0)))
    together = np.log(predictive(levels, draws=20_000)[0])
    found = np.log(predictive(levels[:1], levels[1:], draws=20_000)[0])
    alone = np.log(predictive(levels[:1], draws=20_000)[0])
    for year in range(3):
        width = spread_of(together[year])
        marks, others, own = (
            np.quantile(draws[year], [0.1, 0.5, 0.9]) for draws in (together, found, alone)
        )
        assert others == pytest.approx(marks, abs=0.05 * width)
        assert marks[1] - own[1] > 0.1 * width


# -- several combinations: how plausible each is ----------------------------------------------


@pytest.mark.parametrize(("units", "years"), [(1, 2), (1, 3), (3, 3), (8, 3), (1, 10), (3, 8)])
def test_combinations_weigh_as_much_as_the_panel_is_likely(units: int, years: int) -> None:
    given_ = assume(FEW_POINTS)
    logs = panel_of(units * years, units, years)
    exact, _, _ = mixture(logs, 1, given_)
    panel = Panel(np.exp(logs), 1, given_)
    assert panel.weights == pytest.approx(exact, abs=1e-6)


def test_combinations_weigh_as_much_with_gaps() -> None:
    given_ = assume(FEW_POINTS)
    logs = PANELS["a gap, an early end, a late start"]
    exact, _, _ = mixture(logs, 1, given_)
    assert Panel(np.exp(logs), 1, given_).weights == pytest.approx(exact, abs=1e-6)


def test_without_growth_seen_only_the_prior_weighs() -> None:
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    weights = np.exp([point.log_prior for point in points(given_)])
    panel = Panel(np.array([[5.0], [7.0], [9.0]]), 2, given_)
    assert panel.weights == pytest.approx(weights / weights.sum(), abs=1e-9)


def test_the_points_picked_are_as_many_as_their_weights_say() -> None:
    panel = Panel(np.exp(panel_of(1, 3, 3)), 1, assume(FEW_POINTS, **THREE_KINDS))
    for count in (1, 7, 256, 5000):
        places = picked(panel.weights, count, np.random.default_rng(1))
        found = np.bincount(places, minlength=len(panel.weights))
        assert found.sum() == count
        assert (np.abs(found - count * panel.weights) <= 1 + 1e-9).all()


def widths(logs: np.ndarray, given_: Assumptions) -> Iterator[tuple[float, float]]:
    """Yield for each unit how much wider its 80 % interval is than the exact one, and how far off.

    Of the growth until the third year; how far the median is off as a share of the exact width.
    """
    chances, parts, _ = mixture(logs, 3, given_)
    panel = Panel(np.exp(logs), 3, given_)
    for unit in range(len(logs)):
        place = 3 * unit + 2
        exact = quantiles(
            np.array([part.mean[place] for part in parts]),
            np.sqrt([part.covariance[place, place] for part in parts]),
            chances,
        )
        worlds = panel.worlds(unit, 6000, np.random.default_rng(1))
        found = quantiles(
            worlds.means[:, -1],
            np.sqrt(covariance(worlds)[:, -1, -1]),
            np.full(6000, 1 / 6000),
        )
        width = exact[2] - exact[0]
        yield (found[2] - found[0]) / width, (found[1] - exact[1]) / width


# The chances of being restless are found unit by unit, as if what is shared did not depend on
# them. Even where combinations weigh what they should, that costs some of the width.
HISTORIES = {
    "steady": ((0, 0.08, 0.16), 0.93),
    "faster": ((0, 0.05, 0.17), 0.93),
    "up and down": ((0, 0.5, 0.2), 0.93),
    "six years": ((0, 0.05, 0.15, 0.1, 0.2, 0.32), 0.93),
}


@pytest.mark.parametrize(("history", "least"), HISTORIES.values(), ids=HISTORIES)
def test_a_unit_alone_has_almost_the_exact_interval(
    history: tuple[float, ...], least: float
) -> None:
    ((width, off),) = widths(np.array([history]), thinned())
    assert abs(off) < 0.05
    assert least < width < 1.05


def test_units_together_have_almost_their_exact_intervals() -> None:
    logs = np.array([[0, 0.05, 0.17], [0, 0.1, 0.12]])
    given_ = thinned()
    scale = given_.scale.model_copy(update={"count": 3, "ratio": 2.5, "lowest": 0.03})
    given_ = given_.model_copy(update={"scale": scale, "lasting": (0.0, 0.5)})
    for width, off in widths(logs, given_):
        assert abs(off) < 0.02
        assert 0.97 < width < 1.03


def test_intervals_hold_what_was_drawn_from_the_assumptions() -> None:
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    every = list(points(given_))
    prior = np.exp([point.log_prior for point in every])
    rng = np.random.default_rng(5)
    ranks = []
    for number in range(400):
        point = every[rng.choice(len(every), p=prior / prior.sum())]
        levels = sources_of(point, rng.choice(given_.restlessness, 3), 5, given_)
        logs = levels @ rng.standard_normal(levels.shape[-1]) + 0.03 * np.arange(6)
        draws = predictive(np.exp(logs[:, :3]), draws=300, seed=number, assumptions=given_)
        ranks.append((np.log(draws) < logs[:, 3:, None]).mean(-1))
    found = np.array(ranks)[:, 0]
    assert np.abs(found.mean(0) - 0.5).max() < 0.06
    inside = ((found > 0.1) & (found < 0.9)).mean(0)
    assert (inside > 0.73).all()
    assert (inside < 0.87).all()


@pytest.mark.parametrize("units", [4, pytest.param(8, marks=pytest.mark.long)])
@pytest.mark.parametrize("size", [1, 20])
def test_rounds_have_settled(size: float, units: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = np.random.default_rng(5).normal(0.05, 0.1, (units, 3))
    steps[units // 2 :] *= size
    levels = np.exp(steps.cumsum(1))
    panel = Panel(levels, 3, assumed.shipped())
    monkeypatch.setattr(growth, "ROUNDS", 60)
    settled = Panel(levels, 3, assumed.shipped())
    for unit in range(units):
        mean, spread = moments(panel, unit)
        means, spreads = moments(settled, unit)
        deviations = np.sqrt(np.diag(spreads))
        assert (np.abs(mean - means) < 0.05 * deviations).all()
        assert np.sqrt(np.diag(spread)) == pytest.approx(deviations, rel=0.1)


# -- what must not matter ---------------------------------------------------------------------

ANY = {
    "shipped": assumed.shipped(),
    "few": assume(FEW_POINTS, **THREE_KINDS),
}


def sources(panel: Panel, unit: int) -> Weights:
    """Return where the expected growth of a unit comes from."""
    return panel.worlds(unit, 4000, np.random.default_rng(1)).sources


def moments(panel: Panel, unit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of a unit's growth over all worlds."""
    found = panel.worlds(unit, 3000, np.random.default_rng(3))
    within = covariance(found).mean(0)
    return found.means.mean(0), within + np.cov(found.means.T)


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_units_of_measure_do_not_matter(given_: Assumptions) -> None:
    logs = PANELS["a gap, an early end, a late start"]
    factors = np.array([[1e-5], [3.7], [1e6]])
    draws = predictive(np.exp(logs), draws=300, assumptions=given_)
    scaled = predictive(factors * np.exp(logs), draws=300, assumptions=given_)
    assert scaled == pytest.approx(factors[..., None] * draws, rel=1e-7)


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_growth_that_all_have_and_that_is_assumed_carries_on(given_: Assumptions) -> None:
    logs = PANELS["a gap, an early end, a late start"]
    more = given_.growth.model_copy(update={"mean": given_.growth.mean + 0.2})
    faster = given_.model_copy(update={"growth": more})
    draws = predictive(np.exp(logs), draws=300, assumptions=given_)
    found = predictive(np.exp(logs + 0.2 * np.arange(-2, 1)), draws=300, assumptions=faster)
    ahead = np.exp(0.2 * np.arange(1, 4))[None, :, None]
    assert found == pytest.approx(ahead * draws, rel=1e-6)


def test_decline_is_the_mirror_of_growth() -> None:
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    mirrored = given_.model_copy(
        update={"growth": given_.growth.model_copy(update={"mean": -given_.growth.mean})}
    )
    logs = PANELS["a gap, an early end, a late start"]
    panel, other = Panel(np.exp(logs), 3, given_), Panel(np.exp(-logs), 3, mirrored)
    assert other.weights == pytest.approx(panel.weights, abs=1e-9)
    assert other.shared == pytest.approx(-panel.shared, abs=1e-9)


def test_the_order_of_years_says_nothing_of_how_much_growth_varies() -> None:
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    logs = panel_of(8, 4, 5)
    back = np.diff(logs, axis=1)[:, ::-1].cumsum(1)
    back = np.hstack([np.zeros((4, 1)), back])
    found = Panel(np.exp(back), 2, given_).weights
    assert found == pytest.approx(Panel(np.exp(logs), 2, given_).weights, abs=1e-9)


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_the_order_of_units_does_not_matter(given_: Assumptions) -> None:
    logs = np.vstack([PANELS["a gap, an early end, a late start"], panel_of(7, 2, 3)])
    order = [3, 1, 4, 0, 2]
    panel, other = Panel(np.exp(logs), 3, given_), Panel(np.exp(logs[order]), 3, given_)
    assert other.weights == pytest.approx(panel.weights, abs=1e-9)
    for place, unit in enumerate(order):
        assert sources(other, place) == pytest.approx(sources(panel, unit), abs=1e-9)
        for one, two in zip(moments(other, place), moments(panel, unit), strict=True):
            assert one == pytest.approx(two, abs=1e-9)


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_a_unit_of_which_nothing_is_known_changes_nothing(given_: Assumptions) -> None:
    levels = np.exp(PANELS["a gap, an early end, a late start"])
    nothing = np.full((2, 3), NAN)
    draws = predictive(levels, draws=300, assumptions=given_)
    for found in (
        predictive(levels, nothing, draws=300, assumptions=given_),
        predictive(np.vstack([nothing, levels]), draws=300, assumptions=given_)[2:],
    ):
        assert found == pytest.approx(draws, rel=1e-9)
    empty = predictive(np.vstack([levels, nothing]), draws=300, assumptions=given_)
    assert np.isnan(empty[3:]).all()
    assert empty[:3] == pytest.approx(draws, rel=1e-9)
    assert sources(Panel(np.vstack([levels, nothing]), 3, given_), 0) == pytest.approx(
        sources(Panel(levels, 3, given_), 0), abs=1e-9
    )


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_years_before_anything_was_known_do_not_matter(given_: Assumptions) -> None:
    logs = PANELS["a gap, an early end, a late start"]
    early = np.hstack([np.full((3, 3), NAN), logs])
    panel, other = Panel(np.exp(logs), 3, given_), Panel(np.exp(early), 3, given_)
    assert other.weights == pytest.approx(panel.weights, abs=1e-9)
    for unit in range(3):
        assert sources(other, unit) == pytest.approx(sources(panel, unit), abs=1e-7)
        for one, two in zip(moments(other, unit), moments(panel, unit), strict=True):
            assert one == pytest.approx(two, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("given_", ANY.values(), ids=ANY)
def test_how_far_one_looks_changes_nothing_of_the_years_before(given_: Assumptions) -> None:
    logs = PANELS["a gap, an early end, a late start"]
    near, far = Panel(np.exp(logs), 1, given_), Panel(np.exp(logs), 6, given_)
    assert far.weights == pytest.approx(near.weights, abs=1e-9)
    for unit in range(3):
        mean, spread = moments(near, unit)
        means, spreads = moments(far, unit)
        assert means[:1] == pytest.approx(mean, rel=1e-6, abs=1e-9)
        assert spreads[0, 0] == pytest.approx(spread.item(), rel=1e-6)


def test_a_year_without_news_is_a_year_further_ahead() -> None:
    logs = panel_of(9, 3, 4)
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    late = np.hstack([logs, np.full((3, 1), NAN)])
    panel, other = Panel(np.exp(logs), 3, given_), Panel(np.exp(late), 2, given_)
    assert other.weights == pytest.approx(panel.weights, abs=1e-9)
    for unit in range(3):
        mean, spread = moments(panel, unit)
        after, wide = moments(other, unit)
        assert after == pytest.approx(mean[1:], rel=1e-6, abs=1e-9)
        assert wide == pytest.approx(spread[1:, 1:], rel=1e-6)


# -- where an expected growth comes from ------------------------------------------------------


@pytest.mark.parametrize("changes", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("name", ["three units", "a gap, an early end, a late start"])
def test_sources_are_what_moves_the_forecast(name: str, changes: dict[str, Any]) -> None:
    given_ = assume(**{**changes, "restlessness": [1]})
    logs = PANELS[name]
    (point,) = points(given_)
    panel = Panel(np.exp(logs), 3, given_)
    years = np.arange(logs.shape[1])

    def moved(own: float, peers: float, general: float, unit: int) -> float:
        faster = np.where(np.arange(3) == unit, own, peers)[:, None]
        mean = given_.growth.model_copy(update={"mean": given_.growth.mean + general})
        other = given_.model_copy(update={"growth": mean})
        found = conditioned(logs + faster * years, 3, point, (1, 1, 1), other)
        return float(found.mean[3 * unit + 2])

    for unit in range(3):
        still = moved(0, 0, 0, unit)
        ahead = 2 - np.flatnonzero(~np.isnan(logs[unit]))[-1] + 3
        expected = [
            (moved(*change, unit) - still) / ahead for change in ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        ]
        assert sum(expected) == pytest.approx(1)
        assert sources(panel, unit) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("logs", [panel_of(4, 3, 3), panel_of(11, 8, 3), panel_of(12, 1, 6)])
def test_sources_are_about_what_moves_the_forecast_as_shipped(logs: np.ndarray) -> None:
    """How plausible combinations and restlessness are moves as well; that is not a source."""
    by, years = 0.01, np.arange(logs.shape[1])

    def moved(own: float, peers: float, general: float) -> float:
        given_ = assumed.shipped()
        mean = given_.growth.model_copy(update={"mean": given_.growth.mean + general})
        faster = np.where(np.arange(len(logs)) == 0, own, peers)[:, None] * years
        panel = Panel(np.exp(logs + faster), 3, given_.model_copy(update={"growth": mean}))
        return float(panel.worlds(0, 8000, np.random.default_rng(1)).means[:, -1].mean())

    found = sources(Panel(np.exp(logs), 3, assumed.shipped()), 0)
    for number, value in enumerate(found):
        change = by * np.eye(3)[number]
        slope = (moved(*change) - moved(*-change)) / (2 * by * 3)
        assert value == pytest.approx(slope, abs=0.15)


@pytest.mark.parametrize("logs", PANELS.values(), ids=PANELS)
def test_sources_add_up_to_one(logs: np.ndarray) -> None:
    panel = Panel(np.exp(logs), 3, assumed.shipped())
    for unit in range(len(logs)):
        assert sum(sources(panel, unit)) == pytest.approx(1, abs=1e-12)


def test_without_peers_they_are_no_source() -> None:
    nobody = np.full((2, 4), NAN)
    for rows in (panel_of(3, 1, 4), np.vstack([panel_of(3, 1, 4), nobody])):
        found = sources(Panel(np.exp(rows), 3, assumed.shipped()), 0)
        assert found.peers == pytest.approx(0, abs=1e-9)
        assert found.own > 0.1
        assert found.general > 0.1


def test_one_year_of_history_is_no_source() -> None:
    found = sources(Panel(np.array([[5.0]]), 3, assumed.shipped()), 0)
    assert found == pytest.approx((0, 0, 1), abs=1e-9)
    logs = holed(panel_of(3, 6, 3), (0, 0), (0, 1))
    assert sources(Panel(np.exp(logs), 3, assumed.shipped()), 0).own == pytest.approx(0, abs=1e-9)


def test_longer_histories_and_more_peers_count_for_more() -> None:
    given_ = assumed.shipped()
    short, long = (sources(Panel(np.exp(panel_of(3, 1, years)), 3, given_), 0) for years in (2, 9))
    assert long.own > short.own
    logs = panel_of(3, 12, 3)
    few, many = (sources(Panel(np.exp(logs[:count]), 3, given_), 0) for count in (2, 12))
    assert many.peers > few.peers


def test_nothing_is_said_of_a_unit_without_levels() -> None:
    panel = Panel(np.array([[NAN, NAN], [1.0, 2.0]]), 3, assume())
    with pytest.raises(ValueError, match="0"):
        panel.worlds(0, 2, np.random.default_rng(1))
    with pytest.raises(ValueError, match="0"):
        sources(panel, 0)


# -- what years have in common ----------------------------------------------------------------


def spread_of(logs: np.ndarray) -> float:
    low, high = np.quantile(logs, [0.1, 0.9])
    return float(high - low)


def test_a_bad_year_hits_all_units_of_a_draw() -> None:
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 0.15, 5) + rng.normal(0, 0.03, (12, 5))
    draws = np.log(predictive(np.exp(steps.cumsum(1)), draws=5000))
    for year in range(3):
        together = np.corrcoef(draws[:, year])
        assert together[np.triu_indices(12, 1)].min() > 0.5
    # Who adds units up as if their luck were their own is far too sure of the sum.
    growth = draws[:, -1] - draws[:, -1].mean(1, keepdims=True)
    assert growth.sum(0).std() > 2 * math.sqrt((growth.std(1) ** 2).sum())


def test_units_that_never_moved_together_hardly_do() -> None:
    steps = 0.04 + np.random.default_rng(3).normal(0, 0.1, (60, 4))
    draws = np.log(predictive(np.exp(steps.cumsum(1)), draws=4000))
    together = np.corrcoef(draws[:, -1])[np.triu_indices(60, 1)]
    assert -0.05 < together.mean() < 0.35


def test_moving_together_is_told_from_moving_alone() -> None:
    rng = np.random.default_rng(2)
    noise, size = rng.normal(0, 0.04, (40, 6)), (40, 6)
    # As much growth in sum for every unit, in one panel in the same years.
    together = 0.04 + noise + rng.normal(0, 0.12, 6)
    alone = 0.04 + noise + rng.normal(0, 0.12, size)
    one, other = (np.log(predictive(np.exp(s.cumsum(1)), draws=2000)) for s in (together, alone))
    for year in range(3):
        assert spread_of(one[:, year].mean(0)) > 2 * spread_of(other[:, year].mean(0))


@pytest.mark.parametrize("units", [5, 20, 80, pytest.param(200, marks=pytest.mark.long)])
def test_what_hits_all_is_as_wide_however_many_units_there_are(units: int) -> None:
    """Six shocks of 0.15 that all units shared: the next one will not be half as large."""
    widths_ = []
    for seed in range(3):
        shocks = np.random.default_rng(seed).normal(size=6)
        shocks = 0.05 + 0.15 * (shocks - shocks.mean()) / shocks.std()
        steps = shocks + np.random.default_rng(seed + 9).normal(0, 0.03, (units, 6))
        draws = predictive(np.exp(steps.cumsum(1)), horizon=1, draws=2000)
        widths_.append(spread_of(np.log(draws[:, 0]).mean(0)))
    shared = 2 * NormalDist().inv_cdf(0.9) * 0.15
    assert 0.7 * shared < np.mean(widths_) < 1.6 * shared


def test_restless_units_are_told_from_quiet_ones() -> None:
    steps = 0.04 + np.random.default_rng(4).normal(0, 0.02, (20, 5))
    steps[0] += [0.5, -0.4, 0.6, -0.5, 0.4]
    draws = np.log(predictive(np.exp(steps.cumsum(1)), draws=2000))
    units = [spread_of(draws[unit, -1]) for unit in range(20)]
    assert units[0] > 3 * max(units[1:])
    without = np.log(predictive(np.exp(steps[1:].cumsum(1)), draws=2000))
    # A stray among twenty leaves the others about where they were.
    assert np.median(draws[1:, -1]) == pytest.approx(np.median(without[:, -1]), abs=0.03)


def test_intervals_widen_with_the_years() -> None:
    draws = np.log(predictive(np.exp(panel_of(5, 6, 3)), horizon=10, draws=4000))
    for unit in draws:
        years = [spread_of(year) for year in unit]
        assert (np.diff(years) > -0.03 * years[0]).all()
        assert years[9] > 1.5 * years[0]


# -- draws --------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize("years", [1, 2, 30])
@pytest.mark.parametrize("horizon", [1, 10])
@pytest.mark.parametrize("draws", [1, 65, 1000])
def test_shapes(units: int, years: int, horizon: int, draws: int) -> None:
    levels = np.exp(panel_of(1, units, years))
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    found = predictive(levels, horizon=horizon, draws=draws, assumptions=given_)
    assert found.shape == (units, horizon, draws)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()
    assert (found > 0).all()


def test_thirty_years_of_history_as_shipped() -> None:
    found = predictive(np.exp(panel_of(1, 3, 30)), draws=500)
    assert np.isfinite(found).all()


def test_seeds() -> None:
    levels = np.exp(panel_of(1, 2, 3))
    given_ = assume(FEW_POINTS)
    draws = predictive(levels, draws=200, seed=3, assumptions=given_)
    assert np.array_equal(draws, predictive(levels, draws=200, seed=3, assumptions=given_))
    other = predictive(levels, draws=200, seed=4, assumptions=given_)
    assert not np.isclose(draws, other).any(-1).all()
    assert np.array_equal(
        predictive(levels, draws=200, assumptions=given_),
        predictive(levels, draws=200, seed=7, assumptions=given_),
    )
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - nobody's luck but its own is used
    predictive(levels, draws=200, assumptions=given_)
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002 - the same


def test_draws_differ_from_each_other() -> None:
    found = predictive(np.exp(panel_of(1, 2, 3)), draws=3000)
    assert len(np.unique(found[0, 0])) == 3000


def test_seeds_agree_on_the_distribution() -> None:
    levels = np.exp(panel_of(1, 2, 3))
    marks = [
        np.quantile(np.log(predictive(levels, draws=10_000, seed=seed)), [0.1, 0.5, 0.9], axis=-1)
        for seed in range(4)
    ]
    width = marks[0][2] - marks[0][0]
    assert (np.ptp(marks, axis=0) / width).max() < 0.1


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_part_of_the_draws_is_a_fair_sample(first: int) -> None:
    draws = np.log(predictive(np.exp(panel_of(1, 1, 3)), draws=30_000)[0, -1])
    part = draws[first * 4000 : (first + 1) * 4000]
    low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9])
    for mark, share in ((low, 0.1), (middle, 0.5), (high, 0.9)):
        assert (part < mark).mean() == pytest.approx(share, abs=0.03)


def test_a_single_draw_is_one_of_many() -> None:
    """Whoever draws one process at a time, with a seed each, sees the same distribution."""
    scale = {"lowest": 0.02, "ratio": 10, "count": 2, "median": 0.02 * math.sqrt(10), "spread": 9}
    given_ = assume(scale=scale, worlds=200, growth={"spreads": [0.01]}, common=[0.1])
    many = np.log(predictive([[1.0]], horizon=1, draws=20_000, assumptions=given_)).ravel()
    single = np.array(
        [math.log(predictive([[1.0]], None, 1, 1, seed, given_).item()) for seed in range(500)]
    )
    far = (np.abs(many - 0.03) > 0.1).mean()
    assert 0.2 < far < 0.5
    assert (np.abs(single - 0.03) > 0.1).mean() == pytest.approx(far, abs=0.1)


def test_many_units_and_draws_need_little_time_and_memory() -> None:
    levels = np.exp(panel_of(1, 500, 3))
    with spending(memory=True) as spent:
        found = predictive(levels)
    assert found.shape == (500, 3, 10_000)
    assert spent.seconds < 20
    assert spent.peak < 5 * found.nbytes


WILD = st.one_of(
    st.just(NAN),
    st.floats(1e-6, 1e12, allow_nan=False),
    st.sampled_from([1e-6, 1e12, 1.0]),
)
WILD_PANEL = st.tuples(st.integers(1, 5), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=WILD)
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(WILD_PANEL)
@example(np.array([[1e-6, 1e12, 1e-6, 1e12], [1.0, 1.0, 1.0, 1.0]]))
@example(np.full((3, 4), 7.0))
@example(np.full((2, 2), NAN))
def test_wild_histories_have_numbers_ahead(levels: np.ndarray) -> None:
    before = levels.copy()
    given_ = assume(FEW_POINTS, **THREE_KINDS)
    found = predictive(levels, horizon=2, draws=50, assumptions=given_)
    assert np.array_equal(levels, before, equal_nan=True)
    unknown = np.isnan(levels).all(1)
    assert np.isnan(found[unknown]).all()
    assert np.isfinite(found[~unknown]).all()
    assert (found[~unknown] > 0).all()
    for unit in np.flatnonzero(~unknown):
        assert sum(sources(Panel(levels, 2, given_), unit)) == pytest.approx(1)


@pytest.mark.parametrize(
    "levels",
    [
        [[1e-6, 1e12, 1e-6]],
        [[1e-300, 1e300]],
        [[1e300, 1e-300]] * 3,
        [[5.0] * 12] * 4,
        [[1.0, 1.0 + 1e-15]],
        [[5e-324, 5e-324]],
        [[1e-6, 1e12], [1.0, 1.0], [3.0, 3.1]],
    ],
)
def test_the_wildest_histories_have_numbers_ahead(levels: list[list[float]]) -> None:
    found = predictive(levels, horizon=10, draws=500)
    assert np.isfinite(found).all()
    assert (found > 0).all()


# -- what may be given --------------------------------------------------------------------------

PLAIN = [[100.0, 108.0, 118.0], [40.0, 44.0, 43.0]]
SAME: dict[str, Any] = {
    "integers": [[100, 108, 118], [40, 44, 43]],
    "tuples": tuple(tuple(row) for row in PLAIN),
    "int32": np.array(PLAIN, dtype=np.int32),
    "uint8": np.array(PLAIN, dtype=np.uint8),
    "float32": np.array(PLAIN, dtype=np.float32),
    "other byte order": np.array(PLAIN, dtype=">f8"),
    "by columns": np.asfortranarray(PLAIN),
    "every other": np.repeat(np.array(PLAIN), 2, axis=1)[:, ::2],
    "DataFrame": pd.DataFrame(PLAIN, index=["a", "b"], columns=[2023, 2024, 2025]),
    "DataFrame of integers": pd.DataFrame(PLAIN).astype("Int64"),
    "objects": np.array(PLAIN, dtype=object),
    "decimals": [[Decimal(str(value)) for value in row] for row in PLAIN],
    "fractions": [[Fraction(value) for value in row] for row in PLAIN],
}


@pytest.mark.parametrize("levels", SAME.values(), ids=SAME)
def test_the_same_levels_in_another_form(levels: Any) -> None:
    given_ = assume(FEW_POINTS)
    expected = predictive(PLAIN, draws=100, assumptions=given_)
    assert np.array_equal(predictive(levels, draws=100, assumptions=given_), expected)
    peers = predictive(PLAIN, PLAIN, draws=100, assumptions=given_)
    assert np.array_equal(predictive(PLAIN, levels, draws=100, assumptions=given_), peers)


MISSING: dict[str, Any] = {
    "None": [[100, None, 118]],
    "objects": np.array([[100, None, 118]], dtype=object),
    "DataFrame": pd.DataFrame([[100, None, 118]]),
    "objects with nan": np.array([[Decimal(100), NAN, 118]], dtype=object),
    # A reading known to be wrong is masked; what stands behind the mask is no level.
    "mask": np.ma.masked_array([[100.0, 900.0, 118.0]], mask=[[False, True, False]]),
}


@pytest.mark.parametrize("levels", MISSING.values(), ids=MISSING)
def test_a_level_may_be_missing(levels: Any) -> None:
    given_ = assume(FEW_POINTS)
    expected = predictive([[100, NAN, 118]], draws=100, assumptions=given_)
    assert np.array_equal(predictive(levels, draws=100, assumptions=given_), expected)


def test_what_is_given_stays_as_it_was() -> None:
    history = np.array([[100.0, NAN, 118.0], [NAN, NAN, NAN]])
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [1.5, NAN], "c": [3.0, 2.0]})
    kept, same = history.copy(), frame.copy()
    history.setflags(write=False)
    predictive(history, frame, draws=10, assumptions=assume())
    assert np.array_equal(history, kept, equal_nan=True)
    pd.testing.assert_frame_equal(frame, same)


def test_a_panel_of_no_units_has_no_draws() -> None:
    found = predictive(np.empty((0, 3)), draws=10, assumptions=assume())
    assert found.shape == (0, 3, 10)


WRONG: dict[str, Any] = {
    "none": None,
    "number": 5.0,
    "text": "levels",
    "list": [1.0, 2.0],
    "nothing": [],
    "no years": [[]],
    "no years of many": np.empty((3, 0)),
    "three dimensions": np.ones((2, 2, 2)),
    "ragged": [[1.0, 2.0], [1.0]],
    "zero": [[1.0, 0.0]],
    "minus zero": [[1.0, -0.0]],
    "negative": [[1.0, -2.0]],
    "integer below zero": [[1, -2]],
    "infinite": [[1.0, math.inf]],
    "minus infinite": [[1.0, -math.inf]],
    "words": [["a", "b"]],
    "numbers as text": [["1", "2"]],
    "numbers as text in a table": pd.DataFrame({"a": ["1"], "b": ["2"]}),
    "a number as text among objects": np.array([[1.0, "2"]], dtype=object),
    "bytes": [[b"1", b"2"]],
    "booleans": [[True, True]],
    "a boolean among objects": np.array([[True, 2.0]], dtype=object),
    "complex": [[1 + 0j, 2]],
    "complex among objects": np.array([[1 + 0j, 2]], dtype=object),
    "dates": np.array([["2024-01-01", "2025-01-01"]], dtype="datetime64[D]"),
    "dates in a table": pd.DataFrame({"a": [pd.Timestamp(2024, 1, 1)], "b": [1.0]}),
    "durations": np.array([[1, 2]], dtype="m8[s]"),
    "records": np.array([(1.0, 2.0)], dtype=[("a", "f8"), ("b", "f8")]),
    "not a number as such": [[1.0, object()]],
    "mapping": {"a": 1},
    "set": {1.0, 2.0},
    "generator": (row for row in PLAIN),
    "too large an integer": [[1, 10**400]],
    "too large a decimal": [[1, Decimal("1e400")]],
    "series": pd.Series([1.0, 2.0]),
    "an array inside": [[1.0, [2.0]]],
}


def refused(*args: Any, **named: Any) -> str:
    with pytest.raises(InputError) as caught:
        predictive(*args, **named)
    (finding,) = caught.value.findings
    assert finding.code == "panel_wrong"
    assert finding.found
    assert finding.expected
    return finding.facts["name"]


@pytest.mark.parametrize("levels", WRONG.values(), ids=WRONG)
def test_what_is_no_panel_is_refused(levels: Any) -> None:
    assert refused(levels, draws=10, assumptions=assume()).startswith("history")


@pytest.mark.parametrize("name", sorted(WRONG.keys() - {"none", "generator"}))
def test_peers_that_are_no_panel_are_refused(name: str) -> None:
    assert refused([[1.0, 2.0]], WRONG[name], draws=10, assumptions=assume()).startswith("peers")


@pytest.mark.parametrize("peers", [[[1.0]], [[1.0, 2.0, 3.0]], np.empty((0, 3))])
def test_peers_of_other_years_are_refused(peers: Any) -> None:
    assert refused([[1.0, 2.0]], peers, assumptions=assume()) == "peers"


def test_the_place_of_a_wrong_level_is_named() -> None:
    wrong = [[1.0, 2.0], [3.0, -1.0]]
    assert refused(wrong) == "history[1, 1]"
    assert refused([[1.0, 2.0]], wrong) == "peers[1, 1]"


NO_COUNT = [-1, 1.0, 2.5, NAN, True, np.True_, "3", None, [3], Decimal(3), np.float64(3)]


@pytest.mark.parametrize("value", [0, *NO_COUNT])
@pytest.mark.parametrize("name", ["horizon", "draws"])
def test_counts_are_whole_and_at_least_one(name: str, value: Any) -> None:
    assert refused([[1.0, 2.0]], **{name: value}, assumptions=assume()) == name


@pytest.mark.parametrize("value", NO_COUNT)
def test_seeds_are_whole_and_not_negative(value: Any) -> None:
    assert refused([[1.0, 2.0]], seed=value, assumptions=assume()) == "seed"


def test_seeds_may_be_zero_and_very_large() -> None:
    for seed in (0, 2**64, 2**200):
        assert predictive([[1.0, 2.0]], seed=seed, draws=5, assumptions=assume()).size == 15


WHOLE = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]


@pytest.mark.parametrize("kind", WHOLE)
def test_counts_may_be_whole_numbers_of_any_size(kind: type[np.integer]) -> None:
    given_ = assume()
    expected = predictive(PLAIN, horizon=2, draws=100, seed=3, assumptions=given_)
    found = predictive(PLAIN, None, kind(2), kind(100), kind(3), given_)
    assert np.array_equal(found, expected)


# -- the score ----------------------------------------------------------------------------------


def pairs(draws: Sequence[int], actual: int) -> Fraction:
    """Return the score by its definition, every pair of draws one by one."""
    count = len(draws)
    away = sum(Fraction(abs(one - actual)) for one in draws)
    apart = Fraction(0)
    for one in draws:
        for two in draws:
            apart += abs(one - two)
    return away / count - apart / (2 * count**2)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9), st.integers(-80, 80))
def test_the_score_is_that_of_all_pairs(draws: list[int], actual: int) -> None:
    found = crps(np.array(draws, dtype=float), np.array(float(actual)))
    assert float(found) == pytest.approx(float(pairs(draws, actual)), abs=1e-9)
    assert float(found) > -1e-9


def test_the_score_of_many_units_and_years() -> None:
    rng = np.random.default_rng(1)
    draws = rng.integers(-9, 9, (3, 2, 7))
    actual = rng.integers(-9, 9, (3, 2))
    before = draws.copy()
    found = crps(draws.astype(float), actual.astype(float))
    assert found.shape == (3, 2)
    assert np.array_equal(draws, before)
    for place in np.ndindex(3, 2):
        expected = float(pairs([int(value) for value in draws[place]], int(actual[place])))
        assert found[place] == pytest.approx(expected)


def test_the_score_is_best_where_the_draws_are() -> None:
    draws = np.random.default_rng(1).normal(size=100_000)
    # 2 φ(0) - 1/√π for the standard normal at its middle
    middle = math.sqrt(2 / math.pi) - 1 / math.sqrt(math.pi)
    assert float(crps(draws, np.array(0.0))) == pytest.approx(middle, abs=0.005)
    assert float(crps(draws, np.array(100.0))) == pytest.approx(
        100 - 1 / math.sqrt(math.pi), abs=0.02
    )
    assert np.isnan(crps(draws, np.array(NAN)))


# -- the method on the past of others -----------------------------------------------------------


def peer(name: str, year: int = 2025, **levels: float | str) -> Baseline:
    """Return a cluster with levels of its output, given as y2023=100."""
    values = {Cell("output", int(key[1:])): Decimal(str(value)) for key, value in levels.items()}
    return Baseline(shipped(), year, values, cluster=name)


def series(name: str, start: int, *values: float) -> Baseline:
    rows = {f"y{start + number}": round(value, 2) for number, value in enumerate(values)}
    return peer(name, **rows)


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(make_baseline())


def test_steady_peers_are_easy(plan: pl.Plan) -> None:
    others = [
        series(name, 2019, *(size * 1.1**year for year in range(7)))
        for name, size in (("a", 1e5), ("b", 3e6), ("c", 7e4))
    ]
    (score,) = method(plan, Reference(clusters=tuple(others)))
    assert score.indicator == "output"
    # Origins 2020 to 2024, with three, three, three, two and one year after them.
    assert (score.origins, score.forecasts) == (5, 3 * (3 + 3 + 3 + 2 + 1))
    assert score.naive == pytest.approx(0, abs=1e-3)
    assert score.inside == 1
    assert 0 < score.crps < 5


def test_scores_are_those_of_each_forecast(plan: pl.Plan) -> None:
    rows = [[100.0, 112.0, 118.0, 121.5], [40.0, 41.0, 47.0, 46.5]]
    others = [series(str(number), 2022, *row) for number, row in enumerate(rows)]
    (score,) = method(plan, Reference(clusters=tuple(others)), seed=5)
    past = np.array(rows)
    errors, inside, naive = [], [], []
    for origin in (1, 2):
        known, after = past[:, : origin + 1], past[:, origin + 1 :]
        draws = predictive(known, horizon=after.shape[1], draws=2000, seed=5)
        for unit, year in np.ndindex(after.shape):
            actual, last = after[unit, year], known[unit, -1]
            paths = draws[unit, year]
            apart = np.abs(np.subtract.outer(paths, paths)).mean() / 2
            errors.append((np.abs(paths - actual).mean() - apart) / last)
            low, high = np.quantile(paths, [0.1, 0.9])
            inside.append(low <= actual <= high)
            rate = (last / known[unit, 0]) ** (1 / origin)
            naive.append(abs(last * rate ** (year + 1) - actual) / last)
    assert (score.origins, score.forecasts) == (2, 6)
    assert score.crps == pytest.approx(100 * np.mean(errors))
    assert score.inside == pytest.approx(np.mean(inside))
    assert score.naive == pytest.approx(100 * np.mean(naive))


def test_growth_over_a_gap_is_carried_on_too(plan: pl.Plan) -> None:
    """The yardstick is the unit's own growth, which two levels two years apart show as well."""
    others = [
        peer("a", y2022="100", y2024="121", y2025="133.1"),
        peer("b", y2022="1000", y2024="1210", y2025="1331"),
    ]
    (score,) = method(plan, Reference(clusters=tuple(others)))
    assert (score.origins, score.forecasts) == (1, 2)
    assert score.naive == pytest.approx(0, abs=0.01)


def test_levels_of_nothing_and_other_indicators_are_left_out(plan: pl.Plan) -> None:
    others = (
        series("a", 2021, 100, 105, 111, 118, 120),
        series("b", 2021, 0, 0, 50, 55, 58),
        Baseline(shipped(), 2025, {}, cluster="nothing known"),
    )
    (score,) = method(plan, Reference(clusters=others))
    # Of b only the last three years are levels: origins 2023 and 2024.
    assert (score.origins, score.forecasts) == (3, (3 + 2 + 1) + (2 + 1))


@pytest.mark.parametrize(
    "clusters",
    [(), (series("a", 2025, 100),), (series("a", 2024, 100, 110), series("b", 2024, 50, 51))],
    ids=["nobody", "one year", "two years"],
)
def test_without_a_past_nothing_is_scored(plan: pl.Plan, clusters: tuple[Baseline, ...]) -> None:
    assert method(plan, Reference(clusters=clusters)) == ()


def test_no_forecast_of_a_peer_sees_what_comes() -> None:
    panel = np.exp(panel_of(2, 4, 6))
    changed = panel.copy()
    changed[:, 4:] *= 3
    pairs_ = list(zip(_folds(panel, 3, 1), _folds(changed, 3, 1), strict=True))
    assert len(pairs_) == 4
    for number, (one, other) in enumerate(pairs_):
        assert np.array_equal(one[1], other[1]) == (number < 3)
        assert not np.array_equal(one[2], other[2])


def test_the_method_is_the_same_for_the_same_seed(plan: pl.Plan) -> None:
    others = Reference(clusters=(series("a", 2020, 100, 104, 109, 108, 115, 121),))
    assert method(plan, others, seed=3) == method(plan, others, seed=3)
    assert method(plan, others, seed=3) != method(plan, others, seed=4)


# -- the file -----------------------------------------------------------------------------------

TEXT = resources.data_text(assumed.FILE)


def codes(data: Any) -> set[str]:
    text = yaml.safe_dump(data, sort_keys=False)
    value, findings = validate(Assumptions, parse(text, "mine.yaml"))
    assert (value is None) == bool(findings)
    return {finding.code for finding in findings}


def test_the_shipped_file_is_what_is_assumed() -> None:
    data = yaml.safe_load(TEXT)
    assert codes(data) == set()
    assert Assumptions.model_validate(data) == assumed.shipped()
    assert set(data) == set(Assumptions.model_fields)


def test_the_shipped_file_explains_every_key() -> None:
    comments = [line.lstrip("# ") for line in TEXT.splitlines() if line.startswith("#")]
    for key in Assumptions.model_fields.keys() - {"passing"}:  # which stands beside lasting
        assert any(line.split(" ")[0] == key for line in comments), key


@pytest.mark.parametrize("place", [(), ("growth",), ("scale",), ("persistence",)])
def test_unknown_and_missing_keys_are_refused(place: tuple[str, ...]) -> None:
    data = yaml.safe_load(TEXT)
    part = data
    for key in place:
        part = part[key]
    part["no_such_key"] = 1
    assert codes(data) == {"key_unknown"}
    del part["no_such_key"]
    del part[next(iter(part))]
    assert codes(data) == {"key_missing"}


def test_a_key_in_the_wrong_place_is_refused() -> None:
    assert codes(edited(FEW_POINTS, scale={"worlds": 3})) == {"key_misplaced"}


OUT_OF_RANGE: dict[str, dict[str, Any]] = {
    "no spreads": {"growth": {"spreads": []}},
    "a spread of none": {"growth": {"spreads": [0]}},
    "no common shocks": {"common": []},
    "a common shock of none": {"common": [0]},
    "no restlessness": {"restlessness": []},
    "restlessness below zero": {"restlessness": [-1]},
    "no lasting": {"lasting": []},
    "more than all lasts": {"lasting": [1.1]},
    "less than nothing passes": {"passing": [-0.1]},
    "nothing passes or not": {"passing": []},
    "equal candidates": {"scale": {"ratio": 1}},
    "no candidates": {"scale": {"count": 0}},
    "half a candidate": {"scale": {"count": 1.5}},
    "growing persistence": {"persistence": {"unit": 1.01}},
    "more than all in common": {"correlation": 1.5},
    "no worlds": {"worlds": 0},
    "no paths": {"paths": 0},
    "a word": {"common": ["much"]},
    "not a number of a share": {"correlation": NAN},
    "not a number of a size": {"common": [NAN]},
}


@pytest.mark.parametrize("changes", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_what_cannot_be_assumed_is_refused(changes: dict[str, Any]) -> None:
    assert codes(edited(FEW_POINTS, **changes)) == {"value_wrong"}
    with pytest.raises(ValidationError):
        assume(FEW_POINTS, **changes)


UNUSABLE: dict[str, dict[str, Any]] = {
    "mean not a number": {"growth": {"mean": NAN}},
    "mean infinite": {"growth": {"mean": math.inf}},
    "spread infinite": {"growth": {"spreads": [math.inf]}},
    "common infinite": {"common": [0.5, math.inf]},
    "restlessness infinite": {"restlessness": [1, math.inf]},
    "scale infinite": {"scale": {"lowest": math.inf}},
    "no pair of shares leaves room": {"lasting": [0.9], "passing": [0.5]},
    "differences that never change and nothing else": {
        "lasting": [1],
        "passing": [0],
        "persistence": {"unit": 1},
    },
    "common shocks that never change": {"persistence": {"common": 1, "share": 1}},
}


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_accepted_can_be_drawn_from(changes: dict[str, Any]) -> None:
    try:
        given_ = assume(**changes)
    except ValidationError:
        return
    assert np.isfinite(predictive(PLAIN, draws=50, assumptions=given_)).all()


def test_assumptions_cannot_be_changed_behind_the_back() -> None:
    given_ = assumed.shipped()
    with pytest.raises(ValidationError):
        given_.worlds = 3  # type: ignore[misc]
    with pytest.raises(ValidationError):
        given_.growth.mean = 3.0  # type: ignore[misc]
    assert assumed.shipped() is given_


def test_other_assumptions_give_other_draws() -> None:
    wide = assume(scale={"lowest": 0.4})
    usual = predictive(PLAIN, draws=500, assumptions=assume())
    other = predictive(PLAIN, draws=500, assumptions=wide)
    assert spread_of(np.log(other[0, -1])) > 1.5 * spread_of(np.log(usual[0, -1]))
    assert np.array_equal(predictive(PLAIN, draws=500, assumptions=assume()), usual)
