"""Benchmarks: which figure a rule is held against, and what is said of it and of the others."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import count, permutations
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.model.benchmarks import Benchmark, BenchmarkBook, Window
from planner.model.catalogue import shipped
from planner.model.messages import sentence
from planner.model.scopes import Setting


def codes(plan: pl.Plan) -> set[str]:
    return {finding.code for finding in plan.check()}


FIGURES = count(1)


def figure(key: str, value: str, year: int, basis: str = "per_firm", **more: object) -> Benchmark:
    about = {"unit": "%", "scope": "全国", "source": f"来源{next(FIGURES)}", **more}
    return Benchmark(key, Decimal(value), year=year, basis=basis, **about)  # type: ignore[arg-type]


def chosen(*figures: Benchmark, end: int = 2028, region: str = "") -> tuple[str, list[str]]:
    """Return the figure that is chosen whatever their order, and the findings that come with it."""
    window = Window(end - 3, end, Setting("甲县番茄制品产业集群", region))
    found = set()
    for order in permutations(figures):
        best, doubts = BenchmarkBook(order).choose([figures[0].id], window, shipped())
        assert best is not None
        found.add((best.said, tuple(doubt.code for doubt in doubts)))
    ((said, codes_),) = found
    return said, list(codes_)


def test_benchmarks_are_chosen_with_their_doubts() -> None:
    old, aim = figure("iiot_share", "20", 2021), figure("iiot_share", "45", 2025, "规划目标")
    own = figure("iiot_share", "30", 2020, given=True)
    left = "benchmark_rivals"
    assert chosen(old, aim) == ("45 %", ["benchmark_kind", "benchmark_carried", left])
    assert chosen(own, old, aim) == ("30 %", ["benchmark_stale", "benchmark_carried", left])
    moving = figure("iiot_share", "45", 2025, change=Decimal("2.5"))
    assert moving.level(2028) == Fraction("52.5")
    assert chosen(moving) == ("45 %", [])


def test_a_benchmark_is_of_the_plans_own_years() -> None:
    aims = [
        figure("iiot_share", value, year, kind="target")
        for value, year in (("45", 2025), ("55", 2028))
    ]
    assert chosen(*aims) == ("55 %", ["benchmark_kind", "benchmark_rivals"])
    assert chosen(*aims, end=2025) == ("45 %", ["benchmark_kind", "benchmark_rivals"])
    five = {"unit": "%/5年", "span": 5, "kind": "target"}
    falls = [figure("co2_intensity_decline", "18", 2025, "per_output", **five),
             figure("co2_intensity_decline", "17", 2030, "per_output", **five)]  # fmt: skip
    assert chosen(*falls)[0] == "17 %/5年"
    assert chosen(*falls, end=2025)[0] == "18 %/5年"
    later = ["benchmark_kind", "benchmark_later", "benchmark_converted"]
    assert chosen(falls[1], end=2025) == ("17 %/5年", later)


def test_a_benchmark_is_of_the_clusters_industry_and_region_first() -> None:
    nation, near = figure("iiot_share", "50", 2028), figure("iiot_share", "31", 2025, scope="新疆")
    trade = figure("iiot_share", "35", 2025, scope="新疆番茄制品业", given=True)
    other = figure("iiot_share", "60", 2028, scope="江苏省")
    goal = figure("iiot_share", "40", 2028, scope="新疆甲集群", kind="goal", given=True)
    assert chosen(nation, near, other, region="新疆")[0] == "31 %"
    assert chosen(nation, near, trade, other, goal, region="新疆")[0] == "35 %"
    assert chosen(nation, other, goal, region="新疆")[0] == "50 %"
    # What another region has reached is taken where there is nothing else, and told.
    assert chosen(other, region="新疆") == ("60 %", ["benchmark_elsewhere"])
    assert chosen(goal, region="新疆") == ("40 %", ["benchmark_kind", "benchmark_elsewhere"])
    whole, all_ = (figure("energy_intensity_decline", value, 2025, "per_output", unit="%/年", span=1, scope=scope)
                   for value, scope in (("3", "全国规上工业"), ("4", "全国")))  # fmt: skip
    assert chosen(whole, all_)[0] == "3 %/年"


def test_figures_with_an_equal_claim_are_a_question() -> None:
    one, two = (figure("iiot_share", value, 2028, given=True) for value in ("52", "48"))
    said, found = chosen(one, two)
    assert (said, found) == ("52 %", ["benchmark_contradicts"])  # the stricter, until somebody says
    book = BenchmarkBook((one, two))
    assert [f.chosen for f in book.choosing("iiot_share", "48").figures] == [False, True]
    for words in ("全国", "2028", "?", ""):
        with pytest.raises(InputError, match="benchmark_choice"):
            book.choosing("iiot_share", words)
    plan = pl.plan(make_baseline(), benchmarks=book)
    assert "benchmark_contradicts" in codes(plan)
    answered = plan.benchmark("iiot_share", "48")
    assert not [f for f in answered.check() if f.rule == "e" and f.level.value == "must_fix"]
    assert answered.goals["iiot_share"].requirement_text == "≥48.00"
    assert "benchmark_contradicts" not in codes(answered)
    small = BenchmarkBook((figure("iiot_share", "5", 2028), figure("iiot_share", "55", 2028)))
    assert [f.chosen for f in small.choosing("iiot_share", "5").figures] == [True, False]
    same = BenchmarkBook((one, replace(two, value=Decimal(52))))
    # Two sources of one figure contradict nothing.
    assert "benchmark_contradicts" not in codes(pl.plan(make_baseline(), benchmarks=same))


def test_a_target_is_never_called_an_average(tmp_path: Path) -> None:
    plan = pl.plan(make_baseline())
    told = [sentence(f, "zh", plan.system.catalogue) for f in plan.check() if f.rule == "e"]
    assert any("规划目标，不是实际的行业平均" in text for text in told)
    assert not any("行业平均 55" in text for text in told)
    (tmp_path / "b.csv").write_text(
        "id,value,unit,year,scope,basis,source,kind,computed\n"
        "iiot_share,40,%,2025,新疆,企业占比,甲,平均,\n"
        "iiot_share,56,%,2028,新疆,企业占比,乙,规划,\n"
        "co2_decline,4,%/年,2025,新疆,总量,丙,,（100→96）\n",
        "utf-8",
    )
    book = pl.read_benchmarks(tmp_path / "b.csv")
    assert [(f.code, f.found) for f in book.findings] == [("benchmark_kind_unknown", "kind: 规划")]
    own = pl.plan(make_baseline(), benchmarks=tmp_path / "b.csv")
    assert "benchmark_kind" not in codes(own)
    (computed,) = [f for f in own.check() if f.code == "benchmark_computed"]
    assert "100→96" in sentence(computed, "zh")
