"""Every malformed input gives the finding that says what is wrong and where, never a traceback.

The inputs stand in data/bad, one folder for each kind; what is too big to keep is made here.
A place is written as the finding prints it after the name of its file: a line, a sheet with a
cell, or a line with the year of the column.
"""

import json
import zipfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import ANY

import limits
import pytest
import xlsxwriter
from conftest import DATA, ROOT

import planner as pl
from planner.apps.cli.main import main
from planner.model import messages

BAD = DATA / "bad"
EXAMPLE = ROOT / "baselines" / "example.csv"
KEYS = {"code", "level", "rule", "indicator", "year", "place", "found", "expected", "ways_out"}
KEYS |= {"message"}


class Case(NamedTuple):
    """A bad file and the one finding it gives; ANY where more than one answer is right."""

    kind: str
    file: str
    code: str
    place: str
    found: str = ANY
    expected: str = ANY
    level: str = "must_fix"
    says: str = ""
    count: int = 1
    refused: bool = False
    options: Any = ()

    @property
    def printed_place(self):
        return ANY if self.place is ANY else self.file + self.place


def of(kind, **usual):
    def case(file, *columns, **more):
        return pytest.param(Case(kind, file, *columns, **{**usual, **more}), id=f"{kind}/{file}")

    return case


baseline = of("baselines")
no_baseline = of("baselines", refused=True)
rules = of("rules", refused=True)
benchmarks = of("benchmarks")
catalogue = of("catalogues", refused=True)
wishes = of("scenarios", refused=True)

# fmt: off
CASES = [
    # numbers
    baseline("about_350.csv", "not_a_number", ":3", "约350", says="约数与说明放到备注"),
    baseline("text_for_number.csv", "not_a_number", ":3", "三百余家"),
    baseline("formula.csv", "not_a_number", ":3", "=300+31"),
    baseline("decimal_comma.csv", "not_a_number", ":3", "4,65"),
    baseline("date_cell.xlsx", "not_a_number", " 基线!C4", "2025-03-31"),
    baseline("boolean_cell.xlsx", "not_a_number", " 基线!C3", "TRUE"),
    baseline("error_cell.xlsx", "cell_error", " 基线!C3", "#DIV/0!"),
    baseline("formula_not_computed.xlsx", "formula_unsaved", " 基线!C3", says="没有存它的结果"),
    baseline("full_width.csv", "number_understood", ":3", "２１４", "214", "info", says="全角字符"),
    baseline("full_width_comma.csv", "number_understood", ":3", "１，８６２．５０", "1862.50", "info", count=2),
    baseline("thousands.csv", "number_understood", ":3", "18,640", "18640", "info", says="千位分隔符"),
    baseline("thousands_unquoted.csv", "fields_too_many", ":3"),
    baseline("percent_on_share.csv", "number_understood", ":3", "78.20%", "78.20", "info", says="百分号"),
    baseline("percent_on_count.csv", "unit_differs", ":3", "15%", "件"),
    baseline("negative.csv", "negative", ":3", "-4.65"),
    baseline("count_not_whole.csv", "not_whole", ":3", "331.5"),
    baseline("three_decimals.csv", "rounded", ":3", "186.205", "186.21", "info"),
    baseline("value_blank.csv", "value_blank", ":3", level="needs_reason", says="不当作零"),
    baseline("blank_cell.xlsx", "value_blank", " 基线!C5", level="info", says="“集群企业数量”2024年"),
    baseline("wide_not_a_number.csv", "not_a_number", ":3 [2024]", "约184"),
    # units
    baseline("unit_wan_yuan.csv", "unit_converted", ":3", "1862000 万元", "186.2 亿元", "info"),
    baseline("unit_wan_persons.csv", "unit_converted", ":3", "1.864 万人", "18640 人", "info"),
    baseline("unit_tonnes.csv", "unit_converted", ":3", "782000 吨", "78.2 万吨", "info"),
    baseline("unit_cell.xlsx", "unit_converted", " 基线!C2", "1862000 万元", "186.2 亿元", "info"),
    baseline("unit_foreign.csv", "unit_differs", ":3", "186.20 亿美元", "亿元", says="按本表单位"),
    baseline("unit_by_magnitude.csv", "unit_suspected", ":3", "1862000 亿元", "0.5 – 30000 亿元", says="万元 → 186.2 亿元"),
    baseline("unit_by_jump.csv", "unit_suspected", ":3", "18620 亿元", "165.08 (2024)"),
    # figures that cannot be true together
    baseline("share_over_100.csv", "share_over_cap", ":3", "178.20", "100"),
    baseline("share_as_fraction.csv", "share_as_fraction", ":3", "0.62", "%", says="fraction → 62 %"),
    baseline("part_above_whole.csv", "part_above_whole", ":3", "196.20", "186.20", says="集群总产值"),
    baseline("smes_above_enterprises.csv", "part_above_whole", ":3", "340", "331", says="集群企业数量"),
    baseline("part_cell.xlsx", "part_above_whole", " 基线!D3", "340", "331", says="集群企业数量"),
    baseline("growth_contradicts.csv", "growth_contradicts", ":4", "20.00%", "12.79%", "needs_reason"),
    baseline("rate_contradicts.csv", "growth_contradicts", ":4", "20.00%", "13.69%", "needs_reason"),
    baseline("ratio_contradicts.csv", "ratio_contradicts", ":4", "70.00", "82.35", "needs_reason"),
    baseline("growth_impossible.csv", ANY, ":3"),
    baseline("average_impossible.csv", ANY, ":3"),
    baseline("duplicate_same.csv", "duplicate", ":3", "186.20", "186.20", "info"),
    baseline("duplicate_different.csv", "duplicate", ":4", "188.20", "186.20", says="duplicate_different.csv:2"),
    baseline("duplicate_by_name.csv", "duplicate", ":3", "188.20", "186.20"),
    # which indicator, which year, which cluster
    baseline("indicator_misspelt.csv", "indicator_unknown", ":3", "outptu", says="是否指“集群总产值 (output)”"),
    baseline("indicator_unknown.csv", "indicator_unknown", ":3", "游客人数", says="自定指标"),
    baseline("indicator_missing.csv", "indicator_missing", ":3", "331"),
    baseline("commas_mixed.csv", "line_unsplit", ":3", "enterprises，2025，331"),
    baseline("wide_without_indicator.csv", "indicator_missing", ":3 [2025]", "331"),
    baseline("wide_misspelt_and_text.csv", "indicator_unknown", ":3 [2024]", "有效发明专利数两"),
    baseline("year_missing.csv", "year_missing", ":3"),
    baseline("year_25.csv", "year_wrong", ":3", "25"),
    baseline("year_20255.csv", "year_wrong", ":3", "20255"),
    baseline("year_cell_20255.xlsx", "year_wrong", " 基线!C3", "20255"),
    baseline("wide_year_20255.csv", "year_wrong", ":1", "20255"),
    baseline("wide_year_twice.csv", ANY, ":1"),
    baseline("base_year_empty.csv", "base_year_empty", "", expected="2023、2024", options={"base_year": 2025}),
    baseline("base_value_missing.csv", "base_value_missing", ":2", "17890 (2024)"),
    no_baseline("two_clusters.csv", "cluster_choice", "", "2", "甲集群；乙集群"),
    no_baseline("two_clusters.csv", "cluster_choice", "", "丙集群", "甲集群；乙集群", options={"cluster": "丙集群"}),
    # columns and header
    baseline("columns_blank.csv", "columns_blank", ":1", "2", level="info"),
    baseline("column_unnamed.csv", "column_unnamed", ":1", "D"),
    baseline("column_ignored.csv", "column_ignored", ":1", "负责人", level="info"),
    baseline("column_ignored.xlsx", "column_ignored", " 基线!E1", "负责人", level="info"),
    no_baseline("header_missing.csv", "header_missing", "", "output, 2025, 186.20", "indicator,year,value"),
    no_baseline("no_table.xlsx", "header_missing", "", "说明"),
    no_baseline("header_only.csv", "no_values", ""),
    # encodings and separators, each with 约350 in the same place
    baseline("gb18030.csv", "not_a_number", ":4", "约350"),
    baseline("utf8_with_mark.csv", "not_a_number", ":4", "约350"),
    baseline("utf16_little.csv", "not_a_number", ":4", "约350"),
    baseline("utf16_big.csv", "not_a_number", ":4", "约350"),
    baseline("semicolons.csv", "not_a_number", ":4", "约350"),
    baseline("chinese_commas.csv", "not_a_number", ":4", "约350"),
    baseline("tabs.tsv", "not_a_number", ":4", "约350"),
    baseline("windows_line_ends.csv", "not_a_number", ":4", "约350"),
    baseline("note_of_two_lines.csv", "not_a_number", ":3", "约350"),
    baseline("after_note_of_two_lines.csv", "not_a_number", ":4", "约350"),
    # files that are not what they should be
    no_baseline("empty.csv", "file_empty", ""),
    no_baseline("blank_lines.csv", "file_empty", ""),
    no_baseline("not_text.csv", "not_text", ""),
    no_baseline("invalid_bytes.csv", "not_text", ""),
    no_baseline("nul_bytes.csv", "not_text", ""),
    no_baseline("zip.csv", "not_text", ""),
    no_baseline("quote_in_value.csv", "csv_broken", ":2"),
    no_baseline("quote_in_note.csv", "csv_broken", ":2"),
    no_baseline("csv.xlsx", "book_broken", ""),
    no_baseline("truncated.xlsx", "book_broken", ""),
    no_baseline("broken_sheet.xlsx", "book_broken", ""),
    no_baseline("newer_zip.xlsx", "book_broken", ""),
    no_baseline("form.pdf", "file_kind", "", ".pdf", ".xlsx .docx .csv"),
    no_baseline("absent.csv", "file_missing", ""),
    no_baseline("folder.csv", "file_missing", ""),
    no_baseline("too_large.csv", "file_too_large", "", "20000001", "20000000"),
    no_baseline("too_many_rows.csv", "table_too_large", "", "20001 x 3", "20000 x 300"),
    no_baseline("too_many_columns.csv", "table_too_large", "", "1 x 301", "20000 x 300"),
    no_baseline("zip_bomb.xlsx", "file_too_large", "", expected="60000000"),
    # rule files: keys
    rules("key_unknown.yaml", "key_unknown", ":13", "rules.0.test.growth.at_lest", says="是否指“at_least”"),
    rules("key_misplaced.yaml", "key_misplaced", ":14", "rules.0.horizon", says="它属于 (top level)"),
    rules("key_repeated.yaml", "key_repeated", ":14", "version"),
    rules("key_missing.yaml", "key_missing", ":1", "title"),
    rules("key_missing_in_rule.yaml", "key_missing", ":6", "rules.0.quote"),
    rules("id_repeated.yaml", "id_repeated", ":14", "a"),
    # rule files: values
    rules("level_unknown.yaml", "value_wrong", ":10", "rules.0.level: law"),
    rules("horizon_text.yaml", "value_wrong", ":14", "horizon: three"),
    rules("bound_text.yaml", "value_wrong", ":13", says="百分之十"),
    rules("years_absurd.yaml", "value_wrong", ":13", says="100000"),
    rules("date_wrong.yaml", "date_wrong", ":5", "2025-02-30", "YYYY-MM-DD"),
    rules("dates_reversed.yaml", "dates_reversed", ":5", "2028-01-01 .. 2025-12-31"),
    rules("indicator_unknown.yaml", "indicator_unknown", ":13", "outptu", says="是否指“集群总产值 (output)”"),
    rules("benchmark_unknown.yaml", "benchmark_id_unknown", ":13", "co2_fall"),
    rules("standard_unknown.yaml", "rules_unknown", ":13", "nation-2022"),
    rules("default_not_offered.yaml", "default_wrong", ":6", "strict", "plain"),
    rules("default_without_readings.yaml", "default_wrong", ANY, "plain"),
    # rule files: tests
    rules("rules_empty.yaml", "touches_nothing", ":5"),
    rules("scope_empty.yaml", "touches_nothing", ":6", "scope"),
    rules("test_missing.yaml", "touches_nothing", ":6", "a"),
    rules("test_two_kinds.yaml", "test_kind_wrong", ":12", "growth, step"),
    rules("floor_zero.yaml", "touches_nothing", ":13", "at_least: 0"),
    rules("any_of_empty.yaml", "touches_nothing", ":12", "any_of"),
    rules("need_zero.yaml", "touches_nothing", ":13", "need: 0"),
    rules("need_too_many.yaml", "need_too_many", ":13", "2", "1"),
    rules("part_of_itself.yaml", "touches_nothing", ":13", "whole: output"),
    rules("benchmark_empty.yaml", "touches_nothing", ":13"),
    rules("definition_of_level.yaml", ANY, ANY),
    rules("bounds_two.yaml", "bound_wrong", ":13", "at_least, at_most"),
    rules("bound_missing.yaml", "bound_wrong", ":13", "-"),
    rules("not_linear_step.yaml", "not_linear", ":13", "iiot_share"),
    rules("not_linear_rate.yaml", "not_linear", ":13", "output_growth_3y"),
    rules("not_linear_part.yaml", "not_linear", ":13", "output_growth"),
    # rule files: YAML
    rules("empty.yaml", "file_empty", ANY),
    rules("list.yaml", "value_wrong", ":1"),
    rules("bracket_open.yaml", "yaml_broken", ":14"),
    rules("tabs.yaml", "yaml_broken", ":13"),
    rules("control_character.yaml", "yaml_broken", ":8"),
    rules("alias_bomb.yaml", "yaml_too_big", ANY),
    rules("alias_of_itself.yaml", "yaml_too_big", ":9"),
    rules("deep.yaml", "yaml_too_big", ":14"),
    rules("nested_keys.yaml", ANY, ":1"),
    rules("python_call.yaml", ANY, ":8"),
    rules("python_name.yaml", "yaml_broken", ":8"),
    rules("python_mapping.yaml", "yaml_broken", ":3"),
    rules("gb18030.yaml", "not_utf8", "", "byte 38"),
    rules("absent.yaml", "file_missing", ""),
    rules("too_large.yaml", "file_too_large", "", "1000001", "1000000"),
    # benchmark files
    benchmarks("column_missing.csv", "header_missing", ":1", expected="source", refused=True),
    benchmarks("only_mark.csv", "file_empty", ANY, refused=True),
    benchmarks("column_ignored.csv", "column_ignored", ":1", "负责人", level="info"),
    benchmarks("column_twice.csv", ANY, ":1", level=ANY),
    benchmarks("field_too_many.csv", ANY, ":3"),
    benchmarks("source_missing.csv", "provenance_missing", ":3", "source: "),
    benchmarks("basis_missing.csv", "provenance_missing", ":3", "basis: "),
    benchmarks("scope_missing.csv", "provenance_missing", ":3", "scope: "),
    benchmarks("unit_of_level.csv", "unit_differs", ":3", "unit: 家", "%"),
    benchmarks("unit_of_decline.csv", "unit_differs", ":3", "unit: 万吨", "%/年, %/5年"),
    benchmarks("span_absurd.csv", "unit_differs", ":3", "unit: %/5000年"),
    benchmarks("id_unknown.csv", "benchmark_id_unknown", ":3", "id: iot_share"),
    benchmarks("not_a_number.csv", "not_a_number", ":3", "value: 约45"),
    benchmarks("numeric_year.xlsx", "not_a_number", " 基线!B3", "value: 约52"),
    benchmarks("year_wrong.csv", "year_wrong", ":3", "year: 25"),
    benchmarks("share_over_100.csv", ANY, ":3"),
    benchmarks("decline_over_100.csv", ANY, ":3"),
    benchmarks("repeated.csv", "duplicate", ":3"),
    # catalogue files
    catalogue("part_unknown.yaml", "indicator_unknown", ":13", "aera", says="是否指“集群占地面积 (area)”"),
    catalogue("direction_unknown.yaml", "value_wrong", ":5", "tourism"),
    catalogue("id_repeated.yaml", "id_repeated", ":2", "output"),
    catalogue("name_taken.yaml", ANY, ":3"),
    catalogue("ratio_summed.yaml", "ratio_summed", ":2", "tea_area", "weighted"),
    catalogue("ratio_without_whole.yaml", "parts_wrong", ":2", "tea_area", "num, den"),
    catalogue("follows_itself.yaml", ANY, ":13"),
    # scenario files
    wishes("shape_unknown.yaml", "value_wrong", ":4", "shapes.patents: zigzag"),
    wishes("shape_of_unknown.yaml", "indicator_unknown", ":4", "patnets", says="(patents)"),
    wishes("wish_unknown.yaml", "indicator_unknown", ":5", "outptu", says="(output)"),
    wishes("wish_text.yaml", "not_stated", ":4", "大幅增长"),
    wishes("wish_twice.yaml", ANY, ":5", refused=ANY),
    wishes("wish_key_unknown.yaml", "key_unknown", ":4", "wishes.0.yaer", says="是否指“year”"),
    wishes("ambition_two_bounds.yaml", "bound_wrong", ":4", "at_least, at_most"),
    wishes("ambition_without_span.yaml", "key_missing", ":4", "ambitions.0.growth.over"),
    wishes("pin_outside.yaml", "year_outside", ":4", refused=ANY),
    wishes("pin_negative.yaml", "negative", ":4", refused=ANY),
    wishes("pin_huge.yaml", ANY, ":4", refused=ANY),
    wishes("reading_unknown.yaml", "reading_unknown", ":4", "f=totla"),
]
# fmt: on


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book, book.open("a.xml", "w") as part:
        for _ in range(151):
            part.write(bytes(1_000_000))


def rows(count, columns):
    return lambda path: path.write_text(("1," * (columns - 1) + "1\n") * count, encoding="utf-8")


MADE = {
    "zip_bomb.xlsx": bomb,
    "folder.csv": Path.mkdir,
    "too_large.csv": lambda path: path.write_bytes(b"1" * 20_000_001),
    "too_large.yaml": lambda path: path.write_bytes(b"#" * 1_000_001),
    "too_many_rows.csv": rows(20_001, 3),
    "too_many_columns.csv": rows(1, 301),
}


@pytest.fixture
def path(case, tmp_path):
    if case.file not in MADE:
        return BAD / case.kind / case.file
    MADE[case.file](tmp_path / case.file)
    return tmp_path / case.file


@pytest.fixture(scope="module")
def goals(tmp_path_factory):
    """Return a goal table that complies, to hold benchmark files against."""
    path = tmp_path_factory.mktemp("goals") / "goals.csv"
    pl.plan(EXAMPLE).frame().to_csv(path)
    return path


@contextmanager
def left_alone(path):
    def state():
        beside = sorted(item.name for item in path.parent.iterdir())
        return beside, path.read_bytes() if path.is_file() else None

    before = state()
    yield
    assert state() == before


READERS = {
    "baselines": lambda path, **options: pl.read_baseline(path, **options).findings,
    "rules": lambda path: pl.read_rules(path) and (),
    "benchmarks": lambda path: pl.read_benchmarks(path).findings,
    "catalogues": lambda path: pl.read_catalogue(path) and (),
    "scenarios": lambda path: pl.plan(EXAMPLE, scenario=path).check(),
}


def read(kind, path, **options):
    """Return the findings about a file and whether it was refused."""
    try:
        findings = READERS[kind](path, **options)
    except pl.InputError as error:
        return list(error.findings), True
    return [finding for finding in findings if finding.place.file == path.name], False


@pytest.mark.parametrize("case", CASES)
def test_finding(case, path):
    with left_alone(path):
        findings, refused = read(case.kind, path, **dict(case.options))
    assert [finding.code for finding in findings] == [case.code] * case.count
    assert refused == case.refused
    first = findings[0]
    assert str(first.place) == case.printed_place
    assert first.level.value == case.level
    assert first.found == case.found
    assert first.expected == case.expected
    assert case.says in " ".join([messages.sentence(first), *messages.ways_out(first)])


def command(case, path, goals, out):
    arguments = {
        "baselines": ["check", path],
        "rules": ["rules", path],
        "benchmarks": ["verify", goals, "--baseline", EXAMPLE, "--benchmarks", path],
        "catalogues": ["check", EXAMPLE, "--catalogue", path],
        "scenarios": ["plan", EXAMPLE, "--scenario", path, "--out", out],
    }[case.kind]
    for name, value in dict(case.options).items():
        arguments += [f"--{name.replace('_', '-')}", value]
    return [str(argument) for argument in arguments]


def exit_codes(case):
    if case.refused is ANY:
        return {1, 2}
    if case.refused:
        return {2}
    # A baseline this small never complies; a note alone on a benchmark file stops nothing.
    return {1} if case.level == "must_fix" or case.kind == "baselines" else {0, 1}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_command_line(case, path, lang, goals, tmp_path, capsys):
    arguments = [*command(case, path, goals, tmp_path / "out"), "--lang", lang]
    with left_alone(path):
        assert main(arguments) in exit_codes(case)
        printed = capsys.readouterr()
        assert (printed.out + printed.err).strip()
        assert main([*arguments, "--json"]) in exit_codes(case)
    findings = json.loads(capsys.readouterr().out)["findings"]
    for finding in findings:
        assert finding.keys() >= KEYS
        assert finding["message"].strip()
    assert (case.code, case.printed_place) in [(item["code"], item["place"]) for item in findings]


def test_all_faults_of_a_file_are_found_in_one_pass():
    findings, refused = read("baselines", BAD / "baselines" / "ten_faults.csv")
    assert not refused
    assert Counter((finding.code, finding.place.line) for finding in findings) == Counter(
        [
            ("column_ignored", 1),
            ("not_a_number", 3),
            ("unit_converted", 4),
            ("part_above_whole", 6),
            ("share_over_cap", 7),
            ("negative", 8),
            ("not_whole", 9),
            ("indicator_unknown", 10),
            ("year_wrong", 11),
            ("year_missing", 12),
            ("value_blank", 13),
            ("duplicate", 14),
        ]
    )


@pytest.mark.parametrize(
    "file",
    [
        "gb18030.csv",
        "utf8_with_mark.csv",
        "utf16_little.csv",
        "utf16_big.csv",
        "semicolons.csv",
        "chinese_commas.csv",
        "tabs.tsv",
        "windows_line_ends.csv",
    ],
)
def test_other_encodings_and_separators_are_understood(file):
    base = pl.read_baseline(BAD / "baselines" / file)
    assert {str(cell): str(value) for cell, value in base.values.items()} == {
        "output@2025": "186.20",
        "enterprises@2025": "331",
    }


@pytest.mark.parametrize("file", ["python_call.yaml", "python_name.yaml", "python_mapping.yaml"])
def test_tags_run_nothing(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read("rules", BAD / "rules" / file)
    assert list(tmp_path.iterdir()) == []


def test_second_sheet_is_not_dropped_silently():
    base = pl.read_baseline(BAD / "baselines" / "second_sheet.xlsx")
    read_too = base.printed("enterprises") is not None
    assert read_too or "补充" in [finding.place.sheet for finding in base.findings]


def test_next_label_is_not_the_name_of_the_cluster():
    assert pl.read_baseline(BAD / "baselines" / "cluster_name_blank.xlsx").cluster == ""


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (["output,2025,186.20", "patents,2025,214", "output,2026,205.10"], []),
        (["output,2025,186.20", "patents,2024,184", "patents,2026,240"], [("patents", 2025)]),
    ],
)
def test_values_are_missing_at_the_base_year_in_force(lines, missing, tmp_path):
    path = tmp_path / "baseline.csv"
    path.write_text("\n".join(["indicator,year,value", *lines]), encoding="utf-8")
    plan = pl.plan(path, rules="xinjiang-2025")
    found = [item for item in plan.check_baseline() if item.code == "base_value_missing"]
    assert [(item.indicator, item.year) for item in found] == missing


def test_check_reports_a_dropped_benchmark(capsys):
    path = BAD / "benchmarks" / "not_a_number.csv"
    main(["check", str(EXAMPLE), "--benchmarks", str(path), "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert "not_a_number.csv:3" in [finding["place"] for finding in findings]


def far_cell(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["indicator", "year", "value"])
        sheet.write("XFD1048576", "x")


def nested(text):
    return lambda path: path.write_text(text * (400_000 // len(text)), encoding="utf-8")


HOSTILE = {
    "far_cell.xlsx": far_cell,
    "nested_lists.yaml": nested("- "),
    "nested_brackets.yaml": nested("["),
    "nested_braces.yaml": nested("{a: "),
    "nested_keys.yaml": nested("? "),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_does_not_kill_the_process(name, tmp_path):
    pytest.importorskip("resource")
    path = tmp_path / name
    HOSTILE[name](path)
    script = "import sys; from planner.apps.cli.main import main; sys.exit(main(sys.argv[1:]))"
    verb = "check" if path.suffix == ".xlsx" else "rules"
    done = limits.run("-c", script, verb, path, "--json", seconds=30, megabytes=4096)
    assert done.returncode == 2
    assert [item["place"] for item in json.loads(done.stdout)["findings"]]
