"""Charts that follow a slider, as SVG text (printed charts are matplotlib's).

Drawn from the goal table as it stands; nothing here is recomputed. A line is known by mark and
dash as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from planner.api.plan import Plan
from planner.apps.page.texts import say
from planner.core.language import spoken
from planner.export.trajectories import (
    CLOUD,
    FLOOR,
    INK,
    OTHER,
    PAST,
    PLAN,
    Trajectory,
    drawn,
    trajectory,
)
from planner.forecast.odds import GoalOdds
from planner.model import messages
from planner.planning.tradeoffs import implied

RULE = "#e3e3e3"
MUTED = PAST  # for text: a fainter grey could not be read
FONT = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"
TICKS = 4
MOST_PLACES, TINY = 9, 1e-9
_SIGNS = {"met": "✓", "unmet": "✗", "unknown": "?", "free": "–"}
_COLOURS = {"met": "#1a6b2e", "unmet": "#b00020", "unknown": "#7a5200", "free": "#595959"}


# -- scales ---------------------------------------------------------------------------------


Points = Mapping[int, float | Decimal]


@dataclass(frozen=True)
class Frame:
    """Where a chart draws: its box and the values at the box's edges."""

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float
    first: int
    last: int

    def x(self, year: float) -> float:
        """Return where a year stands."""
        span = max(self.last - self.first, 1)
        return self.left + (year - self.first) / span * self.width

    def y(self, value: float | Decimal) -> float:
        """Return where a value stands."""
        return self.top + (self.high - float(value)) / (self.high - self.low) * self.height


def ticks(low: float, high: float, most: int = TICKS) -> list[float]:
    """Return round numbers that cover a range.

    >>> ticks(147.32, 247.84)
    [120.0, 160.0, 200.0, 240.0, 280.0]
    """
    if high <= low:
        pad = abs(low) / 10 or 1.0
        low, high = low - pad, high + pad
    raw = (high - low) / (most - 1)
    size = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 4, 5, 10, 20):
        step = factor * size
        start = math.floor(low / step) * step
        count = math.ceil((high - start) / step - 1e-9) + 1
        if count <= most + 1 and step >= raw * 0.99:
            return [round(start + step * k, 10) for k in range(count)]
    return [low, high]


def _tick(value: float, marks: Sequence[float]) -> str:
    """Return a tick's label, with as many decimals as all of them together need."""
    for places in range(MOST_PLACES):
        if all(abs(round(mark, places) - mark) < TINY for mark in marks):
            break
    return f"{value:,.{places}f}"


# -- marks ----------------------------------------------------------------------------------


def _text(x: float, y: float, said: str, *, size: float = 11, fill: str = INK,
          anchor: str = "start", bold: bool = False) -> str:  # fmt: skip
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}"'
        f' text-anchor="{anchor}"{weight}>{escape(said)}</text>'
    )


def _line(frame: Frame, points: Points, colour: str, width: float = 2, dash: str = "",
          opacity: float = 1) -> str:  # fmt: skip
    path = " ".join(f"{frame.x(year):.1f},{frame.y(v):.1f}" for year, v in sorted(points.items()))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    faded = f' stroke-opacity="{opacity}"' if opacity < 1 else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"'
        f"{dashed}{faded}/>"
    )


def _dots(
    frame: Frame,
    points: Points,
    colour: str,
    mark: str,
    size: float = 4,
) -> str:
    drawn = []
    for year, value in points.items():
        x, y = frame.x(year), frame.y(value)
        if mark == "square":
            drawn.append(f'<rect x="{x - size + 1:.1f}" y="{y - size + 1:.1f}" width="{2 * size - 2}"'
                         f' height="{2 * size - 2}" fill="{colour}"/>')  # fmt: skip
        elif mark == "diamond":
            drawn.append(f'<path d="M{x:.1f} {y - size - 2:.1f} l{size + 2} {size + 2} l{-size - 2} '
                         f'{size + 2} l{-size - 2} {-size - 2}z" fill="#fff" stroke="{colour}" '
                         'stroke-width="2"/>')  # fmt: skip
        else:
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"/>')
    return "".join(drawn)


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{escape(label)}" font-family="{FONT}" width="100%">{"".join(parts)}</svg>'
    )


def _plot(chart: Trajectory, frame: Frame, marks: Sequence[float], *, small: bool) -> list[str]:
    """Draw an indicator into a frame."""
    parts = []
    right = frame.left + frame.width
    for mark in marks:
        y = frame.y(mark)
        parts.append(f'<path d="M{frame.left:.1f} {y:.1f}H{right:.1f}" stroke="{RULE}"/>')
        parts.append(_text(frame.left - 5, y + 3.5, _tick(mark, marks), size=9 if small else 11,
                           fill=MUTED, anchor="end"))  # fmt: skip
    base, size = frame.top + frame.height + (15 if small else 17), 9 if small else 11
    parts += [
        _text(frame.x(year), base, str(year), size=size, anchor="middle") for year in chart.years
    ]
    parts += _fan(frame, chart.fan)
    if chart.floor:
        parts.append(_line(frame, chart.floor, FLOOR, 6 if small else 9, opacity=0.45))
    elif chart.bound is not None:
        y = frame.y(chart.bound)
        start = frame.x(frame.last - 0.5)
        parts.append(f'<path d="M{start:.1f} {y:.1f}H{right:.1f}" stroke="{FLOOR}" stroke-width="2.5"'
                     ' stroke-dasharray="6 3"/>')  # fmt: skip
    dot = 2.8 if small else 4.5
    if len(chart.past) > 1:
        parts.append(_line(frame, chart.past, PAST, 1.4, "4 3"))
    parts.append(_dots(frame, chart.past, PAST, "square", dot))
    parts.append(_line(frame, chart.plan, PLAN, 2 if small else 2.5))
    parts.append(_dots(frame, chart.plan, PLAN, "circle", dot))
    parts.append(_dots(frame, chart.pins, PLAN, "diamond", dot + 1))
    return parts


def _frame(
    chart: Trajectory, box: tuple[float, float, float, float], most: int
) -> tuple[Frame, list[float]]:
    marks = ticks(min(chart.values), max(chart.values), most)
    years = chart.years
    return Frame(*box, marks[0], marks[-1], years[0], years[-1]), marks


def _fan(frame: Frame, fan: Mapping[int, Sequence[float]]) -> list[str]:
    """Draw where eight of ten paths lie, and their middle."""
    if not fan:
        return []
    low = [(frame.x(year), frame.y(values[0])) for year, values in fan.items()]
    high = [(frame.x(year), frame.y(values[-1])) for year, values in fan.items()]
    edge = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*low, *reversed(high)])
    middle = {year: values[len(values) // 2] for year, values in fan.items()}
    return [
        f'<polygon points="{edge}" fill="{CLOUD}" fill-opacity="0.16"/>',
        _line(frame, middle, CLOUD, 1.2, "2 3"),
    ]


def in_hand(plan: Plan, indicator: str, lang: str, goal: GoalOdds | None = None) -> str:
    """Draw the indicator in hand: past, plan, required path, stages and pins, before its odds."""
    row = next((row for row in plan.goals if row.id == indicator), None)
    if row is None:
        return ""
    chart = trajectory(plan, row, goal)
    title = say("chart_hand", lang, name=row.item.name(lang), unit=row.item.unit(lang))
    if not chart.plan:
        return ""
    width, height = 470.0, 256.0
    frame, marks = _frame(chart, (58, 50, width - 92, height - 76), TICKS + 1)
    parts = [_text(8, 16, title, size=13, bold=True), *_keys(chart, lang, 8, 33)]
    parts += _plot(chart, frame, marks, small=False)
    for year, value in chart.plan.items():
        if year in chart.past and year != chart.base:
            continue
        up = -10 if not chart.falls or year != chart.end else 18
        parts.append(_text(frame.x(year), frame.y(value) + up, f"{value:,}",
                           size=11, fill=PLAN, anchor="middle", bold=year == chart.end))  # fmt: skip
    return _svg(width, height, title, parts)


def _keys(chart: Trajectory, lang: str, x: float, y: float) -> list[str]:
    """Return the legend: a mark and a word for everything drawn."""
    shown = [("chart_past", PAST, "■"), ("chart_plan", PLAN, "●")]
    if chart.floor:
        shown.append(("chart_floor", FLOOR, "▬"))
    elif chart.bound is not None:
        shown.append(("chart_bound", FLOOR, "╌"))
    if chart.pins:
        shown.append(("chart_pin", PLAN, "◇"))
    if chart.fan:
        shown.append(("chart_fan", CLOUD, "▨"))
    parts = []
    for key, colour, mark in shown:
        word = say(key, lang)
        parts.append(_text(x, y, f"{mark} {word}", size=11, fill=colour))
        x += 26 + (11 if spoken(lang) == "zh" else 6.2) * len(word)
    return parts


def multiples(plan: Plan, lang: str, columns: int = 4) -> str:
    """Draw every indicator that is under a rule or moves, as small multiples."""
    rows = [(row, trajectory(plan, row)) for row in drawn(plan)]
    wide, high = 300.0, 176.0
    parts = []
    for number, (row, chart) in enumerate(rows):
        left, top = (number % columns) * wide, (number // columns) * high
        frame, marks = _frame(chart, (left + 52, top + 46, wide - 84, high - 74), TICKS - 1)
        parts.append(_text(left + 6, top + 15, row.item.name(lang), size=12, bold=True))
        state = f"{_SIGNS[row.status]} {messages.status(row.status, lang)}"
        parts.append(_text(left + 6, top + 29, f"{row.item.unit(lang)}　{state}", size=10,
                           fill=_COLOURS[row.status]))  # fmt: skip
        parts += _plot(chart, frame, marks, small=True)
        if (last := chart.plan.get(chart.end)) is not None:
            parts.append(_text(frame.x(chart.end), frame.y(last) + (13 if chart.falls else -7),
                               f"{last:,}", size=10, fill=PLAN, anchor="end", bold=True))  # fmt: skip
    count = max(-(-len(rows) // columns), 1)
    return _svg(wide * columns, high * count, say("chart_all", lang), parts)


def implications(plan: Plan, lang: str) -> str:
    """Draw the yearly rates that follow for ratios which no rule speaks of."""
    rates = implied(plan)
    label = plan.system.catalogue.label
    bars = []
    for item in rates:
        because = "，".join(f"{label(key, lang)} {rate:+}%" for key, rate in item.parts.items())
        name = f"{label(item.indicator, lang)}  {item.baseline} → {item.target}"
        bars.append((name, [(float(item.rate), f"{item.rate:+}%", PLAN)],
                     f"{say('implied_from', lang)} {because}"))  # fmt: skip
    return _bars(bars, say("chart_implied", lang))


MOST_BESIDE = 4
_BESIDE = (PLAN, OTHER, INK, FLOOR)


def beside(plans: Mapping[str, Plan], lang: str) -> str:
    """Draw how far each scenario moves every indicator from its baseline."""
    first = next(iter(plans.values()))
    end = first.years[-1]
    colours = dict(zip(plans, _BESIDE, strict=False))
    bars = []
    for row in first.goals:
        if row.item.kind == "growth" or not row.baseline:
            continue
        drawn = []
        for name, plan in plans.items():
            same = next((other for other in plan.goals if other.id == row.id), None)
            value = same.values.get(end) if same else None
            if value is not None:
                change = float((value - row.baseline) / row.baseline * 100)
                drawn.append((change, f"{change:+.1f}%", colours[name]))
        if any(abs(change) > 1e-9 for change, _, _ in drawn):  # noqa: PLR2004
            bars.append((row.item.name(lang), drawn, ""))
    key = [(name, colours[name]) for name in plans]
    return _bars(bars, say("chart_compare", lang, year=end), key)


Bar = tuple[str, list[tuple[float, str, str]], str]


def _bars(bars: Sequence[Bar], title: str, key: Sequence[tuple[str, str]] = ()) -> str:
    """Draw horizontal bars around zero, with the number at each bar."""
    width, left = 700.0, 190.0
    room = width - left - 90
    reached = [change for _, drawn, _ in bars for change, _, _ in drawn] or [0.0]
    low, high = min(0.0, *reached), max(0.0, *reached)
    scale = room / ((high - low) or 1)
    zero = left + 30 - low * scale
    parts, y = [_text(8, 18, title, size=13, bold=True)], 34.0
    for number, (name, colour) in enumerate(key):
        parts.append(_text(8 + number * 200, 36, f"■ {name}", size=12, fill=colour))
        y = 48.0
    for name, values, because in bars:
        tall = 15.0 * len(values)
        parts.append(_text(8, y + tall / 2 + 4, name, size=12))
        for place, (change, said, colour) in enumerate(values):
            top = y + 15 * place
            start, end = sorted((zero, zero + change * scale))
            parts.append(f'<rect x="{start:.1f}" y="{top + 1:.1f}" width="{max(end - start, 1):.1f}"'
                         f' height="12" fill="{colour}"/>')  # fmt: skip
            beyond = end + 5 if change >= 0 else start - 5
            parts.append(_text(beyond, top + 11, said, size=11, fill=INK,
                               anchor="start" if change >= 0 else "end"))  # fmt: skip
        if because:
            parts.append(_text(8, y + tall + 13, because, size=10, fill=MUTED))
            y += 14
        y += tall + 12
    parts.append(f'<path d="M{zero:.1f} 44V{y:.1f}" stroke="{MUTED}"/>')
    return _svg(width, y + 6, title, parts)
