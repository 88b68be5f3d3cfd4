"""Trade-offs: what each binding rule costs, and the rates that nobody asked for.

A binding rule is asked for a little more and the plan made again, so every figure is one that
the plan would print; how far that goes is searched in the same way, until other rules bind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.compliance.judge import Verdict
from planner.compliance.rows import RuleNode, Status
from planner.core.rounding import from_units
from planner.model.catalogue import Cell
from planner.planning.record import P, PlanRecord
from planner.planning.repair import nearest_table

# How far from the amount in force a range is searched, in points or units.
FARTHEST = 50


@dataclass(frozen=True)
class Effect:
    """One target of the last year, before and after a rule asks for more.

    `old` and `new` are in the indicator's unit; the rates in per cent a year since the base year,
    None where there is none.
    """

    cell: Cell
    old: Decimal
    new: Decimal
    old_rate: Decimal | None
    new_rate: Decimal | None


@dataclass(frozen=True)
class Range:
    """The amounts between which the same rules bind.

    An end is open where nothing had changed as far as was searched.
    """

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    def __str__(self) -> str:
        """Write it as ``36 – 62``, with dots at an open end."""
        low, high = "…" * self.low_open, "…" * self.high_open
        return f"{low}{self.low} – {self.high}{high}"


@dataclass(frozen=True)
class Tradeoff:
    """What happens when a binding rule asks for `new` instead of `old`.

    Attributes
    ----------
    rule
        The rule that leaves no room.
    old, new
        The amounts it asks for: per cent a year of a rate, units of a level.
    effects
        The targets of the last year that move.
    distance
        By how much more the wishes have to give way then, in all, as a relative change.
    holds
        The amounts between which the same rules bind.
    """

    rule: RuleNode
    old: Decimal
    new: Decimal
    effects: tuple[Effect, ...]
    distance: Fraction
    holds: Range


@dataclass(frozen=True)
class Implied:
    """A yearly rate that follows from those of its parts without anybody having asked for it.

    `baseline` and `target` of the last year are in the unit of the ratio; its `rate`, and those of
    numerator and denominator in `parts` by id, in per cent a year since the base year.
    """

    indicator: str
    baseline: Decimal
    target: Decimal
    rate: Decimal
    parts: Mapping[str, Decimal]


def tradeoffs(plan: PlanRecord, by: int = 1) -> tuple[Tradeoff, ...]:
    """Return what each binding rule costs: see :meth:`planner.Plan.tradeoffs`."""
    return tuple(_tradeoff(plan, verdict, amount, by) for verdict, amount in _binding(plan))


def implied(plan: PlanRecord) -> tuple[Implied, ...]:
    """Return the yearly rates that nobody asked for: see :meth:`planner.Plan.implied`."""
    rates = {row.id: row.rate for row in plan.goals}
    implications = []
    for row in plan.goals:
        item, end = row.item, row.values[plan.years[-1]]
        parts = {key: rates.get(key) for key in (item.num, item.den) if key}
        known = {key: rate for key, rate in parts.items() if rate is not None}
        if item.kind != "ratio" or row.rules or len(known) < len(parts):
            continue
        if row.baseline is not None and end is not None and row.rate is not None:
            implications.append(Implied(item.id, row.baseline, end, row.rate, known))
    return tuple(implications)


def _binding(plan: PlanRecord) -> Iterator[tuple[Verdict, Decimal]]:
    """Yield the rules that leave no room, with the amounts they ask for."""
    tight = binding(plan)
    for verdict in plan.verdicts:
        rule, head = verdict.rule, verdict.head
        if rule.scope != "target" or rule.id not in tight or verdict.status is not Status.MET:
            continue
        row = next((row for row in rule.rows if row.name == head.name), None)
        if row is None or rule.origin != "rules" or rule.level == "identity":
            continue
        amount = Fraction(row.rate.required) if row.rate else row.limit.constant
        decimals = 0 if amount.denominator == 1 and row.rate is None else 2
        yield verdict, from_units(int(amount * 10**decimals), decimals)


def binding(plan: PlanRecord) -> frozenset[str]:
    """Return the ids of the rules in which one grid step of some cell would be too much."""
    for request in plan.requests():
        return frozenset(
            member.rule.id
            for member in request.members
            if member.standing not in {"wish", "default"}
            for part in member.constraints
            if part.terms and (slack := request.slack(part)) is not None
            if 0 <= slack < max(abs(value) for _, value in part.terms)
        )
    return frozenset()


def _tradeoff(plan: PlanRecord, verdict: Verdict, amount: Decimal, by: int) -> Tradeoff:
    rule = verdict.rule
    more = amount + by if _floor(verdict) else amount - by
    asked = _asking(plan, rule.id, more)
    if asked is None:
        return Tradeoff(rule, amount, amount, (), Fraction(0), Range(amount, amount))
    (low, low_open), (high, high_open) = (_end(plan, rule.id, amount, side) for side in (-1, 1))
    holds = Range(low, high, low_open, high_open)
    distance = _distance(asked) - _distance(plan)
    return Tradeoff(rule, amount, more, tuple(_effects(plan, asked)), distance, holds)


def _floor(verdict: Verdict) -> bool:
    """Whether a rule asks for at least its amount; a decline of at least so much is one."""
    head = verdict.head
    falls = head.rate is not None and head.rate.decline
    return head.sense is not None and (head.sense.sign > 0) != falls


def _asking(plan: P, rule: str, amount: Decimal) -> P | None:
    changed = plan.rules.asking(rule, plan.all_readings, amount)
    return None if changed is None else replace(plan, rules=changed, repaired=None)


def _distance(plan: PlanRecord) -> Fraction:
    nearest = nearest_table(plan, {})
    return nearest.answer.distance if nearest else Fraction(0)


def _effects(before: PlanRecord, after: PlanRecord) -> Iterator[Effect]:
    end = before.years[-1]
    for row in before.goals:
        other = after.goals[row.id]
        old, new = row.values[end], other.values[end]
        if row.item.kind == "growth" or old is None or new is None:
            continue
        if (old, row.rate) != (new, other.rate):
            yield Effect(Cell(row.id, end), old, new, row.rate, other.rate)


def _unmet(plan: PlanRecord) -> frozenset[str]:
    measured = plan.numbers.measured
    return frozenset(
        rule.id
        for rule in plan.system.of_scope("target")
        if rule.level != "ambition" and rule.node.status(measured) is Status.UNMET
    )


def _end(plan: PlanRecord, rule: str, amount: Decimal, side: int) -> tuple[Decimal, bool]:
    """Return the last amount on one side at which the same rules bind, and whether it is open."""
    same, missed = binding(plan), _unmet(plan)

    def holds(steps: int) -> bool:
        asked = _asking(plan, rule, amount + side * from_units(steps, decimals))
        return asked is not None and _unmet(asked) <= missed and binding(asked) == same

    decimals = -int(amount.as_tuple().exponent)
    most = FARTHEST * 10**decimals
    if side < 0:
        most = min(most, int(amount * 10**decimals))
    known, reach = 0, 1
    while reach < most and holds(reach):
        known, reach = reach, reach * 4
    if reach >= most:
        reach = most
        if most == 0 or holds(most):
            return amount + side * from_units(most, decimals), True
    while reach - known > 1:
        middle = (known + reach) // 2
        if holds(middle):
            known = middle
        else:
            reach = middle
    return amount + side * from_units(known, decimals), False
