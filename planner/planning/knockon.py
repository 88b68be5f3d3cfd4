"""Knock-on: what a wish, a reading or a scenario moves besides, old to new, and the row that forced it (§17).

Found by leaving it out: the plan without it is made, and every target of the last year that is another
then is told, with the rows that its old value would break now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.core.findings import Finding, Obligation
from planner.core.phrases import Listed, phrase
from planner.model.catalogue import Cell
from planner.planning.changes import Change, why
from planner.planning.record import P, PlanRecord
from planner.planning.statements import reasons

MOST = 6  # targets that are told by name; the others are counted


@dataclass(frozen=True)
class KnockOn:
    """What one thing asked for moved besides.

    Attributes
    ----------
    cause
        The cell that is asked for as ``id@year``, ``RULE=READING``, or the scenario's id.
    cell
        That cell, None where it is none.
    moved
        The targets of the last year that it moved, those first that a row forced.
    """

    cause: str
    cell: Cell | None
    moved: tuple[Change, ...]


def knock_on(plan: PlanRecord) -> tuple[KnockOn, ...]:
    """Return for each wish, pin, reading and the scenario of a plan what it moved besides."""
    if plan.given is not None:
        return ()  # somebody else's table stands as it is
    found = []
    for cause, cell, without in _left_out(plan):
        moved = tuple(_moved(without, plan, cell))
        if moved:
            found.append(KnockOn(cause, cell, moved))
    return tuple(found)


def _left_out(plan: P) -> Iterator[tuple[str, Cell | None, P]]:
    """Yield everything that is asked for, and the plan without it."""
    for cell in dict.fromkeys([*plan.wishes, *plan.targets, *plan.pins]):
        yield str(cell), cell, plan.release(cell.indicator, cell.year)
    for rule, name in plan.readings.items():
        kept = {key: value for key, value in plan.readings.items() if key != rule}
        yield f"{rule}={name}", None, replace(plan, readings=kept, repaired=None)
    if plan.scenario is not None:
        yield plan.scenario.id, None, replace(plan, scenario=None, repaired=None)


def _moved(before: PlanRecord, after: PlanRecord, cause: Cell | None) -> list[Change]:
    """Return the targets of the last year that differ, other than the one asked for."""
    end = after.years[-1]
    catalogue = after.baseline.catalogue
    own = set() if cause is None else {cause.indicator, catalogue[cause.indicator].num}
    own |= set() if cause is None else {catalogue[cause.indicator].of}
    firm = frozenset({*after.asked, *after.pinned})
    changes = []
    for cell, new in after.numbers.targets.items():
        old = before.numbers.printed(*cell)
        if cell.year != end or cell.indicator in own or old is None or old == new:
            continue
        rows, how = why(after.wished, after.numbers, cell, old, firm)
        changes.append(Change(cell, old, new, "follows", rows, how))
    return sorted(changes, key=lambda change: not change.rows)


def knock_on_findings(plan: PlanRecord) -> tuple[Finding, ...]:
    """Return what was moved besides as notes, one for each cause."""
    return tuple(_finding(plan, item) for item in knock_on(plan))


def _finding(plan: PlanRecord, item: KnockOn) -> Finding:
    catalogue = plan.baseline.catalogue
    told = [
        phrase(
            "moved_one",
            name=catalogue.texts([change.cell.indicator]),
            year=change.cell.year,
            old=str(change.old),
            new=str(change.new),
            reason=reasons(change, plan.system, plan.numbers),
        )
        for change in item.moved[:MOST]
    ]
    if len(item.moved) > MOST:
        told.append(phrase("moved_more", n=str(len(item.moved) - MOST)))
    return Finding(
        "moved_besides",
        Obligation.INFO,
        indicator=item.cell.indicator if item.cell else "",
        year=item.cell.year if item.cell else None,
        found=item.cause,
        facts={"moved": Listed(tuple(told), "between")},
    )
