"""Outcomes: goals and rows judged on simulated paths, as a reviewer would on the real figures.

Values are taken as they would be printed; rows are the same that judge the goal table. What has
no path is unknown, and so is whatever hangs on it (§1).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.compliance.rows import Clause, Gap, Node, Row, Sense
from planner.core.frozen import remembered
from planner.core.rounding import PERCENT, to_grid
from planner.forecast.simulation import Draws, Paths
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, Indicator

Hits = NDArray[np.bool_]
HALF = 50  # per cent
NEAR = 1e-9  # what double precision may be off by, of a bound
SINGLE = 1e-6  # what single precision may be off by, of the largest value in a sum
FEW = 0.01  # of the paths
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
        without = den == 0
        if without.mean() > FEW:
            return None
        # The few paths that end with nothing to divide by miss every target.
        missed = np.float32(np.inf if item.better == "lower" else 0)
        ratio = num / np.where(without, np.float32(1), den) * np.float32(item.scale)
        return np.where(without, missed, ratio)

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
    def marks(self, cell: Cell, shares: tuple[int, ...]) -> tuple[Decimal, ...] | None:
        """Return the values below which so many per cent of the paths lie, as printed.

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
        decimals = self.baseline.catalogue[cell.indicator].decimals
        return tuple(to_grid(Fraction(float(ordered[place])), decimals) for place in places)

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
        children = [self.holds(child) for child in node.children]
        known = [hits for hits in children if hits is not None]
        return self._enough(node, known, len(children) - len(known))

    @staticmethod
    def _enough(clause: Clause, known: list[Hits], unknown: int) -> Hits | None:
        if not known:
            return None
        count = np.sum(known, axis=0)
        enough: Hits = count >= clause.need
        # Where what is not known could decide, nothing is said.
        return enough if not unknown or bool(enough.all()) else None

    @remembered
    def _largest(self, cell: Cell) -> float:
        draws = self.draws(cell)
        return 0.0 if draws is None else float(draws.max())

    def _roughly(self, row: Row) -> float | None:
        """Return how far off single precision may be, where no two sums of a row are that near.

        Sums of printed values are multiples of a step that follows from grids and coefficients.
        """
        if not row.terms:
            return None
        whole, _ = row.whole
        times = abs(whole[0][1] / row.terms[0][1])
        decimals = max(self.baseline.catalogue[cell.indicator].decimals for cell, _ in row.terms)
        size = sum(abs(float(c)) * self._largest(cell) for cell, c in row.terms)
        off = SINGLE * max(size, abs(float(row.bound)))
        return off if off < 1 / (4 * times * 10**decimals) else None

    def _printed(self, cell: Cell, draws: Draws, *, exact: bool) -> NDArray[Any]:
        """Return simulated values as printed, if need be as near as double precision can be."""
        if not exact:
            return draws
        grid = 10 ** self.baseline.catalogue[cell.indicator].decimals
        fine: NDArray[Any] = np.rint(draws.astype(np.float64) * grid) / grid
        return fine

    def _row(self, row: Row) -> Hits | None:
        ahead = [term for term in row.terms if term[0].year > self.baseline.base_year]
        if len(ahead) == len(row.terms) == 1 and row.sense is not Sense.EQ:
            return self._single(row)
        return self._several(row)

    def _single(self, row: Row) -> Hits | None:
        """Judge a bound on one cell: its printed values against the first one that passes."""
        cell, coefficient = row.terms[0]
        draws = self.draws(cell)
        if draws is None:
            return None
        grid = 10 ** self.baseline.catalogue[cell.indicator].decimals
        steps = row.bound / coefficient * grid
        if (row.sense is Sense.GE) == (coefficient > 0):
            least = floor(steps) + 1 if row.strict else ceil(steps)
            return draws >= np.float32((least - 0.5) / grid)
        most = ceil(steps) - 1 if row.strict else floor(steps)
        return draws <= np.float32((most + 0.5) / grid)

    def _several(self, row: Row) -> Hits | None:
        known = Fraction(0)
        open_: set[bool] = set()
        total: NDArray[Any] | None = None
        off = self._roughly(row)
        for cell, coefficient in row.terms:
            draws = self.draws(cell) if cell.year > self.baseline.base_year else None
            if draws is not None:
                part = self._printed(cell, draws, exact=off is None) * float(coefficient)
                total = part if total is None else total + part
                continue
            level = None if cell.year > self.baseline.base_year else self.baseline.exact(*cell)
            if level is None:  # anything from zero up
                open_.add(coefficient > 0)
            else:
                known += coefficient * level
        if total is None:
            total = np.zeros(self.paths.count)
        bound = float(row.bound - known)
        held = self._held(row, total, bound, off or NEAR * max(abs(bound), 1.0))
        if not open_:
            return held
        # More of what is not known helps a floor and hurts a ceiling, less of it the reverse.
        helps = open_ == {row.sense is Sense.GE} and row.sense is not Sense.EQ
        sure = held.all() if helps else not held.any()
        return held if sure and len(open_) == 1 and row.sense is not Sense.EQ else None

    @staticmethod
    def _held(row: Row, total: NDArray[Any], bound: float, near: float) -> Hits:
        # Values are printed ones, so that what is equal but for binary fractions is equal.
        if row.sense is Sense.GE:
            return total > bound + near if row.strict else total >= bound - near
        if row.sense is Sense.LE:
            return total < bound - near if row.strict else total <= bound + near
        return np.abs(total - bound) <= near
