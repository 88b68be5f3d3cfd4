"""Lines of the goal table: an indicator's, or what is said in words of a direction (§2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from planner.compliance.judge import Line
from planner.compliance.rows import SIGNS, Sense
from planner.core.rounding import as_printed
from planner.core.schema import Text
from planner.model.catalogue import Indicator

# What a line that says something in words is called in the form.
IN_WORDS = Text(zh="定性描述", en="In words")
GoalStatus = Literal["met", "unmet", "unknown", "free"]


@dataclass(frozen=True)
class GoalRow:
    """One indicator's line of the goal table, numbers as printed, in the indicator's unit.

    Attributes
    ----------
    item, direction
        The indicator, and the name of its direction (方向).
    baseline, values
        The level of the base year, and the targets by year; None where there is none.
    status
        The worst that is said of it: ``unmet``, ``unknown``, ``met``; ``free`` if nothing is.
    rules
        Ids of the rules that speak of it.
    sense, requirement, margin
        What the tightest rule asks of the last year, and what lies between; a positive margin is
        on the safe side.
    line
        The judged row behind them.
    rate
        Mean growth in per cent a year, from the base year to the last target; None for growth.
    """

    item: Indicator
    direction: Text
    baseline: Decimal | None
    values: Mapping[int, Decimal | None]
    status: GoalStatus
    rules: tuple[str, ...] = ()
    sense: Sense | None = None
    requirement: Decimal | None = None
    margin: Decimal | None = None
    line: Line | None = None
    rate: Decimal | None = None

    def __repr__(self) -> str:
        """Say the numbers and how they stand."""
        values = ", ".join(as_printed(value) or "–" for value in self.values.values())
        return f"<GoalRow {self.id} {as_printed(self.baseline) or '–'} → {values} {self.status}>"

    @property
    def id(self) -> str:
        """Return the indicator's id."""
        return self.item.id

    @property
    def requirement_text(self) -> str:
        """Return the requirement with its sign, or nothing."""
        if self.requirement is None or self.sense is None:
            return ""
        sign = SIGNS[self.sense]
        if self.line is not None and self.line.strict and self.item.kind == "growth":
            sign = {"≥": ">", "≤": "<"}[sign]
        elif self.line is not None and self.item.kind != "growth":
            sign = self.line.sign
        return f"{sign}{self.requirement}"


@dataclass(frozen=True)
class WordRow:
    """What is said in words of a direction, by year: the base year's state, and the goals."""

    id: str
    direction: Text
    texts: Mapping[int, str]
