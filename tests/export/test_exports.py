"""The goal pack, opened as its reader would: CSV, workbook with live formulas, charts."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from conftest import make_baseline
from fontTools.ttLib import TTFont
from office import recalculated
from pictures import DRAWING, undrawn

import planner as pl
from planner.core.resources import data_path
from planner.export.charts import png, style, trajectory_chart
from planner.export.csvfiles import goals_csv
from planner.export.trajectories import directions
from planner.export.workbook import goals_workbook
from planner.model import messages
from planner.model.catalogue import Cell, extend, shipped
from planner.model.ownindicators import own_indicator
from planner.model.rulesets import RuleSet, from_text

HEADER = "indicator,name,direction,unit,baseline,2026,2027,2028,requirement,margin,status"


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    base = pl.read_baseline(pl.shared("baselines") / "example.xlsx")
    return pl.plan(base, scenario="steady").wish("co2", 2028, "72.00")


@pytest.fixture(scope="module")
def book(plan: pl.Plan) -> bytes:
    return goals_workbook(plan)


def opened(data: bytes, **options: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), **options)


def test_the_csv_is_that_of_the_contract(plan: pl.Plan) -> None:
    text = goals_csv(plan).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert text.splitlines()[0] == HEADER
    assert goals_csv(plan).startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    words = [row.id for row in plan.goals.words]  # what the example says in words
    assert words == ["opening", "governance"]
    assert [line["indicator"] for line in lines] == [*(row.id for row in plan.goals), *words]
    by_id = {line["indicator"]: line for line in lines}
    assert by_id["output"]["requirement"] == "≥247.84"
    assert (by_id["co2"]["margin"], by_id["co2"]["status"]) == ("-2.08", "unmet")
    assert by_id["employees"]["status"] == "free"


def test_formulas_carry_the_values_of_the_plan(plan: pl.Plan, book: bytes) -> None:
    values = opened(book, data_only=True)["目标表"]
    shown = {}
    for row in values.iter_rows(min_row=6, values_only=True):
        shown[row[12]] = row
    for goal in plan.goals:
        row = shown[goal.id]
        numbers = [goal.baseline, *goal.values.values()]
        assert list(row[3:7]) == [None if n is None else float(n) for n in numbers]
        assert (
            row[10]
            == {"met": "达标", "unmet": "未达标", "unknown": "未知", "free": "无要求"}[goal.status]
        )


def test_what_follows_is_a_formula_and_what_is_decided_is_not(book: bytes) -> None:
    sheet = opened(book)["目标表"]
    for row in sheet.iter_rows(min_row=6):
        if row[12].value in shipped().directions:  # in words: a past to read, goals to type
            assert [cell.protection.locked for cell in row[3:7]] == [True, False, False, False]
            continue
        item = shipped()[row[12].value]
        for cell in row[3:7]:
            is_formula = isinstance(cell.value, str) and cell.value.startswith("=")
            assert is_formula == (item.kind != "measured"), cell.coordinate
            # The base year is what the plan started from: nothing to type over.
            typed = not is_formula and cell.column_letter != "D"
            assert cell.protection.locked != typed
            colour = cell.font.color.rgb if cell.font.color else None
            assert (colour == "FF0000C0") == typed
            ruled = [v for v in sheet.data_validations.dataValidation if cell.coordinate in v.sqref]
            assert len(ruled) == typed
            assert all(not rule.allowBlank and rule.showErrorMessage for rule in ruled)
    for each in opened(book):
        assert each.protection.sheet or each.sheet_state == "veryHidden" or each.title == "轨迹图"


def test_no_formula_uses_a_name_or_an_error(book: bytes) -> None:
    names = opened(book).defined_names
    assert not [name for name in names if not name.startswith("_xlnm")]
    for sheet in opened(book, data_only=True):
        for row in sheet.iter_rows(values_only=True):
            assert not [cell for cell in row if isinstance(cell, str) and cell.startswith("#")]


def test_the_manifest_is_hidden_and_carries_the_hash(plan: pl.Plan, book: bytes) -> None:
    sheet = opened(book)["_manifest"]
    assert sheet.sheet_state == "veryHidden"
    facts = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert facts["plan"] == plan.hash
    assert json.loads(facts["cells"])["G6"] == "output@2028"
    seen = opened(book)["目标表"]
    assert plan.hash in seen.oddFooter.left.text
    assert not [cell for row in seen.iter_rows() for cell in row if plan.hash in str(cell.value)]


def test_the_same_plan_gives_the_same_bytes(plan: pl.Plan, book: bytes) -> None:
    assert goals_workbook(plan) == book
    chart = trajectory_chart(plan, "green")
    assert png(chart) == png(trajectory_chart(plan, "green"))


def at_random(seed: int) -> pl.Plan:
    """Return the plan of a cluster like none that is shipped: other sizes, some of them unknown."""
    chance = random.Random(seed)  # noqa: S311 - figures, not secrets
    base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    size, values = Decimal(chance.choice(["0.3", "1.7", "2.9"])), {}
    for cell, value in base.values.items():
        grid = Decimal(1).scaleb(-base.catalogue[cell.indicator].decimals)
        moved = value * size * Decimal(str(round(chance.uniform(0.97, 1.03), 4)))
        values[cell] = max(moved, grid).quantize(grid)
    gone = chance.sample(["rd_spend", "cloud_smes", "leading_output", "employees", "co2"], 2)
    kept = {cell: value for cell, value in values.items() if cell.indicator not in gone}
    plan = pl.plan(replace(base, values=kept, growth={}))
    return plan.wish("output", 2028, chance.choice(["x1.5", ">=99", "12%/yr"]))


def everything() -> pl.Plan:
    """Return a plan with every row there can be: all inputs, own indicators, words, targets in words."""
    base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    more = {
        Cell(item.id, year): Decimal(5)
        for item in base.catalogue
        if item.kind == "measured"
        for year in (2023, 2024, 2025)
        if not any(cell.indicator == item.id for cell in base.values)
    }
    own = [
        own_indicator("出口额", "亿元", "higher"),
        own_indicator("水耗", "吨/吨", "lower", decimals=3),
    ]
    more |= {
        Cell(item.id, year): Decimal(year - 2020) for item in own for year in (2023, 2024, 2025)
    }
    known = extend(tuple(own), base.catalogue)
    plan = pl.plan(replace(base, catalogue=known, values={**base.values, **more}))
    plan = (
        plan.wish(own[0].id, 2028, "x2").wish("hightech", 2028, "+4").wish("output", 2028, ">=260")
    )
    return plan.describe("opening", 2028, "与5所高校共建联合实验室").relax("e", "示例理由")


def averages() -> RuleSet:
    """Return a rule set of the kinds that the shipped ones do not use."""
    tests = [
        "level: {of: iiot_share, at_least: 40, at: average_past}",
        "level: {of: iiot_share, above: 40, at: average_target}",
        "level: {of: output, at_least: 150, at: average_past}",
        "growth: {of: output, above: 9.5, over: plan, timing: each_year}",
        "decline: {of: energy_intensity, above: 3, over: plan, timing: path}",
        "sum: {parts: [innovative_smes, little_giants], whole: quality_smes}",
        "decline: {of: co2, at_least: 1, over: past}",
        (
            "any_of: [{growth: {of: output, at_least: 8, over: plan}},"
            " {growth: {of: revenue, at_least: 8, over: plan}}]"
        ),
        (
            "m_of: {need: 1, tests: [{level: {of: patents, at_least: 1000, at: end}},"
            " {level: {of: cloud_share, at_least: 50, at: end}}]}"
        ),
        "level: {of: [champions, little_giants], at_least: 5, at: end}",
    ]
    text = 'id: own\nversion: "1"\ntitle: {zh: 自定, en: own}\ndocument: {title: 测试}\nrules:\n'
    for number, test in enumerate(tests):
        past = "certification" if "past" in test else "target"
        text += (
            f"  - id: x{number}\n    title: {{zh: 甲, en: x}}\n    quote: 原文\n"
            f"    source: {{article: 一}}\n    level: statutory\n    scope: [{past}]\n"
            f"    test: {{{test}}}\n"
        )
    return from_text(text, "own.yaml", shipped())


REAL = sorted((pl.shared("baselines") / "real").glob("*.csv"))
CASES: dict[str, Callable[[], pl.Plan]] = {
    "steady": lambda: pl.plan(
        pl.read_baseline(pl.shared("baselines") / "example.xlsx"), scenario="steady"
    ),
    "unmet": lambda: pl.plan(make_baseline()).wish("output", 2028, 240).wish("co2", 2028, 90),
    "intensity": lambda: pl.plan(make_baseline()).reading("f", "intensity"),
    "certification": lambda: pl.plan(pl.shared("baselines") / "fails-certification.csv"),
    "incomplete": lambda: pl.plan(
        pl.shared("baselines") / "real" / "guangdong-76-clusters-2023.csv"
    ),
    "levels": lambda: pl.plan(
        pl.shared("baselines") / "co2-conflict.csv",
        scenario=pl.shared("baselines") / "co2-conflict.yaml",
    ),
    "zero": lambda: pl.plan(make_baseline({"patents": 0, "iiot_smes": 0})),
    "yunnan": lambda: pl.plan(pl.shared("baselines") / "example.csv", rules="yunnan"),
    "averages": lambda: pl.plan(pl.shared("baselines") / "example.csv", rules=averages()),
    "hidden shortfall": lambda: pl.plan(
        make_baseline({"output": "100.00", "leading_output": "80", "sme_output": "80"})
    ).wish("output", 2028, "133.09"),
    "everything": everything,
    **{f"random {seed}": partial(at_random, seed) for seed in (1, 2, 3)},
    **{path.stem: partial(pl.plan, path) for path in REAL if "guangdong" not in path.stem},
    "sub-industries": lambda: pl.plan(pl.read_baseline(
        pl.shared("baselines") / "sub-industries.csv", catalogue=pl.read_catalogue(
            pl.shared("baselines") / "sub-industries.yaml"))),
}  # fmt: skip


@pytest.fixture(scope="module")
def calculated(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return a folder of workbooks, with what LibreOffice makes of each in another within."""

    def fill(folder: Path) -> None:
        for name, make in CASES.items():
            (folder / f"{name}.xlsx").write_bytes(goals_workbook(make()))
        edited = opened(goals_workbook(pl.plan(make_baseline())))
        sheet = edited["目标表"]
        rows = rows_of(edited)
        sheet.cell(rows["output"], 7).value = 247.83
        sheet.cell(rows["patents"], 4).value = 220
        sheet.cell(rows["co2"], 7).value = 60.0
        sheet.cell(rows["energy"], 7).value = 48.93  # still 0.20 as printed, not from its parts
        edited.save(folder / "edited.xlsx")
        recalculated(folder)

    return once("calculated", fill)


def rows_of(book: openpyxl.Workbook) -> dict[str, int]:
    sheet = book["目标表"]
    return {sheet.cell(row, 13).value: row for row in range(6, sheet.max_row + 1)}


@pytest.mark.parametrize("name", CASES)
def test_a_second_calculator_gets_every_formula_right(calculated: Path, name: str) -> None:
    """LibreOffice, made to recalculate, finds in every formula cell what the plan wrote."""
    path = calculated / f"{name}.xlsx"
    formulas = openpyxl.load_workbook(path)
    before = openpyxl.load_workbook(path, data_only=True)
    after = openpyxl.load_workbook(calculated / "recalculated" / f"{name}.xlsx", data_only=True)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    count += 1
                    wrote = before[sheet.title][cell.coordinate].value
                    found = after[sheet.title][cell.coordinate].value
                    where = f"{sheet.title}!{cell.coordinate} {cell.value}"
                    if isinstance(wrote, str):
                        assert found == wrote, where
                    else:
                        assert found == pytest.approx(wrote, abs=1e-9), where
    assert count > 60


def test_a_changed_input_changes_the_verdict(calculated: Path) -> None:
    """The formulas are live: move a target across its floor and its status turns."""
    book = openpyxl.load_workbook(calculated / "recalculated" / "edited.xlsx", data_only=True)
    after, rows = book["目标表"], rows_of(book)

    def seen(key: str) -> tuple[object, ...]:
        return tuple(after.cell(rows[key], column).value for column in (9, 10, 11))

    assert seen("output") == (247.84, pytest.approx(-0.01), "未达标")
    assert seen("patents") == (335, -9, "未达标")  # 220 * 1.520875 = 334.59...
    assert seen("co2") == (69.92, pytest.approx(9.92), "达标")
    assert after.cell(rows["co2_intensity"], 7).value == pytest.approx(0.24)  # 60 / 247.83
    assert seen("output_growth_3y")[2] == "未达标"
    # 40.10 / 186.20 * 0.9714^3 = 0.197405..., 48.93 / 247.83 = 0.197434...
    assert seen("energy_intensity") == (
        pytest.approx(0.197405), pytest.approx(-0.000028, abs=1e-6), "未达标",
    )  # fmt: skip


def test_texts_that_start_a_formula_stay_texts(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        'indicators:\n  - {id: evil, zh: "=1+1", en: "@SUM(A1)", direction: other,'
        ' unit: {zh: "+x", en: "-y"}, decimals: 0, better: higher, kind: measured, years: last,'
        " clusters: sum, form: {section: 其它, row: x}}\n",
        encoding="utf-8",
    )
    import pandas as pd

    frame = pd.DataFrame({"indicator": ["output", "evil"], "year": 2025, "value": [100, 2]})
    frame["cluster"] = '=HYPERLINK("http://example.org")'
    plan = pl.plan(pl.read_baseline(frame, catalogue=pl.read_catalogue(own)))
    for sheet in opened(goals_workbook(plan)):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and ("1+1" in cell.value or "HYPER" in cell.value):
                    assert cell.data_type == "s"
    assert "'=1+1" in goals_csv(plan).decode("utf-8-sig")


def test_the_pack_is_written_whole(
    plan: pl.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = plan.export(tmp_path / "new" / "out")
    names = [path.relative_to(tmp_path / "new" / "out").as_posix() for path in written]
    assert names[:5] == ["plan.json", "goals.csv", "goals.xlsx", "goals.docx", "goals.pdf"]
    assert names[5:] == [f"charts/{key}.png" for key in directions(plan)]
    assert not list((tmp_path / "new").rglob("*.tmp"))
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written[5:])
    monkeypatch.setattr(DRAWING, undrawn)
    again = plan.export(tmp_path / "new" / "out")
    assert again == written
    assert {path.read_bytes() for path in written[5:]} == {undrawn()}


def test_every_character_of_a_chart_has_a_glyph(plan: pl.Plan) -> None:
    """Chinese labels are real glyphs of the shipped fonts, whatever the machine has."""
    known = [
        set(TTFont(data_path(f"fonts/NotoSansSC-{weight}.ttf"))["cmap"].getBestCmap())
        for weight in ("Regular", "Bold")
    ]
    for lang in ("zh", "en"):
        for key in directions(plan):
            figure = trajectory_chart(plan, key, lang)
            png(figure)
            texts = [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]
            assert any(texts)
            for text in texts:
                signs = {ord(sign) for sign in text if not sign.isspace()}
                assert all(signs <= font for font in known), text


def test_charts_use_the_shipped_font() -> None:
    from matplotlib import font_manager

    style()
    found = font_manager.findfont("Noto Sans SC", fallback_to_default=False)
    assert Path(found).parent == data_path("fonts")


def test_a_chart_draws_what_the_table_says(plan: pl.Plan) -> None:
    figure = plan.chart("leading_industry")
    panel = figure.axes[0]
    lines = {line.get_label(): list(line.get_ydata()) for line in panel.lines}
    row = plan.goals["output"]
    assert lines["计划"] == [
        float(row.baseline or 0),
        *(float(v or 0) for v in row.values.values()),
    ]
    assert lines["要求路径"][-1] == pytest.approx(186.20 * 1.331)
    assert lines["历史"] == [147.32, 165.08, 186.20]


def test_the_english_workbook_has_no_chinese_labels(plan: pl.Plan) -> None:
    sheet = opened(goals_workbook(plan, lang="en"))["Goals"]
    heads = [cell.value for cell in sheet[5]]
    assert heads[:5] == ["Direction", "Indicator", "Unit", 2025, 2026]
    assert sheet["D5"].number_format == '0" baseline"'
    for each in opened(goals_workbook(plan, lang="en")):
        if each.sheet_state == "visible" and each.title not in {"Rules", "Basis and findings"}:
            texts = [str(cell.value) for row in each.iter_rows(min_row=4) for cell in row]
            own = {text for row in plan.goals.words for text in row.texts.values()}
            assert not [
                text for text in texts if re.search("[\u4e00-\u9fff]", text) and text not in own
            ]


def test_no_cell_refers_to_itself() -> None:
    base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    more = {Cell(key, year): Decimal(1) for key in ("incidents", "violations", "area") for year in (2023, 2024, 2025)}  # fmt: skip
    plan = pl.plan(replace(base, values={**base.values, **more}))
    for sheet in opened(goals_workbook(plan)):
        for row in sheet.iter_rows():
            for cell in row:
                own = re.compile(rf"(^|[^!A-Z'])\$?{cell.column_letter}\$?{cell.row}(?![0-9])")
                assert not own.search(str(cell.value)[1:]) or cell.data_type != "f", cell.coordinate


def typed(chance: random.Random, value: Decimal) -> object:
    """Return what somebody may type over a number: sound figures, and what no plan takes."""
    near = value * Decimal(chance.choice(["1.01", "0.8", "1.2", "100"]))
    odd = chance.choice([0.01, 0.5])
    return chance.choice([float(round(near)), float(round(near)), float(value) + odd, 0, None, -3, "待定"])  # fmt: skip


def typed_books(folder: Path, count: int, seed: int) -> list[tuple[str, Path]]:
    """Write workbooks in each of which somebody typed over some targets; say what."""
    chance, made = random.Random(seed), []  # noqa: S311 - choices, not secrets
    plans = [pl.plan(pl.shared("baselines") / "example.csv"),
             pl.plan(make_baseline({"champions": 0, "hightech": 0, "rd_spend": None}))]  # fmt: skip
    for number in range(count):
        plan = plans[number % len(plans)]
        book = openpyxl.load_workbook(io.BytesIO(goals_workbook(plan)))
        sheet = book["目标表"]
        inputs = [cell for row in sheet.iter_rows(min_row=6) for cell in row if not cell.protection.locked]  # fmt: skip
        told = []
        for cell in chance.sample(inputs, chance.choice([1, 1, 2, 4])):
            cell.value = typed(chance, Decimal(str(cell.value)))
            told.append(f"{cell.coordinate}={cell.value!r}")
        path = folder / f"typed-{number}.xlsx"
        book.save(path)
        made.append((" ".join(told), path))
    return made


def compare_statuses(folder: Path, count: int, seed: int) -> None:
    """Hold the statuses that LibreOffice calculates against those of the engine."""
    books = typed_books(folder, count, seed)
    recalculated(folder)
    for told, path in books:
        judged = pl.verify(path)
        after = openpyxl.load_workbook(folder / "recalculated" / path.name, data_only=True)
        sheet = after["目标表"]
        errors = [c.coordinate for each in after for row in each.iter_rows() for c in row if str(c.value).startswith(("#", "Err:"))]  # fmt: skip
        assert not errors, (told, errors)
        lines = rows_of(after)
        seen = {key: str(sheet.cell(line, 11).value) for key, line in lines.items()}
        words = {key: messages.status(key, "zh") for key in ("met", "unmet", "unknown", "free")}
        wanted = {row.id: words.get(row.status, row.status) for row in judged.goals}
        differ = {k: (seen[k], wanted[k]) for k in wanted if k in seen and seen[k] != wanted[k]}
        assert not differ, (told, differ)


def test_what_is_typed_gives_the_same_statuses_in_sheet_and_engine(tmp_path: Path) -> None:
    compare_statuses(tmp_path, 24, seed=1)


@pytest.mark.long
def test_two_hundred_typed_changes(tmp_path: Path) -> None:
    compare_statuses(tmp_path, 200, seed=2)


def test_every_locale_gives_the_same_bytes(tmp_path: Path) -> None:
    """What a pack holds, and what is told for programs, does not hang on where it is made."""
    told = {}
    for name in ("C", "C.UTF-8", "POSIX", "zh_CN.UTF-8", "zh_CN.GB18030"):
        out = tmp_path / "pack"
        command = [sys.executable, "-m", "planner.apps.cli.main", "plan"]
        command += [str(pl.shared("baselines") / "example.csv")]
        command += ["--lang", "en", "--out", str(out), "--json"]
        done = subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "LC_ALL": name}
        )
        assert "示例县" in done.stdout.decode("utf-8")
        files = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        told[name] = (done.stdout, files)
    first = told.pop("C")
    assert all(other == first for other in told.values())
