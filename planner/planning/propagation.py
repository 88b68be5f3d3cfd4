"""Constraint propagation: rows over whole grid steps, exactly, and what they leave open for each cell.

On the printing grid every cell is a whole number of steps and every row an inequality with
whole coefficients, so that nothing is lost to rounding (§2). Propagation narrows the interval
of each cell given those of the others until nothing changes, and remembers why: a row that
asks for the impossible is found together with the rows that make it so.

A row bounds a cell by what the others leave at their best, as in the preprocessing of integer
programs [1]_, and rows wait in a queue for a cell of theirs to change [2]_. Each bound keeps its
reason as in [3]_, here to name a conflict and not to learn from it. That rows contradict each other
is proven by Fourier-Motzkin elimination ([4]_, section 12.2), here for cells of zero and more, and
given up where too many rows come of it.

References
----------
.. [1] M. W. P. Savelsbergh, Preprocessing and probing techniques for mixed integer programming
   problems, ORSA Journal on Computing 6(4), 445-454, 1994.
.. [2] A. K. Mackworth, Consistency in networks of relations, Artificial Intelligence 8(1), 99-118,
   1977.
.. [3] O. Ohrimenko, P. J. Stuckey and M. Codish, Propagation via lazy clause generation,
   Constraints 14(3), 357-391, 2009.
.. [4] A. Schrijver, Theory of Linear and Integer Programming, Wiley, 1986.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from planner.compliance.rows import Row, Sense, Values
from planner.model.catalogue import Cell

# A constraint is looked at no more often than this at a time: rows that contradict each other
# could chase a target for ever.
MOST_VISITS = 200
MOST_SUMS = 400
# No level is anywhere near this many steps; so whatever climbs for ever is a contradiction.
MOST_STEPS = 10**15
Steps = Mapping[Cell, int]


@dataclass(frozen=True, eq=False)
class Constraint:
    """``sum(coefficient * steps) >= bound`` over whole numbers; `row` is where it comes from."""

    terms: tuple[tuple[Cell, int], ...]
    bound: int
    row: Row | None = None

    def slack(self, steps: Steps) -> int:
        """Return by how much the bound is passed, negative where it is not kept."""
        return sum(coefficient * steps[cell] for cell, coefficient in self.terms) - self.bound

    def coefficient(self, cell: Cell) -> int:
        """Return what stands before a cell, zero where it does not occur."""
        return next((value for other, value in self.terms if other == cell), 0)


@dataclass(frozen=True)
class IntegerForm:
    """The cells that are decided, wholes before parts, with their decimals, and all that is known."""

    decimals: Mapping[Cell, int]
    known: Values

    def constraints(self, row: Row) -> tuple[Constraint, ...]:
        """Return a row over whole steps; nothing where it speaks of cells nobody knows."""
        if len(row.terms) == 1 and row.terms[0][1] == 1 and row.terms[0][0] in self.decimals:
            cell = row.terms[0][0]
            return _bounded([cell], [1], row.bound * 10 ** self.decimals[cell], row)
        terms, whole = row.whole
        bound, cells, values = Fraction(whole), [], []
        finest = max((self.decimals[cell] for cell, _ in terms if cell in self.decimals), default=0)
        for cell, coefficient in terms:
            if coefficient == 0:
                continue
            if cell in self.decimals:
                cells.append(cell)
                values.append(coefficient * 10 ** (finest - self.decimals[cell]))
            elif cell in self.known:
                bound -= coefficient * self.known[cell]
            else:
                return ()
        # Over whole numbers without a common factor strict is one more.
        common = gcd(*values) or 1
        least = bound * 10**finest / common
        return _bounded(cells, [value // common for value in values], least, row)


def _bounded(
    cells: list[Cell], values: list[int], bound: Fraction, row: Row
) -> tuple[Constraint, ...]:
    """Bound whole steps by a fraction from below, above or both."""
    top, bottom = bound.numerator, bound.denominator
    constraints = []
    if row.sense is not Sense.LE:
        least = top // bottom + 1 if row.strict else -(-top // bottom)
        constraints.append(Constraint(tuple(zip(cells, values, strict=True)), least, row))
    if row.sense is not Sense.GE:
        least = -top // bottom + 1 if row.strict else -(top // bottom)
        turned = tuple((cell, -value) for cell, value in zip(cells, values, strict=True))
        constraints.append(Constraint(turned, least, row))
    return tuple(constraints)


@dataclass(frozen=True)
class _Event:
    """Why a bound is where it is: a constraint, given the events behind the others' bounds."""

    constraint: Constraint | None
    because: tuple[int, ...]


class Bounds:
    """Intervals of grid steps for the cells that are decided, from zero upwards to begin with."""

    def __init__(self, cells: Iterable[Cell], *, explained: bool = True) -> None:
        """Start with nothing imposed; where nobody asks why, nothing is noted down."""
        self.low: dict[Cell, int] = dict.fromkeys(cells, 0)
        self.high: dict[Cell, int] = dict.fromkeys(self.low, MOST_STEPS)
        self.contradiction: tuple[Constraint, ...] = ()
        self.explained = explained
        self._touching: dict[Cell, tuple[Constraint, ...]] = dict.fromkeys(self.low, ())
        self._trail: list[_Event] | None = [] if explained else None
        self._why: dict[tuple[Cell, bool], int] = {}

    def copy(self) -> Bounds:
        """Return intervals to narrow further for a trial, without touching these.

        What contradicts itself there is found as well, but not `explained`.
        """
        made = Bounds((), explained=False)
        made.low, made.high = dict(self.low), dict(self.high)
        made.contradiction = self.contradiction
        made._touching = dict(self._touching)
        return made

    def impose(self, constraints: Iterable[Constraint]) -> None:
        """Impose constraints and narrow all intervals.

        Where they contradict each other, whoever came first keeps its ground and
        `contradiction` names the constraints that cannot hold together. Where they would chase each
        other for ever, those that do are left aside, unless it is asked why.
        """
        added = list(constraints)
        before = None if self.explained else (dict(self.low), dict(self.high))
        for constraint in added:
            self._touch(constraint)
            if not constraint.terms and constraint.bound > 0 and not self.contradiction:
                self.contradiction = (constraint,)
        if self._narrow(added) or before is None:
            return
        self.low, self.high = before
        for constraint in added:
            self._leave(constraint)
        for constraint in added:
            kept = dict(self.low), dict(self.high)
            self._touch(constraint)
            if not self._narrow([constraint]):
                self.low, self.high = kept
                self._leave(constraint)

    def _touch(self, constraint: Constraint) -> None:
        for cell, _ in constraint.terms:
            self._touching[cell] += (constraint,)

    def _leave(self, constraint: Constraint) -> None:
        """Leave a constraint aside."""
        for cell, _ in constraint.terms:
            self._touching[cell] = tuple(it for it in self._touching[cell] if it is not constraint)

    def fix(self, cell: Cell, units: int) -> None:
        """Give a cell its value, whatever the constraints say, and narrow the others."""
        before = None if self.explained else (dict(self.low), dict(self.high))
        self.low[cell] = self.high[cell] = units
        if self._trail is not None:
            self._trail.append(_Event(None, ()))
            self._why[cell, True] = self._why[cell, False] = len(self._trail) - 1
        if not self._narrow(self._touching[cell]) and before is not None:
            self.low, self.high = before
            self.low[cell] = self.high[cell] = units

    def clamp(self, cell: Cell, units: int) -> int:
        """Return the value nearest to `units` that is still open."""
        return min(max(units, self.low[cell]), self.high[cell])

    def _narrow(self, constraints: Iterable[Constraint]) -> bool:
        """Propagate from some constraints to all that share a cell with what they changed.

        Whether that came to an end is returned.
        """
        changed = [cell for constraint in constraints for cell in self._apply(constraint)]
        if not changed:
            return True
        waiting = deque(dict.fromkeys(c for cell in changed for c in self._touching[cell]))
        queued = set(waiting)
        visits: dict[Constraint, int] = {}
        ended = True
        while waiting:
            constraint = waiting.popleft()
            queued.discard(constraint)
            visits[constraint] = visits.get(constraint, 0) + 1
            if visits[constraint] > MOST_VISITS:
                ended = False
                continue
            for cell in self._apply(constraint):
                for other in self._touching[cell]:
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
        return ended

    def _apply(self, constraint: Constraint) -> list[Cell]:
        """Narrow the cells of one constraint and return those that changed."""
        low, high = self.low, self.high
        spare, tight = -constraint.bound, False
        for cell, coefficient in constraint.terms:
            spare += coefficient * (high[cell] if coefficient > 0 else low[cell])
        for cell, coefficient in constraint.terms:
            if abs(coefficient) * (high[cell] - low[cell]) > spare:
                tight = True
        if not tight:
            return []
        changed = []
        for cell, coefficient in constraint.terms:
            # What the others leave at their best is `spare` less than this cell's own best.
            if coefficient > 0:
                if self._raise(cell, high[cell] - spare // coefficient, constraint):
                    changed.append(cell)
            elif self._lower(cell, low[cell] + spare // -coefficient, constraint):
                changed.append(cell)
        return changed

    def _raise(self, cell: Cell, units: int, constraint: Constraint) -> bool:
        if units > self.high[cell]:
            self._contradict(cell, constraint, upper=True)
            units = self.high[cell]
        if units <= self.low[cell]:
            return False
        self.low[cell] = units
        self._note(cell, constraint, upper=False)
        return True

    def _lower(self, cell: Cell, units: int, constraint: Constraint) -> bool:
        if units < self.low[cell]:
            self._contradict(cell, constraint, upper=False)
            units = self.low[cell]
        if units >= self.high[cell]:
            return False
        self.high[cell] = units
        self._note(cell, constraint, upper=True)
        return True

    # -- why -----------------------------------------------------------------------------

    def _note(self, cell: Cell, constraint: Constraint, *, upper: bool) -> None:
        if self._trail is not None:
            self._trail.append(_Event(constraint, tuple(self._behind(cell, constraint))))
            self._why[cell, upper] = len(self._trail) - 1

    def _behind(self, cell: Cell, constraint: Constraint) -> Iterator[int]:
        """Yield the events behind the bounds of the other cells that a constraint used."""
        for other, coefficient in constraint.terms:
            event = self._why.get((other, coefficient > 0))
            if other != cell and event is not None:
                yield event

    def _contradict(self, cell: Cell, constraint: Constraint, *, upper: bool) -> None:
        """Collect the constraints that lead to two bounds which pass each other."""
        if self.contradiction:
            return
        if self._trail is None:
            self.contradiction = (constraint,)
            return
        waiting = list(self._behind(cell, constraint))
        if (cell, upper) in self._why:
            waiting.append(self._why[cell, upper])
        seen: set[int] = set()
        core = {constraint: None}
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            event = self._trail[number]
            if event.constraint is not None:
                core[event.constraint] = None
            waiting += event.because
        self.contradiction = tuple(core)


def contradict(constraints: Iterable[Constraint]) -> bool:
    """Whether constraints over cells of zero and more have no solution even in fractions.

    Cells are eliminated one after the other by adding constraints up, exactly; what takes more
    than MOST_SUMS at a time is not decided and counts as no.
    """
    rows = [(dict(part.terms), part.bound) for part in constraints]
    while True:
        if any(bound > 0 and all(value <= 0 for value in terms.values()) for terms, bound in rows):
            return True
        cell = next((c for terms, _ in rows for c, value in terms.items() if value > 0), None)
        if cell is None:
            return False
        with_it = [row for row in rows if row[0].get(cell)]
        above = [row for row in with_it if row[0][cell] > 0]
        below = [row for row in with_it if row[0][cell] < 0]
        rows = [row for row in rows if not row[0].get(cell)]
        rows += [_sum(one, other, cell) for one in above for other in below]
        # The cell may also be zero or more without any of those above.
        rows += [({c: v for c, v in terms.items() if c != cell}, b) for terms, b in below]
        if len(rows) > MOST_SUMS:
            return False


def _sum(
    above: tuple[dict[Cell, int], int], below: tuple[dict[Cell, int], int], cell: Cell
) -> tuple[dict[Cell, int], int]:
    """Add two constraints up so that a cell falls out."""
    up, down = -below[0][cell], above[0][cell]
    terms = {
        c: up * above[0].get(c, 0) + down * below[0].get(c, 0) for c in {**above[0], **below[0]}
    }
    return {c: v for c, v in terms.items() if v}, up * above[1] + down * below[1]
