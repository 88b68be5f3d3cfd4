"""Growth: what a panel of levels tells of the growth of its units, and how little.

Logarithmic growth of unit *i* in year *t* is the sum of what all units share - a mean rate and
the shocks of the year, which may linger - and what is the unit's own: a difference that lasts for
years, steps that stay, and fluctuations that are gone the year after. Units are more or less
restless. How large each part is cannot be told from three years, so every combination of a grid
is weighed by how well it explains the panel, none is chosen, and what is predicted is drawn from
all of them. Missing years are simply not seen; steps over several years count as such.

Given one combination everything is normal: the shared increments have a posterior (means
``shared``, covariances ``spread``) in which units count less the more they stray, and a unit's
future follows from its own deviations by the rule for conditional normals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.outlook.assumptions import Assumptions

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

# Rounds in which the weights of units and the shared increments settle with each other.
ROUNDS = 8
# Keeps matrices that are singular by construction decomposable; far below any spread.
JITTER = 1e-14


def root(covariances: Array) -> Array:
    """Return lower triangular roots of covariances, singular ones too."""
    firm = covariances + JITTER * np.eye(covariances.shape[-1])
    return np.linalg.cholesky(firm).astype(np.float64, copy=False)


class Weights(NamedTuple):
    """Where an expected growth comes from; adds up to one.

    Each is by how much the forecast moves when all growth of that source moves by one, as long
    as that does not change how restless units are taken to be.
    """

    own: float
    peers: float
    general: float


@dataclass(frozen=True)
class _Group:
    """Units that were observed in the same years.

    `seen` (steps, increments) and `ahead` (horizon, increments) add up yearly increments to
    what was observed between years, and to what lies between the last one and each year ahead.
    """

    units: Indices
    last: int
    seen: Array
    ahead: Array
    steps: Array


@dataclass(frozen=True)
class Worlds:
    """Equally likely combinations of rates and spreads for one unit.

    `means` (worlds, horizon) of the logarithmic growth since the last known level and `roots`
    (worlds, horizon, horizon), lower triangular, of its covariance.
    """

    means: Array
    roots: Array


class _Grid:
    """The combinations of shares, scales and spreads, and what each says of yearly increments."""

    def __init__(self, given: Assumptions, span: int) -> None:
        scales = given.scale.lowest * given.scale.ratio ** np.arange(given.scale.count)
        points = np.array(
            [
                (lasting, passing, scale, common, spread)
                for lasting in given.lasting
                for passing in given.passing
                if lasting + passing <= 1
                for scale in scales
                for common in given.common
                for spread in given.growth.spreads
            ]
        )
        lasting, passing, scale, common, spread = points.T[:, :, None, None]
        lags = np.abs(np.subtract.outer(np.arange(span), np.arange(span)))
        stays = np.eye(span)
        gone = stays - (lags == 1) / 2
        keeps = given.persistence
        self.own = scale**2 * (
            lasting * keeps.unit**lags + passing * gone + (1 - lasting - passing) * stays
        )
        shock = (1 - keeps.share) * stays + keeps.share * keeps.common**lags
        prior = spread**2 + (common * scale) ** 2 * shock
        self.prior = np.linalg.inv(prior)
        unusual = np.log(points[:, 2] / given.scale.median) / given.scale.spread
        self.log_prior = np.linalg.slogdet(self.prior)[1] / 2 - unusual**2 / 2


@lru_cache(maxsize=8)
def _grid(given: Assumptions, span: int) -> _Grid:
    """Return the grid, which panels of one length have in common."""
    return _Grid(given, span)


class Panel:
    """A panel weighed against every combination of the grid.

    Parameters
    ----------
    levels
        Array (units, years) of positive levels, NaN where missing.
    horizon
        Number of years ahead of the last column.
    assumptions
        What is taken for granted.
    """

    def __init__(self, levels: Array, horizon: int, assumptions: Assumptions) -> None:
        """Fit the grid; nothing is random here."""
        self.logs = np.log(levels)
        self.horizon = horizon
        self.assumptions = assumptions
        self.span = levels.shape[1] - 1 + horizon
        self.grid = _grid(assumptions, self.span)
        self.groups = tuple(self._grouped())
        self._settle()

    def _grouped(self) -> Iterator[_Group]:
        known = ~np.isnan(self.logs)
        patterns, which = np.unique(known, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            years = np.flatnonzero(pattern)
            if not len(years):
                continue
            units = np.flatnonzero(which.ravel() == number)
            seen = np.zeros((len(years) - 1, self.span))
            for row, (start, end) in enumerate(pairwise(years)):
                seen[row, start:end] = 1
            ahead = np.zeros((self.horizon, self.span))
            for year in range(self.horizon):
                ahead[year, years[-1] : self.logs.shape[1] + year] = 1
            steps = np.diff(self.logs[np.ix_(units, years)], axis=1)
            yield _Group(units, int(years[-1]), seen, ahead, steps)

    # -- weighing ------------------------------------------------------------------------

    def _settle(self) -> None:
        """Find the shared increments, how restless units are, and the weight of each point."""
        points, units = len(self.grid.log_prior), len(self.logs)
        self.inverses = [
            np.linalg.inv(group.seen @ self.grid.own @ group.seen.T) for group in self.groups
        ]
        counts = np.zeros(units)
        for group in self.groups:
            counts[group.units] = len(group.seen)
        usual = np.full(self.span, self.assumptions.growth.mean)
        prior = self.grid.prior
        weights, strays = np.ones((points, units)), np.zeros((points, units))
        for _ in range(ROUNDS):
            precision, pull = prior.copy(), prior @ usual
            for group, inverse in zip(self.groups, self.inverses, strict=True):
                weight = weights[:, group.units]
                lifted = group.seen.T @ inverse
                precision += weight.sum(1)[:, None, None] * (lifted @ group.seen)
                pull += np.einsum("gpk,gk->gp", lifted, weight @ group.steps)
            self.spread = np.linalg.inv(precision)
            self.shared = np.einsum("gpq,gq->gp", self.spread, pull)
            for group, inverse in zip(self.groups, self.inverses, strict=True):
                rest = group.steps[None] - (self.shared @ group.seen.T)[:, None, :]
                strays[:, group.units] = np.einsum("gnj,gjk,gnk->gn", rest, inverse, rest)
                # What is shared is not known exactly either.
                unsure = group.seen @ self.spread @ group.seen.T
                strays[:, group.units] += np.einsum("gjk,gkj->g", inverse, unsure)[:, None]
            self.unit_weights = weights
            weights, fit = self._restless(strays, counts)
        self.strays, self.counts = strays, counts
        away = self.shared - usual
        score = self.grid.log_prior + fit.sum(1)
        for group, inverse in zip(self.groups, self.inverses, strict=True):
            score += len(group.units) * np.linalg.slogdet(inverse)[1] / 2
        score -= np.einsum("gp,gpq,gq->g", away, prior, away) / 2
        score -= np.einsum("gpq,gqp->g", prior, self.spread) / 2  # as the strays above it
        score -= np.linalg.slogdet(precision)[1] / 2
        plausible = np.exp(score - score.max())
        self.weights = plausible / plausible.sum()

    def _restless(self, strays: Array, counts: Array) -> tuple[Array, Array]:
        """Return the weight of each unit, which falls as it strays, and its log likelihood."""
        classes = np.array(self.assumptions.restlessness)
        logs = np.stack([self._class_log(strays, counts, value) for value in classes])
        top = logs.max(0)
        chances = np.exp(logs - top)
        total = chances.sum(0)
        weights = np.tensordot(classes**-2, chances, 1) / total
        return weights, top + np.log(total / len(classes))

    @staticmethod
    def _class_log(strays: Array, counts: Array, restless: float) -> Array:
        log: Array = -strays / (2 * restless**2) - counts * np.log(restless)
        return log

    # -- what follows --------------------------------------------------------------------

    def pick(self, count: int, rng: np.random.Generator) -> Indices:
        """Return points of the grid, as often as their weights say, in the grid's order."""
        heights = np.cumsum(self.weights)
        picked: Indices = np.searchsorted(
            heights, (np.arange(count) + rng.random()) / count * heights[-1]
        )
        return picked

    @cached_property
    def roots(self) -> Array:
        """Lower triangular roots of the covariances of the shared increments."""
        return root(self.spread)

    def restless(self, points: Indices, units: Indices, rng: np.random.Generator) -> Array:
        """Draw how restless units are at some points of the grid: (points, units)."""
        classes = np.array(self.assumptions.restlessness)
        strays, counts = self.strays[np.ix_(points, units)], self.counts[units]
        logs = np.stack([self._class_log(strays, counts, value) for value in classes], -1)
        heights = np.cumsum(np.exp(logs - logs.max(-1, keepdims=True)), -1)
        # Evenly spread over the points, in an order of their own for every unit.
        level = np.stack([rng.permutation(len(points)) + rng.random() for _ in units], -1)
        chosen = (heights < (level / len(points))[..., None] * heights[..., -1:]).sum(-1)
        drawn: Array = classes[chosen]
        return drawn

    def conditional(self, number: int, points: Indices) -> tuple[Array, Array]:
        """Return how deviations seen carry on, and the covariance of what they leave open.

        Shapes (points, horizon, steps) and (points, horizon, horizon), for a group of units.
        """
        group, own = self.groups[number], self.grid.own[points]
        across = group.ahead @ own @ group.seen.T
        gain = across @ self.inverses[number][points]
        return gain, group.ahead @ own @ group.ahead.T - gain @ np.swapaxes(across, 1, 2)

    def worlds(self, unit: int, count: int, rng: np.random.Generator) -> Worlds:
        """Return equally likely combinations of rates and spreads of one unit, in random order.

        Raises
        ------
        ValueError
            When no level of the unit is known.
        """
        number = self._group_of(unit)
        group = self.groups[number]
        points = rng.permutation(self.pick(count, rng))
        restless = self.restless(points, np.array([unit]), rng)
        gain, left = self.conditional(number, points)
        reach = group.ahead - gain @ group.seen
        steps = group.steps[np.flatnonzero(group.units == unit)[0]]
        means = np.einsum("whp,wp->wh", reach, self.shared[points]) + gain @ steps
        left = left * restless[:, :, None] ** 2
        covariance = reach @ self.spread[points] @ np.swapaxes(reach, 1, 2) + left
        return Worlds(means, root(covariance))

    def sources(self, unit: int) -> Weights:
        """Return where the expected growth of a unit over the whole horizon comes from."""
        number = self._group_of(unit)
        group = self.groups[number]
        every = np.arange(len(self.weights))
        gain, _ = self.conditional(number, every)
        reach = (group.ahead - gain @ group.seen)[:, -1]
        years = group.ahead[-1].sum()
        usual = self.grid.prior.sum(2)
        general = np.einsum("gp,gpq,gq->g", reach, self.spread, usual)
        lifted = group.seen.T @ self.inverses[number] @ group.seen.sum(1)
        pulled = np.einsum("gp,gpq,gq->g", reach, self.spread, lifted)
        own = gain[:, -1] @ group.seen.sum(1) + self.unit_weights[:, unit] * pulled
        shares = [float(self.weights @ value / years) for value in (own, general)]
        return Weights(shares[0], 1 - shares[0] - shares[1], shares[1])

    def _group_of(self, unit: int) -> int:
        for number, group in enumerate(self.groups):
            if unit in group.units:
                return number
        raise ValueError(unit)
