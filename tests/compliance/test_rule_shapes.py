"""What a rule file can say, beyond what the shipped ones do (§4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import make_baseline

import planner as pl
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Cell, shipped
from planner.model.rulesets import RuleSet, from_text

HEAD = """
id: own
version: "1"
title: {zh: 自定, en: own}
document: {title: 测试}
rules:
"""


def rule(test: str, scope: str = "target", level: str = "statutory", key: str = "x") -> str:
    lines = "\n".join("      " + line for line in test.strip("\n").splitlines())
    return (
        f"  - id: {key}\n    title: {{zh: 甲, en: x}}\n    quote: 原文\n    source: {{article: 一}}\n"
        f"    level: {level}\n    scope: [{scope}]\n    test:\n{lines}\n"
    )


def ruleset(*rules: str) -> RuleSet:
    return from_text(HEAD + "".join(rules), "own.yaml", shipped())


def planned(test: str, levels: dict[str, object] | None = None, **options: object) -> pl.Plan:
    return pl.plan(make_baseline(levels), rules=ruleset(rule(test)), **options)  # type: ignore[arg-type]


def values(plan: pl.Plan, key: str) -> list[str]:
    return [str(plan.goals[key].values[year]) for year in plan.years]


def status(plan: pl.Plan) -> str:
    return plan.verdicts[0].status.value


def test_growth_in_each_year_is_a_rounded_floor_every_year() -> None:
    plan = planned(
        "growth: {of: output, at_least: 10, over: plan, timing: each_year}", {"output": "45.67"}
    )
    # 50.237 up, 55.264 up, 60.797 up: each from the printed year before
    assert values(plan, "output") == ["50.24", "55.27", "60.80"]
    assert status(plan) == "met"


def test_a_path_binds_every_stage() -> None:
    test = "growth: {of: output, at_least: 10, over: plan, timing: path}"
    plan = planned(test).shape("output", "back")
    # 186.20 * 1.1, * 1.21, * 1.331: a late start is not allowed
    assert values(plan, "output") == ["204.82", "225.31", "247.84"]


def test_a_strict_bound_has_to_be_passed() -> None:
    plan = planned("growth: {of: output, above: 10, over: plan}", {"output": "100.00"})
    assert values(plan, "output")[2] == "133.11"
    plan = planned("level: {of: iiot_share, above: 50, at: end}")
    assert values(plan, "iiot_smes")[2] == "157"  # 156 of 312 is 50 exactly
    plan = planned("level: {of: co2, below: 70, at: end}")
    assert values(plan, "co2")[2] == "69.99"


def test_levels_of_each_year_and_on_average() -> None:
    plan = planned("level: {of: patents, at_least: 250, at: each_target}")
    assert values(plan, "patents") == ["250", "250", "250"]
    plan = planned("level: {of: patents, at_least: 250, at: average_target}")
    assert sum(map(int, values(plan, "patents"))) >= 750
    assert status(plan) == "met"


def test_an_average_of_shares_is_weighted_by_their_parts() -> None:
    test = "level: {of: iiot_share, at_least: 40, at: average_past}"
    history = {
        Cell(key, year): Decimal(value)
        for key, found in {"iiot_smes": (10, 20, 112), "smes": (100, 100, 312)}.items()
        for year, value in zip((2023, 2024, 2025), found, strict=True)
    }
    rules = ruleset(rule(test, "certification"))
    base = make_baseline()
    from dataclasses import replace

    known = pl.plan(replace(base, values={**base.values, **history}), rules=rules)
    # 142 of 512 firms are 27.73 %; the mean of 10, 20 and 35.9 would be 21.97
    assert status(known) == "unmet"
    line = known.verdicts[0].lines[0]
    assert (str(line.value), str(line.requirement), str(line.margin)) == (
        "27.734375", "40.000000", "-12.265625",
    )  # fmt: skip
    shares = {Cell("iiot_share", year): Decimal(45) for year in (2023, 2024, 2025)}
    lone = {c: v for c, v in base.values.items() if c.indicator not in {"iiot_smes", "smes"}}
    unknown = pl.plan(replace(base, values={**lone, **shares}), rules=rules)
    assert status(unknown) == "unknown"


def test_m_of_n_and_unknown_items() -> None:
    tests = """
m_of:
  need: 2
  tests:
    - level: {of: output, at_least: 100, at: base}
    - level: {of: patents, at_least: 1000, at: base}
    - level: {of: hightech, at_least: 5, at: base}
"""
    rules = ruleset(rule(tests, "reverification"))
    assert status(pl.plan(make_baseline({"hightech": 5}), rules=rules)) == "met"
    assert status(pl.plan(make_baseline({"hightech": 4}), rules=rules)) == "unmet"
    assert status(pl.plan(make_baseline(), rules=rules)) == "unknown"


def test_the_same_cell_twice_in_one_rule_keeps_two_lines() -> None:
    tests = """
all_of:
  - level: {of: patents, at_least: 300, at: end}
  - level: {of: patents, at_most: 310, at: end}
"""
    plan = planned(tests)
    names = [line.name for line in plan.verdicts[0].lines]
    assert names == ["x: patents@2028", "x: patents@2028 #2"]
    assert values(plan, "patents")[2] == "300"
    from planner.export.workbook import goals_workbook

    assert goals_workbook(plan)


def test_sums_hold_in_every_year() -> None:
    tests = "sum: {parts: [innovative_smes, srdi_smes], whole: quality_smes}"
    rules = ruleset(
        rule(tests, level="identity"), rule("step: {of: quality_smes, at_least: 2}", key="y")
    )
    levels = {"innovative_smes": 30, "srdi_smes": 8}
    plan = pl.plan(make_baseline(levels), rules=rules)
    assert status(plan) == "met"
    for index, total in enumerate((40, 42, 44)):
        assert sum(int(values(plan, key)[index]) for key in levels) == total


def test_growth_held_against_a_benchmark() -> None:
    figure = Benchmark(
        "rd_spend_growth", Decimal(25), "%/3年", 2025, "全国", "全国企业", "来源", 3, given=True
    )
    plan = planned(
        "growth: {of: rd_spend, at_least: {benchmark: rd_spend_growth}, over: plan}",
        benchmarks=BenchmarkBook((figure,)),
    )
    # 25 % in three years is 7.722 % a year, printed and asked as 7.73; 4.65 * 1.0773^3 = 5.8137
    assert str(figure.yearly) == "7.73"
    assert values(plan, "rd_spend")[2] == "5.82"


def test_a_fall_of_the_past_is_judged_with_its_sign() -> None:
    rules = ruleset(rule("decline: {of: co2, at_least: 5, over: past}", "certification"))
    from dataclasses import replace

    base = make_baseline({"co2": "90.25"})
    for start, expected in (("100.00", "met"), ("99.99", "unmet")):
        known = replace(base, values={**base.values, Cell("co2", 2023): Decimal(start)})
        plan = pl.plan(known, rules=rules)
        assert status(plan) == expected  # two periods: 100 * 0.95^2 = 90.25
    assert plan.verdicts[0].lines[0].margin < 0  # type: ignore[operator]


@pytest.mark.parametrize(
    ("bound", "end", "expected"),
    [("at_least: 3", "81", "met"), ("at_most: 3", "82", "unmet"), ("above: 3", "81", "unmet")],
)
def test_steps_in_units(bound: str, end: str, expected: str) -> None:
    levels = {"hightech": 72}
    plan = planned(f"step: {{of: hightech, {bound}}}", levels)
    plan = plan.pin("hightech", 2026, 75).pin("hightech", 2027, 78).pin("hightech", 2028, end)
    assert status(plan) == expected


def test_a_rule_set_out_of_force_is_said() -> None:
    text = HEAD.replace("rules:", "valid: {from: 2020-01-01, to: 2023-12-31}\nrules:")
    rules = from_text(text + rule("step: {of: patents, at_least: 1}"), "own.yaml", shipped())
    plan = pl.plan(make_baseline(), rules=rules)
    assert "rules_not_in_force" in {finding.code for finding in plan.check()}


def test_of_two_measures_the_known_one_is_planned() -> None:
    tests = """
any_of:
  - growth: {of: output, at_least: 8, over: plan}
  - growth: {of: revenue, at_least: 8, over: plan}
"""
    plan = planned(tests)
    assert status(plan) == "met"
    row = plan.goals["output"]
    assert (str(row.values[2028]), str(row.margin), row.status) == ("234.56", "0.00", "met")
    assert "revenue" not in {row.id for row in plan.goals}


def test_a_way_that_was_not_taken_asks_nothing() -> None:
    tests = """
m_of:
  need: 1
  tests:
    - level: {of: patents, at_least: 1000, at: end}
    - level: {of: cloud_share, at_least: 50, at: end}
"""
    plan = planned(tests)
    assert (plan.goals["patents"].requirement, plan.goals["patents"].status) == (None, "free")
    assert plan.goals["cloud_share"].requirement_text == "≥50.00"


def test_an_average_is_printed_as_one_and_planned_without_zigzag() -> None:
    plan = planned("level: {of: iiot_share, at_least: 60, at: average_target}")
    stages = [int(value) for value in values(plan, "iiot_smes")]
    assert stages == sorted(stages)
    assert status(plan) == "met"
    assert plan.goals["iiot_share"].requirement is None
    plan = planned("level: {of: output, at_least: 190, at: average_target}")
    line = plan.verdicts[0].lines[0]
    assert (str(line.value), str(line.requirement)) == ("190.000000", "190.000000")


def test_a_sum_is_no_requirement_on_its_members() -> None:
    plan = planned(
        "level: {of: [champions, little_giants], at_least: 5, at: end}",
        {"champions": 1, "little_giants": 2},
    )
    assert plan.goals["champions"].requirement is None
    assert sum(int(values(plan, key)[2]) for key in ("champions", "little_giants")) == 5


def test_a_strict_rate_is_printed_as_strict() -> None:
    plan = planned("growth: {of: output, above: 10, over: plan}", {"output": "100.00"})
    assert plan.goals["output_growth_3y"].requirement_text == ">10.00"
    assert plan.goals["output"].requirement_text == "≥133.11"


def test_a_target_rule_that_nobody_can_judge_is_not_met() -> None:
    plan = planned("growth: {of: output, at_least: unknown, over: plan}")
    assert status(plan) == "unknown"
    assert not plan.complies
    assert not pl.plan(make_baseline({"patents": 0})).complies


def test_a_verdict_shows_first_what_breaks_it_or_what_is_tightest() -> None:
    """The second stage is short of its floor, though the first is met and stands before it."""
    broken = planned("level: {of: output, at_least: 13000, at: each_target}",
                     {"output": 13000}).pin("output", 2027, 12999)  # fmt: skip
    verdict = next(v for v in broken.verdicts if v.rule.id == "x")
    assert [line.status.value for line in verdict.lines].count("unmet") == 1
    assert verdict.lines[0].status.value == "met"
    assert (verdict.head.status.value, verdict.head.end.year) == ("unmet", 2027)
