"""Blocks: one table of a sheet, with what its headings say of each column; values, nothing judged."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from planner.core.marks import DATE, Mark, Sheet
from planner.core.numberformats import shown, words_of
from planner.intake.headings import GROWING, Heading, read_heading
from planner.model.vocabulary import bare, vocabulary

LONG, WIDE, DOWN = "long", "wide", "down"
LABELS = ("key", "indicator", "name")  # the columns a row may be known by
_NOTHING = Heading("")


@dataclass(frozen=True)
class Column:
    """A column of a table: what its heading says, and the cells of the heading."""

    number: int
    heading: Heading
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Block:
    """One table of a sheet.

    Attributes
    ----------
    shape
        ``long``, ``wide`` or ``down``.
    head, body
        The rows of its heading, and those below it that hold something.
    above
        The rows before the heading that belong to it.
    columns
        Each column by its number.
    units
        The units named in a line above, or in a row under the heading by column.
    """

    sheet: Sheet
    shape: str
    head: tuple[int, ...]
    body: tuple[int, ...]
    above: tuple[int, ...]
    columns: Mapping[int, Column]
    units: tuple[str, ...] = ()
    units_below: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def _by_role(self) -> Mapping[str, int]:
        """The first column of each role."""
        found: dict[str, int] = {}
        for number, column in self.columns.items():
            found.setdefault(column.heading.role, number)
        return found

    def column(self, role: str) -> int | None:
        """Return the first column that has a role."""
        return self._by_role.get(role)

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that its headings, or its column of years, name."""
        told = {column.heading.year for column in self.columns.values()}
        at = self.column("year")
        if at is not None:
            told |= {heading_of(self.sheet.at(row, at)).year for row in self.body}
        return frozenset(year for year in told if year is not None)

    @cached_property
    def monthly(self) -> frozenset[int | None]:
        """The years of which its column of dates has more than one month besides the last."""
        at = self.column("year")
        marks = [self.sheet.at(row, at) for row in self.body] if at is not None else []
        told = {heading_of(mark) for mark in marks if mark is not None}
        months = Counter(heading.year for heading in told if heading.period)
        return frozenset(year for year, many in months.items() if many > 1)

    @cached_property
    def group_columns(self) -> tuple[int, ...]:
        """Return the columns whose words may say of which group a row is, from right to left."""
        roles = {number: column.heading.role for number, column in self.columns.items()}
        return tuple(
            sorted((n for n, role in roles.items() if role in {"", "direction"}), reverse=True)
        )

    @cached_property
    def label_columns(self) -> tuple[int, ...]:
        """Return the columns by which a row may be known, ids first."""
        return tuple(
            number
            for role in LABELS
            for number, column in self.columns.items()
            if column.heading.role == role
        )

    @property
    def is_example(self) -> bool:
        """Whether a line above says that it shows how another is to be filled in."""
        examples = vocabulary().examples
        return any(
            re.search(rf"{re.escape(word)}(?![县市区])", text)
            for row in self.above
            for text in (bare(mark.text) for mark in self.sheet.rows.get(row, ()))
            for word in examples
            if word in text
        )


def heading_of(mark: Mark | None) -> Heading:
    """Return what a cell says as a heading; nothing, where there is none."""
    if mark is None:
        return _NOTHING
    value = mark.value
    if isinstance(value, (Decimal, dt.date)) and (words := words_of(mark.format)):
        year = value.year if isinstance(value, dt.date) else mark.text
        return read_heading(f"{year}年{words}")
    told = read_heading(value if mark.state == DATE else mark.text)
    first = isinstance(value, dt.date) and (value.month, value.day) == (1, 1)
    # 2025-1 becomes the first of January, and is shown as 2025-01.
    return replace(told, period="1月") if first and shown(mark.format).month_only else told


def dated(mark: Mark | None, monthly: frozenset[int | None]) -> Heading:
    """Return what a cell says of a year, the last of a series of months being one of them."""
    told = heading_of(mark)
    is_date = "12" in told.text[4:]
    return replace(told, period=told.text) if is_date and told.year in monthly else told


def sums_up(text: str, told: Heading) -> bool:
    """Whether a row below years is one of sums, means or growth."""
    kinds = told.role == "computed" or told.kind in {"average", *GROWING} or "平均" in text
    return bare(text) in vocabulary().totals or (told.year is None and kinds)
