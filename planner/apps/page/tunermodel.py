"""The view model of the tuner: sliders, boxes and shape of the indicator in hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from planner.api.plan import Plan
from planner.apps.page.mends import told_with
from planner.apps.page.session import Session
from planner.apps.page.texts import say, shape_name
from planner.apps.page.viewmodel import ViewModel, row_state, text
from planner.compliance.goalrows import GoalRow
from planner.core.rounding import PERCENT, mean_rate, to_grid, to_units
from planner.export.trajectories import PAST_YEARS
from planner.model import messages
from planner.model.catalogue import Indicator
from planner.model.shapes import SHAPES

# How far a slider reaches beyond what stands and what is asked, and in how many keyboard steps.
BELOW, ABOVE, KEYS = Decimal("0.6"), Decimal("1.5"), 100
LEAST_REACH = 10  # grid steps a slider spans at least


def past_rate(plan: Plan, item: Indicator) -> Decimal | None:
    """Return the yearly rate an indicator had over the past, where it is known."""
    if item.kind == "growth":
        return None
    base = plan.system.baseline
    past = base.past_growth(item.id, base.base_year, PAST_YEARS)
    return mean_rate(past.factor, past.periods) if past and past.factor > 0 else None


def tuner(session: Session) -> ViewModel | None:
    """Return what it takes to tune the indicator in hand."""
    if session.history is None:
        return None
    plan, lang = session.plan, session.lang
    row = next((row for row in plan.goals if row.id == session.hand), None)
    if row is None:
        return None
    name = row.item.name(lang)
    low, high, step = reach(row)
    pinned = {c.year for c in plan.pinned if c.indicator == row.id}
    wished = {c.year for c in plan.requested if c.indicator == row.id} - pinned
    shapes = {**(plan.scenario.record.shapes if plan.scenario else {}), **plan.shapes}
    chosen = shapes.get(row.id, SHAPES[0])
    about = [finding for finding in plan.check() if finding.indicator == row.id]
    state, state_word = row_state(plan, row, lang)
    years = []
    for year in plan.years:
        word = say("unpin" if year in pinned else "pin", lang)
        years.append(
            {
                "year": year,
                "value": text(row.values[year]),
                "pinned": year in pinned,
                "wished": year in wished,
                "mark": say("pinned", lang) if year in pinned
                else say("wished", lang) if year in wished else "",
                "slider": say("slider_of", lang, name=name, year=year),
                "box": say("box_of", lang, name=name, year=year),
                "marks": marks(plan, row, year, lang),
                "pin": word,
                "pinHint": say("pin_of", lang, year=year, word=word),
            }
        )  # fmt: skip
    return {
        "id": row.id,
        "label": say("tuner", lang) + messages.colon(lang),
        "name": name,
        "unit": row.item.unit(lang),
        "low": str(low),
        "high": str(high),
        "step": str(step),
        "decimals": row.item.decimals,
        "facts": [
            {"label": messages.label("baseline", lang, year=plan.baseline.base_year),
             "text": text(row.baseline) or "—"},
            {"label": say("needed_rate", lang), "text": text(row.rate) or "—"},
            {"label": say("past_rate", lang), "text": text(past_rate(plan, row.item)) or "—"},
            {"label": say("requirement", lang), "text": row.requirement_text or "—"},
            {"label": say("margin", lang), "text": text(row.margin) or "—"},
        ],
        "state": state,
        "word": state_word,
        "years": years,
        "legend": say("mark_legend", lang),
        "shapeLabel": say("shape", lang),
        "shapes": [
            {"id": shape, "text": shape_name(shape, lang), "on": shape == chosen}
            for shape in SHAPES
        ],
        "release": say("release", lang) if pinned or wished or row.id in plan.shapes else "",
        "releaseHint": say("release_hint", lang),
        "findings": told_with(about, session),
        "findingsLabel": say("findings", lang),
    }  # fmt: skip


def marks(plan: Plan, row: GoalRow, year: int, lang: str) -> list[ViewModel]:
    """Return what is marked beside a slider: where the past leads, and what is asked for in the end."""
    found = []
    rate, start = past_rate(plan, row.item), row.baseline
    if rate is not None and start is not None:
        growth = (1 + Fraction(rate) / PERCENT) ** (year - plan.baseline.base_year)
        found.append(mark("trend", to_grid(Fraction(start) * growth, row.item.decimals), lang))
    if row.requirement is not None and year == plan.years[-1]:
        found.append(mark("need", row.requirement, lang))
    return found


def mark(kind: str, value: Decimal, lang: str) -> ViewModel:
    """Return a mark beside a slider."""
    return {"kind": kind, "value": str(value), "text": say(f"mark_{kind}", lang, value=value)}


def reach(row: GoalRow) -> tuple[Decimal, Decimal, Decimal]:
    """Return lower end, upper end and step of an indicator's slider.

    They follow from the baseline and what is asked, so they stay put while somebody tunes; only
    a value beyond them moves them.
    """
    decimals = row.item.decimals
    grain = Decimal(1).scaleb(-decimals)
    fixed = [value for value in (row.baseline, row.requirement) if value is not None]
    values = [value for value in row.values.values() if value is not None]
    fixed = fixed or values or [Decimal(0)]
    low, high = min(fixed) * BELOW, max(fixed) * ABOVE
    if low < 0:
        low = min(fixed) * ABOVE
    cap = row.item.cap
    high = min(high, Decimal(cap)) if cap is not None else high
    low, high = min(low, *values, high), max(high, *values, low)
    if high - low < grain * LEAST_REACH:
        low = max(high - grain * LEAST_REACH, min(low, Decimal(0)))
        high = max(high, low + grain * LEAST_REACH)
    spread = max(to_units(high, 12) - to_units(low, 12), 1)
    step = max(grain, Decimal(spread // KEYS).scaleb(-12))
    step = max(grain, Decimal(f"{step:.0e}"))
    return low.quantize(grain), high.quantize(grain), step.quantize(grain)
