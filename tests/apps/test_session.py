"""The session: every verb done and refused, and what any sequence of them leads to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import limits
import pytest
from examples import drawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner as pl
from planner.apps.page import barmodel, lightmodel, scenariomodel, tablemodel, tunermodel
from planner.apps.page.autosave import Saver
from planner.apps.page.history import History
from planner.apps.page.loading import study_of
from planner.apps.page.session import VERBS, Session
from planner.apps.page.sessionstate import PAGES
from planner.apps.page.store import StudyStore
from planner.apps.page.study import LONGEST_NAME, MOST_SCENARIOS, Study
from planner.core.archive import MAX_BYTES
from planner.core.findings import InputError
from planner.model.catalogue import Cell, shipped
from planner.model.messages import sentence
from planner.model.scenario import from_text as scenario_from_text
from planner.planning.store import dumps

BASELINES = pl.shared("baselines")
EXAMPLE = pl.plan(pl.read_baseline(BASELINES / "example.csv"))
TIGHT = pl.plan(pl.read_baseline(BASELINES / "co2-conflict.csv"))
MEASURED = ("output", "patents", "co2", "energy", "employees", "quality_smes", "rd_spend")
DERIVED = ("iiot_share", "cloud_share", "co2_intensity", "output_growth_3y", "patents_per_10k")
YEARS = EXAMPLE.years
END = YEARS[-1]
QUICK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the tracebacks of messages that are refused out of the test's report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def opened(plan: pl.Plan = EXAMPLE, **options: Any) -> Session:
    session = Session(**options)
    session.open(study_of(plan, session.lang))
    return session


def did(session: Session, verb: str, **facts: Any) -> Session:
    """Do what has to work."""
    session.act(verb, **facts)
    assert {f.code for f in session.notices} <= {"answers_read", "peers_read"}
    return session


def state(session: Session) -> tuple[object, ...]:
    """Return everything that a refused action must leave alone."""
    names = ("history", "lang", "page", "hand", "light", "compared", "rules")
    names += ("proposal", "conflicts", "held", "date")
    return tuple(getattr(session, name) for name in names)


def refused(session: Session, verb: str, code: str = "", **facts: Any) -> None:
    """Check that an action changes nothing and is answered."""
    answered(session, verb, facts)
    if code:
        assert code in {finding.code for finding in session.notices}


def answered(session: Session, verb: Any, facts: dict[str, Any]) -> None:
    before = state(session)
    session.act(verb, **facts)
    for old, new in zip(before, state(session), strict=True):
        assert old is new or (isinstance(old, str) and old == new)
    assert session.notices
    assert barmodel.bar(session)["notices"]  # and it can be said


def value(session: Session, key: str, year: int = END) -> str:
    return str(session.plan.goals[key].values[year])


# -- every verb, done and refused -------------------------------------------------------------


def test_an_example_is_opened_and_an_unknown_one_is_not() -> None:
    session = did(Session(), "open_example", name="example.xlsx")
    assert value(session, "output") == "247.84"
    for name in ("../../etc/passwd", "/etc/passwd", "benchmarks.csv", ""):
        refused(session, "open_example", "file_missing", name=name)


def test_without_a_study_verbs_say_so() -> None:
    idle = {"hello", "ping", "undo", "redo", "dismiss", "accept", "choose_cluster", "look", "way"}
    idle |= {"open_example", "choose_rules", "switch", "take_theirs", "keep_mine", "upload"}
    idle |= {"begin", "onward", "heard", "rename_kept", "copy_kept", "delete_kept"}
    facts = {
        "open_saved": {"key": "x"},
        "mend": {"indicator": "output", "year": 2025, "value": "1"},
        "tune": {"indicator": "output", "year": 2028, "value": "1"},
        "pin": {"indicator": "output", "year": 2028},
        "release": {"indicator": "output"},
        "shape": {"indicator": "output", "shape": "front"},
        "reading": {"rule": "f", "name": "intensity"},
        "relax": {"rule": "e", "reason": "x"},
        "benchmark": {"key": "iiot_share", "words": "45"},
        "choose_scenario": {"name": "steady"},
        "choose_span": {"horizon": "5"},
        "repair": {},
        "why": {},
        "save_as": {"name": "x"},
        "remove": {"name": "x"},
        "compare": {"name": "x"},
        "rename": {"name": "x", "to": "y"},
        "note": {"name": "x", "text": "y"},
        "drop_peers": {},
        "paste": {"indicator": "output", "year": 2025, "text": "1"},
        "paste_goals": {"indicator": "output", "year": 2028, "text": "1"},
        "add_indicator": {"name": "x", "unit": "个", "better": "higher"},
        "answer": {"slot": "region", "value": "x"},
        "tick": {"slot": "chain_work.1", "on": True},
        "accept_draft": {"field": "idea"},
        "because": {"place": "region", "text": "x"},
        "excuse": {"key": "benchmark_basis@f", "text": "x"},
        "settle": {"key": "C3", "way": "use"},
        "means": {"label": "x", "indicator": "output"},
        "own_figure": {"rule": "e", "value": "1", "source": "x", "scope": "x", "year": "2025",
                       "kind": "平均"},
        "own_threshold": {"rule": "e", "value": "1", "source": "x"},
        "describe": {"indicator": "opening", "year": 2028, "value": "x"},
    }  # fmt: skip
    assert set(VERBS) - idle - {"go"} == set(facts)
    for verb, told in facts.items():
        refused(Session(), verb, "nothing_open", **told)


def test_saved_studies_are_gone_on_with(tmp_path: Path) -> None:
    first = Session(Saver(StudyStore(tmp_path)))
    did(first, "open_example", name="example.xlsx")
    did(first, "tune", indicator="output", year=END, value="260")
    key = first.saver.key if first.saver else None
    again = did(Session(Saver(StudyStore(tmp_path))), "open_saved", key=key)
    assert (value(again, "output"), again.page, again.saved) == ("260.00", "goals", "saved")
    refused(again, "open_saved", "file_missing", key="another")
    refused(opened(), "open_saved", "nothing_open", key=key)


def test_a_reloaded_page_goes_on_where_it_was(tmp_path: Path) -> None:
    first = Session(Saver(StudyStore(tmp_path)))
    did(first, "open_example", name="example.xlsx")
    did(first, "tune", indicator="output", year=END, value="260")
    key = first.saver.key if first.saver else ""
    again = did(Session(Saver(StudyStore(tmp_path))), "hello", study=key, date="2026-01-05")
    assert (value(again, "output"), again.date) == ("260.00", "2026-01-05")
    other = did(
        Session(Saver(StudyStore(tmp_path)), date="2026-02-02"), "hello", study="no", date="x"
    )
    assert (other.history, other.date) == (None, "2026-02-02")
    refused(opened(), "hello", study="", date=5)


def test_tuning_asks_and_what_is_no_number_is_refused() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="２６０")
    assert value(session, "output") == "260.00"
    did(session, "tune", indicator="output", year=END, value="1,260")
    assert value(session, "output") == "1260.00"
    for text in ("", "-", "abc", "NaN", "Infinity", "1e999", "9" * 40, None, True, [1]):
        refused(session, "tune", "not_a_number", indicator="output", year=END, value=text)
    refused(session, "tune", "negative", indicator="output", year=END, value="-1")
    refused(session, "tune", "year_outside", indicator="output", year=2025, value="1")
    refused(session, "tune", "indicator_unknown", indicator="nix", year=END, value="1")


def test_per_cent_of_something_that_is_no_share_is_refused() -> None:
    """12 % typed for an output is not 12 of 100m yuan: the baseline says so of the same text."""
    refused(opened(), "mend", "unit_differs", indicator="output", year=2025, value="12%")
    refused(opened(), "tune", indicator="output", year=END, value="12%")
    shares = did(opened(), "tune", indicator="iiot_share", year=END, value="60%")
    assert value(shares, "iiot_share") == "60.26"


def test_a_tiny_number_does_not_take_forever() -> None:
    code = (
        "from planner.apps.page.session import Session\n"
        "s = Session(); s.act('open_example', name='example.xlsx')\n"
        "s.act('tune', indicator='output', year=2028, value='1e-99999999')\n"
        "print(s.history is not None)\n"
    )
    done = limits.run("-c", code, seconds=8, text=True)
    assert done.stdout == "True\n"


def test_a_pin_holds_is_seen_and_is_let_go() -> None:
    session = did(opened(), "pin", indicator="output", year=2026)
    assert session.plan.pins == {Cell("output", 2026): Decimal("204.83")}
    view = tunermodel.tuner(session)
    assert view is not None
    assert [year["pinned"] for year in view["years"]] == [True, False, False]
    did(session, "tune", indicator="output", year=2026, value="210")  # moved with its pin
    assert (dict(session.plan.wishes), value(session, "output", 2026)) == ({}, "210.00")
    did(session, "pin", indicator="output", year=2026)
    assert (dict(session.plan.pins), value(session, "output", 2026)) == ({}, "204.83")
    refused(session, "pin", "year_outside", indicator="output", year=2025)
    refused(session, "pin", "indicator_unknown", indicator="nix", year=2026)


def test_a_pin_of_a_scenario_is_let_go_too() -> None:
    text = "id: own\ntitle: {zh: 自, en: own}\npins:\n  - {indicator: output, year: 2026, value: 230}\n"
    own = scenario_from_text(text, "own.yaml", shipped())
    session = opened(EXAMPLE.under(own))
    assert value(session, "output", 2026) == "230.00"
    did(session, "pin", indicator="output", year=2026)
    assert Cell("output", 2026) not in session.plan.pinned


def test_an_indicator_goes_back_to_automatic() -> None:
    session = did(opened(), "tune", indicator="patents", year=END, value="400")
    did(session, "pin", indicator="patents", year=2026)
    did(session, "shape", indicator="patents", shape="back")
    did(session, "release", indicator="patents")
    assert session.plan.goals.records() == EXAMPLE.goals.records()
    plan = session.plan
    assert (len(plan.wishes), len(plan.pins), len(plan.shapes)) == (0, 0, 0)
    refused(session, "release", "indicator_unknown", indicator="nix")


def test_shapes_readings_and_reasons() -> None:
    session = did(opened(), "shape", indicator="patents", shape="front")
    assert [value(session, "patents", year) for year in YEARS] == ["277", "314", "326"]
    refused(session, "shape", "shape_unknown", indicator="patents", shape="zigzag")
    did(session, "reading", rule="f", name="intensity")
    assert session.plan.readings == {"f": "intensity"}
    refused(session, "reading", "reading_unknown", rule="f", name="both")
    did(session, "tune", indicator="iiot_share", year=END, value="40")
    did(session, "relax", rule="e", reason="设备改造推迟")
    items = {item["id"]: item for item in lightmodel.lights(session)["items"]}
    assert items["e"]["state"] == "relaxed"
    refused(session, "relax", "reason_missing", rule="e", reason=" ")
    refused(session, "relax", "relax_refused", rule="a", reason="x")


def test_rule_sets_and_scenarios_are_chosen_by_id() -> None:
    session = did(opened(), "choose_scenario", name="stretch")
    assert (
        session.plan.goals.records()
        == pl.plan(EXAMPLE.baseline, scenario="stretch").goals.records()
    )
    did(session, "choose_scenario", name="")
    assert session.plan.goals.records() == EXAMPLE.goals.records()
    did(session, "choose_rules", name="national-2022")
    assert (session.plan.rules.id, session.rules) == ("national-2022", "national-2022")
    refused(session, "choose_scenario", "scenario_unknown", name="nix")
    refused(session, "choose_rules", "rules_unknown", name="nix")


@pytest.mark.parametrize("verb", ["choose_rules", "choose_scenario"])
def test_a_name_from_the_browser_is_never_a_path(verb: str, tmp_path: Path) -> None:
    shipped_file = {
        "choose_rules": pl.load_rules("yunnan").text,
        "choose_scenario": "id: own\ntitle: {zh: 自, en: own}\n",
    }
    path = tmp_path / "own.yaml"
    path.write_text(shipped_file[verb], encoding="utf-8")
    refused(opened(), verb, name=str(path))
    secret = tmp_path / "secret"
    secret.write_text("password123", encoding="utf-8")
    session = opened()
    refused(session, verb, name=str(secret))
    assert "password123" not in str(session.notices)


def test_a_rule_is_held_against_another_figure() -> None:
    session = did(opened(), "look", light="e")
    detail = lightmodel.lights(session)["detail"]
    offered = {item["text"]: item for item in detail["figures"]}
    (taken,) = [text for text, item in offered.items() if item["on"]]
    assert taken.startswith("55 %")
    other = next(item for text, item in offered.items() if text.startswith("45 %"))
    did(session, "benchmark", key=detail["benchmark"], words=other["id"])
    assert session.plan.goals["iiot_share"].requirement_text == "≥45.00"
    assert [item["on"] for item in lightmodel.lights(session)["detail"]["figures"]].count(True) == 1
    did(session, "undo")
    assert session.plan.goals["iiot_share"].requirement_text == "≥55.00"
    refused(session, "benchmark", "benchmark_choice", key="iiot_share", words="全国")


def test_another_base_year_and_number_of_years_are_chosen() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="260")
    did(session, "tune", indicator="patents", year=END - 1, value="300")
    did(session, "choose_span", horizon="5")
    assert session.plan.years == tuple(range(2026, 2031))
    # 186.20 x 1.1^5 = 299.877: the floor of rule a moves with the horizon.
    assert session.plan.goals["output"].requirement_text == "≥299.88"
    assert value(session, "output") == "260.00"
    did(session, "choose_span", base_year="2024", horizon="3")
    assert session.plan.years == (2025, 2026, 2027)
    assert not session.plan.wishes.keys() - {Cell("patents", 2027)}  # 2028 has no target any more
    (told,) = [item for item in session.plan.check() if item.code == "asked_dropped"]
    assert "集群总产值2028年" in sentence(told, "zh", session.plan.system.catalogue)
    did(session, "choose_span", base_year="2025")
    assert "asked_dropped" not in {item.code for item in session.plan.check()}
    did(session, "undo")
    did(session, "undo")
    did(session, "undo")
    assert (session.plan.years[-1], value(session, "output")) == (END, "260.00")
    refused(session, "choose_span", "base_year_empty", base_year="1999")
    refused(session, "choose_span", "horizon_wrong", horizon="11")
    refused(session, "choose_span", "not_a_number", horizon="x")


def test_rules_chosen_later_give_what_rules_chosen_first_give() -> None:
    rows = "\n".join(f"output,{year},{year - 1925}" for year in (2023, 2024, 2025, 2026))
    data = f"indicator,year,value\n{rows}\n".encode()
    first, later = Session(), Session(rules="national-2022")
    did(first, "upload", kind="baseline", name="a.csv", data=data)
    did(later, "upload", kind="baseline", name="a.csv", data=data)
    did(later, "choose_rules", name="xinjiang-2025")
    assert later.plan.years == first.plan.years
    assert later.plan.goals.records() == first.plan.goals.records()
    assert later.plan.check() == first.plan.check()


def test_a_repair_is_shown_in_full_before_it_is_accepted() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="200")
    did(session, "tune", indicator="patents", year=END, value="100")
    before = session.study
    did(session, "repair")
    proposal = session.proposal
    assert proposal is not None
    assert session.study is before
    old, new = session.plan.numbers, proposal.numbers
    moved = {cell for cell in new.targets if old.printed(*cell) != new.printed(*cell)}
    assert moved
    assert moved <= {change.cell for change in proposal.changes}
    for change in proposal.changes:
        assert (change.old, change.new) == (old.printed(*change.cell), new.printed(*change.cell))
    view = tablemodel.changes(proposal, "en")
    assert [row["cells"][2][0] for row in view["rows"]] == [str(c.old) for c in proposal.changes]
    assert [row["cells"][3][0] for row in view["rows"]] == [str(c.new) for c in proposal.changes]
    assert all(row["cells"][4][0] for row in view["rows"])  # each with its reason
    did(session, "accept")
    assert session.plan is proposal
    assert session.plan.complies == EXAMPLE.complies
    assert session.proposal is None
    did(session, "undo")
    assert session.study is before


def test_nothing_to_repair_is_said() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="300")
    session.act("repair")
    assert [finding.code for finding in session.notices] == ["nothing_to_repair"]
    assert session.proposal is None
    session.act("accept")
    assert value(session, "output") == "300.00"


def test_a_conflict_is_resolved_by_each_of_its_ways() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="240")
    did(session, "pin", indicator="output", year=END)
    did(session, "repair")  # nothing complies, so why is shown
    assert session.proposal is None
    assert session.conflicts
    did(session, "way", conflict=0, way=0)
    assert (value(session, "output"), session.conflicts) == ("247.84", None)
    did(session, "undo")
    refused(did(session, "why"), "way", conflict=5, way=0)
    refused(session, "way", conflict="0", way=0)
    did(session, "dismiss")
    assert session.conflicts is None


def test_ways_are_counted_from_the_first() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="240")
    did(session, "why")
    refused(session, "way", conflict=0, way=-1)
    refused(session, "way", conflict=-1, way=0)


def test_a_benchmark_gives_way_only_for_a_reason() -> None:
    session = did(opened(), "pin", indicator="smes", year=END)
    did(session, "tune", indicator="iiot_smes", year=END, value="112")
    did(session, "why")
    conflicts = session.conflicts or ()
    standings = [way.member.standing for way in conflicts[0].ways]
    place = standings.index("benchmark")
    refused(session, "way", "reason_missing", conflict=0, way=place)
    did(session, "way", conflict=0, way=place, reason="设备改造推迟")
    assert session.conflicts is None
    assert session.plan.reasons == {"e": "设备改造推迟"}


def test_an_ambition_gives_way_as_it_is_said() -> None:
    """The way reads 'move the ambition to 247.84': afterwards it is moved."""
    session = did(opened(), "pin", indicator="output", year=END)
    did(session, "choose_scenario", name="stretch")
    did(session, "why")
    conflicts = session.conflicts or ()
    ways = [way.member.standing for way in conflicts[0].ways]
    did(session, "way", conflict=0, way=ways.index("ambition"))
    assert session.conflicts is None
    assert value(session, "output") == "247.84"


def test_scenarios_are_kept_switched_compared_and_dropped() -> None:
    session = did(opened(), "save_as", name=" 积极 ")
    did(session, "tune", indicator="output", year=END, value="300")
    did(session, "compare", name="计划")
    grid = scenariomodel.comparison(session)
    assert grid is not None
    row = next(row for row in grid["rows"] if row["id"] == "output")
    assert [cell[0] for cell in row["cells"][2:5]] == ["300.00", "247.84", "-52.16"]
    did(session, "look", every_year=True, with_odds=True)
    wide = scenariomodel.comparison(session)
    assert wide is not None
    titles = [column["title"] for column in wide["columns"]]
    assert titles[2:8] == [f"{name} {year}" for year in YEARS for name in ("积极", "计划")]
    assert titles[8:11] == ["计划 − 积极", "积极 把握", "计划 把握"]
    same = {row["id"] for row in wide["rows"] if row["free"]}
    assert "output" not in same
    assert "champions" in same
    did(session, "note", name="积极", text="县里提的 \x00")
    did(session, "rename", name="积极", to="加速")
    assert session.study is not None
    assert (session.study.current, session.study.remarks["加速"].note) == ("加速", "县里提的")
    refused(session, "rename", "scenario_taken", name="加速", to="计划")
    did(session, "undo")
    did(session, "compare", name="计划", on=False)
    assert scenariomodel.comparison(session) is None
    did(session, "switch", name="计划")
    assert value(session, "output") == "247.84"
    did(session, "remove", name="积极")
    assert session.study is not None
    assert list(session.study.plans) == ["计划"]
    did(session, "undo")
    assert str(session.study.plans["积极"].goals["output"].values[END]) == "300.00"
    refused(session, "save_as", "name_missing", name=" \x00 ")
    refused(session, "save_as", "name_long", name="长" * (LONGEST_NAME + 1))
    refused(session, "save_as", "scenario_taken", name="积极")
    for number in range(MOST_SCENARIOS - 2):
        did(session, "save_as", name=f"s{number}")
    refused(session, "save_as", "scenarios_many", name="one more")


def test_the_last_scenario_stays_and_that_is_said() -> None:
    refused(opened(), "remove", name="计划")


def test_looking_changes_no_plan() -> None:
    session = opened()
    study = session.study
    for page in PAGES:
        did(session, "look", page=page)
    did(session, "look", hand="集群总产值", light="a", lang="en", date="2026-01-05")
    assert (session.hand, session.light, session.lang) == ("output", "a", "en")
    assert session.study is study
    refused(session, "look", page="nowhere")
    refused(session, "look", lang="fr")
    refused(session, "look", "indicator_unknown", hand="nix")
    refused(session, "look", "indicator_unknown", page="charts", hand="nix")  # none of both


# -- uploads -----------------------------------------------------------------------------------


def test_a_file_of_several_clusters_waits_for_a_choice() -> None:
    data = "cluster,indicator,year,value\n甲,output,2025,100\n丙,output,2025,50\n".encode()
    session = Session()
    session.act("upload", kind="baseline", name="a.csv", data=data)
    assert [finding.code for finding in session.notices] == ["cluster_choice"]
    assert session.held is not None
    assert session.held.clusters == ("甲", "丙")
    session.act("choose_cluster", cluster="丁")
    assert session.history is None
    did(session, "choose_cluster", cluster="丙")
    assert (session.plan.baseline.cluster, session.held) == ("丙", None)


def test_any_name_of_a_cluster_can_be_chosen() -> None:
    data = "cluster,indicator,year,value\n甲；乙,output,2025,100\n丙,output,2025,50\n".encode()
    session = Session()
    session.act("upload", kind="baseline", name="a.csv", data=data)
    assert session.held is not None
    assert session.held.clusters == ("甲；乙", "丙")
    did(session, "choose_cluster", cluster="甲；乙")
    assert session.plan.baseline.cluster == "甲；乙"


def test_uploads_are_limited_and_leave_what_is_open() -> None:
    session = opened()
    big = b"indicator,year,value\n" + b" " * MAX_BYTES
    refused(session, "upload", "file_too_large", kind="baseline", name="a.csv", data=big)
    refused(session, "upload", kind="baseline", name="a.csv", data=b"")
    refused(session, "upload", kind="baseline", name="a.exe", data=b"MZ")
    refused(session, "upload", kind="baseline", name="a.json", data=b"[" * 100_000)
    refused(session, "upload", kind="baseline", name="a.xlsx", data=b"PK\x03\x04broken")
    refused(session, "upload", kind="benchmarks", name="b.csv", data=b"\xff\xfe\x00")
    refused(session, "upload", kind="answers", name="a.yaml", data=b"form: [")


NAMES = ["../../a.csv", "C:\\x\\a.csv", ".a.csv", "a\x00b.csv", "甲" * 300 + ".csv", "😀.csv"]


@pytest.mark.parametrize("name", [*NAMES, "\U00020000" * 90 + ".csv", "\ud800.csv"])
def test_the_name_of_an_upload_is_never_a_path(name: str, tmp_path: Path) -> None:
    session = Session(Saver(StudyStore(tmp_path / "shelf")))
    data = b"indicator,year,value\noutput,2025,100\n"
    did(session, "upload", kind="baseline", name=name, data=data)
    assert value(session, "output") == "133.10"
    assert {path.name for path in tmp_path.iterdir()} <= {"shelf"}


def test_a_saved_plan_is_taken_in_byte_for_byte() -> None:
    plan = EXAMPLE.wish("output", END, 300).pin("patents", 2026).shape("co2", "back")
    session = did(Session(), "upload", kind="baseline", name="plan.json", data=dumps(plan))
    assert dumps(session.plan) == dumps(plan)


def test_benchmarks_and_answers_are_taken_in() -> None:
    session = did(opened(), "save_as", name="b")
    figures = (
        "id,value,unit,year,scope,basis,source\niiot_share,70,%,2025,本省,企业占比,测试\n".encode()
    )
    did(session, "upload", kind="benchmarks", name="mine.csv", data=figures)
    assert session.study is not None
    for plan in session.study.plans.values():
        assert str(plan.goals["iiot_share"].requirement) == "70.00"
    answers = (BASELINES / "example-answers.yaml").read_bytes()
    did(session, "upload", kind="answers", name="a.yaml", data=answers)
    assert session.study.answers is not None
    assert len(session.study.answers.values) > 10
    did(session, "undo")
    assert session.study.answers is None


def test_a_number_is_mended_in_every_scenario() -> None:
    session = did(opened(), "save_as", name="b")
    did(session, "mend", indicator="output", year=2025, value="200")
    assert session.study is not None
    for plan in session.study.plans.values():
        assert str(plan.goals["output"].values[END]) == "266.20"
    refused(session, "mend", "not_a_number", indicator="output", year=2025, value="abc")
    refused(session, "mend", "negative", indicator="output", year=2025, value="-3")
    refused(session, "mend", "not_whole", indicator="patents", year=2025, value="3.5")
    refused(session, "mend", "year_wrong", indicator="output", year=1800, value="3")
    refused(session, "mend", "indicator_unknown", indicator="nix", year=2025, value="3")


def test_what_is_a_target_is_no_part_of_the_baseline() -> None:
    refused(opened(), "mend", indicator="output", year=2030, value="3")


# -- messages that no page of ours sends -------------------------------------------------------

STRANGE: list[tuple[Any, dict[str, Any]]] = [
    ("nix", {}),
    ("", {}),
    ("__class__", {}),
    ("__init__", {}),
    ("_plan", {"plan": None}),
    ("_study", {"study": None}),
    ("act", {"verb": "undo"}),
    ("act", {}),
    ("open", {"study": None}),
    ("open_resumed", {"study": None}),
    ("flush", {}),
    ("set_trait", {"name": "lang", "value": "en"}),
    (None, {}),
    (5, {}),
    (["look"], {}),
    ({"a": 1}, {}),
    ("tune", {}),
    ("tune", {"indicator": "output"}),
    ("tune", {"indicator": "output", "year": END, "value": "1", "more": 1}),
    ("tune", {"indicator": "output", "year": str(END), "value": "1"}),
    ("tune", {"indicator": "output", "year": [END], "value": "1"}),
    ("tune", {"indicator": None, "year": END, "value": "1"}),
    ("tune", {"indicator": ["output"], "year": END, "value": "1"}),
    ("tune", {"indicator": "__class__", "year": END, "value": "1"}),
    ("tune", {"indicator": "output", "year": END, "value": {"a": 1}}),
    ("undo", {"self": 1}),
    ("undo", {"verb": "redo"}),
    ("undo", {"times": 3}),
    ("look", {"page": 5}),
    ("look", {"page": ["goals"]}),
    ("look", {"hand": None}),
    ("look", {"date": 5}),
    ("look", {"history": None}),
    ("look", {"proposal": None}),
    ("look", {"nix": "x"}),
    ("mend", {"indicator": "output", "year": "2025", "value": "5"}),
    ("mend", {"indicator": "output", "year": 2025, "value": None}),
    ("mend", {"indicator": "output", "year": 2025, "value": 5}),
    ("mend", {"indicator": "nix", "year": 2025, "value": ""}),
    ("mend", {"indicator": None, "year": 2025, "value": "1"}),
    ("pin", {"indicator": "output", "year": None}),
    ("release", {"indicator": 5}),
    ("shape", {"indicator": "output", "shape": None}),
    ("shape", {"indicator": "output", "shape": ["front"]}),
    ("reading", {"rule": "f", "name": None}),
    ("relax", {"rule": "e", "reason": None}),
    ("relax", {"rule": "e", "reason": 5}),
    ("choose_rules", {"name": None}),
    ("choose_rules", {"name": 5}),
    ("choose_scenario", {"name": 5}),
    ("save_as", {"name": None}),
    ("save_as", {"name": 5}),
    ("switch", {"name": "nix"}),
    ("switch", {"name": ["计划"]}),
    ("remove", {"name": "nix"}),
    ("compare", {"name": "nix"}),
    ("way", {"conflict": 0, "way": 0}),
    ("upload", {"kind": "baseline", "name": 5, "data": b"x"}),
    ("upload", {"kind": "baseline", "name": "a.csv", "data": "x"}),
    ("upload", {"kind": "baseline", "name": "a.csv"}),
    ("upload", {"kind": "nix", "name": "a.csv", "data": b"indicator,year,value\noutput,2025,1"}),
    ("open_example", {"name": None}),
    ("open_saved", {"key": None}),
]


@pytest.mark.parametrize(("verb", "facts"), STRANGE)
def test_a_strange_message_changes_nothing_and_is_answered(
    verb: Any, facts: dict[str, Any]
) -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="200")
    did(session, "repair")
    answered(session, verb, facts)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3000) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)
FACTS = ["indicator", "year", "value", "name", "key", "rule", "reason", "kind", "data", "shape"]
FACTS += ["conflict", "way", "cluster", "page", "lang", "hand", "gesture", "study", "date"]


@drawn(
    30,
    1000,
    st.sampled_from(sorted(VERBS)),
    st.dictionaries(st.sampled_from(FACTS), JUNK, max_size=4),
)
def test_junk_raises_nothing_and_breaks_no_face(verb: str, facts: dict[str, Any]) -> None:
    session = opened()
    session.act(verb, **facts)
    assert barmodel.bar(session)
    assert lightmodel.lights(session)
    assert tablemodel.board(session)
    assert session.plan.goals.records()


# -- sequences ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was asked for, kept by the test itself."""

    wishes: dict[Cell, Decimal] = field(default_factory=dict)
    pins: dict[Cell, Decimal] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    scenario: str = ""

    def plan(self) -> pl.Plan:
        """Build the plan with no memory of any other."""
        made = pl.plan(
            replace(EXAMPLE.baseline), readings=self.readings, scenario=self.scenario or None
        )
        for (key, year), asked in self.wishes.items():
            made = made.wish(key, year, asked)
        for (key, year), asked in self.pins.items():
            made = made.pin(key, year, asked)
        for key, shape in self.shapes.items():
            made = made.shape(key, shape)
        return made

    def after(self, verb: str, facts: dict[str, Any], present: pl.Plan) -> Asked:
        """Return what is asked for after an action that was not refused."""
        key = facts.get("indicator", "")
        cell = Cell(key, facts.get("year", 0))
        if verb == "tune":
            held = "pins" if cell in self.pins else "wishes"
            return replace(self, **{held: {**getattr(self, held), cell: Decimal(facts["value"])}})
        if verb == "pin" and cell in self.pins:
            gone = [
                {c: v for c, v in kept.items() if c != cell} for kept in (self.wishes, self.pins)
            ]
            return replace(self, wishes=gone[0], pins=gone[1])
        if verb == "pin":
            now = present.goals[key].values[cell.year]
            assert now is not None
            return replace(self, pins={**self.pins, cell: now})
        if verb == "release":
            gone = [
                {c: v for c, v in kept.items() if c.indicator != key}
                for kept in (self.wishes, self.pins)
            ]
            shapes = {name: shape for name, shape in self.shapes.items() if name != key}
            return replace(self, wishes=gone[0], pins=gone[1], shapes=shapes)
        if verb == "shape":
            return replace(self, shapes={**self.shapes, key: facts["shape"]})
        if verb == "reading":
            return replace(self, readings={**self.readings, facts["rule"]: facts["name"]})
        return replace(self, scenario=facts["name"])


KEYS = st.sampled_from((*MEASURED, *DERIVED))
CELLS = {"indicator": KEYS, "year": st.sampled_from(YEARS)}
VALUES = st.one_of(
    st.integers(0, 400).map(str),
    st.decimals(0, 400, places=2).map(str),
    st.sampled_from(["-5", "x", "0.001"]),
)


def message(verb: str, **facts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(facts))


TUNE = message("tune", **CELLS, value=VALUES)
CHANGES = st.one_of(
    TUNE,
    TUNE,
    message("pin", **CELLS),
    message("release", indicator=KEYS),
    message(
        "shape",
        indicator=st.sampled_from(MEASURED),
        shape=st.sampled_from(["front", "linear", "nix"]),
    ),
    message(
        "reading",
        rule=st.sampled_from(["f", "tiers"]),
        name=st.sampled_from(["intensity", "total", "nested"]),
    ),
    message("choose_scenario", name=st.sampled_from(["", "steady", "stretch"])),
)


@drawn(15, 300, st.lists(CHANGES, min_size=1, max_size=7))
def test_any_sequence_gives_the_plan_built_anew(steps: list[tuple[str, dict[str, Any]]]) -> None:
    session, asked = opened(), Asked()
    for verb, facts in steps:
        before, study = session.plan, session.study
        session.act(verb, **facts)
        if session.notices:
            assert session.study is study
            assert all(finding.code != "app_fault" for finding in session.notices)
        else:
            asked = asked.after(verb, facts, before)
    made = asked.plan()
    assert session.plan.goals.records() == made.goals.records()
    assert session.plan.verdicts == made.verdicts
    assert session.plan.check() == made.check()
    assert session.plan.hash == made.hash


ANY = st.one_of(
    CHANGES,
    message("undo"),
    message("redo"),
    message("repair"),
    message("accept"),
    message("why"),
    message("way", conflict=st.integers(0, 1), way=st.integers(0, 2), reason=st.just("理由")),
    message("dismiss"),
    message("save_as", name=st.sampled_from(["甲", "乙", ""])),
    message("switch", name=st.sampled_from(["计划", "甲", "丙"])),
    message("remove", name=st.sampled_from(["计划", "甲", "丙"])),
    message("compare", name=st.sampled_from(["计划", "甲"]), on=st.booleans()),
    message("rename", name=st.sampled_from(["计划", "甲"]), to=st.sampled_from(["丁", "甲", ""])),
    message("note", name=st.sampled_from(["计划", "甲"]), text=st.sampled_from(["x", ""])),
    message("relax", rule=st.sampled_from(["e", "f", "a"]), reason=st.sampled_from(["r", ""])),
    message("choose_rules", name=st.sampled_from(["xinjiang-2025", "yunnan"])),
    message(
        "choose_span", base_year=st.sampled_from(["", "2024"]), horizon=st.sampled_from(["", "2"])
    ),
    message(
        "mend",
        indicator=st.sampled_from(["output", "co2", "output_growth", "smes"]),
        year=st.sampled_from([2024, 2025]),
        value=st.sampled_from(["100", "0", "", "x", "12.5"]),
    ),
    message(
        "look",
        page=st.sampled_from(PAGES),
        lang=st.sampled_from(["zh", "en"]),
        light=st.sampled_from(["a", "cert", "nix"]),
        hand=KEYS,
    ),
)


@drawn(15, 300, st.lists(ANY, min_size=1, max_size=10))
def test_no_sequence_breaks_the_session(steps: list[tuple[str, dict[str, Any]]]) -> None:
    session = opened()
    for verb, facts in steps:
        session.act(verb, **facts)
        odd = [f for f in session.notices if f.code == "app_fault" and verb != "way"]
        assert odd == []
        for view in (barmodel.bar(session), lightmodel.lights(session), tablemodel.board(session)):
            assert view
        tunermodel.tuner(session)
        tablemodel.sheet(session)
        tablemodel.elsewhere(session)
        scenariomodel.comparison(session)


@drawn(15, 300, st.lists(CHANGES, min_size=1, max_size=8))
def test_undo_leads_to_the_very_same_studies_and_redo_back(
    steps: list[tuple[str, dict[str, Any]]],
) -> None:
    session = opened()
    seen = [session.study]
    for verb, facts in steps:
        session.act(verb, **facts)
        if session.study is not seen[-1]:
            seen.append(session.study)
    for study in reversed(seen[:-1]):
        session.act("undo")
        assert session.study is study
    session.act("undo")
    assert session.study is seen[0]
    for study in seen[1:]:
        session.act("redo")
        assert session.study is study
    session.act("redo")
    assert session.study is seen[-1]


@settings(QUICK, max_examples=15)
@given(
    st.lists(
        st.tuples(st.sampled_from(["d1", "d2"]), st.integers(150, 400)), min_size=1, max_size=8
    )
)
def test_one_drag_is_one_step(moves: list[tuple[str, int]]) -> None:
    session = opened()
    drags: list[str] = []
    for gesture, asked in moves:
        did(session, "tune", indicator="output", year=END, value=str(asked), gesture=gesture)
        drags += [gesture] if not drags or drags[-1] != gesture else []
    assert value(session, "output") == f"{moves[-1][1]}.00"
    assert session.history is not None
    assert len(session.history.past) == len(drags)
    for _ in drags:
        session.act("undo")
    assert value(session, "output") == "247.84"


def test_a_drag_after_undo_is_a_step_of_its_own() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="300", gesture="d")
    did(session, "undo")
    did(session, "tune", indicator="output", year=END, value="310", gesture="d")
    did(session, "undo")
    assert value(session, "output") == "247.84"


def test_history_is_bounded_and_a_new_step_forgets_what_was_undone() -> None:
    history = History(0)
    for number in range(1, 500):
        history = history.did(number)
    assert (len(history.past), history.past[-1]) == (200, 498)
    back = history.back().back()
    assert back.did(1000).forward().present == 1000


@QUICK
@given(
    st.lists(
        st.tuples(st.sampled_from(MEASURED), st.sampled_from(YEARS)),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.lists(TUNE, min_size=1, max_size=4),
)
def test_pins_hold_while_others_are_tuned(
    pins: list[tuple[str, int]], tunes: list[tuple[str, dict[str, Any]]]
) -> None:
    session = opened()
    for key, year in pins:
        did(session, "pin", indicator=key, year=year)
    held = {cell: value(session, *cell) for cell in pins}
    for verb, facts in tunes:
        if (facts["indicator"], facts["year"]) not in held:
            session.act(verb, **facts)
    assert {cell: value(session, *cell) for cell in pins} == held


OVERTURNING: list[tuple[str, dict[str, Any]]] = [
    ("tune", {"indicator": "patents", "year": END, "value": "400"}),
    ("pin", {"indicator": "patents", "year": END}),
    ("release", {"indicator": "output"}),
    ("shape", {"indicator": "output", "shape": "front"}),
    ("reading", {"rule": "f", "name": "intensity"}),
    ("choose_rules", {"name": "yunnan"}),
    ("choose_scenario", {"name": "steady"}),
    ("mend", {"indicator": "output", "year": 2025, "value": "180"}),
    ("undo", {}),
    ("switch", {"name": "计划"}),
    ("accept", {}),
    ("dismiss", {}),
    ("open_example", {"name": "co2-conflict.csv"}),
]


@pytest.mark.parametrize(("verb", "facts"), OVERTURNING)
def test_a_proposal_vanishes_when_the_plan_changes(verb: str, facts: dict[str, Any]) -> None:
    session = did(opened(), "save_as", name="乙")
    did(session, "tune", indicator="output", year=END, value="200")
    did(session, "repair")
    assert session.proposal is not None
    did(session, verb, **facts)
    assert session.proposal is None


def test_conflicts_vanish_when_the_plan_changes() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="240")
    did(session, "why")
    assert session.conflicts
    did(session, "undo")
    assert session.conflicts is None
    did(session, "redo")
    did(session, "why")
    did(session, "look", lang="en")
    assert session.conflicts  # only the words are others
    did(session, "tune", indicator="patents", year=END, value="400")
    assert session.conflicts is None


def test_what_is_opened_next_is_not_said_to_be_saved(tmp_path: Path) -> None:
    """Examples are kept from their first change on; until then they are not saved."""
    session = Session(Saver(StudyStore(tmp_path)))
    did(session, "open_example", name="example.xlsx")
    did(session, "tune", indicator="output", year=END, value="300")
    assert session.saved == "saved"
    did(session, "open_example", name="co2-conflict.csv")
    assert len(list(StudyStore(tmp_path))) == 1
    assert session.saved == "none"


def test_asking_for_what_stands_already_is_no_step() -> None:
    session = did(opened(), "tune", indicator="output", year=END, value="300")
    study = session.study
    did(session, "tune", indicator="output", year=END, value="300")
    assert session.study is study


def numbers_shown(session: Session) -> list[list[str]]:
    board = tablemodel.board(session)
    assert board is not None
    kinds = [column["kind"] for column in board["columns"]]
    return [
        [cell[0] for cell, kind in zip(row["cells"], kinds, strict=True) if kind == "number"]
        for row in board["rows"]
    ]


def test_another_language_changes_no_number() -> None:
    session = did(opened(TIGHT), "tune", indicator="output", year=END, value="140")
    study, zh = session.study, numbers_shown(session)
    did(session, "look", lang="en")
    assert session.study is study
    assert numbers_shown(session) == zh
    did(session, "look", lang="zh")
    assert numbers_shown(session) == zh


def test_a_study_refuses_what_is_no_scenario_without_changing() -> None:
    study = Study({"a": EXAMPLE}, "a")
    with pytest.raises(InputError):
        study.save_as("a")
    assert study.without("a") is study
    assert study.switch("b") is study
    assert study.holding(EXAMPLE) is study
    with pytest.raises(TypeError):
        study.plans["b"] = EXAMPLE  # type: ignore[index]


def test_a_target_is_typed_as_plans_state_it() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    for indicator, text, level in (
        ("hightech", "+10", "31"),
        ("output", "260以上", "260.00"),
        ("co2", "控制在60以内", "60.00"),
        ("patents", "翻一番", "428"),
        ("output", "262", "262.00"),
    ):
        session.act("tune", indicator=indicator, year=2028, value=text)
        assert session.notices == (), text
        assert str(session.plan.goals[indicator].values[2028]) == level
    assert {str(cell): str(said) for cell, said in session.plan.targets.items()} == {
        "hightech@2028": "+10", "co2@2028": "<=60", "patents@2028": "x2",
    }  # fmt: skip
    session.act("undo")
    assert (
        str(session.plan.targets[next(c for c in session.plan.targets if c.indicator == "output")])
        == ">=260"
    )
    session.act("tune", indicator="output", year=2028, value="较快增长")
    assert [item.code for item in session.notices] == ["not_a_number"]
