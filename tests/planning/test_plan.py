"""Plans: verbs return new values, wishes stand as made, linked indicators move together."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError, Obligation
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Cell, shipped
from planner.model.rulesets import from_text
from planner.model.shapes import SHAPES


def values(plan: pl.Plan, key: str) -> list[str]:
    row = plan.goals[key]
    return [str(row.values[year]) for year in plan.years]


def codes(plan: pl.Plan) -> set[str]:
    return {finding.code for finding in plan.check()}


def statuses(plan: pl.Plan) -> dict[str, str]:
    return {verdict.rule.id: verdict.status.value for verdict in plan.verdicts}


def refused(code: str, call: object, *args: object) -> None:
    with pytest.raises(InputError) as error:
        call(*args)  # type: ignore[operator]
    assert [finding.code for finding in error.value.findings] == [code]


def test_verbs_leave_the_plan_as_it_was() -> None:
    plan = pl.plan(make_baseline())
    before = plan.goals.records()
    changed = plan.wish("output", 2028, 300).pin("patents", 2026, 230).shape("co2", "back")
    changed = changed.reading("f", "intensity")
    assert plan.goals.records() == before
    assert changed.goals.records() != before
    assert not plan.wishes
    assert changed.release("output").release("patents", 2026).wishes == {}
    with pytest.raises(TypeError):
        plan.wishes[Cell("output", 2028)] = Decimal(1)  # type: ignore[index]


def test_indicators_without_a_rule_keep_their_level_or_share() -> None:
    plan = pl.plan(make_baseline())
    assert values(plan, "employees") == ["18640"] * 3
    assert values(plan, "smes") == ["312"] * 3
    # 153.34 of 186.20, of 247.84: 204.1018...
    assert values(plan, "leading_output")[2] == "204.10"
    assert plan.goals["leading_share"].values[2028] == Decimal("82.35")


def test_the_whole_gives_way_to_a_part_that_has_to_grow() -> None:
    plan = pl.plan(make_baseline({"quality_smes": "11", "smes": "12", "enterprises": "13"}))
    assert values(plan, "quality_smes") == ["12", "13", "14"]
    assert values(plan, "smes")[2] == "14"
    assert values(plan, "enterprises")[2] == "14"
    assert statuses(plan)["part:quality_smes"] == "met"


def test_a_wish_that_breaks_a_rule_is_reported_and_stands() -> None:
    plan = pl.plan(make_baseline()).wish("output", 2028, "240.00")
    assert values(plan, "output")[2] == "240.00"
    finding = next(f for f in plan.check() if f.rule == "a")
    assert (finding.code, finding.level) == ("rule_unmet", Obligation.MUST_FIX)
    assert (finding.found, finding.expected) == ("240.00", "247.84")
    assert plan.goals["output"].status == "unmet"


def test_a_pin_is_a_point_the_shape_runs_through() -> None:
    plan = pl.plan(make_baseline()).pin("output", 2026, "220.00")
    assert values(plan, "output") == ["220.00", "233.51", "247.84"]
    # Parts follow their whole through the pin: 153.34 / 186.20 * 220 = 181.175...
    assert values(plan, "leading_output")[0] == "181.18"
    held = plan.pin("output", 2027)
    assert held.pins[Cell("output", 2027)] == Decimal("233.51")


def test_a_wish_for_a_share_moves_its_part() -> None:
    plan = pl.plan(make_baseline()).wish("iiot_share", 2028, "60")
    assert values(plan, "iiot_smes")[2] == "188"  # 187.2 of 312, rounded to the safe side
    assert plan.goals["iiot_share"].values[2028] == Decimal("60.26")
    finding = next(f for f in plan.check() if f.code == "wish_rounded")
    assert (finding.found, finding.expected) == ("60", "60.26")
    low = plan.wish("iiot_share", 2028, "40")
    assert values(low, "iiot_smes")[2] == "125"
    assert statuses(low)["e"] == "unmet"


def test_a_wish_for_growth_becomes_a_level() -> None:
    plan = pl.plan(make_baseline()).wish("output_growth_3y", 2028, 12)
    assert values(plan, "output")[2] == "261.60"  # 186.20 * 1.404928 = 261.5975...
    yearly = pl.plan(make_baseline()).wish("output_growth", 2026, 11)
    assert values(yearly, "output")[0] == "206.69"
    loose = pl.plan(make_baseline()).wish("output_growth", 2027, 11)
    assert "wish_unplaced" in codes(loose)
    chained = yearly.wish("output_growth", 2027, 11)
    assert values(chained, "output")[1] == "229.43"


def test_lower_is_better_rounds_down() -> None:
    plan = pl.plan(make_baseline()).reading("f", "intensity").wish("co2_intensity", 2028, "0.30")
    # 0.30 * 247.84 = 74.352, down; 74.35 / 247.84 prints as 0.30
    assert values(plan, "co2")[2] == "74.35"
    assert plan.goals["co2_intensity"].values[2028] == Decimal("0.30")


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_end_where_the_target_is(shape: str) -> None:
    plan = pl.plan(make_baseline()).shape("patents", shape)
    stages = [int(value) for value in values(plan, "patents")]
    assert stages[2] == 326
    assert stages == sorted(stages)
    expected = {
        "constant": [247, 284], "linear": [252, 289], "front": [277, 314], "back": [227, 264],
        "s-curve": [244, 297],
    }  # fmt: skip
    assert stages[:2] == expected[shape]


def test_unusable_wishes_say_why() -> None:
    plan = pl.plan(make_baseline())
    refused("indicator_unknown", plan.wish, "ouput", 2028, 1)
    refused("year_outside", plan.wish, "output", 2025, 1)
    refused("year_outside", plan.pin, "output", 2029, 1)
    refused("not_a_number", plan.wish, "output", 2028, "many")
    refused("not_a_number", plan.wish, "output", 2028, float("nan"))
    refused("negative", plan.wish, "output", 2028, -1)
    refused("shape_unknown", plan.shape, "output", "zigzag")
    refused("indicator_unknown", plan.shape, "outputs", "linear")
    refused("reading_unknown", plan.reading, "f", "both")
    refused("reading_unknown", plan.reading, "a", "total")
    refused("wish_unplaced", pl.plan(make_baseline({"co2": None})).pin, "co2", 2026)


def test_scenarios_are_ambitions_above_the_rules() -> None:
    floor = pl.plan(make_baseline(), scenario="floor")
    assert floor.goals.records() == pl.plan(make_baseline()).goals.records()
    steady, stretch = (pl.plan(make_baseline(), scenario=name) for name in ("steady", "stretch"))
    for key in ("output", "patents", "rd_spend", "quality_smes"):
        end = [plan.goals[key].values[2028] for plan in (floor, steady, stretch)]
        assert end == sorted(end), key
        assert len(set(end)) == 3, key
    for plan in (steady, stretch):
        assert {statuses(plan)[rule] for rule in "abcdefg"} == {"met"}
    assert values(stretch, "patents")[0] == "301"  # 214 + 156 * 5/9: front-loaded to 370


def test_readings_switch_what_is_asked() -> None:
    book = BenchmarkBook(
        (
            Benchmark("co2_decline", Decimal(1), "%/年", 2025, "省", "total", "t", 1, given=True),
            Benchmark(
                "co2_intensity_decline",
                Decimal(4),
                "%/年",
                2025,
                "省",
                "per_output",
                "t",
                1,
                given=True,
            ),
        )
    )
    plan = pl.plan(make_baseline(), benchmarks=book)
    assert values(plan, "co2")[2] == "75.87"  # 78.20 * 0.99^3 = 75.877...
    other = plan.reading("f", "intensity")
    # both as printed, 0.42 * 0.96^3 = 0.371..., so below 0.375, and from parts: 92.09...
    assert values(other, "co2")[2] == "92.08"
    disjoint = pl.plan(
        make_baseline({"innovative_smes": "20", "srdi_smes": "15", "little_giants": "3"})
    ).reading("tiers", "disjoint")
    assert statuses(disjoint)["tiers"] == "met"
    tiers = ("innovative_smes", "srdi_smes", "little_giants")
    for year, total in ((2025, 38), (2026, 39), (2028, 41)):
        parts = [disjoint.numbers.printed(key, year) for key in tiers]
        assert sum(int(part or 0) for part in parts) == total


def test_the_denominator_of_intensity_is_a_reading() -> None:
    plan = pl.plan(make_baseline())
    assert str(plan.goals["rd_intensity"].baseline) == "2.50"
    other = plan.reading("rd_intensity", "sme_output")
    assert str(other.goals["rd_intensity"].baseline) == "3.19"  # 4.65 / 145.61


def test_periods_follow_the_data_and_not_a_calendar() -> None:
    text = (
        pl.load_rules("xinjiang-2025")
        .text.replace("base_year: 2025", "base_year: 2024")
        .replace("horizon: 3", "horizon: 4")
    )
    rules = from_text(text, "four.yaml", shipped())
    plan = pl.plan(make_baseline(year=2024), rules=rules)
    assert plan.years == (2025, 2026, 2027, 2028)
    assert plan.goals["output"].values[2028] == Decimal("272.62")  # 186.20 * 1.4641 = 272.615...


def test_a_base_year_without_figures_is_said() -> None:
    plan = pl.plan(make_baseline(year=2023))
    finding = next(f for f in plan.check() if f.code == "base_year_empty")
    assert (finding.year, finding.found) == (2025, "2023")
    assert plan.years == (2024, 2025, 2026)
    asked = pl.plan(make_baseline(year=2023), base_year=2023)
    assert "base_year_empty" not in codes(asked)


def test_a_missing_benchmark_leaves_its_rule_unknown() -> None:
    plan = pl.plan(make_baseline(), benchmarks=BenchmarkBook())
    assert [statuses(plan)[rule] for rule in "aefg"] == ["met", "unknown", "unknown", "unknown"]
    assert plan.goals["iiot_share"].status == "unknown"
    assert values(plan, "iiot_smes") == ["112"] * 3
    assert {"benchmark_missing", "rule_benchmark_unknown"} <= codes(plan)
    assert not plan.complies


def test_a_level_benchmark_is_compared_in_the_target_year() -> None:
    book = BenchmarkBook(
        (
            Benchmark(
                "iiot_share",
                Decimal(45),
                "%",
                2025,
                "省",
                "per_firm",
                "t",
                change=Decimal("2.5"),
                given=True,
            ),
        )
    )
    plan = pl.plan(make_baseline(), benchmarks=book)
    assert str(plan.goals["iiot_share"].requirement) == "52.50"


def test_a_choice_among_targets_takes_the_least_effort() -> None:
    text = """
id: choice
version: "1"
title: {zh: 任选, en: choice}
document: {title: 测试}
rules:
  - id: x
    title: {zh: 任选, en: any}
    quote: 至少一项
    source: {article: 一}
    level: statutory
    scope: [target]
    test:
      any_of:
        - level: {of: patents, at_least: 400, at: end}
        - level: {of: hightech, at_least: 11, at: end}
"""
    rules = from_text(text, "choice.yaml", shipped())
    plan = pl.plan(make_baseline({"hightech": "10"}), rules=rules)
    assert (values(plan, "hightech")[2], values(plan, "patents")[2]) == ("11", "214")
    assert statuses(plan)["x"] == "met"


def test_an_indicator_of_ones_own(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "own.yaml"
    path.write_text(
        "indicators:\n"
        "  - {id: brands, zh: 区域品牌数量, en: Regional brands, direction: other,\n"
        "     unit: {zh: 个, en: brands}, decimals: 0, better: higher, kind: measured,\n"
        "     years: last, clusters: sum, form: {section: 其它, row: 区域品牌数量}}\n",
        encoding="utf-8",
    )
    catalogue = pl.read_catalogue(path)
    import pandas as pd

    frame = pd.DataFrame(
        {"indicator": ["output", "区域品牌数量"], "year": [2025, 2025], "value": [100, 3]}
    )
    base = pl.read_baseline(frame, catalogue=catalogue)
    plan = pl.plan(base).wish("brands", 2028, 6)
    assert values(plan, "brands") == ["4", "5", "6"]
    assert plan.goals["brands"].status == "free"


def test_a_baseline_of_a_ratio_alone() -> None:
    """Without its parts a ratio is a decision itself, §7."""
    plan = pl.plan(make_baseline({"energy": None, "energy_intensity": "0.53", "co2": None}))
    # 0.53 * 0.9714^3 = 0.4858..., a ceiling, so down
    assert values(plan, "energy_intensity")[2] == "0.48"
    assert statuses(plan)["g"] == "met"


def test_check_of_the_baseline_alone() -> None:
    plan = pl.plan(make_baseline({"leading_output": "130.00"}))
    found = {finding.rule for finding in plan.check_baseline() if finding.code == "rule_unmet"}
    assert found == {"cert/leading_share"}  # 69.82 %
    assert statuses(plan.reading("cert", "unknown"))["cert"] == "unknown"


def test_the_reading_of_three_years_reaches_every_past_rate() -> None:
    base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    three = pl.plan(base)
    two = three.reading("output_growth_3y", "two_periods")
    # by three stated rates, 11.64 12.06 12.79, and by the levels 147.32 and 186.20
    assert str(three.goals["output_growth_3y"].baseline) == "12.16"
    assert str(two.goals["output_growth_3y"].baseline) == "12.42"
    for plan, periods, value in ((three, "3", "12.16"), (two, "2", "12.42")):
        verdict = next(v for v in plan.verdicts if v.rule.id == "cert/output_growth")
        assert str(verdict.head.value) == value
        said = next(f for f in plan.check() if f.code == "periods_used")
        assert said.facts["periods"] == periods


def test_what_follows_a_pin_goes_on_from_it() -> None:
    plan = pl.plan(make_baseline()).pin("output", 2027, 300).pin("employees", 2027, 20000)
    assert values(plan, "output")[1:] == ["300.00", "300.00"]
    assert values(plan, "employees") == ["19308", "20000", "20000"]
    low = pl.plan(make_baseline()).pin("output", 2026, 190)
    assert values(low, "output")[2] == "247.84"


def test_a_wish_off_the_grid_goes_to_the_safe_side() -> None:
    plan = pl.plan(make_baseline()).wish("output", 2028, "247.8322").wish("patents", 2028, 330.5)
    assert (values(plan, "output")[2], values(plan, "patents")[2]) == ("247.84", "331")
    assert statuses(plan)["a"] == "met"
    assert statuses(plan)["wish output@2028"] == "met"
    assert "wish_rounded" in codes(plan)


def test_a_share_and_its_part_asked_for_at_once_is_a_contradiction() -> None:
    plan = pl.plan(make_baseline()).pin("energy", 2026, 42).pin("energy_intensity", 2026, "0.30")
    finding = next(f for f in plan.check() if f.code == "wish_contradicted")
    assert (finding.level, finding.facts["other"]) == (Obligation.MUST_FIX, "energy@2026")


def test_indicators_may_be_called_by_their_names() -> None:
    plan = pl.plan(make_baseline()).wish("集群总产值", 2028, 260).shape("有效发明专利数量", "front")
    assert plan.wishes == {Cell("output", 2028): Decimal(260)}
    assert plan.shapes == {"patents": "front"}
    assert plan.release("集群总产值").wishes == {}


def test_another_base_year_than_the_rule_set_has_is_said() -> None:
    base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    assert "base_year_other" in codes(pl.plan(base, base_year=2024))
