"""What is written and what is sent: no half of a character, no fault and no size loses anything."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import planner as pl
from planner.apps.page.autosave import Saver
from planner.apps.page.page import Page
from planner.apps.page.session import Session
from planner.apps.page.store import StudyStore
from planner.core.archive import MAX_BYTES

PIECE = 1 << 20


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the tracebacks of faults that are told out of the test's report."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def opened(folder: Path) -> Session:
    session = Session(Saver(StudyStore(folder)))
    session.act("open_example", name="example.xlsx")
    session.act("tune", indicator="iiot_share", year=2028, value="40")
    return session


@pytest.mark.parametrize("text", ["试\ud800点", "\udfff", "甲\udc80乙"])
def test_halves_of_characters_are_not_kept_and_stop_nothing(tmp_path: Path, text: str) -> None:
    session = opened(tmp_path)
    session.act("relax", rule="e", reason=f"因{text}")
    assert session.saved == "saved"
    session.act("save_as", name=f"方案{text}")
    session.act("answer", slot="region", value=text)
    session.act("tune", indicator="output", year=2028, value="260")
    assert session.saved == "saved"
    (kept,) = StudyStore(tmp_path)
    study, _ = StudyStore(tmp_path).load(kept.key)
    assert str(study.plan.goals["output"].values[2028]) == "260.00"
    assert "因" in next(v.rule.reason for v in study.plan.verdicts if v.rule.id == "e")


def test_a_fault_in_saving_is_told_and_the_next_change_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(StudyStore, "_dumps", lambda *_: 1 / 0)
        session.act("tune", indicator="output", year=2028, value="255")
        assert session.saved == "failed"
        assert [item.code for item in session.notices] == ["not_saved"]
    session.act("tune", indicator="output", year=2028, value="260")
    assert session.saved == "saved"
    (kept,) = StudyStore(tmp_path)
    study, _ = StudyStore(tmp_path).load(kept.key)
    assert str(study.plan.goals["output"].values[2028]) == "260.00"


def test_pieces_are_bounded_in_sum() -> None:
    page = Page(Session())
    data = bytes(PIECE)
    count = MAX_BYTES // PIECE + 3
    for index in range(count):
        page.act("piece", kind="baseline", name="a.csv", index=index, count=count, data=data)
        assert sum(map(len, page._pieces)) <= MAX_BYTES
        if page.session.notices:
            break
    assert [item.code for item in page.session.notices] == ["file_too_large"]
    assert page._pieces == []
    rows = b"indicator,year,value\noutput,2025,100\n"
    page.act("piece", kind="baseline", name="a.csv", index=0, count=1, data=rows)
    assert page.session.plan.baseline.values
    assert pl.plan(page.session.plan.baseline).goals["output"].baseline == 100
