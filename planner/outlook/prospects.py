"""Prospects: what plans of one cluster that only wish differently have in common - their paths.

Fitting and drawing happen once for a seed, a reference class and a set of assumptions; a moved
slider only asks the same paths again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from planner.memo import remembered
from planner.outlook.assumptions import Assumptions, shipped
from planner.outlook.courses import Course, courses
from planner.outlook.outcomes import Outcomes
from planner.outlook.paths import Fit, draw, fit
from planner.outlook.reference import Reference
from planner.system import System


@dataclass(frozen=True, eq=False)
class Outlook:
    """What the future may hold for one cluster, under one set of assumptions.

    `only` limits it to some indicators and their wholes; random numbers are the same either way.
    """

    system: System
    reference: Reference
    seed: int
    assumptions: Assumptions
    only: frozenset[str] | None = None

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Return how each indicator is modelled, wholes before parts."""
        found = courses(self.system, self.reference)
        return tuple(course for course in found if self.only is None or course.key in self.only)

    @cached_property
    def fits(self) -> tuple[Fit, ...]:
        """Return what the panel of each course tells."""
        horizon = len(self.system.years)
        return tuple(fit(course, horizon, self.seed, self.assumptions) for course in self.courses)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Return the simulated years."""
        horizon = len(self.system.years)
        paths = draw(self.fits, horizon, self.seed, self.assumptions, self.system.sums)
        return Outcomes(paths, self.system.baseline)

    def told(self, fits: tuple[Fit, ...], assumptions: Assumptions | None = None) -> Outlook:
        """Return an outlook whose fits are known."""
        made = replace(self, assumptions=assumptions or self.assumptions)
        made.__dict__["fits"] = fits
        return made


@dataclass(frozen=True, eq=False)
class Prospects:
    """The outlooks of a cluster that were asked for."""

    system: System

    @remembered
    def outlook(self, reference: Reference, seed: int) -> Outlook:
        """Return the outlook held against a reference class, under the shipped assumptions."""
        return Outlook(self.system, reference, seed, shipped())
