"""The blank input workbook: a sheet of numbers and one of answers, for a person to fill in.

Labels, units, drop-downs and notes come from the catalogue; :mod:`planner.intake.baselines` reads it
back by its labels, so rows may be moved, added or removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.core.files import write_bytes
from planner.export.answersheet import write_answer_sheet
from planner.export.styles import Book
from planner.model.answers import Answers
from planner.model.baseline import Baseline
from planner.model.catalogue import Catalogue, Cell, Indicator, shipped
from planner.model.forms import Form, load_form

SHEET = "基线"
PAST_YEARS = 3
HEADER_ROW = 5
_HELP = (
    "黄色单元格填数；鼠标停在指标名上有填报说明。没有的数据留空（不要填 0），说明写在“备注”。",
    "第二张表是申报表里数字以外的内容。两张表填好后，在页面“开始”一栏上传本文件。",
)
_INDUSTRY = ["第一产业", "第二产业", "第三产业"]


def template_bytes(
    base_year: int,
    catalogue: Catalogue | None = None,
    filled: Baseline | None = None,
    form: Form | None = None,
    answers: Answers | None = None,
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
    for item in catalogue:
        own = item in catalogue.own
        if item.kind == "measured" and (item.input or own or _has(filled, item, years)):
            _write_line(book, sheet, line, item, years, catalogue, filled)
            line += 1
    for item in catalogue:
        if item.kind == "growth" and item.periods == 1:
            _write_growth(book, sheet, line, item, years, catalogue, filled)
            line += 1
    _finish(sheet, line - 1, len(heads))
    if form.base_year == base_year:
        write_answer_sheet(book, form, catalogue, answers)
    return book.close()


def _has(filled: Baseline | None, item: Indicator, years: list[int]) -> bool:
    return filled is not None and any(Cell(item.id, year) in filled.values for year in years)


def _write_head(book: Book, sheet: Any, base_year: int, filled: Baseline | None) -> None:
    title = f"中小企业特色产业集群 基线填报表（基准年 {base_year}）"
    sheet.write_string(0, 0, title, book.format(bold=True, font_size=15))
    for index, text in enumerate(_HELP):
        sheet.write_string(1 + index, 0, text, book.format(font_color="#555555"))
    label, entry = book.text(bold=True), book.text(bg_color="#FFF9DB", font_color="#0000C0")
    sheet.write_string(3, 0, "集群名称", label)
    sheet.merge_range(3, 1, 3, 3, "", entry)
    sheet.write_string(3, 1, filled.cluster if filled else "", entry)
    sheet.write_string(3, 4, "主导产业类型", label)
    sheet.write_blank(3, 5, None, entry)
    sheet.data_validation(3, 5, 3, 5, {"validate": "list", "source": _INDUSTRY})


def _write_line(
    book: Book, sheet: Any, line: int, item: Indicator, years: list[int],
    catalogue: Catalogue, filled: Baseline | None,
) -> None:  # fmt: skip
    sheet.write_string(line, 0, catalogue.directions[item.direction].zh, book.text())
    sheet.write_string(line, 1, item.zh, book.text())
    if item.help:
        sheet.write_comment(line, 1, item.help.zh, {"x_scale": 1.6, "y_scale": 0.8})
    sheet.write_string(line, 2, item.unit.zh, book.text(align="center"))
    sheet.data_validation(line, 2, line, 2, {"validate": "list", "source": _units(item)})
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
        _put(book, sheet, line, 3 + offset, values.get(Cell(item.id, year)), item.decimals)
    sheet.data_validation(line, 3, line, 2 + len(years), rule)
    source = filled.sources.get(Cell(item.id, years[-1]), "") if filled else ""
    for column, text in ((3 + len(years), source), (4 + len(years), "")):
        sheet.write_string(line, column, text, book.text(bg_color="#FFF9DB", text_wrap=True))


def _units(item: Indicator) -> list[str]:
    """Offer the unit of the table alone: a value in another one would be refused."""
    return [item.unit.zh]


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
        sheet.write_blank(line, column, None, book.text(bg_color="#FFF9DB"))


def _put(
    book: Book, sheet: Any, line: int, column: int, value: Decimal | None, decimals: int
) -> None:
    look = book.number(decimals, "input")
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
