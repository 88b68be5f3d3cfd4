"""Whatever a plan prints, a reviewer who recomputes it with fractions agrees (design §2).

The expectations here are recomputed from the printed text of the goal table with fractions,
rule by rule, and know nothing of rows.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from conftest import make_baseline
from examples import drawn
from hypothesis import strategies as st

from planner.api.opening import plan
from planner.api.plan import Plan
from planner.core.findings import Obligation
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Cell
from planner.model.shapes import SHAPES

BASE, END = 2025, 2028
YEARS = (2026, 2027, 2028)


def money(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def levels(draw: st.DrawFn) -> dict[str, object]:
    """Draw a coherent baseline, from tiny to large, with counts down to zero."""
    output = draw(money("0.50", "5000.00"))
    smes = draw(st.integers(8, 4000))
    quality = draw(st.integers(0, smes))

    def share(low: int = 1) -> Decimal:
        part = draw(st.integers(low, 10_000))
        return max(Decimal("0.01"), (output * part / 10_000).quantize(Decimal("0.01")))

    return {
        "output": output,
        "leading_output": share(5000),
        "sme_output": share(5000),
        "enterprises": smes + draw(st.integers(0, 200)),
        "smes": smes,
        "employees": draw(st.integers(50, 400_000)),
        "quality_smes": quality,
        "innovative_smes": draw(st.integers(0, quality)),
        "rd_spend": share(),
        "patents": draw(st.integers(0, 5000)),
        "cloud_smes": draw(st.integers(0, smes)),
        "iiot_smes": draw(st.integers(0, smes)),
        "co2": draw(money("0.01", "3000.00")),
        "energy": draw(money("0.01", "3000.00")),
    }


@st.composite
def books(draw: st.DrawFn) -> BenchmarkBook:
    """Draw a user's industry averages."""

    def figure(key: str, value: Decimal, unit: str, basis: str, span: int) -> Benchmark:
        return Benchmark(key, value, unit, BASE, "全国", basis, "test", span, given=True)

    rate = st.decimals("0.01", "9.99", places=2)
    return BenchmarkBook(
        (
            figure("iiot_share", draw(st.decimals("1", "95", places=2)), "%", "per_firm", 0),
            figure("co2_decline", draw(rate), "%/年", "total", 1),
            figure("co2_intensity_decline", draw(rate), "%/年", "per_output", 1),
            figure("energy_intensity_decline", draw(rate), "%/年", "per_output", 1),
        )
    )


SHAPED = st.dictionaries(
    st.sampled_from(["output", "patents", "quality_smes", "co2", "iiot_smes"]),
    st.sampled_from(SHAPES),
)
READINGS = st.sampled_from(["total", "intensity"])


def make(
    levels: dict[str, object], book: BenchmarkBook, shapes: dict[str, str], reading: str
) -> Plan:
    """Return a plan of least effort."""
    made = plan(make_baseline(levels), benchmarks=book)
    for key, shape in shapes.items():
        made = made.shape(key, shape)
    return made.reading("f", reading)


def printed(made: Plan) -> dict[str, dict[int, Fraction]]:
    """Return the goal table as a reader has it: text, turned into fractions."""
    table: dict[str, dict[int, Fraction]] = {}
    for record in made.goals.records():
        texts = {BASE: record["baseline"], **{year: record[str(year)] for year in YEARS}}
        table[record["indicator"]] = {year: Fraction(text) for year, text in texts.items() if text}
    return table


def yearly(made: Plan, key: str) -> Fraction:
    return next(Fraction(item.value) for item in made.benchmarks.figures if item.id == key)


@drawn(50, 600, levels(), books(), SHAPED, READINGS)
def test_a_reviewer_recomputes_every_rule(
    levels: dict[str, object], book: BenchmarkBook, shapes: dict[str, str], reading: str
) -> None:
    made = make(levels, book, shapes, reading)
    t = printed(made)
    assert t["output"][END] * 1000 >= t["output"][BASE] * 1331
    assert t["rd_spend"][END] * 1000 >= t["rd_spend"][BASE] * 1331
    assert t["patents"][END] * 20**3 >= t["patents"][BASE] * 23**3
    counts = [t["quality_smes"][year] for year in (BASE, *YEARS)]
    assert all(after >= before + 1 for before, after in pairwise(counts))
    floor = yearly(made, "iiot_share")
    assert t["iiot_share"][END] >= floor
    assert t["iiot_smes"][END] * 100 >= floor * t["smes"][END]
    if made.readings["f"] == "total":
        kept = (1 - yearly(made, "co2_decline") / 100) ** 3
        assert t["co2"][END] <= t["co2"][BASE] * kept
    else:
        kept = (1 - yearly(made, "co2_intensity_decline") / 100) ** 3
        assert t["co2_intensity"][END] <= t["co2_intensity"][BASE] * kept
        assert t["co2"][END] * t["output"][BASE] <= t["co2"][BASE] * t["output"][END] * kept
    kept = (1 - yearly(made, "energy_intensity_decline") / 100) ** 3
    assert t["energy_intensity"][END] <= t["energy_intensity"][BASE] * kept
    assert t["energy"][END] * t["output"][BASE] <= t["energy"][BASE] * t["output"][END] * kept
    for part, whole in (
        ("leading_output", "output"), ("sme_output", "output"), ("rd_spend", "output"),
        ("smes", "enterprises"), ("quality_smes", "smes"), ("iiot_smes", "smes"),
    ):  # fmt: skip
        assert all(t[part][year] <= t[whole][year] for year in YEARS)


@drawn(50, 600, levels(), books(), SHAPED, READINGS)
def test_the_check_says_the_same(
    levels: dict[str, object], book: BenchmarkBook, shapes: dict[str, str], reading: str
) -> None:
    """A plan that a reviewer accepts is one that the check accepts, zero baselines apart."""
    made = make(levels, book, shapes, reading)
    codes = {
        f.code for f in made.check() if f.level is Obligation.MUST_FIX and "cert" not in f.rule
    }
    zero = made.baseline.values[Cell("patents", BASE)] == 0
    assert codes == ({"rule_zero_base"} if zero else set())
    rule_d = next(v for v in made.verdicts if v.rule.id == "d")
    assert rule_d.status.value == ("unknown" if zero else "met")


@drawn(50, 600, levels(), books(), SHAPED, READINGS)
def test_no_target_can_come_nearer_to_its_baseline(
    levels: dict[str, object], book: BenchmarkBook, shapes: dict[str, str], reading: str
) -> None:
    """One grid step of any end-year target towards its baseline breaks a row."""
    made = make(levels, book, shapes, reading)
    targets = dict(made.numbers.targets)
    for key in made.system.measured:
        cell = Cell(key, END)
        start, now = made.baseline.printed(key), targets[cell]
        if start is None or start == now:
            continue
        one = Decimal(1).scaleb(-made.system.catalogue[key].decimals)
        moved = {**targets, cell: now - one if now > start else now + one}
        broken = unmet(made, moved) - unmet(made, targets)
        assert broken, f"{cell} {start} -> {now}"


def unmet(made: Plan, targets: dict[Cell, Decimal]) -> set[str]:
    values = replace(made, given=targets).numbers.measured
    rules = made.system.of_scope("target")
    return {rule.id for rule in rules if rule.node.status(values).value == "unmet"}


def progress(shape: str, passed: int, span: int) -> Fraction:
    s = Fraction(passed, span)
    return {
        "linear": s,
        "front": 1 - (1 - s) ** 2,
        "back": s * s,
        "s-curve": 3 * s * s - 2 * s**3,
    }[shape]


def within_one_step(
    shape: str, start: Fraction, end: Fraction, value: Fraction, passed: int, one: Fraction
) -> bool:
    """Whether a stage lies within one grid step of its shape, by powers and not by roots."""
    if shape == "constant" and start > 0 and end > 0:
        power = start ** (3 - passed) * end**passed
        return max(value - one, Fraction(0)) ** 3 < power < (value + one) ** 3
    shape = "linear" if shape == "constant" else shape
    return abs(start + (end - start) * progress(shape, passed, 3) - value) < one


@drawn(50, 600, levels(), books(), SHAPED, READINGS)
def test_stages_keep_their_shape_and_never_turn_back(
    levels: dict[str, object], book: BenchmarkBook, shapes: dict[str, str], reading: str
) -> None:
    made = make(levels, book, shapes, reading)
    t = printed(made)
    for key in made.system.measured:
        item = made.system.catalogue[key]
        path = [t[key][year] for year in (BASE, *YEARS)]
        assert path in (sorted(path), sorted(path, reverse=True)), key
        shape = made.shapes.get(key) or made.shapes.get(item.follows, "constant")
        if key in made.system.ruled and key not in made.shapes:
            shape = "constant"
        one = Fraction(1, 10**item.decimals)
        for passed in (1, 2):
            value = path[passed]
            if within_one_step(shape, path[0], path[3], value, passed, one):
                continue
            # A row forbids it: a step further towards the shape breaks one.
            for move in (one, -one):
                step = Decimal(str(float(move))).quantize(Decimal(1).scaleb(-item.decimals))
                cell = Cell(key, BASE + passed)
                moved = {**made.numbers.targets, cell: made.numbers.targets[cell] + step}
                nearer = within_reach(shape, path, value, Fraction(step), passed)
                if nearer:
                    assert unmet(made, moved), f"{cell} {shape} {path}"


def within_reach(
    shape: str, path: list[Fraction], value: Fraction, step: Fraction, passed: int
) -> bool:
    """Whether a step goes towards the shape."""
    if shape == "constant" and path[0] > 0 and path[3] > 0:
        power = path[0] ** (3 - passed) * path[3] ** passed
        return (value**3 < power) == (step > 0)
    shape = "linear" if shape == "constant" else shape
    aim = path[0] + (path[3] - path[0]) * progress(shape, passed, 3)
    return (value < aim) == (step > 0)


def test_the_examples_of_the_convention() -> None:
    def target(key: str, value: str, levels: dict[str, object]) -> str:
        made = plan(make_baseline(levels))
        cells = {**made.numbers.targets, Cell(key, END): Decimal(value)}
        verdicts = replace(made, given=cells).verdicts
        rule = {"output": "a", "patents": "d"}[key]
        return next(v.status.value for v in verdicts if v.rule.id == rule)

    hundred = {"output": "100.00", "leading_output": "80.00", "sme_output": "80.00"}
    assert target("output", "133.10", hundred) == "met"
    assert target("output", "133.09", hundred) == "unmet"
    odd = {"output": "45.67", "leading_output": "40.00", "sme_output": "40.00"}
    assert target("output", "60.79", odd) == "met"
    assert target("output", "60.78", odd) == "unmet"


def stages(levels: dict[str, object], key: str) -> list[str]:
    row = plan(make_baseline(levels)).goals[key]
    return [str(row.values[year]) for year in YEARS]


def test_small_counts() -> None:
    assert stages({"patents": "3"}, "patents") == ["4", "5", "5"]
    assert stages({"patents": "1"}, "patents") == ["2", "2", "2"]
    assert stages({"patents": "0"}, "patents") == ["0", "0", "0"]
    assert stages({"quality_smes": "0"}, "quality_smes") == ["1", "2", "3"]
    assert stages({"quality_smes": "3"}, "quality_smes") == ["4", "5", "6"]


def test_a_zero_baseline_has_no_rate_and_says_so() -> None:
    made = plan(make_baseline({"patents": "0"}))
    assert made.goals["patents"].status == "unknown"
    finding = next(f for f in made.check() if f.code == "rule_zero_base")
    assert (finding.indicator, finding.ways_out) == ("patents", ("level_target",))
