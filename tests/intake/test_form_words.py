"""Words in a form that make its figures others: in labels, boxes, columns, stages and page feet (§1, §16)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

import planner as pl
from planner.api.forms import FormReading

BASELINES = pl.shared("baselines")
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def filled(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    def fill(folder: Path) -> None:
        plan = pl.plan(BASELINES / "example.csv")
        pl.fill_form(plan, BASELINES / "example-answers.yaml", folder / "full.docx")

    return once("words", fill) / "full.docx"


def read(filled: Path, folder: Path, change: Change) -> FormReading:
    document = docx.Document(str(filled))
    change(document)
    document.save(str(folder / "a.docx"))
    return pl.read_form(folder / "a.docx")


def cell(document: Any, text: str) -> Any:
    """Return the first cell of a table that begins with a text."""
    for table in document.tables:
        for row in table.rows:
            for box in row.cells:
                if box.text.strip().startswith(text):
                    return box
    raise LookupError(text)


def beside(document: Any, text: str) -> Any:
    """Return the last cell of the row whose label begins with a text."""
    for table in document.tables:
        for row in table.rows:
            if any(box.text.strip().startswith(text) for box in row.cells):
                return row.cells[-1]
    raise LookupError(text)


def told(reading: FormReading, plain: FormReading) -> set[str]:
    """Return what is said of a form that is not said of the plain one, but for mere information."""
    known = {(f.code, f.found, str(f.place)) for f in plain.findings}
    return {
        f.code
        for f in reading.findings
        if f.level.value != "info" and (f.code, f.found, str(f.place)) not in known
    }


LABELS = [
    ("集群总产值", "县域总产值（亿元）"),
    ("集群总产值", "园区总产值（亿元）"),
    ("集群总产值", "集群工业总产值（亿元）"),
    ("集群总产值", "集群总产值（亿美元）"),
    ("集群总产值", "集群总产值（预计数，亿元）"),
    ("集群总产值", "集群总产值（亿元，1-9月）"),
    ("集群占地面积", "集群规划面积（平方公里）"),
]


@pytest.mark.parametrize(("label", "typed"), LABELS)
def test_a_label_that_only_resembles_the_printed_one(
    label: str, typed: str, filled: Path, tmp_path: Path
) -> None:
    plain = pl.read_form(filled)

    def change(document: Any) -> None:
        cell(document, label).text = typed

    reading = read(filled, tmp_path, change)
    assert told(reading, plain) & {"form_label_other", "unit_differs", "not_a_number"}


def test_one_box_for_three_years(filled: Path, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        row = next(
            row
            for table in document.tables
            for row in table.rows
            if "专精特新" in row.cells[0].text and len(row.cells) > 4
        )
        for box in row.cells[2:5]:
            box.text = ""
        row.cells[2].merge(row.cells[4]).text = "13"

    assert "value_merged" in told(read(filled, tmp_path, change), pl.read_form(filled))


def test_nothing_is_a_count_of_none(filled: Path, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        beside(document, "集群内产业联盟组织情况").text = "无"

    codes = told(read(filled, tmp_path, change), pl.read_form(filled))
    assert not codes & {"form_blank", "not_a_number"}


def test_nothing_is_the_answer_that_nothing_happened(filled: Path, tmp_path: Path) -> None:
    def change(document: Any) -> None:
        beside(document, "近三年是否发生较大及以上").text = "无"

    reading = read(filled, tmp_path, change)
    assert str(reading.plan.baseline.printed("incidents")) == "0"


def test_a_remark_that_turns_the_tick(filled: Path, tmp_path: Path) -> None:
    plain = pl.read_form(filled)
    for text, asked in (("☑是（计划2027年建立）  □否", True), ("☑是（2024年建立）  □否", False)):

        def change(document: Any, text: str = text) -> None:
            beside(document, "是否建立集群碳排放监测").text = text

        assert ("form_tick_unclear" in told(read(filled, tmp_path, change), plain)) is asked


def stage(document: Any, year: int) -> Any:
    """Return the paragraphs of a stage, its heading first."""
    for table in document.tables:
        for row in table.rows:
            for box in row.cells:
                for number, line in enumerate(box.paragraphs):
                    if line.text.strip().startswith(
                        (f"{year}年度", f"（1）{year}年度", f"{year}年")
                    ):
                        return box, number
    for number, line in enumerate(document.paragraphs):
        if f"{year}年度" in line.text:
            return document, number
    raise LookupError(year)


def test_later_years_in_a_stage_are_told(filled: Path, tmp_path: Path) -> None:
    plain = pl.read_form(filled)

    def change(document: Any) -> None:
        box, number = stage(document, 2026)
        box.paragraphs[
            number + 1
        ].text = "集群总产值达到204.83亿元，2027年达到222亿元，2028年达到245亿元。"

    assert "stage_not_read" in told(read(filled, tmp_path, change), plain)


def test_a_table_within_a_stage_does_not_end_it(filled: Path, tmp_path: Path) -> None:
    plain = pl.read_form(filled)

    def change(document: Any) -> None:
        box, number = stage(document, 2026)
        table = box.add_table(2, 4) if box is not document else document.add_table(2, 4)
        texts = (("指标", "2026年", "2027年", "2028年"), ("高新技术企业数量", "23", "25", "28"))
        for row, line in zip(table.rows, texts, strict=True):
            for one, text in zip(row.cells, line, strict=True):
                one.text = text
        box.paragraphs[number + 1]._element.addnext(table._element)

    reading = read(filled, tmp_path, change)
    before = {k: v for k, v in plain.text.content.items() if "stage" in k.field}
    assert {k: v for k, v in reading.text.content.items() if "stage" in k.field} == before


def test_a_column_of_ones_own_in_the_goal_table(filled: Path, tmp_path: Path) -> None:
    plain = pl.read_form(filled)
    for head in ("年均增速", "备注"):

        def change(document: Any, head: str = head) -> None:
            tables = [
                inner
                for outer in (
                    *document.tables,
                    *(c for t in document.tables for r in t.rows for c in r.cells),
                )
                for inner in (outer.tables if hasattr(outer, "tables") else [outer])
                if "2028年目标" in inner.rows[0].cells[-1].text
            ]
            table = tables[-1]
            table.add_column(800000)
            table.rows[0].cells[-1].text = head
            table.rows[2].cells[-1].text = "12%"

        assert "form_column_unknown" in told(read(filled, tmp_path, change), plain)


def test_a_unit_line_above_a_table_and_a_note_at_the_foot_of_the_pages(
    filled: Path, tmp_path: Path
) -> None:
    plain = pl.read_form(filled)

    def unit(document: Any) -> None:
        new = document.add_paragraph("（单位：万元）")
        document.tables[1]._element.addprevious(new._element)

    def foot(document: Any) -> None:
        document.sections[0].footer.paragraphs[0].text = "注：产值为规上工业口径"

    assert "unit_aside" in told(read(filled, tmp_path, unit), plain)
    assert "note_says" in told(read(filled, tmp_path, foot), plain)


GOALS = "指标,2025年,2026年,2027年,{head}\n集群总产值（亿元）,186.20,204.83,225.31,247.84\n{more}"


@pytest.mark.parametrize(
    ("head", "more", "code"),
    [
        ("2028年累计", "", "year_doubtful"),
        ("2028年", "注：以上2028年数为三年累计数\n", "note_says"),
    ],
)
def test_a_sum_of_years_is_no_target(head: str, more: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text(GOALS.format(head=head, more=more), "utf-8")
    codes = {item.code for item in pl.verify(path, BASELINES / "example.csv").check()}
    assert code in codes


def test_growth_of_a_share_is_no_share(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    heads = ",".join(f"{year}年比上年增长" for year in (2026, 2027, 2028))
    path.write_text(f"指标,2025年,{heads}\n工业互联网平台普及率（%）,35.90,3.10,3.20,3.20\n"
                    "集群总产值（亿元）,186.20,10,10,10\n", "utf-8")  # fmt: skip
    sheet = pl.read(path)
    assert "growth_of_ratio" in {item.code for item in sheet.findings}


def test_every_past_year_of_a_goal_table_is_held_against_the_baseline(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text(
        "指标,2024年,2026年,2027年,2028年\n集群总产值,186.20,204.83,225.31,247.84\n", "utf-8"
    )
    found = [
        f
        for f in pl.verify(path, BASELINES / "example.csv").check()
        if f.code == "baseline_differs"
    ]
    assert [(f.year, f.found, f.expected) for f in found] == [(2024, "186.20", "165.08")]


def test_bounds_come_back_by_way_of_the_stages(tmp_path: Path) -> None:
    plan = (
        pl.plan(BASELINES / "example.csv").wish("output", 2028, ">=260").wish("co2", 2028, "<=60")
    )
    plan = plan.wish("patents", 2027, "300件以上")
    pl.fill_form(plan, BASELINES / "example-answers.yaml", path=tmp_path / "f.docx")
    read_back = pl.read_form(tmp_path / "f.docx").plan
    assert read_back.targets == plan.targets
    for key in ("output", "co2", "patents"):
        assert read_back.goals[key].values == plan.goals[key].values
