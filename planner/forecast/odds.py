"""Odds: the chance of meeting each goal, each yearly stage, and all of them together.

Goals are held against the same simulated years whatever they are, so that odds of two plans
differ only by their goals. Every chance says how many paths it was counted on and what its
standard error is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from planner.compliance.goalrows import GoalRow
from planner.core.findings import Finding, InputError, Obligation, UnknownNameError
from planner.forecast.chance import Chance
from planner.forecast.forecast import Forecast, forecast
from planner.forecast.growth import Weights
from planner.forecast.outcomes import Hits
from planner.forecast.processes import Peer
from planner.forecast.stretch import Stretch, stretch
from planner.model.asked import known_id
from planner.model.catalogue import Cell, Indicator
from planner.model.reference import Reference

if TYPE_CHECKING:
    from planner.compliance.system import System
    from planner.planning.record import PlanRecord

FAN = (10, 50, 90)  # per cent of the paths that lie below
SAFE = 80  # per cent of the paths in which a safe target is met


@dataclass(frozen=True)
class _Counted:
    """All chances of a plan, counted in one pass."""

    chances: Mapping[Cell, Chance]
    stages: Mapping[int, Chance]
    every: Chance | None


@dataclass(frozen=True)
class GoalOdds:
    """One goal: chances and fan by year, the target that would be safe, and where it comes from.

    `fan` holds what lies above 10, 50 and 90 of a hundred paths, `safe` the target of the last
    year that four of five paths meet, each on the indicator's grid and in its unit. Where one year
    without a reference class is all that is known, neither is `informative` and `fan` is empty. `sources` are
    the shares, together 1, in which the expected growth rests on the own history, the reference
    class and general experience.
    """

    row: GoalRow
    chances: Mapping[int, Chance]
    fan: Mapping[int, tuple[Decimal, ...]]
    safe: Decimal
    sources: Weights
    stretch: Stretch
    informative: bool = True

    def __repr__(self) -> str:
        """Say the chance of each year."""
        told = ", ".join(f"{year} {chance}" for year, chance in self.chances.items())
        return f"<GoalOdds {self.id} {told}>"

    @property
    def id(self) -> str:
        """Return the indicator's id."""
        return self.row.id

    @property
    def item(self) -> Indicator:
        """Return the indicator."""
        return self.row.item

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Return those of the reference class that state a rate."""
        return self.stretch.peers


def no_goal(key: str) -> Finding:
    """Return the finding on an indicator that has no odds."""
    return Finding("odds_goal_unknown", Obligation.MUST_FIX, indicator=key)


@dataclass(frozen=True)
class OddsRecord:
    """The odds of a plan; :class:`planner.api.odds.Odds` binds tables and charts to them.

    `goals` has an entry for each goal of the table that can be better or worse and has a
    process. `firm` names those that a rule or the user asks something of, unless `about` names
    them. What is `assumed` takes the place of the forecast on the cluster, as in a sensitivity
    analysis. *Hits* are an array (paths,) of booleans: in which of the simulated paths something
    holds. Examples are those of :class:`planner.Odds`.
    """

    plan: PlanRecord
    reference: Reference
    seed: int
    assumed: Forecast | None = None
    about: frozenset[str] | None = None

    def __repr__(self) -> str:
        """Say the odds of all together."""
        return f"<Odds {self.joint or 'unknown'}, {self.paths} paths, seed {self.seed}>"

    @property
    def forecast(self) -> Forecast:
        """Return the simulated years: those of the plan's cluster, or what is assumed instead."""
        if self.assumed is not None:
            return self.assumed
        seen: ReferenceType[Forecast] | None = self.__dict__.get("_seen")
        made = seen() if seen is not None else None
        if made is None:
            made = forecast(self.system, self.reference, self.seed)
            self.__dict__["_seen"] = ref(made)  # plans do not own the paths
        return made

    @cached_property
    def system(self) -> System:
        """Return the rows that outcomes are judged by: what a goal table states is no part of them."""
        plan = self.plan
        bare = plan if plan.given is None else replace(plan, given=None, wishes={}, pins={})
        return bare.base_system

    @property
    def paths(self) -> int:
        """Return the number of paths."""
        return self.forecast.outcomes.paths.count

    # -- counting ------------------------------------------------------------------------

    def hits(self, cell: Cell) -> Hits | None:
        """Return in which paths a goal is met, as hits; None where nothing can be said of it.

        Parameters
        ----------
        cell
            ``Cell(indicator id, year)`` of a target.
        """
        row = next((row for row in self.plan.goals if row.id == cell.indicator), None)
        return None if row is None else self._met(row, cell)

    def _met(self, row: GoalRow, cell: Cell) -> Hits | None:
        target = row.values.get(cell.year)
        if target is None or row.item.better == "neither":
            return None
        return self.forecast.outcomes.reaches(cell, target, better=row.item.better)

    @cached_property
    def _counted(self) -> _Counted:
        """Count every goal in one pass; the paths themselves are not kept with each plan."""
        end = self.plan.years[-1]
        chances: dict[Cell, Chance] = {}
        together: dict[int, Hits] = {}
        every: Hits | None = None
        for row in self.plan.goals:
            for year in row.values:
                cell = Cell(row.id, year)
                met = self._met(row, cell)
                if met is None:
                    continue
                chances[cell] = self.count(met)
                if row.id in self.firm:
                    together[year] = met if year not in together else together[year] & met
                if year == end:
                    every = met if every is None else every & met
        stages = {year: self.count(together[year]) for year in self.plan.years if year in together}
        return _Counted(chances, stages, None if every is None else self.count(every))

    def together(self, year: int) -> Hits | None:
        """Return in which paths all firm goals of a `year` are met; None where none is known."""
        cells = [Cell(row.id, year) for row in self.plan.goals if row.id in self.firm]
        hits_of = [hits for cell in cells if (hits := self.hits(cell)) is not None]
        return np.logical_and.reduce(hits_of) if hits_of else None

    def summed(self, signs: NDArray[np.int8]) -> tuple[float, float]:
        """Return the sum over paths that each count 1, 0 or -1, and its standard error.

        The error is told by how worlds differ. They are spread evenly over what is plausible, so
        it is rather too large. `signs` is an array (paths,), in the order of the forecast's paths.
        """
        paths = self.forecast.outcomes.paths
        each = paths.count // paths.worlds
        # The smallest type that can hold the sum: this is done for every goal of a moved slider.
        kind = np.min_scalar_type(-each - 1)
        worlds = np.add.reduce(signs.reshape(each, paths.worlds), axis=0, dtype=kind)
        weights = worlds.astype(np.float64)
        total = float(weights.sum())
        return total, sqrt(max(float(weights @ weights) - total**2 / paths.worlds, 0.0))

    def count(self, hits: Hits) -> Chance:
        """Return the chance of some paths; where none or every one hits, its error is that of one.

        Parameters
        ----------
        hits
            As :meth:`hits` and :meth:`together` return them; they can be joined by ``&`` and ``|``.
        """
        total, error = self.summed(hits.view(np.int8))
        return Chance(int(total), self.paths, max(error, 1.0) / self.paths)

    @property
    def chances(self) -> Mapping[Cell, Chance]:
        """Return the chance of each goal in each year."""
        return self._counted.chances

    @cached_property
    def firm(self) -> frozenset[str]:
        """Return the goals that a rule, a wish or a pin asks something of."""
        if self.about is not None:
            return self.about
        asked = {cell.indicator for cell in self.plan.requested}
        fitting = {rule.id for rule in self.system.rules if rule.coherence}
        return frozenset(
            row.id for row in self.plan.goals if {*row.rules} - fitting or row.id in asked
        )

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Return the firm goals of the last year whose odds are known: those of :attr:`joint`."""
        end = self.plan.years[-1]
        return tuple(
            r.id for r in self.plan.goals if r.id in self.firm and Cell(r.id, end) in self.chances
        )

    @property
    def joint(self) -> Chance | None:
        """Return the chance that all firm goals of the last year are met together."""
        return self.stages[self.plan.years[-1]]

    @cached_property
    def without(self) -> Mapping[str, Chance]:
        """Return for each of :attr:`counted` the chance that all the others are met together."""
        hits = [self.hits(Cell(key, self._end)) for key in self.counted]
        known = np.array([hit for hit in hits if hit is not None])
        missed = np.sum(~known, axis=0, dtype=np.int16) if len(known) else None
        if missed is None:
            return {}
        # All others are met where nothing is missed, or this one alone.
        return {
            key: self.count((missed == 0) | ((missed == 1) & ~hit))
            for key, hit in zip(self.counted, known, strict=True)
        }

    @property
    def every(self) -> Chance | None:
        """Return the chance that every number of the last year is met, also those nobody asks."""
        return self._counted.every

    @property
    def stages(self) -> Mapping[int, Chance | None]:
        """Return for each year the chance that all its firm goals are met together."""
        return {year: self._counted.stages.get(year) for year in self.plan.years}

    @cached_property
    def rules(self) -> Mapping[str, Chance | None]:
        """Return the chance that each rule on targets holds of what really comes about."""
        return {
            rule.id: None
            if (hits := self.forecast.outcomes.holds(rule.node)) is None
            else self.count(hits)
            for rule in self.system.of_scope("target")
            if rule.origin == "rules" and rule.level != "identity" and not rule.coherence
        }

    @cached_property
    def compliant(self) -> Chance | None:
        """Return the chance that all rules on targets hold together of what comes about."""
        per_rule = [
            self.forecast.outcomes.holds(rule.node)
            for rule in self.system.of_scope("target")
            if rule.id in self.rules
        ]
        known = [hits for hits in per_rule if hits is not None]
        return (
            self.count(np.logical_and.reduce(known))
            if known and len(known) == len(per_rule)
            else None
        )

    @cached_property
    def goals(self) -> tuple[GoalOdds, ...]:
        """Return the odds of every goal, in the order of the goal table."""
        return tuple(
            self._goal(row) for row in self.plan.goals if Cell(row.id, self._end) in self.chances
        )

    def __getitem__(self, key: str) -> GoalOdds:
        """Return the odds of one goal, by id or name.

        Raises
        ------
        InputError
            When there is no such indicator, or nothing can be said of it; also caught as a KeyError.
        """
        goal = self.goal(self.plan.goals[key].id)
        if goal is None:
            raise UnknownNameError([no_goal(key)])
        return goal

    def goal(self, key: str) -> GoalOdds | None:
        """Return the odds of one goal by indicator id, or None where nothing can be said of it."""
        return next((goal for goal in self.goals if goal.id == key), None)

    def key(self, name: str) -> str:
        """Return the id of an indicator that may be called by its name.

        Raises
        ------
        InputError
            When there is no such indicator.
        """
        return known_id(self.plan.baseline.catalogue, name)

    @property
    def _end(self) -> int:
        return self.plan.years[-1]

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Return the goals with a target of which nothing can be said."""
        return tuple(
            row.id
            for row in self.plan.goals
            if row.item.better != "neither"
            and row.values[self._end] is not None
            and Cell(row.id, self._end) not in self.chances
        )

    # -- each goal -----------------------------------------------------------------------

    def _goal(self, row: GoalRow) -> GoalOdds:
        item = row.item
        chances = {
            year: chance
            for year in self.plan.years
            if (chance := self.chances.get(Cell(row.id, year))) is not None
        }
        share = SAFE if item.better == "lower" else 100 - SAFE
        quantiles = {
            year: self.quantiles(Cell(row.id, year), (*FAN, share)) for year in self.plan.years
        }
        fan = {year: values[:-1] for year, values in quantiles.items()}
        safe = quantiles[self._end][-1]
        process = self._process(item)
        informative = len(process.series) > 1 or bool(process.peers)
        peers = process.peers if process.key == (item.of or item.id) else ()
        held = stretch(item, self.plan.numbers, self.plan.baseline, self.plan.years, peers)
        sources = self.forecast.outcomes.paths.fits[process.key].worlds.sources
        return GoalOdds(row, chances, fan if informative else {}, safe, sources, held, informative)

    def _process(self, item: Indicator) -> Any:
        """Return the process that says most of an indicator: its own, or its numerator's."""
        key = item.id
        while key not in self.forecast.outcomes.paths.fits:
            inner = self.plan.baseline.catalogue[key]
            key = inner.num or inner.of
        return self.forecast.outcomes.paths.fits[key].process

    def quantiles(self, cell: Cell, shares: tuple[int, ...]) -> tuple[Decimal, ...]:
        """Return what lies above so many per cent of the paths, as printed in the indicator's unit.

        A target at the 20th is met by at least 80 of a hundred paths, one for an indicator that
        should fall at the 80th as well. There are none where nothing can be said of the cell.

        Parameters
        ----------
        cell
            ``Cell(indicator id, year)`` of a year that is simulated.
        shares
            Whole per cents from 0 to 100.
        """
        return self.forecast.outcomes.marks(cell, shares) or ()


Made = TypeVar("Made", bound=OddsRecord)


def odds_of(plan: PlanRecord, seed: int, reference: Reference, make: type[Made]) -> Made:
    """Return how likely the targets of a plan are to be met, as odds of some type.

    Raises
    ------
    InputError
        When the seed is no whole number from zero up.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise InputError([Finding("seed_wrong", Obligation.MUST_FIX, found=str(seed))])
    return make(plan, reference, seed)
