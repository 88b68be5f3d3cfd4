"""The request a plan puts to the solver: its rows as constraints, and who may change them.

Every row of the system that speaks of targets becomes a member with a standing: identities and
law are never relaxed, benchmarks only with a recorded reason, pins are held, wishes and
ambitions are free (§4). Repair, explanation, trade-offs and frontiers all start from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from typing import Literal

from planner.compliance.numbers import Numbers
from planner.compliance.rows import Linear, Row, RuleNode, Sense
from planner.compliance.system import System
from planner.compliance.wishes import KEEP
from planner.core.rounding import from_units, to_units
from planner.model.catalogue import Catalogue, Cell
from planner.planning.leastchange import MOST_WAYS, alternatives
from planner.planning.propagation import Bounds, Constraint, IntegerForm
from planner.planning.solver import Soft, Want

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
class Request:
    """One way of satisfying all rules, as members in whole grid steps.

    `hints` is the goal table as it stands, in steps.
    """

    cells: tuple[Cell, ...]
    members: tuple[Member, ...]
    hints: Mapping[Cell, int]
    catalogue: Catalogue
    base: RequestBase

    def _weight(self, key: str, weights: Mapping[str, Fraction]) -> Fraction:
        """Return how dear a change of an indicator is: as asked for, or as the catalogue says."""
        return weights[key] if key in weights else self.base.weights[key]

    def of(self, *standings: Standing) -> tuple[Member, ...]:
        """Return the members of some standings."""
        return tuple(member for member in self.members if member.standing in standings)

    @cached_property
    def hard(self) -> tuple[Constraint, ...]:
        """Return the constraints that a repaired plan keeps."""
        return tuple(part for member in self.of(*HARD) for part in member.constraints)

    def slack(self, part: Constraint) -> int | None:
        """Return by how much the table as it stands passes a constraint, None if unknown."""
        if any(cell not in self.hints for cell, _ in part.terms):
            return None
        return part.slack(self.hints)

    def met(self, part: Constraint) -> bool:
        """Whether the table as it stands is known to keep a constraint."""
        slack = self.slack(part)
        return slack is not None and slack >= 0

    @cached_property
    def box(self) -> Bounds:
        """Return what the hard constraints leave open, without saying why."""
        ruled = [member for member in self.of(*HARD) if member.standing != "pin"]
        made = self.base.box(ruled).copy()
        made.impose(part for member in self.of("pin") for part in member.constraints)
        return made

    @cached_property
    def stays(self) -> tuple[Member, ...]:
        """Return what nobody asked for as members that keep it where it stands."""
        wants, _ = self.wants(self.of(*FREE, "pin"), {})
        return tuple(
            self._stay(cell, want.units) for cell, want in self.as_they_stand({}, wants).items()
        )

    def _stay(self, cell: Cell, units: int) -> Member:
        name, value = f"stay {cell}", from_units(units, self.catalogue[cell.indicator].decimals)
        limit = Linear((), Fraction(value))
        row = Row(
            name,
            "ambition",
            ((cell, Fraction(1)),),
            Sense.EQ,
            Fraction(value),
            strict=False,
            subject=(cell,),
            limit=limit,
        )
        rule = RuleNode(name, KEEP, "", "ambition", "target", row, origin="default")
        return Member(rule, row, "default", self.base.integer_form.constraints(row))

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
            alone = len(member.cells) == 1 and not member.cells & wants.keys()
            if both_sides and alone:
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


Way = tuple[Member, ...]


@dataclass(frozen=True, eq=False)
class RequestBase:
    """What all requests of plans share that only wish differently: cells, and rows in steps."""

    integer_form: IntegerForm
    cells: tuple[Cell, ...]
    parts: Mapping[str, tuple[Constraint, ...]]
    frame: System
    _boxes: dict[tuple[str, ...], Bounds] = field(default_factory=dict)

    @cached_property
    def _of_frame(self) -> Mapping[int, list[Way]]:
        """Return the ways of the rules that all these requests have in common."""
        return {id(rule): self._ways(rule) for rule in self.frame.of_scope("target")}

    @cached_property
    def weights(self) -> Mapping[str, Fraction]:
        """Return how dear a change of each indicator is unless somebody says otherwise."""
        return {item.id: Fraction(item.weight) for item in self.frame.catalogue}

    @cached_property
    def _judged(self) -> frozenset[Cell]:
        return frozenset(self.cells) | frozenset(self.integer_form.known)

    def ways(self, rule: RuleNode) -> list[Way]:
        """Return the sets of members that each would satisfy a rule."""
        return self._of_frame.get(id(rule)) or self._ways(rule)

    def _ways(self, rule: RuleNode) -> list[Way]:
        if rule.origin == "default":
            return [()]  # what is kept by default is said cell by cell
        kind = standing(rule)
        choices, node = [], rule.node
        ways = [(node,)] if isinstance(node, Row) else alternatives(node, self._judged)
        for rows in islice(ways, MOST_WAYS):
            parted = ((row, self.constraints(row)) for row in rows)
            choices.append(
                tuple(
                    Member(rule, row, kind, parts, rule.is_choice) for row, parts in parted if parts
                )
            )
        return choices

    def box(self, members: Sequence[Member]) -> Bounds:
        """Return what some rules leave open; worked out once for each choice of rows."""
        key = tuple(member.row.name for member in members)
        if key not in self._boxes:
            made = Bounds(self.cells)
            made.impose(part for member in members for part in member.constraints)
            self._boxes[key] = made
        return self._boxes[key]

    def constraints(self, row: Row) -> tuple[Constraint, ...]:
        """Return a row's constraints; those of rules were worked out before."""
        own = self.parts.get(row.name)
        return self.integer_form.constraints(row) if own is None else own


def request_base(
    frame: System,
    table: Mapping[Cell, Decimal] | None,
    unfounded: AbstractSet[Cell] = frozenset(),
) -> RequestBase:
    """Return what all requests under a system of rules share.

    Parameters
    ----------
    frame
        The rows before wishes.
    table
        Somebody else's goal table: only what it holds, or a rule needs, is decided then.
    unfounded
        What is asked for of indicators without a baseline: of them nothing else is decided.
    """
    cells = tuple(
        cell
        for cell in _cells(frame, table)
        if cell.indicator not in frame.asked or cell in unfounded
    )
    decimals = {cell: frame.catalogue[cell.indicator].decimals for cell in cells}
    known = {
        cell: Fraction(value)
        for cell, value in frame.baseline.values.items()
        if cell not in decimals
    }
    integer_form = IntegerForm(decimals, known)
    rows = (row for rule in frame.of_scope("target") for row in rule.rows)
    parts = {row.name: integer_form.constraints(row) for row in rows}
    return RequestBase(integer_form, cells, parts, frame)


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
    last = frame.remainders
    for key in sorted(frame.measured, key=lambda key: (key in last, depth[key], order[key])):
        for year in frame.years:
            cell = Cell(key, year)
            if table is None or cell in table or cell in needed:
                yield cell


def requests(on: RequestBase, system: System, numbers: Numbers) -> Iterator[Request]:
    """Yield the request for each way of satisfying the rules that leave a choice."""
    hints = _hints(system, numbers, on.cells)
    choices = [on.ways(rule) for rule in system.of_scope("target")]
    for way in islice(product(*choices), MOST_WAYS):
        members = tuple(member for rows in way for member in rows)
        yield Request(on.cells, members, hints, system.catalogue, on)


def _hints(system: System, numbers: Numbers, cells: Iterable[Cell]) -> Mapping[Cell, int]:
    hints = {}
    for cell in cells:
        decimals = system.catalogue[cell.indicator].decimals
        target = numbers.targets.get(cell)
        if target is not None:
            hints[cell] = to_units(target, decimals)
            continue
        start = system.baseline.exact(cell.indicator, system.baseline.base_year)
        if start is not None:
            hints[cell] = to_units(start, decimals)
    return hints
