"""The compilation: what rows are made from, and how one is stated over measured cells (§2, §7).

Knows the baseline, the benchmarks and what a goal table holds; collects what has to be said on
the way. What a rule means is told by :mod:`planner.compliance.compiler`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from planner.compliance.rows import PARTS, Gap, Linear, Node, RateView, Row, Sense
from planner.core.findings import Finding, Obligation
from planner.core.rounding import Rounding, on_grid, step, to_grid
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark, BenchmarkBook, Window
from planner.model.catalogue import Cell, Indicator
from planner.model.rules import BenchmarkRef, Bounded, Level, Threshold
from planner.model.rulesets import benchmark_target
from planner.model.scopes import Setting


@dataclass
class Compilation:
    """What the rules of one baseline compile against, and all that has to be said of how."""

    baseline: Baseline
    horizon: int
    benchmarks: BenchmarkBook
    readings: Mapping[str, str]
    given: Mapping[Cell, Decimal] | None
    region: str = ""  # that the rules are for
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)  # that the rules do not know
    asked: frozenset[str] = frozenset()  # indicators without a baseline that somebody asks for
    findings: list[Finding] = field(default_factory=list)
    used: list[Benchmark] = field(default_factory=list)
    level: Level = "statutory"
    rule_id: str = ""
    names: Counter[str] = field(default_factory=Counter)
    entered: set[str] = field(default_factory=set)  # thresholds that a rule took

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
            and (self.known(item.id) or item.id in wanted or item.id in self.asked)
        )

    def known(self, key: str) -> bool:
        """Whether an indicator has a baseline."""
        return self.baseline.exact(key, self.base) is not None

    def present(self, key: str) -> bool:
        """Whether an indicator has a baseline or a given target."""
        given = any(cell.indicator == key for cell in self.given or ())
        return self.known(key) or key in self.asked or given

    def derived(self, item: Indicator, year: int) -> bool:
        """Whether a ratio follows from its parts in a year (§7)."""
        if item.kind != "ratio":
            return False
        if year <= self.base:
            return self.baseline.derived(item, year)
        if self.given is None:
            return self.baseline.derived(item, self.base) or (
                item.num in self.asked and self.known(item.den) and not self.known(item.id)
            )
        return {Cell(item.num, year), Cell(item.den, year)} <= self.given.keys()

    def amount(self, bounded: Bounded, year: int, *, per_year: bool) -> Fraction | Gap:
        """Return the bound as a number, or the gap that stands where it is unknown."""
        amount = bounded.amount
        if isinstance(amount, Decimal):
            return Fraction(amount)
        if not isinstance(amount, BenchmarkRef):
            return self._entered()
        window = Window(self.base, self.years[-1], Setting(self.baseline.cluster, self.region))
        figure, doubts = self.benchmarks.choose(amount.ids, window, self.catalogue)
        target = benchmark_target(amount.ids[0], self.catalogue)
        for doubt in doubts:
            named = replace(doubt, rule=self.rule_id, indicator=target[0] if target else "")
            if named not in self.findings:
                self.findings.append(named)
        if figure is None:
            return Gap("", self.level, "benchmark", ())
        self.used.append(figure)
        return Fraction(figure.yearly) if per_year else figure.level(year)

    def _entered(self) -> Fraction | Gap:
        """Return the threshold that somebody entered for a rule without one, or the gap."""
        known = self.thresholds.get(self.rule_id)
        if known is None:
            return Gap("", self.level, "threshold", ())
        if self.rule_id not in self.entered:
            facts = {"source": known.source}
            self.findings.append(Finding("threshold_given", Obligation.INFO, rule=self.rule_id,
                                         found=str(known.value), facts=facts))  # fmt: skip
        self.entered.add(self.rule_id)
        return Fraction(known.value)

    def unused(self) -> Iterator[Finding]:
        """Say which of the thresholds entered no rule took."""
        for key in self.thresholds.keys() - self.entered:
            yield Finding("threshold_unused", Obligation.MUST_FIX, rule=key, found=key,
                          ways_out=("drop_threshold",))  # fmt: skip

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

    def underived(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
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
