"""The language people are told things in: what is asked for, else what this session speaks."""

from __future__ import annotations

import os

from planner.core.findings import Finding, InputError, Obligation

LANGUAGES = ("zh", "en")
VARIABLE = "PLANNER_LANG"
_session = {"lang": ""}


def spoken(lang: str = "") -> str:
    """Return a language to speak: the one asked for, else the session's.

    That is what :func:`speak` chose, else the environment's ``PLANNER_LANG``, else Chinese.

    Raises
    ------
    InputError
        When nobody speaks it.

    Examples
    --------
    >>> spoken("en")
    'en'
    >>> spoken("fr")
    Traceback (most recent call last):
    planner.core.findings.InputError: ...
    """
    if lang in LANGUAGES:
        return lang
    wanted = lang or _session["lang"] or os.environ.get(VARIABLE) or LANGUAGES[0]
    if wanted not in LANGUAGES:
        expected = " ".join(LANGUAGES)
        raise InputError(
            [Finding("language_unknown", Obligation.MUST_FIX, found=wanted, expected=expected)]
        )
    return wanted


def speak(lang: str) -> None:
    """Choose what is spoken where nothing else is asked for; nothing chooses the environment's.

    Raises
    ------
    InputError
        When nobody speaks it.
    """
    _session["lang"] = spoken(lang) if lang else ""
