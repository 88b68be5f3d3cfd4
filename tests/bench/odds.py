"""Odds measured: `python tests/bench/odds.py [--paths N] [--repeats N]`.

100 000 joint paths of twelve indicators over three years, drawn and judged by every row, against
drawing as many normals (SFC64) and exponentiating them in NumPy, in turn with each other in one
run: the ratio is the result. What is fitted before (once for a baseline) and what a moved slider
takes are timed beside it. Last, the standard error that each probability states against how far
it really differs between seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median, stdev
from time import perf_counter

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from planner.api.odds import Odds  # noqa: E402
from planner.api.opening import plan as make_plan  # noqa: E402
from planner.api.plan import Plan  # noqa: E402
from planner.forecast.assumptions import Assumptions, shipped  # noqa: E402
from planner.forecast.forecast import Forecast  # noqa: E402
from planner.forecast.outcomes import Outcomes  # noqa: E402
from planner.forecast.simulation import Fit, draw, fit  # noqa: E402
from planner.intake.baselines import read_baseline  # noqa: E402
from planner.intake.peers import published  # noqa: E402
from planner.model.baseline import Baseline  # noqa: E402
from planner.model.catalogue import Cell  # noqa: E402

# Rules a-g speak of output to energy; the others are their wholes and parts.
INDICATORS = (
    *("output", "quality_smes", "rd_spend", "patents", "iiot_smes", "smes", "co2", "energy"),
    *("enterprises", "leading_output", "sme_output", "cloud_smes"),
)
SEED = 7
LIMIT = 1.2
SLIDER = 5.0  # ms


def twelve() -> Plan:
    """Return the plan of the shipped example, with twelve of its indicators."""
    base = read_baseline(ROOT / "baselines" / "example.csv")
    values = {cell: value for cell, value in base.values.items() if cell.indicator in INDICATORS}
    kept: Baseline = replace(base, values=values)
    made = make_plan(kept)
    assert len(made.base_system.measured) == len(INDICATORS)
    return made


def limit(paths: int, columns: int) -> float:
    """Return the sum of exponentiated normals; nothing else is done with them."""
    rng = np.random.Generator(np.random.SFC64(SEED))
    return float(np.exp(rng.standard_normal((paths, columns)))[0, 0])


def judged(plan: Plan, fits: list[Fit], given: Assumptions) -> int:
    """Draw and judge every target and every row of the rules on targets; return the joint hits."""
    system = plan.base_system
    outcomes = Outcomes(draw(fits, len(plan.years), SEED, given, system.sums), system.baseline)
    joint = np.ones(outcomes.paths.count, dtype=bool)
    for row in plan.goals:
        for year, target in row.values.items():
            if row.item.kind == "measured" and target is not None and row.item.better != "neither":
                met = outcomes.reaches(Cell(row.id, year), target, better=row.item.better)
                joint &= met if met is not None else True
    for rule in system.of_scope("target"):
        held = outcomes.holds(rule.node)
        joint &= held if held is not None else True
    return int(np.count_nonzero(joint))


def timed(job: Callable[[], object]) -> float:
    """Return milliseconds."""
    start = perf_counter()
    job()
    return 1000 * (perf_counter() - start)


def speed(paths: int, repeats: int) -> bool:
    """Print the ratio and what a slider takes; return whether both keep their bounds."""
    plan = twelve()
    given = shipped().model_copy(update={"paths": paths})
    horizon, columns = len(plan.years), len(INDICATORS) * len(plan.years)
    outlook = Forecast(plan.base_system, published(), SEED, given)
    fits: list[Fit] = []
    fitting = timed(
        lambda: fits.extend(fit(process, horizon, SEED, given) for process in outlook.processes)
    )
    rows = sum(len(rule.rows) for rule in plan.base_system.of_scope("target"))
    limit(paths, columns), judged(plan, fits, given)
    ours, least = [], []
    for _ in range(repeats):
        least.append(timed(lambda: limit(paths, columns)))
        ours.append(timed(lambda: judged(plan, fits, given)))
    ratio = median(o / m for o, m in zip(ours, least, strict=True))
    print(f"{paths} paths of {len(INDICATORS)} indicators x {horizon} years, {rows} rows")
    print(f"  normals and exp       {median(least):7.1f} ms")
    print(f"  drawn and judged      {median(ours):7.1f} ms   ratio {ratio:.2f} (at most {LIMIT})")
    print(f"  fitted once before    {fitting:7.1f} ms")
    moved = _slider(repeats)
    print(f"  a moved slider        {moved:7.1f} ms   (at most {SLIDER:.0f})")
    return ratio <= LIMIT and moved <= SLIDER


def _slider(repeats: int) -> float:
    """Return what it takes to count every chance of a plan anew, all shipped indicators."""
    plan = make_plan(ROOT / "baselines" / "example.csv")
    _ = plan.odds(SEED).goals
    times = []
    for step in range(max(repeats, 20)):
        moved = plan.wish("output", plan.years[-1], 250 + step)
        _ = moved.goals

        odds = moved.odds(SEED)
        times.append(timed(partial(_counted, odds)))
    return median(times)


def _counted(odds: Odds) -> object:
    return odds.joint, odds.goals


def errors(seeds: int) -> None:
    """Print how far probabilities differ between seeds, in units of the error they state."""
    plan = make_plan(ROOT / "baselines" / "example.csv").release("co2")
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in range(seeds):
        odds = plan.odds(seed)
        chances = {str(cell): chance for cell, chance in odds.chances.items()}
        chances["joint"] = odds.joint
        for key, chance in chances.items():
            if chance is not None:
                found.setdefault(key, []).append((chance.value, chance.error))
    ratios = {
        key: stdev(value for value, _ in pairs) / median(error for _, error in pairs)
        for key, pairs in found.items()
    }
    odds = plan.odds(SEED)
    worst = max(ratios, key=lambda key: ratios[key])
    print(f"\n{odds.paths} paths, {seeds} seeds: spread between seeds over the stated error")
    print(
        f"  median {median(ratios.values()):.2f}, highest {ratios[worst]:.2f} ({worst}),", end=" "
    )
    print(f"joint {ratios['joint']:.2f}")


def main() -> int:
    """Measure and print; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--seeds", type=int, default=20)
    args = parser.parse_args()
    kept = speed(args.paths, args.repeats)
    errors(args.seeds)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
