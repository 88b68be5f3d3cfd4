"""Repair: the compliant goal table nearest to the wishes, with a reason for every change.

What was asked for gives way as little as possible in total, relative to each value; what
nobody asked for stays where least effort had put it, unless nothing complies then. The plan
returned is an ordinary one with some wishes amended, so the rest follows by least effort again.

This is goal programming [1]_ with weighted deviations relative to each goal [2]_, over whole grid
steps. What may move is ranked: the rest alone where all that is asked for can hold, else what is
asked for alone, else both. As in the editing of statistical records [3]_ what must hold stands and
the data give way; there as few fields as possible change, here they change as little as possible.

References
----------
.. [1] A. Charnes and W. W. Cooper, Goal programming and multiple objective optimizations: Part 1,
   European Journal of Operational Research 1(1), 39-54, 1977.
.. [2] M. Tamiz, D. Jones and C. Romero, Goal programming for decision making: an overview of the
   current state-of-the-art, European Journal of Operational Research 111(3), 569-581, 1998.
.. [3] I. P. Fellegi and D. Holt, A systematic approach to automatic edit and imputation, Journal
   of the American Statistical Association 71(353), 17-35, 1976.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.compliance.rows import Status
from planner.compliance.wishes import YEARLY, numerator, resolve
from planner.core.findings import Finding, InputError, Obligation
from planner.core.rounding import from_units, to_grid, to_units
from planner.model.catalogue import Catalogue, Cell
from planner.planning.changes import Change, Repair, broken_by, why
from planner.planning.nearest import Answer, nearest
from planner.planning.propagation import Constraint, Steps
from planner.planning.record import P, PlanRecord
from planner.planning.request import FREE, Request
from planner.planning.solver import Problem

# Rounds in which least effort is told more of what was found, before it is told all of it.
ROUNDS = 3
PREFERENCES = ("wishes", "odds")


@dataclass(frozen=True)
class NearestTable:
    """The nearest table, in steps, for one way of satisfying the rules.

    `stays` says that nothing moved but what was asked for.
    """

    request: Request
    answer: Answer
    stays: bool


def repair(
    plan: P,
    weights: Mapping[str, float | int | str | Decimal] | None = None,
    relax: Mapping[str, str] | None = None,
) -> P:
    """Return the nearest plan that complies: see :meth:`planner.Plan.repair`."""
    plan, weighed = relaxed(plan, relax), _weights(plan, weights or {})
    if _stands(plan):
        return plan.asking(repaired=Repair(complies=True))
    nearest = nearest_table(plan, weighed)
    if nearest is None:
        return plan.asking(repaired=Repair(complies=False))
    fixed = _settled(plan, nearest)
    changes = tuple(changed(plan, fixed))
    return fixed.asking(repaired=Repair(True, changes, nearest.answer.distance, nearest.answer.gap))


def chosen_by(name: str) -> str:
    """Return by what a table is to be chosen: nearness to the wishes, or odds.

    Raises
    ------
    InputError
        When it is neither.
    """
    if name not in PREFERENCES:
        expected = ", ".join(PREFERENCES)
        fault = Finding("argument_wrong", Obligation.MUST_FIX, found=name, expected=expected)
        raise InputError([fault])
    return name


def _stands(plan: PlanRecord) -> bool:
    """Whether a plan keeps all that is asked of it: rules, wishes and pins alike."""
    measured = plan.numbers.measured
    return all(
        rule.node.status(measured) is Status.MET or rule.reason
        for rule in plan.wished.of_scope("target")
    )


def relaxed(plan: P, relax: Mapping[str, str] | None) -> P:
    """Return a plan with benchmark rules relaxed, each with its reason."""
    for rule, reason in (relax or {}).items():
        plan = plan.relax(rule, reason)
    return plan


def _weights(
    plan: PlanRecord, weights: Mapping[str, float | int | str | Decimal]
) -> dict[str, Fraction]:
    exact, faults = {}, []
    for key, value in weights.items():
        name = plan.baseline.catalogue.find(key) or key
        try:
            weight = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            weight = Fraction(0)
        if weight <= 0:
            faults.append(Finding("weight_wrong", Obligation.MUST_FIX, found=f"{key}={value}"))
        elif name not in plan.baseline.catalogue:
            faults.append(Finding("indicator_unknown", Obligation.MUST_FIX, found=key))
        exact[name] = weight
    if faults:
        raise InputError(faults)
    return exact


def nearest_table(plan: PlanRecord, weights: Mapping[str, Fraction]) -> NearestTable | None:
    """Return the nearest table over all ways of satisfying the rules, or None if there is none."""
    best: NearestTable | None = None
    lowest: list[Fraction] = []
    for request in plan.requests():
        table = _nearest(request, weights)
        if table is None:
            continue
        lowest.append(table.answer.distance - table.answer.gap)
        if best is None or table.answer.distance < best.answer.distance:
            best = table
    if best is None:
        return None
    gap = best.answer.distance - min(lowest)
    return replace(best, answer=replace(best.answer, gap=gap))


def _nearest(request: Request, weights: Mapping[str, Fraction]) -> NearestTable | None:
    """Let what was asked for give way, and anything else only where that is not enough.

    Where everything asked for can hold, nothing of it is touched and the rest moves as little
    as it takes.
    """
    asked = request.of(*FREE)
    wants, softs = request.wants(asked, weights)
    stays = request.as_they_stand(weights, wants)
    everything = (*request.hard, *(part for member in asked for part in member.constraints))
    if not all(request.met(part) for part in everything):
        whole = nearest(Problem(request.cells, everything, stays, (), request.hints))
        if isinstance(whole, Answer):
            return NearestTable(request, replace(whole, distance=Fraction(0)), stays=False)
    box = request.box.copy()
    for cell, stay in stays.items():
        box.fix(cell, stay.units)
    for kept, wanted in ((True, wants), (False, {**stays, **wants})):
        problem = Problem(request.cells, request.hard, wanted, softs, request.hints)
        answer = nearest(problem, box if kept else request.box)
        if isinstance(answer, Answer):
            return NearestTable(request, answer, kept)
    return None


# -- from steps to a plan -----------------------------------------------------------------------


def _settled(plan: P, nearest: NearestTable) -> P:
    """Return the plan that has the table found, told by as few wishes as it takes."""
    request, steps = nearest.request, nearest.answer.steps
    catalogue = plan.baseline.catalogue

    def printed(cell: Cell, units: int) -> Decimal:
        return from_units(units, catalogue[cell.indicator].decimals)

    if plan.given is not None:
        table = {cell: printed(cell, units) for cell, units in steps.items()}
        kept = {cell: value for cell, value in plan.numbers.targets.items() if cell not in table}
        order = [cell for cell in plan.numbers.targets if cell in table]
        order += [cell for cell in table if cell not in plan.numbers.targets]
        merged = {cell: table[cell] for cell in order}
        return replace(plan, given={**merged, **kept}, wishes={})
    # A bound is no point that a stage shape runs through: what lay within one has to be told.
    shaped = nearest.stays and not plan.limits
    plan = _without_missed(plan, {cell: printed(cell, units) for cell, units in steps.items()})
    asked = {cell for member in request.of(*FREE) for cell in _decided(member.constraints)}
    wishes = _amended(plan, nearest)
    for _ in range(ROUNDS):
        fixed = plan.asking(wishes=wishes)
        now = {
            cell: to_units(value, catalogue[cell.indicator].decimals)
            for cell, value in fixed.numbers.targets.items()
        }
        if shaped and all(part.slack(now) >= 0 for part in request.hard):
            asked = {cell for cell in asked if now[cell] != steps[cell]}
            if not asked:
                return fixed
        else:  # what follows by itself is not what was found: tell it
            asked = {cell for cell in request.cells if now[cell] != steps[cell]}
            if not asked:
                return fixed
        wishes = _told(plan, wishes, {cell: printed(cell, steps[cell]) for cell in asked})
    everything = {cell: printed(cell, units) for cell, units in steps.items()}
    return plan.asking(wishes=_told(plan, wishes, everything))


def _without_missed(plan: P, table: Mapping[Cell, Decimal]) -> P:
    """Return a plan without the stated targets that a table misses: they give way to its levels."""
    measured = plan.numbers_of(table).measured
    missed = {
        rule.asked.cell
        for rule in plan.wished.rules
        if rule.asked is not None and rule.node.status(measured) is not Status.MET
    }
    # What is to be added every year is one target for all of them.
    of_years = {cell.indicator for cell in missed}
    missed |= {
        cell
        for cell, said in plan.targets.items()
        if said.measure in YEARLY and cell.indicator in of_years
    }
    kept = {c: said for c, said in plan.targets.items() if c not in missed}
    return plan if len(kept) == len(plan.targets) else plan.asking(targets=kept)


def _decided(constraints: Iterable[Constraint]) -> set[Cell]:
    return {cell for part in constraints for cell, _ in part.terms}


def _amended(plan: PlanRecord, nearest: NearestTable) -> dict[Cell, Decimal]:
    """Return the wishes with those that cannot stand moved to where they can."""
    catalogue, steps = plan.baseline.catalogue, nearest.answer.steps
    resolved = resolve(plan.system, plan.requested_on_grid)
    wishes = {cell: value for cell, value in plan.requested.items() if cell not in plan.pinned}
    wishes = {cell: value for cell, value in wishes.items() if cell in plan.wishes}
    for cell, value in resolved.levels.items():
        source = resolved.source.get(cell, cell)
        now = from_units(steps[cell], catalogue[cell.indicator].decimals)
        if source in plan.pinned or now == value:
            continue
        wishes.pop(source, None)
        wishes[cell] = now
    for source, (cell, value) in resolved.rates.items():
        if from_units(steps[cell], catalogue[cell.indicator].decimals) != value:
            wishes.pop(source, None)  # the level asked for beside it says where it is now
    kept = _kept_ratios(plan, steps) if resolved.ratios else frozenset()
    for cell in resolved.ratios:
        part, level, printed = _ratio(catalogue, cell, steps)
        if cell in plan.pinned or cell in kept:
            continue
        if printed is not None:
            wishes[cell] = printed
        else:
            wishes.pop(cell, None)
        if printed is None or _resolved(catalogue, cell, printed, steps) != level:
            wishes[part] = level
    return wishes


def _kept_ratios(plan: PlanRecord, steps: Steps) -> frozenset[Cell]:
    """Return what was asked for and is kept in a table, a ratio if need be by more of the whole."""
    catalogue = plan.baseline.catalogue
    table = {c: from_units(units, catalogue[c.indicator].decimals) for c, units in steps.items()}
    measured = plan.numbers_of(table).measured
    asked = (rule for rule in plan.wished.rules if rule.asked is not None)
    return frozenset(
        rule.asked.cell
        for rule in asked
        if rule.asked is not None and rule.node.status(measured) is Status.MET
    )


def _ratio(catalogue: Catalogue, cell: Cell, steps: Steps) -> tuple[Cell, Decimal, Decimal | None]:
    """Return the numerator of a ratio, its level, and the ratio as it is printed."""
    item = catalogue[cell.indicator]
    part, whole = Cell(item.num, cell.year), Cell(item.den, cell.year)
    level = from_units(steps[part], catalogue[part.indicator].decimals)
    under = from_units(steps[whole], catalogue[whole.indicator].decimals)
    if not under:
        return part, level, None
    ratio = Fraction(level) / Fraction(under) * Fraction(item.scale)
    return part, level, to_grid(ratio, item.decimals)


def _resolved(catalogue: Catalogue, cell: Cell, value: Decimal, steps: Steps) -> Decimal:
    """Return where a ratio asked for places its numerator."""
    item = catalogue[cell.indicator]
    whole = Cell(item.den, cell.year)
    under = from_units(steps[whole], catalogue[whole.indicator].decimals)
    return numerator(item, catalogue, value, under)


def _told(
    plan: PlanRecord, wishes: Mapping[Cell, Decimal], told: Mapping[Cell, Decimal]
) -> dict[Cell, Decimal]:
    """Add wishes for levels that what was asked for does not lead to by itself."""
    return {**wishes, **{cell: v for cell, v in told.items() if cell not in plan.pinned}}


# -- what was changed ---------------------------------------------------------------------------


def changed(before: PlanRecord, after: PlanRecord) -> Iterable[Change]:
    """Return every target that changed, what was asked for first, with the rows that forced it."""
    asked, measured = before.asked, after.numbers.measured
    held = {
        rule.asked.cell
        for rule in before.wished.rules
        if rule.asked is not None and rule.node.status(measured) is Status.MET
    }
    firm = frozenset({*asked, *before.pinned})
    # A target within bounds may move in them: that is told like anything that follows.
    bounded = {limit.cell for limit in before.limits}
    changes = []
    for cell in dict.fromkeys([*asked, *after.numbers.targets]):
        inside = cell in bounded and cell in held
        if cell in held and not inside:
            continue
        printed = before.numbers.printed(*cell)
        old = printed if cell in bounded else asked.get(cell, printed)
        new = after.numbers.printed(*cell)
        if old == new or new is None:
            continue
        rows, how = why(after.wished, after.numbers, cell, old, firm)
        if not rows and cell in asked and old is not None:
            # What it makes room for may itself have got no more than a part of its wish.
            rest = broken_by(before.wished, after.numbers, cell, old, wishes=True)
            rows, how = tuple(row.name for row in rest), "row" if rest else how
        kind = "wish" if cell in asked and not inside else "follows"
        changes.append(Change(cell, old, new, kind, rows, how))  # type: ignore[arg-type]
    return sorted(changes, key=lambda change: change.kind != "wish")
