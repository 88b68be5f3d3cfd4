"""Table entries: the rows of a sheet's tables as entries, with everything beside them booked (§15).

Labels, units, sources and lines of text are booked here; what a column is worth is settled in
:mod:`planner.intake.columns`, what a number is worth in :mod:`planner.intake.entries`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import STRUCK, Mark, Sheet, letters
from planner.core.numerals import narrow, read_number
from planner.intake.account import Ledger
from planner.intake.beside import Beside, beside
from planner.intake.blocks import DOWN, LONG, Block, Column, dated, sums_up
from planner.intake.columns import ASIDE, Columns, is_number
from planner.intake.entry import Entry
from planner.intake.formulas import extrapolated
from planner.intake.headings import GROWING, Heading, read_heading
from planner.intake.layout import find_blocks
from planner.intake.rownames import RowNames
from planner.intake.unitlines import unit_of_title, units_in_line
from planner.intake.withheld import Withheld, is_footer
from planner.model.catalogue import Catalogue
from planner.model.mapping import USE, FileMapping
from planner.model.vocabulary import bare, vocabulary


@dataclass(frozen=True)
class Wanted:
    """What is to be read from tables.

    Attributes
    ----------
    catalogue, answers
        The indicators known, and what was said of the file's own labels and doubts.
    hopes
        Whether a column of targets is what is wanted.
    base_year
        The year of a column that is headed as the baseline.
    skip, beside
        Cells that are no figures of somebody's, such as formulas of ours; sheets of one table.
    """

    catalogue: Catalogue
    answers: FileMapping
    hopes: bool = False
    base_year: int | None = None
    skip: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


class TableReader:
    """Reads the tables of one sheet."""

    def __init__(self, wanted: Wanted, ledger: Ledger) -> None:
        """Start with nothing read."""
        self.catalogue, self.ledger, self.answers = wanted.catalogue, ledger, wanted.answers
        self.skip = wanted.skip
        self.names = RowNames(wanted.catalogue, wanted.answers)
        self.columns = Columns(
            self.names.knows, ledger, wanted.answers, wanted.hopes, wanted.base_year
        )
        self.withheld = Withheld(ledger, wanted.answers, self.names.is_indicator, wanted.hopes)
        self.named = ""
        self.kinds: dict[str, str] = {}  # how the targets of rows were stated, by name
        self._lines: dict[int, tuple[str, ...]] = {}  # units that a line within a table names

    @property
    def findings(self) -> list[Finding]:
        """Return what has to be said of the tables."""
        return [*self.columns.findings, *self.withheld.findings, *self.names.findings]

    def note(self, code: str, level: Obligation, place: Place, **more: Any) -> None:
        """Record a finding."""
        self.columns.note(code, level, place, **more)

    def blocks(self, sheet: Sheet) -> tuple[Block, ...]:
        """Return the tables of a sheet."""
        return find_blocks(sheet, self.names.knows)

    def entries(self, sheet: Sheet, blocks: tuple[Block, ...]) -> Iterator[Entry]:
        """Yield every number of a sheet's tables, blank ones too; all else is booked."""
        real = [block for block in blocks if not block.is_example]
        if sheet.spare and blocks:
            place = Place(file=sheet.file, line=sheet.line(blocks[0].head[0]))
            self.note("columns_blank", Obligation.INFO, place, found=str(sheet.spare))
        for block in blocks:
            if real and block.is_example:
                self._example(block)
                continue
            self._above(block)
            if not self.withheld.table(block, blocks[0]):
                yield from self._block(block)
        for mark in sheet:
            if self.ledger.is_open(sheet, mark):
                self.ledger.leave(sheet, mark, "hidden" if mark.hidden else "note")

    def _example(self, block: Block) -> None:
        self.note("table_example", Obligation.INFO, block.sheet.place(block.head[0], 0))
        for row in (*block.above, *block.head, *block.body):
            for mark in block.sheet.rows[row]:
                if self.ledger.is_open(block.sheet, mark):
                    self.ledger.leave(block.sheet, mark, "example")

    def _above(self, block: Block) -> None:
        """Book the lines over a table, and take the name of the cluster from them."""
        words = vocabulary().cluster_above
        for row in block.above:
            for mark in block.sheet.rows[row]:
                if not self.ledger.is_open(block.sheet, mark):
                    continue
                label, _, rest = narrow(mark.text).partition(":")
                right = block.sheet.at(row, mark.column + 1)
                if bare(label) in words and (rest.strip() or right is not None):
                    self.named = self.named or rest.strip() or (right.text.strip() if right else "")
                    self.ledger.use(block.sheet, mark, "cluster")
                    if right is not None and not rest.strip():
                        self.ledger.use(block.sheet, right, "cluster")
                elif block.units and (
                    units_in_line(mark.text) == block.units
                    or mark.text in block.units
                    or unit_of_title(mark.text) in block.units
                ):
                    self.ledger.use(block.sheet, mark, "unit")
                else:
                    self.ledger.leave(block.sheet, mark, "title")

    def _block(self, block: Block) -> Iterator[Entry]:
        columns = self.columns.figures(block)
        if block.shape != DOWN:
            block = self.withheld.rows(block, columns)
            for number in self.withheld.out:
                columns.pop(number)
                self._leave_kept_back(block, number)
        else:
            block = self.withheld.undivided(block)
        if block.shape == LONG:
            yield from self._long(block, columns)
        elif block.shape == DOWN:
            yield from self._down(block)
        else:
            yield from self._wide(block, columns)

    def _leave_kept_back(self, block: Block, column: int) -> None:
        for row in block.body:
            mark = block.sheet.at(row, column)
            if mark is not None and self.ledger.is_open(block.sheet, mark):
                self.ledger.leave(block.sheet, mark, "circumstance")

    # -- rows ------------------------------------------------------------------------------

    def _line(self, block: Block, row: int, figures: Mapping[int, Heading]) -> Mark | None:
        """Book the words of a row; return its label where it is a row of figures."""
        sheet = block.sheet
        label = self.columns.label_mark(block, row)
        numbers = [mark for n in figures if (mark := sheet.at(row, n)) is not None]
        known = label is not None and self.names.knows(self.names.name(block, row, label))
        year = block.column("year") if block.shape == LONG else None
        dated = year is not None and bool(sheet.text(row, year))
        if label is not None and not known and is_footer(label.text):
            self._leave_row(block, row, "note")
            return None
        if label is not None and bare(label.text) in vocabulary().code_rows:
            self._leave_row(block, row, "numbering")
            return None
        if not known and not any(self._is_figure(mark, label) for mark in numbers) and not dated:
            if label is not None and self._unsplit(label.text):
                self.note("line_unsplit", Obligation.MUST_FIX, sheet.place(row, label.column),
                          found=label.text[:60], ways_out=("split_line",))  # fmt: skip
            self._leave_row(block, row, "note")
            return None
        if label is not None and (reason := self._unusable(block, row, label)):
            self._leave_row(block, row, reason)
            return None
        for number in block.label_columns:
            mark = sheet.at(row, number)
            if mark is not None and self.ledger.is_open(sheet, mark):
                told = self.names.label(self.names.name(block, row, mark))
                if told.key is not None:
                    self.ledger.use(sheet, mark, "label", told.key, told.year, told.unit)
                elif mark is label:
                    self.ledger.leave(
                        sheet, mark, "ignored" if told.ignored else "indicator_unknown"
                    )
                else:
                    self.ledger.leave(sheet, mark, "note")
        for role, kind in ASIDE.items():
            column = block.column(role)
            mark = sheet.at(row, column) if column is not None else None
            if mark is not None and self.ledger.is_open(sheet, mark):
                self.ledger.use(sheet, mark, kind)
        return label

    def _leave_row(self, block: Block, row: int, reason: str) -> None:
        for mark in block.sheet.rows[row]:
            if not self.ledger.is_open(block.sheet, mark):
                continue
            if reason == "note" and block.units and units_in_line(mark.text) == block.units:
                self.ledger.use(block.sheet, mark, "unit")
            else:
                self.ledger.leave(block.sheet, mark, "hidden" if mark.hidden else reason)

    def _unusable(self, block: Block, row: int, label: Mark) -> str:
        """Return why nothing of a row can be used, with a finding; empty where it can."""
        sheet, place = block.sheet, block.sheet.place(row, label.column)
        if row in self.columns.torn:
            self.note("fields_too_many", Obligation.MUST_FIX, place, found=label.text[:60],
                      ways_out=("split_line",))  # fmt: skip
            return "fields_too_many"
        if label.state == STRUCK:
            self.note("row_struck", Obligation.NEEDS_REASON, place, found=label.text[:60],
                      ways_out=("unstrike",))  # fmt: skip
            return "row_struck"
        marks = [sheet.at(row, number) for number in block.label_columns]
        keys = {
            key for mark in marks if mark is not None and (key := self.names.label(mark.text).key)
        }
        if len(keys) > 1:
            named = " / ".join(mark.text for mark in marks if mark is not None)
            self.note("label_conflict", Obligation.MUST_FIX, place, found=named[:60],
                      ways_out=("correct_either",))  # fmt: skip
            return "label_conflict"
        return self.names.other_group(block, row, label)

    def _is_figure(self, mark: Mark, label: Mark | None) -> bool:
        """Whether a cell holds what is meant for a figure: a number, or words where one should be."""
        if is_number(mark):
            return True
        near = label is not None and self.catalogue.nearest(label.text) is not None
        return near and not read_number(mark.text).blank

    def _beside(self, block: Block, row: int) -> Beside:
        units = self._lines.get(row, block.units)
        return beside(block, row, units, self.ledger, hopes=self.withheld.hopes)

    def _unsplit(self, text: str) -> bool:
        """Whether a text is a line of figures that was separated otherwise than the others."""
        first, *rest = re.split(r"[,，;；\t|]", text)
        return self.names.knows(first) and any(read_number(part).value is not None for part in rest)

    def _entry(
        self, block: Block, row: int, column: int, label: str, told: Heading, aside: Beside
    ) -> Entry:
        sheet, mark = block.sheet, block.sheet.at(row, column)
        wide = block.shape != LONG
        place = sheet.place(row, column)
        if wide and not sheet.name:
            place = Place(file=place.file, line=place.line, column=str(told.year))
        told = aside.on(told)
        if not told.kind and (formula := extrapolated(block, mark)):
            told = replace(told, text=f"{told.text} ={formula}", rest=formula)
        own = block.columns[column].heading.unit if column in block.columns else ""
        heading = (("heading", own),) if own else ()
        # The unit of a row is that of its level; how it grew has the unit of its column.
        units = heading if told.kind in GROWING else (*aside.units, *heading, *aside.above)
        return Entry(
            label,
            told,
            mark.text if mark else None,
            place,
            units,
            aside.source,
            aside.cluster,
            wide,
            kind=told.kind,
            target_kind=aside.kind,
            key=sheet.key(row, column),
            sheet=sheet,
            mark=mark,
        )

    def _is_joined(self, sheet: Sheet, row: int, column: int, entry: Entry) -> bool:
        """Say of a cell that is joined with one that holds a number that it has none of its own."""
        seen = sheet.seen_at(row, column)
        told = self.names.label(entry.label)
        if seen is None or not is_number(seen) or told.key is None:
            return False
        year = entry.year.year if isinstance(entry.year, Heading) else None
        self.note("value_merged", Obligation.MUST_FIX, sheet.place(row, column), indicator=told.key,
                  year=year, found=seen.text[:40], ways_out=("split_cells",))  # fmt: skip
        return True

    def _take(self, block: Block, entry: Entry, row: int, column: int) -> Iterator[Entry]:
        """Yield an entry unless its cell is somebody else's or was spoken of already."""
        mark = entry.mark
        if mark is None:
            if not self._is_joined(block.sheet, row, column, entry):
                yield entry
            return
        cell = f"{letters(mark.column)}{block.sheet.line(mark.row)}"
        if cell in self.skip:
            self.ledger.leave(block.sheet, mark, "computed")
        elif mark.hidden and self.answers.way(entry.key) != USE:
            if self.ledger.is_open(block.sheet, mark):
                self.ledger.leave(block.sheet, mark, "hidden")
        elif self.ledger.is_open(block.sheet, mark):
            self.ledger.expect(block.sheet, mark)
            yield entry

    def _wide(self, block: Block, figures: Mapping[int, Heading]) -> Iterator[Entry]:
        units: tuple[str, ...] | None = None
        for row in block.body:
            label = self._line(block, row, figures)
            if label is None:
                texts = [units_in_line(mark.text) for mark in block.sheet.rows[row]]
                units = next((found for found in texts if found), units)
                missing = [n for n in figures if _number_at(block.sheet, row, n)]
                if not missing:
                    continue
            if units is not None:
                self._lines[row] = units
            text = self.names.name(block, row, label) if label is not None else ""
            if label is not None:
                self.names.passed(label)
            aside = self._beside(block, row)
            self.kinds |= {text: aside.kind} if aside.kind else {}
            for number, heading in figures.items():
                if heading.year is not None:
                    entry = self._entry(block, row, number, text, heading, aside)
                    yield from self._take(block, entry, row, number)

    def _long(self, block: Block, figures: Mapping[int, Heading]) -> Iterator[Entry]:
        year_column = block.column("year")
        monthly = block.monthly
        line: Heading | None = None  # a line within the table that names the year of what follows
        for row in block.body:
            label = self._line(block, row, figures)
            if label is None and not any(_number_at(block.sheet, row, n) for n in figures):
                heads = [read_heading(mark.text) for mark in block.sheet.rows[row]]
                line = heads[0] if len(heads) == 1 and heads[0].year else line
                continue
            year = block.sheet.seen_at(row, year_column) if year_column is not None else None
            told = dated(year, monthly)
            if year is not None and self.ledger.is_open(block.sheet, year):
                self.ledger.use(block.sheet, year, "year", "", told.year)
            text = self.names.name(block, row, label) if label is not None else ""
            if label is not None:
                self.names.passed(label)
            aside = self._beside(block, row)
            for number, heading in figures.items():
                when = replace(told, kind=heading.kind or told.kind)
                if line is not None and year_column is None:
                    when = line
                elif heading.year is not None:
                    when = heading
                entry = self._entry(block, row, number, text, when, aside)
                if entry.mark is None and number != block.column("value"):
                    continue
                yield from self._take(block, entry, row, number)

    def _name_down(self, block: Block, column: Column) -> str:
        """Return the name of a column of figures; growth beside an indicator's is that one's."""
        name = " ".join(mark.text for mark in column.marks)
        if self.names.knows(name):
            return name
        before = block.columns.get(column.number - 1)
        if before is None or column.heading.kind not in GROWING or column.heading.rest:
            return ""
        stem = narrow(" ".join(mark.text for mark in before.marks)).partition("(")[0].strip()
        whole = f"{stem}{name}"
        return whole if self.names.is_indicator(whole) else ""

    def _down(self, block: Block) -> Iterator[Entry]:
        sheet = block.sheet
        years = next(n for n, c in block.columns.items() if c.heading.role == "year")
        below = next((row for row in sheet.rows if row > block.head[-1]), 0)
        for number in block.units_below:
            mark = sheet.at(below, number)
            if mark is not None and self.ledger.is_open(sheet, mark):
                self.ledger.use(sheet, mark, "unit")
        monthly = block.monthly
        for row in block.body:
            year = sheet.at(row, years)
            told = dated(year, monthly)
            if told.year is None and not any(_number_at(sheet, row, n) for n in block.columns):
                continue
            if year is not None and sums_up(year.text, told):
                self._leave_row(block, row, "computed")
                continue
            if year is not None and self.ledger.is_open(sheet, year):
                self.ledger.use(sheet, year, "year", "", told.year)
            aside = self._beside(block, row)
            for number, column in block.columns.items():
                name = self._name_down(block, column)
                if number == years or not name:
                    continue
                entry = self._entry(block, row, number, name, told, aside)
                unit = block.units_below.get(number, "")
                entry = replace(entry, units=(("column", unit), *entry.units)) if unit else entry
                yield from self._take(block, entry, row, number)


def _number_at(sheet: Sheet, row: int, column: int) -> bool:
    return is_number(sheet.at(row, column))
