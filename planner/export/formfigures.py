"""Figures: which number of a plan a form's field shows, and the formula behind it.

Levels as printed, growth of a year, averages and reductions over the past three years (§3, §5).
A figure that follows only from fewer years or rounded parts is not firm: what somebody stated
goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.core.findings import Finding, Obligation
from planner.core.rounding import mean_rate
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell
from planner.model.forms import Form
from planner.model.formschema import SPAN, Field
from planner.planning.record import PlanRecord


@dataclass(frozen=True)
class Figures:
    """The numbers of a plan as a form asks for them.

    `stated` holds yearly growth rates that only the answers know.
    """

    plan: PlanRecord
    form: Form
    readings: Mapping[str, str]
    stated: Mapping[Cell, Decimal]

    @property
    def baseline(self) -> Baseline:
        """Return the past, with the growth rates that only the answers know."""
        known = self.plan.system.baseline
        return replace(known, growth={**self.stated, **known.growth})

    def of(self, item: Field, year: int) -> Shown:
        """Return the number a field shows for a year."""
        figure = item.figure
        catalogue = self.plan.system.catalogue
        if figure is None or figure.of not in catalogue:
            return Shown()
        if figure.kind == "level":
            return Shown(self.plan.numbers.printed(figure.of, year))
        if figure.kind == "growth":
            factor = self.plan.system.baseline.yearly_factor(figure.of, year)
            firm = Cell(figure.of, year) in self.plan.system.baseline.growth
            return Shown(None if factor is None else mean_rate(factor, 1), firm=firm)
        if figure.kind == "average_growth":
            return self._average(figure.of, year)
        return self._reduction(item, figure.of, year)

    def _average(self, key: str, year: int) -> Shown:
        convention = self.plan.system.catalogue.convention(key, SPAN)
        past = self.baseline.past_growth(key, year, SPAN, convention)
        if past is None:
            return Shown()
        facts = {"periods": str(past.periods), "basis": past.basis}
        said = Finding("periods_used", Obligation.INFO, indicator=key, facts=facts)
        return Shown(mean_rate(past.factor, past.periods), past.periods == SPAN, said)

    def _reduction(self, item: Field, key: str, year: int) -> Shown:
        baseline, first = self.plan.system.baseline, year - SPAN + 1
        start, end = (baseline.exact(key, at) for at in (first, year))
        if end is None or not start:
            return Shown()
        offered = self.form.record.readings.get(item.id)
        name = self.form.reading(item.id, self.readings) if offered else ""
        said = None
        if offered:
            title = offered.readings[name].title
            facts: dict[str, object] = {"reading": title, "field": item.name}
            facts["others"] = ", ".join(f"{item.id}={other}" for other in offered.readings)
            said = Finding("form_reading", Obligation.INFO, expected=f"{first}–{year}", facts=facts)
        periods = year - first if name == "yearly" else 1
        indicator = self.plan.system.catalogue[key]
        firm = all(baseline.derived(indicator, at) for at in (first, year))
        return Shown(-mean_rate(end / start, periods), firm, said)

    def formula(self, key: str, year: int) -> str:
        """Return how a ratio follows from its parts in a year, in figures; '' where it does not."""
        item, baseline = self.plan.system.catalogue[key], self.plan.system.baseline
        if not baseline.derived(item, year):
            return ""
        num, den = (baseline.printed(part, year) for part in (item.num, item.den))
        scale = f"×{Fraction(item.scale)}" if item.scale != 1 else ""
        return f"{num}÷{den}{scale}"

    def reduction_formula(self, item: Field, year: int) -> str:
        """Return how a reduction follows from what is printed, in figures; '' where it does not."""
        key = item.figure.of if item.figure else ""
        start, end = (self._level(key, at) for at in (year - SPAN + 1, year))
        if not start or not end:
            return ""
        offered = item.id in self.form.record.readings
        if offered and self.form.reading(item.id, self.readings) == "yearly":
            return f"1－（{end}÷{start}）^（1÷{SPAN - 1}）"
        return f"（{start}－{end}）÷{start}"

    def _level(self, key: str, year: int) -> str:
        """Return a level as it can be reckoned with: a ratio as its parts, else as printed."""
        if text := self.formula(key, year):
            return f"（{text}）"
        level = self.plan.numbers.printed(key, year)
        return "" if level is None else str(level)

    def formulas(self, key: str) -> str:
        """Return the formula of a ratio in words, and in figures for each of the years."""
        catalogue = self.plan.system.catalogue
        item = catalogue[key]
        years = range(self.form.base_year - SPAN + 1, self.form.base_year + 1)
        formulas = [
            f"{year}年：{formula}＝{self.plan.numbers.printed(key, year)}"
            for year in years
            if (formula := self.formula(key, year))
        ]
        if not formulas:
            return ""
        parts = [catalogue[part] for part in (item.num, item.den)]
        words = "÷".join(f"{part.zh}（{part.unit.zh}）" for part in parts)
        return f"{item.zh}（{item.unit.zh}）＝{words}\n{'；'.join(formulas)}"


@dataclass(frozen=True)
class Shown:
    """A number to show, whether it is firm, and what has to be said of how it was taken."""

    value: Decimal | None = None
    firm: bool = True
    said: Finding | None = None
