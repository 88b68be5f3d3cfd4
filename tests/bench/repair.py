"""Repair and explain measured: `python tests/bench/repair.py [--cases N] [--layers N] [--profile]`.

Every target of a plan with twelve indicators is wished for, at random but repeatably. The
same integer problem also goes to HiGHS directly and through modelling layers, in turn with the
others, so that a machine whose speed drifts treats them alike: the ratios are the result.
These are given a question that is ready; (b) makes its own. A layer that is not installed is
left out. With `--profile` only (b) is run, and its dearest functions are printed.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import logging
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from planner.api.opening import plan as make_plan  # noqa: E402
from planner.api.plan import Plan  # noqa: E402
from planner.intake.baselines import read_baseline  # noqa: E402
from planner.model.catalogue import Cell  # noqa: E402
from planner.planning.explain import Conflict  # noqa: E402
from planner.planning.repair import NearestTable, nearest_table  # noqa: E402
from planner.planning.request import FREE, Request  # noqa: E402
from planner.planning.solver import Problem  # noqa: E402

# Rules a-g speak of output to energy; the others are their wholes and parts.
INDICATORS = (
    *("output", "quality_smes", "rd_spend", "patents", "iiot_smes", "smes", "co2", "energy"),
    *("enterprises", "leading_output", "sme_output", "cloud_smes"),
)
LEAST, MOST = 0.7, 1.2  # of the plan's own targets
DEAREST = 1e4
SAME = 1e-6
WARM_UP = 3
SLOWEST = 3
DEAR_FUNCTIONS = 25
# One thread because HiGHS keeps its first number of threads; tolerances as the package has them.
OPTIONS: dict[str, Any] = {
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-6,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
}


@dataclass(frozen=True)
class Case:
    """A wish table."""

    seed: int
    wishes: dict[Cell, Decimal]
    start: Plan

    def plan(self) -> Plan:
        """Return a plan that has done nothing yet but what every plan does."""
        made = self.start.asking(wishes=self.wishes)
        _ = made.numbers, made.wished
        return made

    @cached_property
    def question(self) -> Request:
        (only,) = self.plan().requests()
        return only

    @cached_property
    def problem(self) -> Problem:
        wants, softs = self.question.wants(self.question.of(*FREE), {})
        assert not softs
        assert wants.keys() == set(self.question.cells)
        return Problem(self.question.cells, self.question.hard, wants)


@dataclass(frozen=True)
class Integer:
    """The problem as numbers: ``x - over + under = wish``, rows, costs; all in whole steps."""

    rows: list[list[tuple[int, float]]]
    least: list[float]
    wishes: list[float]
    costs: list[float]

    @classmethod
    def of(cls, problem: Problem) -> Integer:
        index = {cell: number for number, cell in enumerate(problem.cells)}
        rows, least = [], []
        for part in problem.hard:
            divisor = max(abs(value) for _, value in part.terms)
            rows.append([(index[cell], value / divisor) for cell, value in part.terms])
            least.append(part.bound / divisor)
        wanted = [problem.wants[cell] for cell in problem.cells]
        dearest = float(max(want.cost for want in wanted))
        costs = [float(want.cost) / dearest * DEAREST for want in wanted]
        return cls(rows, least, [float(want.units) for want in wanted], costs)


# -- the same problem otherwise --------------------------------------------------------------

# Each takes a problem and returns the steps of its cells and the seconds spent in HiGHS.
Layer = Callable[[Integer], tuple[Sequence[float], float]]


def highspy_layer() -> Layer:
    """HiGHS with arrays, nothing else: the limit."""
    import highspy
    import numpy as np

    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous

    def solve(given: Integer) -> tuple[Sequence[float], float]:
        cells = len(given.wishes)
        starts, columns, values = [0], list[int](), list[float]()
        for number in range(cells):
            columns += (number, cells + number, 2 * cells + number)
            values += (1.0, -1.0, 1.0)
            starts.append(len(columns))
        for row in given.rows:
            columns += (column for column, _ in row)
            values += (value for _, value in row)
            starts.append(len(columns))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 3 * cells, cells + len(given.rows)
        model.col_cost_ = np.array([0.0] * cells + given.costs * 2)
        model.col_lower_ = np.zeros(3 * cells)
        model.col_upper_ = np.full(3 * cells, highspy.kHighsInf)
        model.row_lower_ = np.array(given.wishes + given.least)
        model.row_upper_ = np.array(given.wishes + [highspy.kHighsInf] * len(given.rows))
        model.integrality_ = [whole] * cells + [real] * (2 * cells)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(starts)
        model.a_matrix_.index_ = np.array(columns)
        model.a_matrix_.value_ = np.array(values)
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in {"output_flag": False, **OPTIONS}.items():
            highs.setOptionValue(name, value)
        highs.passModel(model)
        highs.run()
        return list(highs.getSolution().col_value)[:cells], highs.getRunTime()

    return solve


def linopy_layer() -> Layer:
    """Whole arrays of variables at a time, and no file between linopy and HiGHS."""
    import linopy  # type: ignore[import-not-found]
    import numpy as np
    import xarray as xr  # type: ignore[import-not-found]

    logging.getLogger("linopy").setLevel(logging.ERROR)

    def solve(given: Integer) -> tuple[Sequence[float], float]:
        cells = np.arange(len(given.wishes))
        dense = np.zeros((len(given.rows), len(cells)))
        for number, row in enumerate(given.rows):
            for column, value in row:
                dense[number, column] = value
        coords = {"row": np.arange(len(given.rows)), "cell": cells}
        matrix = xr.DataArray(dense, coords, ("row", "cell"))
        least = xr.DataArray(given.least, {"row": coords["row"]}, ("row",))
        wishes = xr.DataArray(given.wishes, {"cell": cells}, ("cell",))
        costs = xr.DataArray(given.costs, {"cell": cells}, ("cell",))
        model = linopy.Model()
        along = {"cell": cells}
        steps = model.add_variables(lower=0, coords=along, integer=True, name="steps")
        over = model.add_variables(lower=0, coords=along, name="over")
        under = model.add_variables(lower=0, coords=along, name="under")
        reached = model.linexpr((1.0, steps), (-1.0, over), (1.0, under))
        model.add_constraints(reached == wishes, name="wishes")
        model.add_constraints((matrix * steps).sum("cell") >= least, name="rows")
        model.add_objective(model.linexpr((costs, over), (costs, under)).sum())
        model.solve("highs", io_api="direct", progress=False, output_flag=False, **OPTIONS)
        return list(steps.solution.values), model.solver_model.getRunTime()

    return solve


def pyomo_layer() -> Layer:
    """Pyomo's present interface to HiGHS, which takes one expression a row."""
    import pyomo.environ as pyo  # type: ignore[import-not-found]
    from pyomo.contrib.solver.common.factory import (  # type: ignore[import-not-found]
        SolverFactory,
    )

    def solve(given: Integer) -> tuple[Sequence[float], float]:
        cells, costs = range(len(given.wishes)), given.costs
        model = pyo.ConcreteModel()
        model.steps = pyo.Var(cells, domain=pyo.NonNegativeIntegers)
        model.over = pyo.Var(cells, domain=pyo.NonNegativeReals)
        model.under = pyo.Var(cells, domain=pyo.NonNegativeReals)
        model.wishes, model.rows = pyo.ConstraintList(), pyo.ConstraintList()
        for cell, wish in enumerate(given.wishes):
            model.wishes.add(model.steps[cell] - model.over[cell] + model.under[cell] == wish)
        for row, least in zip(given.rows, given.least, strict=True):
            model.rows.add(sum(value * model.steps[cell] for cell, value in row) >= least)
        away = sum(costs[cell] * (model.over[cell] + model.under[cell]) for cell in cells)
        model.away = pyo.Objective(expr=away)
        solver = SolverFactory("highs")
        found = solver.solve(model, solver_options=OPTIONS)
        seconds = found.timing_info.highs_time
        return [pyo.value(model.steps[cell]) for cell in cells], seconds

    return solve


def cvxpy_layer() -> Layer:
    """Vectors and a sparse matrix."""
    import cvxpy as cp  # type: ignore[import-not-found]
    import numpy as np
    import scipy.sparse as sp  # type: ignore[import-untyped]

    def solve(given: Integer) -> tuple[Sequence[float], float]:
        cells = len(given.wishes)
        lines = [number for number, row in enumerate(given.rows) for _ in row]
        columns = [column for row in given.rows for column, _ in row]
        values = [value for row in given.rows for _, value in row]
        matrix = sp.csr_array((values, (lines, columns)), shape=(len(given.rows), cells))
        steps = cp.Variable(cells, integer=True, bounds=[0, None])
        over, under = cp.Variable(cells, nonneg=True), cp.Variable(cells, nonneg=True)
        limits = [
            steps - over + under == np.array(given.wishes),
            matrix @ steps >= np.array(given.least),
        ]
        problem = cp.Problem(cp.Minimize(np.array(given.costs) @ (over + under)), limits)
        problem.solve(solver=cp.HIGHS, **OPTIONS)
        return list(steps.value), problem.solver_stats.solve_time

    return solve


# -- measuring -------------------------------------------------------------------------------


@dataclass
class Times:
    """Seconds of one way over the cases, in all and in HiGHS, by seed.

    The package's own count for HiGHS includes handing it the arrays.
    """

    total: dict[int, float] = field(default_factory=dict)
    solver: dict[int, float] = field(default_factory=dict)

    @property
    def rest(self) -> dict[int, float]:
        """Return what is not spent in HiGHS."""
        return {seed: self.total[seed] - spent for seed, spent in self.solver.items()}


class Bench:
    """All ways over all cases, and what was noticed on the way."""

    def __init__(self, layers: dict[str, Layer]) -> None:
        self.layers = layers
        self.times = {name: Times() for name in (REPAIR, NEAREST, QUESTION, *layers, EXPLAIN)}
        self.found: dict[int, NearestTable] = {}
        self.repaired: dict[int, Plan] = {}
        self.conflicts: dict[int, tuple[Conflict, ...]] = {}
        self.reached: dict[tuple[str, int], Fraction] = {}
        self.broken: list[tuple[str, int]] = []

    def run(self, case: Case, *, layered: bool) -> None:
        """Measure one case in every way, beginning with another one each time."""
        names = [name for name in self.times if layered or name not in self.layers or name == LIMIT]
        first = case.seed % len(names)
        for name in (*names[first:], *names[:first]):
            if name in self.layers:
                self._layer(name, case)
            else:
                self._plan(name, case)

    def _plan(self, name: str, case: Case) -> None:
        plan = case.plan()
        gc.collect()  # nobody pays for what the one before left behind
        start = perf_counter()
        found = WAYS[name](plan)
        self.times[name].total[case.seed] = perf_counter() - start
        if name == REPAIR:
            self.repaired[case.seed] = found
        elif name == EXPLAIN:
            self.conflicts[case.seed] = found
        elif name == NEAREST:
            self.found[case.seed] = found
            self.times[name].solver[case.seed] = found.answer.solver_seconds

    def _layer(self, name: str, case: Case) -> None:
        problem, solve = case.problem, self.layers[name]
        gc.collect()
        with quiet():
            start = perf_counter()
            values, seconds = solve(Integer.of(problem))
            self.times[name].total[case.seed] = perf_counter() - start
        self.times[name].solver[case.seed] = seconds
        steps = {cell: round(value) for cell, value in zip(problem.cells, values, strict=True)}
        self.reached[name, case.seed] = problem.distance(steps)
        if any(part.slack(steps) < 0 for part in problem.hard):
            self.broken.append((name, case.seed))

    # -- what comes of it ----------------------------------------------------------------

    def table(self) -> None:
        """Print the times, and the median of what they are of those of (b) case by case."""
        heads = ("median", "p95", "max", "HiGHS", "rest", "p95", "x (b)", "rest x")
        print(f"\n{'ms':36}{'cases':>6}" + "".join(f"{head:>9}" for head in heads))
        to = self.times[NEAREST]
        for name, times in self.times.items():
            if not times.total:
                continue
            total, rest = list(times.total.values()), list(times.rest.values())
            figures = [f"{1000 * value:9.2f}" for value in (median(total), p95(total), max(total))]
            solver = list(times.solver.values())
            if solver:
                parts = (median(solver), median(rest), p95(rest))
                figures += [f"{1000 * value:9.2f}" for value in parts]
            else:
                figures += [f"{'':9}"] * 3
            figures.append(f"{ratio(times.total, to.total):9.2f}")
            if solver:
                figures.append(f"{ratio(times.rest, to.rest):9.2f}")
            print(f"{name:36}{len(total):6}" + "".join(figures))

    def notes(self) -> None:
        """Print what was found, and whatever is not as it should be."""
        count = len(self.found)
        unproven = [
            seed
            for seed, plan in self.repaired.items()
            if plan.repaired is None or not plan.repaired.proven
        ]
        searched = [seed for seed, found in self.found.items() if found.answer.searched]
        print(f"\n(a) proven nearest: {count - len(unproven)} of {count}{seeds(unproven)}")
        print(f"(b) branch and bound: {len(searched)} of {count}{seeds(searched)}")
        other = [
            f"{name} {seed}"
            for (name, seed), distance in self.reached.items()
            if not same(distance, self.found[seed].answer.distance)
        ]
        other += [
            f"{REPAIR} {seed}"
            for seed, plan in self.repaired.items()
            if plan.repaired is None
            or not same(plan.repaired.distance, self.found[seed].answer.distance)
        ]
        checked = len(self.reached) + len(self.repaired)
        print(f"(c) the distance of (b): {checked - len(other)} of {checked}{seeds(other)}")
        print(f"(c) rows not kept exactly: {len(self.broken)}{seeds(self.broken)}")
        every = [conflict for found in self.conflicts.values() for conflict in found]
        minimal = sum(conflict.minimal for conflict in every)
        print(f"(d) conflicts: {len(every)}, {minimal} of them minimal; a case has", end=" ")
        numbers = [len(found) for found in self.conflicts.values()]
        print(f"{min(numbers)} to {max(numbers)}, median {median(numbers):g}")
        sizes = [len(conflict.members) for conflict in every]
        if sizes:
            print(f"(d) rows of a conflict: median {median(sizes):g}, at most {max(sizes)}")
        for name in (REPAIR, NEAREST, EXPLAIN):
            total = self.times[name].total
            slow = sorted(total, key=total.__getitem__, reverse=True)[:SLOWEST]
            told = ", ".join(f"{seed} ({1000 * total[seed]:.1f} ms)" for seed in slow)
            print(f"slowest seeds of {name}: {told}")


REPAIR, NEAREST, QUESTION = "(a) plan.repair()", "(b) nearest_table", "    of it the question"
LIMIT, EXPLAIN = "(c) HiGHS, one integer model", "(d) plan.explain()"
WAYS: dict[str, Callable[[Plan], Any]] = {
    REPAIR: lambda plan: plan.repair(),
    NEAREST: lambda plan: nearest_table(plan, {}),
    QUESTION: lambda plan: list(plan.requests()),
    EXPLAIN: lambda plan: plan.explain(),
}
LAYERS = {
    LIMIT: ("highspy", highspy_layer),
    "    linopy": ("linopy", linopy_layer),
    "    Pyomo": ("pyomo", pyomo_layer),
    "    CVXPY": ("cvxpy", cvxpy_layer),
}


def p95(values: Sequence[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def ratio(those: dict[int, float], these: dict[int, float]) -> float:
    """Return the median ratio over the cases that both have."""
    return median([value / these[seed] for seed, value in those.items()])


def same(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= SAME * max(one, other)


def seeds(of: Sequence[object]) -> str:
    return f": {', '.join(map(str, of))}" if of else ""


@contextmanager
def quiet() -> Iterator[None]:
    """Let nothing through to standard output: some layers cannot keep HiGHS from its banner."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nothing:
            os.dup2(nothing.fileno(), 1)
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def example() -> Plan:
    """Return a plan for the twelve indicators that wishes for nothing."""
    import pandas as pd

    rows = pd.read_csv(ROOT / "baselines" / "example.csv", dtype=str)
    plan = make_plan(read_baseline(rows[rows["indicator"].isin(INDICATORS)]))
    assert plan.system.measured == set(INDICATORS)
    (only,) = plan.requests()  # what all cases share is made here
    assert len(only.cells) == len(INDICATORS) * len(plan.years)
    return plan


def make_cases(count: int) -> list[Case]:
    plan = example()
    found = []
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        wishes = {
            cell: (value * Decimal(chance.uniform(LEAST, MOST))).quantize(value)
            for cell, value in plan.numbers.targets.items()
        }
        found.append(Case(seed, wishes, plan))
    return found


def installed() -> dict[str, Layer]:
    """Return the layers there are and say which."""
    found = {}
    for name, (package, make) in LAYERS.items():
        try:
            found[name] = make()
            print(f"{package} {version(package)}")
        except (ImportError, PackageNotFoundError) as error:
            print(f"{package} is left out: {error}")
    return found


def profile(cases: Sequence[Case]) -> None:
    """Print which functions (b) spends its time in."""
    for case in cases[:WARM_UP]:
        nearest_table(case.plan(), {})
    profiler = cProfile.Profile()
    for case in cases:
        plan = case.plan()
        profiler.enable()
        nearest_table(plan, {})
        profiler.disable()
    entries = profiler.getstats()
    whole = sum(entry.inlinetime for entry in entries)
    print(f"{'own':>7}{'in all':>8}{'calls a case':>14}  of {1000 * whole / len(cases):.2f} ms")
    for entry in sorted(entries, key=lambda entry: -entry.inlinetime)[:DEAR_FUNCTIONS]:
        code = entry.code
        name = code
        if not isinstance(code, str):
            name = f"{Path(code.co_filename).stem}.{code.co_qualname}:{code.co_firstlineno}"
        shares = f"{entry.inlinetime / whole:7.1%}{entry.totaltime / whole:8.1%}"
        print(f"{shares}{entry.callcount / len(cases):14.1f}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--layers", type=int, default=40, help="cases for the modelling layers")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    cases = make_cases(given.cases)
    if given.profile:
        profile(cases)
        return
    layers = installed()
    warm = Bench(layers)
    for case in cases[:WARM_UP]:
        warm.run(case, layered=True)
    gc.collect()
    gc.freeze()  # what was imported is not looked through again and again
    bench = Bench(layers)
    for case in cases:
        bench.run(case, layered=case.seed < given.layers)
    bench.table()
    bench.notes()


if __name__ == "__main__":
    main()
