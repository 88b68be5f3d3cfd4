"""Filing: what a form says of a plan - its content, what is missing in it, what to attach.

Numbers come from the plan, texts and choices from the answers, drafts from the narrative; where
two of them speak of one place they have to agree. The form's own filling instructions are
checked here, as findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from planner.core.findings import Finding, InputError, Obligation, Place, must_fix
from planner.core.numerals import read_number
from planner.core.rounding import to_grid
from planner.export.formfigures import Figures, Shown
from planner.export.narrative import Facts, NarrativeFile, draft
from planner.intake.form.phrasing import without_unit
from planner.model.answers import Answers
from planner.model.catalogue import Cell, Indicator
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Content, Field, Slot, goal_slot
from planner.planning.record import PlanRecord


@dataclass(frozen=True)
class Evidence:
    """One thing to attach: to which field, for what, and what it has to be."""

    field: Field
    about: str
    what: str


@dataclass(frozen=True)
class Filing:
    """A form's content, with everything that has to be said about it."""

    form: Form
    content: Content
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]


def file_form(
    form: Form,
    plan: PlanRecord,
    answers: Answers | None = None,
    narrative: NarrativeFile | None = None,
    *,
    drafts: bool = True,
) -> Filing:
    """Fill a form's places from a plan and answers.

    Parameters
    ----------
    narrative
        What texts are drafted from where the answers have none, and how a draft is marked.
    drafts
        Whether to draft; a draft that the answers bring along is told as one all the same.

    Raises
    ------
    InputError
        When the answers choose a reading that the form does not offer.
    """
    told = answers or Answers(form.id)
    if unknown := form.check_readings(told.readings):
        raise InputError(unknown)
    return _Clerk(form, plan, told, narrative, drafts=drafts and narrative is not None).run()


@dataclass
class _Clerk:
    form: Form
    plan: PlanRecord
    answers: Answers
    narrative: NarrativeFile | None
    drafts: bool
    content: dict[Slot, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def run(self) -> Filing:
        self.findings += self.answers.findings
        self._span()
        for item in self.form:
            if item.kind in {"number", "series"}:
                self._numbers(item)
            elif item.kind == "choice":
                self._choice(item)
            elif item.kind == "goals":
                self._goals(item)
            elif item.fillable:
                self._given(item)
        self._texts()
        self._blanks()
        self._lengths()
        self._goals_hold()
        by_eye = [str(n) for n, i in enumerate(self.form.record.instructions, 1) if not i.checks]
        if by_eye:
            self.note("form_by_person", Obligation.INFO, None, found="、".join(by_eye))
        evidence = tuple(self._evidence())
        if evidence:
            self.note("form_evidence", Obligation.INFO, None, found=str(len(evidence)))
        return Filing(self.form, self.content, tuple(self.findings), evidence)

    # -- shared pieces ----------------------------------------------------------------------

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
        return self.answers.values.get(slot, "").strip()

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        return self.plan.system.catalogue.indicators

    def _span(self) -> None:
        base = self.plan.baseline.base_year
        if base != self.form.base_year:
            self.note("form_year", Obligation.MUST_FIX, None, found=str(base),
                      expected=str(self.form.base_year))  # fmt: skip
        if self.form.record.rules != self.plan.rules.id:
            self.note("form_rules", Obligation.NEEDS_REASON, None, found=self.plan.rules.id,
                      expected=self.form.record.rules, ways_out=("give_reason",))  # fmt: skip

    # -- numbers ----------------------------------------------------------------------------

    @property
    def figures(self) -> Figures:
        """Return the plan's numbers, with the growth rates that were settled so far.

        Of an indicator whose rates the plan knows itself, none is taken as stated.
        """
        known, stated, told = self.plan.system.baseline, {}, set()
        for slot, text in self.content.items():
            item = self.form.fields[slot.field]
            rate = read_number(text).value
            if item.figure and item.figure.kind == "growth" and rate is not None:
                stated[Cell(item.figure.of, int(slot.part))] = rate
                if known.yearly_factor(item.figure.of, int(slot.part)) is None:
                    told.add(item.figure.of)
        rates = {cell: rate for cell, rate in stated.items() if cell.indicator in told}
        return Figures(self.plan, self.form, self.answers.readings, rates)

    def _numbers(self, item: Field) -> None:
        decimals = item.decimals_of(self.plan.system.catalogue)
        figures = self.figures
        for slot in item.slots(self.form.base_year):
            year = int(slot.part) if slot.part else self.form.base_year
            shown = figures.of(item, year)
            if shown.said is not None:
                self.findings.append(replace(shown.said, place=self.place(item)))
            value = self._settled(item, slot, shown, decimals)
            if value:
                self.content[slot] = value
        if item.figure and item.figure.formula and Slot(item.id) in self.content:
            slot = Slot(item.id, "formula")
            if formula := figures.formula(item.figure.of, self.form.base_year) or self.answer(slot):
                self.content[slot] = formula
                remark = self.indicators[item.figure.of].remark
                if remark:
                    facts = {"remark_zh": remark.zh, "remark_en": remark.en}
                    self.note("form_formula", Obligation.INFO, item, facts=facts)

    def _settled(self, item: Field, slot: Slot, shown: Shown, decimals: int, unit: str = "") -> str:
        """Return the number to print: the plan's, else the answer's; where firm they may not differ."""
        told = self.answer(slot)
        number = read_number(without_unit(told, unit or item.unit))
        if told and number.value is None and not number.blank:
            self.note("form_number", Obligation.MUST_FIX, item, slot, found=told[:40])
            told = ""
        known, stated = shown.value, number.value if told else None
        if stated is not None:
            rounded = to_grid(stated, decimals)
            if rounded != stated:
                facts = {"found": str(stated), "expected": str(rounded)}
                self.note("form_decimals", Obligation.INFO, item, slot, **facts)
            stated = rounded
        if known is None and stated is None:
            return self.form.record.none if told == self.form.record.none else ""
        if known is None or stated is None:
            return str(known if stated is None else stated)
        if known != stated:
            facts = {"found": str(stated), "expected": str(known)}
            code, level = (
                ("form_differs", Obligation.MUST_FIX)
                if shown.firm
                else ("form_stated", Obligation.INFO)
            )
            ways = ("correct_either",) if shown.firm else ()
            self.note(code, level, item, slot, **facts, facts={"year": slot.part}, ways_out=ways)
        return str(known if shown.firm else stated)

    # -- choices and texts -------------------------------------------------------------------

    def _choice(self, item: Field) -> None:
        told = {slot: self.answer(slot) for slot in item.slots(self.form.base_year)}
        ticked = {slot for slot, value in told.items() if value and slot.part != NONE}
        for number, option in enumerate(item.options, 1):
            if option.means is None:
                continue
            level = self.plan.baseline.printed(option.means.indicator, self.form.base_year)
            if level is None:
                continue
            slot = Slot(item.id, str(number))
            holds = (level > 0) == option.means.positive
            if holds and ticked - {slot}:
                self.note("form_differs", Obligation.MUST_FIX, item, slot, found="、".join(
                    item.options[int(s.part) - 1].text for s in ticked), expected=option.text,
                    ways_out=("correct_either",))  # fmt: skip
            if holds:
                ticked = {slot}
        if len(ticked) > 1 and not item.many:
            self.note(
                "form_one_choice", Obligation.MUST_FIX, item, min(ticked), found=str(len(ticked))
            )
        self.content.update(dict.fromkeys(sorted(ticked), TICK))
        if not ticked and told.get(Slot(item.id, NONE)):
            self.content[Slot(item.id, NONE)] = self.form.record.none

    def _given(self, item: Field) -> None:
        for slot in item.slots(self.form.base_year):
            value = self.answer(slot)
            if item.kind == "count" and slot.part == "count":
                value = self._settled(item, slot, Shown(), 0)
            if value:
                self.content[slot] = value

    def _texts(self) -> None:
        """Fill in what follows from elsewhere: the cluster's name, repeated fields, drafts."""
        name = Slot("cluster_name")
        if (
            name.field in self.form.fields
            and name not in self.content
            and self.plan.baseline.cluster
        ):
            self.content[name] = self.plan.baseline.cluster
        for item in self.form:
            slot = Slot(item.id)
            if item.same_as:
                other = self.content.get(Slot(item.same_as), "")
                if self.content.get(slot) and other and self.content[slot] != other:
                    self.note("form_differs", Obligation.MUST_FIX, item, slot,
                              found=self.content[slot], expected=other, ways_out=("correct_either",))  # fmt: skip
                elif other:
                    self.content[slot] = other
            if (
                item.formula_of
                and slot not in self.content
                and (text := self.figures.formulas(item.formula_of))
            ):
                self.content[slot] = text
            if item.draft and slot not in self.content and self.drafts and self.narrative:
                text = draft(
                    self.narrative, item.draft, self._facts(), item.year or self.form.base_year
                )
                if text:
                    self.content[slot] = text
            mark = self.narrative.draft_mark if self.narrative else ""
            if mark and self.content.get(slot, "").startswith(mark):
                self.note(
                    "form_draft", Obligation.NEEDS_REASON, item, slot, ways_out=("edit_draft",)
                )

    def _facts(self) -> Facts:
        return Facts(
            self.plan.numbers,
            self.content.get(Slot("cluster_name"), ""),
            self.plan.years[-1],
            self._promised,
        )

    def _promised(self, key: str) -> Decimal | None:
        """Return what an earlier plan promised for the base year, as the answers tell it."""
        for item in self.form:
            for column in item.columns:
                if column.year is None and key in self.indicators:
                    printed = self.content.get(goal_slot(item, key, column), "")
                    return read_number(without_unit(printed, self.indicators[key].unit.zh)).value
        return None

    # -- goal tables ---------------------------------------------------------------------------

    def _goals(self, item: Field) -> None:
        for key in self._keys(item):
            for column in item.columns:
                slot = goal_slot(item, key, column)
                if key not in self.indicators:  # a direction that is described in words
                    if text := self.answer(slot):
                        self.content[slot] = text
                    continue
                indicator = self.indicators[key]
                known = None if column.year is None else self.plan.numbers.printed(key, column.year)
                value = self._settled(
                    item, slot, Shown(known), indicator.decimals, indicator.unit.zh
                )
                if value and value != self.form.record.none:
                    value += indicator.unit.zh
                if value:
                    self.content[slot] = value

    def _keys(self, item: Field) -> list[str]:
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
        found = [key for key in extra if key in self.indicators]
        return list(dict.fromkeys([*listed, *found, *described]))

    # -- the form's own instructions -------------------------------------------------------------

    def _blanks(self) -> None:
        for item in self.form:
            if not item.required or not item.fillable:
                continue
            slots = item.slots(self.form.base_year)
            if item.kind == "choice":
                blank = [] if any(slot in self.content for slot in slots) else [slots[0]]
            else:
                blank = [slot for slot in slots if slot not in self.content]
            if item.kind == "count" and self.content.get(Slot(item.id, "count")) == "0":
                blank = []
            if blank:
                parts = "、".join(slot.part for slot in blank if slot.part and slot.part != "1")
                ways = ("fill_or_none",) if item.kind != "choice" or item.many else ("tick_one",)
                self.note("form_blank", Obligation.MUST_FIX, item, blank[0],
                          facts={"parts": self._said(item, parts)}, ways_out=ways)  # fmt: skip

    def _said(self, item: Field, parts: str) -> str:
        """Return which places of a field are blank, as its reader would name them."""
        if item.kind == "goals":
            named = []
            for part in parts.split("、"):
                key, _, column = part.rpartition(".")
                name = self.indicators[key].zh if key in self.indicators else self._direction(key)
                text = next(c.text for c in item.columns if c.id == column)
                named.append(f"{name} {text}")
            return "、".join(named)
        return parts.replace("count", "数量").replace("names", "名称")

    def _direction(self, key: str) -> str:
        return self.plan.system.catalogue.directions[key].zh

    def _lengths(self) -> None:
        for part in self.form.record.parts:
            total = 0
            for item in part.fields:
                text = "" if item.kind == "goals" else self.content.get(Slot(item.id), "")
                size = length(text)
                total += size
                if item.limit and size > item.limit:
                    self.note("form_text_long", Obligation.MUST_FIX, item, Slot(item.id),
                              found=str(size), expected=str(item.limit), ways_out=("shorten",))  # fmt: skip
            if part.limit and total > part.limit:
                place = Place(sheet=part.title)
                self.findings.append(
                    Finding(
                        "form_part_long",
                        Obligation.MUST_FIX,
                        place,
                        found=str(total),
                        expected=str(part.limit),
                        ways_out=("shorten",),
                    )
                )

    def _goals_hold(self) -> None:
        found = self.plan.check()
        if must_fix(found):
            rules = dict.fromkeys(
                item.rule for item in found if item.rule and item.level is Obligation.MUST_FIX
            )
            self.note("form_goals_unmet", Obligation.MUST_FIX, None, found="、".join(rules) or "-",
                      ways_out=("see_plan",))  # fmt: skip

    def _evidence(self) -> list[Evidence]:
        found = []
        for item in self.form:
            for number, option in enumerate(item.options, 1):
                need = option.evidence or item.evidence
                if need and Slot(item.id, str(number)) in self.content:
                    found.append(Evidence(item, option.text, need))
            slot = Slot(item.id, "count" if item.kind == "count" else "")
            amount = read_number(self.content.get(slot, "")).value
            if item.evidence and not item.options and amount:
                found.append(Evidence(item, f"{amount}{item.unit}", item.evidence))
        return found


def length(text: str) -> int:
    """Return how many characters a text has, spaces not counted.

    >>> length("产业集群 2025")
    8
    """
    return len("".join(text.split()))
