"""Simulation: levels of all indicators together, the same ones for every plan of a cluster.

Nobody knows the rates and spreads: there are as many equally likely *worlds* as the assumptions
say, paired at random between indicators, and in each world many paths for the luck of the years.
Part of a year's luck is shared by all indicators. Every indicator has random numbers of its own,
so that another assumption, or another indicator, leaves the rest as it was.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import sqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from planner.core.rounding import PERCENT
from planner.forecast.assumptions import Assumptions
from planner.forecast.growth import Panel, Worlds
from planner.forecast.processes import Process

Draws = NDArray[np.float32]
TINY = 1e-12  # instead of nothing, where it is divided by
STEP = 1e-3  # of the grid, that single precision may be off by
SHARED = "shared"  # the name of the luck that all indicators have in common


@dataclass(frozen=True, eq=False)
class Fit:
    """A process with what its panel tells: equally likely worlds.

    `lift` are points of yearly growth that are added to whatever the worlds say.
    """

    process: Process
    worlds: Worlds
    lift: float = 0.0


@dataclass(frozen=True, eq=False)
class Paths:
    """Simulated levels of every indicator that has a process: arrays (horizon, paths)."""

    fits: Mapping[str, Fit]
    levels: Mapping[str, Draws]
    count: int
    seed: int
    worlds: int


def generator(seed: int, name: str) -> np.random.Generator:
    """Return the random numbers that belong to a name."""
    return np.random.Generator(np.random.SFC64([seed, crc32(name.encode())]))


def fit(process: Process, horizon: int, seed: int, assumptions: Assumptions) -> Fit:
    """Weigh the panel of a process; the first of its units is the cluster's own."""
    panel = Panel(process.panel, horizon, assumptions)
    rng = generator(seed, f"worlds {process.key}")
    return Fit(process, panel.worlds(0, assumptions.worlds, rng))


def draw(
    fits: Sequence[Fit],
    horizon: int,
    seed: int,
    assumptions: Assumptions,
    totals: Mapping[str, str] | None = None,
) -> Paths:
    """Draw paths; indicators that add up to a whole are scaled to it (`totals`: part to whole).

    Worlds are the fastest axis: neighbouring paths are of different worlds.
    """
    worlds = assumptions.worlds
    shape = (horizon, -(-assumptions.paths // worlds), worlds)
    shared = generator(seed, SHARED).standard_normal(shape, dtype=np.float32)
    shared *= np.float32(sqrt(assumptions.correlation / max(1 - assumptions.correlation, TINY)))
    own = sqrt(1 - assumptions.correlation)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        drawn = pool.map(lambda fit: _quantities(fit, seed, shared, own), fits)
        levels: dict[str, Draws] = {}
        for fit, quantities in zip(fits, drawn, strict=True):
            process = fit.process
            whole = levels[process.whole] if process.whole else float(process.item.cap or 0)
            values = quantities.reshape(horizon, -1)
            levels[process.key] = process.level(values, whole, _lifted(fit.lift, horizon))
            _add_up(process, fits, levels, totals or {})
    return Paths({fit.process.key: fit for fit in fits}, levels, shape[1] * worlds, seed, worlds)


def _lifted(points: float, horizon: int) -> Draws | None:
    if not points:
        return None
    years = np.arange(1, horizon + 1, dtype=np.float32)[:, None]
    return np.asarray((1 + points / PERCENT) ** years, dtype=np.float32)


def _add_up(
    process: Process, fits: Sequence[Fit], levels: dict[str, Draws], totals: Mapping[str, str]
) -> None:
    """Scale the parts of a total to it once the last of them is drawn; that one takes the rest."""
    total = totals.get(process.key, "")
    parts = [fit.process for fit in fits if totals.get(fit.process.key) == total]
    if total not in levels or not total or any(part.key not in levels for part in parts):
        return
    known = np.add.reduce([levels[part.key] for part in parts])
    scale = levels[total] / np.maximum(known, np.float32(TINY))
    rest = levels[total].copy()
    for part in parts:
        if part is process:
            continue
        values = levels[part.key]
        values *= scale
        # Rounded down, so that the rest is never negative.
        values[...] = np.floor(values * part.grid + STEP) / part.grid
        rest -= values
    np.maximum(rest, 0, out=rest)
    levels[process.key][...] = np.rint(rest * process.grid) / process.grid


def _quantities(fit: Fit, seed: int, shared: Draws, own: float) -> Draws:
    """Draw what is modelled of a process: (horizon, paths of a world, worlds)."""
    process, worlds = fit.process, fit.worlds
    luck = generator(seed, process.key).standard_normal(shared.shape, dtype=np.float32)
    luck += shared
    start = np.log(process.panel[0][~np.isnan(process.panel[0])][-1])
    if process.kind == "level":
        start += np.log(process.grid)
    means = (process.sign * (worlds.means + start)).astype(np.float32)
    roots = (process.sign * own * worlds.roots).astype(np.float32)
    buffer = np.empty(shared.shape[1:], dtype=np.float32)
    # From the last year backwards, since a year needs the luck of those before it.
    for year in reversed(range(len(luck))):
        luck[year] *= roots[:, year, year]
        for before in range(year):
            np.multiply(luck[before], roots[:, year, before], out=buffer)
            luck[year] += buffer
        luck[year] += means[:, year]
    return np.exp(luck, out=luck)
