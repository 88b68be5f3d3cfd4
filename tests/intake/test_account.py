"""Double entry: every mark of a drawn table is booked once, and no figure is wrong unsaid (§15, §16).

A known truth is written as somebody might: some layout, units somewhere beside the figures, marks
and columns that do not belong there. What is read is the truth, or something is said about it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from examples import drawn
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import planner as pl
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import letters
from planner.core.tables import from_frame
from planner.intake.account import NOT_READ, Account, Ledger
from planner.intake.baselines import baseline_of
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, shipped

SMALL, LARGE = 12, 600
DRAWS: dict[str, Any] = {"derandomize": True, "deadline": None}
YEARS = (2023, 2024, 2025)
MONEY, MASS = {"亿元": 1, "万元": 10**4, "元": 10**8}, {"万吨": 1, "吨": 10**4}
COAL, PEOPLE = {"万吨标煤": 1, "吨标准煤": 10**4}, {"人": 1, "万人": Decimal("0.0001")}
SHARE = {"%": 1, "‰": 10}
# Indicator: the range of its level and how many of each unit are one of its own.
KNOWN: dict[str, tuple[float, float, dict[str, Any]]] = {
    "output": (100, 300, MONEY),
    "rd_spend": (0.03, 0.5, MONEY),
    "co2": (50, 90, MASS),
    "energy": (20, 60, COAL),
    "employees": (10000, 30000, PEOPLE),
    "iiot_share": (20, 60, SHARE),
    "patents": (120, 300, {"件": 1}),
    "enterprises": (200, 400, {"家": 1}),
    "hightech": (12, 30, {"家": 1}),
}
BROKEN = ("#REF!", "#DIV/0!", "=1+1", "约5", "---")
NOTES = ("①", "²", "[1]", "*", " 注2")
PARTS = ("上半年", "1-6月", "预计", "计划数")
LAYOUTS = ("long", "wide", "down", "pivot", "stacked", "two_rows", "unit_row")
DOUBTED = (
    "2025年（1-6月）", "2025年（计划）", "2025年预计", "2025年", "2025年（新口径）",
    "2025年同比增长（%）", "2026年目标", "备注", "", "上年同期",
)  # fmt: skip


@dataclass(frozen=True)
class Styled:
    """A cell of a workbook with a number format."""

    value: Any
    format: str = "General"


@dataclass
class Page:
    """One sheet as it is written, with what is hidden or joined on it."""

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    rows_hidden: list[int] = field(default_factory=list)
    columns_hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def keys(self, prefix: str, first: int = 1) -> list[str]:
        """Return the name of each cell that holds something, counted here and nowhere else."""
        return [
            f"{prefix}{letters(column)}{row + first}"
            for row, cells in enumerate(self.rows)
            for column, value in enumerate(cells)
            if value is not None and str(getattr(value, "value", value)).strip()
        ]


@dataclass(frozen=True)
class Case:
    """A truth, and the file that somebody made of it."""

    truth: dict[Cell, Decimal]
    pages: tuple[Page, ...]
    medium: str
    style: dict[str, str]


# -- drawing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """What is drawn of a table before it is laid out."""

    truth: dict[str, dict[int, Decimal]]
    units: dict[str, str]
    figure: Callable[[str, int], Any]
    part: str = ""

    def label(self, key: str, *, unit: bool = False) -> str:
        name = shipped().label(key, "zh")
        return f"{name}（{self.units[key]}）" if unit else name


@st.composite
def truths(draw: st.DrawFn) -> dict[str, dict[int, Decimal]]:
    """Draw levels of three years for some indicators."""
    keys = draw(st.lists(st.sampled_from(list(KNOWN)), min_size=2, max_size=5, unique=True))
    found: dict[str, dict[int, Decimal]] = {}
    for key in keys:
        low, high, _ = KNOWN[key]
        decimals = shipped()[key].decimals
        level = Decimal(draw(st.integers(int(low * 100), int(high * 100)))) / 100
        found[key] = {}
        for year in YEARS:
            found[key][year] = round(level, decimals)
            level *= 1 + Decimal(draw(st.integers(1, 15))) / 100
    return found


def plain(value: Decimal, medium: str) -> Any:
    text = format(value.normalize(), "f")
    return text if medium == "csv" else float(text) if "." in text else int(text)


def spoilt(draw: st.DrawFn, value: Decimal, medium: str) -> Any:
    """Return a figure with a mark beside it, or digits of another kind."""
    text = format(value.normalize(), "f")
    how = draw(st.sampled_from(["none", "note", "wide", "thousands", "invisible", "text", "rich"]))
    if how == "note" and text != "10":
        return text + draw(st.sampled_from(NOTES))
    if how == "wide":
        return text.translate({ord(a): ord(a) + 0xFEE0 for a in "0123456789."})
    if how == "thousands":
        return f"{value.normalize():,f}"
    if how == "invisible":
        return f"\u200b{text}\ufeff"
    if how == "rich" and medium == "xlsx":
        return CellRichText(text, TextBlock(InlineFont(vertAlign="superscript"), "1"))
    return text if how == "text" else plain(value, medium)


def units_of(draw: st.DrawFn, keys: Iterable[str], placed: str) -> dict[str, str]:
    """Draw one unit for each thing that is measured."""
    units, chosen = {}, dict[int, str]()
    for key in keys:
        options = KNOWN[key][2]
        units[key] = shipped()[key].unit.zh
        if (
            placed != "own"
            and len(options) > 1
            and (placed not in {"heading", "corner"} or options is MONEY)
        ):
            unit = draw(st.sampled_from(list(options)))
            units[key] = chosen.setdefault(id(options), unit)
    return units


def written(
    draw: st.DrawFn, level: Decimal, key: str, unit: str, medium: str, noise: frozenset[str]
) -> Any:
    """Return a figure as it is written in its cell."""
    value = level * KNOWN[key][2].get(unit, 1)
    share = draw(st.integers(0, 3)) if unit == "%" and "shares" in noise else 0
    if share == 1:
        return f"{level}%"
    if share == 2:
        return plain(level / 100, medium)
    if share == 3 and medium == "xlsx":
        return Styled(float(level / 100), "0.00%")
    if "digits" in noise:
        return spoilt(draw, value, medium)
    return f"{value.normalize():f}{unit}" if "cell" in noise else plain(value, medium)


@st.composite
def tables(draw: st.DrawFn, medium: str, placed: str, noise: frozenset[str]) -> Table:
    """Draw a truth, the units it is written in, and how each of its figures is written."""
    truth = draw(truths())
    units = units_of(draw, truth, placed)
    noise = noise - {"digits"} | {"cell"} if placed == "cell" else noise
    figures: dict[tuple[str, int], Any] = {}
    for key, years in truth.items():
        broken = draw(st.sampled_from(YEARS)) if "broken" in noise and draw(st.booleans()) else 0
        for year, level in years.items():
            figures[key, year] = (
                draw(st.sampled_from(BROKEN))
                if year == broken
                else written(draw, level, key, units[key], medium, noise)
            )
    part = draw(st.sampled_from(PARTS))
    return Table(truth, units, lambda key, year: figures[key, year], part)


def laid_out(draw: st.DrawFn, table: Table, layout: str, placed: str) -> Page:
    """Write a table in one of the layouts."""
    keys, page = list(table.truth), Page("基线", [])
    inside = placed == "label"
    if layout in {"long", "periods"}:
        unit = ["单位"] if placed == "column" else []
        heads = [["indicator", "year", "value"], ["指标", "年份", "数值"]]
        aside = [draw(st.sampled_from(["时期", "类型", "period"]))] if layout == "periods" else []
        page.rows.append([*draw(st.sampled_from(heads)), *unit, *aside])
        for key in keys:
            for year in YEARS:
                more = [table.units[key]] if unit else []
                row = [table.label(key, unit=inside), str(year), table.figure(key, year), *more]
                if layout == "periods":
                    row.append(table.part if year == YEARS[-1] else "全年")
                    row[2] = row[2] if year != YEARS[-1] else "77"
                page.rows.append(row)
    elif layout == "down":
        page.rows.append(["年份", *(table.label(key, unit=inside) for key in keys)])
        if placed == "column":
            page.rows.append([None, *(table.units[key] for key in keys)])
        for year in YEARS:
            page.rows.append([f"{year}年", *(table.figure(key, year) for key in keys)])
    else:
        groups = [keys] if layout != "stacked" else [keys[:1], keys[1:]]
        for number, group in enumerate(groups):
            years = YEARS if not number else YEARS[::-1]
            wide(page, table, group, years, layout, placed)
    if placed == "above":
        said = "、".join(dict.fromkeys(table.units[key] for key in keys))
        page.rows.insert(0, [f"单位：{said}"])
    return shifted(page, 1 if placed == "above" else 0)


def wide(
    page: Page, table: Table, keys: list[str], years: Iterable[int], layout: str, placed: str
) -> None:
    """Write a block with a column for each year."""
    unit = placed in {"column", "joined", "veiled"} and layout != "pivot"
    corner = "" if layout == "pivot" else "指标"
    money = next((table.units[key] for key in keys if KNOWN[key][2] is MONEY), "")
    suffix = f"（{money}）" if placed == "heading" and money else ""
    corner += f"（单位：{money}）" if placed == "corner" and money else ""
    head = [corner, *(["单位"] if unit else [])]
    top, years = len(page.rows), list(years)
    if layout == "two_rows":
        page.rows.append([*head, "实际完成情况", *[None] * (len(years) - 1)])
        page.rows.append([*[None] * len(head), *(f"{year}年{suffix}" for year in years)])
        page.merged += [(top, n, top + 1, n) for n in range(len(head))]
        page.merged.append((top, len(head), top, len(head) + len(years) - 1))
    elif layout == "unit_row" and suffix:
        page.rows.append([*head, *(f"{year}年" for year in years)])
        page.rows.append([*[None] * len(head), *[suffix] * len(years)])
    elif layout == "parts":
        page.rows.append([*head, *(f"{year}年" for year in years)])
        page.rows.append([*[None] * len(head), *["全年"] * (len(years) - 1), table.part])
    else:
        page.rows.append([*head, *(f"{year}年{suffix}" for year in years)])
    for key in keys:
        more = [table.units[key]] if unit else []
        label = table.label(key, unit=placed == "label")
        figures = [table.figure(key, year) for year in years]
        if layout == "parts":
            figures[-1] = str(round(table.truth[key][years[-1]] / 2, shipped()[key].decimals))
        page.rows.append([label, *more, *figures])
    if placed == "veiled":
        page.columns_hidden.append(1)
    elif placed == "joined":
        join_units(page)


def join_units(page: Page) -> None:
    """Join the cells of a unit that stands for several rows."""
    start = 1
    for row in range(2, len(page.rows) + 1):
        if row == len(page.rows) or page.rows[row][1] != page.rows[start][1]:
            page.merged.append((start, 1, row - 1, 1))
            for joined in range(start + 1, row):
                page.rows[joined][1] = None
            start = row


def shifted(page: Page, by: int) -> Page:
    """Return a page whose joined cells stand so many rows lower."""
    page.merged = [(a + by, b, c + by, d) for a, b, c, d in page.merged]
    return page


def titled(draw: st.DrawFn, page: Page) -> Page:
    """Put a title over a table and notes under it."""
    page.rows.insert(
        0, [draw(st.sampled_from(["某县产业集群基本情况表", "附件2", "填报单位：某局"]))]
    )
    page.rows += [[], ["注：以上数据由统计部门提供"], ["填表人：张三"]][: draw(st.integers(0, 3))]
    return shifted(page, 1)


def with_column(draw: st.DrawFn, page: Page, medium: str) -> Page:
    """Put a column into a table that is not one of its years, or not one that can be trusted."""
    head = next(n for n, row in enumerate(page.rows) if row and row[0] in {"指标", "", "indicator"})
    width = max(len(row) for row in page.rows)
    name, at = draw(st.sampled_from(DOUBTED)), draw(st.sampled_from([1, width]))
    for number, row in enumerate(page.rows):
        if len(row) < 3:
            continue
        row.extend([None] * (width - len(row)))
        if number == head:
            row.insert(at, name or None)
        elif row[0]:
            other = plain(Decimal(draw(st.integers(3, 60))), medium)
            row.insert(at, "已核" if name == "备注" else other)
    return page


def with_hidden(draw: st.DrawFn, page: Page) -> Page:
    """Hide a row or column of other figures in a table."""
    other = [row for row in page.rows if len(row) > 3 and row[0] and row[0] != "指标"]
    if draw(st.booleans()) and other:
        copy = [
            value if isinstance(value, str) and n < 2 else 77 for n, value in enumerate(other[0])
        ]
        page.rows_hidden.append(len(page.rows))
        page.rows.append(copy)
    else:
        width = max(len(row) for row in page.rows)
        page.columns_hidden.append(width)
        for row in page.rows:
            if len(row) > 2:
                row.extend([None] * (width - len(row)))
                row.append("2025年" if row[0] == "指标" else 66)
    return page


def other_sheet(draw: st.DrawFn, page: Page) -> Page:
    """Return a sheet of the same shape with other figures."""
    rows = [
        [value + 1 if isinstance(value, int | float) else value for value in row]
        for row in page.rows
    ]
    return replace(page, name=draw(st.sampled_from(["旧稿", "定稿", "附表"])), rows=rows)


def places(layout: str, noise: frozenset[str]) -> list[str]:
    """Return where the unit of a figure may stand."""
    if "far" in noise:
        return ["corner", "joined", "veiled"]
    if "units" not in noise:
        return ["own"]
    found = ["own", "label", "cell", *([] if layout == "pivot" else ["column", "above"])]
    return [*found, "heading"] if layout in {"wide", "two_rows", "unit_row"} else found


@st.composite
def cases(
    draw: st.DrawFn, noise: frozenset[str] = frozenset(), layouts: tuple[str, ...] = LAYOUTS
) -> Case:
    """Draw a truth and a file of it."""
    book = noise & {"hidden", "sheets", "far"}
    medium = draw(st.sampled_from(["xlsx"] if book else ["csv", "xlsx", "frame"]))
    layout = draw(st.sampled_from(layouts))
    placed = draw(st.sampled_from(places(layout, noise)))
    table = draw(tables(medium, placed, noise))
    page = laid_out(draw, table, layout, placed)
    if "columns" in noise and layout in {"wide", "pivot"}:
        page = with_column(draw, page, medium)
    if "hidden" in noise and layout == "wide":
        page = with_hidden(draw, page)
    if medium == "frame" and (
        layout not in {"long", "wide", "down", "periods"} or placed == "above"
    ):
        medium = "csv"
    if "lines" in noise and medium != "frame" and not page.rows_hidden:
        page = titled(draw, page)
    if "example" in noise and medium != "frame":
        example = [
            ["填报示例"],
            ["指标", *(f"{year}年" for year in YEARS)],
            ["集群总产值", 1000, 1100, 1200],
        ]
        page.rows = [*example, ["正式填报"], *page.rows]
        page = shifted(page, len(example) + 1)
    pages = [page]
    if "sheets" in noise:
        second = other_sheet(draw, page)
        second.hidden = draw(st.booleans())
        pages = [second, page] if draw(st.booleans()) else [page, second]
        if not pages[0].hidden and pages[0] is second:
            pages.reverse()  # whose is the first that can be seen is meant, and the other told
    style = {
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])),
        "separator": draw(st.sampled_from([",", ";", "\t"])),
        "end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
    }
    truth = {Cell(k, year): v for k, years in table.truth.items() for year, v in years.items()}
    return Case(truth, tuple(pages), medium, style)


# -- writing ------------------------------------------------------------------------------------


def write_csv(case: Case, path: Path) -> list[str]:
    (page,) = case.pages
    mark = case.style["separator"]
    lines = []
    for row in page.rows:
        cells = ["" if value is None else str(getattr(value, "value", value)) for value in row]
        lines.append(mark.join(f'"{cell}"' if mark in cell else cell for cell in cells))
    text = case.style["end"].join(lines) + case.style["end"]
    encoding = case.style["encoding"]
    if encoding == "gb18030":
        text = text.replace("\ufeff", "")
    path.write_bytes(text.encode(encoding))
    return page.keys("")


def write_book(case: Case, path: Path) -> list[str]:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in case.pages:
        sheet = book.create_sheet(page.name)
        for row, cells in enumerate(page.rows, 1):
            for column, value in enumerate(cells, 1):
                styled = value if isinstance(value, Styled) else Styled(value)
                if styled.value is not None and styled.value != "":
                    cell = sheet.cell(row, column, styled.value)
                    cell.number_format = styled.format
        for a, b, c, d in page.merged:
            sheet.merge_cells(start_row=a + 1, start_column=b + 1, end_row=c + 1, end_column=d + 1)
        for row in page.rows_hidden:
            sheet.row_dimensions[row + 1].hidden = True
        for column in page.columns_hidden:
            sheet.column_dimensions[letters(column)].hidden = True
        sheet.sheet_state = "hidden" if page.hidden else "visible"
    book.active = next(n for n, page in enumerate(case.pages) if not page.hidden)
    book.save(path)
    return [key for page in case.pages for key in page.keys(f"{page.name}!")]


def read_frame(case: Case) -> tuple[Baseline | None, tuple[Finding, ...], Account, list[str]]:
    (page,) = case.pages
    rows = [
        [getattr(value, "value", value) for value in row] + [None] * (len(page.rows[0]) - len(row))
        for row in page.rows
    ]
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    sheets = (from_frame(frame),)
    ledger = Ledger(sheets)
    base: Baseline | None = None
    findings: tuple[Finding, ...]
    try:
        base = baseline_of(sheets, shipped(), ledger=ledger)
        findings = base.findings
    except InputError as error:
        findings = error.findings
    return base, findings, ledger.close(), Page("", rows).keys("", 0)


def read(case: Case) -> tuple[Baseline | None, tuple[Finding, ...], Account, list[str]]:
    if case.medium == "frame":
        return read_frame(case)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"base.{case.medium}"
        keys = write_csv(case, path) if case.medium == "csv" else write_book(case, path)
        reading = pl.read(path, as_="baseline")
    return reading.record, reading.findings, reading.account, keys


# -- what has to hold ---------------------------------------------------------------------------


def told(cell: Cell, base: Baseline | None, findings: Iterable[Finding]) -> bool:
    """Whether something is asked of an indicator, or of the column or sheet of its figure."""
    place = base.places.get(cell) if base is not None else None
    for finding in findings:
        if finding.level is Obligation.INFO:
            continue
        where = finding.place
        if finding.indicator == cell.indicator or finding.code in {"no_values", "sheet_ignored"}:
            return True
        if not finding.indicator and cell.year in {finding.year, *_years(finding)}:
            return True
        if place and place.cell and _column(where) == _column(place):
            return True
        if finding.found and finding.found.startswith(shipped().label(cell.indicator, "zh")):
            return True
    return False


def _column(place: Place) -> tuple[str, str]:
    return place.sheet, place.cell.rstrip("0123456789")


def _years(finding: Finding) -> set[int]:
    """Return the years that the heading named in a finding on a column is of."""
    texts = (finding.found, finding.expected) if finding.code.startswith("column_") else ()
    return {year for year in YEARS for text in texts if str(year) in text}


def holds(case: Case) -> None:
    """Every mark is booked once; what differs from the truth or is missing is spoken of."""
    base, findings, account, keys = read(case)
    assert Counter(item.key for item in account) == Counter(keys)
    assert [item.key for item in account if item.reason == NOT_READ] == []
    values = dict(base.values) if base is not None else {}
    for cell, value in values.items():
        if case.truth.get(cell) != value:
            assert told(cell, base, findings), (cell, value, case.truth.get(cell), findings)
    for cell in case.truth:
        assert cell in values or told(cell, base, findings), (cell, "lost", findings)


def property_of(*noise: str, layouts: tuple[str, ...] = LAYOUTS) -> Callable[[int], None]:
    """Return a test that what is drawn holds."""
    return drawn(SMALL, LARGE, cases(frozenset(noise), layouts), **DRAWS)(holds)


test_plain_tables = property_of()
test_units_beside_the_figures = property_of("units")
test_units_that_are_easily_missed = property_of("far", layouts=("wide",))
test_marks_at_the_figures = property_of("digits", "shares")
test_lines_above_and_below = property_of("lines", "units")
test_example_above = property_of("example", layouts=("wide", "stacked"))
test_cells_without_a_figure = property_of("broken")
test_columns_that_are_no_year = property_of("columns", layouts=("wide", "pivot"))
test_headings_of_parts_of_a_year = property_of(layouts=("parts",))
test_rows_of_parts_of_a_year = property_of(layouts=("periods",))
test_what_is_hidden = property_of("hidden", layouts=("wide",))
test_more_than_one_sheet = property_of("sheets")
test_everything_at_once = property_of("units", "digits", "shares", "lines", "broken", "columns")


def test_every_value_of_a_saved_plan_is_in_its_account(tmp_path):
    plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 260)
    path = plan.save(tmp_path / "plan.json")
    account = pl.read(path).account
    held = [key for key in account if key.booked == "used"]
    assert len(held) == len(account) == _leaves(json.loads(path.read_text(encoding="utf-8")))
    assert [item.value for item in account.of("output", 2028)] == ["260"]
    assert [item.value for item in account.of("patents", 2025)] == ["214"]


def _leaves(data: Any) -> int:
    if isinstance(data, dict | list):
        return sum(map(_leaves, data.values() if isinstance(data, dict) else data))
    return data is not None and data != ""
