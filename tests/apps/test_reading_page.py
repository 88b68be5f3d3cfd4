"""A file as people make it, on the page: what was read stands beside it, and doubts are answered by a click."""

from __future__ import annotations

from decimal import Decimal

import planner as pl
from planner.apps.page import barmodel, railmodel, readmodel
from planner.apps.page.mends import mends
from planner.apps.page.session import Session
from planner.core.findings import Finding, Obligation
from planner.model.catalogue import Cell

TABLE = """指标,单位,2023,2024,2025
集群产值总额,万元,1473200,1650800,1862000
中小企业产值,,1129000,1275500,1456100
研发经费投入,亿元,3.6,4.1,4.65
产值增速,,0.11,0.12,0.13
有效发明专利数量,件,158,184,214
工业互联网普及率,,0.3,0.33,0.359
"""


def opened(text: str = TABLE, name: str = "我县.csv") -> Session:
    session = Session()
    session.act("upload", kind="baseline", name=name, data=text.encode())
    assert session.study is not None
    return session


def value(session: Session, key: str, year: int = 2025) -> str:
    return str(session.plan.baseline.values.get(Cell(key, year)))


def click(session: Session, text: str) -> None:
    """Press the first button of that text among the doubts."""
    found = [mend for doubt in readmodel.reading(session)["doubts"] for mend in doubt["mends"]]
    chosen = next(mend for mend in found if mend["text"] == text)
    session.act(chosen["verb"], **chosen["facts"])


def test_every_doubt_has_a_click_and_all_clicks_together_leave_none() -> None:
    session = opened()
    before = readmodel.reading(session)
    assert before["open"] == "待您回答 4 项"
    click(session, "就是“集群总产值”")
    assert value(session, "output") == "186.20"
    click(session, "读作 112.9 亿元")
    assert value(session, "sme_output") == "145.61"
    click(session, "读作 30 %")
    assert value(session, "iiot_share") == "35.90"
    click(session, "取计算值 12.79%")
    assert session.plan.baseline.growth[Cell("output", 2025)] == Decimal("12.79")
    after = readmodel.reading(session)
    assert (after["open"], after["doubts"]) == ("", [])
    for _ in range(4):
        session.act("undo")
    assert readmodel.reading(session) == before


def test_what_was_typed_since_stays_when_the_file_is_read_again() -> None:
    session = opened()
    session.act("mend", indicator="patents", year=2025, value="230")
    session.act("mend", indicator="employees", year=2025, value="900")
    session.act("tune", indicator="patents", year=2028, value="400")
    click(session, "读作 112.9 亿元")
    assert (value(session, "patents"), value(session, "employees")) == ("230", "900")
    assert value(session, "patents", 2024) == "184"
    assert str(session.plan.goals["patents"].values[2028]) == "400"


def test_a_label_may_mean_another_indicator_in_another_unit_or_none() -> None:
    session = opened()
    session.act("means", label="集群产值总额", indicator="leading_output")
    assert value(session, "leading_output") == "186.20"
    session.act("means", label="研发经费投入", indicator="rd_spend", unit="万元")
    assert value(session, "rd_spend") == "None"  # the unit column says otherwise: asked, not taken
    session.act("means", label="集群产值总额", indicator="-")
    assert value(session, "leading_output") == "None"
    for bad in ({"indicator": "nosuch"}, {"indicator": "output", "unit": "斗"}):
        session.act("means", label="集群产值总额", **bad)
        assert [item.level for item in session.notices] == [Obligation.MUST_FIX]


def test_what_is_left_out_needs_no_unit() -> None:
    session = opened()
    session.act("means", label="有效发明专利数量", indicator="-", unit="斗")
    assert (session.notices, value(session, "patents")) == ((), "None")


def test_their_sheet_is_shown_cell_by_cell_with_what_became_of_each() -> None:
    view = readmodel.reading(opened())
    (sheet,) = view["sheets"]
    cells = {cell["key"]: cell for row in sheet["rows"] for cell in row["cells"].values()}
    marks = [mark for line in TABLE.splitlines() for mark in line.split(",") if mark]
    assert sorted(cell["text"] for cell in cells.values()) == sorted(marks)
    assert cells["E6"]["state"] == "used"
    assert "有效发明专利" in cells["E6"]["how"]
    assert cells["A2"]["label"] == "集群产值总额"
    assert {cells[key]["state"] for key in ("A2", "C3", "E5", "E7")} == {"asked"}
    book = Session()
    book.act("open_example", name="example.xlsx")
    sheets = readmodel.reading(book)["sheets"]
    assert len(sheets) > 1
    assert readmodel.reading(Session()) == {}


def test_a_typed_number_of_another_size_is_answered_by_a_click() -> None:
    session = opened()
    session.act("mend", indicator="rd_spend", year=2025, value="46500")
    (notice,) = barmodel.bar(session)["notices"]
    assert "as_written" not in notice["text"]
    by_text = {mend["text"]: mend for mend in notice["mends"]}
    chosen = by_text["读作 4.65 亿元"]
    session.act(chosen["verb"], **chosen["facts"])
    assert value(session, "rd_spend") == "4.65"


def test_what_misses_a_rule_can_be_set_to_it_where_it_stands() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("tune", indicator="output", year=2028, value="240")
    session.act("look", rail="rules")
    opened_group = railmodel.rail(session)["open"]
    (item,) = opened_group["items"]
    assert [mend["text"] for mend in item["mends"]] == ["改为 247.84", "一键修正"]
    chosen = item["mends"][0]
    session.act(chosen["verb"], **chosen["facts"])
    assert session.plan.complies


def test_a_threshold_that_is_not_public_is_answered_by_a_click() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    due = [
        item.finding for item in session.open_list if item.finding.code == "rule_threshold_unknown"
    ]
    for finding in due:
        chosen = next(m for m in mends(finding, session) if m["verb"] == "excuse")
        session.act(chosen["verb"], **chosen["facts"])
    left = [item.finding.code for item in session.open_list]
    assert due
    assert "rule_threshold_unknown" not in left


def test_without_the_file_there_is_nothing_to_press_and_it_is_said() -> None:
    session = Session()
    session.act("begin", name="甲", base_year="2025")
    session.act("settle", key="C3", way="use")
    assert [item.code for item in session.notices] == ["source_gone"]
    fault = Finding("unit_suspected", Obligation.MUST_FIX, ways_out=("take_way",),
                    facts={"key": "C3", "ways": "as_written → 1 件"})  # fmt: skip
    assert mends(fault, session) == []


def test_an_answer_that_changes_nothing_says_so() -> None:
    session = opened()
    session.act("settle", key="E6", way="use")
    assert [item.code for item in session.notices] == ["source_unmoved"]
    assert pl.plan(session.plan.baseline).baseline.values


def test_a_figure_of_ones_own_is_one_number_with_its_source() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    given = {"rule": "e", "value": "41.5", "year": "2025", "scope": "新疆食品制造业", "kind": "平均",
             "source": "某厅统计快报（2026年3月）"}  # fmt: skip
    for name in ("value", "year", "scope", "source"):
        session.act("own_figure", **{**given, name: " "})
        assert [item.code for item in session.notices] == ["figure_incomplete"]
    session.act("own_figure", **{**given, "value": "很高"})
    assert [item.level for item in session.notices] == [Obligation.MUST_FIX]
    session.act("own_figure", **given)
    verdict = next(v for v in session.plan.verdicts if v.rule.id == "e")
    assert str(verdict.head.requirement) == "41.50"
    assert "benchmark_kind" not in {item.code for item in session.plan.check() if item.rule == "e"}
    session.act("own_figure", rule="a", **{k: v for k, v in given.items() if k != "rule"})
    assert [item.code for item in session.notices] == ["page_outdated"]
    session.act("undo")
    assert (
        str(next(v for v in session.plan.verdicts if v.rule.id == "e").head.requirement) == "55.00"
    )


def test_a_threshold_is_entered_with_the_document_that_states_it() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("own_threshold", rule="cert/rd_growth", value="8", source="")
    assert [item.code for item in session.notices] == ["threshold_wrong"]
    session.act("own_threshold", rule="cert/rd_growth", value="8", source="某厅〔2026〕1号")
    states = {v.rule.id: v.status.value for v in session.plan.verdicts}
    assert states["cert/rd_growth"] == "met"
