"""Wishes: what somebody asks for, and what stands where nobody asks, as rows.

A wish, a pin and a default become rows like those of any rule, so that they are judged,
repaired and explained in the same way. A wish for a growth rate is one for the level it leads
to; one for a derived ratio moves the part that is a decision (§7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.compliance.context import Compilation
from planner.compliance.rows import Asked, Clause, Linear, Node, Row, RuleNode, Sense, every
from planner.compliance.system import System
from planner.core.rounding import Rounding, from_units, growth_factor, step, to_grid
from planner.core.schema import Text
from planner.model.benchmarks import BenchmarkBook
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.rules import Bounded
from planner.model.stated import Stated

WISH = Text(zh="意愿", en="Wish")
PIN = Text(zh="固定", en="Pin")
KEEP = Text(zh="保持水平或占比", en="Level or share kept")


@dataclass(frozen=True)
class Limit:
    """A target within bounds: the cell, how it was stated, and the levels it comes to."""

    cell: Cell
    stated: Stated
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Resolved:
    """Values asked for, placed on what is decided.

    `levels` of measured cells, `source` naming the growth rate some of them come from;
    `ratios` that are derived; `rates` the levels of growth rates that a level asked for goes
    before; `unresolved` what can be placed nowhere.
    """

    levels: Mapping[Cell, Decimal]
    ratios: Mapping[Cell, Decimal]
    source: Mapping[Cell, Cell]
    rates: Mapping[Cell, tuple[Cell, Decimal]]
    unresolved: Mapping[Cell, Decimal]

    def ratio_of(self, key: str, year: int, frame: System) -> tuple[Indicator, Decimal] | None:
        """Return the ratio asked for that an indicator is the numerator of."""
        if not self.ratios:
            return None
        for cell, value in self.ratios.items():
            item = frame.catalogue[cell.indicator]
            if cell.year == year and item.num == key:
                return item, value
        return None


def resolve(frame: System, values: Mapping[Cell, Decimal]) -> Resolved:
    """Place values asked for on measured cells, earlier years first."""
    levels: dict[Cell, Decimal] = {}
    ratios: dict[Cell, Decimal] = {}
    source: dict[Cell, Cell] = {}
    rates: dict[Cell, tuple[Cell, Decimal]] = {}
    unresolved: dict[Cell, Decimal] = {}
    levels.update((cell, v) for cell, v in values.items() if cell.indicator in frame.measured)
    for cell, value in sorted(values.items(), key=lambda item: item[0].year):
        item = frame.catalogue[cell.indicator]
        if cell in levels:
            continue
        if item.kind == "growth":
            target = Cell(item.of, cell.year)
            level = _level_for(frame, item, cell.year, value, levels)
            if level is None:
                unresolved[cell] = value
            elif target in levels:
                rates[cell] = (target, level)
            else:
                levels[target] = level
                source[target] = cell
        elif item.kind == "ratio" and {item.num, item.den} <= frame.measured:
            ratios[cell] = value
        else:
            unresolved[cell] = value
    return Resolved(levels, ratios, source, rates, unresolved)


def _level_for(
    frame: System, item: Indicator, year: int, rate: Decimal, levels: Mapping[Cell, Decimal]
) -> Decimal | None:
    """Return the level that a growth rate leads to, rounded to the safe side."""
    base = frame.baseline.base_year
    start = max(base, year - item.periods)
    known: Fraction | Decimal | None = frame.baseline.exact(item.of, base)
    if start != base:
        known = levels.get(Cell(item.of, start))
    if known is None or item.of not in frame.measured:
        return None
    level = Fraction(known) * growth_factor(rate, item.periods)
    for past in range(year - item.periods + 1, base + 1):
        factor = frame.baseline.yearly_factor(item.of, past)
        if not factor:
            return None
        level /= factor
    whole = frame.catalogue[item.of]
    return to_grid(level, whole.decimals, whole.safe_side)


def numerator(
    item: Indicator, catalogue: Catalogue, ratio: Decimal, whole: Fraction | Decimal
) -> Decimal:
    """Return the printable numerator next to a ratio asked for: the first of :func:`numerators`."""
    return numerators(item, catalogue, ratio, whole)[0]


def numerators(
    item: Indicator, catalogue: Catalogue, ratio: Decimal, whole: Fraction | Decimal
) -> tuple[Decimal, ...]:
    """Return the printable numerators that do for a ratio asked for, the best first.

    The next one on the ratio's safe side, unless it prints as another ratio and the one before it
    just as was asked for: what is read off a goal table leads back to it.
    """
    scale, decimals = Fraction(item.scale), catalogue[item.num].decimals
    safe = to_grid(Fraction(ratio) * Fraction(whole) / scale, decimals, item.safe_side)
    if not whole or item.safe_side is Rounding.HALF:
        return (safe,)
    before = safe - from_units(1 if item.safe_side is Rounding.UP else -1, decimals)

    def told(part: Decimal) -> Decimal:
        return to_grid(Fraction(part) * scale / Fraction(whole), item.decimals)

    return (before, safe) if told(safe) != ratio and told(before) == ratio else (safe,)


def with_wishes(
    frame: System,
    values: Mapping[Cell, Decimal],
    pinned: AbstractSet[Cell] = frozenset(),
    given: Mapping[Cell, Decimal] | None = None,
    limits: Sequence[Limit] = (),
) -> System:
    """Return a system with rows for wishes and pins, and for what is kept where nobody asks.

    Parameters
    ----------
    frame
        The system of rules, identities and ambitions.
    values
        What is asked for, as it can be printed; `pinned` says which of them are pins.
    given
        The goal table, where somebody else made it: nothing is kept by default then.
    limits
        What is asked for within bounds.
    """
    compilation = Compilation(
        frame.baseline, len(frame.years), BenchmarkBook(), {}, given, asked=frame.asked
    )
    asked = (*_asked(compilation, frame, values, pinned), *_limited(compilation, frame, limits))
    system = replace(frame, rules=(*frame.rules, *asked))
    if given is not None:
        return system
    moved = {*values, *(limit.cell for limit in limits)}
    return replace(system, rules=(*system.rules, *_keeps(compilation, system, moved)))


def _asked(
    compilation: Compilation,
    frame: System,
    values: Mapping[Cell, Decimal],
    pinned: AbstractSet[Cell],
) -> Iterator[RuleNode]:
    """Yield a row for every wish and pin.

    A measured level is to be met exactly, a ratio to the printable value of its numerator that
    is next to it on the safe side.
    """
    compilation.level = "ambition"
    resolved = resolve(frame, values)
    levels = [(resolved.source.get(cell, cell), cell, v) for cell, v in resolved.levels.items()]
    levels += [(source, cell, value) for source, (cell, value) in resolved.rates.items()]
    for source, cell, value in levels:
        pin = source in pinned
        name = f"{'pin' if pin else 'wish'} {source}"
        limit = Linear((), Fraction(value))
        node: Node = compilation.direct(name, (cell,), Sense.EQ, limit, strict=False)
        yield _told(name, node, source, values[source], pin=pin)
    for cell, value in resolved.ratios.items():
        pin = cell in pinned
        name = f"{'pin' if pin else 'wish'} {cell}"
        item = compilation.catalogue[cell.indicator]
        node = every(tuple(_held(compilation, name, cell, item, value)))
        yield _told(name, node, cell, value, pin=pin)


def _limited(
    compilation: Compilation, frame: System, limits: Sequence[Limit]
) -> Iterator[RuleNode]:
    """Yield a rule for every target within bounds: a row for each bound, two for a derived ratio."""
    compilation.level = "ambition"
    for limit in limits:
        cell, item = limit.cell, frame.catalogue[limit.cell.indicator]
        name = f"wish {cell}"
        rows: list[Node] = []
        for sense, bound in ((Sense.GE, limit.low), (Sense.LE, limit.high)):
            placed = None if bound is None else _placed(frame, item, cell, bound)
            if placed is not None:
                at, level = placed
                floor = sense is Sense.GE
                exact = Linear((), level)
                anything = Bounded(at_least=Decimal(0))  # which way is said by `floor`
                rows += compilation.state(name, (at,), anything, exact, floor=floor)
                if limit.stated.measure in YEARLY and limit.stated.relation != "about":
                    rows += _steps(compilation, name, limit, sense)
        if rows:
            value = limit.low if limit.low is not None else limit.high or Fraction(0)
            shown = to_grid(value, item.decimals, item.safe_side)
            asked = Asked(cell, shown, limit.stated)
            yield RuleNode(
                name, WISH, "", "ambition", "target", every(tuple(rows)), origin="wish", asked=asked
            )


YEARLY = {"added_yearly", "points_yearly"}


def _steps(compilation: Compilation, name: str, limit: Limit, sense: Sense) -> Iterator[Row]:
    """Yield what is to be added in each year, where every one of them is spoken of."""
    number = limit.stated.low if sense is Sense.GE else limit.stated.high or limit.stated.low
    for year in range(compilation.base + 1, limit.cell.year + 1):
        cell, before = Cell(limit.cell.indicator, year), Cell(limit.cell.indicator, year - 1)
        if cell.indicator in compilation.measured:
            step_up = Linear(((before, Fraction(1)),), Fraction(number))
            yield compilation.direct(name, (cell,), sense, step_up, strict=False)


def _placed(
    frame: System, item: Indicator, cell: Cell, bound: Fraction
) -> tuple[Cell, Fraction] | None:
    """Return the cell that a bound is about and the bound on it; a growth rate's is on a level."""
    if item.kind != "growth":
        known = cell.indicator in frame.measured or {item.num, item.den} <= frame.measured
        return (cell, bound) if known else None
    rate = Decimal(bound.numerator) / Decimal(bound.denominator)
    level = _level_for(frame, item, cell.year, rate, {})
    return None if level is None else (Cell(item.of, cell.year), Fraction(level))


def _told(name: str, node: Node, cell: Cell, value: Decimal, *, pin: bool) -> RuleNode:
    title, origin = (PIN, "pin") if pin else (WISH, "wish")
    asked = Asked(cell, value)
    return RuleNode(name, title, "", "ambition", "target", node, origin=origin, asked=asked)  # type: ignore[arg-type]


def _held(
    compilation: Compilation, name: str, cell: Cell, item: Indicator, value: Decimal
) -> Iterator[Row]:
    """Yield the rows that hold a ratio to the value asked for.

    It is to be printed as asked for, or else, where the numerator's steps are too coarse for
    that, to be the printable value next to it on the safe side.
    """
    one = step(compilation.catalogue[item.num].decimals) * Fraction(item.scale)
    half = step(item.decimals) / 2
    coarse = half * (compilation.baseline.exact(item.den, compilation.base) or 0) < one
    side = item.safe_side
    # How far numerator times scale may be from value times denominator: a share of the
    # denominator, a constant, and whether it has to stay short of that.
    printed_low, printed_high = (half, Fraction(0), False), (half, Fraction(0), True)
    within = one / 2 if side is Rounding.HALF else one
    low = printed_low if side is Rounding.UP or not coarse else (Fraction(0), within, True)
    strict_high = side is not Rounding.HALF  # halves go away from zero
    beyond = (Fraction(0), within, strict_high)
    high = printed_high if side is Rounding.DOWN or not coarse else beyond
    for sense, (share, constant, strict) in ((Sense.GE, low), (Sense.LE, high)):
        limit = Linear((), Fraction(value))
        row = compilation.state(name, (cell,), Bounded(at_least=value), limit)[-1]
        if isinstance(row, Row):
            away = -sense.sign
            terms = tuple(
                (other, coefficient - away * share if other.indicator == item.den else coefficient)
                for other, coefficient in row.terms
            )
            bound = away * constant
            yield replace(row, terms=terms, sense=sense, bound=bound, strict=strict)


def _keeps(
    compilation: Compilation, system: System, wishes: AbstractSet[Cell]
) -> Iterator[RuleNode]:
    """Yield what an indicator without a rule of its own does by default.

    It keeps its level, or its share to the nearest printable value; where a rule on a ratio
    moves it, it goes no further than that. What somebody wishes for is not kept.
    """
    compilation.level = "ambition"
    end = system.years[-1]
    moved = {part for cell in wishes for part in _moved_by(system.catalogue[cell.indicator])}
    on_ratios = _on_ratios(system)
    for item in system.catalogue:
        start = system.baseline.exact(item.id, system.baseline.base_year)
        if item.id not in system.measured - system.ruled - moved or start is None:
            continue
        cell, name = Cell(item.id, end), f"keep {item.id}"
        whole = system.leads(item.id)
        before = system.baseline.exact(whole, system.baseline.base_year) if whole else None
        if before:
            share = Linear(((Cell(whole, end), start / before),))
            kept = every(tuple(_nearest(compilation, name, cell, share, item)))
        else:
            kept = compilation.direct(name, (cell,), Sense.EQ, Linear((), start), strict=False)
        forced = tuple(_only_just(row, cell, item) for row in on_ratios.get(cell, ()))
        node = Clause(1, (kept, *forced)) if forced else kept
        yield RuleNode(name, KEEP, "", "ambition", "target", node, origin="default")


def _on_ratios(system: System) -> Mapping[Cell, list[Row]]:
    """Return the rows on ratios by the cell that is the numerator."""
    rows: dict[Cell, list[Row]] = {}
    for rule in system.of_scope("target"):
        for row in rule.rows:
            if row.basis in {"printed", "parts"}:
                rows.setdefault(row.terms[0][0], []).append(row)
    return rows


def _only_just(row: Row, cell: Cell, item: Indicator) -> Row:
    """Turn a bound into its edge: one grid step back and it would not hold."""
    one = row.terms[0][1] * step(item.decimals) * row.sense.sign
    turned = Sense.LE if row.sense is Sense.GE else Sense.GE
    return replace(
        row,
        name=f"keep {cell.indicator}: {row.name}",
        level="ambition",
        sense=turned,
        bound=row.bound + one,
        strict=not row.strict,
    )


def _nearest(
    compilation: Compilation, name: str, cell: Cell, value: Linear, item: Indicator
) -> Iterator[Row]:
    """Yield the rows that hold a cell to the printable value nearest to an expression."""
    half = step(item.decimals) / 2
    low, high = Linear(value.terms, -half), Linear(value.terms, half)
    yield compilation.direct(f"{name} low", (cell,), Sense.GE, low, strict=True)
    yield compilation.direct(f"{name} high", (cell,), Sense.LE, high, strict=False)


def _moved_by(item: Indicator) -> set[str]:
    """Return the indicators that a wish for one moves."""
    return {item.id, item.num, item.of} - {""}
