"""What a plan is made of: baseline, rules and all that is asked for, frozen (§8).

What may be asked for otherwise is told by :mod:`planner.planning.verbs`; what follows from it is
:class:`planner.planning.record.PlanRecord`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from planner.compliance.wishes import YEARLY, Limit
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frozen import Frozen, FrozenDict, freeze
from planner.core.rounding import to_grid
from planner.model.asked import cell_of, known_id
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Cell
from planner.model.rules import Threshold
from planner.model.rulesets import RuleSet
from planner.model.scenario import Scenario
from planner.model.shapes import Shape
from planner.model.stated import Stated
from planner.planning.changes import Repair

# Of odds that nobody asked to be drawn otherwise.
DEFAULT_SEED = 7
MOST_YEARS = 10  # over which anybody plans a cluster


@dataclass(frozen=True)
class PlanInputs(Frozen):
    """A cluster's baseline, the rules it is held against, and what somebody asks for.

    Parameters
    ----------
    baseline, rules, benchmarks, scenario
        What the plan is made of, each of them checked before.
    readings
        Rule or definition id to the reading in use instead of the scenario's or the default.
    wishes, pins
        Values asked for and held, by cell, in the indicator's unit and not rounded yet.
    targets
        What is asked for in other words than a level, by cell: increments, rates, bounds (§17).
    shapes
        Indicator id to stage shape, where it is not the scenario's or the usual one.
    given
        A goal table that somebody else made, by cell; without it the targets are those of least
        change.
    seed
        Of the odds the plan is told by; None for the usual one.
    notes
        What had to be said when the plan was made.
    reasons
        Benchmark rule id to the reason why it may be missed.
    repaired
        What the repair that made the plan found.
    horizon
        How many years the targets extend over, where it is not what the rule set says.
    thresholds
        Rule id to the threshold that the rule set does not know, with its source.
    described
        Goals in words, by cell (direction of the form, year).

    Raises
    ------
    InputError
        When the rule set does not offer a reading, or the scenario asks for another year.
    """

    baseline: Baseline
    rules: RuleSet
    benchmarks: BenchmarkBook = field(default_factory=BenchmarkBook)
    scenario: Scenario | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[Cell, Decimal] = field(default_factory=dict)
    pins: Mapping[Cell, Decimal] = field(default_factory=dict)
    targets: Mapping[Cell, Stated] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    given: Mapping[Cell, Decimal] | None = None
    seed: int | None = None
    notes: tuple[Finding, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    repaired: Repair | None = None
    horizon: int | None = None
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    described: Mapping[Cell, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the mappings and refuse readings the rule set does not offer."""
        freeze(
            self,
            "readings",
            "wishes",
            "pins",
            "targets",
            "shapes",
            "reasons",
            "given",
            "thresholds",
            "described",
        )
        findings = [*self.rules.check_readings(self.all_readings)]
        if self.horizon is not None and not 1 <= self.horizon <= MOST_YEARS:
            raise InputError([Finding("horizon_wrong", Obligation.MUST_FIX, found=str(self.horizon),
                                      expected=f"1 – {MOST_YEARS}")])  # fmt: skip
        if self.scenario:
            findings = self.scenario.located(findings) + self.scenario.outside(self.years)
        if findings:
            raise InputError(findings)

    def __repr__(self) -> str:
        """Say what it is without printing every number."""
        span = f"{self.baseline.base_year}-{self.years[-1]}"
        return f"<{type(self).__name__} {self.baseline.cluster or self.baseline.name!r} {span} {self.rules.id}>"

    def __hash__(self) -> int:
        """Return a hash of what tells most plans apart; equal plans have the same."""
        base = self.baseline
        asked = (self.wishes, self.pins, self.targets, self.given)
        return hash((base.cluster, base.base_year, self.rules.id, *asked))

    # -- what is asked for -----------------------------------------------------------------

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years that have targets."""
        base = self.baseline.base_year
        return tuple(range(base + 1, base + self.span + 1))

    @property
    def span(self) -> int:
        """Return over how many years the targets extend."""
        return self.horizon or self.rules.record.horizon

    @property
    def all_readings(self) -> Mapping[str, str]:
        """Return the readings in force other than the defaults: the scenario's, then the user's."""
        return {**(self.scenario.record.readings if self.scenario else {}), **self.readings}

    @cached_property
    def requested(self) -> Mapping[Cell, Decimal]:
        """Return all values asked for by cell, pins over wishes over those of the scenario."""
        values: dict[Cell, Decimal] = {}
        if self.scenario:
            record = self.scenario.record
            values.update(self.scenario.cells(record.wishes, self.years[-1]))
            values.update(self.scenario.cells(record.pins, self.years[-1]))
        values.update(self.wishes)
        values.update(self.pins)
        for cell, said in self.stated.items():
            if said.relation == "exactly" and cell not in self.pins:
                values.pop(cell, None)
            for at, level in self._levels(cell, said):
                values.setdefault(at, level)
        return FrozenDict(values)

    @cached_property
    def stated(self) -> Mapping[Cell, Stated]:
        """Return what is asked for in other words than a level: the user's over the scenario's."""
        known: dict[Cell, Stated] = {}
        if self.scenario:
            known.update(self.scenario.stated(self.baseline.catalogue, self.years[-1]))
        own = {*self.wishes, *self.pins}
        mine = {**{c: s for c, s in known.items() if c not in own}, **self.targets}
        return FrozenDict({c: s for c, s in mine.items() if c.year in self.years})

    @cached_property
    def unfounded(self) -> frozenset[Cell]:
        """Return what is asked for of indicators without a baseline; of a ratio, its numerator."""
        base, found = self.baseline, set()
        for cell in {*self.requested, *self.stated}:
            item = base.catalogue[cell.indicator]
            if item.kind == "growth" or base.exact(item.id, base.base_year) is not None:
                continue
            of_parts = item.kind == "ratio" and base.exact(item.den, base.base_year) is not None
            key = item.num if of_parts else item.id
            if (
                base.exact(key, base.base_year) is None
            ):  # nothing of no firms is no missing baseline
                found.add(Cell(key, cell.year))
        return frozenset(found)

    def bounds(self, cell: Cell, said: Stated) -> tuple[Fraction | None, Fraction | None] | None:
        """Return the lowest and the highest level that a stated target comes to, None without a base."""
        base = self.baseline.base_year
        start = self.baseline.printed(cell.indicator, base)
        known = None if start is None else Fraction(start)
        return said.bounds(known, cell.year - base)

    def _levels(self, cell: Cell, said: Stated) -> Iterator[tuple[Cell, Decimal]]:
        """Yield the levels that a target to be met exactly comes to, of every year where it says so."""
        if said.relation != "exactly":
            return
        item, first = self.baseline.catalogue[cell.indicator], cell.year
        if said.measure in YEARLY:
            first = self.years[0]
        for year in range(first, cell.year + 1):
            at = Cell(cell.indicator, year)
            comes_to = self.bounds(at, said)
            if comes_to is not None and comes_to[0] is not None:
                yield at, to_grid(comes_to[0], item.decimals, item.safe_side)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Return what is asked for within bounds, each cell with the levels it comes to."""
        found = []
        for cell, said in self.stated.items():
            comes_to = self.bounds(cell, said)
            if said.relation != "exactly" and comes_to is not None:
                found.append(Limit(cell, said, *comes_to))
        return tuple(found)

    @cached_property
    def requested_on_grid(self) -> Mapping[Cell, Decimal]:
        """Return what was asked for as it can be printed, rounded to the safe side (§2)."""
        catalogue = self.baseline.catalogue
        return FrozenDict(
            {
                cell: to_grid(
                    value,
                    catalogue[cell.indicator].decimals,
                    catalogue[cell.indicator].safe_side,
                )
                for cell, value in self.requested.items()
            }
        )

    @cached_property
    def pinned(self) -> frozenset[Cell]:
        """Return the cells that are held: the user's, and the scenario's unless wished otherwise."""
        fixed = set(self.pins)
        if self.scenario:
            cells = self.scenario.cells(self.scenario.record.pins, self.years[-1])
            fixed |= cells.keys() - self.wishes.keys()
        return frozenset(fixed)

    @property
    def words(self) -> Mapping[Cell, str]:
        """Return what is said in words, by direction and year: of the past, and as goals."""
        goals = {cell: text for cell, text in self.described.items() if cell.year in self.years}
        return {**self.baseline.described, **goals}

    @cached_property
    def table(self) -> Mapping[Cell, Decimal] | None:
        """Return somebody else's goal table with what was asked for since."""
        return None if self.given is None else {**self.given, **self.requested_on_grid}

    def _seed(self, seed: int | None) -> int:
        """Return the seed asked for, else the plan's own, else the usual one."""
        return seed if seed is not None else DEFAULT_SEED if self.seed is None else self.seed

    def _id(self, name: str) -> str:
        return known_id(self.baseline.catalogue, name)

    def _cell(self, indicator: str, year: int) -> Cell:
        return cell_of(self.baseline.catalogue, self.years, indicator, year)
