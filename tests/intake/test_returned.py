"""A goals.xlsx that comes back edited: what was changed, what was damaged, which plan results."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from office import recalculated

import planner as pl
from planner.apps.cli import main as cli
from planner.core.findings import must_fix
from planner.export.workbook import goals_workbook
from planner.model.catalogue import Cell

EXAMPLE = pl.shared("baselines") / "example.csv"
LABEL, TARGET = 13, {2025: 4, 2026: 5, 2027: 6, 2028: 7}  # columns of the goal table


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(EXAMPLE, scenario="steady").reading("f", "intensity")


@pytest.fixture(scope="module")
def data(plan: pl.Plan) -> bytes:
    return goals_workbook(plan)


PIECES = ["plan_json", "numbers", "cells", "formulas", "base_year"]


@pytest.fixture(scope="module")
def saved(data: bytes, once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return workbooks as another program has saved them, every formula rewritten in its way."""

    def fill(folder: Path) -> None:
        (folder / "same.xlsx").write_bytes(data)
        edited(data, folder / "moved.xlsx", {("co2", 7): 99})
        for piece in PIECES:
            book = openpyxl.load_workbook(io.BytesIO(data))
            spoilt = [row for row in book["_manifest"].iter_rows() if row[0].value == piece]
            assert spoilt, piece
            for row in spoilt:
                row[1].value = "{broken"
            book.save(folder / f"{piece}.xlsx")
        recalculated(folder)

    return once("returned", fill) / "recalculated"


def edited(data: bytes, path: Path, changes: dict[tuple[str, int], object]) -> Path:
    """Save the workbook with some cells of its goal table changed."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["目标表"]
    rows = {sheet.cell(row, LABEL).value: row for row in range(6, sheet.max_row + 1)}
    for (key, column), value in changes.items():
        sheet.cell(rows[key], column).value = value
    book.save(path)
    return path


def test_an_untouched_workbook_is_the_plan(plan: pl.Plan, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "goals.xlsx"
    path.write_bytes(data)
    sheet = pl.read_goals(path)
    assert (sheet.edited, sheet.damaged, sheet.findings) == ((), (), ())
    assert sheet.plan is not None
    assert sheet.plan.goals.records() == plan.goals.records()
    assert sheet.plan.readings == {"f": "intensity"}
    assert pl.verify(path).complies


def test_what_was_changed_is_told_and_the_rest_follows(
    plan: pl.Plan, data: bytes, tmp_path: Path
) -> None:
    path = edited(data, tmp_path / "goals.xlsx", {("output", 7): 270, ("smes", 6): 320})
    sheet = pl.read_goals(path)
    assert [(change.cell, change.new) for change in sheet.edited] == [
        (Cell("output", 2028), "270"),
        (Cell("smes", 2027), "320"),
    ]
    assert sheet.edited[0].old == plan.goals["output"].values[2028]
    assert str(sheet.edited[0].place) == "goals.xlsx 目标表!G6"
    assert not sheet.damaged
    assert sheet.plan is not None
    assert sheet.plan.goals["output"].values[2028] == Decimal("270.00")
    # The formulas' old results are not taken for somebody's figures: they follow.
    assert not [f for f in sheet.plan.check() if f.code == "goal_contradicts"]
    share = Decimal(183) / 320 * 100
    assert abs(sheet.plan.goals["cloud_share"].values[2027] - share) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("value", "found"), [(82, "82"), (None, ""), ("=ROUND(F9/F6*100,1)", "=ROUND(F9/F6*100,1)")]
)
def test_a_damaged_formula_is_told(data: bytes, tmp_path: Path, value: object, found: str) -> None:
    path = edited(data, tmp_path / "goals.xlsx", {("leading_share", 6): value})
    sheet = pl.read_goals(path)
    assert [(item.found, item.formula) for item in sheet.damaged] == [
        (found, """=IF('_check'!F10=1,IFERROR(ROUND(F9/F6*100,2),""),"")""")
    ]
    assert sheet.plan is not None
    findings = [f for f in sheet.plan.check() if f.code == "formula_damaged"]
    assert findings[0].ways_out
    assert must_fix(findings)


def test_damage_on_the_other_sheets_is_told_too(data: bytes, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[1]
    cell = next(c for row in sheet.iter_rows() for c in row if str(c.value).startswith("="))
    cell.value = "达标"
    book.save(tmp_path / "goals.xlsx")
    damaged = pl.read_goals(tmp_path / "goals.xlsx").damaged
    assert [item.place.cell for item in damaged] == [cell.coordinate]


@pytest.mark.parametrize("name", ["same", "moved"])
def test_libreoffice_in_between_changes_nothing(saved: Path, name: str) -> None:
    path = saved / f"{name}.xlsx"
    assert openpyxl.load_workbook(path, read_only=True).sheetnames[0] == "目标表"
    sheet = pl.read_goals(path)
    assert not sheet.damaged
    assert [change.cell for change in sheet.edited] == (
        [Cell("co2", 2028)] if name == "moved" else []
    )
    assert sheet.plan is not None
    assert sheet.plan.complies == (name == "same")


@pytest.mark.parametrize("how", ["row", "column"])
def test_moved_rows_are_said_and_read_by_name(
    plan: pl.Plan, data: bytes, tmp_path: Path, how: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheet = book["目标表"]
    if how == "row":
        sheet.insert_rows(8)
    else:
        sheet.insert_cols(3)
    book.save(tmp_path / "goals.xlsx")
    found = pl.read_goals(tmp_path / "goals.xlsx")
    assert "rows_moved" in {f.code for f in found.findings}
    assert not found.edited
    assert found.plan is not None
    assert found.plan.goals["output"].values == plan.goals["output"].values


def test_a_changed_baseline_is_told(data: bytes, tmp_path: Path) -> None:
    path = edited(data, tmp_path / "goals.xlsx", {("patents", 4): 220})
    made = pl.verify(path)
    found = [f for f in made.check() if f.code == "baseline_differs"]
    assert [(f.indicator, f.found, f.expected) for f in found] == [("patents", "220", "214")]


def test_another_baseline_or_rule_set_can_be_given(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "goals.xlsx"
    path.write_bytes(data)
    assert pl.verify(path, EXAMPLE).baseline.name == "example.csv"
    assert pl.verify(path, rules="yunnan").rules.id == "yunnan"


@pytest.mark.parametrize("piece", PIECES)
def test_a_spoilt_manifest_leaves_a_goal_table_to_read(saved: Path, piece: str) -> None:
    sheet = pl.read_goals(saved / f"{piece}.xlsx", 2025)
    assert sheet.targets[Cell("output", 2028)] == Decimal("261.60")


def test_verify_says_it_all(
    capsys: pytest.CaptureFixture[str], data: bytes, tmp_path: Path
) -> None:
    path = edited(data, tmp_path / "goals.xlsx", {("output", 7): 240, ("sme_share", 5): 50})
    assert cli.main(["verify", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    codes = {item["code"]: item for item in found}
    assert codes["cell_edited"]["place"] == "goals.xlsx 目标表!G6"
    assert codes["cell_edited"]["found"] == "240"
    assert codes["formula_damaged"]["found"] == "50"
    assert "a" in {item["rule"] for item in found if item["code"] == "rule_unmet"}


def test_one_merged_range_of_everything_costs_nothing(data: bytes, tmp_path: Path) -> None:
    """Joined cells that hold nothing are no size; what stands in the sheets is read as before."""
    path = tmp_path / "goals.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(path, "w") as target:
        last = max(name for name in source.namelist() if name.startswith("xl/worksheets/sheet"))
        for name in sorted(source.namelist(), key=lambda name: name == last):
            part = source.read(name)
            if name == last:
                merged = b'<mergeCells><mergeCell ref="A1:KN20000"/></mergeCells>'
                part = part.replace(b"</sheetData>", b"</sheetData>" + merged)
            target.writestr(name, part)
    plain = tmp_path / "plain.xlsx"
    plain.write_bytes(data)
    assert pl.read_goals(path).targets == pl.read_goals(plain).targets
