"""Workbooks in: an Office Open XML workbook as sheets of marks, in one pass and within limits (§13).

Read are cells with what a person sees of them: text with raised and struck-out parts, number
format, formula and whether it has a result, what is hidden and what is joined. Nothing is
calculated, run or followed. Parts are found by what the package says they are, and elements by
their names alone, so that the strict dialect and workbooks of other programs are read too.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from planner.core.archive import Archive, refuse
from planner.core.booksheets import (
    BROKEN,
    FALSE,
    MAX_CELLS,
    PARTS,
    Style,
    local,
    read_sheet,
    text_of,
)
from planner.core.marks import UNSAVED, Aside, Sheet
from planner.core.numberformats import BUILT_IN

SUFFIXES = {".xlsx", ".xlsm"}
MAX_SHEETS, MAX_ELEMENTS = 200, 1_500_000
SMALL = 1_000_000  # bytes of a part that is parsed whole; piece by piece takes longer, but no room


def read_book(data: bytes, name: str) -> tuple[Sheet, ...]:
    """Read a workbook, hidden sheets too.

    Raises
    ------
    InputError
        When it is damaged, unpacks to too much, or has more cells than a table of indicators
        could need. Cells that hold nothing do not count.
    """
    archive = Archive(data, name, BROKEN)
    try:
        return _Book(archive, name).sheets()
    except (ValueError, OverflowError, ArithmeticError) as error:
        raise refuse(BROKEN, name, type(error).__name__) from error


class _Book:
    """One workbook being read."""

    def __init__(self, archive: Archive, name: str) -> None:
        self.archive, self.name = archive, name
        self.parts = {part.casefold(): part for part in archive.names}
        self.cells = self.elements = 0
        self.texts: list[tuple[str, str, bool]] = []
        self.styles: dict[str, Style] = {}  # by number, as cells name them
        self.from_1904 = self.calculates_on_load = False

    # -- parts -----------------------------------------------------------------------------

    def _part(self, target: str, base: str = "") -> str | None:
        """Return the name of a part that a relationship points to."""
        target = target.replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
        return self.parts.get(posixpath.normpath(path).casefold())

    def _related(self, part: str) -> dict[str, tuple[str, str | None]]:
        """Return the relationships of a part: kind and target by id."""
        folder, file = posixpath.split(part)
        rels = self.parts.get(posixpath.join(folder, "_rels", f"{file}.rels").casefold())
        found: dict[str, tuple[str, str | None]] = {}
        for _, element in self._elements(rels, {"Relationship"}) if rels is not None else ():
            if element.get("TargetMode") != "External":
                kind = element.get("Type", "").rsplit("/", 1)[-1]
                found[element.get("Id", "")] = (kind, self._part(element.get("Target", ""), folder))
        return found

    def _elements(self, part: str, kinds: set[str]) -> Iterator[tuple[str, Element]]:
        """Yield the elements of some kinds with their kind, in their order.

        Of a large part, what an element holds is let go when the next is asked for.
        """
        data = self.archive.read(part)
        # Elements are counted before any is looked at: each has a beginning, most have an end.
        self.elements += data.count(b"<") // 2
        if self.elements > MAX_ELEMENTS:
            raise refuse("table_too_large", self.name, str(self.elements), str(MAX_ELEMENTS))
        # No document type: it could declare entities. In whatever encoding the parser knows,
        # it is written so, but for zeros between; one that does not begin so is none of them.
        plain = data.replace(b"\0", b"") if data[:4].count(0) else data
        if b"<!DOCTYPE" in plain or not plain.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(
            b"<"
        ):
            raise refuse(BROKEN, self.name, part)
        try:
            if len(data) <= SMALL:
                every: Iterable[Element] = fromstring(data).iter()  # noqa: S314 - no document type
            else:
                every = (found for _, found in iterparse(io.BytesIO(data)))  # noqa: S314
            for element in every:
                kind = local(element.tag)
                if kind in kinds:
                    yield kind, element
                    if len(data) > SMALL:
                        element.clear()
        except (ParseError, LookupError) as error:
            raise refuse(BROKEN, self.name, part) from error

    # -- the workbook ----------------------------------------------------------------------

    def sheets(self) -> tuple[Sheet, ...]:
        root = self._related("")
        main = next((target for kind, target in root.values() if kind == "officeDocument"), None)
        main = main or self.parts.get("xl/workbook.xml")
        if main is None:
            raise refuse(BROKEN, self.name, "xl/workbook.xml")
        listed = self._listed(main)
        related = self._related(main)
        kinds = {kind: target for kind, target in related.values() if target}
        if styles := kinds.get("styles"):
            self._read_styles(styles)
        if strings := kinds.get("sharedStrings"):
            self._read_strings(strings)
        sheets = []
        for title, state, key in listed:
            kind, part = related.get(key, ("", None))
            if part is None and kind != "worksheet":
                raise refuse(BROKEN, self.name, title)
            if kind == "worksheet" and part is not None:
                elements = self._elements(part, PARTS)
                sheet = read_sheet(self, title, elements, hidden=state != "visible")
                asides = self._asides(part)
                sheets.append(replace(sheet, asides=sheet.asides + asides) if asides else sheet)
        if not sheets:
            raise refuse("file_empty", self.name)
        return tuple(self._results(sheets))

    def _asides(self, sheet: str) -> tuple[Aside, ...]:
        """Return the comments on a sheet and the texts that lie over it."""
        found: list[Aside] = []
        for kind, part in self._related(sheet).values():
            if part is not None and kind in {"comments", "threadedComment"}:
                found += self._words(part, {"comment", "threadedComment"}, "comment")
            elif part is not None and kind == "drawing":
                found += self._words(part, {"sp"}, "text_box")
        return tuple(found)

    def _words(self, part: str, kinds: set[str], reason: str) -> Iterator[Aside]:
        """Yield the text of each element of some kinds; a comment is called by its cell."""
        number = 0
        for _, element in self._elements(part, kinds):
            words = [word.text or "" for word in element.iter() if local(word.tag) in {"t", "text"}]
            if text := "".join(words).strip():
                number += 1
                self.count(1)
                yield Aside(f"{reason} {element.get('ref') or number}", reason, text)

    def _listed(self, main: str) -> list[tuple[str, str, str]]:
        """Return title, state and relationship of every sheet."""
        listed: list[tuple[str, str, str]] = []
        for kind, element in self._elements(main, {"sheet", "workbookPr", "calcPr"}):
            if kind == "sheet":
                items = element.items()
                key = next((v for k, v in items if k != "id" and local(k) == "id"), "")
                listed.append((element.get("name", ""), element.get("state", "visible"), key))
            elif kind == "workbookPr":
                self.from_1904 = element.get("date1904", "0").casefold() not in FALSE
            else:
                loads = element.get("fullCalcOnLoad", "0")
                self.calculates_on_load = loads.casefold() not in FALSE
        if len(listed) > MAX_SHEETS:
            raise refuse("table_too_large", self.name, str(len(listed)), str(MAX_SHEETS))
        return listed

    def _results(self, sheets: list[Sheet]) -> list[Sheet]:
        """Take the zeros of formulas that no program ever calculated for what they are.

        Some writers put 0 behind every formula and leave it to the next program to calculate.
        """
        behind = [mark for sheet in sheets for mark in sheet.marks if mark.formula]
        unsaved = self.calculates_on_load and all(mark.value == 0 for mark in behind)
        if not behind or not unsaved:
            return sheets
        return [
            replace(
                sheet,
                marks=tuple(
                    mark._replace(text=f"={mark.formula}", value=None, state=UNSAVED)
                    if mark.formula
                    else mark
                    for mark in sheet.marks
                ),
            )
            for sheet in sheets
        ]

    def _read_strings(self, part: str) -> None:
        for _, item in self._elements(part, {"si"}):
            self.texts.append(text_of(item))
        self.count(len(self.texts))

    def _read_styles(self, part: str) -> None:
        formats: dict[int, str] = dict(BUILT_IN)
        fonts: list[Style] = []
        for kind, element in self._elements(part, {"numFmts", "fonts", "cellXfs"}):
            if kind == "numFmts":
                for entry in element:
                    code = entry.get("formatCode", "General")
                    formats[int(entry.get("numFmtId", ""))] = code
            elif kind == "fonts":
                for entry in element:
                    looks = {local(look.tag): look.get("val", "1") for look in entry}
                    struck = looks.get("strike", "0").casefold() not in FALSE
                    raised = looks.get("vertAlign") == "superscript"
                    fonts.append(Style(struck=struck, raised=raised))
            else:
                for entry in element:
                    font = int(entry.get("fontId", "0"))
                    look = fonts[font] if font < len(fonts) else Style()
                    code = formats.get(int(entry.get("numFmtId", "0")), "General")
                    self.styles[str(len(self.styles))] = replace(look, format=code)

    def count(self, cells: int) -> None:
        """Count cells or shared texts that hold something."""
        self.cells += cells
        if self.cells > MAX_CELLS:
            raise refuse("table_too_large", self.name, str(self.cells), str(MAX_CELLS))
