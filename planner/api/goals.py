"""Goal tables made elsewhere: read from CSV, workbook or saved plan, and judged (§1, §2).

Whatever made the table, it is held against the same rows. Figures that follow from others are
recomputed, and a table that contradicts itself is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from planner.api.opening import DEFAULT_RULES, plan, read_plan
from planner.api.plan import Plan
from planner.api.words import in_words
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.jsons import parse_json
from planner.core.marks import Sheet
from planner.core.rounding import to_grid
from planner.core.tables import read_sheets
from planner.intake.account import Ledger
from planner.intake.baselines import read_baseline, sheets_of
from planner.intake.entries import Intake
from planner.intake.entry import Entry
from planner.intake.form.reader import read_form_text
from planner.intake.goalsheets import GoalSheet, form_goals, goals_of, sheet_of
from planner.intake.kinds import FileKind, named_as
from planner.intake.returned import Returned, returned_of
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Catalogue, Cell, shipped
from planner.model.coherence import seen_from
from planner.model.mapping import NOTHING, FileMapping, mapped
from planner.model.rulesets import RuleSet
from planner.model.rulesets import rules as find_rules
from planner.model.stated import Stated
from planner.planning.store import loads

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GoalReading(GoalSheet):
    """A goal table that was read; of a workbook of ours, `plan` is the plan that results from it."""

    plan: Plan | None = None


def _reading(sheet: GoalSheet, plan: Plan | None = None) -> GoalReading:
    told = {item.name: getattr(sheet, item.name) for item in fields(sheet)}
    return GoalReading(**told, plan=plan)


def read_goals(
    path: str | Path | pd.DataFrame,
    base_year: int | None = None,
    catalogue: Catalogue | None = None,
    *,
    mapping: str | Path | FileMapping | None = None,
) -> GoalReading:
    """Read a goal table with one column for each year.

    Parameters
    ----------
    path
        CSV, workbook, filled Word form or DataFrame. Columns are known by their headers: an indicator column,
        years such as ``2026`` or ``2026年``, and ``baseline`` or ``基准值`` for the base year.
    base_year
        The year the targets start from; by default the one a workbook of ours carries, else
        that of the default rule set.
    catalogue
        The indicators known; the shipped ones by default.
    mapping
        What labels of one's own mean and which way doubtful cells are to be read.

    Returns
    -------
    GoalReading
        `targets` and `baseline` by cell in each indicator's unit, `rates` stated in per cent; with
        what was changed and damaged in a workbook of ours, and the plan that results.

    Raises
    ------
    InputError
        When the file cannot be used at all.

    Examples
    --------
    >>> import planner as pl, tempfile
    >>> from planner.model.catalogue import Cell
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plan.frame().to_csv(folder + "/goals.csv")
    ...     read_goals(folder + "/goals.csv").targets[Cell("output", 2028)]
    Decimal('247.84')
    """
    catalogue = catalogue or shipped()
    said = mapped(mapping, None, catalogue)
    if _kind(path) is FileKind.FORM:
        text = read_form_text(Path(path), catalogue)  # type: ignore[arg-type]
        return _reading(form_goals(text, catalogue, said))
    return goal_reading(sheets_of(path), base_year, catalogue, said)


def _kind(source: str | Path | pd.DataFrame) -> FileKind:
    """Return what a source calls itself; what pandas holds is a table."""
    return named_as(Path(source)) if isinstance(source, str | Path) else FileKind.TABLE


def goal_reading(
    sheets: tuple[Sheet, ...],
    base_year: int | None,
    catalogue: Catalogue,
    said: FileMapping = NOTHING,
    ledger: Ledger | None = None,
) -> GoalReading:
    """Return the goal table of a workbook or CSV file; its marks are booked in the ledger."""
    returned, name = returned_of(sheets), sheets[0].file
    start = _carried(returned, name)
    if start is not None and base_year in {None, start.baseline.base_year}:
        base = start.baseline
        sheet = goals_of(sheets, base.base_year, base.catalogue, returned, said, ledger)
        return _reading(sheet, hold(start, sheet))
    ruled = find_rules(DEFAULT_RULES, catalogue).record.base_year
    year = base_year or (returned.base_year if returned else ruled)
    if year is None:
        raise InputError([_year_unknown(Path(name))])
    return _reading(goals_of(sheets, year, catalogue, returned, said, ledger))


def _carried(returned: Returned | None, name: str) -> Plan | None:
    """Return the plan a workbook of ours was made from, without its wishes; None for others."""
    if returned is None:
        return None
    try:
        saved = loads(returned.plan, name, Plan)
    except InputError:
        return None
    return replace(saved, wishes={}, pins={}, scenario=None, repaired=None)


def verify(
    goals: str | Path | pd.DataFrame,
    baseline: str | Path | Baseline | None = None,
    *,
    rules: str | Path | RuleSet | None = None,
    benchmarks: str | Path | BenchmarkBook | None = None,
    base_year: int | None = None,
    readings: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    mapping: str | Path | FileMapping | None = None,
    horizon: int | None = None,
) -> Plan:
    """Judge a goal table that this tool did not make.

    Parameters
    ----------
    goals
        A goal table (CSV, workbook or DataFrame) or a saved ``plan.json``.
    baseline
        The baseline it starts from; for a saved plan, or a workbook of ours, its own by default,
        for another table its baseline column, which is then said.
    rules, benchmarks, base_year, readings, horizon
        As for :func:`planner.plan`; by default what a saved plan or a workbook of ours carries.
    catalogue
        The indicators known; the shipped ones by default.
    mapping
        What labels of one's own mean and which way doubtful cells are to be read.

    Returns
    -------
    Plan
        Whose targets are the given ones, and whose :meth:`~planner.Plan.check` judges
        them.

    Raises
    ------
    InputError
        When the table or the baseline cannot be used at all.

    Examples
    --------
    >>> import planner as pl, tempfile
    >>> base = pl.shared("baselines") / "example.csv"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pl.plan(base).wish("output", 2028, 240).frame().to_csv(folder + "/goals.csv")
    ...     judged = verify(folder + "/goals.csv", base)
    >>> judged.goals["output"].status, judged.complies
    ('unmet', False)
    """
    path = Path(goals if isinstance(goals, str | Path) else type(goals).__name__)
    if _kind(goals) is FileKind.PLAN:
        return _as_recorded(reopen(path, baseline, rules, benchmarks, readings), path)
    chosen = rules or DEFAULT_RULES
    returned = returned_of(read_sheets(path)) if _kind(goals) is FileKind.BOOK else None
    carried = _carried(returned, path.name)
    same = base_year in {None, carried.baseline.base_year} if carried is not None else False
    if carried is not None and same and horizon in {None, carried.span}:
        start = _under(carried, baseline, rules, benchmarks, readings)
        base = start.baseline
        said = mapped(mapping, None, base.catalogue)
        sheets = read_sheets(path)
        return hold(start, goals_of(sheets, base.base_year, base.catalogue, returned, said))
    if baseline is None:
        first = _baseline_of(goals, path, base_year, chosen, catalogue, mapping)
    else:
        first = read_baseline(baseline, base_year=base_year, catalogue=catalogue)
    start = plan(
        first,
        rules=chosen,
        benchmarks=benchmarks,
        base_year=base_year,
        readings=readings,
        horizon=horizon,
    )
    base = start.baseline
    return hold(start, read_goals(goals, base.base_year, base.catalogue, mapping=mapping))


def reopen(
    path: str | Path,
    baseline: str | Path | Baseline | None = None,
    rules: str | Path | RuleSet | None = None,
    benchmarks: str | Path | BenchmarkBook | None = None,
    readings: Mapping[str, str] | None = None,
) -> Plan:
    """Load a saved plan with its wishes, pins and shapes, under other inputs where given."""
    return _under(read_plan(path), baseline, rules, benchmarks, readings)


def _under(
    saved: Plan,
    baseline: str | Path | Baseline | None,
    rules: str | Path | RuleSet | None,
    benchmarks: str | Path | BenchmarkBook | None,
    readings: Mapping[str, str] | None,
) -> Plan:
    """Return a plan under other inputs where they are given."""
    if rules is not None:
        saved = saved.with_rules(rules)
    if readings:
        saved = replace(saved, readings={**saved.readings, **readings})
    if baseline is not None:
        base = read_baseline(baseline, catalogue=saved.baseline.catalogue)
        saved = replace(saved, baseline=seen_from(base, saved.baseline.base_year))
    if benchmarks is not None:
        saved = replace(
            saved,
            benchmarks=plan(saved.baseline, rules=saved.rules, benchmarks=benchmarks).benchmarks,
        )
    return saved


def _as_recorded(saved: Plan, path: Path) -> Plan:
    """Hold a saved plan to the goal table in its file, whatever follows from its wishes."""
    rows = _recorded(path)
    intake = Intake(saved.baseline.catalogue, hopes=True, trusted=True)
    for entry in rows:
        intake.add(entry)
    intake.settle()
    plain_plan = replace(saved, wishes={}, pins={}, scenario=None, repaired=None)
    return hold(plain_plan, sheet_of(intake, saved.baseline.base_year, path.name))


def _recorded(path: Path) -> list[Entry]:
    """Return the goal table that a saved plan records, as entries."""
    data = parse_json(path.read_text(encoding="utf-8"))
    entries = []
    for number, row in enumerate(data["goals"], 1):
        place = Place(file=path.name, line=number)
        for name, raw in row.items():
            year = data["base_year"] if name == "baseline" else name
            if name == "baseline" or name.isdigit():
                entries.append(Entry(row.get("indicator", ""), year, raw, place, wide=True))
    return entries


def _baseline_of(
    goals: str | Path | pd.DataFrame,
    path: Path,
    base_year: int | None,
    rules: str | Path | RuleSet,
    catalogue: Catalogue | None,
    mapping: str | Path | FileMapping | None,
) -> Baseline:
    known = catalogue or shipped()
    ruleset = rules if isinstance(rules, RuleSet) else find_rules(rules, known)
    year = base_year or ruleset.record.base_year
    if year is None:
        raise InputError([_year_unknown(path)])
    if _kind(goals) is FileKind.FORM:
        return read_baseline(path, base_year=year, catalogue=known, mapping=mapping)
    sheet = read_goals(goals, year, known, mapping=mapping)
    said = Finding("baseline_from_goals", Obligation.NEEDS_REASON, Place(file=path.name))
    return Baseline(known, year, sheet.baseline, name=path.name, findings=(said,))


def _year_unknown(path: Path) -> Finding:
    place = Place(file=path.name)
    return Finding("base_year_empty", Obligation.MUST_FIX, place, ways_out=("give_base_year",))


def hold(start: Plan, sheet: GoalSheet) -> Plan:
    """Return the plan whose targets are those of the sheet, with what contradicts in it."""
    catalogue = start.baseline.catalogue
    base = start.baseline.base_year
    targets = {
        cell: value
        for cell, value in sheet.targets.items()
        if cell.year in start.years and catalogue[cell.indicator].kind != "growth"
    }
    stated = {cell: said for cell, said in sheet.stated.items() if cell.year in start.years}
    for cell, said in stated.items():
        promised = _promised(start, cell, said)
        if promised is not None:
            targets.setdefault(cell, promised)
    numbers = start.numbers_of(targets)
    notes = list(sheet.findings)
    place = Place(file=sheet.name)

    def differs(code: str, cell: Cell, found: Decimal, expected: Decimal) -> None:
        notes.append(
            Finding(
                code,
                Obligation.MUST_FIX,
                place,
                cell.indicator,
                cell.year,
                found=str(found),
                expected=str(expected),
                ways_out=("correct_either",),
            )
        )

    for cell, value in sheet.baseline.items():
        known = start.baseline.printed(*cell) if cell.year <= base else None
        if known is not None and known != value:
            differs("baseline_differs", cell, value, known)
    printed = {**sheet.targets}
    for cell, value in sheet.rates.items():
        for item in catalogue:
            if item.kind == "growth" and item.periods == 1 and item.of == cell.indicator:
                printed[Cell(item.id, cell.year)] = value
    alone = [cell for cell in sheet.rates if numbers.printed(*cell) is None]
    notes += _not_judged(start, sheet, alone, printed)
    for cell, value in printed.items():
        item = catalogue[cell.indicator]
        if cell.year in start.years and (item.kind == "growth" or numbers.derived(item, cell.year)):
            known = numbers.printed(*cell)
            if known is not None and known != value:
                differs("goal_contradicts", cell, value, known)
    targets = {
        cell: value
        for cell, value in targets.items()
        if not numbers.derived(catalogue[cell.indicator], cell.year)
    }
    # The form prints the three-year rate of output and not output itself.
    targets |= {
        cell: value
        for cell, value in sheet.targets.items()
        if cell.year in start.years
        and catalogue[cell.indicator].kind == "growth"
        and numbers.printed(*cell) is None
    }
    held = replace(start, given=targets, targets=stated, notes=(*start.notes, *notes))
    return in_words(held, sheet)


def _promised(start: Plan, cell: Cell, said: Stated) -> Decimal | None:
    """Return what a stated target promises at least: of a range its weaker end, of 左右 the number."""
    item = start.baseline.catalogue[cell.indicator]
    plain = replace(said, relation="exactly", high=None) if said.relation == "about" else said
    ends = start.bounds(cell, plain)
    if ends is None:
        return None
    first, second = ends[::-1] if item.better == "lower" else ends
    weak = first if first is not None else second
    return None if weak is None else to_grid(weak, item.decimals, item.safe_side)


def _not_judged(
    start: Plan, sheet: GoalSheet, alone: Iterable[Cell], stated: Mapping[Cell, Decimal]
) -> Iterator[Finding]:
    """Say what a goal table states that is not judged: rates that stand alone, other years."""
    place = Place(file=sheet.name)
    for cell in alone:
        if cell.year in start.years:
            told = Finding("rate_unused", Obligation.NEEDS_REASON, place, *cell)
            yield replace(told, found=f"{sheet.rates[cell]} %", ways_out=("write_level",))
    for year in sorted({cell.year for cell in stated if cell.year not in start.years}):
        cells = [cell for cell in stated if cell.year == year]
        named = [start.baseline.catalogue.label(cell.indicator, "zh") for cell in cells[:6]]
        years = f"{start.years[0]}–{start.years[-1]}"
        yield Finding("goal_outside", Obligation.NEEDS_REASON, place, year=year,
                      found="、".join(named), expected=years, ways_out=("other_horizon",))  # fmt: skip
