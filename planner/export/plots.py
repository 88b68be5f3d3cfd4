"""Plots: one indicator, or all odds, on axes of somebody's own figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.ticker import PercentFormatter

from planner.core.language import spoken
from planner.export.charts import panel, style
from planner.export.trajectories import CLOUD, FAINT, FLOOR, INK, PAST, PLAN, trajectory
from planner.model import messages

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.forecast.odds import OddsRecord
    from planner.planning.differences import Comparison
    from planner.planning.record import PlanRecord

SIZE, BAR = (5.2, 3.4), 0.3
# One for each plan; told apart by lightness as well.
COLOURS = (PLAN, FLOOR, CLOUD, PAST, INK)


def _axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return the axes to draw on; a notebook shows those that are made here."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    _, made = plt.subplots(figsize=size, layout="constrained")
    return made


def plot_goal(
    plan: PlanRecord,
    indicator: str,
    ax: Axes | None = None,
    lang: str = "",
    odds: OddsRecord | None = None,
) -> Axes:
    """Draw an indicator's past, plan and requirement: see :meth:`planner.Plan.plot`."""
    row = plan.goals[indicator]
    told = odds.goal(row.id) if odds is not None else None
    with mpl.rc_context(style()):
        axes = _axes(ax, SIZE)
        panel(axes, trajectory(plan, row, told), spoken(lang))
        axes.legend(fontsize=8, frameon=False, loc="best")
    return axes


def plot_odds(odds: OddsRecord, ax: Axes | None = None, lang: str = "") -> Axes:
    """Draw how likely each goal of the last year is: see :meth:`planner.Odds.plot`."""
    lang, end = spoken(lang), odds.plan.years[-1]
    shown = [goal for goal in odds.goals if end in goal.chances][::-1]
    with mpl.rc_context(style()):
        axes = _axes(ax, (SIZE[0] * 1.2, 0.9 + BAR * len(shown)))
        for place, goal in enumerate(shown):
            chance = goal.chances[end]
            firm = goal.id in odds.firm
            axes.barh(place, chance.value, color=PLAN if firm else FAINT, height=0.62)
            axes.annotate(
                str(chance), (chance.value, place), (4, 0), "data", "offset points",
                va="center", fontsize=8.5, color=INK,
            )  # fmt: skip
        axes.set_yticks(range(len(shown)), [goal.item.name(lang) for goal in shown], fontsize=8.5)
        axes.set_xlim(0, 1.12)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_title(messages.label("odds_year", lang, year=end))
    return axes


def plot_compared(held: Comparison, ax: Axes | None = None, lang: str = "") -> Axes:
    """Draw how far plans go from the baseline: see :meth:`planner.api.comparing.Compared.plot`."""
    lang, first = spoken(lang), held.first
    end = first.years[-1]
    known = [{row.id: row for row in plan.goals} for plan in held.plans.values()]
    told = []
    for row in list(first.goals)[::-1]:
        others = [rows.get(row.id) for rows in known]
        values = [other.values.get(end) if other else None for other in others]
        if row.item.kind == "growth" or not row.baseline or len({*values}) == 1:
            continue
        start = row.baseline
        shares = [0.0 if value is None else float((value - start) / start) for value in values]
        told.append((row.item.name(lang), shares, values))
    thick = 0.8 / len(held.plans)
    with mpl.rc_context(style()):
        axes = _axes(ax, (SIZE[0] * 1.4, 1.2 + BAR * len(held.plans) * max(len(told), 1)))
        for number, name in enumerate(held.plans):
            colour = COLOURS[number % len(COLOURS)]
            places = [line + 0.4 - thick * (number + 0.5) for line in range(len(told))]
            lengths = [shares[number] for _, shares, _ in told]
            axes.barh(places, lengths, thick * 0.9, color=colour, label=name)
            for place, length, (_, _, values) in zip(places, lengths, told, strict=True):
                axes.annotate(
                    "–" if values[number] is None else f"{values[number]}", (length, place),
                    (-4 if length < 0 else 4, 0), "data", "offset points", va="center",
                    ha="right" if length < 0 else "left", fontsize=8, color=INK,
                )  # fmt: skip
        axes.set_yticks(range(len(told)), [name for name, _, _ in told], fontsize=8.5)
        axes.axvline(0, color=FAINT, linewidth=0.8)
        axes.margins(x=0.16)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_title(
            messages.label("compared_title", lang, base=first.baseline.base_year, end=end)
        )
        axes.legend(fontsize=8.5, frameon=False, loc="lower right")
    return axes
