"""CSV files in: bytes to one sheet of marks, whatever the encoding, line ends and separator (§13)."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter

from planner.core.archive import refuse
from planner.core.booksheets import MAX_COLUMNS, MAX_ROWS
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Mark, Sheet

SUFFIXES = {".csv", ".txt", ".tsv"}
SEPARATORS = ",;\t，|"
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_SAYS = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_MARKS = ("\ufeff", "\ufffe")
_GB_MARK = b"\x84\x31\x95\x33"
LOOK = 400  # lines that are looked at to tell what separates cells


def read_csv(data: bytes, name: str) -> Sheet:
    r"""Read a CSV file.

    Raises
    ------
    InputError
        When it is not text, a quote is never closed, or there is more of it than a table of
        indicators could need.

    Examples
    --------
    >>> [mark.text for mark in read_csv("某集群\n指标;2025".encode("gb18030"), "a.csv")]
    ['某集群', '指标', '2025']
    """
    text = _text(data, name)
    first, _, rest = text.partition("\n")
    told = _SAYS.fullmatch(first)
    separator = told[1] if told else _separator(text)
    skipped = 1 if told else 0
    text = rest if told else text
    if separator == "，":  # typed by hand in a Chinese input method
        text, separator = text.replace("，", ","), ","
    marks: list[Mark] = []
    lines: list[int] = []
    start, widest = 1, 0
    # Strict, since a quote that is never closed would swallow all lines after it.
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        for row in reader:
            number = len(lines)
            lines.append(start + skipped)
            start = reader.line_num + 1
            if number >= MAX_ROWS or len(row) > MAX_COLUMNS:
                size = f"{number + 1} x {len(row)}"
                raise refuse("table_too_large", name, size, f"{MAX_ROWS} x {MAX_COLUMNS}")
            widest = max(widest, len(row))
            marks += [
                Mark(number, column, cell, cell) for column, cell in enumerate(row) if cell.strip()
            ]
    except csv.Error as error:
        place = Place(file=name, line=start + skipped)
        raise InputError([Finding("csv_broken", Obligation.MUST_FIX, place)]) from error
    if not marks:
        raise refuse("file_empty", name)
    spare = widest - max(mark.column for mark in marks) - 1
    return Sheet(name, "", tuple(marks), lines=tuple(lines), spare=spare)


def _text(data: bytes, name: str) -> str:
    """Return a file's text, line ends and byte order marks settled."""
    text = _decoded(data, name)
    while text.startswith(_MARKS):
        text = text[1:]
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data.decode("utf-32", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data.startswith(b"PK\x03\x04"):
        raise refuse("not_text", name)
    if b"\0" in data:
        return _wide(data, name)
    if data.startswith(_GB_MARK):
        return data.decode("gb18030", errors="replace")
    texts = []
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            texts.append(data.decode(encoding).lstrip("".join(_MARKS)))
    if not texts:
        raise refuse("not_text", name)
    # A few Chinese characters in GB18030 can pass for letters of some other script in UTF-8.
    if not texts[0].isascii() and not _CHINESE.search(texts[0]):
        return next((text for text in texts if _CHINESE.search(text)), texts[0])
    return texts[0]


def _wide(data: bytes, name: str) -> str:
    """Return text of two bytes a letter that says nothing of it: every other byte is often 0."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and max(even, odd) * 4 > len(data) and min(even, odd) * 20 < len(data):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode("utf-16-be" if even > odd else "utf-16-le")
            if text.isprintable() or not re.search(r"[\x00-\x08\x0e-\x1f]", text):
                return text
    raise refuse("not_text", name)


def _separator(text: str) -> str:
    """Return what separates the cells of the table, not of the lines over it.

    Of those by which most lines come out equally long, the one with the most cells.
    """
    lines = [line for line in text.split("\n")[:LOOK] if line.strip()]
    best, most = ",", (False, 0, 0)
    for separator in SEPARATORS:
        counts = Counter(_outside(line).count(separator) for line in lines)
        counts.pop(0, None)
        if not counts:
            continue
        cells, times = max(counts.items(), key=lambda item: (item[0] * item[1], item[0]))
        total = sum(counts.values())
        # A table has a heading and a line; what one line alone has is a sentence with commas.
        score = (times > 1, cells * times, total)
        if score > most:
            best, most = separator, score
    return best


def _outside(line: str) -> str:
    """Return a line without what stands in quotes."""
    return re.sub(r'"[^"]*"', "", line)
