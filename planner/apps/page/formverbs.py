"""What a page may ask for of the form: answers, drafts, reasons; and the form as it is filled now."""

from __future__ import annotations

from dataclasses import replace

from planner.apps.page.openlist import Item, items
from planner.apps.page.sessionstate import SessionState
from planner.apps.page.study import Study
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.export.filing import Filing, file_form
from planner.export.narrative import draft_marks, read_narrative
from planner.intake.answered import Intake
from planner.model.answers import Answers
from planner.model.forms import Form, load_form
from planner.model.formschema import NONE, TICK, Field, Slot


class FormVerbs(SessionState):
    """The part of a session that fills in the form; every step can be undone."""

    _filed: tuple[Study, str, Filing] | None = None
    _listed: tuple[Study, str, tuple[Item, ...]] | None = None

    @property
    def filing(self) -> Filing | None:
        """Return the form as it is filled now; None where the rules have none of ours."""
        study = self.study
        if study is None:
            return None
        form = load_form(catalogue=study.plan.system.catalogue)
        if study.plan.rules.id != form.record.rules:
            return None
        held = self._filed
        if held is None or held[0] is not study or held[1] != self.lang:
            narrative = read_narrative(catalogue=study.plan.system.catalogue, lang=self.lang)
            filed = file_form(form, study.plan, study.answers, narrative)
            held = self._filed = (study, self.lang, filed)
        return held[2]

    @property
    def open_list(self) -> tuple[Item, ...]:
        """Return what is left to do, nothing where nothing is open."""
        study = self.study
        if study is None:
            return ()
        held = self._listed
        if held is None or held[0] is not study or held[1] != self.lang:
            held = self._listed = (study, self.lang, items(study.plan, self.filing))
        return held[2]

    def go(self, key: str) -> None:
        """Turn to where an item of the open list is mended."""
        chosen = next((item for item in self.open_list if item.key == key), None)
        if chosen is None:
            raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
        self.item, self.rail = key, ""
        if chosen.page == "form":
            self.page, self.part, self.field = "form", chosen.part, chosen.field
            self.asked += 1
        elif chosen.page or chosen.hand:
            self.page = chosen.page or "goals"
            self.hand = chosen.hand or self.hand

    def onward(self) -> None:
        """Turn to the next item of the open list."""
        keys = [item.key for item in self.open_list]
        if keys:
            at = keys.index(self.item) + 1 if self.item in keys else 0
            self.go(keys[at % len(keys)])

    # -- answers -----------------------------------------------------------------------------

    def answer(self, slot: str, value: str) -> None:
        """Write something into a place of the form; nothing takes back what was written."""
        form = self._form()
        place, item = self._place(form, slot)
        row, _, column = place.part.rpartition(".")
        year = next((c.year for c in item.columns if c.id == column), None)
        if item.kind == "goals" and row in item.worded and year is not None:
            self._describe(place, row, year, value)
            return
        changes = {place: value}
        if item.kind == "count" and place.part == "count" and value.strip() == form.record.none:
            changes = {place: "0", Slot(item.id, "names"): value}  # none of them is said of both
        self._put(form, changes)

    def describe(self, indicator: str, year: int, value: str) -> None:
        """Say a goal of a direction in words, or its state in the past; no text takes it back."""
        form = load_form(catalogue=self.plan.system.catalogue)
        if indicator not in form.worded:
            raise InputError([_unknown(indicator)])
        self._say(indicator, year, value, self._open)

    def tick(self, slot: str, on: bool) -> None:
        """Tick an option of the form, or take the tick back; of some only one can be."""
        form = self._form()
        place, item = self._place(form, slot)
        if item.kind != "choice":
            raise InputError([_unknown(slot)])
        changes: dict[Slot, str] = {}
        alone = not item.many or place.part == NONE
        for other in item.slots(form.base_year):
            if other != place and (alone or other.part == NONE):
                changes[other] = ""
        said = form.record.none if place.part == NONE else TICK
        self._put(form, changes | {place: said if on else ""})

    def accept_draft(self, field: str) -> None:
        """Take a draft as the text."""
        form, filing = self._form(), self.filing
        text = filing.content.get(Slot(field), "") if filing else ""
        if not text.startswith(draft_marks()):
            raise InputError([_unknown(field)])
        self._put(form, {Slot(field): text.partition("\n")[2]})

    def because(self, place: str, text: str) -> None:
        """Answer what needs a reason on the form; no text takes the reason back."""
        form, study = self._form(), self._open
        if form.slot_named(place) is None:
            raise InputError([_unknown(place)])
        told = study.answers or Answers(form.id)
        rest = {key: said for key, said in told.reasons.items() if key != place}
        given = {place: text.strip()} if text.strip() else {}
        self._study(replace(study, answers=replace(told, reasons=rest | given)))

    def excuse(self, key: str, text: str) -> None:
        """Answer what needs a reason of the plan, by code and what it is about."""
        code, _, about = key.partition("@")
        self._plan(self.plan.reason(code, text, about))

    # -- how -----------------------------------------------------------------------------------

    def _form(self) -> Form:
        filing = self.filing
        if filing is None:
            raise InputError([Finding("nothing_open", Obligation.MUST_FIX)])
        return filing.form

    def _place(self, form: Form, slot: str) -> tuple[Slot, Field]:
        place = form.slot_named(slot)
        item = form.fields.get(place.field) if place else None
        known = set(item.slots(form.base_year)) if item else set()
        filing = self.filing
        told = place is not None and filing is not None and place in filing.content
        if place is None or item is None or not (place in known or told):
            raise InputError([_unknown(slot)])
        return place, item

    def _describe(self, place: Slot, direction: str, year: int, text: str) -> None:
        """Say a goal in words, which is the plan's own; a state of the past is every scenario's."""
        study = self._open
        if study.answers is not None and place in study.answers.values:
            rest = {slot: said for slot, said in study.answers.values.items() if slot != place}
            study = replace(study, answers=replace(study.answers, values=rest))
        self._say(direction, year, text, study)

    def _say(self, direction: str, year: int, text: str, study: Study) -> None:
        told = study.plan.describe(direction, year, text)
        if year <= study.plan.baseline.base_year:
            self._study(study.each(lambda plan: plan.describe(direction, year, text)))
        else:
            self._study(study.holding(told))

    def _put(self, form: Form, changes: dict[Slot, str]) -> None:
        """Write answers into the study; too long ones are refused as those of a file are."""
        study = self._open
        told = study.answers or Answers(form.id)
        intake = Intake(form)
        for slot, value in changes.items():
            if value.strip():
                intake.put(slot, value, told.places.get(slot, Place()))
        if intake.findings:
            raise InputError(intake.findings)
        rest = {slot: value for slot, value in told.values.items() if slot not in changes}
        values = rest | intake.values
        if values != dict(told.values):
            self._study(replace(study, answers=replace(told, values=values)))


def _unknown(name: str) -> Finding:
    return Finding("field_unknown", Obligation.MUST_FIX, found=name[:40])
