"""Leftovers: what of a document belongs to no field of its form, and the account of all of it (§15).

Tables of figures among the texts are read like any table; what nobody reads is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import Mark, Sheet
from planner.intake.account import LEFT, USED, Account, Booking, Ledger
from planner.intake.circumstances import circumstance
from planner.intake.entry import Entry
from planner.intake.form.asides import Aside, unseen
from planner.intake.form.blank import printed_lines
from planner.intake.form.document import Block, DocumentTable, Line, walk
from planner.intake.form.letters import letters
from planner.intake.form.locations import (
    LABEL,
    Cells,
    Goals,
    Passage,
    Where,
    bare,
    numberless,
)
from planner.intake.form.locator import Located
from planner.intake.tableentries import TableReader, Wanted
from planner.intake.unitlines import units_in_line
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue
from planner.model.forms import Form
from planner.model.formschema import Slot
from planner.model.mapping import NOTHING

LONG = 12  # letters; what is shorter is no text of somebody's


@dataclass(frozen=True)
class Leftovers:
    """What the fields of a form leave of a document."""

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    account: Account


def leftovers(
    form: Form,
    located: Located,
    blocks: tuple[Block, ...],
    asides: tuple[Aside, ...],
    catalogue: Catalogue,
    name: str,
) -> Leftovers:
    """Return the figures of tables that are no field's, and the account of the whole document."""
    used = {id(line.element): held for held, line in _lines(located)}
    entries: list[Entry] = []
    findings: list[Finding] = []
    tables = [block for block in walk(blocks) if isinstance(block, DocumentTable)]
    known = {id(table.element) for table in located.tables}
    read: set[int] = set()
    for number, table in enumerate(tables, 1):
        if id(table.element) in known or any(id(line.element) in used for line in _of(table)):
            continue
        sheet = _sheet(table, number, name)
        ledger = Ledger([sheet])
        reader = TableReader(Wanted(catalogue, NOTHING, hopes=True), ledger)
        found = reader.blocks(sheet)
        if found:
            entries += reader.entries(sheet, found)
            findings += reader.findings
            read |= {id(line.element) for line in _of(table)}
    findings += _said_aside(asides, name)
    printed = printed_lines(form)
    account, loose = _account(form, blocks, used, read, printed)
    for item in account.left:
        if (
            item.reason == "note"
            and len(item.text) <= LABEL
            and (units := units_in_line(item.text))
        ):
            findings.append(_unit_aside(units, Place(file=name, line=item.place.line)))
    if loose:
        told = "；".join(text[:30] for text in loose[:4])
        findings.append(
            Finding(
                "form_text_left",
                Obligation.NEEDS_REASON,
                Place(file=name),
                found=told,
                expected=str(len(loose)),
                ways_out=("use_form",),
            )
        )
    return Leftovers(tuple(entries), tuple(findings), account.with_more(_asides(asides)))


def _lines(located: Located) -> Iterator[tuple[Slot, Line]]:
    """Yield every line that a field holds, its heading included."""
    for key, where in located.places.items():
        for part, line in _held(where):
            yield Slot(key, part), line


def _held(where: Where) -> Iterator[tuple[str, Line]]:
    if isinstance(where, Passage):
        yield "", where.heading
        yield from (("", line) for line in where.lines)
    elif isinstance(where, Goals):
        for row in where.table.rows:
            for box in row:
                if box.column not in where.spare_columns:
                    yield from (("", line) for line in box.lines)
        for (key, column), box in where.boxes.items():
            yield from ((f"{key}.{column}", line) for line in box.lines)
    elif isinstance(where, Cells):
        for part in where.boxes:
            yield from ((part, line) for line in where.lines(part))


def _figure(form: Form, slot: Slot) -> tuple[str, str, int | None]:
    """Return as what the text in a place is used: kind, indicator and year, or which field it is."""
    item = form.fields[slot.field]
    if item.kind == "goals" and slot.part:
        row, _, name = slot.part.rpartition(".")
        year = next(column.year for column in item.columns if column.id == name)
        if year is not None and row not in item.worded:
            return "level", row, year
    elif item.figure and item.figure.kind in {"level", "growth"} and slot.part != "formula":
        year = int(slot.part) if slot.part.isdigit() else form.base_year
        suffix = GROWTH_SUFFIX if item.figure.kind == "growth" else ""
        return item.figure.kind, item.figure.of + suffix, year
    return "field", slot.field, None


def _of(table: DocumentTable) -> Iterator[Line]:
    for row in table.rows:
        for box in row:
            yield from (block for block in box.blocks if isinstance(block, Line))


def _sheet(table: DocumentTable, number: int, name: str) -> Sheet:
    """Return a table of a document as a sheet."""
    marks, merged = [], []
    for row, boxes in enumerate(table.rows):
        for box in boxes:
            if text := box.text.strip():
                marks.append(Mark(row, box.column, text, text))
            if box.rows > 1 or box.columns > 1:
                last = (row + box.rows - 1, box.column + box.columns - 1)
                merged.append((row, box.column, *last))
    return Sheet(name, f"table {number}", tuple(marks), merged=tuple(merged))


def _said_aside(asides: tuple[Aside, ...], name: str) -> Iterator[Finding]:
    """Say what the heads and feet of the pages, and notes, say of figures."""
    for aside in asides:
        found = "" if aside.reason == "prompt" else circumstance(aside.text, hopes=True, aside=True)
        if found:
            place = Place(file=name, cell=aside.reason)
            yield Finding("note_says", Obligation.NEEDS_REASON, place, found=aside.text[:60],
                          expected=found, ways_out=("check_note",))  # fmt: skip
        elif units := units_in_line(aside.text):
            yield _unit_aside(units, Place(file=name, cell=aside.reason))


def _unit_aside(units: tuple[str, ...], place: Place) -> Finding:
    return Finding("unit_aside", Obligation.NEEDS_REASON, place, found="、".join(units),
                   ways_out=("write_unit",))  # fmt: skip


def _asides(asides: tuple[Aside, ...]) -> Iterator[Booking]:
    """Book what stands beside the text of a document."""
    for number, aside in enumerate(asides, 1):
        key = f"{aside.reason} {number}"
        yield Booking(Place(cell=key), key, aside.text, LEFT, reason=aside.reason)


def _account(
    form: Form,
    blocks: tuple[Block, ...],
    used: dict[int, Slot],
    read: set[int],
    printed: frozenset[str],
) -> tuple[Account, list[str]]:
    """Book every line of a document; return those of the texts that belong to no field too."""
    bookings, loose = [], []
    labels = {bare(text) for item in form for text in (*item.labels, item.group)} - {""}
    flow = [block for block in walk(blocks) if isinstance(block, Line)]
    in_tables = {
        id(line.element) for b in walk(blocks) if isinstance(b, DocumentTable) for line in _of(b)
    }
    for number, line in enumerate(flow, 1):
        key, place = f"¶{number}", Place(line=number)
        for count, aside in enumerate(unseen(line.element), 1):
            own = f"{key}.{count}"
            bookings.append(Booking(place, own, aside.text, LEFT, reason=aside.reason))
        if not line.text.strip():
            continue
        if id(line.element) in used:
            kind, name, year = _figure(form, used[id(line.element)])
            bookings.append(Booking(place, key, line.text, USED, kind, name, year))
        elif id(line.element) in read:
            bookings.append(Booking(place, key, line.text, USED, "table"))
        elif len(line.text) <= LABEL and (
            bare(line.text) in labels or letters(numberless(line.text)) in printed
        ):
            bookings.append(Booking(place, key, line.text, LEFT, reason="printed"))
        else:
            bookings.append(Booking(place, key, line.text, LEFT, reason="note"))
            if len(letters(line.text[:LABEL])) >= LONG and id(line.element) not in in_tables:
                loose.append(line.text.strip())
    return Account(tuple(bookings)), loose
