"""Word forms, workbooks, answers and patterns from anybody: findings, and nothing else (§13)."""

from __future__ import annotations

import codecs
import contextlib
import copy
import csv
import functools
import io
import itertools
import json
import os
import random
import re
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import yaml
from lxml import etree
from pictures import DRAWING, undrawn
from untrusted import BASELINES, CANARY, Reader, Told, sound

import planner as pl
from planner.core.resources import data_path
from planner.intake.form.document import MAX_CELLS

pytest.importorskip("resource", reason="limits on memory need a POSIX system")

SEED = 20251122
MUTANTS = 5  # of each kind and each way of reading
# An eighth of what takes long runs always, the rest when asked for: pytest -m "long or not long"
SHARES = [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 8))]
# The same of what is large: as large as may be when asked for, and a quarter as large always
SIZES = [0.25, pytest.param(1, marks=pytest.mark.long)]
FORM = "xinjiang-recheck"
BODY, SETTINGS, STYLES = "word/document.xml", "word/settings.xml", "word/styles.xml"
RELS, TYPES, CORE = "word/_rels/document.xml.rels", "[Content_Types].xml", "docProps/core.xml"
FOOTER = "word/footer1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WORD}}}"
Parts = dict[str, bytes]
Facts = dict[str, str]


class Listener(ThreadingHTTPServer):
    """A server nobody should ask for anything."""

    daemon_threads = True

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_HEAD = do_POST = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - names of HTTP

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = asked
        self.url = f"http://127.0.0.1:{self.server_port}/"


@pytest.fixture(scope="module")
def folder(once):
    """Return a folder with a filled form and a goal pack in it."""

    def fill(made: Path) -> None:
        plan = pl.plan(BASELINES / "example.csv")
        pl.fill_form(plan, BASELINES / "example-answers.yaml", made / "filled.docx")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DRAWING, undrawn)
            plan.export(made / "pack")
        (made / "canary.txt").write_text(CANARY)

    return once("untrusted", fill)


@pytest.fixture(scope="module")
def reader(folder, tmp_path_factory):
    made = Reader(tmp_path_factory.mktemp("untrusted"), folder / "filled.docx")
    yield made
    made.close()


@pytest.fixture(scope="module")
def listener():
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def filled(folder):
    return (folder / "filled.docx").read_bytes()


@pytest.fixture(scope="module")
def blank():
    return (pl.shared("templates") / f"{FORM}.docx").read_bytes()


@pytest.fixture(scope="module")
def goals(folder):
    return (folder / "pack" / "goals.xlsx").read_bytes()


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def packed(parts: Parts) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return stream.getvalue()


def form_file(place: Path, template: bytes) -> Path:
    """Write a form file with a template beside it."""
    path = place / "form.yaml"
    path.write_bytes(data_path(f"forms/{FORM}.yaml").read_bytes())
    (place / f"{FORM}.docx").write_bytes(template)
    return path


def document(place: Path, data: bytes, name: str = "in.docx") -> Path:
    path = place / name
    path.write_bytes(data)
    return path


# -- mutations ------------------------------------------------------------------------------------

NASTY = [
    b"",
    b"\x00",
    b"\xff",
    b"<",
    b"&",
    b"]]>",
    b"=1+1",
    b"9" * 400,
    b"-",
    b"\n",
    b'"',
    b"\xe4\xb8",
]
NUMBERS = ["-1", "0", "999999999", "9" * 40, "-" + "9" * 30, "1E999999999", "NaN", "", "x", "1.5", "٣",
           "A0", "XFD1048577", "../x", "A1:XFD1048576", "true", "\u00b2"]  # fmt: skip


def damage(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few of them cut, repeated, overwritten or replaced."""
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 40, 400]))
        kind = chance.randrange(5)
        if kind == 0:
            data = data[:start] + data[end:]
        elif kind == 1:
            data = data[:start] + chance.choice(NASTY) + data[end:]
        elif kind == 2:
            data = data[:end] + data[start:end] * chance.randint(1, 3) + data[end:]
        elif kind == 3:
            data = data[:start] + chance.randbytes(end - start) + data[end:]
        elif chance.random() < 0.3:
            data = data[: max(1, start)]
        data = data or b"x"
    return data


def damage_part(data: bytes, chance: random.Random) -> bytes:
    """Damage one part, the body as often as not, in a zip that itself is sound."""
    parts = parts_of(data)
    main = BODY if BODY in parts else "xl/sharedStrings.xml"
    victim = chance.choice([main, chance.choice(list(parts))])
    return packed(parts | {victim: damage(parts[victim], chance)})


def damage_tree(data: bytes, chance: random.Random) -> bytes:
    """Damage the structure of one part that stays well formed."""
    parts = parts_of(data)
    known = [BODY] * 3 + [STYLES, "word/numbering.xml"] if BODY in parts else []
    known += [name for name in parts if name.startswith("xl/worksheets/sheet")]
    known += ["xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", TYPES] if "xl/workbook.xml" in parts else []  # fmt: skip
    known += [name for name in parts if name.endswith(".rels")][:2]
    victim = chance.choice(known)
    root = etree.fromstring(parts[victim])
    for _ in range(chance.randint(1, 8)):
        _twist([item for item in root.iter() if isinstance(item.tag, str)], chance)
    return packed(parts | {victim: etree.tostring(root, encoding="UTF-8")})


def _twist(items: list[Any], chance: random.Random) -> None:
    """Drop, repeat, move, rename or renumber an element."""
    if len(items) < 3:
        return
    one, other = chance.choice(items[1:]), chance.choice(items[1:])
    kind = chance.randrange(8)
    small = sum(1 for _ in zip(one.iter(), range(3000), strict=False)) < 3000
    if kind == 0:
        one.getparent().remove(one)
    elif kind == 1 and small:
        for _ in range(chance.choice([1, 2, 50])):
            one.addnext(copy.deepcopy(one))
    elif kind == 2 and one not in set(other.iterancestors()) | {other}:
        other.append(one)
    elif kind == 3:
        one.tag = other.tag
    elif kind == 4:
        for child in list(one):
            one.remove(child)
    elif kind == 5:
        one.text = chance.choice(["", "=1+1", "9" * 400, *NUMBERS])
    else:
        numbered = [item for item in items if item.attrib]
        for item in chance.sample(numbered, min(len(numbered), chance.choice([1, 5, 50]))):
            item.set(chance.choice(list(item.attrib)), chance.choice(NUMBERS))


SPOILERS = {"bytes": damage, "part": damage_part, "tree": damage_tree}


def mutants(kind: str, data: bytes, seed: int, share: int) -> Iterator[tuple[str, bytes]]:
    for number in range(share * MUTANTS, (share + 1) * MUTANTS):
        chance = random.Random(SEED + 1000 * seed + number)  # noqa: S311 - repeatable, not secret
        yield f"{kind} {number}", SPOILERS[kind](data, chance)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", SPOILERS)
def test_mutated_forms_are_read(kind, share, reader, filled):
    made = [
        (document(reader.place(), data), name) for name, data in mutants(kind, filled, 1, share)
    ]
    sound(*reader.read_all(*(("read_form", *one) for one in made)))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", SPOILERS)
@pytest.mark.parametrize("template", ["blank", "filled"])
def test_mutated_templates_are_filled(kind, template, share, reader, request):
    data = request.getfixturevalue(template)
    made = [
        (form_file(reader.place(), spoilt), name) for name, spoilt in mutants(kind, data, 2, share)
    ]
    told = reader.read_all(*(("fill_form", *one) for one in made))
    sound(*told)
    for one in told:
        if one.ends == "result":
            well_formed(one.out / "out.docx")


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", SPOILERS)
def test_mutated_workbooks_are_read(kind, share, reader, goals):
    made = [
        (document(reader.place(), d, "in.xlsx"), name) for name, d in mutants(kind, goals, 3, share)
    ]
    jobs = [("verify" if number % 2 else "read_goals", *one) for number, one in enumerate(made)]
    sound(*reader.read_all(*jobs))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", SPOILERS)
def test_mutated_answer_sheets_are_read(kind, share, reader):
    data = (BASELINES / "example.xlsx").read_bytes()
    made = [
        (document(reader.place(), d, "in.xlsx"), name) for name, d in mutants(kind, data, 4, share)
    ]
    sound(*reader.read_all(*(("read_answers", *one) for one in made)))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("job", ["read_answers", "read_narrative"])
def test_mutated_texts_are_read(job, share, reader):
    sources = {"read_answers": BASELINES / "example-answers.yaml"}
    source = sources.get(job, pl.shared("templates") / "narrative.yaml")
    texts = mutants("bytes", source.read_bytes(), 5, share)
    made = [(document(reader.place(), data, "in.yaml"), name) for name, data in texts]
    sound(*reader.read_all(*((job, *one) for one in made)))


def well_formed(path: Path) -> Parts:
    """Return the parts of a document we wrote; each XML part can be parsed."""
    parts = parts_of(path.read_bytes())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    broken = []
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                etree.fromstring(part, parser)
            except etree.XMLSyntaxError as error:
                broken.append(f"{name}: {error}")
    assert not broken, f"{path.parent.name}: {broken}"
    return parts


# -- documents built to be too much, or not what they seem ------------------------------------------


def in_body(xml: str, *, first: bool = False) -> Callable[[Parts], None]:
    """Return what puts XML into the body, at its end unless said otherwise."""

    def change(parts: Parts) -> None:
        text = parts[BODY].decode()
        start = text.index(">", text.index("<w:body")) + 1
        end = text.rindex("<w:sectPr") if "<w:sectPr" in text else text.index("</w:body>")
        place = start if first else end
        parts[BODY] = (text[:place] + xml + text[place:]).encode()

    return change


def swapped(pattern: str, new: str) -> Callable[[Parts], None]:
    """Return what replaces every match of a pattern in the body."""

    def change(parts: Parts) -> None:
        made, count = re.subn(pattern, new, parts[BODY].decode(), flags=re.DOTALL)
        assert count, pattern
        parts[BODY] = made.encode()

    return change


def with_tree(work: Callable[[Any], None]) -> Callable[[Parts], None]:
    """Return what changes the tree of the body's part."""

    def change(parts: Parts) -> None:
        root = etree.fromstring(parts[BODY])
        work(root)
        parts[BODY] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    return change


def replaced(name: str, content: bytes | None) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts.pop(name, None)
        if content is not None:
            parts[name] = content

    return change


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tables(rows: int, columns: int, text: str) -> str:
    row = "<w:tr>" + f"<w:tc>{p(text)}</w:tc>" * columns + "</w:tr>"
    return "<w:tbl>" + row * rows + "</w:tbl>"


def nested(tag: str, depth: int, inside: str) -> str:
    return f"<w:{tag}>" * depth + inside + f"</w:{tag}>" * depth


def nested_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + p("x") + f"{p('y')}</w:tc></w:tr></w:tbl>" * depth


def without(*tags: str) -> Callable[[Parts], None]:
    def work(root: Any) -> None:
        for tag in tags:
            for item in list(root.iter(f"{W}{tag}")):
                item.getparent().remove(item)

    return with_tree(work)


def _no_cell_paragraphs(root: Any) -> None:
    for cell in root.iter(f"{W}tc"):
        for item in list(cell.iter(f"{W}p")):
            item.getparent().remove(item)


def _no_room(root: Any) -> None:
    """Take the paragraphs out of the cells that are empty: those a form is filled into."""
    for cell in root.iter(f"{W}tc"):
        if not "".join(cell.itertext()).strip():
            for item in list(cell.iter(f"{W}p")):
                item.getparent().remove(item)


def _all_continue(root: Any) -> None:
    for item in root.iter(f"{W}tc"):
        for old in list(item.iter(f"{W}vMerge")):
            old.getparent().remove(old)
        look = item.find(f"{W}tcPr")
        look = look if look is not None else etree.SubElement(item, f"{W}tcPr")
        etree.SubElement(look, f"{W}vMerge")


def _spans(*values: str) -> Callable[[Parts], None]:
    """Return what gives every cell a span, by turns where there are several."""

    def work(root: Any) -> None:
        for cell, value in zip(root.iter(f"{W}tc"), itertools.cycle(values), strict=False):
            look = cell.find(f"{W}tcPr")
            if look is None:
                look = etree.Element(f"{W}tcPr")
                cell.insert(0, look)
            for old in look.findall(f"{W}gridSpan"):
                look.remove(old)
            etree.SubElement(look, f"{W}gridSpan").set(f"{W}val", value)

    return with_tree(work)


def _some_spans(value: str) -> Callable[[Parts], None]:
    def work(root: Any) -> None:
        for item in root.iter(f"{W}gridSpan"):
            item.set(f"{W}val", value)

    return with_tree(work)


def _comments(root: Any) -> None:
    for item in list(root.iter(f"{W}p", f"{W}r", f"{W}tc", f"{W}tr")):
        item.insert(0, etree.Comment("x"))
        item.append(etree.ProcessingInstruction("x", "y"))


def _body_twice(root: Any) -> None:
    root.append(copy.deepcopy(root[0]))


def _tables_twice(root: Any) -> None:
    for item in list(root.iter(f"{W}tbl")):
        item.addnext(copy.deepcopy(item))


def _reversed(root: Any) -> None:
    for item in [root[0], *root.iter(f"{W}tbl", f"{W}tr")]:
        item[:] = reversed(list(item))


LABEL = "研发经费投入强度近三年"
MANY = MAX_CELLS - 1500  # besides those of the form, and still within the limit
STRUCTURES: dict[str, Callable[[Parts], None]] = {
    **{f"every span {value[:12]!r}": _spans(value) for value in NUMBERS[:4]},
    "every span something else": _spans(*NUMBERS),
    **{f"spans there {value!r}": _some_spans(value) for value in ("-1", "999999999", "x")},
    "gridBefore huge": swapped(r"<w:tr\b([^>]*)>", r'<w:tr\1><w:trPr><w:gridBefore w:val="999999999"/></w:trPr>'),
    "vMerge without start": swapped(r'<w:vMerge w:val="restart"/>', "<w:vMerge/>"),
    "vMerge in every cell": with_tree(_all_continue),
    "nested tables 10 deep": in_body(nested_tables(10)),
    "nested tables 200 deep": in_body(nested_tables(200)),
    "nested tables 5000 deep": in_body(nested_tables(5000)),
    **{f"{tag} {depth} deep": in_body(nested(tag, depth, p("x"))) for tag in ("sdt", "ins", "smartTag") for depth in (100, 2000, 100_000)},
    "hyperlink 2000 deep": in_body(f"<w:p>{nested('hyperlink', 2000, '<w:r><w:t>x</w:t></w:r>')}</w:p>"),
    "hyperlink 150 deep": in_body(f"<w:p>{nested('hyperlink', 150, '<w:r><w:t>x</w:t></w:r>')}</w:p>"),
    "runs 3000 deep": in_body(f"<w:p>{nested('r', 3000, '<w:t>x</w:t>')}</w:p>"),
    "cells without paragraphs": with_tree(_no_cell_paragraphs),
    "empty cells without paragraphs": with_tree(_no_room),
    "tables without rows": without("tr"),
    "rows without cells": without("tc"),
    "no paragraphs": without("p"),
    "no tables": without("tbl"),
    "no runs": without("r"),
    "no texts": without("t"),
    "no sectPr": without("sectPr"),
    "no body": without("body"),
    "no properties": without("tcPr", "pPr", "rPr", "tblPr", "trPr", "tblGrid"),
    "body twice": with_tree(_body_twice),
    "tables twice": with_tree(_tables_twice),
    "everything reversed": with_tree(_reversed),
    "comments everywhere": with_tree(_comments),
    "more cells than may be": in_body(tables(MAX_CELLS // 10 + 1, 10, "x")),
    "many cells": in_body(tables(MANY // 10, 10, "x"), first=True),
    "many rows": in_body(tables(MANY, 1, "x"), first=True),
    "many rows, last": swapped(r"(.*)</w:tbl>", lambda m: m[1] + f"<w:tr><w:tc>{p('x')}</w:tc></w:tr>" * MANY + "</w:tbl>"),  # type: ignore[arg-type]
    "many cells in a row": in_body(tables(1, MANY, "x"), first=True),
    "many cells like labels": in_body(tables(MANY // 10, 10, LABEL), first=True),
    "many cells like labels, last": swapped(r"(.*)</w:tbl>", lambda m: m[1] + ("<w:tr>" + f"<w:tc>{p(LABEL)}</w:tc>" * 10 + "</w:tr>") * (MANY // 10) + "</w:tbl>"),  # type: ignore[arg-type]
    "many tables": in_body(tables(1, 1, "x") * MANY),
    "many goal tables": in_body(tables(1, 3, "指标") * (MANY // 3)),
    "strict namespace": lambda parts: parts.update({BODY: parts[BODY].replace(WORD.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main")}),
    "root of another kind": replaced(BODY, b"<html><body/></html>"),
    "body empty": replaced(BODY, f'<w:document xmlns:w="{WORD}"><w:body/></w:document>'.encode()),
    "no content": replaced(BODY, b""),
    "not XML": replaced(BODY, b"%PDF-1.7"),
    "declared as another encoding": lambda parts: parts.update({BODY: parts[BODY].replace(b"UTF-8", b"cp037", 1)}),
    "declared as no encoding": lambda parts: parts.update({BODY: parts[BODY].replace(b"UTF-8", b"x-none", 1)}),
    "UTF-16": lambda parts: parts.update({BODY: etree.tostring(etree.fromstring(parts[BODY]), encoding="UTF-16")}),
    "no content types": replaced(TYPES, None),
    "no relationships": replaced("_rels/.rels", None),
    "no styles": replaced(STYLES, None),
    "styles broken": replaced(STYLES, b"<w:styles"),
    "styles of another kind": replaced(STYLES, b"<html/>"),
    "relationships broken": replaced(RELS, b"<Relationships"),
    "relationships of another kind": replaced(RELS, b"<html/>"),
    "content types of another kind": replaced(TYPES, b"<html/>"),
    "core properties of another kind": replaced(CORE, b"<html/>"),
    "names that climb": lambda parts: parts.update({"../../../tmp/canary.txt": b"x", "/etc/canary": b"x", "C:\\canary": b"x"}),
    "a document within": lambda parts: parts.update({"word/embeddings/in.docx": packed(dict(parts))}),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_structures_are_read(name, reader, filled):
    parts = parts_of(filled)
    STRUCTURES[name](parts)
    sound(reader.read("read_form", document(reader.place(), packed(parts)), name))


# Filling takes three times as long as reading: a third always, the rest when asked for.
@pytest.mark.parametrize(
    "name",
    [
        name if number % 3 == 0 else pytest.param(name, marks=pytest.mark.long)
        for number, name in enumerate(STRUCTURES)
    ],
)
def test_structures_are_filled(name, reader, blank):
    parts = parts_of(blank)
    STRUCTURES[name](parts)
    told = reader.read("fill_form", form_file(reader.place(), packed(parts)), name)
    sound(told)
    if told.ends == "result":
        well_formed(told.out / "out.docx")


def _in_the_last_cell(text: str) -> Callable[[Parts], None]:
    def put(found: re.Match[str]) -> str:
        at = found[1].rindex("</w:tc>")
        return found[1][:at] + p(text) + found[1][at:]

    return swapped(r"(.*</w:tbl>)", put)  # type: ignore[arg-type]


def _declared(what: str, count: int) -> Callable[[Parts], None]:
    return swapped("<w:body>", "<w:body " + " ".join(what.format(n) for n in range(count)) + ">")


# By a count that is within the limits, and near them
LARGE: dict[str, tuple[int, Callable[[int], Callable[[Parts], None]]]] = {
    "empty paragraphs": (100_000, lambda n: in_body("<w:p/>" * n)),
    "short paragraphs": (100_000, lambda n: in_body(p("x") * n)),
    "a long paragraph": (900_000, lambda n: in_body(p("集群 x" * n))),
    "a long paragraph, first": (900_000, lambda n: in_body(p("集群 x" * n), first=True)),
    "a long text in a cell": (900_000, lambda n: in_body(tables(1, 1, "集群 x" * n), first=True)),
    "a long text in the last cell": (900_000, lambda n: _in_the_last_cell("集群 x" * n)),
    "runs": (100_000, lambda n: in_body(f"<w:p>{'<w:r><w:t>x</w:t></w:r>' * n}</w:p>")),
    "headings": (20_000, lambda n: in_body(p("二、主导产业情况（必填）") * n, first=True)),
    "unknown elements": (1_000_000, lambda n: in_body("<w:x/>" * n)),
    "attributes": (300_000, lambda n: _declared('x{}=""', n)),
    "namespaces": (100_000, lambda n: _declared('xmlns:x{0}="u:{0}"', n)),
}


@pytest.mark.parametrize("share", SIZES)
@pytest.mark.parametrize("name", LARGE)
def test_large_structures(name, share, reader, filled, blank):
    count, change = LARGE[name]
    made = []
    for data in (filled, blank):
        parts = parts_of(data)
        change(int(share * count))(parts)
        made.append(packed(parts))
    read = ("read_form", document(reader.place(), made[0]), name)
    told = reader.read_all(read, ("fill_form", form_file(reader.place(), made[1]), name))
    sound(*told, share=share)
    if told[1].ends == "result":
        well_formed(told[1].out / "out.docx")


HARD = [
    "nested tables 200 deep",
    "sdt 2000 deep",
    "cells without paragraphs",
    "no body",
    "no texts",
]


@pytest.mark.parametrize("name", HARD)
def test_structures_on_the_command_line(name, reader, filled):
    parts = parts_of(filled)
    STRUCTURES[name](parts)
    path = document(reader.place(), packed(parts))
    jobs = ("cli form read", "cli check", "cli verify", "read_baseline")
    sound(*reader.read_all(*((job, path, name) for job in jobs)))


# -- archives ---------------------------------------------------------------------------------------


@dataclass
class Entry:
    """A part of a zip file whose header may say anything."""

    name: str
    content: bytes
    method: int = 8
    size: int | None = None
    checksum: int | None = None
    flags: int = 0
    packed: bytes | None = None


def raw_zip(entries: list[Entry], *, overlap: int = 1) -> bytes:
    """Return a zip file as its entries have it; each can be listed many times."""
    data, listed = bytearray(), []
    for entry in entries:
        shrunk = entry.packed
        if shrunk is None:
            tool = zlib.compressobj(1, zlib.DEFLATED, -15)
            shrunk = tool.compress(entry.content) + tool.flush() if entry.method else entry.content
        size = len(entry.content) if entry.size is None else entry.size
        checksum = zlib.crc32(entry.content) if entry.checksum is None else entry.checksum
        name = entry.name.encode()
        for copied in range(overlap):
            own = name if not copied else f"{entry.name}.{copied}".encode()
            head = (20, entry.flags, entry.method, 0, 33, checksum, len(shrunk), size, len(own))
            listed.append(struct.pack("<4s2B5H3I5H2I", b"PK\1\2", 20, 0, *head[:5], *head[5:8], len(own), 0, 0, 0, 0, 0, len(data)) + own)  # fmt: skip
        data += struct.pack("<4s5H3I2H", b"PK\3\4", *head[:5], *head[5:8], len(name), 0) + name
        data += shrunk
    directory = b"".join(listed)
    count = min(len(listed), 0xFFFF)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(data), 0)
    return bytes(data) + directory + end


@functools.cache
def zeros(megabytes: int) -> tuple[bytes, int]:
    """Return so many megabytes of zeros deflated, and their checksum."""
    tool = zlib.compressobj(9, zlib.DEFLATED, -15)
    tool.compress(b"")
    block = bytes(2**20)
    first = tool.compress(block) + tool.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(block, checksum)
    return first * megabytes + b"\x03\x00", checksum


def bomb(parts: Parts, victim: str, megabytes: int, claim: int | None) -> bytes:
    """Return an archive one part of which unpacks to a lot, whatever it claims."""
    content, checksum = zeros(megabytes)
    rest = [Entry(name, part) for name, part in parts.items() if name != victim]
    size = megabytes * 2**20 if claim is None else claim
    return raw_zip([*rest, Entry(victim, b"", size=size, checksum=checksum, packed=content)])


def many_parts(parts: Parts, count: int) -> bytes:
    entries = [Entry(name, part) for name, part in parts.items()]
    return raw_zip(entries + [Entry(f"x/{n}.xml", b"", method=0) for n in range(count)])


def _main(parts: Parts) -> str:
    return BODY if BODY in parts else "xl/worksheets/sheet1.xml"


def flagged(flags: int, method: int | None = None) -> Callable[[Parts], bytes]:
    """Return what marks the main part as encrypted, or as packed in an unknown way."""

    def make(parts: Parts) -> bytes:
        made = [Entry(name, part) for name, part in parts.items()]
        for entry in made:
            if entry.name == _main(parts):
                entry.flags = flags
                if method is not None:
                    entry.packed, entry.method = entry.content[:1000], method
        return raw_zip(made)

    return make


def _twice(parts: Parts) -> bytes:
    return raw_zip([Entry(name, part) for name, part in [*parts.items(), *parts.items()]])


def _wrong_checksum(parts: Parts) -> bytes:
    return raw_zip([Entry(name, part, checksum=1) for name, part in parts.items()])


ARCHIVES: dict[str, Callable[[Parts], bytes]] = {
    "1 GB of zeros": lambda parts: bomb(parts, _main(parts), 1024, None),
    "1 GB of zeros, said to be little": lambda parts: bomb(parts, _main(parts), 1024, 100_000),
    "1 GB of zeros, said to be none": lambda parts: bomb(parts, _main(parts), 1024, 0),
    "1 GB of zeros in styles": lambda parts: bomb(parts, STYLES if BODY in parts else "xl/styles.xml", 1024, 1000),
    "1 GB of zeros in content types": lambda parts: bomb(parts, TYPES, 1024, 1000),
    "1 GB of zeros in a relationship": lambda parts: bomb(parts, "_rels/.rels", 1024, 1000),
    "1 GB of zeros in a picture": lambda parts: bomb(parts, "word/media/x.png", 1024, 1000),
    "4 GB said of every part": lambda parts: raw_zip([Entry(n, c, size=0xFFFFFFF0) for n, c in parts.items()]),
    "20k parts": lambda parts: many_parts(parts, 20_000),
    "1900 parts": lambda parts: many_parts(parts, 1900),
    "parts that overlap": lambda parts: raw_zip([Entry(n, c) for n, c in parts.items()], overlap=90),
    "parts twice": _twice,
    "wrong checksums": _wrong_checksum,
    "encrypted part": flagged(1),
    "strongly encrypted part": flagged(65),
    "patched data": flagged(32),
    "unknown compression": flagged(0, 99),
    "bzip2 that is none": flagged(0, 12),
    "lzma that is none": flagged(0, 14),
    "deflate64": flagged(0, 9),
    "truncated by half": lambda parts: packed(parts)[: len(packed(parts)) // 2],
    "truncated by a byte": lambda parts: packed(parts)[:-1],
    "directory cut off": lambda parts: packed(parts)[: packed(parts).rindex(b"PK\1\2")],
    "something before": lambda parts: b"MZ" * 5000 + packed(parts),
    "something after": lambda parts: packed(parts) + b"x" * 60_000,
    "nested forty times": lambda parts: _matryoshka(parts, 40),
    "an OLE file": lambda _: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(20_000),
    "zip without parts": lambda _: raw_zip([]),
    "only the first letters": lambda _: b"PK\3\4",
    "zeros": lambda _: bytes(100_000),
    "50 MB": lambda parts: packed(parts) + bytes(50_000_000),
    "a document as XML": lambda parts: parts[_main(parts)],
    "a web page": lambda _: b"<html><body><script>alert(1)</script></body></html>",
    "rich text": lambda _: rb"{\rtf1\ansi{\*\generator x}{\object\objautlink}}",
}  # fmt: skip


def _matryoshka(parts: Parts, depth: int) -> bytes:
    data = packed(parts)
    for _ in range(depth):
        data = raw_zip([Entry("in.docx", data, method=0)])
    return data


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(name, reader, filled, blank, goals):
    told = reader.read_all(
        ("read_form", document(reader.place(), ARCHIVES[name](parts_of(filled))), name),
        ("fill_form", form_file(reader.place(), ARCHIVES[name](parts_of(blank))), name),
        ("read_goals", document(reader.place(), ARCHIVES[name](parts_of(goals)), "in.xlsx"), name),
    )
    sound(*told)


@pytest.mark.parametrize("name", ["1 GB of zeros, said to be little", "encrypted part", "50 MB"])
def test_archives_as_answers_and_on_the_command_line(name, reader, goals):
    answers = ARCHIVES[name](parts_of((BASELINES / "example.xlsx").read_bytes()))
    path = document(reader.place(), answers, "in.xlsx")
    workbook = document(reader.place(), ARCHIVES[name](parts_of(goals)), "in.xlsx")
    jobs = [(job, path, name) for job in ("read_answers", "cli answers", "cli check")]
    sound(*reader.read_all(*jobs, ("cli verify", workbook, name)))


# -- document types and entities ----------------------------------------------------------------------

LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "haha">' for n in range(10)
)


def entities(kind: str, folder: Path, url: str) -> tuple[str, str]:
    """Return the content of a document type, and what refers to it."""
    secret = (folder / "canary.txt").as_uri()
    return {
        "internal": ('[<!ENTITY e "x">]', "&e;"),
        "no entity": ("[]", ""),
        "file": (f'[<!ENTITY e SYSTEM "{secret}">]', "&e;"),
        "network": (f'[<!ENTITY e SYSTEM "{url}e">]', "&e;"),
        "external subset": (f'SYSTEM "{url}e.dtd"', ""),
        "external file": (f'SYSTEM "{secret}"', ""),
        "parameter": (f'[<!ENTITY % e SYSTEM "{url}e.dtd"> %e;]', ""),
        "billion laughs": (f"[{LAUGHS}]", "&l9;"),
        "quadratic": (f'[<!ENTITY e "{"x" * 100_000}">]', "&e;" * 20_000),
    }[kind]


ENTITIES = ["internal", "no entity", "file", "network", "external subset", "external file", "parameter",
            "billion laughs", "quadratic"]  # fmt: skip


def with_dtd(part: bytes, kind: str, folder: Path, url: str, encoding: str = "UTF-8") -> bytes:
    """Return an XML part with a document type, what it declares used in its first text or child."""
    text = etree.tostring(etree.fromstring(part), encoding="unicode")
    root = re.match(r"<([\w:]+)", text)[1]
    declared, used = entities(kind, folder, url)
    at = text.index("</w:t>") if "</w:t>" in text else text.index(">", 1) + 1
    text = text[:at] + used + text[at:]
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE {root} {declared}>'
    return (head + text).encode(encoding)


@pytest.mark.parametrize("kind", ENTITIES)
def test_document_types_in_a_form(kind, reader, filled, folder, listener):
    jobs = []
    for encoding in ("UTF-8", "UTF-16", "UTF-16-LE", "UTF-7"):
        parts = parts_of(filled)
        parts[BODY] = with_dtd(parts[BODY], kind, folder, listener.url, encoding)
        if encoding == "UTF-16-LE":
            parts[BODY] = codecs.BOM_UTF16_LE + parts[BODY].replace(b"-\0L\0E\0", b"")
        jobs.append(("read_form", document(reader.place(), packed(parts)), encoding))
    told = reader.read_all(*jobs)
    sound(*told)
    assert {one.ends for one in told} == {"refused"}
    assert not listener.asked


TYPED = [BODY, TYPES, RELS, "_rels/.rels", STYLES, FOOTER, CORE, SETTINGS, "word/numbering.xml"]


def _carries_nothing(told: list[Told], *marks: bytes) -> None:
    """Fail where a filled form carries any of the marks."""
    found = []
    for one in told:
        if one.ends == "result":
            parts = parts_of((one.out / "out.docx").read_bytes())
            found += [
                f"{one.name}: {name} carries {mark!r}"
                for name, part in parts.items()
                for mark in marks
                if mark in part
            ]
    assert not found, "\n".join(found)


BOOK_PARTS = ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml",
              TYPES, "xl/_rels/workbook.xml.rels"]  # fmt: skip


@pytest.mark.parametrize("kind", ENTITIES)
def test_document_types_in_a_workbook(kind, reader, goals, folder, listener):
    jobs = []
    for number, name in enumerate(BOOK_PARTS):
        parts = parts_of(goals)
        encoding = "UTF-16" if number % 2 and kind in {"file", "billion laughs"} else "UTF-8"
        parts[name] = with_dtd(parts[name], kind, folder, listener.url, encoding)
        path = document(reader.place(), packed(parts), "in.xlsx")
        jobs.append(("verify" if number % 2 else "read_goals", path, name))
    sound(*reader.read_all(*jobs))
    assert not listener.asked


# -- links, macros, objects ---------------------------------------------------------------------------

OUTSIDE = ["image", "hyperlink", "attachedTemplate", "aFChunk", "oleObject", "subDocument", "frame",
           "package", "control", "mailMergeSource"]  # fmt: skip


def linked(kind: str, url: str, style: str = "plain") -> Callable[[Parts], None]:
    """Return what adds a relationship to the outside, written in one of the ways XML allows."""

    def change(parts: Parts) -> None:
        owner = (
            "word/_rels/settings.xml.rels"
            if kind in {"attachedTemplate", "mailMergeSource"}
            else RELS
        )
        xml = parts.get(
            owner, f'<Relationships xmlns="{PACKAGE}"></Relationships>'.encode()
        ).decode()
        link = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{url}{kind}" TargetMode="External"/>'
        if style == "single quotes":
            link = link.replace('"', "'")
        elif style == "blanks":
            link = link.replace("TargetMode=", "TargetMode \n= ")
        elif style == "entity":
            link = link.replace("External", "&#69;xternal")
        xml = xml.replace("</Relationships>", link + "</Relationships>")
        xml = re.sub(r"<Relationships([^>]*)/>", rf"<Relationships\1>{link}</Relationships>", xml)
        parts[owner] = xml.encode()
        if style == "UTF-16":
            parts[owner] = re.sub(r"^<\?xml.*?\?>", "", xml).encode("utf-16")
        _refer(parts, kind)

    return change


def _refer(parts: Parts, kind: str) -> None:
    """Use the relationship where a document of its kind would."""
    names = f'xmlns:w="{WORD}" xmlns:r="{OFFICE}"'
    if kind in {"attachedTemplate", "mailMergeSource"}:
        text = parts[SETTINGS].decode()
        at = text.index(">", text.index("<w:settings")) + 1
        parts[SETTINGS] = (
            text[:at] + f'<w:attachedTemplate {names} r:id="rIdX"/>' + text[at:]
        ).encode()
        return
    used = {
        "image": '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rIdX"/></v:shape></w:pict></w:r></w:p>',
        "aFChunk": '<w:altChunk r:id="rIdX"/>',
        "subDocument": '<w:p><w:subDoc r:id="rIdX"/></w:p>',
        "oleObject": '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Link" ProgID="Word.Document" r:id="rIdX"/></w:object></w:r></w:p>',
    }.get(kind, '<w:p><w:hyperlink r:id="rIdX"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>')  # fmt: skip
    in_body(re.sub(r"^<([\w:]+)", rf"<\1 {names}", used))(parts)


STYLES_OF_LINKS = ["plain", "single quotes", "blanks", "entity", "UTF-16"]
LINKS = [(kind, "plain") for kind in OUTSIDE] + [("attachedTemplate", style) for style in STYLES_OF_LINKS[1:]]  # fmt: skip


@pytest.mark.parametrize(("kind", "style"), LINKS)
def test_links_to_the_outside_are_said_when_read(kind, style, reader, filled, listener):
    parts = parts_of(filled)
    linked(kind, listener.url, style)(parts)
    told = reader.read("read_form", document(reader.place(), packed(parts)))
    sound(told)
    assert not listener.asked
    assert "document_links" in told.codes


@pytest.mark.parametrize(("kind", "style"), LINKS)
def test_links_of_a_template_are_not_carried_silently(kind, style, reader, blank, listener):
    parts = parts_of(blank)
    linked(kind, listener.url, style)(parts)
    told = reader.read("fill_form", form_file(reader.place(), packed(parts)))
    sound(told)
    assert not listener.asked
    if told.ends == "refused" or "document_links" in told.codes:
        return
    _carries_nothing([told], listener.url.encode(), listener.url.encode("utf-16-le"))


FIELDS = [r"DDEAUTO c:\\windows\\system32\\cmd.exe &quot;/k calc&quot;", "DDE excel x.xlsx",
          "INCLUDEPICTURE &quot;URL&quot; \\d", "INCLUDETEXT &quot;URL&quot;", "LINK Word.Document URL"]  # fmt: skip


def _simple_field(code: str) -> str:
    return f'<w:p><w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'


def _long_field(code: str) -> str:
    half = len(code) // 2
    runs = [f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:half], code[half:])]
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]  # fmt: skip
    return f"<w:p>{marks[0]}{''.join(runs)}{marks[1]}<w:r><w:t>x</w:t></w:r>{marks[2]}</w:p>"


@pytest.mark.parametrize("write", [_simple_field, _long_field])
@pytest.mark.parametrize("code", FIELDS)
def test_fields_that_fetch_or_start_are_not_carried_silently(code, write, reader, blank, listener):
    parts = parts_of(blank)
    in_body(write(code.replace("URL", listener.url)))(parts)
    told = reader.read("fill_form", form_file(reader.place(), packed(parts)))
    sound(told)
    assert not listener.asked
    if told.ends == "refused" or {"document_links", "document_macros"} & set(told.codes):
        return
    made = parts_of((told.out / "out.docx").read_bytes())[BODY]
    carried = re.findall(rb"DDE|INCLUDE|LINK|cmd\.exe", made.replace(b"</w:instrText></w:r><w:r><w:instrText>", b""))  # fmt: skip
    assert not carried


MACRO = "application/vnd.ms-office.vbaProject"
ENABLED = b"application/vnd.ms-word.document.macroEnabled.main+xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def with_object(
    name: str, relation: str, kind: str, content: bytes = b"x"
) -> Callable[[Parts], None]:
    """Return what puts a part of a kind into a document, related to its body."""

    def change(parts: Parts) -> None:
        parts[name] = content
        override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
        parts[TYPES] = parts[TYPES].replace(b"</Types>", override)
        target = name.removeprefix("word/")
        link = f'<Relationship Id="rIdM" Type="{relation}" Target="{target}"/></Relationships>'.encode()
        parts[RELS] = parts[RELS].replace(b"</Relationships>", link)

    return change


def _enabled(parts: Parts) -> None:
    parts[TYPES] = parts[TYPES].replace(PLAIN, ENABLED)
    with_object("word/vbaProject.bin", f"{OFFICE}/vbaProject", MACRO)(parts)


VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
CODE: dict[str, Callable[[Parts], None]] = {
    "macros": with_object("word/vbaProject.bin", VBA, MACRO),
    "macros, enabled": _enabled,
    "macros in capitals": with_object("word/VBAPROJECT.BIN", VBA, MACRO),
    "macros under another name": with_object("word/media/image9.bin", VBA, MACRO),
    "macro data": with_object("word/vbaData.xml", VBA, "application/vnd.ms-word.vbaData+xml", b"<x/>"),
    "an OLE object": with_object("word/embeddings/oleObject1.bin", f"{OFFICE}/oleObject", "application/vnd.openxmlformats-officedocument.oleObject"),
    "an embedded program": with_object("word/embeddings/calc.exe", f"{OFFICE}/package", "application/octet-stream", b"MZ"),
    "ActiveX": with_object("word/activeX/activeX1.xml", f"{OFFICE}/control", "application/vnd.ms-office.activeX+xml", b"<x/>"),
    "an embedded web page": with_object("word/x.htm", f"{OFFICE}/aFChunk", "text/html", b"<script>1</script>"),
    "a ribbon": with_object("customUI/customUI.xml", f"{OFFICE}/extensibility", "application/xml", b"<customUI onLoad='x'/>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CODE)
def test_code_in_a_template_is_refused_or_said(name, reader, blank):
    parts = parts_of(blank)
    CODE[name](parts)
    told = reader.read("fill_form", form_file(reader.place(), packed(parts)))
    sound(told)
    if told.ends == "result":
        kept = parts_of((told.out / "out.docx").read_bytes())
        carried = [part for part in kept if part not in parts_of(blank)]
        assert not carried or any(
            code.startswith(("document_", "template_")) for code in told.codes
        )


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".DOCX"])
@pytest.mark.parametrize("name", [name for name in CODE if name.startswith("macros")])
def test_macros_in_a_form_are_said(name, suffix, reader, filled):
    parts = parts_of(filled)
    CODE[name](parts)
    told = reader.read("read_form", document(reader.place(), packed(parts), f"in{suffix}"))
    sound(told)
    assert "document_macros" in told.codes


def test_a_workbook_of_outside_links_is_read(reader, goals, listener):
    parts = parts_of(goals)
    names = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{OFFICE}"'
    parts["xl/externalLinks/externalLink1.xml"] = f'<externalLink {names}><externalBook r:id="rId1"/></externalLink>'.encode()  # fmt: skip
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" Target="{listener.url}x.xlsx" TargetMode="External"/></Relationships>'.encode()  # fmt: skip
    parts["xl/connections.xml"] = f'<connections {names}><connection id="1" type="5"><webPr url="{listener.url}"/></connection></connections>'.encode()  # fmt: skip
    parts["xl/vbaProject.bin"] = b"x"
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'  # fmt: skip
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"</Relationships>", link.encode())  # fmt: skip
    path = document(reader.place(), packed(parts), "in.xlsx")
    sound(
        *(reader.read(job, path) for job in ("read_goals", "verify", "read_answers", "cli verify"))
    )
    assert not listener.asked


# -- workbooks ----------------------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET1 = "xl/worksheets/sheet1.xml"
EVERYTHING = "A1:XFD1048576"


def in_sheet(xml: str, before: str = "</worksheet>") -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        text = parts[SHEET1].decode()
        at = text.index(before)
        parts[SHEET1] = (text[:at] + xml + text[at:]).encode()

    return change


def swapped_in(name: str, pattern: str, new: Any) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        made, count = re.subn(pattern, new, parts[name].decode(), count=1, flags=re.DOTALL)
        assert count, pattern
        parts[name] = made.encode()

    return change


SHEETS: dict[str, Callable[[Parts], None]] = {
    "a merged range of everything": in_sheet(f'<mergeCells count="1"><mergeCell ref="{EVERYTHING}"/></mergeCells>', "<pageMargins" ),
    "a merged range of many columns": in_sheet('<mergeCells count="1"><mergeCell ref="A1:XFD20000"/></mergeCells>', "<pageMargins"),
    "a link on everything": in_sheet(f'<hyperlinks><hyperlink ref="{EVERYTHING}" location="x"/></hyperlinks>', "<pageMargins"),
    "a link on nothing": in_sheet('<hyperlinks><hyperlink ref="../x" location="x"/></hyperlinks>', "<pageMargins"),
    "a validation of everything": in_sheet(f'<dataValidations count="1"><dataValidation type="list" sqref="{EVERYTHING}"><formula1>1</formula1></dataValidation></dataValidations>', "<pageMargins"),
    "a far cell": in_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "</sheetData>"),
    "a cell outside": in_sheet('<row r="1048577"><c r="XFE1048577"><v>1</v></c></row>', "</sheetData>"),
    "a row of many digits": in_sheet(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>', "</sheetData>"),
    "a row that climbs": in_sheet('<row r="../x"><c r="../x"><v>1</v></c></row>', "</sheetData>"),
    "a row of nothing": in_sheet('<row r="0"><c r="A0"><v>1</v></c></row>', "</sheetData>"),
    "lower case": in_sheet('<row r="90000"><c r="xfd90000"><v>1</v></c></row>', "</sheetData>"),
    "single quotes": in_sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", "</sheetData>"),
    "300k rows": in_sheet("<row><c><v>1</v></c></row>" * 300_000, "</sheetData>"),
    "1M cells": in_sheet("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>", "</sheetData>"),
    "1M empty rows": in_sheet("<row/>" * 1_000_000, "</sheetData>"),
    "a dimension of everything": swapped_in(SHEET1, r'<dimension ref="[^"]*"', f'<dimension ref="{EVERYTHING}"'),
    "a dimension of nothing": swapped_in(SHEET1, r'<dimension ref="[^"]*"', '<dimension ref="../x"'),
    "columns without end": in_sheet('<cols><col min="1" max="2000000000" width="9"/></cols>', "<sheetData"),
    "columns backwards": in_sheet('<cols><col min="-5" max="-9" width="NaN"/></cols>', "<sheetData"),
    "a number too large": in_sheet("<row><c><v>1E999999999</v></c><c><v>9E9999</v></c><c><v>NaN</v></c></row>", "</sheetData>"),
    "a date of no calendar": in_sheet('<row><c t="d"><v>99999-99-99</v></c></row>', "</sheetData>"),
    "an unknown type": in_sheet('<row><c t="zz"><v>1</v></c></row>', "</sheetData>"),
    "a string that is not there": in_sheet('<row><c t="s"><v>99999999999</v></c><c t="s"><v>-1</v></c></row>', "</sheetData>"),
    "a style that is not there": in_sheet('<row><c s="99999999999"><v>1</v></c></row>', "</sheetData>"),
    "an array of everything": in_sheet(f'<row><c r="A900"><f t="array" ref="{EVERYTHING}">1</f></c></row>', "</sheetData>"),
    "a shared formula of nothing": in_sheet('<row r="900"><c r="A900"><f t="shared" si="77"/></c></row>', "</sheetData>"),
    "a data table": in_sheet(f'<row><c r="A900"><f t="dataTable" ref="{EVERYTHING}" r1="x" dt2D="1"/></c></row>', "</sheetData>"),
    "a formula of 5 MB": in_sheet(f'<row r="900"><c r="A900"><f>{"1+" * 2_500_000}1</f></c></row>', "</sheetData>"),
    "a formula that starts a program": in_sheet('<row r="900"><c r="A900"><f>cmd|\'/c calc\'!A1</f><v>1</v></c></row>', "</sheetData>"),
    "a text of 5 MB": in_sheet(f'<row r="900"><c r="A900" t="inlineStr"><is><t>{"x" * 5_000_000}</t></is></c></row>', "</sheetData>"),
    "names of everything": swapped_in("xl/workbook.xml", "</sheets>", "</sheets><definedNames>" + f'<definedName name="x">{EVERYTHING}</definedName>' * 20_000 + "</definedNames>"),
    "a print area of nothing": swapped_in("xl/workbook.xml", "</sheets>", '</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="99">../x</definedName><definedName name="_xlnm.Print_Titles" localSheetId="0">x!$1:$99999999</definedName></definedNames>'),
    "no sheets": swapped_in("xl/workbook.xml", "<sheets>.*</sheets>", "<sheets/>"),
    "a sheet without a part": swapped_in("xl/workbook.xml", "</sheets>", '<sheet name="x" sheetId="99" r:id="rId99"/></sheets>'),
    "sheets of one name": swapped_in("xl/workbook.xml", r"<sheets>(.*)</sheets>", r"<sheets>\1\1</sheets>"),
    "2000 sheets of one part": swapped_in("xl/workbook.xml", r"(<sheet [^>]*/>)</sheets>", lambda m: m[1] * 2000 + "</sheets>"),
    "a sheet's part outside": swapped_in("xl/_rels/workbook.xml.rels", 'Target="worksheets/sheet1.xml"', 'Target="../../../../etc/passwd"'),
    "dates from 1904": swapped_in("xl/workbook.xml", "<workbookPr ", '<workbookPr date1904="1" '),
    "formats without end": swapped_in("xl/styles.xml", "<cellXfs", '<numFmts count="1">' + '<numFmt numFmtId="200" formatCode="[$-x"/>' * 100_000 + "</numFmts><cellXfs"),
    "no styles": replaced("xl/styles.xml", None),
    "no strings": replaced("xl/sharedStrings.xml", None),
    "strings of another kind": replaced("xl/sharedStrings.xml", b"<html/>"),
    "1M strings": swapped_in("xl/sharedStrings.xml", "</sst>", "<si/>" * 1_000_000 + "</sst>"),
    "deep strings": swapped_in("xl/sharedStrings.xml", "</sst>", "<si>" + "<r>" * 50_000 + "</r>" * 50_000 + "</si></sst>"),
    "broken drawing": replaced("xl/drawings/drawing1.xml", b"<html/>"),
    "a picture that is none": replaced("xl/media/image1.png", b"\x89PNG" + bytes(1000)),
    "a picture of 4 gigapixels": replaced("xl/media/image1.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">2I5B", 65535, 65535, 8, 2, 0, 0, 0) + bytes(4)),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_workbooks_are_read(name, reader, goals):
    parts = parts_of(goals)
    SHEETS[name](parts)
    path = document(reader.place(), packed(parts), "in.xlsx")
    sound(*reader.read_all(("read_goals", path, name), ("read_baseline", path, name)))


# -- the plan that a workbook carries -----------------------------------------------------------------


@pytest.fixture(scope="module")
def manifest(goals):
    """Return what the hidden sheet of a goal pack says, by name."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(goals))
    facts: Facts = {}
    for key, value in book["_manifest"].iter_rows(max_col=2, values_only=True):
        facts[key] = facts.get(key, "") + value
    return facts


@pytest.fixture(scope="module")
def light(goals):
    """Return the goal pack's workbook without its pictures."""
    parts = {
        n: c for n, c in parts_of(goals).items() if not n.startswith(("xl/media", "xl/drawings"))
    }
    gone = "xl/worksheets/_rels/sheet5.xml.rels"
    drawn = re.sub(rb"<drawing [^>]*/>", b"", parts["xl/worksheets/sheet5.xml"])
    types = re.sub(rb'<Override PartName="/xl/drawings[^>]*/>', b"", parts[TYPES])
    parts |= {"xl/worksheets/sheet5.xml": drawn, TYPES: types}
    return packed({name: part for name, part in parts.items() if name != gone})


def carrying(data: bytes, facts: Facts, extra: str = "") -> bytes:
    """Return a workbook whose hidden sheet says something else."""
    escape = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text.translate(escape)}</t></is></c>'

    rows = [
        f"<row>{cell(key)}{cell(text[start : start + 30_000])}</row>"
        for key, text in facts.items()
        for start in range(0, max(1, len(text)), 30_000)
    ]
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}{extra}</sheetData></worksheet>'
    parts = parts_of(data)
    last = max(name for name in parts if name.startswith("xl/worksheets/sheet"))
    return packed(parts | {last: xml.encode()})


def put(key: str, *path: str, value: Any) -> Callable[[Facts], None]:
    """Return what sets a value within the JSON of a fact; `*` stands for its first key."""

    def change(facts: Facts) -> None:
        data = json.loads(facts[key])
        inner = data
        for step in path[:-1]:
            inner = inner[next(iter(inner)) if step == "*" else int(step) if isinstance(inner, list) else step]  # fmt: skip
        last = path[-1]
        inner[next(iter(inner)) if last == "*" else int(last) if isinstance(inner, list) else last] = value  # fmt: skip
        facts[key] = json.dumps(data)

    return change


def says(key: str, text: str | None) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        facts.pop(key)
        if text is not None:
            facts[key] = text

    return change


def both(*changes: Callable[[Facts], None]) -> Callable[[Facts], None]:
    def change(facts: Facts) -> None:
        for one in changes:
            one(facts)

    return change


FACTS = ["base_year", "sheet", "cells", "ids", "numbers", "formulas", "plan_json", "plan", "rules"]
WRONG = ["", "x", "[]", "null", '{"a": {"b": []}}', "1E999999999", "[" * 100_000, '{"a":' * 50_000]  # fmt: skip
ADDRESSES = ["XFD1048577", "A0", "../x", "A", "1", "A:A", "1:1", "1:1048576", EVERYTHING, "A1:B2", "", "$A$1", "ZZZZ1",
             "A" + "9" * 30, "A1:A1048576", "XFD1048576", "\x00", "甲1", "A1 B2", "=A1", "Z99999"]  # fmt: skip
AMOUNTS = ["1E999999999", "-1E999999999", "1E-999999999", "NaN", "sNaN", "Infinity", "x", "", "9" * 20_000, None, 1.5,
           [], {}, True, "1_0", "１"]  # fmt: skip
MANIFESTS: dict[str, Callable[[Facts], None]] = {
    **{f"{key} left out": says(key, None) for key in FACTS},
    **{f"{key} is {text[:16]!r}": says(key, text) for key in FACTS for text in WRONG},
    **{f"number at {a[:12]!r}": put("numbers", "*", a, value="1") for a in ADDRESSES},
    **{f"formula at {a[:12]!r}": put("formulas", "*", a, value="=1") for a in ADDRESSES[7:12]},
    **{f"id at {a[:12]!r}": put("ids", a, value="output") for a in ADDRESSES[7:12]},
    **{f"cell at {a[:12]!r}": put("cells", a, value="output@2026") for a in ADDRESSES[:5]},
    **{f"number is {str(v)[:12]!r}": put("numbers", "*", "*", value=v) for v in AMOUNTS},
    **{f"formula is {str(v)[:12]!r}": put("formulas", "*", "*", value=v) for v in AMOUNTS[-8:]},
    **{f"id is {str(v)[:12]!r}": put("ids", "*", value=v) for v in AMOUNTS[-8:]},
    **{
        f"cell is {v!r}": both(put("cells", "*", value=v), put("formulas", "*", "*", value="=0"), put("numbers", "*", "*", value="0.123"))
        for v in ("x", "@", "output@", "output@x", "output@-1", "nothing@2026", "output@" + "9" * 30, "@2026", "{0.__class__}@2026", None, 5, [])
    },
    **{f"base year {v[:12]}": says("base_year", v) for v in ("-1", "0", "2025.5", "٢٠٢٥", "99999999999", "1_0", "9" * 5000, "2024")},
    "1M numbers": lambda facts: facts.update(numbers=json.dumps({facts["sheet"]: {f"A{n}": "1" for n in range(1, 1_000_001)}})),
    "1M cells": lambda facts: facts.update(cells=json.dumps({f"A{n}": "output@2026" for n in range(1, 1_000_001)})),
    "1M ids": lambda facts: facts.update(ids=json.dumps({f"A{n}": "output" for n in range(1, 1_000_001)})),
    "a sheet of 1M": lambda facts: facts.update(formulas=json.dumps({str(n): {"A1": "=1"} for n in range(500_000)})),
}  # fmt: skip


@pytest.mark.parametrize("share", SHARES)
def test_manipulated_manifests(share, reader, light, manifest):
    jobs = []
    for name, change in list(MANIFESTS.items())[share::8]:
        facts = dict(manifest)
        change(facts)
        path = document(reader.place(), carrying(light, facts), "in.xlsx")
        jobs.append(("cli verify" if share == 7 else "read_goals", path, name))
    sound(*reader.read_all(*jobs))


def test_a_manifest_of_many_rows(reader, goals, manifest):
    row = '<row><c t="inlineStr"><is><t>numbers</t></is></c><c><v>1</v></c></row>'
    path = document(reader.place(), carrying(goals, manifest, row * 200_000), "in.xlsx")
    sound(reader.read("verify", path))


def amount(**changes: Any) -> dict[str, Any]:
    return {"indicator": "output", "year": 2025, "value": "1"} | changes


def note(**changes: Any) -> dict[str, Any]:
    usual = {
        "code": "rounded",
        "level": "info",
        "found": "1",
        "expected": "2",
        "indicator": "output",
    }
    return usual | {"year": 2025} | changes


OWN = {"id": "own", "zh": "自定", "unit": {"zh": "个", "en": "n"}, "direction": "leading_industry"}
YEARS = [10**30, 10**9, -(10**9), 0, 9999, 2**63]
LONG_RULES = "id: x\n" + "a: &a [x, x]\n" + "".join(f"a{n}: &a{n} [*a, *a]\n" for n in range(30))
TEMPLATES = ["{0.__class__}", "{year!r}", "{", "{nothing}", "%s%n", "\x00", "=1+1", "x" * 100_000]
PLANS: dict[str, Callable[[Facts], None]] = {
    **{f"level of {v}": put("plan_json", "levels", value=[amount(value=v)]) for v in (*[str(a)[:20] for a in AMOUNTS], "1E400", "1E5000", "1E100000", "-1", "0", 1e308)},
    **{f"first level of {v}": put("plan_json", "levels", "0", "value", value=v) for v in ("1E999999999", "1E-999999999", "-1E999999", "1E5000", "1E20", "0")},
    **{f"{k} of {v}": put("plan_json", k, value=[amount(value=v, year=2026)]) for k in ("growth", "wishes", "pins", "given") for v in ("1E999999999", "1E-999999999", "1E5000", "-100", "-1E9")},
    **{f"{k} of nothing": put("plan_json", k, value=[amount(indicator="nothing")]) for k in ("levels", "growth", "wishes", "pins", "given")},
    **{f"{k} in {y}": put("plan_json", k, value=[amount(year=y)]) for k in ("levels", "growth", "wishes", "pins", "given") for y in YEARS},
    **{f"base year {y}": put("plan_json", "base_year", value=y) for y in YEARS},
    **{f"seed {v}": put("plan_json", "seed", value=v) for v in (10**30, -1, 1.5, "x", True)},
    **{f"rules {v[:12]!r}": put("plan_json", "rules", "id", value=v) for v in ("../../x", "/etc/passwd", "nothing", "", "\x00", "national-2022", "x" * 5000)},
    **{f"rules by {v[:12]!r}": put("plan_json", "rules", "text", value=v) for v in ("", "x", "[" * 100_000, LONG_RULES, "id: !!python/object/apply:os.system [id]", "{}", "\x00")},
    **{f"scenario {v[:12]!r}": put("plan_json", "scenario", value={"id": v, "hash": "x"}) for v in ("../../x", "/etc/passwd", "nothing", "", "steady")},
    **{f"scenario by {v[:12]!r}": put("plan_json", "scenario", value={"id": "x", "hash": "x", "text": v}) for v in ("", "x", "id: x", "[" * 100_000)},
    **{f"own indicator {k}": put("plan_json", "own_indicators", value=[OWN | v]) for k, v in {
        "plain": {}, "again": {"id": "output"}, "climbing": {"id": "../x"}, "fine": {"decimals": 10**9}, "coarse": {"decimals": -5},
        "of itself": {"kind": "ratio", "num": "own", "den": "own"}, "of nothing": {"kind": "ratio", "num": "nothing", "den": "output"},
        "growth of itself": {"kind": "growth", "of": "own", "periods": 10**9}, "scaled": {"kind": "ratio", "num": "output", "den": "smes", "scale": "1E999999999"},
        "capped": {"cap": "1E999999999"}, "nowhere": {"direction": "nothing"}}.items()},
    "1M own indicators": put("plan_json", "own_indicators", value=[OWN | {"id": f"own{n}"} for n in range(20_000)]),
    "100k levels": put("plan_json", "levels", value=[amount(year=n) for n in range(100_000)]),
    "100k notes": put("plan_json", "notes", value=[note(found=str(n)) for n in range(50_000)]),
    **{f"note {k}": put("plan_json", "notes", value=[note(**v)]) for k, v in {
        "unknown": {"code": "nothing"}, "empty": {"code": ""}, "of no indicator": {"indicator": "nothing"}, "in no year": {"year": 10**30},
        "with ways out": {"ways_out": ["nothing"]}, "of no rule": {"rule": "nothing"}, "without facts": {"code": "form_differs"},
        "with odd facts": {"code": "form_differs", "facts": {"field": "{0.__class__}", "self": "x", "lang": "x", "finding": "x"}},
        "of options": {"code": "rule_unmet_any", "found": "x;y"}, "of cells": {"code": "rule_data_missing", "found": "a@|b&c"},
        "placed": {"place": {"file": "\n" * 1000, "line": 10**30}}}.items()},
    **{f"every code as a note, {n}": lambda facts, n=n: put("plan_json", "notes", value=[note(code=c, found="?", expected="", facts={}) for c in _codes()[n::4]])(facts) for n in range(4)},
    **{f"cluster {t[:12]!r}": put("plan_json", "cluster", value=t) for t in TEMPLATES},
    **{f"reason {t[:12]!r}": put("plan_json", "reasons", value={t: t}) for t in TEMPLATES},
    **{f"reading {t[:12]!r}": put("plan_json", "readings", value={t: t}) for t in TEMPLATES[:4]},
    **{f"shape {v}": put("plan_json", "shapes", value={"output": v}) for v in ("front", "nothing", None, 1)},
    "shape of nothing": put("plan_json", "shapes", value={"nothing": "even"}),
    **{f"repair {v[:9]!r}": put("plan_json", "repair", value={"complies": True, "distance": v, "gap": "0", "changes": []}) for v in ("1/0", "9" * 5000, "1/" + "9" * 5000, "x", "1", "-1", "٣", "1\n")},
    "a repair of nothing": put("plan_json", "repair", value={"complies": True, "distance": "1", "gap": "0", "changes": [{"indicator": "nothing", "year": 1, "old": None, "new": "1E999999999", "kind": "wish", "rows": ["x"], "how": "x"}]}),
    "goals of nothing": put("plan_json", "goals", value=[{}]),
    "a surrogate": lambda facts: facts.update(plan_json=facts["plan_json"].replace('"cluster": "', '"cluster": "\\ud800')),
    "keys twice": lambda facts: facts.update(plan_json=facts["plan_json"].replace('"format": 1', '"format": 1, "format": 2')),
    "nested keys": put("plan_json", "readings", value=json.loads('{"a":' * 500 + "1" + "}" * 500)),
}  # fmt: skip


def _codes() -> list[str]:
    return list(yaml.safe_load(data_path("messages.yaml").read_text("utf-8"))["codes"])


@pytest.mark.parametrize("share", SHARES)
def test_manipulated_plans(share, reader, light, manifest):
    jobs = []
    for name, change in list(PLANS.items())[share::8]:
        facts = dict(manifest)
        change(facts)
        path = document(reader.place(), carrying(light, facts), "in.xlsx")
        jobs.append(("cli verify" if share == 7 else "read_goals", path, name))
    sound(*reader.read_all(*jobs))


@pytest.mark.parametrize("count", [20, pytest.param(300, marks=pytest.mark.long)])
def test_plans_of_wrong_types(count, reader, light, manifest):
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    wrong = [None, 0, -1, 1.5, 10**30, "", "x", "NaN", [], {}, [None], [[]], [{}], {"a": {}}, True]
    jobs = []
    for number in range(count):
        data = json.loads(manifest["plan_json"])
        inner, path = data, []
        while isinstance(inner, dict | list) and inner:
            keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            key = chance.choice(keys)
            path.append(str(key))
            if chance.random() < 0.4 or not isinstance(inner[key], dict | list):
                inner[key] = chance.choice(wrong)
                path.append(json.dumps(inner[key]))
                break
            inner = inner[key]
        facts = manifest | {"plan_json": json.dumps(data)}
        made = document(reader.place(), carrying(light, facts), "in.xlsx")
        jobs.append(("read_goals", made, f"{number} {'.'.join(path)}"))
    sound(*reader.read_all(*jobs))


# -- answers and patterns -----------------------------------------------------------------------------

TEXTS = ["=1+1", "=cmd|'/c calc'!A1", "+1", "-1+1", "@SUM(A1)", "\t=1", "]]>", "<w:p/><!--", "<![CDATA[x]]>", "&amp;&lt;",
         "&e;", "{{ 7*7 }}", "{% import os %}", "{0.__class__}", "{cluster.__class__.__mro__}", "${7*7}", "%(x)s", "%s%n",
         '#eval("1")', "$x$", '#import "x.typ"', "\\u003c", '=HYPERLINK("http://127.0.0.1/","x")', "☑☒", "名称：", "数量：9"]  # fmt: skip
CONTROLS = [f"甲{chr(code)}乙" for code in range(32)] + ["甲\ud800乙", "甲\udfff乙", "甲\ufffe乙", "甲\uffff乙", "甲\u202e乙",
            "甲\u200b乙", "甲\x7f乙", "甲\x85乙", "甲\u2028乙", "甲\U000e0001乙"]  # fmt: skip
UNSAYABLE = ["甲\ud800乙", "甲\udfff乙"]  # no character at all, in no file


def answers_file(place: Path, answers: dict[str, Any]) -> Path:
    """Write answers as YAML that escapes whatever cannot stand in it."""
    path = place / "in.yaml"
    path.write_text(yaml.safe_dump({"form": FORM, "answers": answers}))
    return path


# Places of both kinds, with room for as many texts in one form: prose, and what stands in a line
PLACES = [
    ("brand_text", "department"),
    ("chain_text", "operator"),
    ("digital_text", "department_contact"),
    ("opening_text", "operator_contact"),
]


@dataclass
class Printed:
    """How filling a form with some texts ended, and where one of them should stand."""

    told: Told
    prose: str
    line: str

    @functools.cached_property
    def content(self) -> Any:
        """Return what the form says; it is well formed."""
        well_formed(self.told.out / "out.docx")
        return pl.read_form(self.told.out / "out.docx").content


@pytest.fixture(scope="module")
def written(reader):
    """Return how filling the form with each of the texts ended, a few of them at a time."""
    texts = [*TEXTS, *(text for text in CONTROLS if text not in UNSAYABLE)]
    groups = [texts[start : start + len(PLACES)] for start in range(0, len(texts), len(PLACES))]
    groups += [[text] for text in UNSAYABLE]
    jobs = []
    for group in groups:
        answers = {"cluster_name": group[0]}
        for text, (prose, line) in zip(group, PLACES, strict=False):
            answers |= {prose: f"品牌{text}", line: text}
        jobs.append(("cli answers", answers_file(reader.place(), answers), ascii(group)))
    return {
        text: Printed(told, *places)
        for group, told in zip(groups, reader.read_all(*jobs), strict=True)
        for text, places in zip(group, PLACES, strict=False)
    }


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_texts_are_printed_as_they_stand(text, written):
    found = written[text]
    sound(found.told)
    assert found.content[pl.Slot(found.prose)] == f"品牌{text}".strip()
    assert found.content[pl.Slot(found.line)] == text.strip()


@pytest.mark.parametrize("text", CONTROLS, ids=ascii)
def test_characters_no_document_can_hold_are_left_out_or_said(text, written):
    found = written[text]
    sound(found.told)
    assert (found.told.texts["code"] == 2) == (text in UNSAYABLE)
    if text not in UNSAYABLE:
        prose = found.content[pl.Slot(found.prose)]
        assert (prose[:3], prose[-1]) == ("品牌甲", "乙")


def test_texts_of_a_template_stay_as_they_stand(reader, blank):
    parts = parts_of(blank)
    in_body("".join(p(escape(f"模板{text}")) for text in TEXTS), first=True)(parts)
    told = reader.read("fill_form", form_file(reader.place(), packed(parts)))
    sound(told)
    assert told.ends == "result"
    body = etree.fromstring(well_formed(told.out / "out.docx")[BODY])
    shown = ["".join(item.itertext()) for item in body.iter(f"{W}p")]
    assert [f"模板{text}" for text in TEXTS if f"模板{text}" not in shown] == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|'/c calc'!A1", "＝1+1"], ids=ascii)  # fmt: skip
def test_texts_of_a_form_are_no_formulas_in_tables(text, reader, filled):
    name = pl.read_form(io_path(reader, filled)).text.cluster
    parts = parts_of(filled)
    assert name.encode() in parts[BODY]
    parts[BODY] = parts[BODY].replace(name.encode(), text.encode())
    told = reader.read("cli form read", document(reader.place(), packed(parts)))
    sound(told)
    tables = list((told.out / "read").glob("*.csv"))
    assert tables
    for made in tables:
        for row in csv.reader(io.StringIO(made.read_text("utf-8-sig"), newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), f"{made.name}: {cell!r}"
                assert not cell.startswith("-") or re.fullmatch(r"-[\d.]*", cell), f"{made.name}: {cell!r}"  # fmt: skip


def io_path(reader: Reader, data: bytes) -> Path:
    return document(reader.place(), data)


@pytest.mark.parametrize("text", ["=1+1", "+1", "@x", "-1"], ids=ascii)
def test_texts_of_answers_are_no_formulas_in_the_checklist(text, reader):
    import openpyxl

    path = answers_file(reader.place(), {"provincial_pilots": {"count": 1, "names": text}, "cluster_name": text, "nurturing": text})  # fmt: skip
    told = reader.read("cli answers", path)
    sound(told)
    books = list(told.out.glob("*.xlsx"))
    assert books
    for made in books:
        book = openpyxl.load_workbook(made)
        assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


PATTERNS = ["{0.__class__}", "{cluster.__class__}", "{cluster!r}", "{cluster:>999999999}", "{year:999999999}", "{cluster[0]}",
            "{}", "{0}", "{year:{cluster}}", "{__import__('os').system('id')}", "{% import os %}", "{value.__init__.__globals__}",
            "{", "}", "{year", "{ year }", "{year!s}", "{self}", "{format_map}"]  # fmt: skip
LITERAL = ["{{ 7*7 }}", "{{0.__class__}}", "${7*7}", "%(year)s", '#eval("1")', "<%= 7*7 %>", "=1+1", "&e;<w:p/>", "]]>"]  # fmt: skip


def narrative_file(place: Path, change: Callable[[Any], None]) -> Path:
    data = yaml.safe_load((pl.shared("templates") / "narrative.yaml").read_text("utf-8"))
    change(data)
    path = place / "in.yaml"
    path.write_text(json.dumps(data))
    return path


def _everywhere(text: str) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        data["clauses"]["default"]["state"] = text
        for ways in data["clauses"].values():
            ways.update(dict.fromkeys(ways, text))
        for paragraphs in data["texts"].values():
            for item in paragraphs:
                item["begin"] = text

    return change


def _only(place: str, text: str) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        if place == "begin":
            data["texts"]["overview"][0]["begin"] = text
        elif place == "join":
            data["texts"]["overview"][0]["join"] = text
        elif place == "end":
            data["texts"]["stage"][0]["end"] = text
        elif place == "clause":
            data["clauses"]["default"]["up"] = text
        elif place == "state":
            data["clauses"]["default"]["state"] = text
        else:
            data[place] = text

    return change


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_patterns_that_reach_further_are_refused(pattern, reader):
    made = [
        ("read_narrative", narrative_file(reader.place(), _only(where, pattern)), where)
        for where in ("begin", "end", "clause", "state")
    ]
    told = reader.read_all(*made)
    sound(*told)
    assert {one.ends for one in told} == {"refused"}, [one.texts for one in told]
    assert all("pattern_wrong" in one.codes for one in told)


@pytest.mark.parametrize("pattern", PATTERNS, ids=ascii)
def test_what_is_no_pattern_is_printed_as_it_stands(pattern, reader):
    made = [
        ("read_narrative", narrative_file(reader.place(), _only(where, pattern)), where)
        for where in ("join", "draft_mark")
    ]
    told = reader.read_all(*made)
    sound(*told)
    for one in told:
        if one.ends == "result":
            assert any(pattern in text for text in one.texts.values())


@pytest.mark.parametrize("text", LITERAL, ids=ascii)
def test_patterns_of_other_languages_are_not_evaluated(text, reader):
    told = reader.read("read_narrative", narrative_file(reader.place(), _everywhere(text)))
    sound(told)
    if told.ends == "result":
        shown = "\n".join(told.texts.values())
        assert text.replace("{{", "{").replace("}}", "}") in shown
        assert "<class" not in shown
        assert not re.search(r"(?<!\d)49(?!\d)", shown.replace("7*7", ""))


YAMLS = {
    "python": "form: !!python/object/apply:os.system [id]",
    "python name": "!!python/name:os.system",
    "python module": "answers: {department: !!python/module:os}",
    "laughs": "a: &a [x,x]\n" + "\n".join(f"b{n}: &b{n} [{','.join([f'*b{n - 1}' if n else '*a'] * 9)}]" for n in range(12)),
    "itself": "answers: &a {department: *a}",
    "merged": "answers: {<<: [{department: x}, {department: y}]}",
    "deep": "answers: " + "[" * 50_000,
    "deep keys": "answers: " + "{a: " * 500 + "1" + "}" * 500,
    "many": "answers:\n" + "".join(f"  k{n}: x\n" for n in range(60_000)),
    "long": "answers: {department: " + "x" * 900_000 + "}",
    "long key": "answers: {" + "x" * 900_000 + ": 1}",
    "50 MB": "answers: {department: " + "x" * 50_000_000 + "}",
    "numbers": 'answers: {department: 1e999, operator: .nan, region: .inf, rd_growth: {"2023": 0x' + "f" * 5000 + "}}",
    "a long number": "answers: {foreign_branches: " + "9" * 6000 + "}",
    "sexagesimal": "answers: {foreign_branches: 1:1:1:1:1:1:1}",
    "binary": "answers: {department: !!binary aGk=}",
    "set": "answers: !!set {department}",
    "dates": "answers: {filing_date: 9999-99-99, department: 2026-01-01T00:00:00Z}",
    "documents": "---\nanswers: {}\n---\nanswers: {}\n",
    "a list": "[1, 2]",
    "a text": "x",
    "control": "answers: {department: \x07}",
    "tabs": "answers:\n\tdepartment: x",
    "empty keys": "answers: {'': 1, ~: 2, [a]: 3, {b: c}: 4}",
    "wrong kinds": "answers: {department: [1], chain_work: {a: 1}, achieved: 3, national_pilots: [[1]], leading_growth: x, goals: {output: [1], x: {y: {z: 1}}}, services: [[1], {a: 1}]}",
    "odd choices": "answers: {chain_work: [0, -1, 99999999999999999999, 1.5, true, null, ''], restricted_industry: [], energy_standard: {}}",
    "odd counts": "answers: {national_pilots: {count: 1E999999999, names: {a: b}}, other_pilots: {count: -1}, foreign_branches: 1E999999}",
    "huge numbers": "answers: {leading_growth: {\"2023\": '1E999999999', \"2024\": '" + "9" * 29 + "', \"2025\": 1e308}, achieved: {output_growth_3y: {target: '" + "9" * 30 + "'}}}",
    "readings": "readings: {co2_reduction: [1], x: {}, energy_reduction: {a: b}}\nanswers: {}",
    "not a form": "form: [1]\nanswers: {}",
}  # fmt: skip


@pytest.mark.parametrize("name", YAMLS)
def test_yaml_from_anybody(name, reader):
    place = reader.place()
    path = place / "in.yaml"
    path.write_text(YAMLS[name], encoding="utf-8")
    jobs = ("read_answers", "read_narrative", "cli form fill")
    sound(*reader.read_all(*((job, path, name) for job in jobs)))


@pytest.mark.parametrize("name", ["laughs", "50 MB", "wrong kinds", "odd counts", "not a form"])
def test_yaml_from_anybody_on_the_command_line(name, reader):
    path = document(reader.place(), YAMLS[name].encode(), "in.yaml")
    sound(reader.read("cli answers", path, name))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "gb18030", "utf-7"])
def test_answers_in_other_encodings(encoding, reader):
    text = (
        "answers: {department: \xe9}" if encoding == "latin-1" else "answers: {department: 工信局}"
    )
    sound(reader.read("read_answers", document(reader.place(), text.encode(encoding), "in.yaml")))


@pytest.mark.parametrize("value", ["=1+1", "x" * 40_000, 10**300, -1, True, "甲\x01乙", "{0.__class__}", 1e-300, "9" * 30], ids=lambda v: ascii(v)[:20])  # fmt: skip
def test_answer_sheets_with_odd_values(value, reader):
    import openpyxl

    book = openpyxl.load_workbook(BASELINES / "example.xlsx")
    sheet = book["申报表"]
    for row in range(4, sheet.max_row + 1):
        with contextlib.suppress(openpyxl.utils.exceptions.IllegalCharacterError):
            sheet.cell(row, 3).value = value
    stream = io.BytesIO()
    book.save(stream)
    path = document(reader.place(), stream.getvalue(), "in.xlsx")
    sound(reader.read("read_answers", path), reader.read("cli answers", path))


# -- names in what is written -------------------------------------------------------------------------

CLUSTERS = {
    "markup": '#eval("1") $x$ #import "x.typ": * *b* _i_ `c` <l> @r \\#x #read("/etc/passwd") #sys.inputs',
    "comments": "甲/* //x",
    "a heading": "= h",
    "half a formula": "$\\undefined$ $",
    "placeholders": "{{ 7*7 }} {0.__class__} %(x)s ${x} [x](#y)",
    "a formula": "=1+1",
    "a function": "@SUM(1)",
    "XML": "<w:p/>&amp;]]>\"'",
    "no characters": "甲\x01\x0b乙\ufffe丙",
    "backwards": "甲\u202e乙",
    "long": "x" * 5000,
}  # fmt: skip


@pytest.fixture(scope="module")
def exported(reader):
    """Return how the export of a plan ended, by what its cluster is called."""
    rows = list(csv.reader(io.StringIO((BASELINES / "example.csv").read_text("utf-8-sig"))))
    jobs = []
    for key, name in CLUSTERS.items():
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows([rows[0], *([name, *row[1:]] for row in rows[1:])])
        path = document(reader.place(), stream.getvalue().encode(), "in.csv")
        jobs.append(("export", path, key))
    return dict(zip(CLUSTERS, reader.read_all(*jobs), strict=True))


@pytest.mark.parametrize("key", CLUSTERS)
def test_names_are_printed_as_they_stand(key, exported):
    import openpyxl
    from pypdf import PdfReader

    told, name = exported[key], CLUSTERS[key]
    sound(told)
    if told.ends == "refused":
        return
    shown = "".join(page.extract_text() for page in PdfReader(told.out / "goals.pdf").pages)
    if key not in {"backwards", "long", "no characters"}:
        assert "".join(name.split()) in "".join(shown.split())
    well_formed(told.out / "goals.docx")
    book = openpyxl.load_workbook(told.out / "goals.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c.value for c in cells if c.data_type == "f" and str(c.value).startswith(name)]


# -- files that are not what their names say ----------------------------------------------------------

CLI = ["cli form read", "cli check", "cli verify", "cli json", "cli answers"]


NAMES = ["in.xlsx", "in.docx", "in.docm", "in.xlsm", "in.csv", "in.yaml", "in.json", "in", "in.doc", "in.\n.docx",
         "in\n\x1b[31m.xlsx", "名\u202excod.docx"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_forms_and_workbooks_under_other_names(name, reader, filled, goals):
    jobs = ["read_form", "read_goals", "verify", "read_answers", "read_baseline"]
    jobs += [] if name in {"in.docx", "in.xlsx"} else ["cli form read", "cli json"]
    form = document(reader.place(), filled, name)
    workbook = document(reader.place(), goals, name)
    sound(*reader.read_all(*((job, path, "") for job in jobs for path in (form, workbook))))


@pytest.mark.parametrize("kind", ["folder", "loop", "link to folder", "link to nothing", "link to zeros", "pipe", "missing", "empty"])  # fmt: skip
def test_what_is_no_file(kind, reader):
    told = []
    for suffix, jobs in (
        (".docx", ("read_form", "verify", "cli form read")),
        (".xlsx", ("read_goals", "verify", "read_answers")),
        (".yaml", ("read_answers", "read_narrative", "fill_form")),
    ):
        path = reader.place() / f"in{suffix}"
        if kind == "folder":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "empty":
            path.write_bytes(b"")
        elif kind != "missing":
            targets = {"loop": path, "link to folder": path.parent, "link to nothing": Path("x")}
            path.symlink_to(targets.get(kind, Path("/dev/zero")))
        told += reader.read_all(*((job, path, "") for job in jobs))
    sound(*told)
    assert all(one.ends == "refused" or one.texts.get("code") == 2 for one in told)


@pytest.mark.parametrize("kind", ["folder", "link to zeros", "pipe", "missing", "empty", "climbing", "absolute"])  # fmt: skip
def test_templates_that_are_no_file(kind, reader, blank):
    path = form_file(reader.place(), blank)
    template = path.with_name(f"{FORM}.docx")
    template.unlink()
    if kind == "folder":
        template.mkdir()
    elif kind == "pipe":
        os.mkfifo(template)
    elif kind == "link to zeros":
        template.symlink_to("/dev/zero")
    elif kind == "empty":
        template.write_bytes(b"")
    elif kind in {"climbing", "absolute"}:
        other = {"climbing": "../filled.docx", "absolute": "/etc/x.docx"}[kind]
        path.write_text(path.read_text("utf-8").replace(f"{FORM}.docx", other), encoding="utf-8")
    told = reader.read("fill_form", path)
    sound(told)
    assert told.ends == "refused"


def test_a_link_to_a_form_is_read_as_the_form(reader, filled):
    place = reader.place()
    document(place, filled, "other.docx")
    (place / "in.docx").symlink_to(place / "other.docx")
    told = reader.read("read_form", place / "in.docx")
    sound(told)
    assert told.ends == "result"
