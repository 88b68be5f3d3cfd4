"""The plan: inputs and wishes, frozen, and everything that follows from them (§8, §11).

Verbs return a new plan; what a plan implies - system, targets, verdicts, goal table - is
computed once when first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from planner.baseline import Baseline
from planner.benchmarks import BenchmarkBook
from planner.catalogue import Cell
from planner.effort import Outcome, Request, least_effort
from planner.findings import Finding, InputError, Obligation, must_fix
from planner.goals import GoalTable, tabulate
from planner.grid import to_grid
from planner.judge import Verdict, judge
from planner.numbers import Numbers
from planner.objections import verdict_findings
from planner.rulesets import RuleSet
from planner.rulesets import rules as find_rules
from planner.scenario import Scenario
from planner.shapes import SHAPES, Shape
from planner.system import System, compile_system

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST = 10**12  # beyond any level of this field
Number = int | str | Decimal | float


@dataclass(frozen=True)
class Plan:
    """A cluster's way from its baseline to its targets under a rule set.

    Made by :func:`~planner.opening.plan` or :func:`verify`. `given` holds a goal table that somebody else
    made; without it the targets are those of least effort.
    """

    baseline: Baseline
    rules: RuleSet
    benchmarks: BenchmarkBook = field(default_factory=BenchmarkBook)
    scenario: Scenario | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    wishes: Mapping[Cell, Decimal] = field(default_factory=dict)
    pins: Mapping[Cell, Decimal] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    given: Mapping[Cell, Decimal] | None = None
    seed: int | None = None
    notes: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the mappings and refuse readings the rule set does not offer."""
        for name in ("readings", "wishes", "pins", "shapes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if self.given is not None:
            object.__setattr__(self, "given", MappingProxyType(dict(self.given)))
        findings = [*self.rules.check_readings(self.all_readings)]
        if self.scenario:
            findings = self.scenario.placed(findings) + self.scenario.outside(self.years)
        if findings:
            raise InputError(findings)

    def __repr__(self) -> str:
        """Say what it is without printing every number."""
        span = f"{self.baseline.base_year}-{self.years[-1]}"
        return f"<Plan {self.baseline.cluster or self.baseline.name!r} {span} {self.rules.id}>"

    # -- verbs ---------------------------------------------------------------------------

    def wish(self, indicator: str, year: int, value: Number) -> Plan:
        """Ask for a value; a rule that it breaks is reported by :meth:`check`.

        For a derived indicator the part that is a decision moves (§7).

        Raises
        ------
        InputError
            When the indicator or the year is not one of the plan's, or the value no number.
        """
        cell, number = self._cell(indicator, year), _number(indicator, year, value)
        return replace(self, wishes={**self.wishes, cell: number})

    def pin(self, indicator: str, year: int, value: Number | None = None) -> Plan:
        """Hold a cell at a value, its present one by default."""
        cell = self._cell(indicator, year)
        if value is None:
            present = self.numbers.printed(cell.indicator, year)
            if present is None:
                raise InputError([_fault("wish_unplaced", indicator, year, "-", "wish_level")])
            value = present
        return replace(self, pins={**self.pins, cell: _number(indicator, year, value)})

    def release(self, indicator: str, year: int | None = None) -> Plan:
        """Drop wishes and pins of an indicator, of one year or of all."""
        indicator = self._id(indicator)

        def keep(values: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
            gone = {c for c in values if c.indicator == indicator and year in {None, c.year}}
            return {cell: value for cell, value in values.items() if cell not in gone}

        return replace(self, wishes=keep(self.wishes), pins=keep(self.pins))

    def shape(self, indicator: str, shape: str) -> Plan:
        """Approach an indicator's target in another stage shape."""
        indicator = self._id(indicator)
        if indicator not in self.baseline.catalogue:
            raise InputError([_unknown(self.baseline, indicator)])
        if shape not in SHAPES:
            fault = Finding(
                "shape_unknown", Obligation.MUST_FIX, found=shape, expected=", ".join(SHAPES)
            )
            raise InputError([fault])
        return replace(self, shapes={**self.shapes, indicator: shape})

    def reading(self, rule: str, name: str) -> Plan:
        """Read a rule or definition in another of the ways its rule set offers (§5)."""
        return replace(self, readings={**self.readings, rule: name})

    def with_rules(self, rules: str | Path | RuleSet) -> Plan:
        """Hold the same wishes against another rule set; its readings start at their defaults."""
        chosen = rules if isinstance(rules, RuleSet) else find_rules(rules, self.baseline.catalogue)
        return replace(self, rules=chosen, readings={})

    # -- what follows --------------------------------------------------------------------

    @property
    def years(self) -> tuple[int, ...]:
        """Return the years that have targets."""
        base = self.baseline.base_year
        return tuple(range(base + 1, base + self.rules.record.horizon + 1))

    @property
    def all_readings(self) -> Mapping[str, str]:
        """Return the readings in force other than the defaults: the scenario's, then the user's."""
        return {**(self.scenario.record.readings if self.scenario else {}), **self.readings}

    @cached_property
    def requested(self) -> Mapping[Cell, Decimal]:
        """Return all values asked for, pins over wishes over those of the scenario."""
        values: dict[Cell, Decimal] = {}
        if self.scenario:
            record = self.scenario.record
            values.update(self.scenario.cells(record.wishes, self.years[-1]))
            values.update(self.scenario.cells(record.pins, self.years[-1]))
        values.update(self.wishes)
        values.update(self.pins)
        return MappingProxyType(values)

    @cached_property
    def placed(self) -> Mapping[Cell, Decimal]:
        """Return what was asked for as it can be printed, rounded to the safe side (§2)."""
        catalogue = self.baseline.catalogue
        return MappingProxyType(
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
    def system(self) -> System:
        """Return the rows the goal table is held against."""
        given = None if self.given is None else {**self.given, **self.placed}
        ambitions = self.scenario.record.ambitions if self.scenario and self.given is None else ()
        return compile_system(
            self.baseline,
            self.rules,
            self.benchmarks,
            self.all_readings,
            given,
            ambitions,
            self.placed,
        )

    @cached_property
    def _outcome(self) -> Outcome:
        if self.given is not None:
            return Outcome({**self.given, **self.placed}, ())
        shapes = {**(self.scenario.record.shapes if self.scenario else {}), **self.shapes}
        return least_effort(self.system, Request(self.placed, shapes))

    @cached_property
    def numbers(self) -> Numbers:
        """Return every number of the plan, measured and derived."""
        return Numbers(self.system.baseline, self._outcome.targets)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return every rule judged on the printed numbers."""
        return judge(self.system, self.numbers)

    @cached_property
    def goals(self) -> GoalTable:
        """Return the goal table."""
        return tabulate(self.system, self.numbers, self.verdicts)

    def check(self) -> tuple[Finding, ...]:
        """Return all findings: on the input, on how the plan was made, and on every rule."""
        ordered = [
            *self.baseline.findings,
            *self.benchmarks.findings,
            *self.notes,
            *self.system.findings,
            *self._outcome.findings,
            *self._wish_findings(),
            *verdict_findings(self.verdicts, self.system),
        ]
        return tuple(dict.fromkeys(ordered))

    def check_baseline(self) -> tuple[Finding, ...]:
        """Return the findings on the baseline and its certification only."""
        scopes = ("certification", "reverification")
        chosen = tuple(v for v in self.verdicts if v.rule.scope in scopes)
        about = {verdict.rule.id for verdict in chosen}
        ordered = [
            *self.baseline.findings,
            *self.benchmarks.findings,
            *self.notes,
            *(finding for finding in self.system.findings if finding.rule in about),
            *verdict_findings(chosen, self.system),
        ]
        return tuple(dict.fromkeys(ordered))

    @property
    def complies(self) -> bool:
        """Whether nothing has to be fixed before the plan can be filed."""
        return not must_fix(self.check())

    def _wish_findings(self) -> list[Finding]:
        found = []
        for cell, value in self.requested.items():
            got = self.numbers.printed(*cell)
            item = self.baseline.catalogue[cell.indicator]
            part = Cell(item.num, cell.year)
            if got is not None and got != value and part in self.requested:
                found.append(
                    Finding(
                        "wish_contradicted",
                        Obligation.MUST_FIX,
                        indicator=cell.indicator,
                        year=cell.year,
                        found=str(value),
                        expected=str(got),
                        facts={"other": str(part)},
                        ways_out=("drop_either",),
                    )
                )
            elif got is not None and got != value:
                found.append(
                    Finding(
                        "wish_rounded",
                        Obligation.INFO,
                        indicator=cell.indicator,
                        year=cell.year,
                        found=str(value),
                        expected=str(got),
                    )
                )
        return found

    # -- renderings ----------------------------------------------------------------------

    @property
    def hash(self) -> str:
        """Return the short hash that every export of this plan carries (§11)."""
        from planner.store import plan_hash

        return plan_hash(self)

    def frame(self, lang: str = "zh") -> pd.DataFrame:
        """Return the goal table as a DataFrame."""
        return self.goals.frame(lang)

    def chart(self, direction: str, lang: str = "zh") -> Figure:
        """Return the trajectory chart of one direction (方向), such as ``leading_industry``."""
        from planner.export.charts import trajectory_chart

        return trajectory_chart(self, direction, lang)

    def save(self, path: str | Path) -> Path:
        """Save the plan as ``plan.json``; loading and saving it again gives the same bytes."""
        from planner.store import save_plan

        return save_plan(self, Path(path))

    def export(self, folder: str | Path, lang: str = "zh") -> tuple[Path, ...]:
        """Write the goal pack into a folder and return the files written."""
        from planner.export.pack import export_pack

        return export_pack(self, Path(folder), lang)

    def _id(self, name: str) -> str:
        """Return the id of an indicator that may be called by its name."""
        found = self.baseline.catalogue.find(name)
        return found if found in self.baseline.catalogue else name  # type: ignore[return-value]

    def _cell(self, indicator: str, year: int) -> Cell:
        indicator = self._id(indicator)
        if indicator not in self.baseline.catalogue:
            raise InputError([_unknown(self.baseline, indicator)])
        if year not in self.years:
            expected = "、".join(map(str, self.years))
            fault = Finding(
                "year_outside",
                Obligation.MUST_FIX,
                indicator=indicator,
                found=str(year),
                expected=expected,
            )
            raise InputError([fault])
        return Cell(indicator, year)


def _unknown(baseline: Baseline, indicator: str) -> Finding:
    near = baseline.catalogue.nearest(indicator)
    return Finding(
        "indicator_unknown",
        Obligation.MUST_FIX,
        found=indicator,
        facts={"near": near} if near else {},
        ways_out=("did_you_mean",) if near else (),
    )


def _fault(code: str, indicator: str, year: int, found: str, *ways: str) -> Finding:
    return Finding(
        code, Obligation.MUST_FIX, indicator=indicator, year=year, found=found, ways_out=ways
    )


def _number(indicator: str, year: int, value: Number) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > MOST:
        raise InputError([_fault("not_a_number", indicator, year, str(value), "write_number")])
    if number < 0 and "growth" not in indicator:
        raise InputError([_fault("negative", indicator, year, str(value))])
    return number
