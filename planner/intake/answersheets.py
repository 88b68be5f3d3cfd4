"""Answers in a workbook: the answer sheet, line by line, and choices named above the figures.

Every mark of the answer sheet is accounted for; what is faulty is told by its cell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import Mark, Sheet
from planner.core.numberformats import shown
from planner.core.rounding import PERCENT
from planner.intake.account import Account, Ledger
from planner.intake.answered import NO, Intake, answer_text, clean, option_named
from planner.intake.form.letters import letters
from planner.model.answers import Answers
from planner.model.answersheet import answer_columns
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Field, Slot

_TICKS = {"✓", "√", "☑", "■", "是", "x", "X", "1", "1.0", "true", "True", "TRUE"}
_WITH_NAMES = re.compile(r"(\d{1,6})\s*[个家项]?\s*[；;：:，,]\s*(\S.*)", re.DOTALL)
HEAD_ROWS = 8  # above a table of numbers


def answers_of(sheets: tuple[Sheet, ...], form: Form) -> tuple[Answers, Account]:
    """Return the answers in a workbook, and the account of the marks that hold them.

    They stand on the answer sheet; a choice may also be named on the sheet of numbers.
    """
    told, account = Answers(form.id), Account()
    for other in sheets:
        if answer_columns(other) is None and not other.hidden:
            answers, used = _choices_beside(other, form)
            told, account = told.over(answers), account.with_more(used)
    sheet = next((sheet for sheet in sheets if answer_columns(sheet) is not None), None)
    if sheet is None:
        return told, account
    ledger = Ledger([sheet])
    told = told.over(_from_sheet(sheet, form, ledger))
    return told, account.with_more(ledger.close())


def _choices_beside(sheet: Sheet, form: Form) -> tuple[Answers, Account]:
    """Return the choices named above a table of numbers: a label, and right of it an option."""
    intake, used = Intake(form), []
    labels = {
        letters(label): item
        for item in form
        if item.kind == "choice" and not item.many and not any(o.means for o in item.options)
        for label in item.labels
    }
    for marks in islice(sheet.rows.values(), HEAD_ROWS):
        for mark, beside in pairwise(marks):
            item = labels.get(letters(mark.text))
            options = [letters(option.text) for option in item.options] if item else []
            if item and letters(beside.text) in options:
                number = options.index(letters(beside.text)) + 1
                place = sheet.place(beside.row, beside.column)
                intake.put(Slot(item.id, str(number)), TICK, place)
                used += [mark, beside]
    if not used:
        return Answers(form.id), Account()
    ledger = Ledger([Sheet(sheet.file, sheet.name, tuple(used))])
    for label, value in zip(used[::2], used[1::2], strict=True):
        ledger.use(sheet, label, "label")
        ledger.use(sheet, value, "answer", value=value.text)
    return Answers(form.id, intake.values, {}, intake.places), ledger.close()


def _from_sheet(sheet: Sheet, form: Form, ledger: Ledger) -> Answers:
    intake = Intake(form)
    found = answer_columns(sheet)
    assert found is not None  # noqa: S101 - told by whoever calls
    head, keys, values, _, why = found
    reasons: dict[str, str] = {}
    for row, marks in sheet.rows.items():
        key, mark = sheet.text(row, keys).strip(), sheet.at(row, values)
        if row > head:
            _named(intake, form, key, sheet, row, found.names, ledger)
        if row > head and mark is not None:
            place = sheet.place(row, values)
            intake.about = key
            told = _told(intake, mark, place)
            faults = len(intake.findings)
            _answer(intake, form, key, told, place)
            intake.about = ""
            if len(intake.findings) == faults:
                ledger.use(sheet, mark, "answer", key, value=told)
            else:
                ledger.leave(sheet, mark, intake.findings[-1].code)
        given = sheet.at(row, why) if why is not None and row > head else None
        if given is not None and given.text.strip() and form.slot_named(key):
            reasons[key] = clean(given.text)
            ledger.use(sheet, given, "answer", key, value=given.text)
        for other in marks:
            if ledger.is_open(sheet, other):
                is_key = other.column == keys and row >= head
                if is_key:
                    ledger.use(sheet, other, "label")
                else:
                    ledger.leave(sheet, other, "printed")
    return Answers(
        form.id, intake.values, {}, intake.places, tuple(intake.findings), reasons=reasons
    )


def _named(
    intake: Intake, form: Form, key: str, sheet: Sheet, row: int, column: int | None, ledger: Ledger
) -> None:  # fmt: skip
    """Take in the names beside a number; those beside anything else belong to nothing."""
    mark = sheet.at(row, column) if column is not None else None
    if mark is None or column is None or not mark.text.strip():
        return
    item, place = form.fields.get(key), sheet.place(row, column)
    if item is not None and item.kind == "count":
        intake.put(Slot(key, "names"), mark.text, place)
        ledger.use(sheet, mark, "answer", f"{key}.names", value=mark.text)
    else:
        intake.fault("names_unasked", place, mark.text.strip())
        ledger.leave(sheet, mark, "names_unasked")


def _told(intake: Intake, mark: Mark, place: Place) -> str:
    """Return what a person sees in a cell: in one formatted as per cent, 0.121 is 12.1%."""
    if not isinstance(mark.value, Decimal) or not shown(mark.format).percent:
        return mark.text
    text = f"{(mark.value * PERCENT).normalize():f}%"
    facts = {"slot": intake.about}
    told = {"found": mark.text, "expected": text, "facts": facts}
    intake.findings.append(Finding("answer_percent", Obligation.INFO, place, **told))  # type: ignore[arg-type]
    return text


def _answer(intake: Intake, form: Form, key: str, value: str, place: Place) -> None:
    """Take in one answer of the sheet."""
    field_id, _, part = key.partition(".")
    item = form.fields.get(field_id)
    if not key:
        intake.fault("field_unknown", place, value)
    elif item is None or not item.fillable or not _has_place(item, part, form):
        intake.fault("field_unknown", place, key)
    elif item.kind == "choice" and not part:
        _one(intake, form, item, value, place)
    elif item.kind == "choice":
        _tick(intake, form, Slot(field_id, part), value, place)
    elif item.kind == "count" and not part:
        _count(intake, form, item, value, place)
    else:
        intake.put(Slot(field_id, part), value, place)


def _has_place(item: Field, part: str, form: Form) -> bool:
    """Whether a field has a place of that name; a goal table takes rows of any indicator."""
    if item.kind == "goals":
        return part.rpartition(".")[2] in {column.id for column in item.columns}
    whole = item.kind in {"choice", "count"} and not part
    return whole or Slot(item.id, part) in item.slots(form.base_year) or part == "formula"


def _one(intake: Intake, form: Form, item: Field, value: str, place: Place) -> None:
    """Take in the one option that was chosen."""
    text = answer_text(value).strip()
    number = option_named(item, text)
    if letters(text) == letters(form.record.none):
        intake.put(Slot(item.id, NONE), form.record.none, place)
    elif number is None:
        expected = " / ".join(option.text for option in item.options)
        intake.fault("option_unknown", place, f"{item.name}: {text}", expected)
    else:
        intake.put(Slot(item.id, str(number)), TICK, place)


def _count(intake: Intake, form: Form, item: Field, value: str, place: Place) -> None:
    """Take in a number of things; none of them is said for the names too.

    Names may stand behind the number in the same cell: 2；甲工厂、乙工厂.
    """
    text = answer_text(value).strip()
    both = _WITH_NAMES.fullmatch(text)
    if both is not None and Slot(item.id, "names") not in intake.values:
        intake.put(Slot(item.id, "names"), both[2], place)
        text = both[1]
    if letters(text) == letters(form.record.none):
        intake.put(Slot(item.id, "count"), "0", place)
        intake.values.setdefault(Slot(item.id, "names"), form.record.none)
    else:
        intake.put(Slot(item.id, "count"), text, place)


def _tick(intake: Intake, form: Form, slot: Slot, value: Any, place: Place) -> None:
    text = answer_text(value).strip()
    if slot.part == NONE:
        intake.put(slot, form.record.none if text in _TICKS else text, place)
    elif text in _TICKS:
        intake.put(slot, TICK, place)
    elif text and text not in {NO, "0", "0.0", "False"}:
        intake.fault("tick_wrong", place, text, TICK)
