"""Tables from outside: a workbook, a CSV file or a DataFrame to sheets of marks (§13).

Nothing is interpreted here. Files are opened read-only, with limits on size, and only what they
show is taken: no formula, macro or link is followed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.core import books, csvs
from planner.core.archive import file_bytes, refuse
from planner.core.booksheets import MAX_COLUMNS, MAX_ROWS
from planner.core.files import shown_name
from planner.core.marks import BOOLEAN, DATE, Mark, Sheet, Stored

if TYPE_CHECKING:
    import pandas as pd

CSV_SUFFIXES = csvs.SUFFIXES
BOOK_SUFFIXES = books.SUFFIXES
YEARS = range(1990, 2101)
# What Excel 97 and WPS write: no reader of ours, but known well enough to say what to do.
OLD_SUFFIXES = {".xls", ".et", ".ett", ".xlsb", ".ods", ".numbers"}


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Read every sheet of a CSV file or workbook, hidden ones too.

    Raises
    ------
    InputError
        When the file is missing, of another kind, too large, broken or not text.
    """
    name, suffix = shown_name(path), path.suffix.casefold()
    if path.is_file() and suffix in OLD_SUFFIXES:
        raise refuse("file_old", name, suffix, ".xlsx", "save_as_xlsx")
    if path.is_file() and suffix not in CSV_SUFFIXES | BOOK_SUFFIXES:
        raise refuse("file_kind", name, suffix or "-", ".xlsx .docx .csv")
    data = file_bytes(path)
    if suffix in CSV_SUFFIXES:
        return (csvs.read_csv(data, name),)
    return books.read_book(data, name)


def from_frame(
    frame: pd.DataFrame | pd.Series | Mapping[str, Any], name: str = "DataFrame"
) -> Sheet:
    """Take a DataFrame, a Series or a mapping of columns as a sheet.

    An index that says something becomes columns; lines count from 1 for the first row of data.

    >>> import pandas as pd
    >>> wide = pd.DataFrame({2025: [100.0]}, index=pd.Index(["output"], name="indicator"))
    >>> [mark.text for mark in from_frame(wide)]
    ['indicator', '2025', 'output', '100']
    """
    import pandas as pd

    if isinstance(frame, pd.Series):
        frame = frame.to_frame(frame.name if frame.name is not None else "value")
    elif not isinstance(frame, pd.DataFrame):
        try:
            frame = pd.DataFrame(frame)
        except (ValueError, TypeError) as error:
            raise refuse("frame_wrong", name, type(frame).__name__) from error
    plain = frame.index.name is None and _only_counts(frame.index)
    if not plain:
        named = [column for column in frame.index.names if column is not None]
        taken = {str(column) for column in frame.columns}
        if not {str(column) for column in named} & taken:
            frame = frame.reset_index(
                allow_duplicates=True,
                names=[str(n) if n is not None else "" for n in frame.index.names],
            )
    columns: list[Any] = list(frame.columns)
    header = [
        " ".join(str(part) for part in column if str(part)) if isinstance(column, tuple) else column
        for column in columns
    ]
    rows = [header, *frame.itertuples(index=False, name=None)]
    marks = []
    for number, row in enumerate(rows):
        for column, raw in enumerate(row):
            text, value, state = _stored(raw)
            if text.strip():
                marks.append(Mark(number, column, text, value, state=state))
    if len(rows) > MAX_ROWS or len(header) > MAX_COLUMNS:
        size, most = f"{len(rows)} x {len(header)}", f"{MAX_ROWS} x {MAX_COLUMNS}"
        raise refuse("table_too_large", name, size, most)
    return Sheet(name, "", tuple(marks), lines=tuple(range(len(rows))))


def _only_counts(index: pd.Index) -> bool:
    """Whether an index without a name says no more than in which order the rows stand."""
    if index.nlevels > 1 or not all(isinstance(label, int) for label in index.tolist()):
        return False
    return not len(index) or not all(label in YEARS for label in index.tolist())


def _stored(raw: Any) -> tuple[str, Stored, str]:
    """Return text, value and state of what stands in a cell of a frame."""
    if (
        hasattr(raw, "item")
        and not isinstance(raw, str | bytes)
        and getattr(raw, "shape", None) == ()
    ):
        raw = raw.item()  # a number of NumPy's
    if raw is None or (isinstance(raw, float) and math.isnan(raw)) or str(raw) in {"<NA>", "NaT"}:
        return "", None, ""
    if isinstance(raw, bool):
        return str(raw).upper(), raw, BOOLEAN
    if isinstance(raw, dt.datetime | dt.date):
        day = raw.date() if isinstance(raw, dt.datetime) else raw
        return day.isoformat(), day, DATE
    if isinstance(raw, int | Decimal):
        return str(raw), Decimal(raw), ""
    if isinstance(raw, float):
        if not math.isfinite(raw):
            return str(raw), str(raw), ""
        value = Decimal(format(raw, ".15g"))
        return format(value, "f"), value, ""
    return str(raw), str(raw), ""
