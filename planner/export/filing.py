"""Filing: what a form says of a plan - its content, what is missing in it, what to attach.

Numbers come from the plan, texts and choices from the answers, drafts from the narrative; where
two of them speak of one place they have to agree. The form's own filling instructions are
checked here, as findings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from planner.core.findings import Finding, InputError, Obligation
from planner.core.numerals import read_number
from planner.core.rounding import PERCENT, to_grid
from planner.export.filling import Filling
from planner.export.formcheck import Evidence, check_form, check_plan, evidence
from planner.export.formclaims import check_claims
from planner.export.formfigures import Figures, Shown
from planner.export.narrative import Facts, NarrativeFile, draft, draft_marks
from planner.export.openitems import Progress, in_order, progress, slot_prefixes
from planner.intake.figures import read_figure
from planner.intake.form.letters import letters
from planner.intake.form.phrasing import without_unit
from planner.model.answers import Answers, answers_in_words
from planner.model.catalogue import Cell
from planner.model.forms import Form
from planner.model.formschema import NONE, TICK, Column, Content, Field, Slot, goal_slot
from planner.model.units import factor
from planner.planning.record import PlanRecord


@dataclass(frozen=True)
class Filing:
    """A form's content, with everything that has to be said about it.

    `content` is the text of each place that is filled, `evidence` what has to be attached;
    `findings` stand in the order of the form.
    """

    form: Form
    content: Content
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]

    @property
    def progress(self) -> tuple[Progress, ...]:
        """Return how far each part is."""
        return progress(self.form, self.content, self.findings)


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
    form, plan
        A form that was loaded, and the plan whose numbers go into it.
    answers
        What only the filer knows; nothing by default. Where answers and plan speak of one place,
        they have to agree.
    narrative
        What texts are drafted from where the answers have none, and how a draft is marked; no
        texts are drafted without it.
    drafts
        Whether to draft; a draft that the answers bring along is told as one all the same.

    Returns
    -------
    Filing
        Written to a file by :func:`planner.fill_form`, which also reads the answers.

    Raises
    ------
    InputError
        When the answers choose a reading that the form does not offer.

    Examples
    --------
    >>> import planner as pl
    >>> filing = file_form(pl.load_form(), pl.plan(pl.shared("baselines") / "example.csv"))
    >>> filing.content[pl.Slot("output", "2025")]
    '186.20'
    """
    base = plan.baseline
    told = answers_in_words(form, plan.words, base.promised, base.catalogue).over(answers)
    if unknown := form.check_readings(told.readings):
        raise InputError(unknown)
    return _Filler(form, plan, told, narrative=narrative, drafts=drafts).run()


@dataclass
class _Filler(Filling):
    """Fills a form field by field, then has it checked."""

    narrative: NarrativeFile | None = None
    drafts: bool = True

    def run(self) -> Filing:
        self.findings += self.answers.findings
        if self.narrative:
            self.marks = (self.narrative.draft_mark, *draft_marks())
        check_plan(self)
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
        check_form(self)
        check_claims(self)
        for name in self.answers.reasons.keys() - self.used:
            slot = self.form.slot_named(name)
            about = self.form.fields[slot.field] if slot else None
            self.note("form_reason_unused", Obligation.INFO, about, slot, found=name)
        attached = tuple(evidence(self))
        if attached:
            self.note("form_evidence", Obligation.INFO, None, found=str(len(attached)))
        findings = in_order(self.form, dict.fromkeys(self.findings))
        return Filing(self.form, self.content, findings, attached)

    # -- numbers ----------------------------------------------------------------------------

    @property
    def figures(self) -> Figures:
        """Return the plan's numbers, with the growth rates that were settled so far.

        Of an indicator whose rates the plan knows itself, none is taken as stated.
        """
        known, stated, told = self.plan.system.baseline, {}, set()
        for slot, text in self.content.items():
            item = self.form.fields[slot.field]
            rate = read_number(text).of("%")
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
            derived = self._formula(item, figures)
            if formula := derived or self.answer(slot):
                self.content[slot] = formula
                remark = self.indicators[item.figure.of].remark
                if remark and item.figure.kind == "level":
                    self.note("form_formula", Obligation.INFO, item, facts={"remark": remark})

    def _formula(self, item: Field, figures: Figures) -> str:
        """Return how the number in a field follows; nothing where somebody stated another."""
        figure, year = item.figure, self.form.base_year
        if figure is None:
            return ""
        if figure.kind == "level":
            return figures.formula(figure.of, year)
        shown = figures.of(item, year).value
        kept = shown is not None and self.content[Slot(item.id)] == str(shown)
        return figures.reduction_formula(item, year) if kept else ""

    def _settled(self, item: Field, slot: Slot, shown: Shown, decimals: int, unit: str = "") -> str:
        """Return the number to print: the plan's, else the answer's; where firm they may not differ."""
        told = self.answer(slot)
        unit = unit or item.unit or self._unit(item)
        number = read_figure(without_unit(told, unit))
        value = number.of(unit)
        if value is None and number.number is not None and (by := factor(number.unit, unit)):
            value = number.number * by.numerator / by.denominator
        if told and value is None and not number.blank:
            self.note("form_number", Obligation.MUST_FIX, item, slot, found=told[:40])
            told = ""
        known, stated = shown.value, value if told else None
        # What is counted or measured is not negative, and what is counted is whole.
        amount = item.figure is None or item.figure.kind == "level"
        if (
            stated is not None
            and amount
            and (stated < 0 or (not decimals and stated != stated.to_integral_value()))
        ):
            self.note(
                "form_impossible",
                Obligation.MUST_FIX,
                item,
                slot,
                found=str(stated),
                ways_out=("write_number",),
            )
            stated = None
            told = ""
        share = known is None and unit == "%" and not told.endswith(("%", "％"))
        if share and stated is not None and 0 < abs(stated) < 1:
            meant = f"{(stated * PERCENT).normalize():f}"
            self.note("form_fraction", Obligation.NEEDS_REASON, item, slot, found=str(stated),
                      expected=meant, ways_out=("write_percent",))  # fmt: skip
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

    def _unit(self, item: Field) -> str:
        """Return the unit that a field's label asks for: of the level, or of a rate."""
        if item.figure is None or item.figure.kind != "level":
            return "%" if item.figure else ""
        known = self.indicators.get(item.figure.of)
        return known.unit.zh if known else ""

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
        if ticked and told.get(Slot(item.id, NONE)):
            names = "、".join(item.options[int(s.part) - 1].text[:16] for s in sorted(ticked))
            self.note("form_none_ticked", Obligation.MUST_FIX, item, Slot(item.id, NONE),
                      found=told[Slot(item.id, NONE)], expected=names,
                      ways_out=("untick_either",))  # fmt: skip
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
        for slot in self.form.cluster_slots[:1]:
            known, told = self.plan.baseline.cluster, self.content.get(slot, "")
            if known and not told:
                self.content[slot] = known
            # The full name on the form may begin with where the cluster lies.
            elif known and letters(known) not in letters(told):
                self.note("form_name_differs", Obligation.MUST_FIX, self.form.fields[slot.field],
                          slot, found=told, expected=known, ways_out=("correct_either",))  # fmt: skip
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
            if self.is_draft(self.content.get(slot, "")):
                self.note(
                    "form_draft", Obligation.NEEDS_REASON, item, slot, ways_out=("edit_draft",)
                )

    def _facts(self) -> Facts:
        return Facts(
            self.plan.numbers,
            next((self.content[s] for s in self.form.cluster_slots if s in self.content), ""),
            self.plan.years[-1],
            self._promised,
            self.plan.stated,
            {row.id: row.rate for row in self.plan.goals if row.rate is not None},
            self._ticked,
            self._said,
            self._reason,
        )

    def _ticked(self, key: str) -> list[str]:
        """Return the options of a field that are ticked."""
        options = self.form.fields[key].options if key in self.form.fields else ()
        numbered = enumerate(options, 1)
        return [o.text for n, o in numbered if self.content.get(Slot(key, str(n))) == TICK]

    def _said(self, name: str) -> str:
        """Return the text in a place of the form, nothing where it says that there is none."""
        key, _, part = name.partition(".")
        text = self.content.get(Slot(key, part), "")
        return "" if text == self.form.record.none else text

    def _reason(self, indicator: str) -> str:
        """Return why a goal of the past was missed, as it was answered."""
        for item in self.form:
            for column in item.columns:
                if column.year is None:
                    names = slot_prefixes(goal_slot(item, indicator, column))
                    said = (self.answers.reasons.get(name, "") for name in names)
                    return next((text for text in said if text), "")
        return ""

    def _promised(self, key: str) -> Decimal | None:
        """Return what an earlier plan promised for the base year, as the answers tell it."""
        for item in self.form:
            for column in item.columns:
                if column.year is None and key in self.indicators:
                    printed = self.content.get(goal_slot(item, key, column), "")
                    unit = self.indicators[key].unit.zh
                    return read_number(without_unit(printed, unit)).of(unit)
        return None

    # -- goal tables ---------------------------------------------------------------------------

    def _goals(self, item: Field) -> None:
        for key in self.goal_rows(item):
            for column in item.columns:
                slot = goal_slot(item, key, column)
                if key not in self.indicators:  # a direction that is described in words
                    self._words(item, key, column, slot)
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

    def _words(self, item: Field, key: str, column: Column, slot: Slot) -> None:
        """Fill in what is said of a direction; where plan and answers differ, that is told."""
        text = self.answer(slot)
        planned = self.plan.words.get(Cell(key, column.year or 0), "")
        if text:
            self.content[slot] = text
        if text and planned and letters(text) != letters(planned):
            self.note("form_stated", Obligation.INFO, item, slot, found=text[:40],
                      expected=planned[:40])  # fmt: skip
