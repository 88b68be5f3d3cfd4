"""Workings: how a row of a rule follows from the goal table, for anybody to reckon again.

Page and annex show the same ones. What stands in them is printed in the goal table, so that whoever
types it into a calculator gets the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from planner.compliance.judge import Line
from planner.compliance.numbers import Numbers
from planner.compliance.rows import Row, RuleNode, Sense
from planner.core.rounding import to_grid
from planner.model.catalogue import Cell
from planner.model.rules import BenchmarkRef, Rule, Test

if TYPE_CHECKING:
    from planner.compliance.system import System
    from planner.model.benchmarks import Benchmark
    from planner.model.rulesets import RuleSet

FINE = 6  # decimals of an exact bound that are shown


class Plan(Protocol):
    """What a plan has to tell of its rules."""

    @property
    def rules(self) -> RuleSet: ...  # noqa: D102
    @property
    def system(self) -> System: ...  # noqa: D102


def worked(line: Line, row: Row, numbers: Numbers) -> str:
    """Return a judged row as a formula with its figures, and what it leaves to spare.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> verdict = plan.verdicts[0]
    >>> worked(verdict.head, verdict.rule.rows[0], plan.numbers)
    '186.20 × (1 + 10.00%)^3 = 247.8322 → ≥247.84; 247.84 − 247.84 = 0.00'
    """
    unit = "%" if line.is_rate else ""
    if line.value is None or line.requirement is None:
        return "?"
    pair = (line.value, line.requirement)
    first, second = pair[::-1] if line.sense is Sense.LE else pair
    # A margin finer than the figures is told as it is; else anybody can subtract.
    margin = first - second if first != second else line.margin
    if line.sense is Sense.EQ and margin is not None:
        margin = -abs(margin) + 0
    asked = f"{line.sign}{line.requirement}{unit}; {first}{unit} − {second}{unit} = {margin}"
    if bound := _bound(line, row, numbers):
        return f"{bound} → {asked}"
    value = _value(line, row, numbers)
    return f"{value}; {asked}" if value else asked


def calculation(line: Line, row: Row, numbers: Numbers) -> str:
    """Return how a row's bound follows, or else its value; '' where nothing is to be calculated.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> verdict = next(v for v in plan.verdicts if v.rule.id == "e")
    >>> calculation(verdict.lines[0], verdict.rule.rows[0], plan.numbers)
    '172 ÷ 312 × 100 = 55.13'
    """
    return _bound(line, row, numbers) or _value(line, row, numbers)


def _bound(line: Line, row: Row, numbers: Numbers) -> str:
    """Return how a bound follows: from a level that grows or falls, or from the year before."""
    parts = row.basis == "parts"
    limit = numbers.evaluate(row.limit, exact=parts)
    if line.is_rate or limit is None:
        return ""
    exact = f"{to_grid(limit, FINE).normalize():f}"
    before = [cell for cell, _ in row.limit.terms]
    if row.rate is not None:
        start = Cell(line.end.indicator, row.rate.start)
        shown = (_quotient(start, numbers) if parts else "") or numbers.printed(*start)
        sign, periods = "−" if row.rate.decline else "+", row.rate.periods
        return f"{shown} × (1 {sign} {row.rate.required}%)^{periods} = {exact}"
    if before == [Cell(line.end.indicator, line.end.year - 1)]:
        return f"{numbers.printed(*before[0])} + {row.limit.constant} = {exact}"
    return ""


def _value(line: Line, row: Row, numbers: Numbers) -> str:
    """Return how a value follows: a rate of the past, or a ratio from its parts."""
    if line.value is None:
        return ""
    if line.is_rate:
        return _past(line, row, numbers)
    quotient = _quotient(line.end, numbers) if len(line.subject) == 1 else ""
    return f"{quotient.strip('()')} = {line.value}" if quotient else ""


def _past(line: Line, row: Row, numbers: Numbers) -> str:
    rate, (key, year), baseline = row.rate, line.end, numbers.baseline
    if rate is None or rate.decline:
        return ""
    root = f"^(1/{rate.periods})" if rate.periods != 1 else ""
    factors = ""
    if rate.basis == "rates":
        told = [
            baseline.growth.get(Cell(key, at)) for at in range(year - rate.periods + 1, year + 1)
        ]
        factors = " × ".join(f"(1 + {each}%)" for each in told) if None not in told else ""
    elif rate.basis == "levels":
        now, then = (numbers.printed(key, at) for at in (year, year - rate.periods))
        factors = f"{now} ÷ {then}" if now is not None and then else ""
    return f"({factors}){root} − 1 = {line.value}%" if factors else ""


def _quotient(cell: Cell, numbers: Numbers) -> str:
    """Return a ratio as its printed parts in brackets; '' where it does not follow from them."""
    item = numbers.baseline.catalogue[cell.indicator]
    if item.kind != "ratio" or not numbers.derived(item, cell.year):
        return ""
    num, den = (numbers.printed(part, cell.year) for part in (item.num, item.den))
    scale = f" × {item.scale}" if item.scale != 1 else ""
    return f"({num} ÷ {den}{scale})" if den else ""


# -- what a rule is held against -------------------------------------------------------------


def declared(plan: Plan, rule: RuleNode) -> Rule | None:
    """Return a rule as its rule set declares it; None for wishes and identities."""
    return next((made for made in plan.rules.record.rules if made.id == rule.id), None)


def figures_of(plan: Plan, rule: RuleNode) -> list[Benchmark]:
    """Return the benchmark figures that a rule was held against.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> [[f.said for f in figures_of(plan, v.rule)] for v in plan.verdicts if v.rule.id in "ae"]
    [[], ['55 %']]
    """
    wanted = set(figures_asked(plan, rule))
    return [item for item in plan.system.used if item.id in wanted]


def figures_asked(plan: Plan, rule: RuleNode) -> tuple[str, ...]:
    """Return the ids of the benchmark figures that a rule may be held against, the wanted before others.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> [figures_asked(plan, v.rule) for v in plan.verdicts if v.rule.id in "aef"]
    [(), ('iiot_share',), ('co2_decline', 'co2_intensity_decline')]
    """
    made = declared(plan, rule)
    if made is None:
        return ()
    test = made.readings[rule.reading].test if rule.reading in made.readings else made.test
    return tuple(_referenced(test)) if test is not None else ()


def _referenced(test: Test) -> Iterable[str]:
    for bounded in (test.level, test.growth, test.decline, test.step):
        amount = bounded.amount if bounded is not None else None
        if isinstance(amount, BenchmarkRef):
            yield from amount.ids
    for child in test.children:
        yield from _referenced(child)
