"""Kept studies in a list: renamed, copied and put away, and nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.apps.page import shelfmodel
from planner.apps.page.autosave import Saver
from planner.apps.page.session import Session
from planner.apps.page.shelf import AWAY
from planner.apps.page.store import SUFFIX, StudyStore


def working(folder: Path) -> Session:
    session = Session(Saver(StudyStore(folder)))
    session.act("begin", name="甲县番茄", base_year="2025")
    session.act("mend", indicator="output", year=2025, value="100")
    assert session.saved == "saved"
    return session


def keys(folder: Path) -> set[str]:
    return {item.key for item in StudyStore(folder)}


def output(folder: Path, key: str) -> str:
    study, _ = StudyStore(folder).load(key)
    return str(study.plan.goals["output"].baseline)


def test_a_renamed_study_is_gone_on_with_and_saved_under_its_new_name(tmp_path: Path) -> None:
    session = working(tmp_path)
    session.act("rename_kept", key="甲县番茄", name="甲县番茄 定稿/二")
    (key,) = keys(tmp_path)
    assert key == "甲县番茄-定稿-二"
    session.act("mend", indicator="output", year=2025, value="120")
    assert session.saved == "saved"
    assert (keys(tmp_path), output(tmp_path, key)) == ({key}, "120.00")
    view = shelfmodel.kept(session)
    assert [(line["key"], line["here"]) for line in view["lines"]] == [(key, True)]
    assert str(tmp_path) in view["where"]
    session.act("rename_kept", key=key, name="  ")
    assert [item.code for item in session.notices] == ["name_missing"]


def test_a_copy_goes_its_own_way(tmp_path: Path) -> None:
    session = working(tmp_path)
    session.act("copy_kept", key="甲县番茄")
    assert keys(tmp_path) == {"甲县番茄", "甲县番茄-2"}
    session.act("mend", indicator="output", year=2025, value="120")
    assert (output(tmp_path, "甲县番茄"), output(tmp_path, "甲县番茄-2")) == ("120.00", "100.00")


def test_what_is_deleted_is_put_away_and_can_be_taken_back(tmp_path: Path) -> None:
    session = working(tmp_path)
    session.act("delete_kept", key="甲县番茄")
    assert [item.code for item in session.notices] == ["study_open"]
    session.act("copy_kept", key="甲县番茄")
    session.act("delete_kept", key="甲县番茄-2")
    assert [item.code for item in session.notices] == ["study_away"]
    assert keys(tmp_path) == {"甲县番茄"}
    (away,) = (tmp_path / AWAY).glob(f"*{SUFFIX}")
    assert str(away) == session.notices[0].expected
    away.rename(tmp_path / f"又回来{SUFFIX}")
    assert output(tmp_path, "又回来") == "100.00"


@pytest.mark.parametrize("verb", ["rename_kept", "copy_kept", "delete_kept"])
@pytest.mark.parametrize("key", ["../x", "nix", "", "/etc/passwd", "a\x00b"])
def test_only_what_is_kept_here_is_touched(tmp_path: Path, verb: str, key: str) -> None:
    session = working(tmp_path / "plans")
    before = sorted(tmp_path.rglob("*"))
    facts = {"key": key} | ({"name": "y"} if verb == "rename_kept" else {})
    session.act(verb, **facts)
    assert [item.code for item in session.notices] == ["file_missing"]
    assert sorted(tmp_path.rglob("*")) == before
    alone = Session()
    alone.act(verb, **facts)
    assert [item.code for item in alone.notices] == ["file_missing"]
