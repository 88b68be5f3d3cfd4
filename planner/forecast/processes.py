"""Processes: as what each indicator is taken into the future, and what is known of its past.

A part is taken as its odds against the rest of its whole, so that it can never exceed it,
everything else as its level (§7). Half a grid step is added, so that a count of none has a process
too. Others are seen through the same definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.compliance.system import System
from planner.core.rounding import PERCENT, growth_factor, mean_rate, step
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark
from planner.model.catalogue import GROWTH_SUFFIX, Indicator
from planner.model.reference import Reference

Kind = Literal["level", "share"]
DECLINE_SUFFIX = "_decline"


@dataclass(frozen=True, eq=False)
class Peer:
    """One member of a reference class: its yearly rate in per cent, and the process it took.

    `stated` is what the source says, where the rate is computed from it.
    """

    name: str
    source: str
    kind: Literal["peer", "published", "benchmark"]
    rate: Decimal | None
    series: Mapping[int, float]
    stated: str = ""


@dataclass(frozen=True)
class Process:
    """How an indicator is modelled.

    `series` is what is modelled, by year: positive quantities. `levels` are the own levels it
    comes from, walked back by stated growth where that is given (§3).
    """

    item: Indicator
    kind: Kind
    whole: str
    levels: Mapping[int, Fraction]
    series: Mapping[int, float]
    peers: tuple[Peer, ...]
    base_year: int

    @property
    def key(self) -> str:
        """Return the indicator's id."""
        return self.item.id

    @property
    def half(self) -> float:
        """Return half a step of the indicator's grid."""
        return float(step(self.item.decimals) / 2)

    @cached_property
    def panel(self) -> NDArray[np.float64]:
        """Return the own process and those of the peers: (1 + peers, years), NaN where unknown."""
        rows = [self.series, *(peer.series for peer in self.peers)]
        first = min(year for row in rows for year in row)
        years = range(first, self.base_year + 1)
        return np.array([[row.get(year, np.nan) for year in years] for row in rows])

    @property
    def sign(self) -> int:
        """Return -1 where the inverse of what is modelled is drawn: odds against, not for."""
        return -1 if self.kind == "share" else 1

    @property
    def grid(self) -> float:
        """Return how many steps of the indicator's grid are one of its units."""
        return 10.0**self.item.decimals

    def level(
        self,
        quantity: NDArray[np.float32],
        whole: NDArray[np.float32] | float,
        lift: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return the levels, as printed, that drawn quantities amount to; overwrites them.

        Levels come in steps of the grid, shares as odds against. `lift` are factors by year that
        levels are moved by.
        """
        if self.kind == "share":
            quantity += np.float32(1)
            steps = np.asarray(whole, dtype=np.float32) * np.float32(self.grid)
            np.divide(steps + np.float32(1), quantity, out=quantity)
        quantity -= np.float32(0.5)
        if lift is not None:
            quantity *= lift
        np.rint(quantity, out=quantity)
        if self.item.decimals:
            quantity *= np.float32(1 / self.grid)
        if self.kind == "share":
            np.minimum(quantity, np.float32(whole), out=quantity)
        return quantity


def processes(system: System, reference: Reference) -> tuple[Process, ...]:
    """Return a process for every decision of a plan that has a baseline, wholes before parts.

    One whose baseline cannot be, such as a part above its whole, has none.
    """
    base, catalogue = system.baseline, system.catalogue
    keys = [key for key in system.measured if base.exact(key, base.base_year) is not None]
    order = {item.id: number for number, item in enumerate(catalogue)}
    keys.sort(key=lambda key: (catalogue.depth[key], order[key]))
    by_key: dict[str, Process] = {}
    for key in keys:
        process = _process(system, reference, catalogue[key], by_key.keys())
        if base.base_year in process.series:
            by_key[key] = process
    return tuple(by_key.values())


def _process(
    system: System, reference: Reference, item: Indicator, known: AbstractSet[str]
) -> Process:
    base = system.baseline
    kind, whole = _kind(item, known)
    levels = walked(base, item.id)
    wholes = walked(base, whole) if whole in known else {}
    taken = _Taken(item, kind, whole, wholes)
    peers = tuple(
        peer
        for peer in _peers(taken, system, reference)
        if any(year <= base.base_year for year in peer.series)
    )
    series = taken.series(levels, wholes, base.base_year)
    return Process(item, kind, whole, levels, series, peers, base.base_year)


def _kind(item: Indicator, known: AbstractSet[str]) -> tuple[Kind, str]:
    if item.part_of in known:
        return "share", item.part_of
    if item.kind == "ratio" and item.cap is not None:
        return "share", ""
    return "level", ""


def walked(baseline: Baseline, key: str) -> dict[int, Fraction]:
    """Return the known levels of an indicator, and those that stated growth leads to from them."""
    years = range(min(baseline.years, default=0), baseline.base_year + 1)
    recorded = {year: baseline.exact(key, year) for year in years}
    levels = {year: value for year, value in recorded.items() if value is not None}
    stated = {
        cell.year: growth_factor(rate, 1)
        for cell, rate in baseline.growth.items()
        if cell.indicator == key
    }
    for year in sorted(stated, reverse=True):
        if year in levels and year - 1 not in levels and stated[year] > 0:
            levels[year - 1] = levels[year] / stated[year]
    for year in sorted(stated):
        if year - 1 in levels and year not in levels:
            levels[year] = levels[year - 1] * stated[year]
    return dict(sorted(levels.items()))


def _chained(baseline: Baseline, key: str, last: int, level: Fraction) -> dict[int, Fraction]:
    """Return the process that stated growth alone describes, ending in the latest year at a level.

    Years before one without a stated rate are left out: nobody knows what lies between.
    """
    stated = {cell.year: rate for cell, rate in baseline.growth.items() if cell.indicator == key}
    year = max((year for year in stated if year <= last), default=None)
    if year is None or level <= 0:
        return {}
    levels = {year: level}
    while year in stated and (factor := growth_factor(stated[year], 1)) > 0:
        levels[year - 1] = levels[year] / factor
        year -= 1
    return dict(sorted(levels.items()))


@dataclass(frozen=True)
class _Taken:
    """An indicator as it is modelled, applied to whoever's figures."""

    item: Indicator
    kind: Kind
    whole: str
    wholes: Mapping[int, Fraction]

    def series(
        self, levels: Mapping[int, Fraction], wholes: Mapping[int, Fraction], last: int
    ) -> dict[int, float]:
        half = step(self.item.decimals) / 2
        series = {}
        for year, level in levels.items():
            whole = wholes.get(year) if self.whole else Fraction(self.item.cap or 0)
            if year > last or level < 0:
                continue
            if self.kind == "level":
                series[year] = float(level + half)
            elif whole is not None and whole >= level:
                series[year] = float((level + half) / (whole - level + half))
        return series

    def moved(self, factor: Fraction, own: float) -> float | None:
        """Return by what the modelled quantity moves when level over whole moves by a factor."""
        if self.kind != "share":
            return float(factor)
        share = own / (1 + own)
        after = share * float(factor)
        return after / (1 - after) / own if 0 < after < 1 else None


def _peers(taken: _Taken, system: System, reference: Reference) -> Iterator[Peer]:
    base, key = system.baseline, taken.item.id
    here = base.exact(key, base.base_year) or Fraction(0)
    for cluster in reference.clusters:
        if same(cluster, base) or key not in cluster.catalogue:
            continue
        levels = walked(cluster, key)
        if not levels and taken.kind == "level":  # a press report states no more than growth
            levels = _chained(cluster, key, base.base_year, here)
        wholes = walked(cluster, taken.whole) if taken.whole else {}
        series = taken.series(levels, wholes, base.base_year)
        if series:
            named = {key, key + GROWTH_SUFFIX}
            source = next((s for c, s in cluster.sources.items() if c.indicator in named), "")
            rate = _yearly(levels, base.base_year)
            yield Peer(cluster.cluster or cluster.name, source, "peer", rate, series)
    own = taken.series(walked(base, key), taken.wholes, base.base_year)
    now = own.get(base.base_year)
    if now is None:
        return
    for figure in reference.published:
        if figure.id == key + GROWTH_SUFFIX and figure.year <= base.base_year:
            yield from _rated(figure, taken, reference.published, now)
    yield from _benchmarks(taken, system, now)


def same(one: Baseline, other: Baseline) -> bool:
    """Whether two baselines are of one cluster: by name, or by all their figures."""
    if one.cluster and other.cluster:
        return one.cluster == other.cluster
    return dict(one.values) == dict(other.values)


def _yearly(levels: Mapping[int, Fraction], last: int) -> Decimal | None:
    years = [year for year in levels if year <= last]
    first = next((year for year in years if levels[year] > 0), None)
    if first is None or first == years[-1]:
        return None
    return mean_rate(levels[years[-1]] / levels[first], years[-1] - first)


def _rated(
    figure: Benchmark, taken: _Taken, others: Iterable[Benchmark], now: float
) -> Iterator[Peer]:
    """Yield a published growth rate as one step of the process, if its whole's is known too."""
    factor = 1 + Fraction(figure.yearly) / PERCENT
    if taken.whole:
        wholes = [
            other
            for other in others
            if other.id == taken.whole + GROWTH_SUFFIX
            and (other.scope, other.year) == (figure.scope, figure.year)
        ]
        if not wholes:
            return
        factor /= 1 + Fraction(wholes[0].yearly) / PERCENT
    moved = taken.moved(factor, now)
    if moved is not None:
        series = {figure.year - 1: now, figure.year: now * moved}
        yield Peer(figure.scope, figure.source, "published", figure.yearly, series)


def _benchmarks(taken: _Taken, system: System, now: float) -> Iterator[Peer]:
    """Yield the benchmarks in use that speak of how the indicator moves.

    What is said of a ratio is said of its numerator when the denominator grows as it last did.
    """
    base, last = system.baseline, system.baseline.base_year
    ratios = {item.id: item.den for item in system.catalogue if item.num == taken.item.id}
    for figure in system.used:
        name = figure.id.removesuffix(DECLINE_SUFFIX)
        # What came about later was not known, only what was planned before.
        planned = figure.span > 1 and figure.year - figure.span <= last
        if name not in {taken.item.id, *ratios} or not (figure.year <= last or planned):
            continue
        factor: Fraction | None = None
        if name != figure.id:
            factor = 1 - Fraction(figure.yearly) / PERCENT
        elif figure.change is not None and figure.value:
            factor = 1 + Fraction(figure.change) / Fraction(figure.value)
        den = ratios.get(name, "")
        if factor is not None and den and den != taken.whole:
            grown = base.yearly_factor(den, last)
            factor = factor * grown if grown is not None else None
        moved = taken.moved(factor, now) if factor is not None and factor > 0 else None
        if moved is not None and factor is not None:
            rate = mean_rate(factor, 1)
            series = {last - 1: now, last: now * moved}
            yield Peer(figure.scope, figure.source, "benchmark", rate, series, figure.said)
