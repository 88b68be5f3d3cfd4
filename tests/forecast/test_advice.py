"""A target at 80 % that breaks a rule or is worse than the base year is never offered."""

from __future__ import annotations

import pytest

import planner as pl
from planner.forecast.advice import offer, withheld
from planner.model.catalogue import Cell
from planner.model.messages import said


@pytest.fixture(scope="module")
def plan():
    return pl.plan(pl.shared("baselines") / "example.csv")


@pytest.fixture(scope="module")
def odds(plan):
    return plan.odds()


def test_no_offer_breaks_a_rule_or_is_worse_than_the_base_year(plan, odds):
    end = plan.years[-1]
    kinds = set()
    for goal in odds.goals:
        made = offer(odds, goal)
        kinds.add(made.kind)
        falls = goal.item.better == "lower"
        if made.kind == "safe":
            assert made.value == goal.safe
            assert made.chance.value >= 0.8
        else:
            assert (made.value < goal.safe) if falls else (made.value > goal.safe)
            assert made.chance.value < 0.8
        if goal.row.baseline is not None and goal.item.kind != "growth":
            base = goal.row.baseline
            assert made.value <= base if falls else made.value >= base
        # By judging a plan that asks for it, rather than by the requirement it was made of.
        if goal.row.rules and goal.item.kind == "measured":
            tried = plan.wish(goal.id, end, made.value)
            mine = [v for v in tried.verdicts if v.rule.id in goal.row.rules]
            assert all(v.status.value == "met" for v in mine), goal.id
    assert kinds == {"safe", "rule", "base"}


def test_the_odds_of_an_offer_are_those_of_a_plan_with_it(plan, odds):
    made = offer(odds, odds["patents"])
    asked = plan.wish("patents", 2028, made.value).odds()
    assert asked.chances[Cell("patents", 2028)].hits == made.chance.hits
    assert said(withheld(odds["patents"], made), "zh").startswith("有效发明专利数量八成把握只到")
    assert withheld(odds["output"], offer(odds, odds["output"])) is None


def test_what_is_not_offered_is_one_finding_and_a_dash(odds):
    told = [finding for finding in odds.findings if finding.code == "odds_withheld"]
    assert len(told) == 1
    firm = [g for g in odds.goals if g.id in odds.firm and offer(odds, g).kind != "safe"]
    assert told[0].found == str(len(firm)) != "0"
    frame = odds.frame("zh")
    assert frame.loc["有效发明专利数量", "八成把握的目标"] == ""
    assert frame.loc["集群总产值", "八成把握的目标"] == str(odds["output"].safe)
