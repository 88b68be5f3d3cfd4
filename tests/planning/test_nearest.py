"""The nearest point is nearest: held against exhaustive search over every point there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from examples import drawn
from hypothesis import strategies as st

from planner.model.catalogue import Cell
from planner.planning.nearest import Answer, Core, nearest
from planner.planning.propagation import Bounds, Constraint
from planner.planning.solver import Problem, Soft, Want

TOP = 7
CELLS = tuple(Cell(key, 2028) for key in "abcd")


@st.composite
def constraints(draw: st.DrawFn, cells: tuple[Cell, ...]) -> Constraint:
    chosen = draw(st.lists(st.sampled_from(cells), min_size=1, max_size=3, unique=True))
    values = [draw(st.integers(-5, 5).filter(bool)) for _ in chosen]
    return Constraint(tuple(zip(chosen, values, strict=True)), draw(st.integers(-15, 15)))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    cells = CELLS[: draw(st.integers(2, 4))]
    hard = [Constraint(((cell, -1),), -TOP) for cell in cells]
    hard += draw(st.lists(constraints(cells), max_size=6))
    wanted = draw(st.lists(st.sampled_from(cells), unique=True))
    wants = {
        cell: Want(draw(st.integers(0, 2 * TOP)), Fraction(1, draw(st.integers(1, 9))))
        for cell in wanted
    }
    soft = draw(st.lists(constraints(cells), max_size=2))
    softs = tuple(Soft(((part, draw(st.integers(1, 9))),), Fraction(1)) for part in soft)
    return Problem(cells, tuple(hard), wants, softs)


def points(problem: Problem) -> list[dict[Cell, int]]:
    """Return every point that keeps what is hard."""
    every = (
        dict(zip(problem.cells, values, strict=True))
        for values in product(range(TOP + 1), repeat=len(problem.cells))
    )
    return [point for point in every if all(keeps(part, point) for part in problem.hard)]


def keeps(part: Constraint, point: dict[Cell, int]) -> bool:
    return sum(value * point[cell] for cell, value in part.terms) >= part.bound


def cost(problem: Problem, point: dict[Cell, int]) -> Fraction:
    total = Fraction(0)
    for cell, want in problem.wants.items():
        total += want.cost * abs(point[cell] - want.units)
    for soft in problem.softs:
        ((part, norm),) = soft.parts
        reached = sum(value * point[cell] for cell, value in part.terms)
        total += soft.weight * max(Fraction(part.bound - reached, norm), Fraction(0))
    return total


@drawn(120, 2000, problems())
def test_no_point_is_nearer(problem: Problem) -> None:
    found, there = nearest(problem), points(problem)
    if isinstance(found, Core):
        assert not there
        assert not points(Problem(problem.cells, with_tops(problem, found.constraints)))
        return
    assert isinstance(found, Answer)
    assert found.steps in there
    best = min(cost(problem, point) for point in there)
    assert found.proven
    assert found.distance == cost(problem, dict(found.steps)) == best


def with_tops(problem: Problem, core: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Return a core with the limits that make the search finite."""
    tops = tuple(part for part in problem.hard if part.bound == -TOP and len(part.terms) == 1)
    return (*core, *tops)


@drawn(120, 2000, problems())
def test_bounds_lose_no_point_and_contradict_only_what_is_contradictory(problem: Problem) -> None:
    box = Bounds(problem.cells)
    box.impose(problem.hard)
    there = points(problem)
    if box.contradiction:
        assert not there
        core = Problem(problem.cells, with_tops(problem, box.contradiction))
        assert not points(core)
        return
    for point in there:
        for cell in problem.cells:
            high = box.high[cell]
            assert box.low[cell] <= point[cell]
            assert high is None or point[cell] <= high


def test_the_same_question_has_the_same_answer() -> None:
    """Two points equally near: neither the order of asking nor what was asked before counts."""
    a, b = CELLS[:2]
    hard = (Constraint(((a, -1), (b, -1)), -5),)
    wants = {a: Want(4, Fraction(1)), b: Want(4, Fraction(1))}
    first = nearest(Problem((a, b), hard, wants))
    nearest(Problem((a, b), hard, {a: Want(1, Fraction(1))}))
    again = nearest(Problem((a, b), hard, dict(reversed(wants.items()))))
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert first.steps == again.steps
