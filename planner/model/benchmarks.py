"""Benchmarks: what others achieve, each figure with its provenance (§10).

A figure is somebody's, never invented. What stands between it and an indicator - age,
another basis, no known change over time - is a finding whenever the figure is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from planner.core.findings import CLOSED, Finding, Obligation, Place
from planner.core.rounding import Rounding, to_grid, yearly_decline, yearly_growth
from planner.model.catalogue import Catalogue
from planner.model.rulesets import benchmark_target

STALE_AFTER = 2  # years, §10
# The columns of a benchmark file.
REQUIRED = ("id", "value", "unit", "year", "scope", "basis", "source")
OPTIONAL = ("low", "high", "retrieved", "note", "change")


@dataclass(frozen=True)
class Benchmark:
    """One published or given figure.

    `span` is the number of years a decline extends over, 0 for a level; `change` what a level
    is expected to move by each year, where that is known.
    """

    __pydantic_config__ = CLOSED

    id: str
    value: Decimal
    unit: str
    year: int
    scope: str
    basis: str
    source: str
    span: int = 0
    change: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    retrieved: str = ""
    note: str = ""
    given: bool = False
    place: Place = field(default_factory=Place)

    @property
    def yearly(self) -> Decimal:
        """Return a rate as per cent a year, rounded up to the two decimals printed."""
        convert = yearly_growth if self.id.endswith("_growth") else yearly_decline
        return to_grid(convert(self.value, self.span), 2, Rounding.UP)

    def level(self, year: int) -> Fraction:
        """Return a level carried to a year with its own expected change, if known."""
        moved = Fraction(self.value) + Fraction(self.change or 0) * max(0, year - self.year)
        return min(moved, Fraction(100)) if self.unit == "%" else moved


@dataclass(frozen=True)
class BenchmarkBook:
    """All figures at hand: the user's before the shipped ones."""

    figures: tuple[Benchmark, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: BenchmarkBook) -> BenchmarkBook:
        """Put other figures behind these."""
        return BenchmarkBook(self.figures + other.figures, self.findings + other.findings)

    def choose(
        self, ids: Sequence[str], base_year: int, catalogue: Catalogue
    ) -> tuple[Benchmark | None, tuple[Finding, ...]]:
        """Choose the figure a rule is held against.

        The first id that has any figure; of its figures the user's own, then one that is not
        stale, then one on the indicator's basis, then the latest. What is doubtful about
        the choice comes with it as findings.
        """
        for key in ids:
            figures = [figure for figure in self.figures if figure.id == key]
            if not figures:
                continue
            wanted = _basis_of(ids[0], catalogue)

            def rank(figure: Benchmark, wanted: str = wanted) -> tuple[bool, bool, bool, int]:
                fits = catalogue.basis(figure.basis) == wanted
                return figure.given, base_year - figure.year <= STALE_AFTER, fits, figure.year

            best = max(figures, key=rank)
            return best, tuple(_doubts(best, key, wanted, base_year, catalogue))
        missing = Finding(
            "benchmark_missing",
            Obligation.NEEDS_REASON,
            found=ids[0],
            facts={"ids": " / ".join(ids)},
            ways_out=("give_benchmark",),
        )
        return None, (missing,)


def _basis_of(key: str, catalogue: Catalogue) -> str:
    target = benchmark_target(key, catalogue)
    return catalogue[target[0]].basis if target else ""


def _doubts(
    figure: Benchmark, key: str, wanted: str, base_year: int, catalogue: Catalogue
) -> Iterable[Finding]:
    facts = {"source": figure.source.split(" http")[0], "of_year": str(figure.year), "id": key}
    facts["figure"] = f"{figure.value} {figure.unit}"
    facts["scope"] = figure.scope
    if wanted and catalogue.basis(figure.basis) != wanted:
        yield Finding(
            "benchmark_basis",
            Obligation.NEEDS_REASON,
            found=figure.basis,
            expected=catalogue.bases.get(wanted, (wanted,))[-1],
            facts=facts,
            ways_out=("give_reason", "give_benchmark"),
        )
    if base_year - figure.year > STALE_AFTER:
        yield Finding(
            "benchmark_stale",
            Obligation.NEEDS_REASON,
            found=str(figure.year),
            expected=str(base_year - STALE_AFTER),
            facts=facts,
            ways_out=("give_reason", "give_benchmark"),
        )
    if not figure.span and figure.change is None:
        yield Finding("benchmark_carried", Obligation.INFO, found=str(figure.year), facts=facts)
    if figure.span > 1:
        yield Finding(
            "benchmark_converted",
            Obligation.INFO,
            found=f"{figure.value} {figure.unit}",
            expected=f"{figure.yearly}%",
            facts=facts,
        )
