"""The sheet of further goals in the input workbook: indicators of one's own, and goals in words.

:mod:`planner.intake.ownrows` reads it back by its headings; no file of definitions is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from planner.compliance.goalrows import IN_WORDS
from planner.export.styles import INPUT, PAPER, PLAIN_PAPER, Book
from planner.model.answers import Answers
from planner.model.baseline import Baseline
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.forms import Form
from planner.model.formschema import goal_slot
from planner.model.vocabulary import vocabulary

SHEET = "自定指标"
ROOM, SPARE = 12, 3  # lines for indicators of one's own, and how many stay free
YEAR = 15  # the width of the columns of years, in letters
WIDTHS = (12, 30, 10, 18, 8)
HEADER_ROW = 3
IN_FORM = ("opening", "governance", "other")  # the directions that the form describes in words
_HELP = (
    (
        "本单位自己增加的指标写在上半部：名称、单位、越高越好或越低越好三项必填，其余有则填；"
        "每一年的数与第一张表同样填写。"
    ),
    "下半部用文字填写：各年的状况，以及到期要做到的事。",
)


@dataclass(frozen=True)
class Further:
    """What the sheet is filled with: a baseline's own indicators, and what is said in words.

    `described` and `promised` are as in a baseline.
    """

    catalogue: Catalogue
    years: Sequence[int]
    end: int
    filled: Baseline | None = None
    described: Mapping[Cell, str] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> list[Indicator]:
        """Return the indicators that stand on it."""
        return [item for item in self.catalogue.own if plain_own(item)]

    def text(self, direction: str, year: int) -> str:
        """Return what is said of a direction in a year."""
        known = self.filled.described if self.filled else {}
        cell = Cell(direction, year)
        return self.described.get(cell) or known.get(cell, "")

    def promise(self, key: str) -> str:
        """Return what an earlier plan promised of an indicator or direction."""
        known = self.filled.promised if self.filled else {}
        return self.promised.get(key) or known.get(key, "")

    def shows(self, year: int | None) -> bool:
        """Whether there is a column for what is said of a year, or of what was promised."""
        return year is None or year in {*self.years, self.end}

    @property
    def directions(self) -> list[str]:
        """Return the directions that have a line: those of the form, and what else is described."""
        known = self.filled.described if self.filled else {}
        said = [cell.indicator for cell in (*self.described, *known)]
        return list(dict.fromkeys([*IN_FORM, *said]))


def with_words(
    further: Further, form: Form, answers: Answers | None
) -> tuple[Further, Answers | None]:
    """Move what answers say in words of a direction to the sheet, where it has a place for it.

    What a later table of the form says of a year goes before an earlier one's; the other stays an
    answer.
    """
    if answers is None:
        return further, None
    described: dict[Cell, str] = {}
    promised: dict[str, str] = {}
    moved = set()
    for item in reversed(list(form)):
        for column in item.columns:
            for row in item.worded:
                slot = goal_slot(item, row, column)
                text = answers.values.get(slot, "")
                if not text or not further.shows(column.year):
                    continue
                if column.year is None:
                    known = promised.setdefault(row, text)
                else:
                    known = described.setdefault(Cell(row, column.year), text)
                if known == text:
                    moved.add(slot)
    rest = {slot: text for slot, text in answers.values.items() if slot not in moved}
    told = replace(further, described=described, promised=promised)
    return told, replace(answers, values=rest)


def write_own_sheet(book: Book, further: Further) -> None:
    """Add the sheet of further goals, blank or filled in."""
    years, end = further.years, further.end
    sheet = book.sheet(SHEET)
    sheet.write_string(0, 0, "自定指标和文字说明", book.format(bold=True, font_size=15))
    for index, text in enumerate(_HELP):
        sheet.write_string(1 + index, 0, text, book.format(font_color="#555555"))
    heads = ["方向", "指标", "单位", "越高越好还是越低越好", "小数位"]
    heads += [f"{year}年" for year in years]
    heads += [f"{years[-1]}年原定目标", f"{end}年目标", "来源", "备注"]
    for column, text in enumerate(heads):
        sheet.write_string(HEADER_ROW, column, text, book.head())
    own = further.own
    room = max(ROOM, len(own) + SPARE)
    line = HEADER_ROW + 1
    for number in range(room):
        _row(book, sheet, line, own[number] if number < len(own) else None, further)
        line += 1
    for key in further.directions:
        _words(book, sheet, line, key, further)
        line += 1
    for column, width in enumerate((*WIDTHS, *([YEAR] * (len(years) + 2)), 22, 22)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, line - 1, len(heads) - 1)


def plain_own(item: Indicator) -> bool:
    """Whether a line of the sheet says all there is to say of an indicator."""
    ties = (item.num, item.den, item.of, item.part_of, item.follows, *item.beside)
    return item.kind == "measured" and not any(ties)


def _row(book: Book, sheet: Any, line: int, item: Indicator | None, further: Further) -> None:
    """Write the line of an indicator, or a blank one."""
    entry = book.text(bg_color=PAPER, font_color=INPUT, text_wrap=True)
    plain = book.text(bg_color=PLAIN_PAPER, font_color=INPUT, text_wrap=True)
    words = vocabulary().better
    names = {key: words[key][_ZH] for key in ("higher", "lower", "neither")}
    directions = further.catalogue.directions
    texts = ["", "", "", ""]
    if item is not None:
        direction = directions[item.direction].zh
        texts = [direction, item.zh, item.unit.zh, names[item.better]]
    for column, text in enumerate(texts):
        sheet.write_string(line, column, text, entry if column else plain)
    _put(sheet, line, len(texts), Decimal(item.decimals) if item else None, plain)
    choices = {"validate": "list", "source": [text.zh for text in directions.values()]}
    sheet.data_validation(line, 0, line, 0, choices)
    choices = {"validate": "list", "source": list(names.values())}
    sheet.data_validation(line, 3, line, 3, choices)
    whole = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 6}
    sheet.data_validation(line, 4, line, 4, whole)
    look = book.number(item.decimals, "input") if item else plain
    for offset, year in enumerate(further.years):
        values = further.filled.values if further.filled and item else {}
        value = values.get(Cell(item.id, year)) if item else None
        _put(sheet, line, len(WIDTHS) + offset, value, look)
    asked = further.filled.asked if further.filled else {}
    ends = (
        [further.promise(item.id), asked.get(Cell(item.id, further.end), "")] if item else ["", ""]
    )
    for offset, text in enumerate([*ends, "", ""]):
        sheet.write_string(line, len(WIDTHS) + len(further.years) + offset, text, plain)


_ZH = 2  # in the words for which way is better, the first in Chinese


def _put(sheet: Any, line: int, column: int, value: Decimal | None, look: Any) -> None:
    if value is None:
        sheet.write_blank(line, column, None, look)
    else:
        sheet.write_number(line, column, float(value), look)


def _words(book: Book, sheet: Any, line: int, direction: str, further: Further) -> None:
    """Write the line of a direction that is described in words."""
    entry = book.text(bg_color=PAPER, font_color=INPUT, text_wrap=True)
    sheet.write_string(line, 0, further.catalogue.directions[direction].zh, book.text())
    sheet.write_string(line, 1, IN_WORDS.zh, book.text())
    for column in (2, 3, 4):
        sheet.write_string(line, column, "—", book.text(align="center"))
    texts = [further.text(direction, year) for year in further.years]
    texts += [further.promise(direction), further.text(direction, further.end)]
    for offset, text in enumerate(texts):
        sheet.write_string(line, len(WIDTHS) + offset, text, entry)
    for offset in (0, 1):
        sheet.write_blank(line, len(WIDTHS) + len(texts) + offset, None, book.text())
    book.fit_row(sheet, line, texts, [YEAR] * len(texts))
