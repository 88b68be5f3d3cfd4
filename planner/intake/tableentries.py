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
from planner.intake.circumstances import circumstance
from planner.intake.columns import ASIDE, Columns, is_number
from planner.intake.entry import Entry
from planner.intake.headings import Heading, read_heading
from planner.intake.labels import Label, read_label
from planner.intake.layout import DOWN, LONG, Block, find_blocks, heading_of, units_in_line
from planner.model.catalogue import Catalogue
from planner.model.mapping import LEAVE, USE, FileMapping
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
    skip
        Cells that are no figures of somebody's, such as formulas of ours.
    """

    catalogue: Catalogue
    answers: FileMapping
    hopes: bool = False
    base_year: int | None = None
    skip: frozenset[str] = frozenset()


SHORT = 12  # letters of a remark that says of a figure what it is


@dataclass(frozen=True)
class Beside:
    """What stands beside the figures of a row: a doubt, units near and above, source, cluster."""

    doubt: Heading
    units: tuple[tuple[str, str], ...]
    above: tuple[tuple[str, str], ...]
    source: str
    cluster: str


class TableReader:
    """Reads the tables of one sheet."""

    def __init__(self, wanted: Wanted, ledger: Ledger) -> None:
        """Start with nothing read."""
        self.catalogue, self.ledger, self.answers = wanted.catalogue, ledger, wanted.answers
        self.skip, self.hopes = wanted.skip, wanted.hopes
        self.columns = Columns(self.knows, ledger, wanted.answers, wanted.hopes, wanted.base_year)
        self.named = ""
        self._labels: dict[str, Label] = {}
        self._lines: dict[int, tuple[str, ...]] = {}  # units that a line within a table names

    @property
    def findings(self) -> list[Finding]:
        """Return what has to be said of the tables."""
        return self.columns.findings

    def note(self, code: str, level: Obligation, place: Place, **more: Any) -> None:
        """Record a finding."""
        self.columns.note(code, level, place, **more)

    def knows(self, label: str) -> bool:
        """Whether a label is an indicator's, or was spoken of."""
        told = self.label(label)
        return told.key is not None or bool(told.other) or told.ignored

    def label(self, text: str) -> Label:
        """Return what a label says; the same ones are asked for again and again."""
        told = self._labels.get(text)
        if told is None:
            told = read_label(text, self.catalogue, self.answers.labels)
            self._labels[text] = told
        return told

    def blocks(self, sheet: Sheet) -> tuple[Block, ...]:
        """Return the tables of a sheet."""
        return find_blocks(sheet, self.knows)

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
            if not self._withheld(block, blocks[0]):
                yield from self._block(block)
        for mark in sheet:
            if self.ledger.is_open(sheet, mark):
                self.ledger.leave(sheet, mark, "hidden" if mark.hidden else "note")

    def _withheld(self, block: Block, first: Block) -> bool:
        """Whether words around a table make all of it doubtful, and nobody said that it is meant."""
        hopes = self.hopes or any(column.heading.state for column in block.columns.values())
        for row in block.above:
            for mark in block.sheet.rows[row]:
                found = circumstance(mark.text, hopes=hopes) or self._of_another(mark, first, block)
                if (
                    found
                    and not _is_footer(mark.text)
                    and self._is_doubtful(block.sheet, mark, found)
                ):
                    self._leave_table(block)
                    return True
        name = block.sheet.name
        found = circumstance(name, hopes=hopes)
        place = Place(file=block.sheet.file, sheet=name)
        if found and self._asked(name, place, name, found) != USE:
            self._leave_table(block)
            return True
        return False

    def _of_another(self, mark: Mark, first: Block, block: Block) -> str:
        """Return the title of a table that is another cluster's than the first on its sheet."""
        kind = vocabulary().cluster_word
        titles = [
            other.text
            for row in first.above
            for other in block.sheet.rows[row]
            if kind in other.text
        ]
        return mark.text[:20] if titles and kind in mark.text and mark.text not in titles else ""

    def _is_doubtful(self, sheet: Sheet, mark: Mark, found: str) -> bool:
        """Ask about the words of a cell that make figures doubtful; whether they are left."""
        key, place = sheet.key(mark.row, mark.column), sheet.place(mark.row, mark.column)
        return self._asked(key, place, mark.text, found) != USE

    def _asked(self, key: str, place: Place, text: str, found: str) -> str:
        """Return what was said of words that make figures doubtful; ask where nothing was."""
        way = self.answers.way(key)
        if way not in {USE, LEAVE}:
            self.note("circumstance", Obligation.MUST_FIX, place, found=text.strip()[:60],
                      expected=found, facts={"key": key}, ways_out=("take_table",))  # fmt: skip
        return way

    def _leave_table(self, block: Block) -> None:
        for row in (*block.head, *block.body):
            self._leave_row(block, row, "circumstance")

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
                    units_in_line(mark.text) == block.units or mark.text in block.units
                ):
                    self.ledger.use(block.sheet, mark, "unit")
                else:
                    self.ledger.leave(block.sheet, mark, "title")

    def _block(self, block: Block) -> Iterator[Entry]:
        columns = self.columns.figures(block)
        if block.shape != DOWN:
            block = self._without_doubtful(block, columns)
        if block.shape == LONG:
            yield from self._long(block, columns)
        elif block.shape == DOWN:
            yield from self._down(block)
        else:
            yield from self._wide(block, columns)

    def _without_doubtful(self, block: Block, figures: Mapping[int, Heading]) -> Block:
        """Return a table without the rows under a line that makes them doubtful.

        Lines behind the last figures are notes: nobody can tell which figures they mean.
        """
        sheet = block.sheet
        counted = {row for row in block.body if any(_number_at(sheet, row, n) for n in figures)}
        last = max(counted, default=-1)
        hopes = self.hopes or any(column.heading.state for column in block.columns.values())
        kept, skipping = [], False
        for row in block.body:
            marks = sheet.rows[row]
            if row in counted or any(self.label(mark.text).key for mark in marks):
                if skipping:
                    self._leave_row(block, row, "circumstance")
                else:
                    kept.append(row)
                continue
            kept.append(row)
            told = [
                (mark, found) for mark in marks if (found := circumstance(mark.text, hopes=hopes))
            ]
            told = [(mark, found) for mark, found in told if not _is_footer(mark.text)]
            if row < last:
                skipping = bool(told) and self._is_doubtful(sheet, *told[0])
            elif told:
                mark, found = told[0]
                self.note("note_says", Obligation.NEEDS_REASON, sheet.place(row, mark.column),
                          found=mark.text.strip()[:60], expected=found, ways_out=("check_note",))  # fmt: skip
        return replace(block, body=tuple(kept))

    # -- rows ------------------------------------------------------------------------------

    def _line(self, block: Block, row: int, figures: Mapping[int, Heading]) -> Mark | None:
        """Book the words of a row; return its label where it is a row of figures."""
        sheet = block.sheet
        label = self.columns.label_mark(block, row)
        numbers = [mark for n in figures if (mark := sheet.at(row, n)) is not None]
        known = label is not None and self.knows(label.text)
        year = block.column("year") if block.shape == LONG else None
        dated = year is not None and bool(sheet.text(row, year))
        if label is not None and not known and _is_footer(label.text):
            self._leave_row(block, row, "note")
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
                told = self.label(mark.text)
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
            if self.ledger.is_open(block.sheet, mark):
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
        keys = {key for mark in marks if mark is not None and (key := self.label(mark.text).key)}
        if len(keys) > 1:
            named = " / ".join(mark.text for mark in marks if mark is not None)
            self.note("label_conflict", Obligation.MUST_FIX, place, found=named[:60],
                      ways_out=("correct_either",))  # fmt: skip
            return "label_conflict"
        return ""

    def _is_figure(self, mark: Mark, label: Mark | None) -> bool:
        """Whether a cell holds what is meant for a figure: a number, or words where one should be."""
        if is_number(mark):
            return True
        near = label is not None and self.catalogue.nearest(label.text) is not None
        return near and not read_number(mark.text).blank

    def _beside(self, block: Block, row: int) -> Beside:
        """Return what stands beside the figures of a row and says something of them."""
        doubt = Heading("")
        units: list[tuple[str, str]] = []
        for mark in block.sheet.rows[row]:
            column = block.columns.get(mark.column)
            head = column.heading if column is not None else Heading("")
            figures = head.year is not None or head.kind
            if is_number(mark) or figures or head.role not in {"", "note", "direction"}:
                continue
            told = read_heading(mark.text)
            named = [told.unit] if told.unit and not told.rest else []
            units += [("remark", unit) for unit in (*units_in_line(mark.text), *named)]
            if (told.period or told.state) and len(mark.text) <= SHORT:
                doubt = told

        def text(role: str) -> str:
            column = block.column(role)
            mark = None if column is None else block.sheet.seen_at(row, column)
            return mark.text.strip() if mark else ""

        if unit := text("unit"):
            units.insert(0, ("column", unit))
        above = tuple(("above", unit) for unit in self._lines.get(row, block.units))
        return Beside(doubt, tuple(units), above, text("source"), text("cluster"))

    def _unsplit(self, text: str) -> bool:
        """Whether a text is a line of figures that was separated otherwise than the others."""
        first, *rest = re.split(r"[,，;；\t|]", text)
        return self.knows(first) and any(read_number(part).value is not None for part in rest)

    def _entry(
        self, block: Block, row: int, column: int, label: str, told: Heading, beside: Beside
    ) -> Entry:
        sheet, mark = block.sheet, block.sheet.at(row, column)
        wide = block.shape != LONG
        place = sheet.place(row, column)
        if wide and not sheet.name:
            place = Place(file=place.file, line=place.line, column=str(told.year))
        doubt = beside.doubt
        if doubt.text and not told.doubt(hopes=False):
            text = f"{told.text} {doubt.text}".strip()
            told = replace(told, text=text, period=doubt.period, state=doubt.state)
        own = block.columns[column].heading.unit if column in block.columns else ""
        heading = (("heading", own),) if own else ()
        return Entry(
            label,
            told,
            mark.text if mark else None,
            place,
            (*beside.units, *heading, *beside.above),
            beside.source,
            beside.cluster,
            wide,
            kind=told.kind,
            key=sheet.key(row, column),
            sheet=sheet,
            mark=mark,
        )

    def _take(self, block: Block, entry: Entry) -> Iterator[Entry]:
        """Yield an entry unless its cell is somebody else's or was spoken of already."""
        mark = entry.mark
        if mark is None:
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
            text = label.text if label is not None else ""
            beside = self._beside(block, row)
            for number, heading in figures.items():
                if heading.year is not None:
                    entry = self._entry(block, row, number, text, heading, beside)
                    yield from self._take(block, entry)

    def _long(self, block: Block, figures: Mapping[int, Heading]) -> Iterator[Entry]:
        year_column = block.column("year")
        line: Heading | None = None  # a line within the table that names the year of what follows
        for row in block.body:
            label = self._line(block, row, figures)
            if label is None and not any(_number_at(block.sheet, row, n) for n in figures):
                heads = [read_heading(mark.text) for mark in block.sheet.rows[row]]
                line = heads[0] if len(heads) == 1 and heads[0].year else line
                continue
            year = block.sheet.at(row, year_column) if year_column is not None else None
            told = heading_of(year)
            if year is not None and self.ledger.is_open(block.sheet, year):
                self.ledger.use(block.sheet, year, "year", "", told.year)
            text = label.text if label is not None else ""
            beside = self._beside(block, row)
            for number, heading in figures.items():
                when = replace(told, kind=heading.kind or told.kind)
                if line is not None and year_column is None:
                    when = line
                elif heading.year is not None:
                    when = heading
                entry = self._entry(block, row, number, text, when, beside)
                if entry.mark is None and number != block.column("value"):
                    continue
                yield from self._take(block, entry)

    def _down(self, block: Block) -> Iterator[Entry]:
        sheet = block.sheet
        years = next(n for n, c in block.columns.items() if c.heading.role == "year")
        below = next((row for row in sheet.rows if row > block.head[-1]), 0)
        for number in block.units_below:
            mark = sheet.at(below, number)
            if mark is not None and self.ledger.is_open(sheet, mark):
                self.ledger.use(sheet, mark, "unit")
        for row in block.body:
            year = sheet.at(row, years)
            told = heading_of(year)
            if told.year is None and not any(_number_at(sheet, row, n) for n in block.columns):
                continue
            if year is not None and self.ledger.is_open(sheet, year):
                self.ledger.use(sheet, year, "year", "", told.year)
            beside = self._beside(block, row)
            for number, column in block.columns.items():
                name = " ".join(mark.text for mark in column.marks)
                if number == years or not self.knows(name):
                    continue
                entry = self._entry(block, row, number, name, told, beside)
                unit = block.units_below.get(number, "")
                entry = replace(entry, units=(("column", unit), *entry.units)) if unit else entry
                yield from self._take(block, entry)


def _is_footer(text: str) -> bool:
    """Whether a label is that of who filled the table in, or when."""
    return bare(text).startswith(vocabulary().footers)


def _number_at(sheet: Sheet, row: int, column: int) -> bool:
    mark = sheet.at(row, column)
    return mark is not None and is_number(mark)
