"""Feasibility as a view: plain data, in both languages, of every kind of baseline."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

import planner as pl
from planner.apps.page import oddsmodel
from planner.apps.page.artefacts import handed_out
from planner.apps.page.loading import study_of
from planner.apps.page.session import Session
from planner.apps.page.store import StudyStore
from planner.apps.page.tablemodel import board
from planner.core import csvs
from planner.export.csvfiles import odds_csv, peers_csv
from planner.intake.peers import read_reference
from planner.model.catalogue import shipped


def session_of(plan, lang="zh"):
    session = Session(lang=lang)
    session.open(study_of(plan, lang))
    return session


@pytest.fixture(scope="module")
def plan():
    return pl.plan(pl.shared("baselines") / "example.csv")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_panel_tells_what_python_tells(plan, lang):
    session = session_of(plan, lang)
    session.act("look", hand="output")
    view = oddsmodel.tuner(session)
    odds = plan.odds()
    json.dumps(view)
    panel = view["odds"]
    assert panel["joint"]["text"] == str(odds.joint)
    assert {row["id"] for row in panel["rows"]} == odds.firm
    assert panel["hand"]["safe"]["value"] == str(odds["output"].safe)
    for year, chance in odds["output"].chances.items():
        assert f"{year} {chance}" in panel["hand"]["years"]
    assert len(panel["notes"]) == len(odds.findings)
    assert "<polygon" in view["chart"]


def test_the_safe_target_is_a_wish_like_any_other(plan):
    session = session_of(plan)
    session.act("look", hand="output")
    safe = oddsmodel.tuner(session)["odds"]["hand"]["safe"]
    session.act("tune", indicator="output", year=safe["year"], value=safe["value"], gesture="")
    assert session.notices == ()
    assert str(session.plan.goals["output"].values[safe["year"]]) == safe["value"]
    assert session.plan.odds()["output"].chances[2028].value >= 0.8


def test_what_breaks_a_rule_is_not_offered_for_its_odds(plan):
    session = session_of(plan.wish("patents", 2028, 400))
    session.act("look", hand="patents")
    hand = oddsmodel.tuner(session)["odds"]["hand"]
    odds = session.plan.odds()
    assert odds["patents"].safe < 326  # 214 x 1.15^3 = 325.5
    assert hand["safe"]["value"] == "326"
    assert any(str(odds["patents"].safe) in line and "326" in line for line in hand["lines"])
    session.act("tune", indicator="patents", year=2028, value="326", gesture="")
    # Nothing is offered that is there already; why it is not less is still told.
    hand = oddsmodel.tuner(session)["odds"]["hand"]
    assert hand["safe"] is None
    assert any("326" in line for line in hand["lines"])


def test_the_table_has_a_column_of_odds(plan):
    session = session_of(plan)
    grid = board(session)
    place = [column["id"] for column in grid["columns"]].index("odds")
    shown = {row["id"]: row["cells"][place][0] for row in grid["rows"]}
    odds = plan.odds()
    assert shown == {row.id: str(odds.chances.get((row.id, 2028), "")) for row in plan.goals}
    assert shown["employees"] == ""  # neither more nor less is better


def test_nothing_open_and_nothing_known():
    assert oddsmodel.tuner(Session()) is None
    base = pd.DataFrame({"indicator": ["employees"], "year": [2025], "value": ["100"]})
    session = session_of(pl.plan(base))
    session.act("look", hand="employees")
    view = oddsmodel.tuner(session)
    assert view["odds"] is None
    assert "<polygon" not in view["chart"]


def test_repair_by_odds_is_a_proposal(plan):
    session = session_of(plan.wish("output", 2028, 290))
    session.act("repair", prefer="odds")
    assert session.notices == ()
    assert session.proposal.repaired.odds is not None
    session.act("accept")
    assert str(session.plan.goals["output"].values[2028]) == "247.84"
    session.act("repair", prefer="luck")
    assert session.notices[0].code == "app_fault"


def test_history_does_not_hold_the_paths(plan):
    """Every step of a slider is kept for undo; what it was counted on is not."""
    odds = [plan.wish("output", 2028, 250 + step).odds() for step in range(5)]
    for each in odds:
        assert each.goals
    assert len({id(each.forecast) for each in odds}) == 1
    held = {type(value).__name__ for each in odds for value in vars(each).values()}
    assert not held & {"Forecast", "Outcomes", "Paths", "ndarray"}


# -- peers -------------------------------------------------------------------------------

PEERS = pl.shared("baselines") / "example-peers.csv"


@pytest.fixture(scope="module")
def few():
    """Return a plan of two indicators: all odds of a whole baseline take seconds."""
    rows = [("output", 2024, "165.08"), ("output", 2025, "186.20"), ("patents", 2025, "214")]
    return pl.plan(pd.DataFrame(rows, columns=["indicator", "year", "value"]))


def uploaded(plan):
    session = session_of(plan)
    session.act("upload", kind="peers", name="同类.csv", data=PEERS.read_bytes())
    assert [note.code for note in session.notices] == ["peers_read"]
    return session


def test_uploaded_peers_are_those_of_python(plan):
    session = uploaded(plan)
    odds = plan.odds(peers=PEERS)
    panel = oddsmodel.odds_panel(session)
    assert panel["joint"]["text"] == str(odds.joint)
    assert {row["id"]: row["text"] for row in panel["rows"]} == {
        key: str(odds.chances[key, 2028]) for key in odds.firm
    }
    assert panel["joint"]["text"] != str(plan.odds().joint)
    assert any("10" in note and "参照" in note for note in panel["notes"])
    # Files say the same as the page.
    assert handed_out("odds_csv", session.study, "zh") == odds_csv(odds, "zh")


def test_peers_stay_while_the_plan_moves_and_can_be_put_away(few):
    session = uploaded(few)
    session.act("tune", indicator="output", year=2028, value="260")
    among = few.wish("output", 2028, 260).odds(peers=PEERS)
    assert session.study.odds.chances == among.chances
    session.act("drop_peers")
    assert session.study.odds.chances == few.wish("output", 2028, 260).odds().chances
    assert session.study.odds.chances != among.chances
    session.act("undo")
    assert session.study.odds.chances == among.chances
    session.act("tune", indicator="output", year=2028, value="290")
    session.act("repair", prefer="odds")
    expected = session.plan.repair(prefer="odds", peers=PEERS)
    assert expected.changes
    assert session.proposal.goals.records("zh") == expected.goals.records("zh")
    assert session.proposal.repaired == expected.repaired


def test_peers_come_back_after_a_restart(few, tmp_path):
    study = uploaded(few).study
    StudyStore(tmp_path).save("k", study, "")
    found, _ = StudyStore(tmp_path).load("k")
    for old, new in zip(study.peers.clusters, found.peers.clusters, strict=True):
        assert (old.cluster, old.values, old.growth, old.sources) == (
            new.cluster, new.values, new.growth, new.sources,
        )  # fmt: skip
    assert found.odds.chances == study.odds.chances
    assert StudyStore(tmp_path).load("k")[0].plan.hash == study.plan.hash


@pytest.mark.parametrize("data", [b"", b"nothing,here\n1,2", b"\xff\xfe\x00", b"PK\x03\x04"])
def test_peers_that_cannot_be_used_change_nothing(plan, data):
    session = session_of(plan)
    before = session.study
    session.act("upload", kind="peers", name="同类.csv", data=data)
    assert session.notices
    assert all(note.code != "app_fault" for note in session.notices)
    assert session.study is before


@pytest.mark.parametrize(
    "rows",
    [
        [("甲", "output_growth", 2024, "8"), ("甲", "output_growth", 2025, "-3.5")],
        [("", "output", 2024, "100"), ("", "output", 2025, "110")],
        [("=1+1", "output", 2025, "100"), ('乙,"丙"\n丁', "patents", 2025, "3")],
    ],
)
def test_any_peers_are_kept_as_they_are(rows):
    frame = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    catalogue = shipped()
    one = read_reference(frame, catalogue)
    again = pd.read_csv(io.StringIO(peers_csv(one)), dtype=str, keep_default_na=False)
    two = read_reference(again, catalogue)
    assert [(b.cluster, b.values, b.growth) for b in one.clusters] == [
        (b.cluster, b.values, b.growth) for b in two.clusters
    ]


def test_more_peers_than_can_be_kept_are_refused_at_once(plan, monkeypatch):
    """Twenty rows that can be read are two hundred and twenty where each figure has its own."""
    monkeypatch.setattr(csvs, "MAX_ROWS", 200)
    years = range(2015, 2026)
    head = "cluster,indicator," + ",".join(map(str, years))
    lines = [f"甲{n},output," + ",".join(str(100 + year) for year in years) for n in range(20)]
    session = session_of(plan)
    before = session.study
    session.act("upload", kind="peers", name="同类.csv", data="\n".join([head, *lines]).encode())
    assert [note.code for note in session.notices] == ["table_too_large"]
    assert session.study is before


def test_what_is_wrong_with_peers_is_said_when_they_come(plan):
    text = (
        "cluster,indicator,year,value\n甲,output,2024,100\n甲,output,2025,-5\n乙,output,2025,90\n"
    )
    session = session_of(plan)
    session.act("upload", kind="peers", name="同类.csv", data=text.encode())
    assert [note.code for note in session.notices] == ["peers_read", "negative"]
    assert len(session.study.peers.clusters) == 2
