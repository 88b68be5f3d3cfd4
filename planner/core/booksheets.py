"""One sheet of a workbook: its cells as marks, with what a person sees of each (§13)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from xml.etree.ElementTree import Element

from planner.core.archive import refuse
from planner.core.marks import (
    BOOLEAN,
    DATE,
    ERROR,
    STRUCK,
    UNSAVED,
    Aside,
    Mark,
    Sheet,
    Stored,
    letters,
    number_of,
)
from planner.core.numberformats import shown

MAX_CELLS = 400_000
MAX_ROWS, MAX_COLUMNS = 20_000, 300
# Excel keeps fifteen significant digits; what a float has beyond them was never typed.
_DIGITS = 15
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
BROKEN = "book_broken"
FALSE = {"0", "false", "none"}
_COLUMNS = {letters(number): number for number in range(MAX_COLUMNS)}


@lru_cache(maxsize=512)
def local(name: str) -> str:
    """Return an element's or attribute's name without its namespace."""
    return name.rpartition("}")[2]


def text_of(item: Element) -> tuple[str, str, bool]:
    """Return a text of runs: what is read, what is set aside, whether all of it is struck out."""
    if len(item) == 1 and local(item[0].tag) == "t":  # as nearly all are
        return unescaped(item[0].text or ""), "", False
    read, aside, strikes = [], [], False
    for words, struck, raised in _runs(item):
        text = unescaped(words)
        if struck:
            strikes = True
            aside.append(text.strip())
        elif raised and not set(text.strip()) <= set("0123456789+-=()"):
            aside.append(text.strip())
        else:
            read.append(text.translate(_RAISED) if raised else text)
    seen = "".join(read)
    return seen, " ".join(aside).strip(), strikes and not seen.strip()


def _runs(item: Element) -> Iterator[tuple[str, bool, bool]]:
    """Yield the pieces of a text, each with whether it is struck out or raised; no reading aids."""
    for part in item:
        kind = local(part.tag)
        if kind == "t":
            yield part.text or "", False, False
        elif kind == "r":
            looks = {local(look.tag): _said(look) for run in part if len(run) for look in run}
            struck = looks.get("strike", "0").casefold() not in FALSE
            raised = looks.get("vertAlign") == "superscript"
            yield from (
                (word.text or "", struck, raised) for word in part if local(word.tag) == "t"
            )
        elif kind != "rPh":
            yield from _runs(part)


def _said(look: Element) -> str:
    return next((value for name, value in look.items() if local(name) == "val"), "1")


def unescaped(text: str) -> str:
    """Return a text with what was written as a number of a character."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(frozen=True)
class Style:
    """What a cell's style says: number format, and whether all of it is struck out or raised."""

    format: str = "General"
    struck: bool = False
    raised: bool = False


_PLAIN = Style()
PARTS = {
    "col", "row", "mergeCell",
    "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
}  # fmt: skip
# Of a page's head: where it stands, fonts, sizes, numbers of pages.
_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[A-Za-z])')


class Book(Protocol):
    """What a sheet needs of its workbook."""

    name: str
    texts: list[tuple[str, str, bool]]
    styles: dict[str, Style]
    from_1904: bool

    def count(self, cells: int) -> None:
        """Count cells that hold something."""


def read_sheet(
    book: Book, title: str, elements: Iterable[tuple[str, Element]], *, hidden: bool
) -> Sheet:
    """Read a sheet from its elements of the kinds `PARTS`, in the order in which they end."""
    reader = _Reader(book, title)
    takes: Mapping[str, Callable[[Element], None]] = {
        "row": reader.row_of_cells,
        "col": reader.columns,
        "mergeCell": reader.merge,
    }
    for kind, element in elements:
        takes.get(kind, reader.page)(element)
    return Sheet(
        book.name,
        title,
        tuple(reader.marks),
        hidden,
        merged=tuple(reader.merged),
        hidden_rows=frozenset(reader.hidden_rows),
        hidden_columns=frozenset(reader.hidden_columns),
        asides=tuple(reader.pages),
    )


class _Reader:
    """One sheet being read."""

    def __init__(self, book: Book, title: str) -> None:
        self.book, self.title = book, title
        self.marks: list[Mark] = []
        self.pages: list[Aside] = []  # what stands at the head and foot of the pages
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.row = -1

    def columns(self, element: Element) -> None:
        """Take what is said of columns, which stands in front of all cells."""
        if _is_hidden(element, "width"):
            first = int(element.get("min", "1")) - 1
            last = min(int(element.get("max", "1")), MAX_COLUMNS)
            self.hidden_columns.update(range(first, last))

    def merge(self, element: Element) -> None:
        """Take an area of joined cells."""
        reference = element.get("ref", "")
        ends = [_REFERENCE.fullmatch(end.strip()) for end in reference.split(":")[:2]]
        if None in ends or len(self.merged) > MAX_CELLS:
            raise refuse(BROKEN, self.book.name, reference[:40])
        corners = [(int(end[2]) - 1, number_of(end[1])) for end in ends if end is not None]
        (row, column), (last_row, last_column) = corners[0], corners[-1]
        self.merged.append((row, column, last_row, last_column))

    def page(self, element: Element) -> None:
        """Take what stands at the head or foot of the pages."""
        if text := _CODES.sub(" ", element.text or "").strip():
            self.pages.append(Aside(f"header {len(self.pages) + 1}", "header", text))

    def row_of_cells(self, element: Element) -> None:
        """Take a row; a cell that does not say where it stands comes behind the one before."""
        number, before = element.get("r"), len(self.marks)
        self.row = int(number) - 1 if number else self.row + 1
        if _is_hidden(element, "ht"):
            self.hidden_rows.add(self.row)
        line, column = str(self.row + 1), -1
        for cell in element:
            reference = cell.get("r")
            if reference is None:
                column += local(cell.tag) == "c"
            elif reference.endswith(line) and reference[: -len(line)] in _COLUMNS:
                column = _COLUMNS[reference[: -len(line)]]  # in its row, as nearly all are
            else:
                column = self._astray(reference)
                line = str(self.row + 1)
            if len(cell):
                self._take(cell, column)
        self.book.count(len(self.marks) - before)

    def _astray(self, reference: str) -> int:
        """Go to the row that a cell names, and return its column."""
        match = _REFERENCE.fullmatch(reference.strip())
        if match is None or not match[2].strip("0"):
            raise refuse(BROKEN, self.book.name, reference[:40])
        self.row = int(match[2]) - 1
        return number_of(match[1])

    def _take(self, cell: Element, column: int) -> None:
        """Make a mark of a cell, if it holds something."""
        style = self.book.styles.get(cell.get("s", "0"), _PLAIN)
        result, formula, rich = "", None, None
        for part in cell:
            kind = local(part.tag)
            if kind == "v":
                result = part.text or ""
            elif kind == "f":
                formula = part.text or ""
            elif kind == "is":
                rich = part
        text: str
        value: Stored
        kind, aside, state, struck = cell.get("t", "n"), "", "", style.struck
        if kind == "s" and result:
            texts, place = self.book.texts, int(result)
            if not 0 <= place < len(texts):
                raise refuse(BROKEN, self.book.name, f"{self.title}!{letters(column)}")
            text, aside, all_struck = texts[place]
            value, struck = text, struck or all_struck
        elif kind == "inlineStr":
            text, aside, all_struck = text_of(rich) if rich is not None else ("", "", False)
            value, struck = text, struck or all_struck
        else:
            text, value, state = self._content(kind, result, formula, style)
        if style.raised and text and set(text) <= set("0123456789"):
            text = value = text.translate(_RAISED)
        if struck and (text.strip() or aside):
            text, aside, state = text or aside, aside or text, STRUCK
        if not text.strip() and not aside:
            return
        row = self.row
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            size = f"{row + 1} x {column + 1}"
            raise refuse("table_too_large", self.book.name, size, f"{MAX_ROWS} x {MAX_COLUMNS}")
        # What is hidden is said before: columns stand in front of all cells.
        hidden = row in self.hidden_rows or column in self.hidden_columns
        self.marks.append(
            Mark(row, column, text, value, style.format, formula or "", aside, state, hidden)
        )

    def _content(
        self, kind: str, result: str, formula: str | None, style: Style
    ) -> tuple[str, Stored, str]:
        """Return text, value and state of a cell by its kind."""
        if formula is not None and not result and kind in {"n", "e"}:
            return f"={formula}", None, UNSAVED
        if kind == "str":
            text = unescaped(result)
            return text, text, ""
        if kind == "e":
            return result or "#?", result, ERROR
        if kind == "b":
            said = result.strip() not in {"0", "false", ""}
            return str(said).upper(), said, BOOLEAN
        if kind == "d" and result.strip():
            return _date(result.strip())
        return self._number(result.strip(), style.format) if result.strip() else ("", None, "")

    def _number(self, text: str, code: str) -> tuple[str, Stored, str]:
        """Return a number as text, value and state; one with the format of a date is a date."""
        number = float(text)
        plain = format(number, f".{_DIGITS}g")
        if "inf" in plain or "nan" in plain:
            raise refuse(BROKEN, self.book.name, text[:40])
        if shown(code).date:
            day = _day(number, from_1904=self.book.from_1904)
            if day is not None:
                return day.isoformat(), day, DATE
        value = Decimal(plain)
        return format(value, "f"), value, ""


def _is_hidden(element: Element, size: str) -> bool:
    if element.get("hidden", "0").casefold() not in FALSE:
        return True
    return float(element.get(size, "1")) == 0


def _day(number: float, *, from_1904: bool) -> dt.date | None:
    """Return the day a number stands for; times and what lies outside the calendar are none."""
    first = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
    if not 1 <= number < 2_958_466:  # noqa: PLR2004 - the last day of the year 9999
        return None
    try:
        return first + dt.timedelta(days=int(number))
    except OverflowError:
        return None


def _date(text: str) -> tuple[str, Stored, str]:
    """Return the text, value and state of a date that is written out."""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return text, text, ""
    return day.isoformat(), day, DATE
