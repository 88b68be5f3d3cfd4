"""Random wish tables: what repair and explain say of them, recomputed and solved a second time.

Every table is judged on its printed numbers with fractions; what no table can satisfy, what is
nearest and what contradicts itself is put to a second solver that knows only the rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import floor, inf

import pytest
from conftest import LEVELS, ROOT, make_baseline
from limits import spending
from second_solver import Line, Soft, Task, Want, least_cost, lines, nearer, point, ways

import planner as pl
from planner.api.plan import Plan
from planner.compliance.rows import Gap, Linear, Node, Row, RuleNode, Sense
from planner.model.catalogue import Cell, Indicator, shipped
from planner.model.rulesets import RuleSet, from_text
from planner.planning.changes import Change
from planner.planning.explain import Conflict, Way

SEED = 20251123
TABLES = 300
CHUNK = 10  # one of each kind
# A fifth of them always, the rest when asked for: pytest -m "long or not long"
CHUNKS = [
    n if n % 5 == 0 else pytest.param(n, marks=pytest.mark.long) for n in range(TABLES // CHUNK)
]
SECONDS = 2.0  # of processor time for one repair or one explanation
NEAR = Fraction(1, 10**6)
HARD = {"identity", "statutory", "benchmark"}
KINDS = (
    "example", "levels", "dropped", "dropped", "tiny", "large", "real", "ratios", "sparse", "choice",
)  # fmt: skip
REAL = sorted((ROOT / "baselines" / "real").glob("*.csv"))
FULL: dict[str, object] = {
    **LEVELS,
    "innovative_smes": "23",
    "srdi_smes": "13",
    "little_giants": "2",
    "champions": "0",
    "hightech": "21",
}
CHOICES = """
id: choices
version: "1"
title: {zh: 选择, en: choices}
document: {title: 测试}
rules:
  - id: either
    title: {zh: 甲, en: either}
    quote: 原文
    source: {article: 一}
    level: statutory
    scope: [target]
    test:
      any_of:
        - growth: {of: output, at_least: 10, over: plan, timing: each_year}
        - level: {of: [champions, little_giants], at_least: 4, at: end}
        - level: {of: co2_intensity, below: "0.31", at: end}
  - id: two
    title: {zh: 乙, en: two}
    quote: 原文
    source: {article: 二}
    level: benchmark
    scope: [target]
    test:
      m_of:
        need: 2
        tests:
          - level: {of: iiot_share, at_least: 48, at: each_target}
          - step: {of: quality_smes, at_least: 2, over: plan}
          - growth: {of: patents, above: 12, over: plan}
  - id: spent
    title: {zh: 丙, en: spent}
    quote: 原文
    source: {article: 三}
    level: statutory
    scope: [target]
    test:
      level: {of: rd_intensity, at_least: "2.6", at: end}
"""


# -- tables ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A plan with wishes and pins, and how dear some of them are."""

    number: int
    kind: str
    plan: Plan
    weights: dict[str, int] = field(default_factory=dict)

    @cached_property
    def cells(self) -> dict[Cell, int]:
        """Return what is decided, with its decimals."""
        system = self.plan.system
        return {
            Cell(item.id, year): item.decimals
            for item in system.catalogue
            if item.id in system.measured
            for year in system.years
        }

    @cached_property
    def known(self) -> dict[Cell, Fraction]:
        """Return what stands fast."""
        values = self.plan.system.baseline.values
        return {c: Fraction(value) for c, value in values.items() if c not in self.cells}

    @cached_property
    def rules(self) -> tuple[RuleNode, ...]:
        """Return the rules on targets, but for what follows by default or need not hold."""
        target = self.plan.system.of_scope("target")
        return tuple(rule for rule in target if rule.origin != "default" and not rule.reason)

    def said(self, what: str, *facts: object) -> str:
        """Return what to say of a failure: how to make the table, and what is wrong."""
        plan = self.plan
        asked = {"wishes": plan.wishes, "pins": plan.pins}
        told = [
            f"{name} " + " ".join(f"{c}={v}" for c, v in a.items()) for name, a in asked.items()
        ]
        told += [f"{name}={text}" for name, text in {**plan.readings, **plan.reasons}.items()]
        return f"table {self.number} ({self.kind}): {what} {facts}\n" + "\n".join(told)

    def lines(self, rows: Iterable[Row]) -> list[Line]:
        """Return rows over whole steps."""
        return [line for row in rows for line in lines(row, self.cells, self.known)]

    def ways(self, rules: Iterable[RuleNode]) -> Iterator[list[Row]]:
        """Yield the sets of rows of which one has to hold for all rules to hold."""
        judged = frozenset({*self.cells, *self.known})
        for way in product(*(list(ways(rule.node, judged)) for rule in rules)):
            yield [row for rows in way for row in rows]

    def weight(self, key: str) -> Fraction:
        """Return how dear a relative change of an indicator is."""
        return Fraction(self.weights.get(key, self.plan.system.catalogue[key].weight))

    @property
    def hard(self) -> list[RuleNode]:
        """Return what a repaired plan keeps."""
        return [rule for rule in self.rules if rule.level in HARD or rule.origin == "pin"]


def wish_table(number: int) -> Case:
    """Return one of the tables: the same number gives the same table."""
    chance = random.Random(f"{SEED} {number}")  # noqa: S311 - no secret
    kind = KINDS[number % len(KINDS)]
    plan = _opened(kind, number, chance)
    wishes = _wishes(plan, kind, chance)
    for cell, value in wishes.items():
        plan = plan.wish(*cell, value)
    for cell, value in _pins(plan, chance).items():
        plan = plan.pin(*cell, value)
    weights = {}
    if chance.random() < 0.1:
        keys = sorted(plan.system.measured)
        weights = {key: chance.randint(2, 9) for key in chance.sample(keys, min(3, len(keys)))}
    if kind != "choice" and chance.random() < 0.1:
        plan = plan.relax(chance.choice("efg"), "另有口径")
    return Case(number, kind, plan, weights)


def stated_table(number: int) -> Case:
    """Return a table whose wishes are stated in all the ways plans state them."""
    case = wish_table(number)
    chance = random.Random(f"stated {SEED} {number}")  # noqa: S311 - no secret
    plan, catalogue = case.plan, case.plan.system.catalogue
    start = {
        item.id: plan.baseline.printed(item.id)
        for item in catalogue
        if item.id in plan.system.measured
    }
    for cell, value in case.plan.wishes.items():
        base = start.get(cell.indicator)
        if cell in plan.pinned or base is None or cell.indicator not in plan.system.measured:
            continue
        if chance.random() < 0.5:
            plan = plan.wish(*cell, chance.choice(list(_stated(value, base, cell, plan, chance))))
    return replace(case, plan=plan)


def _stated(
    value: Decimal, base: Decimal, cell: Cell, plan: Plan, chance: random.Random
) -> Iterator[str]:
    """Yield a value as a level is stated in other words: bounds, a range, what is added, a rate."""
    wide = abs(value) * Decimal("0.03")
    decimals = plan.system.catalogue[cell.indicator].decimals
    yield from (f">={value}", f"<={value}", f"{value}以上", f"控制在{value}以内")
    yield f"{round(value - wide, decimals)}..{round(value + wide, decimals)}"
    yield f"{value}左右"
    if value >= base:
        yield f"+{value - base}"
        yield f">=+{value - base}"
    years = cell.year - plan.baseline.base_year
    if base:
        yield f"{round((value / base - 1) * 100 / years, 2)}%/yr"
        yield f">=x{round(value / base, 3)}"
    yield f">=+{chance.randint(0, 3)}/yr"


def _opened(kind: str, number: int, chance: random.Random) -> Plan:
    readings = {
        "f": chance.choice(["total", "intensity"]),
        "tiers": chance.choice(["nested", "disjoint", "stated"]),
    }
    scenario = "steady" if chance.random() < 0.1 else None
    if kind == "real":
        return pl.plan(REAL[number // len(KINDS) % len(REAL)], readings=readings)
    if kind == "example":
        path = ROOT / "baselines" / "example.csv"
        return pl.plan(path, readings=readings, scenario=scenario)
    levels = dict(FULL)
    if kind == "dropped":
        levels.update(dict.fromkeys(chance.sample(sorted(FULL), chance.randint(3, 12))))
    elif kind == "tiny":
        levels.update(_tiny(chance))
    elif kind == "large":
        scale = 10 ** chance.randint(1, 4)
        levels = {key: Decimal(str(value)) * scale for key, value in FULL.items()}
        levels["output"] = Decimal("186.203") * scale + chance.randint(0, 999) / Decimal(100)
    elif kind == "ratios":
        levels.update(_ratios(chance))
    elif chance.random() < 0.3:  # finer than the grid
        levels.update(output="186.2049", co2="78.2001", energy="40.0999", rd_spend="4.6551")
    if readings["tiers"] == "disjoint":
        tiers = ("innovative_smes", "srdi_smes", "little_giants")
        if levels["quality_smes"] is not None and None not in [levels[key] for key in tiers]:
            levels["quality_smes"] = sum(int(str(levels[key])) for key in tiers)
            levels["smes"] = levels["smes"] and max(
                int(str(levels["smes"])), int(str(levels["quality_smes"]))
            )
    base = make_baseline(levels)
    if kind == "choice":
        return pl.plan(base, rules=_choices())
    return pl.plan(base, readings=readings, scenario=scenario)


def _choices() -> RuleSet:
    return from_text(CHOICES, "choices.yaml", shipped())


def _tiny(chance: random.Random) -> dict[str, object]:
    """Return counts of a handful, parts within wholes."""
    levels: dict[str, object] = {}
    for keys in (
        ("enterprises", "smes", "quality_smes", "innovative_smes", "srdi_smes", "little_giants"),
        ("smes", "cloud_smes"),
        ("smes", "iiot_smes"),
        ("enterprises", "champions"),
        ("enterprises", "hightech"),
    ):
        most = 5
        for key in keys:
            most = levels.setdefault(key, chance.randint(0, most))  # type: ignore[assignment]
    return {
        **levels,
        "employees": chance.randint(0, 40),
        "patents": chance.randint(0, 5),
        "rd_spend": Decimal(chance.randint(0, 9)) / 100,
        "co2": Decimal(chance.randint(0, 30)) / 100,
    }


def _ratios(chance: random.Random) -> dict[str, object]:
    """Return a few ratios that are known without one of their parts."""
    ratios = (
        ("iiot_share", "iiot_smes", "41.20"),
        ("cloud_share", "cloud_smes", "58.65"),
        ("co2_intensity", "co2", "0.42"),
        ("energy_intensity", "energy", "0.22"),
        ("rd_intensity", "rd_spend", "2.50"),
        ("sme_share", "sme_output", "78.20"),
    )
    levels: dict[str, object] = {}
    for key, part, value in chance.sample(ratios, chance.randint(1, 4)):
        levels.update({key: value, part: None})
    return levels


def _around(value: Decimal, spread: float, chance: random.Random, item: Indicator) -> Decimal:
    """Return a value near another one, now and then one that cannot be printed."""
    factor = Decimal(str(round(1 + chance.uniform(-spread, spread), 4)))
    moved = value * factor
    if item.decimals == 0 and value <= 5 and spread > 0:
        moved = value + chance.randint(-1, 2)
    finer = 2 if chance.random() < 0.05 else 0
    return max(round(moved, item.decimals + finer), Decimal(0))


def _wishes(plan: Plan, kind: str, chance: random.Random) -> dict[Cell, Decimal]:
    """Return a wish for every measured cell, some told as ratios or as growth."""
    numbers, catalogue = plan.numbers, plan.system.catalogue
    spread = chance.choice([0.0, 0.01, 0.05, 0.2, 0.5])
    share = 0.3 if kind == "sparse" else 1.0
    wishes: dict[Cell, Decimal] = {}
    for item in catalogue:
        for year in plan.years:
            value = numbers.printed(item.id, year)
            if item.id in plan.system.measured and value is not None and chance.random() < share:
                wishes[Cell(item.id, year)] = _around(value, spread, chance, item)
    others = [
        Cell(item.id, year)
        for item in catalogue
        for year in plan.years
        if item.id not in plan.system.measured
        and item.goal
        and numbers.printed(item.id, year) is not None
    ]
    for cell in chance.sample(others, min(len(others), chance.choice([0, 0, 1, 2, 4]))):
        item = catalogue[cell.indicator]
        told = Cell(item.num or item.of, cell.year)
        value = numbers.printed(*cell)
        starts = item.kind != "growth" or cell.year - item.periods < plan.years[0]
        if value is None or not (starts or Cell(item.of, cell.year - item.periods) in wishes):
            continue
        if chance.random() < 0.8:
            wishes.pop(told, None)
        wishes[cell] = _around(value, spread, chance, item)
    return wishes


def _pins(plan: Plan, chance: random.Random) -> dict[Cell, Decimal]:
    """Return a few cells to hold, ratios too, not all of them where they could be."""
    items = [
        item
        for item in plan.system.catalogue
        if item.goal and (item.id in plan.system.measured or item.id != "output_growth")
    ]
    spread = chance.choice([0.0, 0.005, 0.02, 0.1, 0.5])
    pins: dict[Cell, Decimal] = {}
    for _ in range(chance.choice([0, 0, 0, 1, 2, 3])):
        item, year = chance.choice(items), chance.choice(plan.years)
        value = plan.numbers.printed(item.id, year)
        if value is not None:
            pins[Cell(item.id, year)] = _around(value, spread, chance, item)
    return pins


# -- own arithmetic ----------------------------------------------------------------------------


def printed(plan: Plan) -> dict[Cell, Fraction]:
    """Return the goal table as it is printed, read back from its text."""
    return {
        Cell(record["indicator"], year): Fraction(record[str(year)])
        for record in plan.goals.records()
        for year in plan.years
        if record[str(year)]
    }


def rounded(value: Fraction, decimals: int, better: str) -> Fraction:
    """Round to the grid, to the side on which a target is no worse."""
    scaled = value * 10**decimals
    if better == "higher":
        units = -floor(-scaled)
    elif better == "lower":
        units = floor(scaled)
    else:
        units = floor(scaled + Fraction(1, 2))
    return Fraction(units, 10**decimals)


def keeps(row: Row, values: Mapping[Cell, Fraction]) -> bool | None:
    """Judge a row; None where levels that nobody knows, zero or more, could decide it."""
    low: Fraction | float = sum(
        (value * values[cell] for cell, value in row.terms if cell in values), Fraction(0)
    )
    high = low
    if any(value > 0 for cell, value in row.terms if cell not in values):
        high = inf
    if any(value < 0 for cell, value in row.terms if cell not in values):
        low = -inf
    bound = row.bound

    def beyond(total: Fraction | float) -> bool:
        if row.sense is Sense.EQ:
            return total == bound
        if total == bound:
            return not row.strict
        return total > bound if row.sense is Sense.GE else total < bound

    if low == high:
        return beyond(low)
    if row.sense is Sense.EQ:
        return None if low <= bound <= high else False
    best, worst = (high, low) if row.sense is Sense.GE else (low, high)
    return True if beyond(worst) else None if beyond(best) else False


def holds(node: Node, values: Mapping[Cell, Fraction]) -> bool | None:
    """Judge a node by the number of its children that hold."""
    if isinstance(node, Gap):
        return None
    if isinstance(node, Row):
        return keeps(node, values)
    found = [holds(child, values) for child in node.children]
    if found.count(True) >= node.need:
        return True
    return None if found.count(True) + found.count(None) >= node.need else False


def placed(
    case: Case, cell: Cell, value: Decimal, values: Mapping[Cell, Fraction]
) -> tuple[Cell, Fraction]:
    """Return the measured cell and the level that a value asked for amounts to in a table."""
    system = case.plan.system
    item = system.catalogue[cell.indicator]
    if cell in case.cells:
        return cell, rounded(Fraction(value), item.decimals, item.better)
    part = Cell(item.num or item.of, cell.year)
    decimals = case.cells[part]
    if item.kind == "ratio":
        level = Fraction(value) * values[Cell(item.den, cell.year)] / Fraction(item.scale)
        return part, rounded(level, decimals, item.better)
    baseline, before = system.baseline, Cell(item.of, cell.year - item.periods)
    level = baseline.exact(item.of, baseline.base_year) or Fraction(0)
    if before in case.cells:
        level = values[before]
    level *= (1 + Fraction(value) / 100) ** item.periods
    for past in range(cell.year - item.periods + 1, baseline.base_year + 1):
        level /= baseline.yearly_factor(item.of, past) or Fraction(1)
    return part, rounded(level, decimals, system.catalogue[item.of].better)


# -- what has to be so ---------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", CHUNKS)
def test_wish_tables(chunk: int) -> None:
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = wish_table(number)
        check_asked(case)
        check_repair(case)
        check_conflicts(case)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_stated_tables(chunk: int) -> None:
    """Tables whose wishes are stated in all ways: feasible, nearest and in conflict as z3 finds it."""
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        case = stated_table(number)
        check_asked(case)
        check_levels(case)
        check_repair(case)
        check_conflicts(case)


def check_levels(case: Case) -> None:
    """What is stated comes to the level that plain fractions give, or lies within their bounds."""
    plan = case.plan
    for cell, said in plan.targets.items():
        base = Fraction(plan.baseline.printed(cell.indicator) or 0)
        years = cell.year - plan.baseline.base_year
        number = Fraction(said.low)
        level = {
            "level": number,
            "added": base + number,
            "added_yearly": base + years * number,
            "rate": base * (1 + number / 100) ** years,
            "times": base * number,
        }[said.measure]
        item = plan.system.catalogue[cell.indicator]
        if said.relation == "exactly":
            wanted = rounded(level, item.decimals, item.better)
            assert plan.requested[cell] == wanted, case.said("level", str(cell), str(said))
            continue
        (limit,) = (limit for limit in plan.limits if limit.cell == cell)
        ends = {
            "at_least": (level, None),
            "at_most": (None, level),
            "between": (number, Fraction(said.high or 0)),
            "about": (level * Fraction(95, 100), level * Fraction(105, 100)),
        }[said.relation]
        assert (limit.low, limit.high) == ends, case.said("bounds", str(cell), str(said))


def check_asked(case: Case) -> None:
    """Whatever is asked for is a row, or said to be placed nowhere."""
    plan = case.plan
    told = {rule.asked.cell for rule in case.rules if rule.asked is not None}
    told |= {
        Cell(finding.indicator, finding.year or 0)
        for finding in plan.check()
        if finding.code == "wish_unplaced"
    }
    for cell in {**plan.wishes, **plan.pins, **plan.targets}:
        assert cell in told, case.said("asked for and lost", str(cell))


def fits(case: Case, cell: Cell, value: Decimal, values: Mapping[Cell, Fraction]) -> bool:
    """Whether a value asked for is there: as printed, or by the level it amounts to."""
    part, level = placed(case, cell, value, values)
    item = case.plan.system.catalogue[cell.indicator]
    if cell in case.cells or values[part] == level or item.kind != "ratio":
        return values[part] == level
    whole = values[Cell(item.den, cell.year)]
    away = values[part] * Fraction(item.scale) - Fraction(value) * whole
    half = whole / (2 * 10**item.decimals)
    return bool(whole) and -half <= away < half


def check_repair(case: Case) -> None:
    """Repair finds the nearest table that complies wherever there is one."""
    with spending() as spent:
        fixed = case.plan.repair(case.weights)
    assert spent.seconds < SECONDS, case.said("slow repair", spent.seconds)
    assert fixed.repaired is not None
    if not fixed.repaired.complies:
        for rows in case.ways(case.hard):
            table = point(case.lines(rows))
            assert table is None, case.said("could be repaired", _told(table))
        return
    check_table(case, fixed)
    check_changes(case, fixed)
    check_distance(case, fixed)


def check_table(case: Case, fixed: Plan) -> None:
    """The printed numbers keep every rule and pin, on the grid."""
    table = printed(fixed)
    for cell, decimals in case.cells.items():
        units = table[cell] * 10**decimals
        assert units.denominator == 1, case.said("off the grid", str(cell), table[cell])
        assert units >= 0, case.said("negative", str(cell), table[cell])
        assert table[cell] == Fraction(fixed.numbers.targets[cell])
    values = {**case.known, **{cell: table[cell] for cell in case.cells}}
    for rule in case.hard:
        verdict = holds(rule.node, values)
        assert verdict is not False, case.said("broken", rule.id, _broken(rule, values))
        rows = [row for row in rule.rows if case.lines([row])]
        if len(rows) == len(rule.rows) and not _has_gap(rule.node):
            assert verdict, case.said("not kept", rule.id)
        if rule.origin == "pin" and rule.asked is not None:
            assert fits(case, rule.asked.cell, rule.asked.value, values), case.said(
                "pin moved", rule.id
            )


def _has_gap(node: Node) -> bool:
    if isinstance(node, Row):
        return False
    return isinstance(node, Gap) or any(_has_gap(child) for child in node.children)


def _broken(rule: RuleNode, values: Mapping[Cell, Fraction]) -> list[str]:
    return [row.name for row in rule.rows if keeps(row, values) is False]


def check_changes(case: Case, fixed: Plan) -> None:
    """Every change is told, old and new, with a row that the old value would break."""
    before, after = printed(case.plan), printed(fixed)
    values = {**case.known, **{cell: after[cell] for cell in case.cells}}
    told = {change.cell: change for change in fixed.changes}
    assert len(told) == len(fixed.changes), case.said("told twice")
    asked = {rule.asked.cell: rule for rule in case.rules if rule.origin == "wish" and rule.asked}
    for cell, rule in asked.items():
        assert rule.asked is not None
        if rule.asked.stated is not None:
            check_bounded(case, cell, rule, told.get(cell), before, after)
            continue
        old = rule.asked.value
        part, level = placed(case, cell, old, values)
        change = told.get(cell)
        if fits(case, cell, old, values) or after.get(cell) == Fraction(old):
            assert change is None, case.said("told but kept", str(change))
            continue
        assert change is not None, case.said("change not told", str(cell), old, after[cell])
        assert (change.kind, change.old) == ("wish", old), case.said("told wrong", change)
        assert change.new == after[cell], case.said("told wrong", change, after[cell])
        back = {**values, part: level}
        assert change.rows, case.said("no row forced it", change)
        rules = [*case.rules, *fixed.system.rules]
        for name in change.rows:
            rows = [row for made in rules for row in made.rows if row.name == name]
            assert any(keeps(row, back) is False for row in rows), case.said("not broken", change)
    for cell in case.cells:
        if cell not in asked and before[cell] != after[cell]:
            change = told.get(cell)
            assert change is not None, case.said("change not told", str(cell))
            assert change.kind == "follows"
            assert change.old is not None
            assert (Fraction(change.old), Fraction(change.new)) == (before[cell], after[cell])


def check_bounded(
    case: Case,
    cell: Cell,
    rule: RuleNode,
    change: Change | None,
    before: Mapping[Cell, Fraction],
    after: Mapping[Cell, Fraction],
) -> None:
    """A target within bounds that moved is told: as what follows within them, as a wish outside."""
    if before[cell] == after[cell]:
        assert change is None, case.said("told but kept", str(change))
        return
    values = {**case.known, **{other: after[other] for other in case.cells}}
    kept = holds(rule.node, values)
    assert change is not None, case.said("change not told", str(cell))
    assert change.kind == ("follows" if kept else "wish"), case.said("told wrong", change)
    assert (Fraction(change.old or 0), Fraction(change.new)) == (before[cell], after[cell])


def check_distance(case: Case, fixed: Plan) -> None:
    """No table that complies is nearer, and it is as near as is said."""
    repaired = fixed.repaired
    assert repaired is not None
    assert repaired.gap == 0, case.said("not proven", float(repaired.gap))
    if any(point(case.lines(rows)) is not None for rows in case.ways(case.rules)):
        assert repaired.distance == 0, case.said("all could hold", float(repaired.distance))
        return
    distance = repaired.distance
    table = printed(fixed)
    steps = {c: int(table[c] * 10**decimals) for c, decimals in case.cells.items()}
    tasks = [task for rows in case.ways(case.hard) for task in _tasks(case, rows)]
    # A table costs what the task says that it keeps: another may not charge for what stays there.
    own = min(task.cost(steps) for task in [t for t in tasks if t.kept(steps)] or tasks)
    assert own == distance, case.said("not the table it says", float(own), float(distance))
    if any(task.kept(steps) for task in tasks):
        better = nearer(tasks, steps, distance, fine=NEAR)
        assert better is None, case.said("not nearest", float(distance), _told(better))
        return
    # What nobody asked for has followed since: the nearest is another table, of the same cost.
    best = min(least_cost(task, _start(task), fine=NEAR / 2) for task in tasks)
    assert abs(distance - best) <= NEAR, case.said("not nearest", float(distance), float(best))


def _start(task: Task) -> Mapping[Cell, int]:
    return {**dict.fromkeys(task.cells, 0), **(point(task.lines) or {})}


def _tasks(case: Case, rows: list[Row]) -> Iterator[Task]:
    """Yield what is nearest by definition: what nobody asked for stays, if it can."""
    wants, softs, spoken_for = _prices(case)
    hard = case.lines(rows)
    stays = {c: units for c, units in _hints(case).items() if c not in {*wants, *spoken_for}}
    fixed = [
        Line(((cell, sign),), sign * units) for cell, units in stays.items() for sign in (1, -1)
    ]
    cells = tuple(case.cells)
    if point([*hard, *fixed]) is not None:
        yield Task(cells, (*hard, *fixed), wants, softs)
    elif point(hard) is not None:
        priced = {
            cell: Want(units, case.weight(cell.indicator) / max(units, 1))
            for cell, units in stays.items()
        }
        yield Task(cells, tuple(hard), {**priced, **wants}, softs)


def _hints(case: Case) -> dict[Cell, int]:
    table = printed(case.plan)
    return {cell: int(table[cell] * 10**decimals) for cell, decimals in case.cells.items()}


def _prices(case: Case) -> tuple[dict[Cell, Want], tuple[Soft, ...], set[Cell]]:
    """Return wishes and ambitions as prices: a step's worth relative to what is asked."""
    hints = _hints(case)
    wants: dict[Cell, Want] = {}
    softs: dict[object, list[tuple[Line, int]]] = {}
    weights: dict[object, Fraction] = {}
    twice: list[Soft] = []
    spoken_for: set[Cell] = set()
    for rule in case.rules:
        if rule.level != "ambition" or rule.origin == "pin":
            continue
        for row in rule.rows:
            told = lines(row, case.cells, case.known)
            key = (rule.asked.cell if rule.asked else row.subject[0]).indicator
            weight = case.weight(key)
            told = tuple(line for line in told if line.terms)
            cells = {cell for line in told for cell, _ in line.terms}
            if row.sense is Sense.EQ and len(cells) == 1 and not cells & wants.keys():
                units = told[0].least
                wants[min(cells)] = Want(units, weight / max(units, 1))
                continue
            own_bound = rule.asked is not None and rule.asked.stated is not None
            if rule.origin == "wish" and row.sense is not Sense.EQ and not own_bound:
                spoken_for.add(row.terms[0][0])
            if not told:
                continue
            group = (rule.id, row.subject)
            weights[group] = weight
            softs.setdefault(group, []).extend((line, _norm(line, hints)) for line in told)
    made = tuple(Soft(tuple(parts), weights[key]) for key, parts in softs.items())
    return wants, (*made, *twice), spoken_for


def _norm(line: Line, hints: Mapping[Cell, int]) -> int:
    (_, first), *others = line.terms
    asked = line.least - sum(value * hints[cell] for cell, value in others)
    return max(abs(asked), abs(first))


def check_conflicts(case: Case) -> None:
    """Conflicts are there when not all can hold, each of them minimal, each way out a way."""
    with spending() as spent:
        conflicts = case.plan.explain()
    assert spent.seconds < SECONDS, case.said("slow explanation", spent.seconds)
    everything = [case.lines(rows) for rows in case.ways(case.rules)]
    together = any(point(rows) is not None for rows in everything)
    assert together == (not conflicts), case.said("conflict", [c.rows for c in conflicts])
    for conflict in conflicts:
        check_minimal(case, conflict)
        for way in conflict.ways:
            if way.new is not None and not way.elsewhere:
                check_way(case, conflict, way)
    check_whole_ways(case, conflicts)


def check_minimal(case: Case, conflict: Conflict) -> None:
    """The members cannot hold together, and can without any one of them."""
    rows = [member.row for member in conflict.members]
    assert point(case.lines(rows)) is None, case.said("no conflict", conflict.rows)
    for row in rows:
        others = [other for other in rows if other is not row]
        assert point(case.lines(others)) is not None, case.said(
            "not minimal", conflict.rows, row.name
        )


def check_way(case: Case, conflict: Conflict, way: Way) -> None:
    """With the new value of one member the others of its conflict can hold."""
    rest = [m.row for m in conflict.members if not _same(m.rule, m.row, way)]
    tables = [point([*case.lines(rest), *made]) for made in _replaced(case, way)]
    assert any(table is not None for table in tables), case.said(
        "no way out", conflict.rows, str(way.cell), way.new
    )


def check_whole_ways(case: Case, conflicts: tuple[Conflict, ...]) -> None:
    """Where there is but one conflict, a way out lets all rows hold."""
    if len(conflicts) != 1 or any(rule.is_choice for rule in case.rules):
        return
    for way in conflicts[0].ways:
        if way.new is None or way.elsewhere:
            continue
        rows = [row for rule in case.rules for row in rule.rows if not _same(rule, row, way)]
        tables = [point([*case.lines(rows), *made]) for made in _replaced(case, way)]
        assert any(table is not None for table in tables), case.said(
            "at a cost", conflicts[0].rows, str(way.cell), way.new
        )


def _same(rule: RuleNode, row: Row, way: Way) -> bool:
    """Whether a row says the same of the same cells as what is to give way."""
    return rule.id == way.member.rule.id and row.subject == way.member.row.subject


def _replaced(case: Case, way: Way) -> list[list[Line]]:
    """Return the lines that stand for the new value: any of them will do."""
    cell, new = way.cell, way.new
    assert new is not None
    catalogue = case.plan.system.catalogue
    item = catalogue[cell.indicator]
    if item.kind != "ratio" or cell in case.cells:
        part, level = placed(case, cell, new, {})
        units = level * 10 ** case.cells[part]
        return [[Line(((part, sign),), sign * int(units)) for sign in (1, -1)]]
    num, den = Cell(item.num, cell.year), Cell(item.den, cell.year)
    scale, ratio, half = Fraction(item.scale), Fraction(new), Fraction(1, 2 * 10**item.decimals)
    at_least = Row("", "ambition", (), Sense.GE, Fraction(0), False, (cell,), Linear())
    below = replace(at_least, sense=Sense.LE, strict=True)
    as_printed = [
        replace(at_least, terms=((num, scale), (den, half - ratio))),
        replace(below, terms=((num, scale), (den, -half - ratio))),
    ]
    if way.member.rule.asked is None:
        return [case.lines(as_printed)]
    # Or its numerator is the one next to the ratio, where it is no worse.
    one = Fraction(1, 10 ** case.cells[num]) * scale
    terms = ((num, scale), (den, -ratio))
    if item.better == "lower":
        above = replace(at_least, terms=terms, bound=-one, strict=True)
        next_to = [above, replace(below, terms=terms, strict=False)]
    else:
        next_to = [replace(at_least, terms=terms), replace(below, terms=terms, bound=one)]
    return [case.lines(as_printed), case.lines(next_to)]


def _told(steps: Mapping[Cell, int] | None) -> dict[str, int]:
    return {str(cell): units for cell, units in (steps or {}).items()}
