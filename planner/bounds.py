"""Bounds: what the rows leave open for each target, by propagation on the grid.

Every target has an interval of grid steps; a row narrows the interval of each of its cells
given those of the others, until nothing changes. Fixing the cells one by one, wholes before
their parts, then leads to a table that keeps all rows wherever they form chains, which rules
of this field do; :mod:`planner.judge` has the last word in every case.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from planner.catalogue import Cell
from planner.grid import step
from planner.rows import Row, Sense, Values

# A row is looked at no more often than this for each cell that is fixed: rows that contradict
# each other could chase a target for ever.
MOST_VISITS = 200


@dataclass(frozen=True)
class _Constraint:
    """``sum(coefficient * steps) >= bound`` over whole numbers."""

    terms: tuple[tuple[Cell, int], ...]
    bound: int


class Bounds:
    """Intervals of grid steps for the cells of a plan."""

    def __init__(self, decimals: Mapping[Cell, int], known: Values) -> None:
        """Start from zero upwards for every cell, with nothing else known but the past."""
        self.decimals = decimals
        self.known = known
        self.low: dict[Cell, int] = dict.fromkeys(decimals, 0)
        self.high: dict[Cell, int | None] = dict.fromkeys(decimals)
        self._touching: dict[Cell, list[_Constraint]] = {cell: [] for cell in decimals}

    def add(self, rows: Iterable[Row]) -> None:
        """Impose rows and narrow all intervals. Rows over unknown levels are left out."""
        added: list[_Constraint] = []
        for row in rows:
            terms, constant = [], Fraction(0)
            for cell, coefficient in row.terms:
                if cell in self.decimals:
                    terms.append((cell, coefficient * step(self.decimals[cell])))
                elif cell in self.known:
                    constant += coefficient * self.known[cell]
                else:
                    break
            else:
                bound = row.bound - constant
                if row.sense is not Sense.LE:
                    added.append(_whole(terms, bound, strict=row.strict))
                if row.sense is not Sense.GE:
                    negative = [(cell, -value) for cell, value in terms]
                    added.append(_whole(negative, -bound, strict=row.strict))
        for constraint in added:
            for cell, _ in constraint.terms:
                self._touching[cell].append(constraint)
        self._narrow(added)

    def fix(self, cell: Cell, units: int) -> None:
        """Give a cell its value, whatever the rows say, and narrow the others."""
        self.low[cell] = self.high[cell] = units
        self._narrow(self._touching[cell])

    def clamp(self, cell: Cell, units: int) -> int:
        """Return the value nearest to `units` that is still open."""
        high = self.high[cell]
        units = max(units, self.low[cell])
        return units if high is None else min(units, high)

    def _narrow(self, constraints: Iterable[_Constraint]) -> None:
        """Propagate from some constraints to all that share a cell with what they changed."""
        waiting = deque(dict.fromkeys(constraints))
        queued = set(waiting)
        visits: dict[_Constraint, int] = {}
        while waiting:
            constraint = waiting.popleft()
            queued.discard(constraint)
            visits[constraint] = visits.get(constraint, 0) + 1
            if visits[constraint] > MOST_VISITS:
                continue
            for cell in self._apply(constraint):
                for other in self._touching[cell]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)

    def _apply(self, constraint: _Constraint) -> list[Cell]:
        """Narrow the cells of one constraint and return those that changed."""
        total, unbounded = 0, None
        for cell, coefficient in constraint.terms:
            most = self.high[cell] if coefficient > 0 else self.low[cell]
            if most is None:
                if unbounded is not None:
                    return []
                unbounded = cell
            else:
                total += coefficient * most
        changed = []
        for cell, coefficient in constraint.terms:
            if unbounded is not None and cell != unbounded:
                continue
            own = self.high[cell] if coefficient > 0 else self.low[cell]
            rest = constraint.bound - (total - coefficient * (own or 0))
            if coefficient > 0:
                moved = self._raise(cell, -(-rest // coefficient))
            else:
                moved = self._lower(cell, rest // coefficient)
            if moved:
                changed.append(cell)
        return changed

    def _raise(self, cell: Cell, units: int) -> bool:
        high = self.high[cell]
        # Rows that contradict each other meet at the edge that was there first.
        units = units if high is None else min(units, high)
        if units <= self.low[cell]:
            return False
        self.low[cell] = units
        return True

    def _lower(self, cell: Cell, units: int) -> bool:
        units = max(units, self.low[cell])
        high = self.high[cell]
        if high is not None and units >= high:
            return False
        self.high[cell] = units
        return True


def _whole(terms: list[tuple[Cell, Fraction]], bound: Fraction, *, strict: bool) -> _Constraint:
    """Clear the denominators; over whole numbers a strict bound is one more."""
    scale = lcm(bound.denominator, *(value.denominator for _, value in terms))
    whole = tuple((cell, int(value * scale)) for cell, value in terms)
    return _Constraint(whole, int(bound * scale) + (1 if strict else 0))
