"""The sheet of the past: what the goal table's formulas take from the years before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from planner.export.styles import around
from planner.model.catalogue import Cell

if TYPE_CHECKING:
    from planner.export.styles import Book
    from planner.planning.record import PlanRecord


class Sheets(Protocol):
    """What this sheet needs of the workbook it is part of."""

    plan: PlanRecord
    book: Book
    lang: str
    base: int
    names: dict[str, str]
    history: Any
    past_years: tuple[int, ...]
    past_line: dict[str, int]
    line_of: dict[str, int]

    def say(self, key: str, **facts: object) -> str:
        """Return a label."""

    def ref(self, cell: Cell, sheet: str = "") -> str | None:
        """Return the reference to a number."""


def write_history(sheets: Sheets) -> None:
    """Write the years before the base year and the yearly rates that were stated."""
    sheet, book, baseline = sheets.history, sheets.book, sheets.plan.baseline
    if not sheets.past_line:
        sheet.hide()  # nothing is known of the years before
        return
    sheet.write_string(0, 0, sheets.names["history"], book.format(bold=True, font_size=13))
    heads = [sheets.say("indicator"), sheets.say("unit"), "id"]
    for column, text in enumerate(heads):
        sheet.write_string(1, column, text, book.head())
    for column, year in enumerate(sheets.past_years, len(heads)):
        sheet.write_number(
            1, column, year, book.head(num_format=around(sheets.say("year", year="{}")))
        )
    for key, line in sheets.past_line.items():
        stated = key.endswith("%")
        item = baseline.catalogue.indicators.get(key.removesuffix("%"))
        if item is None:
            continue
        label = baseline.catalogue.label(item.id, sheets.lang)
        label = sheets.say("growth_of", name=label) if stated else label
        sheet.write_string(line, 0, label, book.text())
        sheet.write_string(line, 1, "%" if stated else item.unit(sheets.lang), book.text())
        sheet.write_string(line, 2, key, book.text())
        for index, year in enumerate(sheets.past_years):
            cell = Cell(item.id, year)
            source = baseline.growth if stated else baseline.values
            decimals = 2 if stated else item.decimals
            look, column = book.number(decimals, "plain"), 3 + index
            listed = year == sheets.base and not stated and item.id in sheets.line_of
            value = baseline.printed(item.id, year) if listed else source.get(cell)
            if value is None:
                sheet.write_blank(line, column, None, look)
            elif listed:  # the base year stands on the goal sheet
                sheet.write_formula(line, column, f"={sheets.ref(cell)}", look, float(value))
            else:
                sheet.write_number(line, column, float(value), look)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 18, None, {"hidden": True})
    sheet.set_column(3, 3 + len(sheets.past_years), 12)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
