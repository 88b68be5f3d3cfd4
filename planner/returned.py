"""Returned workbooks: a ``goals.xlsx`` that comes back edited, held against what it was.

The workbook carries its plan and every number and formula it was written with. What differs is
a number that somebody changed, or a formula that somebody damaged.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.archive import file_bytes
from planner.catalogue import Cell
from planner.findings import Finding, Obligation, Place
from planner.numerals import read_number

MANIFEST = "_manifest"
PIECE = 30_000  # a cell of a workbook holds a little more
_SAME = re.compile(r"[\s$']|_XLFN\.")


@dataclass(frozen=True)
class Edited:
    """A number that somebody changed: where, of which indicator and year, from what to what."""

    place: Place
    cell: Cell | None
    old: Decimal
    new: str


@dataclass(frozen=True)
class Damaged:
    """A formula that is no longer what it was: typed over, altered or deleted."""

    place: Place
    cell: Cell | None
    formula: str
    found: str


@dataclass(frozen=True)
class Returned:
    """What a workbook carries of its plan, and what somebody did to it since."""

    plan: str
    base_year: int
    sheet: str
    edited: tuple[Edited, ...]
    damaged: tuple[Damaged, ...]
    moved: tuple[Place, ...]
    formulas: frozenset[str]  # the cells of the goal table whose formulas are as they were

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return a finding for everything that was changed, damaged or moved."""
        moved = [
            Finding("rows_moved", Obligation.MUST_FIX, place, ways_out=("restore_rows",))
            for place in self.moved
        ]
        edited = [
            Finding(
                "cell_edited",
                Obligation.INFO,
                change.place,
                *_named(change.cell),
                found=change.new,
                expected=str(change.old),
            )
            for change in self.edited
        ]
        damaged = [
            Finding(
                "formula_damaged",
                Obligation.MUST_FIX,
                damage.place,
                *_named(damage.cell),
                found=damage.found[:60],
                expected=damage.formula[:200],
                ways_out=("restore_formula",),
            )
            for damage in self.damaged
        ]
        return (*moved, *edited, *damaged)


def _named(cell: Cell | None) -> tuple[str, int | None]:
    return (cell.indicator, cell.year) if cell else ("", None)


def pieces(text: str) -> list[str]:
    """Split a text so that each part fits into a cell."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def read_returned(path: Path) -> Returned | None:
    """Read what a workbook of ours carries; None where it is none, or carries nothing readable."""
    book = _open(path)
    if book is None or MANIFEST not in book.sheetnames:
        return None
    facts: dict[str, str] = {}
    for row in book[MANIFEST].iter_rows(max_col=2, max_row=10_000, values_only=True):
        key, value = (*row, None, None)[:2]
        if isinstance(key, str) and value is not None:
            facts[key] = facts.get(key, "") + str(value)
    try:
        numbers, formulas = json.loads(facts["numbers"]), json.loads(facts["formulas"])
        cells = {name: _cell(text) for name, text in json.loads(facts["cells"]).items()}
        ids = json.loads(facts["ids"])
        base_year, sheet = int(facts["base_year"]), facts["sheet"]
        plan = facts["plan_json"]
        return _compared(book, path.name, plan, base_year, sheet, numbers, formulas, cells, ids)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None  # it is read by its labels, like anybody's


def _open(path: Path) -> Any:
    import openpyxl

    data = file_bytes(path)
    try:
        return openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    except (zipfile.BadZipFile, *_BROKEN_BOOK):
        return None


# What a damaged workbook makes the reader of formulas raise; values are read by another reader.
_BROKEN_BOOK = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError)


def _cell(text: str) -> Cell:
    key, _, year = text.partition("@")
    return Cell(key, int(year))


def _compared(
    book: Any,
    name: str,
    plan: str,
    base_year: int,
    sheet: str,
    numbers: Mapping[str, Mapping[str, str]],
    formulas: Mapping[str, Mapping[str, str]],
    cells: Mapping[str, Cell],
    ids: Mapping[str, str],
) -> Returned:
    def place(title: str, key: str) -> Place:
        return Place(file=name, sheet=title, cell=key)

    moved = tuple(
        place(sheet, key)
        for key, text in ids.items()
        if sheet not in book.sheetnames or book[sheet][key].value != text
    )
    edited, damaged, intact = [], [], set()
    for title in () if moved else book.sheetnames:
        for key, text in numbers.get(title, {}).items():
            value = book[title][key].value
            number = read_number(value)
            if number.value != Decimal(text):
                cell = cells.get(key) if title == sheet else None
                edited.append(Edited(place(title, key), cell, Decimal(text), number.text))
        for key, text in formulas.get(title, {}).items():
            value = book[title][key].value
            if _plain(value) == _plain(text):
                intact.add(key) if title == sheet else None
                continue
            cell = cells.get(key) if title == sheet else None
            damaged.append(
                Damaged(place(title, key), cell, text, "" if value is None else str(value))
            )
    return Returned(
        plan, base_year, sheet, tuple(edited), tuple(damaged), moved[:1], frozenset(intact)
    )


def _plain(formula: Any) -> str:
    """Reduce a formula to what no program rewrites when it saves."""
    return _SAME.sub("", str(formula).upper())
