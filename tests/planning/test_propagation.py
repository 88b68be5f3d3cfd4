"""Constraint propagation against plain enumeration of whole steps."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from planner.compliance.rows import Linear, Row, Sense
from planner.model.catalogue import Cell
from planner.planning.propagation import Bounds, Constraint, IntegerForm, contradict

CELLS = tuple(Cell(name, 2028) for name in "abc")
TOP = 6  # every cell lies between 0 and this


@st.composite
def systems(draw: st.DrawFn) -> list[Constraint]:
    found = [Constraint(((cell, -1),), -TOP) for cell in CELLS]
    for _ in range(draw(st.integers(1, 3))):
        cells = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3, unique=True))
        terms = tuple((cell, draw(st.integers(-3, 3).filter(bool))) for cell in cells)
        found.append(Constraint(terms, draw(st.integers(-8, 8))))
    return found


def solutions(constraints: list[Constraint]) -> list[dict[Cell, int]]:
    points = (dict(zip(CELLS, point, strict=True)) for point in product(range(TOP + 1), repeat=3))
    return [
        point
        for point in points
        if all(
            sum(times * point[cell] for cell, times in part.terms) >= part.bound
            for part in constraints
        )
    ]


@given(systems())
def test_no_solution_is_lost_and_nothing_is_left_out_of_reach(system: list[Constraint]) -> None:
    bounds = Bounds(CELLS)
    bounds.impose(system)
    known = solutions(system)
    if bounds.contradiction:
        assert not known
        assert not solutions(list({*bounds.contradiction, *system[:3]}))
        return
    for point in known:
        assert all(bounds.low[cell] <= value <= bounds.high[cell] for cell, value in point.items())
    # At the fixed point every end of an interval is reached by each constraint on its own.
    for part in system:
        for cell, times in part.terms:
            best = sum(
                value * (bounds.high[other] if value > 0 else bounds.low[other])
                for other, value in part.terms
                if other != cell
            )
            for end in (bounds.low[cell], bounds.high[cell]):
                assert best + times * end >= part.bound


@given(systems())
def test_what_contradicts_in_fractions_has_no_whole_solution(system: list[Constraint]) -> None:
    if contradict(system):
        assert not solutions(system)


def test_a_bound_of_zero_is_no_contradiction() -> None:
    a = CELLS[0]
    assert not contradict([Constraint(((a, 1),), 0), Constraint(((a, -1),), 0)])
    assert contradict([Constraint(((a, 1),), 1), Constraint(((a, -1),), 0)])
    assert contradict([Constraint(((a, 2), (CELLS[1], -1)), 1), Constraint(((a, -1),), 0)])


@given(
    st.lists(st.fractions(-3, 3, max_denominator=3), min_size=2, max_size=2),
    st.fractions(-4, 4, max_denominator=6),
    st.sampled_from(Sense),
    st.booleans(),
)
def test_a_row_over_steps_says_what_the_row_says(
    times: list[Fraction], bound: Fraction, sense: Sense, strict: bool
) -> None:
    """Cells of one decimal and none: every grid point keeps both or neither."""
    cells = CELLS[:2]
    terms = tuple(zip(cells, times, strict=True))
    strict = strict and sense is not Sense.EQ
    row = Row("r", "statutory", terms, sense, bound, strict, cells[:1], Linear())
    form = IntegerForm({cells[0]: 1, cells[1]: 0}, {})
    parts = form.constraints(row)
    for tenths, whole in product(range(0, 12, 1), range(3)):
        total = times[0] * Fraction(tenths, 10) + times[1] * whole
        kept = {
            Sense.GE: total > bound if strict else total >= bound,
            Sense.LE: total < bound if strict else total <= bound,
            Sense.EQ: total == bound,
        }[sense]
        steps = {cells[0]: tenths, cells[1]: whole}
        assert all(part.slack(steps) >= 0 for part in parts) == kept


def test_constraints_that_chase_each_other_for_ever_are_left_to_whoever_came_first() -> None:
    a, b, _ = CELLS
    floor = Constraint(((a, 1),), 3)
    above, ahead = Constraint(((a, 1), (b, -1)), 0), Constraint(((b, 1), (a, -1)), 5)
    bounds = Bounds(CELLS, explained=False)
    bounds.impose([floor, above, ahead])  # a >= b and b >= a + 5
    assert (bounds.low[a], bounds.low[b]) == (3, 0)
    bounds.fix(a, 4)
    assert bounds.high[b] == 4
    later = Bounds(CELLS, explained=False)
    later.impose([floor])
    later.impose([ahead])
    later.impose([above])
    assert (later.low[a], later.low[b]) == (3, 8)


@given(systems())
def test_whether_it_is_asked_why_or_not_no_solution_is_lost(system: list[Constraint]) -> None:
    bounds = Bounds(CELLS, explained=False)
    for part in system:
        bounds.impose([part])
    for point in solutions(system):
        assert all(bounds.low[cell] <= value <= bounds.high[cell] for cell, value in point.items())
