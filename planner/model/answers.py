"""Answers: what only the filer knows - texts, choices, names - slot by slot of a form.

Whatever they were written in, they are text in the places of a form; :mod:`planner.intake.answers`
reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from planner.core.findings import Finding, Place
from planner.core.frozen import Frozen, freeze
from planner.model.catalogue import Catalogue, Cell
from planner.model.forms import Form
from planner.model.formschema import NONE, Field, Slot, goal_slot


@dataclass(frozen=True)
class Answers(Frozen):
    """What somebody answered, slot by slot, and where each answer stands.

    Parameters
    ----------
    form
        The id of the form they belong to.
    values
        The text in each place of the form; a tick for a chosen option.
    readings
        Field id to how it is understood, where that is not the default.
    reasons
        What a finding that needs a reason is answered with, by the place or field it is about:
        ``achieved.patents``, ``restricted_industry``.
    places
        Where each answer stands in the file it was read from.
    findings
        What could not be understood.

    Examples
    --------
    >>> import planner as pl
    >>> told = Answers("xinjiang-recheck", {pl.Slot("region"): "新疆"})
    >>> told
    <Answers xinjiang-recheck, 1>
    """

    form: str
    values: Mapping[Slot, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    places: Mapping[Slot, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the mappings."""
        freeze(self, "values", "readings", "reasons", "places")

    def __repr__(self) -> str:
        """Say how many there are without printing them."""
        return f"<Answers {self.form}, {len(self.values)}>"

    def over(self, others: Answers | None) -> Answers:
        """Return these answers with those of a second source over them, findings of both.

        Parameters
        ----------
        others
            Answers to the same form, which win where both say something; None for none.

        Examples
        --------
        >>> import planner as pl
        >>> slot = pl.Slot("region")
        >>> first, second = Answers("f", {slot: "a"}), Answers("f", {slot: "b"})
        >>> first.over(second).values[slot]
        'b'
        """
        if others is None:
            return self
        return replace(
            self,
            values={**self.values, **others.values},
            readings={**self.readings, **others.readings},
            reasons={**self.reasons, **others.reasons},
            places={**self.places, **others.places},
            findings=(*self.findings, *others.findings),
        )


def answers_in_words(
    form: Form, described: Mapping[Cell, str], promised: Mapping[str, str], catalogue: Catalogue
) -> Answers:
    """Return what goal tables of a form say in words, and what was promised before, as answers.

    Parameters
    ----------
    form
        The form they are for; what it has no place for is left out.
    described, promised, catalogue
        As of a baseline, and the indicators that may be promised of.

    Examples
    --------
    >>> import planner as pl
    >>> from planner.model.catalogue import Cell, shipped
    >>> told = answers_in_words(pl.load_form(), {Cell("opening", 2028): "…"}, {}, shipped())
    >>> [str(slot) for slot in told.values]
    ['goals.opening.target']
    """
    values = {}
    for item in form:
        for column in item.columns:
            said = promised
            if column.year is not None:
                said = {c.indicator: text for c, text in described.items() if c.year == column.year}
            for key, text in said.items():
                if key in item.worded or key in catalogue:
                    values[goal_slot(item, key, column)] = text
    return Answers(form.id, values)


def dump_answers(answers: Answers, form: Form) -> str:
    """Return answers as YAML that reads back as the same answers."""
    data: dict[str, Any] = {}
    for item in form:
        told = {slot.part: value for slot, value in answers.values.items() if slot.field == item.id}
        if told:
            data[item.id] = _as_data(item, told)
    whole: dict[str, Any] = {"form": answers.form}
    if answers.readings:
        whole["readings"] = dict(answers.readings)
    if answers.reasons:
        whole["reasons"] = dict(answers.reasons)
    return yaml.safe_dump(
        whole | {"answers": data}, allow_unicode=True, sort_keys=False, width=1000
    )


def _as_data(item: Field, told: Mapping[str, str]) -> Any:
    if item.kind == "choice":
        chosen = [item.options[int(part) - 1].text for part in sorted(told) if part != NONE]
        chosen = chosen or [told[NONE]]
        return chosen if item.many else chosen[0] if len(chosen) == 1 else chosen
    if item.kind == "goals":
        rows: dict[str, dict[str, str]] = {}
        for part, value in told.items():
            row, _, column = part.rpartition(".")
            rows.setdefault(row, {})[column] = value
        return rows
    if "formula" in told:
        return {part or "value": value for part, value in told.items()}
    return told[""] if set(told) == {""} else dict(told)
