"""The nearest point on the printing grid, proven, or the constraints that leave none.

Exact arithmetic decides and the solver, in floating point, shows where to look: propagation
narrows every cell, the linear relaxation says in which direction to round and how much nearer
any other point could be, and branch and bound [1]_ is called for only where that is not yet a
proof. Cells that share no constraint are solved apart.

What a better point may look like is narrowed by the prices of the relaxation, as variables are
fixed by reduced cost [2]_ [3]_; ours narrows rows as well, and propagates what that implies before
anything is searched.

References
----------
.. [1] A. H. Land and A. G. Doig, An automatic method of solving discrete programming problems,
   Econometrica 28(3), 497-520, 1960.
.. [2] G. Dantzig, R. Fulkerson and S. Johnson, Solution of a large-scale traveling-salesman
   problem, Journal of the Operations Research Society of America 2(4), 393-410, 1954.
.. [3] G. L. Nemhauser and L. A. Wolsey, Integer and Combinatorial Optimization, Wiley, 1988.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.model.catalogue import Cell
from planner.planning.propagation import Bounds, Constraint, Steps
from planner.planning.solver import FRACTIONAL, Problem, Relaxation, Soft, irreducible

# A point that could be nearer by less than this, relative to what was wished for, is not
# looked for: the solver's arithmetic is no finer.
FINE = Fraction(1, 10**7)


@dataclass(frozen=True)
class Answer:
    """A point that keeps every hard constraint, and how much nearer another might be.

    `gap` is zero where the point is proven nearest; `solver_seconds` is the time spent in
    HiGHS, `searched` whether branch and bound was needed.
    """

    steps: Steps
    distance: Fraction
    gap: Fraction = Fraction(0)
    solver_seconds: float = 0.0
    searched: bool = False

    @property
    def proven(self) -> bool:
        """Whether no other point is nearer."""
        return self.gap == 0


@dataclass(frozen=True)
class Core:
    """Constraints that cannot all hold; `exact` where that was shown without rounding."""

    constraints: tuple[Constraint, ...]
    exact: bool


def nearest(problem: Problem, box: Bounds | None = None) -> Answer | Core:
    """Return the point nearest to what is wanted among those that keep what is hard.

    Parameters
    ----------
    problem
        Values in whole steps of each cell's grid, costs as exact fractions.
    box
        Bounds that `problem.hard` was already imposed on, to save doing it again.

    Examples
    --------
    >>> from planner.model.catalogue import Cell
    >>> from planner.planning.solver import Want
    >>> part, whole = Cell("part", 1), Cell("whole", 1)
    >>> within = Constraint(((whole, 1), (part, -1)), 0)
    >>> wants = {part: Want(100, Fraction(1, 100)), whole: Want(90, Fraction(1, 90))}
    >>> answer = nearest(Problem((whole, part), (within,), wants))
    >>> answer.steps[part], answer.distance, answer.proven
    (90, Fraction(1, 10), True)
    """
    if box is None:
        box = Bounds(problem.cells)
        box.impose(problem.hard)
    if box.contradiction:
        return Core(box.contradiction if box.explained else problem.hard, exact=True)
    steps: dict[Cell, int] = {}
    gap, seconds, searched = Fraction(0), 0.0, False
    trial = box.copy()
    for part in _components(problem, box):
        part_answer = _Component(part, box, problem.hard).solve(trial)
        if isinstance(part_answer, Core):
            return part_answer
        steps.update(part_answer.steps)
        gap += part_answer.gap
        seconds += part_answer.solver_seconds
        searched = searched or part_answer.searched
    return Answer(steps, problem.distance(steps), gap, seconds, searched)


class _Groups:
    """Cells that belong together, joined one constraint at a time."""

    def __init__(self, cells: Iterable[Cell], box: Bounds) -> None:
        self._leader = {cell: cell for cell in cells}
        self._box = box

    def find(self, cell: Cell) -> Cell:
        leader = self._leader
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    def open(self, constraints: Iterable[Constraint]) -> list[Cell]:
        """Return the cells of constraints that are not fixed, else any one of them."""
        cells = [cell for part in constraints for cell, _ in part.terms]
        low, high = self._box.low, self._box.high
        return [cell for cell in cells if low[cell] != high[cell]] or cells[:1]

    def join(self, constraints: Iterable[Constraint]) -> None:
        cells = self.open(constraints)
        for cell in cells[1:]:
            self._leader[self.find(cell)] = self.find(cells[0])


def _components(problem: Problem, box: Bounds) -> list[Problem]:
    """Split a problem into parts that share no cell that is still open."""
    groups = _Groups(problem.cells, box)
    hard = [(part,) for part in problem.hard if part.terms and not _kept_anyway(part, box)]
    softs = [(tuple(part for part, _ in soft.parts), soft) for soft in problem.softs]
    for parts in (*hard, *(parts for parts, _ in softs)):
        groups.join(parts)
    cells: dict[Cell, list[Cell]] = {}
    for cell in problem.cells:
        cells.setdefault(groups.find(cell), []).append(cell)
    kept: dict[Cell, list[Constraint]] = {home: [] for home in cells}
    missed: dict[Cell, list[Soft]] = {home: [] for home in cells}
    for parts in hard:
        kept[groups.find(groups.open(parts)[0])] += parts
    for parts, soft in softs:
        missed[groups.find(groups.open(parts)[0])].append(soft)
    return [
        Problem(
            tuple(members),
            tuple(kept[home]),
            {cell: problem.wants[cell] for cell in members if cell in problem.wants},
            tuple(missed[home]),
            problem.hints,
        )
        for home, members in cells.items()
    ]


def _kept_anyway(constraint: Constraint, box: Bounds) -> bool:
    """Whether a constraint holds wherever in the box one is."""
    total = 0
    for cell, coefficient in constraint.terms:
        total += coefficient * (box.low[cell] if coefficient > 0 else box.high[cell])
    return total >= constraint.bound


class _Component:
    """One part of a problem on its way to its nearest point."""

    def __init__(self, problem: Problem, box: Bounds, everything: Sequence[Constraint]) -> None:
        self.problem, self.box, self.everything = problem, box, everything
        self.best: dict[Cell, int] | None = None
        self.distance = Fraction(0)
        self.seconds = 0.0

    def solve(self, trial: Bounds) -> Answer | Core:
        """Return the nearest point; `trial` is a box nobody else needs in these cells."""
        wants = self.problem.wants
        if len(self.problem.cells) == 1 and not self.problem.softs:
            return self._alone(self.problem.cells[0])
        first = sorted(self.problem.cells, key=lambda cell: cell not in wants)
        aims = {cell: self.problem.hints.get(cell, 0) for cell in first}
        aims.update((cell, want.units) for cell, want in wants.items())
        self._try(first, aims, trial)
        if self.best is not None and self.distance <= self._least(self.box) + FINE:
            return self._answer()
        relaxed = Relaxation(self.problem, self.box)
        if not self._run(relaxed):
            return Core(irreducible(self.everything), exact=False)
        if relaxed.values:
            self._round(relaxed)
        if self.best is None or not relaxed.values:
            return self._search(self.box)
        gap = float(self.distance) - relaxed.objective
        if gap <= FINE:
            return self._answer()
        narrowed = self._narrowed(relaxed, gap)
        if narrowed.contradiction or self._least(narrowed) + FINE >= self.distance:
            return self._answer()
        return self._search(narrowed)

    def _alone(self, cell: Cell) -> Answer | Core:
        """Return the nearest value of a cell that no other one bears upon."""
        want = self.problem.wants.get(cell)
        aim = want.units if want else self.problem.hints.get(cell, 0)
        self.best = {cell: self.box.clamp(cell, aim)}
        if any(part.slack({**self.box.low, **self.best}) < 0 for part in self.problem.hard):
            return Core(tuple(self.everything), exact=True)
        self.distance = self.problem.distance(self.best)
        return self._answer()

    def _run(self, model: Relaxation) -> bool:
        there = model.run()
        self.seconds += model.seconds
        return there

    def _answer(self, gap: Fraction = Fraction(0), *, searched: bool = False) -> Answer:
        return Answer(self.best or {}, self.distance, gap, self.seconds, searched)

    def _try(self, order: Sequence[Cell], aims: Mapping[Cell, int], trial: Bounds) -> None:
        """Fix one cell after the other as near to its aim as is left open, and keep the best."""
        for cell in order:
            if trial.low[cell] != trial.high[cell]:
                trial.fix(cell, trial.clamp(cell, aims[cell]))
        if any(part.slack(trial.low) < 0 for part in self.problem.hard):
            return
        distance = self.problem.distance(trial.low)
        if self.best is None or distance < self.distance:
            self.best = {cell: trial.low[cell] for cell in order}
            self.distance = distance

    def _least(self, box: Bounds) -> Fraction:
        """Return what the wants cost at least anywhere in a box."""
        total = Fraction(0)
        for cell, want in self.problem.wants.items():
            off = box.clamp(cell, want.units) - want.units
            if off:
                total += want.cost * abs(off)
        return total

    def _round(self, relaxed: Relaxation) -> None:
        """Round the relaxation towards what is wanted, whole values first."""
        wants, cells = self.problem.wants, self.problem.cells
        aims, fractional = {}, {}
        for cell, value in zip(cells, relaxed.values, strict=True):
            near = round(value)
            fractional[cell] = abs(value - near) > FRACTIONAL
            if fractional[cell] and cell in wants:
                near = int(value // 1) + (1 if wants[cell].units > value else 0)
            aims[cell] = near
        orders = [sorted(cells, key=lambda c: (fractional[c], c not in wants))]
        orders.append(sorted(cells, key=lambda c: (c not in wants, not fractional[c])))
        for order in orders:
            self._try(order, aims, self.box.copy())
            if self.best is not None and self.distance <= Fraction(relaxed.objective) + FINE:
                return

    def _narrowed(self, relaxed: Relaxation, gap: float) -> Bounds:
        """Return the box in which every point nearer than the best one has to lie.

        A column or row that the relaxation prices can move no further than the gap pays for.
        """
        box = self.box.copy()
        limits = []
        for constraint, price in relaxed.priced():
            room = int(gap / price + FRACTIONAL)
            terms = tuple((cell, -value) for cell, value in constraint.terms)
            limits.append(Constraint(terms, -(constraint.bound + room)))
        box.impose(limits)
        return box

    def _search(self, box: Bounds) -> Answer | Core:
        """Branch and bound over what is left."""
        model = Relaxation(self.problem, box, whole=True)
        if not self._run(model):
            if self.best is not None:  # nothing nearer is left
                return self._answer(searched=True)
            return Core(tuple(self.everything), exact=False)
        if model.values:
            aims = dict(zip(self.problem.cells, map(round, model.values), strict=True))
            self._try(self.problem.cells, aims, box.copy())
        if self.best is None:
            return Core(tuple(self.everything), exact=False)
        gap = self.distance - Fraction(model.bound)
        return self._answer(gap if gap > FINE else Fraction(0), searched=True)
