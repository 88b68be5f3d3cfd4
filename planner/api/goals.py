"""Goal tables made elsewhere: read from CSV, workbook or saved plan, and judged (§1, §2).

Whatever made the table, it is held against the same rows. Figures that follow from others are
recomputed, and a table that contradicts itself is told so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from planner.api.opening import DEFAULT_RULES, plan, read_plan
from planner.api.plan import Plan
from planner.compliance.numbers import Numbers
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.tables import BOOK_SUFFIXES, Table, read_tables
from planner.intake.baselines import read_baseline
from planner.intake.entries import Intake
from planner.intake.form.document import SUFFIXES as DOCUMENT_SUFFIXES
from planner.intake.form.reader import FormText, goal_entries, read_form_text
from planner.intake.layout import Entry, entries, layout
from planner.intake.returned import Damaged, Edited, Returned, read_returned
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Catalogue, Cell, plain, shipped
from planner.model.coherence import seen_from
from planner.model.rulesets import RuleSet
from planner.model.rulesets import rules as find_rules
from planner.planning.store import loads

_BASELINE_HEADERS = {plain(name) for name in ("baseline", "基准值", "基准")}
# Left out of a goal table without loss: they are not targets.
_IGNORED = {"columns_blank", "column_ignored", "value_blank"}


@dataclass(frozen=True)
class GoalSheet:
    """A goal table as somebody filled it in: stated numbers by cell, baseline column apart.

    Of a workbook that this tool wrote, `plan` is the plan that results from it.
    """

    targets: Mapping[Cell, Decimal]
    baseline: Mapping[Cell, Decimal]
    rates: Mapping[Cell, Decimal]
    findings: tuple[Finding, ...]
    name: str
    returned: Returned | None = None
    plan: Plan | None = None

    @property
    def edited(self) -> tuple[Edited, ...]:
        """Return the numbers that were changed since this tool wrote the workbook."""
        return self.returned.edited if self.returned else ()

    @property
    def damaged(self) -> tuple[Damaged, ...]:
        """Return the formulas that are no longer what this tool wrote."""
        return self.returned.damaged if self.returned else ()


def read_goals(
    path: str | Path, base_year: int | None = None, catalogue: Catalogue | None = None
) -> GoalSheet:
    """Read a goal table with one column for each year.

    Parameters
    ----------
    path
        CSV, workbook or filled Word form. Columns are known by their headers: an indicator column, years such
        as ``2026`` or ``2026年``, and ``baseline`` or ``基准值`` for the base year.
    base_year
        The year the targets start from; by default the one a workbook of ours carries, else
        that of the default rule set.

    Returns
    -------
    GoalSheet
        With what was changed and damaged in a workbook of ours, and the plan that results.

    Raises
    ------
    InputError
        When the file cannot be used at all.
    """
    path = Path(path)
    catalogue = catalogue or shipped()
    if path.suffix.casefold() in DOCUMENT_SUFFIXES:
        return form_goals(read_form_text(path, catalogue), catalogue)
    returned = _returned(path)
    start = _carried(returned, path.name)
    if start is not None and base_year in {None, start.baseline.base_year}:
        sheet = _sheet(path, start.baseline.base_year, start.baseline.catalogue, returned)
        return replace(sheet, plan=hold(start, sheet))
    ruled = find_rules(DEFAULT_RULES, catalogue).record.base_year
    year = base_year or (returned.base_year if returned else ruled)
    if year is None:
        raise InputError([_year_unknown(path)])
    return _sheet(path, year, catalogue, returned)


def is_goal_table(path: Path) -> bool:
    """Whether a file is a goal table of ours: a workbook that carries its plan, or the CSV.

    A file that cannot be read is none; whoever reads it says why.
    """
    try:
        if path.suffix.casefold() in BOOK_SUFFIXES:
            return read_returned(path) is not None
        if path.suffix.casefold() != ".csv":
            return False
        rows = read_tables(path)[0].rows
    except InputError:
        return False
    return bool(rows) and {"requirement", "margin", "status"} <= set(rows[0])


def _returned(path: Path) -> Returned | None:
    return read_returned(path) if path.suffix.casefold() in BOOK_SUFFIXES else None


def _carried(returned: Returned | None, name: str) -> Plan | None:
    """Return the plan a workbook of ours was made from, without its wishes; None for others."""
    if returned is None:
        return None
    try:
        saved = loads(returned.plan, name, Plan)
    except InputError:
        return None
    return replace(saved, wishes={}, pins={}, scenario=None, repaired=None)


def _sheet(
    path: Path, base_year: int, catalogue: Catalogue, returned: Returned | None
) -> GoalSheet:
    """Return the first goal table of a file; formulas as they were follow from its numbers."""
    intake = Intake(catalogue)
    follow = returned.formulas if returned else frozenset()
    for table in read_tables(path):
        headed = _base_column(table, base_year)
        where = layout(headed)
        if where is None:
            continue
        for entry in entries(headed, where):
            if entry.place.cell not in follow:
                intake.add(entry)
        break
    else:
        place = Place(file=path.name)
        raise InputError(
            [
                Finding(
                    "header_missing",
                    Obligation.MUST_FIX,
                    place,
                    expected="indicator, 2026, 2027, …",
                    ways_out=("use_template",),
                )
            ]
        )
    if not any(cell.year > base_year for cell in intake.values):
        raise InputError([Finding("no_values", Obligation.MUST_FIX, Place(file=path.name))])
    sheet = sheet_of(intake, base_year, path.name)
    said = returned.findings if returned else ()
    return replace(sheet, findings=(*said, *sheet.findings), returned=returned)


def form_goals(text: FormText, catalogue: Catalogue) -> GoalSheet:
    """Return the goal table that a filled form holds, its stage texts included."""
    intake = Intake(catalogue)
    for entry in goal_entries(text, catalogue):
        intake.add(entry)
    return sheet_of(intake, text.form.base_year, text.name)


def sheet_of(intake: Intake, base_year: int, name: str) -> GoalSheet:
    """Return what was taken in as a goal table: targets, baseline column, rates."""
    return GoalSheet(
        {cell: value for cell, value in intake.values.items() if cell.year > base_year},
        {cell: value for cell, value in intake.values.items() if cell.year <= base_year},
        {cell: value for cell, value in intake.growth.items() if cell.year > base_year},
        _said(intake),
        name,
    )


def _said(intake: Intake) -> tuple[Finding, ...]:
    """Return the findings of a goal table; a target that is not as printed has to be fixed."""
    return tuple(
        replace(
            finding, code="goal_off_grid", level=Obligation.MUST_FIX, ways_out=("write_printed",)
        )
        if finding.code == "rounded"
        else finding
        for finding in intake.findings
        if finding.code not in _IGNORED
    )


def _base_column(table: Table, base_year: int) -> Table:
    """Give a column headed 'baseline' the base year as its name."""
    rows = tuple(
        tuple(
            str(base_year) if isinstance(cell, str) and plain(cell) in _BASELINE_HEADERS else cell
            for cell in row
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def verify(
    goals: str | Path,
    baseline: str | Path | Baseline | None = None,
    *,
    rules: str | Path | RuleSet | None = None,
    benchmarks: str | Path | BenchmarkBook | None = None,
    base_year: int | None = None,
    readings: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> Plan:
    """Judge a goal table that this tool did not make.

    Parameters
    ----------
    goals
        A goal table (CSV or workbook) or a saved ``plan.json``.
    baseline
        The baseline it starts from; for a saved plan its own by default, for another table
        its baseline column, which is then said.

    Returns
    -------
    Plan
        Whose targets are the given ones, and whose :meth:`~planner.api.plan.Plan.check` judges
        them.

    Raises
    ------
    InputError
        When the table or the baseline cannot be used at all.
    """
    path = Path(goals)
    if path.suffix.casefold() == ".json":
        return _as_recorded(reopen(path, baseline, rules, benchmarks, readings), path)
    chosen = rules or DEFAULT_RULES
    returned = _returned(path)
    carried = _carried(returned, path.name)
    if carried is not None and base_year in {None, carried.baseline.base_year}:
        start = _under(carried, baseline, rules, benchmarks, readings)
        base = start.baseline
        return hold(start, _sheet(path, base.base_year, base.catalogue, returned))
    if baseline is None:
        first = _baseline_of(path, base_year, chosen, catalogue)
        start = plan(
            first,
            rules=chosen,
            benchmarks=benchmarks,
            base_year=base_year,
            readings=readings,
        )
    else:
        first = read_baseline(baseline, base_year=base_year, catalogue=catalogue)
        start = plan(
            first, rules=chosen, benchmarks=benchmarks, base_year=base_year, readings=readings
        )
    sheet = read_goals(path, start.baseline.base_year, start.baseline.catalogue)
    return hold(start, sheet)


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
    intake = Intake(saved.baseline.catalogue)
    for entry in rows:
        intake.add(entry)
    plain_plan = replace(saved, wishes={}, pins={}, scenario=None, repaired=None)
    return hold(plain_plan, sheet_of(intake, saved.baseline.base_year, path.name))


def _recorded(path: Path) -> list[Entry]:
    """Return the goal table that a saved plan records, as entries."""
    data = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for number, row in enumerate(data["goals"], 1):
        place = Place(file=path.name, line=number)
        for name, raw in row.items():
            year = data["base_year"] if name == "baseline" else name
            if name == "baseline" or name.isdigit():
                found.append(Entry(row.get("indicator", ""), year, raw, place, wide=True))
    return found


def _baseline_of(
    path: Path, base_year: int | None, rules: str | Path | RuleSet, catalogue: Catalogue | None
) -> Baseline:
    known = catalogue or shipped()
    ruleset = rules if isinstance(rules, RuleSet) else find_rules(rules, known)
    year = base_year or ruleset.record.base_year
    if year is None:
        raise InputError([_year_unknown(path)])
    if path.suffix.casefold() in DOCUMENT_SUFFIXES:
        return read_baseline(path, base_year=year, catalogue=known)
    sheet = read_goals(path, year, known)
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
    numbers = Numbers(start.system.baseline, targets)
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
        known = start.baseline.printed(*cell) if cell.year == base else None
        if known is not None and known != value:
            differs("baseline_differs", cell, value, known)
    stated = {**sheet.targets}
    for cell, value in sheet.rates.items():
        for item in catalogue:
            if item.kind == "growth" and item.periods == 1 and item.of == cell.indicator:
                stated[Cell(item.id, cell.year)] = value
    for cell, value in stated.items():
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
    return replace(start, given=targets, notes=(*start.notes, *notes))
