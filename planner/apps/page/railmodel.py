"""The view model of the rail: how much is left in each group before the form can be filed."""

from __future__ import annotations

from planner.apps.page.mends import told_with
from planner.apps.page.openlist import GROUPS, Item
from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel

SHOWN = 200


def rail(session: Session) -> ViewModel:
    """Return how much is left in each group, how far the form is, and the items of the open one."""
    lang = session.lang
    if session.history is None:
        return {"groups": [], "open": None}
    filing, found = session.filing, session.open_list
    counts = {group: sum(item.group == group for item in found) for group in GROUPS}
    done = sum(part.done for part in filing.progress) if filing else 0
    fields = sum(part.fields for part in filing.progress) if filing else 0
    groups = [
        {
            "id": group,
            "text": say(f"rail_{group}", lang),
            "count": counts[group],
            "on": group == session.rail,
        }
        for group in GROUPS
        if group != "form" or filing is not None
    ]
    attached = len(filing.evidence) if filing else 0
    ready, said = standing(session)
    return {
        "label": say("rail", lang),
        "groups": groups,
        "ready": ready,
        "said": said,
        "done": done,
        "fields": fields,
        "far": say("rail_far", lang, done=done, n=fields) if filing else "",
        "evidence": say("rail_evidence", lang, n=attached) if attached else "",
        "next": say("rail_next", lang) if found else "",
        "close": say("close", lang),
        "at": _at(session, found),
        "reason": say("form_reason", lang),
        "keep": say("form_keep", lang),
        "open": _opened(session, found) if session.rail else None,
    }


def standing(session: Session) -> tuple[bool, str]:
    """Return whether the form can be filed, and what is said of it."""
    found, lang = session.open_list, session.lang
    if found:
        return False, say("rail_left", lang, n=len(found))
    if session.filing is None:
        return False, say("rail_formless", lang)
    return True, say("rail_ready", lang)


def _line(session: Session, item: Item) -> ViewModel:
    """Return an item as it is told, with the key under which a reason may answer it."""
    (model,) = told_with([item.finding], session)
    answer = str(item.finding.facts.get("answer", "")) if item.group == "reasons" else ""
    return {
        **model, "key": item.key, "on": item.key == session.item, "answer": answer,
        "form": item.page == "form", "go": item.page != "" or item.hand != "",
    }  # fmt: skip


def _at(session: Session, found: tuple[Item, ...]) -> ViewModel | None:
    """Return the item that was turned to, and which of all it is."""
    for number, item in enumerate(found, 1):
        if item.key == session.item:
            where = say("rail_at", session.lang, at=number, n=len(found))
            return _line(session, item) | {"where": where}
    return None


def _opened(session: Session, found: tuple[Item, ...]) -> ViewModel:
    """Return the items of the group that is open."""
    lang = session.lang
    chosen = [item for item in found if item.group == session.rail]
    lines = [_line(session, item) for item in chosen[:SHOWN]]
    return {
        "id": session.rail,
        "title": say(f"rail_{session.rail}", lang),
        "hint": say(f"rail_{session.rail}_hint", lang),
        "items": lines,
        "none": "" if lines else say("rail_none", lang),
        "go": say("rail_go", lang),
        "more": say("rail_more", lang, n=len(chosen) - SHOWN) if len(chosen) > SHOWN else "",
    }
