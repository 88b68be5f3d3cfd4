"""Trajectory charts: past, stages and target of each indicator against its required path.

One chart for each direction (方向). Chinese is drawn with the fonts that come with the package,
so it is the same on a machine that has none.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from planner.compliance.rows import SIGNS
from planner.core import resources
from planner.export.trajectories import (
    CLOUD,
    FAINT,
    FLOOR,
    INK,
    PAST,
    PLAN,
    Trajectory,
    drawn,
    trajectory,
)
from planner.model import messages

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.forecast.odds import OddsRecord
    from planner.planning.frontier import Frontier
    from planner.planning.record import PlanRecord

COLUMNS = 3
PANEL = (3.7, 2.5)
DPI = 130
NOTE = 19  # points above a panel that a title leaves for a note under it
SMALL = 10  # below this the axis shows an indicator's decimals


class Chart(Figure):
    """A figure that belongs to no window and that a notebook shows as a picture."""

    def _repr_png_(self) -> bytes:
        return png(self)


@resources.once
def style() -> Any:
    """Register the shipped fonts and return the settings all charts are drawn with."""
    for weight in ("Regular", "Bold"):
        font_manager.fontManager.addfont(str(resources.data_path(f"fonts/NotoSansSC-{weight}.ttf")))
    # Newer versions shape letters by the locale they run in, unless they are told a language.
    spoken = {"text.language": "zh-Hans"} if "text.language" in mpl.rcParams else {}
    return {
        **spoken,
        "font.family": ["Noto Sans SC", "DejaVu Sans"],
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": FAINT,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8,
        "text.color": INK,
        "svg.fonttype": "path",
        "svg.hashsalt": "planner",
    }


def trajectory_chart(
    plan: PlanRecord,
    direction: str,
    lang: str = "",
    odds: OddsRecord | None = None,
) -> Figure:
    """Draw the indicators of one direction as small multiples.

    Parameters
    ----------
    direction
        A key of ``plan.baseline.catalogue.directions``.
    odds
        Draws where eight of ten simulated paths lie behind each trajectory, with the chance of
        its target under the title.

    Returns
    -------
    Figure
        A matplotlib figure that belongs to no window; a notebook shows it as it is.
    """
    rows = [row for row in drawn(plan) if row.item.direction == direction]
    known = {goal.id: goal for goal in odds.goals} if odds is not None else {}
    columns = 2 if len(rows) in {2, 4} else min(COLUMNS, len(rows)) or 1
    lines = -(-len(rows) // columns) or 1
    with mpl.rc_context(style()):
        figure = Chart(
            figsize=(PANEL[0] * columns, PANEL[1] * lines + 0.75), dpi=DPI, layout="constrained"
        )
        axes = figure.subplots(lines, columns, squeeze=False).ravel()
        for each, row in zip(axes, rows, strict=False):
            chart = trajectory(plan, row, known.get(row.id))
            panel(each, chart, lang)
            if chart.chance:
                note = f"{messages.label('odds', lang)} {chart.chance}"
                each.set_title(each.get_title(loc="left"), pad=NOTE)
                each.annotate(
                    note, (0, 1), (0, 4), "axes fraction", "offset points", color=CLOUD, fontsize=9
                )
        for empty in axes[len(rows) :]:
            empty.set_axis_off()
        _legend(figure, axes[: len(rows)])
        name = plan.system.catalogue.directions[direction](lang)
        figure.suptitle(name, x=0.01, ha="left", fontsize=13, fontweight="bold")
    return figure


def panel(axes: Axes, chart: Trajectory, lang: str) -> None:
    """Draw one trajectory: what lies behind it first, bounds and pins over it."""
    row = chart.row
    _fan(axes, chart, lang)
    axes.plot(
        list(chart.past),
        [float(v) for v in chart.past.values()],
        color=PAST,
        marker="s",
        markersize=3.5,
        linewidth=1.2,
        label=messages.label("past", lang),
    )
    axes.plot(
        list(chart.plan),
        [float(v) for v in chart.plan.values()],
        color=PLAN,
        marker="o",
        markersize=4.5,
        linewidth=1.8,
        label=messages.label("plan", lang),
        zorder=3,
    )
    _required(axes, chart, lang)
    _pins(axes, chart, lang)
    _label_ends(axes, chart)
    axes.set_title(
        messages.label("aside", lang, text=row.item.name(lang), more=row.item.unit(lang))
    )
    years = chart.years
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.45)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=row.item.decimals == 0))
    small = max((abs(value) for value in chart.plan.values()), default=0) < SMALL
    digits = row.item.decimals if small else 0
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.{digits}f}"))
    axes.margins(y=0.22)
    axes.axvline(chart.base, color=FAINT, linewidth=0.6, linestyle=":")
    axes.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)


def _fan(axes: Axes, chart: Trajectory, lang: str) -> None:
    """Draw where eight of ten paths lie, and their middle."""
    if not chart.fan:
        return
    low, middle, high = zip(*chart.fan.values(), strict=True)
    label = messages.label("fan_short", lang)
    axes.fill_between(list(chart.fan), low, high, color=CLOUD, alpha=0.16, linewidth=0, label=label)
    label = messages.label("fan_median", lang)
    axes.plot(
        list(chart.fan), middle, color=CLOUD, linewidth=1.2, linestyle=(0, (2, 2)), label=label
    )


def _label_ends(axes: Axes, chart: Trajectory) -> None:
    """Write the first and the last value beside the line, not across it."""
    for year, value in chart.plan.items():
        if year not in {chart.base, chart.end}:
            continue
        last = year == chart.end
        axes.annotate(
            f"{value:,}",
            (year, float(value)),
            xytext=(0 if last or chart.falls else -4, -14 if last and chart.falls else 6),
            textcoords="offset points",
            ha="center" if last or chart.falls else "right",
            fontsize=8.5,
            fontweight="bold" if last else "normal",
            color=PLAN if last else INK,
        )


def _required(axes: Axes, chart: Trajectory, lang: str) -> None:
    """Draw the path a growth rule asks for, or the bound of the last year."""
    if chart.floor:
        axes.plot(
            list(chart.floor),
            list(chart.floor.values()),
            color=FLOOR,
            linewidth=5,
            alpha=0.38,
            solid_capstyle="butt",
            label=messages.label("floor", lang),
        )
    elif chart.bound is not None and chart.row.sense is not None:
        axes.plot(
            [chart.end - 0.45, chart.end + 0.4],
            [float(chart.bound)] * 2,
            color=FLOOR,
            linewidth=1.6,
            label=messages.label("bound", lang),
        )
        axes.annotate(
            f"{SIGNS[chart.row.sense]}{chart.bound}",
            (chart.end + 0.42, float(chart.bound)),
            xytext=(0, -3),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=8,
            color=FLOOR,
        )


def _pins(axes: Axes, chart: Trajectory, lang: str) -> None:
    if chart.pins:
        axes.plot(
            list(chart.pins),
            [float(value) for value in chart.pins.values()],
            "D",
            color="white",
            markeredgecolor=PLAN,
            markersize=7,
            label=messages.label("pinned", lang),
            zorder=4,
        )


def frontier_chart(plan: PlanRecord, frontier: Frontier, lang: str = "") -> Figure:
    """Draw what complies of two indicators, the rest as it stands, and where the plan is.

    Parameters
    ----------
    plan, frontier
        A plan, and what its :meth:`~planner.Plan.frontier` returned.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    matplotlib.figure.Figure
        It belongs to no window; axes are in the indicators' units.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> figure = frontier_chart(plan, plan.frontier("output", "energy", points=2), "en")
    >>> figure.axes[0].get_xlabel()
    'Total output (100m yuan, 2028)'
    """
    items = [plan.system.catalogue[cell.indicator] for cell in (frontier.x, frontier.y)]
    xs = [float(point.x) for point in frontier.points]
    here = [float(plan.numbers.printed(*cell) or 0) for cell in (frontier.x, frontier.y)]
    ends = [end for p in frontier.points for end in (p.y.low, p.y.high) if end is not None]
    known = [here[1], *(float(end.value) for end in ends)]
    spread = (max(known) - min(known)) or abs(here[1]) / 10 or 1.0
    floor, ceiling = max(min(known) - spread / 4, 0.0), max(known) + spread / 4
    low = [float(p.y.low.value) if p.y.low else floor for p in frontier.points]
    high = [float(p.y.high.value) if p.y.high else ceiling for p in frontier.points]
    best = [p.y.low if items[1].better == "lower" else p.y.high for p in frontier.points]
    efficient = [
        (x, float(end.value))
        for x, end, point in zip(xs, best, frontier.points, strict=True)
        if point.efficient and end is not None
    ]
    with mpl.rc_context(style()):
        figure = Chart(figsize=(6.4, 4.2), dpi=DPI, layout="constrained")
        axes = figure.subplots()
        say = {key: messages.label(key, lang) for key in ("complying", "efficient", "here")}
        axes.fill_between(
            xs, low, high, color=PLAN, alpha=0.14, linewidth=0, label=say["complying"]
        )
        if efficient:
            axes.plot(
                *zip(*efficient, strict=True), color=FLOOR, marker="o", label=say["efficient"]
            )
        axes.plot(*here, "D", color=PLAN, markersize=8, label=say["here"], zorder=4)
        names = [f"{item.name(lang)} ({item.unit(lang)}, {frontier.x.year})" for item in items]
        axes.set_xlabel(names[0])
        axes.set_ylabel(names[1])
        axes.set_ylim(floor, ceiling)
        axes.grid(color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=3,
                      frameon=False, fontsize=9)  # fmt: skip
    return figure


def _legend(figure: Figure, axes: Any) -> None:
    handles: dict[str, Any] = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    if handles:
        figure.legend(
            list(handles.values()),
            list(handles),
            loc="upper right",
            ncols=len(handles),
            frameon=False,
            fontsize=9,
        )


def png(figure: Figure, plan_hash: str = "") -> bytes:
    """Return the figure as PNG, the same bytes for the same figure; it names its plan (§11)."""
    stream = io.BytesIO()
    said = {"Description": f"plan {plan_hash}"} if plan_hash else {}
    with mpl.rc_context(style()):
        figure.savefig(stream, format="png", metadata={"Software": None, **said})
    return stream.getvalue()
