"""View models: what the page shows as plain data made from the session; here what stands on top.

One is a dictionary that can be sent to a browser; it holds texts and numbers as printed and
no decision. Parts draw them and send back what somebody did.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from planner.api.plan import Plan
from planner.apps.page.session import Session
from planner.apps.page.sessionstate import PAGES
from planner.apps.page.texts import say, ways_out
from planner.compliance.goals import GoalRow
from planner.compliance.rows import Status
from planner.core.findings import Finding
from planner.model import messages
from planner.model.catalogue import Catalogue

ViewModel = dict[str, Any]
# What a step was, by the verb that made it.
DID = {
    "tune": "goal", "paste_goals": "goal", "pin": "pin", "release": "release", "shape": "shape",
    "reading": "reading", "benchmark": "reading", "relax": "reason", "excuse": "reason",
    "because": "reason", "choose_rules": "rules", "choose_span": "rules", "choose_scenario": "ambition",
    "accept": "repair", "way": "repair", "mend": "figure", "paste": "figure",
    "add_indicator": "indicator", "answer": "form", "tick": "form", "accept_draft": "form",
    "save_as": "scenario", "remove": "scenario", "upload": "file", "drop_peers": "file",
}  # fmt: skip


def told(
    findings: Iterable[Finding], lang: str, catalogue: Catalogue | None = None
) -> list[ViewModel]:
    """Return findings as texts, those that oblige most first."""
    return [
        {
            "level": finding.level.value,
            "word": messages.level(finding, lang),
            "place": str(finding.place),
            "text": messages.sentence(finding, lang, catalogue),
            "ways": ways_out(finding, lang, catalogue),
        }
        for finding in messages.ordered(findings)
    ]


def bar(session: Session) -> ViewModel:
    """Return what stands at the top of every page."""
    lang, study, history = session.lang, session.study, session.history
    catalogue = study.plan.baseline.catalogue if study else None
    return {
        "lang": lang,
        "title": say("title", lang),
        "cluster": study.cluster if study else say("no_cluster", lang),
        "pagesLabel": say("pages", lang),
        "pages": [
            {"id": page, "text": say(f"page_{page}", lang), "on": page == session.page,
             "off": study is None and page != "start"}
            for page in PAGES
        ],
        "scenarioLabel": say("scenario", lang),
        "scenarios": [
            {"id": name, "on": name == study.current} for name in study.plans
        ] if study else [],
        "undo": {"text": say("undo", lang),
                 "hint": _step(say("undo_hint", lang), history.last if history else "", session),
                 "on": bool(history and history.past)},
        "redo": {"text": say("redo", lang),
                 "hint": _step(say("redo_hint", lang), history.next if history else "", session),
                 "on": bool(history and history.undone)},
        "languageLabel": say("language", lang),
        "saved": {"state": session.saved, "text": say(f"saved_{session.saved}", lang)},
        "key": (session.saver.key or "") if session.saver else "",
        "elsewhere": {
            "text": say("elsewhere", lang),
            "theirs": say("take_theirs", lang),
            "mine": say("keep_mine", lang),
        } if session.saved == "elsewhere" else None,
        "notices": told(session.notices, lang, catalogue),
        "noticesLabel": say("notices", lang),
        "waysLabel": say("ways", lang),
        "close": say("close", lang),
        "lost": say("lost", lang),
        "busy": say("busy", lang),
    }  # fmt: skip


def _step(hint: str, step: str, session: Session) -> str:
    """Return what a step back or forward undoes or does again."""
    lang, study = session.lang, session.study
    verb, _, indicator = step.partition("|")
    known = DID.get(verb, "")
    if not known or study is None:
        return hint
    catalogue = study.plan.system.catalogue
    about = f" {catalogue.label(indicator, lang)}" if indicator in catalogue else ""
    return f"{hint}{messages.colon(lang)}{say(f'did_{known}', lang)}{about}"


def row_state(plan: Plan, row: GoalRow, lang: str) -> tuple[str, str]:
    """Return how a goal stands, and the word for it: what a recorded reason lets pass is no fault."""
    if row.status == "unmet" and row.id in _missed(plan, for_reason=True) - _missed(
        plan, for_reason=False
    ):
        return "relaxed", say("relaxed", lang)
    return row.status, messages.status(row.status, lang)


def _missed(plan: Plan, *, for_reason: bool) -> set[str]:
    """Return the indicators that miss a rule, relaxed for a reason or not."""
    return {
        cell.indicator
        for verdict in plan.verdicts
        if verdict.status is Status.UNMET and bool(verdict.rule.reason) is for_reason
        for line in verdict.lines
        if line.status is Status.UNMET
        for cell in line.subject
    }


def text(value: Decimal | None) -> str:
    """Return a number as printed, nothing where there is none."""
    return "" if value is None else str(value)
