"""JSON in: a text as plain data, refused where it says two things of the same key (§1)."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str) -> Any:
    """Return what a saved file's text holds; a key that stands twice is refused.

    Raises
    ------
    ValueError
        When it is no JSON, or says two things of the same key.

    Examples
    --------
    >>> parse_json('{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    planner.core.jsons.RepeatedKeyError: a
    """
    return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)


class RepeatedKeyError(ValueError):
    """A saved file says two things of the same key."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        names = [name for name, _ in pairs]
        raise RepeatedKeyError(next(name for name in names if names.count(name) > 1)[:40])
    return told
