"""Rules on how goals fit together: read as another rule, kept by plans, asked about in tables."""

from __future__ import annotations

import zipfile

import pytest

import planner as pl
from planner.core.findings import InputError
from planner.export.csvfiles import goals_csv
from planner.export.workbook import goals_workbook
from planner.model.catalogue import Cell, shipped
from planner.model.messages import sentence
from planner.model.rulesets import from_text

EXAMPLE = pl.shared("baselines") / "example.csv"


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(EXAMPLE)


def row(plan: pl.Plan, key: str) -> list[str]:
    return [str(plan.goals[key].values[year]) for year in plan.years]


def test_more_quality_smes_are_more_innovative_ones(plan: pl.Plan) -> None:
    assert row(plan, "quality_smes") == ["39", "40", "41"]
    assert row(plan, "innovative_smes") == ["37", "38", "39"]
    assert row(plan.wish("quality_smes", 2028, 50), "innovative_smes")[-1] == "48"
    # Somewhere among the tiers is enough where they need not lie within each other.
    stated = plan.reading("tiers", "stated").pin("innovative_smes", 2028, 36)
    fixed = stated.repair()
    added = sum(
        int(row(fixed, key)[-1]) for key in ("innovative_smes", "srdi_smes", "little_giants")
    )
    assert added >= 36 + 13 + 2 + 3


def test_a_table_that_misses_it_needs_one_reason(plan: pl.Plan, tmp_path) -> None:
    text = goals_csv(plan).decode("utf-8-sig").replace(",36,37,38,39,", ",36,36,36,36,")
    (tmp_path / "g.csv").write_text(text, "utf-8")
    judged = pl.verify(tmp_path / "g.csv", EXAMPLE)
    (asked,) = [f for f in judged.check() if f.rule == "added"]
    assert (asked.code, asked.level.value) == ("rule_incoherent", "needs_reason")
    assert "创新型中小企业数量 2028年为 36" in sentence(asked, "zh", judged.system.catalogue)
    assert judged.complies
    told = judged.reason("rule_incoherent", "三家在主导产业之外", "innovative_smes@2028")
    (answered,) = [f for f in told.check() if f.rule == "added"]
    assert answered.level.value == "info"
    relaxed = judged.relax("added", "三家在主导产业之外")
    assert [f.code for f in relaxed.check() if f.rule == "added"] == ["rule_relaxed"] * 1


def test_without_goals_of_tiers_there_is_nothing_to_hold(plan: pl.Plan, tmp_path) -> None:
    tiers = ("innovative_smes", "srdi_smes", "little_giants")
    lines = goals_csv(plan).decode("utf-8-sig").splitlines()
    kept = [line for line in lines if not line.startswith(tiers)]
    (tmp_path / "g.csv").write_text("\n".join(kept), "utf-8")
    judged = pl.verify(tmp_path / "g.csv", EXAMPLE)
    assert not [f for f in judged.check() if f.rule == "added"]


def test_odds_are_not_about_how_goals_fit(plan: pl.Plan) -> None:
    odds = plan.odds()
    assert "added" not in odds.rules
    assert "innovative_smes" not in odds.firm
    asked = plan.wish("innovative_smes", 2028, 39).odds()
    assert "innovative_smes" in asked.firm
    assert Cell("innovative_smes", 2028) in odds.chances


@pytest.mark.parametrize(
    ("old", "new"),
    [("read_as: tiers", "read_as: nothing"), ("read_as: tiers", "read_as: f")],
)
def test_what_is_read_as_another_offers_its_readings(old: str, new: str) -> None:
    text = pl.load_rules("xinjiang-2025").text
    assert text.count(old) == 1
    with pytest.raises(InputError, match="reading_unknown"):
        from_text(text.replace(old, new), "own.yaml", shipped())


def test_reasons_stand_in_the_rule_sheet(plan: pl.Plan, tmp_path) -> None:
    told = plan.relax("e", "园区平台明年建成").reason("benchmark_basis", "本省没有同口径的数", "f")
    (tmp_path / "w.xlsx").write_bytes(goals_workbook(told))
    with zipfile.ZipFile(tmp_path / "w.xlsx") as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    for text in ("园区平台明年建成", "本省没有同口径的数"):
        assert text in strings
    assert pl.verify(tmp_path / "w.xlsx", EXAMPLE).complies
