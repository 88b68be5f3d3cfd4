"""Choosing by odds: of the tables that comply, the one whose firm goals are likeliest met together.

Where nothing is asked for beyond the rules and the pins, least effort already asks for as little
as they allow. What is left to choose is how goals share a rule between them - a higher output
makes room for more energy, but is harder to reach itself - and that is searched one target at a
time, on the same paths, as long as it helps. The table nearest to the wishes is where it starts
from as well, so that the result is never less likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Generic

import numpy as np

from planner.compliance.rows import Status
from planner.core.findings import Obligation
from planner.forecast.advice import held_down
from planner.forecast.odds import OddsRecord, odds_of
from planner.model.catalogue import Cell
from planner.model.reference import Reference
from planner.planning.changes import Change, Repair
from planner.planning.record import P, PlanRecord
from planner.planning.repair import changed, repair

# Per cent of the paths below the values that are tried first, then halved between the best ones.
TRIED = (2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98)
HALVINGS = 6
ROUNDS = 3
ERRORS = 2  # standard errors that a gain has to exceed, or a target stays where it is
Weights = Mapping[str, float | int | str | Decimal]
Score = tuple[int, int]


def likeliest(plan: P, weights: Weights | None, seed: int, reference: Reference) -> P:
    """Return the compliant plan with the best joint odds that the search found.

    Pins hold, wishes give way. Before and after, the odds are those of the same goals: what is
    firm in the plan given, and what the search aims higher at than the nearest table. Where
    nothing complies, what :func:`planner.planning.repair.repair` returns.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 280)
    >>> fixed = plan.repair(prefer="odds")
    >>> fixed.odds().joint.hits > plan.odds().joint.hits
    True
    """
    nearest = repair(plan, weights)
    if nearest.repaired is None or not nearest.repaired.complies:
        return nearest
    search = _Search(plan, nearest, weights, odds_of(plan, seed, reference, OddsRecord))
    bare = repair(_bare(plan), weights)
    starts = [nearest, bare] if search.holds(bare) else [nearest]
    best = search.climb(max(starts, key=search.score))
    if plan.complies and search.holds(plan) and not search.gains(best, plan):
        best = plan
    best = search.kept(best, plan)
    changes = tuple(_reasoned(change) for change in changed(plan, best))
    about = search.about(best)
    told = search.told(best, about)
    odds = (str(search.told(plan, about).joint or "-"), str(told.joint or "-"))
    # What prints as the same chance is no gain to anybody.
    down = held_down(told) if odds[0] == odds[1] else ()
    repaired = Repair(True, changes, odds=odds, bottleneck=down[0] if down else "")
    return best.seeded(seed).asking(repaired=repaired)


def _bare(plan: P) -> P:
    """Return a plan without wishes; targets that somebody else made keep but their pins."""
    if plan.given is None:
        return plan.asking(wishes={})
    kept = {cell: value for cell, value in plan.requested.items() if cell in plan.pinned}
    return replace(plan, given=None, wishes={}, pins=kept, repaired=None)


def _reasoned(change: Change) -> Change:
    """Say of what nothing forced that it moved for the odds."""
    moved = not change.rows and (change.kind == "wish" or change.how == "effort")
    return replace(change, how="odds") if moved else change


def _faults(plan: PlanRecord) -> frozenset[tuple[str, str, int | None, str]]:
    """Return what must be fixed in a plan."""
    return frozenset(
        (item.code, item.indicator, item.year, item.rule)
        for item in plan.check()
        if item.level is Obligation.MUST_FIX
    )


class _Search(Generic[P]):
    """Moves one target at a time and keeps what helps."""

    def __init__(self, plan: P, nearest: P, weights: Weights | None, odds: OddsRecord) -> None:
        self.nearest, self.weights, self.odds = nearest, weights, odds
        self.end = plan.years[-1]
        self.firm = odds.firm
        self.pins = {cell: nearest.numbers.printed(*cell) for cell in plan.pinned}
        self.faults = _faults(nearest)
        shared: dict[Cell, None] = {}
        for rule in plan.base_system.of_scope("target"):
            if rule.level == "identity" or rule.coherence:
                continue
            for row in rule.rows:
                cells = [cell for cell, _ in row.terms if cell.year == self.end]
                if len(cells) > 1 or rule.is_choice:
                    shared |= dict.fromkeys(cells)
        self.cells = tuple(cell for cell in shared if cell not in plan.pinned)
        self.scores: dict[int, tuple[P, Score]] = {}

    # -- what is compared ----------------------------------------------------------------

    def about(self, plan: PlanRecord) -> frozenset[str]:
        """Return the goals that count for a plan: what is firm, and what it asks to be better.

        Otherwise the search would aim high where nobody looks.
        """
        nearest = {row.id: row.values[self.end] for row in self.nearest.goals}
        better = set()
        for row in plan.goals:
            value, known = row.values[self.end], nearest.get(row.id)
            if Cell(row.id, self.end) in plan.requested and value is not None and known is not None:
                beyond = {"higher": value > known, "lower": value < known}
                better |= {row.id} if beyond.get(row.item.better, False) else set()
        return self.firm | better

    def told(self, plan: PlanRecord, about: frozenset[str] | None = None) -> OddsRecord:
        """Return the odds of a plan, of what counts for it unless said otherwise."""
        return replace(self.odds, plan=plan, about=about or self.about(plan))

    def score(self, plan: P) -> Score:
        """Return what is compared: all firm goals together, then those of the years before."""
        known = self.scores.get(id(plan))
        if known is None:
            odds = self.told(plan)
            stages = sum(chance.hits for chance in odds.stages.values() if chance)
            known = (plan, ((odds.joint.hits if odds.joint else 0), stages))
            self.scores[id(plan)] = known
        return known[1]

    def gains(self, plan: PlanRecord, other: PlanRecord) -> bool:
        """Whether a plan is likelier than another by more than chance.

        Path by path: where none is lost that the other had, that is certain.
        """
        one, two = (self.told(each).together(self.end) for each in (plan, other))
        if one is None or two is None:
            return False
        net = one.view(np.int8) - two.view(np.int8)
        gain, error = self.odds.summed(net)
        return gain > 0 and (gain > ERRORS * error or bool(net.min() >= 0))

    def holds(self, plan: PlanRecord) -> bool:
        """Whether a plan keeps the pins, breaks no rule without a reason, and has no new fault."""
        broken = any(
            verdict.status is Status.UNMET
            for verdict in plan.verdicts
            if verdict.rule.scope == "target"
            and verdict.rule.level != "ambition"
            and not verdict.rule.reason
        )
        pinned = all(plan.numbers.printed(*cell) == value for cell, value in self.pins.items())
        return pinned and not broken and _faults(plan) <= self.faults

    def kept(self, best: P, plan: P) -> P:
        """Return the plan with what was asked for as a wish still, wherever it stands now.

        A ratio whose printed value would place its parts elsewhere is asked for by its numerator.
        """
        for cell in plan.wishes:
            num = best.baseline.catalogue[cell.indicator].num
            for asked in (cell, *([Cell(num, cell.year)] if num else [])):
                value = best.numbers.printed(*asked)
                if asked in best.requested or value is None:
                    break
                made = best.asking(wishes={**best.wishes, asked: value})
                if made.numbers.targets == best.numbers.targets and self.holds(made):
                    best = made
                    break
        return best

    # -- the search ----------------------------------------------------------------------

    def climb(self, best: P) -> P:
        start = best
        for _ in range(ROUNDS):
            before = best
            for cell in self.cells:
                best = self._along(best, start, cell)
            if best is before:
                break
        return best

    def _along(self, best: P, start: P, cell: Cell) -> P:
        """Return the best plan found by moving one target, the rest following by repair."""
        tried: dict[Decimal, tuple[Score, P]] = {}

        def value_of(value: Decimal) -> Score:
            if value not in tried:
                moved = self._with(best, start, cell, value)
                tried[value] = ((-1, -1), best) if moved is None else (self.score(moved), moved)
            return tried[value][0]

        now = best.numbers.printed(*cell)
        values = sorted({*self.odds.quantiles(cell, TRIED), *([now] if now is not None else [])})
        for value in values:
            value_of(value)
        step = Decimal(1).scaleb(-best.baseline.catalogue[cell.indicator].decimals)
        for _ in range(HALVINGS):
            order = sorted(tried)
            top = max(order, key=value_of)
            place = order.index(top)
            sides = [order[other] for other in (place - 1, place + 1) if 0 <= other < len(order)]
            middles = {((top + side) / 2).quantize(step) for side in sides} - tried.keys()
            if not middles:
                break
            for value in sorted(middles):
                value_of(value)
        _, plan = max(tried.values(), key=lambda pair: pair[0])
        return plan if self.gains(plan, best) else best

    def _with(self, plan: P, start: P, cell: Cell, value: Decimal) -> P | None:
        """Return the complying plan with a target moved there, or None if there is none.

        The target is held while the rest is repaired and then let go of again. Odds are not to
        be bought by aiming below what there is already.
        """
        held = repair(plan.pin(cell.indicator, cell.year, value), self.weights)
        if held.repaired is None or not held.repaired.complies:
            return None
        wishes = {**held.wishes, cell: value}
        pins = {other: kept for other, kept in held.pins.items() if other != cell}
        moved = held.asking(wishes=wishes, pins=pins)
        return moved if self.holds(moved) and not self._backwards(moved, start) else None

    def _backwards(self, plan: PlanRecord, start: PlanRecord) -> bool:
        """Whether a target is worse than the baseline and than the search started from."""
        for row in plan.goals:
            if row.item.kind != "measured" or row.item.better == "neither":
                continue
            value, before = row.values[self.end], start.goals[row.id].values[self.end]
            known = [level for level in (row.baseline, before) if level is not None]
            if value is None or not known:
                continue
            if value < min(known) if row.item.better == "higher" else value > max(known):
                return True
        return False
