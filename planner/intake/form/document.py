"""A Word document as lines and tables, whoever made it and however it is merged.

Works on the elements of any ElementTree, so that what is found when reading is found again
when filling. Knows nothing of forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from planner.core.archive import Archive, file_bytes, refuse
from planner.core.findings import Finding
from planner.intake.form.asides import Aside, beside, changes
from planner.intake.form.foreign import foreign
from planner.intake.form.paragraphs import MC, M, W, children, line_text

BODY = "word/document.xml"
# The strict dialect names the same things otherwise.
_STRICT = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1],
    "http://purl.oclc.org/ooxml/officeDocument/math": M[1:-1],
}
SUFFIXES = {".docx", ".docm"}
MAX_CELLS = 8_000
MAX_SPAN = 200
MAX_DEPTH = 12


@dataclass(frozen=True)
class Line:
    """A paragraph."""

    element: Any = field(repr=False)
    text: str = ""


@dataclass(frozen=True)
class Box:
    """A cell of a table with the columns and rows it covers."""

    element: Any = field(repr=False)
    row: int
    column: int
    columns: int
    rows: int
    blocks: tuple[Line | DocumentTable, ...]

    @cached_property
    def text(self) -> str:
        """Return its own text; that of tables within it only where it has none itself."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return its paragraphs, or those of tables within it where they are all blank."""
        own = tuple(block for block in self.blocks if isinstance(block, Line))
        inner = tuple(
            line
            for table in self.blocks
            if isinstance(table, DocumentTable)
            for row in table.rows
            for box in row
            for line in box.lines
            if line.text.strip()
        )
        return own if not inner or any(line.text.strip() for line in own) else inner


@dataclass(frozen=True)
class DocumentTable:
    """A table as boxes, row by row; a box that is merged downwards stands in its first row."""

    element: Any = field(repr=False)
    rows: tuple[tuple[Box, ...], ...]

    def covering(self, row: int) -> tuple[Box, ...]:
        """Return the boxes that cover a row, from left to right."""
        covering = [
            box
            for number, boxes in enumerate(self.rows[: row + 1])
            for box in boxes
            if number + box.rows > row
        ]
        return tuple(sorted(covering, key=lambda box: box.column))

    @property
    def shape(self) -> tuple[tuple[int, ...], ...]:
        """Return the rows that every box covers: what a filler must not change.

        Columns are left out: programs count them anew when they save.
        """
        return tuple(tuple(box.rows for box in row) for row in self.rows)


Block = Line | DocumentTable


class Outline(NamedTuple):
    """What a Word file holds: its blocks, what has to be said of it, what stands beside its text."""

    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    asides: tuple[Aside, ...]


def read_outline(path: Path) -> Outline:
    """Read a Word file: the text of its body, and what else it says it holds; nothing is run.

    Raises
    ------
    InputError
        When the file is missing, of another kind, too large, damaged or without a body.
    """
    name = path.name
    if path.suffix.casefold() not in SUFFIXES and path.is_file():
        raise refuse("file_kind", name, path.suffix.casefold() or "-", ".docx")
    return outline_of(file_bytes(path), name)


def outline_of(data: bytes, name: str) -> Outline:
    """Return what a Word file's content holds; see :func:`read_outline`."""
    archive = Archive(data, name, "document_broken")
    part = main_part(archive)
    if part not in archive.names:
        raise refuse("document_broken", name, part)
    root = archive.xml(part)
    _as_usual(root)
    body = root.find(f"{W}body")
    if body is None:
        raise refuse("document_broken", name, part)
    texts = beside(archive, body)
    findings = (*foreign(archive).findings(name), *changes(body, texts, name))
    return Outline(outline(body, name), findings, texts)


def main_part(archive: Archive) -> str:
    """Return the part that the package says is the document."""
    if "_rels/.rels" in archive.names:
        for item in archive.xml("_rels/.rels").iter():
            if str(item.get("Type", "")).endswith("/officeDocument"):
                return str(item.get("Target", "")).lstrip("/")
    return BODY


def _as_usual(root: Any) -> None:
    """Give the names of the strict dialect their usual form, in place."""
    if not str(root.tag).startswith(tuple(f"{{{name}" for name in _STRICT)):
        return
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _usual(element.tag)
        for key in [key for key in element.attrib if key.startswith("{")]:
            element.set(_usual(key), element.attrib.pop(key))


def _usual(name: str) -> str:
    space, _, word = name[1:].partition("}")
    return f"{{{_STRICT[space]}}}{word}" if space in _STRICT else name


def outline(body: Any, name: str = "") -> tuple[Block, ...]:
    """Return the blocks of a body element.

    Raises
    ------
    InputError
        When it nests or spreads beyond what a form could need.
    """
    return _Reader(name).blocks(body, 0)


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every line and table in reading order, a table before what its boxes hold."""
    for block in blocks:
        yield block
        if isinstance(block, DocumentTable):
            for row in block.rows:
                for box in row:
                    yield from walk(box.blocks)


class _Reader:
    """Turns elements into blocks within limits."""

    def __init__(self, name: str) -> None:
        self.name, self.cells = name, 0

    def blocks(self, parent: Any, depth: int) -> tuple[Block, ...]:
        if depth > MAX_DEPTH:
            raise refuse("table_too_large", self.name, str(depth), str(MAX_DEPTH))
        blocks: list[Block] = []
        for element in children(parent):
            if element.tag == f"{W}p":
                blocks.append(Line(element, line_text(element)))
                for box in _text_boxes(element):
                    blocks += self.blocks(box, depth + 1)
            elif element.tag == f"{W}tbl":
                blocks.append(self.table(element, depth))
        return tuple(blocks)

    def table(self, element: Any, depth: int) -> DocumentTable:
        rows: list[list[Box]] = []
        above: dict[int, tuple[int, int]] = {}  # column -> row and index of the box that goes on
        for line in (item for item in children(element) if item.tag == f"{W}tr"):
            number = len(rows)
            rows.append([])
            column = _number(line.find(f"{W}trPr/{W}gridBefore"))
            for cell in (item for item in children(line) if item.tag == f"{W}tc"):
                self.cells += 1
                if self.cells > MAX_CELLS:
                    raise refuse("table_too_large", self.name, str(self.cells), str(MAX_CELLS))
                width, merge = _span(cell)
                if merge == "continue" and column in above:
                    start, index = above[column]
                    box = rows[start][index]
                    rows[start][index] = Box(
                        box.element, start, column, box.columns, number - start + 1, box.blocks
                    )
                else:
                    above.pop(column, None)
                    blocks = self.blocks(cell, depth + 1)
                    if merge == "restart":
                        above[column] = (number, len(rows[-1]))
                    rows[-1].append(Box(cell, number, column, width, 1, blocks))
                column += width
        return DocumentTable(element, tuple(tuple(row) for row in rows))


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the contents of the text boxes that hang on a paragraph, each once."""
    stack = [iter(paragraph)]
    while stack:
        for child in stack[-1]:
            if child.tag == f"{W}txbxContent":
                yield child
            elif child.tag != f"{MC}Fallback" or not _chosen(paragraph):
                stack.append(iter(child))
                break
        else:
            stack.pop()


def _chosen(paragraph: Any) -> bool:
    """Whether a drawing stands in its newer form too, of which the older one is a copy."""
    return any(
        True for choice in paragraph.iter(f"{MC}Choice") for _ in choice.iter(f"{W}txbxContent")
    )


def _number(element: Any, default: int = 0) -> int:
    text = "" if element is None else element.get(f"{W}val", "")
    return min(int(text), MAX_SPAN) if text.isascii() and text.isdigit() else default


def _span(cell: Any) -> tuple[int, str]:
    """Return how many columns a cell covers, and whether it starts or goes on downwards."""
    width = max(1, _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1))
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    if merge is None:
        return width, ""
    return width, "restart" if merge.get(f"{W}val") == "restart" else "continue"
