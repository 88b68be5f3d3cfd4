"""A second solver: rows over whole grid steps, put to z3 in integers of any size.

It is built from the rows alone and shares nothing with the package's own solving, so that
what both say of a table was found twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm

import z3

from planner.compliance.rows import Clause, Gap, Node, Row, Sense
from planner.model.catalogue import Cell

# Steps of z3, some twenty seconds of them, after which a question counts as undecided, which no
# test passes over.
PATIENCE = 100_000_000
Steps = Mapping[Cell, int]


@dataclass(frozen=True)
class Line:
    """``sum(coefficient * steps) >= least`` over whole numbers without a common factor."""

    terms: tuple[tuple[Cell, int], ...]
    least: int

    def short(self, steps: Steps) -> int:
        """Return by how much a point misses it, zero or less where it does not."""
        return self.least - sum(value * steps[cell] for cell, value in self.terms)


@dataclass(frozen=True)
class Want:
    """A number of steps that a cell should have, and what each step away from it costs."""

    units: int
    cost: Fraction


@dataclass(frozen=True)
class Soft:
    """Lines that may be missed at a price: the worst of them, as a share of its own norm."""

    parts: tuple[tuple[Line, int], ...]
    weight: Fraction

    def cost(self, steps: Steps) -> Fraction:
        """Return what missing them costs at a point."""
        return self.weight * max(
            Fraction(0), *(Fraction(line.short(steps), norm) for line, norm in self.parts)
        )


@dataclass(frozen=True)
class Task:
    """What has to hold of some cells and what they should come near to."""

    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    wants: Mapping[Cell, Want] = field(default_factory=dict)
    softs: tuple[Soft, ...] = ()

    @property
    def key(self) -> object:
        """Return what two tasks have in common that are the same."""
        wants = frozenset(self.wants.items())
        return frozenset(self.cells), frozenset(self.lines), wants, frozenset(self.softs)

    def kept(self, steps: Steps) -> bool:
        """Whether all that has to hold does at a point."""
        return all(line.short(steps) <= 0 for line in self.lines)

    def cost(self, steps: Steps) -> Fraction:
        """Return the exact cost of a point."""
        off = (want.cost * abs(steps[cell] - want.units) for cell, want in self.wants.items())
        return sum(off, sum((soft.cost(steps) for soft in self.softs), Fraction(0)))


# -- rows as lines ----------------------------------------------------------------------------


def lines(
    row: Row, decimals: Mapping[Cell, int], known: Mapping[Cell, Fraction]
) -> tuple[Line, ...]:
    """Return a row over whole steps; nothing where a cell is neither decided nor known."""
    coefficients: dict[Cell, Fraction] = {}
    bound = row.bound
    for cell, value in row.terms:
        if cell in decimals:
            share = value / 10 ** decimals[cell]
            coefficients[cell] = coefficients.get(cell, Fraction(0)) + share
        elif cell in known:
            bound -= value * known[cell]
        else:
            return ()
    found = []
    if row.sense is not Sense.LE:
        found.append(_line(coefficients, bound, strict=row.strict))
    if row.sense is not Sense.GE:
        turned = {cell: -value for cell, value in coefficients.items()}
        found.append(_line(turned, -bound, strict=row.strict))
    return tuple(found)


def _line(coefficients: Mapping[Cell, Fraction], bound: Fraction, *, strict: bool) -> Line:
    """Return ``sum >= bound`` (``>`` if strict) in whole numbers."""
    kept = {cell: value for cell, value in coefficients.items() if value}
    scale = lcm(*(value.denominator for value in kept.values()))
    whole = {cell: int(value * scale) for cell, value in kept.items()}
    common = gcd(*whole.values()) or 1
    edge = bound * scale / common
    least = -(-edge.numerator // edge.denominator)
    if strict and least == edge:
        least += 1
    return Line(tuple((cell, value // common) for cell, value in whole.items()), least)


# -- clauses as sets of rows --------------------------------------------------------------------


def ways(node: Node, judged: frozenset[Cell]) -> Iterator[tuple[Row, ...]]:
    """Yield the smallest sets of rows of which one has to hold for a node to hold.

    Rows are taken to hold or not, one after the other, and the children that hold are counted.
    A gap, or a row about cells beyond `judged`, never holds as far as anybody knows; only where
    a node cannot hold without such, they are given the benefit of the doubt.
    """
    known = {leaf: None for leaf in _leaves(node) if isinstance(leaf, Row) and _told(leaf, judged)}
    rows = tuple(known)
    doubtful = frozenset(leaf for leaf in _leaves(node) if leaf not in known)
    for granted in (frozenset(), doubtful):
        found = sorted(_enough(node, granted, rows), key=len)
        least: list[frozenset[Row | Gap]] = []
        for way in found:
            if not any(smaller <= way for smaller in least):
                least.append(way)
                yield tuple(row for row in rows if row in way)
        if found:
            return


def _enough(
    node: Node, held: frozenset[Row | Gap], open_to: tuple[Row, ...]
) -> Iterator[frozenset[Row | Gap]]:
    """Yield sets with which a node holds, the smallest ones among them."""
    if holds(node, held):
        yield held
    elif open_to and holds(node, held.union(open_to)):
        first, *rest = open_to
        yield from _enough(node, held | {first}, tuple(rest))
        yield from _enough(node, held, tuple(rest))


def holds(node: Node, held: frozenset[Row | Gap]) -> bool:
    """Whether a node holds when just these rows do: at least as many children as it needs."""
    if isinstance(node, Clause):
        return sum(holds(child, held) for child in node.children) >= node.need
    return node in held


def _leaves(node: Node) -> Iterator[Row | Gap]:
    if isinstance(node, Clause):
        for child in node.children:
            yield from _leaves(child)
    else:
        yield node


def _told(row: Row, judged: frozenset[Cell]) -> bool:
    return all(cell in judged for cell, _ in row.terms)


# -- questions ---------------------------------------------------------------------------------


class UndecidedError(Exception):
    """The solver gave up."""


def point(wanted: Iterable[Line]) -> Steps | None:
    """Return steps of zero or more that keep all lines, or None where there are none."""
    kept = list(wanted)
    if any(line.least > 0 for line in kept if not line.terms):
        return None
    solver = _Solver(cell for line in kept for cell, _ in line.terms)
    for line in kept:
        solver.keep(line)
    return solver.point()


def nearer(tasks: Iterable[Task], start: Steps, most: Fraction, *, fine: Fraction) -> Steps | None:
    """Return a point of any task that costs less than `most` by more than `fine`, or None.

    `start` keeps one of the tasks at that cost: whatever of it cannot be had for less is as
    dear in all others that have the same part.
    """
    tasks = list(tasks)
    least: dict[object, Fraction] = {}
    for task in tasks:
        if task.kept(start) and task.cost(start) <= most:
            parts = list(_apart(task))
            for part in parts:
                cost = part.cost(start)
                found = _nearer(part, cost - fine / len(parts))
                if found is not None:
                    return {**start, **found}
                least[part.key] = cost
    for task in tasks:
        parts = list(_apart(task))
        spent = sum((least.get(part.key, Fraction(0)) for part in parts), Fraction(0))
        rest = [part for part in parts if part.key not in least]
        if rest:
            found = _nearer(_together(rest), most - fine - spent)
            if found is not None:
                return found
    return None


def least_cost(task: Task, start: Steps, *, fine: Fraction) -> Fraction:
    """Return the least cost of a task to within `fine`, beginning from a point that keeps it."""
    parts = list(_apart(task))
    return sum((_least(part, start, fine / len(parts)) for part in parts), Fraction(0))


def _least(task: Task, start: Steps, fine: Fraction) -> Fraction:
    """Halve what is left between a cost that is reached and one that is not."""
    reached, missed = task.cost(start), Fraction(0)
    asked = reached - fine  # as a rule the point is the nearest already
    while reached > 0 and asked > missed:
        steps = _nearer(task, asked)
        if steps is None:
            missed = asked
        else:
            reached = task.cost(steps)
        asked = (reached + missed) / 2 if reached - missed > fine else missed
    return reached


def _nearer(task: Task, most: Fraction) -> Steps | None:
    """Return a point that costs no more than `most`, or None."""
    if most < 0:
        return None
    solver = _Solver(task.cells)
    for line in task.lines:
        solver.keep(line)
    prices = []
    for cell, want in task.wants.items():
        reach = int(most / want.cost)
        solver.keep(Line(((cell, 1),), want.units - reach))
        solver.keep(Line(((cell, -1),), -want.units - reach))
        prices.append((solver.away(cell, want.units), want.cost))
    prices += [(solver.missed(soft), soft.weight) for soft in task.softs]
    solver.spend(prices, most)
    return solver.point()


class _Solver:
    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = {cell: z3.Int(str(cell)) for cell in cells}
        self.solver = z3.SimpleSolver()
        self.solver.set("rlimit", PATIENCE)
        self.solver.set("arith.solver", 6)  # simplex and cuts: steadier here than the default
        for known in self.cells.values():
            self.solver.add(known >= 0)

    def _sum(self, line: Line) -> z3.ArithRef:
        return z3.Sum([value * self.cells[cell] for cell, value in line.terms])

    def keep(self, line: Line) -> None:
        self.solver.add(self._sum(line) >= line.least)

    def away(self, cell: Cell, units: int) -> z3.ArithRef:
        """Return a number no smaller than the steps between a cell and a value."""
        off = z3.Int(f"off {cell}")
        self.solver.add(off >= self.cells[cell] - units, off >= units - self.cells[cell])
        return off

    def missed(self, soft: Soft) -> z3.ArithRef:
        """Return a number no smaller than the worst miss."""
        share = z3.FreshReal("missed")
        self.solver.add(share >= 0)
        for line, norm in soft.parts:
            self.solver.add(share * norm >= line.least - self._sum(line))
        return share

    def spend(self, prices: Sequence[tuple[z3.ArithRef, Fraction]], most: Fraction) -> None:
        scale = lcm(most.denominator, *(price.denominator for _, price in prices))
        total = z3.Sum([int(price * scale) * amount for amount, price in prices])
        self.solver.add(total <= int(most * scale))

    def point(self) -> Steps | None:
        answer = self.solver.check()
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            raise UndecidedError(self.solver.reason_unknown())
        model = self.solver.model()
        return {
            cell: model.eval(name, model_completion=True).as_long()
            for cell, name in self.cells.items()
        }


def _together(parts: Sequence[Task]) -> Task:
    return Task(
        tuple(cell for part in parts for cell in part.cells),
        tuple(line for part in parts for line in part.lines),
        {cell: want for part in parts for cell, want in part.wants.items()},
        tuple(soft for part in parts for soft in part.softs),
    )


def _apart(task: Task) -> Iterator[Task]:
    """Yield the parts of a task that share no cell."""
    leader = {cell: cell for cell in task.cells}

    def find(cell: Cell) -> Cell:
        while leader[cell] != cell:
            cell = leader[cell]
        return cell

    groups = [[cell for cell, _ in line.terms] for line in task.lines]
    groups += [[cell for line, _ in soft.parts for cell, _ in line.terms] for soft in task.softs]
    for group in groups:
        for cell in group[1:]:
            leader[find(cell)] = find(group[0])
    for home in dict.fromkeys(map(find, task.cells)):
        cells = tuple(cell for cell in task.cells if find(cell) == home)
        yield Task(
            cells,
            tuple(line for line in task.lines if line.terms and line.terms[0][0] in cells),
            {cell: task.wants[cell] for cell in cells if cell in task.wants},
            tuple(soft for soft in task.softs if soft.parts[0][0].terms[0][0] in cells),
        )
