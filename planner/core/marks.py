"""Marks: what a person sees in a table, cell by cell, each with its place; nothing is interpreted.

A sheet of a workbook, a CSV file and a DataFrame all become a :class:`Sheet` of :class:`Mark`,
and whoever reads one accounts for every mark of it (§15).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from planner.core.findings import Place

ERROR, UNSAVED, STRUCK, DATE, BOOLEAN = "error", "unsaved", "struck", "date", "boolean"
Stored = str | Decimal | bool | dt.date | None


class Mark(NamedTuple):
    """One cell that holds something; a tuple, because there are many.

    Attributes
    ----------
    row, column
        Where it stands, both from zero.
    text
        What a person reads in it; raised digits as such (``38¹``), struck-out text left out.
    value
        What is stored: a text, a number, a date, or nothing for a formula without a result.
    format
        The number format of a workbook's cell.
    formula
        The formula behind it, without the equals sign.
    aside
        What stands in it and is no part of its text: struck-out or raised words.
    state
        ``error``, ``unsaved`` (a formula without result), ``struck``, ``date``, ``boolean`` or
        nothing.
    hidden
        Whether its row or column is hidden.
    """

    row: int
    column: int
    text: str
    value: Stored
    format: str = ""
    formula: str = ""
    aside: str = ""
    state: str = ""
    hidden: bool = False


class Aside(NamedTuple):
    """A text beside the cells of a sheet: a comment, a text box, the head or foot of its pages."""

    key: str
    reason: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One table from outside: a sheet, a CSV file, a DataFrame.

    `lines` has the line of the file in which a row begins, where that is not its number; `merged`
    the areas of joined cells as (first row, first column, last row, last column).
    """

    file: str
    name: str
    marks: tuple[Mark, ...]
    hidden: bool = False
    lines: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    asides: tuple[Aside, ...] = ()
    spare: int = 0  # columns behind the last that holds something, where a file has such

    @cached_property
    def rows(self) -> Mapping[int, tuple[Mark, ...]]:
        """The marks of each row that has any, from left to right, in the order of the rows."""
        rows: dict[int, list[Mark]] = {}
        for mark in self.marks:
            rows.setdefault(mark.row, []).append(mark)
        return {
            number: tuple(sorted(rows[number], key=lambda mark: mark.column))
            for number in sorted(rows)
        }

    @cached_property
    def _cells(self) -> Mapping[tuple[int, int], Mark]:
        return {(mark.row, mark.column): mark for mark in self.marks}

    @cached_property
    def _areas(self) -> Mapping[int, tuple[tuple[int, int, int, int], ...]]:
        areas: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in self.merged:
            # Areas of whole columns are formatting; no heading reaches further down.
            for row in range(area[0], min(area[2], area[0] + 50) + 1):
                areas.setdefault(row, []).append(area)
        return {row: tuple(found) for row, found in areas.items()}

    def at(self, row: int, column: int) -> Mark | None:
        """Return what stands in a cell, None where nothing does."""
        return self._cells.get((row, column))

    def text(self, row: int, column: int | None) -> str:
        """Return the text of a cell, empty where there is none."""
        mark = None if column is None else self.at(row, column)
        return mark.text if mark else ""

    def area(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return the joined cells that one belongs to; itself, where it is not joined."""
        for area in self._areas.get(row, ()):
            if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                return area
        return row, column, row, column

    def seen_at(self, row: int, column: int) -> Mark | None:
        """Return what a person sees in a cell: of joined cells, what stands in the first."""
        first_row, first_column, *_ = self.area(row, column)
        return self.at(row, column) or self.at(first_row, first_column)

    def line(self, row: int) -> int:
        """Return the line of the file in which a row begins."""
        return self.lines[row] if row < len(self.lines) else row + 1

    def place(self, row: int, column: int) -> Place:
        """Return the place of a cell as its reader would name it."""
        if self.name:
            return Place(file=self.file, sheet=self.name, cell=f"{letters(column)}{self.line(row)}")
        return Place(file=self.file, line=self.line(row))

    def key(self, row: int, column: int) -> str:
        """Return the cell's name within the file, by which an answer can name it."""
        cell = f"{letters(column)}{self.line(row)}"
        return f"{self.name}!{cell}" if self.name else cell

    @cached_property
    def width(self) -> int:
        """How many columns reach as far as anything stands."""
        return max((mark.column for mark in self.marks), default=-1) + 1

    def __iter__(self) -> Iterator[Mark]:
        """Yield the marks in reading order."""
        for marks in self.rows.values():
            yield from marks


def letters(index: int) -> str:
    """Name a zero-based column the way spreadsheets do.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(name: str) -> int:
    """Return the zero-based column that letters name.

    >>> number_of("A"), number_of("AB")
    (0, 27)
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
