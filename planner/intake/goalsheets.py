"""Goal tables in: made by whoever, as stated numbers by cell, the baseline column apart (§1).

Figures that follow from others are left to those who judge: :mod:`planner.api.goals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Sheet
from planner.intake.account import Ledger
from planner.intake.entries import Intake
from planner.intake.folding import folded
from planner.intake.form.reader import FormText, goal_entries
from planner.intake.ownrows import own_rows
from planner.intake.returned import Damaged, Edited, Returned
from planner.intake.sheets import Tables, read_tables
from planner.intake.tableentries import Wanted
from planner.model.catalogue import Catalogue, Cell
from planner.model.mapping import NOTHING, FileMapping
from planner.model.stated import Stated

# Left out of a goal table without loss: they are not targets.
_IGNORED = {"columns_blank", "value_blank"}

# Said of sheets as such: of those that this tool wrote it knows better.
_OF_SHEETS = ("sheet_", "note_says", "unit_aside")


@dataclass(frozen=True)
class GoalSheet:
    """A goal table as somebody filled it in: stated numbers by cell, baseline column apart.

    `returned` tells what was done to a workbook that this tool wrote, `stated` the targets that are
    stated in other words than a level, `described` what is said in words.
    """

    targets: Mapping[Cell, Decimal]
    baseline: Mapping[Cell, Decimal]
    rates: Mapping[Cell, Decimal]
    findings: tuple[Finding, ...]
    name: str
    returned: Returned | None = None
    stated: Mapping[Cell, Stated] = field(default_factory=dict)
    described: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def edited(self) -> tuple[Edited, ...]:
        """Return the numbers that were changed since this tool wrote the workbook."""
        return self.returned.edited if self.returned else ()

    @property
    def damaged(self) -> tuple[Damaged, ...]:
        """Return the formulas that are no longer what this tool wrote."""
        return self.returned.damaged if self.returned else ()


def goals_of(
    sheets: tuple[Sheet, ...],
    base_year: int,
    catalogue: Catalogue,
    returned: Returned | None = None,
    answers: FileMapping = NOTHING,
    ledger: Ledger | None = None,
) -> GoalSheet:
    """Return the goal table that sheets hold; every mark on them is booked in the ledger.

    Formulas of ours that are as they were follow from its numbers and are not read.

    Raises
    ------
    InputError
        When they hold no table or no target.
    """
    ledger = ledger or Ledger(sheets)
    own = own_rows(sheets, catalogue, base_year, adding=False)
    intake = Intake(catalogue, answers, ledger, hopes=True)
    skip = returned.formulas if returned else frozenset()
    wanted = Wanted(
        catalogue, answers, hopes=True, base_year=base_year, skip=skip, beside=own.beside
    )
    tables = read_tables(own.sheets, wanted, ledger, returned.sheet if returned else "")
    name = tables.sheet.file
    kept = own.settled(tables.sheet.name, ledger)
    for entry in tables.entries:
        intake.add(entry)
    for name_of, text in tables.kinds.items():  # those of computed cells too
        if (key := catalogue.find(name_of)) is not None and key in catalogue:
            intake.stated_by_year(catalogue[key], text)
    intake.settle()
    intake.findings[:0] = _of_sheets(tables, returned)
    if not any(cell.year > base_year for cell in (*intake.values, *intake.stated)):
        nothing = Finding("no_values", Obligation.MUST_FIX, Place(file=name))
        raise InputError([nothing, *_said(intake)])
    sheet = sheet_of(intake, base_year, name)
    said = returned.findings if returned else ()
    findings = (*said, *kept.findings, *sheet.findings)
    return replace(sheet, findings=findings, returned=returned, described=kept.described)


def _of_sheets(tables: Tables, returned: Returned | None) -> list[Finding]:
    """Return what has to be said of the sheets.

    Those of a workbook of ours besides the goal table are ours too: what was changed in them is
    told by what they were. One that somebody added may hold what is meant.
    """
    if returned is None:
        return list(tables.findings)
    said = [
        replace(item, level=Obligation.NEEDS_REASON, ways_out=("one_table",))
        if item.code == "sheet_ignored"
        else item
        for item in tables.findings
        if not (item.code.startswith(_OF_SHEETS) and item.place.sheet in returned.sheets)
    ]
    if tables.sheet.hidden:
        place = Place(file=tables.sheet.file, sheet=tables.sheet.name)
        said.append(
            Finding("goals_hidden", Obligation.NEEDS_REASON, place, ways_out=("show_sheet",))
        )
    return said


def form_goals(text: FormText, catalogue: Catalogue, answers: FileMapping = NOTHING) -> GoalSheet:
    """Return the goal table that a filled form holds, its stage texts included."""
    intake = Intake(catalogue, answers, hopes=True)
    for entry in goal_entries(text, catalogue):
        intake.add(entry)
    intake.settle()
    return replace(sheet_of(intake, text.form.base_year, text.name), described=_in_words(text))


def _in_words(text: FormText) -> Mapping[Cell, str]:
    """Return what the goal tables of a form say in words, by direction and year."""
    said = {}
    for item in text.form:
        years = {str(column.id): column.year for column in item.columns}
        if any(year and year > text.form.base_year for year in years.values()):
            for slot, raw in text.content.items():
                row, _, column = slot.part.rpartition(".")
                year = years.get(column) if slot.field == item.id else None
                if year is not None and row in item.worded and raw != text.form.record.none:
                    said[Cell(row, year)] = raw
    return said


def sheet_of(intake: Intake, base_year: int, name: str) -> GoalSheet:
    """Return what was taken in as a goal table: targets, baseline column, rates."""
    # A label such as 集群总产值（以上） is said of the base year's figure too.
    before = {
        cell: said.low
        for cell, said in intake.stated.items()
        if cell.year <= base_year and said.measure == "level"
    }
    return GoalSheet(
        {cell: value for cell, value in intake.values.items() if cell.year > base_year},
        {
            **before,
            **{cell: value for cell, value in intake.values.items() if cell.year <= base_year},
        },
        {cell: value for cell, value in intake.growth.items() if cell.year > base_year},
        _said(intake),
        name,
        stated={cell: said for cell, said in intake.stated.items() if cell.year > base_year},
    )


def _said(intake: Intake) -> tuple[Finding, ...]:
    """Return the findings of a goal table; a target that is not as printed has to be fixed."""
    return tuple(
        replace(
            finding, code="goal_off_grid", level=Obligation.MUST_FIX, ways_out=("write_printed",)
        )
        if finding.code == "rounded"
        else finding
        for finding in folded(intake.findings)
        if finding.code not in _IGNORED
    )
