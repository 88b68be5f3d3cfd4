"""Goal tables in: made by whoever, as stated numbers by cell, the baseline column apart (§1).

Figures that follow from others are left to those who judge: :mod:`planner.api.goals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.tables import Table, read_tables
from planner.intake.entries import Intake
from planner.intake.form.reader import FormText, goal_entries
from planner.intake.layout import entries, layout
from planner.intake.returned import Damaged, Edited, Returned
from planner.model.catalogue import Catalogue, Cell, plain

_BASELINE_HEADERS = {plain(name) for name in ("baseline", "基准值", "基准")}
# Left out of a goal table without loss: they are not targets.
_IGNORED = {"columns_blank", "column_ignored", "value_blank"}


@dataclass(frozen=True)
class GoalSheet:
    """A goal table as somebody filled it in: stated numbers by cell, baseline column apart.

    `returned` tells what was done to a workbook that this tool wrote.
    """

    targets: Mapping[Cell, Decimal]
    baseline: Mapping[Cell, Decimal]
    rates: Mapping[Cell, Decimal]
    findings: tuple[Finding, ...]
    name: str
    returned: Returned | None = None

    @property
    def edited(self) -> tuple[Edited, ...]:
        """Return the numbers that were changed since this tool wrote the workbook."""
        return self.returned.edited if self.returned else ()

    @property
    def damaged(self) -> tuple[Damaged, ...]:
        """Return the formulas that are no longer what this tool wrote."""
        return self.returned.damaged if self.returned else ()


def read_goal_sheet(
    path: Path, base_year: int, catalogue: Catalogue, returned: Returned | None
) -> GoalSheet:
    """Return the first goal table of a file; formulas as they were follow from its numbers.

    Raises
    ------
    InputError
        When the file cannot be used, or holds no table or no target.
    """
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
