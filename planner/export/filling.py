"""A form being filled: its content so far, and what has to be said of it, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.export.openitems import slot_prefixes
from planner.model.answers import Answers
from planner.model.catalogue import Indicator
from planner.model.forms import Form
from planner.model.formschema import Field, Slot
from planner.planning.record import PlanRecord


@dataclass
class Filling:
    """The places of a form as they fill from a plan and answers."""

    form: Form
    plan: PlanRecord
    answers: Answers
    content: dict[Slot, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    marks: tuple[str, ...] = ()  # with which a draft begins
    used: set[str] = field(default_factory=set)  # names of the reasons that answered something

    def note(
        self,
        code: str,
        level: Obligation,
        item: Field | None,
        slot: Slot | None = None,
        **more: Any,
    ) -> None:
        """Record a finding at the place of an answer, or of the field on the form.

        What needs a reason and has one among the answers is a note, with the reason.
        """
        place = self.answers.places.get(slot) if slot else None
        if item is not None:
            about = slot or Slot(item.id)
            facts = {"field": self.called(item, about), "slot": str(about)}
            more["facts"] = {**facts, **more.get("facts", {})}
            place = place or self.place(item)
            if level is Obligation.NEEDS_REASON and code not in _UNANSWERABLE:
                names = slot_prefixes(about)
                given = next((name for name in names if name in self.answers.reasons), "")
                if given:
                    self.used.add(given)
                    level, more["ways_out"] = Obligation.INFO, ()
                    more["facts"]["answered"] = self.answers.reasons[given]
                else:
                    more["facts"]["answer"] = names[min(1, len(names) - 1)]
                    more["ways_out"] = (*more.get("ways_out", ()), "form_reason")
        self.findings.append(Finding(code, level, place or Place(), **more))

    def called(self, item: Field, slot: Slot) -> str:
        """Return a field's name, and which line and column of a goal table is meant."""
        row, _, column = slot.part.rpartition(".")
        if item.kind != "goals" or not row:
            return item.name
        directions = self.plan.system.catalogue.directions
        known = self.indicators.get(row)
        name = known.zh if known else directions[row].zh if row in directions else row
        head = next((each.text for each in item.columns if each.id == column), "")
        return f"{item.name} {name} {head}".strip()

    def is_draft(self, text: str) -> bool:
        """Whether a text still bears the mark of a draft."""
        return text.startswith(self.marks)

    def place(self, item: Field) -> Place:
        """Return where a field stands on the form."""
        return Place(sheet=self.form.part_of[item.id].title, cell=item.name[:24])

    def answer(self, slot: Slot) -> str:
        """Return what was answered in a place, nothing where there is no answer."""
        return self.answers.values.get(slot, "").strip()

    def goal_rows(self, item: Field) -> list[str]:
        """Return the rows of a goal table: those of the form, and what else is planned or told."""
        listed = [key for rows in item.rows for key in rows.indicators]
        told = [
            slot.part.rpartition(".")[0] for slot in self.answers.values if slot.field == item.id
        ]
        extra = list(dict.fromkeys(told))
        if all(column.year is not None for column in item.columns):
            own = {own.id for own in self.plan.baseline.catalogue.own}
            asked = {cell.indicator for cell in self.plan.requested}
            extra += [row.id for row in self.plan.goals if row.id in own | asked]
        described = [rows.direction for rows in item.rows if rows.described]
        keys = [key for key in extra if key in self.indicators]
        added = [key for key in extra if key in item.worded]
        return list(dict.fromkeys([*listed, *keys, *described, *added]))

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return the plan's indicators by id."""
        return self.plan.system.catalogue.indicators


# What a reason does not settle: a draft has to be read, a fraction to be written as meant.
_UNANSWERABLE = {"form_draft", "form_fraction", "form_rules"}
