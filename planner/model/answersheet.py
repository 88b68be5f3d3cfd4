"""The answer sheet: what a form asks for besides numbers, one line a question, for a workbook to hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from planner.core.marks import Sheet
from planner.model.catalogue import Catalogue
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Field, Part, Slot

SHEET_COLUMNS = ("部分", "栏目", "必填", "填写", "名称", "字数", "怎么填", "示例", "理由", "编号")
ANSWER, NAMES, REASON, KEY = (SHEET_COLUMNS[n] for n in (3, 4, 8, 9))
_ABOUT = {"联系人"}  # names nobody without what stands before it
LineKind = Literal["text", "number", "one", "tick", "count", "question"]


class AnswerColumns(NamedTuple):
    """Where an answer sheet has its heading, keys and answers, names and reasons if it has any."""

    row: int
    key: int
    answer: int
    names: int | None
    reason: int | None


def answer_columns(sheet: Sheet) -> AnswerColumns | None:
    """Return where an answer sheet has what; None where a sheet is none."""
    for marks in islice(sheet.rows.values(), 20):
        heads = {mark.text.strip(): mark.column for mark in marks}
        if KEY in heads and ANSWER in heads:
            where = heads[KEY], heads[ANSWER], heads.get(NAMES), heads.get(REASON)
            return AnswerColumns(marks[0].row, *where)
    return None


@dataclass(frozen=True)
class SheetLine:
    """A line of the answer sheet: what is asked, where in the form, how to answer.

    Attributes
    ----------
    slot, part
        The place it answers - of a choice of one, or a count, the whole field - and its part.
    kind
        ``one`` of some options, a ``tick``, a ``count`` with names, a ``text`` or a ``number``; a
        ``question`` stands over its ticks and is not answered itself.
    needed
        Whether nothing else answers it: no figure, no draft.
    """

    slot: Slot
    part: Part
    label: str
    kind: LineKind
    help: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    limit: int | None = None
    needed: bool = True


def sheet_lines(form: Form, catalogue: Catalogue) -> Iterator[SheetLine]:
    """Yield what the answer sheet asks, in the order of the form."""
    whose = ""  # the field that the ones about it stand beside or under
    for field in form:
        part = form.part_of[field.id]
        about = field.beside or field.name in _ABOUT
        whose = whose if about else field.name
        if not field.fillable or field.same_as:
            continue
        label = f"{whose}{field.name}" if about else field.label
        item = field.model_copy(update={"label": label})
        if item.kind == "choice":
            if not all(option.means for option in item.options):
                yield from _choice(form, item, part)
        elif item.kind == "count":
            yield SheetLine(
                Slot(item.id), part, item.name, "count",
                f"填数量（{item.unit}）；名称填在右边，用“、”分开" + _evidence(item.evidence),
                item.example,
            )  # fmt: skip
        elif item.kind == "goals":
            yield from _promised(form, item, part, catalogue)
        elif not (item.figure is not None and item.figure.kind == "level"):
            yield from _plain(form, item, part)


def _choice(form: Form, item: Field, part: Part) -> Iterator[SheetLine]:
    texts = tuple(option.text for option in item.options)
    if not item.many:
        # A reason or evidence that one of the options asks for is asked for on the form.
        need = next((o.evidence for o in item.options if o.evidence), "") or item.evidence
        said = "从下拉框选一项" + _evidence(need)
        yield SheetLine(Slot(item.id), part, item.name, "one", said, choices=texts)
        return
    said = "开展了的按 1（显示为✓），其余留空"
    yield SheetLine(Slot(item.id), part, item.name, "question", said)
    for number, option in enumerate(item.options, 1):
        need = option.evidence or item.evidence
        yield SheetLine(
            Slot(item.id, str(number)), part, option.text, "tick", _evidence(need).strip("；"),
            choices=(TICK,), needed=False,
        )  # fmt: skip
    yield SheetLine(
        Slot(item.id, NONE), part, form.record.none, "tick", "以上都没有时按 1",
        choices=(form.record.none,), needed=False,
    )  # fmt: skip


def _evidence(need: str) -> str:
    return f"；需附{need}" if need else ""


def _promised(form: Form, item: Field, part: Part, catalogue: Catalogue) -> Iterator[SheetLine]:
    """Yield what no figure answers: what an earlier plan promised, and what is said in words."""
    for slot in item.slots(form.base_year):
        row, _, name = slot.part.rpartition(".")
        column = next(column for column in item.columns if column.id == name)
        if row not in catalogue:
            name, said = catalogue.directions[row].zh, "可由“自定指标”表带出，留空即可"
            label = f"{name}：{column.text}"
            yield SheetLine(slot, part, label, "text", said, needed=False)
            continue
        early = catalogue[row].kind == "growth" and (column.year or 0) < form.base_year
        if column.year is None or early:
            known = catalogue[row]
            said = f"填数字（{known.unit.zh}）"
            yield SheetLine(slot, part, f"{known.zh}：{column.text}", "number", said)


def _plain(form: Form, item: Field, part: Part) -> Iterator[SheetLine]:
    computed = item.figure is not None or bool(item.formula_of)
    needed = not (computed or item.draft)
    said = f"{item.limit}字以内" if item.limit else ""
    if computed:
        said = "可由第一张表算出，留空即可"
    elif item.draft:
        said = "留空则按目标表起草，报送前须改定"
    elif item.unit:
        said = f"填数量（{item.unit}）"
    kind: LineKind = "number" if item.kind in {"number", "series"} else "text"
    for slot in item.slots(form.base_year):
        label = f"{item.name}：{slot.part}年" if slot.part else item.name
        yield SheetLine(
            slot, part, label, kind, said + _evidence(item.evidence), item.example,
            limit=item.limit, needed=needed,
        )  # fmt: skip
