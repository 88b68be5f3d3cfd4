"""Possible: what a saved plan may hold; anybody can write into a file what no plan could be (§13)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from planner.model.benchmarks import Benchmark
from planner.model.catalogue import Catalogue
from planner.model.rules import MOST_YEARS
from planner.model.rulesets import benchmark_target

EARLIEST, LATEST = 1990, 2100
MOST = Decimal(10) ** 12


class Stated(Protocol):
    """A number for a cell."""

    @property
    def indicator(self) -> str:
        """Return the indicator's id."""

    @property
    def year(self) -> int:
        """Return the year."""

    @property
    def value(self) -> Decimal:
        """Return the number."""


def impossible_amounts(amounts: Iterable[Stated], catalogue: Catalogue, years: range) -> str:
    """Return the first number that cannot stand in a plan, empty where all can.

    `years` are those in which such numbers may stand.
    """
    seen: set[tuple[str, int]] = set()
    for amount in amounts:
        cell = f"{amount.indicator}@{amount.year}"[:60]
        if amount.indicator not in catalogue:
            return amount.indicator[:60]
        if amount.value < 0 and catalogue[amount.indicator].kind != "growth":
            return f"{cell} {amount.value}"
        if amount.year not in years or (amount.indicator, amount.year) in seen:
            return cell
        seen.add((amount.indicator, amount.year))
    return ""


def impossible_rates(amounts: Iterable[Stated], catalogue: Catalogue) -> str:
    """Return the first stated growth that cannot be, empty where all can."""
    seen: set[tuple[str, int]] = set()
    for amount in amounts:
        cell = f"{amount.indicator}_growth@{amount.year}"[:60]
        known = amount.indicator in catalogue and EARLIEST <= amount.year <= LATEST
        if not known or amount.value <= -100 or (amount.indicator, amount.year) in seen:  # noqa: PLR2004
            return cell
        seen.add((amount.indicator, amount.year))
    return ""


def impossible_figures(figures: Iterable[Benchmark], catalogue: Catalogue) -> str:
    """Return the first benchmark that cannot be, empty where all can."""
    for figure in figures:
        target = benchmark_target(figure.id, catalogue)
        spans = range(1) if target and target[1] == "level" else range(1, MOST_YEARS + 1)
        numbers = (figure.value, figure.change, figure.low, figure.high)
        finite = all(n is None or (n.is_finite() and abs(n) <= MOST) for n in numbers)
        dated = EARLIEST <= figure.year <= LATEST
        falls = target is not None and target[1] == "decline"
        if target is None or figure.span not in spans or not finite or not dated:
            return figure.id[:60]
        if falls and abs(figure.value) >= 100:  # noqa: PLR2004 - per cent
            return f"{figure.id} {figure.value}"
    return ""
