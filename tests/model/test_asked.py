"""What somebody asks for: an indicator's kind decides what may be negative, not its name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import planner as pl
from planner.core.findings import InputError

OWN = """
indicators:
  - id: growth_fund
    zh: 成长基金规模
    en: Growth fund
    direction: leading_industry
    unit: {zh: 亿元, en: 100m yuan}
    decimals: 2
    better: higher
    kind: measured
    years: last
    clusters: sum
    form: {section: 其它, row: 成长基金规模}
    input: true
  - id: fund_speed
    zh: 基金增速
    en: Fund speed
    direction: leading_industry
    unit: {zh: "%", en: "%"}
    decimals: 2
    better: higher
    kind: growth
    of: growth_fund
    years: last
    clusters: weighted
    form: {section: 其它, row: 基金增速}
"""


@pytest.fixture
def plan(tmp_path: Path) -> pl.Plan:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    catalogue = pl.read_catalogue(tmp_path / "own.yaml")
    rows = {"indicator": ["output", "growth_fund"], "year": 2025, "value": ["100", "20"]}
    return pl.plan(pl.read_baseline(pd.DataFrame(rows), catalogue=catalogue))


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [finding.code for finding in error.value.findings]


@pytest.mark.parametrize("verb", ["wish", "pin"])
def test_a_level_is_not_negative_whatever_it_is_called(plan: pl.Plan, verb: str) -> None:
    with pytest.raises(InputError) as caught:
        getattr(plan, verb)("growth_fund", 2028, -5)
    assert codes(caught) == ["negative"]


@pytest.mark.parametrize("verb", ["wish", "pin"])
def test_growth_may_be_negative_whatever_it_is_called(plan: pl.Plan, verb: str) -> None:
    asked = getattr(plan, verb)("fund_speed", 2026, -1)
    assert str(asked.goals["growth_fund"].values[2026]) == "19.80"
    asked.check()


def test_a_saved_plan_with_a_negative_wish_is_refused(plan: pl.Plan, tmp_path: Path) -> None:
    path = plan.wish("growth_fund", 2028, 25).save(tmp_path / "plan.json")
    path.write_text(path.read_text(encoding="utf-8").replace('"25"', '"-25"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pl.read_plan(path)
    assert codes(caught) == ["plan_broken"]
