"""Words away from a figure that say what it is: in titles, remarks, notes, comments, other sheets (§16).

Every case is a plain table with one thing added; what is added makes figures doubtful or changes
their unit, so that none of them may be taken without a word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

import planner as pl
from planner.api.reading import FileReading
from planner.intake.baselines import read_clusters
from planner.intake.benchmarks import read_benchmarks

HEAD = ("指标", "单位", "2023年", "2024年", "2025年")
ROWS = [
    ("集群总产值", "亿元", 147.32, 165.08, 186.20),
    ("主导产业产值", "亿元", 119.41, 134.80, 153.34),
    ("集群企业数量", "家", 298, 314, 331),
    ("集群中小企业数量", "家", 281, 296, 312),
    ("研发经费投入", "亿元", 3.71, 4.13, 4.65),
    ("有效发明专利数量", "件", 164, 190, 214),
]
TRUE = {
    f"{key}@{year}": f"{value:.2f}" if isinstance(value, float) else str(value)
    for key, row in zip(
        ("output", "leading_output", "enterprises", "smes", "rd_spend", "patents"),
        ROWS,
        strict=True,
    )
    for year, value in zip((2023, 2024, 2025), row[2:], strict=True)
}
Change = Callable[[Worksheet], None]


def table(
    path: Path, change: Change | None = None, above: tuple[str, ...] = (), title: str = ""
) -> FileReading:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    if title:
        sheet.title = title
    for line in above:
        sheet.append((line,))
    for row in (HEAD, *ROWS):
        sheet.append(row)
    if change is not None:
        change(sheet)
    made.save(path)
    return pl.read(path)


def levels(reading: FileReading) -> dict[str, str]:
    if reading.record is None:
        return {}
    return {f"{c.indicator}@{c.year}": str(v) for c, v in reading.record.values.items()}


def silent(reading: FileReading) -> bool:
    """Whether nothing is said that anybody would have to look at."""
    return {item.level.value for item in reading.findings} <= {"info"}


def test_the_plain_table_is_read(tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx")
    assert levels(reading) == TRUE
    assert silent(reading)


def put(**cells: object) -> Change:
    def change(sheet: Worksheet) -> None:
        for cell, value in cells.items():
            sheet[cell] = value

    return change


REMARKS = [
    "2025年为1-9月数据", "2025年为前三季度累计数据", "2025年数据为预计", "2025年为规上口径",
    "为规上口径", "仅规上企业", "统计口径为规上", "2025年为全县数", "实为178.6",
    "统计局反馈数178.6亿元，以此为准", "扣除重复计算后为178.60亿元", "县工信局核定178.60",
    "去重后为298家", "2025年少报5家", "估算", "测算", "推算数", "沿用上年数",
    "暂缺，用上年数代替", "增加值", "主营业务收入", "销售收入",
]  # fmt: skip


@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_that_says_what_a_figure_is(remark: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", put(F1="备注", F2=remark))
    assert not silent(reading)
    assert "output@2025" not in levels(reading)
    assert levels(reading).items() >= {k: v for k, v in TRUE.items() if "leading" in k}.items()


HARMLESS = [
    "由规划科汇总", "占全县研发投入的六成", "县统计局核定", "同比增长12.8%", "含税", "来源：统计年报",
    "按现价计算", "为全县第一大产业", "2025年净增17家", "已核实", "经审计", "见附件3",
]  # fmt: skip


@pytest.mark.parametrize("remark", HARMLESS)
def test_a_remark_that_says_nothing_of_the_figure(remark: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", put(F1="备注", F2=remark))
    assert levels(reading) == TRUE
    assert silent(reading)


@pytest.mark.parametrize(("word", "rows"), [("预计数", 6), ("规上口径", 2)])
def test_a_joined_remark_counts_for_all_its_rows(word: str, rows: int, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        put(F1="备注", F2=word)(sheet)
        sheet.merge_cells(f"F2:F{1 + rows}")

    taken = levels(table(tmp_path / "a.xlsx", change))
    assert sum(key.endswith("@2025") for key in taken) == 6 - rows


TITLES = [
    "某集群2025年9月", "报告期：2025年9月", "所属期：2025-09", "2025.1-9", "2025.01-2025.09",
    "统计期间：2025.01.01-2025.09.30", "所属时期：2025年01月01日至2025年09月30日", "2025年H1",
    "2025Q3", "2025年中期", "2025年中报", "2025年三季报", "2025年前9月", "2025年前三季",
    "填报日期：2025年7月15日", "某集群基础数据表（2025年7月填报）", "附件2：规下企业指标表",
    "某某食品有限公司主要指标", "甲集群2025年预算",
]  # fmt: skip
PLAIN = [
    "某集群2025年12月", "报告期：2025年", "2025.1-12", "填报日期：2026年3月15日", "2023-2025年",
    "某县番茄产业集群（2026年7月填报）", "统计期间：2025.01.01-2025.12.31", "甲集群基础数据",
    "填报单位：某某食品有限公司",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_dates_the_figures(title: str, tmp_path: Path) -> None:
    assert not silent(table(tmp_path / "a.xlsx", above=(title,)))


@pytest.mark.parametrize("title", PLAIN)
def test_a_title_that_leaves_them_a_whole_year(title: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", above=(title,))
    assert levels(reading) == TRUE
    assert silent(reading)


@pytest.mark.parametrize(
    "name", ["2025年9月", "2025.1-9", "2025H1", "202509", "2025三季报", "初稿"]
)
def test_the_name_of_a_sheet_that_dates_the_figures(name: str, tmp_path: Path) -> None:
    assert not silent(table(tmp_path / "a.xlsx", title=name))


UNITS = [
    "主要指标表（万元）", "主要指标表 单位 万元", "万元", "（金额以万元计）", "以万元计",
    "本表金额均以万元为单位", "填报要求：金额填万元，保留两位小数",
]  # fmt: skip
UNITS_BELOW = [
    "说明：本表金额单位万元", "1、金额以万元计；2、企业数以家计", "注：产值、研发经费均为万元",
]  # fmt: skip


@pytest.mark.parametrize("line", [*UNITS, *UNITS_BELOW])
def test_a_unit_in_other_words(line: str, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    if line in UNITS:
        sheet.append((line,))
    sheet.append(("指标", "2024年", "2025年"))
    sheet.append(("集群总产值", 1650800, 1862000))
    sheet.append(("有效发明专利数量", 190, 214))
    if line in UNITS_BELOW:
        sheet.append((line,))
    made.save(tmp_path / "a.xlsx")
    reading = pl.read(tmp_path / "a.xlsx")
    assert levels(reading)["output@2025"] == "186.20"
    assert levels(reading)["patents@2025"] == "214"


ELSEWHERE = ["2025年数据为1-9月", "2025年为预计数", "本表数据为规上工业口径", "金额单位：万元"]


@pytest.mark.parametrize("text", ELSEWHERE)
@pytest.mark.parametrize("first", [True, False])
def test_a_text_on_another_sheet(text: str, first: bool, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("填报说明", 0 if first else 1)["A1"] = text

    assert not silent(table(tmp_path / "a.xlsx", change))


@pytest.mark.parametrize(
    "text", ["2025年为1-9月", "2025年为预计数", "规上口径", "仅含规上企业", "应为320"]
)
@pytest.mark.parametrize("cell", ["A2", "E2", "E1"])
def test_a_comment_on_a_label_a_figure_or_a_heading(text: str, cell: str, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet[cell].comment = Comment(text, "甲")

    assert not silent(table(tmp_path / "a.xlsx", change))


NOTES = [
    "注：2025年为快报数", "注：数据为估算", "更正：2025年集群总产值为178.60亿元",
    "注：2025年产值应为178.60", "统计范围：规模以上工业法人单位", "注：本表不含乙园区",
    "注：本表数据尚未核定", "注：本表为草稿，以正式稿为准", "填报日期：2025年9月30日",
    "填表人：张三　2025年10月8日",
]  # fmt: skip


@pytest.mark.parametrize("note", NOTES)
def test_a_note_below_the_table(note: str, tmp_path: Path) -> None:
    assert not silent(table(tmp_path / "a.xlsx", put(A8=note)))


ABOUT_COLUMNS = [
    ("", "决算", "决算", "预算"), ("", "年报", "年报", "月报"), ("", "终审", "终审", "初审"),
    ("数据来源", "", "", "企业预计"), ("数据状态", "", "", "初稿"), ("截止时间", "", "", "9月30日"),
    ("统计期", "", "", "1-9月"),
]  # fmt: skip


@pytest.mark.parametrize("row", ABOUT_COLUMNS)
@pytest.mark.parametrize("last", [True, False])
def test_a_row_that_says_something_of_the_columns(
    row: tuple[str, ...], last: bool, tmp_path: Path
) -> None:
    def change(sheet: Worksheet) -> None:
        at = 8 if last else 2
        sheet.insert_rows(at)
        put(**{f"A{at}": row[0], f"C{at}": row[1], f"D{at}": row[2], f"E{at}": row[3]})(sheet)

    reading = table(tmp_path / "a.xlsx", change)
    assert not silent(reading)
    assert levels(reading).items() <= TRUE.items()
    assert "output@2024" in levels(reading)


RIVALS = [("最终数", 178.2), ("调整数", 178.2), ("新口径", 178.2), ("核减", -8), ("核定数", 178.2)]


@pytest.mark.parametrize(("head", "value"), RIVALS)
def test_a_column_of_other_figures_of_the_same(head: str, value: float, tmp_path: Path) -> None:
    assert not silent(table(tmp_path / "a.xlsx", put(F1=head, F2=value)))


PARTS = [
    ("产品", "番茄酱"), ("企业类型", "规下企业"), ("企业名称", "甲公司"), ("环节", "上游"),
    ("统计对象", "龙头企业"), ("乡镇", "东镇"), ("币种", "美元"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "value"), PARTS)
def test_a_column_that_says_what_part_it_is(head: str, value: str, tmp_path: Path) -> None:
    cells = {f"F{row}": value for row in range(2, 8)}
    assert not silent(table(tmp_path / "a.xlsx", put(F1=head, **cells)))
    whole = {f"F{row}": "全部" for row in range(2, 8)}
    assert silent(table(tmp_path / "b.xlsx", put(F1=head, **whole)))


def read(path: Path, *rows: tuple[object, ...]) -> FileReading:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(path)
    return pl.read(path)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (("2025年", "2024年", "同比%"), (186.2, 165.08, 12.79)),
        (("2025年", "2024年", "2023年", "增速（%）"), (186.2, 165.08, 147.32, 12.79)),
        (("2024年", "2025年", "同比%"), (165.08, 186.2, 12.79)),
        (("2025年", "同比%", "2024年", "同比%"), (186.2, 12.79, 165.08, 12.06)),
    ],
)
def test_growth_without_a_year_is_that_of_the_latest_beside_it(
    head: tuple[str, ...], row: tuple[float, ...], tmp_path: Path
) -> None:
    reading = read(tmp_path / "a.xlsx", ("指标", *head), ("集群总产值（亿元）", *row))
    growth = {cell.year: str(value) for cell, value in reading.record.growth.items()}
    assert growth[2025] == "12.79"
    assert growth.get(2024, "12.06") == "12.06"


def test_growth_before_the_years_is_told(tmp_path: Path) -> None:
    reading = read(
        tmp_path / "a.xlsx", ("指标", "同比%", "2025年"), ("集群总产值（亿元）", 12.79, 186.2)
    )
    assert not silent(reading) or reading.record.growth


@pytest.mark.parametrize("head", ["同比增减", "比上年±", "较上年"])
def test_what_was_added_is_no_rate(head: str, tmp_path: Path) -> None:
    rows = [("指标", "单位", "2025年", head), ("集群总产值", "亿元", 186.2, 21.12)]
    assert not read(tmp_path / "a.xlsx", *rows).record.growth


def test_growth_below_a_row_that_is_not_known_is_not_that_of_the_row_before(tmp_path: Path) -> None:
    rows = [("集群总产值", "亿元", 186.2), ("其中：规上工业产值", "亿元", 150), ("增速", "%", 5)]
    reading = read(tmp_path / "a.xlsx", ("指标", "单位", "2025年"), *rows)
    assert not reading.record.growth


DOWN = [
    ("月数", 9), ("统计月数", "9个月"), ("是否全年", "否"), ("是否预计", "是"), ("是否快报", "是"),
    ("报表", "月报"), ("status", "draft"), ("区域", "西镇"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "value"), DOWN)
def test_a_column_beside_years_down(head: str, value: object, tmp_path: Path) -> None:
    plain = {"月数": 12, "统计月数": "12个月", "是否全年": "是", "区域": "东镇", "报表": "年报",
             "status": "final"}.get(head, "否")  # fmt: skip
    rows = [("年份", "集群总产值（亿元）", head), (2024, 165.08, plain), (2025, 130, value)]
    reading = read(tmp_path / "a.xlsx", *rows)
    assert "output@2025" not in levels(reading)
    assert not silent(reading)
    both = read(tmp_path / "b.xlsx", rows[0], rows[1], (2025, 186.2, plain))
    assert levels(both) == {"output@2024": "165.08", "output@2025": "186.20"}
    assert silent(both)


def test_growth_beside_an_indicator_of_years_down(tmp_path: Path) -> None:
    rows = [
        ("年份", "集群总产值（亿元）", "同比增长（%）"),
        (2024, 165.08, 12.06),
        (2025, 186.2, 12.79),
    ]
    reading = read(tmp_path / "a.xlsx", *rows)
    assert {cell.year: str(value) for cell, value in reading.record.growth.items()} == {
        2024: "12.06", 2025: "12.79"}  # fmt: skip


FORMATS = [
    'General"家（预计）"', '0"家(1-9月)"', '"约"0"家"', '0.00"(快报)"', "[$$-409]#,##0.00",
    '0.00"亿美元"', ";;;", '"暂无"', "[$€-2]#,##0.00",
]  # fmt: skip


@pytest.mark.parametrize("code", FORMATS)
def test_what_a_format_writes_around_a_number(code: str, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        cell = "E4" if "家" in code else "E2"
        sheet[cell].number_format = code

    assert not silent(table(tmp_path / "a.xlsx", change))


def test_months_as_headings(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for cell, year in (("C1", 2023), ("D1", 2024), ("E1", 2025)):
            sheet[cell] = dt.date(year, 1, 1)
            sheet[cell].number_format = "yyyy-mm"

    assert not levels(table(tmp_path / "a.xlsx", change))


FORMULAS = ["D2*1.128", "139.65/9*12", "FORECAST(2025,C2:D2,C1:D1)", "D2"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_that_extrapolates(formula: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    table(path)
    import zipfile

    parts = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    assert "<v>186.2</v>" in text
    parts[name] = text.replace("<v>186.2</v>", f"<f>{formula}</f><v>186.2</v>").encode()
    with zipfile.ZipFile(path, "w") as target:
        for part, data in parts.items():
            target.writestr(part, data)
    reading = pl.read(path)
    assert not silent(reading)


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("某集群2025年基本情况", ("本年实际", "上年同期")),
        ("某集群2025年基本情况", ("本期", "上期")),
        ("某集群2025年基本情况", ("今年", "去年")),
        ("", ("2025年", "上年")),
    ],
)
def test_this_year_and_the_one_before(title: str, heads: tuple[str, str], tmp_path: Path) -> None:
    rows = [("指标", "计量单位", *heads, "同比增长%"), ("集群总产值", "亿元", 186.2, 165.08, 12.79)]
    reading = read(tmp_path / "a.xlsx", *([(title,)] if title else []), *rows)
    assert levels(reading) == {"output@2025": "186.20", "output@2024": "165.08"}
    assert silent(reading)


def test_this_year_of_no_year_is_asked(tmp_path: Path) -> None:
    rows = [("指标", "单位", "本年", "上年"), ("集群总产值", "亿元", 186.2, 165.08)]
    assert not levels(read(tmp_path / "a.xlsx", *rows))


def test_a_corner_that_names_the_unit(tmp_path: Path) -> None:
    rows = [("单位：万元", "2024年", "2025年"), ("集群总产值", 1650800, 1862000)]
    assert levels(read(tmp_path / "a.xlsx", *rows))["output@2025"] == "186.20"


def test_one_heading_over_groups_and_names(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_cols(1)
        for row in range(2, 8):
            sheet.cell(row, 1, "主导产业" if row < 5 else "创新")
        sheet["A1"] = "指标"
        sheet["B1"] = None
        sheet.merge_cells("A1:B1")

    reading = table(tmp_path / "a.xlsx", change)
    assert levels(reading) == TRUE
    assert silent(reading)


def test_a_heading_over_all_years(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        put(A1="指标", B1="单位", C1="近三年情况", A2=None, B2=None)(sheet)
        sheet.merge_cells("C1:E1")
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:B2")

    reading = table(tmp_path / "a.xlsx", change)
    assert levels(reading) == TRUE
    assert silent(reading)


def test_a_total_is_no_cluster(tmp_path: Path) -> None:
    path = tmp_path / "peers.csv"
    path.write_text("cluster,indicator,year,value\n甲,output,2024,100\n甲,output,2025,110\n"
                    "合计,output,2024,900\n合计,output,2025,1500\n", "utf-8")  # fmt: skip
    bases = read_clusters(path)
    assert [base.cluster for base in bases] == ["甲"]
    assert "cluster_total" in {item.code for item in bases[0].findings}


def test_a_fall_of_several_years_is_asked_for_its_span(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    for unit, code in (("%", True), ("%/年", False), ("%/5年", False)):
        path.write_text("id,value,unit,year,scope,basis,source\n"
                        f"co2_intensity_decline,18,{unit},2025,全国,单位产值,某文件\n", "utf-8")  # fmt: skip
        found = {item.code for item in read_benchmarks(path).findings}
        assert ("span_suspected" in found) is code


PLAIN_REMARKS = [
    (7, "有效发明专利，不含实用新型和外观设计"), (2, "不含税"), (2, "剔除重复计算"), (4, "不含个体工商户"),
    (5, "大型企业19家除外"), (7, "扣除失效专利"), (7, "不重复计算"), (4, "已去重"), (6, "不包括固定资产投资"),
    (4, "上半年新增规上企业3家，拉动增长"), (2, "2025年第四季度新投产项目2个"), (2, "较上半年明显回升"),
    (2, "2025年9月投产"), (4, "省工信厅2025年6-9月组织认定"), (6, "按排放因子法测算"),
    (2, "测算方法：企业填报汇总"), (4, "以工信部、省工信厅公布名单为准"), (2, "以统计年鉴为准"),
    (7, "截至2025年12月"), (4, "包括规上和规下企业"), (4, "预期性"), (4, "约束性"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "remark"), PLAIN_REMARKS)
def test_a_remark_that_only_explains(row: int, remark: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", put(F1="备注", **{f"F{row}": remark}))
    assert levels(reading) == TRUE
    assert silent(reading)


HEADS = [
    ("2023年12月", "2024年12月", "2025年12月"),
    ("2023年1-12月", "2024年1-12月", "2025年1-12月"),
    ("2023年决算", "2024年决算", "2025年决算"),
    ("2023年统计数", "2024年统计数", "2025年核定数"),
    ("第一年（2023）", "第二年（2024）", "第三年（2025）"),
    ("2023年（A）", "2024年（B）", "2025年（C）"),
    ("2023年（基期）", "2024年", "2025年（报告期）"),
]


@pytest.mark.parametrize("heads", HEADS)
def test_headings_of_whole_years(heads: tuple[str, str, str], tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", put(C1=heads[0], D1=heads[1], E1=heads[2]))
    assert levels(reading) == TRUE
    assert silent(reading)


@pytest.mark.parametrize(
    "upper", ["统计数据", "历史值", "近三年指标完成情况", "2023—2025年实际值", "“十四五”时期"]
)
def test_an_upper_heading_that_says_nothing(upper: str, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(1)
        put(A1="指标", B1="单位", C1=upper, A2=None, B2=None)(sheet)
        sheet.merge_cells("C1:E1")
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:B2")

    reading = table(tmp_path / "a.xlsx", change)
    assert levels(reading) == TRUE
    assert silent(reading)


def test_levels_and_growth_under_each_year(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for cells in ("B1:C1", "D1:E1"):
            sheet.merge_cells(cells)

    rows = [
        ("指标", "2024年", None, "2025年", None),
        (None, "绝对数", "增速（%）", "绝对数", "增速（%）"),
        ("集群总产值（亿元）", 165.08, 12.06, 186.2, 12.79),
    ]
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    change(sheet)
    made.save(tmp_path / "a.xlsx")
    reading = pl.read(tmp_path / "a.xlsx")
    assert levels(reading) == {"output@2024": "165.08", "output@2025": "186.20"}
    assert {c.year: str(v) for c, v in reading.record.growth.items()} == {
        2024: "12.06",
        2025: "12.79",
    }


@pytest.mark.parametrize("first", [("集群名称", "甲集群"), ("序号", None)])
def test_columns_before_the_years_of_a_table_of_years_down(
    first: tuple[str, str | None], tmp_path: Path
) -> None:
    head, value = first
    rows = [(head, "年份", "集群总产值（亿元）", "集群企业数量（家）")]
    rows += [
        (value or number, year, output, firms)  # type: ignore[list-item]
        for number, (year, output, firms) in enumerate([(2024, 165.08, 314), (2025, 186.2, 331)], 1)
    ]
    reading = read(tmp_path / "a.xlsx", *rows)
    assert levels(reading)["output@2025"] == "186.20"
    assert levels(reading)["enterprises@2024"] == "314"
    assert silent(reading)


def test_rows_of_means_below_years_down(tmp_path: Path) -> None:
    rows = [("年份", "集群总产值（亿元）"), ("2024年", 165.08), ("2025年", 186.2)]
    for last in ("年均增速", "三年平均", "同比增长（%）"):
        reading = read(tmp_path / "a.xlsx", *rows, (last, 12.43))
        assert levels(reading) == {"output@2024": "165.08", "output@2025": "186.20"}
        assert silent(reading)


@pytest.mark.parametrize("head", ["报告期", "统计期", "时间"])
def test_a_long_table_with_its_years_under_another_name(head: str, tmp_path: Path) -> None:
    rows = [("指标", head, "数值", "单位"), ("集群总产值", "2024年度", 165.08, "亿元"),
            ("集群总产值", "2025年度", 186.2, "亿元")]  # fmt: skip
    reading = read(tmp_path / "a.xlsx", *rows)
    assert levels(reading) == {"output@2024": "165.08", "output@2025": "186.20"}
    part = read(tmp_path / "b.xlsx", *rows[:2], ("集群总产值", "2025年1-9月", 130, "亿元"))
    assert levels(part) == {"output@2024": "165.08"}


QUIET = [
    "填报日期：2026-03-05", "注：集群数据包含规上、规下全部企业。", "近三年是指2023年、2024年、2025年；目标年为2028年。",
    "注：高新技术企业数量以科技厅2025年公布的名单为准。", "各项指标不低于行业平均水平。",
]  # fmt: skip


@pytest.mark.parametrize("note", QUIET)
def test_a_note_that_means_no_figure(note: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", put(A8=note))
    assert levels(reading) == TRUE
    assert silent(reading)


@pytest.mark.parametrize(
    "title", ["集群目标设定基础数据（历史实际值）", "集群数据汇总表（初稿修改后定稿）"]
)
def test_a_title_that_settles_itself(title: str, tmp_path: Path) -> None:
    reading = table(tmp_path / "a.xlsx", above=(title,))
    assert levels(reading) == TRUE
    assert silent(reading)


def test_sheets_beside_the_table(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        about = sheet.parent.create_sheet("填报说明")
        about["A1"] = "3. 2025年数据如暂无年报数，可填快报数或预计数，并在备注中说明。"
        about["A2"] = "工业互联网普及率不低于行业平均水平"
        county = sheet.parent.create_sheet("全县情况", 0)
        for row in (("指标", "2025年"), ("集群总产值（亿元）", 900)):
            county.append(row)

    reading = table(tmp_path / "a.xlsx", change)
    assert levels(reading) == TRUE
    assert {f.code for f in reading.findings if f.level.value != "info"} <= {"sheet_ignored"}


BASES = ["按10%增速测算", "根据近三年年均增速12.16%测算", "预测值", "保守估计", "达到省级标准"]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("head", ["测算依据", "备注"])
def test_how_a_target_was_set_is_no_doubt_of_it(basis: str, head: str, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text(f"指标,单位,2025年基准,2026年,2027年,2028年,{head}\n"
                    f"集群总产值,亿元,186.20,204.83,225.31,247.84,{basis}\n", "utf-8")  # fmt: skip
    plan = pl.verify(path, pl.shared("baselines") / "example.csv")
    assert str(plan.goals["output"].values[2028]) == "247.84"
    assert not {f.code for f in plan.check()} & {"year_doubtful", "note_says", "circumstance"}
