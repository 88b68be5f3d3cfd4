"""The answer sheet of the input workbook: what the form asks for besides numbers.

One line a question, in the order of the form; what nothing else answers is marked, what can be
left to figures and drafts is folded. :mod:`planner.intake.answersheets` reads it back by the ids in
its last column.
"""

from __future__ import annotations

from planner.export.formcheck import length
from planner.export.openitems import slot_prefixes
from planner.export.styles import PAPER, PLAIN_PAPER, Book
from planner.model.answers import Answers
from planner.model.answersheet import SHEET_COLUMNS, SheetLine, sheet_lines
from planner.model.catalogue import Catalogue
from planner.model.forms import Form
from planner.model.formschema import TICK, Slot

SHEET, LISTS = "申报表", "_选项"
WIDTHS = (13, 36, 6, 46, 24, 9, 28, 34, 22, 30)
ANSWER, NAMES, COUNTED, HELP, EXAMPLE, WHY, KEY = 3, 4, 5, 6, 7, 8, 9
HEADER_ROW = 2
NEEDED = "●"
_HELP = (
    "黄色格填写；带●的必须填，没有相关情况写“无”。打✓：选中格子按 1 再回车。"
    "灰色折叠的行可由第一张表算出或自动起草，点左侧“+”展开可改。"
)
# A tick is one key: 1 is shown as what it means.
_SHOWN = '[=1]"{}";General'


def write_answer_sheet(
    book: Book, form: Form, catalogue: Catalogue, answers: Answers | None
) -> None:
    """Add the answer sheet of a form to the input workbook, blank or filled in."""
    _Sheet(book, form, answers or Answers(form.id)).write(catalogue)


class _Sheet:
    """The sheet in the making."""

    def __init__(self, book: Book, form: Form, answers: Answers) -> None:
        self.book, self.form, self.answers = book, form, answers
        self.sheet = book.sheet(SHEET)
        self.lists = book.sheet(LISTS)
        self.listed = 0  # columns of the sheet of options in use

    def write(self, catalogue: Catalogue) -> None:
        sheet, book = self.sheet, self.book
        sheet.write_string(0, 0, self.form.record.title.zh, book.format(bold=True, font_size=15))
        sheet.write_string(1, 0, _HELP, book.format(font_color="#555555"))
        for column, text in enumerate(SHEET_COLUMNS):
            sheet.write_string(HEADER_ROW, column, text, book.head())
        before, line = "", HEADER_ROW + 1
        for item in sheet_lines(self.form, catalogue):
            shown = item.part.title if item.part.title != before else ""
            before = item.part.title
            self._line(line, item, shown)
            line += 1
        for column, width in enumerate(WIDTHS):
            hidden = {"hidden": True} if column == KEY else {}
            sheet.set_column(column, column, width, None, hidden)
        sheet.outline_settings(True, False, True, False)  # the sign stands above what it folds
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.print_area(0, 0, line - 1, HELP)
        self.lists.very_hidden()

    def _line(self, line: int, item: SheetLine, part: str) -> None:
        sheet, book = self.sheet, self.book
        question = item.kind == "question"
        value, names = self._told(item)
        why = next(
            (
                self.answers.reasons[n]
                for n in slot_prefixes(item.slot)
                if n in self.answers.reasons
            ),
            "",
        )
        label = f"　{item.label}" if item.kind == "tick" else item.label
        sheet.write_string(line, 0, part, book.text(bold=True, text_wrap=True))
        sheet.write_string(line, 1, label, book.text(text_wrap=True, bold=question))
        needed = NEEDED if item.needed else ""
        mark = book.text(align="center", font_color="#A11212")
        sheet.write_string(line, 2, needed, mark)
        if question:
            for column in (ANSWER, NAMES, COUNTED, WHY):
                sheet.write_blank(line, column, None, book.text())
        else:
            self._entry(line, item, value)
            paper = {"bg_color": PAPER} if item.kind == "count" else {}
            look = book.text(text_wrap=True, font_color="#0000C0", **paper)
            sheet.write_string(line, NAMES, names, look)
            self._counter(line, item, value)
            sheet.write_string(line, WHY, why, book.text(text_wrap=True, bg_color=PLAIN_PAPER))
            sheet.write_string(line, KEY, str(item.slot), book.text())
        grey = book.text(text_wrap=True, font_color="#555555")
        sheet.write_string(line, HELP, item.help, grey)
        sheet.write_string(line, EXAMPLE, item.example, grey)
        folded = not (item.needed or item.kind == "tick" or value or names or why)
        options = {"level": 1, "hidden": True} if folded else {}
        texts = [part, label, needed, value, names, "", item.help, item.example, why]
        book.fit_row(sheet, line, texts, WIDTHS, **options)

    def _told(self, item: SheetLine) -> tuple[str, str]:
        """Return what was answered to a line, and the names beside it."""
        values, key = self.answers.values, item.slot.field
        if item.kind == "one":
            numbered = enumerate(item.choices, 1)
            chosen = [t for n, t in numbered if values.get(Slot(key, str(n))) == TICK]
            return (chosen or [""])[0], ""
        if item.kind == "count":
            return values.get(Slot(key, "count"), ""), values.get(Slot(key, "names"), "")
        return values.get(item.slot, ""), ""

    def _entry(self, line: int, item: SheetLine, value: str) -> None:
        """Write the cell that is filled in."""
        book, sheet = self.book, self.sheet
        paper = PAPER if item.needed or item.kind == "tick" else PLAIN_PAPER
        look = {"bg_color": paper, "font_color": "#0000C0", "text_wrap": True}
        if item.kind == "tick":
            look |= {"align": "center", "num_format": _SHOWN.format(item.choices[0])}
            rule = {"validate": "list", "source": [item.choices[0], "1"]}
            sheet.data_validation(line, ANSWER, line, ANSWER, rule)
        elif item.kind == "one":
            column = self.listed
            self.listed += 1
            for row, text in enumerate(item.choices):
                self.lists.write_string(row, column, text)
            last = len(item.choices) - 1
            name = f"='{LISTS}'!{book.cell(0, column)}:{book.cell(last, column)}"
            sheet.data_validation(line, ANSWER, line, ANSWER, {"validate": "list", "source": name})
        sheet.write_string(line, ANSWER, value, book.text(**look))

    def _counter(self, line: int, item: SheetLine, value: str) -> None:
        """Write how many characters a text has, as it is typed."""
        if not item.limit:
            self.sheet.write_blank(line, COUNTED, None, self.book.text())
            return
        cell = f"D{line + 1}"
        plain = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell}," ",""),"　",""),CHAR(10),"")'
        text = f'=LEN({plain})&"/{item.limit}"'
        counted = f"{length(value)}/{item.limit}"
        self.sheet.write_formula(line, COUNTED, text, self.book.text(align="center"), counted)
        over = self.book.book.add_format({"font_color": "#A11212", "bold": True})
        rule = {"type": "formula", "criteria": f"=LEN({plain})>{item.limit}", "format": over}
        self.sheet.conditional_format(line, COUNTED, line, COUNTED, rule)
