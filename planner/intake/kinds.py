"""What a file is: the one place that decides it, by its name's ending and by what it holds.

Whoever takes a file - reader, verb, page, command - asks here. A file that cannot be read has the
kind its name says; who reads it then says what is wrong.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from planner.core.findings import InputError
from planner.core.tables import BOOK_SUFFIXES, CSV_SUFFIXES, read_tables
from planner.intake.form.document import SUFFIXES as DOCUMENT_SUFFIXES
from planner.intake.returned import read_returned


class FileKind(Enum):
    """The kinds of files that come in."""

    PLAN = "plan"  # plan.json
    FORM = "form"  # a Word form, filled in
    ANSWERS = "answers"  # YAML: what a form asks for besides numbers
    BOOK = "workbook"  # figures of a cluster, and perhaps answers on a sheet of their own
    TABLE = "table"  # figures as CSV
    GOALS = "goals"  # a goal table of ours: a workbook that carries its plan, or goals.csv
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


def named_as(path: str | Path) -> FileKind:
    """Return what a file is by its name alone.

    >>> named_as("goals.xlsx"), named_as("notes.pdf")
    (<FileKind.BOOK: 'workbook'>, <FileKind.OTHER: 'other'>)
    """
    return _BY_SUFFIX.get(Path(path).suffix.casefold(), FileKind.OTHER)


def kind_of(path: str | Path) -> FileKind:
    """Return what a file is, by what it holds too: a workbook or CSV may be a goal table of ours."""
    named = named_as(path)
    try:
        if named is FileKind.BOOK and read_returned(Path(path)) is not None:
            return FileKind.GOALS
        if named is FileKind.TABLE and _is_goal_table(Path(path)):
            return FileKind.GOALS
    except InputError:
        return named
    return named


def _is_goal_table(path: Path) -> bool:
    rows = read_tables(path)[0].rows
    return bool(rows) and set(rows[0]) >= _OF_GOALS
