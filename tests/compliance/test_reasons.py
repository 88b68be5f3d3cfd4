"""Reasons: goals that worsen need one, and whatever needs one can be answered (§9, §18)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import make_baseline

import planner as pl
from planner.core.findings import InputError, Obligation
from planner.model.messages import sentence
from planner.planning.checking import answerable

BASE = pl.shared("baselines") / "example.csv"


def open_(plan: pl.Plan) -> list[pl.Finding]:
    return [item for item in plan.check() if item.level is Obligation.NEEDS_REASON]


def worse(plan: pl.Plan) -> set[str]:
    return {item.indicator for item in plan.check() if item.code == "goal_worsens"}


def test_a_goal_that_worsens_needs_a_reason() -> None:
    plan = pl.plan(BASE)
    assert worse(plan) == set()
    # Fewer high-tech firms, a smaller share in the cloud; less CO2 is better.
    fewer = plan.wish("hightech", 2028, 20).wish("cloud_share", 2028, 50).wish("co2", 2028, 60)
    assert worse(fewer) == {"hightech", "cloud_smes", "cloud_share"}
    (told,) = [item for item in open_(fewer) if item.indicator == "hightech"]
    assert (told.found, told.expected) == ("20", "21")
    answered = fewer.reason("goal_worsens", "两家企业迁出", "hightech")
    assert "hightech" not in {
        item.indicator for item in open_(answered) if item.code == "goal_worsens"
    }
    (note,) = [
        item
        for item in answered.check()
        if item.indicator == "hightech" and item.code == "goal_worsens"
    ]
    assert note.level is Obligation.INFO
    assert "两家企业迁出" in sentence(note, "zh")
    assert "两家企业迁出" in sentence(note, "en")


def test_energy_that_grows_with_output_is_no_worse_where_its_intensity_falls() -> None:
    plan = pl.plan(BASE)
    row = plan.goals["energy"]
    assert row.values[2028] > row.baseline
    assert "energy" not in worse(plan)
    assert "energy" in worse(plan.pin("output", 2028, "247.84").wish("energy", 2028, 70))


def test_every_finding_that_needs_a_reason_can_be_answered(tmp_path: Path) -> None:
    for path in (BASE, *sorted((pl.shared("baselines") / "real").glob("*.csv"))):
        plan = pl.plan(path)
        for finding in answerable(open_(plan)):
            assert "answer_reason" in finding.ways_out
            code, _, about = finding.facts["answer"].partition("@")
            plan = plan.reason(code, "已说明", about)
        assert open_(plan) == []
    plan.save(tmp_path / "plan.json")
    again = pl.read_plan(tmp_path / "plan.json")
    assert again.reasons == plan.reasons
    assert open_(again) == []


def test_a_reason_for_nothing_is_refused() -> None:
    plan = pl.plan(make_baseline())
    for code, text in (("goal_worsens", "因为"), ("no_such", "因为"), ("benchmark_basis", "  ")):
        with pytest.raises(InputError) as error:
            plan.reason(code, text)
        assert error.value.findings[0].code in {"reason_for_nothing", "reason_missing"}


def test_the_command_line_answers_and_the_annex_prints_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "planner", "plan", str(BASE), "--out", str(tmp_path), "--json"]
    command += ["--reason", "benchmark_basis@f=本省没有同口径的数"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)["findings"]
    told = [item for item in found if (item["code"], item["rule"]) == ("benchmark_basis", "f")]
    assert [item["level"] for item in told] == ["info"]
    import docx

    document = docx.Document(str(tmp_path / "goals.docx"))
    texts = [p.text for p in document.paragraphs] + [
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    ]
    assert any("本省没有同口径的数" in text for text in texts)
