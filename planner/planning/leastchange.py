"""Least effort: the goal table that complies with the smallest change from the baseline.

Targets of the end year and of pinned years come first, wholes before parts: each as near to
its reference as the rows leave open. The reference is the baseline level, or the share in the
whole an indicator follows (§7). The years between lie on the stage shape, rounded to the safe
side. A wish stands as it was made, even against the rules: that is for the check to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, product

from planner.compliance.rows import Clause, Gap, Node, Row
from planner.compliance.system import System
from planner.compliance.wishes import numerator, resolve
from planner.core.findings import Finding, Obligation
from planner.core.rounding import Rounding, from_units, to_grid, to_units
from planner.model.asked import unplaced
from planner.model.catalogue import Cell, Indicator
from planner.model.shapes import Shape, has_constant_rate, stage
from planner.planning.propagation import Bounds, Constraint, IntegerForm

# Ways of satisfying rules with a choice that are compared with each other.
MOST_WAYS = 64


@dataclass(frozen=True)
class Wanted:
    """What a user wants: values for cells and stage shapes.

    `values` holds wishes and pins alike; for derived indicators they move a part (§7).
    """

    values: Mapping[Cell, Decimal] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class LeastChange:
    """The targets found, and what has to be said about how."""

    targets: Mapping[Cell, Decimal]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class SearchSpace:
    """What plans that only wish differently have in common: the cells to decide, and the ways.

    `keys` has wholes before parts, and what takes the remainder of a sum after all others. Each
    of the `ways` of satisfying all rules is the constraints of rules, then those of ambitions;
    `cut` says that there are more ways.
    """

    decimals: Mapping[Cell, int]
    order: Mapping[str, int]
    keys: tuple[str, ...]
    ways: tuple[tuple[tuple[Constraint, ...], tuple[Constraint, ...]], ...]
    cut: bool


def search_space(frame: System) -> SearchSpace:
    """Return what plans that only wish differently have in common; wishes, pins and defaults in it make no difference."""
    catalogue = frame.catalogue
    order = {item.id: index for index, item in enumerate(catalogue)}
    keys = tuple(
        sorted(
            frame.measured,
            key=lambda key: (key in frame.remainders, catalogue.depth[key], order[key]),
        )
    )
    decimals = {Cell(key, year): catalogue[key].decimals for key in keys for year in frame.years}
    # Defaults are what the references below stand for; wishes are placed as they are.
    rules = frame.of_scope("target")
    nodes = [rule.node for rule in rules if rule.origin in {"rules", "scenario"}]
    known = frozenset(decimals) | frozenset(frame.baseline.values)
    choices = [list(islice(alternatives(node, known), MOST_WAYS + 1)) for node in nodes]
    ways = list(islice(product(*choices), MOST_WAYS + 1))
    integer_form = IntegerForm(decimals, frame.baseline.levels)

    def constraints(way: Iterable[tuple[Row, ...]], *, ambitious: bool) -> tuple[Constraint, ...]:
        rows = (each for rows in way for row in rows for each in _each_year(row))
        chosen = (row for row in rows if (row.level == "ambition") == ambitious)
        return tuple(part for row in chosen for part in integer_form.constraints(row))

    combined = tuple(
        (constraints(way, ambitious=False), constraints(way, ambitious=True))
        for way in ways[:MOST_WAYS]
    )
    return SearchSpace(decimals, order, keys, combined, len(ways) > MOST_WAYS)


def least_change(system: System, wanted: Wanted, space: SearchSpace | None = None) -> LeastChange:
    """Return the targets of least effort for every indicator that has a baseline."""
    known = space or search_space(system)
    tables = [_Table(system, wanted, known, way) for way in known.ways]
    best = min(tables, key=lambda table: table.effort) if len(tables) > 1 else tables[0]
    findings = list(best.findings)
    if known.cut:
        findings.append(Finding("ways_cut", Obligation.INFO, found=str(MOST_WAYS)))
    return LeastChange(best.targets, tuple(findings))


def alternatives(node: Node, known: frozenset[Cell]) -> Iterator[tuple[Row, ...]]:
    """Yield the sets of rows that each would make a node hold.

    Of the ways to choose from, those that can be judged come before those about figures
    that nobody knows.
    """
    if isinstance(node, Row):
        yield (node,)
    elif isinstance(node, Gap):
        yield ()
    elif isinstance(node, Clause):
        judged = [child for child in node.children if _can_be_judged(child, known)]
        closed = judged if len(judged) >= node.need else list(node.children)
        for chosen in combinations(closed, min(node.need, len(closed))):
            for rows in product(*(list(alternatives(child, known)) for child in chosen)):
                yield tuple(row for part in rows for row in part)


def _can_be_judged(node: Node, known: frozenset[Cell]) -> bool:
    """Whether a way to make a node hold speaks of known figures alone."""
    if isinstance(node, Clause):
        return sum(_can_be_judged(child, known) for child in node.children) >= node.need
    return isinstance(node, Row) and all(cell in known for cell, _ in node.terms)


def _each_year(row: Row) -> Iterator[Row]:
    """Take a bound on an average as one on every year: more than asked, but no zigzag."""
    years = sorted({cell.year for cell in row.subject})
    if len(years) == 1 or len({cell.indicator for cell in row.subject}) > 1:
        yield row
        return
    for year in years:
        terms = tuple(term for term in row.terms if term[0].year == year)
        yield replace(row, terms=terms, bound=row.bound / len(years))


def _at_their_bounds(system: System) -> dict[Cell, Decimal]:
    """Return what is asked for within bounds of indicators that start from nowhere: the bounds."""
    stated = (rule.asked for rule in system.rules if rule.asked and rule.asked.stated)
    return {
        told.cell: told.value
        for told in stated
        if {told.cell.indicator, system.catalogue[told.cell.indicator].num} & system.asked
    }


class _Table:
    """One goal table in the making."""

    def __init__(
        self,
        system: System,
        wanted: Wanted,
        space: SearchSpace,
        way: tuple[tuple[Constraint, ...], ...],
    ) -> None:
        self.system, self.shapes, self.way = system, wanted.shapes, way
        self.base = system.baseline.base_year
        self.catalogue = system.catalogue
        self.resolved = resolve(system, {**_at_their_bounds(system), **wanted.values})
        self.findings = [unplaced(cell, str(v)) for cell, v in self.resolved.unresolved.items()]
        self.keys, self.order, self.space = space.keys, space.order, space
        self.bounds = Bounds(space.decimals, explained=False)
        self.chosen: dict[Cell, Decimal] = {}
        self.wanted = self.resolved.levels
        self._settle()

    @property
    def targets(self) -> dict[Cell, Decimal]:
        return {
            Cell(key, year): self.chosen[Cell(key, year)]
            for key in sorted(self.keys, key=self.order.__getitem__)
            for year in self.system.years
            if Cell(key, year) in self.chosen
        }

    @cached_property
    def effort(self) -> Fraction:
        """Return the relative change of all end-year targets from their baselines."""
        total = Fraction(0)
        for key in self.keys:
            end = self.chosen.get(Cell(key, self.system.years[-1]))
            start = self._baseline(key)
            if end is not None and start is not None:
                total += abs(Fraction(end) - start) / max(start, Fraction(1))
        return total

    # -- wishes --------------------------------------------------------------------------

    def _ratio_wish(self, key: str, year: int) -> tuple[Indicator, Decimal] | None:
        """Return the ratio asked for that this indicator is the numerator of."""
        return self.resolved.ratio_of(key, year, self.system)

    # -- order of work -------------------------------------------------------------------

    def _settle(self) -> None:
        for cell, value in self.wanted.items():
            units = to_units(value, self.catalogue[cell.indicator].decimals)
            self.bounds.fix(cell, units)
        # What is asked for within bounds stands as it was asked, like any wish.
        self.bounds.impose(self._limits())
        # Whoever comes first keeps its ground: rules before ambitions.
        for constraints in self.way:
            self.bounds.impose(constraints)
        end = self.system.years[-1]
        knots = {key: self._knots(key) for key in self.keys}
        for year in (end, *self.system.years[:-1]):
            for key in self.keys:
                if year in knots[key]:
                    self._choose_knot(Cell(key, year))
        for key in self.keys:
            self._fill(key, sorted(knots[key]))

    def _limits(self) -> list[Constraint]:
        """Return what is asked for within bounds, as constraints."""
        rules = (rule for rule in self.system.of_scope("target") if rule.origin == "wish")
        stated = (
            rule for rule in rules if rule.asked is not None and rule.asked.stated is not None
        )
        form = IntegerForm(self.space.decimals, self.system.baseline.levels)
        return [part for rule in stated for row in rule.rows for part in form.constraints(row)]

    def _knots(self, key: str) -> set[int]:
        """Return the years of an indicator that its shape runs between."""
        years = {cell.year for cell in self.wanted if cell.indicator == key}
        years |= {year for year in self.system.years if self._ratio_wish(key, year)}
        whole = self.system.leads(key)
        # With targets of its own it goes its own way to them; a remainder waits for the others.
        if whole and not years and key not in self.system.remainders:
            years |= self._knots(whole)
        if self._baseline(key) is not None:
            years.add(self.system.years[-1])
        return years

    def _baseline(self, key: str) -> Fraction | None:
        return self.system.baseline.exact(key, self.base)

    def _safe_side(self, key: str) -> Rounding:
        return self.catalogue[key].safe_side

    # -- values --------------------------------------------------------------------------

    def _choose_knot(self, cell: Cell) -> None:
        decimals = self.catalogue[cell.indicator].decimals
        if cell in self.wanted:
            self.chosen[cell] = to_grid(self.wanted[cell], decimals)
            return
        forced = self._from_ratio_wish(cell)
        if forced is not None:
            self.bounds.fix(cell, forced)
            self.chosen[cell] = from_units(forced, decimals)
            return
        reference = self._reference(cell)
        if reference is None:
            return
        units = self.bounds.clamp(cell, to_units(reference, decimals))
        self.bounds.fix(cell, units)
        self.chosen[cell] = from_units(units, decimals)

    def _from_ratio_wish(self, cell: Cell) -> int | None:
        wish = self._ratio_wish(*cell)
        if wish is None:
            return None
        item, value = wish
        den = self.chosen.get(Cell(item.den, cell.year))
        if den is None:
            den = self._at_shape(Cell(item.den, cell.year))
        part = numerator(item, self.catalogue, value, den)
        return to_units(part, self.catalogue[cell.indicator].decimals)

    def _at_shape(self, cell: Cell) -> Decimal:
        """Fix an intermediate year of a denominator early, because a ratio there is wished."""
        self._fill(cell.indicator, sorted(self._knots(cell.indicator)))
        return self.chosen[cell]

    def _reference(self, cell: Cell) -> Fraction | None:
        start = self._baseline(cell.indicator)
        before_it = [c for c in self.wanted if c.indicator == cell.indicator and c.year < cell.year]
        if before_it:  # what was reached by then is where it goes on from
            return Fraction(self.wanted[max(before_it, key=lambda c: c.year)])
        whole = self.system.leads(cell.indicator)
        if start is None or not whole:
            return start
        before, now = self._baseline(whole), self.chosen.get(Cell(whole, cell.year))
        return start * Fraction(now) / before if before and now is not None else start

    def _fill(self, key: str, knots: list[int]) -> None:
        """Give the years between knots the values of the stage shape."""
        item = self.catalogue[key]
        shape = self._shape(key)
        start = self.system.baseline.printed(key, self.base)
        points: dict[int, Decimal] = {} if start is None else {self.base: start}
        points.update(
            {year: self.chosen[Cell(key, year)] for year in knots if Cell(key, year) in self.chosen}
        )
        for year in self.system.years:
            cell = Cell(key, year)
            if cell in self.chosen:
                continue
            before = max((known for known in points if known < year), default=None)
            after = min((known for known in points if known > year), default=None)
            if before is None or after is None:
                continue
            left, right = points[before], points[after]
            if shape == "constant" and left != right and not has_constant_rate(shape, left, right):
                self._no_rate(key)
            rounding = self._safe_side(key) if key in self.system.guided else Rounding.HALF
            value = stage(
                shape, left, right, year - before, after - before, item.decimals, rounding
            )
            previous = self.chosen.get(Cell(key, year - 1), left)
            value = min(max(value, min(previous, right)), max(previous, right))
            units = self.bounds.clamp(cell, to_units(value, item.decimals))
            self.bounds.fix(cell, units)
            self.chosen[cell] = from_units(units, item.decimals)

    def _shape(self, key: str) -> Shape:
        """Return an indicator's shape: its own, or that of the whole it follows."""
        if key in self.shapes:
            return self.shapes[key]
        whole = self.system.leads(key)
        return self._shape(whole) if whole else "constant"

    def _no_rate(self, key: str) -> None:
        finding = Finding(
            "shape_without_rate", Obligation.INFO, indicator=key, year=self.base, found="0"
        )
        if finding not in self.findings:
            self.findings.append(finding)
