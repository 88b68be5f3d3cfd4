"""Rows: every rule, identity, wish and pin as a named linear row over cells, and its judgement.

A row reads ``sum(coefficient * value) >= bound`` (or ``<=``, ``==``) over measured cells;
coefficients and bounds are fractions, so that what a row says of printed values is exact
(convention §2). Rows are grouped by clauses: *need* of the children have to hold. Whatever is
not known makes a row unknown unless no value of it could change the answer (§1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Literal

from planner.core.schema import Text
from planner.model.catalogue import Cell
from planner.model.rules import Level, Scope
from planner.model.stated import Stated


class Status(Enum):
    """Whether something holds; unknown is never passed."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Sense(Enum):
    """The direction of a row."""

    GE = ">="
    LE = "<="
    EQ = "=="

    @property
    def sign(self) -> int:
        """Return 1 where more is safer, -1 where less is."""
        return -1 if self is Sense.LE else 1


# How a sense is written before a bound.
SIGNS = {Sense.GE: "≥", Sense.LE: "≤", Sense.EQ: "="}
Values = Mapping[Cell, Fraction]
# Ends the name of a row that holds a ratio as recomputed from its parts.
PARTS = " (parts)"
Terms = tuple[tuple[Cell, Fraction], ...]


@dataclass(frozen=True)
class Linear:
    """A linear expression over cells."""

    terms: Terms = ()
    constant: Fraction = Fraction(0)


@dataclass(frozen=True)
class RateView:
    """A row seen as a yearly rate: what is required and over which periods.

    `factor` is known for the past; over the plan it is the value over the one at `start`.
    """

    required: Decimal
    periods: int
    decline: bool
    basis: Literal["plan", "rates", "levels", "stated"]
    start: int
    factor: Fraction | None = None


@dataclass(frozen=True)
class Row:
    """One linear row.

    `terms`, `sense`, `bound` and `strict` are over measured cells and decide. `subject` and
    `limit` say the same of the indicators as they are printed, for people and workbooks: the
    sum of the subject's cells against a linear expression of others, which it has to pass
    where `beyond` is set.
    """

    name: str
    level: Level
    terms: Terms
    sense: Sense
    bound: Fraction
    strict: bool
    subject: tuple[Cell, ...]
    limit: Linear
    basis: Literal["level", "printed", "parts", "rate"] = "level"
    rate: RateView | None = None
    beyond: bool = False

    def status(self, values: Values) -> Status:
        """Judge the row; an unknown level may be anything from zero up."""
        terms, bound = self.whole
        known: list[tuple[int, int, int]] = []
        open_low = open_high = False
        for cell, coefficient in terms:
            value = values.get(cell)
            if value is not None:
                known.append((coefficient, value.numerator, value.denominator))
            elif coefficient > 0:
                open_high = True
            elif coefficient < 0:
                open_low = True
        scale = lcm(*(bottom for _, _, bottom in known))
        total = sum(times * top * (scale // bottom) for times, top, bottom in known)
        passed = total - bound * scale
        return self._decide(None if open_low else passed, None if open_high else passed)

    @cached_property
    def whole(self) -> tuple[tuple[tuple[Cell, int], ...], int]:
        """Return terms and bound times what makes them whole: the sign of the rest is the same."""
        scale = lcm(self.bound.denominator, *(c.denominator for _, c in self.terms))
        terms = tuple((cell, int(coefficient * scale)) for cell, coefficient in self.terms)
        return terms, int(self.bound * scale)

    def _decide(self, low: int | None, high: int | None) -> Status:
        if self.sense is Sense.LE:
            low, high = (None if high is None else -high), (None if low is None else -low)
        if self.sense is Sense.EQ:
            if low is not None and low == high:
                return Status.MET if low == 0 else Status.UNMET
            outside = (low is not None and low > 0) or (high is not None and high < 0)
            return Status.UNMET if outside else Status.UNKNOWN
        if low is not None and (low > 0 or (low == 0 and not self.strict)):
            return Status.MET
        if high is not None and (high < 0 or (high == 0 and self.strict)):
            return Status.UNMET
        return Status.UNKNOWN

    def missing(self, values: Values) -> tuple[Cell, ...]:
        """Return the cells whose values the row would need."""
        return tuple(cell for cell, _ in self.terms if cell not in values)


@dataclass(frozen=True)
class Gap:
    """Where a row would stand if something were known: a threshold, a benchmark, a figure."""

    name: str
    level: Level
    reason: Literal["threshold", "benchmark", "data", "zero_base"]
    subject: tuple[Cell, ...]
    missing: tuple[Cell, ...] = ()

    def status(self, _values: Values) -> Status:
        """Never passed."""
        return Status.UNKNOWN


@dataclass(frozen=True)
class Clause:
    """At least `need` of the children hold."""

    need: int
    children: tuple[Node, ...]

    def status(self, values: Values) -> Status:
        """Count what holds and what may."""
        return self.of([child.status(values) for child in self.children])

    def of(self, statuses: Sequence[Status]) -> Status:
        """Return what children of some states amount to."""
        if statuses.count(Status.MET) >= self.need:
            return Status.MET
        open_ = statuses.count(Status.MET) + statuses.count(Status.UNKNOWN)
        return Status.UNKNOWN if open_ >= self.need else Status.UNMET


Node = Row | Gap | Clause


def leaves(node: Node) -> Iterator[Row | Gap]:
    """Yield the rows and gaps below a node, in order."""
    if isinstance(node, Clause):
        for child in node.children:
            yield from leaves(child)
    else:
        yield node


def settled(node: Node, statuses: Iterator[Status]) -> Status:
    """Return the state of a node whose leaves have some states, given in their order."""
    if isinstance(node, Clause):
        return node.of([settled(child, statuses) for child in node.children])
    return next(statuses)


def every(children: tuple[Node, ...]) -> Node:
    """Return the node that holds when all children do."""
    return children[0] if len(children) == 1 else Clause(len(children), children)


@dataclass(frozen=True)
class Asked:
    """The value somebody asked for, where a row comes from a wish or a pin, and how it was stated."""

    cell: Cell
    value: Decimal
    stated: Stated | None = None


@dataclass(frozen=True)
class RuleNode:
    """A rule as compiled: its rows with what a reader wants to know of it."""

    id: str
    title: Text
    quote: str
    level: Level
    scope: Scope
    node: Node
    reading: str = ""
    reading_title: Text | None = None
    stand_in: str = ""
    origin: Literal["rules", "scenario", "wish", "pin", "default"] = "rules"
    asked: Asked | None = None
    reason: str = ""
    coherence: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether the rule can be met in more than one way."""
        return isinstance(self.node, Clause) and self.node.need < len(self.node.children)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return all rows of the rule, whichever clause they stand in."""
        return tuple(leaf for leaf in leaves(self.node) if isinstance(leaf, Row))
