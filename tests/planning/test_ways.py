"""Ways of satisfying rules that leave a choice, counted out: the package's and the second solver's."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import second_solver
from conftest import make_baseline
from examples import drawn
from hypothesis import strategies as st

import planner as pl
from planner.compliance.rows import Clause, Gap, Linear, Node, Row, Sense, leaves
from planner.model.catalogue import Cell, shipped
from planner.model.rulesets import from_text
from planner.planning.leastchange import alternatives

KNOWN = tuple(Cell(key, 2028) for key in ("output", "patents", "co2", "smes", "energy"))
JUDGED = frozenset(KNOWN)
NOBODY = Cell("champions", 2028)


def row(cell: Cell) -> Row:
    terms = ((cell, Fraction(1)),)
    return Row(str(cell), "statutory", terms, Sense.GE, Fraction(1), False, (cell,), Linear())


ROWS = st.sampled_from([row(cell) for cell in KNOWN])
DOUBTFUL = st.sampled_from([row(NOBODY), Gap("x", "statutory", "threshold", (NOBODY,))])


def clauses(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Clause]:
    several = st.lists(children, min_size=1, max_size=4).map(tuple)
    return several.flatmap(
        lambda made: st.integers(1, len(made)).map(lambda need: Clause(need, made))
    )


def enough(node: Node) -> list[frozenset[Row]]:
    """Return all sets of rows that can be judged with which a node holds, one by one."""
    rows = sorted({leaf for leaf in leaves(node) if leaf in ALL}, key=lambda item: item.name)
    sets = [frozenset(s) for count in range(len(rows) + 1) for s in combinations(rows, count)]
    return [held for held in sets if second_solver.holds(node, held)]


ALL = frozenset(row(cell) for cell in KNOWN)


def agrees(node: Node) -> None:
    """Whatever rows hold: a node does just where one of its ways is among them."""
    expected = enough(node)
    least = {held for held in expected if not any(other < held for other in expected)}
    own = list(second_solver.ways(node, JUDGED))
    found = [frozenset(way) for way in alternatives(node, JUDGED)]
    if not expected:  # it cannot be known to hold: nothing that can be judged is asked in vain
        assert all(way <= ALL for way in map(frozenset, own))
        return
    assert {frozenset(way) for way in own} == least
    assert len(own) == len(least)
    assert {way for way in found if not any(other < way for other in found)} == least


@drawn(100, 2000, clauses(ROWS | clauses(ROWS | clauses(ROWS))))
def test_ways_are_the_sets_of_rows_with_which_enough_children_hold(node: Clause) -> None:
    agrees(node)


@drawn(100, 2000, clauses(ROWS | DOUBTFUL))
def test_what_cannot_be_judged_is_no_way(node: Clause) -> None:
    agrees(node)


@drawn(100, 2000, clauses(ROWS | clauses(ROWS | DOUBTFUL)))
def test_what_cannot_be_judged_is_no_way_within_a_choice_either(node: Clause) -> None:
    agrees(node)


NESTED = """
id: nested
version: "1"
title: {zh: 选择, en: choices}
document: {title: 测试}
rules:
  - id: either
    title: {zh: 甲, en: either}
    quote: 原文
    source: {article: 一}
    level: statutory
    scope: [target]
    test:
      any_of:
        - any_of:
            - level: {of: patents, at_least: 300, at: end}
            - level: {of: champions, at_least: unknown, at: end}
        - level: {of: output, at_least: 20000, at: end}
  - id: most
    title: {zh: 乙, en: most}
    quote: 原文
    source: {article: 二}
    level: statutory
    scope: [target]
    test:
      level: {of: output, at_most: 10000, at: end}
"""


def test_a_way_within_a_choice_is_found() -> None:
    """300 patents meet both rules, whatever the threshold that nobody knows."""
    plan = pl.plan(make_baseline(), rules=from_text(NESTED, "nested.yaml", shipped()))
    assert plan.repair().complies
