"""Advice: which target may be offered for its odds, so that none breaks a rule or is worse than today.

Four of five paths meet the safe target. Where a rule asks for more, or the base year was better
already, that figure says how likely things are and is no target: the least bold one that may stand
is offered in its place, with its own odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from planner.compliance.rows import Sense
from planner.core.phrases import Fact, Phrase, phrase
from planner.core.schema import Text
from planner.model.catalogue import Cell

if TYPE_CHECKING:
    from planner.forecast.odds import Chance, GoalOdds, OddsRecord


Kind = Literal["safe", "rule", "base"]


@dataclass(frozen=True)
class Offer:
    """The least bold target of the last year that may stand, in the indicator's unit.

    Attributes
    ----------
    value
        The target, on the indicator's grid.
    kind
        ``safe`` where four of five paths meet it, ``rule`` where a rule asks for no less, ``base``
        where the base year was no worse.
    chance
        The odds of `value`; None where they are not known.
    """

    value: Decimal
    kind: Kind
    chance: Chance | None


def offer(odds: OddsRecord, goal: GoalOdds) -> Offer:
    """Return the target that may be offered for a goal.

    >>> import planner as pl
    >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
    >>> made = [offer(odds, odds[key]) for key in ("output", "patents")]
    >>> [(str(each.value), each.kind, each.chance.value > 0.8) for each in made]
    [('257.40', 'safe', True), ('326', 'rule', False)]
    """
    row, falls = goal.row, goal.item.better == "lower"
    value = goal.safe
    kind: Kind = "safe"
    bars: list[tuple[Decimal | None, Kind]] = [
        (row.requirement if row.sense is (Sense.LE if falls else Sense.GE) else None, "rule"),
        # A slower growth is not a fall.
        (row.baseline if goal.item.kind != "growth" else None, "base"),
    ]
    for bar, name in bars:
        if bar is not None and (bar < value if falls else bar > value):
            value, kind = bar, name
    cell = Cell(goal.id, max(row.values))
    hits = odds.forecast.outcomes.reaches(cell, value, better=goal.item.better)
    return Offer(value, kind, None if hits is None else odds.count(hits))


def withheld(goal: GoalOdds, made: Offer) -> Phrase | None:
    """Say why the target at 80 % is not offered and what is; None where it is offered."""
    if made.kind == "safe":
        return None
    facts: dict[str, Fact] = {
        "name": Text(zh=goal.item.zh, en=goal.item.en),
        "safe": str(goal.safe),
        "value": str(made.value),
        "chance": "—" if made.chance is None else str(made.chance),
    }
    return phrase(f"withheld_{made.kind}", **facts)
