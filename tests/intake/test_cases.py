"""Tables as people really make them are read right, or what is wrong with them is told (§15, §16).

One test for each kind of file in ``tests/data/cases/reading``; names and figures are made up.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

import planner as pl
from planner.apps.cli.main import main
from planner.core.findings import Finding, InputError, Obligation
from planner.intake.account import NOT_READ
from planner.model.catalogue import Cell
from planner.model.formschema import Slot

CASES = Path(__file__).resolve().parent.parent / "data" / "cases" / "reading"
EXAMPLE = str(pl.shared("baselines") / "example.csv")
OUTPUT = {2023: "147.32", 2024: "165.08", 2025: "186.20"}
TABLES = sorted(path for path in CASES.rglob("*") if path.suffix in {".csv", ".xlsx"})
# Figures of several clusters, which are asked for one of them first
MANY = {"pe_frac.csv"}


def case(name: str) -> str:
    return str(CASES / name)


def codes(findings: Iterable[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def must_fix(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Obligation.MUST_FIX]


def levels(base: pl.Baseline, indicator: str) -> dict[int, str]:
    return {cell.year: str(v) for cell, v in base.values.items() if cell.indicator == indicator}


def only(findings: Iterable[Finding], code: str) -> Finding:
    (found,) = (finding for finding in findings if finding.code == code)
    return found


def verified(name: str) -> pl.Plan:
    return pl.verify(case(name), baseline=EXAMPLE)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_mark_is_booked_once(path: Path) -> None:
    account = pl.read(path, as_="peers" if path.name in MANY else "").account
    keys = [item.key for item in account]
    assert keys
    assert len(keys) == len(set(keys))
    assert [item.key for item in account if item.reason == NOT_READ] == []


@pytest.mark.parametrize(
    "name",
    [
        "year-headings/y4_date_hdr.xlsx",
        "year-headings/n4_hdr_note.xlsx",
        "invisible/y9_zw.xlsx",
        "csv-line-ends/c3_cr_only.csv",
        "csv-marks/c4_double_bom.csv",
        "csv-dialects/c2_title_then_semi.csv",
        "blank-formatting/x5_title_whole_row.xlsx",
        "blank-formatting/x6_styled_last_row.xlsx",
    ],
)
def test_what_is_no_obstacle_to_a_reader_is_none(name: str) -> None:
    base = pl.read_baseline(case(name))
    assert levels(base, "output") == OUTPUT
    assert base.base_year == 2025
    assert base.findings == ()


def test_years_written_as_floats() -> None:
    base = pl.read_baseline(case("year-headings/c20_year_float.csv"))
    assert levels(base, "output") == {2024: "165.08", 2025: "186.20"}


@pytest.mark.parametrize("name", ["foot_full.csv", "rt_final.xlsx"])
def test_note_marks_are_no_digits(name: str) -> None:
    base = pl.read_baseline(case(f"note-marks/{name}"))
    assert base.values[Cell("patents", 2025)] == 214
    assert base.values[Cell("quality_smes", 2025)] == 38
    assert base.values.get(Cell("hightech", 2025), Decimal(21)) == 21
    said = [item for item in base.findings if item.facts.get("how") == "note_mark"]
    assert len(said) == 2
    assert must_fix(base.findings) == []


def test_baseline_with_units_and_sources_is_a_baseline() -> None:
    assert pl.read(case("note-marks/foot_full.csv")).kind == "baseline"


def test_units_in_labels_and_headings_count() -> None:
    base = pl.read_baseline(case("unit-beside-the-number/label_units_full.xlsx"))
    assert levels(base, "output") == OUTPUT
    assert levels(base, "co2")[2025] == "0.78"  # 7820 吨 in 万吨
    base = pl.read_baseline(case("unit-beside-the-number/u2_header_wan.xlsx"))
    assert levels(base, "output") == {2023: "1.20", 2024: "1.35", 2025: "1.50"}
    assert only(base.findings, "unit_converted").found.endswith("万元")


def test_half_a_year_is_no_year_and_no_base() -> None:
    name = case("qualifier-in-brackets/y1_half.xlsx")
    reading = pl.read(name)
    assert levels(reading.record, "output") == {2023: "147.32", 2024: "165.08"}
    doubt = only(reading.findings, "year_doubtful")
    assert (doubt.level.value, doubt.year, doubt.place.cell) == ("must_fix", 2025, "E1")
    assert doubt.ways_out
    taken = pl.read(name, take={doubt.facts["key"]: "use"}).record
    assert levels(taken, "output")[2025] == "86.20"


def test_two_columns_of_one_year_are_told_with_their_place() -> None:
    plan = verified("goal-table-columns/w1_two_2028.xlsx")
    assert Cell("output", 2028) not in plan.numbers.targets
    assert only(plan.check(), "column_repeated").place.cell == "G1"


def test_numbers_under_no_heading_are_told_with_their_place() -> None:
    plan = verified("goal-table-columns/w5_unnamed.xlsx")
    told = only(plan.check(), "column_unnamed")
    assert (told.level.value, told.place.cell) == ("must_fix", "G1")


def test_second_sheet_of_the_same_shape_is_told() -> None:
    told = only(verified("which-sheet/w2_two_sheets.xlsx").check(), "sheet_ignored")
    assert (told.level.value, told.found, told.expected) == ("must_fix", "定稿", "征求意见稿")


def test_own_workbook_is_judged_by_its_goal_sheet() -> None:
    plan = verified("which-sheet/g5_order.xlsx")
    assert plan.numbers.targets[Cell("output", 2028)] == 260
    assert must_fix(plan.check()) == []


@pytest.mark.parametrize(
    ("name", "code", "indicator"),
    [("p2_err_wide.xlsx", "cell_error", "sme_output"), ("p3_nocache.xlsx", "formula_unsaved", "output")],
)  # fmt: skip
def test_cells_without_a_result_are_named(name: str, code: str, indicator: str) -> None:
    told = only(pl.read_baseline(case(f"error-cells/{name}")).findings, code)
    assert (told.level.value, told.indicator) == ("must_fix", indicator)
    assert told.ways_out


def test_error_in_a_goal_table_is_named() -> None:
    told = only(verified("error-cells/w3_err_free.xlsx").check(), "cell_error")
    assert (told.found, told.indicator, told.year) == ("#REF!", "employees", 2028)


@pytest.mark.parametrize(
    ("name", "code", "take", "value"),
    [
        ("bm1.csv", "share_as_fraction", "fraction", "45"),
        ("bm3.csv", "decline_sign", "fall", "3.66"),
    ],
)
def test_doubtful_benchmark_is_asked(name: str, code: str, take: str, value: str) -> None:
    path = case(f"benchmark-fraction/{name}")
    reading = pl.read(path)
    doubt = only(reading.findings, code)
    assert reading.record.figures == ()
    assert take in doubt.facts["ways"]
    plan = pl.plan(EXAMPLE, benchmarks=path)
    assert code in codes(must_fix(plan.check()))
    answered = pl.read(path, take={doubt.facts["key"]: take})
    assert answered.record.figures[0].value == Decimal(value)


def test_percent_format_is_proof() -> None:
    base = pl.read_baseline(case("growth-fraction/growth_pct_template_2023only.xlsx"))
    assert base.growth[Cell("output", 2023)] == Decimal("11.64")
    assert "percent_format" in codes(base.findings)


def test_fractions_of_peers_are_asked_about() -> None:
    name = case("growth-fraction/pe_frac.csv")
    with pytest.raises(InputError) as refused:
        pl.plan(EXAMPLE).odds(peers=name)
    assert "growth_as_fraction" in codes(refused.value.findings)
    answered = pl.read(name, as_="peers", take={"output_growth": "fraction"}).record
    assert answered.clusters[0].growth[Cell("output", 2024)] == 11


def test_visible_sheet_is_read_and_the_hidden_one_named() -> None:
    name = case("hidden/p5c_hidden_sheet.xlsx")
    reading = pl.read(name)
    assert levels(reading.record, "output") == OUTPUT
    assert only(reading.findings, "sheet_hidden").found == "旧稿"
    asked = pl.read(name, take={"旧稿": "use"}).record
    assert levels(asked, "output")[2025] == "160.00"


def test_phone_number_is_as_typed() -> None:
    answers = pl.read(case("yaml-numbers/a1_phone_octal.yaml")).record
    assert answers.values[Slot("department_phone")] == "0571234567"


@pytest.mark.parametrize("name", ["nan_m3.csv", "z4_smes0.csv"])
def test_no_smes_is_a_finding(name: str) -> None:
    plan = pl.plan(case(f"zero-smes/{name}"))
    assert "part_above_whole" in codes(must_fix(plan.check()))
    assert plan.odds()


def test_way_out_of_a_zero_base_settles_it() -> None:
    plan = pl.plan(case("zero-base/z1_pat0.csv"))
    assert only(plan.check(), "rule_zero_base").ways_out == ("level_target",)
    assert must_fix(plan.wish("patents", 2028, 10).check()) == []


def test_later_years_in_a_baseline_are_no_base() -> None:
    base = pl.read_baseline(case("targets-in-a-baseline/fy1.xlsx"))
    assert base.base_year == 2025
    assert levels(base, "output") == OUTPUT
    said = [item for item in must_fix(base.findings) if item.code == "year_doubtful"]
    assert [(item.year, item.place.cell) for item in said] == [(2026, "F1"), (2027, "G1")]


def test_second_heading_row_is_honoured() -> None:
    base = pl.read_baseline(case("stacked-blocks/n2_stacked.xlsx"))
    assert levels(base, "output") == OUTPUT
    assert levels(base, "patents") == {2023: "158", 2024: "184", 2025: "214"}
    assert levels(base, "rd_spend") == {2023: "3.61", 2024: "4.09", 2025: "4.65"}


def test_text_below_a_table_is_a_note() -> None:
    reading = pl.read(case("notes-below/c19_trailing_text.csv"))
    assert [(item.code, item.level.value) for item in reading.findings] == [
        ("note_says", "needs_reason")  # the note that the figures are preliminary, by its words
    ]
    assert [(item.key, item.reason) for item in reading.account.left] == [
        ("A8", "note"),
        ("A9", "note"),
    ]


def test_column_without_a_year_is_told() -> None:
    base = pl.read_baseline(case("key-error/baseline.csv"))
    assert only(base.findings, "value_without_year").level.value == "must_fix"


@pytest.mark.parametrize(
    ("command", "name", "code"),
    [
        ("check", "qualifier-in-brackets/y1_half.xlsx", 1),
        ("check", "error-cells/p2_err_wide.xlsx", 1),
        ("check", "key-error/baseline.csv", 1),
        ("check", "note-marks/foot_full.csv", 0),
        ("verify", "goal-table-columns/w1_two_2028.xlsx", 1),
        ("verify", "goal-table-columns/w5_unnamed.xlsx", 1),
        ("verify", "which-sheet/w2_two_sheets.xlsx", 1),
        ("verify", "which-sheet/g5_order.xlsx", 0),
        ("verify", "error-cells/w3_err_free.xlsx", 1),
        ("rules", "yaml-bool/x.yaml", 2),
    ],
)
def test_exit_code_says_whether_it_may_be_filed(
    command: str, name: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--baseline", EXAMPLE) if command == "verify" else ()
    assert main((command, case(name), *more)) == code
    out, err = capsys.readouterr()
    assert Path(name).name in out + err or code == 0


def test_rule_file_that_is_none_is_told_with_its_lines() -> None:
    with pytest.raises(InputError) as refused:
        pl.plan(EXAMPLE, rules=case("yaml-bool/x.yaml"))
    assert {finding.place.line for finding in refused.value.findings} == {1}
