"""Rows judged against every value that what is unknown may take."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from planner.compliance.rows import Clause, Gap, Linear, Row, Sense, Status
from planner.model.catalogue import Cell

CELLS = tuple(Cell(name, 2028) for name in "abc")
# What an unknown level is tried as: zero, something, and more than any bound here.
TRIED = (Fraction(0), Fraction(1, 2), Fraction(3), Fraction(10**6))
values = st.fractions(0, 5, max_denominator=3)
coefficients = st.integers(-2, 2).map(Fraction)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    count = draw(st.integers(1, 3))
    terms = tuple((cell, draw(coefficients)) for cell in CELLS[:count])
    bound = draw(st.fractions(-4, 4, max_denominator=3))
    sense = draw(st.sampled_from(Sense))
    strict = draw(st.booleans()) and sense is not Sense.EQ
    return Row("row", "statutory", terms, sense, bound, strict, CELLS[:1], Linear())


def holds(row: Row, levels: dict[Cell, Fraction]) -> bool:
    total = sum((times * levels[cell] for cell, times in row.terms), Fraction(0))
    if row.sense is Sense.EQ:
        return total == row.bound
    if row.sense is Sense.GE:
        return total > row.bound if row.strict else total >= row.bound
    return total < row.bound if row.strict else total <= row.bound


@given(rows(), st.lists(st.none() | values, min_size=3, max_size=3))
def test_a_row_says_what_all_its_completions_say(row: Row, known: list[Fraction | None]) -> None:
    """Met or unmet only where no value of what is unknown could change it (§1)."""
    levels = {cell: value for cell, value in zip(CELLS, known, strict=True) if value is not None}
    open_ = [cell for cell, _ in row.terms if cell not in levels]
    found = {
        holds(row, levels | dict(zip(open_, tried, strict=True)))
        for tried in product(TRIED, repeat=len(open_))
    }
    status = row.status(levels)
    if status is Status.MET:
        assert found == {True}
    elif status is Status.UNMET:
        assert found == {False}
    else:
        assert open_
    if not open_:
        assert status is (Status.MET if found == {True} else Status.UNMET)


def test_what_is_unknown_is_not_told_where_it_cannot_matter() -> None:
    a, b = CELLS[:2]
    row = Row("r", "statutory", ((a, Fraction(1)), (b, Fraction(1))), Sense.GE, Fraction(2),
              strict=False, subject=(a,), limit=Linear())  # fmt: skip
    assert row.status({a: Fraction(2)}) is Status.MET  # b is zero or more
    assert row.status({a: Fraction(1)}) is Status.UNKNOWN
    part = Row("p", "statutory", ((a, Fraction(1)), (b, Fraction(-1))), Sense.GE, Fraction(2),
               strict=False, subject=(a,), limit=Linear())  # fmt: skip
    assert part.status({a: Fraction(1)}) is Status.UNMET  # b only takes away
    assert part.status({a: Fraction(3)}) is Status.UNKNOWN
    even = Row("e", "statutory", ((a, Fraction(1)), (b, Fraction(1))), Sense.EQ, Fraction(2),
               strict=False, subject=(a,), limit=Linear())  # fmt: skip
    assert even.status({a: Fraction(3)}) is Status.UNMET
    assert even.status({a: Fraction(2)}) is Status.UNKNOWN
    less = Row("l", "statutory", ((a, Fraction(1)), (b, Fraction(-1))), Sense.EQ, Fraction(2),
               strict=False, subject=(a,), limit=Linear())  # fmt: skip
    assert less.status({a: Fraction(1)}) is Status.UNMET


@given(st.lists(st.sampled_from(Status), min_size=1, max_size=5), st.integers(1, 5))
def test_a_clause_counts_what_holds_and_what_may(states: list[Status], need: int) -> None:
    """Against every way in which what is unknown could come out."""
    children = tuple(Gap(f"g{n}", "statutory", "data", ()) for n in range(len(states)))
    found = Clause(need, children).of(states)
    outcomes = {
        sum(each) >= need
        for each in product(
            *([True] if s is Status.MET else [False] if s is Status.UNMET else [True, False]
              for s in states)
        )
    }  # fmt: skip
    expected = (
        {True} if found is Status.MET else {False} if found is Status.UNMET else {True, False}
    )
    assert outcomes == expected
