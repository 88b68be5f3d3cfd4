"""Plots: one indicator, or all odds, on axes of somebody's own figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.ticker import PercentFormatter

from planner.core.language import spoken
from planner.export.charts import panel, style
from planner.export.trajectories import FAINT, INK, PLAN, trajectory
from planner.model import messages

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord

SIZE, BAR = (5.2, 3.4), 0.3


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
