"""Tables from outside: CSV, workbook or DataFrame to rows whose every cell has a place (§13).

Nothing is interpreted here. Files are opened read-only, with limits on size, and only their
values are taken: no formula, macro or link is followed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from planner.core.archive import Archive, file_bytes, refuse
from planner.core.findings import Finding, InputError, Obligation, Place

if TYPE_CHECKING:
    import pandas as pd

_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_REFERENCE = re.compile(r"\$?([A-Z]{0,3})\$?(\d{0,7})")
MAX_CELLS, MAX_SHEETS = 400_000, 200
MAX_ROWS = 20_000
MAX_COLUMNS = 300
CSV_SUFFIXES = {".csv", ".txt", ".tsv"}
BOOK_SUFFIXES = {".xlsx", ".xlsm"}


@dataclass(frozen=True)
class Table:
    """One sheet or file as rows of raw values."""

    file: str
    sheet: str
    rows: tuple[tuple[Any, ...], ...]
    lines: tuple[int, ...]

    def place(self, row: int, column: int) -> Place:
        """Return the place of a cell, zero-based, as its reader would name it."""
        if self.sheet:
            cell = f"{column_letters(column)}{self.lines[row]}"
            return Place(file=self.file, sheet=self.sheet, cell=cell)
        return Place(file=self.file, line=self.lines[row])


def column_letters(index: int) -> str:
    """Name a zero-based column the way spreadsheets do.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_tables(path: Path) -> tuple[Table, ...]:
    """Read every table of a CSV file or workbook.

    Raises
    ------
    InputError
        When the file is missing, of another kind, too large, broken or not text.
    """
    name = path.name
    suffix = path.suffix.casefold()
    if path.is_file() and suffix not in CSV_SUFFIXES | BOOK_SUFFIXES:
        raise refuse("file_kind", name, suffix or "-", ".xlsx .docx .csv")
    data = file_bytes(path)
    return (_csv(data, name),) if suffix in CSV_SUFFIXES else _workbook(data, name)


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data or data.startswith(b"PK\x03\x04"):
        raise refuse("not_text", name)
    texts = []
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            texts.append(data.decode(encoding))
    if not texts:
        raise refuse("not_text", name)
    # A few Chinese characters in GB18030 can pass for letters of some other script in UTF-8.
    if not texts[0].isascii() and not _CHINESE.search(texts[0]):
        return next((text for text in texts if _CHINESE.search(text)), texts[0])
    return texts[0]


def _csv(data: bytes, name: str) -> Table:
    text = _decode(data, name)
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t，", key=header.count)
    if delimiter == "，":  # typed by hand in a Chinese input method
        text, delimiter = text.replace("，", ","), ","
    # Strict, since a quote that is never closed would swallow all lines after it.
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[Any, ...]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            rows.append(tuple(row))
            lines.append(start)
            start = reader.line_num + 1
            _check_size(len(rows), len(row), name)
    except csv.Error as error:
        place = Place(file=name, line=start)
        finding = Finding("csv_broken", Obligation.MUST_FIX, place, found=str(error))
        raise InputError([finding]) from error
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise refuse("file_empty", name)
    return Table(name, "", tuple(rows), tuple(lines))


def _check_size(rows: int, columns: int, name: str) -> None:
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise refuse("table_too_large", name, f"{rows} x {columns}", f"{MAX_ROWS} x {MAX_COLUMNS}")


def _workbook(data: bytes, name: str) -> tuple[Table, ...]:
    from python_calamine import CalamineError, CalamineWorkbook

    checked = checked_book(data, name)
    tables = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        for sheet in book.sheet_names:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            _check_size(len(rows), max(map(len, rows), default=0), name)
            cells = tuple(tuple(None if cell == "" else cell for cell in row) for row in rows)
            tables.append(Table(name, sheet, cells, tuple(range(1, len(rows) + 1))))
    except (CalamineError, OSError, ValueError, TypeError) as error:
        raise refuse("book_broken", name, type(error).__name__) from error
    return tuple(tables)


def checked_book(data: bytes, name: str, cells: int = MAX_CELLS) -> bytes:
    """Return a workbook's file that readers may trust in what it says of its sizes.

    Raises
    ------
    InputError
        When it is damaged, unpacks to too much, has more cells than a table of indicators could
        need, or says it has one far outside: a reader sets room aside for all before it.
    """
    archive = Archive(data, name, "book_broken")
    counter = _Counter(name, cells)
    for part in archive.names:
        content = archive.read(part)
        if content[:512].lstrip()[:1] in {b"<", b"\xef", b"\xff", b"\xfe"}:
            counter.count(content)
    return archive.rebuilt()


class _Counter:
    """Counts the cells of sheets, and finds how far out they stand, without building a tree."""

    def __init__(self, name: str, most: int) -> None:
        self.name, self.most, self.cells, self.sheets = name, most, 0, 0

    def count(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise refuse("book_broken", self.name, type(error).__name__) from error

    def _doctype(self, *_: object) -> None:
        raise refuse("book_broken", self.name, "DOCTYPE")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "sheet":
            self.sheets += 1
            if self.sheets > MAX_SHEETS:
                raise refuse("table_too_large", self.name, str(self.sheets), str(MAX_SHEETS))
        if kind in {"c", "row", "si"}:
            self._add(1)
        if kind in {"c", "row"} and "r" in attributes:
            self._reach(attributes["r"])
        elif kind in {"dimension", "mergeCell", "hyperlink"} and "ref" in attributes:
            first, *last = [self._reach(end) for end in attributes["ref"].split(":")[:2]]
            rows, columns = (
                b - a + 1 for a, b in zip(first, last[0] if last else first, strict=True)
            )
            self._add(abs(rows * columns) if kind != "dimension" else 0)

    def _add(self, cells: int) -> None:
        self.cells += cells
        if self.cells > self.most:
            raise refuse("table_too_large", self.name, str(self.cells), str(self.most))

    def _reach(self, reference: str) -> tuple[int, int]:
        match = _REFERENCE.fullmatch(reference.strip())
        if match is None:
            raise refuse("book_broken", self.name, reference[:40])
        row, column = int(match[2] or 0), _column_number(match[1])
        _check_size(row, column, self.name)
        return row, column


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def from_frame(frame: pd.DataFrame, name: str = "DataFrame") -> Table:
    """Take a DataFrame as a table whose lines count from 1 for the first row of data."""
    header: Sequence[Any] = [str(column) for column in frame.columns]
    rows = [tuple(header), *(tuple(row) for row in frame.itertuples(index=False, name=None))]
    return Table(name, "", tuple(rows), tuple(range(len(rows))))
