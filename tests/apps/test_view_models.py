"""Faces, grids and sketches: what is shown is what the plan says, and can be sent as it is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from conftest import make_baseline
from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner as pl
from planner.apps.page import (
    barmodel,
    formmodel,
    lightmodel,
    oddsmodel,
    railmodel,
    readmodel,
    scenariomodel,
    shelfmodel,
    svgcharts,
    tablemodel,
    tunermodel,
    viewmodel,
)
from planner.apps.page.artefacts import CALLED, OFFERED
from planner.apps.page.loading import EXAMPLES, open_upload, study_of
from planner.apps.page.openlist import GROUPS
from planner.apps.page.session import Session
from planner.apps.page.sessionstate import PAGES
from planner.apps.page.study import Study
from planner.apps.page.texts import say, words
from planner.compliance.shown import lit
from planner.core.resources import data_text
from planner.model import messages
from planner.model.catalogue import Cell, shipped
from planner.model.rulesets import load_rules, shipped_ids

BASELINES = pl.shared("baselines")
UI = Path(viewmodel.__file__).parent
LANGS = ("zh", "en")
QUICK = settings(max_examples=40, deadline=None, derandomize=True)
SVG = "{http://www.w3.org/2000/svg}"


PLAIN = pl.plan(make_baseline())


# -- the plans that are looked at --------------------------------------------------------------


def _example(name: str) -> pl.Plan:
    return pl.plan(pl.read_baseline(BASELINES / name))


def _own() -> pl.Plan:
    own = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    return pl.plan(pl.read_baseline(BASELINES / "sub-industries.csv", catalogue=own))


def _given_book() -> pl.Plan:
    from planner.export.workbook import goals_workbook

    plan = _example("example.xlsx").wish("output", 2028, 300)
    return open_upload("goals.xlsx", goals_workbook(plan), "zh").plan


def _given_form(tmp: Path) -> pl.Plan:
    from planner.export.formpack import fill_form

    path = tmp / "form.docx"
    fill_form(_example("example.xlsx"), None, path)
    return open_upload("form.docx", path.read_bytes(), "zh").plan


def _of(levels: dict[str, object]) -> Callable[[], pl.Plan]:
    return lambda: pl.plan(make_baseline(levels))


PLANS: dict[str, Callable[..., pl.Plan]] = {
    **{name: (lambda name=name: _example(name)) for name in EXAMPLES},
    **{
        rules: (
            lambda rules=rules: pl.plan(pl.read_baseline(BASELINES / "example.csv"), rules=rules)
        )
        for rules in shipped_ids()
    },
    "own": _own,
    "goals.xlsx": _given_book,
    "form.docx": _given_form,
    "past": lambda: _example("real/guangdong-76-clusters-2023.csv"),
    "three figures": lambda: _example("real/xinhua-ceramics-2023.csv"),
    "missing": _of({"patents": None, "co2": None, "smes": None}),
    "zero": _of({"patents": 0, "iiot_smes": 0, "co2": 0, "output": 0}),
    "ratio alone": _of({"energy": None, "energy_intensity": "0.53", "co2": None}),
    "over its cap": _of({"sme_output": "386.20", "leading_output": "372.40"}),
    "tiny": _of({"rd_spend": "0.01", "co2": "0.01", "patents": "1"}),
    "vast": _of({"output": "999999999", "employees": "99999999"}),
    "conflict": lambda: (
        _example("example.csv").pin("output", 2028, 240).wish("iiot_smes", 2028, 10)
    ),
    "stretch": lambda: _example("example.csv").under(
        pl.plan(make_baseline(), scenario="stretch").scenario
    ),
    "repaired": lambda: _example("example.csv").wish("output", 2028, 200).repair(),
    "falling": lambda: _example("example.csv").wish("output", 2028, 0).wish("patents", 2026, 900),
    "shrinking": lambda: _example("example.csv").wish("output_growth_3y", 2028, -20),
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], pl.Plan]:
    folder = tmp_path_factory.mktemp("forms")

    @cache
    def made(name: str) -> pl.Plan:
        return PLANS[name](folder) if name == "form.docx" else PLANS[name]()

    return made


def looking(plan: pl.Plan, **traits: Any) -> Session:
    session = Session(**traits)
    session.open(study_of(plan, session.lang))
    return session


def everything(session: Session) -> list[Any]:
    """Return all that a page shows of a session."""
    plan, lang = session.plan, session.lang
    shown = [barmodel.bar(session), tablemodel.board(session), tablemodel.sheet(session)]
    shown += [
        tablemodel.elsewhere(session),
        scenariomodel.comparison(session),
        tablemodel.changes(plan, lang),
    ]
    shown += [tablemodel.words(session), scenariomodel.listed(session), readmodel.reading(session)]
    shown += [formmodel.form(session), shelfmodel.kept(session), oddsmodel.hardest(session)]
    for group in GROUPS:
        session.rail = group
        shown.append(railmodel.rail(session))
    session.rail = ""
    for light in ["", "cert", *(verdict.rule.id for verdict in plan.verdicts)]:
        session.light = light
        shown.append(lightmodel.lights(session))
    for row in plan.goals:
        session.hand = row.id
        shown.append(tunermodel.tuner(session))
    return shown


_ADDRESS = re.compile(r"https?://\S+")
# What only programs and shells say: names with underscores, paths of rules, options, commands.
_IDS = {item.id for item in shipped()} | {
    rule.id for name in shipped_ids() for rule in load_rules(name).record.rules if len(rule.id) > 1
}
CODE = re.compile(
    rf"(?<![\w./=-])(?:{'|'.join(sorted(_IDS))})(?![\w=-])|"
    r"[a-z]+_[a-z]+|\b(cert|part)[:/]|(?<!\w)--[a-z]|\bplanner [a-z]|\bnull\b|\bNone\b|v\[t"
)
SAID = re.compile("[一-鿿]")
NOT_SHOWN = {
    "key",
    "id",
    "verb",
    "facts",
    "slot",
    "field",
    "hand",
    "place",
    "artefact",
    "kind",
    "state",
}


def spoken(value: Any) -> Iterator[str]:
    """Yield every text of a view model that a person reads: one with a Chinese character."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in NOT_SHOWN:
                yield from spoken(item)
    elif isinstance(value, list):
        for item in value:
            yield from spoken(item)
    elif isinstance(value, str) and SAID.search(value):
        yield value


@pytest.mark.parametrize("name", PLANS)
def test_nobody_reads_words_that_are_for_programs(
    name: str, plans: Callable[[str], pl.Plan]
) -> None:
    found = {
        text
        for text in spoken(everything(looking(plans(name))))
        if CODE.search(_ADDRESS.sub("", text))
    }
    assert found == set()


def is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or type(value) in {str, int, bool}


@pytest.mark.parametrize("name", PLANS)
def test_faces_are_plain_data_in_both_languages(name: str, plans: Callable[[str], pl.Plan]) -> None:
    for lang in LANGS:
        shown = everything(looking(plans(name), lang=lang))
        assert is_plain(shown)
        text = json.dumps(shown, ensure_ascii=False, allow_nan=False)
        assert json.loads(text) == shown
        left = set(re.findall(r"\{[a-z_]+\}", text))
        assert left == set()  # every fact is filled in
        assert not re.search(r"\bNaN\b|Infinity|Decimal\(|Fraction\(", text)


@pytest.mark.parametrize("name", PLANS)
def test_the_board_shows_the_goal_table(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    view = tablemodel.board(looking(plan))
    assert view is not None
    columns = [column["id"] for column in view["columns"]]
    assert [row["id"] for row in view["rows"]] == [row.id for row in plan.goals]
    for shown, record, row in zip(view["rows"], plan.goals.records(), plan.goals, strict=True):
        cells = dict(zip(columns, shown["cells"], strict=True))
        assert cells["base"][0] == (record["baseline"] or "—")
        for year in plan.years:
            assert cells[str(year)][0] == record[str(year)]
            marks = cells[str(year)][1]
            assert ("p" in marks) == (Cell(row.id, year) in plan.pinned)
            asked = Cell(row.id, year) in plan.requested
            assert ("w" in marks) == (asked and "p" not in marks)
        assert cells["requirement"][0] == record["requirement"]
        assert cells["margin"][0] == record["margin"]
        assert cells["status"][:2] == [messages.status(record["status"], "zh"), record["status"]]
        assert cells["needed"][0] == ("" if row.rate is None else str(row.rate))


@pytest.mark.parametrize("name", PLANS)
def test_the_tuner_shows_the_goal_table(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    session = looking(plan, lang="en")
    for row in plan.goals:
        session.hand = row.id
        view = tunermodel.tuner(session)
        assert view is not None
        shown = {year["year"]: year["value"] for year in view["years"]}
        assert shown == {y: "" if v is None else str(v) for y, v in row.values.items()}
        facts = {fact["label"]: fact["text"] for fact in view["facts"]}
        assert facts["Requirement"] == (row.requirement_text or "—")
        assert facts["Margin"] == ("—" if row.margin is None else str(row.margin))
        assert view["state"] == row.status
        said = {finding["text"] for finding in view["findings"]}
        about = [finding for finding in plan.check() if finding.indicator == row.id]
        catalogue = plan.system.catalogue
        assert said == {viewmodel.sentence(finding, "en", catalogue) for finding in about}


@pytest.mark.parametrize("name", PLANS)
def test_a_slider_reaches_what_it_shows(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    for row in plan.goals:
        low, high, step = tunermodel.reach(row)
        grain = Decimal(1).scaleb(-row.item.decimals)
        values = [value for value in row.values.values() if value is not None]
        assert low < high, row.id
        assert step > 0, row.id
        for value in values:
            assert low <= value <= high, (row.id, value)
        for value in (low, high, step):
            assert value % grain == 0, row.id
            assert -value.as_tuple().exponent == row.item.decimals, row.id  # type: ignore[operator]


def amounts(low: int, high: int) -> st.SearchStrategy[Decimal | None]:
    return st.one_of(st.none(), st.decimals(low, high, places=2))


@st.composite
def rows(draw: st.DrawFn, key: str, low: int, high: int) -> tuple[str, list[Decimal | None]]:
    return key, draw(st.lists(amounts(low, high), min_size=5, max_size=5))


@settings(QUICK, max_examples=100, report_multiple_bugs=False)
@given(
    st.one_of(
        rows("output", 0, 10**9),
        rows("co2_intensity", 0, 50),
        rows("sme_share", 0, 130),  # what cannot be is shown too, and said
        rows("output_growth_3y", -99, 500),
    )
)
@example(("sme_share", [None, None, None, None, Decimal("100.01")]))
@example(("output", [None, None, Decimal("0.00"), None, None]))
def test_a_slider_reaches_any_values(drawn: tuple[str, list[Decimal | None]]) -> None:
    key, (baseline, need, *values) = drawn
    row = PLAIN.goals[key]
    targets = dict(zip((2026, 2027, 2028), values, strict=True))
    low, high, step = tunermodel.reach(
        replace(row, baseline=baseline, requirement=need, values=targets)
    )
    assert low < high
    assert step > 0
    assert all(low <= value <= high for value in values if value is not None)


@pytest.mark.parametrize("name", PLANS)
def test_every_rule_on_targets_has_its_light(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    session = looking(plan, lang="en")
    view = lightmodel.lights(session)
    states = {item["id"]: item["state"] for item in view["items"]}
    for verdict in plan.verdicts:
        rule = verdict.rule
        if (
            rule.origin == "rules"
            and rule.quote
            and rule.scope == "target"
            and rule.level != "identity"
        ):
            waived = bool(rule.reason) and verdict.status.value == "unmet"
            assert states[rule.id] == ("relaxed" if waived else verdict.status.value)
    unmet = [f for f in plan.check() if f.level.value == "must_fix"]
    assert (view["summary"]["state"] == "unmet") == bool(unmet)
    if unmet:
        assert str(len(unmet)) in view["summary"]["text"]
    assert (view["summary"]["state"] == "met") <= plan.complies
    for verdict in lit(plan.verdicts):
        session.light = verdict.rule.id
        detail = lightmodel.lights(session)["detail"]
        figures = next(
            (x["text"] for x in detail["lines"] if x["label"] == say("figures", "en")), ""
        )
        for line in verdict.lines:
            if line.value is not None and line.requirement is not None:
                assert str(line.requirement) in figures
                assert str(line.value) in figures
                if line.basis != "parts":  # there the margin is finer than the figures
                    assert str(line.margin) in figures
        said = {finding["text"] for finding in detail["findings"]}
        about = [finding for finding in plan.check() if finding.rule == verdict.rule.id]
        assert said == {viewmodel.sentence(f, "en", plan.system.catalogue) for f in about}


@pytest.mark.parametrize("name", PLANS)
def test_the_sheet_shows_the_baseline_with_every_finding(
    name: str, plans: Callable[[str], pl.Plan]
) -> None:
    plan = plans(name)
    base, session = plan.baseline, looking(plan)
    view = tablemodel.sheet(session)
    assert view is not None
    columns = [column["id"] for column in view["columns"]]
    shown = {}
    for row in view["rows"]:
        cells = dict(zip(columns, row["cells"], strict=True))
        for year in (base.base_year - 2, base.base_year - 1, base.base_year):
            shown[Cell(row["id"], year)] = cells[str(year)]
    recent = {cell: v for cell, v in base.values.items() if cell.year > base.base_year - 3}
    for cell, value in recent.items():
        if cell.year <= base.base_year:
            assert shown[cell][0] == str(value)
    marks = {"must_fix": "!", "needs_reason": "?", "info": "i"}
    said = json.dumps([view, tablemodel.elsewhere(session)], ensure_ascii=False)
    for finding in base.findings:
        text = viewmodel.sentence(finding, "zh", base.catalogue)
        assert json.dumps(text, ensure_ascii=False)[1:-1] in said
        place = Cell(finding.indicator, finding.year or 0)
        if place in shown:
            assert set(shown[place][1]) & {"!", marks[finding.level.value]}
            assert text in shown[place][2]


def test_stated_growth_of_anything_can_be_seen_and_mended(
    plans: Callable[[str], pl.Plan],
) -> None:
    """What was stated stands in the sheet, also growth that the catalogue has no row for."""
    plan = plans("past")
    assert Cell("rd_spend", 2023) in plan.baseline.growth
    view = tablemodel.sheet(looking(plan))
    assert view is not None
    texts = [cell[0] for row in view["rows"] for cell in row["cells"]]
    assert str(plan.baseline.growth[Cell("rd_spend", 2023)]) in texts


def test_findings_on_own_indicators_are_said_by_name() -> None:
    own = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    import pandas as pd

    rows = {"indicator": ["output", "sauce_output"], "year": 2025, "value": ["100", "120"]}
    plan = pl.plan(pl.read_baseline(pd.DataFrame(rows), catalogue=own))
    view = tablemodel.sheet(looking(plan))
    assert view is not None
    row = next(row for row in view["rows"] if row["id"] == "sauce_output")
    notes = [cell[2] for cell in row["cells"][2:-1] if cell[2]]
    assert notes
    assert all("番茄酱产值" in note for note in notes)


def test_nothing_open_shows_nothing() -> None:
    session = Session()
    assert tablemodel.board(session) is None
    assert tablemodel.sheet(session) is None
    assert tunermodel.tuner(session) is None
    assert scenariomodel.comparison(session) is None
    assert scenariomodel.listed(session) == {}
    assert tablemodel.elsewhere(session) == []
    assert lightmodel.lights(session)["items"] == []
    assert railmodel.rail(session)["groups"] == []
    assert [page["off"] for page in barmodel.bar(session)["pages"]] == [False, *([True] * 5)]


def test_two_scenarios_are_compared_line_by_line(plans: Callable[[str], pl.Plan]) -> None:
    here, there = plans("example.xlsx"), plans("stretch")
    session = Session()
    session.open(Study({"甲": here, "乙": there}, "甲"))
    session.compared = ("乙",)
    view = scenariomodel.comparison(session)
    assert view is not None
    for row in view["rows"]:
        one, two = (plan.goals[row["id"]].values[2028] for plan in (here, there))
        assert [cell[0] for cell in row["cells"][2:4]] == [str(one), str(two)]
        gap = (two or 0) - (one or 0)
        assert row["cells"][4][0] == (f"{gap:+}" if gap else "")


# -- words -------------------------------------------------------------------------------------


def _used() -> tuple[set[str], list[str]]:
    """Return the keys said in the code, and the patterns of those put together there."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in UI.glob("*.py"))
    fixed = set(re.findall(r"""\bsay\(\s*["']([^"']+)["']""", code))
    fixed |= set(re.findall(r'"([a-z_]+)"', code)) & words().words.keys()
    made = re.findall(r'\bsay\(\s*f"([^"]+)"', code)
    return fixed, made


def test_every_word_is_said_and_every_word_said_is_there() -> None:
    fixed, made = _used()
    known = words().words.keys()
    names = {
        "saved_": ("none", "pending", "saved", "elsewhere", "failed"),
        "offer_": ("safe", "rule", "base"),
        "page_": PAGES,
        "rail_": [f"{key}{end}" for key in GROUPS for end in ("", "_hint")],
        "begin_": [f"{key}{end}" for key in ("blank", "file", "example") for end in ("", "_hint")],
        "own_": ("higher", "lower", "neither"),
        "kind_": ("average", "target", "goal"),
        "mark_": ("need", "trend", "safe"),
        "chance_": ("likely", "even", "hard", "unlikely"),
        "scenario_": ("chosen", "name", "made", "state", "note"),
        "help_": ("statutory", "benchmark", "identity", "ambition"),
        "tour_": ("start", "lights", "goals", "tuner", "rail", "form", "export"),
        "form_": (
            "none",
            "accept",
            "draft",
            "names",
            "example",
            "reason",
            "keep",
            "evidence",
            "computed",
            "chars",
        ),
        "did_": sorted(set(barmodel.DID.values())),
        "file_": ["_".join(one) for one in CALLED],
        "art_": [f"{key}{end}" for key in OFFERED for end in ("", "_hint")],
        "example_": [name.partition(".")[0] for name in EXAMPLES],
    }
    formed = {start + name for start, ends in names.items() for name in ends}
    formed |= {f"{key}_hint" for key in fixed if f"{key}_hint" in known}
    for pattern in made:
        assert any(pattern.startswith(start) for start in (*names, "{word}")), pattern
    said = set(re.findall(r'\bsay\(\s*"([^"]+)"', "\n".join(
        path.read_text(encoding="utf-8") for path in UI.glob("*.py"))))  # fmt: skip
    assert said <= known
    assert formed <= known
    assert known - fixed - formed == set()


def test_both_languages_fill_in_the_same_facts() -> None:
    raw = yaml.safe_load(data_text("app.yaml"))
    said = messages.texts()
    for section in ("words", "shapes", "ways_out"):
        for key, text in raw[section].items():
            facts = [
                {name for _, name, _, _ in Formatter().parse(text[lang]) if name} for lang in LANGS
            ]
            zh, en = facts
            assert set(text) == {"zh", "en"}, key
            assert en <= zh, key  # a hint may leave a fact to the place it stands at
            if section == "ways_out":
                assert key in said.ways_out, key
    for page in (say("title", lang) for lang in LANGS):
        assert "{" not in page


@pytest.mark.parametrize("lang", LANGS)
def test_every_way_out_reads_as_a_sentence(lang: str) -> None:
    for text in words().ways_out.values():
        assert text(lang).strip()
        assert "--" not in text(lang)  # nobody types options here


# -- sketches ----------------------------------------------------------------------------------


def parsed(svg: str) -> ET.Element:
    assert not re.search(r"\bnan\b|\binf", svg, re.IGNORECASE)
    return ET.fromstring(svg)  # noqa: S314 - our own


def points(root: ET.Element, tag: str, colour: str) -> list[tuple[float, float]]:
    found = []
    for mark in root.iter(SVG + tag):
        if mark.get("fill") != colour:
            continue
        if tag == "circle":
            found.append((float(mark.get("cx", "")), float(mark.get("cy", ""))))
        else:
            half = float(mark.get("width", "")) / 2
            found.append((float(mark.get("x", "")) + half, float(mark.get("y", "")) + half))
    return found


def in_order(drawn: list[tuple[float, float]], values: Mapping[int, Decimal]) -> None:
    """Check that later stands further right and more stands higher."""
    drawn = sorted(drawn)
    assert len(drawn) == len(values)
    if not values:
        return
    pairs = list(zip(drawn, (values[year] for year in sorted(values)), strict=True))
    tolerance = 0.11  # coordinates have one decimal
    for (_, (_, high), more), (_, (_, low), less) in (
        ((i, *a), (j, *b)) for i, a in enumerate(pairs) for j, b in enumerate(pairs)
    ):
        if more > less:
            assert high <= low + tolerance
        if more == less:
            assert abs(high - low) <= tolerance
    spread = max(values.values()) - min(values.values())
    if spread > 0:
        # Linear: how high a dot stands is the same share of the way as its value.
        top, bottom = min(y for _, y in drawn), max(y for _, y in drawn)
        for (_, y), value in pairs:
            share = float((value - min(values.values())) / spread)
            assert abs((bottom - y) - share * (bottom - top)) <= 2 * tolerance


@pytest.mark.parametrize("name", PLANS)
def test_a_chart_is_drawn_true_to_its_numbers(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    base = plan.baseline.base_year
    for row in plan.goals:
        svg = svgcharts.in_hand(plan, row.id, "zh")
        ahead = {year: value for year, value in row.values.items() if value is not None}
        shown = {**({base: row.baseline} if row.baseline is not None else {}), **ahead}
        if not svg:
            assert not shown
            continue
        root = parsed(svg)
        in_order(points(root, "circle", svgcharts.PLAN), shown)
        past = {y: plan.numbers.printed(row.id, y) for y in range(base - 2, base + 1)}
        in_order(
            points(root, "rect", svgcharts.PAST), {y: v for y, v in past.items() if v is not None}
        )
        texts = [text.text for text in root.iter(SVG + "text")]
        for year in plan.years:
            value = row.values[year]
            if value is not None:
                assert f"{value:,}" in texts, (row.id, year)
        frame = [float(part) for part in root.get("viewBox", "").split()]
        for x, y in [
            *points(root, "circle", svgcharts.PLAN),
            *points(root, "rect", svgcharts.PAST),
        ]:
            assert 0 <= x <= frame[2]
            assert 0 <= y <= frame[3]


@pytest.mark.parametrize("name", PLANS)
def test_all_sketches_are_sound(name: str, plans: Callable[[str], pl.Plan]) -> None:
    plan = plans(name)
    for lang in LANGS:
        texts = [text.text for text in parsed(svgcharts.multiples(plan, lang)).iter(SVG + "text")]
        drawn = [row for row in plan.goals if row.item.kind != "growth" and row.status != "free"]
        for row in drawn:
            if any(value is not None for value in row.values.values()):
                assert row.item.name(lang) in texts
        parsed(svgcharts.implications(plan, lang))
        parsed(svgcharts.beside({"甲": plan, "乙": plan.wish("output", plan.years[-1], 5)}, lang))


HOSTILE = ["</text><script>alert(1)</script>", "\"onload='x'", "&amp;&lt;", "<!--", "]]>", "甲&乙"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name: str) -> None:
    import pandas as pd

    own = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    item = own["sauce_output"].model_copy(update={"zh": name, "en": name})
    own = replace(own, indicators={**own.indicators, "sauce_output": item})
    rows = {"indicator": ["output", "sauce_output"], "year": 2025, "value": ["100", "20"]}
    plan = pl.plan(pl.read_baseline(pd.DataFrame(rows), catalogue=own, cluster=name))
    drawn = [
        svgcharts.in_hand(plan, "sauce_output", "zh"),
        svgcharts.multiples(plan, "en"),
        svgcharts.beside({name: plan, "乙": plan.wish("output", 2028, 200)}, "zh"),
    ]
    for svg in drawn:
        root = parsed(svg)
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ("svg", "text", "path", "rect", "circle", "polyline")
        }
        assert any(name in (text.text or "") for text in root.iter(SVG + "text"))
        for element in root.iter():
            assert not any(key.startswith("on") for key in element.attrib)


GRID = st.integers(-(10**8), 10**11).map(lambda units: units / 100)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(GRID, GRID, st.integers(3, 6))
def test_ticks_cover_ascend_and_are_few(one: float, two: float, most: int) -> None:
    low, high = sorted((one, two))
    marks = svgcharts.ticks(low, high, most)
    near = 1e-9 * max(abs(low), abs(high), 1)
    assert marks[0] <= low + near
    assert marks[-1] >= high - near
    assert all(before < after for before, after in pairwise(marks))
    assert 2 <= len(marks) <= most + 2
    steps = [after - before for before, after in pairwise(marks)]
    assert max(steps) - min(steps) <= 1e-6 * max(steps) + near


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 10**7), st.integers(1, 10**6), st.integers(3, 6))
def test_a_tick_is_labelled_with_its_value(start: int, spread: int, most: int) -> None:
    marks = svgcharts.ticks(start / 100, (start + spread) / 100, most)
    for mark in marks:
        label = svgcharts._tick(mark, marks)
        assert math.isclose(float(label.replace(",", "")), mark, rel_tol=1e-9, abs_tol=1e-9)
    assert len({svgcharts._tick(mark, marks) for mark in marks}) == len(marks)
