"""Growth: what a panel of levels tells of the growth of its units, and how little.

Logarithmic growth of unit *i* in year *t* is the sum of what all units share - a mean rate and
the shocks of the year, which may linger - and what is the unit's own: a difference that lasts for
years, steps that stay, and fluctuations that are gone the year after. Units are more or less
restless. How large each part is cannot be told from three years, so every combination of spreads
is weighed by how well it explains the panel, none is chosen, and what is predicted is drawn from
all of them. Missing years are simply not seen; steps over several years count as such.

Given one combination everything is normal: the shared increments have a posterior (means
``shared``, covariances ``spread``) in which units count less the more they stray, and a unit's
future follows from its own deviations by the rule for conditional normals.

Level, slope and irregular are those of structural time series models [1]_; ours has slopes that
fade and correlated units, and writes increments as one covariance matrix instead of a filter. That
every combination is weighed and all are drawn from is model averaging [2]_, over a set of spreads
in place of sets of variables. Units that stray count less as under a t distribution [3]_, here as a
mixture of a few scales; how restless each is and what is shared settle with each other in
variational rounds, whose bound stands in for the likelihood of a combination [4]_.

References
----------
.. [1] A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, Cambridge
   University Press, 1989.
.. [2] J. A. Hoeting, D. Madigan, A. E. Raftery and C. T. Volinsky, Bayesian model averaging: a
   tutorial, Statistical Science 14(4), 382-417, 1999.
.. [3] K. L. Lange, R. J. A. Little and J. M. G. Taylor, Robust statistical modeling using the t
   distribution, Journal of the American Statistical Association 84(408), 881-896, 1989.
.. [4] M. I. Jordan, Z. Ghahramani, T. S. Jaakkola and L. K. Saul, An introduction to variational
   methods for graphical models, Machine Learning 37(2), 183-233, 1999.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.core.frozen import remembered
from planner.forecast.assumptions import Assumptions
from planner.forecast.weighing import picked, states

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

# Rounds in which the weights of units and the shared increments settle with each other.
ROUNDS = 4
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
    (worlds, horizon, horizon), lower triangular, of its covariance; `sources` says where the
    expected growth comes from.
    """

    means: Array
    roots: Array
    sources: Weights

    @remembered
    def moments(self, year: int) -> tuple[float, float]:
        """Return mean and standard deviation of the logarithmic growth until a year ahead."""
        means, roots = self.means[:, year], self.roots[:, year]
        return float(means.mean()), float(np.sqrt(means.var() + (roots**2).sum(-1).mean()))


class _Settled(NamedTuple):
    """What a panel amounts to for each combination.

    Shared increments with their covariances, and the weight of the point.
    """

    shared: Array
    spread: Array
    weights: Array


class _Combinations:
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
def _combinations(given: Assumptions, span: int) -> _Combinations:
    """Return the combinations, which panels of one length have in common."""
    return _Combinations(given, span)


class Panel:
    """A panel weighed against every combination of spreads.

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
        """Weigh the combinations; nothing is random here."""
        self.logs = np.log(levels)
        self.horizon = horizon
        self.assumptions = assumptions
        self.span = levels.shape[1] - 1 + horizon
        self.combinations = _combinations(assumptions, self.span)
        self.groups = tuple(self._grouped())

    def frame(self, known: Indices) -> tuple[Array, Array]:
        """Return what adds up yearly increments: between known years, and from the last onwards.

        Shapes (steps, increments) and (horizon, increments).
        """
        seen = np.zeros((len(known) - 1, self.span))
        for row, (start, end) in enumerate(pairwise(known)):
            seen[row, start:end] = 1
        ahead = np.zeros((self.horizon, self.span))
        for year in range(self.horizon):
            ahead[year, known[-1] : self.logs.shape[1] + year] = 1
        return seen, ahead

    def _grouped(self) -> Iterator[_Group]:
        known = ~np.isnan(self.logs)
        patterns, which = np.unique(known, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            years = np.flatnonzero(pattern)
            if not len(years):
                continue
            units = np.flatnonzero(which.ravel() == number)
            seen, ahead = self.frame(years)
            steps = np.diff(self.logs[np.ix_(units, years)], axis=1)
            yield _Group(units, int(years[-1]), seen, ahead, steps)

    @cached_property
    def counts(self) -> Array:
        """Over how many steps each unit was seen: (units,)."""
        counts = np.zeros(len(self.logs))
        for group in self.groups:
            counts[group.units] = len(group.seen)
        return counts

    @cached_property
    def inverses(self) -> tuple[Array, ...]:
        """Inverse covariances of the own steps of each group: (points, steps, steps)."""
        own = self.combinations.own
        return tuple(np.linalg.inv(group.seen @ own @ group.seen.T) for group in self.groups)

    # -- weighing ------------------------------------------------------------------------

    @cached_property
    def settled(self) -> _Settled:
        """Find the shared increments, how restless units are, and the weight of each point."""
        points, units = len(self.combinations.log_prior), len(self.logs)
        inverses, counts = self.inverses, self.counts
        usual = np.full(self.span, self.assumptions.growth.mean)
        prior = self.combinations.prior
        weights, strays = np.ones((points, units)), np.zeros((points, units))
        for _ in range(ROUNDS):
            precision, pull = prior.copy(), prior @ usual
            for group, inverse in zip(self.groups, inverses, strict=True):
                weight = weights[:, group.units]
                lifted = group.seen.T @ inverse
                precision += weight.sum(1)[:, None, None] * (lifted @ group.seen)
                pull += np.einsum("gpk,gk->gp", lifted, weight @ group.steps)
            spread = np.linalg.inv(precision)
            shared = np.einsum("gpq,gq->gp", spread, pull)
            for group, inverse in zip(self.groups, inverses, strict=True):
                rest = group.steps[None] - (shared @ group.seen.T)[:, None, :]
                strays[:, group.units] = np.einsum("gnj,gjk,gnk->gn", rest, inverse, rest)
                # What is shared is not known exactly either.
                unsure = group.seen @ spread @ group.seen.T
                strays[:, group.units] += np.einsum("gjk,gkj->g", inverse, unsure)[:, None]
            weights, fit = self._restless(strays, counts)
        away = shared - usual
        score = self.combinations.log_prior + fit.sum(1)
        for group, inverse in zip(self.groups, inverses, strict=True):
            score += len(group.units) * np.linalg.slogdet(inverse)[1] / 2
        score -= np.einsum("gp,gpq,gq->g", away, prior, away) / 2
        score -= np.einsum("gpq,gqp->g", prior, spread) / 2  # as the strays above it
        score -= np.linalg.slogdet(precision)[1] / 2
        plausible = np.exp(score - score.max())
        shares = plausible / plausible.sum()
        return _Settled(shared, spread, shares)

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

    @property
    def weights(self) -> Array:
        """Return the weight of each combination."""
        return self.settled.weights

    @property
    def shared(self) -> Array:
        """Return the shared increments expected at each point: (points, increments)."""
        return self.settled.shared

    # -- what follows --------------------------------------------------------------------

    def conditional(self, number: int, points: Indices) -> tuple[Array, Array]:
        """Return how deviations seen carry on, and the covariance of what they leave open.

        Shapes (points, horizon, steps) and (points, horizon, horizon), for a group of units.
        """
        group, own = self.groups[number], self.combinations.own[points]
        across = group.ahead @ own @ group.seen.T
        gain = across @ self.inverses[number][points]
        return gain, group.ahead @ own @ group.ahead.T - gain @ np.swapaxes(across, 1, 2)

    # -- one unit ------------------------------------------------------------------------

    def worlds(self, unit: int, count: int, rng: np.random.Generator) -> Worlds:
        """Return equally likely rates and spreads of one unit, in random order.

        The figures of one alone decide exactly how it stands to what is known before: every class
        of restlessness is weighed under every combination. With others it is one of what the panel
        may be, weighed without bias.

        Raises
        ------
        ValueError
            When no level of the unit is known.
        """
        levels = np.exp(self.logs)
        years = np.flatnonzero(~np.isnan(self.logs[unit]))
        if not len(years):
            raise ValueError(unit)
        others = np.delete(levels, unit, axis=0)
        if np.isnan(others).all():
            alone = _nobody(others.shape[1], self.horizon, self.assumptions)
            return alone.joined(np.diff(self.logs[unit, years]), *self.frame(years), count, rng)
        # Whoever stands first has the first random numbers: that is not to matter.
        others = others[np.lexsort(np.nan_to_num(others).T)]
        panel = Panel(np.vstack([levels[[unit]], others]), self.horizon, self.assumptions)
        return panel._first(count, rng)

    def _first(self, count: int, rng: np.random.Generator) -> Worlds:
        """Return the worlds of the first unit."""
        known = states(self, rng)
        state = known.pick(count, rng)
        points, spread = known.points[state], known.spread[state]
        number, group = next((n, g) for n, g in enumerate(self.groups) if 0 in g.units)
        steps = group.steps[np.flatnonzero(group.units == 0)[0]]
        gain, left = self.conditional(number, points)
        square = known.restless[state, 0][:, None, None] ** 2
        reach = group.ahead - gain @ group.seen
        means = np.einsum("whp,wp->wh", reach, known.shared[state]) + gain @ steps
        covariance = reach @ spread @ np.swapaxes(reach, 1, 2) + square * left
        # What moves when all growth of a source is one more: the unit's own moves what is shared too.
        years, last = group.ahead[-1].sum(), reach[:, -1]
        pull = group.seen.T @ self.inverses[number][points] @ group.seen / square
        lifted = np.einsum("wpq,wqr->wp", spread, pull)
        usual = np.einsum("wpq,wqr->wp", spread, self.combinations.prior[points])
        own = gain[:, -1] @ group.seen.sum(1) + np.einsum("wp,wp->w", last, lifted)
        own_, general = (
            float(part.mean() / years) for part in (own, np.einsum("wp,wp->w", last, usual))
        )
        return Worlds(means, root(covariance), Weights(own_, 1 - own_ - general, general))

    def joined(
        self, steps: Array, seen: Array, ahead: Array, count: int, rng: np.random.Generator
    ) -> Worlds:
        """Return the worlds of a unit of a panel that is nobody else's, from its observed steps."""
        known, classes = states(self, rng), np.array(self.assumptions.restlessness)
        rest = steps - known.shared @ seen.T
        unsure = seen @ known.spread @ seen.T
        noise = (seen @ self.combinations.own @ seen.T)[known.points]
        logs = np.stack(
            [_log_normal(rest, unsure + restless**2 * noise) for restless in classes], -1
        )
        logs += known.weights[:, None]
        chances = np.exp(logs - logs.max())
        place = rng.permutation(picked(chances.ravel(), count, rng))
        state, chosen = np.unravel_index(place, chances.shape)
        points, spread = known.points[state], known.spread[state]
        kernel = classes[chosen][:, None, None] ** 2 * self.combinations.own[points]
        both = kernel + spread
        across = ahead @ both @ seen.T
        gain = across @ np.linalg.inv(seen @ both @ seen.T)
        means = known.shared[state] @ ahead.T + np.einsum("whk,wk->wh", gain, rest[state])
        covariance = ahead @ both @ ahead.T - gain @ np.swapaxes(across, 1, 2)
        own = float((gain[:, -1] @ seen.sum(1)).mean() / ahead[-1].sum())
        return Worlds(means, root(covariance), Weights(own, 0.0, 1 - own))


@lru_cache(maxsize=16)
def _nobody(years: int, horizon: int, given: Assumptions) -> Panel:
    """Return the panel of nobody, which units without a reference class have in common."""
    return Panel(np.empty((0, years)), horizon, given)


def _log_normal(rest: Array, covariances: Array) -> Array:
    """Return log densities of deviations (points, steps), but for a constant."""
    solved = np.linalg.solve(covariances, rest[..., None])[..., 0]
    log: Array = -((rest * solved).sum(-1) + np.linalg.slogdet(covariances)[1]) / 2
    return log
