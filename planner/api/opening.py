"""Opening a plan: from names and files to the frozen plan that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.api.plan import Plan
from planner.core.findings import Finding, InputError, Obligation
from planner.core.phrases import listed, phrase
from planner.intake.baselines import read_baseline
from planner.intake.benchmarks import read_benchmarks, shipped_benchmarks
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Cell
from planner.model.coherence import seen_from
from planner.model.rulesets import RuleSet
from planner.model.rulesets import rules as find_rules
from planner.model.scenario import Scenario
from planner.model.scenario import scenario as find_scenario
from planner.planning import store

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_RULES = "xinjiang-2025"
_OF_RULES = {"asked_dropped", "rules_not_in_force", "base_year_other", "base_year_empty"}


def read_plan(path: str | Path) -> Plan:
    """Load a saved plan, with its wishes, pins and shapes.

    Parameters
    ----------
    path
        A ``plan.json`` that :meth:`planner.Plan.save` or an export wrote.

    Raises
    ------
    InputError
        When the file is not a saved plan. One that was changed after saving, or whose shipped
        rule set has changed since, is loaded with a finding.

    Examples
    --------
    >>> import planner as pl, tempfile
    >>> made = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 260)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_plan(made.save(folder + "/plan.json")).hash == made.hash
    True
    """
    return store.read_plan(path, Plan)


def plan(
    baseline: str | Path | Baseline | pd.DataFrame,
    *,
    rules: str | Path | RuleSet = DEFAULT_RULES,
    scenario: str | Path | Scenario | None = None,
    benchmarks: str | Path | BenchmarkBook | None = None,
    base_year: int | None = None,
    readings: Mapping[str, str] | None = None,
    horizon: int | None = None,
) -> Plan:
    """Plan a cluster's targets: the goal table of least effort that complies.

    Parameters
    ----------
    baseline
        A baseline, or what :func:`read_baseline` reads.
    rules
        A shipped rule set's id, a rule file or a rule set.
    scenario
        A shipped scenario's id (``floor``, ``steady``, ``stretch``), a file or a scenario.
    benchmarks
        A file of your own figures, which go before the shipped ones: see
        :func:`planner.read_benchmarks`.
    base_year
        The year the targets start from. By default the rule set's own if it names one that
        the baseline has figures for, else the latest year of the baseline.
    readings
        Rule or definition ids with the reading to use instead of the default.
    horizon
        How many years after the base year have targets; what the rule set says by default. Rates
        a year compound over all of them.

    Raises
    ------
    InputError
        When an input cannot be used at all.

    Examples
    --------
    >>> import pandas as pd
    >>> base = pd.DataFrame({"indicator": ["output"], "year": [2025], "value": ["100"]})
    >>> plan(base).frame(as_="text").loc["output", 2028]
    '133.10'
    """
    base = read_baseline(baseline, base_year=base_year)
    chosen = rules if isinstance(rules, RuleSet) else find_rules(rules, base.catalogue)
    base, notes = _based(base, chosen, asked=base_year is not None)
    notes += _in_force(base, chosen)
    picked = scenario
    if isinstance(scenario, str | Path):
        picked = find_scenario(scenario, base.catalogue)
    past = {cell: text for cell, text in base.described.items() if cell.year <= base.base_year}
    made = Plan(
        replace(base, described=past, asked={}),
        chosen,
        _book(benchmarks, base),
        picked,  # type: ignore[arg-type]
        readings or {},
        notes=notes,
        horizon=horizon,
        described={cell: text for cell, text in base.described.items() if cell not in past},
    )
    return _asking(made, base)


def _asking(made: Plan, base: Baseline) -> Plan:
    """Return a plan that asks for the targets that stand beside its baseline's figures."""
    outside = [cell for cell in (*base.asked, *made.described) if cell.year not in made.years]
    notes = list(_dropped(base, outside))
    for cell, text in base.asked.items():
        if cell not in outside:
            try:
                made = made.wish(cell.indicator, cell.year, text)
            except InputError as error:
                notes += error.findings
    kept = {cell: text for cell, text in made.described.items() if cell not in outside}
    return replace(made, described=kept, notes=(*made.notes, *notes)) if notes else made


def held_against(before: Plan, rules: str | Path | RuleSet) -> Plan:
    """Hold a plan against other rules, from the base year that these name.

    What was asked for of years that have no targets then is dropped.

    Examples
    --------
    >>> import planner as pl
    >>> made = pl.plan(pl.shared("baselines") / "example.csv", rules="national-2022")
    >>> held_against(made, "xinjiang-2025").goals == plan(made.baseline).goals
    True
    """
    base = before.baseline
    chosen = rules if isinstance(rules, RuleSet) else find_rules(rules, base.catalogue)
    if chosen.record.base_year is None and before.rules.record.base_year == base.base_year:
        base = seen_from(base, max(base.years, default=base.base_year))
    base, notes = _based(base, chosen, asked=False)
    notes += _in_force(base, chosen)
    span = before.horizon or chosen.record.horizon
    return _within(before, base, notes, span).with_rules(chosen)


def over(before: Plan, base_year: int | None = None, horizon: int | None = None) -> Plan:
    """Return a plan from another base year, or over another number of years.

    What was asked for of years that have no targets then is dropped.

    Examples
    --------
    >>> import planner as pl
    >>> made = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 260)
    >>> over(made, 2024).years, over(made, horizon=5).years[-1]
    ((2025, 2026, 2027), 2030)
    """
    base, year = before.baseline, base_year or before.baseline.base_year
    if year not in base.years:
        expected = "、".join(map(str, base.years))
        raise InputError([Finding("base_year_empty", Obligation.MUST_FIX, year=year,
                                  found=str(year), expected=expected)])  # fmt: skip
    base, notes = _based(seen_from(base, year), before.rules, asked=True)
    notes += _in_force(base, before.rules)
    usual = before.rules.record.horizon
    span = horizon or before.span
    moved = _within(before, base, notes, span)
    return replace(moved, horizon=None if span == usual else span, repaired=None)


def _within(before: Plan, base: Baseline, notes: tuple[Finding, ...], span: int) -> Plan:
    """Return a plan of another baseline without what was asked for of years outside its span."""
    kept = tuple(note for note in before.notes if note.code not in _OF_RULES)
    years = range(base.base_year + 1, base.base_year + span + 1)
    wishes = {cell: value for cell, value in before.wishes.items() if cell.year in years}
    pins = {cell: value for cell, value in before.pins.items() if cell.year in years}
    targets = {cell: said for cell, said in before.targets.items() if cell.year in years}
    dropped = [
        cell
        for asked in (before.wishes, before.pins, before.targets, before.described)
        for cell in asked
        if cell.year not in years
    ]
    notes += _dropped(base, dropped)
    given = before.given
    if given is not None:
        given = {cell: value for cell, value in given.items() if cell.year in years}
    return replace(
        before, baseline=base, notes=(*kept, *notes), wishes=wishes, pins=pins, targets=targets,
        given=given,
        described={c: text for c, text in before.described.items() if c.year in years},
        horizon=before.horizon if span == before.span else span,
    )  # fmt: skip


def _dropped(base: Baseline, cells: list[Cell]) -> tuple[Finding, ...]:
    """Return what is said of what was asked for of years without targets."""
    if not cells:
        return ()
    known = base.catalogue
    names = (
        phrase("cell", name=known.directions.get(cell.indicator) or known.texts([cell.indicator]),
               year=cell.year)
        for cell in dict.fromkeys(cells)
    )  # fmt: skip
    facts = {"cells": listed(names, "between_names")}
    return (Finding("asked_dropped", Obligation.INFO, facts=facts),)


def _book(given: str | Path | BenchmarkBook | None, base: Baseline) -> BenchmarkBook:
    if isinstance(given, BenchmarkBook):
        return given
    own = read_benchmarks(given, base.catalogue) if given is not None else BenchmarkBook()
    return own + shipped_benchmarks()


def _in_force(base: Baseline, rules: RuleSet) -> tuple[Finding, ...]:
    """Say when a rule set is held against a base year that it was not made for (§4)."""
    valid = rules.record.valid
    start, end = (valid.start, valid.end) if valid else (None, None)
    year = base.base_year
    if (start is None or start.year <= year) and (end is None or year <= end.year):
        return ()
    finding = Finding(
        "rules_not_in_force",
        Obligation.NEEDS_REASON,
        rule=rules.id,
        found=str(year),
        expected=f"{start or ''} – {end or ''}",
        ways_out=("give_reason",),
    )
    return (finding,)


def _based(base: Baseline, rules: RuleSet, *, asked: bool) -> tuple[Baseline, tuple[Finding, ...]]:
    wanted = rules.record.base_year
    if wanted is None or wanted == base.base_year:
        return base, ()
    if asked:
        other = Finding(
            "base_year_other",
            Obligation.NEEDS_REASON,
            rule=rules.id,
            found=str(base.base_year),
            expected=str(wanted),
            ways_out=("give_reason",),
        )
        return base, (other,)
    if wanted in base.years:
        return seen_from(base, wanted), ()
    finding = Finding(
        "base_year_empty",
        Obligation.MUST_FIX,
        year=wanted,
        found=str(base.base_year),
        expected="、".join(map(str, base.years)),
        ways_out=("give_base_year", "fill_base_year"),
    )
    return base, (finding,)
