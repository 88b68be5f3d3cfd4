"""Styles of the workbooks: what is input, what is formula, what is status."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

INPUT, FORMULA, PAPER = "#0000C0", "#111111", "#FFF9DB"
NEEDED_PAPER = "#FFEFA6"  # of what has to be filled in
PLAIN_PAPER = "#FFFDF0"  # of what may be left to figures and drafts
HEAD, RULE = "#E8EEF5", "#C9CED6"
STATUS_COLOURS = {
    "met": ("#0B6B3A", "#E3F3EA"),
    "unmet": ("#A11212", "#FBE3E1"),
    "unknown": ("#7A5200", "#FFF1D6"),
}
FONT = "微软雅黑"
# Files with the same content are the same bytes: no clock goes into them.
LINE_HEIGHT = 16
EPOCH = dt.datetime(2025, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


def columns(text: str) -> int:
    """Return how many columns of a Latin letter's width a text takes.

    >>> columns("GDP 增速")
    8
    """
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def around(text: str) -> str:
    """Return the format of a number that is printed within a text, its place marked ``{}``.

    >>> around("{}年")
    '0"年"'
    """
    before, _, after = text.partition("{}")
    return "".join(f'"{part}"' if part and part != "0" else part for part in (before, "0", after))


class Recorded(Worksheet):  # type: ignore[misc]  # the library carries no types
    """A sheet that remembers the numbers, formulas and texts written into it."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        super().__init__()
        self.numbers: dict[str, str] = {}
        self.formulas: dict[str, str] = {}
        self.texts: dict[str, str] = {}

    def write_number(self, row: int, column: int, number: float, *rest: Any) -> Any:
        """Write a number and remember it."""
        self.numbers[xl_rowcol_to_cell(row, column)] = format(number, ".15g")
        return super().write_number(row, column, number, *rest)

    def write_string(self, row: int, column: int, text: str, *rest: Any) -> Any:
        """Write a text and remember it."""
        self.texts[xl_rowcol_to_cell(row, column)] = text
        return super().write_string(row, column, text, *rest)

    def write_open(self, row: int, column: int, text: str, *rest: Any) -> Any:
        """Write a text that somebody may change: it is not remembered."""
        return super().write_string(row, column, text, *rest)

    def write_formula(self, row: int, column: int, formula: str, *rest: Any) -> Any:
        """Write a formula and remember it."""
        self.formulas[xl_rowcol_to_cell(row, column)] = formula
        return super().write_formula(row, column, formula, *rest)


class Book:
    """A workbook in memory with formats made once each."""

    def __init__(self, title: str) -> None:
        """Open an empty workbook."""
        self._stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self._stream, options)
        self.book.set_properties({"title": title, "created": EPOCH})
        self.sheets: dict[str, Any] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, name: str) -> Any:
        """Add a sheet."""
        made = self.book.add_worksheet(name, Recorded)
        self.sheets[name] = made
        return made

    def format(self, **properties: Any) -> Any:
        """Return a format; the same properties give the same one."""
        full = {"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(full)
        return self._formats[key]

    def number(self, decimals: int, kind: str) -> Any:
        """Return the format of a number: ``needed`` or another ``input``, ``formula`` or ``plain``."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        look: dict[str, Any] = {"num_format": pattern, "border": 1, "border_color": RULE}
        if kind in {"input", "needed"}:
            paper = NEEDED_PAPER if kind == "needed" else PAPER
            look |= {"font_color": INPUT, "bg_color": paper, "locked": False}
        elif kind == "formula":
            look |= {"font_color": FORMULA}
        return self.format(**look)

    def text(self, **properties: Any) -> Any:
        """Return the format of a text cell in a table."""
        return self.format(**{"border": 1, "border_color": RULE, **properties})

    def head(self, **properties: Any) -> Any:
        """Return the format of a table's header."""
        look = {"bold": True, "bg_color": HEAD, "align": "center", "text_wrap": True}
        return self.text(**look, **properties)

    @staticmethod
    def cell(row: int, column: int) -> str:
        """Return the name of a cell that stays where it is."""
        return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))

    def fit_row(
        self, sheet: Any, line: int, texts: Sequence[str], widths: Sequence[int], **options: Any
    ) -> None:
        """Make a row high enough for its wrapped texts, as some programs do not by themselves."""
        lines = [
            sum(max(1, -(-columns(part) // width)) for part in text.split("\n"))
            for text, width in zip(texts, widths, strict=False)
        ]
        sheet.set_row(line, LINE_HEIGHT * max(1, *lines), None, options)

    def colour_statuses(self, sheet: Any, cells: str, words: dict[str, str]) -> None:
        """Colour status words; the word itself says it to whoever sees no colour."""
        for key, (ink, paper) in STATUS_COLOURS.items():
            look = self.book.add_format({"font_color": ink, "bg_color": paper})
            sheet.conditional_format(
                cells,
                {"type": "cell", "criteria": "==", "value": f'"{words[key]}"', "format": look},
            )

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self.book.close()
        return self._stream.getvalue()
