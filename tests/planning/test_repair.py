"""Repair: the nearest table that complies, what it may not touch, and why each target moved."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError, Obligation
from planner.model.catalogue import Cell
from planner.planning.store import dumps


def cells(plan: pl.Plan, kind: str = "wish") -> dict[str, tuple[str, str]]:
    return {str(c.cell): (str(c.old), str(c.new)) for c in plan.changes if c.kind == kind}


def unmet(plan: pl.Plan) -> list[str]:
    verdicts = [verdict for verdict in plan.verdicts if verdict.rule.scope == "target"]
    return [v.rule.id for v in verdicts if v.rule.level != "ambition" and v.status.value == "unmet"]


def why(plan: pl.Plan, cell: str) -> tuple[str, ...]:
    return next(change.rows for change in plan.changes if str(change.cell) == cell)


@pytest.fixture
def plan() -> pl.Plan:
    return pl.plan(make_baseline())


def test_a_wish_below_the_floor_moves_to_it_and_no_further(plan: pl.Plan) -> None:
    fixed = plan.wish("output", 2028, 240).repair()
    assert cells(fixed) == {"output@2028": ("240.00", "247.84")}
    assert why(fixed, "output@2028") == ("a: output@2028",)
    assert unmet(fixed) == []
    assert fixed.repaired is not None
    assert fixed.repaired.distance == Fraction(784, 24000)
    assert fixed.repaired.proven
    # 186.20 x 1.331 = 247.8322: a step less would not do.
    assert Fraction("247.83") < Fraction("186.20") * Fraction(1331, 1000) <= Fraction("247.84")


def test_what_complies_is_left_alone(plan: pl.Plan) -> None:
    wished = plan.wish("output", 2028, 300).wish("co2", 2028, 60)
    fixed = wished.repair()
    assert fixed.changes == ()
    assert fixed.repaired is not None
    assert fixed.repaired.distance == 0
    assert fixed.goals.records() == wished.goals.records()


def test_stages_and_shares_follow_as_in_any_plan(plan: pl.Plan) -> None:
    fixed = plan.wish("output", 2028, 240).shape("output", "front").repair()
    same = plan.wish("output", 2028, "247.84").shape("output", "front")
    assert fixed.goals.records() == same.goals.records()
    follows = {change.cell: change.how for change in fixed.changes if change.kind == "follows"}
    assert follows[Cell("output", 2026)] == "shape"
    assert follows[Cell("leading_output", 2028)] == "share"


def test_pins_are_kept_and_others_give_way_to_them(plan: pl.Plan) -> None:
    wished = plan.pin("smes", 2028, 100).wish("quality_smes", 2028, 200).pin("output", 2027, "230")
    fixed = wished.repair()
    assert unmet(fixed) == []
    assert fixed.numbers.printed("smes", 2028) == 100
    assert fixed.numbers.printed("output", 2027) == Decimal("230.00")
    assert cells(fixed) == {"quality_smes@2028": ("200", "100")}
    assert fixed.pins == wished.pins


def test_a_wish_for_a_ratio_moves_its_numerator(plan: pl.Plan) -> None:
    fixed = plan.wish("iiot_share", 2028, 30).repair()
    # 172 of 312 is the first count that makes 55 %.
    assert cells(fixed) == {"iiot_share@2028": ("30.00", "55.13")}
    assert fixed.numbers.printed("iiot_smes", 2028) == 172
    assert fixed.numbers.printed("smes", 2028) == 312
    assert 171 * 100 < 55 * 312 <= 172 * 100


def test_a_wish_for_growth_is_repaired_as_a_level(plan: pl.Plan) -> None:
    fixed = plan.wish("output_growth_3y", 2028, 5).repair()
    assert unmet(fixed) == []
    assert fixed.numbers.printed("output", 2028) == Decimal("247.84")
    assert cells(fixed) == {"output_growth_3y@2028": ("5.00", "10.00")}


def test_weights_decide_who_gives_way(plan: pl.Plan) -> None:
    """Spending above output: either may move, and the dearer one does not."""
    wished = plan.wish("rd_spend", 2028, 330).wish("output", 2028, 300)
    spend = wished.repair(weights={"output": 100})
    assert cells(spend) == {"rd_spend@2028": ("330.00", "300.00")}
    output = wished.repair(weights={"研发经费投入": 100})
    assert cells(output) == {"output@2028": ("300.00", "330.00")}
    for weights in ({"output": 0}, {"output": "x"}, {"nothing": 2}):
        with pytest.raises(InputError) as error:
            wished.repair(weights=weights)
        assert error.value.findings[0].code in {"weight_wrong", "indicator_unknown"}


def test_the_size_of_the_cluster_is_no_lever(plan: pl.Plan) -> None:
    """With both wished for, firms are connected rather than struck off."""
    fixed = plan.wish("iiot_smes", 2028, 94).wish("smes", 2028, 312).repair()
    assert cells(fixed) == {"iiot_smes@2028": ("94", "172")}


def test_benchmarks_are_relaxed_only_with_a_reason(plan: pl.Plan) -> None:
    wished = plan.wish("iiot_share", 2028, 30).wish("output", 2028, 240)
    relaxed = wished.repair(relax={"e": "国家规划目标，口径不同"})
    assert cells(relaxed) == {"output@2028": ("240.00", "247.84")}
    found = [finding for finding in relaxed.check() if finding.rule == "e"]
    told = next(finding for finding in found if finding.code == "rule_relaxed")
    assert told.level is Obligation.INFO
    assert "国家规划目标，口径不同" in pl.sentence(told)
    assert relaxed.goals["iiot_share"].status == "unmet"
    assert unmet(relaxed) == ["e"]
    for rule, reason, code in (("a", "无", "relax_refused"), ("e", " ", "reason_missing")):
        with pytest.raises(InputError) as error:
            wished.relax(rule, reason)
        assert error.value.findings[0].code == code


def test_an_unasked_benchmark_still_holds_where_relaxed(plan: pl.Plan) -> None:
    relaxed = plan.relax("e", "口径不同").repair()
    assert relaxed.goals["iiot_share"].status == "met"


def test_ambitions_give_way_to_pins() -> None:
    made = pl.plan(make_baseline(), scenario="stretch").pin("output", 2028, "248.00")
    fixed = made.repair()
    assert unmet(fixed) == []
    assert fixed.numbers.printed("output", 2028) == Decimal("248.00")


def test_where_nothing_complies_the_plan_stays_and_says_so(plan: pl.Plan) -> None:
    stuck = plan.pin("output", 2028, 240)
    same = stuck.repair()
    assert same.changes == ()
    assert same.goals.records() == stuck.goals.records()
    finding = next(f for f in same.check() if f.code == "no_compliant_table")
    assert finding.level is Obligation.MUST_FIX
    assert finding.ways_out == ("see_conflicts",)


def test_a_goal_table_made_elsewhere_is_repaired_cell_by_cell(tmp_path: Path) -> None:
    made = pl.plan(make_baseline()).wish("output", 2028, 240).wish("patents", 2028, 300)
    made.export(tmp_path)
    judged = pl.verify(tmp_path / "goals.csv", make_baseline())
    fixed = judged.repair()
    assert cells(fixed) == {
        "output@2028": ("240.00", "247.84"),
        "patents@2028": ("300", "326"),
    }
    assert cells(fixed, "follows") == {}
    assert fixed.numbers.printed("output", 2026) == judged.numbers.printed("output", 2026)
    assert not [f for f in fixed.check() if f.code == "rule_unmet"]


def test_a_missing_target_that_a_rule_needs_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    path.write_text("indicator,baseline,2026,2027,2028\noutput,186.20,200,220,250\n", "utf-8")
    fixed = pl.verify(path, make_baseline()).repair()
    statuses = {v.rule.id: v.status.value for v in fixed.verdicts if v.rule.id in "abcd"}
    assert statuses == dict.fromkeys("abcd", "met")


def test_incomplete_baselines_are_repaired_as_far_as_they_are_known() -> None:
    made = pl.plan(make_baseline({"co2": None, "energy": None, "employees": None}))
    fixed = made.wish("output", 2028, 200).wish("patents", 2028, 220).repair()
    assert set(cells(fixed)) == {"output@2028", "patents@2028"}
    assert unmet(fixed) == []
    assert {"f", "g"} <= {v.rule.id for v in fixed.verdicts if v.status.value == "unknown"}


def test_the_same_wishes_in_another_order_make_the_same_plan(plan: pl.Plan) -> None:
    wishes = [("output", 2028, 240), ("co2", 2028, 75), ("quality_smes", 2027, 39)]
    one, other = plan, plan
    for wish in wishes:
        one = one.wish(*wish)
    for wish in reversed(wishes):
        other = other.wish(*wish)
    other.explain()
    assert one.repair().goals.records() == other.repair().goals.records()
    assert set(one.repair().changes) == set(other.repair().changes)


def test_a_repaired_plan_is_saved_with_what_was_changed_and_why(
    plan: pl.Plan, tmp_path: Path
) -> None:
    fixed = (
        plan.wish("output", 2028, 240).wish("iiot_share", 2028, 30).repair(relax={"e": "另有口径"})
    )
    path = fixed.save(tmp_path / "plan.json")
    again = pl.read_plan(path)
    assert dumps(again) == path.read_bytes()
    assert again.changes == fixed.changes
    assert again.reasons == {"e": "另有口径"}
    assert again.repaired == fixed.repaired
    # What is changed afterwards is no longer the repair's.
    assert again.wish("output", 2028, 300).repaired is None


def test_changes_are_findings_of_the_plan(plan: pl.Plan) -> None:
    fixed = plan.wish("output", 2028, 240).repair()
    told = next(finding for finding in fixed.check() if finding.code == "changed")
    assert pl.sentence(told, "en") == (
        "'Total output' 2028 was changed from 240.00 to 247.84: rule a: Total output 2025–2028 "
        "growing ≥10.00 % a year (≥247.84)."
    )
    frame = fixed.changes_frame("en")
    told_first = frame.loc[0, ["indicator", "name", "year", "old", "new", "kind"]].tolist()
    assert told_first == ["output", "Total output", 2028, 240.0, 247.84, "wish"]


@pytest.mark.parametrize(
    ("name", "scenario", "asked"),
    [("co2-conflict.csv", "steady", "128.8"), ("example.csv", None, "150")],
)
def test_a_ratio_kept_by_other_parts_is_no_contradiction(
    name: str, scenario: str | None, asked: str
) -> None:
    """Whole patents over more staff print a little more than was asked for, and that is all."""
    plan = pl.plan(pl.shared("baselines") / name, scenario=scenario)
    fixed = plan.wish("patents_per_10k", 2028, asked).repair()
    assert fixed.repaired.complies
    assert fixed.complies
    codes = {item.code for item in fixed.check() if item.indicator == "patents_per_10k"}
    assert codes == {"wish_rounded"}
    patents, staff = (fixed.numbers.printed(key, 2028) for key in ("patents", "employees"))
    # One patent less would be too few.
    assert (patents - 1) * 10000 < Fraction(asked) * Fraction(staff) <= patents * 10000
