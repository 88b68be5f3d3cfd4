"""Rates as rows: compound growth from a start, and growth that is known as such (§3).

A known growth factor - of the past, or stated where levels are not - is held against its bound as
a row without cells: what it says does not depend on any target.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planner.compliance.context import Compilation
from planner.compliance.rows import Gap, Linear, Node, RateView, Row, Sense, every
from planner.core.findings import Finding, Obligation
from planner.core.rounding import growth_factor, to_grid
from planner.model.baseline import Growth
from planner.model.catalogue import Cell
from planner.model.rules import RateTest


def rate_node(compilation: Compilation, test: RateTest, name: str, *, decline: bool) -> Node | None:
    """Compile a rate as compound growth from a start (§3)."""
    amount = compilation.amount(test, compilation.years[-1], per_year=True)
    end = Cell(test.of, compilation.base if test.over == "past" else compilation.years[-1])
    if isinstance(amount, Gap):
        return replace(amount, name=compilation.row_name(name, (end,)), subject=(end,))
    rate = -amount if decline else amount
    floor = test.floor != decline
    if test.over == "past":
        return past_rate(compilation, test, name, amount, rate, floor=floor, decline=decline)
    stated = stated_rate(compilation, test)
    if stated is not None:
        return rate_row(
            compilation, test, name, amount, rate, *stated, floor=floor, decline=decline
        )
    if compilation.baseline.exact(test.of, compilation.base) == 0:
        return Gap(
            compilation.row_name(name, (end,)),
            compilation.level,
            "zero_base",
            (end,),
            (Cell(test.of, compilation.base),),
        )
    if test.timing == "average":
        pairs = [(compilation.base, compilation.years[-1])]
    elif test.timing == "path":
        pairs = [(compilation.base, year) for year in compilation.years]
    else:
        pairs = [(year - 1, year) for year in compilation.years]
    nodes: list[Node] = []
    for start, year in pairs:
        factor = growth_factor(rate, year - start)
        limit = Linear(((Cell(test.of, start), factor),))
        view = RateView(to_grid(amount, 2), year - start, decline, "plan", start)
        nodes += compilation.state(
            name, (Cell(test.of, year),), test, limit, floor=floor, rate=view
        )
    return every(tuple(nodes))


def past_rate(
    compilation: Compilation,
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
    years = [compilation.base]
    span = test.years
    if test.timing != "average":
        years, span = list(range(compilation.base - test.years + 1, compilation.base + 1)), 1
    for year in years:
        cell = Cell(test.of, year)
        past = compilation.baseline.past_growth(
            test.of, year, span, convention(compilation, test, span)
        )
        if past is None:
            needed = tuple(Cell(test.of, back) for back in range(year - span, year + 1))
            missing = tuple(c for c in needed if compilation.baseline.exact(*c) is None)
            nodes.append(
                Gap(
                    compilation.row_name(name, (cell,)), compilation.level, "data", (cell,), missing
                )
            )
            continue
        say_periods(compilation, test.of, year, past)
        nodes.append(
            rate_row(
                compilation, test, name, amount, rate, cell, past, floor=floor, decline=decline
            )
        )
    return every(tuple(nodes))


def rate_row(
    compilation: Compilation,
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
        compilation.row_name(name, (cell,)),
        compilation.level,
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


def stated_rate(compilation: Compilation, test: RateTest) -> tuple[Cell, Growth] | None:
    """Return the rate that a goal table states where it has no levels, as the form does."""
    end, periods = compilation.years[-1], len(compilation.years)
    if not compilation.given or Cell(test.of, end) in compilation.given or test.timing != "average":
        return None
    for item in compilation.catalogue:
        cell = Cell(item.id, end)
        fits = item.kind == "growth" and item.of == test.of and item.periods == periods
        if fits and cell in compilation.given:
            return cell, Growth(growth_factor(compilation.given[cell], periods), periods, "stated")
    return None


def convention(compilation: Compilation, test: RateTest, span: int) -> str:
    """Return how many periods a past span has: as the rule says, else as growth is read."""
    if test.convention is not None:
        return test.convention
    return compilation.catalogue.convention(test.of, span)


def say_periods(compilation: Compilation, key: str, year: int, past: Growth) -> None:
    """Note over how many periods a past rate was taken, and from what."""
    facts = {"periods": str(past.periods), "basis": past.basis}
    said = Finding(
        "periods_used",
        Obligation.INFO,
        indicator=key,
        year=year,
        rule=compilation.rule_id,
        facts=facts,
    )
    if said not in compilation.findings:
        compilation.findings.append(said)
