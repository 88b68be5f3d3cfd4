"""A saved plan gives the same plan again, byte for byte, and says what changed since (§11)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError
from planner.model.catalogue import shipped
from planner.model.rulesets import from_text
from planner.planning.store import dumps


def rich_plan() -> pl.Plan:
    """Return a plan that uses everything a plan can hold."""
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    plan = pl.plan(base, scenario="stretch").wish("iiot_share", 2028, "52.5")
    return plan.pin("output", 2026, 210).shape("co2", "s-curve").reading("f", "intensity")


def test_save_load_save_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = rich_plan()
    first = plan.save(tmp_path / "plan.json")
    again = pl.read_plan(first)
    assert again.save(tmp_path / "again.json").read_bytes() == first.read_bytes()
    assert again.hash == plan.hash
    assert again.goals.records() == plan.goals.records()
    assert again.check() == plan.check()


def test_own_rules_scenario_and_indicators_travel_with_the_plan(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "indicators:\n  - {id: brands, zh: 品牌, en: Brands, direction: other, unit: {zh: 个, en: x},"
        " decimals: 0, better: higher, kind: measured, years: last, clusters: sum,"
        " form: {section: 其它, row: 品牌}}\n",
        encoding="utf-8",
    )
    catalogue = pl.read_catalogue(own)
    rules = from_text(
        pl.load_rules("xinjiang-2025").text.replace("at_least: 15", "at_least: 16"),
        "m.yaml",
        shipped(),
    )
    import pandas as pd

    frame = pd.DataFrame({"indicator": ["patents", "brands"], "year": 2025, "value": [100, 2]})
    base = pl.read_baseline(frame, catalogue=catalogue)
    plan = pl.plan(base, rules=rules).wish("brands", 2028, 5)
    path = plan.save(tmp_path / "plan.json")
    own.unlink()
    again = pl.read_plan(path)
    assert dumps(again) == path.read_bytes()
    assert str(again.goals["patents"].values[2028]) == "157"  # 100 * 1.16^3 = 156.08...
    assert str(again.goals["brands"].values[2028]) == "5"


def test_the_hash_covers_everything(tmp_path: Path) -> None:
    plan = rich_plan()
    for other in (
        plan.wish("patents", 2028, 400),
        plan.reading("tiers", "stated"),
        plan.shape("patents", "back"),
        plan.release("output"),
    ):
        assert other.hash != plan.hash
    path = plan.save(tmp_path / "plan.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["wishes"][0]["value"] = "60"
    path.write_text(json.dumps(data), encoding="utf-8")
    codes = [finding.code for finding in pl.read_plan(path).check()]
    assert "hash_differs" in codes


def test_the_plan_file_says_what_the_contract_asks() -> None:
    data = json.loads(dumps(rich_plan()))
    fields = {"indicator", "name", "direction", "unit", "baseline", "2026", "2027", "2028"}
    assert fields | {"requirement", "margin", "status"} == set(data["goals"][0])
    assert {row["status"] for row in data["goals"]} <= {"met", "unmet", "unknown", "free"}
    assert data["rules"].keys() >= {"id", "version", "hash"}
    assert data["readings_in_force"]["f"] == "intensity"
    used = [entry["figure"]["id"] for entry in data["benchmarks"] if entry["used"]]
    assert used == ["iiot_share", "co2_intensity_decline", "energy_intensity_decline"]
    assert data["seed"] is None
    assert data["package"] == pl.__version__


def test_a_changed_rule_set_is_said(tmp_path: Path) -> None:
    path = pl.plan(make_baseline()).save(tmp_path / "plan.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["rules"]["hash"] = "0" * 12
    path.write_text(json.dumps(data), encoding="utf-8")
    finding = next(f for f in pl.read_plan(path).check() if f.code == "rules_changed")
    assert finding.found == "0" * 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "{",
        '{"format": 2}',
        "[" * 100_000,
        '"text"',
        '{"format": 1, "extra": 1}',
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        pl.read_plan(path)
    assert [finding.code for finding in error.value.findings] == ["plan_broken"]
    assert path.read_text(encoding="utf-8") == text


def test_a_damaged_field_is_refused_and_named(tmp_path: Path) -> None:
    path = pl.plan(make_baseline()).save(tmp_path / "plan.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["levels"][0]["value"] = "much"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError) as error:
        pl.read_plan(path)
    assert error.value.findings[0].found == "levels.0.value"
    data["levels"][0] = {"indicator": "no_such", "year": 2025, "value": "1"}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError):
        pl.read_plan(path)
    data["levels"].pop(0)
    data["benchmarks"][0]["figure"]["colour"] = "red"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError) as error:
        pl.read_plan(path)
    assert error.value.findings[0].found == "benchmarks.0.figure.colour"


def test_findings_on_the_input_survive_saving(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"indicator": ["output", "smes"], "year": 2025, "value": ["100", "约40"]})
    plan = pl.plan(frame)
    again = pl.read_plan(plan.save(tmp_path / "plan.json"))
    assert [f.code for f in again.baseline.findings] == ["not_a_number"]
    assert not again.complies
