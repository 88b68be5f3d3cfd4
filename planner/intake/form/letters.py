"""Letters: texts compared by what is left of them in anybody's typing, and found in each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

SHORT = 120  # letters; longer texts are not worth remembering
NEAR = 40  # blanks and line breaks that may stand in and before a label
_LEAD = re.compile(r"^[\s）)〕］】：:，,、]+")


def letters(text: str) -> str:
    """Reduce a text to letters, digits and characters: what is left of it in anybody's typing.

    >>> letters("集群 名称：（２０２５年）")
    '集群名称2025年'
    """
    return _short_letters(text) if len(text) <= SHORT else _letters(text)


@lru_cache(maxsize=8192)
def _short_letters(text: str) -> str:
    return _letters(text)


def _letters(text: str) -> str:
    return "".join(char for char, _ in placed_letters(text))


def placed_letters(text: str) -> Sequence[tuple[str, int]]:
    """Return the letters of a text, each with its place."""
    return _short_places(text) if len(text) <= SHORT else _places(text)


@lru_cache(maxsize=4096)
def _short_places(text: str) -> tuple[tuple[str, int], ...]:
    return tuple(_places(text))


def _places(text: str) -> list[tuple[str, int]]:
    return [
        (char, place)
        for place, raw in enumerate(text)
        for char in unicodedata.normalize("NFKC", raw).casefold()
        if unicodedata.category(char)[0] in "LN"
    ]


def find(text: str, wanted: str, start: int = 0) -> tuple[int, int] | None:
    """Return where a text stands in another, whatever the spaces, widths and punctuation.

    >>> find("□ 是（需附） □ 否", "否")
    (10, 11)
    """
    goal = letters(wanted)
    have = [(char, place) for char, place in placed_letters(text) if place >= start]
    at = "".join(char for char, _ in have).find(goal) if goal else -1
    return None if at < 0 else (have[at][1], have[at + len(goal) - 1][1] + 1)


def rest_after(text: str, label: str) -> str | None:
    """Return what follows a label at the beginning of a text; None if it does not begin so."""
    # A label stands at the beginning: however long the text is, no more of it is looked at.
    span = find(text[: 4 * len(label) + NEAR], label)
    if span is None or letters(text[: span[0]]):
        return None
    # Brackets and colons close the label; what stands on lines of its own is the text's.
    line, end, rest = text[span[1] :].partition("\n")
    return (_LEAD.sub("", line) + end + rest).strip()
