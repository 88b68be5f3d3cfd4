"""Calculations: how a requirement or a figure of a rule follows, written out for a calculator."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.compliance.judge import Line, Verdict
from planner.compliance.rows import Gap, Row, Sense, leaves
from planner.core.rounding import PERCENT, to_grid
from planner.model.catalogue import Cell

if TYPE_CHECKING:
    from planner.planning.record import PlanRecord

FINER = 2  # decimals more than the indicator has, so that a reader sees which way was rounded


def calculation(plan: PlanRecord, verdict: Verdict, line: Line) -> str:
    """Return the calculation behind a line of a rule; '' where nothing is to be calculated.

    Its figures are those printed in the goal table, so that whoever types them in gets the same.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> rule = next(v for v in plan.verdicts if v.rule.id == "a")
    >>> calculation(plan, rule, rule.head)
    '186.20 × (1 + 10%)^3 = 247.8322'
    """
    leaf = next((each for each in leaves(verdict.rule.node) if each.name == line.name), None)
    if not isinstance(leaf, Row):
        return ""
    if line.is_rate:
        return _past(plan, leaf, line)
    if leaf.rate is not None:
        return _growth(plan, leaf)
    item = plan.system.catalogue[line.end.indicator]
    if item.kind == "ratio" and plan.numbers.derived(item, line.end.year):
        num, den = (plan.numbers.printed(part, line.end.year) for part in (item.num, item.den))
        scale = f" × {item.scale}" if item.scale != 1 else ""
        return f"{num} ÷ {den}{scale} = {line.value}" if den and line.value is not None else ""
    return _before(plan, leaf)


def _growth(plan: PlanRecord, leaf: Row) -> str:
    """Return a level that grows, or falls, at a rate from where it starts."""
    rate, (start, _) = leaf.rate, leaf.limit.terms[0]
    level = plan.numbers.printed(start.indicator, start.year)
    if rate is None or level is None:
        return ""
    item, shown_level, exact = plan.system.catalogue[start.indicator], str(level), Fraction(level)
    if leaf.basis == "parts" and plan.numbers.derived(item, start.year):
        num, den = (plan.numbers.printed(part, start.year) for part in (item.num, item.den))
        if num is None or not den:
            return ""
        scale = f" × {item.scale}" if item.scale != 1 else ""
        shown_level = f"({num} ÷ {den}{scale})"
        exact = Fraction(num) / Fraction(den) * Fraction(item.scale)
    sign = -1 if rate.decline else 1
    limit = exact * (1 + sign * Fraction(rate.required) / PERCENT) ** rate.periods
    finer = 2 * FINER if leaf.basis == "parts" else FINER
    shown = to_grid(limit, item.decimals + finer)
    power = f"^{rate.periods}" if rate.periods != 1 else ""
    return f"{shown_level} × (1 {'−' if rate.decline else '+'} {rate.required.normalize():f}%){power} = {shown}"


def _past(plan: PlanRecord, leaf: Row, line: Line) -> str:
    """Return a rate of the past, from the rates or the levels that it follows from."""
    rate, cell, baseline = leaf.rate, line.end, plan.system.baseline
    if rate is None or line.value is None:
        return ""
    root = f"^(1/{rate.periods})" if rate.periods != 1 else ""
    years = range(cell.year - rate.periods + 1, cell.year + 1)
    if rate.basis == "rates":
        told = [baseline.growth.get(Cell(cell.indicator, year)) for year in years]
        if None in told:
            return ""
        factors = " × ".join(f"(1 + {each}%)" for each in told)
        return f"({factors}){root} − 1 = {line.value}%"
    now, then = (
        plan.numbers.printed(cell.indicator, year) for year in (cell.year, cell.year - rate.periods)
    )
    if rate.basis != "levels" or now is None or not then:
        return ""
    return f"({now} ÷ {then}){root} − 1 = {line.value}%"


def _before(plan: PlanRecord, leaf: Row | Gap) -> str:
    """Return what a bound that is another figure of the table comes to."""
    if not isinstance(leaf, Row) or len(leaf.limit.terms) != 1:
        return ""
    (cell, coefficient), constant = leaf.limit.terms[0], leaf.limit.constant
    level = plan.numbers.printed(cell.indicator, cell.year)
    if level is None or coefficient != 1:
        return ""
    sign = {Sense.GE: ">" if leaf.beyond else "≥", Sense.LE: "<" if leaf.beyond else "≤"}
    more = f" {'+' if constant > 0 else '−'} {abs(constant)}" if constant else ""
    return f"{sign.get(leaf.sense, '=')}{level}{more} ({cell.year})"
