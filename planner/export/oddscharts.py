"""Charts of odds: fans behind trajectories, the tornado of assumptions, odds as a target moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from planner.export.charts import DPI, Chart, style, trajectory_chart
from planner.export.trajectories import CLOUD, FAINT, FLOOR, INK, PLAN
from planner.forecast.advice import offer
from planner.forecast.odds import SAFE
from planner.forecast.sensitivity import curve
from planner.model import messages
from planner.model.catalogue import Cell

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.forecast.odds import OddsRecord
    from planner.forecast.sensitivity import Swing

BAR = 0.34  # inches of height for each bar of a tornado


def fan_chart(odds: OddsRecord, direction: str, lang: str = "") -> Figure:
    """Draw the trajectories of one direction before what may come about."""
    return trajectory_chart(odds.plan, direction, lang, odds)


def tornado_chart(
    odds: OddsRecord, swings: Sequence[Swing], lang: str = "", indicator: str = "", most: int = 12
) -> Figure:
    """Draw how far the odds go with each assumption, the widest on top.

    Parameters
    ----------
    indicator
        The goal the swings are about; all firm goals together when there is none.
    """
    shown = list(swings[:most])[::-1]
    now = odds[odds.key(indicator)].chances[odds.plan.years[-1]] if indicator else odds.joint
    with mpl.rc_context(style()):
        figure = Chart(figsize=(7.6, 1.1 + BAR * len(shown)), dpi=DPI, layout="constrained")
        axes = figure.subplots()
        for place, swing in enumerate(shown):
            for end, colour in ((swing.low, FLOOR), (swing.high, PLAN)):
                other = swing.high if end is swing.low else swing.low
                _bar(
                    axes, place, end.chance.value, now.value if now else other.chance.value, colour
                )
            for end in (swing.low, swing.high):
                left = end.chance.value == min(swing.low.chance.value, swing.high.chance.value)
                left = left and not (end is swing.high and swing.width == 0)
                axes.annotate(
                    end.value,
                    (end.chance.value, place),
                    xytext=(-4 if left else 4, 0),
                    textcoords="offset points",
                    ha="right" if left else "left",
                    va="center",
                    fontsize=8,
                    color=INK,
                )
        names = [swing.title(odds, lang) for swing in shown]
        axes.set_yticks(range(len(shown)), names, fontsize=8.5)
        if now is not None:
            axes.axvline(now.value, color=INK, linewidth=0.8)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=None))
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.margins(x=0.14)
        axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        goal = odds[odds.key(indicator)].item.name(lang) if indicator else ""
        name = messages.label("of_goal", lang, name=goal) if goal else ""
        axes.set_title(messages.label("tornado_title", lang, name=name))
    return figure


def _bar(axes: Axes, place: int, end: float, start: float, colour: str) -> None:
    axes.barh(place, end - start, left=start, height=0.62, color=colour, alpha=0.75)


def curve_chart(odds: OddsRecord, indicator: str, lang: str = "") -> Figure:
    """Draw the odds of an indicator as its target moves, with this plan's and the safe target."""
    points = curve(odds, indicator).rows
    goal = odds[odds.key(indicator)]
    end = odds.plan.years[-1]
    with mpl.rc_context(style()):
        figure = Chart(figsize=(6.4, 3.8), dpi=DPI, layout="constrained")
        axes = figure.subplots()
        targets = [float(point[0]) for point in points]
        axes.plot(targets, [float(point[2]) for point in points], color=CLOUD, linewidth=2)
        axes.axhline(SAFE / 100, color=FAINT, linewidth=0.8, linestyle=":")
        target = goal.row.values[end]
        name = "odds_safe" if offer(odds, goal).kind == "safe" else "odds_at_safe"
        marks = [(goal.safe, "o", CLOUD, name)]
        marks += [(target, "D", PLAN, "here_target")] if target is not None else []
        for value, mark, colour, key in marks:
            hits = odds.forecast.outcomes.reaches(
                Cell(goal.id, end), value, better=goal.item.better
            )
            if hits is not None:
                label = f"{messages.label(key, lang)} {value}"
                axes.plot(
                    float(value),
                    odds.count(hits).value,
                    mark,
                    color=colour,
                    markersize=7,
                    label=label,
                )
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel(f"{goal.item.name(lang)} {end} ({goal.item.unit(lang)})")
        axes.grid(color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_title(messages.label("curve_title", lang, name=goal.item.name(lang)))
        axes.legend(frameon=False, fontsize=9)
    return figure
