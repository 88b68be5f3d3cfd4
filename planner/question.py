"""The question a plan puts to the solver: its rows as constraints, and who may change them.

Every row of the system that speaks of targets becomes a member with a standing: identities and
law are never relaxed, benchmarks only with a recorded reason, pins are held, wishes and
ambitions are free (§4). Repair, explanation, trade-offs and frontiers all start from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from typing import Literal

from planner.catalogue import Catalogue, Cell
from planner.effort import MOST_WAYS, alternatives
from planner.grid import to_units
from planner.lattice import Bounds, Constraint, Lattice
from planner.numbers import Numbers
from planner.relaxation import Soft, Want
from planner.rows import Row, RuleNode, Sense
from planner.system import System

Standing = Literal[
    "identity", "statutory", "benchmark", "waived", "pin", "default", "wish", "ambition"
]
HARD: tuple[Standing, ...] = ("identity", "statutory", "benchmark", "pin")
FREE: tuple[Standing, ...] = ("wish", "ambition")


@dataclass(frozen=True, eq=False)
class Member:
    """A row with its rule, its standing and its constraints over whole steps."""

    rule: RuleNode
    row: Row
    standing: Standing
    constraints: tuple[Constraint, ...]
    by_choice: bool = False

    @cached_property
    def cells(self) -> frozenset[Cell]:
        """Return what is decided in the row."""
        return frozenset(cell for part in self.constraints for cell, _ in part.terms)

    @property
    def negotiable(self) -> bool:
        """Whether somebody may change it."""
        return self.standing not in {"identity", "statutory", "default"}


@dataclass(frozen=True)
class Question:
    """One way of satisfying all rules, as members over a lattice.

    `hints` is the goal table as it stands, in steps.
    """

    cells: tuple[Cell, ...]
    members: tuple[Member, ...]
    hints: Mapping[Cell, int]
    catalogue: Catalogue

    def _weight(self, key: str, weights: Mapping[str, Fraction]) -> Fraction:
        """Return how dear a change of an indicator is: as asked for, or as the catalogue says."""
        return weights.get(key, Fraction(self.catalogue[key].weight))

    def of(self, *standings: Standing) -> tuple[Member, ...]:
        """Return the members of some standings."""
        return tuple(member for member in self.members if member.standing in standings)

    @cached_property
    def hard(self) -> tuple[Constraint, ...]:
        """Return the constraints that a repaired plan keeps."""
        return tuple(part for member in self.of(*HARD) for part in member.constraints)

    @cached_property
    def box(self) -> Bounds:
        """Return what the hard constraints leave open."""
        made = Bounds(self.cells)
        made.impose(self.hard)
        return made

    def as_they_stand(
        self, weights: Mapping[str, Fraction], asked: Mapping[Cell, Want]
    ) -> dict[Cell, Want]:
        """Return targets nobody asked for as wanted where they stand.

        A ratio asked for speaks for its numerator.
        """
        spoken_for = asked.keys() | {
            member.row.terms[0][0] for member in self.of("wish") if member.row.basis == "parts"
        }
        return {
            cell: Want(units, self._weight(cell.indicator, weights) / max(units, 1))
            for cell, units in self.hints.items()
            if cell not in spoken_for
        }

    def wants(
        self, members: Iterable[Member], weights: Mapping[str, Fraction]
    ) -> tuple[dict[Cell, Want], tuple[Soft, ...]]:
        """Return members that may give way, as wants of cells and soft constraints.

        A member costs its relative change, times the weight of its indicator: a level what it
        is off relative to itself, any other row what it misses relative to what it asks of
        its first cell with the others as they stand.
        """
        wants: dict[Cell, Want] = {}
        softs: list[Soft] = []
        shared: dict[tuple[str, tuple[Cell, ...]], list[tuple[Constraint, int]]] = {}
        weight_of: dict[tuple[str, tuple[Cell, ...]], Fraction] = {}
        for member in members:
            asked = member.rule.asked
            key = asked.cell.indicator if asked else member.row.subject[0].indicator
            weight = self._weight(key, weights)
            if not member.cells:
                continue  # about nothing that is decided: it cannot give way
            both_sides = member.row.sense is Sense.EQ
            if both_sides and len(member.cells) == 1:
                units = member.constraints[0].bound
                wants[min(member.cells)] = Want(units, weight / max(units, 1))
                continue
            if both_sides:
                softs += [Soft(((part, self._norm(part)),), weight) for part in member.constraints]
                continue
            group = (member.rule.id, member.row.subject)
            weight_of[group] = weight
            shared.setdefault(group, []).extend(
                (part, self._norm(part)) for part in member.constraints if part.terms
            )
        softs += [Soft(tuple(parts), weight_of[key]) for key, parts in shared.items() if parts]
        return wants, tuple(softs)

    def _norm(self, part: Constraint) -> int:
        """Return what a constraint asks of its first cell, as the table stands."""
        (_, first), *others = part.terms
        asked = part.bound - sum(value * self.hints.get(cell, 0) for cell, value in others)
        return max(abs(asked), abs(first))


def standing(rule: RuleNode) -> Standing:
    """Return who may change a rule."""
    if rule.origin in {"pin", "wish", "default"}:
        return rule.origin
    if rule.level == "benchmark" and rule.reason:
        return "waived"
    return rule.level


@dataclass(frozen=True)
class Ground:
    """What all questions about plans share that only wish differently: cells, and rows in steps."""

    lattice: Lattice
    cells: tuple[Cell, ...]
    parts: Mapping[str, tuple[Constraint, ...]]

    def constraints(self, row: Row) -> tuple[Constraint, ...]:
        """Return a row's constraints; those of rules were worked out before."""
        found = self.parts.get(row.name)
        return self.lattice.constraints(row) if found is None else found


def grounded(frame: System, table: Mapping[Cell, Decimal] | None) -> Ground:
    """Return the ground of a system of rules.

    Parameters
    ----------
    frame
        The rows before wishes.
    table
        Somebody else's goal table: only what it holds, or a rule needs, is decided then.
    """
    cells = tuple(_cells(frame, table))
    decimals = {cell: frame.catalogue[cell.indicator].decimals for cell in cells}
    known = {
        cell: Fraction(value)
        for cell, value in frame.baseline.values.items()
        if cell not in decimals
    }
    lattice = Lattice(decimals, known)
    rows = (row for rule in frame.of_scope("target") for row in rule.rows)
    return Ground(lattice, cells, {row.name: lattice.constraints(row) for row in rows})


def _cells(frame: System, table: Mapping[Cell, Decimal] | None) -> Iterator[Cell]:
    """Yield what is decided, wholes before parts."""
    needed = {
        cell
        for rule in frame.of_scope("target")
        if rule.level != "identity"
        for row in rule.rows
        for cell, _ in row.terms
    }
    order = {item.id: number for number, item in enumerate(frame.catalogue)}
    depth = frame.catalogue.depth
    for key in sorted(frame.measured, key=lambda key: (depth[key], order[key])):
        for year in frame.years:
            cell = Cell(key, year)
            if table is None or cell in table or cell in needed:
                yield cell


def questions(on: Ground, system: System, numbers: Numbers) -> Iterator[Question]:
    """Yield the question for each way of satisfying the rules that leave a choice."""
    hints = _hints(system, numbers, on.cells)
    rules = [
        rule for rule in system.of_scope("target") if rule.origin != "default" or not rule.is_choice
    ]
    judged = frozenset(on.cells) | frozenset(on.lattice.known)
    choices = [list(islice(alternatives(rule.node, judged), MOST_WAYS)) for rule in rules]
    for way in islice(product(*choices), MOST_WAYS):
        members = []
        for rule, rows in zip(rules, way, strict=True):
            kind = standing(rule)
            for row in rows:
                parts = on.constraints(row)
                if parts:
                    members.append(Member(rule, row, kind, parts, rule.is_choice))
        yield Question(on.cells, tuple(members), hints, system.catalogue)


def _hints(system: System, numbers: Numbers, cells: Iterable[Cell]) -> Mapping[Cell, int]:
    hints = {}
    for cell in cells:
        value: Decimal | Fraction | None = numbers.targets.get(cell)
        if value is None:
            value = system.baseline.exact(cell.indicator, system.baseline.base_year)
        if value is not None:
            hints[cell] = to_units(value, system.catalogue[cell.indicator].decimals)
    return hints
