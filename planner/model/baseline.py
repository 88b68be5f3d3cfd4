"""The baseline: the levels and stated growth rates a cluster starts from, frozen (§1, §2, §7).

A baseline answers for any cell whether a number is known: stated, or derived from parts that
are. It never fills a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from planner.core.files import printable
from planner.core.findings import Finding, Place
from planner.core.frozen import Frozen, FrozenDict, freeze, remembered
from planner.core.rounding import Rounding, growth_factor, mean_rate, to_grid
from planner.model.catalogue import Catalogue, Cell, Indicator


@dataclass(frozen=True)
class Growth:
    """A past growth factor and how it was known: its base year and number of periods."""

    factor: Fraction
    periods: int
    basis: str  # "rates", "levels" or "stated"


@dataclass(frozen=True)
class Baseline(Frozen):
    """What is known of a cluster up to its base year.

    `values` holds levels as printed, `growth` stated yearly growth in per cent; both are
    keyed by indicator and year. `places` says where each came from.
    """

    catalogue: Catalogue
    base_year: int
    values: Mapping[Cell, Decimal]
    growth: Mapping[Cell, Decimal] = field(default_factory=dict)
    cluster: str = ""
    name: str = ""
    sources: Mapping[Cell, str] = field(default_factory=dict)
    places: Mapping[Cell, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the mappings; a name is what can be printed."""
        object.__setattr__(self, "cluster", printable(self.cluster))
        freeze(self, "values", "growth", "sources", "places")

    def at(self, base_year: int) -> Baseline:
        """Return the same figures seen from another base year."""
        return replace(self, base_year=base_year)

    def under(self, catalogue: Catalogue) -> Baseline:
        """Return the same figures under other definitions of the indicators."""
        return replace(self, catalogue=catalogue)

    def derived(self, item: Indicator, year: int) -> bool:
        """Whether a ratio is to be derived because both parts are known (§7)."""
        parts = (self.values.get(Cell(part, year)) for part in (item.num, item.den))
        num, den = parts
        return item.kind == "ratio" and num is not None and den is not None and den != 0

    @remembered
    def exact(self, key: str, year: int) -> Fraction | None:
        """Return a level exactly: a measured one as printed, a ratio from its parts."""
        item = self.catalogue[key]
        if self.derived(item, year):
            num, den = self.values[Cell(item.num, year)], self.values[Cell(item.den, year)]
            return Fraction(num) / Fraction(den) * Fraction(item.scale)
        stated = self.values.get(Cell(key, year))
        return None if stated is None else Fraction(stated)

    @remembered
    def printed(self, key: str, year: int | None = None) -> Decimal | None:
        """Return a number as it will be printed, or None where it is not known.

        Growth of more than one period over the past follows the indicator's convention.
        """
        year = self.base_year if year is None else year
        item = self.catalogue[key]
        if item.kind == "growth":
            past = self.past_growth(item.of, year, item.periods, item.past)
            return mean_rate(past.factor, past.periods) if past else None
        value = self.exact(key, year)
        return None if value is None else to_grid(value, item.decimals, Rounding.HALF)

    def yearly_factor(self, key: str, year: int) -> Fraction | None:
        """Return one year's growth factor, as stated or else from two levels."""
        stated = self.growth.get(Cell(key, year))
        if stated is not None:
            return growth_factor(stated, 1)
        now, before = self.exact(key, year), self.exact(key, year - 1)
        return now / before if now is not None and before else None

    @remembered
    def past_growth(
        self, key: str, year: int, span: int = 3, convention: str = "three_periods"
    ) -> Growth | None:
        """Return the growth of the `span` years up to `year` (§3).

        With ``three_periods``: the stated yearly rates when all are given, else the level
        before the span, else an average that was stated itself, else the first and last
        level within the span, which is one period less. With ``two_periods``: only the last.

        Returns None when the years needed are missing or the first level is zero.
        """
        if convention == "three_periods" or span == 1:
            rates = [self.growth.get(Cell(key, past)) for past in range(year - span + 1, year + 1)]
            known = [rate for rate in rates if rate is not None]
            if len(known) == span:
                factor = Fraction(1)
                for rate in known:
                    factor *= growth_factor(rate, 1)
                return Growth(factor, span, "rates")
            now, before = self.exact(key, year), self.exact(key, year - span)
            if now is not None and before:
                return Growth(now / before, span, "levels")
            average = self.values.get(Cell(f"{key}_growth_{span}y", year))
            if average is not None:
                return Growth(growth_factor(average, span), span, "stated")
        now, first = self.exact(key, year), self.exact(key, year - span + 1)
        if span > 1 and now is not None and first:
            return Growth(now / first, span - 1, "levels")
        return None

    @cached_property
    def levels(self) -> Mapping[Cell, Fraction]:
        """Every stated level, exactly."""
        return FrozenDict({cell: Fraction(value) for cell, value in self.values.items()})

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years for which some level is known, ascending."""
        return tuple(sorted({cell.year for cell in self.values}))

    def __repr__(self) -> str:
        """Say what it is without printing every number."""
        return (
            f"<Baseline {self.cluster or self.name!r} {self.base_year}, {len(self.values)} levels>"
        )
