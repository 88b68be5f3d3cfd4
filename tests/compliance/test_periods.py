"""Spans of years as rules and indicators count them: steps of the past, growth of two years."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import planner as pl
from planner.compliance.rows import Status

RULES = """
id: steps
version: "1"
title: {{zh: 逐年, en: Steps}}
document: {{title: 测试, issuer: 测试}}
base_year: 2025
horizon: {horizon}
rules:
  - id: past
    title: {{zh: 近年每年增加, en: More each year}}
    quote: 每年增加
    source: {{article: 第一条}}
    level: statutory
    scope: [certification]
    test: {{step: {{of: patents, over: past, at_least: 5}}}}
"""


def verdict(levels: dict[int, int], tmp_path: Path, horizon: int = 3) -> tuple[Status, list[int]]:
    path = tmp_path / "steps.yaml"
    path.write_text(RULES.format(horizon=horizon), encoding="utf-8")
    rows = {"indicator": "patents", "year": list(levels), "value": list(levels.values())}
    plan = pl.plan(pl.read_baseline(pd.DataFrame(rows)), rules=path)
    (found,) = [v for v in plan.verdicts if v.rule.id == "past"]
    return found.status, [line.end.year for line in found.lines]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({2023: 100, 2024: 105, 2025: 110}, Status.MET),
        ({2023: 100, 2024: 104, 2025: 110}, Status.UNMET),
        ({2023: 100, 2024: 106, 2025: 110}, Status.UNMET),
        ({2022: 100, 2023: 100, 2024: 105, 2025: 110}, Status.MET),
        ({2024: 105, 2025: 110}, Status.UNKNOWN),
        ({2024: 106, 2025: 110}, Status.UNMET),
    ],
)
def test_steps_of_the_past_lie_within_the_span(
    levels: dict[int, int], expected: Status, tmp_path: Path
) -> None:
    """近三年 has three levels, so two steps: nothing before it is asked for."""
    assert verdict(levels, tmp_path) == (expected, [2024, 2025])


def test_a_longer_plan_looks_back_further(tmp_path: Path) -> None:
    levels = {2022: 90, 2023: 100, 2024: 105, 2025: 110}
    assert verdict(levels, tmp_path, horizon=4) == (Status.MET, [2023, 2024, 2025])


OWN = """
indicators:
  - id: output_growth_2y
    zh: 两年产值年均增速
    en: Growth over two years
    direction: leading_industry
    unit: {zh: "%", en: "%"}
    decimals: 2
    better: higher
    kind: growth
    of: output
    periods: 2
    years: last
    clusters: weighted
    form: {section: 其它, row: 两年产值年均增速}
"""


@pytest.fixture
def two_years(tmp_path: Path) -> pl.Plan:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    catalogue = pl.read_catalogue(tmp_path / "own.yaml")
    levels = {2023: "100", 2024: "90", 2025: "121"}
    rows = {"indicator": "output", "year": list(levels), "value": list(levels.values())}
    return pl.plan(pl.read_baseline(pd.DataFrame(rows), catalogue=catalogue))


def test_growth_of_two_years_is_taken_over_two(two_years: pl.Plan) -> None:
    """121 from 100 over two years is 10 %; the year before would give 34.44 %."""
    row = two_years.goals["output_growth_2y"]
    assert row.baseline == Decimal("10.00")
    levels = {2024: Fraction(90), 2025: Fraction(121)}
    levels |= {y: Fraction(v) for y, v in two_years.goals["output"].values.items()}
    for year in two_years.years:
        rate = 1 + Fraction(row.values[year]) / 100
        half = Fraction(1, 20_000)
        ratio = levels[year] / levels[year - 2]
        assert (rate - half) ** 2 <= ratio <= (rate + half) ** 2


def test_a_wish_for_growth_of_two_years_moves_the_level(two_years: pl.Plan) -> None:
    asked = two_years.wish("output_growth_2y", 2027, 20)
    assert asked.goals["output"].values[2027] == Decimal("174.24")  # 121 × 1.2²
    first = two_years.wish("output_growth_2y", 2026, 20)
    assert first.goals["output"].values[2026] == Decimal("129.60")  # 90 × 1.2²
