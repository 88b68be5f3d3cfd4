"""Notes of a plan are kept with it, also those that speak in phrases; made-up ones are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner as pl
from planner.api.opening import over
from planner.model import messages

EXAMPLE = pl.shared("baselines") / "example.csv"


def shortened() -> pl.Plan:
    return over(pl.plan(EXAMPLE).wish("output", 2028, 260), horizon=2)


def test_a_plan_that_dropped_a_wish_can_be_saved_and_exported(tmp_path: Path) -> None:
    plan = shortened()
    assert "asked_dropped" in [note.code for note in plan.notes]
    again = pl.read_plan(plan.save(tmp_path / "plan.json"))
    assert again.save(tmp_path / "again.json").read_bytes() == (tmp_path / "plan.json").read_bytes()
    for lang in ("zh", "en"):
        told = [[messages.sentence(note, lang) for note in one.notes] for one in (plan, again)]
        assert told[0] == told[1]
    assert plan.export(tmp_path / "pack")


@pytest.mark.parametrize(
    "fact",
    [
        {"is": "phrase", "key": "no_such_pattern", "facts": {}},
        {"is": "phrase", "key": "cell", "facts": {}},
        {"is": "phrase", "key": "cell", "facts": {"key": "x"}},
        {"is": "listed", "parts": 3, "between": "between"},
        {"is": "listed", "parts": ["x"], "between": "nowhere"},
        {"is": "text", "zh": 1, "en": []},
        {"is": "number", "value": "1"},
        {"is": "else"},
        {"no": "kind"},
        ["x"],
        7,
    ],
)
def test_facts_that_nothing_can_be_said_of_are_refused(tmp_path: Path, fact: object) -> None:
    path = shortened().save(tmp_path / "plan.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["notes"][-1]["facts"] = {"cells": fact}
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(pl.InputError) as error:
        pl.read_plan(path)
    assert error.value.findings[0].code == "plan_broken"


def test_facts_nested_without_end_are_refused(tmp_path: Path) -> None:
    path = shortened().save(tmp_path / "plan.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["notes"][-1]["facts"] = {"cells": "?"}
    deep = '{"is": "listed", "between": "between", "parts": [' * 400 + '"x"' + "]}" * 400
    path.write_text(json.dumps(data).replace('"?"', deep), encoding="utf-8")
    with pytest.raises(pl.InputError):
        pl.read_plan(path)
