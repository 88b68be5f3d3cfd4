"""Choosing by odds: of the tables that comply, the one whose firm goals are likeliest met together.

Where nothing is asked for beyond the rules and the pins, least effort already asks for as little
as they allow. What is left to choose is how goals share a rule between them - a higher output
makes room for more energy, but is harder to reach itself - and that is searched one target at a
time, on the same paths, as long as it helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.catalogue import Cell
from planner.changes import Change, Repair
from planner.findings import must_fix
from planner.outlook.odds import Odds
from planner.repair import changed, repair

if TYPE_CHECKING:
    from planner.outlook.reference import Peers
    from planner.plans import Plan

# Per cent of the paths below the values that are tried first, then halved between the best ones.
TRIED = (2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98)
HALVINGS = 6
ROUNDS = 3
ERRORS = 2  # standard errors that a gain has to exceed, or a target stays where it is


def likeliest(
    plan: Plan,
    weights: Mapping[str, float | int | str | Decimal] | None = None,
    seed: int = 7,
    peers: Peers = None,
) -> Plan:
    """Return the compliant plan with the best joint odds that the search found.

    Pins hold, wishes give way. Where nothing complies, what :func:`planner.repair.repair`
    returns.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 280)
    >>> fixed = likeliest(plan)
    >>> fixed.odds().joint.hits > plan.odds().joint.hits
    True
    """
    start = repair(_bare(plan), weights)
    if start.repaired is None or not start.repaired.complies:
        return repair(plan, weights)
    search = _Search(plan, weights, seed, peers)
    best = search.climb(start)
    before, after = plan.odds(seed, peers).joint, best.odds(seed, peers).joint
    changes = tuple(_reasoned(change) for change in changed(plan, best))
    found = Repair(True, changes, odds=(str(before or "-"), str(after or "-")))
    return replace(best, repaired=found)


def _bare(plan: Plan) -> Plan:
    """Return a plan without wishes; targets that somebody else made keep but their pins."""
    if plan.given is None:
        return plan.asking(wishes={})
    kept = {cell: value for cell, value in plan.requested.items() if cell in plan.pinned}
    return replace(plan, given=None, wishes={}, pins=kept, repaired=None)


def _reasoned(change: Change) -> Change:
    """Say of what nothing forced that it moved for the odds."""
    return change if change.rows or change.kind == "follows" else replace(change, how="odds")


class _Search:
    """Moves one target at a time and keeps what helps."""

    def __init__(
        self,
        plan: Plan,
        weights: Mapping[str, float | int | str | Decimal] | None,
        seed: int,
        peers: Peers,
    ) -> None:
        self.weights, self.seed, self.peers = weights, seed, peers
        end = plan.years[-1]
        shared: dict[Cell, None] = {}
        for rule in plan.base_system.of_scope("target"):
            if rule.level == "identity":
                continue
            for row in rule.rows:
                cells = [cell for cell, _ in row.terms if cell.year == end]
                if len(cells) > 1:
                    shared |= dict.fromkeys(cells)
        self.cells = tuple(cell for cell in shared if cell not in plan.pinned)

    def climb(self, best: Plan) -> Plan:
        for _ in range(ROUNDS):
            before = self._score(best)
            for cell in self.cells:
                best = self._along(best, cell)
            if self._score(best) <= before:
                break
        return best

    def _odds(self, plan: Plan) -> Odds:
        return plan.odds(self.seed, self.peers)

    def _score(self, plan: Plan) -> tuple[int, int]:
        """Return what is compared: all firm goals together, then those of the years before."""
        odds = self._odds(plan)
        stages = sum(chance.hits for chance in odds.stages.values() if chance)
        return (odds.joint.hits if odds.joint else 0), stages

    def _along(self, best: Plan, cell: Cell) -> Plan:
        """Return the best plan found by moving one target, the rest following by repair."""
        tried: dict[Decimal, tuple[tuple[int, int], Plan]] = {}

        def value_of(value: Decimal) -> tuple[int, int]:
            if value not in tried:
                moved = self._with(best, cell, value)
                tried[value] = ((-1, -1), best) if moved is None else (self._score(moved), moved)
            return tried[value][0]

        now = best.numbers.printed(*cell)
        values = sorted({*self._odds(best).quantiles(cell, TRIED), *([now] if now else [])})
        for value in values:
            value_of(value)
        for _ in range(HALVINGS):
            order = sorted(tried)
            top = max(order, key=value_of)
            place = order.index(top)
            step = Decimal(1).scaleb(-best.baseline.catalogue[cell.indicator].decimals)
            sides = [order[other] for other in (place - 1, place + 1) if 0 <= other < len(order)]
            middles = {((top + side) / 2).quantize(step) for side in sides} - tried.keys()
            if not middles:
                break
            for value in sorted(middles):
                value_of(value)
        score, plan = max(tried.values(), key=lambda found: found[0])
        return plan if score[0] - self._score(best)[0] > self._noise(best) else best

    def _noise(self, plan: Plan) -> float:
        """Return what a gain has to be above, in paths: two standard errors."""
        joint = self._odds(plan).joint
        return ERRORS * joint.error * joint.paths if joint else 0

    def _with(self, plan: Plan, cell: Cell, value: Decimal) -> Plan | None:
        """Return the complying plan with a target moved there, or None if there is none.

        The target is held while the rest is repaired and then let go of again.
        """
        held = repair(plan.pin(cell.indicator, cell.year, value), self.weights)
        if held.repaired is None or not held.repaired.complies:
            return None
        wishes = {**held.wishes, cell: value}
        pins = {other: kept for other, kept in held.pins.items() if other != cell}
        moved = held.asking(wishes=wishes, pins=pins)
        return None if must_fix(moved.check()) else moved
