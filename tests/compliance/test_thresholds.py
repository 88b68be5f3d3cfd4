"""Thresholds that a rule set does not know: entered with their source, kept, or told to be unused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.model.messages import sentence, ways_out
from planner.planning.store import dumps, loads

RULE, DOCUMENT = "cert/rd_growth", "某厅〔2026〕1号"


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(pl.shared("baselines") / "example.csv")


def status(plan: pl.Plan, rule: str = RULE) -> str:
    return next(v.status.value for v in plan.verdicts if v.rule.id == rule)


# R&D went from 3.61 to 4.65 in two years: (4.65 / 3.61) ^ (1/2) - 1 = 13.494 %.
@pytest.mark.parametrize(
    ("value", "met"), [("13.49", "met"), ("13.50", "unmet"), (8, "met"), ("8%", "met")]
)
def test_a_threshold_entered_is_judged(plan: pl.Plan, value: object, met: str) -> None:
    assert status(plan) == "unknown"
    known = plan.threshold(RULE, value, DOCUMENT)  # type: ignore[arg-type]
    assert status(known) == met
    (told,) = [f for f in known.check() if f.code == "threshold_given"]
    assert DOCUMENT in sentence(told, "zh")
    assert not [f for f in known.check() if f.code == "rule_threshold_unknown" and f.rule == RULE]


def test_it_is_kept_with_the_plan(plan: pl.Plan) -> None:
    known = plan.threshold(RULE, 8, DOCUMENT)
    again = loads(dumps(known).decode(), "plan.json", pl.Plan)
    assert again.thresholds[RULE].value == Decimal(8)
    assert again.thresholds[RULE].source == DOCUMENT
    assert dumps(again) == dumps(known)
    assert b"thresholds" not in dumps(plan)
    # What is wished for since is held against it too.
    assert status(known.wish("output", 2028, 260)) == "met"


def test_one_that_no_rule_takes_is_told(plan: pl.Plan) -> None:
    for rule in ("a", "cert/nothing"):  # rule a has a threshold
        (told,) = [f for f in plan.threshold(rule, 8, "x").check() if f.code == "threshold_unused"]
        assert told.rule == rule
    for value, source in (("viel", "x"), (8, " "), (-150, "x"), (10**20, "x")):
        with pytest.raises(InputError, match="threshold_wrong"):
            plan.threshold(RULE, value, source)


def test_the_way_out_names_the_rule(plan: pl.Plan) -> None:
    (asked,) = [f for f in plan.check() if f.code == "rule_threshold_unknown" and f.rule == RULE]
    assert any(f"{RULE}=" in way for way in ways_out(asked, "zh", plan.system.catalogue))
    answered = plan.reason("rule_threshold_unknown", "未公布", f"{asked.indicator}@{asked.year}")
    (told,) = [f for f in answered.check() if f.code == "rule_threshold_unknown" and f.rule == RULE]
    assert told.level.value == "info"
    assert status(answered) == "unknown"


def test_a_partial_cluster_needs_its_figures_first() -> None:
    known = pl.plan(make_baseline({"rd_spend": None})).threshold(RULE, 8, DOCUMENT)
    assert status(known) == "unknown"
