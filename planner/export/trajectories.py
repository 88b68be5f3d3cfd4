"""Trajectories: what the chart of an indicator shows, once for paper and screen alike.

Two renderers draw it, matplotlib for documents and notebooks, SVG for the page; years, series
and colours are decided here. A line is known by mark and dash as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from planner.compliance.goalrows import GoalRow
from planner.compliance.judge import floor_path
from planner.forecast.odds import FAN, GoalOdds
from planner.model.catalogue import Cell
from planner.planning.record import PlanRecord

PAST_YEARS = 3
# Distinguishable without colour vision, and readable as text on white.
PAST, PLAN, FLOOR = "#767676", "#0b5fa5", "#c4541a"
CLOUD = "#6a51a3"  # what may come about
OTHER = "#6a3d9a"  # a second plan
INK, FAINT = "#222222", "#8a8a8a"
Points = Mapping[int, float]


@dataclass(frozen=True)
class Trajectory:
    """An indicator's past and plan by year, and what they are held against.

    Numbers are as printed, in the indicator's unit. `floor` is the yearly path that a growth rule
    asks for; where no rule does, `bound` is what the last year has to reach. `fan` holds what lies
    above 10, 50 and 90 of a hundred simulated paths, `chance` the odds of the last year's target.
    """

    row: GoalRow
    past: Mapping[int, Decimal]
    plan: Mapping[int, Decimal]
    base: int
    end: int
    floor: Points = field(default_factory=dict)
    bound: Decimal | None = None
    pins: Mapping[int, Decimal] = field(default_factory=dict)
    fan: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    chance: str = ""

    @property
    def years(self) -> list[int]:
        """Return the years there is something to draw for."""
        return sorted({*self.past, *self.plan})

    @property
    def values(self) -> list[float]:
        """Return everything that has to be on the scale."""
        printed = [*self.past.values(), *self.plan.values()]
        printed += [] if self.bound is None else [self.bound]
        beyond = [value for values in self.fan.values() for value in values]
        return [*map(float, printed), *self.floor.values(), *beyond]

    @property
    def falls(self) -> bool:
        """Whether the plan ends below where it starts."""
        start = self.row.baseline
        return start is not None and self.end in self.plan and self.plan[self.end] < start


def trajectory(plan: PlanRecord, row: GoalRow, goal: GoalOdds | None = None) -> Trajectory:
    """Return what is drawn of an indicator, before its odds if they are given.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> chart = trajectory(plan, plan.goals["output"])
    >>> chart.years, chart.floor[2028]
    ([2023, 2024, 2025, 2026, 2027, 2028], 247.8322)
    """
    base, end = plan.baseline.base_year, plan.years[-1]
    past = {
        year: value
        for year in range(base - PAST_YEARS + 1, base + 1)
        if (value := plan.numbers.printed(row.id, year)) is not None
    }
    planned = {year: value for year, value in row.values.items() if value is not None}
    start = {} if row.baseline is None else {base: row.baseline}
    floor = _floor(plan, row)
    bounded = not floor and row.sense is not None
    pins = {
        c.year: planned[c.year] for c in plan.pinned if c.indicator == row.id and c.year in planned
    }
    fan: dict[int, tuple[float, ...]] = {}
    chance = ""
    if goal is not None and row.baseline is not None:
        fan = {base: (float(row.baseline),) * len(FAN)}
        fan |= {year: tuple(map(float, values)) for year, values in goal.fan.items()}
        chance = str(goal.chances[end]) if end in goal.chances else ""
    return Trajectory(
        row,
        past,
        {**start, **planned},
        base,
        end,
        floor,
        row.requirement if bounded else None,
        dict(sorted(pins.items())),
        fan,
        chance,
    )


def _floor(plan: PlanRecord, row: GoalRow) -> Points:
    """Return the path that the first growth rule on an indicator asks for."""
    for rule in plan.system.of_scope("target"):
        if rule.level in {"identity", "ambition"}:
            continue
        for line in rule.rows:
            if line.subject[-1] == Cell(row.id, plan.years[-1]) and line.basis != "parts":
                path = floor_path(line, plan.numbers)
                if path:
                    return {year: float(value) for year, value in path.items()}
    return {}


def drawn(plan: PlanRecord) -> list[GoalRow]:
    """Return the indicators worth a chart: those under a rule, and those that move."""
    rows = []
    for row in plan.goals:
        values = [value for value in row.values.values() if value is not None]
        moves = any(value != row.baseline for value in values)
        if values and row.item.kind != "growth" and (moves or row.status != "free"):
            rows.append(row)
    return rows


def directions(plan: PlanRecord) -> list[str]:
    """Return the directions that have something to draw, in the catalogue's order."""
    present = {row.item.direction for row in drawn(plan)}
    return [key for key in plan.system.catalogue.directions if key in present]
