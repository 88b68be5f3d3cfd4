"""The view model of the form: its parts with how far each is, and the fields of the one in sight.

Numbers that the plan answers are shown, not asked for; everything else is a field to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel, told
from planner.compliance.goalrows import IN_WORDS
from planner.core.findings import Finding
from planner.export.filing import Filing
from planner.export.narrative import draft_marks
from planner.export.openitems import OPEN, field_of
from planner.model import messages
from planner.model.formschema import NONE, TICK, Field, Part, Slot

LONG = 60  # letters of a text that takes more than a line


def form(session: Session) -> ViewModel:
    """Return what the page of the form shows; nothing where the rules have none of ours."""
    filing, lang = session.filing, session.lang
    if filing is None:
        return {"parts": [], "part": None, "empty": say("no_form", lang)}
    parts = [part for part in filing.form.record.parts if _fields(part)]
    chosen = next((part for part in parts if part.id == session.part), parts[0])
    far = {item.title: item for item in filing.progress}
    return {
        "label": say("form_parts", lang),
        "parts": [
            {
                "id": part.id,
                "title": part.title,
                "on": part is chosen,
                "open": far[part.title].open if part.title in far else 0,
                "far": say("form_far", lang, done=far[part.title].done, n=far[part.title].fields)
                if part.title in far
                else "",
            }
            for part in parts
        ],
        "part": {
            "id": chosen.id,
            "title": chosen.title,
            "note": chosen.note,
            "fields": list(_Fields(session, filing, lang).of(chosen)),
        },
        "focus": {"field": session.field, "step": session.asked},
        "words": {
            key: say(f"form_{key}", lang)
            for key in ("none", "accept", "draft", "names", "example", "reason", "evidence",
                        "computed", "chars")
        },
        "empty": "",
    }  # fmt: skip


def _fields(part: Part) -> list[Field]:
    return [item for item in part.fields if item.fillable]


class _Fields:
    """Makes the view models of fields."""

    def __init__(self, session: Session, filing: Filing, lang: str) -> None:
        self.session, self.filing, self.lang = session, filing, lang
        self.form, self.content = filing.form, filing.content
        study = session.study
        answers = study.answers if study else None
        self.answers: Mapping[Slot, str] = answers.values if answers else {}
        self.reasons: Mapping[str, str] = answers.reasons if answers else {}
        self.catalogue = session.plan.system.catalogue

    def of(self, part: Part) -> Iterator[ViewModel]:
        """Yield the fields of a part, in order."""
        for item in part.fields:
            yield self._field(item)

    def _field(self, item: Field) -> ViewModel:
        findings = [f for f in self.filing.findings if field_of(self.form, f) == item.id]
        model: ViewModel = {
            "id": item.id,
            "kind": item.kind,
            "label": item.name,
            "note": item.label_note.strip("（）"),
            "example": item.example,
            "evidence": item.evidence,
            "said": told([f for f in findings if f.level in OPEN], self.lang, self.catalogue),
            "reasons": self._reasons(item, findings),
        }
        if not item.fillable:
            return model
        make = {"choice": self._choice, "count": self._count, "goals": self._goals}
        return model | make.get(item.kind, self._boxes)(item)

    def _reasons(self, item: Field, findings: list[Finding]) -> list[ViewModel]:
        """Return what may be answered with a reason, and the reasons that were given."""
        due = [str(finding.facts.get("answer", "")) for finding in findings]
        given = [key for key in self.reasons if key.partition(".")[0] == item.id]
        keys = dict.fromkeys(key for key in (*due, *given) if key)
        return [{"key": key, "text": self.reasons.get(key, "")} for key in keys]

    def _box(self, slot: Slot, item: Field) -> ViewModel:
        """Return a place to type into, or what the plan says there."""
        value = self.content.get(slot, "")
        fixed = slot not in self.answers and bool(value) and self._computed(item)
        return {"slot": str(slot), "value": value, "fixed": fixed}

    def _computed(self, item: Field) -> bool:
        """Whether the plan, or another field, answers a place where nobody else does."""
        if item.kind == "goals":
            return True
        # A rate may be stated otherwise, as one at constant prices; a level stands in the baseline.
        level = item.figure is not None and item.figure.kind == "level"
        return level or bool(item.same_as)

    def _boxes(self, item: Field) -> ViewModel:
        slots = item.slots(self.form.base_year)
        boxes = [self._box(slot, item) | {"head": slot.part} for slot in slots]
        value = boxes[0]["value"] if boxes else ""
        draft = value.startswith(draft_marks())
        body = value.partition("\n")[2] if draft else value
        if draft:
            boxes[0]["value"] = body
        long = bool(item.limit or item.draft) or (item.kind == "text" and len(value) > LONG)
        return {
            "boxes": boxes,
            "unit": item.unit,
            "limit": item.limit or 0,
            "long": long,
            "draft": draft,
        }

    def _choice(self, item: Field) -> ViewModel:
        options = []
        for number, option in enumerate(item.options, 1):
            slot = Slot(item.id, str(number))
            options.append({
                "slot": str(slot), "text": option.text, "note": option.note.strip("（）"),
                "on": self.content.get(slot) == TICK,
                "evidence": option.evidence or (item.evidence if item.many else ""),
                "fixed": option.means is not None and slot not in self.answers,
            })  # fmt: skip
        none = Slot(item.id, NONE)
        return {
            "many": item.many,
            "options": options,
            "none": {"slot": str(none), "on": none in self.content} if item.many else None,
        }

    def _count(self, item: Field) -> ViewModel:
        count, names = (Slot(item.id, part) for part in ("count", "names"))
        return {
            "count": {"slot": str(count), "value": self.content.get(count, "")},
            "names": {"slot": str(names), "value": self.content.get(names, "")},
            "unit": item.unit,
        }

    def _direction(self, slot: Slot) -> str:
        """Return the direction that a row of a goal table stands under."""
        row = slot.part.rpartition(".")[0]
        known = self.catalogue.indicators.get(row)
        return known.direction if known else row

    def _goals(self, item: Field) -> ViewModel:
        rows: dict[str, dict[str, Any]] = {}
        slots = [*item.slots(self.form.base_year)]
        slots += [slot for slot in self.content if slot.field == item.id and slot not in slots]
        order = {row.direction: number for number, row in enumerate(item.rows)}
        slots.sort(key=lambda slot: order.get(self._direction(slot), len(order)))
        for slot in slots:
            row, _, column = slot.part.rpartition(".")
            known = self.catalogue.indicators.get(row)
            direction = self.catalogue.directions.get(known.direction if known else row)
            name = known.name(self.lang) if known else IN_WORDS(self.lang)
            about = {
                "direction": direction(self.lang) if direction else "",
                "name": name,
                "cells": {},
            }
            rows.setdefault(row, about)
            box = self._box(slot, item)
            worded = known is None
            promised = next(c for c in item.columns if c.id == column).year is None
            box["fixed"] = not (worded or promised) and box["fixed"]
            box["long"] = worded
            rows[row]["cells"][column] = box
        columns = [str(column.id) for column in item.columns]
        blank = {"slot": "", "value": "", "fixed": True, "long": False}
        return {
            "heads": [
                *(messages.label(key, self.lang) for key in ("direction", "indicator")),
                *(column.text for column in item.columns),
            ],
            "rows": [
                {**row, "cells": [row["cells"].get(key, blank) for key in columns]}
                for row in rows.values()
            ],
        }
