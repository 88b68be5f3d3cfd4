"""Bounds: what the rows leave open for each target, by propagation on the grid.

Every target has an interval of grid steps; a row narrows the interval of each of its cells
given those of the others, until nothing changes. Fixing the cells one by one, wholes before
their parts, then leads to a table that keeps all rows wherever they form chains, which rules
of this field do; :mod:`planner.judge` has the last word in every case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.catalogue import Cell
from planner.grid import step
from planner.rows import Row, Sense, Values

ROUNDS = 200


@dataclass(frozen=True)
class _Constraint:
    """``sum(coefficient * units) >= bound``, or ``>`` if strict."""

    terms: tuple[tuple[Cell, Fraction], ...]
    bound: Fraction
    strict: bool


class Bounds:
    """Intervals of grid steps for the cells of a plan."""

    def __init__(self, decimals: Mapping[Cell, int], known: Values) -> None:
        """Start from zero upwards for every cell, with nothing else known but the past."""
        self.decimals = decimals
        self.known = known
        self.low: dict[Cell, int] = dict.fromkeys(decimals, 0)
        self.high: dict[Cell, int | None] = dict.fromkeys(decimals)
        self._constraints: list[_Constraint] = []

    def add(self, rows: Iterable[Row]) -> None:
        """Impose rows and narrow all intervals. Rows over unknown levels are left out."""
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
                    self._constraints.append(_Constraint(tuple(terms), bound, row.strict))
                if row.sense is not Sense.GE:
                    negative = tuple((cell, -value) for cell, value in terms)
                    self._constraints.append(_Constraint(negative, -bound, row.strict))
        self.narrow()

    def fix(self, cell: Cell, units: int) -> None:
        """Give a cell its value, whatever the rows say, and narrow the others."""
        self.low[cell] = self.high[cell] = units
        self.narrow()

    def clamp(self, cell: Cell, units: int) -> int:
        """Return the value nearest to `units` that is still open."""
        high = self.high[cell]
        units = max(units, self.low[cell])
        return units if high is None else min(units, high)

    def narrow(self) -> None:
        """Propagate until nothing changes; bounded, since rows may chase each other for ever."""
        for _ in range(ROUNDS):
            changed = [self._apply(constraint) for constraint in self._constraints]
            if not any(changed):
                return

    def _most(self, cell: Cell, coefficient: Fraction) -> Fraction | None:
        units = self.high[cell] if coefficient > 0 else self.low[cell]
        return None if units is None else coefficient * units

    def _apply(self, constraint: _Constraint) -> bool:
        most = {cell: self._most(cell, value) for cell, value in constraint.terms}
        open_ended = [cell for cell, value in most.items() if value is None]
        if len(open_ended) > 1:
            return False
        total = sum((value for value in most.values() if value is not None), Fraction(0))
        changed = False
        for cell, coefficient in constraint.terms:
            if open_ended and cell != open_ended[0]:
                continue
            rest = total - (most[cell] or 0)
            edge = (constraint.bound - rest) / coefficient
            if coefficient > 0:
                changed |= self._raise(cell, edge, strict=constraint.strict)
            else:
                changed |= self._lower(cell, edge, strict=constraint.strict)
        return changed

    def _raise(self, cell: Cell, edge: Fraction, *, strict: bool) -> bool:
        units = edge.__floor__() + 1 if strict else edge.__ceil__()
        high = self.high[cell]
        # Rows that contradict each other meet at the edge that was there first.
        units = units if high is None else min(units, high)
        if units <= self.low[cell]:
            return False
        self.low[cell] = units
        return True

    def _lower(self, cell: Cell, edge: Fraction, *, strict: bool) -> bool:
        units = max(edge.__ceil__() - 1 if strict else edge.__floor__(), self.low[cell])
        high = self.high[cell]
        if high is not None and units >= high:
            return False
        self.high[cell] = units
        return True
