"""The filled form: a filing's content written into the blank Word form, whose look stays.

Where something goes is found by the same labels as when a form is read; nothing in the
template is executed, and a template that carries macros is refused.
"""

from __future__ import annotations

import io
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from planner.compliance.goalrows import IN_WORDS
from planner.core.archive import Archive, file_bytes, refuse
from planner.core.findings import Finding, Obligation
from planner.export.wordstyles import to_bytes
from planner.intake.form.document import BODY, Box, Line, outline
from planner.intake.form.foreign import foreign
from planner.intake.form.letters import letters
from planner.intake.form.locations import Cells, Goals, Passage, Where
from planner.intake.form.locator import locate_fields
from planner.intake.form.paragraphs import line_text
from planner.intake.form.phrasing import fill_lines
from planner.intake.form.reader import slot_place
from planner.model.catalogue import Catalogue
from planner.model.formschema import Field, Slot

if TYPE_CHECKING:
    from planner.export.filing import Filing


def form_document(filing: Filing, catalogue: Catalogue) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the filled form and a finding for each field the template has no place for.

    Raises
    ------
    InputError
        When the template is missing, damaged, or carries macros.
    """
    form = filing.form
    document, said = _template(filing)
    blocks = outline(document.element.body, form.template.name)
    located = locate_fields(form, blocks, catalogue)
    findings = list(said)
    for item in form:
        values = {slot.part: text for slot, text in filing.content.items() if slot.field == item.id}
        where = located.places.get(item.id)
        if where is None and values:
            place = slot_place(form, Slot(item.id), form.template.name)
            facts = {"field": item.name}
            findings.append(Finding("form_unplaced", Obligation.MUST_FIX, place, facts=facts,
                                    ways_out=("restore_label",)))  # fmt: skip
        elif where is not None:
            _write(item, where, values, catalogue)
    return to_bytes(document), tuple(findings)


def _template(filing: Filing) -> tuple[Any, tuple[Finding, ...]]:
    """Return the blank form, refused where it carries anything that could be run or fetched."""
    path = filing.form.template
    archive = Archive(file_bytes(path), path.name, "document_broken")
    for part in archive.xml_parts:
        archive.xml(part)  # a part that does not parse would be copied as it is
    held = foreign(archive)
    active = held.active | (held.links - {"hyperlink"})
    if held.macros or active:
        code = "template_macros" if held.macros else "template_active"
        raise refuse(code, path.name, "、".join(sorted(active)))
    try:
        document = Document(io.BytesIO(archive.rebuilt()))
        body = document.element.body
    except Exception as error:  # what a damaged package makes the library raise is no closed list
        raise refuse("document_broken", path.name, type(error).__name__) from error
    if body is None:
        raise refuse("document_broken", path.name, BODY)
    return document, held.findings(path.name)


def _write(item: Field, where: Where, values: dict[str, str], catalogue: Catalogue) -> None:
    if isinstance(where, Cells):
        for part in where.boxes:
            mine = {"": values[part]} if part and part in values else {} if part else values
            for box in where.boxes[part]:
                if not box.lines:  # no program writes such a cell, and all of them read it
                    box.element.append(OxmlElement("w:p"))
            lines = where.lines(part) or tuple(
                Line(p, "") for box in where.boxes[part] for p in box.element.findall(qn("w:p"))
            )
            _set_lines(lines, fill_lines(item, [line.text for line in lines], mine))
    elif isinstance(where, Passage):
        _write_passage(item, where, values.get("", ""))
    else:
        _write_goals(item, where, values, catalogue)


def _set_lines(lines: tuple[Line, ...], texts: list[str]) -> None:
    """Make paragraphs say what is given; new ones look like the one before them."""
    last = lines[-1].element
    for number, text in enumerate(texts):
        if number < len(lines):
            if lines[number].text != text:
                _set_text(lines[number].element, text)
            last = lines[number].element
        else:
            last.addnext(deepcopy(last))
            last = last.getnext()
            _set_text(last, text)
    for line in lines[max(1, len(texts)) :]:
        line.element.getparent().remove(line.element)


def _set_text(element: Any, text: str) -> None:
    """Replace the text of a paragraph; it keeps the look of its first run."""
    paragraph = Paragraph(element, None)  # type: ignore[arg-type]
    look = next((run._r.rPr for run in paragraph.runs), None)  # noqa: SLF001 - not offered
    for child in list(element):
        if child.tag != qn("w:pPr"):
            element.remove(child)
    run = paragraph.add_run(text)
    if look is not None:
        run._r.insert(0, deepcopy(look))  # noqa: SLF001 - not offered


def _write_passage(item: Field, where: Passage, value: str) -> None:
    if not value:
        return
    if where.on_line:
        label = line_text(where.heading.element)
        start = label[: label.index(where.on_line[-1]) + 1] if where.on_line[-1] in label else label
        _set_on_line(where.heading.element, start, value.replace("\n", " "))
        return
    hints = [line for line in where.lines if letters(line.text) == letters(item.hint) and item.hint]
    kept = hints if item.keep_hint else []
    rest = [line for line in where.lines if line not in kept]
    after = (kept or [where.heading])[-1].element
    model = rest[0].element if rest else (kept[0].element if kept else None)
    for text in value.split("\n"):
        after.addnext(deepcopy(model if model is not None else after))
        after = after.getnext()
        _set_text(after, text)
    for line in rest:
        line.element.getparent().remove(line.element)


def _set_on_line(element: Any, label: str, value: str) -> None:
    """Put a value behind its label; where the blank was a line to write on, it stands on it."""
    ruled = any(run.underline for run in Paragraph(element, None).runs)  # type: ignore[arg-type]
    _set_text(element, label if ruled else label + value)
    if ruled:
        first = Paragraph(element, None).runs[0]._r  # type: ignore[arg-type]  # noqa: SLF001
        first.addnext(deepcopy(first))
        run = Paragraph(element, None).runs[1]  # type: ignore[arg-type]
        run.text, run.underline = value, True


# -- goal tables ---------------------------------------------------------------------------------


def _write_goals(item: Field, where: Goals, values: dict[str, str], catalogue: Catalogue) -> None:
    rows = dict.fromkeys(part.rpartition(".")[0] for part in values)
    for row in rows:
        cells = {
            part.rpartition(".")[2]: text
            for part, text in values.items()
            if part.startswith(f"{row}.")
        }
        if row in where.rows:
            for column, text in cells.items():
                if (row, column) in where.boxes:
                    _set_box(where.boxes[row, column], text)
    extra = [
        row for row in rows if row not in where.rows and (row in catalogue or row in item.worded)
    ]
    for direction, spare in where.spare.items():
        mine = [row for row in extra if _direction(row, catalogue) == direction]
        if mine:
            _more_rows(item, where, spare[0], mine, values, catalogue)


def _direction(row: str, catalogue: Catalogue) -> str:
    """Return the direction that a row of a goal table stands under: its own, where it is in words."""
    return catalogue[row].direction if row in catalogue else row


def _set_box(box: Box, text: str) -> None:
    lines = box.lines
    if not lines:
        box.element.append(OxmlElement("w:p"))
        lines = tuple(Line(p, "") for p in box.element.findall(qn("w:p")))
    _set_lines(lines, text.split("\n"))


def _more_rows(
    item: Field, where: Goals, spare: int, rows: list[str], values: dict[str, str], catalogue: Catalogue
) -> None:  # fmt: skip
    """Put indicators into the row of dots, and copies of it, as the form invites to."""
    boxes = where.table.covering(spare)
    any_row = next(iter(where.rows.values()))
    columns = {
        column: box.column
        for column in (c.id for c in item.columns)
        for (_, name), box in where.boxes.items()
        if name == column and box.row == any_row
    }
    width = next(box for box in boxes if box.row == spare and not letters(box.text))
    line = boxes[-1].element.getparent()
    # Copied before anything is written into it; a direction merged downwards goes on by itself.
    lines = [line]
    for _ in rows[1:]:
        copy = deepcopy(lines[-1])
        lines[-1].addnext(copy)
        lines.append(copy)
    for row, target in zip(rows, lines, strict=True):
        named = catalogue.indicators.get(row)
        texts = {width.column: named.zh if named else IN_WORDS.zh}
        texts |= {columns[c]: values.get(f"{row}.{c}", "") for c in columns}
        column = 0
        for cell in target.findall(qn("w:tc")):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            paragraphs = tuple(Line(p, line_text(p)) for p in cell.findall(qn("w:p")))
            if column in texts and paragraphs:
                _set_lines(paragraphs, texts[column].split("\n"))
            column += int(span.get(qn("w:val"))) if span is not None else 1
