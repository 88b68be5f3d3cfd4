"""What stands around figures says what they are: each kind once doubtful, once plain (§16)."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

import planner as pl
from planner.api.reading import FileReading

LEVELS = {"output@2024": "165.08", "output@2025": "186.20"}
ROWS = [("集群总产值（亿元）", 165.08, 186.2)]
HEAD = ("指标", "2024年", "2025年")


def book(
    path: Path, *rows: tuple[object, ...], **more: Callable[[openpyxl.Workbook], None]
) -> Path:
    """Write a workbook with some rows and whatever else is done to it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for change in more.values():
        change(made)
    made.save(path)
    return path


def levels(reading: FileReading) -> dict[str, str]:
    if reading.record is None:
        return {}
    return {f"{c.indicator}@{c.year}": str(v) for c, v in reading.record.values.items()}


def must(reading: FileReading) -> list[str]:
    return [finding.code for finding in reading.findings if finding.level.value == "must_fix"]


TITLES = [
    "甲县2025年1—6月主要指标",
    "甲县上半年主要指标",
    "2025年（预计）",
    "甲集群“十五五”规划目标",
    "甲县规模以上工业企业主要指标",
    "全国平均水平",
    "主要指标指数（2020年=100）",
    "甲集群2025年新增情况",
    "对标集群：乙县阀门产业集群",
    "骨干企业主要指标",
    "同比增速（%）",
    "2025年人均指标",
    "在建项目达产测算",
    "2025年数据（待定）",
    "2022年口径",
]
PLAIN = [
    "甲集群主要指标",
    "甲集群三年行动计划基础数据",
    "甲县2025年1-12月主要指标",
    "2025年度目标完成情况",
    "示例县全国重点半导体材料产业集群基础数据表",
    "2025年度全省中小企业特色产业集群运行监测表",
    "甲县目标跟踪雷达产业集群情况",
    "甲县产业集群高质量发展目标责任书附表",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_makes_figures_doubtful_is_asked_about(title: str, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", (title,), HEAD, *ROWS)
    reading = pl.read(path)
    assert "circumstance" in must(reading)
    assert levels(pl.read(path, take={"Sheet!A1": "use"})) == LEVELS
    assert not must(pl.read(path, take={"Sheet!A1": "use"}))


@pytest.mark.parametrize("title", PLAIN)
def test_a_title_that_says_nothing_of_figures(title: str, tmp_path: Path) -> None:
    reading = pl.read(book(tmp_path / "a.xlsx", (title,), HEAD, *ROWS))
    assert levels(reading) == LEVELS
    assert not must(reading)


def test_lines_between_rows_are_about_the_rows_under_them(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        HEAD,
        ("一、经济指标",),
        *ROWS,
        ("二、规上企业指标",),
        ("中小企业从业人员数量（人）", 12000, 12500),
        ("三、企业指标",),
        ("集群企业数量（家）", 314, 331),
    )
    reading = pl.read(path)
    assert levels(reading) == {**LEVELS, "enterprises@2024": "314", "enterprises@2025": "331"}
    assert must(reading) == ["circumstance"]
    assert levels(pl.read(path, take={"Sheet!A4": "use"}))["employees@2025"] == "12500"


def test_two_tables_of_two_clusters(tmp_path: Path) -> None:
    more = [("乙县棉花集群",), HEAD, ("有效发明专利数量（件）", 50, 60)]
    path = book(tmp_path / "a.xlsx", ("甲县番茄集群",), HEAD, *ROWS, *more)
    assert levels(pl.read(path)) == LEVELS
    assert "circumstance" in must(pl.read(path))


def test_the_upper_heading_of_two_rows_counts(tmp_path: Path) -> None:
    def join(made: openpyxl.Workbook) -> None:
        made.active.merge_cells("B1:C1")  # type: ignore[union-attr]

    rows = [("指标", "规上企业", None), (None, "2024年", "2025年"), *ROWS]
    reading = pl.read(book(tmp_path / "a.xlsx", *rows, join=join))
    assert must(reading).count("year_doubtful") == 2
    assert (
        levels(pl.read(tmp_path / "a.xlsx", take={"Sheet!B2": "use", "Sheet!C2": "use"})) == LEVELS
    )


@pytest.mark.parametrize(
    ("head", "word", "asked"),
    [
        ("状态", "预计", True),
        ("口径", "规上", True),
        ("备注", "2025年为预计数", True),
        ("备注", "含实用新型", True),
        ("来源", "上半年快报", True),
        ("备注", "县统计局核定", False),
        ("状态", "已核实", False),
        ("备注", "截至12月31日", False),
        ("备注", "占全县研发投入的六成", False),
        ("备注", "含规上和规下企业", False),
        ("备注", "由规划科汇总", False),
        ("月份", "6", True),
        ("频率", "年度", False),
        ("备注", "有误，应为312", True),
        ("备注", "待核实", True),
        ("备注", "仅统计龙头企业", True),
        ("备注", "未含开发区", True),
        ("说明", "为当年新增数", True),
        ("是否有效", "否", True),
        ("是否有效", "是", False),
        ("是否采用", "不采用", True),
        ("核查结论", "不通过", True),
        ("核查结论", "通过", False),
        ("版本", "草稿", True),
        ("版本", "终稿", False),
        ("是否必填", "否", False),
        ("是否核心指标", "否", False),
        ("指标属性", "预期性", False),
        ("指标属性", "约束性", False),
        ("备注", "同比增长12.8%", False),
        ("备注", "净增12家", False),
        ("备注", "无", False),
        ("备注", "含税", False),
    ],
)
def test_a_word_beside_a_figure(head: str, word: str, asked: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"indicator,year,value,{head}\noutput,2024,165.08,\noutput,2025,186.2,{word}\n",
                    encoding="utf-8")  # fmt: skip
    reading = pl.read(path)
    assert ("output@2025" not in levels(reading)) is asked
    assert ("year_doubtful" in must(reading)) is asked


def test_a_remark_on_one_year_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "指标,2024年,2025年,备注\n集群企业数量,314,331,截至2025年6月\n", encoding="utf-8"
    )
    assert levels(pl.read(path)) == {"enterprises@2024": "314"}


def test_parts_without_a_unit_under_what_counts_something_else(tmp_path: Path) -> None:
    rows = [HEAD, *ROWS, ("　其中：中小企业", 128, 146), ("集群企业数量（家）", 314, 331)]
    path = book(tmp_path / "a.xlsx", *rows, ("　其中：中小企业", 296, 312))
    reading = pl.read(path)
    assert must(reading) == ["label_under"]
    assert levels(reading)["smes@2025"] == "312"


def test_names_that_a_column_before_completes(tmp_path: Path) -> None:
    head = ("类别", *HEAD)
    rows = [("产值（亿元）", "总量", 165.08, 186.2), ("产值（亿元）", "中小企业", 128, 146)]
    path = book(tmp_path / "a.xlsx", head, *rows, ("专利（件）", "高新技术企业", 100, 120))
    reading = pl.read(path)
    wanted = {**LEVELS, "sme_output@2024": "128.00", "sme_output@2025": "146.00"}
    assert levels(reading) == wanted
    assert must(reading) == ["label_in_group"]


def test_growth_beside_a_column_of_units_and_under_a_row(tmp_path: Path) -> None:
    head = ("指标", "单位", "2025年", "比上年增长%")
    path = book(tmp_path / "a.xlsx", head, ("集群总产值", "亿元", 186.2, 12.79))
    assert [str(v) for v in pl.read(path).record.growth.values()] == ["12.79"]
    rows = [HEAD, *ROWS, ("  比上年增长（%）", 12.06, 12.79)]
    reading = pl.read(book(tmp_path / "b.xlsx", *rows))
    assert [str(v) for v in reading.record.growth.values()] == ["12.06", "12.79"]
    assert not must(reading)


@pytest.mark.parametrize(
    "other", ["2025年全省平均", "2025年完成率", "2025年排名", "2025年（规上）", "2025年1季度"]
)
def test_a_plain_year_goes_before_what_is_none(other: str, tmp_path: Path) -> None:
    reading = pl.read(book(tmp_path / "a.xlsx", (*HEAD, other), (*ROWS[0], 3)))
    assert levels(reading) == LEVELS
    assert not must(reading)


def test_units_that_are_ditto_and_doubled(tmp_path: Path) -> None:
    rows = [("集群总产值", "万元", 1650800, 1862000), ("研发经费投入", "〃", 40900, 46500)]
    head = ("指标", "单位", "2024年", "2025年")
    path = book(tmp_path / "a.xlsx", head, *rows, ("集群企业数量", "家（个）", 314, 331))
    told = levels(pl.read(path))
    assert (told["rd_spend@2025"], told["enterprises@2025"]) == ("4.65", "331")


def test_an_answer_about_a_unit_is_for_all_years(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("indicator,year,value\noutput,2024,1650800\noutput,2025,1862000\n", "utf-8")
    assert must(pl.read(path)) == ["no_values", "unit_suspected"]
    reading = pl.read(path, take={"output": "万元"})
    assert levels(reading) == LEVELS
    assert not must(reading)


def test_joined_cells(tmp_path: Path) -> None:
    def join(made: openpyxl.Workbook) -> None:
        made.active.merge_cells("B3:C3")  # type: ignore[union-attr]

    rows = [HEAD, *ROWS, ("高新技术企业（家）", 21, None)]
    reading = pl.read(book(tmp_path / "a.xlsx", *rows, join=join))
    assert "value_merged" in must(reading)
    assert "hightech@2025" not in levels(reading)


def test_what_lies_beside_the_cells_is_in_the_account(tmp_path: Path) -> None:
    def note(made: openpyxl.Workbook) -> None:
        sheet = made.active
        assert sheet is not None
        sheet["C2"].comment = Comment("此为预计数", "甲")
        sheet.oddHeader.center.text = "单位：万元"

    reading = pl.read(book(tmp_path / "a.xlsx", HEAD, *ROWS, note=note))
    left = {item.text: item.reason for item in reading.account.left}
    assert left["此为预计数"] == "comment"
    assert left["单位：万元"] == "header"
    assert {"note_says", "unit_aside"} <= {finding.code for finding in reading.findings}


def test_a_text_box_over_a_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", HEAD, *ROWS)
    box = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp>'
        "<xdr:txBody><a:p><a:r><a:t>2025年为预计数</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        "</xdr:twoCellAnchor></xdr:wsDr>"
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("xl/drawings/drawing1.xml", box)
        target.writestr("xl/worksheets/_rels/sheet1.xml.rels", rels)
    reading = pl.read(path)
    assert {item.reason for item in reading.account.left} >= {"text_box"}
    assert "circumstance" in must(reading)


def test_a_cell_may_be_left_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("指标,2024年,2025年\n集群总产值,165.08,约186\n集群总产值,1,186.2\n", "utf-8")
    reading = pl.read(path, take={"C2": "leave", "B3": "leave"})
    assert levels(reading) == LEVELS
    assert not must(reading)


@pytest.mark.parametrize(
    ("written", "value"),
    [("214件（其中国防专利3件）", "214"), ("二十一", "21"), ("两件", "2"), ("三十六（36）件", "36"),
     ("214件（清单见附件5）", "214"), ("214（规上）", None), ("214（2024年）", None), ("214（估）", None),
     ("190（预计）", None), ("三百", None), ("三十六（35）件", None), ("一", None)],
)  # fmt: skip
def test_remarks_behind_numbers_and_small_numbers_in_words(
    written: str, value: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"指标,2025年\n集群总产值,186.2\n有效发明专利,{written}\n", encoding="utf-8")
    reading = pl.read(path)
    assert levels(reading).get("patents@2025") == value
    assert bool(must(reading)) is (value is None)


def test_a_unit_line_is_about_all_tables_under_it(tmp_path: Path) -> None:
    rows = [("单位：万元",), HEAD, ("集群总产值", 1650800, 1862000)]
    more = [("指标", "2025年", "2024年"), ("研发经费投入", 300, 290)]
    told = levels(pl.read(book(tmp_path / "a.xlsx", *rows, *more)))
    assert told == {**LEVELS, "rd_spend@2025": "0.03", "rd_spend@2024": "0.03"}


def test_years_down_with_the_units_in_the_cells(tmp_path: Path) -> None:
    rows = [("年份", "集群总产值", "集群企业数量"), ("2024年", "165.08亿元", "314家")]
    reading = pl.read(book(tmp_path / "a.xlsx", *rows, ("2025年", "186.2亿元", "331家")))
    assert levels(reading) == {**LEVELS, "enterprises@2024": "314", "enterprises@2025": "331"}


@pytest.mark.parametrize(("written", "added"), [("+10", True), ("＋10", True), ("31", False)])
def test_what_is_to_be_added_is_no_level(written: str, added: bool, tmp_path: Path) -> None:
    path = tmp_path / "goals.csv"
    path.write_text(f"indicator,2028\noutput,260\nhightech,{written}\n", encoding="utf-8")
    judged = pl.verify(path, pl.shared("baselines") / "example.csv")
    assert str(judged.goals["hightech"].values[2028]) == "31"  # 21 and 10 more, or so written
    assert ({str(said) for said in judged.targets.values()} == {"+10"}) is added


def test_what_a_table_has_besides_and_is_no_doubt(tmp_path: Path) -> None:
    head = ("一级指标", "二级指标", "单位", "2024年（审计数）", "本年（2025年）")
    rows = [("甲", "乙", "丙", 1, 2), ("经济", "集群总产值", "亿元", 165.08, 186.2)]
    more = [("企业", "中小企业从业人员数量", "人", 17890, 18640)]
    note = ("注：规模以上工业企业指年主营业务收入2000万元及以上的工业企业。",)
    reading = pl.read(book(tmp_path / "a.xlsx", head, *rows, *more, note))
    assert levels(reading) == {**LEVELS, "employees@2024": "17890", "employees@2025": "18640"}
    assert {item.level.value for item in reading.findings} <= {"info"}


def test_an_index_that_only_counts_is_numbering(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",indicator,year,value\n0,output,2024,165.08\n1,output,2025,186.2\n", "utf-8")
    reading = pl.read(path)
    assert levels(reading) == LEVELS
    assert not must(reading)


def test_a_cell_may_be_named_without_its_sheet(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("甲县上半年主要指标",), HEAD, *ROWS)
    reading = pl.read(path, take={"A1": "use"})
    assert levels(reading) == LEVELS
    assert [item.code for item in reading.findings] == []


def test_a_second_sheet_that_is_asked_for_is_not_dropped_in_silence(tmp_path: Path) -> None:
    def add(made: openpyxl.Workbook) -> None:
        more = made.create_sheet("创新")
        more.append(HEAD)
        more.append(("有效发明专利数量（件）", 184, 214))

    path = book(tmp_path / "a.xlsx", HEAD, *ROWS, add=add)
    said = pl.read(path, take={"Sheet": "use", "创新": "use"}).findings
    found = {item.found: item.level.value for item in said if item.code == "sheet_ignored"}
    assert found == {"创新": "needs_reason"}


def test_lines_that_name_a_firm_or_a_park_are_about_the_rows_under_them(tmp_path: Path) -> None:
    more = ("有效发明专利数量（件）", 184, 214)
    for line in ("甲县阀门有限公司", "二、城南工业园区", "（三）南山镇："):
        path = book(tmp_path / "a.xlsx", HEAD, *ROWS, (line,), more)
        reading = pl.read(path)
        assert "circumstance" in must(reading)
        assert levels(reading) == LEVELS
        assert len(levels(pl.read(path, take={"Sheet!A3": "use"}))) == 4
    plain = pl.read(book(tmp_path / "b.xlsx", HEAD, *ROWS, ("二、创新能力",), more))
    assert not must(plain)
    assert len(levels(plain)) == 4


def test_a_heading_that_is_struck_out_is_asked_about(tmp_path: Path) -> None:
    def strike(made: openpyxl.Workbook) -> None:
        made.active["C1"].font = openpyxl.styles.Font(strike=True)  # type: ignore[union-attr,index]

    path = book(tmp_path / "a.xlsx", HEAD, *ROWS, strike=strike)
    reading = pl.read(path)
    assert levels(reading) == {"output@2024": "165.08"}
    assert "year_doubtful" in must(reading)
    assert levels(pl.read(path, take={"Sheet!C1": "use"})) == LEVELS


def test_the_last_of_a_series_of_months_is_a_month(tmp_path: Path) -> None:
    months = [dt.date(2025, month, 28) for month in range(9, 12)] + [dt.date(2025, 12, 31)]
    down = [("日期", "集群总产值（亿元）"), *((day, 15.5) for day in months)]
    assert not levels(pl.read(book(tmp_path / "a.xlsx", *down)))
    wide = [("指标", *months), ("集群总产值（亿元）", 15.1, 15.2, 15.3, 15.5)]
    reading = pl.read(book(tmp_path / "b.xlsx", *wide))
    assert not levels(reading)
    assert "column_repeated" in must(reading)
    ends = [("指标", dt.date(2024, 12, 31), dt.date(2025, 12, 31)), *ROWS]
    assert levels(pl.read(book(tmp_path / "c.xlsx", *ends))) == LEVELS


def test_a_column_that_divides_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "指标,2024年,2025年,{head}\n集群总产值（亿元）,165.08,186.2,{one}\n"
        "有效发明专利数量（件）,184,214,{two}\n",
        encoding="utf-8",
    )
    text = path.read_text("utf-8")

    def read(head: str, one: str, two: str, **take: str) -> FileReading:
        path.write_text(text.format(head=head, one=one, two=two), "utf-8")
        return pl.read(path, take=take)

    for head, one, two in (("行政区划", "甲县", "乙县"), ("企业类型", "大型企业", "全部")):
        assert "column_divides" in must(read(head, one, two))
        assert not levels(read(head, one, two))
        assert len(levels(read(head, one, two, D1="use"))) == 4
        assert levels(read(head, one, two, D1=one)) == LEVELS
    for head, one, two in (("行政区划", "甲县", "甲县"), ("责任单位", "统计局", "科技局")):
        assert not must(read(head, one, two))
        assert len(levels(read(head, one, two))) == 4


def test_tables_that_stand_beside_each_other(tmp_path: Path) -> None:
    head = ("序号", "指标", "2024年", "2025年")
    rows = [
        (1, "集群总产值", 1650800, 1862000, 3, "有效发明专利数量", 184, 214),
        (2, "研发经费", 25000, 30000, None, None, None, None),
    ]
    path = book(tmp_path / "a.xlsx", ("甲集群",), ("单位：万元、件",), head + head, *rows)
    reading = pl.read(path)
    spending = {"rd_spend@2024": "2.50", "rd_spend@2025": "3.00"}
    assert levels(reading) == {**LEVELS, **spending, "patents@2024": "184", "patents@2025": "214"}
    assert not must(reading)
    half = book(tmp_path / "b.xlsx", ("甲县上半年指标",), head + head, rows[0])
    assert must(pl.read(half)).count("circumstance") == 1


def test_figures_without_any_year_take_the_base_year_that_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("指标", "数值"), ("集群总产值（亿元）", 186.2))
    (said,) = [item for item in pl.read(path).findings if item.code == "year_missing"]
    assert "give_base_year" in said.ways_out
    named = pl.read_baseline(path, base_year=2025)
    assert named.printed("output") == Decimal("186.20")
