"""Columns: which columns of a table hold figures, of which year, and what is said of the others.

Two columns for one year, a heading that is not of a whole year, numbers under no heading: each is
settled by what the file or somebody says, or asked about; every cell of a column that is not read
is booked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import STRUCK, Mark, letters
from planner.core.numerals import read_number
from planner.intake.account import Ledger
from planner.intake.blocks import DOWN, LONG, Block, Column
from planner.intake.headings import GROWING, Heading, read_heading
from planner.model.mapping import LEAVE, USE, FileMapping
from planner.model.units import read_unit
from planner.model.vocabulary import vocabulary

# Roles of columns that hold no figures, with what a mark in them is used as; others are left.
ASIDE = {
    "unit": "unit",
    "source": "source",
    "cluster": "cluster",
    "direction": "direction",
    "kind": "kind",
}
_REASONS = {
    "note": "note",
    "basis": "note",
    "number": "numbering",
    "computed": "computed",
    "period": "note",
}
_ONCE = {"indicator", "key", "year", "value", "unit", "source", "cluster", "baseline"}

# Kinds of figures that are neither levels nor the growth of one year.
_NO_FIGURE = {"share", "average", "change", "decline"}
_HOPED = {"target", "estimate"}


@dataclass
class Columns:
    """Settles the columns of the tables of a file.

    `hopes` says whether a column of targets is what is wanted, `base_year` the year of a column
    that is headed as the baseline.
    """

    knows: Callable[[str], bool]
    ledger: Ledger
    answers: FileMapping
    hopes: bool = False
    base_year: int | None = None
    findings: list[Finding] = field(default_factory=list)
    torn: set[int] = field(default_factory=set)

    def note(self, code: str, level: Obligation, place: Place, **more: Any) -> None:
        """Record a finding."""
        self.findings.append(Finding(code, level, place, **more))

    def figures(self, block: Block) -> dict[int, Heading]:
        """Return the columns that hold figures with what their headings say; book all headings."""
        self._named_columns(block)
        figures: dict[int, Heading] = {}
        grew = False
        if block.shape == DOWN:
            return figures
        told: dict[tuple[int | None, str], list[Column]] = {}
        beside: list[int] = []  # years of the columns that growth without a year stands beside
        for number, column in sorted(block.columns.items()):
            heading = self._dated(block, column, max(beside, default=None))
            if heading is None:
                continue
            if heading.year is not None and not heading.kind:
                beside = [*(beside if not grew else []), heading.year]
            grew = bool(heading.kind)
            told.setdefault((heading.year, heading.kind), []).append(
                replace(column, heading=heading)
            )
            figures[number] = heading
        for group in told.values():
            self._same_year(block, group, figures)
        if not self.hopes:
            self._hoped_for(block, figures)
        for number in list(figures):
            figures[number] = self._settled(block, block.columns[number], figures[number])
        return figures

    def _hoped_for(self, block: Block, figures: dict[int, Heading]) -> None:
        """Doubt what stands beyond a year that is itself only expected."""
        expected = [
            heading.year
            for number, heading in figures.items()
            if heading.year
            and heading.state in _HOPED
            and self._way(block, block.columns[number]) != USE
        ]
        for number, heading in figures.items():
            if expected and heading.year and heading.year > min(expected) and not heading.state:
                figures[number] = replace(heading, state="estimate")

    def _dated(self, block: Block, column: Column, beside: int | None) -> Heading | None:
        """Return what the heading of a column of figures says, with its year; None for others."""
        heading = column.heading
        if column.marks and self._way(block, column) == LEAVE:
            return None
        if block.shape == LONG:
            if heading.role == "value":
                year = heading.year or (
                    None if block.column("year") is not None else self._year_said(block)
                )
                return replace(heading, year=year)
            if heading.kind in GROWING and not heading.role and heading.year is None:
                return heading
            return None
        if heading.role == "baseline" and (heading.year or self.base_year):
            return replace(heading, role="", year=heading.year or self.base_year)
        if heading.role or heading.kind in _NO_FIGURE:
            return None
        if heading.year is None and heading.kind in GROWING and beside is not None:
            return replace(heading, year=beside)  # of the latest of the years before it
        if heading.year is None and heading.kind in GROWING and column.marks:
            self.note("value_without_year", Obligation.NEEDS_REASON,
                      self._head_place(block, column), found=heading.text)  # fmt: skip
            self._leave_figures(block, column.number, "value_without_year")
        return heading if heading.year is not None else None

    def _year_said(self, block: Block) -> int | None:
        """Return the year of figures beside which none stands: above them, or that of the plan."""
        return self._year_above(block) or (None if self.hopes else self.base_year)

    def _year_above(self, block: Block) -> int | None:
        """Return the year that the lines over a table name, where they name one."""
        years = set()
        for row in block.above:
            for mark in block.sheet.rows[row]:
                heading = read_heading(mark.text)
                years |= {heading.year} if not heading.period else set()
        years.discard(None)
        if not years:  # the name of a sheet is a title too
            years = {read_heading(block.sheet.name).year} - {None}
        return years.pop() if len(years) == 1 else None

    def _named_columns(self, block: Block) -> None:
        """Book the headings, and say which columns are not read."""
        seen: set[str] = set()
        before: tuple[Mark, ...] = ()
        for number, column in sorted(block.columns.items()):
            heading = column.heading
            place = self._head_place(block, column)
            # One heading over two columns of names: the group and the name within it.
            joined = column.marks and column.marks == before
            again = heading.role in _ONCE and heading.role in seen and not joined
            before = column.marks
            seen.add(heading.role)
            if column.marks and self._way(block, column) == LEAVE:
                self._leave_column(block, column, "asked")
            elif again:
                self.note("column_repeated", Obligation.MUST_FIX, place, found=heading.text)
                self._leave_column(block, column, "column_repeated")
            elif self._is_read(block, column):
                for mark in column.marks:
                    if self.ledger.is_open(block.sheet, mark):
                        self.ledger.use(
                            block.sheet, mark, "heading", "", heading.year, heading.unit
                        )
            elif heading.role in _REASONS:
                self._leave_column(block, column, _REASONS[heading.role])
            elif heading.role in {"value", "baseline"} and self._holds_numbers(block, number):
                self.note("value_without_year", Obligation.MUST_FIX, place, found=heading.text)
                self._leave_column(block, column, "value_without_year")
            elif heading.like_year and self._holds_numbers(block, number):
                self.note("year_wrong", Obligation.MUST_FIX, place, found=heading.text,
                          facts={"key": self._key(block, column)}, ways_out=("leave_cell",))  # fmt: skip
                self._leave_column(block, column, "year_wrong")
            elif re.search(vocabulary().rivals, heading.text) and self._holds_numbers(
                block, number
            ):
                self.note("column_rival", Obligation.NEEDS_REASON, place, found=heading.text,
                          ways_out=("check_rival",))  # fmt: skip
                self._leave_column(block, column, "column_ignored")
            elif any(mark.text.strip() for mark in column.marks):
                self.note("column_ignored", Obligation.INFO, place, found=heading.text,
                          facts={"column": letters(number)})  # fmt: skip
                self._leave_column(block, column, "column_ignored")
        self._unnamed(block)

    def _is_read(self, block: Block, column: Column) -> bool:
        heading = column.heading
        if block.shape == DOWN:
            known = self.knows(" ".join(m.text for m in column.marks))
            return heading.role == "year" or known or heading.kind in GROWING
        if heading.role in {*ASIDE, "indicator", "key", "name", "year", "value"}:
            return not (heading.role == "value" and block.shape != LONG)
        if heading.role == "baseline":
            return bool(heading.year or self.base_year)
        if heading.kind in _NO_FIGURE:
            return False
        return not heading.role and (heading.year is not None or heading.kind in GROWING)

    def _head_place(self, block: Block, column: Column) -> Place:
        row = column.marks[-1].row if column.marks else block.head[-1]
        return block.sheet.place(row, column.number)

    def _leave_column(self, block: Block, column: Column, reason: str) -> None:
        below = (block.sheet.at(row, column.number) for row in block.body)
        for mark in (*column.marks, *below):
            if mark is not None and not mark.hidden and self.ledger.is_open(block.sheet, mark):
                self.ledger.leave(block.sheet, mark, reason)

    def _holds_numbers(self, block: Block, number: int) -> bool:
        marks = (block.sheet.at(row, number) for row in block.body)
        return any(mark is not None and is_number(mark) for mark in marks)

    def _unnamed(self, block: Block) -> None:
        """Say which columns without a heading hold something beside the figures."""
        known = set(block.columns)
        width = max((m.column for row in block.body for m in block.sheet.rows[row]), default=-1) + 1
        for number in range(width):
            column = block.columns.get(number)
            named = column is not None and (
                column.heading.role or not column.heading.empty or column.heading.rest
            )
            if (number in known and named) or number in block.sheet.hidden_columns:
                continue
            beside = [
                row
                for row in block.body
                if block.sheet.at(row, number) is not None
                and self.label_mark(block, row) is not None
            ]
            if column is None or not column.marks:
                counted = [block.sheet.text(row, number) for row in beside]
                if counted in (
                    [str(n) for n in range(len(counted))],
                    [str(n + 1) for n in range(len(counted))],
                ):
                    self._leave_figures(block, number, "numbering")
                    continue
            torn = not block.sheet.name and len(beside) < len(block.body)
            if torn and any(is_number(block.sheet.at(row, number)) for row in beside):
                self.torn |= set(beside)  # lines with a separator too many: which is unknown
            elif beside:
                place = block.sheet.place(block.head[-1], number)
                units = all(read_unit(block.sheet.text(row, number)) for row in beside)
                code = "column_ignored" if units else "column_unnamed"
                level = Obligation.INFO if units else Obligation.MUST_FIX
                self.note(code, level, place, found=letters(number))
                for row in block.body:
                    mark = block.sheet.at(row, number)
                    if mark is not None and self.ledger.is_open(block.sheet, mark):
                        self.ledger.leave(block.sheet, mark, code)

    def _same_year(self, block: Block, group: list[Column], figures: dict[int, Heading]) -> None:
        """Choose between columns of the same year: the one that is asked for, else none."""
        if len(group) < 2 or block.shape == LONG:  # noqa: PLR2004
            return
        chosen = [c for c in group if self._way(block, c) == USE]
        left = [c for c in group if self._way(block, c) == LEAVE]
        rest = [c for c in group if c not in left]
        if len(chosen) == 1 or len(rest) == 1:
            keep = chosen[0] if len(chosen) == 1 else rest[0]
        else:
            plain = [c for c in rest if c.heading.plain]
            # A plan, a part of the year, or what was before a revision, beside what happened.
            months = [c for c in rest if re.fullmatch(r"\d{1,2}月", c.heading.period)]
            monthly = len(months) > 1 and any("12" in c.heading.text for c in plain)
            gives_way = all(c is plain[0] or self._gives_way(c) for c in rest) if plain else False
            if len(plain) == 1 and gives_way and not monthly:
                keep = plain[0]
                level = Obligation.INFO
            else:
                same = len(
                    {tuple(block.sheet.text(row, c.number) for row in block.body) for c in rest}
                )
                keep = rest[0]
                level = Obligation.INFO if same == 1 else Obligation.MUST_FIX
            for column in rest:
                if column is not keep:
                    self.note(
                        "column_beside" if level is Obligation.INFO else "column_repeated",
                        level,
                        self._head_place(block, column),
                        found=column.heading.text,
                        expected=str(keep.heading.text),
                        facts={"key": self._key(block, column)},
                        ways_out=("take_column",) if level is Obligation.MUST_FIX else (),
                    )
            if level is Obligation.MUST_FIX:
                for column in rest:  # neither is to be guessed
                    self._leave_figures(block, column.number, "column_repeated")
                    figures.pop(column.number, None)
                return
        for column in group:
            if column.number != keep.number:
                self._leave_figures(block, column.number, "column_repeated")
                figures.pop(column.number, None)

    def _gives_way(self, column: Column) -> bool:
        """Whether a column gives way to one of the whole year without a question."""
        heading = column.heading
        hoped = heading.state in _HOPED and not self.hopes
        others = any(word in heading.rest for word in vocabulary().scopes)
        return bool(heading.period) or heading.state == "superseded" or hoped or others

    def _leave_figures(self, block: Block, number: int, reason: str) -> None:
        for row in block.body:
            mark = block.sheet.at(row, number)
            if mark is not None and self.ledger.is_open(block.sheet, mark):
                self.ledger.leave(block.sheet, mark, reason)

    def _key(self, block: Block, column: Column) -> str:
        row = column.marks[-1].row if column.marks else block.head[-1]
        return block.sheet.key(row, column.number)

    def _way(self, block: Block, column: Column) -> str:
        return self.answers.way(self._key(block, column))

    def _settled(self, block: Block, column: Column, heading: Heading) -> Heading:
        """Return a heading with its doubt settled, or asked once for all its figures."""
        if block.shape == LONG and heading.year is None:
            return heading
        struck = next((mark.text for mark in column.marks if mark.state == STRUCK), "")
        doubt = heading.doubt(hopes=self.hopes) or struck
        if not doubt:
            if heading.state == "preliminary":
                self.note("figure_preliminary", Obligation.NEEDS_REASON,
                          self._head_place(block, column), year=heading.year, found=heading.text)  # fmt: skip
            return replace(heading, state="")
        way = self._way(block, column)
        if way == USE:
            return replace(heading, period="", state="", rest="")
        if way != LEAVE and self._holds_numbers(block, column.number):
            self.note(
                "year_doubtful",
                Obligation.MUST_FIX,
                self._head_place(block, column),
                year=heading.year,
                found=heading.text,
                facts={"key": self._key(block, column)},
                ways_out=("take_year", "write_year"),
            )
        self._leave_figures(block, column.number, "asked" if way == LEAVE else "year_doubtful")
        return replace(heading, year=None)

    def label_mark(self, block: Block, row: int) -> Mark | None:
        """Return the cell by which a row is known: an id that is known, else a name."""
        # A name may stand for several lines that hold a number each.
        at = block.sheet.seen_at if block.shape == LONG else block.sheet.at
        marks = [at(row, number) for number in block.label_columns]
        there = [mark for mark in marks if mark is not None]
        return next((mark for mark in there if self.knows(mark.text)), there[0] if there else None)


def is_number(mark: Mark | None) -> bool:
    """Whether a cell holds a number, or what is there in place of one."""
    if mark is None:
        return False
    number = read_number(mark.text)
    return number.value is not None or number.number is not None or bool(mark.state)
