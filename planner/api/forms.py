"""Reading back: a filled form as the baseline, goal table and answers it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from planner.api.goals import hold
from planner.api.opening import plan
from planner.api.plan import Plan
from planner.core.findings import Finding
from planner.export.filing import file_form
from planner.export.narrative import read_narrative
from planner.export.openitems import Progress, field_of, in_order, progress
from planner.intake.baselines import form_baseline
from planner.intake.form.reader import FormText, held, read_form_text
from planner.intake.goalsheets import form_goals
from planner.model.answers import Answers
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Catalogue, shipped
from planner.model.forms import Form, load_form
from planner.model.formschema import Content
from planner.model.mapping import FileMapping, mapped


@dataclass(frozen=True)
class FormReading:
    """What a filled form says: numbers as a baseline and a goal table, all else as answers.

    Attributes
    ----------
    text
        What stands in the form, place by place.
    baseline, plan
        Its figures up to the base year, and the plan whose targets are the form's own.
    answers
        Texts, choices and names.
    checks
        What the form's own instructions find wrong or missing in it, as when it is filled.
    """

    text: FormText
    baseline: Baseline
    answers: Answers
    plan: Plan
    checks: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """Say whose form was read without printing it."""
        return f"<FormReading {self.text.name!r} {self.form.id}, {len(self.content)} places>"

    @property
    def form(self) -> Form:
        """Return which form it is."""
        return self.text.form

    @property
    def content(self) -> Content:
        """Return the text in every place of the form."""
        return self.text.content

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return everything that has to be said of form and numbers, in the order of the form."""
        said = dict.fromkeys([*self.text.findings, *self.plan.check(), *self.checks])
        return in_order(self.form, said)

    @property
    def progress(self) -> tuple[Progress, ...]:
        """Return how far each part of the form is."""
        return progress(self.form, self.content, self.findings)


def read_form(
    path: str | Path,
    *,
    form: Form | str | Path | None = None,
    catalogue: Catalogue | None = None,
    benchmarks: str | Path | BenchmarkBook | None = None,
    readings: Mapping[str, str] | None = None,
    mapping: str | Path | FileMapping | None = None,
    reasons: Mapping[str, str] | None = None,
) -> FormReading:
    """Read a filled Word form by its labels, ours or one that somebody typed.

    Parameters
    ----------
    path
        The Word file; its text is read, nothing in it is run or followed.
    form
        Which form it is: one that was loaded, a shipped one's id, or a form file; by default the
        shipped one that most of its labels belong to.
    catalogue
        The indicators known; the shipped ones by default.
    benchmarks, readings
        As for :func:`planner.plan`.
    mapping
        Which way doubtful numbers are to be read, as for :func:`planner.read_baseline`.
    reasons
        What the form's findings that need a reason are answered with, by field or place.

    Returns
    -------
    FormReading
        Its `plan` holds the form's own targets, under the rules the form is for.

    Raises
    ------
    InputError
        When the file cannot be used, is no form known, or holds no number.

    Examples
    --------
    >>> import planner as pl, tempfile
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     filing = pl.fill_form(plan, path=folder + "/form.docx")
    ...     read_form(folder + "/form.docx").plan.goals["output"].values[2028]
    Decimal('247.84')
    """
    path = Path(path)
    known = catalogue or shipped()
    chosen = load_form(form, known) if form is not None else None
    text = read_form_text(path, known, chosen)
    said = mapped(mapping, None, known)
    base = form_baseline(text, known, answers=said)
    kept = held(text)
    answers = Answers(
        text.form.id,
        {slot: value for slot, value in text.content.items() if slot not in kept},
        places={slot: text.place(slot) for slot in text.content},
        reasons=reasons or {},
    )
    start = plan(base, rules=text.form.record.rules, benchmarks=benchmarks, readings=readings)
    goals = form_goals(text, known, said)
    held_to = hold(start, goals)
    levels = {**goals.baseline, **goals.targets, **base.values}
    account = text.account.valued(levels, {**goals.rates, **base.growth}, known)
    text = replace(text, account=account)
    return FormReading(text, base, answers, held_to, _checks(text, answers, held_to))


def _checks(text: FormText, answers: Answers, plan: Plan) -> tuple[Finding, ...]:
    """Hold a form that was read to what is asked of one that is filled in."""
    narrative = read_narrative(None, plan.baseline.catalogue)
    filing = file_form(text.form, plan, answers, narrative, drafts=False)
    known = set(plan.check())
    # What has no place in the document, or cannot be told there, is said already and not blank.
    told = {field_of(text.form, item) for item in text.findings if item.code in _SAID}
    return tuple(
        replace(item, place=replace(item.place, file=text.name))
        for item in filing.findings
        if item not in known
        and not (item.code == "form_blank" and field_of(text.form, item) in told)
    )


_SAID = {
    "form_unplaced",
    "form_label_other",
    "form_tick_unclear",
    "form_tick_both",
    "form_option_unknown",
}
