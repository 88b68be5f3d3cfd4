"""Rates that are known as such: growth of the past, or stated where levels are not (§3).

A known growth factor is held against its bound as a row without cells: what it says does not
depend on any target.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.compliance.rows import Gap, Linear, Node, RateView, Row, Sense, every
from planner.core.findings import Finding, Obligation
from planner.core.rounding import growth_factor, to_grid
from planner.model.baseline import Growth
from planner.model.catalogue import Cell
from planner.model.rules import RateTest

if TYPE_CHECKING:
    from planner.compliance.compiler import Compiler


def past_rate(
    compiler: Compiler,
    test: RateTest,
    name: str,
    amount: Fraction,
    rate: Fraction,
    *,
    floor: bool,
    decline: bool,
) -> Node:
    """Hold the growth of the past against its bound, over the span or in each of its years."""
    nodes: list[Node] = []
    years = [compiler.base]
    span = test.years
    if test.timing != "average":
        years, span = list(range(compiler.base - test.years + 1, compiler.base + 1)), 1
    for year in years:
        cell = Cell(test.of, year)
        past = compiler.baseline.past_growth(test.of, year, span, convention(compiler, test, span))
        if past is None:
            needed = tuple(Cell(test.of, back) for back in range(year - span, year + 1))
            missing = tuple(c for c in needed if compiler.baseline.exact(*c) is None)
            nodes.append(
                Gap(compiler.row_name(name, (cell,)), compiler.level, "data", (cell,), missing)
            )
            continue
        say_periods(compiler, test.of, year, past)
        nodes.append(
            rate_row(compiler, test, name, amount, rate, cell, past, floor=floor, decline=decline)
        )
    return every(tuple(nodes))


def rate_row(
    compiler: Compiler,
    test: RateTest,
    name: str,
    amount: Fraction,
    rate: Fraction,
    cell: Cell,
    known: Growth,
    *,
    floor: bool,
    decline: bool,
) -> Row:
    """State a bound on a growth factor that is known, whatever the levels are."""
    view = RateView(
        to_grid(amount, 2),
        known.periods,
        decline,
        known.basis,  # type: ignore[arg-type]
        cell.year - known.periods,
        known.factor,
    )
    return Row(
        compiler.row_name(name, (cell,)),
        compiler.level,
        (),
        Sense.GE if floor else Sense.LE,
        growth_factor(rate, known.periods) - known.factor,
        test.strict,
        (cell,),
        Linear(),
        "rate",
        view,
        test.strict,
    )


def stated_rate(compiler: Compiler, test: RateTest) -> tuple[Cell, Growth] | None:
    """Return the rate that a goal table states where it has no levels, as the form does."""
    end, periods = compiler.years[-1], len(compiler.years)
    if not compiler.given or Cell(test.of, end) in compiler.given or test.timing != "average":
        return None
    for item in compiler.catalogue:
        cell = Cell(item.id, end)
        fits = item.kind == "growth" and item.of == test.of and item.periods == periods
        if fits and cell in compiler.given:
            return cell, Growth(growth_factor(compiler.given[cell], periods), periods, "stated")
    return None


def convention(compiler: Compiler, test: RateTest, span: int) -> str:
    """Return how many periods a past span has: as the rule says, else as growth is read."""
    if test.convention is not None:
        return test.convention
    return compiler.catalogue.convention(test.of, span)


def say_periods(compiler: Compiler, key: str, year: int, past: Growth) -> None:
    """Note over how many periods a past rate was taken, and from what."""
    facts = {"periods": str(past.periods), "basis": past.basis}
    said = Finding(
        "periods_used",
        Obligation.INFO,
        indicator=key,
        year=year,
        rule=compiler.rule_id,
        facts=facts,
    )
    if said not in compiler.findings:
        compiler.findings.append(said)
