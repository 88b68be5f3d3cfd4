"""What people write around the answers of a form is read or told, never passed over (§1, §15, §16)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from pictures import DRAWING, undrawn

import planner as pl
from planner.api.forms import FormReading
from planner.model.formschema import Slot

BASELINES = pl.shared("baselines")
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def filled(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    def fill(folder: Path) -> None:
        plan = pl.plan(BASELINES / "example.csv")
        pl.fill_form(plan, BASELINES / "example-answers.yaml", folder / "full.docx")

    return once("around", fill) / "full.docx"


def paragraphs(document: Any) -> list[Any]:
    """Return all paragraphs, those of nested tables too."""
    return list(document.element.body.iter(qn("w:p")))


def text_of(paragraph: Any) -> str:
    return "".join(item.text or "" for item in paragraph.iter(qn("w:t")))


def find(document: Any, text: str, behind: str = "") -> Any:
    """Return the first paragraph with a text, of those behind one with another text."""
    found = not behind
    for paragraph in paragraphs(document):
        if found and text in text_of(paragraph):
            return paragraph
        found = found or behind in text_of(paragraph)
    raise LookupError(text)


def write(paragraph: Any, text: str, more: str = "") -> None:
    """Put a text, and runs of XML behind it, in place of what a paragraph holds."""
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)
    runs = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    for run in parse_xml(f"<w:p {nsdecls('w')}>{runs}{more}</w:p>"):
        paragraph.append(run)


def read(filled: Path, folder: Path, change: Change) -> FormReading:
    document = docx.Document(str(filled))
    change(document)
    document.save(str(folder / "a.docx"))
    return pl.read_form(folder / "a.docx")


def codes(reading: FormReading, level: str = "must_fix") -> set[str]:
    return {item.code for item in reading.findings if item.level.value == level}


INCIDENTS = "近三年是否发生较大及以上"
CIRCLED = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> eq \\o\\ac(○,</w:instrText></w:r>'
    "<w:r><w:instrText>{0}</w:instrText></w:r><w:r><w:instrText>)</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


@pytest.mark.parametrize(("circled", "plain", "level"), [("是", "否", "1"), ("否", "是", "0")])
def test_a_circle_is_a_tick(
    circled: str, plain: str, level: str, filled: Path, tmp_path: Path
) -> None:
    def change(document: Any) -> None:
        write(find(document, "否", INCIDENTS), "")
        write(find(document, "是（", INCIDENTS), f"{plain}  ", CIRCLED.format(circled))

    assert str(read(filled, tmp_path, change).baseline.printed("incidents")) == level


@pytest.mark.parametrize(
    ("yes", "no", "level"),
    [
        ("☑是：2起", "□否", "2"),
        ("☑是（0起）", "□否", None),
        ("□是", "☑否，2024年发生1起较大火灾事故", None),
        ("□是", "☑否（近三年未发生事故）", "0"),
    ],
)
def test_what_is_written_beside_a_tick(
    yes: str, no: str, level: str | None, filled: Path, tmp_path: Path
) -> None:
    def change(document: Any) -> None:
        write(find(document, "否", INCIDENTS), no)
        write(find(document, "是（", INCIDENTS), yes)

    reading = read(filled, tmp_path, change)
    found = reading.baseline.printed("incidents")
    assert (None if found is None else str(found)) == level
    assert ("form_tick_unclear" in codes(reading)) is (level is None)


@pytest.mark.parametrize("own", ["☑其他：共享冷链运输", "☑通用生产设备"])
def test_an_option_of_ones_own_ticks_no_other(own: str, filled: Path, tmp_path: Path) -> None:
    before = pl.read_form(filled)

    def change(document: Any) -> None:
        last = find(document, "建立共享车间、共享工厂")
        made = parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{own}</w:t></w:r></w:p>")
        last.addnext(made)

    reading = read(filled, tmp_path, change)
    assert "form_option_unknown" in codes(reading, "needs_reason")
    ticks = {slot for slot in before.text.content if slot.field == "sharing_work"}
    assert {slot for slot in reading.text.content if slot.field == "sharing_work"} == ticks


@pytest.mark.parametrize(
    ("stage", "targets"),
    [
        (
            "集群总产值达到204.83亿元（2025年为186.20亿元），优质中小企业达到39家。",
            {"204.83", "39"},
        ),
        ("集群总产值达到2048300万元，优质中小企业达到３９家。", {"204.83", "39"}),
    ],
)
def test_stage_texts_that_compare_or_convert(
    stage: str, targets: set[str], filled: Path, tmp_path: Path
) -> None:
    reading = read(filled, tmp_path, lambda document: stage_1(document, stage))
    given = reading.plan.given or {}
    assert {str(v) for c, v in given.items() if c.year == 2026 and c.indicator in
            {"output", "quality_smes"}} == targets  # fmt: skip


@pytest.mark.parametrize(
    "stage",
    [
        "2027年：集群总产值达到230.00亿元。",
        "集群总产值较2025年增加18.63亿元。",
        "有效发明专利二百四十七件。",
        "主导产业：产值204.83亿元。",
        "到2025年底，集群总产值204.83亿元。",
        "上半年集群总产值达到104.83亿元。",
        "集群总产值达到204.83亿元/月。",
    ],
)
def test_stage_texts_that_are_no_target_are_told(stage: str, filled: Path, tmp_path: Path) -> None:
    reading = read(filled, tmp_path, lambda document: stage_1(document, stage))
    assert "stage_not_read" in codes(reading, "needs_reason")
    assert not [c for c in reading.plan.given or {} if c.year == 2026 and c.indicator == "output"]


def stage_1(document: Any, text: str) -> None:
    """Write the stage of the first year anew."""
    heading = find(document, "2026年度")
    following = heading.getnext()
    while following is not None and "2027年度" not in text_of(following):
        gone, following = following, following.getnext()
        gone.getparent().remove(gone)
    heading.addnext(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r></w:p>"))


def test_a_goal_table_of_another_year(filled: Path, tmp_path: Path) -> None:
    reading = read(filled, tmp_path, lambda d: write(find(d, "2028年目标值"), "2030年目标值"))
    assert "form_column_unknown" in codes(reading)


def test_a_row_that_stands_twice(filled: Path, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        row = find(document, "集群企业数量").getparent().getparent()
        copied = parse_xml(row.xml if hasattr(row, "xml") else _xml(row))
        row.addnext(copied)

    assert "row_repeated" in codes(read(filled, tmp_path, change))


def _xml(element: Any) -> bytes:
    from lxml import etree

    return etree.tostring(element)


def test_changes_and_comments_are_told(filled: Path, tmp_path: Path) -> None:
    inserted = (
        '<w:del w:id="1" w:author="a"><w:r><w:delText>1</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>2</w:t></w:r></w:ins>'
    )
    reading = read(filled, tmp_path, lambda d: write(find(d, "331"), "33", inserted))
    assert str(reading.baseline.printed("enterprises")) == "332"
    assert "document_tracked" in codes(reading, "needs_reason")
    assert [item.text for item in reading.text.account.left if item.reason == "deleted"] == ["1"]


@pytest.mark.parametrize(
    "look", ["<w:strike/>", "<w:vanish/>", '<w:vertAlign w:val="superscript"/>']
)
def test_what_is_not_read_of_a_paragraph_is_in_the_account(
    look: str, filled: Path, tmp_path: Path
) -> None:
    more = f"<w:r><w:rPr>{look}</w:rPr><w:t>7</w:t></w:r>"
    reading = read(filled, tmp_path, lambda d: write(find(d, "331"), "331", more))
    assert str(reading.baseline.printed("enterprises")) == "331"
    assert [item.text for item in reading.text.account.left if item.text == "7"] == ["7"]


def test_a_raised_digit_of_a_unit_is_read(filled: Path, tmp_path: Path) -> None:
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
    reading = read(filled, tmp_path, lambda d: write(find(d, "36.50"), "36.50km", raised))
    assert str(reading.baseline.printed("area")) == "36.50"


@pytest.mark.parametrize(
    ("count", "names", "found"),
    [
        ("1个（2024年认定）", "甲平台", ("1", "甲平台（2024年认定）")),
        ("两个", "甲、乙", ("2", "甲、乙")),
        (" 1 2 个", "甲", (None, "1 2 个\n名称：甲")),
        ("2+1个", "甲", (None, "2+1个\n名称：甲")),
        ("2024年1个、2025年2个", "甲", (None, "2024年1个、2025年2个\n名称：甲")),
    ],
)
def test_counts_with_remarks(
    count: str, names: str, found: tuple[str | None, str], filled: Path, tmp_path: Path
) -> None:
    field = pl.load_form().field_named("建设或引入的省级中小企业公共服务示范平台名称及数量")
    assert field is not None

    def change(document: Any) -> None:
        label = "建设或引入的省级中小企业公共服务示范平台"
        write(find(document, "数量：", label), f"数量：{count}")
        write(find(document, "名称：", label), f"名称：{names}")

    content = read(filled, tmp_path, change).text.content
    told = content.get(Slot(field.id, "count")), content.get(Slot(field.id, "names"))
    assert told == found


def test_a_form_s_figures_stand_in_its_account(filled: Path) -> None:
    account = pl.read(filled).account
    assert [item.value for item in account.of("output", 2025)] == ["186.20"]
    assert [item.value for item in account.of("quality_smes", 2028)] == ["41"]


@pytest.mark.parametrize("value", [-2, 1.5])
def test_answers_that_cannot_be(value: float, tmp_path: Path) -> None:
    text = (BASELINES / "example-answers.yaml").read_text(encoding="utf-8")
    answers = tmp_path / "a.yaml"
    changed = [
        f"  foreign_branches: {value}" if line.strip().startswith("foreign_branches") else line
        for line in text.splitlines()
    ]
    answers.write_text("\n".join(changed), encoding="utf-8")
    filing = pl.fill_form(pl.plan(BASELINES / "example.csv"), answers, tmp_path / "a.docx")
    assert "form_impossible" in {item.code for item in filing.findings}


def test_a_sheet_that_somebody_added_and_one_that_was_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DRAWING, undrawn)
    pl.plan(BASELINES / "example.csv").export(tmp_path / "pack")
    book = openpyxl.load_workbook(tmp_path / "pack" / "goals.xlsx")
    added = book.create_sheet("目标表（修订）", 0)
    added.append(["指标", "单位", "2028年"])
    added.append(["集群总产值", "亿元", 260])
    book["目标表"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    told = {item.code: item.level.value for item in pl.verify(tmp_path / "a.xlsx").check()}
    assert told["sheet_ignored"] == "needs_reason"
    assert told["goals_hidden"] == "needs_reason"


def test_targets_of_other_years_and_rates_without_targets_are_told(tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    path.write_text("indicator,2028,2030\noutput,260,300\npatents,330,\n", encoding="utf-8")
    judged = pl.verify(path, BASELINES / "example.csv")
    found = [item for item in judged.check() if item.code == "goal_outside"]
    assert [(item.year, item.found) for item in found] == [(2030, "集群总产值")]
    path.write_text("indicator,year,value\noutput,2028,260\nrd_spend_growth,2028,12\n", "utf-8")
    told = [
        item
        for item in pl.verify(path, BASELINES / "example.csv").check()
        if item.code == "rate_unused"
    ]
    assert [item.indicator for item in told] == ["rd_spend"]


def test_a_saved_plan_says_each_thing_once_and_may_begin_with_a_mark(tmp_path: Path) -> None:
    path = pl.plan(BASELINES / "example.csv").save(tmp_path / "plan.json")
    text = path.read_text(encoding="utf-8")
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert pl.read_plan(path).complies
    path.write_text(
        text.replace('"base_year": 2025', '"base_year": 2020,\n "base_year": 2025'), "utf-8"
    )
    with pytest.raises(pl.InputError) as error:
        pl.read_plan(path)
    assert error.value.findings[0].found == "base_year ×2"


@pytest.mark.parametrize(
    ("low", "high", "refused"), [("40", "60", False), ("60", "40", True), ("50", "60", True)]
)
def test_a_range_that_its_figure_does_not_lie_in(
    low: str, high: str, refused: bool, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    path.write_text("id,value,unit,year,scope,basis,source,low,high\n"
                    f"iiot_share,48,%,2025,某省,中小企业占比,某文件,{low},{high}\n", encoding="utf-8")  # fmt: skip
    assert ("range_contradicts" in {f.code for f in pl.read(path).findings}) is refused


def test_what_a_stage_tells_besides_targets_is_no_target(filled: Path, tmp_path: Path) -> None:
    stage = (
        "到2026年底，集群总产值达到204.83亿元，比上年增长10.01%，优质中小企业增加到39家，其中“小巨人”企业2家。"
        "新建3个公共服务平台，举办5场对接会，引进企业12家，总投资3.5亿元。"
    )
    known = {(item.code, item.found) for item in pl.read_form(filled).findings}
    reading = read(filled, tmp_path, lambda document: stage_1(document, stage))
    given = {c.indicator: str(v) for c, v in (reading.plan.given or {}).items() if c.year == 2026}
    assert given == {"output": "204.83", "quality_smes": "39", "little_giants": "2"}
    assert {(f.code, f.found) for f in reading.findings if f.level.value != "info"} <= known


@pytest.mark.parametrize(
    "turned",
    ["☑未建立共享车间、共享工厂", "☑拟建立共享车间、共享工厂", "☑正在建立共享车间、共享工厂"],
)
def test_an_option_that_is_turned_is_not_the_option(
    turned: str, filled: Path, tmp_path: Path
) -> None:
    reading = read(filled, tmp_path, lambda d: write(find(d, "建立共享车间、共享工厂"), turned))
    assert Slot("sharing_work", "5") not in reading.text.content
    assert "form_option_unknown" in codes(reading, "needs_reason")


def test_nothing_typed_beside_open_boxes_is_not_lost(filled: Path, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        write(find(document, "否", INCIDENTS), "□否　情况不明")
        write(find(document, "是（", INCIDENTS), "□是")

    assert "form_tick_unclear" in codes(read(filled, tmp_path, change))
