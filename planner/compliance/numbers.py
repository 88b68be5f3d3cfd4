"""Numbers of a goal table: baseline and targets together, measured and derived (§2, §7).

The only place that says what a cell is worth: a target as printed, a ratio from its printed
parts, growth from printed levels. Rows are judged on `measured`, people read `printed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from planner.compliance.rows import Linear
from planner.core.frozen import Frozen, FrozenDict, freeze, remembered
from planner.core.rounding import Rounding, mean_rate, to_grid
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, Indicator


@dataclass(frozen=True)
class Numbers(Frozen):
    """Baseline and targets as one table of numbers."""

    baseline: Baseline
    targets: Mapping[Cell, Decimal]

    def __post_init__(self) -> None:
        """Freeze the targets."""
        freeze(self, "targets")

    @cached_property
    def measured(self) -> Mapping[Cell, Fraction]:
        """Every stated level, past and planned, exactly."""
        targets = {cell: Fraction(value) for cell, value in self.targets.items()}
        return FrozenDict({**self.baseline.levels, **targets})

    def derived(self, item: Indicator, year: int) -> bool:
        """Whether a ratio follows from its parts in a year."""
        parts = [self.measured.get(Cell(part, year)) for part in (item.num, item.den)]
        return item.kind == "ratio" and parts[0] is not None and bool(parts[1])

    @remembered
    def exact(self, key: str, year: int) -> Fraction | None:
        """Return a level exactly; a ratio from its printed parts where both are known."""
        item = self.baseline.catalogue[key]
        if self.derived(item, year):
            num, den = self.measured[Cell(item.num, year)], self.measured[Cell(item.den, year)]
            return num / den * Fraction(item.scale)
        return self.measured.get(Cell(key, year))

    def weighted(self, item: Indicator, years: Sequence[int]) -> Fraction | None:
        """Return a ratio over several years, from the sums of its parts (§7)."""
        nums = [self.measured.get(Cell(item.num, year)) for year in years]
        dens = [self.measured.get(Cell(item.den, year)) for year in years]
        if None in nums or None in dens:
            return None
        total = sum(den for den in dens if den is not None)
        num = sum(num for num in nums if num is not None)
        return num / total * Fraction(item.scale) if total else None

    @remembered
    def printed(self, key: str, year: int) -> Decimal | None:
        """Return the number as it will be printed, or None."""
        item = self.baseline.catalogue[key]
        if year <= self.baseline.base_year:
            return self.baseline.printed(key, year)
        if item.kind == "growth":
            factor = self.factor(item.of, year, item.periods)
            if factor is None:  # a table may state the rate and not the level
                return self.targets.get(Cell(key, year))
            return mean_rate(factor, item.periods)
        value = self.exact(key, year)
        return None if value is None else to_grid(value, item.decimals, Rounding.HALF)

    def factor(self, key: str, year: int, periods: int) -> Fraction | None:
        """Return the growth factor of the `periods` years up to a target year.

        Years of the plan are taken from levels, those before it as the baseline knows them.
        """
        base = self.baseline.base_year
        start = max(base, year - periods)
        now, before = self.exact(key, year), self.exact(key, start)
        if now is None or not before:
            return None
        factor = now / before
        for past in range(year - periods + 1, base + 1):
            yearly = self.baseline.yearly_factor(key, past)
            if yearly is None:
                return None
            factor *= yearly
        return factor

    def rate(self, item: Indicator, start: int, end: int) -> Decimal | None:
        """Return the yearly rate between two years, of a ratio from its parts, if there is one."""
        if item.kind == "growth":
            return None
        before, after = self.exact(item.id, start), self.exact(item.id, end)
        return mean_rate(after / before, end - start) if before and after else None

    def evaluate(self, expression: Linear, *, exact: bool = False) -> Fraction | None:
        """Return a linear expression of printed or exact numbers, None where one is unknown."""
        total = expression.constant
        for cell, coefficient in expression.terms:
            value = self.exact(*cell) if exact else self.printed(*cell)
            if value is None:
                return None
            level = Fraction(value)
            total = total + (level if coefficient == 1 else coefficient * level)
        return total
