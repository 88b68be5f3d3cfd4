"""Sheets: which sheet of a file holds the table that is meant, and what the others hold (§15, §16).

Hidden sheets are not read unless somebody asks for them; a second table that says something else
is a question, never chosen in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Sheet, letters
from planner.core.numerals import read_number
from planner.intake.account import Ledger
from planner.intake.blocks import Block
from planner.intake.circumstances import circumstance
from planner.intake.columns import is_number
from planner.intake.entry import Entry
from planner.intake.headings import Heading
from planner.intake.tableentries import TableReader, Wanted
from planner.intake.unitlines import units_in_line
from planner.model.answersheet import answer_columns
from planner.model.mapping import LEAVE, USE
from planner.model.vocabulary import bare, vocabulary

LONGEST = 60  # letters; a longer text on another sheet explains how to fill in


@dataclass(frozen=True)
class Tables:
    """What the tables of a file hold: entries, the sheet they stand on, and whose they are.

    `kinds` tells how the targets of a row were stated, by its name.
    """

    entries: tuple[Entry, ...]
    sheet: Sheet
    named: str
    findings: tuple[Finding, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)


def read_tables(
    sheets: tuple[Sheet, ...], wanted: Wanted, ledger: Ledger, sheet: str = ""
) -> Tables:
    """Read the tables of a file; `sheet` names the one that is known to be meant.

    Raises
    ------
    InputError
        When no sheet has a table of indicators.
    """
    reader = TableReader(wanted, ledger)
    answers = wanted.answers
    # Answers to a form stand on a sheet of their own, which has other readers.
    blocks = {item.name: () if answer_columns(item) else reader.blocks(item) for item in sheets}
    with_tables = [item for item in sheets if blocks[item.name]]
    proper = [item for item in with_tables if item.name not in wanted.beside]
    with_tables = proper or with_tables
    open_ = [item for item in with_tables if not item.hidden]
    named = sheet or answers.sheet
    asked = [item for item in with_tables if item.name == named]
    asked = asked or [item for item in with_tables if answers.way(item.name) == USE]
    if not (asked or open_):
        raise InputError([*_hidden_sheets(sheets), _no_table(sheets)])
    filled = [item for item in open_ if _filled(blocks[item.name])]
    # An example is read only where there is nothing else.
    real = [item for item in filled if not _is_example(item, blocks[item.name])]
    if real and not asked:
        for item in [item for item in filled if item not in real]:
            ledger.leave_rest(item, "example")
        filled = real
    # 全县情况 before 基本情况 is not the one that is meant.
    plain = [item for item in filled if not circumstance(item.name, hopes=wanted.hopes)]
    chosen = (asked or plain or filled or open_)[0]
    entries = tuple(reader.entries(chosen, blocks[chosen.name]))
    said: list[Finding] = []
    for item in sheets:
        if item is chosen:
            continue
        if item.name in wanted.beside:
            aside = TableReader(wanted, ledger)
            entries += tuple(aside.entries(item, blocks[item.name]))
            said += aside.findings
            ledger.leave_rest(item, "note")
            continue
        if item in filled and answers.way(item.name) != LEAVE:
            other = _facts(item, blocks[item.name], wanted)
            settled = bool(asked) and item not in asked
            said.append(_second(item, chosen, other, entries, settled=settled, hopes=wanted.hopes))
        elif not (item.hidden or _filled(blocks[item.name]) or answer_columns(item)):
            said += _texts(item, hopes=wanted.hopes)
        ledger.leave_rest(item, "hidden" if item.hidden else "other_sheet")
    said += _hidden_sheets(item for item in sheets if item is not chosen)
    said += _hidden_cells(chosen)
    return Tables(entries, chosen, reader.named, (*reader.findings, *said), reader.kinds)


def _is_example(sheet: Sheet, blocks: tuple[Block, ...]) -> bool:
    """Whether a sheet calls itself, or all its tables, an example."""
    named = any(word in bare(sheet.name) for word in vocabulary().examples)
    return named or all(block.is_example for block in blocks)


def _facts(sheet: Sheet, blocks: tuple[Block, ...], wanted: Wanted) -> set[tuple[str, object, str]]:
    """Return what another sheet says, read without an account."""
    aside = TableReader(replace(wanted, skip=frozenset()), Ledger([sheet]))
    return {_fact(entry) for entry in aside.entries(sheet, blocks) if entry.mark is not None}


def _second(
    sheet: Sheet,
    chosen: Sheet,
    facts: set[tuple[str, object, str]],
    entries: tuple[Entry, ...],
    *,
    settled: bool,
    hopes: bool,
) -> Finding:
    """Say that another sheet holds a table too, and whether it says the same."""
    read = {_fact(entry) for entry in entries}
    cells = {fact[:2] for fact in read}
    if circumstance(sheet.name, hopes=hopes) and not settled:
        level = Obligation.NEEDS_REASON  # a draft, or the whole county: passed over for its name
    elif facts <= read or settled:
        level = Obligation.INFO
    elif any(fact[:2] in cells for fact in facts):
        level = Obligation.MUST_FIX
    else:
        level = Obligation.NEEDS_REASON
    ways = ("take_sheet",) if level is not Obligation.INFO else ()
    place = Place(file=sheet.file, sheet=sheet.name)
    return Finding(
        "sheet_ignored", level, place, found=sheet.name, expected=chosen.name, ways_out=ways
    )


def _texts(sheet: Sheet, *, hopes: bool) -> Iterator[Finding]:
    """Say what short texts on a sheet without a table say of figures, wherever these stand."""
    for mark in sheet:
        if len(mark.text) > LONGEST or read_number(mark.text).value is not None:
            continue
        found = circumstance(mark.text, hopes=hopes, aside=True)
        place = sheet.place(mark.row, mark.column)
        if found:
            yield Finding("note_says", Obligation.NEEDS_REASON, place, found=mark.text.strip(),
                          expected=found, ways_out=("check_note",))  # fmt: skip
        elif units := units_in_line(mark.text):
            yield Finding("unit_aside", Obligation.NEEDS_REASON, place, found="、".join(units),
                          ways_out=("write_unit",))  # fmt: skip


def _hidden_sheets(sheets: Iterable[Sheet]) -> Iterator[Finding]:
    for sheet in sheets:
        if sheet.hidden and sheet.marks and not sheet.name.startswith("_"):
            place = Place(file=sheet.file, sheet=sheet.name)
            yield Finding(
                "sheet_hidden", Obligation.INFO, place, found=sheet.name, ways_out=("take_sheet",)
            )


def _hidden_cells(sheet: Sheet) -> Iterator[Finding]:
    """Say which hidden rows and columns hold numbers; none of them was used."""
    hidden = [
        mark
        for mark in sheet
        if mark.hidden and (is_number(mark) or units_in_line(mark.text) or circumstance(mark.text))
    ]
    rows = {mark.row for mark in hidden if mark.row in sheet.hidden_rows}
    columns = {mark.column for mark in hidden if mark.column in sheet.hidden_columns}
    names = [str(sheet.line(row)) for row in sorted(rows)]
    names += [letters(column) for column in sorted(columns)]
    if names:
        place = Place(file=sheet.file, sheet=sheet.name)
        found = "、".join(names[:20])
        yield Finding(
            "cells_hidden", Obligation.NEEDS_REASON, place, found=found, ways_out=("show_hidden",)
        )


def _fact(entry: Entry) -> tuple[str, object, str]:
    year = entry.year.year if isinstance(entry.year, Heading) else entry.year
    return bare(entry.label), year, str(entry.raw)


def _filled(blocks: Iterable[Block]) -> bool:
    return any(
        is_number(mark)
        for block in blocks
        for row in block.body
        for mark in block.sheet.rows[row]
        if mark.column in block.columns and block.columns[mark.column].heading.role != "number"
    )


def _no_table(sheets: tuple[Sheet, ...]) -> Finding:
    """Return the finding that no table of indicators was found, with what stands first."""
    rows = [marks for sheet in sheets if not sheet.hidden for marks in sheet.rows.values()]
    first = rows[0] if rows else ()
    return Finding(
        "header_missing",
        Obligation.MUST_FIX,
        Place(file=sheets[0].file if sheets else ""),
        found=", ".join(mark.text for mark in first)[:80],
        expected="indicator,year,value",
        ways_out=("use_template",),
    )
