"""The form as a page and the rail beside it: from a blank sheet to one that can be filed, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner as pl
from planner.apps.page import barmodel, formmodel, railmodel
from planner.apps.page.autosave import Saver
from planner.apps.page.page import Page
from planner.apps.page.session import Session
from planner.apps.page.store import StudyStore
from planner.model.catalogue import Cell
from planner.model.formschema import NONE, TICK

BASE = pl.read_baseline(pl.shared("baselines") / "example.csv")
FORM = pl.load_form()
ANSWERS = pl.read_answers(pl.shared("baselines") / "example-answers.yaml", FORM)


def begun() -> Session:
    session = Session()
    session.act("begin", name=BASE.cluster, base_year="2025")
    assert session.notices == ()
    return session


def block() -> str:
    """Return the example's figures as somebody copies them out of a spreadsheet."""
    rows: dict[str, dict[int, object]] = {}
    for cell, number in BASE.values.items():
        rows.setdefault(cell.indicator, {})[cell.year] = number
    for cell, number in BASE.growth.items():
        rows.setdefault(f"{cell.indicator}_growth", {})[cell.year] = number
    return "\n".join(
        "\t".join(
            [BASE.catalogue.label(key, "zh"), *(str(row.get(y, "")) for y in (2023, 2024, 2025))]
        )
        for key, row in rows.items()
    )


def filled() -> Session:
    """Return a session in which everything was filled in by hand."""
    session = begun()
    session.act("paste", indicator="output", year=2023, text=block())
    for slot, text in ANSWERS.values.items():
        item = FORM.fields[slot.field]
        if item.same_as:
            continue
        if item.kind == "choice":
            session.act("tick", slot=str(slot), on=True)
        else:
            session.act("answer", slot=str(slot), value=text)
        assert session.notices == (), slot
    return session


def settled(session: Session) -> Session:
    """Do what is left to do, item by item, as the rail leads."""
    for _ in range(100):
        if not session.open_list:
            break
        item = session.open_list[0]
        session.act("onward")
        answer = item.finding.facts.get("answer", "")
        if item.finding.code == "form_draft":
            session.act("accept_draft", field=item.field)
        elif item.page == "form":
            session.act("because", place=answer, text="示例理由")
        else:
            session.act("excuse", key=answer, text="示例理由")
        assert session.notices == (), item
    return session


def test_from_a_blank_sheet_to_a_form_that_can_be_filed(tmp_path: Path) -> None:
    session = begun()
    first = railmodel.rail(session)
    assert not first["ready"]
    assert {group["id"]: bool(group["count"]) for group in first["groups"]} == {
        "baseline": True, "rules": True, "reasons": True, "form": True,
    }  # fmt: skip
    session = settled(filled())
    assert session.plan.baseline.values == BASE.values
    rail = railmodel.rail(session)
    assert (rail["ready"], rail["said"], rail["done"]) == (True, "可以上报", rail["fields"])
    name, data = Page(session).made("form_docx")
    (tmp_path / name).write_bytes(data)
    reading = pl.read_form(tmp_path / name)
    fix = [item.code for item in reading.findings if item.level.value == "must_fix"]
    assert fix == []


def test_complies_and_ready_to_file_are_two_things() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    assert session.plan.complies
    assert not railmodel.rail(session)["ready"]


def test_the_rail_is_the_list_of_the_form_check_and_of_the_plan() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    filing = pl.fill_form(session.plan, session.study.answers if session.study else None)
    due = [f for f in filing.findings if f.level.value != "info" and f.code != "form_goals_unmet"]
    listed = [item.finding for item in session.open_list if item.page == "form"]
    assert sorted(map(str, listed)) == sorted(map(str, due))
    needing = [f for f in session.plan.check() if f.level.value == "needs_reason"]
    assert sum(item.group == "reasons" and item.page == "" for item in session.open_list) == len(
        needing
    )


def test_every_item_leads_to_its_place() -> None:
    session = begun()
    for item in session.open_list:
        session.act("go", key=item.key)
        assert session.item == item.key
        if item.page == "form":
            assert (session.page, session.part, session.field) == ("form", item.part, item.field)
            shown = formmodel.form(session)["part"]["fields"]
            assert item.field in [field["id"] for field in shown]
        elif item.page:
            assert session.page == item.page
    session.act("onward")
    assert session.item == session.open_list[0].key  # round again


def test_an_item_that_is_done_is_no_item_any_more() -> None:
    session = begun()
    key = next(item.key for item in session.open_list if item.field == "region")
    session.act("answer", slot="region", value="示例地区")
    assert key not in [item.key for item in session.open_list]
    session.act("go", key=key)
    assert [item.code for item in session.notices] == ["page_outdated"]


def test_answers_can_be_undone_and_are_kept(tmp_path: Path) -> None:
    session = Session(Saver(StudyStore(tmp_path)))
    session.act("begin", name="甲集群", base_year="2025")
    session.act("answer", slot="region", value="示例地区")
    session.act("because", place="achieved.co2", text="因为")
    assert session.saver is not None
    again, _ = StudyStore(tmp_path).load(session.saver.key or "")
    assert again.answers is not None
    assert again.answers.values == {pl.Slot("region"): "示例地区"}
    assert again.answers.reasons == {"achieved.co2": "因为"}
    session.act("undo")
    session.act("undo")
    assert session.filing is not None
    assert pl.Slot("region") not in session.filing.content
    session.act("redo")
    assert session.filing.content[pl.Slot("region")] == "示例地区"


def test_of_some_options_only_one_can_be_ticked() -> None:
    session = begun()
    session.act("tick", slot="operator_changed.1", on=True)
    session.act("tick", slot="operator_changed.2", on=True)
    values = session.study.answers.values if session.study and session.study.answers else {}
    assert {str(slot) for slot in values} == {"operator_changed.2"}
    for number in ("1", "3"):
        session.act("tick", slot=f"chain_work.{number}", on=True)
    session.act("tick", slot=f"chain_work.{NONE}", on=True)
    values = session.study.answers.values if session.study and session.study.answers else {}
    assert [text for slot, text in values.items() if slot.field == "chain_work"] == ["无"]
    session.act("tick", slot="chain_work.2", on=True)
    values = session.study.answers.values if session.study and session.study.answers else {}
    assert [text for slot, text in values.items() if slot.field == "chain_work"] == [TICK]


def test_a_goal_in_words_is_the_plans() -> None:
    session = begun()
    session.act("answer", slot="goals.opening.target", value="与5所高校合作")
    assert session.plan.words == {Cell("opening", 2028): "与5所高校合作"}
    session.act("answer", slot="goals.opening.target", value="")
    assert session.plan.words == {}


@pytest.mark.parametrize(
    ("verb", "facts", "code"),
    [
        ("answer", {"slot": "nowhere", "value": "x"}, "field_unknown"),
        ("answer", {"slot": "chain_text.x", "value": "x"}, "field_unknown"),
        ("answer", {"slot": "region", "value": "长" * 30_000}, "answer_long"),
        ("tick", {"slot": "region", "on": True}, "field_unknown"),
        ("accept_draft", {"field": "region"}, "field_unknown"),
        ("because", {"place": "nowhere", "text": "x"}, "field_unknown"),
        ("excuse", {"key": "nothing@x", "text": "x"}, "reason_for_nothing"),
        ("begin", {"name": " ", "base_year": "2025"}, "cluster_unnamed"),
        ("begin", {"name": "甲", "base_year": "今年"}, "year_wrong"),
        ("add_indicator", {"name": "甲", "unit": "", "better": "higher"}, "own_incomplete"),
        ("add_indicator", {"name": "集群总产值", "unit": "亿元", "better": "higher"}, "name_taken"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    verb: str, facts: dict[str, object], code: str
) -> None:
    session = begun()
    before = session.study
    session.act(verb, **facts)
    assert [item.code for item in session.notices] == [code]
    assert session.study is before


# -- figures -------------------------------------------------------------------------------


def test_sums_and_units_are_understood() -> None:
    session = begun()
    for typed in ("=455000/10000", "455000万元", "=（40+5.5）"):
        session.act("mend", indicator="output", year=2025, value=typed)
        assert str(session.plan.baseline.values[Cell("output", 2025)]) == "45.50", typed


def test_a_block_is_placed_by_its_rows_or_by_its_names() -> None:
    session = begun()
    session.act("paste", indicator="output", year=2024, text="1\t2\r\n\t12.5\r\n")
    assert {str(c): str(v) for c, v in session.plan.baseline.values.items()} == {
        "output@2024": "1.00", "output@2025": "2.00",
    }  # fmt: skip
    assert str(session.plan.baseline.growth[Cell("output", 2025)]) == "12.50"
    session.act("paste", indicator="output", year=2023, text="有效发明专利数量\t件\t1\t2\t3")
    assert str(session.plan.baseline.values[Cell("patents", 2025)]) == "3"


def test_what_of_a_block_has_no_place_is_named() -> None:
    session = begun()
    session.act("paste", indicator="output", year=2025, text="5\t6")
    assert [(item.code, item.found) for item in session.notices] == [
        ("paste_outside", "6"),
        ("pasted", "1"),
    ]
    session.act("paste", indicator="output", year=2025, text="约五")
    assert "pasted" in [item.code for item in session.notices]


def test_a_block_goes_into_the_goals_too() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("paste_goals", indicator="output", year=2026, text="210\t235\t260")
    assert [str(session.plan.goals["output"].values[year]) for year in session.plan.years] == [
        "210.00", "235.00", "260.00",
    ]  # fmt: skip


def test_an_indicator_of_ones_own_joins_the_plan() -> None:
    session = begun()
    session.act("add_indicator", name="番茄出口额", unit="亿元", better="higher")
    (item,) = session.plan.baseline.catalogue.own
    session.act("mend", indicator=item.id, year=2025, value="4.2")
    session.act("tune", indicator=item.id, year=2028, value="6.5")
    assert str(session.plan.goals[item.id].values[2028]) == "6.50"


def test_undo_says_what_it_undoes() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("tune", indicator="output", year=2028, value="260")
    session.act("answer", slot="region", value="别处")
    session.act("choose_span", horizon="5")
    hints = []
    for _ in range(3):
        hints.append(barmodel.bar(session)["undo"]["hint"])
        session.act("undo")
    assert hints == [
        "撤销（Ctrl+Z）：换规则集或年份",
        "撤销（Ctrl+Z）：填申报表",
        "撤销（Ctrl+Z）：改目标 集群总产值",
    ]
    assert barmodel.bar(session)["redo"]["hint"] == "重做（Ctrl+Y）：改目标 集群总产值"


def test_the_rail_goes_round_and_leaves_nothing_out() -> None:
    session = begun()
    keys = [item.key for item in session.open_list]
    assert len(set(keys)) == len(keys)
    passed = []
    for _ in keys:
        session.act("onward")
        passed.append(session.item)
    assert passed == keys


def test_a_block_may_bring_its_own_heading() -> None:
    """Years over the columns say where the numbers go, and are no numbers themselves."""
    session = begun()
    text = "指标\t单位\t2024年\t2025年\n集群总产值\t亿元\t100\t110\n不知何物\t家\t1\t2"
    session.act("paste", indicator="output", year=2023, text=text)
    assert {str(c): str(v) for c, v in session.plan.baseline.values.items()} == {
        "output@2024": "100.00", "output@2025": "110.00",
    }  # fmt: skip
    outside = [item.found for item in session.notices if item.code == "paste_outside"]
    assert set(outside) >= {"1", "2"}


def test_a_named_number_goes_where_the_cursor_is() -> None:
    session = begun()
    session.act("paste", indicator="output", year=2025, text="有效发明专利数量\t件\t5件")
    assert {str(c): str(v) for c, v in session.plan.baseline.values.items()} == {
        "patents@2025": "5"
    }


def test_each_answer_is_one_step_back() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    before = session.study
    session.act("answer", slot="national_pilots.count", value="无")
    values = session.study.answers.values if session.study and session.study.answers else {}
    assert [values[pl.Slot("national_pilots", part)] for part in ("count", "names")] == ["0", "无"]
    session.act("undo")
    assert session.study is before
    session.act("answer", slot="goals.opening.target", value="别的")
    session.act("undo")
    assert session.study is before


def test_a_state_of_the_past_is_every_scenarios() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("save_as", name="另一个")
    session.act("answer", slot="goals.opening.baseline", value="与3所高校合作")
    assert session.study is not None
    assert {plan.words[Cell("opening", 2025)] for plan in session.study.plans.values()} == {
        "与3所高校合作"
    }
    session.act("answer", slot="goals.opening.target", value="与5所")
    assert (
        len({plan.words.get(Cell("opening", 2028)) for plan in session.study.plans.values()}) == 2
    )


@pytest.mark.parametrize("year", ["0", "1989", "99999", "2" * 5000, "二〇二五"])
def test_a_base_year_that_is_none_is_refused(year: str) -> None:
    session = Session()
    session.act("begin", name="甲", base_year=year)
    assert [item.code for item in session.notices] == ["year_wrong"]
    assert session.study is None


def test_rules_without_a_form_are_never_ready_to_file() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("choose_rules", name="yunnan")
    assert not railmodel.standing(session)[0]
    assert not railmodel.rail(session)["ready"]
