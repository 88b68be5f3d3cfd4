"""Outcomes: goals and rows judged on simulated paths, as a reviewer would on the real figures.

Values are taken as they would be printed; rows are the same that judge the goal table. What has
no path is unknown, and so is whatever hangs on it (§1).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from planner.baseline import Baseline
from planner.catalogue import Cell, Indicator
from planner.grid import PERCENT
from planner.memo import remembered
from planner.outlook.paths import Draws, Paths
from planner.rows import Clause, Gap, Node, Row, Sense

Hits = NDArray[np.bool_]
HALF = 50  # per cent
TINY = np.float32(1e-12)  # instead of nothing, where it is divided by


class Outcomes:
    """The simulated years of a cluster, asked about cells, rows and rules.

    Parameters
    ----------
    paths
        Levels (horizon, paths) of every decision.
    baseline
        What is known up to the base year.
    """

    def __init__(self, paths: Paths, baseline: Baseline) -> None:
        """Start with nothing computed."""
        self.paths = paths
        self.baseline = baseline

    @remembered
    def draws(self, cell: Cell) -> Draws | None:
        """Return the simulated values of a measured or derived indicator in a year, unrounded.

        Counts are whole already.
        """
        key, year = cell
        ahead = year - self.baseline.base_year - 1
        item = self.baseline.catalogue[key]
        if key in self.paths.levels:
            levels = self.paths.levels[key]
            return levels[ahead] if 0 <= ahead < len(levels) else None
        if item.kind == "ratio":
            return self._ratio(item, year)
        if item.kind == "growth":
            return self._growth(item, year)
        return None

    def _ratio(self, item: Indicator, year: int) -> Draws | None:
        num, den = self.draws(Cell(item.num, year)), self.draws(Cell(item.den, year))
        if num is None or den is None:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            return num / den * np.float32(item.scale)

    def _growth(self, item: Indicator, year: int) -> Draws | None:
        now = self.draws(Cell(item.of, year))
        base = self.baseline.base_year
        start = year - item.periods
        if now is None:
            return None
        if start > base:
            before = self.draws(Cell(item.of, start))
            if before is None:
                return None
            factor = np.divide(now, np.maximum(before, TINY), dtype=np.float32)
        else:
            level = self.baseline.exact(item.of, base)
            past = [
                self.baseline.yearly_factor(item.of, year) for year in range(start + 1, base + 1)
            ]
            if not level or None in past:
                return None
            grown = np.float32(prod(filter(None, past)) / level)
            factor = np.multiply(now, grown, dtype=np.float32)
        rate: Draws = (factor ** np.float32(1 / item.periods) - 1) * np.float32(PERCENT)
        return rate

    @remembered
    def marks(self, cell: Cell, shares: tuple[int, ...]) -> tuple[float, ...] | None:
        """Return the values below which so many per cent of the paths lie.

        Those of the lower half are met by at least the other paths where more is better, those of
        the upper half where less is.
        """
        draws = self.draws(cell)
        if draws is None:
            return None
        count = len(draws)
        places = [
            share * count // 100 if share < HALF else -(-share * count // 100) - 1
            for share in shares
        ]
        ordered = np.partition(draws, places)
        return tuple(float(ordered[place]) for place in places)

    def reaches(self, cell: Cell, target: Decimal, *, better: str) -> Hits | None:
        """Return in which paths the value as printed is as good as a target."""
        draws = self.draws(cell)
        if draws is None:
            return None
        half = 10.0 ** -self.baseline.catalogue[cell.indicator].decimals / 2
        if better == "lower":
            return draws < np.float32(float(target) + half)
        return draws >= np.float32(float(target) - half)

    @remembered
    def holds(self, node: Node) -> Hits | None:
        """Return in which paths a row or a clause of rows holds, or None if that is not known."""
        if isinstance(node, Gap):
            return None
        if isinstance(node, Row):
            return self._row(node)
        found = [self.holds(child) for child in node.children]
        known = [hits for hits in found if hits is not None]
        return self._enough(node, known, len(found) - len(known))

    @staticmethod
    def _enough(clause: Clause, known: list[Hits], unknown: int) -> Hits | None:
        if not known:
            return None
        count = np.sum(known, axis=0)
        enough: Hits = count >= clause.need
        # Where what is not known could decide, nothing is said.
        return enough if not unknown or bool(enough.all()) else None

    def _row(self, row: Row) -> Hits | None:
        known = Fraction(0)
        total: Draws | None = None
        for cell, coefficient in row.terms:
            draws = self.draws(cell) if cell.year > self.baseline.base_year else None
            if draws is not None:
                part = draws if coefficient == 1 else draws * np.float32(coefficient)
                total = part if total is None else total + part
                continue
            level = self.baseline.exact(*cell)
            if level is None or cell.year > self.baseline.base_year:
                return None
            known += coefficient * level
        if total is None:
            total = np.zeros(self.paths.count, dtype=np.float32)
        bound = np.float32(row.bound - known)
        if row.sense is Sense.GE:
            return total > bound if row.strict else total >= bound
        if row.sense is Sense.LE:
            return total < bound if row.strict else total <= bound
        return np.asarray(np.isclose(total, bound))
