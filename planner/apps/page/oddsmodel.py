"""The view model of odds: the odds of what is in hand and of all together, and the safe target.

Texts and numbers as they are told elsewhere; nothing is computed here (§14).
"""

from __future__ import annotations

from decimal import Decimal

from planner.api.odds import Odds
from planner.apps.page import tunermodel
from planner.apps.page.session import Session
from planner.apps.page.svgcharts import in_hand
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel, row_state
from planner.forecast.advice import Offer, offer, withheld
from planner.forecast.chance import Chance
from planner.forecast.odds import GoalOdds
from planner.forecast.summary import drivers, past, standing
from planner.model import messages
from planner.model.catalogue import Cell

DOT = "　"


def odds_of(session: Session) -> Odds | None:
    """Return the odds of the plan in hand; nothing where no indicator has a process."""
    study = session.study
    if study is None:
        return None
    odds = study.odds
    return odds if odds.chances else None


def tuner(session: Session) -> ViewModel | None:
    """Return what it takes to tune the indicator in hand: its controls, chart and odds."""
    model = tunermodel.tuner(session)
    if model is None:
        return None
    odds = odds_of(session)
    goal = odds.goal(session.hand) if odds is not None else None
    if goal is not None and goal.informative:
        model["years"][-1]["marks"].append(tunermodel.mark("safe", goal.safe, session.lang))
    model["chart"] = in_hand(session.plan, model["id"], session.lang, goal)
    model["odds"] = odds_panel(session)
    return model


def hardest(session: Session) -> str:
    """Return in a sentence which goal is the hardest: the farthest from its rule, else the least likely."""
    plan, lang = session.plan, session.lang
    end = plan.years[-1]
    missed = [
        (row.item.kind != "growth", abs(row.margin) / max(abs(row.requirement), Decimal(1)), row)
        for row in plan.goals
        if row.margin is not None and row.requirement is not None
        and row_state(plan, row, lang)[0] == "unmet"
    ]  # fmt: skip
    if missed:
        *_, row = max(missed, key=lambda each: each[:2])  # growth is of a level that is missed too
        return say("hardest_unmet", lang, name=row.item.name(lang), value=row.values[end],
                   needed=row.requirement_text, year=end)  # fmt: skip
    odds = odds_of(session)
    firm: dict[str, Chance] = {}
    for key in odds.firm if odds is not None else ():
        chance = odds.chances.get(Cell(key, end)) if odds is not None else None
        if chance is not None:
            firm[key] = chance
    if not firm:
        return ""
    row = plan.goals[min(firm, key=lambda key: firm[key].value)]
    return say("hardest_odds", lang, name=row.item.name(lang), value=row.values[end],
               chance=firm[row.id], year=end)  # fmt: skip


def odds_panel(session: Session) -> ViewModel | None:
    """Return the panel beside the goals."""
    odds = odds_of(session)
    if odds is None:
        return None
    lang, end = session.lang, odds.plan.years[-1]
    firm = [row for row in odds.plan.goals if row.id in odds.firm]
    rows = [
        {
            "id": row.id,
            "name": row.item.name(lang),
            "text": str(chance),
            "share": round(chance.value, 3),
            "hint": say("odds_take", lang, name=row.item.name(lang), chance=chance),
        }
        for row in firm
        if (chance := odds.chances.get(Cell(row.id, end))) is not None
    ]
    notes = [
        messages.sentence(finding, lang, odds.plan.system.catalogue) for finding in odds.findings
    ]
    hand = odds.goal(session.hand)
    return {
        "label": say("odds_panel", lang),
        "help": say("help_odds", lang),
        "joint": {
            "label": messages.label("odds_firm", lang, n=len(rows)),
            "text": _said(odds.joint),
            "share": round(odds.joint.value, 3) if odds.joint else 0,
            "means": _means(odds, len(rows), lang),
        },
        "stages": DOT.join(f"{year} {_said(chance)}" for year, chance in odds.stages.items()),
        "hand": None if hand is None else _hand(hand, odds, lang),
        "rowsLabel": say("odds_rows", lang, year=end),
        "rows": rows,
        "notesLabel": say("odds_notes", lang),
        "notes": notes,
    }


# From how good a chance on which word stands for it.
_WORDS = ((0.8, "likely"), (0.5, "even"), (0.2, "hard"), (0.0, "unlikely"))


def likely(value: float, lang: str) -> str:
    """Return a chance in a word.

    >>> likely(0.85, "en"), likely(0.05, "en")
    ('likely', 'very hard')
    """
    return next(say(f"chance_{word}", lang) for least, word in _WORDS if value >= least)


def _means(odds: Odds, firm: int, lang: str) -> str:
    """Return what the joint chance means: what holds it down, or why it is below each alone."""
    held = next((f for f in odds.findings if f.code == "odds_held_down"), None)
    if held is not None:
        return messages.sentence(held, lang, odds.plan.system.catalogue)
    return say("joint_means", lang) if odds.joint is not None and firm > 1 else ""


def _said(chance: Chance | None) -> str:
    return "—" if chance is None else str(chance)


def _hand(goal: GoalOdds, odds: Odds, lang: str) -> ViewModel:
    """Return what is to be said of the indicator in hand."""
    end = odds.plan.years[-1]
    held = goal.stretch
    offered = offer(odds, goal)
    lines = [
        f"{messages.label('drivers', lang)}{messages.colon(lang)}{drivers(goal.sources, lang)}",
    ]
    if held.needed is not None and past(goal, lang):
        needed = messages.label("needed", lang)
        shown = messages.label("past_rate", lang)
        lines.append(f"{needed} {held.needed}{DOT}{shown} {past(goal, lang)}")
    if standing(goal, lang):
        lines.append(
            f"{messages.label('reference', lang)}{messages.colon(lang)}{standing(goal, lang)}"
        )
    if told := withheld(goal, offered):
        lines.append(messages.said(told, lang))
    return {
        "id": goal.id,
        "title": say("odds_hand", lang, name=goal.item.name(lang)),
        "years": DOT.join(f"{year} {chance}" for year, chance in goal.chances.items()),
        "word": likely(goal.chances[end].value, lang) if end in goal.chances else "",
        "range": say("odds_range", lang, year=end, low=goal.fan[end][0], high=goal.fan[end][-1])
        if goal.informative
        else messages.label("not_informative", lang),
        "safe": None
        if offered.kind == "blind" or offered.value == goal.row.values[end]
        else _taken(offered, end, lang),
        "lines": lines,
    }


def _taken(offered: Offer, end: int, lang: str) -> ViewModel:
    """Return the target that a click takes."""
    chance = _said(offered.chance)
    text = say(f"offer_{offered.kind}", lang, value=offered.value, chance=chance, year=end)
    return {
        "year": end,
        "value": str(offered.value),
        "text": text,
        "hint": say("offer_hint", lang, year=end),
    }
