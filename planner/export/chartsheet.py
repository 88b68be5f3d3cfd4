"""The sheet of charts: a chart of each goal, bound to the cells of the goal sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from planner.compliance.goalrows import GoalRow
from planner.export.styles import FONT, RULE, Book
from planner.model import messages

INK = "#2B5C8A"
ACROSS, DOWN = 3, 3  # charts on a page
WIDTH, HEIGHT, CELL, ROW = 332, 214, 64, 20  # pixels
LINES = HEIGHT // ROW + 1


def write_charts(
    book: Book,
    sheet: Any,
    rows: Sequence[GoalRow],
    heads: int,
    cells: Callable[[GoalRow], tuple[int, int, int]],
    lang: str,
) -> None:
    """Put a chart of every goal on a sheet, nine on a page; they follow what is typed.

    `heads` is the line of the goal sheet, the first of the book, in which the years stand.
    """
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
    # What nobody asks for and does not move has nothing to show.
    drawn = [
        row
        for row in rows
        if row.baseline is not None
        and None not in row.values.values()
        and (row.rules or {*row.values.values()} != {row.baseline})
    ]
    goals = next(iter(book.sheets))
    for number, row in enumerate(drawn):
        line, first, last = cells(row)
        chart = book.book.add_chart({"type": "line"})
        chart.add_series(
            {
                "categories": [goals, heads, first, heads, last],
                "values": [goals, line, first, line, last],
                "line": {"color": INK, "width": 2},
                "marker": {"type": "circle", "size": 6, "fill": {"color": INK},
                           "border": {"color": INK}},
                "data_labels": {"value": True, "position": "above",
                                "font": {"name": FONT, "size": 8}},
            }
        )  # fmt: skip
        title = messages.label("aside", lang, text=row.item.name(lang), more=row.item.unit(lang))
        font = {"name": FONT, "size": 8, "color": "#444444"}
        chart.set_title(
            {"name": title, "name_font": {"name": FONT, "size": 10, "bold": True}, "overlay": False}
        )
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_font": font, "line": {"color": RULE}, "num_format": "0"})
        chart.set_y_axis(
            {
                "num_font": font,
                "line": {"none": True},
                "major_gridlines": {"visible": True, "line": {"color": RULE}},
            }
        )
        chart.set_size({"width": WIDTH, "height": HEIGHT})
        column = (number % ACROSS) * (WIDTH // CELL + 1)
        sheet.insert_chart(number // ACROSS * LINES, column, chart)
    pages = range(DOWN, -(-len(drawn) // ACROSS), DOWN)
    sheet.set_h_pagebreaks([page * LINES for page in pages])
