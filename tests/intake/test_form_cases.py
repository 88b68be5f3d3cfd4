"""Filled forms as people really make them, one small file for each kind: what is right of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import DATA

import planner as pl
from planner.api.forms import FormReading
from planner.apps.cli.main import main
from planner.core.findings import Obligation
from planner.model.catalogue import Cell
from planner.model.formschema import Slot

FORMS = DATA / "cases" / "form"
READING = DATA / "cases" / "reading"


def read(kind: str, name: str, folder: Path = FORMS) -> FormReading:
    return pl.read_form(folder / kind / name)


def said(reading: FormReading, code: str) -> list[tuple[str, str]]:
    """Return level and field of the findings of a code."""
    return [(f.level.value, f.facts.get("field", "")) for f in reading.findings if f.code == code]


def test_two_ticks_of_one_choice() -> None:
    reading = read("two-ticks", "t42-both-incidents.docx")
    assert [level for level, _ in said(reading, "form_tick_both")] == ["must_fix"]
    assert reading.baseline.printed("incidents") is None


def test_an_accident_that_is_told() -> None:
    reading = read("accident", "t21-shi-explained.docx")
    veto = next(v for v in reading.plan.verdicts if v.rule.id == "cert/veto")
    assert veto.status.value == "unmet"
    assert [level for level, _ in said(reading, "form_at_least_one")] == ["needs_reason"]


def test_counts_in_words_and_their_names() -> None:
    reading = read("counts", "k02-count.docx")
    field = reading.form.field_named("国家级试点示范项目名称及数量")
    assert field is not None
    assert reading.content[Slot(field.id, "count")] == "2"
    assert reading.content[Slot(field.id, "names")] == "甲项目、乙项目"


def test_none_in_a_count_is_none() -> None:
    reading = read("none-count", "n15-wu.docx")
    assert reading.baseline.values[Cell("hightech", 2025)] == 0


def test_a_stated_average_that_its_rates_do_not_give() -> None:
    reading = read("derived", "k31-avg-wrong.docx")
    found = [f for f in reading.findings if "20.00" in (f.found, f.expected)]
    assert found
    assert found[0].level is Obligation.MUST_FIX


def test_reading_runs_the_checks_of_filling() -> None:
    reading = read("same-checks", "full.docx")
    codes = {f.code for f in reading.findings}
    assert {"form_text_long", "form_part_long", "form_draft"} <= codes
    assert main(["form", "read", str(FORMS / "same-checks" / "full.docx")]) == 1


def test_an_example_with_the_same_labels_is_not_taken() -> None:
    reading = read("sample-table", "l29-numeric-sample.docx")
    assert str(reading.baseline.values[Cell("output", 2025)]) == "77.93"


def test_a_table_among_the_stage_goals_is_read() -> None:
    targets = read("stage-phrases", "g19-stage-table.docx").plan.goals["output"].values
    assert [str(targets[year]) for year in (2026, 2027, 2028)] == ["87.29", "97.76", "109.49"]


def test_figures_of_stage_texts_are_read_or_named() -> None:
    reading = read("stage-phrases", "g20-stage-words.docx")
    unread = [f for f in reading.findings if f.code in {"stage_not_read", "not_a_number"}]
    told = {f.indicator for f in unread} | {cell.indicator for cell in reading.plan.targets}
    assert told >= {"output", "quality_smes"}
    assert str(reading.plan.goals["output"].values[2027]) == "97.76"


@pytest.mark.parametrize("name", ["s08-nested.docx", "s09b-textbox-text.docx"])
def test_text_in_boxes_and_tables_within_cells_is_read(name: str) -> None:
    assert str(read("boxes", name).baseline.values[Cell("output", 2025)]) == "77.93"


@pytest.mark.parametrize("name", ["t06-x-letter.docx", "t18-words.docx"])
def test_a_choice_without_a_tick_that_can_be_told(name: str) -> None:
    fields = [field for _, field in said(read("ticks", name), "form_tick_unclear")]
    assert "集群主导产业是否属于国家规定的禁止、限制和淘汰类产业" in fields


def test_none_ticked_is_blank_and_said() -> None:
    reading = read("ticks", "t16-none.docx")
    field = reading.form.field_named("集群主导产业是否属于国家规定的禁止、限制和淘汰类产业")
    assert field is not None
    assert not [slot for slot in reading.content if slot.field == field.id]
    assert [f for f in reading.findings if f.code == "form_blank"]


def test_a_column_of_units_is_no_figure() -> None:
    reading = read("unit-column", "l30-unitcol2.docx")
    assert reading.content[Slot("leading_average")] == "13.12"


def test_the_line_that_is_the_heading_is_the_heading() -> None:
    targets = read("headings", "p04-idea-years.docx").plan.goals["output"].values
    assert str(targets[2026]) == "87.29"


def test_a_prompt_is_blank() -> None:
    reading = read("placeholder", "f_placeholder.docx", READING)
    assert Cell("output", 2025) not in reading.baseline.values


def test_strict_documents_and_other_main_parts_are_read() -> None:
    assert read("docx-kinds", "f_strict.docx", READING).content


def test_text_under_ruby_is_read() -> None:
    assert read("docx-runs", "f_ruby.docx", READING).baseline.cluster
