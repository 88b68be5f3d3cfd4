"""Verdicts as they show themselves: a line a rule, with the figures that decided it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from planner.compliance.judge import Verdict
from planner.compliance.rows import SIGNS
from planner.core.frames import Bound, Column, Records
from planner.core.phrases import phrase
from planner.model.cards import Listing

_COLUMNS = (
    Column("rule"), Column("title", head=phrase("quote")), Column("scope"), Column("level"),
    Column("reading", head=phrase("how_read")), Column("indicator"), Column("year", "count", phrase("years")),
    Column("value", "number"), Column("requirement", "number"), Column("sense", head=phrase("sign")),
    Column("margin", "number"), Column("status", "state"),
)  # fmt: skip


def _records(verdicts: Iterable[Verdict], lang: str = "") -> Records:
    rows = []
    for verdict in verdicts:
        rule, head = verdict.rule, verdict.head
        sign = SIGNS[head.sense] if head.sense else ""
        bound = None if head.requirement is None else Bound(head.requirement, sign)
        rows.append(
            (rule.id, rule.title(lang), rule.scope, rule.level, rule.reading, head.end.indicator,
             head.end.year, head.value, bound, sign, head.margin, verdict.status.value)
        )  # fmt: skip
    return Records(_COLUMNS, tuple(rows))


class Verdicts(Listing[Verdict]):
    """All rules judged, in the order of the rule set."""

    hidden = ("scope", "level", "reading", "indicator", "sense")

    def __new__(cls, verdicts: Iterable[Verdict], *_: object) -> Self:
        """Return the verdicts."""
        return super().__new__(cls, verdicts, _records)
