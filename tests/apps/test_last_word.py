"""What a person did last holds, what is unfit is never called ready, and no offer is empty."""

from __future__ import annotations

import re

import pytest

import planner as pl
from planner.apps.page import railmodel
from planner.apps.page.session import Session

ANSWERS = (pl.shared("baselines") / "example-answers.yaml").read_text(encoding="utf-8")


def did(session: Session, verb: str, **facts: object) -> Session:
    """Do something that is not refused."""
    session.act(verb, **facts)
    assert not [f.code for f in session.notices if f.level.value == "must_fix"]
    return session


def opened() -> Session:
    return did(Session(), "open_example", name="example.xlsx")


def open_items(session: Session) -> set[tuple[str, str]]:
    return {(item.finding.code, item.field) for item in session.open_list}


def test_answers_that_are_unfit_to_file_are_listed_and_never_ready() -> None:
    """320 characters where 200 are allowed, and both yes and no (§12)."""
    limit = next(field.limit for field in pl.load_form() if field.id == "chain_text")
    assert limit is not None
    text = re.sub(r"chain_text: .*", f"chain_text: {'产' * (limit + 1)}", ANSWERS)
    text = text.replace("operator_changed: 否", "operator_changed: [是, 否]")
    wrong = {("form_text_long", "chain_text"), ("form_one_choice", "operator_changed")}
    session = did(opened(), "upload", kind="answers", name="a.yaml", data=ANSWERS.encode())
    assert not wrong & open_items(session)
    did(session, "upload", kind="answers", name="a.yaml", data=text.encode())
    assert wrong <= open_items(session)
    assert not railmodel.rail(session)["ready"]


@pytest.mark.parametrize("typed", ["30", "56", "60", "80"])
def test_what_is_typed_after_a_repair_holds(typed: str) -> None:
    session = did(opened(), "tune", indicator="iiot_share", year=2028, value="40")
    did(session, "repair", prefer="wishes")
    did(session, "accept")
    did(session, "tune", indicator="iiot_share", year=2028, value=typed)
    row = session.plan.goals["iiot_share"]
    held = row.values[2028]
    assert held is not None
    assert 0 <= held - int(typed) < 1  # a share of 156 firms: the next that can be
    assert row.status == ("met" if int(typed) >= 55 else "unmet")


@pytest.mark.parametrize(
    ("indicator", "value"),
    [("output", "290"), ("iiot_share", "40"), ("co2", "11"), ("patents", "500"), ("output", "240")],
)
def test_a_repair_by_odds_gains_or_says_what_holds_it_down(indicator: str, value: str) -> None:
    session = did(opened(), "tune", indicator=indicator, year=2028, value=value)
    session.act("repair", prefer="odds")
    if session.proposal is None:
        assert session.notices
        return
    repair = session.proposal.repaired
    before, after = repair.odds
    assert before != after or repair.bottleneck
    assert session.proposal.complies
    asked = {cell.indicator for cell in session.plan.wishes}
    named = {change.cell.indicator for change in session.proposal.changes if change.kind == "wish"}
    assert named <= asked


def test_every_item_that_asks_for_a_reason_can_be_cleared() -> None:
    session = opened()
    asked = [item for item in session.open_list if item.group == "reasons"]
    assert asked
    for item in asked:
        did(session, "excuse", key=item.finding.facts["answer"], text="示例理由")
    assert not [item for item in session.open_list if item.group == "reasons"]
