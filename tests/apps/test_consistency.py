"""The page never says two things of one: rules, states and notices agree, and follow every step."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner as pl
from planner.apps.page import lightmodel, tablemodel, tunermodel
from planner.apps.page.session import Session
from planner.apps.page.wakemodel import wake

TEMPLATE = pl.shared("templates") / "baseline.xlsx"


def did(session: Session, verb: str, **facts: object) -> Session:
    """Do something that is not refused."""
    session.act(verb, **facts)
    assert not [f.code for f in session.notices if f.level.value == "must_fix"]
    return session


def opened() -> Session:
    return did(Session(), "open_example", name="example.xlsx")


def test_rules_taken_back_are_taken_back_for_what_is_opened_next() -> None:
    session = opened()
    first = session.rules
    did(session, "choose_rules", name="national-2022")
    did(session, "undo")
    did(session, "open_example", name="example.xlsx")
    assert (session.rules, session.plan.rules.id) == (first, first)
    did(session, "choose_rules", name="national-2022")
    did(session, "open_example", name="co2-conflict.csv")
    assert session.plan.rules.id == "national-2022"


def test_a_relaxed_rule_is_called_so_by_light_banner_row_and_tuner() -> None:
    session = opened()
    did(session, "tune", indicator="iiot_share", year=2028, value="40")
    assert lightmodel.summary(session.plan, "zh")["state"] == "unmet"
    assert tunermodel.row_state(session.plan, session.plan.goals["iiot_share"], "zh")[0] == "unmet"
    did(session, "relax", rule="e", reason="试点")
    light = next(item for item in lightmodel.lights(session)["items"] if item["id"] == "e")
    board = tablemodel.board(session)
    row = next(row for row in board["rows"] if row["id"] == "iiot_share")  # type: ignore[index]
    session.hand = "iiot_share"
    banner = lightmodel.summary(session.plan, "zh")
    assert light["state"] == row["cells"][-1][1] == banner["state"] == "relaxed"
    assert tunermodel.tuner(session)["state"] == "relaxed"  # type: ignore[index]
    assert banner["text"].startswith("除已写明理由放宽的 e 外")


def test_putting_a_notice_away_leaves_the_panel_open() -> None:
    session = did(opened(), "why")
    session.act("tune", indicator="output", year=2028, value="abc")
    assert session.notices
    assert session.conflicts is not None
    did(session, "heard")
    assert session.conflicts is not None
    session.act("tune", indicator="output", year=2028, value="abc")
    did(session, "look", page="goals")  # the page in sight is another one now
    assert session.notices == ()


@pytest.mark.parametrize("name", ["基线.xlsx", "b.csv"])
def test_a_blank_table_opens_as_an_empty_one(name: str) -> None:
    data = (
        TEMPLATE.read_bytes()
        if name.endswith("xlsx")
        else "指标,2023,2024\n集群总产值,,\n有效发明专利数量,,\n".encode()
    )
    session = did(Session(), "upload", kind="baseline", name=name, data=data)
    assert session.notices == ()
    assert session.plan.baseline.values == {}
    assert session.plan.baseline.base_year == (2025 if name.endswith("xlsx") else 2024)
    assert session.study is not None
    assert session.study.cluster == Path(name).stem


def test_a_table_without_anything_known_is_still_refused() -> None:
    session = Session()
    session.act("upload", kind="baseline", name="b.csv", data="甲,乙\n丙,\n".encode())
    assert session.study is None
    assert session.notices


def test_what_a_step_moved_besides_is_told_until_the_next() -> None:
    session = opened()
    assert wake(session) == ""
    did(session, "tune", indicator="energy", year=2028, value="49.40")
    assert "集群总产值 247.84→250.25" in wake(session)
    did(session, "reading", rule="f", name="intensity")
    assert "二氧化碳排放量 69.92→" in wake(session)
    did(session, "undo")
    assert "→69.92" in wake(session)
    session.lang = "en"
    assert wake(session).startswith("Moved besides (2028)")
    board = tablemodel.board(session)
    assert board["wake"]  # type: ignore[index]
    did(session, "save_as", name="x")
    did(session, "switch", name="计划")
    assert wake(session) == ""


def test_a_fault_in_the_figures_is_marked_in_all_rows_it_speaks_of() -> None:
    session = opened()
    did(session, "mend", indicator="innovative_smes", year=2025, value="22")
    did(session, "mend", indicator="quality_smes", year=2025, value="18")
    sheet = tablemodel.sheet(session)
    assert sheet is not None
    last = {row["id"]: row["cells"][-2:] for row in sheet["rows"]}
    for key in ("innovative_smes", "quality_smes"):
        cell, said = last[key]
        assert cell[1] == "e!"
        assert "优质中小企业各层级的关系" in said[0]
        assert "改到要求以内" not in said[0]  # nobody changes what has been
        assert "tiers" not in said[0]
    item = next(item for item in session.open_list if item.finding.rule == "tiers")
    assert (item.group, item.page) == ("baseline", "start")
    # ... and the plan made of them stays in sight of the figures
    assert all(value <= 60 for value in session.plan.goals["quality_smes"].values.values())  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("answers", "example-answers.yaml", "answers_read"),
        ("answers", "../templates/baseline.xlsx", "answers_none"),
        ("answers", "co2-conflict.csv", "value_wrong"),
        ("peers", "reference-rates.csv", ""),
        ("peers", "benchmarks.csv", "no_clusters"),
        ("benchmarks", "co2-conflict.csv", "header_missing"),
    ],
)
def test_a_side_file_says_what_it_gave_or_why_it_gave_nothing(
    kind: str, name: str, told: str
) -> None:
    path = (pl.shared("baselines") / name).resolve()
    session = opened()
    before = session.study
    session.act("upload", kind=kind, name=path.name, data=path.read_bytes())
    codes = [finding.code for finding in session.notices]
    assert codes
    assert told in codes or not told
    refused = any(finding.level.value == "must_fix" for finding in session.notices)
    assert (session.study is before) == refused


def test_many_notices_are_cut_to_the_first_and_counted() -> None:
    from planner.apps.page import barmodel

    session = opened()
    session.act("upload", kind="peers", name="b.xlsx", data=TEMPLATE.read_bytes())
    shown = barmodel.bar(session)["notices"]
    assert len(session.notices) > len(shown)
    assert len(shown) == barmodel.MOST_NOTICES + 1
    assert str(len(session.notices) - barmodel.MOST_NOTICES) in shown[-1]["text"]


def test_peers_of_one_cluster_in_doubt_move_no_odds() -> None:
    session = opened()
    rows = "指标,2023,2024,2025\n集群总产值,1,2,3\n不知何物,4,5,6\n"
    session.act("upload", kind="peers", name="p.csv", data=rows.encode())
    assert session.notices
    assert session.study is not None
    assert session.study.peers is None
