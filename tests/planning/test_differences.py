"""Differences: each number that two plans do not share, and what kind of difference it is."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner as pl
from planner.apps.cli.main import main

PLAN = pl.plan(pl.shared("baselines") / "example.csv")


def kinds(one: pl.Plan, other: pl.Plan) -> dict[str, str]:
    return {str(each.cell): each.kind for each in one.diff(other)}


def test_the_same_plan_differs_in_nothing() -> None:
    assert len(PLAN.diff(PLAN)) == 0
    assert len(PLAN.diff(pl.plan(PLAN.baseline))) == 0


def test_what_is_asked_for_is_raised_or_lowered_and_the_rest_moved() -> None:
    more, less = PLAN.wish("output", 2028, 260), PLAN.wish("output", 2028, 240)
    assert kinds(PLAN, more)["output@2028"] == "raised"
    assert kinds(PLAN, less)["output@2028"] == "lowered"
    assert kinds(PLAN, more)["output@2027"] == "moved"
    assert kinds(more, PLAN)["output@2028"] == "lowered"


def test_a_rule_that_moved_a_number_is_named() -> None:
    told = PLAN.diff(PLAN.wish("energy", 2028, "49.40"))
    (output,) = [each for each in told if str(each.cell) == "output@2028"]
    assert (output.kind, output.rows) == ("moved", ("g: energy_intensity@2028 (parts)",))


def test_other_years_are_added_and_removed() -> None:
    longer = pl.plan(PLAN.baseline, horizon=4)
    assert kinds(PLAN, longer)["output@2029"] == "added"
    assert kinds(longer, PLAN)["output@2029"] == "removed"


def test_the_same_number_on_another_grid_is_re_rounded() -> None:
    base = PLAN.baseline
    item = base.catalogue["employees"]
    finer = item.model_copy(update={"decimals": item.decimals + 1})
    indicators = {**base.catalogue.indicators, "employees": finer}
    other = pl.plan(replace(base, catalogue=replace(base.catalogue, indicators=indicators)))
    found = {str(d.cell): (d.kind, str(d.old), str(d.new)) for d in PLAN.diff(other)}
    assert found["employees@2028"] == ("re-rounded", "18640", "18640.0")
    assert {kind for kind, *_ in found.values()} == {"re-rounded"}


def test_all_differences_undo_each_other() -> None:
    other = PLAN.wish("output", 2028, 260).pin("patents", 2027, 300).under("steady")
    there, back = PLAN.diff(other), other.diff(PLAN)
    assert {(d.cell, d.old, d.new) for d in there} == {(d.cell, d.new, d.old) for d in back}
    assert there.frame()["difference"].sum() == pytest.approx(-back.frame()["difference"].sum())
    values = PLAN.frame()[2028].compare(other.frame()[2028])
    in_2028 = {each.cell.indicator for each in there if each.cell.year == 2028}
    assert set(values.index) == in_2028


def test_a_comparison_has_all_goals_of_all_plans() -> None:
    both = pl.compare(
        {"a": PLAN, "b": PLAN.under("steady"), "c": pl.plan(PLAN.baseline, horizon=4)}
    )
    table = both.frame()
    assert len(table) == len(PLAN) * 4
    assert table.loc[("output", 2029), ["a", "b"]].isna().all()
    assert table.loc[("output", 2028), "b"] == float(PLAN.under("steady")["output"].values[2028])  # type: ignore[arg-type]
    with pytest.raises(pl.InputError):
        pl.compare({})


@pytest.mark.parametrize("name", ["unit", "year", "differs", "name", "b_status"])
def test_a_plan_of_another_columns_name_is_refused(name: str) -> None:
    """It would take that column's place, and nobody would see that one is gone."""
    with pytest.raises(pl.InputError, match=name):
        pl.compare({"b": PLAN, name: PLAN.under("steady")})


def test_what_has_to_be_fixed_in_a_plan_is_said_and_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(PLAN.save(tmp_path / "good.json"))
    bad = str(PLAN.wish("output", 2028, 240).save(tmp_path / "bad.json"))
    assert main(["compare", good, good]) == 0
    capsys.readouterr()
    assert main(["compare", good, bad, "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert "240.00" in told[told.rindex("bad") :]
    assert told.count("[Must fix]") == 1
    assert main(["compare", good, bad, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [f["code"] for f in data["findings"] if f["level"] == "must_fix"] == ["rule_unmet"]
    assert {f["of"] for f in data["findings"]} == {"good", "bad"}


@pytest.fixture
def saved(tmp_path: Path) -> list[str]:
    paths = []
    for name, plan in (("保底", PLAN), ("steady", PLAN.under("steady"))):
        (tmp_path / name).mkdir()
        paths.append(str(plan.save(tmp_path / name / "plan.json")))
    return paths


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_command_prints_and_writes(
    saved: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    out = tmp_path / f"并排.{suffix}"
    assert main(["compare", *saved, "--out", str(out), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "From '保底' to 'steady'" in told
    assert "261.60" in told
    if suffix == "csv":
        lines = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
        row = next(r for r in lines if (r["indicator"], r["year"]) == ("output", "2028"))
        assert (row["保底"], row["steady"], row["differs"]) == ("247.84", "261.60", "True")
        return
    book = openpyxl.load_workbook(out)
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    row = next(r for r in rows if r[0] == "output" and r[3] == 2028)
    assert row[4:6] == (247.84, 261.6)
    cells = next(r for r in sheet.iter_rows() if (r[0].value, r[3].value) == ("output", 2028))
    assert [cell.number_format for cell in cells[4:6]] == ["0.00", "0.00"]  # as printed: 261.60
    assert len(book.worksheets) == 2


def test_machines_get_everything(saved: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *saved, "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [plan["name"] for plan in data["plans"]] == ["保底", "steady"]
    told = {(d["indicator"], d["year"]): d for d in data["differences"]["steady"]}
    assert told["output", 2028]["old"] == "247.84"
    assert told["output", 2028]["kind"] in {"raised", "moved"}


@pytest.mark.parametrize("wrong", [["one"], ["one", "two", "--out", "x.pdf"]])
def test_what_cannot_be_compared_is_refused(
    wrong: list[str], saved: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"one": saved[0], "two": saved[1]}
    assert main(["compare", *(names.get(word, word) for word in wrong)]) == 2
    assert capsys.readouterr().err
