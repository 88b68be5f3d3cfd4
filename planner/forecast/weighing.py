"""Weighing: what a panel may be, combination and restlessness of its units together, without bias.

A panel is settled as if what all units share were known no better by knowing who is restless. That
is quick and a little off: with few peers the weight of each is not what it should be. So shared
increments are drawn from about there and weighed by how likely the panel really is: importance
sampling [1]_, with a t distribution, whose tails are wide enough to miss nothing. Given what is
shared, units say nothing of each other, and how restless each is follows by Bayes' rule. Given
combination and restlessness everything is normal again, and what is shared is not drawn any more.

References
----------
.. [1] A. Gelman, J. B. Carlin, H. S. Stern, D. B. Dunson, A. Vehtari and D. B. Rubin, Bayesian Data
   Analysis, 3rd edition, section 10.4, CRC Press, 2013.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from planner.forecast.assumptions import Assumptions

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

DRAWN = 4096
MOST = 2**20  # states times units that are held in memory together
FREEDOM = 5  # degrees, of the t distribution
WIDER = 1.2  # than the spread the panel was settled with


class Panel(Protocol):
    """What is asked of a panel: see :class:`planner.forecast.growth.Panel`."""

    assumptions: Assumptions
    span: int
    combinations: Any

    @property
    def groups(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def settled(self) -> Any: ...  # noqa: D102
    @property
    def counts(self) -> Array: ...  # noqa: D102
    @property
    def inverses(self) -> Sequence[Array]: ...  # noqa: D102


class States(NamedTuple):
    """What a panel may be: combinations with what is shared under them, and how plausible each is.

    Arrays (states,) of combinations and of logarithmic weights, (states, increments) of the shared
    increments expected, (states, increments, increments) of their covariances, and (states, units)
    of how restless each unit is.
    """

    points: Indices
    weights: Array
    shared: Array
    spread: Array
    restless: Array

    def pick(self, count: int, rng: np.random.Generator) -> Indices:
        """Return states, as often as their weights say, in random order."""
        return rng.permutation(picked(np.exp(self.weights - self.weights.max()), count, rng))


def picked(chances: Array, count: int, rng: np.random.Generator) -> Indices:
    """Return places of an array of chances, as often as they say and in their own order."""
    heights = np.cumsum(chances)
    level = (np.arange(count) + rng.random()) / count * heights[-1]
    places: Indices = np.minimum(np.searchsorted(heights, level), chances.size - 1)
    return places


def states(panel: Panel, rng: np.random.Generator) -> States:
    """Return what a panel may be: each combination where nobody's growth is seen, else draws."""
    settled, classes = panel.settled, np.array(panel.assumptions.restlessness)
    if not panel.counts.any():
        restless = rng.choice(classes, (len(settled.weights), len(panel.counts)))
        points = np.arange(len(settled.weights))
        return States(points, np.log(settled.weights), settled.shared, settled.spread, restless)
    points = picked(settled.weights, min(DRAWN, -(-MOST // len(panel.counts))), rng)
    years = np.flatnonzero(np.any([group.seen.any(0) for group in panel.groups], axis=0))
    past, weights = _drawn(panel, points, years, rng)
    known, prior = panel.combinations, panel.combinations.prior[points]
    usual = np.full(panel.span, panel.assumptions.growth.mean)
    precision, pull = prior.copy(), prior @ usual
    restless = np.ones((len(points), len(panel.counts)))
    for group, inverse in zip(panel.groups, panel.inverses, strict=True):
        near, seen = inverse[points], group.seen[:, years]
        rest = group.steps - (past @ seen.T)[:, None, :]
        strays = np.einsum("snj,sjk,snk->sn", rest, near, rest)
        logs = -strays[..., None] / (2 * classes**2) - len(seen) * np.log(classes)
        heights = np.cumsum(np.exp(logs - logs.max(-1, keepdims=True)), -1)
        weights += (logs.max(-1) + np.log(heights[..., -1])).sum(-1)
        weights += len(group.units) * np.linalg.slogdet(near)[1] / 2
        level = rng.random(strays.shape)[..., None] * heights[..., -1:]
        restless[:, group.units] = classes[(heights < level).sum(-1)]
        weight = restless[:, group.units] ** -2.0
        lifted = group.seen.T @ near
        precision += weight.sum(1)[:, None, None] * (lifted @ group.seen)
        pull += np.einsum("spk,sk->sp", lifted, weight @ group.steps)
    weights += known.log_prior[points] - np.log(settled.weights[points])
    spread = np.linalg.inv(precision)
    shared = np.einsum("spq,sq->sp", spread, pull)
    return States(points, weights, shared, spread, restless)


def _drawn(
    panel: Panel, points: Indices, years: Indices, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw the shared increments of the years seen: (points, years), and how far they are too likely.

    The logarithm of their density under the combinations over that of drawing them.
    """
    block = (slice(None), years[:, None], years)
    mean = panel.settled.shared[points][:, years]
    roots = np.linalg.cholesky(panel.settled.spread[points][block])
    heavy = np.sqrt(rng.chisquare(FREEDOM, len(points)) / FREEDOM)
    standard = rng.standard_normal(mean.shape) / heavy[:, None]
    past = mean + WIDER * np.einsum("spq,sq->sp", roots, standard)
    drawn = -np.log(np.einsum("spp->sp", roots)).sum(-1)
    drawn -= (FREEDOM + len(years)) / 2 * np.log1p((standard**2).sum(-1) / FREEDOM)
    prior = panel.combinations.prior[points]
    before = np.linalg.inv(np.linalg.inv(prior)[block])
    away = past - panel.assumptions.growth.mean
    likely = np.linalg.slogdet(before)[1] - np.linalg.slogdet(prior)[1]
    likely = (likely - np.einsum("sp,spq,sq->s", away, before, away)) / 2
    return past, likely - drawn
