"""``goals.docx``: the annex as a Word document to edit and file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.shared import Pt, RGBColor

from planner.core.files import printable
from planner.export.annex import AnnexTable, annex
from planner.export.styles import HEAD as SHADE
from planner.export.wordstyles import (
    CENTRE,
    LEFT,
    RIGHT,
    narrow_margins,
    new_document,
    no_row_splits,
    page_number,
    repeats,
    set_widths,
    shade,
    to_bytes,
)

if TYPE_CHECKING:
    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord

WIDTH = 18.0
SIZE = 9
ALERT = RGBColor(0xA1, 0x12, 0x12)
_SIDES = {"left": LEFT, "centre": CENTRE, "right": RIGHT}


def goals_document(plan: PlanRecord, lang: str = "", odds: OddsRecord | None = None) -> bytes:
    """Return the annex of a plan as a Word document; the same plan gives the same bytes."""
    made = annex(plan, lang, odds)
    document = new_document(made.title, margin=1.5)
    document.core_properties.keywords = made.keyword
    _line(document, made.title, 14, bold=True, centred=True)
    _line(document, made.subtitle, 10, centred=True)
    _line(document, made.filed, 10)
    if made.banner:
        _line(document, made.banner, 11, bold=True, colour=ALERT)
    for table in made.tables:
        heading = document.add_heading(table.title, level=2)
        heading.paragraph_format.page_break_before = table.new_page
        _table(document, table)
    if made.notes:
        document.add_heading(made.notes_title, level=2)
    for number, note in enumerate(made.notes, 1):
        _line(document, f"{number}. {note}", SIZE)
    section = document.sections[0]
    page_number(section, of_all=True)
    section.footer.paragraphs[0].add_run(f"　{made.keyword}").font.size = Pt(8)
    return to_bytes(document)


def _line(
    document: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    centred: bool = False,
    colour: RGBColor | None = None,
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = CENTRE if centred else LEFT
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour


def _table(document: Any, made: AnnexTable) -> None:
    table = document.add_table(rows=1 + len(made.rows), cols=len(made.heads), style="Table Grid")
    lines = list(table.rows)
    cells = [list(line.cells) for line in lines]  # asked once: each asking walks the table
    for cell, text in zip(cells[0], made.heads, strict=True):
        _write(cell, text, CENTRE, bold=True)
        shade(cell, SHADE.removeprefix("#"))
    repeats(lines[0])
    for number, row in enumerate(made.rows, 1):
        no_row_splits(lines[number])
        offset = len(made.heads) - len(row)  # those left out are covered from above
        for column, item in enumerate(row, offset):
            cell = cells[number][column]
            if item.rows > 1:
                cell = cell.merge(cells[number + item.rows - 1][column])
            _write(cell, item.text, _SIDES[made.sides[column]], bold=item.strong)
    narrow_margins(table)
    total = sum(made.widths)
    set_widths(table, [width * WIDTH / total for width in made.widths])


def _write(cell: Any, text: str, side: Any, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = side
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold = Pt(SIZE), bold
    cell.vertical_alignment = 1
