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
from typing import TYPE_CHECKING

from planner.core.files import printable
from planner.core.findings import Finding, Place
from planner.core.frames import As
from planner.core.frozen import Frozen, FrozenDict, freeze, remembered
from planner.core.rounding import Rounding, growth_factor, mean_rate, to_grid
from planner.model.basetable import figures_card, long_records, stated_cells, wide_records
from planner.model.cards import Findings
from planner.model.catalogue import Catalogue, Cell, Indicator

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Growth:
    """A past growth factor over some periods (1.1 is 10 %), and what it was known from."""

    factor: Fraction
    periods: int
    basis: str  # "rates", "levels" or "stated"


@dataclass(frozen=True)
class Baseline(Frozen):
    """What is known of a cluster up to its base year, as :func:`planner.read_baseline` returns it.

    Parameters
    ----------
    catalogue
        What the indicators are.
    base_year
        The year the targets start from.
    values
        Levels as printed by `Cell` (indicator, year), each in its indicator's unit.
    growth
        Stated yearly growth by cell, in per cent.
    cluster, name
        The cluster's name, and that of the file or table it was read from.
    sources, places
        By cell, what the file says where a number is from, and where it stands in the file.
    findings
        What was found wrong, doubtful or worth a note as it was read.
    described
        What is said in words of a direction of the form, by cell (direction, year).
    promised
        What an earlier plan promised for the base year, by indicator or direction, as written.
    asked
        Targets that stand beside the figures, by cell, as written; a plan takes them as wishes.

    Examples
    --------
    >>> import planner as pl
    >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    >>> base.base_year, base.years, base.printed("output")
    (2025, (2023, 2024, 2025), Decimal('186.20'))
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
    described: Mapping[Cell, str] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[Cell, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the mappings; a name is what can be printed."""
        object.__setattr__(self, "cluster", printable(self.cluster))
        freeze(self, "values", "growth", "sources", "places", "described", "promised", "asked")
        object.__setattr__(self, "findings", Findings(self.findings))

    def at(self, base_year: int) -> Baseline:
        """Return the same figures, with the same findings, seen from another base year.

        Examples
        --------
        >>> import planner as pl
        >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv").at(2024)
        >>> base.printed("output")
        Decimal('165.08')
        """
        return replace(self, base_year=base_year)

    def under(self, catalogue: Catalogue) -> Baseline:
        """Return the same figures under a catalogue with other definitions of the indicators."""
        return replace(self, catalogue=catalogue)

    def derived(self, item: Indicator, year: int) -> bool:
        """Whether a ratio is to be derived because both parts are known (§7).

        Examples
        --------
        >>> import planner as pl
        >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
        >>> base.derived(base.catalogue["co2_intensity"], 2025)
        True
        """
        parts = (self.values.get(Cell(part, year)) for part in (item.num, item.den))
        num, den = parts
        return item.kind == "ratio" and num is not None and den is not None and den != 0

    @remembered
    def exact(self, key: str, year: int) -> Fraction | None:
        """Return a level exactly: a measured one as printed, a ratio from its parts.

        Parameters
        ----------
        key
            The indicator's id.
        year
            Any year; None is returned where nothing is known.

        Raises
        ------
        KeyError
            When the catalogue has no such indicator.

        Examples
        --------
        >>> import planner as pl
        >>> pl.read_baseline(pl.shared("baselines") / "example.csv").exact("output", 2025)
        Fraction(931, 5)
        """
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

        Parameters
        ----------
        key
            The indicator's id.
        year
            The base year by default.

        Returns
        -------
        decimal.Decimal or None
            In the indicator's unit, on its grid; growth in per cent a year.

        Raises
        ------
        KeyError
            When the catalogue has no such indicator.

        Examples
        --------
        >>> import planner as pl
        >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
        >>> base.printed("output_growth_3y"), base.printed("output", 2019)
        (Decimal('12.16'), None)
        """
        year = self.base_year if year is None else year
        item = self.catalogue[key]
        if item.kind == "growth":
            past = self.past_growth(item.of, year, item.periods, item.past)
            return mean_rate(past.factor, past.periods) if past else None
        value = self.exact(key, year)
        return None if value is None else to_grid(value, item.decimals, Rounding.HALF)

    def yearly_factor(self, key: str, year: int) -> Fraction | None:
        """Return one year's growth factor, as stated or else from two levels; None if unknown.

        Examples
        --------
        >>> import planner as pl
        >>> pl.read_baseline(pl.shared("baselines") / "example.csv").yearly_factor("output", 2025)
        Fraction(11279, 10000)
        """
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

        Parameters
        ----------
        key
            The id of a measured indicator.
        year, span
            The last year, and how many years of growth end with it.
        convention
            ``three_periods`` or ``two_periods``.

        Returns
        -------
        Growth or None
            The factor over all its periods and what it is from; None when the years needed are
            missing or the first level is zero.

        Examples
        --------
        >>> import planner as pl
        >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
        >>> growth = base.past_growth("output", 2025)
        >>> growth.periods, growth.basis
        (3, 'rates')
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

    def frame(self, lang: str = "", as_: As = "float", *, long: bool = False) -> pd.DataFrame:
        """Return the figures as a DataFrame, which :func:`planner.read_baseline` reads again.

        Parameters
        ----------
        lang, as_
            As for :meth:`planner.Plan.frame`.
        long
            A line for each indicator and year, with its source, instead of a column for each year.

        Returns
        -------
        pandas.DataFrame
            Indexed by id; columns ``name``, ``unit`` and the years; stated growth is
            ``output_growth`` and so on, in per cent. In the long form columns ``cluster``, ``indicator``,
            ``name``, ``unit``, ``year``, ``value`` and ``source``.

        Examples
        --------
        >>> import planner as pl
        >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
        >>> base.frame().loc["output", [2024, 2025]].tolist()
        [165.08, 186.2]
        >>> pl.read_baseline(base.frame()).values == base.values
        True
        """
        figures = dict(stated_cells(self.values, self.growth))
        if long:
            made = long_records(self.catalogue, figures, self.sources, self.cluster, lang)
            return made.frame(as_)
        return wide_records(self.catalogue, figures, self.cluster, lang).frame(as_, "indicator")

    def _repr_html_(self) -> str:
        figures = dict(stated_cells(self.values, self.growth))
        made = wide_records(self.catalogue, figures, self.cluster)
        return figures_card(made, f"{self.cluster or self.name} {self.base_year}", self.sources)

    def __repr__(self) -> str:
        """Say what it is without printing every number."""
        return (
            f"<Baseline {self.cluster or self.name!r} {self.base_year}, {len(self.values)} levels>"
        )
