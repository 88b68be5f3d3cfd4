"""The official form: its data, what is filled in, and its own filling instructions as findings."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.core.resources import data_path, data_text
from planner.core.schema import parse
from planner.export.filing import Filing, file_form
from planner.export.formcheck import length
from planner.export.narrative import read_narrative
from planner.intake.answers import from_document, read_answers
from planner.model.answers import dump_answers
from planner.model.catalogue import Cell, shipped
from planner.model.forms import load_form
from planner.model.formschema import NONE, TICK, Slot

BASELINES = pl.shared("baselines")
EXAMPLE, ANSWERS = BASELINES / "example.csv", BASELINES / "example-answers.yaml"
# Typed from the printed form, a few of every part.
PRINTED = [
    "集群名称：", "县级行政区划中小企业主管部门", "是否发生变化", "集群占地面积（平方公里）",
    "近三年是否发生较大及以上安全、质量、环境污染等事故，重大及以上网络安全事件和数据安全事件",
    "集群总产值（亿元）", "集群主导产业产值增速（%）", "近三年集群主导产业产值年均增速（%）",
    "其中：集群中小企业数量（年度当前值）", "主导产业相关的国家级专精特新“小巨人”企业数量（年度当前值）",
    "集群产业链强链补链情况（200字以内）", "集群中小企业研发投入强度（%）", "集群中小企业研发经费增速（%）",
    "近三年集群中小企业有效发明专利年均增速（%）", "集群上云中小企业数量",
    "集群中小企业工业互联网平台应用普及率（%）", "国家级试点示范项目名称及数量",
    "近三年集群单位产值二氧化碳排放量（吨二氧化碳/万元）", "近三年集群单位产值能耗降低率（%）",
    "省级绿色制造体系建设情况", "集群或集群内企业在境外设立分支机构数量", "集群内产业联盟组织情况",
    "建设或引入的其他中小企业公共服务示范平台名称及数量", "一、集群基本情况简介", "二、培育工作",
    "三、发展成效", "总体思路", "（1）2026年度", "重点任务", "保障措施", "真实性声明",
]  # fmt: skip


def told(text: str) -> pl.Answers:
    """Return answers written as YAML."""
    return from_document(parse(text, "answers.yaml"), load_form(), shipped())


def filed(text: str = "{}", plan: pl.Plan | None = None, *, drafts: bool = False) -> Filing:
    """Return the form filled from a plan and answers written as YAML."""
    narrative = read_narrative() if drafts else None
    return file_form(load_form(), plan or pl.plan(EXAMPLE), told(text), narrative)


def said(filing: Filing, code: str, field: str = "") -> list[str]:
    """Return the names of the fields a code was said of."""
    names = [f.facts.get("field", "") for f in filing.findings if f.code == code]
    return [name for name in names if field in name]


# -- the form as data ------------------------------------------------------------------------------


def test_every_printed_label_is_a_field() -> None:
    labels = [field.label for field in load_form()]
    assert [label for label in PRINTED if label not in labels] == []


def test_parts_and_instructions_are_those_of_the_form() -> None:
    record = load_form().record
    assert [part.title[:2] for part in record.parts[1:8]] == [f"{n}、" for n in "一二三四五六七"]
    assert len(record.instructions) == 11
    codes = yaml.safe_load(data_text("messages.yaml"))["codes"]
    assert not [code for item in record.instructions for code in item.checks if code not in codes]


def test_every_field_that_shows_a_number_knows_its_indicator() -> None:
    fields = load_form().fields
    shown = {key: (f.figure.kind, f.figure.of) for key, f in fields.items() if f.figure}
    assert shown["leading_growth"] == ("growth", "leading_output")
    assert shown["patents_average"] == ("average_growth", "patents")
    assert shown["co2_reduction"] == ("reduction", "co2_intensity")
    assert {key for key, f in fields.items() if f.kind == "series" and not f.figure} == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind: series", "kind: serie", "value_wrong"),
        ("limit: 200", "limits: 200", "key_unknown"),
        ("figure: {level: output}", "figure: {level: outptu}", "indicator_unknown"),
        ("figure: {level: output}", "figure: {level: output, growth: output}", "value_wrong"),
        ("same_as: operator}", "same_as: nobody}", "value_wrong"),
        ("id: overview", "id: idea", "id_repeated"),
        ("template: xinjiang-recheck.docx", "template: ../other.docx", "value_wrong"),
        ("default: total", "default: all", "default_wrong"),
        ("direction: opening", "direction: openness", "value_wrong"),
    ],
)
def test_a_fault_in_a_form_file_is_found_with_its_line(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    text = data_text("forms/xinjiang-recheck.yaml")
    assert old in text
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_form(path)
    found = [finding for finding in caught.value.findings if finding.code == code]
    assert found
    assert found[0].place.line > 1


def test_an_unknown_form_is_said() -> None:
    with pytest.raises(InputError) as caught:
        load_form("guangdong")
    assert caught.value.findings[0].expected == "xinjiang-recheck"


# -- numbers ------------------------------------------------------------------------------------


def test_numbers_are_those_of_baseline_and_goal_table() -> None:
    plan = pl.plan(EXAMPLE, scenario="steady")
    content = filed(plan=plan).content
    for year in (2023, 2024, 2025):
        assert content[Slot("output", str(year))] == str(plan.baseline.printed("output", year))
    assert content[Slot("enterprises", "2025")] == "331"
    assert content[Slot("goals", "rd_spend.baseline")] == "4.65亿元"
    for key in ("output_growth_3y", "quality_smes", "rd_spend", "patents", "iiot_share", "co2"):
        item = plan.goals[key]
        assert content[Slot("goals", f"{key}.target")] == f"{item.values[2028]}{item.item.unit.zh}"


def half_up(value: Fraction) -> Decimal:
    """Round to two decimals, halves away from zero, on integers alone."""
    units, rest = divmod(abs(value) * 100, 1)
    return Decimal(int(units) + (rest >= Fraction(1, 2))).scaleb(-2) * (1 if value >= 0 else -1)


def test_derived_fields_are_what_a_calculator_gives() -> None:
    content = filed().content
    rd = {2023: Fraction("3.61"), 2024: Fraction("4.09"), 2025: Fraction("4.65")}
    for year in (2024, 2025):
        growth = half_up((rd[year] / rd[year - 1] - 1) * 100)
        assert Decimal(content[Slot("rd_growth", str(year))]) == growth
    assert Slot("rd_growth", "2023") not in content
    per_10k = half_up(Fraction(214, 18640) * 10000)
    assert Decimal(content[Slot("patents_per_10k")]) == per_10k == Decimal("114.81")
    assert content[Slot("patents_per_10k", "formula")] == "214÷18640×10000"
    # The average: two periods from 158 to 214, as there are no yearly rates; 16.38² is nearest.
    average = Decimal(content[Slot("patents_average")])
    for near in (average - Decimal("0.005"), average + Decimal("0.005")):
        assert (1 + Fraction(near) / 100) ** 2 * 158 != 214
    low, high = ((1 + Fraction(average + d) / 100) ** 2 * 158 for d in (Decimal("-0.005"), Decimal("0.005")))  # fmt: skip
    assert low < 214 < high
    ratio = (Fraction("78.20") / Fraction("186.20")) / (Fraction("76.80") / Fraction("147.32"))
    assert Decimal(content[Slot("co2_reduction")]) == half_up((1 - ratio) * 100)
    assert "76.80÷147.32＝0.52" in content[Slot("co2_formula")]


def test_the_reduction_can_be_read_per_year() -> None:
    filing = filed("{readings: {co2_reduction: yearly}, answers: {}}")
    ratio = (Fraction("78.20") / Fraction("186.20")) / (Fraction("76.80") / Fraction("147.32"))
    rate = Decimal(filing.content[Slot("co2_reduction")])
    low, high = ((1 - Fraction(rate + d) / 100) ** 2 for d in (Decimal("0.005"), Decimal("-0.005")))
    assert low < ratio < high
    assert said(filing, "form_reading")
    assert told("{readings: {co2_reduction: monthly}, answers: {}}").findings[0].code == (
        "reading_unknown"
    )


def test_three_stated_rates_make_a_three_period_average() -> None:
    filing = filed('leading_growth: {"2023": 11.42}')
    rates = [Fraction("11.42"), Fraction("12.89"), Fraction("13.75")]
    product = Fraction(1)
    for rate in rates:
        product *= 1 + rate / 100
    average = Decimal(filing.content[Slot("leading_average")])
    low, high = ((1 + Fraction(average + d) / 100) ** 3 for d in (Decimal("-0.005"), Decimal("0.005")))  # fmt: skip
    assert low < product < high
    periods = [f.facts["periods"] for f in filing.findings if f.code == "periods_used"]
    assert periods[0] == "3"


def test_rates_that_follow_from_levels_are_not_called_stated() -> None:
    """An average over levels that are all known is one over levels, not over rounded rates."""
    base = make_baseline()
    levels = {2022: "100.00", 2023: "111.11", 2024: "123.45", 2025: "137.17"}
    known = {Cell("leading_output", year): Decimal(value) for year, value in levels.items()}
    plan = pl.plan(replace(base, values={**base.values, **known}))
    filing = filed(plan=plan)
    bases = [f.facts["basis"] for f in filing.findings if f.code == "periods_used" and f.indicator == "leading_output"]  # fmt: skip
    assert bases == ["levels"]
    average = Decimal(filing.content[Slot("leading_average")])
    low, high = ((1 + Fraction(average + d) / 100) ** 3 for d in (Decimal("-0.005"), Decimal("0.005")))  # fmt: skip
    assert low < Fraction("1.3717") < high


def test_a_ratio_without_parts_states_no_formula() -> None:
    base = make_baseline({"co2": None})
    filing = filed(plan=pl.plan(base))
    assert Slot("co2_formula") not in filing.content
    assert "单位产值二氧化碳排放量需提供计算公式" in said(filing, "form_blank")


# -- the form's instructions as findings ----------------------------------------------------------


def test_required_blanks_are_found_and_nothing_is_written_for_them() -> None:
    filing = filed()
    blank = said(filing, "form_blank")
    for name in ("联系人", "集群产业链强链补链情况", "集群已开展的产业链强链补链工作", "重点任务"):
        assert name in blank
    assert "无" not in filing.content.values()


def test_nothing_is_written_as_none_unless_somebody_says_so() -> None:
    filing = filed("{chain_text: 无, chain_work: 无, national_pilots: 无, tasks: 无}")
    assert filing.content[Slot("chain_text")] == "无"
    assert filing.content[Slot("chain_work", NONE)] == "无"
    assert filing.content[Slot("national_pilots", "count")] == "0"
    assert not set(said(filing, "form_blank")) & {
        "集群产业链强链补链情况",
        "集群已开展的产业链强链补链工作",
        "国家级试点示范项目名称及数量",
        "重点任务",
    }


@pytest.mark.parametrize(("size", "found"), [(200, False), (201, True)])
def test_a_short_text_may_have_200_characters(size: int, found: bool) -> None:
    filing = filed(f"chain_text: {'链' * size}")
    assert bool(said(filing, "form_text_long")) == found


@pytest.mark.parametrize(("size", "found"), [(3000, False), (3001, True)])
def test_the_part_on_completion_may_have_3000_in_all(size: int, found: bool) -> None:
    filing = filed(f"{{overview: {'甲' * 1000}, nurturing: {'乙 ' * (size - 1000)}}}")
    assert any(f.code == "form_part_long" for f in filing.findings) == found


def test_spaces_do_not_count() -> None:
    assert length("一 二　三\n四") == 4


def test_numbers_have_two_decimals_and_counts_none() -> None:
    filing = filed('{leading_growth: {"2023": 11.425}, foreign_branches: 2}')
    assert filing.content[Slot("leading_growth", "2023")] == "11.43"
    assert said(filing, "form_decimals") == ["集群主导产业产值增速"]
    assert filing.content[Slot("foreign_branches")] == "2"


def test_what_is_no_number_is_not_printed_as_one() -> None:
    filing = filed("foreign_branches: 若干")
    assert said(filing, "form_number") == ["集群或集群内企业在境外设立分支机构数量"]
    assert Slot("foreign_branches") not in filing.content


def test_an_answer_may_not_contradict_the_plan() -> None:
    filing = filed("{area: 40, had_incidents: 是}")
    assert filing.content[Slot("area")] == "36.50"
    assert filing.content[Slot("had_incidents", "2")] == TICK
    assert Slot("had_incidents", "1") not in filing.content
    assert len(said(filing, "form_differs")) == 2
    assert not said(filed("{area: 36.5, had_incidents: 否}"), "form_differs")


def test_one_choice_means_one() -> None:
    assert said(filed("industry_type: [1, 2]"), "form_one_choice") == ["主导产业所属产业类型"]
    assert not said(filed("industry_type: 第二产业"), "form_one_choice")


def test_what_stands_twice_has_to_agree() -> None:
    filing = filed("{operator: 甲管委会, cover_operator: 乙公司}")
    assert "集群运营管理机构" in said(filing, "form_differs")
    assert filed("operator: 甲管委会").content[Slot("cover_operator")] == "甲管委会"


def test_the_goals_have_to_hold() -> None:
    unmet = filed(plan=pl.plan(EXAMPLE).wish("output", 2028, 200))
    assert any(f.code == "form_goals_unmet" and "a" in f.found for f in unmet.findings)
    assert not any(f.code == "form_goals_unmet" for f in filed().findings)


def test_another_base_year_or_rule_set_is_said() -> None:
    other = filed(plan=pl.plan(EXAMPLE, base_year=2024, rules="yunnan"))
    codes = {f.code for f in other.findings}
    assert {"form_year", "form_rules"} <= codes


def test_instructions_that_only_a_person_can_check_are_named() -> None:
    found = [f.found for f in filed().findings if f.code == "form_by_person"]
    assert found == ["3、5、7、8、9、11"]


def test_ticked_items_make_the_checklist() -> None:
    filing = filed(
        "{chain_work: [1, 8], operator_changed: 是, carbon_monitoring: 否,"
        " alliances: {count: 2, names: 甲、乙}, national_green: {count: 0, names: 无}}"
    )
    lines = [(item.field.id, item.what) for item in filing.evidence]
    assert ("operator_changed", "情况说明") in lines
    assert [key for key, _ in lines].count("chain_work") == 2
    assert ("alliances", "清单") in lines
    assert ("patents", "清单及佐证材料") in lines
    assert not {"carbon_monitoring", "national_green", "services"} & {key for key, _ in lines}


def test_rows_for_more_indicators_are_those_asked_for() -> None:
    plan = pl.plan(EXAMPLE).wish("hightech", 2028, 25)
    content = filed(plan=plan).content
    assert content[Slot("goals", "hightech.target")] == "25家"
    assert Slot("goals", "srdi_smes.target") not in content
    assert Slot("achieved", "hightech.actual") not in content


def test_a_filled_example_lacks_nothing() -> None:
    form = load_form()
    plan = pl.plan(EXAMPLE, scenario="steady")
    filing = file_form(form, plan, read_answers(ANSWERS, form), read_narrative())
    assert [f.code for f in filing.findings if f.level.value == "must_fix"] == []
    assert {f.code for f in filing.findings if f.level.value == "needs_reason"} == {"form_draft"}


# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("chian_text: 甲", "field_unknown"),
        ("truth: 甲", "field_unknown"),
        ("industry_type: 第四产业", "option_unknown"),
        ("chain_work: [9]", "option_unknown"),
        ("chain_text: [甲, 乙]", "answer_wrong"),
        ("leading_growth: 11", "answer_wrong"),
        ('leading_growth: {"2020": 11}', "answer_wrong"),
        ("national_pilots: 三个", "answer_wrong"),
        ("goals: {无此指标: {target: 1}}", "indicator_unknown"),
        ("goals: {patents: {goal: 1}}", "answer_wrong"),
        ("{form: other, answers: {}}", "form_other"),
        ("{answers: {}, extra: 1}", "key_unknown"),
        (f"chain_text: {'长' * 20001}", "answer_long"),
    ],
)
def test_an_answer_that_is_not_understood_is_found_with_its_line(text: str, code: str) -> None:
    answers = told(text)
    assert [f.code for f in answers.findings] == [code]
    assert answers.findings[0].place.line == 1


def test_a_near_miss_is_suggested() -> None:
    assert told("chain_txt: 甲").findings[0].facts["near"] == "chain_text"


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("operator_changed: no", Slot("operator_changed", "2")),
        ("operator_changed: yes", Slot("operator_changed", "1")),
        ("operator_changed: 否", Slot("operator_changed", "2")),
        ("industry_type: 2", Slot("industry_type", "2")),
        ("chain_work: [联合集群上下游企业]", Slot("chain_work", "3")),
        ("集群产业链强链补链情况: 甲", Slot("chain_text", "")),
        ("alliances: {数量: 1}", Slot("alliances", "count")),
        ("goals: {开放合作: {2028年目标值: 甲}}", Slot("goals", "opening.target")),
    ],
)
def test_answers_can_be_written_in_several_ways(text: str, slot: Slot) -> None:
    answers = told(text)
    assert not answers.findings
    assert slot in answers.values


def test_answers_come_back_from_yaml_and_from_the_sheet() -> None:
    form = load_form()
    answers = read_answers(ANSWERS, form)
    assert not answers.findings
    assert told(dump_answers(answers, form)).values == answers.values
    sheet = read_answers(BASELINES / "example.xlsx", form)
    assert sheet.values == answers.values
    assert sheet.places[Slot("chain_text")].sheet == "申报表"


def test_a_place_that_no_field_has_is_said(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(BASELINES / "example.xlsx")
    sheet = book["申报表"]
    wrong = ["chain_work.99", "rd_growth.2020", "chain_text.x", "nothing"]
    for number, key in enumerate(wrong, sheet.max_row + 1):
        sheet.cell(number, 4).value, sheet.cell(number, 10).value = "✓", key
    book.save(tmp_path / "answers.xlsx")
    findings = read_answers(tmp_path / "answers.xlsx", load_form()).findings
    assert [(f.code, f.found) for f in findings] == [("field_unknown", key) for key in wrong]


def test_control_characters_do_not_reach_a_document() -> None:
    answers = told('chain_text: "甲\\u0007乙\\u0000丙\\u202e丁"')
    assert answers.values[Slot("chain_text")] == "甲乙丙丁"


def test_numbers_may_all_come_from_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text('output: {"2023": 100, "2024": 110, "2025": 121}\n', encoding="utf-8")
    filing = pl.fill_form(pl.plan(make_baseline({"output": None})), path)
    assert filing.content[Slot("output", "2025")] == "121.00"


# -- narrative ----------------------------------------------------------------------------------


def test_every_number_of_a_draft_is_one_of_the_table() -> None:
    plan = pl.plan(EXAMPLE, scenario="steady")
    filing = file_form(load_form(), plan, read_answers(ANSWERS, load_form()), read_narrative())
    known = {str(row.baseline) for row in plan.goals}
    known |= {str(value) for row in plan.goals for value in row.values.values()}
    known |= {text.rstrip("亿元件家%万吨标煤/") for text in filing.content.values()}
    known |= {"2025", "2026", "2027", "2028"}
    derived = re.compile(r"(?:增长|下降|提高|降低)(\d+\.\d\d)(?:%|个百分点)")
    # How much of the way of three years is done, reckoned apart.
    ends = {
        row.id: (row.baseline, row.values[2028]) for row in plan.goals if row.baseline is not None
    }
    known |= {
        str(round(Fraction(100) * (Fraction(plan.goals[key].values[2027]) - Fraction(a)) / (Fraction(b) - Fraction(a))))
        for key, (a, b) in ends.items() if b is not None and a != b
    }  # fmt: skip
    drafts = [text for text in filing.content.values() if text.startswith("【草稿")]
    assert len(drafts) == 6
    for text in drafts:
        for number in re.findall(r"\d[\d.]*\d|\d", derived.sub("", text)):
            assert number in known, number


def test_rates_of_a_draft_follow_from_the_printed_numbers() -> None:
    plan = pl.plan(EXAMPLE, scenario="steady")
    text = file_form(load_form(), plan, None, read_narrative()).content[Slot("stage_1")]
    values = plan.goals["patents"].values
    rate = half_up((Fraction(values[2026]) / Fraction(plan.goals["patents"].baseline) - 1) * 100)
    assert f"有效发明专利增加到{values[2026]}件，比上年增长{rate}%" in text


def test_drafts_are_in_the_register_of_such_documents() -> None:
    """No doubled word, no work that stays where it was, no two stages alike; what is said is used."""
    plan = pl.plan(EXAMPLE, scenario="steady")
    content = file_form(
        load_form(), plan, read_answers(ANSWERS, load_form()), read_narrative()
    ).content
    drafts = {slot.field: text for slot, text in content.items() if text.startswith("【草稿")}
    for text in drafts.values():
        assert "集群集群" not in text.replace("（虚构示例）", "")
        assert "保持在" not in text
    stages = [drafts[f"stage_{number}"].split("\n")[1:] for number in (1, 2, 3)]
    patterns = [tuple(re.sub(r"\d[\d.]*", "n", line) for line in lines) for lines in stages]
    assert len({*patterns}) == 3
    assert "拥有企业331家" in drafts["overview"]
    assert "二氧化碳排放量控制在78.20万吨" in drafts["results"]
    assert content[Slot("achieved", "opening.actual")] in drafts["results"]
    assert content[Slot("goals", "governance.target")] in drafts["idea"]


def test_a_stage_that_goes_back_claims_no_share_of_the_way() -> None:
    plan = pl.plan(EXAMPLE).pin("cloud_smes", 2026, 180).pin("cloud_smes", 2027, 170).pin("cloud_smes", 2028, 200)  # fmt: skip
    text = file_form(load_form(), plan, None, read_narrative()).content[Slot("stage_2")]
    (clause,) = re.findall(r"上云中小企业数量[^；。]*", text)
    assert "170家" in clause
    assert "完成三年" not in clause


def test_what_is_at_most_is_said_so_once() -> None:
    plan = pl.plan(EXAMPLE).wish("co2", 2028, "<=79")
    plan = plan.pin("co2", 2028, 79)
    drafts = "".join(file_form(load_form(), plan, None, read_narrative()).content.values())
    assert "以内以内" not in drafts


def test_work_is_drafted_from_what_is_ticked_and_tasks_from_targets() -> None:
    plan = pl.plan(EXAMPLE)
    told = from_document(parse("green_work: [1, 3]", "a.yaml"), load_form(), shipped())
    filing = file_form(load_form(), plan, told, read_narrative())
    work, tasks = filing.content[Slot("nurturing")], filing.content[Slot("tasks")]
    options = load_form().fields["green_work"].options
    assert options[0].text in work
    assert options[1].text not in work
    assert "（一）" not in work
    assert f"{plan.goals['output'].values[2028]}亿元" in tasks
    assert tasks.count("责任单位：【请填写】；完成时限：2028年12月") >= 4
    # Once the mark of the draft is gone, what is left to fill in is told.
    bare = from_document(
        parse("tasks: （一）强链。责任单位：【请填写】", "a.yaml"), load_form(), shipped()
    )
    found = file_form(load_form(), plan, bare, read_narrative()).findings
    assert [f.code for f in found if f.facts.get("slot") == "tasks"] == ["form_placeholder"]


def test_a_user_can_edit_the_patterns(tmp_path: Path) -> None:
    text = (pl.shared("templates") / "narrative.yaml").read_text(encoding="utf-8")
    path = tmp_path / "own.yaml"
    path.write_text(text.replace("集群总产值达到{value}", "产值力争{value}"), encoding="utf-8")
    filing = file_form(load_form(), pl.plan(EXAMPLE), None, read_narrative(path))
    assert "产值力争204.83亿元" in filing.content[Slot("stage_1")]


@pytest.mark.parametrize(
    "pattern", ["{valeu}", "{value.__class__}", "{value[0]}", "{value!r}", "{value:>99999}", "{"]
)
def test_a_pattern_is_no_programme(tmp_path: Path, pattern: str) -> None:
    text = (pl.shared("templates") / "narrative.yaml").read_text(encoding="utf-8")
    path = tmp_path / "own.yaml"
    path.write_text(text.replace("集群总产值达到{value}", f"产值{pattern}"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_narrative(path)
    assert caught.value.findings[0].code == "pattern_wrong"
    assert caught.value.findings[0].place.line > 10


def test_what_is_not_known_is_not_said() -> None:
    base = make_baseline({"patents": None, "co2": None})
    text = file_form(load_form(), pl.plan(base), None, read_narrative()).content[Slot("stage_1")]
    assert "专利" not in text
    assert "二氧化碳" not in text
    assert "集群总产值达到" in text


def test_a_text_somebody_wrote_is_left_alone() -> None:
    filing = filed("idea: 我们的思路", drafts=True)
    assert filing.content[Slot("idea")] == "我们的思路"
    assert "总体思路" not in said(filing, "form_draft")


def test_a_drop_is_said_as_one() -> None:
    base = make_baseline({"output": "100.00"})
    plan = pl.plan(base).pin("co2", 2026, "80.00")
    text = file_form(load_form(), plan, None, read_narrative()).content[Slot("stage_1")]
    assert plan.baseline.values[Cell("co2", 2025)] == Decimal("78.20")
    assert "二氧化碳排放量控制在80.00万吨" in text


def test_the_form_file_is_where_the_code_says() -> None:
    assert data_path("forms/xinjiang-recheck.yaml").is_file()
    assert load_form().template.is_file()
