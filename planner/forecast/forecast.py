"""The forecast: the simulated years of a cluster, kept for plans that differ only by their goals.

Fitting and drawing happen once for a baseline, a seed, a reference class and a set of
assumptions; a moved slider only asks the same paths again. They are large, so plans refer to
them without owning them: the latest few are kept, others are drawn again when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from planner.compliance.system import System
from planner.forecast.assumptions import Assumptions, shipped
from planner.forecast.outcomes import Outcomes
from planner.forecast.processes import Process, processes
from planner.forecast.simulation import Fit, draw, fit
from planner.model.benchmarks import Benchmark
from planner.model.catalogue import Cell, Indicator
from planner.model.reference import Reference

KEPT = 3


@dataclass(frozen=True, eq=False)
class Forecast:
    """What the future may hold for one cluster, under one set of assumptions.

    `only` limits it to some indicators and their wholes; random numbers are the same either way.
    """

    system: System
    reference: Reference
    seed: int
    assumptions: Assumptions
    only: frozenset[str] | None = None

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """Return how each indicator is modelled, wholes before parts."""
        made = processes(self.system, self.reference)
        return tuple(process for process in made if self.only is None or process.key in self.only)

    @cached_property
    def fits(self) -> tuple[Fit, ...]:
        """Return what the panel of each process tells."""
        horizon = len(self.system.years)
        return tuple(
            fit(process, horizon, self.seed, self.assumptions) for process in self.processes
        )

    @cached_property
    def alone_fits(self) -> Mapping[str, Fit]:
        """Return by indicator what its own figures tell, where others have a say as well."""
        horizon = len(self.system.years)
        return {
            process.key: fit(replace(process, peers=()), horizon, self.seed, self.assumptions)
            for process in self.processes
            if process.peers
        }

    @cached_property
    def outcomes(self) -> Outcomes:
        """Return the simulated years."""
        horizon = len(self.system.years)
        paths = draw(self.fits, horizon, self.seed, self.assumptions, self.system.sums)
        return Outcomes(paths, self.system.baseline)

    def alone(self) -> Forecast:
        """Return the forecast by the cluster's own figures: neither reference class nor benchmarks."""
        made = replace(self, reference=Reference())
        made.__dict__["processes"] = tuple(replace(process, peers=()) for process in self.processes)
        return made

    def told(self, fits: tuple[Fit, ...], assumptions: Assumptions | None = None) -> Forecast:
        """Return a forecast whose fits are known."""
        made = replace(self, assumptions=assumptions or self.assumptions)
        made.__dict__["fits"] = fits
        return made


@dataclass(frozen=True)
class _Known:
    """Everything a forecast depends on, and the system it is made from."""

    levels: frozenset[tuple[Cell, Decimal]]
    growth: frozenset[tuple[Cell, Decimal]]
    base_year: int
    cluster: str
    years: tuple[int, ...]
    measured: frozenset[str]
    used: tuple[Benchmark, ...]
    indicators: tuple[Indicator, ...]
    sums: tuple[tuple[str, str], ...]
    reference: Reference
    seed: int
    system: System = field(compare=False)


@lru_cache(maxsize=KEPT)
def _forecast(known: _Known) -> Forecast:
    return Forecast(known.system, known.reference, known.seed, shipped())


def forecast(system: System, reference: Reference, seed: int) -> Forecast:
    """Return the forecast of a system under the shipped assumptions, a kept one if there is one."""
    base = system.baseline
    return _forecast(
        _Known(
            frozenset(base.values.items()),
            frozenset(base.growth.items()),
            base.base_year,
            base.cluster,
            system.years,
            system.measured,
            system.used,
            tuple(system.catalogue),
            tuple(system.sums.items()),
            reference,
            seed,
            system,
        )
    )
