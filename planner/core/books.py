"""Workbooks in: an Office Open XML workbook as sheets of marks, in one pass and within limits (§13).

Read are cells with what a person sees of them: text with raised and struck-out parts, number
format, formula and whether it has a result, what is hidden and what is joined. Nothing is
calculated, run or followed. Parts are found by what the package says they are, and elements by
their names alone, so that the strict dialect and workbooks of other programs are read too.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import replace
from xml.parsers import expat

from planner.core.archive import Archive, refuse
from planner.core.booksheets import (
    BROKEN,
    FALSE,
    MAX_CELLS,
    RunText,
    SheetReader,
    Style,
    local,
)
from planner.core.marks import UNSAVED, Aside, Sheet
from planner.core.numberformats import BUILT_IN

SUFFIXES = {".xlsx", ".xlsm"}
MAX_SHEETS, MAX_ELEMENTS = 200, 1_500_000


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
        self.styles: list[Style] = []
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

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rsplit("/", 1)[-1]
                target = self._part(attributes.get("Target", ""), folder)
                found[attributes.get("Id", "")] = (kind, target)

        if rels is not None:
            self._parse(rels, start)
        return found

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True

        data = self.archive.read(part)
        # Elements are counted before any is looked at: each has a beginning, most have an end.
        self.elements += data.count(b"<") // 2
        if self.elements > MAX_ELEMENTS:
            raise refuse("table_too_large", self.name, str(self.elements), str(MAX_ELEMENTS))
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise refuse(BROKEN, self.name, part) from error

    def _doctype(self, *_: object) -> None:
        raise refuse(BROKEN, self.name, "DOCTYPE")

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
                reader = SheetReader(self, title, hidden=state != "visible")
                self._parse(part, reader.start, reader.end, reader.said)
                asides = (*reader.pages, *self._asides(part))
                sheets.append(replace(reader.done(), asides=asides) if asides else reader.done())
        if not sheets:
            raise refuse("file_empty", self.name)
        return tuple(self._results(sheets))

    def _asides(self, sheet: str) -> tuple[Aside, ...]:
        """Return the comments on a sheet and the texts that lie over it."""
        found: list[Aside] = []
        for kind, part in self._related(sheet).values():
            if part is not None and kind in {"comments", "threadedComment"}:
                found += self._words(part, "comment", "comment")
            elif part is not None and kind == "drawing":
                found += self._words(part, "sp", "text_box")
        return tuple(found)

    def _words(self, part: str, element: str, reason: str) -> list[Aside]:
        """Return the text of each element of a kind; a comment is called by its cell."""
        found: list[Aside] = []
        ref, words = "", [""]
        inside = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal ref, words, inside
            kind = local(tag)
            if kind in {element, "threadedComment"}:
                ref, words = attributes.get("ref", ""), []
            inside = kind in {"t", "text"} or (inside and kind not in {"r", "p"})

        def end(tag: str) -> None:
            nonlocal inside
            kind = local(tag)
            if kind in {"t", "text"}:
                inside = False
            elif kind in {element, "threadedComment"} and (text := "".join(words).strip()):
                self.count()
                found.append(Aside(f"{reason} {ref or len(found) + 1}", reason, text))

        def said(data: str) -> None:
            if inside:
                words.append(data)

        self._parse(part, start, end, said)
        return found

    def _listed(self, main: str) -> list[tuple[str, str, str]]:
        """Return title, state and relationship of every sheet."""
        listed: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            kind = local(tag)
            if kind == "sheet":
                key = next((v for k, v in attributes.items() if k != "id" and local(k) == "id"), "")
                state = attributes.get("state", "visible")
                listed.append((attributes.get("name", ""), state, key))
            elif kind == "workbookPr":
                self.from_1904 = attributes.get("date1904", "0").casefold() not in FALSE
            elif kind == "calcPr":
                loads = attributes.get("fullCalcOnLoad", "0")
                self.calculates_on_load = loads.casefold() not in FALSE

        self._parse(main, start)
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
        text = RunText()
        inside = {"rPh": False, "t": False}

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal text
            kind = local(tag)
            if kind == "si":
                text = RunText()
                self.count()
            elif kind in inside:
                inside[kind] = True
            elif kind == "r":
                text.begin_run()
            elif kind in {"strike", "vertAlign"}:
                text.look(kind, attributes)

        def end(tag: str) -> None:
            kind = local(tag)
            if kind == "si":
                self.texts.append(text.done())
            elif kind in inside:
                inside[kind] = False

        def said(data: str) -> None:
            if inside["t"] and not inside["rPh"]:
                text.add(data)

        self._parse(part, start, end, said)

    def _read_styles(self, part: str) -> None:
        formats: dict[int, str] = dict(BUILT_IN)
        fonts: list[Style] = []
        within: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            kind = local(tag)
            above = within[-1] if within else ""
            within.append(kind)
            if kind == "numFmt" and above == "numFmts":
                formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "General")
            elif kind == "font" and above == "fonts":
                fonts.append(Style())
            elif kind == "strike" and above == "font" and fonts:
                fonts[-1] = replace(fonts[-1], struck=attributes.get("val", "1") not in FALSE)
            elif kind == "vertAlign" and above == "font" and fonts:
                fonts[-1] = replace(fonts[-1], raised=attributes.get("val") == "superscript")
            elif kind == "xf" and above == "cellXfs":
                font = int(attributes.get("fontId", "0"))
                look = fonts[font] if font < len(fonts) else Style()
                code = formats.get(int(attributes.get("numFmtId", "0")), "General")
                self.styles.append(replace(look, format=code))

        def end(_: str) -> None:
            within.pop()

        try:
            self._parse(part, start, end)
        except KeyError as error:
            raise refuse(BROKEN, self.name, part) from error

    def count(self) -> None:
        """Count a cell or a shared text that holds something."""
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise refuse("table_too_large", self.name, str(self.cells), str(MAX_CELLS))
