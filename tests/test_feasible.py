"""Feasibility as a face: plain data, in both languages, of every kind of baseline."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import planner as pl
from planner.ui import feasible
from planner.ui.grids import board
from planner.ui.opening import study_of
from planner.ui.session import Session


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
    session.act("look", hand="patents")
    face = feasible.tuner(session)
    odds = plan.odds()
    json.dumps(face)
    panel = face["odds"]
    assert panel["joint"]["text"] == str(odds.joint)
    assert {row["id"] for row in panel["rows"]} == odds.firm
    assert panel["hand"]["safe"]["value"] == str(odds["patents"].safe)
    for year, chance in odds["patents"].chances.items():
        assert f"{year} {chance}" in panel["hand"]["years"]
    assert len(panel["notes"]) == len(odds.findings)
    assert "<polygon" in face["chart"]


def test_the_safe_target_is_a_wish_like_any_other(plan):
    session = session_of(plan)
    session.act("look", hand="patents")
    safe = feasible.tuner(session)["odds"]["hand"]["safe"]
    session.act("tune", indicator="patents", year=safe["year"], value=safe["value"], gesture="")
    assert session.notices == ()
    assert str(session.plan.goals["patents"].values[safe["year"]]) == safe["value"]
    assert session.plan.odds()["patents"].chances[2028].value >= 0.8


def test_the_table_has_a_column_of_odds(plan):
    session = session_of(plan)
    grid = board(session)
    place = [column["id"] for column in grid["columns"]].index("odds")
    shown = {row["id"]: row["cells"][place][0] for row in grid["rows"]}
    odds = plan.odds()
    assert shown == {row.id: str(odds.chances.get((row.id, 2028), "")) for row in plan.goals}
    assert shown["employees"] == ""  # neither more nor less is better


def test_nothing_open_and_nothing_known():
    assert feasible.tuner(Session()) is None
    base = pd.DataFrame({"indicator": ["employees"], "year": [2025], "value": ["100"]})
    session = session_of(pl.plan(base))
    session.act("look", hand="employees")
    face = feasible.tuner(session)
    assert face["odds"] is None
    assert "<polygon" not in face["chart"]


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
    assert len({id(each.outlook) for each in odds}) == 1
    held = {type(value).__name__ for each in odds for value in vars(each).values()}
    assert not held & {"Outlook", "Outcomes", "Paths", "ndarray"}
