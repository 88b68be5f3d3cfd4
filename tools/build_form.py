"""Make the blank Word form of a form file: what is printed where follows from its fields.

python tools/build_form.py FORM.yaml OUT.docx

The same form file gives the same bytes. A province that has its own Word file needs no tool:
that file is its template.
"""

import sys
from pathlib import Path
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Cm, Pt

from planner.export.wordstyles import (
    CENTRE,
    HEAD,
    new_document,
    no_row_splits,
    page_number,
    repeats,
    set_font,
    set_widths,
    to_bytes,
)
from planner.model.catalogue import shipped
from planner.model.forms import Field, Form, Part, load_form

# Group, its inner label, and three columns of years: every section's table stands on these.
WIDTHS = [3.2, 4.6, 2.9, 2.9, 2.9]
SIZE = 10.5
BOX = "□"


def write(cell: Any, text: str, *, centred: bool = False) -> None:
    """Write text into an empty cell, a paragraph a line."""
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.style = "表格文字"
        paragraph.add_run(line)
        if centred:
            paragraph.alignment = CENTRE
    cell.vertical_alignment = 1


def value_text(field: Field) -> str:
    """Return what stands in the blank value cell of a field."""
    lines = []
    if field.kind == "choice":
        marks = [f"{BOX}{option.text}{option.note}" for option in field.options]
        lines = ["  ".join(marks)] if field.in_line else marks
    elif field.kind == "count":
        lines = [f"数量：    {field.unit}", "名称："]
    elif field.kind == "sign":
        lines = [field.note]
    elif field.unit:
        lines = [f"          {field.unit}"]
    elif field.hint:
        lines = [field.hint]
    if field.note and field.kind != "sign":
        if field.in_line:
            lines[-1] += field.note
        else:
            lines.append(field.note)
    return "\n".join(lines)


class Section:
    """The table of one numbered section in the making."""

    def __init__(self, document: Any, part: Part, years: list[int]) -> None:
        self.table = document.add_table(rows=0, cols=len(WIDTHS), style="Table Grid")
        self.table.alignment = WD_TABLE_ALIGNMENT.CENTER
        self.years, self.part = years, part
        self.groups: dict[str, tuple[int, int]] = {}
        if part.yearly:
            self.series(part.yearly, [f"{year}年" for year in years])

    def row(self) -> list[Any]:
        row = self.table.add_row()
        no_row_splits(row)
        row.height = Cm(0.62)
        return list(row.cells)

    def series(self, label: str, values: list[str]) -> None:
        cells = self.row()
        write(cells[0].merge(cells[1]), label)
        for cell, value in zip(cells[2:], values, strict=True):
            write(cell, value, centred=True)

    def add(self, field: Field) -> None:
        if field.group:
            self.inner(field)
        elif field.kind == "series" and field.down:
            self.down(field)
        elif field.kind == "series":
            self.series(field.label, [""] * len(self.years))
        elif field.beside:
            cells = self.table.rows[-1].cells
            write(cells[3], field.label)
            write(cells[4], value_text(field))
        else:
            cells = self.row()
            label = field.label.replace("（200字以内）", "\n（200字以内）") + (
                f"\n{field.label_note}" if field.label_note else ""
            )
            write(cells[0].merge(cells[1]), label)
            write(
                cells[2].merge(cells[4]) if not self.shares_line(field) else cells[2],
                value_text(field),
            )
            if field.limit:
                self.table.rows[-1].height = Cm(1.4)

    def shares_line(self, field: Field) -> bool:
        fields = self.part.fields
        place = fields.index(field)
        return place + 1 < len(fields) and fields[place + 1].beside

    def down(self, field: Field) -> None:
        start = len(self.table.rows)
        for year in self.years:
            cells = self.row()
            write(cells[2], f"{year}年", centred=True)
            write(cells[3].merge(cells[4]), "", centred=True)
        self.groups[field.label] = (start, start + len(self.years) - 1)
        self.label_group(field.label, "", last_column=1)

    def inner(self, field: Field) -> None:
        cells = self.row()
        index = len(self.table.rows) - 1
        start, _ = self.groups.get(field.group, (index, index))
        down = any(other.down and other.label == field.group for other in self.part.fields)
        if field.inside:
            cell = cells[2 if down else 1].merge(cells[4])
            text = value_text(field)
            write(cell, field.label + (f"\n{text}" if text else ""))
            if field.limit:
                self.table.rows[-1].height = Cm(1.4)
        else:
            write(cells[1].merge(cells[2]), field.label)
            write(cells[3].merge(cells[4]), value_text(field))
        self.groups[field.group] = (start, index)
        fields = self.part.fields
        place = fields.index(field)
        if place + 1 < len(fields) and fields[place + 1].group == field.group and not field.inside:
            for paragraph in (
                p for cell in set(self.table.rows[-1].cells) for p in cell.paragraphs
            ):
                paragraph.paragraph_format.keep_with_next = True
        if place + 1 == len(fields) or fields[place + 1].group != field.group:
            notes = [other.group_note for other in fields if other.group == field.group]
            self.label_group(field.group, next(filter(None, notes), ""), 1 if down else 0)

    def label_group(self, label: str, note: str, last_column: int) -> None:
        start, end = self.groups[label]
        cells = self.table.rows[start].cells, self.table.rows[end].cells
        if (
            last_column
            and any(field.group == label for field in self.part.fields)
            and end - start < len(self.years)
        ):
            return  # its inner rows are still to come
        merged = cells[0][0].merge(cells[1][last_column])
        write(merged, label + (f"\n{note}" if note else ""))


def prose(frame: Any, part: Part) -> None:
    """Write a part of texts under headings into the frame of the form."""
    if part.note:
        frame.paragraphs[0].style = "表格文字"
        frame.paragraphs[0].add_run(part.note)
    for field in part.fields:
        if field.kind == "goals":
            goal_table(frame, field)
            for line in field.note.split("\n") if field.note else []:
                frame.add_paragraph(line, "表格文字")
            continue
        frame.add_paragraph(field.label, "栏目")
        for text in (field.hint, field.note):
            if text:
                frame.add_paragraph(text, "正文缩进")
        if field.fillable and not field.hint:
            frame.add_paragraph("", "正文缩进")


def goal_table(frame: Any, field: Field) -> None:
    """Write the blank table of goals, a row for each indicator the form names."""
    catalogue = shipped()
    names = {"output_growth_3y": "近三年集群产值年均增速"}
    heads = ["方向", "指标", *(column.text for column in field.columns)]
    table = frame.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        write(cell, text, centred=True)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    repeats(table.rows[0])
    for rows in field.rows:
        texts = [names.get(key, catalogue[key].zh) for key in rows.indicators]
        texts += [rows.described] if rows.described else []
        texts += ["......"] if rows.more else []
        start = len(table.rows)
        for text in texts:
            row = table.add_row()
            no_row_splits(row)
            write(row.cells[1], text)
            for cell in row.cells[2:]:
                write(cell, "", centred=True)
            if text is not texts[-1]:
                # A direction stays on one page: its name stands but once.
                for paragraph in (p for cell in row.cells for p in cell.paragraphs):
                    paragraph.paragraph_format.keep_with_next = True
        merged = table.cell(start, 0).merge(table.cell(len(table.rows) - 1, 0))
        write(merged, catalogue.directions[rows.direction].zh, centred=True)
    rest = (sum(WIDTHS) - 0.6 - 2.6 - 4.4) / len(field.columns)
    set_widths(table, [2.6, 4.4, *([rest] * len(field.columns))])


def styles(document: Any) -> None:
    """Add the styles of cell texts, headings within the frame and body text."""
    for name, size, font in (
        ("表格文字", SIZE, None),
        ("栏目", 12, HEAD),
        ("正文缩进", 12, None),
        ("表名", 24, HEAD),
    ):
        style = document.styles.add_style(name, 1)
        style.base_style = document.styles["Normal"]
        set_font(style, font or "仿宋", size)
    document.styles["正文缩进"].paragraph_format.first_line_indent = Pt(24)
    document.styles["正文缩进"].paragraph_format.line_spacing = 1.3
    document.styles["栏目"].paragraph_format.space_before = Pt(6)


def cover(document: Any, form: Form, part: Part) -> None:
    """Write the cover page."""
    record = form.record
    line = document.add_paragraph()
    line.add_run(record.document.number).font.size = Pt(16)
    title = document.add_paragraph(style="表名")
    title.alignment = CENTRE
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(90), Pt(90)
    title.add_run(part.title)
    for field in part.fields:
        line = document.add_paragraph()
        line.paragraph_format.left_indent = Cm(1)
        line.paragraph_format.space_after = Pt(18)
        line.add_run(field.label).font.size = Pt(16)
        blank = line.add_run(field.hint or " " * 24)
        blank.font.size, blank.underline = Pt(16), True
    issuer = document.add_paragraph()
    issuer.alignment = CENTRE
    issuer.paragraph_format.space_before = Pt(90)
    issuer.add_run(f"{record.document.issuer} 制").font.size = Pt(16)


def instructions(document: Any, form: Form) -> None:
    """Write the filling instructions on a page of their own."""
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = True
    heading.alignment = CENTRE
    heading.paragraph_format.space_after = Pt(18)
    run = heading.add_run("填报说明")
    run.font.size = Pt(18)
    for number, item in enumerate(form.record.instructions, 1):
        document.add_paragraph(f"{number}.{item.text}", "正文缩进")


def build(form: Form) -> bytes:
    """Return the blank form."""
    document = new_document(form.record.title.zh, margin=2.2)
    styles(document)
    years = [form.base_year - 2, form.base_year - 1, form.base_year]
    frame = None
    for part in form.record.parts:
        if part.layout == "lines":
            cover(document, form, part)
            instructions(document, form)
            continue
        if part.layout == "prose" and frame is not None:
            frame.add_paragraph(part.title, "栏目")
            prose(frame, part)
            continue
        heading = document.add_paragraph(style="Heading 1")
        heading.paragraph_format.page_break_before = True
        if part.layout == "prose":
            heading.alignment = CENTRE
        heading.add_run(part.title)
        if part.layout == "prose":
            frame = document.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0)
            frame.width = Cm(sum(WIDTHS))
            prose(frame, part)
            continue
        section = Section(document, part, years)
        for field in part.fields:
            section.add(field)
        set_widths(section.table, WIDTHS)
    page_number(document.sections[0])
    return to_bytes(document)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(build(load_form(sys.argv[1])))
    print(sys.argv[2])
