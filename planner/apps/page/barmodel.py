"""The view model of the bar: what stands on top of every page - where one is, steps, notices, saving."""

from __future__ import annotations

from planner.apps.page.mends import told_with
from planner.apps.page.session import Session
from planner.apps.page.sessionstate import PAGES
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel, told
from planner.core.findings import Finding, Obligation
from planner.model import messages

MOST_NOTICES = 8

# What a step was, by the verb that made it.
DID = {
    "tune": "goal", "describe": "goal", "paste_goals": "goal", "pin": "pin", "release": "release", "shape": "shape",
    "reading": "reading", "benchmark": "reading", "own_figure": "reading", "own_threshold": "reading", "relax": "reason", "excuse": "reason",
    "because": "reason", "choose_rules": "rules", "choose_span": "rules", "choose_scenario": "ambition",
    "accept": "repair", "way": "repair", "mend": "figure", "paste": "figure",
    "add_indicator": "indicator", "answer": "form", "tick": "form", "accept_draft": "form",
    "settle": "doubt", "means": "doubt", "save_as": "scenario", "rename": "scenario", "note": "scenario", "remove": "scenario", "upload": "file", "drop_peers": "file",
}  # fmt: skip


def bar(session: Session) -> ViewModel:
    """Return what stands at the top of every page."""
    lang, study, history = session.lang, session.study, session.history
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
        "notices": _notices(session),
        "noticesLabel": say("notices", lang),
        "waysLabel": say("ways", lang),
        "close": say("close", lang),
        "lost": say("lost", lang),
        "busy": say("busy", lang),
        "tour": _tour(session),
    }  # fmt: skip


def _notices(session: Session) -> list[ViewModel]:
    """Return what was said last, those that oblige most first; of many the first, and how many more."""
    found = messages.ordered(session.notices)
    few, rest = found[:MOST_NOTICES], len(found) - MOST_NOTICES
    lines = told_with(few, session) if session.study else told(few, session.lang)
    if rest > 0:
        more = Finding("notices_more", Obligation.INFO, found=str(rest))
        lines += told([more], session.lang)
    return lines


# The stops of the tour, each with the page it is on.
_STOPS: dict[str, str] = {
    "start": "start", "lights": "goals", "goals": "goals", "tuner": "goals", "rail": "goals",
    "form": "form", "export": "export",
}  # fmt: skip


def _tour(session: Session) -> ViewModel:
    """Return the stops of the tour; where nothing is open only what is there to see."""
    lang = session.lang
    stops = _STOPS if session.study else {"start": "start"}
    return {
        "button": say("tour", lang),
        "next": say("tour_next", lang),
        "back": say("tour_back", lang),
        "close": say("close", lang),
        "stops": [
            {"id": key, "page": page, "text": say(f"tour_{key}", lang),
             "at": say("tour_at", lang, at=at, n=len(stops))}
            for at, (key, page) in enumerate(stops.items(), 1)
        ],
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
