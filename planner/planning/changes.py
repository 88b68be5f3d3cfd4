"""Changes: what a repair did to a goal table, and which rows forced it.

A change is explained by putting the old value back into the new table: the rows that this
breaks are the ones that forced it, and anybody can check that with the table in hand.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from planner.compliance.numbers import Numbers
from planner.compliance.rows import Row, Status, Values
from planner.compliance.system import System
from planner.compliance.wishes import numerator, resolve
from planner.core.frames import Column, Records
from planner.core.phrases import phrase
from planner.core.rounding import growth_factor, to_grid
from planner.model.cards import card, sign
from planner.model.catalogue import Cell

How = Literal["row", "shape", "share", "effort", "odds"]
Kind = Literal["wish", "follows"]


@dataclass(frozen=True)
class Change:
    """One target before and after.

    Attributes
    ----------
    cell, old, new
        The cell and its values as printed, in the indicator's unit; `old` is None where there was
        none.
    kind
        ``wish`` where somebody had asked for the old value, ``follows`` where it only followed.
    rows
        Names of the rows that the old value would break in the new table.
    how
        ``row``, or where there are no rows what the cell follows: its stage ``shape``, the
        ``share`` in its whole or least ``effort``; ``odds`` where it was moved for better odds.
    """

    cell: Cell
    old: Decimal | None
    new: Decimal
    kind: Kind
    rows: tuple[str, ...] = ()
    how: How = "row"


@dataclass(frozen=True)
class Repair:
    """What a repair found.

    Attributes
    ----------
    complies
        Whether any table complies; if not, nothing was changed.
    changes
        Every target that changed, what was asked for first.
    distance
        The total relative change of what was asked for - and of the rest, where that was not
        enough - each times the weight of its indicator; 1/100 is one per cent of one target.
    gap
        How much smaller that might still be; zero means that it is proven.
    odds
        Where the table is not the nearest but the likeliest found: the chances that all firm goals
        are met together, before and after, in per cent as printed.
    bottleneck
        Where that gained nothing, the id of the goal that holds the odds down most.
    """

    complies: bool
    changes: tuple[Change, ...] = ()
    distance: Fraction = Fraction(0)
    gap: Fraction = Fraction(0)
    odds: tuple[str, str] | None = None
    bottleneck: str = ""

    def __repr__(self) -> str:
        """Say how many targets changed, and whether that complies."""
        return f"<Repair {'complies' if self.complies else 'does not comply'}, {len(self.changes)} changes>"

    def _repr_html_(self) -> str:
        rows = ((str(c.cell), c.old, c.new, c.kind, "; ".join(c.rows)) for c in self.changes)
        columns = (
            Column("cell", head=phrase("indicator")), Column("old", "number"),
            Column("new", "number"), Column("kind", "word", phrase("kinds_of_change")),
            Column("rows"),
        )  # fmt: skip
        return card(Records(columns, tuple(rows)), title=sign("met" if self.complies else "unmet"))

    @property
    def proven(self) -> bool:
        """Whether no compliant table is nearer."""
        return self.complies and self.gap == 0 and self.odds is None


def why(
    system: System,
    numbers: Numbers,
    cell: Cell,
    old: Decimal | None,
    firm: AbstractSet[Cell] = frozenset(),
) -> tuple[tuple[str, ...], How]:
    """Return the rows that an old value would break, or what the cell follows.

    `firm` are the cells that somebody asked for: rows that leave nothing else to follow come
    before those whose other cells could have moved along.
    """
    if old is not None:
        broken = broken_by(system, numbers, cell, old)
        broken = broken or broken_by(system, numbers, cell, old, wishes=True)
        base = system.baseline.base_year
        own = {cell, Cell(system.catalogue[cell.indicator].num, cell.year)}
        forced = [
            row
            for row in broken
            if all(c in firm or c in own or c.year <= base for c, _ in row.terms)
        ]
        if broken:
            return tuple(dict.fromkeys(row.name for row in forced or broken)), "row"
    if cell.year != system.years[-1]:
        return (), "shape"
    return (), "share" if system.leads(cell.indicator) else "effort"


def broken_by(
    system: System, numbers: Numbers, cell: Cell, value: Decimal, *, wishes: bool = False
) -> list[Row]:
    """Return the rows that would not hold with another value of a cell.

    Those that bind and hold now, or with `wishes` those that somebody only wishes for.
    """
    levels = _resolved(system, numbers, cell, value)
    moved = {**numbers.measured, **levels}
    rows = []
    for rule in system.of_scope("target"):
        free = bool(rule.reason) or (rule.level == "ambition" and rule.origin != "pin")
        own = rule.asked is not None and rule.asked.cell == cell
        if free != wishes or own or rule.origin == "default":
            continue
        touched = [row for row in rule.rows if any(other in levels for other, _ in row.terms)]
        broken = [row for row in touched if row.status(moved) is Status.UNMET]
        if not broken or rule.node.status(moved) is not Status.UNMET:
            continue
        if wishes:
            rows += broken
        elif rule.node.status(numbers.measured) is not Status.UNMET:
            rows += [row for row in broken if row.status(numbers.measured) is Status.MET]
    return rows


def _resolved(system: System, numbers: Numbers, cell: Cell, value: Decimal) -> Values:
    """Return the levels that a cell as it was asked for amounts to, a ratio its numerator."""
    item, base = system.catalogue[cell.indicator], system.baseline.base_year
    if item.kind == "growth" and cell.year - item.periods > base:
        before = numbers.exact(item.of, cell.year - item.periods)
        of = system.catalogue[item.of]
        level = (before or Fraction(0)) * growth_factor(value, item.periods)
        return {Cell(of.id, cell.year): Fraction(to_grid(level, of.decimals, of.safe_side))}
    resolved = resolve(system, {cell: value})
    levels = {other: Fraction(level) for other, level in resolved.levels.items()}
    for ratio, asked in resolved.ratios.items():
        item = system.catalogue[ratio.indicator]
        whole = numbers.measured.get(Cell(item.den, ratio.year))
        if whole is not None:
            part = numerator(item, system.catalogue, asked, whole)
            levels[Cell(item.num, ratio.year)] = Fraction(part)
    return levels
