"""Frames: numbers to reckon with, exact ones, printed ones; one rule for names; in again what came out."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

import planner as pl
from planner.core.frames import Bound, Column, Records, Shown
from planner.core.language import speak
from planner.forecast.chance import Chance

EXAMPLE = pl.plan(pl.shared("baselines") / "example.csv")
WISHED = EXAMPLE.wish("output", 2028, 240)
ODDS = EXAMPLE.odds()

FRAMES = {
    "plan": EXAMPLE.frame,
    "baseline": EXAMPLE.baseline.frame,
    "odds": ODDS.frame,
    "findings": WISHED.check().frame,
    "verdicts": WISHED.verdicts.frame,
    "changes": WISHED.repair().changes.frame,
    "conflicts": WISHED.explain().frame,
    "tradeoffs": EXAMPLE.tradeoffs().frame,
    "implied": EXAMPLE.implied().frame,
    "knock_on": EXAMPLE.wish("energy", 2028, "49.40").knock_on().frame,
    "differences": EXAMPLE.diff(WISHED).frame,
    "comparison": pl.compare({"a": EXAMPLE, "b": WISHED}).frame,
    "account": pl.read(pl.shared("baselines") / "example.csv").account.frame,
}


@pytest.mark.parametrize("name", FRAMES)
def test_names_are_the_same_in_both_languages(name: str) -> None:
    zh, en = FRAMES[name]("zh"), FRAMES[name]("en")
    assert list(zh.columns) == list(en.columns)
    assert zh.index.names == en.index.names
    assert list(zh.index) == list(en.index)
    for column in zh.columns:
        assert isinstance(column, int) or column.isascii()
        assert isinstance(column, int) or not column.isdecimal()


@pytest.mark.parametrize("name", FRAMES)
def test_numbers_are_numbers_by_default(name: str) -> None:
    table = FRAMES[name]("en")
    exact, printed = FRAMES[name]("en", "decimal"), FRAMES[name]("en", "text")
    assert len(table) == len(exact) == len(printed)
    for column in table.columns:
        kind = str(table[column].dtype)
        assert kind in {"Float64", "Int64", "boolean", "object"}
        assert all(isinstance(cell, str) for cell in printed[column])
        if kind == "object":
            assert all(isinstance(cell, str) for cell in table[column])
        if kind == "Float64":
            for number, sure in zip(table[column], exact[column], strict=True):
                assert pd.isna(number) == (sure is None)
                assert sure is None or (isinstance(sure, Decimal) and float(sure) == number)


def test_a_mean_is_a_mean() -> None:
    table = EXAMPLE.frame()
    years = [2026, 2027, 2028]
    by_hand = sum(map(Fraction, EXAMPLE["output"].values.values())) / 3  # type: ignore[arg-type]
    assert table.loc["output", years].mean() == pytest.approx(float(by_hand))
    assert EXAMPLE.frame(as_="decimal").loc["output", years].sum() == sum(
        EXAMPLE["output"].values.values()  # type: ignore[arg-type]
    )
    assert table.attrs["units"]["output"] == "亿元"
    assert (table.attrs["base_year"], table.attrs["rules"]) == (2025, "xinjiang-2025")


def test_long_and_wide_say_the_same() -> None:
    wide, long = EXAMPLE.frame("en"), EXAMPLE.frame("en", long=True)
    again = long.pivot(index="indicator", columns="year", values="value")  # noqa: PD010
    again = again.loc[list(wide.index)]
    for year in EXAMPLE.years:
        assert again[year].equals(wide[year])
    assert again[2025].tolist() == wide["baseline"].tolist()
    assert set(long["kind"]) == {"baseline", "target"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("as_", ["float", "decimal", "text"])
@pytest.mark.parametrize("long", [False, True])
def test_a_baseline_comes_back_as_it_was(lang: str, as_: Any, long: bool) -> None:
    base = EXAMPLE.baseline
    again = pl.read_baseline(base.frame(lang, as_, long=long))
    assert (again.values, again.growth, again.base_year) == (base.values, base.growth, 2025)
    assert not [f for f in again.findings if f.level.value == "must_fix"]
    if long:
        assert (again.cluster, again.sources) == (base.cluster, base.sources)


@pytest.mark.parametrize("name", ["pivot", "pivot_table", "unstack", "csv"])
def test_a_plain_pivot_goes_in(name: str, tmp_path: Any) -> None:
    figures = pd.read_csv(pl.shared("baselines") / "example.csv")
    if name == "pivot":
        table = figures.pivot(index="indicator", columns="year", values="value")  # noqa: PD010
    elif name == "pivot_table":
        table = figures.pivot_table(index=["cluster", "indicator"], columns="year", values="value")
    elif name == "unstack":
        table = figures.set_index(["indicator", "year"])["value"].unstack()  # noqa: PD010
    else:
        table = tmp_path / "wide.csv"
        wide = figures.pivot(index="indicator", columns="year", values="value")  # noqa: PD010
        wide.to_csv(table)
    assert pl.read_baseline(table).values == EXAMPLE.baseline.values


def test_a_goal_table_comes_back_through_csv(tmp_path: Any) -> None:
    WISHED.frame().to_csv(tmp_path / "goals.csv")
    held = pl.verify(tmp_path / "goals.csv", EXAMPLE.baseline)
    assert held.frame()[2028].equals(WISHED.frame()[2028])
    assert held["output"].status == "unmet"


@pytest.mark.parametrize("as_", ["float", "decimal", "text"])
@pytest.mark.parametrize("with_baseline", [True, False])
def test_a_goal_table_is_judged_as_a_frame(as_: Any, with_baseline: bool) -> None:
    held = pl.verify(WISHED.frame("en", as_), EXAMPLE.baseline if with_baseline else None)
    assert held.frame()[2028].reindex(["output", "patents"]).tolist() == [240.0, 326.0]
    assert (held["output"].status, held["patents"].status) == ("unmet", "met")
    mended = WISHED.frame().copy()
    mended.loc["output", 2028] = 248
    assert pl.verify(mended, EXAMPLE.baseline)["output"].status == "met"


def test_many_clusters_go_in() -> None:
    one = EXAMPLE.baseline.frame(long=True)
    both = pd.concat([one, one.assign(cluster="乙")])
    north, south = pl.read_clusters(both)
    assert north.values == south.values == EXAMPLE.baseline.values
    assert [pl.plan(rows)["output"].status for _, rows in both.groupby("cluster")] == ["met"] * 2
    with pytest.raises(pl.InputError, match=r"cluster|集群"):
        pl.plan(both)


def test_a_chance_is_a_number_with_its_error() -> None:
    chance = ODDS["output"].chances[2028]
    assert isinstance(chance, float)
    assert float(chance) == chance.hits / chance.paths == chance.value
    assert 0 < chance.error < 0.02
    assert pickle.loads(pickle.dumps(chance)) == copy.deepcopy(chance) == chance  # noqa: S301
    assert pickle.loads(pickle.dumps(chance)).error == chance.error  # noqa: S301
    assert pd.Series([chance, chance]).mean() == pytest.approx(chance)
    assert f"{Chance(1, 3, 0.1):.3f}" == "0.333"


@pytest.mark.parametrize("value", [Bound(Decimal("1.50"), "≥"), Shown(0.5, "50%")])
def test_numbers_printed_in_their_own_way_stay_so(value: Any) -> None:
    again = pickle.loads(pickle.dumps(value))  # noqa: S301
    assert (again, str(again)) == (value, str(value))
    made = Records((Column("a", "number"),), ((value,),))
    assert made.frame("text")["a"].tolist() == [str(value)]
    assert made.frame()["a"].tolist() == [float(value)]


@pytest.mark.parametrize("name", FRAMES)
def test_an_unknown_language_or_way_is_refused(name: str) -> None:
    with pytest.raises(pl.InputError, match="fr"):
        FRAMES[name]("fr")
    with pytest.raises(pl.InputError, match="float decimal text"):
        FRAMES[name]("en", "numbers")


def test_the_session_has_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        assert pl.lang == "zh"
        pl.lang = "en"
        assert EXAMPLE.frame().loc["output", "name"] == "Total output"
        with pytest.raises(pl.InputError, match="Unknown indicator"):
            _ = EXAMPLE["nope"]
        with pytest.raises(pl.InputError):
            pl.lang = "fr"
        assert pl.lang == "en"
    finally:
        speak("")
    monkeypatch.setenv("PLANNER_LANG", "en")
    assert pl.lang == "en"
    monkeypatch.setenv("PLANNER_LANG", "fr")
    with pytest.raises(pl.InputError, match="fr"):
        EXAMPLE.frame()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: EXAMPLE["outputt"],
        lambda: EXAMPLE.goals["outputt"],
        lambda: ODDS["outputt"],
        lambda: EXAMPLE.chart("green house"),
        lambda: ODDS.fan_chart("nope"),
        lambda: EXAMPLE.under("stedy"),
        lambda: EXAMPLE.plot("outputt"),
        lambda: EXAMPLE.wish("outputt", 2028, 1),
        lambda: EXAMPLE.reach("outputt"),
        lambda: EXAMPLE.relax("zz", "because"),
        lambda: pl.compare({"a": EXAMPLE}).diff("b"),
        lambda: pl.plan(EXAMPLE.baseline, rules="xinjiang"),
        lambda: pl.load_form("nope"),
        lambda: pl.read_baseline("missing.csv"),
    ],
)
def test_wrong_names_are_answered_in_sentences(ask: Any) -> None:
    with pytest.raises(pl.InputError) as caught:
        ask()
    told = str(caught.value)
    assert any(mark in told for mark in "。：；")  # a sentence, in the language of the session
    assert told.count("[") == len(caught.value.findings)  # the code behind it, to be looked up


def test_the_nearest_name_is_said() -> None:
    with pytest.raises(pl.InputError, match=r"集群总产值|output"):
        _ = EXAMPLE["outptu"]
    with pytest.raises(KeyError):
        _ = EXAMPLE["outptu"]
    with pytest.raises(AttributeError, match=r"read_rules|rule_sets"):
        _ = pl.rules  # type: ignore[attr-defined]


def test_a_plan_is_a_table_of_goals() -> None:
    assert len(EXAMPLE) == len(list(EXAMPLE)) == len(EXAMPLE.frame())
    assert EXAMPLE["集群总产值"] is EXAMPLE["output"] is EXAMPLE["Total output"]
    assert ("output" in EXAMPLE, "nope" in EXAMPLE) == (True, False)
    assert "patents" in EXAMPLE._ipython_key_completions_()
    assert "patents" in ODDS._ipython_key_completions_()
    blank = pl.plan(pd.DataFrame({"indicator": ["area"], "year": [2025], "value": [3]}))
    assert blank  # a plan without goals is a plan
