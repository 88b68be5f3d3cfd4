"""Goal tables made elsewhere are judged like our own (design, command ``verify``)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from conftest import make_baseline
from pictures import DRAWING, undrawn

import planner as pl
from planner.core.findings import InputError, Obligation


def statuses(plan: pl.Plan) -> dict[str, str]:
    return {verdict.rule.id: verdict.status.value for verdict in plan.verdicts}


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pack") / "out"
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DRAWING, undrawn)
        pl.plan(base, scenario="steady").export(out)
    return out


@pytest.fixture
def pack(written: Path, tmp_path: Path) -> Path:
    """Return a goal pack to do anything with."""
    return shutil.copytree(written, tmp_path / "out")


@pytest.mark.parametrize("name", ["goals.csv", "goals.xlsx", "plan.json"])
def test_our_own_pack_comes_back_as_it_was(pack: Path, name: str) -> None:
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    plan = pl.verify(pack / name, base)
    saved = pl.read_plan(pack / "plan.json")
    assert plan.goals.records() == saved.goals.records()
    assert statuses(plan)["a"] == "met"
    assert not [f for f in plan.check() if f.level is Obligation.MUST_FIX]


def test_a_rounded_target_that_misses_the_floor_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "goals.csv", "指标,2026,2027,2028\n集群总产值,50.24,55.26,60.78\n")
    base = make_baseline({"output": "45.67", "leading_output": None, "sme_output": None})
    plan = pl.verify(path, base)
    finding = next(f for f in plan.check() if f.rule == "a")
    assert (finding.found, finding.expected) == ("60.78", "60.79")
    assert plan.goals["output"].status == "unmet"


def test_a_table_that_contradicts_itself_is_told(tmp_path: Path) -> None:
    text = (
        "indicator,baseline,2026,2027,2028\noutput,186.20,205.00,226.00,248.00\n"
        "co2,78.20,75.00,72.00,69.00\nco2_intensity,0.42,0.37,0.32,0.25\n"
        "output_growth,,10.10,10.24,12.00\npatents,200,250,290,330\n"
    )
    plan = pl.verify(write(tmp_path / "goals.csv", text), make_baseline())
    found = {(f.code, f.indicator, f.year): (f.found, f.expected) for f in plan.check()}
    assert found[("goal_contradicts", "co2_intensity", 2028)] == ("0.25", "0.28")
    assert found[("goal_contradicts", "output_growth", 2028)] == ("12.00", "9.73")
    assert found[("baseline_differs", "patents", 2025)] == ("200", "214")
    assert ("goal_contradicts", "co2_intensity", 2027) not in found


def test_the_baseline_column_serves_when_none_is_given(tmp_path: Path) -> None:
    text = "indicator,baseline,2026,2027,2028\noutput,100.00,110.00,121.00,133.10\n"
    plan = pl.verify(write(tmp_path / "goals.csv", text))
    assert statuses(plan)["a"] == "met"
    assert "baseline_from_goals" in {finding.code for finding in plan.check()}


def test_missing_targets_are_unknown_and_never_passed(tmp_path: Path) -> None:
    text = "indicator,2026,2027,2028\noutput,205,226,\npatents,247,284,326\n"
    plan = pl.verify(write(tmp_path / "goals.csv", text), make_baseline())
    assert [statuses(plan)[rule] for rule in "abcd"] == ["unknown", "unknown", "unknown", "met"]
    finding = next(f for f in plan.check() if f.code == "rule_data_missing" and f.rule == "a")
    assert "Total output 2028" in pl.sentence(finding, "en")


def test_a_target_that_is_not_a_number_is_located(tmp_path: Path) -> None:
    text = "indicator,2026,2027,2028\noutput,205,226,250上下浮动\n"
    plan = pl.verify(write(tmp_path / "goals.csv", text, "gb18030"), make_baseline())
    finding = next(f for f in plan.check() if f.code == "not_a_number")
    assert (finding.place.line, finding.place.column, finding.found) == (2, "2028", "250上下浮动")


def test_a_ratio_without_its_parts_is_judged_as_printed(tmp_path: Path) -> None:
    text = "indicator,2026,2027,2028\nenergy_intensity,0.21,0.20,0.20\n"
    plan = pl.verify(write(tmp_path / "goals.csv", text), make_baseline())
    assert statuses(plan)["g"] == "met"  # 0.22 * 0.9714^3 = 0.2016...
    text = text.replace("0.20\n", "0.21\n")
    plan = pl.verify(write(tmp_path / "worse.csv", text), make_baseline())
    assert statuses(plan)["g"] == "unmet"


def test_a_workbook_edited_by_hand(pack: Path) -> None:
    book = openpyxl.load_workbook(pack / "goals.xlsx")
    sheet = book["目标表"]
    row = next(r for r in range(1, 40) if sheet.cell(r, 2).value == "有效发明专利数量")
    sheet.cell(row, 7).value = 300
    # A program that does not calculate drops what formulas gave; only inputs are left.
    book.save(pack / "edited.xlsx")
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    plan = pl.verify(pack / "edited.xlsx", base)
    assert statuses(plan)["d"] == "unmet"
    assert statuses(plan)["a"] == "met"


def test_a_saved_plan_edited_by_hand(pack: Path) -> None:
    path = pack / "plan.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in data["goals"] if row["indicator"] == "output")
    row["2028"] = "200.00"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    plan = pl.verify(path)
    assert statuses(plan)["a"] == "unmet"
    assert "hash_differs" in {finding.code for finding in plan.check()}


def test_other_rules_and_readings(pack: Path) -> None:
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    plan = pl.verify(pack / "goals.csv", base, readings={"f": "intensity"})
    verdict = next(v for v in plan.verdicts if v.rule.id == "f")
    assert (verdict.rule.reading, verdict.status.value) == ("intensity", "met")
    assert pl.verify(pack / "plan.json", rules="yunnan").rules.id == "yunnan"


def test_what_is_no_goal_table(tmp_path: Path) -> None:
    for name, text in (("a.csv", "x,y\n1,2\n"), ("b.csv", "indicator,2026\nnothing,1\n")):
        with pytest.raises(InputError) as error:
            pl.verify(write(tmp_path / name, text), make_baseline())
        assert error.value.findings[0].code in {"header_missing", "no_values"}


def test_a_target_that_cannot_be_printed_has_to_be_rewritten(tmp_path: Path) -> None:
    text = "indicator,2026,2027,2028\noutput,50.24,55.27,60.785\n"
    base = make_baseline({"output": "45.67", "leading_output": None, "sme_output": None})
    plan = pl.verify(write(tmp_path / "goals.csv", text), base)
    finding = next(f for f in plan.check() if f.code == "goal_off_grid")
    assert (finding.level, finding.found) == (Obligation.MUST_FIX, "60.785")


@pytest.mark.parametrize(("rate", "expected"), [("10.00", "met"), ("9.99", "unmet")])
def test_the_goal_table_of_the_form_states_a_rate_and_no_level(
    tmp_path: Path, rate: str, expected: str
) -> None:
    text = f"指标,2025年基准值,2028年目标值\n近三年集群产值年均增速,12.16,{rate}\n优质中小企业数量,38,41\n"
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    plan = pl.verify(write(tmp_path / "form.csv", text), base)
    assert statuses(plan)["a"] == expected
    row = plan.goals["output_growth_3y"]
    assert (str(row.values[2028]), row.status, row.requirement_text) == (rate, expected, "≥10.00")


def test_another_base_year_without_a_baseline(tmp_path: Path) -> None:
    text = "indicator,baseline,2025,2026,2027\noutput,100.00,110.00,121.00,133.10\n"
    plan = pl.verify(write(tmp_path / "goals.csv", text), base_year=2024)
    assert plan.years == (2025, 2026, 2027)
    assert statuses(plan)["a"] == "met"
    found = {finding.code for finding in plan.check()}
    assert "base_year_other" in found
    assert "base_year_empty" not in found
