"""A form being filled: its content so far, and what has to be said of it, each at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planner.core.findings import Finding, Obligation, Place
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

    def note(
        self,
        code: str,
        level: Obligation,
        item: Field | None,
        slot: Slot | None = None,
        **more: Any,
    ) -> None:
        """Record a finding at the place of an answer, or of the field on the form."""
        place = self.answers.places.get(slot) if slot else None
        if item is not None:
            more["facts"] = {"field": item.name, **more.get("facts", {})}
            place = place or self.place(item)
        self.findings.append(Finding(code, level, place or Place(), **more))

    def place(self, item: Field) -> Place:
        """Return where a field stands on the form."""
        return Place(sheet=self.form.part_of[item.id].title, cell=item.name[:24])

    def answer(self, slot: Slot) -> str:
        """Return what was answered in a place, nothing where there is no answer."""
        return self.answers.values.get(slot, "").strip()

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Return the plan's indicators by id."""
        return self.plan.system.catalogue.indicators
