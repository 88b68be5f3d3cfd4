"""What a file is: the one place that decides it, by its name's ending and by what it holds.

Whoever takes a file - reader, verb, page, command - asks here. A file that cannot be read has the
kind its name says; who reads it then says what is wrong.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from planner.core.findings import InputError
from planner.core.marks import Sheet
from planner.core.tables import BOOK_SUFFIXES, CSV_SUFFIXES, read_sheets
from planner.intake.form.document import SUFFIXES as DOCUMENT_SUFFIXES
from planner.intake.returned import returned_of


class FileKind(Enum):
    """The kinds of files that come in."""

    PLAN = "plan"  # plan.json
    FORM = "form"  # a Word form, filled in
    ANSWERS = "answers"  # YAML: what a form asks for besides numbers
    BOOK = "workbook"  # figures of a cluster, and perhaps answers on a sheet of their own
    TABLE = "table"  # figures as CSV
    GOALS = "goals"  # a goal table: a workbook of ours that carries its plan, or targets by year
    BENCHMARKS = "benchmarks"  # figures of an industry or region, each with its source
    OTHER = "other"


_BY_SUFFIX = {
    ".json": FileKind.PLAN,
    ".yaml": FileKind.ANSWERS,
    ".yml": FileKind.ANSWERS,
    **dict.fromkeys(DOCUMENT_SUFFIXES, FileKind.FORM),
    **dict.fromkeys(BOOK_SUFFIXES, FileKind.BOOK),
    **dict.fromkeys(CSV_SUFFIXES, FileKind.TABLE),
}
# The columns that no table but a goal table of ours has.
_OF_GOALS = {"requirement", "margin", "status"}
_OF_BENCHMARKS = {"id", "value", "scope", "basis"}


def named_as(path: str | Path) -> FileKind:
    """Return what a file is by its name alone.

    >>> named_as("goals.xlsx"), named_as("notes.pdf")
    (<FileKind.BOOK: 'workbook'>, <FileKind.OTHER: 'other'>)
    """
    return _BY_SUFFIX.get(Path(path).suffix.casefold(), FileKind.OTHER)


def kind_of(path: str | Path) -> FileKind:
    """Return what a file is, by what it holds too: a table may be one of goals or benchmarks."""
    named = named_as(path)
    if named not in {FileKind.BOOK, FileKind.TABLE}:
        return named
    try:
        return kind_of_sheets(read_sheets(Path(path)), named)
    except InputError:
        return named


def kind_of_sheets(sheets: tuple[Sheet, ...], named: FileKind) -> FileKind:
    """Return what the sheets of a workbook or CSV file are."""
    if returned_of(sheets) is not None:
        return FileKind.GOALS
    open_ = [sheet for sheet in sheets if not sheet.hidden]
    for sheet in open_:
        for marks in sheet.rows.values():
            heads = {mark.text.strip().casefold() for mark in marks}
            if heads >= _OF_BENCHMARKS:
                return FileKind.BENCHMARKS
            if heads >= _OF_GOALS:
                return FileKind.GOALS
    return named
