"""Ratios of which neither more nor less is better: an exact half goes away from zero (§2)."""

from __future__ import annotations

from dataclasses import replace

from conftest import make_baseline

import planner as pl
from planner.model.catalogue import shipped
from planner.model.rulesets import from_text

RULES = """
id: own
version: "1"
title: {zh: 甲, en: own}
document: {title: 测试}
rules:
  - id: x
    title: {zh: 甲, en: x}
    quote: 原文
    source: {article: 一}
    level: statutory
    scope: [target]
    test:
      level: {of: smes, at_most: 100, at: each_target}
"""


def test_a_share_between_two_counts_is_held_by_the_upper_one() -> None:
    """Of 100, 40.50 % are 40.5: 41 is as near as 40, and what a half is rounded to."""
    known = shipped()
    share = known["cloud_share"].model_copy(update={"better": "neither"})
    catalogue = replace(known, indicators={**known.indicators, "cloud_share": share})
    baseline = replace(make_baseline({"smes": 100, "cloud_smes": 30}), catalogue=catalogue)
    rules = from_text(RULES, "own.yaml", catalogue)
    plan = pl.plan(baseline, rules=rules).pin("smes", 2028, 100).wish("cloud_share", 2028, "40.50")
    assert str(plan.goals["smes"].values[2028]) == "100"
    assert str(plan.goals["cloud_smes"].values[2028]) == "41"
    wish = next(rule for rule in plan.wished.rules if rule.origin == "wish")
    assert [row.status(plan.numbers.measured).value for row in wish.rows] == ["met", "met"]
    assert "rule_unmet_from_parts" not in {finding.code for finding in plan.repair().check()}
