"""Knock-on: what a wish, a reading or a scenario moves besides is told with the row that forced it (§17)."""

from __future__ import annotations

from fractions import Fraction

import pytest

import planner as pl
from planner.model.messages import sentence
from planner.planning.knockon import knock_on_findings

BASE = pl.shared("baselines") / "example.csv"


def test_energy_lifts_output_and_says_why() -> None:
    plan = pl.plan(BASE)
    wished = plan.wish("energy", 2028, "49.40")
    (told,) = wished.knock_on()
    moved = {str(c.cell): (str(c.old), str(c.new)) for c in told.moved}
    assert moved["output@2028"] == ("247.84", "250.25")
    (first, *_) = told.moved
    assert str(first.cell) == "output@2028"
    # With the old output the intensity would print above what the rule leaves: 49.40 / 247.84 > 0.1973...
    assert first.rows
    assert all(name.startswith("g: ") for name in first.rows)
    start = Fraction("40.10") / Fraction("186.20")
    assert Fraction("49.40") / Fraction("247.84") > Fraction("49.40") / Fraction("250.25")
    assert start > Fraction("49.40") / Fraction("250.25")
    (finding,) = knock_on_findings(wished)
    for lang, words in (("zh", "规则 g"), ("en", "rule g")):
        text = sentence(finding, lang)
        assert "247.84 → 250.25" in text
        assert words in text


def test_a_wish_that_moves_nothing_besides_says_nothing() -> None:
    plan = pl.plan(BASE)
    assert plan.knock_on() == ()
    assert plan.wish("hightech", 2028, 22).knock_on() == ()
    assert plan.wish("hightech", 2028, "+1").knock_on() == ()


def test_the_other_reading_tells_what_it_moves() -> None:
    (told,) = pl.plan(BASE, readings={"f": "intensity"}).knock_on()
    assert told.cause == "f=intensity"
    old = pl.plan(BASE).goals["co2"].values[2028]
    new = pl.plan(BASE, readings={"f": "intensity"}).goals["co2"].values[2028]
    assert [(str(c.cell), c.old, c.new) for c in told.moved if c.cell.indicator == "co2"] == [
        ("co2@2028", old, new)
    ]


def test_a_scenario_tells_what_it_moves() -> None:
    (told,) = pl.plan(BASE, scenario="steady").knock_on()
    assert told.cause == "steady"
    plain, steady = pl.plan(BASE), pl.plan(BASE, scenario="steady")
    differs = {
        row.id
        for row in steady.goals
        if row.id in steady.system.measured and row.values[2028] != plain.goals[row.id].values[2028]
    }
    assert {change.cell.indicator for change in told.moved} == differs


@pytest.mark.parametrize("indicator", ["output", "patents", "iiot_share", "co2"])
def test_what_is_told_is_what_differs_without_it(indicator: str) -> None:
    plan = pl.plan(BASE).wish("rd_spend", 2028, 7)
    level = plan.goals[indicator].values[2028]
    assert level is not None
    wished = plan.wish(indicator, 2028, str(level * 11 / 10))
    told = {item.cause: item for item in wished.knock_on()}
    without = wished.release(indicator)
    own = {indicator, wished.baseline.catalogue[indicator].num}
    differs = {
        cell.indicator
        for cell, value in wished.numbers.targets.items()
        if cell.year == 2028
        and cell.indicator not in own
        and without.numbers.targets[cell] != value
    }
    moved = told.get(f"{indicator}@2028")
    assert {change.cell.indicator for change in moved.moved} == differs if moved else not differs
