"""Locations: the kinds of places where a form's fields stand in a document, and labels compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from planner.intake.form.document import Box, DocumentTable, Line
from planner.intake.form.letters import letters
from planner.model.catalogue import plain

LABEL = 400  # no label and no heading is longer
_NUMBERING = re.compile(
    r"^\s*(第?[一二三四五六七八九十]+(部分\s?|[、.．:：])|[（(][\d一二三四五六七八九十]+[）)]"
    r"|\d+[.．、)）]|[①②③④⑤⑥⑦⑧⑨⑩])\s*"
)


@dataclass(frozen=True)
class Cells:
    """A field in boxes of a table; the part of the slot says which, such as the year.

    `unit` is the one that a typed label names where the form's own names another.
    """

    boxes: Mapping[str, tuple[Box, ...]]
    unit: str = ""

    def lines(self, part: str) -> tuple[Line, ...]:
        """Return the lines of a part, those of all its boxes."""
        return tuple(line for box in self.boxes[part] for line in box.lines)


@dataclass(frozen=True)
class Passage:
    """A text under a heading, or behind a label on one line."""

    heading: Line
    lines: tuple[Line, ...]
    on_line: str = ""


@dataclass(frozen=True)
class Goals:
    """A goal table: the box of every row and column, and the rows that stand for more.

    `units` has the unit that a row's label names, `unknown` the labels that are no indicator's,
    `again` the rows of an indicator that has one already with their texts by column, `others` the
    headings of columns that the form does not have, `spare_columns` where these stand.
    """

    table: DocumentTable
    boxes: Mapping[tuple[str, str], Box]
    spare: Mapping[str, tuple[int, ...]]
    rows: Mapping[str, int]
    units: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    again: tuple[tuple[str, Mapping[str, str]], ...] = ()
    others: tuple[str, ...] = ()
    spare_columns: frozenset[int] = frozenset()


Where = Cells | Passage | Goals


def numberless(text: str) -> str:
    """Return a heading or label without the number before it.

    >>> numberless("（1）2026年度"), numberless("二、培育工作"), numberless("2026年度")
    ('2026年度', '培育工作', '2026年度')
    """
    return _NUMBERING.sub("", text.strip())


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    """Reduce a heading to its words: no number before it, no bracket, no punctuation.

    >>> bare("二、主导产业情况") == bare("（二）主导产业情况（必填）")
    True
    """
    if len(text) > LABEL:
        return ""  # no heading and no label
    return letters(plain(numberless(text.replace("〔", "（").replace("〕", "）"))))


def under(heads: Sequence[Box], line: Sequence[Box]) -> dict[int, Box]:
    """Return which box of a row stands under each header box, by the header's place.

    Borders get dragged: where a row has as many boxes as the header they go by their order,
    else by how much of a header's columns they cover.
    """
    if len(heads) == len(line):
        return dict(enumerate(line))
    boxes: dict[int, Box] = {}
    for index, head in enumerate(heads):
        shared = [(_shared(head, box), -number, box) for number, box in enumerate(line)]
        most = max(shared, default=(0, 0, None), key=lambda item: item[:2])
        if most[0] > 0 and most[2] is not None:
            boxes[index] = most[2]
    return boxes


def _shared(one: Box, other: Box) -> int:
    end = min(one.column + one.columns, other.column + other.columns)
    return end - max(one.column, other.column)
