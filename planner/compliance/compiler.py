"""Compile: the tests of a rule file to named linear rows.

This is the one place where the words of a rule become arithmetic; :mod:`planner.compliance.system`
puts the rows of all rules together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from planner.compliance.context import Compilation
from planner.compliance.rates import rate_node
from planner.compliance.rows import Clause, Gap, Linear, Node, RuleNode, Sense, every
from planner.core.schema import Text
from planner.model.catalogue import Cell
from planner.model.rules import IncreaseTest, LevelTest, Rule, Scope, StepTest, Test
from planner.model.rulesets import load_rules


def rule_nodes(compilation: Compilation, rule: Rule) -> Iterator[RuleNode]:
    """Yield a rule for each of its scopes, under the reading in force."""
    reading, test = rule.under(compilation.readings)
    title = rule.readings[reading].title if reading else None
    for scope in rule.scope:
        if test.standard:
            yield from _standard(compilation, rule, test, scope, reading, title)
            continue
        compilation.level, compilation.rule_id = rule.level, rule.id
        node = test_node(compilation, test, rule.id)
        if node is not None:
            yield RuleNode(
                rule.id,
                rule.title,
                rule.quote,
                rule.level,
                scope,
                node,
                reading,
                title,
                coherence=rule.coherence,
            )


def _standard(
    compilation: Compilation, rule: Rule, test: Test, scope: Scope, reading: str, title: Text | None
) -> Iterator[RuleNode]:
    standard = test.standard
    if standard is None:
        return
    for inner in load_rules(standard.rules).record.rules:
        if standard.scope not in inner.scope:
            continue
        update = {"id": f"{rule.id}/{inner.id}", "scope": (scope,)}
        update |= {"read_as": f"{rule.id}/{inner.read_as}"} if inner.read_as else {}
        renamed = inner.model_copy(update=update)
        for node in rule_nodes(compilation, renamed):
            yield replace(node, reading=reading, reading_title=title, stand_in=standard.rules)


def test_node(compilation: Compilation, test: Test, name: str) -> Node | None:
    """Compile a test, or None where there is nothing to hold."""
    if test.all_of:
        return _group(_inner(compilation, test.all_of, name), None)
    if test.any_of:
        return _group(_ways(compilation, test.any_of, name), 1)
    if test.m_of:
        return _group(_ways(compilation, test.m_of.tests, name), test.m_of.need)
    if test.level:
        return _level(compilation, test.level, name)
    if test.growth or test.decline:
        inner = test.growth or test.decline
        return rate_node(compilation, inner, name, decline=test.growth is None)  # type: ignore[arg-type]
    if test.step:
        return _step(compilation, test.step, name)
    if test.increase:
        return _increase(compilation, test.increase, name)
    return _shape(compilation, test, name)


def _inner(compilation: Compilation, tests: tuple[Test, ...], name: str) -> list[Node | None]:
    return [test_node(compilation, test, name) for test in tests]


def _ways(compilation: Compilation, tests: tuple[Test, ...], name: str) -> list[Node]:
    """Compile tests to choose from; one about nothing the cluster reports stays unknown."""
    return [
        test_node(compilation, test, name) or _nothing(compilation, test, name) for test in tests
    ]


def _nothing(compilation: Compilation, test: Test, name: str) -> Gap:
    names = (test.part.of,) if test.part else test.sum.parts if test.sum else ()
    cells = tuple(Cell(key, compilation.years[-1]) for key in names)
    missing = tuple(Cell(key, compilation.base) for key in names)
    return Gap(compilation.row_name(name, cells), compilation.level, "data", cells, missing)


# -- kinds of test ---------------------------------------------------------------------------


def _level(compilation: Compilation, test: LevelTest, name: str) -> Node | None:
    """Compile a level against its bound, for each of its years or their average."""
    years: dict[str, tuple[int, ...]] = {
        "base": (compilation.base,),
        "end": compilation.years[-1:],
        "each_past": tuple(range(compilation.base - test.years + 1, compilation.base + 1)),
        "average_past": tuple(range(compilation.base - test.years + 1, compilation.base + 1)),
        "each_target": compilation.years,
        "average_target": compilation.years,
    }
    spans = [years[test.at]] if test.at.startswith("average") else [(y,) for y in years[test.at]]
    nodes: list[Node] = []
    for span in spans:
        cells = tuple(Cell(key, year) for key in test.indicators for year in span)
        amount = compilation.amount(test, span[-1], per_year=False)
        if isinstance(amount, Gap):
            nodes.append(replace(amount, name=compilation.row_name(name, cells), subject=cells))
        elif len(span) > 1 and (parts := compilation.underived(cells)):
            # The average of percentages is nobody's percentage (§7).
            row = compilation.row_name(name, cells)
            nodes.append(Gap(row, compilation.level, "data", cells, parts))
        else:
            nodes += compilation.state(name, cells, test, Linear((), amount * len(span)), len(span))
    return _group(nodes, None)


def _step(compilation: Compilation, test: StepTest, name: str) -> Node | None:
    """Compile the change from one year to the next."""
    amount = compilation.amount(test, compilation.years[-1], per_year=False)
    years = compilation.years
    if test.over == "past":
        years = tuple(range(compilation.base - len(compilation.years) + 2, compilation.base + 1))
    nodes: list[Node] = []
    for year in years:
        cell = Cell(test.of, year)
        if isinstance(amount, Gap):
            nodes.append(replace(amount, name=compilation.row_name(name, (cell,)), subject=(cell,)))
        else:
            limit = Linear(((Cell(test.of, year - 1), Fraction(1)),), amount)
            nodes += compilation.state(name, (cell,), test, limit)
    return _group(nodes, None)


def _shape(compilation: Compilation, test: Test, name: str) -> Node | None:
    """Compile parts and sums, which bind the base year and every target."""
    part, total = test.part, test.sum
    names = (part.of, part.whole) if part else (*total.parts, total.whole) if total else ()
    if not any(compilation.present(key) for key in names):
        return None  # nothing to hold: indicators the cluster does not report
    nodes: list[Node] = []
    for year in (compilation.base, *compilation.years):
        cells = tuple(Cell(key, year) for key in names[:-1])
        limit = Linear(((Cell(names[-1], year), Fraction(1)),))
        sense = Sense.LE if part else Sense.EQ
        nodes.append(compilation.direct(name, cells, sense, limit, strict=False))
    return _group(nodes, None)


def _increase(compilation: Compilation, test: IncreaseTest, name: str) -> Node | None:
    """Compile that what is added to a whole since the base year is added to its parts.

    There is nothing to hold where no base year, or no goal of a part, says where it comes from.
    """
    keys, base = (test.of, *test.parts), compilation.base
    given = compilation.given
    silent = given is not None and not any(cell.indicator in test.parts for cell in given)
    if silent or not all(compilation.known(key) for key in keys):
        return None
    start = [(Cell(test.of, base), Fraction(-1))]
    start += [(Cell(key, base), Fraction(1)) for key in test.parts]
    nodes: list[Node] = []
    for year in compilation.years:
        cells = tuple(Cell(key, year) for key in test.parts)
        limit = Linear(((Cell(test.of, year), Fraction(1)), *start))
        nodes.append(compilation.direct(name, cells, Sense.GE, limit, strict=False))
    return _group(nodes, None)


def _group(nodes: Iterable[Node | None], need: int | None) -> Node | None:
    kept = tuple(node for node in nodes if node is not None)
    if not kept:
        return None
    if need is None:
        return every(kept)
    return Clause(need, kept)
