"""Saved files that no plan of ours could be, and what is right of each: findings, never tracebacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import DATA

import planner as pl
from planner.apps.cli.main import main

SAVED = DATA / "cases" / "saved"
BOOKS = DATA / "cases" / "documents" / "workbook-inputs"
EXAMPLE = pl.shared("baselines") / "example.csv"


@pytest.mark.parametrize(("command", "kind"), [("verify", "direction"), ("odds", "negative")])
def test_impossible_content_is_refused(
    command: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(SAVED / kind / "plan.json")]) == 2
    printed = capsys.readouterr()
    assert "必须修改" in printed.out + printed.err


def test_rules_under_a_shipped_name_are_no_compliance(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(SAVED / "spoofed-rules" / "plan.json")]) == 1
    printed = capsys.readouterr().out
    assert "不是随附的规则" in printed.split("\n")[1]
    assert "目标表符合全部规则" not in printed


def test_the_shipped_rules_are_not_said_to_pose() -> None:
    plan = pl.plan(EXAMPLE)
    assert not plan.rules.posing
    assert "rules_posing" not in {finding.code for finding in plan.check()}


def test_a_benchmark_given_twice_keeps_the_hash(tmp_path: Path) -> None:
    made = pl.plan(EXAMPLE, benchmarks=SAVED / "benchmark-twice" / "b.csv")
    assert pl.read_plan(made.save(tmp_path / "plan.json")).hash == made.hash


def test_names_with_control_characters_are_refused(tmp_path: Path) -> None:
    own = SAVED / "control-characters" / "c.yaml"
    with pytest.raises(pl.InputError) as error:
        pl.read_catalogue(own)
    assert {finding.code for finding in error.value.findings} == {"text_unprintable"}
    assert main(["new", str(tmp_path / "x.xlsx"), "--catalogue", str(own)]) == 2
    assert not (tmp_path / "x.xlsx").exists()


def test_a_changed_threshold_is_named_and_has_to_be_fixed() -> None:
    plan = pl.verify(BOOKS / "e10-threshold.xlsx")
    found = [f for f in plan.check() if f.code == "fixed_edited"]
    assert [(f.level.value, f.found, f.expected) for f in found] == [("must_fix", "5", "10")]
    assert "产值年均增速" in found[0].facts["name"]


def test_a_text_typed_over_a_target_is_told() -> None:
    plan = pl.verify(BOOKS / "e1-text.xlsx")
    assert ("target_about", "~250±5%") in {(f.code, f.found) for f in plan.check()}


def test_changed_words_of_our_workbook_are_named(tmp_path: Path) -> None:
    import openpyxl

    plan = pl.plan(EXAMPLE)
    plan.export(tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "goals.xlsx")
    sheet = book["目标表"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "亿元")
    cell.value = "万元"
    book.save(tmp_path / "goals.xlsx")
    found = [f for f in pl.read_goals(tmp_path / "goals.xlsx").findings if f.code == "text_edited"]
    assert [(f.level.value, f.expected, f.found) for f in found] == [("must_fix", "亿元", "万元")]
