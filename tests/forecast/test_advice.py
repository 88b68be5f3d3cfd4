"""A target at 80 % that breaks a rule or is worse than the base year is never offered."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from conftest import make_baseline

import planner as pl
from planner.export.csvfiles import odds_csv
from planner.forecast.advice import held_down, offer, withheld
from planner.model.catalogue import Cell
from planner.model.messages import said, sentence
from planner.planning.statements import merit
from planner.planning.store import dumps, loads


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
    frame = odds.frame(as_="text")
    assert frame.loc["patents", "safe_2028"] == ""
    assert frame.loc["output", "safe_2028"] == str(odds["output"].safe)


def test_without_each_goal_the_others_are_counted_path_by_path(plan, odds):
    end = plan.years[-1]
    hits = {key: odds.hits(Cell(key, end)) for key in odds.counted}
    assert odds.without.keys() == hits.keys()
    for key, chance in odds.without.items():
        others = np.logical_and.reduce([found for other, found in hits.items() if other != key])
        assert chance.hits == int(others.sum())
        assert chance.hits >= odds.joint.hits
    worst = max(odds.without, key=lambda key: odds.without[key].hits)
    assert held_down(odds)[0] == worst
    (told,) = [finding for finding in odds.findings if finding.code == "odds_held_down"]
    assert str(odds.without[worst]) in sentence(told, "zh", plan.system.catalogue)


def test_no_offer_breaks_the_rule_of_a_ratio_it_is_part_of(plan, odds):
    """Nobody asks for platform users themselves, but for their share."""
    end = plan.years[-1]
    made = offer(odds, odds["iiot_smes"])
    assert made.kind == "rule"
    assert odds["iiot_smes"].safe < made.value

    def met(value):
        tried = plan.pin("smes", end, 312).wish("iiot_smes", end, value)
        return [v.status.value for v in tried.verdicts if v.rule.id == "e"] == ["met"]

    assert met(made.value)
    assert not met(made.value - 1)


def test_one_year_without_a_reference_class_gives_no_range():
    base = make_baseline({"patents": 100, "output": 100})
    odds = pl.plan(base).odds(peers=[])
    goal = odds["patents"]
    assert (goal.informative, dict(goal.fan)) == (False, {})
    assert offer(odds, goal).kind == "blind"
    assert "不具参考性" in said(withheld(goal, offer(odds, goal)), "zh")
    assert "odds_blind" in {finding.code for finding in odds.findings}
    (record,) = [item for item in odds.record("zh")["goals"] if item["indicator"] == "patents"]
    assert (record["safe"], record["fan"], record["informative"]) == ("", {}, False)
    blank = next(r for r in csv_rows(odds) if r["indicator"] == "patents")
    end = odds.plan.years[-1]
    assert [blank[f"{name}_{end}"] for name in ("safe", "p10", "p50", "p90")] == [""] * 4


def csv_rows(odds):
    return list(csv.DictReader(io.StringIO(odds_csv(odds).decode("utf-8-sig"))))


def test_the_file_says_what_may_be_offered(odds):
    end = odds.plan.years[-1]
    for row in csv_rows(odds):
        made = offer(odds, odds[row["indicator"]])
        assert (row[f"offer_{end}"], row["offer_kind"]) == (str(made.value), made.kind)
        assert (row[f"safe_{end}"] == "") is (made.kind != "safe")
        assert float(row["offer_chance"]) == pytest.approx(made.chance.value, abs=1e-6)


def test_where_choosing_by_odds_gains_nothing_the_bottleneck_is_named(plan):
    fixed = plan.pin("co2", plan.years[-1], 30).repair(prefer="odds")
    before, after = fixed.repaired.odds
    assert before == after
    assert fixed.repaired.bottleneck == "co2"
    told = said(merit(fixed.repaired, plan.baseline.catalogue), "zh")
    assert "二氧化碳排放量" in told
    again = loads(dumps(fixed).decode(), "plan.json", pl.Plan)
    assert again.repaired.bottleneck == "co2"


def test_a_figure_computed_from_a_benchmark_is_not_put_in_its_sources_mouth(odds, plan):
    (told,) = [finding for finding in odds.findings if finding.code == "odds_benchmark"]
    text = sentence(told, "zh", plan.system.catalogue)
    # 1 - (1 - 0.0366) x 1.1279 is a growth of 8.66 %, output growing as it last did.
    assert text.index("17 %/5年") < text.index("推算为每年 8.66%")
