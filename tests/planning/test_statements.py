"""What a row asks, also one of a shape that no shipped rule has."""

from __future__ import annotations

from fractions import Fraction

import pytest
from conftest import make_baseline

import planner as pl
from planner.compliance.rows import Linear, Row, RuleNode, Sense
from planner.core.schema import Text
from planner.model.catalogue import Cell
from planner.model.messages import said
from planner.planning.statements import statement

OUTPUT, LEADING, BEFORE = (
    Cell("output", 2028),
    Cell("leading_output", 2028),
    Cell("leading_output", 2027),
)
NAME, PART = "Total output", "Output of the leading industry"


@pytest.mark.parametrize(
    ("sense", "beyond", "limit", "expected"),
    [
        (Sense.LE, False, Linear(((LEADING, Fraction(1)),)), f"{NAME} within {PART} in 2028"),
        (Sense.EQ, False, Linear(((LEADING, Fraction(1)),)), f"{NAME} adding up to {PART} in 2028"),
        (Sense.GE, False, Linear(((LEADING, Fraction(1)),)), f"{NAME} ≥ {PART} in 2028"),
        (Sense.LE, True, Linear(((LEADING, Fraction(1)),)), f"{NAME} < {PART} in 2028"),
        (Sense.GE, False, Linear(((LEADING, Fraction(1)),), Fraction(30)),
         f"{NAME} ≥ {PART} + 30 in 2028"),
        (Sense.GE, True, Linear(((LEADING, Fraction(-1, 2)), (BEFORE, Fraction(1))), Fraction(-3)),
         f"{NAME} > − 0.5 × {PART} + {PART}[2027] − 3 in 2028"),
    ],
)  # fmt: skip
def test_what_a_row_asks_is_never_turned_round(
    sense: Sense, beyond: bool, limit: Linear, expected: str
) -> None:
    terms = ((OUTPUT, Fraction(1)), *((cell, -share) for cell, share in limit.terms))
    row = Row("x", "statutory", terms, sense, limit.constant, beyond, (OUTPUT,), limit,
              beyond=beyond)  # fmt: skip
    rule = RuleNode("x", Text(zh="甲", en="x"), "原文", "statutory", "target", row)
    told = said(statement(rule, row, pl.plan(make_baseline()).numbers), "en")
    assert told == f"rule x: {expected}"
