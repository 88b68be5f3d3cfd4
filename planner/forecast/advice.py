"""Advice: which target may be offered for its odds, and which goals hold the odds of all down.

Four of five paths meet the safe target. Where a rule asks for more, of the goal itself or of what
it is part of, or the base year was better already, that figure says how likely things are and is no
target: the least bold one that may stand is offered in its place, with its own odds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from planner.compliance.judge import safe_limit
from planner.compliance.rows import Row, Sense, Values
from planner.compliance.wishes import numerator
from planner.core.phrases import Fact, Listed, Phrase, phrase
from planner.core.rounding import to_grid
from planner.core.schema import Text
from planner.model.catalogue import Catalogue, Cell, Indicator

if TYPE_CHECKING:
    from planner.forecast.chance import Chance
    from planner.forecast.odds import GoalOdds, OddsRecord


Kind = Literal["safe", "rule", "base", "blind"]
MOST = 3  # goals that hold the joint odds down, by name
WORTH = 0.25  # of what the first of them costs


@dataclass(frozen=True)
class Offer:
    """The least bold target of the last year that may stand, in the indicator's unit.

    Attributes
    ----------
    value
        The target, on the indicator's grid.
    kind
        ``safe`` where four of five paths meet it, ``rule`` where a rule asks for no less, ``base``
        where the base year was no worse, ``blind`` where too little is known to offer anything.
    chance
        The odds of `value`; None where they are not known.
    """

    value: Decimal
    kind: Kind
    chance: Chance | None


def offer(odds: OddsRecord, goal: GoalOdds) -> Offer:
    """Return the target that may be offered for a goal, the others as they are planned.

    >>> import planner as pl
    >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
    >>> made = [offer(odds, odds[key]) for key in ("output", "iiot_smes")]
    >>> [(str(each.value), each.kind, each.chance.value > 0.8) for each in made]
    [('256.81', 'safe', True), ('172', 'rule', False)]
    """
    row, falls = goal.row, goal.item.better == "lower"
    value, kind = goal.safe, "safe"
    bars: list[tuple[Decimal | None, str]] = [
        *((bar, "rule") for bar in _bars(odds, goal.item, max(row.values))),
        (row.requirement if row.sense is (Sense.LE if falls else Sense.GE) else None, "rule"),
        # A slower growth is not a fall.
        (row.baseline if goal.item.kind != "growth" else None, "base"),
    ]
    for bar, name in bars:
        if bar is not None and (bar < value if falls else bar > value):
            value, kind = bar, name
    if not goal.informative:
        kind = "blind"
    cell = Cell(goal.id, max(row.values))
    hits = odds.forecast.outcomes.reaches(cell, value, better=goal.item.better)
    return Offer(value, kind, None if hits is None else odds.count(hits))  # type: ignore[arg-type]


def _bars(odds: OddsRecord, item: Indicator, year: int) -> Iterator[Decimal]:
    """Yield what rules ask of a goal at least, the others standing as they are planned.

    A ratio that follows from its parts is asked for what its numerator is asked for.
    """
    plan = odds.plan
    measured, system = plan.numbers.measured, plan.base_system
    part = item if item.id in system.measured else None
    if part is None and item.kind == "ratio" and item.num in system.measured:
        part = system.catalogue[item.num]
    if part is None:
        return
    floor, cell = item.better == "higher", Cell(part.id, year)
    whole = measured.get(Cell(item.den, year)) if part is not item else None
    for rule, row in system.binding.get(cell, ()):
        bar = None if rule.id in plan.reasons else _bar(row, cell, measured, floor=floor)
        if bar is None:
            continue
        limit, strict = bar
        level = safe_limit(limit, part.decimals, Sense.GE if floor else Sense.LE, strict=strict)
        if part is item:
            yield level
        elif whole:
            yield _ratio_of(item, system.catalogue, level, whole)


def _ratio_of(item: Indicator, catalogue: Catalogue, part: Decimal, whole: Fraction) -> Decimal:
    """Return the ratio to ask for, so that its numerator is no less safe than a level."""
    ratio = Fraction(part) / whole * Fraction(item.scale)
    printed = to_grid(ratio, item.decimals)
    back = numerator(item, catalogue, printed, whole)
    kept = back >= part if item.better == "higher" else back <= part
    return printed if kept else to_grid(ratio, item.decimals, item.safe_side)


def _bar(row: Row, cell: Cell, measured: Values, *, floor: bool) -> tuple[Fraction, bool] | None:
    """Return the least (or most) that a row leaves a cell, and whether that has to be passed."""
    mine = next((coefficient for other, coefficient in row.terms if other == cell), Fraction(0))
    others = [(other, coefficient) for other, coefficient in row.terms if other != cell]
    if not mine or row.sense is Sense.EQ or any(other not in measured for other, _ in others):
        return None
    if floor is not ((row.sense is Sense.GE) == (mine > 0)):
        return None
    rest = row.bound - sum(coefficient * measured[other] for other, coefficient in others)
    return rest / mine, row.strict


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


def held_down(odds: OddsRecord) -> tuple[str, ...]:
    """Return the goals that hold the joint odds down most, by id; none where nothing does.

    >>> import planner as pl
    >>> held_down(pl.plan(pl.shared("baselines") / "example.csv").odds())[0]
    'co2'
    """
    joint = odds.joint
    if joint is None:
        return ()
    gains = {key: chance.hits - joint.hits for key, chance in odds.without.items()}
    order = sorted(gains, key=lambda key: -gains[key])
    least = max(WORTH * gains[order[0]], 2 * joint.error * joint.paths) if order else 0
    return tuple(key for key in order[:MOST] if gains[key] > least)


def bottlenecks(odds: OddsRecord) -> Listed | None:
    """Say which goals hold the joint odds down and what these would be without each of them."""
    keys = held_down(odds)
    catalogue = odds.plan.baseline.catalogue
    told = tuple(
        phrase(
            "bottleneck",
            name=Text(zh=catalogue[key].zh, en=catalogue[key].en),
            chance=str(odds.chances[Cell(key, odds.plan.years[-1])]),
            without=str(odds.without[key]),
        )
        for key in keys
    )
    return Listed(told, "between") if told else None
