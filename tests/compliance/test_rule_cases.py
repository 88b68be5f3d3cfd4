"""Every rule of every shipped rule set at its bound, held against numbers worked out by hand.

The cases stand in data/rule_cases.yaml, whose head says how to read them.
"""

import re
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
import yaml
from conftest import DATA

import planner as pl
from planner.core.resources import data_path, shipped_names
from planner.intake.benchmarks import read_benchmarks
from planner.model.benchmarks import BenchmarkBook
from planner.model.mapping import FileMapping

SPAN = re.compile(r"@(\d{4})-(\d{4})")
# Every scalar stays the text it is written as: 40.00 is no binary float.
DATA = yaml.load(
    (DATA / "rule_cases.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506 - builds nothing but text, lists and mappings
)
# Rules and readings whose threshold nobody knows.
UNKNOWN = {
    ("liaoning-2023", "leading_share"),
    ("liaoning-2023", "output_growth"),
    ("national-2022", "rd_growth"),
    ("national-2022", "iiot_share"),
    ("xinjiang-2025", "cert=unknown"),
}


def by_year(written, single):
    """Write out spans of years: one value for all of them, or a list with one for each."""
    found = {}
    for label, value in written.items():
        span = SPAN.search(label)
        years = range(int(span[1]), int(span[2]) + 1) if span else [None]
        values = value if span and not single(value) else [value] * len(years)
        for year, one in zip(years, values, strict=True):
            found[SPAN.sub(f"@{year}", label)] = one
    return found


def gather():
    for rules, group in DATA.items():
        for key, cases in group["rules"].items():
            rule, _, reading = key.partition("=")
            if isinstance(cases, list):
                inner = {rule: cases}
            else:
                adopted = DATA[cases["like"]]["rules"].items()
                # What is adopted stands under its default readings.
                inner = {
                    f"{rule}/{name.partition('=')[0]}": found
                    for name, found in adopted
                    if not name.endswith("=nested")
                }
            for verdict, found in inner.items():
                for number, case in enumerate(found, 1):
                    known = {"base_year": group["base_year"], **case}
                    known |= {"rules": rules, "key": key, "rule": rule, "reading": reading}
                    name = f"{rules}-{verdict}{reading and '='}{reading}-{number}"
                    yield {**known, "verdict": verdict, "name": name}


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


# What is read as another rule may be missed with it, and falls with it.
OWNERS = {"added": "tiers"}
CASES = list(gather())
FAILING = [case for case in CASES if case["status"] == "unmet"]


def book(case, folder):
    """Return the benchmarks of a case and no others."""
    if "benchmarks" not in case:
        return BenchmarkBook()
    lines = ["id,value,unit,year,scope,basis,source,change"]
    lines += [
        f"{own['id']},{own['value']},{own['unit']},{case['base_year']},全国,总量,x,{own.get('change', '')}"
        for own in case["benchmarks"]
    ]
    path = folder / "benchmarks.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_benchmarks(path)
    assert found.findings == ()
    return found


def judged(case, folder, rules=None):
    """Judge a case: a goal table where it has one, else the baseline alone."""
    cells = by_year(case["base"], lambda value: isinstance(value, str))
    rows = [(*cell.split("@"), value) for cell, value in cells.items()]
    frame = pd.DataFrame(rows, columns=["indicator", "year", "value"])
    chosen = {
        "rules": rules or case["rules"],
        "benchmarks": book(case, folder),
        "base_year": int(case["base_year"]),
        "readings": {OWNERS.get(case["rule"], case["rule"]): case["reading"]}
        if case["reading"] and not rules
        else {},
    }
    # Figures at a bound are often far from the usual: they are meant as they are written.
    meant = FileMapping(take={"*": "as_written"})
    base = pl.read_baseline(frame, base_year=chosen["base_year"], mapping=meant)
    if "goals" not in case:
        return replace(pl.plan(base, **chosen), given={})
    goals = by_year(case["goals"], lambda value: isinstance(value, str))
    years = sorted({cell.split("@")[1] for cell in goals})
    lines = [",".join(["indicator", *years])]
    lines += [
        ",".join([name, *(goals.get(f"{name}@{year}", "") for year in years)])
        for name in dict.fromkeys(cell.split("@")[0] for cell in goals)
    ]
    path = folder / "goals.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return pl.verify(path, base, mapping=meant, **chosen)


def without(rules, rule, folder):
    """Return a rule set read from the text of its file without one rule."""
    bound = [key for key, owner in OWNERS.items() if owner == rule]
    names = "|".join([rule, *bound])
    text, dropped = re.subn(
        rf"^  - id: (?:{names})\n(?:    .*\n|\n)*",
        "",
        pl.load_rules(rules).text,
        flags=re.MULTILINE,
    )
    assert dropped == 1 + len(bound)
    path = folder / f"{rules}.yaml"
    path.write_text(text, encoding="utf-8")
    return pl.read_rules(path)


def unmet(plan):
    return {verdict.rule.id for verdict in plan.verdicts if verdict.status.value == "unmet"}


def number(text):
    return Decimal(text) if text else None


@each(CASES)
def test_rule_at_its_bound(case, tmp_path):
    plan = judged(case, tmp_path)
    (verdict,) = (found for found in plan.verdicts if found.rule.id == case["verdict"])
    assert verdict.status.value == case["status"]
    assert verdict.rule.reading == case["reading"]

    expected = by_year(case["rows"], lambda value: isinstance(value[0], str))
    lines = {line.name.removeprefix(f"{case['verdict']}: "): line for line in verdict.lines}
    assert {name: line.status.value for name, line in lines.items()} == {
        name: row[0] for name, row in expected.items()
    }
    for name, (status, *numbers) in expected.items():
        line = lines[name]
        given = (line.requirement, line.margin)
        for value, text in zip(given, numbers, strict=False):
            assert not text or value == Decimal(text), name
        assert status != "unknown" or line.margin is None, name

    records = {row["indicator"]: row for row in plan.goals.records()}
    for indicator, (status, *shown) in case.get("goal", {}).items():
        row = records[indicator]
        assert row["status"] == status
        if shown:
            assert row["requirement"] == shown[0]
            assert number(row["margin"]) == number(shown[1])


@each(FAILING)
def test_rule_bites(case, tmp_path):
    pairs = [pair for pair in OWNERS.items() if case["rule"] in pair]
    bound = {key for pair in pairs for key in pair} - {case["rule"]}
    assert unmet(judged(case, tmp_path)) - bound == {case["verdict"]}
    rules = without(case["rules"], case["rule"], tmp_path)
    assert unmet(judged(case, tmp_path, rules)) - bound == set()


@each(CASES)
def test_margin_has_the_sign_of_its_status(case, tmp_path):
    """What holds has nothing short; what does not is short, or at a bound it has to pass."""
    plan = judged(case, tmp_path)
    for verdict in plan.verdicts:
        for line in verdict.lines:
            if line.margin is None or line.status.value == "unknown":
                continue
            holds = line.margin >= 0
            if line.status.value == "unmet" and line.strict:
                holds = line.margin > 0
            shown = f"{line.value} for {line.requirement}, margin {line.margin}"
            assert holds == (line.status.value == "met"), f"{line.name}: {shown}"


@each([case for case in FAILING if "goals" in case])
def test_goal_table_shows_what_is_short(case, tmp_path):
    """An indicator that fails in its last year has a negative margin in its line."""
    plan = judged(case, tmp_path)
    lines = [line for verdict in plan.verdicts for line in verdict.lines]
    last = {
        line.end.indicator
        for line in lines
        if line.status.value == "unmet" and line.end.year == plan.years[-1]
        if len({cell.indicator for cell in line.subject}) == 1  # a sum has no line of its own
    }
    for row in plan.goals:
        if row.status == "unmet" and {row.id, row.item.of} & last:
            assert row.margin is not None
            assert row.margin < 0, f"{row.id}: {row.requirement_text}, margin {row.margin}"


def test_every_rule_and_reading_has_cases():
    known = {
        (name, rule.id, reading)
        for name in shipped_names(data_path("rules"))
        for rule in pl.load_rules(name).record.rules
        for reading in rule.readings or [""]
    }
    assert {(case["rules"], case["rule"], case["reading"]) for case in CASES} == known


def test_every_rule_passes_fails_and_is_unknown_somewhere():
    seen = {}
    for case in CASES:
        seen.setdefault((case["rules"], case["verdict"], case["key"]), set()).add(case["status"])
    adopted = {
        ("xinjiang-2025", f"cert/{rule}", "cert=national")
        for rules, rule in UNKNOWN
        if rules == "national-2022"
    }
    for key, statuses in seen.items():
        blind = (key[0], key[2]) in UNKNOWN or key in adopted
        assert statuses == ({"unknown"} if blind else {"met", "unmet", "unknown"}), key
