"""The app in a notebook: a page over a new session, kept saved in a folder."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path
from typing import Any

from planner.api.plan import Plan
from planner.apps.page.autosave import Saver
from planner.apps.page.loading import study_of
from planner.apps.page.page import Page
from planner.apps.page.session import Session
from planner.apps.page.store import StudyStore
from planner.core.language import VARIABLE, spoken

FOLDER_VARIABLE, LANG_VARIABLE = "PLANNER_FOLDER", VARIABLE
DEFAULT_FOLDER = "plans"


def app(
    plan: Plan | None = None,
    *,
    folder: str | Path | None = None,
    date: str = "",
    lang: str | None = None,
) -> Page:
    """Open the app in a notebook, under JupyterLab or Voilà.

    Parameters
    ----------
    plan
        The plan to begin with; without one the page begins with examples and uploads.
    folder
        Where studies are kept as they change; ``plans`` in the working folder by default.
    date
        The date in the names of exported files, such as ``2026-01-05``; the browser's own by
        default.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    Page
        What the notebook shows; its `session` holds the plan in hand.

    Examples
    --------
    >>> import tempfile, planner as pl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = app(pl.plan(pl.shared("baselines") / "example.csv"), folder=folder)
    ...     page.session.act("tune", indicator="output", year=2028, value="260")
    ...     str(page.session.plan.goals["output"].margin)
    '12.16'
    """
    kept = folder or os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER
    session = Session(Saver(StudyStore(kept), _later()), date=date)
    session.lang = spoken(lang or "")
    if plan is not None:
        session.open(study_of(plan, session.lang), keep=False)
        session.page = "goals"
    page = Page(session)
    # What is loaded by now stays: looking through it for garbage again and again would make
    # every thousandth movement of a slider stutter.
    gc.collect()
    gc.freeze()
    return page


def _later() -> Any:
    """Return how to call something later: by the kernel's event loop, or not at all."""
    try:
        return asyncio.get_running_loop().call_later
    except RuntimeError:
        return None
