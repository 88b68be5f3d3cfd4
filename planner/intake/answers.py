"""Answers in: what a filer wrote into a YAML file or the answer sheet of the input workbook.

A key that no field has, an option that is not offered: each is a finding with its line or cell
(§1, §9).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Sheet
from planner.core.schema import Document, parse, read_text
from planner.core.tables import read_sheets
from planner.intake.account import Account, Ledger
from planner.intake.form.letters import letters
from planner.intake.kinds import FileKind, named_as
from planner.model.answers import Answers
from planner.model.answersheet import answer_columns
from planner.model.catalogue import Catalogue, shipped
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Field, Slot, goal_slot

_COUNT_KEYS = {"count": "count", "数量": "count", "names": "names", "名称": "names"}
_TICKS = {"✓", "√", "☑", "■", "是", "x", "X", "1", "1.0", "true", "True", "TRUE"}
_YES, _NO = "是", "否"
# How a choice between yes and no may be written in YAML; in a text they stay what they are.
_SAID = dict.fromkeys(("true", "yes", "on"), _YES) | dict.fromkeys(("false", "no", "off"), _NO)
_WHOLE = re.compile(r"[0-9]{1,15}")
MAX_TEXT, LARGEST = 20_000, 10**15


def read_answers(path: str | Path, form: Form, catalogue: Catalogue | None = None) -> Answers:
    """Read answers from YAML, or from the answer sheet of the input workbook.

    Parameters
    ----------
    path
        A YAML file from field id or label to answer, or a workbook of ours; a workbook without the
        sheet has no answers.
    form
        The form they belong to, as :func:`planner.load_form` returns it.
    catalogue
        The indicators that goal tables may name; the shipped ones by default.

    Returns
    -------
    Answers
        With a finding for everything that could not be understood; nothing is guessed.

    Raises
    ------
    InputError
        When the file cannot be used at all.

    Examples
    --------
    >>> import planner as pl
    >>> told = read_answers(pl.shared("baselines") / "example-answers.yaml", pl.load_form())
    >>> told.values[pl.Slot("region")]
    '示例地区示例县'
    """
    path = Path(path)
    if named_as(path) is FileKind.BOOK:
        return answers_of(read_sheets(path), form)[0]
    return from_document(parse(read_text(path), path.name), form, catalogue or shipped())


class _Intake:
    """Collects answers and everything that has to be said of them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.values: dict[Slot, str] = {}
        self.places: dict[Slot, Place] = {}
        self.findings: list[Finding] = []

    def put(self, slot: Slot, value: Any, place: Place) -> None:
        if isinstance(value, int) and abs(value) > LARGEST:
            self.fault("answer_long", place, "…", str(LARGEST))
            return
        text = clean(answer_text(value))
        if len(text) > MAX_TEXT:
            self.fault("answer_long", place, str(len(text)), str(MAX_TEXT))
            return
        if text:
            self.values[slot], self.places[slot] = text, place

    def fault(
        self, code: str, place: Place, found: str, expected: str = "", near: str = ""
    ) -> None:
        facts = {"near": near} if near else {}
        ways = ("did_you_mean",) if near else ()
        self.findings.append(
            Finding(
                code,
                Obligation.MUST_FIX,
                place,
                found=found[:80],
                expected=expected,
                facts=facts,
                ways_out=ways,
            )
        )


def answer_text(value: Any) -> str:
    """Return a value as text: whole numbers without a point, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, int) and abs(value) > LARGEST:
        return "…"  # a number of thousands of digits is no text
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value)


def clean(text: str) -> str:
    r"""Drop what no document can hold, and blanks around.

    >>> clean(" a\x00b\r\nc ")
    'ab\nc'
    """
    return printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


# -- YAML ---------------------------------------------------------------------------------------


def from_document(document: Document, form: Form, catalogue: Catalogue) -> Answers:
    """Return the answers of a YAML document: a mapping from field id or label to its answer."""
    intake = _Intake(form)
    intake.findings += document.findings
    data = document.data
    root: tuple[str | int, ...] = ()
    readings: dict[str, str] = {}
    if isinstance(data, dict) and "answers" in data:
        for key in data.keys() - {"form", "answers", "readings"}:
            intake.fault("key_unknown", document.place((key,)), key)
        if str(data.get("form", form.id)) != form.id:
            intake.fault("form_other", document.place(("form",)), str(data["form"]), form.id)
        readings = _readings(data.get("readings"), form, document, intake)
        data, root = data["answers"], ("answers",)
    if not isinstance(data, dict):
        place = document.place(root)
        raise InputError([Finding("value_wrong", Obligation.MUST_FIX, place, found=str(data)[:60])])
    for key, value in data.items():
        place = document.place((*root, key))
        item = form.field_named(key)
        if item is None or not item.fillable:
            known = {other.name: other.id for other in form if other.fillable}
            near = difflib.get_close_matches(key, [*known, *known.values()], 1)
            intake.fault("field_unknown", place, key, near=near[0] if near else "")
            continue
        _Field(intake, item, place, catalogue).take(value)
    return Answers(form.id, intake.values, readings, intake.places, tuple(intake.findings))


def _readings(data: Any, form: Form, document: Document, intake: _Intake) -> dict[str, str]:
    readings = {key: str(name) for key, name in (data if isinstance(data, dict) else {}).items()}
    for fault in form.check_readings(readings):
        key = fault.found.partition("=")[0]
        intake.findings.append(replace(fault, place=document.place(("readings", key))))
        del readings[key]
    return readings


@dataclass
class _Field:
    """Takes in the answer to one field, in any of the ways it can be written."""

    intake: _Intake
    item: Field
    place: Place
    catalogue: Catalogue

    def take(self, value: Any) -> None:
        if value is None:
            return
        kind = self.item.kind
        if kind == "choice":
            self._choice(value if isinstance(value, list) else [value])
        elif kind == "count":
            self._count(value)
        elif kind == "series":
            self._parts(
                value, {str(s.part): s for s in self.item.slots(self.intake.form.base_year)}
            )
        elif kind == "goals":
            self._goals(value)
        elif isinstance(value, dict) and self.item.figure is not None and self.item.figure.formula:
            self._parts(
                value, {"value": Slot(self.item.id), "formula": Slot(self.item.id, "formula")}
            )
        elif isinstance(value, dict | list):
            self._wrong(value)
        else:
            self.intake.put(Slot(self.item.id), value, self.place)

    def _wrong(self, value: Any, expected: str = "") -> None:
        self.intake.fault("answer_wrong", self.place, f"{self.item.name}: {value}", expected)

    def _parts(self, value: Any, slots: Mapping[str, Slot]) -> None:
        if not isinstance(value, dict):
            self._wrong(value, ", ".join(slots))
            return
        for key, part in value.items():
            if str(key) not in slots or isinstance(part, dict | list):
                self._wrong(f"{key}: {part}", ", ".join(slots))
            else:
                self.intake.put(slots[str(key)], part, self.place)

    def _choice(self, values: list[Any]) -> None:
        for value in values:
            text = answer_text(value)
            text = _SAID.get(text.strip().casefold(), text)
            if letters(text) == letters(self.intake.form.record.none):
                self.intake.put(Slot(self.item.id, NONE), text, self.place)
                continue
            number = self._option(text)
            if number is None:
                expected = " / ".join(option.text for option in self.item.options)
                self.intake.fault(
                    "option_unknown", self.place, f"{self.item.name}: {text}", expected
                )
            else:
                self.intake.put(Slot(self.item.id, str(number)), TICK, self.place)

    def _option(self, text: str) -> int | None:
        count = len(self.item.options)
        if _WHOLE.fullmatch(text):
            return int(text) if 1 <= int(text) <= count else None
        same = [n for n, o in enumerate(self.item.options, 1) if letters(o.text) == letters(text)]
        begins = [
            n
            for n, o in enumerate(self.item.options, 1)
            if letters(text) and letters(o.text).startswith(letters(text))
        ]
        options = same or begins
        return options[0] if len(options) == 1 else None

    def _count(self, value: Any) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                if key not in _COUNT_KEYS or isinstance(part, dict):
                    self._wrong(f"{key}: {part}", "count, names")
                    continue
                text = "、".join(map(answer_text, part)) if isinstance(part, list) else part
                self.intake.put(Slot(self.item.id, _COUNT_KEYS[key]), text, self.place)
        elif letters(answer_text(value)) == letters(self.intake.form.record.none):
            for part in ("count", "names"):
                self.intake.put(
                    Slot(self.item.id, part), "0" if part == "count" else value, self.place
                )
        elif _WHOLE.fullmatch(answer_text(value)):
            self.intake.put(Slot(self.item.id, "count"), value, self.place)
        else:
            self._wrong(value, "{count: 1, names: …}")

    def _goals(self, value: Any) -> None:
        columns = {str(column.id): column for column in self.item.columns}
        columns |= {column.text: column for column in self.item.columns}
        directions = {text.zh: key for key, text in self.catalogue.directions.items()}
        if not isinstance(value, dict):
            self._wrong(value, "{output: {target: …}}")
            return
        for name, cells in value.items():
            described = {rows.direction for rows in self.item.rows if rows.described}
            key = directions.get(name, name)
            row = key if key in described else self.catalogue.find(name)
            if row is None:
                self.intake.fault("indicator_unknown", self.place, name)
                continue
            for column, cell in (cells if isinstance(cells, dict) else {}).items():
                if column not in columns or isinstance(cell, dict | list):
                    self._wrong(f"{name}.{column}", ", ".join(columns))
                else:
                    self.intake.put(goal_slot(self.item, row, columns[column]), cell, self.place)
            if not isinstance(cells, dict):
                self._wrong(f"{name}: {cells}", ", ".join(columns))


# -- the answer sheet ---------------------------------------------------------------------------


def answers_of(sheets: tuple[Sheet, ...], form: Form) -> tuple[Answers, Account]:
    """Return the answers on the answer sheet of a workbook, and the account of its marks."""
    sheet = next((sheet for sheet in sheets if answer_columns(sheet) is not None), None)
    if sheet is None:
        return Answers(form.id), Account()
    ledger = Ledger([sheet])
    return _from_sheet(sheet, form, ledger), ledger.close()


def _from_sheet(sheet: Sheet, form: Form, ledger: Ledger) -> Answers:
    intake = _Intake(form)
    found = answer_columns(sheet)
    assert found is not None  # noqa: S101 - told by whoever calls
    head, keys, values = found
    for row, marks in sheet.rows.items():
        key, mark = sheet.text(row, keys).strip(), sheet.at(row, values)
        if row > head and mark is not None:
            place = sheet.place(row, values)
            faults = len(intake.findings)
            _answer(intake, form, key, mark.text, place)
            if len(intake.findings) == faults:
                ledger.use(sheet, mark, "answer", key, value=mark.text)
            else:
                ledger.leave(sheet, mark, intake.findings[-1].code)
        for other in marks:
            if ledger.is_open(sheet, other):
                is_key = other.column == keys and row >= head
                if is_key:
                    ledger.use(sheet, other, "label")
                else:
                    ledger.leave(sheet, other, "printed")
    return Answers(form.id, intake.values, {}, intake.places, tuple(intake.findings))


def _answer(intake: _Intake, form: Form, key: str, value: str, place: Place) -> None:
    """Take in one answer of the sheet."""
    field_id, _, part = key.partition(".")
    item = form.fields.get(field_id)
    if not key:
        intake.fault("field_unknown", place, value)
    elif item is None or not item.fillable or not _has_place(item, part, form):
        intake.fault("field_unknown", place, key)
    elif item.kind == "choice":
        _tick(intake, Slot(field_id, part), value, place)
    else:
        intake.put(Slot(field_id, part), value, place)


def _has_place(item: Field, part: str, form: Form) -> bool:
    """Whether a field has a place of that name; a goal table takes rows of any indicator."""
    if item.kind == "goals":
        return part.rpartition(".")[2] in {column.id for column in item.columns}
    return Slot(item.id, part) in item.slots(form.base_year) or part == "formula"


def _tick(intake: _Intake, slot: Slot, value: Any, place: Place) -> None:
    text = answer_text(value).strip()
    if slot.part == NONE:
        intake.put(slot, text, place)
    elif text in _TICKS:
        intake.put(slot, TICK, place)
    elif text and text not in {_NO, "0", "0.0", "False"}:
        intake.fault("tick_wrong", place, text, TICK)
