"""The answer sheet of the input workbook: what the form asks for besides numbers.

A line for every place of the form that the baseline cannot answer; :mod:`planner.intake.answers` reads
it back by the ids in its last column.
"""

from __future__ import annotations

from typing import Any

from planner.export.formcheck import length
from planner.export.openitems import slot_prefixes
from planner.export.styles import PAPER, Book
from planner.model.answers import Answers
from planner.model.answersheet import SHEET_COLUMNS, SheetLine, sheet_lines
from planner.model.catalogue import Catalogue
from planner.model.forms import Form

SHEET = "申报表"
WIDTHS = (22, 46, 60, 9, 26, 30, 30)
HEADER_ROW = 2
_HELP = "申报表中除数字以外的内容：黄色格填文字，或从下拉框选“✓”。没有相关情况的写“无”。不填的栏目不会自动写“无”。核对时提示须说明的，把理由写在“理由”一栏。"


def write_answer_sheet(
    book: Book, form: Form, catalogue: Catalogue, answers: Answers | None
) -> None:
    """Add the answer sheet of a form to the input workbook, blank or filled in."""
    sheet = book.sheet(SHEET)
    sheet.write_string(0, 0, form.record.title.zh, book.format(bold=True, font_size=15))
    sheet.write_string(1, 0, _HELP, book.format(font_color="#555555"))
    for column, text in enumerate(SHEET_COLUMNS):
        sheet.write_string(HEADER_ROW, column, text, book.head())
    values = answers.values if answers else {}
    reasons = answers.reasons if answers else {}
    before, line = "", HEADER_ROW + 1
    for item in sheet_lines(form, catalogue):
        shown = item.part.title if item.part.title != before else ""
        before = item.part.title
        why = next((reasons[n] for n in slot_prefixes(item.slot) if n in reasons), "")
        _line(book, sheet, line, item, shown, values.get(item.slot, ""), why)
        line += 1
    for column, width in enumerate(WIDTHS):
        hidden = {"hidden": True} if column == len(WIDTHS) - 1 else {}
        sheet.set_column(column, column, width, None, hidden)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _line(
    book: Book, sheet: Any, line: int, item: SheetLine, part: str, value: str, why: str
) -> None:
    wrapped = book.text(text_wrap=True)
    sheet.write_string(line, 0, part, book.text(bold=True, text_wrap=True))
    sheet.write_string(line, 1, item.label, wrapped)
    entry = book.text(text_wrap=True, bg_color=PAPER, font_color="#0000C0")
    tick = book.text(bg_color=PAPER, font_color="#0000C0", align="center")
    sheet.write_string(line, 2, value, tick if item.choices else entry)
    if item.limit:
        cell = f"C{line + 1}"
        plain = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell}," ",""),"　",""),CHAR(10),"")'
        text = f'=LEN({plain})&"/{item.limit}"'
        counted = f"{length(value)}/{item.limit}"
        sheet.write_formula(line, 3, text, book.text(align="center"), counted)
    else:
        sheet.write_blank(line, 3, None, book.text())
    sheet.write_string(line, 4, why, entry)
    sheet.write_string(line, 5, item.help, book.text(text_wrap=True, font_color="#555555"))
    sheet.write_string(line, 6, str(item.slot), book.text())
    book.fit_row(sheet, line, [part, item.label, value, "", why, item.help], WIDTHS)
    if item.choices:
        sheet.data_validation(line, 2, line, 2, {"validate": "list", "source": list(item.choices)})
