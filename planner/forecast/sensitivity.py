"""Sensitivity: which assumption moves the odds most, and the odds as a function of the target.

Both ask the same random numbers again, so that what moves is the assumption and not the luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from planner.core.findings import InputError
from planner.core.frames import Column, Records, Shown
from planner.core.phrases import phrase
from planner.core.rounding import mean_rate
from planner.forecast.chance import Chance
from planner.forecast.forecast import Forecast
from planner.forecast.odds import OddsRecord, no_goal
from planner.model.asked import known_id
from planner.model.catalogue import Cell
from planner.model.messages import label

# An indicator's growth is moved by so many points a year either way.
POINTS = 1.0
HALF_TWICE = (2.0, 0.5)
KEPT = 0.2  # by how much persistence is moved
EDGES = (1, 99)  # per cent of the paths between which a curve runs


class End(NamedTuple):
    """One end of a swing: what is assumed there, and the odds then."""

    value: str
    chance: Chance


@dataclass(frozen=True)
class Swing:
    """How far the odds go as one assumption moves while the others stay.

    `name` is the assumption's key, ``growth_of`` where it is the growth of `indicator` that moves
    by a percentage point a year either way; `low` and `high` say what is assumed at each end, and
    the odds there.
    """

    name: str
    indicator: str
    low: End
    high: End

    @property
    def width(self) -> float:
        """Return the distance between the odds at both ends."""
        return abs(self.high.chance.value - self.low.chance.value)

    def title(self, odds: OddsRecord, lang: str) -> str:
        """Say what moves."""
        name = odds.plan.baseline.catalogue.label(self.indicator, lang) if self.indicator else ""
        return label(f"swing_{self.name}", lang, name=name)


def tornado_records(odds: OddsRecord, swings: Sequence[Swing], lang: str = "") -> Records:
    """Return swings as lines: what is assumed at both ends, and the odds then."""
    columns = (
        Column("assumption"), Column("indicator"),
        Column("low", head=phrase("swing_low")), Column("low_chance", "number", phrase("chance")),
        Column("high", head=phrase("swing_high")), Column("high_chance", "number", phrase("chance")),
    )  # fmt: skip
    rows = (
        (swing.title(odds, lang), swing.indicator, swing.low.value, _fine(swing.low),
         swing.high.value, _fine(swing.high))
        for swing in swings
    )  # fmt: skip
    return Records(columns, tuple(rows))


def _fine(end: End) -> Shown:
    return Shown(end.chance, end.chance.fine)


def tornado(odds: OddsRecord, indicator: str = "") -> tuple[Swing, ...]:
    """Return how the odds move with each assumption: see :meth:`planner.Odds.tornado`."""
    key = known_id(odds.plan.baseline.catalogue, indicator) if indicator else ""
    if key and Cell(key, odds.plan.years[-1]) not in odds.chances:
        raise InputError([no_goal(key)])
    swings = [*_assumed(odds, key), *_moved(odds, key)]
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def _asked(odds: OddsRecord, key: str) -> Chance | None:
    if not key:
        return odds.joint
    hits = odds.hits(Cell(key, odds.plan.years[-1]))
    return None if hits is None else odds.count(hits)


def _swing(key: str, name: str, ends: list[tuple[str, OddsRecord]], of: str = "") -> Swing | None:
    known = [End(value, chance) for value, other in ends if (chance := _asked(other, key))]
    return Swing(name, of, known[0], known[1]) if len(known) == 2 else None  # noqa: PLR2004


def _assumed(odds: OddsRecord, key: str) -> Iterator[Swing]:
    """Yield the swings of what is taken for granted, and of what is left out."""
    given = odds.forecast.assumptions
    growth, scale, keeps = given.growth, given.scale, given.persistence
    needed = replace(odds.forecast, only=frozenset(_levers(odds, key)))

    def other(**changes: Any) -> OddsRecord:
        return replace(odds, assumed=replace(needed, assumptions=given.model_copy(update=changes)))

    def moved(value: float) -> OddsRecord:
        assumed = given.model_copy(update={"correlation": value})
        return replace(odds, assumed=odds.forecast.told(odds.forecast.fits, assumed))

    def times(values: tuple[float, ...], factor: float) -> tuple[float, ...]:
        return tuple(value * factor for value in values)

    ends: dict[str, list[tuple[str, OddsRecord]]] = {
        "correlation": [(f"{value:g}", moved(value)) for value in (0.0, 2 * given.correlation)],
        "general": [
            (f"{100 * mean:g}%", other(growth=growth.model_copy(update={"mean": mean})))
            for mean in (0.0, 2 * growth.mean)
        ],
        "common": [(f"×{by:g}", other(common=times(given.common, by))) for by in HALF_TWICE],
        "scale": [
            (f"×{by:g}", other(scale=scale.model_copy(update={"median": scale.median * by})))
            for by in HALF_TWICE
        ],
        "persistence": [
            (f"{unit:g}", other(persistence=keeps.model_copy(update={"unit": unit})))
            for unit in (keeps.unit - KEPT, min(keeps.unit + KEPT, 1.0))
        ],
    }
    if any(process.peers for process in odds.forecast.processes):
        alone = replace(odds, assumed=needed.alone())
        ends["reference"] = [("−", alone), ("+", odds)]
    if odds.plan.baseline.growth:
        baseline = replace(odds.forecast.system.baseline, growth={})
        system = replace(odds.forecast.system, baseline=baseline)
        levels = replace(odds, assumed=replace(needed, system=system))
        ends["periods"] = [("−", levels), ("+", odds)]
    for name, pair in ends.items():
        yield from _some(_swing(key, name, pair))


def _some(*swings: Swing | None) -> Iterator[Swing]:
    yield from (swing for swing in swings if swing is not None)


def _moved(odds: OddsRecord, key: str) -> Iterator[Swing]:
    """Yield the swings of each indicator that matters growing a point faster or slower."""
    for name in _levers(odds, key):
        ends = [
            (f"{points:+g}", replace(odds, assumed=_shifted(odds.forecast, name, points)))
            for points in (-POINTS, POINTS)
        ]
        yield from _some(_swing(key, "growth_of", ends, name))


def _levers(odds: OddsRecord, key: str) -> tuple[str, ...]:
    """Return the processes that the goals looked at hang on."""
    catalogue = odds.plan.baseline.catalogue
    fits = odds.forecast.outcomes.paths.fits
    open_ = [key] if key else sorted(odds.firm)
    levers: dict[str, None] = {}
    while open_:
        name = open_.pop(0)
        item = catalogue[name]
        if name in fits:
            levers[name] = None
            open_ += [fits[name].process.whole] if fits[name].process.whole else []
        else:
            open_ += [part for part in (item.num, item.den, item.of) if part]
    return tuple(levers)


def _shifted(forecast: Forecast, name: str, points: float) -> Forecast:
    """Return the forecast with one process growing so many points a year faster, all else equal."""
    return forecast.told(
        tuple(
            replace(fit, lift=points) if fit.process.key == name else fit for fit in forecast.fits
        )
    )


def curve(odds: OddsRecord, indicator: str, year: int | None = None, points: int = 41) -> Records:
    """Return the chance of meeting a target as the target moves: see :meth:`planner.Odds.curve`."""
    plan = odds.plan
    key = known_id(plan.baseline.catalogue, indicator)
    end = plan.years[-1] if year is None else year
    cell = Cell(key, end)
    item = plan.baseline.catalogue[key]
    if cell not in odds.chances:
        raise InputError([no_goal(key)])
    low, high = odds.quantiles(cell, EDGES)
    targets = sorted(
        {
            (low + (high - low) * Decimal(number) / max(points - 1, 1)).quantize(low)
            for number in range(points)
        }
    )
    base = plan.baseline.exact(key, plan.baseline.base_year)
    rows = []
    for target in targets:
        hits = odds.forecast.outcomes.reaches(cell, target, better=item.better)
        assert hits is not None  # noqa: S101 - there are quantiles, so there are draws
        chance = odds.count(hits)
        rate = None
        if base and item.kind != "growth" and target >= 0:
            rate = mean_rate(Fraction(target) / base, end - plan.baseline.base_year)
        rows.append((target, rate, Shown(chance, chance.fine), chance.error))
    columns = (
        Column("target", "number", phrase("value")), Column("rate", "number", phrase("needed")),
        Column("chance", "number"), Column("error", "number"),
    )  # fmt: skip
    return Records(columns, tuple(rows))
