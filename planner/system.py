"""The system of rows: rules, identities, ambitions, wishes and defaults, all in one place.

Check, plan, workbook and method text all use the rows of a :class:`System`; nothing else in
the package knows what a rule requires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from planner.baseline import Baseline
from planner.benchmarks import Benchmark, BenchmarkBook
from planner.catalogue import Catalogue, Cell, Indicator
from planner.compile import Compiler
from planner.findings import Finding
from planner.grid import step
from planner.rows import Clause, Linear, Node, Row, RuleNode, Sense, every
from planner.rules import Bounded, Scope, Test
from planner.rulesets import RuleSet
from planner.schema import Text

IDENTITY = Text(zh="部分不大于整体", en="Parts within their whole")
AMBITION = Text(zh="情景目标", en="Ambition of the scenario")
WISH = Text(zh="意愿", en="Wish")
KEEP = Text(zh="保持水平或占比", en="Level or share kept")


@dataclass(frozen=True)
class System:
    """Everything a goal table is held against.

    `rules` in the order of the rule set, then identities, ambitions, wishes and defaults;
    `findings` on how the system came about (benchmarks and periods in use); `used` the
    benchmark figures; `measured` the indicators that are decisions; `ruled` those whose own
    level some rule or ambition speaks of, `guided` those it moves, also by way of a ratio.
    """

    catalogue: Catalogue
    baseline: Baseline
    years: tuple[int, ...]
    rules: tuple[RuleNode, ...]
    findings: tuple[Finding, ...] = ()
    used: tuple[Benchmark, ...] = ()
    measured: frozenset[str] = frozenset()
    ruled: frozenset[str] = frozenset()
    guided: frozenset[str] = frozenset()

    def of_scope(self, *scopes: Scope) -> tuple[RuleNode, ...]:
        """Return the rules of some scopes."""
        return tuple(rule for rule in self.rules if rule.scope in scopes)

    def leads(self, key: str) -> str:
        """Return the whole an indicator follows, or nothing if it goes its own way (§7)."""
        whole = self.catalogue[key].follows
        return whole if whole in self.measured and key not in self.ruled else ""


def effective(baseline: Baseline, rules: RuleSet, readings: Mapping[str, str]) -> Baseline:
    """Return the baseline under the definitions that the readings in force give (§5)."""
    changes = {
        item.id: item.readings[readings.get(item.id, item.default)].changes
        for item in rules.record.definitions
    }
    return baseline.under(baseline.catalogue.redefined(changes))


def compile_system(
    baseline: Baseline,
    rules: RuleSet,
    benchmarks: BenchmarkBook,
    readings: Mapping[str, str],
    given: Mapping[Cell, Decimal] | None = None,
    ambitions: Sequence[Test] = (),
    wishes: Mapping[Cell, Decimal] | None = None,
) -> System:
    """Compile the system of rows.

    Parameters
    ----------
    given
        The targets that a goal table holds; None for a plan, which has one for every
        indicator that has a baseline. They decide which ratios are derived (§7), and a rate
        stated there stands in for levels that are not.
    ambitions, wishes
        Tests of a scenario and values for cells, which bind nobody but become rows as well.
    """
    baseline = effective(baseline, rules, readings)
    compiler = Compiler(baseline, rules.record.horizon, benchmarks, readings, given)
    bound = [node for rule in rules.record.rules for node in compiler.rule(rule)]
    bound += _ambitions(compiler, ambitions)
    ruled = _subjects(bound, "level")
    ratios = _subjects(bound, "printed")
    guided = ruled | {baseline.catalogue[key].num for key in ratios}
    system = System(
        baseline.catalogue,
        baseline,
        compiler.years,
        (*bound, *_identities(compiler), *_wishes(compiler, wishes or {})),
        tuple(compiler.findings),
        tuple(dict.fromkeys(compiler.used)),
        compiler.measured,
        ruled,
        guided,
    )
    if given is not None:
        return system
    keeps = tuple(_keeps(compiler, system, wishes or {}))
    return replace(system, rules=(*system.rules, *keeps))


def _subjects(nodes: Iterable[RuleNode], basis: str) -> frozenset[str]:
    """Return the indicators that the rules on targets speak of in rows of one basis."""
    return frozenset(
        row.subject[0].indicator
        for node in nodes
        for row in node.rows
        if node.scope == "target"
        and node.level != "identity"
        and row.basis == basis
        and len(row.subject) == 1
    )


def _identities(compiler: Compiler) -> Iterator[RuleNode]:
    """Yield what the catalogue itself says: parts within wholes, shares within their cap."""
    compiler.level, compiler.rule_id = "identity", ""
    for item in compiler.catalogue:
        if item.part_of and compiler.present(item.id) and compiler.present(item.part_of):
            name, whole = f"part:{item.id}", item.part_of
            limits = [(y, Linear(((Cell(whole, y), Fraction(1)),))) for y in compiler.years]
        elif item.cap is not None and item.id in compiler.measured:
            name, limit = f"cap:{item.id}", Linear((), Fraction(item.cap))
            limits = [(year, limit) for year in compiler.years]
        else:
            continue
        rows = tuple(
            compiler.direct(name, (Cell(item.id, year),), Sense.LE, limit, strict=False)
            for year, limit in limits
        )
        if rows:
            yield RuleNode(name, IDENTITY, "", "identity", "target", every(rows))


def _ambitions(compiler: Compiler, tests: Sequence[Test]) -> Iterator[RuleNode]:
    """Yield the tests of a scenario, which bind nobody."""
    compiler.level = "ambition"
    for number, test in enumerate(tests, 1):
        compiler.rule_id = f"ambition{number}"
        node = compiler.test(test, compiler.rule_id)
        if node is not None:
            yield RuleNode(
                compiler.rule_id, AMBITION, "", "ambition", "target", node, origin="scenario"
            )


def _wishes(compiler: Compiler, values: Mapping[Cell, Decimal]) -> Iterator[RuleNode]:
    """Yield a row for every wish: a measured level exactly, a ratio at least as good.

    A wish for a growth rate is one for the level it leads to and has no row of its own.
    """
    compiler.level = "ambition"
    for cell, value in values.items():
        item = compiler.catalogue[cell.indicator]
        if item.kind == "growth":
            continue
        name, limit = f"wish {cell}", Linear((), Fraction(value))
        node: Node = compiler.direct(name, (cell,), Sense.EQ, limit, strict=False)
        if compiler.derived(item, cell.year):
            lower = item.better == "lower"
            worst = Bounded(at_most=value) if lower else Bounded(at_least=value)
            node = compiler.state(name, (cell,), worst, limit)[0]
        yield RuleNode(name, WISH, "", "ambition", "target", node, origin="wish")


def _keeps(
    compiler: Compiler, system: System, wishes: Mapping[Cell, Decimal]
) -> Iterator[RuleNode]:
    """Yield what an indicator without a rule of its own does by default.

    It keeps its level, or its share to the nearest printable value; where a rule on a ratio
    moves it, it goes no further than that. What somebody wishes for is not kept.
    """
    compiler.level = "ambition"
    end = system.years[-1]
    moved = {part for cell in wishes for part in _moved_by(system.catalogue[cell.indicator])}
    for item in system.catalogue:
        start = system.baseline.exact(item.id, system.baseline.base_year)
        if item.id not in system.measured - system.ruled - moved or start is None:
            continue
        cell, name = Cell(item.id, end), f"keep {item.id}"
        whole = system.leads(item.id)
        before = system.baseline.exact(whole, system.baseline.base_year) if whole else None
        if before:
            share = Linear(((Cell(whole, end), start / before),))
            kept = every(tuple(_nearest(compiler, name, cell, share, item)))
        else:
            kept = compiler.direct(name, (cell,), Sense.EQ, Linear((), start), strict=False)
        forced = tuple(_only_just(row, cell, item) for row in _on_ratios(system, cell))
        node = Clause(1, (kept, *forced)) if forced else kept
        yield RuleNode(name, KEEP, "", "ambition", "target", node, origin="default")


def _on_ratios(system: System, cell: Cell) -> Iterator[Row]:
    """Yield the rows on ratios that a cell is the numerator of."""
    for rule in system.of_scope("target"):
        for row in rule.rows:
            if row.basis in {"printed", "parts"} and row.terms[0][0] == cell:
                yield row


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
    compiler: Compiler, name: str, cell: Cell, value: Linear, item: Indicator
) -> Iterator[Row]:
    """Yield the rows that hold a cell to the printable value nearest to an expression."""
    half = step(item.decimals) / 2
    low, high = Linear(value.terms, -half), Linear(value.terms, half)
    yield compiler.direct(f"{name} low", (cell,), Sense.GE, low, strict=True)
    yield compiler.direct(f"{name} high", (cell,), Sense.LE, high, strict=False)


def _moved_by(item: Indicator) -> set[str]:
    """Return the indicators that a wish for one moves."""
    return {item.id, item.num, item.of} - {""}
