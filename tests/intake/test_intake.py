"""Baselines come in by every way of the contract and mean the same (design, Contract)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import planner as pl
from planner.core.findings import InputError
from planner.core.numerals import read_number, read_year
from planner.export.template import SHEET, template_bytes
from planner.model.catalogue import Cell, shipped

EXAMPLE = pl.shared("baselines") / "example.csv"


def same(left: pl.Baseline, right: pl.Baseline) -> bool:
    return dict(left.values) == dict(right.values) and dict(left.growth) == dict(right.growth)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "base.csv"
    path.write_bytes(EXAMPLE.read_text(encoding="utf-8").encode(encoding))
    read, expected = pl.read_baseline(path), pl.read_baseline(EXAMPLE)
    assert same(read, expected)
    assert read.cluster == expected.cluster
    assert read.findings == ()


def test_workbook_csv_and_frame_are_the_same_baseline() -> None:
    base = pl.read_baseline(EXAMPLE)
    assert same(base, pl.read_baseline(pl.shared("baselines") / "example.xlsx"))
    frame = pd.read_csv(EXAMPLE)
    assert same(base, pl.read_baseline(frame))
    wide = frame.pivot_table(index="indicator", columns="year", values="value").reset_index()
    assert same(base, pl.read_baseline(wide))


def test_rows_may_be_moved_added_and_named_otherwise(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(pl.shared("baselines") / "example.xlsx")
    sheet = book[SHEET]
    sheet.move_range("A7:H40", rows=5)
    sheet["B12"] = "集群总产值（亿元）"
    sheet["B45"], sheet["D45"], sheet["F45"] = "单位产值能耗", None, 0.22
    sheet["A46"] = "填表说明：以上数据来自统计部门"
    book.save(tmp_path / "moved.xlsx")
    base = pl.read_baseline(tmp_path / "moved.xlsx")
    assert base.printed("output") == Decimal("186.20")
    assert base.values[Cell("energy_intensity", 2025)] == Decimal("0.22")
    assert base.cluster.startswith("示例县")


def test_stated_growth_is_read_by_suffix_and_by_name(tmp_path: Path) -> None:
    path = tmp_path / "base.csv"
    path.write_text(
        "indicator,year,value\npatents_growth,2025,17.5\n研发经费投入增速,2025,12%\n产值增速,2025,9.1\n",
        encoding="utf-8",
    )
    growth = pl.read_baseline(path).growth
    assert {cell.indicator: str(rate) for cell, rate in growth.items()} == {
        "patents": "17.50",
        "rd_spend": "12.00",
        "output": "9.10",
    }


def test_past_growth_says_how_it_was_known() -> None:
    def growth(rows: list[tuple[str, int, str]], convention: str = "three_periods") -> object:
        frame = pd.DataFrame(rows, columns=["indicator", "year", "value"])
        found = pl.read_baseline(frame, base_year=2025).past_growth("output", 2025, 3, convention)
        return found and (found.basis, found.periods, float(found.factor))

    levels = [("output", 2023, "100"), ("output", 2025, "121")]
    rates = [("output_growth", year, "10") for year in (2023, 2024, 2025)]
    before = [("output", 2022, "90.91")]
    assert growth([*levels, *rates]) == ("rates", 3, pytest.approx(1.331))
    assert growth([*levels, *before]) == ("levels", 3, pytest.approx(121 / 90.91))
    assert growth(levels) == ("levels", 2, pytest.approx(1.21))
    assert growth([*levels, *rates], "two_periods") == ("levels", 2, pytest.approx(1.21))
    stated = [("output", 2025, "121"), ("output_growth_3y", 2025, "19.2")]
    assert growth(stated) == ("stated", 3, pytest.approx(1.192**3))
    assert growth([("output", 2025, "121")]) is None
    assert growth([("output", 2022, "0"), ("output", 2025, "121")]) is None


def test_one_cluster_of_several(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(
        "cluster,indicator,year,value\n甲,output,2025,100\n乙,output,2025,200\n", encoding="utf-8"
    )
    assert pl.read_baseline(path, cluster="乙").printed("output") == Decimal("200.00")
    with pytest.raises(InputError) as error:
        pl.read_baseline(path)
    finding = error.value.findings[0]
    assert (finding.code, finding.expected) == ("cluster_choice", "甲；乙")


def test_every_label_of_the_template_is_known() -> None:
    catalogue = shipped()
    for item in catalogue:
        for label in (item.id, item.zh, item.en, f"{item.zh}（{item.unit.zh}）", *item.aliases):
            assert catalogue.find(label) == item.id, label


def test_the_committed_template_is_what_new_writes() -> None:
    committed = (pl.shared("templates") / "baseline.xlsx").read_bytes()
    assert committed == template_bytes(2025)
    answers = pl.read_answers(pl.shared("baselines") / "example-answers.yaml", pl.load_form())
    filled = template_bytes(2025, filled=pl.read_baseline(EXAMPLE), answers=answers)
    assert (pl.shared("baselines") / "example.xlsx").read_bytes() == filled


def test_the_template_helps_whoever_fills_it() -> None:
    book = openpyxl.load_workbook(pl.shared("templates") / "baseline.xlsx")
    shown = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert shown == [SHEET, "申报表", "自定指标", "填报说明"]
    sheet = book[SHEET]
    rows = [row for row in sheet.iter_rows(min_row=7) if row[1].value]
    asked = [item.zh for item in shipped() if item.input]
    assert {row[1].value for row in rows[: len(asked)]} == {*asked}
    for row in rows[: len(asked)]:
        item = next(item for item in shipped() if item.zh == row[1].value)
        assert row[2].value == item.unit.zh
        assert row[1].comment.text.strip()
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds == {"list", "whole", "decimal"}


def test_a_blank_template_gives_nothing_and_says_so() -> None:
    with pytest.raises(InputError) as error:
        pl.read_baseline(pl.shared("templates") / "baseline.xlsx")
    assert error.value.findings[0].code == "no_values"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,862.50", "1862.50"),
        ("１８６．２", "186.2"),
        (" 12 ", "12"),
        ("1 862", "1862"),
        ("+3", "3"),
        (186.20000000000002, "186.2"),
        (3, "3"),
        (".5", "0.5"),
        ("1,86", None),
        ("1.2.3", None),
        ("1e5", None),
        ("十二", None),
        ("≥40", None),
        (True, None),
        (float("inf"), None),
        ("9" * 40, None),
    ],
)
def test_numbers_as_people_type_them(raw: object, value: str | None) -> None:
    number = read_number(raw)
    assert number.value == (None if value is None else Decimal(value))
    assert not number.blank


@pytest.mark.parametrize("raw", ["", "  ", "无", "—", "/", "N/A", None, float("nan")])
def test_blank_is_missing_and_not_zero(raw: object) -> None:
    number = read_number(raw)
    assert (number.blank, number.value) == (True, None)


def test_years() -> None:
    assert [read_year(raw) for raw in ("2025年", 2025, 2025.0, "２０２５", "2025年度")] == [
        2025
    ] * 5
    assert [read_year(raw) for raw in ("25", "20255", "", None, 2025.5, "1850")] == [None] * 6


def test_the_examples_are_what_they_are_said_to_be() -> None:
    plan = pl.plan(pl.shared("baselines") / "example.xlsx", rules="national-2022")
    states = {
        verdict.rule.id: verdict.status.value for verdict in plan.verdicts if verdict.rule.quote
    }
    assert {key for key, state in states.items() if state != "met"} == {"rd_growth", "iiot_share"}
    assert "虚构" in plan.baseline.cluster
    failing = pl.plan(pl.shared("baselines") / "fails-certification.csv", rules="national-2022")
    failed = {verdict.rule.id for verdict in failing.verdicts if verdict.status.value == "unmet"}
    assert failed == {"area", "output", "leading_share", "output_growth", "quality"}


def test_the_co2_rule_conflicts_with_the_wish() -> None:
    folder = pl.shared("baselines")
    alone = pl.plan(folder / "co2-conflict.csv")
    wished = pl.plan(folder / "co2-conflict.csv", scenario=folder / "co2-conflict.yaml")
    assert alone.goals["co2"].status == "met"
    assert wished.goals["co2"].status == "unmet"
    assert str(wished.goals["co2"].values[2028]) == "138.24"  # 172.80 * 0.80


REAL = sorted((pl.shared("baselines") / "real").glob("*.csv"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_clusters_give_something_useful(path: Path) -> None:
    base = pl.read_baseline(path)
    assert all(base.sources.values())
    assert len(base.sources) == len(base.values) + len(base.growth)
    plan = pl.plan(base, base_year=base.base_year)
    planned = [row for row in plan.goals if row.values[plan.years[-1]] is not None]
    assert planned
    known = {cell.indicator for cell in base.values}
    derived = {item.id for item in shipped() if item.kind != "measured"}
    assert {row.id for row in planned} <= known | derived
    assert any(finding.code == "rule_data_missing" for finding in plan.check())
    for verdict in plan.verdicts:
        if verdict.rule.id in "defg" and verdict.rule.scope == "target":
            touched = {cell.indicator for line in verdict.lines for cell in line.subject}
            assert verdict.status.value == "unknown" or touched <= known | derived
