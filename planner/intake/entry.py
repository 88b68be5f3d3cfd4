"""An entry: one number as somebody wrote it, and what is stated of it, before it is settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from planner.core.findings import Place
from planner.core.marks import Mark, Sheet
from planner.core.rounding import PERCENT
from planner.model.catalogue import GROWTH_SUFFIX, Indicator


@dataclass(frozen=True)
class Entry:
    """One number as somebody wrote it, with where it stands and what is said of it.

    `units` has every unit that is named for it with the place it is named in, the nearest first:
    ``column``, ``remark``, ``label``, ``heading`` or ``above``.
    """

    label: str
    year: Any
    raw: Any
    place: Place
    units: tuple[tuple[str, str], ...] = ()
    source: str = ""
    cluster: str = ""
    wide: bool = False
    repeated: bool = False
    kind: str = ""
    target_kind: str = ""
    key: str = ""
    sheet: Sheet | None = field(default=None, repr=False)
    mark: Mark | None = None


@dataclass(frozen=True)
class Stated:
    """The unit that was stated for a number, and by what it comes into its indicator's.

    `others` are further units that were named and do not agree; `wrong` is one that cannot be the
    number's.
    """

    text: str = ""
    where: str = ""
    factor: Fraction = Fraction(1)
    others: tuple[tuple[str, Fraction], ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Candidate:
    """A number that was read and is not settled yet."""

    entry: Entry
    key: str
    year: int
    number: Decimal
    unit: Stated
    percent: bool
    places: int
    index: bool
    growth: bool
    item: Indicator | None
    text: str = ""

    @cached_property
    def plainly(self) -> Fraction:
        """The number in its indicator's unit, taken as it is stored."""
        value = Fraction(self.number)
        value = value if self.unit.factor == 1 else value * self.unit.factor
        return value * PERCENT if self.percent else value

    @property
    def own(self) -> str:
        """Return the unit of its indicator."""
        return self.item.unit.zh if self.item else "%"

    @property
    def stem(self) -> str:
        """Return the indicator whose growth it is, or its own."""
        if self.item is not None:
            return self.item.of or self.key
        return self.key.removesuffix(GROWTH_SUFFIX)
