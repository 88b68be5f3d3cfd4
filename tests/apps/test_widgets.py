"""Widgets: a part alone, its plan a trait, several over one plan or apart."""

from __future__ import annotations

from typing import Any

import pytest

import planner as pl
from planner.apps import widgets

PLAN = pl.plan(pl.shared("baselines") / "example.csv")
KINDS = {"goals": widgets.goals, "lights": widgets.lights, "tuner": widgets.tuner, "odds": widgets.odds}  # fmt: skip


def test_the_package_has_them() -> None:
    assert pl.widgets is widgets
    assert "widgets" in dir(pl)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_part_stands_alone(name: str, lang: str) -> None:
    made = KINDS[name](PLAN, lang=lang)  # type: ignore[operator]
    assert made.plan == PLAN
    assert len(repr(made)) < 120
    shown = made.children[1]
    text = getattr(shown, "view", None) or shown.value
    assert ("总产值" in text) == (lang == "zh") or name == "lights"
    assert "planner" in made._dom_classes


@pytest.mark.parametrize("name", KINDS)
def test_a_step_is_heard_once_and_can_be_taken_back(name: str) -> None:
    made = KINDS[name](PLAN)
    heard: list[Any] = []
    made.observe(lambda change: heard.append(change["new"]), "plan")
    made.act("tune", indicator="output", year=2028, value="260")
    assert [str(plan["output"].values[2028]) for plan in heard] == ["260.00"]
    made.undo()
    assert made.plan == PLAN
    made.redo()
    assert made.plan == heard[0] == PLAN.wish("output", 2028, 260)


@pytest.mark.parametrize("name", KINDS)
def test_a_plan_can_be_set_and_is_seen(name: str) -> None:
    made = KINDS[name](PLAN)
    before = getattr(made.children[1], "view", None) or made.children[1].value
    made.plan = PLAN.wish("output", 2028, 290)
    after = getattr(made.children[1], "view", None) or made.children[1].value
    assert before != after
    made.undo()
    assert made.plan == PLAN


def test_two_over_one_plan_follow_each_other_and_two_plans_stay_apart() -> None:
    table, other = widgets.goals(PLAN), widgets.goals(PLAN)
    slider = widgets.tuner(table, "patents")
    slider.act("tune", indicator="patents", year=2028, value="400")
    assert table.plan is slider.plan
    assert "400" in table.children[1].view
    assert other.plan == PLAN
    other.act("tune", indicator="output", year=2028, value="300")
    assert str(table.plan["output"].values[2028]) == "247.84"


def test_each_step_is_shown_once_in_each_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    table = widgets.goals(PLAN)
    slider = widgets.tuner(table, "output")
    shown: list[Any] = []
    refresh = widgets.PlanWidget.refresh
    monkeypatch.setattr(widgets.PlanWidget, "refresh", lambda self: (shown.append(self), refresh(self)))  # fmt: skip
    table.act("tune", indicator="output", year=2028, value="260")
    assert shown == [table, slider]
    slider.close()
    table.act("tune", indicator="output", year=2028, value="270")
    assert shown == [table, slider, table]


def test_a_plan_that_cannot_be_set_changes_nothing() -> None:
    table = widgets.goals(PLAN)
    with pytest.raises(Exception, match="Plan"):
        table.plan = "no plan"
    assert table.plan is table.session.plan


def test_what_cannot_be_is_said_and_changes_nothing() -> None:
    made = widgets.goals(PLAN)
    made.act("tune", indicator="output", year=2028, value="<b>many")
    assert made.plan == PLAN
    assert [finding.level.value for finding in made.said] == ["must_fix"]
    assert "<b>" not in made.told.value
    made.act("tune", indicator="output", year=2028, value="260")
    assert (made.said, made.told.value) == ((), "")
    with pytest.raises(pl.InputError):
        widgets.tuner(PLAN, "nope")


def test_several_plans_side_by_side() -> None:
    both = widgets.compare({"一": PLAN, "二": PLAN.under("steady")}, lang="zh")
    assert both.plan == PLAN
    assert "261.60" in both.children[1].view
    assert "二" in both.children[2].value
    both.act("look", every_year=True)
    assert "2026" in both.children[1].view
    with pytest.raises(pl.InputError, match="至少要有两份"):
        widgets.compare({"一": PLAN})
