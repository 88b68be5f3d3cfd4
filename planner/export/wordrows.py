"""Rows of the goal sheet that say something in words: states of the past, and goals to be typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.compliance.goalrows import WordRow
from planner.export.styles import INPUT, PAPER, Book

YEAR_WIDTH = 12  # of the columns of years, in letters


def write_words(
    book: Book, sheet: Any, line: int, row: WordRow, columns: Mapping[int, int],
    fixed: Mapping[int, str], last: int, lang: str,
) -> None:  # fmt: skip
    """Write a row: its direction, the `fixed` texts by column, the years' texts, its id in the `last`."""
    for column in range(last):
        sheet.write_blank(line, column, None, book.text())
    sheet.write_string(line, 0, row.direction(lang), book.text())
    for column, text in fixed.items():
        sheet.write_string(line, column, text, book.text(align="center" if column > 1 else "left"))
    base = min(columns)
    texts = [row.texts.get(year, "") for year in columns]
    for (year, column), text in zip(columns.items(), texts, strict=True):
        # A state of the past is read beside its baseline, and is no place to type.
        free = {} if year == base else {"bg_color": PAPER, "font_color": INPUT, "locked": False}
        sheet.write_open(line, column, text, book.text(text_wrap=True, **free))
    sheet.write_string(line, last, row.id, book.text())
    book.fit_row(sheet, line, texts, [YEAR_WIDTH] * len(texts))
