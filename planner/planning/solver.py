"""The seam to HiGHS: a problem as the solver takes it, and what it says of the relaxation.

Whatever comes from here is floating point and proves nothing by itself. Models are built
afresh for each question, which takes less time than solving them, so that an answer depends
on nothing but its question.

HiGHS solves relaxations by its dual simplex method [1]_, on one thread. Which rows contradict each
other it tells by a program in which they may give way [2]_; what it names is not reduced any
further here, for :mod:`planner.planning.explain` does so on whole steps.

References
----------
.. [1] Q. Huangfu and J. A. J. Hall, Parallelizing the dual revised simplex method, Mathematical
   Programming Computation 10(1), 119-142, 2018.
.. [2] J. W. Chinneck and E. W. Dravnieks, Locating minimal infeasible constraint sets in linear
   programs, ORSA Journal on Computing 3(2), 157-168, 1991.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from planner.model.catalogue import Cell
from planner.planning.propagation import MOST_STEPS, Bounds, Constraint, Steps

# Branch and bound stops after this many seconds with whatever it has; the gap is then stated.
PATIENCE = 5.0
TOLERANCE = 1e-9
# Over whole numbers every hard bound is let out by this share of a step, so that a point which keeps
# it exactly is never lost to rounding; what is found is judged exactly afterwards.
LET_OUT = 1e-6
# The dearest cost as HiGHS sees it, so that the cheapest stand clear of its tolerances.
DEAREST = 1e4
# Prices below this are the noise of a solver that knows them to TOLERANCE.
PRICED = 1e-7
FRACTIONAL = 1e-6


@dataclass(frozen=True)
class Want:
    """A value that a cell should have, and what each step away from it costs."""

    units: int
    cost: Fraction


@dataclass(frozen=True, eq=False)
class Soft:
    """Constraints that may give way together, each by a share of its own norm, at a cost."""

    parts: tuple[tuple[Constraint, int], ...]
    weight: Fraction

    def amount(self, steps: Steps) -> Fraction:
        """Return by how much of its norm the worst of the constraints is missed."""
        missed = [Fraction(-part.slack(steps), norm) for part, norm in self.parts]
        return max(*missed, Fraction(0))


@dataclass(frozen=True)
class Problem:
    """What to keep, what to come near to, and where to begin looking.

    `cells` stand wholes before parts; `hints` are values for those that nobody wants
    anything of.
    """

    cells: tuple[Cell, ...]
    hard: tuple[Constraint, ...]
    wants: Mapping[Cell, Want] = field(default_factory=dict)
    softs: tuple[Soft, ...] = ()
    hints: Steps = field(default_factory=dict)

    def distance(self, steps: Steps) -> Fraction:
        """Return the exact cost of a point."""
        total = sum((soft.weight * soft.amount(steps) for soft in self.softs), Fraction(0))
        for cell, want in self.wants.items():
            if steps[cell] != want.units:
                total += want.cost * abs(steps[cell] - want.units)
        return total


class _Rows:
    """Rows of a model in the making, in the form HiGHS takes."""

    def __init__(self) -> None:
        self.starts, self.columns = [0], list[int]()
        self.values, self.least = list[float](), list[float]()

    def add(self, terms: Iterable[tuple[int, float]], least: float) -> None:
        for column, value in terms:
            self.columns.append(column)
            self.values.append(value)
        self.starts.append(len(self.columns))
        self.least.append(least)


class Relaxation:
    """A problem in HiGHS: steps of its cells, steps over and under what is wanted, and softs.

    After :meth:`run`, `values` holds the cells' steps if any were found, `objective` their
    cost, and `bound` what no point can cost less than.
    """

    def __init__(self, problem: Problem, box: Bounds, *, whole: bool = False) -> None:
        """Build the model within a box, over whole numbers if asked to."""
        self.problem, self.box, self.whole = problem, box, whole
        self.values: list[float] = []
        self.objective = self.bound = self.seconds = 0.0
        wants, softs = problem.wants.values(), problem.softs
        prices = [float(want.cost) for want in wants for _ in (0, 1)]
        prices += [float(soft.weight / soft.parts[0][1]) for soft in softs]
        self._scale = DEAREST / max(prices, default=1.0)
        self._costs = [0.0] * len(problem.cells) + [price * self._scale for price in prices]
        self._index = {cell: number for number, cell in enumerate(problem.cells)}
        self._rows, self._divisors = _Rows(), list[int]()
        self._add_rows()

    def _add_rows(self) -> None:
        """Add a row for every want, then the hard constraints, then the soft ones."""
        problem, column = self.problem, len(self.problem.cells)
        for cell, want in problem.wants.items():
            terms = [(self._index[cell], 1.0), (column, -1.0), (column + 1, 1.0)]
            self._rows.add(terms, want.units)
            column += 2
        for constraint in problem.hard:
            terms, least, divisor = self._row(constraint)
            self._rows.add(terms, least - (LET_OUT if self.whole else 0.0))
            self._divisors.append(divisor)
        for soft in problem.softs:
            norm = soft.parts[0][1]
            for constraint, own in soft.parts:
                terms, least, divisor = self._row(constraint)
                self._rows.add([*terms, (column, own / norm / divisor)], least)
            column += 1

    def _row(self, constraint: Constraint) -> tuple[list[tuple[int, float]], float, int]:
        """Return a constraint over columns, its bound and what it was divided by."""
        divisor = max((abs(value) for _, value in constraint.terms), default=1)
        terms, bound = [], constraint.bound
        for cell, value in constraint.terms:
            if cell in self._index:
                terms.append((self._index[cell], value / divisor))
            else:  # a cell of another part, which is fixed
                bound -= value * self.box.low[cell]
        return terms, bound / divisor, divisor

    def run(self) -> bool:
        """Solve and return whether there may be a point at all."""
        from highspy import HighsModelStatus, HighsVarType, kHighsInf

        cells, extra = self.problem.cells, len(self._costs) - len(self.problem.cells)
        lower = [float(self.box.low[cell]) for cell in cells] + [0.0] * extra
        tops = [self.box.high[cell] for cell in cells]
        upper = [kHighsInf if top >= MOST_STEPS else float(top) for top in tops]
        upper += [kHighsInf] * extra
        most = [kHighsInf] * len(self._rows.least)
        most[: len(self.problem.wants)] = self._rows.least[: len(self.problem.wants)]
        model = _model(self._rows, self._costs, lower, upper, most)
        if self.whole:
            kinds = [HighsVarType.kInteger] * len(cells) + [HighsVarType.kContinuous] * extra
            model.integrality_ = kinds
        highs = _highs({} if self.whole else RELAXED)
        highs.passModel(model)
        highs.run()
        self.seconds = highs.getRunTime()
        if highs.getModelStatus() == HighsModelStatus.kInfeasible:
            return False
        info, solution = highs.getInfo(), highs.getSolution()
        if info.primal_solution_status:
            self.values = list(solution.col_value)[: len(cells)]
        self.objective = info.objective_function_value / self._scale
        bound = info.mip_dual_bound if self.whole else info.objective_function_value
        self.bound = max(bound / self._scale, 0.0)
        self._reduced, self._prices = list(solution.col_dual), list(solution.row_dual)
        return True

    def priced(self) -> Iterable[tuple[Constraint, float]]:
        """Yield constraints that hold of any point, with what each step off them costs."""
        for number, cell in enumerate(self.problem.cells):
            price = self._reduced[number]
            if price > PRICED:
                yield Constraint(((cell, 1),), self.box.low[cell]), price / self._scale
            elif price < -PRICED:
                yield Constraint(((cell, -1),), -self.box.high[cell]), -price / self._scale
        column = len(self.problem.cells)
        for cell, want in self.problem.wants.items():
            over, under = self._reduced[column : column + 2]
            column += 2
            if over > PRICED:
                yield Constraint(((cell, 1),), want.units), over / self._scale
            if under > PRICED:
                yield Constraint(((cell, -1),), -want.units), under / self._scale
        first = len(self.problem.wants)
        for number, constraint in enumerate(self.problem.hard):
            price = self._prices[first + number]
            if price > PRICED:
                yield constraint, price / self._scale / self._divisors[number]


def _model(
    rows: _Rows,
    costs: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    most: Sequence[float],
) -> Any:
    import numpy as np
    from highspy import HighsLp, MatrixFormat

    model = HighsLp()
    model.num_col_, model.num_row_ = len(costs), len(rows.least)
    model.col_cost_ = np.array(costs, float)
    model.col_lower_, model.col_upper_ = np.array(lower, float), np.array(upper, float)
    model.row_lower_, model.row_upper_ = np.array(rows.least, float), np.array(most, float)
    model.a_matrix_.format_ = MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(rows.starts)
    model.a_matrix_.index_ = np.array(rows.columns, int)
    model.a_matrix_.value_ = np.array(rows.values, float)
    return model


def _highs(options: Mapping[str, Any]) -> Any:
    from highspy._core import _Highs

    highs = _Highs()
    for name, value in {**OPTIONS, **options}.items():
        highs.setOptionValue(name, value)
    return highs


OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
    "mip_detect_symmetry": False,
    "time_limit": PATIENCE,
}
# Small as they are, relaxations are solved as they stand, and finely.
RELAXED = {
    "presolve": "off",
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


def irreducible(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Return constraints that already the relaxation cannot satisfy together, few if possible."""
    from highspy import kHighsInf

    cells = list(dict.fromkeys(cell for part in constraints for cell, _ in part.terms))
    index = {cell: number for number, cell in enumerate(cells)}
    rows = _Rows()
    for part in constraints:
        divisor = max((abs(value) for _, value in part.terms), default=1)
        terms = [(index[cell], value / divisor) for cell, value in part.terms]
        rows.add(terms, part.bound / divisor)
    none, most = [0.0] * len(cells), [kHighsInf] * len(constraints)
    # Strategies below 2 answer OK with an empty set.
    highs = _highs({"iis_strategy": 2})
    highs.passModel(_model(rows, none, none, [kHighsInf] * len(cells), most))
    highs.run()
    _, system = highs.getIis()
    named = tuple(constraints[number] for number in system.row_index_)
    return named or tuple(constraints)
