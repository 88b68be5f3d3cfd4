"""Styles of the Word documents: A4, Chinese and Latin fonts set apart, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from planner.export.styles import EPOCH

# Fonts that every Chinese Windows has; others fall back to their own of the same kind.
BODY, HEAD, LATIN = "仿宋", "黑体", "Times New Roman"
PAGE = (21.0, 29.7)
CELL_MARGIN = 60  # twentieths of a point at the sides of a cell in a narrow table
LONGEST = 250  # of a property; the format ends at 255
_STORED = (1980, 1, 1, 0, 0, 0)
CENTRE, RIGHT, LEFT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
)


def new_document(title: str, *, landscape: bool = False, margin: float = 2.5) -> Any:
    """Return an empty A4 document whose styles carry both fonts."""
    document = Document()
    section = document.sections[0]
    width, height = reversed(PAGE) if landscape else PAGE
    section.page_width, section.page_height = Cm(width), Cm(height)
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(margin))
    set_font(document.styles["Normal"], BODY, 12)
    for level, size in ((1, 15), (2, 13), (3, 12)):
        style = document.styles[f"Heading {level}"]
        set_font(style, HEAD, size)
        style.font.bold = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(6)
    set_font(document.styles["Title"], HEAD, 22)
    paragraph = document.styles["Normal"].paragraph_format
    paragraph.space_after, paragraph.space_before = Pt(0), Pt(0)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:LONGEST], "", ""
    properties.language = "zh-CN"
    properties.created = properties.modified = EPOCH
    properties.last_modified_by = ""
    return document


def set_font(style: Any, chinese: str, size: float) -> None:
    """Give a style its Chinese and its Latin font, and its size."""
    style.font.name, style.font.size = LATIN, Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for key in list(fonts.attrib):  # a theme's font would win over the one named here
        if key.endswith("Theme"):
            del fonts.attrib[key]
    for key in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(key), LATIN)
    fonts.set(qn("w:eastAsia"), chinese)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "en-US")
    lang.set(qn("w:eastAsia"), "zh-CN")
    properties.append(lang)


def no_row_splits(row: Any) -> None:
    """Keep a table row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - not offered


def narrow_margins(table: Any) -> None:
    """Let the cells of a table keep less room at their sides, so that words stay whole."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001 - not offered


def repeats(row: Any) -> None:
    """Repeat a table row at the head of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - not offered


def set_widths(table: Any, widths: list[float]) -> None:
    """Give a table fixed column widths in centimetres."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for line in table._tbl.tr_lst:  # noqa: SLF001 - cells as they stand, merged ones once
        start = 0
        for cell in line.tc_lst:
            cell.width = Cm(sum(widths[start : start + cell.grid_span]))
            start += cell.grid_span


def shade(cell: Any, colour: str) -> None:
    """Give a table cell a background."""
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:color"), "auto")
    mark.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(mark)  # noqa: SLF001 - not offered


def page_number(section: Any, *, of_all: bool = False) -> None:
    """Put the page number into the middle of the footer, and of how many where that is asked."""
    line = section.footer.paragraphs[0]
    line.alignment = CENTRE
    _field(line, "PAGE")
    if of_all:
        line.add_run(" / ").font.size = Pt(10)
        _field(line, "NUMPAGES")


def _field(line: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = line.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - fields are not offered
        run.font.size = Pt(10)


def to_bytes(document: Any) -> bytes:
    """Return the document's file; the same content gives the same bytes."""
    stream = io.BytesIO()
    document.save(stream)
    pinned = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(pinned, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, _STORED)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            target.writestr(part, source.read(name))
    return pinned.getvalue()
