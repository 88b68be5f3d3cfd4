"""The answer sheet: what a form asks for besides numbers, line by line, for a workbook to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from planner.core.marks import Sheet
from planner.model.catalogue import Catalogue
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Field, Part, Slot

SHEET_COLUMNS = ("部分", "栏目", "填写", "字数", "理由", "说明", "编号")
ANSWER, REASON, KEY = SHEET_COLUMNS[2], SHEET_COLUMNS[4], SHEET_COLUMNS[6]


class AnswerColumns(NamedTuple):
    """Where an answer sheet has its heading, keys and answers, and reasons if it has any."""

    row: int
    key: int
    answer: int
    reason: int | None


def answer_columns(sheet: Sheet) -> AnswerColumns | None:
    """Return where an answer sheet has what; None where a sheet is none."""
    for marks in islice(sheet.rows.values(), 20):
        heads = {mark.text.strip(): mark.column for mark in marks}
        if KEY in heads and ANSWER in heads:
            return AnswerColumns(marks[0].row, heads[KEY], heads[ANSWER], heads.get(REASON))
    return None


@dataclass(frozen=True)
class SheetLine:
    """A line of the answer sheet: where in the form, what is asked, how to answer."""

    slot: Slot
    part: Part
    label: str
    help: str
    choices: tuple[str, ...] = ()
    limit: int | None = None


def sheet_lines(form: Form, catalogue: Catalogue) -> Iterator[SheetLine]:
    """Yield what the answer sheet asks: all that no number of the baseline answers."""
    for item in form:
        part = form.part_of[item.id]
        for slot in item.slots(form.base_year):
            if slot.part == NONE and not item.many:
                continue  # one of its options always holds
            if item.same_as or item.formula_of or _is_numbers(form, item, slot, catalogue):
                continue
            yield _sheet_line(form, item, part, slot, catalogue)


def _is_numbers(form: Form, item: Field, slot: Slot, catalogue: Catalogue) -> bool:
    """Whether the baseline and the goal table answer a slot as a rule."""
    if item.kind == "goals":
        row, _, column = slot.part.rpartition(".")
        year = next(c for c in item.columns if c.id == column).year
        # The input workbook has no room for an average that ended years before.
        early = (
            row in catalogue and catalogue[row].kind == "growth" and (year or 0) < form.base_year
        )
        return row in catalogue and year is not None and not early
    if item.options:
        return all(option.means for option in item.options)
    return item.figure is not None and item.figure.kind == "level"


def _sheet_line(form: Form, item: Field, part: Part, slot: Slot, catalogue: Catalogue) -> SheetLine:
    choices: tuple[str, ...] = ()
    label, said = item.name, "必填" if item.required else ""
    if item.kind == "choice":
        choices = (TICK,)
        if slot.part == NONE:
            choices, label, said = (form.record.none,), f"{item.name}：均无", "确无相关情况时选“无”"
        else:
            option = item.options[int(slot.part) - 1]
            need = option.evidence or item.evidence
            label = f"{item.name}：{option.text}"
            said = ("可多选" if item.many else "单选") + (f"；勾选需附{need}" if need else "")
    elif item.kind == "count":
        label += "：数量" if slot.part == "count" else "：名称"
    elif item.kind == "goals":
        row, _, column = slot.part.rpartition(".")
        name = catalogue[row].zh if row in catalogue else catalogue.directions[row].zh
        label = f"{name}：{next(c.text for c in item.columns if c.id == column)}"
    elif slot.part:
        label += f"：{slot.part}年"
    if item.limit:
        said = f"{item.limit}字以内"
    if item.figure:
        said = "可由基线算出时留空"
    if item.draft:
        said = "留空则按目标表生成草稿"
    return SheetLine(slot, part, label, said, choices, item.limit)
