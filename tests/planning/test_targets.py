"""Targets as plans state them: each kind holds, fails, is told in two languages and comes back (§17)."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.export.csvfiles import goals_csv
from planner.export.workbook import goals_workbook
from planner.model.messages import sentence
from planner.model.stated import read_stated

# Output 186.20, patents 214, high-tech firms 21, penetration 35.90 %, CO2 78.20 in 2025.
BASE = {
    "output": "186.20",
    "patents": "214",
    "hightech": "21",
    "iiot_share": "35.90",
    "co2": "78.20",
}
# Indicator, how it is stated, the levels it comes to, one that keeps it and one that does not.
KINDS = [
    ("output", ">=260", "260", None, "260", "259.99"),
    ("output", "突破260亿元", "260", None, "300", "259.99"),
    ("co2", "<=70", None, "70", "70", "70.01"),
    ("co2", "控制在70万吨以内", None, "70", "65", "70.01"),
    ("output", "250..280", "250", "280", "250", "280.01"),
    ("output", "260左右", "247", "273", "273", "246.99"),
    ("output", "260±4", "256", "264", "264", "264.01"),
    ("hightech", "+10", "31", "31", "31", "30"),
    ("hightech", "新增10家以上", "31", None, "31", "30"),
    ("hightech", "+2/yr", "27", "27", "27", "26"),
    ("output", "12%/yr", None, None, "261.60", "261.59"),
    ("output", "年均增长12%以上", None, None, "261.60", "261.59"),
    ("output", "累计增长40%", None, None, "260.68", "260.67"),
    ("patents", "x2", "428", "428", "428", "427"),
    ("patents", "翻一番以上", "428", None, "428", "427"),
    ("co2", "累计下降18%", None, None, "64.12", "64.13"),
]  # fmt: skip
# 186.20 x 1.12^3 and x 1.4, rounded up; 78.20 x 0.82, rounded down.
LEVELS = {"12%/yr": Fraction("186.20") * Fraction(112, 100) ** 3,
          "累计增长40%": Fraction("186.20") * Fraction(14, 10),
          "累计下降18%": Fraction("78.20") * Fraction(82, 100)}  # fmt: skip


@pytest.fixture
def plan() -> pl.Plan:
    return pl.plan(make_baseline({**BASE, "iiot_smes": None}))


def asked(plan: pl.Plan, indicator: str) -> set[str]:
    """Return the states of the rules that a wish for an indicator made, with their rows judged."""
    return {
        verdict.status.value
        for verdict in plan.verdicts
        if verdict.rule.origin == "wish" and verdict.rule.asked is not None
        and verdict.rule.asked.cell.indicator == indicator
    }  # fmt: skip


@pytest.mark.parametrize(("indicator", "text", "low", "high", "kept", "missed"), KINDS)
def test_a_target_that_holds_and_one_that_does_not(
    plan: pl.Plan,
    indicator: str,
    text: str,
    low: str | None,
    high: str | None,
    kept: str,
    missed: str,
) -> None:
    wished = plan.wish(indicator, 2028, text)
    value = wished.goals[indicator].values[2028]
    assert value is not None
    if low is not None:
        assert Fraction(value) >= Fraction(low)
    if high is not None:
        assert Fraction(value) <= Fraction(high)
    if text in LEVELS:
        gap = abs(Fraction(value) - LEVELS[text])
        assert gap < Fraction(1, 100)
    assert asked(wished, indicator) == {"met"}
    for level, state in ((kept, "met"), (missed, "unmet")):
        held = plan.pin(indicator, 2028, level)
        with_both = held.asking(targets=wished.targets)
        limits = {limit.cell.indicator for limit in with_both.limits}
        if indicator in limits:
            assert asked(with_both, indicator) == {state}
        else:
            printed = wished.goals[indicator].values[2028]
            assert (Decimal(level) == printed) is (state == "met")


@pytest.mark.parametrize(("indicator", "text"), [(kind[0], kind[1]) for kind in KINDS])
def test_it_is_told_in_both_languages_and_comes_back(
    plan: pl.Plan, indicator: str, text: str, tmp_path: Path
) -> None:
    wished = plan.wish(indicator, 2028, text)
    (told,) = [
        item for item in wished.check() if item.code in {"target_stated", "target_from_base"}
    ]
    short = str(wished.targets[pl_cell(indicator)])
    assert short in sentence(told, "zh")
    assert short in sentence(told, "en")
    assert read_stated(short) == wished.targets[pl_cell(indicator)]
    wished.save(tmp_path / "plan.json")
    again = pl.read_plan(tmp_path / "plan.json")
    assert again.targets == wished.targets
    assert again.goals == wished.goals
    assert (tmp_path / "plan.json").read_bytes() == again.save(tmp_path / "b.json").read_bytes()
    (tmp_path / "goals.csv").write_bytes(goals_csv(wished))
    (tmp_path / "goals.xlsx").write_bytes(goals_workbook(wished))
    for name in ("goals.csv", "goals.xlsx"):
        judged = pl.verify(tmp_path / name, wished.baseline)
        assert judged.targets == wished.targets, name
        assert judged.goals[indicator].values == wished.goals[indicator].values


def pl_cell(indicator: str) -> object:
    return next(iter(pl.plan(make_baseline()).wish(indicator, 2028, "1").wishes))


def test_points_of_a_share(plan: pl.Plan) -> None:
    for text, level in (("+10pp", "45.90"), ("提高10个百分点", "45.90"), ("+3pp/yr", "44.90")):
        assert str(plan.wish("iiot_share", 2028, text).goals["iiot_share"].values[2028]) == level


def test_what_is_added_every_year_is_said_of_every_year(plan: pl.Plan) -> None:
    exactly = plan.wish("hightech", 2028, "每年新增2家").goals["hightech"].values
    assert list(map(str, exactly.values())) == ["23", "25", "27"]
    least = plan.wish("hightech", 2028, "每年新增2家以上").pin("hightech", 2026, 22)
    assert asked(least, "hightech") == {"unmet"}


def test_what_cannot_be_told_is_asked(plan: pl.Plan) -> None:
    for indicator, text, code in (
        ("iiot_share", "+3%", "not_a_number"),
        ("output", "增长8%以上", "not_a_number"),
        ("co2", "下降18%", "not_a_number"),
        ("output", "较快增长", "not_a_number"),
        ("output", "+3pp", "unit_differs"),
        ("output", "400吨", "unit_differs"),
        ("output", "-5", "negative"),
        ("output_growth_3y", "x2", "not_stated"),
    ):
        with pytest.raises(InputError) as error:
            plan.wish(indicator, 2028, text)
        assert error.value.findings[0].code == code, text


def test_a_target_without_a_base_says_what_it_needs() -> None:
    plan = pl.plan(make_baseline({"hightech": None})).wish("hightech", 2028, "+10")
    (told,) = [item for item in plan.check() if item.code == "target_needs_base"]
    assert told.level.value == "must_fix"
    level = pl.plan(make_baseline({"hightech": None})).wish("hightech", 2028, ">=31")
    assert "target_needs_base" not in {item.code for item in level.check()}


def test_what_was_typed_last_goes_before(plan: pl.Plan) -> None:
    wished = plan.wish("output", 2028, ">=260").wish("output", 2028, 255)
    assert not wished.targets
    assert str(wished.goals["output"].values[2028]) == "255.00"
    assert not plan.wish("output", 2028, 255).wish("output", 2028, ">=260").wishes
    assert not plan.wish("output", 2028, ">=260").release("output").targets
    assert not plan.wish("output", 2028, ">=260").pin("output", 2028, 250).targets


def test_a_bound_that_cannot_hold_gives_way_and_is_told(plan: pl.Plan) -> None:
    # 186.20 x 1.331 = 247.8322 is the floor of the rule.
    fixed = plan.wish("output", 2028, "<=240").repair()
    assert [(str(c.cell), str(c.old), str(c.new), c.kind) for c in fixed.changes][:1] == [
        ("output@2028", "240.00", "247.84", "wish")
    ]
    (conflict,) = plan.wish("output", 2028, "<=240").explain()
    assert [(str(way.old), str(way.new)) for way in conflict.ways] == [("240.00", "247.84")]


def test_a_scenario_states_targets_in_all_ways(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "id: own\ntitle: {zh: 甲, en: own}\nwishes:\n"
        "  - {indicator: hightech, year: 2028, value: +10}\n"
        "  - {indicator: output, value: 12%/yr}\n"
        "  - {indicator: co2, value: '<=65'}\n"
        "  - {indicator: patents, value: 400}\n",
        encoding="utf-8",
    )
    plan = pl.plan(make_baseline(BASE), scenario=path)
    values = {key: str(plan.goals[key].values[2028]) for key in ("hightech", "output", "patents")}
    assert values == {"hightech": "31", "output": "261.60", "patents": "400"}
    assert Fraction(plan.goals["co2"].values[2028] or 0) <= 65
    assert str(plan.wish("hightech", 2028, 25).goals["hightech"].values[2028]) == "25"
    path.write_text(path.read_text("utf-8").replace("12%/yr", "较快增长"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        pl.plan(make_baseline(BASE), scenario=path)
    assert [item.code for item in error.value.findings] == ["not_stated"]


SET = [
    ("hightech@2028=+10", "hightech", "31"),
    ("rd_spend=12%/yr", "rd_spend", "6.54"),
    ("output@2028>=260", "output", "260.00"),
    ("co2@2028<=60", "co2", "60.00"),
    ("iiot_share@2028=56..60", "iiot_share", "56.09"),
    ("patents@2028=x2", "patents", "428"),
    ("高新技术企业数量@2028=新增10家", "hightech", "31"),
]


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    wishes = [part for text, _, _ in SET[:-1] for part in ("--set", text)]
    base = str(pl.shared("baselines") / "example.csv")
    command = [
        sys.executable,
        "-m",
        "planner",
        "plan",
        base,
        *wishes,
        "--out",
        str(tmp_path),
        "--json",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    goals = {
        row["indicator"]: row["2028"]
        for row in json.loads((tmp_path / "plan.json").read_text("utf-8"))["goals"]
    }
    assert {key: goals[key] for _, key, _ in SET} == {key: level for _, key, level in SET}
    for wrong in ("output@2028", "output@28=1", "=5", "output@2028=", "output@2028>260"):
        ran = subprocess.run(
            [*command, "--set", wrong], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 2, wrong
        assert "Traceback" not in ran.stderr


GOALS = """指标,单位,2025年,2028年
集群总产值,亿元,186.20,260以上
高新技术企业数量,家,21,新增10家
工业互联网平台普及率,%,35.90,46%左右
二氧化碳排放量,万吨,78.20,控制在65万吨以内
有效发明专利数量,件,214,翻一番
研发经费投入,万元,46500,年均增长12%
中小企业产值,万元,1456100,2000000以上
"""


def test_a_foreign_goal_table_states_targets_in_words(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text(GOALS, "utf-8")
    plan = pl.verify(tmp_path / "g.csv", pl.shared("baselines") / "example.csv")
    said = {cell.indicator: str(told) for cell, told in plan.targets.items()}
    assert said == {
        "output": ">=260", "hightech": "+10", "iiot_share": "~46±5%", "co2": "<=65",
        "patents": "x2", "rd_spend": "12%/yr", "sme_output": ">=200",
    }  # fmt: skip
    levels = {key: str(plan.goals[key].values[2028]) for key in said}
    # 4.65 x 1.12^3 = 6.533, rounded up.
    assert levels == {
        "output": "260.00", "hightech": "31", "iiot_share": "46.00", "co2": "65.00",
        "patents": "428", "rd_spend": "6.54", "sme_output": "200.00",
    }  # fmt: skip


def test_a_column_says_what_the_numbers_are(tmp_path: Path) -> None:
    rows = ["指标,2025年,2026年,2027年,2028年,kind", "集群总产值,186.20,,,60,新增",
            "高新技术企业数量,21,,,12,increment", "有效发明专利数量,214,,,15,年均增长",
            "二氧化碳排放量,78.20,,,70,at_most"]  # fmt: skip
    (tmp_path / "g.csv").write_text("\n".join(rows), "utf-8")
    plan = pl.verify(tmp_path / "g.csv", pl.shared("baselines") / "example.csv")
    said = {cell.indicator: str(told) for cell, told in plan.targets.items()}
    assert said == {"output": "+60", "hightech": "+12", "patents": "15%/yr", "co2": "<=70"}
    assert plan.goals["output"].status == "unmet"  # 246.20 is below 247.84


def test_labels_of_published_plans_say_how_a_number_is_meant(tmp_path: Path) -> None:
    rows = ["指标,2025年,2028年", "集群总产值（突破）,186.20,260", "新培育高新技术企业（以上）,,10",
            "工业互联网平台应用普及率（左右）,35.90,46", "二氧化碳排放量（以内）,78.20,65",
            "每年新增有效发明专利数量（件）,214,40", "近三年产值年均增速（以上）,,10"]  # fmt: skip
    (tmp_path / "g.csv").write_text("\n".join(rows), "utf-8")
    plan = pl.verify(tmp_path / "g.csv", pl.shared("baselines") / "example.csv")
    said = {cell.indicator: str(told) for cell, told in plan.targets.items()}
    assert said == {
        "output": ">=260", "hightech": ">=+10", "iiot_share": "~46±5%", "co2": "<=65",
        "patents": "+40/yr", "output_growth_3y": ">=10",
    }  # fmt: skip
    assert str(plan.goals["hightech"].values[2028]) == "31"


def test_a_share_of_output_gives_the_spend_where_only_output_is_known() -> None:
    plan = pl.plan(make_baseline({"rd_spend": None, "hightech": None, "iiot_smes": None}))
    wished = plan.wish("rd_intensity", 2028, "2.5")
    # 2.5 % of 247.84 is 6.196.
    assert str(wished.goals["rd_spend"].values[2028]) == "6.20"
    assert str(wished.goals["rd_intensity"].values[2028]) == "2.50"
    least = plan.wish("rd_intensity", 2028, "2.5%以上")
    spend = least.goals["rd_spend"].values[2028]
    assert spend is not None
    assert Fraction(spend) * 100 >= Fraction("2.5") * Fraction("247.84")
    assert str(plan.wish("iiot_share", 2028, 46).goals["iiot_smes"].values[2028]) == "144"
    assert str(plan.wish("hightech", 2028, 31).goals["hightech"].values[2028]) == "31"


@pytest.mark.parametrize("horizon", [1, 2, 5])
def test_any_horizon(horizon: int, tmp_path: Path) -> None:
    plan = pl.plan(pl.shared("baselines") / "example.csv", horizon=horizon)
    end = plan.years[-1]
    assert plan.years == tuple(range(2026, 2026 + horizon))
    floor = Fraction("186.20") * Fraction(11, 10) ** horizon
    value = Fraction(plan.goals["output"].values[end] or 0)
    assert floor <= value < floor + Fraction(1, 100)
    assert "horizon_other" in {item.code for item in plan.check()}
    assert plan.complies
    plan.save(tmp_path / "plan.json")
    again = pl.read_plan(tmp_path / "plan.json")
    assert (again.years, again.goals) == (plan.years, plan.goals)
    (tmp_path / "g.csv").write_bytes(goals_csv(plan))
    judged = pl.verify(tmp_path / "g.csv", pl.shared("baselines") / "example.csv", horizon=horizon)
    assert judged.complies
    for wrong in (0, -1, 11):
        with pytest.raises(InputError):
            pl.plan(pl.shared("baselines") / "example.csv", horizon=wrong)


def test_a_provinces_own_rates_are_told_in_one_paragraph(tmp_path: Path) -> None:
    rows = ["指标,2025年,2028年", "集群总产值,186.20,8%/yr", "有效发明专利数量,214,年均增长10%",
            "工业互联网普及率,35.90,40"]  # fmt: skip
    (tmp_path / "g.csv").write_text("\n".join(rows), "utf-8")
    plan = pl.verify(tmp_path / "g.csv", pl.shared("baselines") / "example.csv")
    (told,) = [item for item in plan.check() if item.code == "below_rules"]
    text = sentence(told, "zh")
    # 186.20 x 1.08^3 = 234.556, 13.28 below the floor of 247.84; 214 x 1.1^3 = 284.8, 41 below 326.
    for words in ("234.56", "13.28", "10.00", "285", "差 41", "≥55.00"):
        assert words in text, words
    assert "13.28" in sentence(told, "en")
    one = pl.verify(_one(tmp_path), pl.shared("baselines") / "example.csv")
    assert "below_rules" not in {item.code for item in one.check()}


def _one(folder: Path) -> Path:
    (folder / "one.csv").write_text("指标,2025年,2028年\n集群总产值,186.20,8%/yr\n", "utf-8")
    return folder / "one.csv"


def test_a_share_of_no_firms_is_no_target_without_a_base() -> None:
    """Nought of nought firms has no share, but both have a baseline."""
    base = make_baseline({"smes": 0, "iiot_smes": 0, "cloud_smes": 0, "quality_smes": 0})
    plan = pl.plan(base).wish("iiot_smes", 2026, 2).wish("iiot_share", 2028, 0).pin("smes", 2028, 3)
    fixed = plan.repair()
    assert fixed.repaired is not None
    assert not plan.unfounded
