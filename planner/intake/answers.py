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

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Sheet
from planner.core.schema import Document, parse, read_text
from planner.core.tables import read_sheets
from planner.intake.answered import MAX_TEXT, NO, YES, Intake, answer_text, clean, option_named
from planner.intake.answersheets import answers_of
from planner.intake.baselines import baseline_of
from planner.intake.form.letters import letters
from planner.intake.kinds import FileKind, named_as
from planner.model.answers import Answers, answers_in_words
from planner.model.catalogue import Catalogue, shipped
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Field, Slot, goal_slot

_COUNT_KEYS = {"count": "count", "数量": "count", "names": "names", "名称": "names"}
# How a choice between yes and no may be written in YAML; in a text they stay what they are.
_SAID = dict.fromkeys(("true", "yes", "on"), YES) | dict.fromkeys(("false", "no", "off"), NO)
_WHOLE = re.compile(r"[0-9]{1,15}")


def read_answers(path: str | Path, form: Form, catalogue: Catalogue | None = None) -> Answers:
    """Read answers from YAML, or from the answer sheet of the input workbook.

    Parameters
    ----------
    path
        A YAML file from field id or label to answer, or a workbook of ours: its answer sheet, and
        what it says in words; a workbook with neither has no answers.
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
    path, known = Path(path), catalogue or shipped()
    if named_as(path) is FileKind.BOOK:
        sheets = read_sheets(path)
        words = _words(sheets, form, known)
        return words.over(answers_of(sheets, form)[0])
    return from_document(parse(read_text(path), path.name), form, known)


def _words(sheets: tuple[Sheet, ...], form: Form, catalogue: Catalogue) -> Answers:
    """Return what a workbook says in words, as answers; nothing of one without a baseline."""
    try:
        base = baseline_of(sheets, catalogue)
    except InputError:  # told by whoever reads the figures
        return Answers(form.id)
    return answers_in_words(form, base.described, base.promised, base.catalogue)


# -- YAML ---------------------------------------------------------------------------------------


def from_document(document: Document, form: Form, catalogue: Catalogue) -> Answers:
    """Return the answers of a YAML document: a mapping from field id or label to its answer."""
    intake = Intake(form)
    intake.findings += document.findings
    data = document.data
    root: tuple[str | int, ...] = ()
    readings: dict[str, str] = {}
    reasons: dict[str, str] = {}
    if isinstance(data, dict) and "answers" in data:
        for key in data.keys() - {"form", "answers", "readings", "reasons"}:
            intake.fault("key_unknown", document.place((key,)), key)
        if str(data.get("form", form.id)) != form.id:
            intake.fault("form_other", document.place(("form",)), str(data["form"]), form.id)
        readings = _readings(data.get("readings"), form, document, intake)
        reasons = _reasons(data.get("reasons"), form, document, intake)
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
        intake.about = item.id
        _Field(intake, item, place, catalogue).take(value)
        intake.about = ""
    return Answers(
        form.id,
        intake.values,
        readings,
        intake.places,
        tuple(intake.findings),
        reasons=reasons,
    )


def _reasons(data: Any, form: Form, document: Document, intake: Intake) -> dict[str, str]:
    """Return the reasons given, by the field or place that each is about."""
    told: dict[str, str] = {}
    for key, value in (data if isinstance(data, dict) else {}).items():
        place = document.place(("reasons", key))
        text = clean(answer_text(value)) if not isinstance(value, dict | list) else ""
        if form.slot_named(str(key)) is None:
            intake.fault("field_unknown", place, str(key))
        elif not text or len(text) > MAX_TEXT:
            intake.fault("answer_wrong", place, f"{key}: {value}")
        else:
            told[str(key)] = text
    return told


def _readings(data: Any, form: Form, document: Document, intake: Intake) -> dict[str, str]:
    readings = {key: str(name) for key, name in (data if isinstance(data, dict) else {}).items()}
    for fault in form.check_readings(readings):
        key = fault.found.partition("=")[0]
        intake.findings.append(replace(fault, place=document.place(("readings", key))))
        del readings[key]
    return readings


@dataclass
class _Field:
    """Takes in the answer to one field, in any of the ways it can be written."""

    intake: Intake
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
            number = option_named(self.item, text)
            if number is None:
                expected = " / ".join(option.text for option in self.item.options)
                self.intake.fault(
                    "option_unknown", self.place, f"{self.item.name}: {text}", expected
                )
            else:
                self.intake.put(Slot(self.item.id, str(number)), TICK, self.place)

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
            key = directions.get(name, name)
            row = key if key in self.item.worded else self.catalogue.find(name)
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
