"""Plans side by side as a sheet: CSV, or a workbook whose numbers are numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.core.files import no_formula
from planner.core.frames import Records
from planner.model import messages
from planner.model.cards import SIGNS, heads, worded
from planner.planning.differences import Comparison

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_NAME, _NUMBER = 26, 12  # widths of columns, in letters
MOST_PLACES = 6
A4 = 9  # as Excel counts papers


def comparison_csv(held: Comparison, lang: str = "") -> bytes:
    """Return a comparison as CSV, under identifiers, with the mark that Excel needs."""
    made = held.records(lang)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([no_formula(str(column.key)) for column in made.columns])
    for row in made.rows:
        told = ("" if cell is None else str(cell) for cell in row)
        writer.writerow(
            text if column.kind == "number" else no_formula(text)
            for text, column in zip(told, made.columns, strict=True)
        )
    return stream.getvalue().encode("utf-8-sig")


def comparison_book(held: Comparison, lang: str = "") -> bytes:
    """Return a comparison as a workbook: all goals, then what differs from the first plan."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        styles: dict[Any, Any] = {
            "head": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            **{
                (shade, places): book.add_format(_look(shade=shade, places=places))
                for shade in (False, True)
                for places in range(MOST_PLACES + 1)
            },
        }
        sheet = book.add_worksheet(messages.label("sheet_compared", lang))
        _fill(sheet, held.records(lang), styles, lang, mark="differs")
        for number, name in enumerate(list(held.plans)[1:], 2):
            sheet = book.add_worksheet(f"{messages.label('sheet_differing', lang)} {number}")
            told = messages.label("differences", lang, first=next(iter(held.plans)), other=name)
            _fill(sheet, held.diff(name).records(lang), styles, lang, above=told)
    return stream.getvalue()


def _look(*, shade: bool, places: int) -> dict[str, Any]:
    """Return how a cell looks: its decimals, and a ground where plans differ."""
    look: dict[str, Any] = {"num_format": f"0.{'0' * places}" if places else "0"}
    return look | ({"bg_color": "#fff4ce"} if shade else {})


def _places(cell: Decimal | float) -> int:
    """Return with how many decimals a number is printed."""
    exponent = Decimal(str(cell)).as_tuple().exponent
    return min(max(-exponent, 0), MOST_PLACES) if isinstance(exponent, int) else 0


def _fill(
    sheet: Worksheet,
    made: Records,
    styles: Mapping[Any, Any],
    lang: str,
    mark: str = "",
    above: str = "",
) -> None:
    """Write records under heads in words; what `mark` says differs is shaded."""
    top = 1 if above else 0
    if above:
        sheet.write_string(0, 0, above)
    keys = [column.key for column in made.columns]
    for place, head in enumerate(heads(made, lang)):
        sheet.write_string(top, place, head, styles["head"])
        wide = keys[place] in {"indicator", "name", "rows"}
        sheet.set_column(place, place, _NAME if wide else _NUMBER)
    for line, row in enumerate(made.rows, top + 1):
        shade = bool(mark and row[keys.index(mark)])
        shaded = styles[shade, 0]
        for place, cell in enumerate(row):
            kind = made.columns[place].kind
            if isinstance(cell, Decimal | int | float) and not isinstance(cell, bool):
                sheet.write_number(line, place, float(cell), styles[shade, _places(cell)])
            elif kind == "state" and cell:
                word = f"{SIGNS[cell]} {messages.state_word(cell, lang)}"
                sheet.write_string(line, place, word, shaded)
            else:
                sheet.write_string(line, place, worded(cell, kind, lang), shaded)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + len(made.rows), len(keys) - 1)
