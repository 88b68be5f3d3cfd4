"""Odds judged by other means: exact figures, hand counts, brute force and many seeds."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import planner as pl
from planner.api.odds import Odds, past_goals
from planner.compliance.rows import Status
from planner.core.findings import InputError, Obligation
from planner.forecast.backtest import crps
from planner.forecast.chance import Chance
from planner.forecast.growth import Weights
from planner.forecast.summary import drivers
from planner.intake.answers import read_answers
from planner.intake.baselines import read_baseline, read_clusters
from planner.model import messages
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, Indicator, read_catalogue, shipped
from planner.model.coherence import seen_from
from planner.model.forms import load_form
from planner.model.mapping import FileMapping
from planner.model.messages import sentence
from planner.model.rulesets import RuleSet, from_text, shipped_ids
from planner.planning.store import dumps, loads

BASELINES = pl.shared("baselines")
EXAMPLE = BASELINES / "example.csv"
END = 2028
NOT_CLUSTERS = {"benchmarks.csv", "reference-rates.csv", "example-peers.csv"}
CLUSTERS = sorted(
    path
    for path in (*BASELINES.glob("*.csv"), *(BASELINES / "real").glob("*.csv"))
    if path.name not in NOT_CLUSTERS
)
OF_RULE = {"scope", "of_level"}
SAMPLE = 60  # paths that are judged one by one
SAID = {  # those that end in another come before it
    "next to nothing": 0.0,
    "a tenth": 0.1,
    "a fifth": 0.2,
    "three quarters": 0.75,
    "a quarter": 0.25,
    "two thirds": 2 / 3,
    "a third": 1 / 3,
    "half": 0.5,
    "most": 0.8,
    "nine tenths": 0.9,
    "nearly all": 1.0,
}


# -- pieces ------------------------------------------------------------------------------


def past(*values: object) -> dict[int, object]:
    """Return values of consecutive years, the last being the base year."""
    return {2026 - len(values) + number: value for number, value in enumerate(values)}


def table(**levels: object) -> pd.DataFrame:
    """Return a baseline: a value of the base year, or values by year, for each indicator."""
    rows = [
        (key, year, value)
        for key, given in levels.items()
        for year, value in (given if isinstance(given, dict) else {2025: given}).items()
    ]
    return pd.DataFrame(rows, columns=["indicator", "year", "value"])


def ruleset(horizon: int = 3, **tests: dict[str, Any]) -> RuleSet:
    """Return a rule set of nothing but some tests; `scope` and `of_level` are those of the rule."""
    rules = [
        {
            "id": key,
            "title": {"zh": key, "en": key},
            "quote": key,
            "source": {"article": "1"},
            "level": test.get("of_level", "statutory"),
            "scope": [test.get("scope", "target")],
            "test": {name: part for name, part in test.items() if name not in OF_RULE},
        }
        for key, test in tests.items()
    ]
    data = {
        "id": "trial",
        "version": "1",
        "title": {"zh": "试验", "en": "Trial"},
        "document": {"title": "试验"},
        "horizon": horizon,
        "rules": rules,
    }
    return from_text(yaml.safe_dump(data, allow_unicode=True), "trial", shipped())


def others(
    rate: float, count: int, key: str = "output", years: range = range(2020, 2026)
) -> pd.DataFrame:
    """Return clusters of which one indicator grows by a rate, a little noise apart."""
    rng = np.random.default_rng(1)
    rows = []
    for number in range(count):
        level = rng.uniform(30, 300)
        for year in years:
            rows.append((f"同类{number}", key, year, round(level, 2)))
            level *= (1 + rate) * np.exp(rng.normal(0, 0.02))
    return pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])


def baseline_of(path: Path) -> Baseline:
    """Return a shipped baseline with the indicators of its own that lie beside it."""
    own = path.with_suffix(".yaml")
    has = own.exists() and "indicators" in yaml.safe_load(own.read_text(encoding="utf-8"))
    return read_baseline(path, catalogue=read_catalogue(own) if has else None)


def levels_of(odds: Odds) -> Mapping[str, np.ndarray]:
    return odds.forecast.outcomes.paths.levels


def as_printed(value: float, item: Indicator) -> Decimal:
    return Decimal(float(value)).quantize(Decimal(1).scaleb(-item.decimals), ROUND_HALF_UP)


def sampled(odds: Odds, count: int = SAMPLE) -> Iterator[tuple[int, dict[Cell, Fraction]]]:
    """Yield some paths with all their figures as somebody would print them."""
    base, levels = odds.plan.base_system.baseline, levels_of(odds)
    for number in np.random.default_rng(2).choice(odds.paths, count, replace=False):
        values = dict(base.levels)
        for key, drawn in levels.items():
            for ahead, year in enumerate(odds.plan.years):
                printed = as_printed(drawn[ahead, number], base.catalogue[key])
                values[Cell(key, year)] = Fraction(printed)
        yield int(number), values


def misjudged(odds: Odds, rules: Any, count: int = SAMPLE) -> dict[str, str]:
    """Return the rules that paths and printed figures disagree on; identities are no odds."""
    rules = [rule for rule in rules if rule.level != "identity"]
    paths = list(sampled(odds, count))
    outcomes = odds.forecast.outcomes
    found = {}
    for rule in rules:
        held = outcomes.holds(rule.node)
        judged = [rule.node.status(values) for _, values in paths]
        if held is None:
            if Status.UNKNOWN not in judged:
                found[rule.id] = f"not known, but {set(judged)}"
            continue
        expected = [status is Status.MET for status in judged]
        if Status.UNKNOWN in judged:
            found[rule.id] = "known, but should not be"
        elif expected != [bool(held[number]) for number, _ in paths]:
            share = np.mean([bool(held[number]) for number, _ in paths])
            found[rule.id] = f"{share:.3f}, printed {np.mean(expected):.3f}"
    return found


def core(odds: Odds) -> dict[str, Any]:
    """Return all numbers of some odds."""
    record = odds.record("en")
    names = ("joint", "every", "compliant", "stages", "rules", "goals", "paths", "unknown")
    return {name: record[name] for name in names}


def joint_goals(odds: Odds) -> int:
    """Return how many goals the sentence on all of them together speaks of."""
    said = next(item for item in odds.findings if item.code == "odds_joint")
    return int(said.facts["n"])


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(EXAMPLE)


@pytest.fixture(scope="module")
def odds(plan: pl.Plan) -> Odds:
    return plan.odds()


SMALL = {
    "output": past("147.32", "165.08", "186.20"),
    "patents": past(158, 184, 214),
    "co2": past("76.80", "77.90", "78.20"),
    "smes": past(281, 296, 312),
    "quality_smes": past(29, 33, 38),
}


@pytest.fixture(scope="module")
def small() -> pl.Plan:
    return pl.plan(table(**SMALL))


@pytest.fixture(scope="module")
def alone() -> pl.Plan:
    return pl.plan(table(output=SMALL["output"]))


# -- judging -----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=CLUSTERS, ids=lambda path: path.stem)
def cluster(request: pytest.FixtureRequest) -> pl.Plan:
    return pl.plan(baseline_of(request.param))


def test_rules_on_targets_hold_as_on_printed_figures(cluster: pl.Plan) -> None:
    assert misjudged(cluster.odds(), cluster.base_system.of_scope("target")) == {}


def test_rules_on_the_base_year_are_judged_alike(cluster: pl.Plan) -> None:
    odds = cluster.odds()
    for name in shipped_ids():
        made = pl.plan(cluster.baseline, rules=name, base_year=cluster.baseline.base_year)
        rules = made.base_system.of_scope("certification", "reverification")
        assert misjudged(odds, rules, 3) == {}, name


def test_small_figures_are_judged_as_they_are_printed() -> None:
    """0.06 at 10 % a year is 0.07986: whoever reports 0.08 has met it, from 0.075 on."""
    rd = pl.plan(table(rd_spend=past("0.05", "0.05", "0.06"), output=past(9, 10, 11)))
    assert misjudged(rd.odds(), [rule for rule in rd.system.rules if rule.id == "c"]) == {}
    assert rd.odds().rules["c"] == rd.odds()["rd_spend"].chances[END]
    ratio = pl.plan(table(energy_intensity=past("0.24", "0.23", "0.22"), output=past(90, 95, 100)))
    assert misjudged(ratio.odds(), [rule for rule in ratio.system.rules if rule.id == "g"]) == {}


def test_a_rule_to_choose_from_needs_as_many_as_it_says() -> None:
    figures = table(smes=200, srdi_smes=past(5, 6, 8), hightech=past(20, 21, 21), enterprises=250)
    ways = [
        {"level": {"of": "srdi_smes", "at_least": 10, "at": "end"}},
        {"level": {"of": "hightech", "at_least": 24, "at": "end"}},
        {"step": {"of": "smes", "at_least": 1}},
    ]
    some = {"m_of": {"need": 2, "tests": ways}}
    made = pl.plan(figures, rules=ruleset(any={"any_of": ways}, two=some, all={"all_of": ways}))
    odds = made.odds()
    assert misjudged(odds, made.base_system.of_scope("target")) == {}
    chances = [odds.rules[key].value for key in ("any", "two", "all")]
    assert chances == sorted(chances, reverse=True)
    assert len(set(chances)) == 3


def test_what_is_not_known_decides_only_where_it_can() -> None:
    """One champion or ten high-tech firms: champions are not reported, high-tech firms are."""
    figures = table(smes=200, hightech=past(20, 21, 21), enterprises=250)
    ways = [
        {"level": {"of": "champions", "at_least": 1, "at": "end"}},
        {"level": {"of": "hightech", "at_least": 24, "at": "end"}},
    ]
    made = pl.plan(figures, rules=ruleset(one={"any_of": ways}, both={"all_of": ways}))
    odds = made.odds()
    assert odds.rules == {"one": None, "both": None}
    assert odds.compliant is None


def test_an_unknown_threshold_is_no_chance(small: pl.Plan) -> None:
    rules = ruleset(
        known={"level": {"of": "output", "at_least": 200, "at": "end"}},
        unknown={"level": {"of": "output", "at_least": "unknown", "at": "end"}},
    )
    odds = pl.plan(small.baseline, rules=rules).odds()
    assert odds.rules["known"] is not None
    assert odds.rules["unknown"] is None
    assert odds.compliant is None


def test_a_goal_is_reached_as_printed(odds: Odds) -> None:
    outcomes = odds.forecast.outcomes
    for goal in odds.goals:
        for year, target in goal.row.values.items():
            if target is None:
                continue
            cell = Cell(goal.id, year)
            reached = outcomes.reaches(cell, target, better=goal.item.better)
            drawn = outcomes.draws(cell)
            for number in range(0, odds.paths, odds.paths // SAMPLE):
                printed = as_printed(drawn[number], goal.item)
                met = printed <= target if goal.item.better == "lower" else printed >= target
                assert bool(reached[number]) == met, (cell, drawn[number])


def test_ratios_and_growth_are_those_of_the_printed_parts(odds: Odds) -> None:
    """Of tenths of a unit at most: what the form prints is computed from what it prints."""
    base, outcomes = odds.plan.baseline, odds.forecast.outcomes
    paths = list(sampled(odds))
    for key in ("iiot_share", "rd_intensity", "energy_intensity", "patents_per_10k"):
        item = base.catalogue[key]
        drawn = outcomes.draws(Cell(key, END))
        for number, values in paths:
            parts = values[Cell(item.num, END)] / values[Cell(item.den, END)]
            assert float(parts * Fraction(item.scale)) == pytest.approx(drawn[number], abs=0.02)
    drawn = outcomes.draws(Cell("output_growth_3y", END))
    start = float(base.exact("output", 2025) or 0)
    for number, values in paths:
        growth = (float(values[Cell("output", END)]) / start) ** (1 / 3) - 1
        assert 100 * growth == pytest.approx(drawn[number], abs=0.01)


def test_growth_before_the_plan_counts_as_it_was_stated(odds: Odds) -> None:
    """In 2026 three years go back to 2023: two of them are known, as stated 12.06 and 12.79."""
    drawn = odds.forecast.outcomes.draws(Cell("output_growth_3y", 2026))
    first = levels_of(odds)["output"][0]
    for number in range(0, odds.paths, odds.paths // SAMPLE):
        factor = 1.1206 * 1.1279 * float(first[number]) / 186.20
        assert 100 * (factor ** (1 / 3) - 1) == pytest.approx(drawn[number], abs=0.001)


# -- goal tables of somebody else --------------------------------------------------------


def given(tmp_path: Path, *lines: tuple[str, ...]) -> pl.Plan:
    """Return a goal table with a few lines, judged against the example."""
    path = tmp_path / "goals.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("indicator", "baseline", "2026", "2027", "2028"), *lines])
    return pl.verify(path, read_baseline(EXAMPLE))


def test_a_goal_that_states_a_rate_does_not_make_its_rule_certain(
    odds: Odds, tmp_path: Path
) -> None:
    """Whether output grows by 10 % does not hang on the goal being 11 %."""
    made = given(tmp_path, ("output_growth_3y", "12.16", "11", "11", "11"))
    assert made.odds().rules["a"] == odds.rules["a"]
    assert made.odds()["output_growth_3y"].chances[END].value < odds.rules["a"].value


def test_a_rule_has_the_same_odds_whatever_the_table_states(odds: Odds, tmp_path: Path) -> None:
    """Baseline and rules are the same; of energy the table says nothing."""
    made = given(
        tmp_path,
        ("output", "186.20", "204.83", "225.31", "247.84"),
        ("patents", "214", "247", "284", "326"),
    )
    found = made.odds().rules
    assert {key: found[key] for key in "abdf"} == {key: odds.rules[key] for key in "abdf"}
    assert found["g"].value == pytest.approx(odds.rules["g"].value, abs=0.01)
    assert found["e"].value == pytest.approx(odds.rules["e"].value, abs=0.01)


def test_a_target_without_a_baseline_has_unknown_odds(tmp_path: Path) -> None:
    odds = given(tmp_path, ("standards", "", "3", "4", "5"), ("patents", "", "247", "284", "326"))
    found = odds.odds()
    assert found.unknown == ("standards",)
    told = next(item for item in found.findings if item.code == "odds_unknown")
    assert (told.level, told.indicator, told.year) == (Obligation.NEEDS_REASON, "standards", END)
    assert told.ways_out


# -- chances -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "paths", "said", "fine"),
    [
        (0, 1000, "<1%", "0.0%"),
        (4, 1000, "<1%", "0.4%"),
        (5, 1000, "1%", "0.5%"),
        (14, 1000, "1%", "1.4%"),
        (15, 1000, "2%", "1.5%"),
        (625, 1000, "63%", "62.5%"),
        (994, 1000, "99%", "99.4%"),
        (995, 1000, ">99%", "99.5%"),
        (1000, 1000, ">99%", "100.0%"),
        (1, 3, "33%", "33.3%"),
    ],
)
def test_chances_are_said_in_whole_per_cent(hits: int, paths: int, said: str, fine: str) -> None:
    chance = Chance(hits, paths, 0.01)
    assert (str(chance), chance.fine) == (said, fine)


def test_a_chance_is_never_certain_of_itself(odds: Odds) -> None:
    certain = odds["champions"].chances[END]
    assert certain.hits == certain.paths
    for goal in odds.goals:
        for chance in goal.chances.values():
            # No more than if every world were certain of either.
            assert 0 < chance.error <= 0.5 / math.sqrt(odds.forecast.outcomes.paths.worlds)


def test_chances_are_shares_of_the_paths(odds: Odds) -> None:
    levels = levels_of(odds)
    # 247.84 is printed from 247.835 on, 69.92 below 69.925; counts are whole
    met = {
        "output": levels["output"][2] >= np.float32(247.835),
        "quality_smes": levels["quality_smes"][2] >= 41,
        "patents": levels["patents"][2] >= 326,
        "rd_spend": levels["rd_spend"][2] >= np.float32(6.185),
        "co2": levels["co2"][2] < np.float32(69.925),
        "iiot_share": levels["iiot_smes"][2] / levels["smes"][2] >= np.float32(0.55125),
        "energy_intensity": levels["energy"][2] / levels["output"][2] < np.float32(0.205),
    }
    for key, hits in met.items():
        assert odds[key].chances[END].value == pytest.approx(hits.mean(), abs=3e-4), key
        assert odds[key].chances[END].paths == odds.paths == levels["output"].shape[1]
    together = np.logical_and.reduce(list(met.values()))
    assert odds.joint.value == pytest.approx(together.mean(), abs=3e-4)
    assert odds.firm == {*met, "output_growth_3y"}


def test_all_together_is_between_its_bounds(cluster: pl.Plan) -> None:
    odds = cluster.odds()
    for year, stage in odds.stages.items():
        each = [
            goal.chances[year].value
            for goal in odds.goals
            if goal.id in odds.firm and year in goal.chances
        ]
        if stage is not None:
            assert max(0, 1 - sum(1 - value for value in each)) - 1e-9 <= stage.value <= min(each)
    if odds.joint is not None:
        assert odds.joint == odds.stages[cluster.years[-1]]
        assert odds.every.value <= odds.joint.value
    if odds.compliant is not None:
        assert odds.compliant.value <= min(chance.value for chance in odds.rules.values())


def test_unknown_goals_are_not_counted_as_met(cluster: pl.Plan) -> None:
    """'All 8 firm goals together' is no number of goals of which two are known."""
    odds = cluster.odds()
    if odds.joint is None:
        assert not any(item.code == "odds_joint" for item in odds.findings)
        return
    known = [goal.id for goal in odds.goals if goal.id in odds.firm]
    assert joint_goals(odds) == len(known), sorted(odds.firm - {*known})


def test_a_wish_that_cannot_be_better_or_worse_is_not_counted(plan: pl.Plan) -> None:
    wished = plan.wish("employees", END, 19000).odds()
    assert wished.joint == plan.odds().joint
    assert joint_goals(wished) == joint_goals(plan.odds())


def test_nothing_known_is_no_chance() -> None:
    odds = pl.plan(table(area=10)).odds()
    assert (odds.joint, odds.every, odds.compliant, odds.goals) == (None, None, None, ())
    assert set(odds.rules.values()) == {None}
    assert "unknown" in repr(odds)
    json.dumps(odds.record("zh"), allow_nan=False)
    assert len(odds.frame("en")) == 0


def test_standard_errors_are_what_seeds_differ_by() -> None:
    """They are called upper bounds; over many seeds nothing may spread much more."""
    found: dict[str, list[Chance]] = {}
    few = pl.plan(table(**{key: SMALL[key] for key in ("output", "quality_smes")}))
    for seed in range(24):
        odds = few.odds(seed)
        chances = {f"{goal.id} {END}": goal.chances[END] for goal in odds.goals}
        chances |= {f"rule {key}": chance for key, chance in odds.rules.items() if chance}
        chances |= {"joint": odds.joint, "every": odds.every}
        for name, chance in chances.items():
            found.setdefault(name, []).append(chance)
    ratios = {
        name: np.std([chance.value for chance in chances], ddof=1)
        / np.mean([chance.error for chance in chances])
        for name, chances in found.items()
    }
    assert {name: f"{ratio:.2f}" for name, ratio in ratios.items() if ratio > 1.3} == {}
    assert np.median(list(ratios.values())) > 0.25  # and they are not just large


# -- coherence of every path -------------------------------------------------------------

CASES: dict[str, pd.DataFrame] = {
    "zero count": table(enterprises=past(90, 95, 100), champions=past(0, 0, 0)),
    "part is whole": table(
        enterprises=past(90, 95, 100), smes=past(90, 95, 100), quality_smes=past(90, 95, 100)
    ),
    "full share": table(output=100, iiot_share=past("90", "100", "100"), cloud_share=100),
    "no share": table(output=100, iiot_share=0),
    "only ratios": table(iiot_share=past(20, 30, 40), energy_intensity="0.22", rd_intensity=3),
    "tiny": table(
        output="0.01", rd_spend="0.01", patents=1, enterprises=1, smes=1, co2="0.01", energy="0.00"
    ),
    "huge": table(output="29999999.99", enterprises=9_999_999, smes=9_999_990, patents=9_999_999),
    "nothing": table(output=0, leading_output=0, rd_spend=0, enterprises=0, smes=0, cloud_smes=0),
    "wild": table(output=past("0.01", "1000000", "5"), patents=past(100_000, 1, 3)),
    "gaps": table(
        output={2019: 50, 2022: 70, 2025: 100}, patents={2021: 9, 2025: 14}, employees=900
    ),
    "one year": table(output=100, enterprises=50, smes=40, patents=20),
    "two years": table(output=past(90, 100), enterprises=past(48, 50), smes=past(39, 40)),
    "base missing": table(output={2023: 80, 2024: 90}, patents=past(10, 12, 14)),
    "whole missing": table(rd_spend=past(3, 4), smes=past(30, 31), quality_smes=past(3, 4)),
    "rates only": table(
        output=100,
        output_growth={2023: 10, 2024: 12, 2025: 8},
        rd_spend_growth={2024: 5, 2025: 6},
        rd_spend=2,
    ),
    "falling": table(output=past(300, 200, 100), patents=past(300, 200, 100), co2=past(3, 2, 1)),
}


def check_paths(odds: Odds) -> None:
    """Hold every path against what can be true together."""
    catalogue, levels = odds.plan.base_system.catalogue, levels_of(odds)
    for key, drawn in levels.items():
        item = catalogue[key]
        assert drawn.shape == (len(odds.plan.years), odds.paths)
        assert np.isfinite(drawn).all(), key
        assert (drawn >= 0).all(), key
        if not item.decimals:
            assert (drawn == np.rint(drawn)).all(), key
        if item.part_of in levels:
            assert (drawn <= levels[item.part_of] * (1 + 1e-6)).all(), key
        if item.cap is not None:
            assert (drawn <= float(item.cap)).all(), key
        parts = [*item.beside, item.id]
        if item.beside and {*parts, item.part_of} <= levels.keys():
            total = np.sum([levels[part] for part in parts], axis=0, dtype=np.float64)
            np.testing.assert_allclose(total, levels[item.part_of], rtol=1e-5, atol=0.005)
    for goal in odds.goals:
        if goal.item.cap is not None:
            for year, fan in goal.fan.items():
                assert fan[-1] <= goal.item.cap, (goal.id, year)
        # Below zero where what was seen is taken to be gone the year after.
        assert min(goal.sources) > -0.2
        assert sum(goal.sources) == pytest.approx(1)
    json.dumps(odds.record("en"), allow_nan=False)
    assert len(odds.frame("zh")) == len(odds.goals)


@pytest.mark.parametrize("name", CASES)
def test_every_path_could_be_true(name: str) -> None:
    # As large as some are, they are meant.
    meant = FileMapping(take={"*": "as_written"})
    check_paths(pl.plan(read_baseline(CASES[name], mapping=meant)).odds())


def test_every_path_of_the_shipped_clusters_could_be_true(cluster: pl.Plan) -> None:
    check_paths(cluster.odds())


@pytest.mark.parametrize("tiers", ["nested", "disjoint"])
def test_parts_add_up_in_every_path(tiers: str) -> None:
    made = pl.plan(baseline_of(BASELINES / "sub-industries.csv"), readings={"tiers": tiers})
    check_paths(made.odds())
    levels = levels_of(made.odds())
    assert (levels["quality_smes"] <= 1e6).mean() > 0.99
    if tiers == "disjoint":
        names = ("little_giants", "srdi_smes", "innovative_smes")
        total = np.sum([levels[name] for name in names], axis=0)
        assert (total == levels["quality_smes"]).all()


def test_parts_that_are_nothing_still_add_up() -> None:
    own = read_catalogue(BASELINES / "sub-industries.yaml")
    figures = table(output="0.03", sauce_output="0.01", juice_output="0.01", other_output="0.01")
    meant = FileMapping(take={"*": "as_written"})
    check_paths(pl.plan(read_baseline(figures, catalogue=own, mapping=meant)).odds())


@pytest.mark.parametrize(
    "figures",
    [
        table(output=100, smes=100, cloud_smes=120),
        table(output=100, iiot_share=120),
        table(output=100, rd_spend=101),
    ],
    ids=["part above whole", "share above its cap", "spending above output"],
)
def test_a_baseline_that_cannot_be_is_no_traceback(figures: pd.DataFrame) -> None:
    made = pl.plan(figures)
    assert any(item.level is Obligation.MUST_FIX for item in made.check())
    odds = made.odds()
    check_paths(odds)
    wrong = {"cloud_smes", "iiot_share", "rd_spend"} & {
        cell.indicator for cell in made.baseline.values
    }
    assert wrong <= {*odds.unknown}


def test_no_growth_from_zero_and_that_is_said() -> None:
    odds = pl.plan(CASES["zero count"]).odds()
    goal = odds["champions"]
    assert (goal.stretch.needed, goal.stretch.past, goal.stretch.gap) == (None, None, None)
    told = next(item for item in odds.findings if item.code == "odds_zero")
    assert "champions" in told.facts["subject"].split()
    # a count of none may become one
    assert 0 < np.mean(levels_of(odds)["champions"][2] > 0) < 0.5


def test_another_horizon_and_base_year_are_data() -> None:
    rules = ruleset(4, grow={"growth": {"of": "output", "at_least": 10, "over": "plan"}})
    made = pl.plan(EXAMPLE, rules=rules, base_year=2024)
    odds = made.odds()
    check_paths(odds)
    assert made.years == (2025, 2026, 2027, 2028)
    assert [*odds["output"].chances] == [*made.years]
    # 165.08 x 1.1^4 = 241.6936...
    assert odds["output"].row.values[END] == Decimal("241.70")
    assert odds["output"].stretch.needed == Decimal("10.00")


def test_figures_after_the_base_year_are_not_used() -> None:
    base = seen_from(read_baseline(EXAMPLE), 2024)
    later = {cell: value * (1 + (cell.year > 2024)) for cell, value in base.values.items()}
    rates = {cell: value * (1 + (cell.year > 2024)) for cell, value in base.growth.items()}
    rules = ruleset(grow={"growth": {"of": "output", "at_least": 10, "over": "plan"}})
    one = pl.plan(base, rules=rules, base_year=2024).odds()
    two = pl.plan(replace(base, values=later, growth=rates), rules=rules, base_year=2024).odds()
    assert core(one) == core(two)


def test_more_years_of_history_narrow_the_fan() -> None:
    widths = []
    for years in (1, 2, 3, 6):
        levels = [round(100 * 1.08**back, 2) for back in range(-years + 1, 1)]
        low, _, high = pl.plan(table(patents=past(*map(round, levels)))).odds()["patents"].fan[END]
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0] / 2


def test_own_indicators_have_odds() -> None:
    odds = pl.plan(baseline_of(BASELINES / "sub-industries.csv")).odds()
    assert {"sauce_output", "juice_output", "other_output"} <= {goal.id for goal in odds.goals}
    assert odds.frame("zh").loc["sauce_output", "name"] == "番茄酱产值"


# -- safe targets, fans and curves -------------------------------------------------------


def better_by_a_step(value: Decimal, item: Indicator) -> Decimal:
    one = Decimal(1).scaleb(-item.decimals)
    return value - one if item.better == "lower" else value + one


def test_a_safe_target_is_the_best_that_four_of_five_paths_meet(cluster: pl.Plan) -> None:
    odds = cluster.odds()
    end = cluster.years[-1]
    for goal in odds.goals:
        assert goal.safe == goal.safe.quantize(Decimal(1).scaleb(-goal.item.decimals))
        cell, better = Cell(goal.id, end), goal.item.better
        reaches = odds.forecast.outcomes.reaches
        assert reaches(cell, goal.safe, better=better).mean() >= 0.8, goal.id
        if goal.item.cap != goal.safe:
            bolder = better_by_a_step(goal.safe, goal.item)
            assert reaches(cell, bolder, better=better).mean() < 0.8, goal.id


def test_fans_hold_what_they_say(odds: Odds) -> None:
    for goal in odds.goals:
        for year, (low, middle, high) in goal.fan.items():
            assert low <= middle <= high
            drawn = odds.forecast.outcomes.draws(Cell(goal.id, year))
            half = float(Decimal(1).scaleb(-goal.item.decimals)) / 2
            assert np.mean(drawn < float(low) - half) <= 0.1
            assert np.mean(drawn > float(high) + half) <= 0.1
            assert np.mean(drawn <= float(low) + half) >= 0.1 - 1e-4
            assert np.mean(drawn >= float(high) - half) >= 0.1 - 1e-4
            for share in (middle, low, high):
                assert share == share.quantize(Decimal(1).scaleb(-goal.item.decimals))


@pytest.mark.parametrize("key", ["output", "co2", "quality_smes", "iiot_share", "output_growth"])
def test_a_curve_is_the_odds_of_each_target(odds: Odds, key: str) -> None:
    curve = odds.curve(key, points=15)
    goal, cell = odds[key], Cell(key, END)
    assert [*curve.index] == sorted(curve.index)
    assert len(curve) <= 15
    lower = goal.item.better == "lower"
    chances = curve["chance"]
    assert chances.is_monotonic_increasing if lower else chances.is_monotonic_decreasing
    assert max(chances) > 0.97
    assert min(chances) < 0.05
    for target, chance in chances.items():
        hits = odds.forecast.outcomes.reaches(cell, target, better=goal.item.better)
        assert chance == pytest.approx(hits.mean())
    if key != "output_growth":
        start = float(odds.plan.baseline.exact(key, 2025) or 0)
        for target, rate in curve["rate"].items():
            assert float(rate) == pytest.approx(
                100 * ((float(target) / start) ** (1 / 3) - 1), abs=0.0051
            )
    # what the plan aims at lies on the curve
    moved = odds.plan.wish(key, END, curve.index[7]).odds()
    if key in {"output", "co2", "quality_smes"}:
        assert moved[key].chances[END].value == pytest.approx(chances.iloc[7])


def test_a_curve_by_name_and_for_a_stage(odds: Odds) -> None:
    assert odds.curve("集群总产值", points=5).equals(odds.curve("output", END, 5))
    stage = odds.curve("output", 2026, 5)
    end = odds.curve("output", points=5)
    assert all(near < far for near, far in zip(stage.index, end.index, strict=True))
    with pytest.raises(InputError) as error:
        odds.curve("no_such_indicator")
    assert error.value.findings[0].code == "indicator_unknown"
    for wrong in (("area",), ("output", 2035)):
        with pytest.raises((KeyError, InputError)):
            odds.curve(*wrong)


@pytest.mark.parametrize("points", [1, 2])
def test_a_curve_of_few_points(odds: Odds, points: int) -> None:
    assert 1 <= len(odds.curve("output", points=points)) <= 2


# -- stretch -----------------------------------------------------------------------------


def test_needed_rates_are_those_of_the_goal_table(odds: Odds) -> None:
    for goal in odds.goals:
        if goal.item.kind == "growth":
            continue
        assert goal.stretch.needed == odds.plan.goals[goal.id].rate, goal.id
        start, target = goal.row.baseline, goal.row.values[END]
        if start and goal.item.kind == "measured":
            rate = 100 * ((float(target) / float(start)) ** (1 / 3) - 1)
            assert float(goal.stretch.needed) == pytest.approx(rate, abs=0.0051)


def test_past_rates_name_their_convention(odds: Odds) -> None:
    base = odds.plan.baseline
    output = odds["output"].stretch
    # three stated yearly rates: 1.1164 x 1.1206 x 1.1279
    assert (output.past, output.growth.periods, output.basis) == (Decimal("12.16"), 3, "rates")
    assert output.past == base.printed("output_growth_3y")
    assert output.gap == output.needed - output.past == Decimal("-2.16")
    spend = odds["rd_spend"].stretch
    # two periods from levels: 3.61 to 4.65
    assert (spend.past, spend.growth.periods, spend.basis) == (Decimal("13.49"), 2, "levels")
    frame = odds.frame("en", "text")
    assert frame.loc["output", ["past", "periods"]].tolist() == ["12.16", "3"]
    assert frame.loc["rd_spend", ["past", "periods"]].tolist() == ["13.49", "2"]


def test_a_stated_average_is_the_past() -> None:
    odds = pl.plan(table(output=100, output_growth_3y="11.5")).odds()
    held = odds["output"].stretch
    assert (held.past, held.growth.periods, held.basis) == (Decimal("11.50"), 3, "stated")


def published(key: str) -> list[Decimal]:
    with (BASELINES / "reference-rates.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [Decimal(row["value"]) for row in csv.DictReader(stream) if row["id"] == key]


@pytest.mark.parametrize("rate", ["10.00", "13", "13.94", "12.87", "14.00", "16.89", "19.20"])
def test_who_reached_the_needed_rate(plan: pl.Plan, rate: str) -> None:
    """One that grew by exactly what is needed has reached it."""
    wanted = Decimal(rate)
    held = plan.wish("output_growth_3y", END, wanted).odds()["output"].stretch
    assert held.needed == wanted.quantize(Decimal("0.01"))
    known = published("output_growth")
    assert len(held.peers) == len(known) == 9
    assert held.reached == sum(value >= held.needed for value in known)


def test_each_indicator_has_its_own_reference(odds: Odds) -> None:
    assert odds["rd_spend"].stretch.reached == sum(
        value >= odds["rd_spend"].stretch.needed for value in published("rd_spend_growth")
    )
    assert odds["patents"].stretch.reached == 1
    assert odds["quality_smes"].stretch.reached is None
    # 17 % in five years of intensity, while output goes on growing at 12.79 %
    (benchmark,) = odds["co2"].stretch.benchmarks
    assert benchmark.kind == "benchmark"
    assert float(benchmark.rate) == pytest.approx(100 * ((1 - 0.0366) * 1.1279 - 1), abs=0.01)
    # An average is nobody who could have done it.
    assert (odds["co2"].peers, odds["co2"].stretch.reached) == ((), None)
    assert "odds_benchmark" in {finding.code for finding in odds.findings}


def test_a_growth_goal_is_held_against_as_many_years(plan: pl.Plan) -> None:
    """One year's growth needs what that year needs, not the average of three."""
    tuned = plan.wish("output", 2027, 230)
    held, three = tuned.odds()["output_growth"].stretch, tuned.odds()["output_growth_3y"].stretch
    last = tuned.numbers.printed("output", END)
    stated = {row.id: row.values[END] for row in tuned.goals}
    assert held.needed == stated["output_growth"]
    assert float(held.needed) == pytest.approx(100 * (float(last) / 230 - 1), abs=0.01)
    assert three.needed == stated["output_growth_3y"]
    assert held.growth is not None
    assert held.growth.periods == 1
    assert held.gap == held.needed - held.past


def test_peers_reached_it_or_not(small: pl.Plan) -> None:
    rows = [
        (name, "output", year, level)
        for name, first, last in (("甲", 100, 121), ("乙", 100, "120.99"), ("丙", 100, 90))
        for year, level in ((2023, first), (2025, last))
    ]
    peers = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    goal = small.odds(peers=peers)["output"]
    # 10.00 % a year is needed: 121 over 100 in two years is just that, 120.99 prints as 10.00 too
    assert [f"{peer.rate:.2f}" for peer in goal.peers] == ["10.00", "10.00", "-5.13"]
    assert [peer.kind for peer in goal.peers] == ["peer"] * 3
    assert (goal.stretch.needed, goal.stretch.reached) == (Decimal("10.00"), 2)


# -- the reference class -----------------------------------------------------------------


def test_peers_may_state_growth_and_nothing_else() -> None:
    """Ten clusters of which only yearly growth is known say the same as ten with levels."""
    made = pl.plan(table(output=100))
    names = [f"同类{number}" for number in range(10)]
    columns = ["cluster", "indicator", "year", "value"]
    stated = [(name, "output_growth", year, 8) for name in names for year in (2024, 2025)]
    levels = [
        (name, "output", year, f"{100 * 1.08 ** (year - 2025):.9f}")
        for name in names
        for year in (2023, 2024, 2025)
    ]
    one = made.odds(peers=pd.DataFrame(stated, columns=columns))["output"]
    two = made.odds(peers=pd.DataFrame(levels, columns=columns))["output"]
    assert [str(peer.rate) for peer in one.peers] == ["8.00"] * 10
    assert one.sources.peers > 0.9
    assert one.stretch.reached == 0
    for low, high in zip(one.fan[END], two.fan[END], strict=True):
        assert float(low) == pytest.approx(float(high), rel=0.01)


def test_levels_go_on_by_stated_growth_and_growth_has_a_source() -> None:
    made = pl.plan(table(output=100))
    rows = [("甲", "output", 2022, 100, ""), ("乙", "output_growth", 2025, 9, "某报")]
    rows += [("甲", "output_growth", year, 20, "") for year in (2023, 2024, 2025)]
    rows += [
        ("丙", "output", year, value, "") for year, value in ((2023, 100), (2024, 50), (2025, 0))
    ]
    peers = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value", "source"])
    held = made.odds(peers=peers)["output"].stretch
    assert {peer.name: (str(peer.rate), peer.source) for peer in held.peers} == {
        "甲": ("20.00", ""),
        "乙": ("9.00", "某报"),
        "丙": ("-100.00", ""),
    }
    assert held.reached == 1


def test_stated_growth_with_a_gap_tells_of_the_latest_years_only() -> None:
    made = pl.plan(table(output=100))
    rows = [
        ("甲", "output_growth", year, rate) for year, rate in ((2022, 50), (2024, 5), (2025, 7))
    ]
    peers = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    (peer,) = made.odds(peers=peers)["output"].peers
    assert sorted(peer.series) == [2023, 2024, 2025]
    assert float(peer.rate) == pytest.approx(100 * ((1.05 * 1.07) ** 0.5 - 1), abs=0.005)


def test_own_figures_among_the_peers_are_left_out() -> None:
    own = table(**SMALL).assign(cluster="本集群")
    made, peers = pl.plan(own), others(0.1, 5)
    one, two = made.odds(peers=peers), made.odds(peers=pd.concat([peers, own]))
    assert core(one) == core(two)
    assert "5" in next(item for item in two.findings if item.code == "odds_peers").found


def test_the_own_workbook_is_no_peer() -> None:
    """Its cluster is named above the table."""
    made = pl.plan(BASELINES / "example.xlsx")
    goal = made.odds(peers=BASELINES / "example.xlsx")["output"]
    assert [peer.name for peer in goal.peers if peer.kind == "peer"] == []


def test_later_figures_of_peers_do_not_leak(small: pl.Plan) -> None:
    known = others(0.1, 5)
    later = [(f"同类{number}", "output", 2026, 5000) for number in range(5)]
    later += [(f"同类{number}", "output_growth", 2026, 300) for number in range(5)]
    future = pd.concat([known, pd.DataFrame(later, columns=known.columns)])
    assert core(small.odds(peers=known)) == core(small.odds(peers=future))


def test_peers_that_grow_faster_raise_the_odds() -> None:
    plan = pl.plan(table(output=SMALL["output"]))
    chances = [
        plan.odds(peers=others(rate, 20))["output"].chances[END].value
        for rate in (0.0, 0.05, 0.1, 0.15)
    ]
    assert chances == sorted(chances)
    assert chances[-1] - chances[0] > 0.5


def test_one_year_of_history_rests_on_the_peers() -> None:
    made = pl.plan(table(output=100))
    goal = made.odds(peers=others(0.08, 30))["output"]
    assert goal.sources.peers > 0.9
    assert goal.sources.own == 0
    low, middle, high = goal.fan[END]
    # 30 peers that all grow by 8 % with hardly any noise
    assert float(middle) == pytest.approx(100 * 1.08**3, rel=0.03)
    assert high - low < 30


def test_peers_are_only_asked_of_what_they_know(small: pl.Plan) -> None:
    bare = small.odds()
    peers = pd.DataFrame(
        [
            ("甲", "quality_smes", 2024, 3),
            ("甲", "quality_smes", 2025, 4),  # its whole, all SMEs, is missing
            ("乙", "output", 2024, 0),
            ("乙", "output", 2025, 0),
            ("丙", "patents", 2025, 30),
            ("丁", "output", 2030, 30),
        ],
        columns=["cluster", "indicator", "year", "value"],
    )
    odds = small.odds(peers=peers)
    check_paths(odds)
    assert odds["output"].stretch.reached is None
    assert odds["quality_smes"].chances == bare["quality_smes"].chances
    assert odds["quality_smes"].peers == odds["output"].peers == ()


def test_one_useless_cluster_does_not_spoil_a_file(small: pl.Plan) -> None:
    good = others(0.1, 3)
    bad = pd.DataFrame([("坏", "output", 2025, "约一百")], columns=good.columns)
    odds = small.odds(peers=pd.concat([good, bad]))
    assert len(odds["output"].peers) == 3
    told = [item for item in odds.findings if item.code == "not_a_number"]
    assert len(told) == 1


def test_a_row_without_a_cluster_belongs_to_nobody(small: pl.Plan) -> None:
    good = others(0.1, 3)
    stray = pd.DataFrame([("", "output", 2015, 1)], columns=good.columns)
    clean, odds = (small.odds(peers=rows) for rows in (good, pd.concat([good, stray])))
    assert odds["output"].chances == clean["output"].chances
    told = [item.code for item in odds.findings if item.level is Obligation.MUST_FIX]
    assert told == ["cluster_missing"]


def test_peers_come_in_every_form(alone: pl.Plan, tmp_path: Path) -> None:
    frame = others(0.1, 4)
    frame.to_csv(tmp_path / "peers.csv", index=False)
    expected = core(alone.odds(peers=tmp_path / "peers.csv"))
    assert core(alone.odds(peers=str(tmp_path / "peers.csv"))) == expected
    assert core(alone.odds(peers=frame)) == expected
    assert core(alone.odds(peers=list(read_clusters(frame)))) == expected


@pytest.mark.parametrize("form", ["path", "frame", "list"])
def test_a_plan_takes_peers_in_every_form(alone: pl.Plan, tmp_path: Path, form: str) -> None:
    frame = others(0.1, 4)
    frame.to_csv(tmp_path / "peers.csv", index=False)
    peers: Any = {
        "path": tmp_path / "peers.csv",
        "frame": frame,
        "list": list(read_clusters(frame)),
    }
    assert core(alone.odds(peers=peers[form])) == core(alone.odds(peers=frame))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing\n",
        "cluster,indicator,year,value\n",
        "cluster,indicator,year,value\n甲,无此指标,2025,1\n",
        "cluster,indicator,year,value\n甲,output,2025,-3\n",
        "cluster,indicator,year,value\n甲,output,后年,3\n",
    ],
)
def test_peers_that_cannot_be_used_are_findings(plan: pl.Plan, tmp_path: Path, text: str) -> None:
    path = tmp_path / "peers.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        plan.odds(peers=path)
    for finding in error.value.findings:
        assert sentence(finding, "zh")
        assert sentence(finding, "en")


# -- the same random numbers -------------------------------------------------------------


def test_only_goals_that_changed_have_other_odds(plan: pl.Plan, odds: Odds) -> None:
    wished = plan.wish("patents", END, 300)
    changed = {goal.id for goal in wished.odds().goals if goal.chances != odds[goal.id].chances}
    moved = {row.id for row in wished.goals if row.values != plan.goals[row.id].values}
    assert changed == moved == {"patents", "patents_per_10k"}
    assert wished.odds().rules == odds.rules


def test_the_same_plan_has_the_same_odds_wherever_it_comes_from(
    plan: pl.Plan, tmp_path: Path
) -> None:
    wished = plan.wish("output", END, 260).wish("co2", END, 60).pin("quality_smes", 2026, 41)
    other = plan.pin("quality_smes", 2026, 41).wish("co2", END, 60).wish("output", END, 260)
    wished.save(tmp_path / "plan.json")
    expected = core(wished.odds())
    assert core(other.odds()) == expected
    assert core(loads(dumps(wished).decode(), "plan.json", pl.Plan).odds()) == expected
    assert core(pl.verify(tmp_path / "plan.json").odds()) == expected
    wished.goals.frame("en").to_csv(tmp_path / "goals.csv")
    table = pl.verify(tmp_path / "goals.csv", read_baseline(EXAMPLE))
    assert core(table.odds()) == expected
    assert core(wished.odds(seed=7)) == expected


def test_odds_do_not_hang_on_what_was_asked_before() -> None:
    """The same cluster under two readings, asked for in both orders."""
    base = baseline_of(BASELINES / "sub-industries.csv")

    def asked(name: str, *readings: str) -> dict[str, Any]:
        here = replace(base, cluster=name)
        made = [pl.plan(here, readings={"tiers": reading}).odds() for reading in readings]
        return dict(zip(readings, [core(odds) for odds in made], strict=True))

    first, second = asked("甲", "nested", "disjoint"), asked("乙", "disjoint", "nested")
    for reading in ("nested", "disjoint"):
        one, two = (
            {goal["indicator"]: goal["chances"] for goal in found[reading]["goals"]}
            for found in (first, second)
        )
        assert one == two, reading


def test_another_indicator_leaves_the_rest_as_it_was(small: pl.Plan) -> None:
    more = pl.plan(table(**SMALL, hightech=past(14, 17, 21), enterprises=past(298, 314, 331)))
    for key in ("output", "patents", "co2"):
        assert more.odds()[key].chances == small.odds()[key].chances


def test_another_seed_differs_little(plan: pl.Plan, odds: Odds) -> None:
    other = plan.odds(seed=8)
    assert (other.seed, odds.seed) == (8, 7)
    assert core(other)["goals"] != core(odds)["goals"]
    for goal in odds.goals:
        assert goal.chances[END].value == pytest.approx(other[goal.id].chances[END].value, abs=0.02)


@pytest.mark.parametrize("seed", [-1, 1.5])
def test_a_seed_that_is_none_is_a_finding(plan: pl.Plan, seed: Any) -> None:
    with pytest.raises(InputError):
        _ = plan.odds(seed=seed).joint


# -- what moves the odds -----------------------------------------------------------------


PARTS = {
    "leading_output": {
        "output": past("147.32", "165.08", "186.20"),
        "leading_output": past("119.41", "134.80", "153.34"),
    },
    "smes": {"enterprises": past(298, 314, 331), "smes": past(281, 296, 312)},
    "cloud_smes": {"smes": past(281, 296, 312), "cloud_smes": past(121, 150, 183)},
}


def swings(odds: Odds, key: str = "") -> dict[tuple[str, str], Any]:
    return {(swing.name, swing.indicator): swing for swing in odds.tornado(key)}


@pytest.fixture(scope="module")
def swung(odds: Odds) -> Any:
    return odds.tornado("output")


def test_a_tornado_is_widest_first_and_reproducible(odds: Odds, swung: Any) -> None:
    found = swung
    widths = [abs(swing.high.chance.value - swing.low.chance.value) for swing in found]
    assert widths == sorted(widths, reverse=True)
    few = [pl.plan(table(output=SMALL["output"])).odds().tornado() for _ in range(2)]
    assert few[0] == few[1]
    assert {"reference", "general", "scale", "growth_of", "periods"} <= {
        item.name for item in found
    }
    with pytest.raises(InputError):
        odds.tornado("no_such_indicator")


def test_what_is_assumed_now_is_the_base(odds: Odds, swung: Any) -> None:
    few = pl.plan(table(output=SMALL["output"], co2=SMALL["co2"])).odds()
    assert swings(few)["reference", ""].high.chance == few.joint
    found = {(swing.name, swing.indicator): swing for swing in swung}
    assert found["reference", ""].high.chance == odds["output"].chances[END]
    assert found["periods", ""].high.chance == odds["output"].chances[END]


def test_faster_growth_helps_or_harms(small: pl.Plan) -> None:
    odds = small.odds()
    for key, better in (("output", 1), ("patents", 1), ("co2", -1)):
        swing = swings(odds, key)["growth_of", key]
        assert (swing.low.value, swing.high.value) == ("-1", "+1")
        assert better * (swing.high.chance.value - swing.low.chance.value) > 0
        low, high = sorted((swing.low.chance.value, swing.high.chance.value))
        assert low < odds[key].chances[END].value < high


@pytest.mark.parametrize("key", PARTS)
def test_a_point_of_growth_is_a_point_of_growth(key: str) -> None:
    """As if every path of the indicator were 1 % a year higher: its level, not its odds ratio."""
    plan = pl.plan(table(**PARTS[key]))
    middle = plan.odds()[key].fan[END][1]
    made = plan.wish(key, END, middle).odds()
    swing = swings(made, key)["growth_of", key]
    drawn = made.forecast.outcomes.draws(Cell(key, END))
    edge = float(middle) - float(Decimal(1).scaleb(-made[key].item.decimals)) / 2
    expected = [np.mean(drawn * factor**3 >= edge) for factor in (0.99, 1.01)]
    found = [swing.low.chance.value, swing.high.chance.value]
    assert found == pytest.approx(expected, abs=0.05)


def test_without_reference_means_without_benchmarks_too(odds: Odds) -> None:
    """One end of that swing rests on nothing but own figures and general experience."""
    alone = odds.forecast.alone()
    assert all(fit.worlds.sources.peers == pytest.approx(0, abs=1e-9) for fit in alone.fits)
    assert any(fit.worlds.sources.peers > 0.1 for fit in odds.forecast.fits)
    swing = next(item for item in odds.tornado("co2") if item.name == "reference")
    assert swing.low.chance != swing.high.chance


# -- the past ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(plan: pl.Plan) -> Any:
    form = load_form()
    return past_goals(plan, read_answers(BASELINES / "example-answers.yaml", form, shipped()))


def test_goals_of_the_form_are_scored_by_hand(answered: Any) -> None:
    text = (BASELINES / "example-answers.yaml").read_text(encoding="utf-8")
    aimed = yaml.safe_load(text)["answers"]["achieved"]
    # 38; 4.65; 214; 112 of 312; 78.20; 40.10 / 186.20; the third root of 1.1164 x 1.1206 x 1.1279
    actual = {
        "output_growth_3y": "12.16",
        "quality_smes": "38",
        "rd_spend": "4.65",
        "patents": "214",
        "iiot_share": "35.90",
        "co2": "78.20",
        "energy_intensity": "0.22",
    }
    assert (answered.start, answered.end, answered.met, answered.judged) == (2023, 2025, 7, 7)
    for goal in answered.goals:
        key = goal.item.id
        assert goal.target == Decimal(str(aimed[key]["target"]))
        assert str(goal.actual) == actual.pop(key)
        assert goal.met is True
        assert 0 < goal.chance.value < 1
        assert goal.brier == pytest.approx((1 - goal.chance.value) ** 2)
        assert 0 < goal.below < 1
    assert actual == {}
    # The form states where growth started from though no figures lead there.
    assert str(answered.goals[0].start) == "10.20"
    assert answered.findings == ()


def test_goals_not_met_are_told(plan: pl.Plan) -> None:
    test = past_goals(plan, {"patents": 215, "co2": "78.19", "output": "186.20", "iiot_share": 36})
    assert [(goal.item.id, goal.met) for goal in test.goals] == [
        ("patents", False), ("co2", False), ("output", True), ("iiot_share", False),
    ]  # fmt: skip
    assert (test.met, test.judged) == (1, 4)
    for goal in test.goals:
        assert goal.brier == pytest.approx((goal.chance.value - goal.met) ** 2)
    assert [goal.start for goal in test.goals][:3] == [158, Decimal("76.80"), Decimal("147.32")]


def test_the_chance_of_the_past_falls_as_the_goal_rises(plan: pl.Plan) -> None:
    chances = [past_goals(plan, {"output": goal}).goals[0].chance.hits for goal in (160, 180, 200)]
    assert chances == sorted(chances, reverse=True)
    assert len(set(chances)) == 3


def test_odds_of_the_past_know_nothing_later(plan: pl.Plan, answered: Any) -> None:
    base = plan.baseline
    values = {cell: value * 3 if cell.year > 2023 else value for cell, value in base.values.items()}
    growth = {
        cell: Decimal(50) if cell.year > 2023 else value for cell, value in base.growth.items()
    }
    goals = {goal.item.id: goal.target for goal in answered.goals}
    other = past_goals(replace(plan, baseline=replace(base, values=values, growth=growth)), goals)
    assert [goal.chance for goal in other.goals] == [goal.chance for goal in answered.goals]


def test_odds_of_the_past_know_no_later_benchmark(plan: pl.Plan, tmp_path: Path) -> None:
    """What energy did in 2024 was not known in 2023."""
    head = "id,value,unit,year,scope,basis,source\n"
    found = []
    for rate in (1, 30):
        path = tmp_path / f"{rate}.csv"
        line = f"energy_intensity_decline,{rate},%/年,2024,全国,单位产值,年度公报\n"
        path.write_text(head + line, encoding="utf-8")
        made = pl.plan(plan.baseline, benchmarks=path)
        found.append(past_goals(made, {"energy": 40}).goals[0].chance)
    assert found[0] == found[1]


def test_goals_of_the_past_by_name_and_wrong_ones(plan: pl.Plan) -> None:
    for targets, code in (
        ({"output": "很多"}, "not_a_number"),
        ({"output": -3}, "negative"),
        ({"no_such": 3}, "indicator_unknown"),
    ):
        with pytest.raises(InputError) as error:
            past_goals(plan, targets)
        assert error.value.findings[0].code == code
    assert past_goals(plan, {"集群总产值": 180}).goals[0].item.id == "output"


def test_what_was_not_known_then_has_no_odds(plan: pl.Plan) -> None:
    base = plan.baseline
    values = {
        cell: value
        for cell, value in base.values.items()
        if cell.indicator != "patents" or cell.year == 2025
    }
    (goal,) = past_goals(
        replace(plan, baseline=replace(base, values=values)), {"patents": 200}
    ).goals
    assert (goal.chance, goal.below, goal.brier, goal.start) == (None, None, None, None)
    assert goal.met is True


@pytest.mark.parametrize("start", [2025, 2030])
def test_goals_are_set_before_they_are_met(plan: pl.Plan, start: int) -> None:
    with pytest.raises(InputError) as error:
        past_goals(plan, {"output": 180}, start=start)
    assert error.value.findings[0].code == "argument_wrong"


def test_goals_that_cannot_be_scored_are_findings() -> None:
    """One year of figures, of one indicator: nothing was known when the goals were set."""
    test = past_goals(pl.plan(table(output=100)), {"output": 90, "patents": 5})
    assert (test.met, test.judged) == (1, 1)
    said = [(item.indicator, sentence(item, "en")) for item in test.findings]
    assert [key for key, _ in said] == ["output", "patents", "patents"]
    assert "nothing is known of 2024 or before" in said[0][1]
    assert "no actual figure of 2025" in said[1][1]


def test_the_method_is_scored_on_everything_that_became_known(small: pl.Plan) -> None:
    scores = {item.indicator: item for item in small.odds(peers=others(0.08, 4)).method()}
    # six years: origins 2021 to 2024, with three, three, two and one year after them
    assert (scores["output"].origins, scores["output"].forecasts) == (4, 4 * (3 + 3 + 2 + 1))
    assert 0.5 < scores["output"].inside <= 1
    assert scores["output"].crps < 10
    assert small.odds().method() == ()


def test_the_score_is_the_mean_distance_less_half_the_spread() -> None:
    draws = np.random.default_rng(3).normal(size=(2, 40))
    actual = np.array([0.3, -2.0])
    for row, value, found in zip(draws, actual, crps(draws, actual), strict=True):
        spread = np.mean([abs(one - two) for one, two in product(row, row)])
        assert found == pytest.approx(np.abs(row - value).mean() - spread / 2)


# -- choosing by odds --------------------------------------------------------------------

KINDS = {
    "enterprises": past(240, 245, 250),
    "smes": past(190, 195, 200),
    "innovative_smes": past(14, 15, 16),
    "srdi_smes": past(5, 6, 8),
    "hightech": past(20, 21, 21),
}
THREE = ("innovative_smes", "srdi_smes", "hightech")
SUM = {"level": {"of": [*THREE], "at_least": 60, "at": "end"}}


def kinds(**tests: Any) -> pl.Plan:
    return pl.plan(table(**KINDS), rules=ruleset(**tests))


def best_of(made: pl.Plan, keys: tuple[str, ...], fits: Any, limit: int = 45) -> float:
    """Return the best joint chance over all tables of whole numbers that fit."""
    odds = made.odds()
    drawn = [odds.forecast.outcomes.draws(Cell(key, END)) for key in keys]
    met = [[np.packbits(paths >= value) for value in range(limit)] for paths in drawn]
    best = 0
    for values in product(range(limit), repeat=len(keys) - 1):
        last = next((value for value in range(limit) if fits(*values, value)), None)
        if last is None:
            continue
        hits = np.bitwise_and.reduce(
            [met[number][value] for number, value in enumerate((*values, last))]
        )
        best = max(best, int(np.bitwise_count(hits).sum()))
    return best / odds.paths


def joint(made: pl.Plan) -> float:
    return made.odds().joint.value


WISHED = [("", 0), ("output", 260), ("smes", 350), ("patents", 400), ("iiot_share", 60)]
LIKELIER = [("", 0, "published"), ("iiot_share", 60, "published"), ("output", 260, "peers")]
EVERY = [(*wish, among) for wish in WISHED for among in ("published", "peers")]
OTHERS = [case for case in EVERY if case not in LIKELIER]


@pytest.mark.parametrize(
    ("key", "value", "among"),
    [*LIKELIER, *(pytest.param(*case, marks=pytest.mark.long) for case in OTHERS)],
)
def test_the_likeliest_is_likelier_by_its_own_telling(
    plan: pl.Plan, key: str, value: int, among: str
) -> None:
    """Whatever the search asks for itself counts too, however small the odds are."""
    peers = BASELINES / "example-peers.csv" if among == "peers" else None
    made = plan.wish(key, END, value) if key else plan
    chosen = made.repair(prefer="odds", peers=peers)
    before, after = (each.odds(peers=peers).joint.hits for each in (made, chosen))
    assert chosen.complies
    assert after >= before
    if key in {"output", "patents"}:
        assert after > before
        assert chosen.goals[key].values[END] == plan.goals[key].values[END]


def test_the_likeliest_split_is_found() -> None:
    made = kinds(sum=SUM)
    chosen = made.repair(prefer="odds")
    best = best_of(made, THREE, lambda *values: sum(values) >= 60)
    assert chosen.complies
    assert joint(chosen) > 2 * joint(made.repair())
    assert joint(chosen) >= best - 2 * chosen.odds().joint.error
    assert joint(chosen) <= best
    assert sum(chosen.numbers.printed(key, END) for key in THREE) >= 60


def test_pins_stay_and_the_rest_is_the_best_beside_them() -> None:
    made = kinds(sum=SUM).pin("hightech", END, 22).pin("srdi_smes", 2026, 9)
    chosen = made.repair(prefer="odds")
    assert chosen.complies
    assert chosen.pins == made.pins
    assert chosen.numbers.printed("hightech", END) == 22
    assert chosen.numbers.printed("srdi_smes", 2026) == 9
    best = best_of(made, THREE, lambda i, s, h: h == 22 and i + s >= 38)
    assert joint(chosen) >= best - 2 * chosen.odds().joint.error


def test_the_likelier_of_two_ways_is_found() -> None:
    """Each way is a sum that shares an indicator with the other; no target below today."""
    ways = [
        {"level": {"of": [*pair], "at_least": need, "at": "end"}}
        for pair, need in (
            (("srdi_smes", "innovative_smes"), 50),
            (("hightech", "innovative_smes"), 60),
        )
    ]
    made = kinds(ways={"any_of": ways})
    chosen = made.repair(prefer="odds")
    assert chosen.complies

    def fits(innovative: int, srdi: int, hightech: int) -> bool:
        today = innovative >= 16 and srdi >= 8 and hightech >= 21
        return today and (srdi + innovative >= 50 or hightech + innovative >= 60)

    best = best_of(made, THREE, fits)
    assert joint(chosen) >= best - 2 * chosen.odds().joint.error


def test_a_table_that_leaves_rules_open_is_completed(tmp_path: Path) -> None:
    """What it does not state is unknown, and unknown is not passed."""
    made = given(
        tmp_path,
        ("output", "186.20", "204.83", "225.31", "247.84"),
        ("patents", "214", "247", "284", "326"),
    )
    nearest, likeliest = made.repair(), made.repair(prefer="odds")
    assert nearest.complies
    assert likeliest.complies


def test_a_fault_of_the_baseline_does_not_stop_the_search() -> None:
    """That the cluster is too small to be certified has nothing to do with its targets."""
    size = {"level": {"of": "smes", "at_least": 1000, "at": "base"}, "scope": "certification"}
    chosen = kinds(sum=SUM, size=size).repair(prefer="odds")
    assert joint(chosen) == pytest.approx(joint(kinds(sum=SUM).repair(prefer="odds")), abs=0.005)


EITHER = {
    "any_of": [
        {"level": {"of": "srdi_smes", "at_least": 23, "at": "end"}},
        {"level": {"of": "hightech", "at_least": 30, "at": "end"}},
    ]
}


def test_what_complies_is_not_made_less_likely() -> None:
    made = kinds(either=EITHER)
    assert made.complies
    assert joint(made.repair(prefer="odds")) >= joint(made)


def test_repair_adds_no_second_way_to_what_complies() -> None:
    made = kinds(either=EITHER)
    assert made.complies
    assert made.repair().changes == ()


def test_choosing_by_odds_is_never_worse_than_the_nearest() -> None:
    for made in (
        kinds(either=EITHER).wish("srdi_smes", END, 22),
        kinds(sum=SUM).wish("innovative_smes", END, 30),
        pl.plan(table(**SMALL)).wish("output", END, 280),
    ):
        nearest, likeliest = made.repair(), made.repair(prefer="odds")
        assert joint(likeliest) >= joint(nearest) - 2 * nearest.odds().joint.error


def test_what_was_relaxed_with_a_reason_may_be_missed() -> None:
    decline = {"decline": {"of": "co2", "at_least": 4, "over": "plan"}, "of_level": "benchmark"}
    made = pl.plan(table(co2=SMALL["co2"], output=SMALL["output"]), rules=ruleset(less=decline))
    wished = made.wish("co2", END, 76)
    relax = {"less": "能源结构调整尚需时间"}
    nearest, likeliest = (
        wished.repair(relax=relax),
        wished.repair(relax=relax, prefer="odds"),
    )
    assert nearest.complies
    assert nearest.changes == ()
    assert likeliest.complies
    assert likeliest.reasons == relax
    assert joint(likeliest) >= joint(nearest) - 2 * nearest.odds().joint.error


def test_odds_are_not_bought_by_aiming_below_today() -> None:
    """Fewer high-tech firms than there are is no goal that anybody would file."""
    pairs = [["srdi_smes", "innovative_smes"], ["hightech", "innovative_smes"]]
    ways = [
        {"level": {"of": pair, "at_least": need, "at": "end"}}
        for pair, need in zip(pairs, (50, 60), strict=True)
    ]
    chosen = kinds(pairs={"any_of": ways}).repair(prefer="odds")
    low = {
        key: str(chosen.numbers.printed(key, END))
        for key in THREE
        if chosen.numbers.printed(key, END) < chosen.baseline.printed(key)
    }
    assert low == {}


@pytest.mark.parametrize(
    "made",
    [
        kinds(sum=SUM).wish("enterprises", END, 300),
        kinds(sum=SUM).wish("hightech", END, 30),
        kinds(either=EITHER),
        kinds(either=EITHER).wish("srdi_smes", END, 22),
    ],
    ids=["wish beside the rules", "wish", "choice", "choice and wish"],
)
def test_odds_before_and_after_are_of_the_same_goals(made: pl.Plan) -> None:
    """Nothing that is asked for, before or after, is left out of the odds that are told."""
    chosen = made.repair(prefer="odds")
    firm = made.odds().firm | chosen.odds().firm
    outcomes = made.odds().forecast.outcomes

    def together(plan: pl.Plan) -> Chance:
        met = [
            outcomes.reaches(Cell(key, END), plan.numbers.printed(key, END), better="higher")
            for key in sorted(firm)
        ]
        return Chance(int(np.logical_and.reduce(met).sum()), made.odds().paths, 0.0)

    assert chosen.repaired.odds[1] == str(together(chosen))
    if firm == made.odds().firm:
        assert chosen.repaired.odds[0] == str(together(made))


def test_every_change_says_why() -> None:
    chosen = kinds(sum=SUM).repair(prefer="odds")
    end = [change for change in chosen.changes if change.cell.year == END]
    assert {change.cell.indicator for change in end} == {*THREE}
    for lang, effort in (("en", "least effort"), ("zh", "最省力")):
        frame = chosen.changes_frame(lang)
        assert frame.iloc[:, -1].str.len().min() > 0
        # least effort is what they were moved away from
        assert not frame.iloc[:, -1].str.contains(effort).any()


def test_a_plan_chosen_by_odds_is_saved_byte_for_byte() -> None:
    chosen = kinds(sum=SUM).wish("hightech", END, 40).repair(prefer="odds")
    again = loads(dumps(chosen).decode(), "plan.json", pl.Plan)
    assert dumps(again) == dumps(chosen)
    assert again.changes == chosen.changes
    assert again.repaired.odds == chosen.repaired.odds
    assert core(again.odds()) == core(chosen.odds())
    assert not chosen.repaired.proven


def test_where_nothing_complies_it_is_as_any_repair(plan: pl.Plan) -> None:
    wished = plan.pin("output", END, 200)
    nearest, likeliest = wished.repair(), wished.repair(prefer="odds")
    assert not likeliest.repaired.complies
    assert likeliest.repaired == nearest.repaired
    assert dumps(likeliest) == dumps(nearest)


def test_choosing_by_odds_on_the_example(plan: pl.Plan) -> None:
    wished = plan.wish("output", END, 280).pin("patents", 2026, 250)
    chosen = wished.repair(prefer="odds")
    assert chosen.complies
    assert chosen.pins == wished.pins
    assert joint(chosen) >= joint(wished.repair())
    told = {str(change.cell): change.how for change in chosen.changes if change.kind == "wish"}
    assert told == {"output@2028": "odds"}
    with pytest.raises(InputError):
        wished.repair(weights={"output": 0}, prefer="odds")


# -- in words ----------------------------------------------------------------------------


def test_findings_read_well(cluster: pl.Plan) -> None:
    odds = cluster.odds()
    for finding in odds.findings:
        for lang in ("zh", "en"):
            said = sentence(finding, lang, cluster.baseline.catalogue)
            assert "{" not in said
            assert "  " not in said
            assert "None" not in said
    told = {item.code for item in odds.findings}
    assert told & {"odds_published", "odds_peers", "odds_alone"}
    assert ("odds_joint" in told) == ("odds_drivers" in told) == (odds.joint is not None)


@pytest.mark.parametrize("hundredths", range(2, 99, 3))
def test_a_share_is_said_as_it_is(hundredths: int) -> None:
    own = hundredths / 100
    said = drivers(Weights(own, 1 - own, 0.0), "en")
    words = {"own history": own, "the reference class": 1 - own}
    for part in said.split(", "):
        name = next(name for name in words if part.startswith(name))
        assert SAID[part.removeprefix(name).strip()] == pytest.approx(words[name], abs=0.1)


def test_shares_that_are_said_add_up_to_about_everything(cluster: pl.Plan) -> None:
    for finding in cluster.odds().findings:
        if finding.code != "odds_drivers":
            continue
        said = messages.said(finding.facts["drivers"], "en")
        parts = said.split(", ")
        total = sum(next(SAID[word] for word in SAID if part.endswith(word)) for part in parts)
        assert 0.85 <= total <= 1.1, said


def test_few_years_are_said(small: pl.Plan) -> None:
    assert not any(item.code == "odds_few" for item in small.odds().findings)
    two = pl.plan(table(output=past(90, 100), patents=past(9, 10), co2=3)).odds()
    told = {
        item.found: set(item.facts["subject"].split())
        for item in two.findings
        if item.code == "odds_few"
    }
    assert told == {"1": {"co2"}, "2": {"output", "patents"}}


def test_no_reference_class_is_not_counted_as_one() -> None:
    """Nothing published is about high-tech firms."""
    odds = pl.plan(
        table(enterprises=250, hightech=past(20, 21, 21)),
        rules=ruleset(more={"step": {"of": "hightech", "at_least": 1}}),
    ).odds()
    for finding in odds.findings:
        assert " 0 published" not in sentence(finding, "en")


def test_tables_have_both_languages(odds: Odds) -> None:
    for lang in ("zh", "en"):
        frame = odds.frame(lang, "text")
        assert len(frame) == len(odds.goals)
        assert not frame.map(lambda text: "None" in text or "nan" in text).to_numpy().any()
        assert all(column.isascii() for column in frame.columns)
    chinese = odds.frame("zh", "text")
    told = chinese.loc["output", ["name", "unit", "target_2028"]].tolist()
    assert told == ["集群总产值", "亿元", "247.84"]


def test_an_unknown_goal_is_a_key_error(odds: Odds) -> None:
    with pytest.raises(KeyError):
        odds["no_such_indicator"]
