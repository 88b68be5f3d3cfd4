"""The wake: what the last step moved besides what it was about, in one line for a moment (§17)."""

from __future__ import annotations

from planner.api.plan import Plan
from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.model.catalogue import Catalogue

NAMED = 3  # what is told by name; the rest is counted


def wake(session: Session) -> str:
    """Return what the last step moved in the last year, old to new; nothing where it moved nothing.

    What is made from the indicator that was typed, or what that is made from, moves with it as
    anybody expects: it is told last.
    """
    before, study = session.before, session.study
    if before is None or study is None or before.current != study.current:
        return ""
    old, new, lang = before.plan, study.plan, session.lang
    about = session.doing.partition("|")[2]
    moved = _moved(old, new, about)
    if not moved:
        return ""
    told = [
        say("wake_one", lang, name=new.goals[key].item.name(lang), old=was, new=now)
        for key, was, now in moved[:NAMED]
    ]
    rest = say("wake_more", lang, n=len(moved) - NAMED) if len(moved) > NAMED else ""
    end = new.years[-1]
    return say("wake", lang, year=end, moved=say("wake_and", lang).join(told)) + rest


def _moved(old: Plan, new: Plan, about: str) -> list[tuple[str, str, str]]:
    """Return the indicators whose last target is another, with its old and new value."""
    end = new.years[-1]
    if old.years[-1] != end:
        return []
    earlier = {row.id: row.values.get(end) for row in old.goals}
    catalogue = new.system.catalogue
    found = []
    for row in new.goals:
        was, now = earlier.get(row.id), row.values.get(end)
        if row.id == about or was is None or now is None or was == now:
            continue
        derived = row.item.kind != "measured"
        near = _kin(catalogue, row.id, about)
        found.append(((near, derived), row.id, str(was), str(now)))
    return [(key, was, now) for _, key, was, now in sorted(found, key=lambda each: each[0])]


def _kin(catalogue: Catalogue, one: str, other: str) -> bool:
    """Whether one of two indicators is made from the other."""
    if other not in catalogue or one not in catalogue:
        return False
    first, second = catalogue[one], catalogue[other]
    return other in {first.num, first.den, first.of} or one in {second.num, second.den, second.of}
