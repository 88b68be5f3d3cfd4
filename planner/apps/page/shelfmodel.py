"""The view model of the shelf: the studies that are kept, where, and when each was last saved."""

from __future__ import annotations

import datetime as dt

from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel

SHOWN = 100


def kept(session: Session) -> ViewModel:
    """Return what is kept, last saved first; nothing where nothing is."""
    saver, lang = session.saver, session.lang
    studies = list(saver.store) if saver is not None else []
    if saver is None or not studies:
        return {}
    here = saver.key if session.history is not None else None
    return {
        "title": say("kept", lang),
        "where": say("kept_where", lang, folder=saver.store.folder),
        "open": say("open_kept", lang),
        "copy": say("kept_copy", lang),
        "remove": say("scenario_remove", lang),
        "name": say("scenario_name", lang),
        "here": say("kept_here", lang),
        "lines": [
            {
                "key": item.key,
                "saved": f"{dt.datetime.fromtimestamp(item.saved):%Y-%m-%d %H:%M}",  # noqa: DTZ006 - the clock on their wall
                "here": item.key == here,
            }
            for item in studies[:SHOWN]
        ],
    }
