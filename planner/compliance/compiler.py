"""Compile: the tests of a rule file to named linear rows.

This is the one place where the words of a rule become arithmetic; :mod:`planner.compliance.system`
puts the rows of all rules together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from planner.compliance.rates import past_rate, rate_row, stated_rate
from planner.compliance.rows import (
    PARTS,
    Clause,
    Gap,
    Linear,
    Node,
    RateView,
    Row,
    RuleNode,
    Sense,
    every,
)
from planner.core.findings import Finding
from planner.core.rounding import Rounding, growth_factor, on_grid, step, to_grid
from planner.core.schema import Text
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Cell, Indicator
from planner.model.rules import (
    BenchmarkRef,
    Bounded,
    Level,
    LevelTest,
    RateTest,
    Rule,
    Scope,
    StepTest,
    Test,
)
from planner.model.rulesets import benchmark_target, load_rules


@dataclass
class Compiler:
    """Turns rules into nodes for one baseline, collecting what has to be said on the way."""

    baseline: Baseline
    horizon: int
    benchmarks: BenchmarkBook
    readings: Mapping[str, str]
    given: Mapping[Cell, Decimal] | None
    findings: list[Finding] = field(default_factory=list)
    used: list[Benchmark] = field(default_factory=list)
    level: Level = "statutory"
    rule_id: str = ""
    names: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.base = self.baseline.base_year
        self.years = tuple(range(self.base + 1, self.base + self.horizon + 1))
        self.catalogue = self.baseline.catalogue
        wanted = {cell.indicator for cell in self.given or ()}
        self.measured = frozenset(
            item.id
            for item in self.catalogue
            if item.kind != "growth"
            and item.goal
            and not self.derived(item, self.years[-1])
            and (self.known(item.id) or item.id in wanted)
        )

    def known(self, key: str) -> bool:
        """Whether an indicator has a baseline."""
        return self.baseline.exact(key, self.base) is not None

    def present(self, key: str) -> bool:
        """Whether an indicator has a baseline or a given target."""
        return self.known(key) or any(cell.indicator == key for cell in self.given or ())

    def derived(self, item: Indicator, year: int) -> bool:
        """Whether a ratio follows from its parts in a year (§7)."""
        if item.kind != "ratio":
            return False
        if year <= self.base:
            return self.baseline.derived(item, year)
        if self.given is None:
            return self.baseline.derived(item, self.base)
        return {Cell(item.num, year), Cell(item.den, year)} <= self.given.keys()

    # -- rules ---------------------------------------------------------------------------

    def rule(self, rule: Rule) -> Iterator[RuleNode]:
        """Yield a rule for each of its scopes, under the reading in force."""
        reading, test = rule.under(self.readings)
        title = rule.readings[reading].title if reading else None
        for scope in rule.scope:
            if test.standard:
                yield from self._standard(rule, test, scope, reading, title)
                continue
            self.level, self.rule_id = rule.level, rule.id
            node = self.test(test, rule.id)
            if node is not None:
                yield RuleNode(
                    rule.id, rule.title, rule.quote, rule.level, scope, node, reading, title
                )

    def _standard(
        self, rule: Rule, test: Test, scope: Scope, reading: str, title: Text | None
    ) -> Iterator[RuleNode]:
        standard = test.standard
        if standard is None:
            return
        for inner in load_rules(standard.rules).record.rules:
            if standard.scope not in inner.scope:
                continue
            renamed = inner.model_copy(update={"id": f"{rule.id}/{inner.id}", "scope": (scope,)})
            for node in self.rule(renamed):
                yield replace(node, reading=reading, reading_title=title, stand_in=standard.rules)

    def test(self, test: Test, name: str) -> Node | None:
        """Compile a test, or None where there is nothing to hold."""
        if test.all_of:
            return _group(self._inner(test.all_of, name), None)
        if test.any_of:
            return _group(self._ways(test.any_of, name), 1)
        if test.m_of:
            return _group(self._ways(test.m_of.tests, name), test.m_of.need)
        if test.level:
            return self.level_test(test.level, name)
        if test.growth or test.decline:
            inner = test.growth or test.decline
            return self.rate_test(inner, name, decline=test.growth is None)  # type: ignore[arg-type]
        if test.step:
            return self.step_test(test.step, name)
        return self.shape_test(test, name)

    def _inner(self, tests: tuple[Test, ...], name: str) -> list[Node | None]:
        return [self.test(test, name) for test in tests]

    def _ways(self, tests: tuple[Test, ...], name: str) -> list[Node]:
        """Compile tests to choose from; one about nothing the cluster reports stays unknown."""
        return [self.test(test, name) or self._nothing(test, name) for test in tests]

    def _nothing(self, test: Test, name: str) -> Gap:
        names = (test.part.of,) if test.part else test.sum.parts if test.sum else ()
        cells = tuple(Cell(key, self.years[-1]) for key in names)
        missing = tuple(Cell(key, self.base) for key in names)
        return Gap(self.row_name(name, cells), self.level, "data", cells, missing)

    # -- bounds --------------------------------------------------------------------------

    def amount(self, bounded: Bounded, year: int, *, per_year: bool) -> Fraction | Gap:
        """Return the bound as a number, or the gap that stands where it is unknown."""
        amount = bounded.amount
        if isinstance(amount, Decimal):
            return Fraction(amount)
        if not isinstance(amount, BenchmarkRef):
            return Gap("", self.level, "threshold", ())
        figure, doubts = self.benchmarks.choose(amount.ids, self.base, self.catalogue)
        target = benchmark_target(amount.ids[0], self.catalogue)
        for doubt in doubts:
            named = replace(doubt, rule=self.rule_id, indicator=target[0] if target else "")
            if named not in self.findings:
                self.findings.append(named)
        if figure is None:
            return Gap("", self.level, "benchmark", ())
        self.used.append(figure)
        return Fraction(figure.yearly) if per_year else figure.level(year)

    # -- kinds of test -------------------------------------------------------------------

    def level_test(self, test: LevelTest, name: str) -> Node | None:
        """Compile a level against its bound, for each of its years or their average."""
        years: dict[str, tuple[int, ...]] = {
            "base": (self.base,),
            "end": self.years[-1:],
            "each_past": tuple(range(self.base - test.years + 1, self.base + 1)),
            "average_past": tuple(range(self.base - test.years + 1, self.base + 1)),
            "each_target": self.years,
            "average_target": self.years,
        }
        spans = (
            [years[test.at]] if test.at.startswith("average") else [(y,) for y in years[test.at]]
        )
        nodes: list[Node] = []
        for span in spans:
            cells = tuple(Cell(key, year) for key in test.indicators for year in span)
            amount = self.amount(test, span[-1], per_year=False)
            if isinstance(amount, Gap):
                nodes.append(replace(amount, name=self.row_name(name, cells), subject=cells))
            elif len(span) > 1 and (parts := self._underived(cells)):
                # The average of percentages is nobody's percentage (§7).
                row = self.row_name(name, cells)
                nodes.append(Gap(row, self.level, "data", cells, parts))
            else:
                nodes += self.state(name, cells, test, Linear((), amount * len(span)), len(span))
        return _group(nodes, None)

    def rate_test(self, test: RateTest, name: str, *, decline: bool) -> Node | None:
        """Compile a rate as compound growth from a start (§3)."""
        amount = self.amount(test, self.years[-1], per_year=True)
        end = Cell(test.of, self.base if test.over == "past" else self.years[-1])
        if isinstance(amount, Gap):
            return replace(amount, name=self.row_name(name, (end,)), subject=(end,))
        rate = -amount if decline else amount
        floor = test.floor != decline
        if test.over == "past":
            return past_rate(self, test, name, amount, rate, floor=floor, decline=decline)
        stated = stated_rate(self, test)
        if stated is not None:
            return rate_row(self, test, name, amount, rate, *stated, floor=floor, decline=decline)
        if self.baseline.exact(test.of, self.base) == 0:
            return Gap(
                self.row_name(name, (end,)),
                self.level,
                "zero_base",
                (end,),
                (Cell(test.of, self.base),),
            )
        if test.timing == "average":
            pairs = [(self.base, self.years[-1])]
        elif test.timing == "path":
            pairs = [(self.base, year) for year in self.years]
        else:
            pairs = [(year - 1, year) for year in self.years]
        nodes: list[Node] = []
        for start, year in pairs:
            factor = growth_factor(rate, year - start)
            limit = Linear(((Cell(test.of, start), factor),))
            view = RateView(to_grid(amount, 2), year - start, decline, "plan", start)
            nodes += self.state(name, (Cell(test.of, year),), test, limit, floor=floor, rate=view)
        return _group(nodes, None)

    def step_test(self, test: StepTest, name: str) -> Node | None:
        """Compile the change from one year to the next."""
        amount = self.amount(test, self.years[-1], per_year=False)
        years = self.years
        if test.over == "past":
            years = tuple(range(self.base - len(self.years) + 2, self.base + 1))
        nodes: list[Node] = []
        for year in years:
            cell = Cell(test.of, year)
            if isinstance(amount, Gap):
                nodes.append(replace(amount, name=self.row_name(name, (cell,)), subject=(cell,)))
            else:
                limit = Linear(((Cell(test.of, year - 1), Fraction(1)),), amount)
                nodes += self.state(name, (cell,), test, limit)
        return _group(nodes, None)

    def shape_test(self, test: Test, name: str) -> Node | None:
        """Compile parts and sums, which bind the base year and every target."""
        part, total = test.part, test.sum
        names = (part.of, part.whole) if part else (*total.parts, total.whole) if total else ()
        if not any(self.present(key) for key in names):
            return None  # nothing to hold: indicators the cluster does not report
        nodes: list[Node] = []
        for year in (self.base, *self.years):
            cells = tuple(Cell(key, year) for key in names[:-1])
            limit = Linear(((Cell(names[-1], year), Fraction(1)),))
            sense = Sense.LE if part else Sense.EQ
            nodes.append(self.direct(name, cells, sense, limit, strict=False))
        return _group(nodes, None)

    # -- rows ----------------------------------------------------------------------------

    def state(
        self,
        name: str,
        cells: tuple[Cell, ...],
        bounded: Bounded,
        limit: Linear,
        count: int = 1,
        *,
        floor: bool | None = None,
        rate: RateView | None = None,
    ) -> list[Node]:
        """State that the sum of cells is bounded by a linear expression.

        A derived ratio gives two rows, since it must hold as it is printed and as recomputed
        from its printed parts (§2).
        """
        sense = Sense.GE if (bounded.floor if floor is None else floor) else Sense.LE
        item = self.catalogue[cells[0].indicator]
        if len({cell.indicator for cell in cells}) > 1 or not all(
            self.derived(item, cell.year) for cell in cells
        ):
            return [self.direct(name, cells, sense, limit, strict=bounded.strict, rate=rate)]
        missing = tuple(cell for cell, _ in limit.terms if self.baseline.exact(*cell) is None)
        if missing:
            return [Gap(self.row_name(name, cells), self.level, "data", cells, missing)]
        exact, printed = limit.constant, limit.constant
        for cell, coefficient in limit.terms:
            exact += coefficient * (self.baseline.exact(*cell) or 0)
            printed += coefficient * Fraction(self.baseline.printed(*cell) or 0)
        parts = self._ratio(item, cells, exact / count)
        rows = [
            Row(
                self.row_name(name, cells, PARTS),
                self.level,
                parts,
                sense,
                Fraction(0),
                bounded.strict,
                cells,
                limit,
                "parts",
                rate,
                bounded.strict,
            )
        ]
        if count == 1:
            bound, strict = _rounds_to(printed, item.decimals, sense, strict=bounded.strict)
            rows.insert(
                0,
                Row(
                    self.row_name(name, cells),
                    self.level,
                    self._ratio(item, cells, bound),
                    sense,
                    Fraction(0),
                    strict,
                    cells,
                    limit,
                    "printed",
                    rate,
                    bounded.strict,
                ),
            )
        return list(rows)

    def _underived(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return the parts that are missing for ratios to be averaged by."""
        return tuple(
            Cell(part, cell.year)
            for cell in cells
            for item in [self.catalogue[cell.indicator]]
            if item.kind == "ratio" and not self.derived(item, cell.year)
            for part in (item.num, item.den)
        )

    def row_name(self, rule: str, cells: tuple[Cell, ...], more: str = "") -> str:
        """Return a name no other row has: the rule and the cells it speaks of."""
        name = f"{rule}: " + "+".join(map(str, cells)) + more
        self.names[name] += 1
        return name if self.names[name] == 1 else f"{name} #{self.names[name]}"

    def _past_ratio(self, cell: Cell) -> Fraction | None:
        """Return a ratio of the past as printed, where it follows from its parts."""
        if cell.year > self.base or not self.derived(self.catalogue[cell.indicator], cell.year):
            return None
        printed = self.baseline.printed(*cell)
        return None if printed is None else Fraction(printed)

    def _ratio(
        self, item: Indicator, cells: tuple[Cell, ...], bound: Fraction
    ) -> tuple[tuple[Cell, Fraction], ...]:
        scale = Fraction(item.scale)
        terms = [(Cell(item.num, cell.year), scale) for cell in cells]
        terms += [(Cell(item.den, cell.year), -bound) for cell in cells]
        return tuple(terms)

    def direct(
        self,
        name: str,
        cells: tuple[Cell, ...],
        sense: Sense,
        limit: Linear,
        *,
        strict: bool,
        rate: RateView | None = None,
    ) -> Row:
        """State a row over measured cells as it is."""
        terms = [(cell, Fraction(1)) for cell in cells]
        constant = limit.constant
        for cell, coefficient in limit.terms:
            known = self._past_ratio(cell)
            if known is None:
                terms.append((cell, -coefficient))
            else:
                constant += coefficient * known
        return Row(
            self.row_name(name, cells),
            self.level,
            tuple(terms),
            sense,
            constant,
            strict,
            cells,
            limit,
            "level",
            rate,
            strict,
        )


def _rounds_to(
    limit: Fraction, decimals: int, sense: Sense, *, strict: bool
) -> tuple[Fraction, bool]:
    """Return the bound on a ratio whose rounded value has to keep a limit, and its strictness.

    A value rounds to at least L when it is not below L less half a step, and to at most L
    when it is below L plus half a step, halves going away from zero.
    """
    one = step(decimals)
    if sense is Sense.GE:
        edge = Fraction(to_grid(limit, decimals, Rounding.UP))
        edge += one if strict and on_grid(limit, decimals) else 0
        return edge - one / 2, False
    edge = Fraction(to_grid(limit, decimals, Rounding.DOWN))
    edge -= one if strict and on_grid(limit, decimals) else 0
    return edge + one / 2, True


def _group(nodes: Iterable[Node | None], need: int | None) -> Node | None:
    kept = tuple(node for node in nodes if node is not None)
    if not kept:
        return None
    if need is None:
        return every(kept)
    return Clause(need, kept)
