"""Open items: what is to be done on a form before it is filed, in the form's own order.

Filling, reading, the page and ``planner form check`` show this one list, and how far each part is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from planner.core.findings import Finding, Obligation
from planner.core.phrases import listed, phrase
from planner.model.forms import Form
from planner.model.formschema import Content, Slot

OPEN = (Obligation.MUST_FIX, Obligation.NEEDS_REASON)


class Progress(NamedTuple):
    """How far a part of a form is: fields done, fields that have to be, open items."""

    title: str
    done: int
    fields: int
    open: int


def field_of(form: Form, finding: Finding) -> str:
    """Return the field that a finding is about, by id; nothing for the form as a whole."""
    told = str(finding.facts.get("slot", ""))
    if told:
        return told.partition(".")[0]
    for item in form:
        title = form.part_of[item.id].title
        if finding.place.sheet == title and finding.place.cell.startswith(item.name[:24]):
            return item.id
    return ""


def in_order(form: Form, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of the form's fields, those of no field behind them."""
    places = {key: number for number, key in enumerate(form.fields)}
    parts = {part.title: places[part.fields[-1].id] for part in form.record.parts}

    def place(finding: Finding) -> float:
        key = field_of(form, finding)
        if key in places:
            return places[key]
        # What is said of a part as a whole stands behind its fields.
        return parts.get(finding.place.sheet, len(places)) + 0.5

    return tuple(sorted(findings, key=place))


def progress(form: Form, content: Content, findings: Iterable[Finding]) -> tuple[Progress, ...]:
    """Return for each part with something to fill in how many of its fields are done.

    A field is done where every place that has to be filled is, and nothing about it is open.
    """
    due = [finding for finding in findings if finding.level in OPEN]
    open_fields = [field_of(form, finding) for finding in due]
    told = []
    for part in form.record.parts:
        fields = [item for item in part.fields if item.required and item.fillable]
        if not fields:
            continue
        filled = {slot.field for slot in content}
        done = sum(item.id in filled and item.id not in open_fields for item in fields)
        own = {item.id for item in part.fields}
        there = sum(
            key in own or (not key and finding.place.sheet == part.title)
            for key, finding in zip(open_fields, due, strict=True)
        )
        told.append(Progress(part.title, done, len(fields), there))
    return tuple(told)


def standing(parts: Iterable[Progress], findings: Iterable[Finding]) -> Finding | None:
    """Return one finding on how far a form is from being filed; None where nothing is open."""
    due = [finding.level for finding in findings if finding.level in OPEN]
    if not due:
        return None
    said = [
        phrase("form_part_open", part=part.title, n=str(part.open)) for part in parts if part.open
    ]
    fix = due.count(Obligation.MUST_FIX)
    level = Obligation.MUST_FIX if fix else Obligation.NEEDS_REASON
    facts: dict[str, Any] = {"fix": str(fix), "reasons": str(len(due) - fix), "parts": listed(said)}
    return Finding("form_open", level, found=str(len(due)), facts=facts, ways_out=("form_check",))


def slot_prefixes(slot: Slot) -> tuple[str, ...]:
    """Return the names by which a place may be spoken of, the closest first.

    >>> slot_prefixes(Slot("achieved", "patents.target"))
    ('achieved.patents.target', 'achieved.patents', 'achieved')
    """
    parts = str(slot).split(".")
    return tuple(".".join(parts[:end]) for end in range(len(parts), 0, -1))
