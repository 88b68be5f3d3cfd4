"""The blank input workbook: numbers, answers, further goals and a guide, for a person to fill in.

Labels, units, drop-downs and notes come from the catalogue; :mod:`planner.intake.baselines` reads it
back by its labels, so rows may be moved, added or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.core.files import write_bytes
from planner.export.answersheet import write_answer_sheet
from planner.export.guidesheet import write_guide
from planner.export.ownsheet import Further, plain_own, with_words, write_own_sheet
from planner.export.styles import INPUT, NEEDED_PAPER, PLAIN_PAPER, Book
from planner.model.answers import Answers
from planner.model.baseline import Baseline
from planner.model.catalogue import Catalogue, Cell, Indicator, shipped
from planner.model.forms import Form, load_form

SHEET = "基线"
PAST_YEARS = 3
HEADER_ROW = 5
_HELP = (
    "深黄格必填，浅黄格有则填；鼠标停在指标名上有填报说明。没有的数据留空（不要填 0），说明写在“备注”。",
    "后面两张表是申报表里数字以外的内容和自定指标。填好后在页面“基准数据”一栏上传本文件。",
)


def template_bytes(
    base_year: int,
    catalogue: Catalogue | None = None,
    filled: Baseline | None = None,
    form: Form | None = None,
    answers: Answers | None = None,
    horizon: int = PAST_YEARS,
) -> bytes:
    """Return the input workbook, blank or filled with a baseline's figures and answers.

    The sheet of answers is that of the form, where it is for the same base year.
    """
    catalogue = catalogue or shipped()
    form = form or load_form(catalogue=catalogue)
    book = Book("中小企业特色产业集群 基线填报表")
    sheet = book.sheet(SHEET)
    years = list(range(base_year - PAST_YEARS + 1, base_year + 1))
    _write_head(book, sheet, base_year, filled)
    heads = ["方向", "指标", "单位", *(f"{year}年" for year in years), "来源", "备注"]
    for column, text in enumerate(heads):
        sheet.write_string(HEADER_ROW, column, text, book.head())
    line = HEADER_ROW + 1
    needed = needed_cells(form, catalogue)
    tied = {item.id for item in catalogue.own if not plain_own(item)}
    for item in _in_order(form, catalogue):
        asked = item.input or item.id in tied or _has(filled, item, years)
        if item.kind == "measured" and asked and (item not in catalogue.own or item.id in tied):
            _write_line(book, sheet, line, item, years, needed, catalogue, filled)
            line += 1
    for item in catalogue:
        if item.kind == "growth" and item.periods == 1:
            _write_growth(book, sheet, line, item, years, catalogue, filled)
            line += 1
    _finish(sheet, line - 1, len(heads))
    further = Further(catalogue, years, base_year + horizon, filled)
    if form.base_year == base_year:
        further, answers = with_words(further, form, answers)
        write_answer_sheet(book, form, catalogue, answers)
    write_own_sheet(book, further)
    write_guide(book)
    return book.close()


def needed_cells(form: Form, catalogue: Catalogue) -> frozenset[Cell]:
    """Return the figures that a form asks for, as levels of what is measured.

    >>> cells = needed_cells(load_form(), shipped())
    >>> Cell("output", 2023) in cells, Cell("employees", 2024) in cells
    (True, False)
    """
    found: set[Cell] = set()
    three = range(form.base_year - PAST_YEARS + 1, form.base_year + 1)

    def need(key: str, years: Iterable[int]) -> None:
        item = catalogue[key]
        for part in {item.num, item.den, item.of} - {""}:
            need(part, three if item.kind == "growth" else years)
        if item.kind == "measured":
            found.update(Cell(key, year) for year in years)

    for item in form:
        if item.figure is not None:
            level = item.figure.kind == "level" and item.kind != "series"
            need(item.figure.of, [form.base_year] if level else three)
        for column in item.columns:
            for key in (key for row in item.rows for key in row.indicators if column.year):
                need(key, [year for year in three if year == column.year])
        for option in item.options:
            if option.means is not None:
                need(option.means.indicator, [form.base_year])
    return frozenset(found)


def _in_order(form: Form, catalogue: Catalogue) -> list[Indicator]:
    """Return the indicators in the order in which the form asks for them, then the others."""
    asked: list[str] = []
    for item in form:
        keys = [item.figure.of] if item.figure else []
        keys += [option.means.indicator for option in item.options if option.means]
        for key in keys:
            known = catalogue[key]
            asked += [key] if known.kind == "measured" else [known.num, known.den]
    place = {key: number for number, key in enumerate(dict.fromkeys(asked))}
    return sorted(catalogue, key=lambda item: place.get(item.id, len(place)))


def _has(filled: Baseline | None, item: Indicator, years: list[int]) -> bool:
    return filled is not None and any(Cell(item.id, year) in filled.values for year in years)


def _write_head(book: Book, sheet: Any, base_year: int, filled: Baseline | None) -> None:
    title = f"中小企业特色产业集群 基线填报表（基准年 {base_year}）"
    sheet.write_string(0, 0, title, book.format(bold=True, font_size=15))
    for index, text in enumerate(_HELP):
        sheet.write_string(1 + index, 0, text, book.format(font_color="#555555"))
    label, entry = book.text(bold=True), book.text(bg_color=NEEDED_PAPER, font_color=INPUT)
    sheet.write_string(3, 0, "集群名称", label)
    sheet.merge_range(3, 1, 3, 3, "", entry)
    sheet.write_string(3, 1, filled.cluster if filled else "", entry)


def _write_line(
    book: Book, sheet: Any, line: int, item: Indicator, years: list[int],
    needed: frozenset[Cell], catalogue: Catalogue, filled: Baseline | None,
) -> None:  # fmt: skip
    sheet.write_string(line, 0, catalogue.directions[item.direction].zh, book.text())
    sheet.write_string(line, 1, item.zh, book.text())
    if item.help:
        sheet.write_comment(line, 1, item.help.zh, {"x_scale": 1.6, "y_scale": 0.8})
    sheet.write_string(line, 2, item.unit.zh, book.text(align="center"))
    # The unit of the table alone: a value in another one would be refused.
    sheet.data_validation(line, 2, line, 2, {"validate": "list", "source": [item.unit.zh]})
    rule: dict[str, Any] = {
        "validate": "integer" if item.decimals == 0 else "decimal",
        "criteria": ">=",
        "value": 0,
        "input_title": item.zh[:31],
        "input_message": f"单位：{item.unit.zh}"
        + ("，整数" if item.decimals == 0 else "，两位小数"),
        "error_title": "填写有误",
        "error_message": "请填不小于 0 的数"
        + ("（整数）" if item.decimals == 0 else "")
        + "；没有数据请留空。",
    }
    values: Mapping[Cell, Decimal] = filled.values if filled else {}
    for offset, year in enumerate(years):
        cell = Cell(item.id, year)
        kind = "needed" if cell in needed else "input"
        _put(book, sheet, line, 3 + offset, values.get(cell), item.decimals, kind)
    sheet.data_validation(line, 3, line, 2 + len(years), rule)
    source = filled.sources.get(Cell(item.id, years[-1]), "") if filled else ""
    for column, text in ((3 + len(years), source), (4 + len(years), "")):
        sheet.write_string(line, column, text, book.text(bg_color=PLAIN_PAPER, text_wrap=True))


def _write_growth(
    book: Book, sheet: Any, line: int, item: Indicator, years: list[int],
    catalogue: Catalogue, filled: Baseline | None,
) -> None:  # fmt: skip
    sheet.write_string(line, 0, catalogue.directions[item.direction].zh, book.text())
    sheet.write_string(line, 1, f"{catalogue[item.of].zh}增速", book.text())
    note = "各年度增速（表中第二部分填报值）。三年都填时，近三年年均增速按三期计算。"
    sheet.write_comment(line, 1, note, {"x_scale": 1.6, "y_scale": 0.8})
    sheet.write_string(line, 2, "%", book.text(align="center"))
    values: Mapping[Cell, Decimal] = filled.growth if filled else {}
    for offset, year in enumerate(years):
        _put(book, sheet, line, 3 + offset, values.get(Cell(item.of, year)), 2)
    for column in (3 + len(years), 4 + len(years)):
        sheet.write_blank(line, column, None, book.text(bg_color=PLAIN_PAPER))


def _put(
    book: Book, sheet: Any, line: int, column: int, value: Decimal | None, decimals: int,
    kind: str = "input",
) -> None:  # fmt: skip
    look = book.number(decimals, kind)
    if value is None:
        sheet.write_blank(line, column, None, look)
    else:
        sheet.write_number(line, column, float(value), look)


def _finish(sheet: Any, last: int, columns: int) -> None:
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    for column, width in enumerate((11, 36, 11, 12, 14, 14, 30, 30)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, last, columns - 1)


def write_template(
    path: str | Path,
    *,
    base_year: int,
    catalogue: Catalogue | None = None,
    filled: Baseline | None = None,
    answers: Answers | None = None,
) -> Path:
    """Write the input workbook, blank or filled, to a file.

    Parameters
    ----------
    path
        The ``.xlsx`` file to write; folders on the way are made.
    base_year
        The last of the three years that the sheet of numbers asks for; the sheet of answers comes
        along where the shipped form is for that year.
    catalogue
        The indicators it lists; the shipped ones by default.
    filled, answers
        A baseline whose figures, and answers whose texts, are filled in.

    Returns
    -------
    pathlib.Path
        The file written, which :func:`planner.read_baseline` and :func:`planner.read_answers` read.

    Raises
    ------
    OSError
        When it cannot be written.

    Examples
    --------
    >>> import planner as pl, tempfile
    >>> base = pl.read_baseline(pl.shared("baselines") / "example.csv")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_template(folder + "/input.xlsx", base_year=2025, filled=base)
    ...     pl.read_baseline(path).values == base.values
    True
    """
    data = template_bytes(base_year, catalogue, filled, answers=answers)
    return write_bytes(Path(path), data)
