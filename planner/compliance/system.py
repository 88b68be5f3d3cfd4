"""The system of rows: rules, identities and ambitions, all in one place.

Check, plan, workbook and method text all use the rows of a :class:`System`; nothing else in
the package knows what a rule requires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from planner.compliance.compiler import rule_nodes, test_node
from planner.compliance.context import Compilation
from planner.compliance.rows import Linear, Row, RuleNode, Sense, every
from planner.core.findings import Finding
from planner.core.schema import Text
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Catalogue, Cell
from planner.model.rules import Scope, Test, Threshold
from planner.model.rulesets import RuleSet

IDENTITY = Text(zh="部分不大于整体", en="Parts within their whole")
TOTAL = Text(zh="分项合计等于总量", en="Parts adding up to their whole")
AMBITION_ID = "ambition"  # and its number, counted from one
AMBITION = Text(zh="情景目标", en="Ambition of the scenario")


@dataclass(frozen=True)
class System:
    """Everything a goal table is held against.

    `rules` in the order of the rule set, then ambitions and identities; wishes, pins and
    defaults are added by :mod:`planner.compliance.wishes`;
    `findings` on how the system came about (benchmarks and periods in use); `used` the
    benchmark figures; `measured` the indicators that are decisions; `ruled` those whose own
    level some rule or ambition speaks of, `guided` those it moves, also by way of a ratio;
    `asked` those that have no baseline and that somebody asks for all the same.
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
    asked: frozenset[str] = frozenset()

    def of_scope(self, *scopes: Scope) -> tuple[RuleNode, ...]:
        """Return the rules of some scopes."""
        return tuple(rule for rule in self.rules if rule.scope in scopes)

    @cached_property
    def sums(self) -> Mapping[str, str]:
        """Return the whole of every indicator that adds up to it with others."""
        return {cell.indicator: whole for cells, whole in self._totals for cell in cells}

    @cached_property
    def remainders(self) -> frozenset[str]:
        """Return the indicators that take what the others of a sum leave: the last of each."""
        return frozenset(cells[-1].indicator for cells, _ in self._totals)

    @cached_property
    def binding(self) -> Mapping[Cell, tuple[tuple[RuleNode, Row], ...]]:
        """Return by cell the rows of rules on targets that speak of it, each with its rule.

        Neither ambitions nor what can be met in another way.
        """
        found: dict[Cell, list[tuple[RuleNode, Row]]] = {}
        for rule in self.of_scope("target"):
            if rule.is_choice or rule.level == "ambition" or rule.origin != "rules":
                continue
            for row in rule.rows:
                for cell, _ in row.terms:
                    found.setdefault(cell, []).append((rule, row))
        return {cell: tuple(rows) for cell, rows in found.items()}

    @property
    def _totals(self) -> Iterator[tuple[tuple[Cell, ...], str]]:
        for rule in self.of_scope("target"):
            for row in rule.rows:
                one = len(row.limit.terms) == 1 and row.sense is Sense.EQ
                if one and len(row.subject) > 1 and row.subject[-1].year == self.years[-1]:
                    yield row.subject, row.limit.terms[0][0].indicator

    def leads(self, key: str) -> str:
        """Return the whole an indicator follows, or nothing if it goes its own way (§7)."""
        whole = self.catalogue[key].follows or self.sums.get(key, "")
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
    horizon: int | None = None,
    asked: frozenset[str] = frozenset(),
    thresholds: Mapping[str, Threshold] | None = None,
) -> System:
    """Compile the system of rows that stand before anybody wishes for a value.

    Parameters
    ----------
    given
        The targets that a goal table holds; None for a plan, which has one for every
        indicator that has a baseline. They decide which ratios are derived (§7), and a rate
        stated there stands in for levels that are not.
    ambitions
        Tests of a scenario, which bind nobody but become rows as well.
    horizon
        How many years have targets; what the rule set says by default.
    asked
        Indicators without a baseline that somebody asks for: they are decided all the same.
    thresholds
        By rule id, those that the rule set does not know and somebody does.
    """
    baseline = effective(baseline, rules, readings)
    years = horizon or rules.record.horizon
    region = rules.record.region
    known = thresholds or {}
    compilation = Compilation(baseline, years, benchmarks, readings, given, region, known, asked)
    bound = [node for rule in rules.record.rules for node in rule_nodes(compilation, rule)]
    bound += _ambitions(compilation, ambitions)
    ruled = _subjects(bound, "level")
    ratios = _subjects(bound, "printed")
    guided = ruled | {baseline.catalogue[key].num for key in ratios}
    return System(
        baseline.catalogue,
        baseline,
        compilation.years,
        (*bound, *_identities(compilation)),
        (*compilation.findings, *compilation.unused()),
        tuple(dict.fromkeys(compilation.used)),
        compilation.measured,
        ruled,
        guided,
        asked,
    )


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


def _identities(compilation: Compilation) -> Iterator[RuleNode]:
    """Yield what the catalogue itself says: parts within wholes, shares within their cap."""
    compilation.level, compilation.rule_id = "identity", ""
    for item in compilation.catalogue:
        parts = (*item.beside, item.id)
        if item.beside and all(compilation.present(key) for key in (*parts, item.part_of)):
            name = f"sum:{item.part_of}"
            totals = tuple(
                compilation.direct(
                    name,
                    tuple(Cell(key, year) for key in parts),
                    Sense.EQ,
                    Linear(((Cell(item.part_of, year), Fraction(1)),)),
                    strict=False,
                )
                for year in compilation.years
            )
            yield RuleNode(name, TOTAL, "", "identity", "target", every(totals))
        if item.part_of and compilation.present(item.id) and compilation.present(item.part_of):
            name, whole = f"part:{item.id}", item.part_of
            limits = [(y, Linear(((Cell(whole, y), Fraction(1)),))) for y in compilation.years]
        elif item.cap is not None and item.id in compilation.measured:
            name, limit = f"cap:{item.id}", Linear((), Fraction(item.cap))
            limits = [(year, limit) for year in compilation.years]
        else:
            continue
        rows = tuple(
            compilation.direct(name, (Cell(item.id, year),), Sense.LE, limit, strict=False)
            for year, limit in limits
        )
        if rows:
            yield RuleNode(name, IDENTITY, "", "identity", "target", every(rows))


def _ambitions(compilation: Compilation, tests: Sequence[Test]) -> Iterator[RuleNode]:
    """Yield the tests of a scenario, which bind nobody."""
    compilation.level = "ambition"
    for number, test in enumerate(tests, 1):
        compilation.rule_id = f"{AMBITION_ID}{number}"
        node = test_node(compilation, test, compilation.rule_id)
        if node is not None:
            yield RuleNode(
                compilation.rule_id, AMBITION, "", "ambition", "target", node, origin="scenario"
            )
