"""Explain: as few rows as contradict each other, what each may change to, and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import make_baseline

import planner as pl
from planner.model.catalogue import shipped
from planner.model.rulesets import from_text
from planner.planning.explain import Conflict, conflict_findings


@pytest.fixture
def plan() -> pl.Plan:
    return pl.plan(make_baseline())


def rules_of(conflict: Conflict) -> set[str]:
    return {member.rule.id for member in conflict.members}


def ways(conflict: Conflict) -> dict[str, str]:
    found = [way for way in conflict.ways if way.new is not None and not way.elsewhere]
    return {way.member.rule.id: str(way.new) for way in found}


def test_nothing_to_explain(plan: pl.Plan) -> None:
    assert plan.explain() == ()
    assert plan.wish("output", 2028, 300).pin("patents", 2028, 400).explain() == ()


def test_a_wish_against_a_rule(plan: pl.Plan) -> None:
    (conflict,) = plan.wish("output", 2028, 240).explain()
    assert rules_of(conflict) == {"a", "wish output@2028"}
    assert conflict.minimal
    assert ways(conflict) == {"wish output@2028": "247.84"}


def test_three_that_hold_two_by_two(plan: pl.Plan) -> None:
    """Output +20 % a year, total CO2 falling and 0.40 t per unit: any two of them can hold."""
    made = plan.wish("output_growth_3y", 2028, 20).wish("co2_intensity", 2028, "0.40")
    (conflict,) = made.explain()
    assert rules_of(conflict) == {"f", "wish output_growth_3y@2028", "wish co2_intensity@2028"}
    assert conflict.minimal
    # 0.395 x 321.75 = 127.09 is the least that is printed as 0.40; 69.92 / 321.75 = 0.2173
    assert ways(conflict) == {"f": "127.10", "wish co2_intensity@2028": "0.22"}


def test_the_chain_of_rows_behind_a_stage(plan: pl.Plan) -> None:
    (conflict,) = plan.wish("quality_smes", 2027, 38).explain()
    assert conflict.rows == (
        "b: quality_smes@2026", "b: quality_smes@2027", "wish quality_smes@2027: quality_smes@2027",
    )  # fmt: skip
    assert ways(conflict) == {"wish quality_smes@2027": "40"}


def test_independent_conflicts_are_all_reported(plan: pl.Plan) -> None:
    made = plan.wish("output", 2028, 240).wish("patents", 2028, 10).pin("smes", 2028, 100)
    made = made.wish("quality_smes", 2028, 200).wish("co2", 2028, 90)
    found = made.explain()
    assert {frozenset(rules_of(c)) for c in found} == {
        frozenset({"a", "wish output@2028"}),
        frozenset({"d", "wish patents@2028"}),
        frozenset({"part:quality_smes", "wish quality_smes@2028", "pin smes@2028"}),
        frozenset({"f", "wish co2@2028"}),
    }
    assert all(conflict.minimal for conflict in found)


def test_pins_against_rules_name_the_pin_as_negotiable(plan: pl.Plan) -> None:
    (conflict,) = plan.pin("output", 2028, 240).explain()
    (way,) = conflict.ways
    assert (way.member.standing, way.old, way.new) == ("pin", Decimal("240.00"), Decimal("247.84"))
    assert plan.pin("output", 2028, way.new).explain() == ()


def test_a_share_that_only_a_handful_could_save_is_told_shortly(plan: pl.Plan) -> None:
    (conflict,) = plan.wish("iiot_share", 2028, 30).explain()
    assert rules_of(conflict) == {"e", "wish iiot_share@2028", "stay smes@2028"}
    assert ways(conflict) == {"e": "30.13", "wish iiot_share@2028": "55.13"}


def test_a_way_out_taken_resolves_the_conflict(plan: pl.Plan) -> None:
    made = plan.wish("rd_spend", 2028, 500).pin("output", 2028, 300)
    (conflict,) = made.explain()
    for way in conflict.ways:
        verb = made.pin if way.member.standing == "pin" else made.wish
        assert way.new is not None
        assert verb(way.cell.indicator, way.cell.year, way.new).explain() == ()


def test_a_baseline_that_breaks_its_own_arithmetic() -> None:
    levels = {"innovative_smes": "36", "srdi_smes": "13", "little_giants": "2"}
    made = pl.plan(make_baseline(levels)).reading("tiers", "disjoint")
    found = made.explain()
    assert any(
        conflict.rows == ("tiers: little_giants@2025+srdi_smes@2025+innovative_smes@2025",)
        for conflict in found
    )
    told = conflict_findings(made, found)[0]
    assert told.code == "conflict_alone"
    assert told.ways_out == ("not_negotiable",)


CIRCLE = """
id: circle
version: "1"
title: {zh: 循环, en: circle}
document: {title: 测试}
horizon: 3
rules:
  - id: most
    title: {zh: 上限, en: most}
    quote: 原文
    source: {article: 一}
    level: statutory
    scope: [target]
    test: {level: {of: sme_share, at_most: 70, at: end}}
  - id: least
    title: {zh: 下限, en: least}
    quote: 原文
    source: {article: 二}
    level: benchmark
    scope: [target]
    test: {level: {of: sme_share, at_least: 80, at: end}}
"""


def test_rules_that_contradict_each_other() -> None:
    made = pl.plan(make_baseline(), rules=from_text(CIRCLE, "circle.yaml", shipped()))
    found = made.explain()
    assert rules_of(found[0]) == {"most", "least"}
    assert found[0].minimal
    assert made.repair().repaired is not None
    assert not made.repair().repaired.complies  # type: ignore[union-attr]
    relaxed = made.relax("least", "另有依据").repair()
    assert relaxed.repaired is not None
    assert relaxed.repaired.complies


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences(plan: pl.Plan, lang: str) -> None:
    table = pl.conflicts_table(plan.wish("output", 2028, 240), lang)
    text = " ".join(str(value) for value in table.iloc[0])
    for part in (
        ("规则 a：集群总产值2025–2028年年均增长≥10.00%（≥247.84）", "意愿：2028年集群总产值=240.00亿元", "已证明")
        if lang == "zh"
        else ("rule a: Total output 2025–2028 growing ≥10.00 % a year (≥247.84)", "wish: Total output 2028", "proven")
    ):  # fmt: skip
        assert part in text
    assert "247.84" in table.iloc[0, -1]
