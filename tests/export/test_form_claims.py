"""What the fields of a form say of one another: a passing and a failing case for each claim."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from conftest import DATA

import planner as pl
from planner.apps.cli.main import main
from planner.apps.page.artefacts import form_standing
from planner.apps.page.study import Study
from planner.core.findings import Obligation
from planner.core.schema import parse
from planner.export.filing import Filing
from planner.export.formcheck import by_person
from planner.export.formclaims import named
from planner.export.openitems import field_of
from planner.export.pagination import page_findings
from planner.intake.answers import from_document, read_answers

CASES = DATA / "cases" / "documents"
EXAMPLE = pl.shared("baselines") / "example.csv"
ANSWERS = pl.shared("baselines") / "example-answers.yaml"
BASELINES = pl.shared("baselines")
FORM = pl.load_form()


def filing(answers: Path | str, source: Path = EXAMPLE, *, drafts: bool = True) -> Filing:
    told = (
        read_answers(answers, FORM)
        if isinstance(answers, Path)
        else from_document(parse(answers, "a.yaml"), FORM, pl.read_baseline(source).catalogue)
    )
    return pl.fill_form(pl.plan(source), told, drafts=drafts)


def levels(made: Filing, code: str) -> dict[str, Obligation]:
    """Return the level of a code's findings by the place that each is about."""
    return {str(f.facts["slot"]): f.level for f in made.findings if f.code == code}


# -- counts, names, ticks ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code", "level"),
    [
        ("{count: 5, names: [甲, 乙]}", "form_count_names", Obligation.NEEDS_REASON),
        ("{count: 1, names: 甲、乙}", "form_count_names", Obligation.NEEDS_REASON),
        ("{count: 2, names: 无}", "form_count_none", Obligation.MUST_FIX),
        ("{count: 0, names: 甲}", "form_count_none", Obligation.MUST_FIX),
        ("{count: 2, names: 甲、乙}", "", None),
        ("{count: 2, names: '1.甲厂（绿色工厂、供应链）；2.乙厂'}", "", None),
        ("{count: 5, names: 甲、乙等5个}", "", None),
        ("{count: 3, names: 甲、乙等}", "", None),
        ("{count: 0, names: 无}", "", None),
        ("无", "", None),
    ],
)
def test_a_number_and_its_names(said: str, code: str, level: Obligation | None) -> None:
    made = filing(f"other_green: {said}", drafts=False)
    found = {
        f.code: f.level
        for f in made.findings
        if field_of(FORM, f) == "other_green" and f.code != "form_blank"
    }
    assert found == ({code: level} if level else {})


def test_names_are_counted_as_a_reader_would() -> None:
    assert named("甲\n乙\n丙") == (3, False)
    assert named("甲；乙，丙等三家") == (3, True)
    assert named("A、B") == (2, False)


@pytest.mark.parametrize(
    ("ticks", "count", "expected"),
    [
        ("[1]", "{count: 0, names: 无}", {"form_tick_none": Obligation.MUST_FIX}),
        ("[3]", "{count: 2, names: 甲、乙}", {"form_tick_missing": Obligation.NEEDS_REASON}),
        ("[1]", "{count: 2, names: 甲、乙}", {}),
        ("[3]", "{count: 0, names: 无}", {}),
    ],
)
def test_a_tick_and_the_number_behind_it(
    ticks: str, count: str, expected: dict[str, Obligation]
) -> None:
    made = filing(f"models_work: {ticks}\nnational_pilots: {count}", drafts=False)
    found = {f.code: f.level for f in made.findings if f.code.startswith("form_tick")}
    assert found == expected


def test_none_beside_a_tick() -> None:
    made = filing("green_work: [无, 1]", drafts=False)
    assert levels(made, "form_none_ticked") == {"green_work.none": Obligation.MUST_FIX}
    assert not levels(filing("green_work: [1, 2]", drafts=False), "form_none_ticked")
    assert not levels(filing("green_work: 无", drafts=False), "form_none_ticked")


# -- what asks for a reason --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "bad", "good"),
    [
        ("restricted_industry", "是", "否"),
        ("energy_standard", "否", "是"),
        ("water_standard", "否", "非高用水行业，不适用"),
    ],
)
def test_an_answer_that_has_to_be_explained(key: str, bad: str, good: str) -> None:
    said = "answers: {%s: %s}\nreasons: {%s}"
    code = "form_explain"
    assert list(levels(filing(said % (key, bad, "")), code).values()) == [Obligation.NEEDS_REASON]
    answered = filing(said % (key, bad, f"{key}: 已列入整改计划"))
    assert list(levels(answered, code).values()) == [Obligation.INFO]
    assert not levels(filing(said % (key, good, "")), code)


def test_a_goal_that_was_missed_is_told_as_missed() -> None:
    made = filing(CASES / "completion" / "answers.yaml")
    missed = levels(made, "form_missed")
    assert missed == {
        "achieved.quality_smes.target": Obligation.NEEDS_REASON,
        "achieved.co2.target": Obligation.NEEDS_REASON,
    }
    assert "achieved.patents.target" in levels(made, "form_impossible")
    results = made.content[pl.Slot("results")]
    assert "未达到50家的目标" in results
    assert "-200" not in results


@pytest.mark.parametrize(
    ("target", "code"),
    [("38", ""), ("37", ""), ("39", "form_missed"), ("20", "form_goal_worse")],
)
def test_a_goal_of_the_past_against_what_came_of_it(target: str, code: str) -> None:
    said = f"achieved: {{quality_smes: {{baseline: 30, target: {target}, actual: 38}}}}"
    codes = {c for c in ("form_missed", "form_goal_worse") if levels(filing(said), c)}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("优质中小企业数量未能完成，主要原因是两家企业外迁。", Obligation.INFO),
        ("各项工作成绩突出。", Obligation.NEEDS_REASON),
        ("优质中小企业数量稳步增长。研发经费未达目标，原因是投资放缓。", Obligation.NEEDS_REASON),
    ],
)
def test_a_text_may_say_why(text: str, level: Obligation) -> None:
    said = f"results: {text}\nachieved: {{quality_smes: {{target: 50}}}}"
    assert levels(filing(said), "form_missed") == {"achieved.quality_smes.target": level}


# -- names and units ---------------------------------------------------------------------------


def test_two_sheets_that_name_two_clusters_and_two_industries() -> None:
    path = CASES / "two-names" / "mine2.xlsx"
    made = filing(path, path, drafts=False)
    codes = {(f.code, field_of(FORM, f)) for f in made.findings if f.level is Obligation.MUST_FIX}
    assert ("form_name_differs", "cluster_name") in codes
    assert ("form_one_choice", "industry_type") in codes
    assert ("form_none_ticked", "chain_work") in codes


def test_a_full_name_is_the_same_cluster() -> None:
    own = pl.read_baseline(EXAMPLE).cluster
    assert not levels(filing(f"cluster_name: 某地区{own}", drafts=False), "form_name_differs")
    other = levels(filing("cluster_name: 某县另一产业集群", drafts=False), "form_name_differs")
    assert other == {"cluster_name": Obligation.MUST_FIX}


def test_cells_formatted_as_per_cent_are_what_they_show() -> None:
    path = CASES / "percent" / "base.xlsx"
    made = filing(path, path, drafts=False)
    assert made.content[pl.Slot("leading_growth", "2023")] == "12.10"
    assert made.content[pl.Slot("achieved", "output_growth_3y.target")] == "10.00%"
    assert made.content[pl.Slot("achieved", "iiot_share.target")] == "30.00%"
    told = {
        f.facts["slot"]: (f.found, f.expected) for f in made.findings if f.code == "answer_percent"
    }
    assert told["leading_growth.2023"] == ("0.121", "12.1%")
    assert not levels(made, "form_fraction")


@pytest.mark.parametrize(
    ("typed", "shown"), [("12.1%", "12.10"), ("12.1", "12.10"), ("１２.１％", "12.10")]
)
def test_a_rate_is_read_with_its_sign(typed: str, shown: str) -> None:
    made = filing(f"rd_growth: {{'2023': '{typed}'}}", drafts=False)
    assert made.content[pl.Slot("rd_growth", "2023")] == shown


def test_a_target_in_another_unit_is_converted() -> None:
    made = filing("achieved: {co2: {target: 800000吨}}", drafts=False)
    assert made.content[pl.Slot("achieved", "co2.target")] == "80.00万吨"


# -- the list ----------------------------------------------------------------------------------


def test_open_items_stand_in_the_order_of_the_form() -> None:
    made = pl.fill_form(pl.plan(EXAMPLE))
    order = list(FORM.fields)
    told = [order.index(key) for f in made.findings if (key := field_of(FORM, f))]
    assert len(told) > 30
    assert told == sorted(told)
    assert all(f.ways_out for f in made.findings if f.code == "form_blank")


def test_progress_counts_what_is_done() -> None:
    blank, full = pl.fill_form(pl.plan(EXAMPLE)).progress, filing(ANSWERS, drafts=False).progress
    assert [part.fields for part in blank] == [part.fields for part in full]
    assert sum(part.done for part in blank) < sum(part.done for part in full)
    basics = next(part for part in full if part.title.startswith("一、"))
    assert (basics.done, basics.open) == (basics.fields, 0)


def test_every_way_in_gives_the_same_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Filled, checked before it is filled, and read back, a form has the same open items."""

    def told(*args: str) -> list[tuple[str, str]]:
        main(["form", *args, "--json"])
        shown = json.loads(capsys.readouterr().out)
        return [(f["code"], f["found"]) for f in shown["findings"] if f["level"] != "info"]

    sources = [str(EXAMPLE), str(CASES / "completion" / "answers.yaml"), "--no-drafts"]
    filled = told("fill", *sources, "--out", str(tmp_path / "form.docx"))
    assert told("check", *sources) == filled
    back = told("check", str(tmp_path / "form.docx"))
    assert told("read", str(tmp_path / "form.docx")) == back
    own = [item for item in filled if item[0] in {"form_blank", "form_missed", "form_goal_worse"}]
    assert own
    # What could not be used stands nowhere in the form.
    assert [item for item in back if item[0] == "form_missed"] == [
        item for item in own if item[0] == "form_missed"
    ]


def test_a_reason_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    answers = str(CASES / "completion" / "answers.yaml")
    said = "--reason=achieved.quality_smes=两家企业外迁"
    main(["form", "check", str(EXAMPLE), answers, said, "--json"])
    shown = json.loads(capsys.readouterr().out)
    found = [f for f in shown["findings"] if f["code"] == "form_missed"]
    assert [f["level"] for f in found] == ["info", "needs_reason"]
    assert "两家企业外迁" in found[0]["message"]
    assert {part["title"] for part in shown["parts"]} >= {"一、基本情况", "二、主导产业情况"}


def test_a_reason_for_nothing_is_named() -> None:
    made = filing("answers: {}\nreasons: {achieved.co3: 无此指标, region: 县改市}", drafts=False)
    named_ = {f.found: f.level for f in made.findings if f.code == "form_reason_unused"}
    assert named_ == {"achieved.co3": Obligation.INFO, "region": Obligation.INFO}


def test_the_way_out_of_a_filled_form_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is told of a Word form is answered as it says, and what cannot be read stays open."""

    def told(*args: str) -> list[dict[str, str]]:
        main(["form", "check", *args, "--json"])
        found: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"]
        return found

    form = tmp_path / "form.docx"
    pl.fill_form(pl.plan(EXAMPLE), CASES / "completion" / "answers.yaml", form)
    missed = [f["level"] for f in told(str(form)) if f["code"] == "form_missed"]
    assert missed == ["needs_reason", "needs_reason"]
    said = "--reason=achieved.quality_smes=两家企业外迁"
    missed = [f["level"] for f in told(str(form), said) if f["code"] == "form_missed"]
    assert missed == ["info", "needs_reason"]
    unclear = str(DATA / "cases" / "form" / "ticks" / "t06-x-letter.docx")
    answers = tmp_path / "more.yaml"
    answers.write_text("region: 某地区某县", encoding="utf-8")
    for args in ([unclear], [unclear, str(answers)]):
        assert "form_tick_unclear" in {f["code"] for f in told(*args)}


def test_indicators_of_ones_own_reach_the_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A saved plan brings its own indicators; nothing else on the command line names them."""
    catalogue = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    base = pl.read_baseline(BASELINES / "sub-industries.csv", catalogue=catalogue)
    item = next(each for each in catalogue.own if base.printed(each.id) is not None)
    level = base.printed(item.id)
    assert level is not None
    plan = pl.plan(base).wish(item.id, 2028, level + 1)
    plan.save(tmp_path / "plan.json")
    main(["form", "fill", str(tmp_path / "plan.json"), "--out", str(tmp_path / "f.docx"), "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert shown["fields"][f"goals.{item.id}.target"].startswith(str(level + 1))
    text = "".join(docx.Document(str(tmp_path / "f.docx")).element.body.itertext())
    assert item.zh in text


def test_the_page_says_that_the_form_is_not_ready() -> None:
    study = Study({"一": pl.plan(EXAMPLE)}, "一")
    (told,) = form_standing(study)
    assert told.level is Obligation.MUST_FIX
    assert int(told.found) > 30
    assert "一、基本情况" in pl.sentence(told)


# -- pages -------------------------------------------------------------------------------------


def pages(form: pl.Form, **run_in: str) -> tuple[str, ...]:
    """Return pages of a form, a part to each, but for those that run into the one before."""
    made: list[str] = []
    for part in form.record.parts:
        title = part.title.replace(" ", "")
        if part.id in run_in:
            made[-1] += title + "……"
        else:
            made.append(title + "……")
    return tuple(made)


def test_a_part_that_runs_into_another_is_told() -> None:
    apart = page_findings(FORM, pages(FORM))
    assert not [f for f in apart if f.level is Obligation.MUST_FIX]
    (told,) = [f for f in page_findings(FORM, pages(FORM, digital="")) if f.level is Obligation.MUST_FIX]  # fmt: skip
    assert (told.code, told.place.sheet) == ("form_pages_shared", "四、数字化升级情况")


def test_pages_nobody_has_seen_are_left_to_a_person() -> None:
    (told,) = by_person(FORM)
    assert "11" in told.found.split("、")
    (told,) = by_person(FORM, pages_seen=True)
    assert "11" not in told.found.split("、")


@pytest.mark.parametrize(
    ("date", "holds"),
    [
        ("2026年3月20日", True), ("2026年3月", True), ("2026-03-20", True), ("２０２６年３月", True),
        ("2031年13月45日", False), ("2026年2月30日", False), ("明天", False), ("3月20日", False),
    ],
)  # fmt: skip
def test_a_date_is_one_of_the_calendar(date: str, holds: bool) -> None:
    found = {item.code for item in filing(f"filing_date: {date!r}").findings}
    assert ("form_not_date" not in found) is holds


@pytest.mark.parametrize(
    ("phone", "holds"),
    [
        ("0990-1234567", True),
        ("１３８００００００００", True),
        ("abc", False),
        ("12", False),
        ("无", True),
    ],
)
def test_a_telephone_number_is_one(phone: str, holds: bool) -> None:
    found = {item.code for item in filing(f"department_phone: {phone!r}").findings}
    assert ("form_not_phone" not in found) is holds
