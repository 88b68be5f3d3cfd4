"""The check of a form: its own filling instructions, held against what stands in it, as findings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.core.findings import Finding, Obligation, Place, must_fix
from planner.core.numerals import read_number
from planner.export.filling import Filling
from planner.model.forms import Form
from planner.model.formschema import Field, Slot

# What a draft leaves to whoever files it.
_LEFT = re.compile(r"【(?:请|please|fill in)[^】]*】")


@dataclass(frozen=True)
class Evidence:
    """One thing to attach: to which field, for what, and what it has to be."""

    field: Field
    about: str
    what: str


def check_form(filling: Filling) -> None:
    """Note what the form's instructions find wrong or missing in a filled form."""
    _blanks(filling)
    _lengths(filling)
    _placeholders(filling)
    _goals_hold(filling)
    filling.findings += by_person(filling.form)


def by_person(form: Form, *, pages_seen: bool = False) -> tuple[Finding, ...]:
    """Name the instructions that only a person can check, once the pages have been seen or not."""
    numbers = [
        str(number)
        for number, item in enumerate(form.record.instructions, 1)
        if not item.checks or (item.printed and not pages_seen)
    ]
    if not numbers:
        return ()
    return (Finding("form_by_person", Obligation.INFO, found="、".join(numbers)),)


def check_plan(filling: Filling) -> None:
    """Note where the plan is not one that the form is for: its base year, its rules."""
    base = filling.plan.baseline.base_year
    if base != filling.form.base_year:
        filling.note("form_year", Obligation.MUST_FIX, None, found=str(base),
                  expected=str(filling.form.base_year))  # fmt: skip
    if filling.form.record.rules != filling.plan.rules.id:
        filling.note("form_rules", Obligation.NEEDS_REASON, None, found=filling.plan.rules.id,
                  expected=filling.form.record.rules, ways_out=("give_reason",))  # fmt: skip


def _blanks(filling: Filling) -> None:
    for item in filling.form:
        if not item.required or not item.fillable:
            continue
        slots = item.slots(filling.form.base_year)
        if item.kind == "choice":
            blank = [] if any(slot in filling.content for slot in slots) else [slots[0]]
        else:
            blank = [slot for slot in slots if slot not in filling.content]
        if item.kind == "count" and filling.content.get(Slot(item.id, "count")) in {
            "0",
            filling.form.record.none,
        }:
            blank = []
        ways = ("fill_or_none",) if item.kind != "choice" or item.many else ("tick_one",)
        # Each line of a goal table is a thing of its own to fill in.
        groups = _by_row(blank) if item.kind == "goals" else [blank] if blank else []
        for group in groups:
            parts = "" if item.kind == "goals" else _said(group)
            heads = [filling.called(item, slot) for slot in group]
            facts = {"parts": parts}
            if item.kind == "goals":
                facts["field"] = heads[0] + "".join(f"、{head.split()[-1]}" for head in heads[1:])
            filling.note("form_blank", Obligation.MUST_FIX, item, group[0],
                      facts=facts, ways_out=ways)  # fmt: skip


def _by_row(blank: Sequence[Slot]) -> list[list[Slot]]:
    rows: dict[str, list[Slot]] = {}
    for slot in blank:
        rows.setdefault(slot.part.rpartition(".")[0], []).append(slot)
    return list(rows.values())


def _said(blank: Sequence[Slot]) -> str:
    """Return which places of a field are blank, as its reader would name them."""
    parts = [slot.part for slot in blank if slot.part and slot.part != "1"]
    return "、".join({"count": "数量", "names": "名称"}.get(part, part) for part in parts)


def _lengths(filling: Filling) -> None:
    for part in filling.form.record.parts:
        total = 0
        for item in part.fields:
            text = "" if item.kind == "goals" else filling.content.get(Slot(item.id), "")
            size = length(text)
            total += size
            if item.limit and size > item.limit:
                filling.note("form_text_long", Obligation.MUST_FIX, item, Slot(item.id),
                          found=str(size), expected=str(item.limit), ways_out=("shorten",))  # fmt: skip
        if part.limit and total > part.limit:
            place = Place(sheet=part.title)
            filling.findings.append(
                Finding(
                    "form_part_long",
                    Obligation.MUST_FIX,
                    place,
                    found=str(total),
                    expected=str(part.limit),
                    ways_out=("shorten",),
                )
            )


def _placeholders(filling: Filling) -> None:
    """Note texts in which something is still left to fill in; of a draft that is said already."""
    for slot, text in filling.content.items():
        if (left := _LEFT.search(text)) and not filling.is_draft(text):
            item = filling.form.fields[slot.field]
            filling.note("form_placeholder", Obligation.MUST_FIX, item, slot,
                         found=left[0], ways_out=("fill_in",))  # fmt: skip


def _goals_hold(filling: Filling) -> None:
    findings = filling.plan.check()
    if must_fix(findings):
        rules = dict.fromkeys(
            item.rule for item in findings if item.rule and item.level is Obligation.MUST_FIX
        )
        filling.note("form_goals_unmet", Obligation.MUST_FIX, None, found="、".join(rules) or "-",
                  ways_out=("see_plan",))  # fmt: skip


def evidence(filling: Filling) -> list[Evidence]:
    """Return what has to be attached, for each tick or number that asks for it."""
    rows = []
    for item in filling.form:
        for number, option in enumerate(item.options, 1):
            need = option.evidence or item.evidence
            if need and Slot(item.id, str(number)) in filling.content:
                rows.append(Evidence(item, option.text, need))
        slot = Slot(item.id, "count" if item.kind == "count" else "")
        amount = read_number(filling.content.get(slot, "")).of(item.unit)
        if item.evidence and not item.options and amount:
            rows.append(Evidence(item, f"{amount}{item.unit}", item.evidence))
    return rows


def length(text: str) -> int:
    """Return how many characters a text has, spaces not counted.

    >>> length("产业集群 2025")
    8
    """
    return len("".join(text.split()))
