"""The plan's card: whose it is, whether it holds, and its goal table, as a notebook shows them."""

from __future__ import annotations

from html import escape

from planner.core.findings import Obligation
from planner.core.language import spoken
from planner.model.cards import card, sign
from planner.model.catalogue import Cell
from planner.model.messages import label
from planner.planning.record import PlanRecord


def plan_card(plan: PlanRecord, lang: str = "") -> str:
    """Return a plan as a card; the source of a figure shows where the mouse rests on it."""
    lang = spoken(lang)
    base = plan.baseline
    found = plan.check()
    open_ = sum(item.level is Obligation.MUST_FIX for item in found)
    asked = sum(item.level is Obligation.NEEDS_REASON for item in found)
    state = "met" if plan.complies else "unmet"
    title = (
        f"{escape(base.cluster or base.name)} {base.base_year}–{plan.years[-1]} · "
        f"{escape(plan.rules.title(lang))} {sign(state, lang)}"
    )
    counted = [label("n_must_fix", lang, n=open_)] if open_ else []
    counted += [label("n_needs_reason", lang, n=asked)] if asked else []
    records = plan.goals.table(lang)
    tips: dict[tuple[int, str | int], str] = {
        (number, "baseline"): source
        for number, row in enumerate(plan.goals)
        if (source := base.sources.get(Cell(row.id, base.base_year), ""))
    }
    return card(
        records,
        title=title,
        notes=[" · ".join(counted)] if counted else (),
        hidden=("indicator", "direction", "sense"),
        tips=tips,
        lang=lang,
    )
