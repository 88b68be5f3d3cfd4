"""Returned workbooks: a ``goals.xlsx`` that comes back edited, held against what it was.

The workbook carries its plan and every number and formula it was written with. What differs is
a number that somebody changed, or a formula that somebody damaged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import Mark, Sheet, letters
from planner.core.numerals import read_number
from planner.core.schema import Closed, Quantity
from planner.model.catalogue import Cell

MANIFEST = "_manifest"
MANY = 10_000  # cells of a kind; no workbook of ours comes near
PIECE = 30_000  # a cell of a workbook holds a little more
_SAME = re.compile(r"[\s$']|_XLFN\.")


@dataclass(frozen=True)
class Edited:
    """A number that somebody changed: where, of which indicator and year, from what to what."""

    place: Place
    cell: Cell | None
    old: Decimal
    new: str
    name: str = ""  # of its row, where it is no figure of the goal table


@dataclass(frozen=True)
class Damaged:
    """A formula that is no longer what it was: typed over, altered or deleted."""

    place: Place
    cell: Cell | None
    formula: str
    found: str


@dataclass(frozen=True)
class Reworded:
    """A text that somebody changed: where, from what to what, and whether figures rest on it."""

    place: Place
    old: str
    new: str
    firm: bool


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
    reworded: tuple[Reworded, ...] = ()
    sheets: frozenset[str] = frozenset()  # those that were written

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return a finding for everything that was changed, damaged or moved."""
        moved = [
            Finding("rows_moved", Obligation.MUST_FIX, place, ways_out=("restore_rows",))
            for place in self.moved
        ]
        edited = [
            Finding(
                "cell_edited" if change.cell else "fixed_edited",
                Obligation.INFO if change.cell else Obligation.MUST_FIX,
                change.place,
                *_named(change.cell),
                found=change.new,
                expected=str(change.old),
                facts={"name": change.name} if change.name else {},
                ways_out=() if change.cell else ("restore_number",),
            )
            for change in self.edited
        ]
        reworded = [
            Finding(
                "text_edited",
                Obligation.MUST_FIX if change.firm else Obligation.NEEDS_REASON,
                change.place,
                found=change.new[:60],
                expected=change.old[:60],
                ways_out=("restore_text",),
            )
            for change in self.reworded
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
        return (*moved, *edited, *reworded, *damaged)


def _named(cell: Cell | None) -> tuple[str, int | None]:
    return (cell.indicator, cell.year) if cell else ("", None)


def pieces(text: str) -> list[str]:
    """Split a text so that each part fits into a cell."""
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


Address = Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9]\d{0,6}$")]
SheetName = Annotated[str, Field(max_length=31)]


class Manifest(Closed):
    """What a workbook of ours says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    base_year: int
    sheet: SheetName
    cells: Annotated[dict[Address, str], Field(max_length=MANY)]
    ids: Annotated[dict[Address, str], Field(max_length=MANY)]
    numbers: dict[SheetName, Annotated[dict[Address, Quantity], Field(max_length=MANY)]]
    formulas: dict[SheetName, Annotated[dict[Address, str], Field(max_length=MANY)]]
    texts: dict[SheetName, Annotated[dict[Address, str], Field(max_length=MANY)]] = Field(
        default_factory=dict
    )
    plan_json: str


def returned_of(sheets: tuple[Sheet, ...]) -> Returned | None:
    """Return what the sheets of a workbook of ours carry, None for others."""
    carried = next((sheet for sheet in sheets if sheet.name == MANIFEST), None)
    if carried is None:
        return None
    facts: dict[str, str] = {}
    for row in carried.rows:
        key = carried.text(row, 0)
        facts[key] = facts.get(key, "") + carried.text(row, 1)
    try:
        told: dict[str, Any] = dict(facts)
        told |= {key: json.loads(facts[key]) for key in ("cells", "ids", "numbers", "formulas")}
        told["texts"] = json.loads(facts.get("texts", "{}"))
        manifest = Manifest.model_validate(told)
        cells = {name: _cell(text) for name, text in manifest.cells.items()}
    except (KeyError, ValueError, RecursionError):
        return None  # it is read by its labels, like anybody's
    return _compared(sheets, manifest, cells)


def _cell(text: str) -> Cell:
    key, _, year = text.partition("@")
    return Cell(key, int(year))


def _compared(sheets: tuple[Sheet, ...], manifest: Manifest, cells: Mapping[str, Cell]) -> Returned:
    """Hold every number and formula of a workbook against what was written into it."""
    sheet, name = manifest.sheet, sheets[0].file
    written = {sheet, *manifest.numbers, *manifest.formulas, *manifest.texts}
    returned = {item.name: _values(item) for item in sheets if item.name in written}

    def place(title: str, key: str) -> Place:
        return Place(file=name, sheet=title, cell=key)

    moved = tuple(
        place(sheet, key)
        for key, text in manifest.ids.items()
        if _text(returned.get(sheet, {}).get(key)) != text
    )
    edited, damaged, intact = [], [], set()
    for title, values in () if moved else returned.items():
        for key, old in manifest.numbers.get(title, {}).items():
            number = read_number(_text(values.get(key)))
            if number.value != old:
                cell = cells.get(key) if title == sheet else None
                told = manifest.texts.get(title) or {at: mark.text for at, mark in values.items()}
                named = "" if cell else _row_name(told, key)
                edited.append(Edited(place(title, key), cell, old, number.text, named))
        for key, text in manifest.formulas.get(title, {}).items():
            mark = values.get(key)
            said = "" if mark is None else f"={mark.formula}" if mark.formula else mark.text
            if _plain(said) == _plain(text):
                if title == sheet:
                    intact.add(key)
                continue
            cell = cells.get(key) if title == sheet else None
            damaged.append(Damaged(place(title, key), cell, text, said))
    return Returned(
        manifest.plan_json,
        manifest.base_year,
        sheet,
        tuple(edited),
        tuple(damaged),
        moved[:1],
        frozenset(intact),
        () if moved else tuple(_reworded(manifest, returned, name)),
        frozenset(written),
    )


def _reworded(
    manifest: Manifest, returned: Mapping[str, Mapping[str, Mark]], name: str
) -> Iterator[Reworded]:
    """Yield the texts that are no longer what they were."""
    first = min((_row(key) for key in manifest.ids), default=0)
    for title, texts in manifest.texts.items():
        for key, old in texts.items():
            new = _text(returned.get(title, {}).get(key))
            if title in returned and _words(new) != _words(old):
                firm = title == manifest.sheet and _row(key) >= first - 1
                yield Reworded(Place(file=name, sheet=title, cell=key), old, new, firm)


def _row(key: str) -> int:
    return int(key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _row_name(texts: Mapping[str, str], key: str) -> str:
    """Return what a row, or the nearest one above it, is called."""
    for row in range(_row(key), 0, -1):
        words = [texts[cell] for cell in (f"A{row}", f"B{row}") if texts.get(cell)]
        if words:
            return " ".join(words)
    return ""


def _words(text: str) -> str:
    """Reduce a text to what no program rewrites when it saves."""
    return re.sub(r"\s+", " ", text).strip()


def _values(sheet: Sheet) -> dict[str, Mark]:
    """Return what stands in the cells of a sheet, by address."""
    return {f"{letters(mark.column)}{mark.row + 1}": mark for mark in sheet}


def _text(mark: Mark | None) -> str:
    return "" if mark is None else f"={mark.formula}" if mark.formula else mark.text


def _plain(formula: Any) -> str:
    """Reduce a formula to what no program rewrites when it saves."""
    return _SAME.sub("", str(formula).upper())
