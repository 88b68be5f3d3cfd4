"""Back-test: what would have been said before, held against what came about.

Once for the goals of the past three years, as the form asks for them, and once for the method
itself on other clusters, at every year they have a before and an after of. Chances are scored by
their squared error [1]_, distributions by the continuous ranked probability score [2]_ of their
draws, here in per cent of the last level so that indicators can be compared.

References
----------
.. [1] G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather
   Review 78(1), 1-3, 1950.
.. [2] T. Gneiting and A. E. Raftery, Strictly proper scoring rules, prediction, and estimation,
   Journal of the American Statistical Association 102(477), 359-378, 2007.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planner.core.findings import Finding, InputError, Obligation
from planner.core.frames import As, Column, Records, Shown
from planner.core.numerals import read_number
from planner.core.phrases import phrase
from planner.core.rounding import to_grid
from planner.forecast.chance import Chance
from planner.forecast.odds import OddsRecord, odds_of
from planner.forecast.predictive import predictive
from planner.forecast.processes import walked
from planner.model.answers import Answers
from planner.model.asked import known_id, typed
from planner.model.cards import card
from planner.model.catalogue import Cell, Indicator
from planner.model.coherence import seen_from
from planner.model.forms import Form, load_form
from planner.model.formschema import goal_slot
from planner.model.reference import Reference

if TYPE_CHECKING:
    import pandas as pd

    from planner.planning.record import PlanRecord

FAN = (0.1, 0.9)
PATHS = 2000
KNOWN = 3  # years of history that the method is given, as a cluster has them


@dataclass(frozen=True)
class PastGoal:
    """A goal of the past: what was aimed at, what came about, and the odds it had.

    Attributes
    ----------
    item, base
        The indicator, and the cell of the year in which the goal was set.
    start, target, actual
        The level then, the one aimed at, and the one that came about, in the indicator's unit; None
        where it is not known.
    chance
        The probability that would have been given when the goal was set.
    below
        The share of the paths, from 0 to 1, that ended below what came about.
    """

    item: Indicator
    base: Cell
    start: Decimal | None
    target: Decimal
    actual: Decimal | None
    chance: Chance | None
    below: float | None

    @property
    def met(self) -> bool | None:
        """Whether the goal was met, or None if that is not known."""
        if self.actual is None:
            return None
        lower = self.item.better == "lower"
        return self.actual <= self.target if lower else self.actual >= self.target

    @property
    def brier(self) -> float | None:
        """Return the squared error of the chance: 0 is best, a coin scores a quarter."""
        if self.met is None or self.chance is None:
            return None
        return (self.chance.value - self.met) ** 2


@dataclass(frozen=True)
class Backtest:
    """The goals of the past, one by one, from the year `start` to the base year `end`."""

    start: int
    end: int
    goals: tuple[PastGoal, ...]

    @property
    def met(self) -> int:
        """Return how many goals were met."""
        return sum(goal.met is True for goal in self.goals)

    @property
    def judged(self) -> int:
        """Return of how many goals it is known."""
        return sum(goal.met is not None for goal in self.goals)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return which goals could not be scored, and why."""
        return tuple(
            Finding(
                "backtest_unscored",
                Obligation.INFO,
                indicator=goal.item.id,
                facts={"why": phrase(why, year=year)},
                ways_out=("fill_history",),
            )
            for goal in self.goals
            for why, year, missing in (
                ("actual_unknown", self.end, goal.actual is None),
                ("then_unknown", self.start, goal.chance is None),
            )
            if missing
        )

    def records(self, lang: str = "") -> Records:
        """Return the back-test as lines, one for each goal."""
        columns = (
            Column("indicator"), Column("name", head=phrase("indicator")),
            Column("start", "number", phrase("year", year=self.start)),
            Column("target", "number", phrase("target_year", year=self.end)),
            Column("actual", "number", phrase("actual_year", year=self.end)),
            Column("met", "flag"), Column("chance", "number", phrase("odds_then")),
            Column("below", "number"),
        )  # fmt: skip
        rows = (
            (goal.item.id, goal.item.name(lang), goal.start, goal.target, goal.actual, goal.met,
             goal.chance, None if goal.below is None else Shown(goal.below, f"{100 * goal.below:.0f}%"))
            for goal in self.goals
        )  # fmt: skip
        return Records(columns, tuple(rows))

    def frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return the back-test as a DataFrame, a line for each goal."""
        return self.records(lang).frame(as_)

    def _repr_html_(self) -> str:
        return card(self.records(), hidden=("indicator",))


def past_goals(
    plan: PlanRecord,
    targets: Answers | Mapping[str, object],
    reference: Reference,
    *,
    form: Form | None = None,
    start: int | None = None,
    seed: int = 7,
) -> Backtest:
    """Score the goals of the past three years: see :func:`planner.api.odds.past_goals`."""
    base = plan.baseline
    if start is not None and start >= base.base_year:
        late = Finding(
            "argument_wrong", Obligation.MUST_FIX, found=str(start), expected=f"< {base.base_year}"
        )
        raise InputError([late])
    if isinstance(targets, Answers):
        wanted, starts, stated = _from_form(targets, form or load_form(targets.form), plan)
        start = start or stated
    else:
        starts = {}
        wanted = {
            key: typed(base.catalogue[key], base.base_year, str(value))
            for name, value in targets.items()
            for key in (known_id(base.catalogue, name),)
        }
    if start is None:
        early = [
            year for year in base.years if base.base_year - len(plan.years) < year < base.base_year
        ]
        start = min(early, default=base.base_year - 1)
    before = replace(
        plan,
        baseline=seen_from(base, start),
        wishes={},
        pins={},
        given=None,
        scenario=None,
        repaired=None,
    )
    odds = odds_of(before, seed, reference, OddsRecord)
    goals = []
    for key, target in wanted.items():
        known = base.printed(key, start)
        before_it = starts.get(key) if known is None else known
        goals.append(_past_goal(plan, odds, Cell(key, start), before_it, target))
    return Backtest(start, base.base_year, tuple(goals))


def _past_goal(
    plan: PlanRecord, odds: OddsRecord, since: Cell, start: Decimal | None, target: Decimal
) -> PastGoal:
    base, key = plan.baseline, since.indicator
    item = base.catalogue[key]
    cell = Cell(key, base.base_year)
    actual = base.printed(key)
    hits = odds.forecast.outcomes.reaches(cell, target, better=item.better)
    draws = odds.forecast.outcomes.draws(cell)
    below = None
    if draws is not None and actual is not None:
        below = float(np.mean(draws < float(actual)) + np.mean(draws == float(actual)) / 2)
    return PastGoal(
        item,
        since,
        start,
        target,
        actual,
        None if hits is None else odds.count(hits),
        below,
    )


def _from_form(
    answers: Answers, form: Form, plan: PlanRecord
) -> tuple[dict[str, Decimal], dict[str, Decimal], int | None]:
    """Return the targets that the form states for the base year, and from which values and year."""
    targets: dict[str, Decimal] = {}
    starts: dict[str, Decimal] = {}
    year = None
    for item in form:
        columns = {column.id: column for column in item.columns} if item.kind == "goals" else {}
        if "actual" not in columns:
            continue
        year = columns["baseline"].year if "baseline" in columns else None
        for row in plan.baseline.catalogue:
            for name, levels in (("baseline", starts), ("target", targets)):
                text = (
                    answers.values.get(goal_slot(item, row.id, columns[name]), "")
                    if name in columns
                    else ""
                )
                value = read_number(text).of(row.unit.zh) if text else None
                if value is not None:
                    levels[row.id] = to_grid(value, row.decimals)
    return targets, starts, year


# -- the method itself --------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How the method did on one indicator of the peers.

    `inside` is the share of what came about that lay between the 10th and the 90th of a hundred
    paths, which should be 80 %; `crps` the mean distance of the distribution from what came
    about, in per cent of the level, and `naive` that of the unit's own growth carried on.
    """

    indicator: str
    forecasts: int
    origins: int
    inside: float
    crps: float
    naive: float


def method(plan: PlanRecord, reference: Reference, seed: int = 7) -> tuple[Score, ...]:
    """Score the method on the peers' own past, indicator by indicator.

    At every year that has one before and one after it, the peers' figures up to it are given
    and the following years, as many as the plan has, are forecast.
    """
    scores = []
    for item in plan.baseline.catalogue:
        panel = _panel(item.id, reference)
        if panel is not None:
            folds = list(_folds(panel, len(plan.years), seed))
            if folds:
                scores.append(_scored(item.id, folds))
    return tuple(scores)


def _panel(key: str, reference: Reference) -> NDArray[np.float64] | None:
    known = [walked(base, key) for base in reference.clusters if key in base.catalogue]
    positive = [{year: float(v) for year, v in levels.items() if v > 0} for levels in known]
    years = sorted({year for levels in positive for year in levels})
    if not years:
        return None
    span = range(years[0], years[-1] + 1)
    return np.array([[levels.get(year, np.nan) for year in span] for levels in positive])


Fold = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _folds(panel: NDArray[np.float64], horizon: int, seed: int) -> Iterator[Fold]:
    """Yield last levels, draws and what came about, for every origin."""
    for origin in range(1, panel.shape[1] - 1):
        history = panel[:, max(0, origin - KNOWN + 1) : origin + 1]
        after = panel[:, origin + 1 : origin + 1 + horizon]
        units = ~np.isnan(history[:, -1]) & (~np.isnan(after)).any(1)
        if units.any():
            draws = predictive(history[units], horizon=after.shape[1], draws=PATHS, seed=seed)
            yield history[units], draws, after[units]


def _scored(key: str, folds: Sequence[Fold]) -> Score:
    inside, errors, naive = [], [], []
    for history, draws, after in folds:
        known = ~np.isnan(after)
        low, high = np.quantile(draws, FAN, axis=-1)
        inside.append(((after >= low) & (after <= high))[known])
        last = history[:, -1:]
        errors.append((crps(draws, after) / last)[known])
        logs = np.log(history)
        first = (~np.isnan(logs)).argmax(axis=1)
        years = np.maximum(history.shape[1] - 1 - first, 1)
        mean = (logs[:, -1] - logs[np.arange(len(logs)), first]) / years
        ahead = np.arange(1, after.shape[1] + 1)
        naive.append((np.abs(last * np.exp(mean[:, None] * ahead) - after) / last)[known])
    together = np.concatenate(errors)
    return Score(
        key,
        len(together),
        len(folds),
        float(np.concatenate(inside).mean()),
        float(100 * together.mean()),
        float(100 * np.concatenate(naive).mean()),
    )


def crps(draws: NDArray[np.float64], actual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the continuous ranked probability score of draws (…, n) for what came about (…).

    >>> crps(np.array([[1.0, 3.0]]), np.array([2.0])).round(2).tolist()
    [0.5]
    """
    ordered = np.sort(draws, axis=-1)
    count = ordered.shape[-1]
    ranks = 2 * np.arange(count) + 1 - count
    spread = (ordered * ranks).sum(-1) / count**2
    distance: NDArray[np.float64] = np.abs(draws - actual[..., None]).mean(-1) - spread
    return distance


def scores_records(plan: PlanRecord, scores: Sequence[Score], lang: str = "") -> Records:
    """Return the scores of the method as lines; shares and errors are of one."""
    columns = (
        Column("indicator"), Column("name", head=phrase("indicator")),
        Column("forecasts", "count"), Column("origins", "count"), Column("inside", "number"),
        Column("crps", "number"), Column("naive", "number"),
    )  # fmt: skip
    rows = (
        (score.indicator, plan.baseline.catalogue.label(score.indicator, lang), score.forecasts,
         score.origins, Shown(score.inside, f"{100 * score.inside:.0f}%"),
         Shown(score.crps, f"{score.crps:.1f}%"), Shown(score.naive, f"{score.naive:.1f}%"))
        for score in scores
    )  # fmt: skip
    return Records(columns, tuple(rows))
