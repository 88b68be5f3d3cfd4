"""Workbooks in: the same marks whichever way a part is parsed, and no document type in any writing."""

import io
import zipfile

import pytest

import planner as pl
from planner.core import books
from planner.core.findings import InputError

DATA = (pl.shared("baselines") / "example.xlsx").read_bytes()
SHEET = "xl/worksheets/sheet1.xml"


def with_part(name: str, data: bytes) -> bytes:
    """Return the example with another part in place of one of its own."""
    source, stream = zipfile.ZipFile(io.BytesIO(DATA)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for part in source.namelist():
            target.writestr(part, data if part == name else source.read(part))
    return stream.getvalue()


def part(name: str) -> bytes:
    """Return a part of the example."""
    return zipfile.ZipFile(io.BytesIO(DATA)).read(name)


def test_pieces_and_wholes_are_the_same(monkeypatch):
    whole = books.read_book(DATA, "example.xlsx")
    assert sum(len(sheet.marks) for sheet in whole) > 600
    monkeypatch.setattr(books, "SMALL", 0)
    assert books.read_book(DATA, "example.xlsx") == whole


def test_elements_with_a_prefix_are_known_by_their_names():
    text = part(SHEET).decode()
    for tag in ("worksheet", "sheetData", "row", "c", "v", "cols", "col"):
        for before in (f"<{tag} ", f"<{tag}>", f"</{tag}>"):
            text = text.replace(before, before.replace(tag, f"x:{tag}"))
    text = text.replace("xmlns=", "xmlns:x=").replace("<sheetPr>", "<sheetPr xmlns=''>")
    rest = text[text.index("</x:sheetData>") + len("</x:sheetData>") : text.index("</x:worksheet>")]
    start = text[: text.index("<sheetPr")] + text[text.index("<x:cols>") :]
    told = books.read_book(with_part(SHEET, start.replace(rest, "").encode()), "x.xlsx")
    assert told[0].marks == books.read_book(DATA, "x.xlsx")[0].marks


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "latin-1", "cp037", "utf-7"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_document_type_is_refused(encoding, declared):
    body = '<worksheet><sheetData><row><c t="str"><v>&e;</v></c></row></sheetData></worksheet>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if declared else ""
    text = head + '<!DOCTYPE worksheet [<!ENTITY e "5">]>' + body
    data = text.encode(encoding)
    with pytest.raises(InputError) as told:
        books.read_book(with_part(SHEET, data), "x.xlsx")
    assert [finding.code for finding in told.value.findings] == ["book_broken"]
