"""Reach and frontier: how far a target can go with the rest as it stands.

Rules, arithmetic and pins hold, and so do the ambitions of a scenario that are kept now;
everything else in the goal table stays as it is printed. Every end is proven by the solver
and names the rows that are in the way.

A frontier bounds one indicator and moves the other as far as it goes, as in [1]_; ours holds the
first at its value and takes both ends of the second.

References
----------
.. [1] Y. Y. Haimes, L. S. Lasdon and D. A. Wismer, On a bicriterion formulation of the problems of
   integrated system identification and system optimization, IEEE Transactions on Systems, Man, and
   Cybernetics 1(3), 296-297, 1971.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.compliance.numbers import Numbers
from planner.compliance.wishes import with_wishes
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frames import As, Column, Records
from planner.core.rounding import Rounding, from_units, to_grid
from planner.model.cards import card
from planner.model.catalogue import Cell, Indicator
from planner.planning.nearest import Answer, nearest
from planner.planning.propagation import Bounds, Constraint
from planner.planning.record import PlanRecord
from planner.planning.request import HARD, Request
from planner.planning.solver import Problem, Want

if TYPE_CHECKING:
    import pandas as pd

# A level so many times what it is now, or what its baseline was, counts as without limit.
BEYOND = 1000


@dataclass(frozen=True)
class End:
    """The last compliant value on one side, in the indicator's unit, and what forbids the next.

    `rows` are the names of the rows that the next grid step would break.
    """

    value: Decimal
    rows: tuple[str, ...]


IMPOSSIBLE = End(Decimal("NaN"), ())


@dataclass(frozen=True)
class Reach:
    """The compliant values of a cell with the rest as it stands, from `low` to `high`.

    An end is None where nothing limits it. Where the rest itself does not comply there are no
    values, and `possible` is false.
    """

    cell: Cell
    low: End | None
    high: End | None
    possible: bool = True

    def __str__(self) -> str:
        """Write it as ``co2@2028: … – 69.92 (f: co2@2028)``."""
        if not self.possible:
            return f"{self.cell}: ∅"
        told = [
            "…" if end is None else f"{end.value} ({'; '.join(end.rows)})"
            for end in (self.low, self.high)
        ]
        return f"{self.cell}: {' – '.join(told)}"


@dataclass(frozen=True)
class Point:
    """One value of the first indicator with the reach of the second there.

    `efficient` says that no other point is better in the first and as good in the second, whose
    better end has to be limited.
    """

    x: Decimal
    y: Reach
    efficient: bool


@dataclass(frozen=True)
class Frontier:
    """Two indicators against each other, the rest as it stands.

    `points` ascend by the value of `x`; values of `x` at which nothing complies are left out.
    """

    x: Cell
    y: Cell
    points: tuple[Point, ...]

    def __repr__(self) -> str:
        """Say what is against what, without every point."""
        return f"<Frontier {self.x} – {self.y}, {len(self.points)} points>"

    def records(self) -> Records:
        """Return a line for each point: `x`, the least and the most of `y`, whether it is efficient."""

        def value(end: End | None) -> Decimal | None:
            return None if end is None else end.value

        columns = (
            Column(str(self.x), "number", str(self.x)),
            Column(f"{self.y}_min", "number", f"{self.y} min"),
            Column(f"{self.y}_max", "number", f"{self.y} max"),
            Column("efficient", "flag"),
        )
        rows = ((p.x, value(p.y.low), value(p.y.high), p.efficient) for p in self.points)
        return Records(columns, tuple(rows))

    def frame(self, as_: As = "float") -> pd.DataFrame:
        """Return the points as a DataFrame, a line for each: see :meth:`planner.Plan.frontier`.

        Columns are the cell of `x` (``output@2028``), the least and the most of `y`
        (``energy@2028_min``, missing where nothing limits it), and ``efficient``.
        """
        return self.records().frame(as_)

    def _repr_html_(self) -> str:
        return card(self.records())


def reach(plan: PlanRecord, indicator: str, year: int | None = None) -> Reach:
    """Return how low and how high a target can go: see :meth:`planner.Plan.reach`."""
    cell = _cell(plan, indicator, year)
    return _Held(plan).reach(cell, {})


def frontier(
    plan: PlanRecord, x: str, y: str, year: int | None = None, points: int = 9
) -> Frontier:
    """Return one reach along another: see :meth:`planner.Plan.frontier`."""
    first, second = _cell(plan, x, year), _cell(plan, y, year)
    ground = _Held(plan)
    values = ground.along(first, second, max(points, 2))
    reached = ((value, ground.reach(second, {first: value})) for value in values)
    possible = [(value, there) for value, there in reached if there.possible]
    catalogue = plan.system.catalogue
    marked = _marked(possible, catalogue[first.indicator], catalogue[second.indicator])
    return Frontier(first, second, marked)


def _cell(plan: PlanRecord, indicator: str, year: int | None) -> Cell:
    catalogue = plan.baseline.catalogue
    cell = Cell(catalogue.find(indicator) or indicator, year or plan.years[-1])
    known = cell.indicator in catalogue and catalogue[cell.indicator].kind != "growth"
    if not known or plan.numbers.printed(*cell) is None:
        fault = Finding(
            "no_such_target",
            Obligation.MUST_FIX,
            found=str(cell),
            expected=", ".join(row.id for row in plan.goals if row.item.kind != "growth"),
        )
        raise InputError([fault])
    return cell


class _Held:
    """A plan's table with everything held but a few cells."""

    def __init__(self, plan: PlanRecord) -> None:
        self.plan, self.catalogue = plan, plan.system.catalogue
        self.request: Request = next(plan.requests())
        kept = [
            member
            for member in self.request.of(*HARD, "ambition")
            if member.standing != "ambition"
            or all(self.request.met(part) for part in member.constraints)
        ]
        self.hard = tuple(part for member in kept for part in member.constraints)

    def reach(self, cell: Cell, held: Mapping[Cell, Decimal]) -> Reach:
        """Return both ends for a cell, others being held to given values."""
        low, high = (self.end(cell, held, up=up) for up in (False, True))
        if low is IMPOSSIBLE or high is IMPOSSIBLE:
            return Reach(cell, None, None, possible=False)
        return Reach(cell, low, high)

    def along(self, cell: Cell, free: Cell, points: int) -> list[Decimal]:
        """Return values from one end of a cell's reach to the other while one more is free."""
        item, plan = self.catalogue[cell.indicator], self.plan
        now = plan.numbers.printed(*cell) or Decimal(0)
        start = plan.baseline.printed(cell.indicator) or Decimal(0)
        away = abs(now - start) or abs(now) / 10 or Decimal(1)
        below, above = (self.end(cell, {}, up=up, free=free) for up in (False, True))
        if below is IMPOSSIBLE or above is IMPOSSIBLE:
            return []
        low = Fraction(below.value if below else max(now - away, Decimal(0)))
        high = Fraction(above.value if above else now + away)
        shares = (Fraction(number, points - 1) for number in range(points))
        # Rounded towards the middle, so as to stay between the ends.
        return sorted(
            {
                to_grid(
                    low + (high - low) * share,
                    item.decimals,
                    Rounding.UP if share < Fraction(1, 2) else Rounding.DOWN,
                )
                for share in shares
            }
        )

    def end(
        self, cell: Cell, held: Mapping[Cell, Decimal], *, up: bool, free: Cell | None = None
    ) -> End | None:
        """Return the last compliant value on one side, None where nothing limits it."""
        hints, moving = self.request.hints, self._decided(cell)
        loose = {moving, *(self._decided(other) for other in held)}
        loose |= {self._decided(free)} if free else set()
        stays = {other for other in self.request.cells if other in hints} - loose
        hard = (*self.hard, *self._holding(held))
        box = Bounds(self.request.cells)
        box.impose(hard)
        for other in stays:
            box.fix(other, hints[other])
        most = max(hints.get(moving, 0), 1) * BEYOND
        aim = most if up else 0
        want = {moving: Want(aim, Fraction(1, most))}
        answer = nearest(Problem(self.request.cells, hard, want, hints=hints), box)
        if not isinstance(answer, Answer):
            return IMPOSSIBLE
        if answer.steps[moving] == aim:
            return None
        over = {**answer.steps, moving: answer.steps[moving] + (1 if up else -1)}
        rows = [part.row.name for part in hard if part.row and part.slack(over) < 0]
        targets = {
            other: from_units(units, self.catalogue[other.indicator].decimals)
            for other, units in answer.steps.items()
        }
        value = Numbers(self.plan.system.baseline, targets).printed(*cell)
        return None if value is None else End(value, tuple(dict.fromkeys(rows)))

    def _decided(self, cell: Cell) -> Cell:
        """Return the cell that decides another: itself, or a ratio's numerator."""
        if cell in self.request.hints:
            return cell
        return Cell(self.catalogue[cell.indicator].num, cell.year)

    def _holding(self, held: Mapping[Cell, Decimal]) -> Iterator[Constraint]:
        """Yield the constraints that hold cells to values, as pins do."""
        plan = self.plan
        pinned = with_wishes(plan.base_system, held, held.keys(), plan.table)
        for rule in pinned.rules:
            if rule.origin == "pin":
                for row in rule.rows:
                    yield from plan.request_base.integer_form.constraints(row)


def _marked(
    possible: Sequence[tuple[Decimal, Reach]], x: Indicator, y: Indicator
) -> tuple[Point, ...]:
    """Mark the points that no other one beats in both indicators."""

    def good(item: Indicator, value: Decimal) -> Decimal:
        return -value if item.better == "lower" else value

    def best(there: Reach) -> Decimal | None:
        end = there.low if y.better == "lower" else there.high
        return None if end is None else good(y, end.value)

    points = []
    for value, there in possible:
        own = best(there)
        beaten = own is None or any(
            other is not None and good(x, ahead) > good(x, value) and other >= own
            for ahead, other in ((v, best(r)) for v, r in possible)
        )
        points.append(Point(value, there, not beaten))
    return tuple(points)
