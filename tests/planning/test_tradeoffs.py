"""Trade-offs, implied rates, reach and frontier, recomputed by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.intake.baselines import read_baseline
from planner.model.catalogue import Cell
from planner.model.scenario import from_text

LIMIT = """
id: limit
title: {zh: 限度, en: limit}
ambitions:
  - level: {of: co2_intensity, at_least: 0.25, at: end}
"""


@pytest.fixture
def plan() -> pl.Plan:
    return pl.plan(make_baseline())


def rate(new: str, old: str) -> float:
    return round(100 * ((float(new) / float(old)) ** (1 / 3) - 1), 2)


def test_one_more_point_of_output_growth(plan: pl.Plan) -> None:
    found = {item.rule.id: item for item in plan.tradeoffs()}
    assert set(found) == set("abcdefg")
    growth = found["a"]
    effects = {effect.cell.indicator: effect for effect in growth.effects}
    # 186.20 x 1.11^3 = 254.6556...
    assert effects["output"].new == Decimal("254.66")
    # 78.20 / 186.20 now, 69.92 / 247.84 and 69.92 / 254.66 then
    intensity = effects["co2_intensity"]
    assert float(intensity.old_rate or 0) == rate(str(69.92 / 247.84), str(78.20 / 186.20))
    assert float(intensity.new_rate or 0) == rate(str(69.92 / 254.66), str(78.20 / 186.20))
    assert growth.distance == 0  # no wish is in the way


def test_a_decline_asked_for_more_falls_further(plan: pl.Plan) -> None:
    found = next(item for item in plan.tradeoffs() if item.rule.id == "f")
    (co2,) = [effect for effect in found.effects if effect.cell.indicator == "co2"]
    assert (found.old, found.new) == (Decimal("3.66"), Decimal("4.66"))
    assert co2.new == Decimal("67.76")  # 78.20 x 0.9534^3 = 67.7679...


def test_the_range_ends_where_another_rule_takes_over(plan: pl.Plan) -> None:
    found = next(item for item in plan.tradeoffs() if item.rule.id == "e")
    # 112 of 312 is 35.897 %: up to 35 the kept share is enough by itself.
    assert (found.holds.low, found.holds.low_open) == (Decimal(36), False)


def test_wishes_pay_for_what_rules_ask(plan: pl.Plan) -> None:
    made = plan.wish("output", 2028, 250)
    found = next(item for item in made.tradeoffs() if item.rule.id == "c")
    assert found.distance == 0
    tight = plan.wish("output", 2028, "247.84")
    growth = next(item for item in tight.tradeoffs() if item.rule.id == "a")
    assert growth.distance == Fraction(25466 - 24784, 24784)


def test_implied_rates(plan: pl.Plan) -> None:
    found = {item.indicator: item for item in plan.implied()}
    intensity = found["co2_intensity"]
    assert intensity.rate == Decimal("-12.42")
    assert intensity.parts == {"co2": Decimal("-3.66"), "output": Decimal("10.00")}
    assert "iiot_share" not in found  # somebody asked for that one
    table = pl.implied_table(plan, "en")
    assert list(table["Rate (%/yr)"])[-1] == "-12.42"
    assert len(pl.tradeoff_table(plan, "zh")) == sum(len(t.effects) for t in plan.tradeoffs())


def test_reach_with_the_rest_as_it_stands(plan: pl.Plan) -> None:
    co2 = plan.reach("co2")
    assert co2.low is None
    assert co2.high is not None
    assert (co2.high.value, co2.high.rows) == (Decimal("69.92"), ("f: co2@2028",))
    share = plan.reach("iiot_share")
    assert share.low is not None
    assert share.low.value == Decimal("55.13")
    assert str(plan.reach("quality_smes")) == (
        "quality_smes@2028: 41 (b: quality_smes@2028) – 312 (part:quality_smes: quality_smes@2028)"
    )
    assert plan.reach("quality_smes", 2026).low.value == 39  # type: ignore[union-attr]
    output = plan.reach("output")
    assert output.low is not None
    assert output.high is None
    assert output.low.value == Decimal("247.84")


def test_every_end_is_the_last_that_complies(plan: pl.Plan) -> None:
    """One step beyond any end and the check objects; at the end it does not."""
    for key in ("output", "co2", "energy", "iiot_smes", "quality_smes", "smes", "rd_spend"):
        found = plan.reach(key)
        one = Decimal(1).scaleb(-plan.system.catalogue[key].decimals)
        for end, beyond in ((found.low, -one), (found.high, one)):
            if end is None:
                continue
            assert holds(plan, key, end.value), (key, end)
            assert not holds(plan, key, end.value + beyond), (key, end)


def holds(plan: pl.Plan, key: str, value: Decimal) -> bool:
    from dataclasses import replace

    table = {**plan.numbers.targets, Cell(key, 2028): value}
    judged = replace(plan, given=table)
    return not any(
        verdict.status.value == "unmet"
        for verdict in judged.verdicts
        if verdict.rule.scope == "target" and verdict.rule.level != "ambition"
    )


def test_the_rest_has_to_comply_itself(plan: pl.Plan) -> None:
    assert not plan.wish("patents", 2028, 10).reach("co2").possible
    assert str(plan.wish("patents", 2028, 10).reach("co2")) == "co2@2028: ∅"


def test_frontier_of_two_indicators() -> None:
    made = pl.plan(
        make_baseline(),
        scenario=from_text(LIMIT, "limit.yaml", read_baseline(make_baseline()).catalogue),
    )
    found = made.frontier("output", "co2", points=5)
    assert [str(point.x) for point in found.points] == [
        "247.84", "255.80", "263.76", "271.72", "279.68",
    ]  # fmt: skip
    for point in found.points:
        low, high = point.y.low, point.y.high
        assert low is not None
        assert high is not None
        # At least 0.25 t for each 10 000 yuan, rounded up; at most the total that rule f leaves.
        exact = Fraction(point.x) / 4
        assert Fraction(low.value) - Fraction(1, 100) < exact <= Fraction(low.value)
        assert high.value == Decimal("69.92")
        assert point.efficient
    turned = made.frontier("co2_intensity", "output", points=3)
    assert [point.efficient for point in turned.points] == [True, False, False]
    assert pl.frontier_chart(made, found).axes[0].get_xlabel().startswith("集群总产值")
    assert list(found.frame().columns) == [
        "output@2028",
        "co2@2028_min",
        "co2@2028_max",
        "efficient",
    ]


def test_a_frontier_without_limits_says_so_by_leaving_ends_open(plan: pl.Plan) -> None:
    found = plan.frontier("output", "patents", points=3)
    assert all(point.y.high is None for point in found.points)
    assert not any(point.efficient for point in found.points)
    with pytest.raises(InputError):
        plan.frontier("output", "output_growth")
    with pytest.raises(InputError):
        plan.reach("nonsense")


def test_sums_have_a_remainder(root: Path) -> None:
    base = read_baseline(
        root / "baselines/sub-industries.csv",
        catalogue=pl.read_catalogue(root / "baselines/sub-industries.yaml"),
    )
    made = pl.plan(base).reading("tiers", "disjoint")
    spread = made.lock("output").wish("sauce_output", 2028, 150).pin("juice_output", 2027, 60)
    spread = spread.lock("quality_smes").wish("srdi_smes", 2028, 20)
    for year in spread.years:
        parts = [
            spread.numbers.printed(f"{key}_output", year) for key in ("sauce", "juice", "other")
        ]
        assert sum(part or 0 for part in parts) == made.numbers.printed("output", year)
        tiers = ("little_giants", "srdi_smes", "innovative_smes")
        total = sum(spread.numbers.printed(key, year) or 0 for key in tiers)
        assert total == made.numbers.printed("quality_smes", year)
    # The one wished for takes its own shape, the last one what is left.
    sauce = [str(spread.numbers.printed("sauce_output", year)) for year in spread.years]
    assert sauce == ["113.48", "130.47", "150.00"]
    both = made.lock("output").wish("sauce_output", 2028, 200).wish("juice_output", 2028, 100)
    (conflict,) = both.explain()
    assert {m.rule.id for m in conflict.members} == {
        "sum:output", "wish sauce_output@2028", "wish juice_output@2028", "pin output@2028",
    }  # fmt: skip
    assert both.repair().repaired.complies  # type: ignore[union-attr]


def test_a_baseline_whose_parts_do_not_add_up_is_told(root: Path) -> None:
    catalogue = pl.read_catalogue(root / "baselines/sub-industries.yaml")
    text = (root / "baselines/sub-industries.csv").read_text("utf-8").replace("46.15", "46.25")
    import io

    import pandas as pd

    base = read_baseline(pd.read_csv(io.StringIO(text), dtype=str), catalogue=catalogue)
    found = next(finding for finding in base.findings if finding.code == "sum_differs")
    assert (found.found, found.expected) == ("186.30", "186.20")


def test_published_figures_are_looked_at_as_far_as_they_go(root: Path) -> None:
    """Incomplete as real clusters are: nothing breaks, and what is said is said of what is known."""
    paths = sorted((root / "baselines/real").glob("*.csv"))
    assert len(paths) > 3
    for path in paths:
        made = pl.plan(path)
        end = made.years[-1]
        level = made.numbers.printed("output", end)
        if level is not None:
            made = made.wish("output", end, level / 2)
        known = {row.id for row in made.goals if row.values[end] is not None}
        fixed = made.repair()
        assert fixed.repaired is not None
        assert fixed.repaired.complies
        assert all(item.indicator in known for item in fixed.implied())
        assert all(
            effect.cell.indicator in known for t in fixed.tradeoffs() for effect in t.effects
        )
        if level is not None:
            assert [conflict.minimal for conflict in made.explain()] == [True]
            assert fixed.reach("output").possible
