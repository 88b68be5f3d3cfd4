"""One sheet of a workbook: its cells as marks, with what a person sees of each (§13)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

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
_TEXT = "text"  # a cell whose text is still to be looked up
FALSE = {"0", "false", "none"}
_COLUMNS = {letters(number): number for number in range(MAX_COLUMNS)}


def local(name: str) -> str:
    """Return an element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


@dataclass
class RunText:
    """Gathers the runs of a text: what is read, what is raised, what is struck out."""

    read: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    strikes: int = 0
    raised: bool = False
    struck: bool = False

    def begin_run(self) -> None:
        """Begin a run, which looks like the cell until it says otherwise."""
        self.raised = self.struck = False

    def look(self, tag: str, attributes: dict[str, str]) -> None:
        """Note what a run says of its look."""
        value = next((v for k, v in attributes.items() if local(k) == "val"), "1")
        if tag == "strike":
            self.struck = value.casefold() not in FALSE
        elif tag == "vertAlign":
            self.raised = value == "superscript"

    def add(self, text: str) -> None:
        """Add a piece of text where its look puts it."""
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        if self.struck:
            self.strikes += 1
            self.aside.append(text)
        elif self.raised and not set(text.strip()) <= set("0123456789+-=()"):
            self.aside.append(text)
        else:
            self.read.append(text.translate(_RAISED) if self.raised else text)

    def done(self) -> tuple[str, str, bool]:
        """Return the text, what was set aside, and whether nothing but struck-out text is left."""
        read, aside = "".join(self.read), " ".join(part.strip() for part in self.aside)
        return read, aside.strip(), bool(self.strikes) and not read.strip()


@dataclass(frozen=True)
class Style:
    """What a cell's style says: number format, and whether all of it is struck out or raised."""

    format: str = "General"
    struck: bool = False
    raised: bool = False


_PLAIN = Style()
_PAGES = {
    "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
}  # fmt: skip
# Of a page's head: where it stands, fonts, sizes, numbers of pages.
_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-Fa-f]{6}|[A-Za-z])')


class Book(Protocol):
    """What a sheet needs of its workbook."""

    name: str
    texts: list[tuple[str, str, bool]]
    styles: list[Style]
    from_1904: bool

    def count(self) -> None:
        """Count a cell that holds something."""


class SheetReader:
    """One sheet being read."""

    def __init__(self, book: Book, title: str, *, hidden: bool) -> None:
        """Start with no cell read."""
        self.book, self.title, self.hidden = book, title, hidden
        self.marks: list[Mark] = []
        self.pages: list[Aside] = []  # what stands at the head and foot of the pages
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.row = self.column = -1
        self.line = ""  # the row as references name it
        self.cell: Mapping[str, str] = {}
        self.result: list[str] = []
        self.formula: list[str] | None = None
        self.text: RunText | None = None
        self.within = ""  # v, f or t
        self.phonetic = False
        self.holds = False

    def done(self) -> Sheet:
        """Return the sheet when all of it was read."""
        return Sheet(
            self.book.name,
            self.title,
            tuple(self.marks),
            self.hidden,
            merged=tuple(self.merged),
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        kind = local(tag) if ":" in tag else tag
        if kind == "c":
            self._cell(attributes)
        elif kind in {"v", "f", "is", "t"}:
            self.within = kind
            if not self.holds:
                self.holds, self.result, self.formula = True, [], None
            if kind == "f":
                self.formula = []
            elif kind != "v" and self.text is None:
                self.text = RunText()
        elif kind in {"row", "col"}:
            self._line(kind, attributes)
        elif kind == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif kind in _PAGES:
            self.within, self.result = "page", []
        elif kind == "rPh":
            self.phonetic = True
        elif kind == "r" and self.text is not None:
            self.text.begin_run()
        elif kind in {"strike", "vertAlign"} and self.text is not None:
            self.text.look(kind, attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        self.cell, self.holds, self.text = attributes, False, None
        if "r" not in attributes:
            self.cell = {**attributes, "r": f"{letters(self.column)}{self.row + 1}"}

    def _line(self, kind: str, attributes: dict[str, str]) -> None:
        """Begin a row, or take what is said of columns."""
        if kind == "row":
            number = attributes.get("r")
            self.row = int(number) - 1 if number else self.row + 1
            self.column = -1
            self.line = str(self.row + 1) if self.row >= 0 else ""
            if _is_hidden(attributes, "ht"):
                self.hidden_rows.add(self.row)
        elif _is_hidden(attributes, "width"):
            first = int(attributes.get("min", "1")) - 1
            last = min(int(attributes.get("max", "1")), MAX_COLUMNS)
            self.hidden_columns.update(range(first, last))

    def _at(self, reference: str) -> None:
        column = reference[: -len(self.line)]
        if column in _COLUMNS and reference.endswith(self.line):  # in its row, as nearly all are
            self.column = _COLUMNS[column]
            return
        match = _REFERENCE.fullmatch(reference.strip())
        if match is None:
            raise refuse(BROKEN, self.book.name, reference[:40])
        self.column, self.row, self.line = number_of(match[1]), int(match[2]) - 1, match[2]
        if self.row < 0:
            raise refuse(BROKEN, self.book.name, reference[:40])

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(end.strip()) for end in reference.split(":")[:2]]
        if None in ends or len(self.merged) > MAX_CELLS:
            raise refuse(BROKEN, self.book.name, reference[:40])
        corners = [(int(end[2]) - 1, number_of(end[1])) for end in ends if end is not None]
        (row, column), (last_row, last_column) = corners[0], corners[-1]
        self.merged.append((row, column, last_row, last_column))

    def said(self, data: str) -> None:
        """Take text."""
        if self.within in {"v", "page"}:
            self.result.append(data)
        elif self.within == "f" and self.formula is not None:
            self.formula.append(data)
        elif self.within == "t" and self.text is not None and not self.phonetic:
            self.text.add(data)

    def end(self, tag: str) -> None:
        """End an element."""
        kind = local(tag) if ":" in tag else tag
        if kind in {"v", "t", "f"}:
            self.within = ""
        elif kind in _PAGES:
            self.within = ""
            if text := _CODES.sub(" ", "".join(self.result)).strip():
                self.pages.append(Aside(f"header {len(self.pages) + 1}", "header", text))
        elif kind == "rPh":
            self.phonetic = False
        elif kind == "c":
            self._at(self.cell["r"])
            if self.holds:
                self._take()

    def _take(self) -> None:
        """Make a mark of the cell that ends, if it holds something."""
        number, styles = int(self.cell.get("s", "0")), self.book.styles
        style = styles[number] if number < len(styles) else _PLAIN
        text, value, state = self._content(self.cell.get("t", "n"), style)
        aside, struck = "", style.struck
        if state == _TEXT:
            state, (text, aside, all_struck) = "", self._text()
            value, struck = text, struck or all_struck
        if style.raised and text and set(text) <= set("0123456789"):
            text = value = text.translate(_RAISED)
        if struck and (text.strip() or aside):
            text, aside, state = text or aside, aside or text, STRUCK
        if not text.strip() and not aside:
            return
        self.book.count()
        if self.row >= MAX_ROWS or self.column >= MAX_COLUMNS:
            size = f"{self.row + 1} x {self.column + 1}"
            raise refuse("table_too_large", self.book.name, size, f"{MAX_ROWS} x {MAX_COLUMNS}")
        formula = "".join(self.formula) if self.formula is not None else ""
        # What is hidden is said before: columns stand in front of all cells, a row before its own.
        hidden = self.row in self.hidden_rows or self.column in self.hidden_columns
        self.marks.append(
            Mark(self.row, self.column, text, value, style.format, formula, aside, state, hidden)
        )

    def _content(self, kind: str, style: Style) -> tuple[str, Stored, str]:
        """Return text, value and state of a cell by its kind; a text is looked at more closely."""
        result = "".join(self.result)
        if self.formula is not None and not result and kind in {"n", "e"}:
            return f"={''.join(self.formula)}", None, UNSAVED
        if kind == "inlineStr" or (kind == "s" and result.strip()):
            return "", None, _TEXT
        if kind == "str":
            text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), result)
            return text, text, ""
        if kind == "e":
            return result or "#?", result, ERROR
        if kind == "b":
            said = result.strip() not in {"0", "false", ""}
            return str(said).upper(), said, BOOLEAN
        if kind == "d" and result.strip():
            return _date(result.strip())
        return self._number(result.strip(), style.format) if result.strip() else ("", None, "")

    def _text(self) -> tuple[str, str, bool]:
        """Return the cell's text, what was set aside, and whether all of it is struck out."""
        if self.cell.get("t") != "s":
            return self.text.done() if self.text is not None else ("", "", False)
        place = int("".join(self.result))
        if place >= len(self.book.texts):
            where = f"{self.title}!{self.cell.get('r', '?')[:12]}"
            raise refuse(BROKEN, self.book.name, where)
        return self.book.texts[place]

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


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    if attributes.get("hidden", "0").casefold() not in FALSE:
        return True
    return size in attributes and float(attributes[size]) == 0


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
