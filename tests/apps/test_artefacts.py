"""Artefacts: every button's file opens, holds the plan's numbers, and has a name fit to be kept."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from conftest import make_baseline
from hypothesis import given, settings
from hypothesis import strategies as st

import planner as pl
from planner.apps.page.artefacts import OFFERED, file_name, handed_out
from planner.apps.page.loading import EXAMPLES, open_example, with_answers
from planner.apps.page.session import Session
from planner.apps.page.study import Study
from planner.apps.page.texts import say
from planner.core.findings import InputError
from planner.model.rulesets import shipped_ids
from planner.planning.store import dumps, loads

LANGS = ("zh", "en")
BASELINES = pl.shared("baselines")
DEVICES = {"con", "prn", "aux", "nul", *(f"{n}{k}" for n in ("com", "lpt") for k in range(1, 10))}
MOST_BYTES = 255
# Pictures take a second; they are made once for an example and are no matter of language here.
DRAWN = {"pack", "goals_xlsx", "charts"}


@cache
def study(name: str) -> Study:
    return open_example(name, "zh")


@cache
def made(artefact: str, name: str, lang: str) -> bytes:
    return handed_out(artefact, study(name), lang)


def numbers(plan: pl.Plan) -> set[str]:
    """Return every number of the goal table as printed."""
    keys = ["baseline", *(str(year) for year in plan.years)]
    return {record[key] for record in plan.goals.records() for key in keys if record[key]}


def book_numbers(data: bytes) -> set[float]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return {float(cell) for cell in cells if isinstance(cell, int | float)}


def word_text(data: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def csv_numbers(data: bytes) -> set[str]:
    lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return {text for line in lines for text in line.values()}


@pytest.mark.parametrize(
    ("name", "lang"), [*((name, "zh") for name in EXAMPLES), ("example.xlsx", "en")]
)
def test_documents_and_tables_hold_the_plan(name: str, lang: str) -> None:
    plan = study(name).plan
    wanted = numbers(plan)
    assert wanted <= csv_numbers(made("goals_csv", name, lang))
    plain = {
        text.replace(",", "") for text in re.split(r"\s", word_text(made("goals_docx", name, lang)))
    }
    assert wanted <= plain
    assert dumps(loads(made("plan_json", name, lang).decode(), "plan.json", pl.Plan)) == dumps(plan)
    form = word_text(made("form_docx", name, lang))
    base = plan.baseline
    assert str(base.printed("output")) in form
    assert str(plan.goals["output"].values[2028]) in form
    evidence = openpyxl.load_workbook(io.BytesIO(made("evidence_xlsx", name, lang)))
    assert evidence.active is not None
    assert evidence.active.max_row > 1
    stated = {float(value) for cell, value in base.values.items() if cell.year == base.base_year}
    assert stated <= book_numbers(made("baseline_xlsx", name, lang))


@pytest.mark.parametrize("lang", LANGS)
def test_the_pdf_holds_the_plan(lang: str) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(made("goals_pdf", "example.xlsx", lang)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert numbers(study("example.xlsx").plan) <= set(re.split(r"\s", text))


@pytest.mark.usefixtures("undrawn")
def test_the_workbook_holds_the_plan() -> None:
    name = "fails-certification.csv"
    wanted = {float(text) for text in numbers(study(name).plan)}
    for lang in LANGS:
        assert wanted <= book_numbers(made("goals_xlsx", name, lang))


def test_the_baseline_workbook_is_read_back_as_it_was() -> None:
    session = Session()
    session.act("open_example", name="example.xlsx")
    session.act("mend", indicator="output", year=2025, value="190")
    assert session.study is not None
    data = handed_out("baseline_xlsx", session.study, "zh")
    again = Session()
    again.act("upload", kind="baseline", name="b.xlsx", data=data)
    assert again.notices == ()
    assert again.plan.baseline.values == session.plan.baseline.values
    assert again.plan.goals.records() == session.plan.goals.records()


def test_the_charts_are_pictures() -> None:
    archive = zipfile.ZipFile(io.BytesIO(made("charts", "fails-certification.csv", "zh")))
    assert archive.testzip() is None
    assert archive.namelist()
    assert all(archive.read(name).startswith(b"\x89PNG\r\n") for name in archive.namelist())


@pytest.mark.usefixtures("undrawn")
def test_the_pack_holds_all_the_others() -> None:
    archive = zipfile.ZipFile(io.BytesIO(made("pack", "example.xlsx", "zh")))
    assert archive.testzip() is None
    names = set(archive.namelist())
    documents = {"目标表数据.csv", "目标表工作簿.xlsx", "目标表附件.docx", "目标表附件.pdf"}
    assert documents | {"plan.json", "复核申报表.docx", "佐证材料清单.xlsx"} <= names
    assert all(not name.startswith(("/", "..")) for name in names)
    for name, artefact in (("plan.json", "plan_json"), ("目标表数据.csv", "goals_csv")):
        assert archive.read(name) == made(artefact, "example.xlsx", "zh")


def test_the_same_plan_gives_the_same_bytes() -> None:
    """Made anew from the saved plan, and at another time than before."""
    name = "fails-certification.csv"
    chosen = sorted(OFFERED.keys() - DRAWN | {"pack"})  # the pack holds the drawn ones too
    first = {artefact: made(artefact, name, "zh") for artefact in chosen}
    time.sleep(2.1)  # archives and documents tell time in steps of two seconds
    plan = loads(dumps(study(name).plan).decode(), "plan.json", pl.Plan)
    again = {artefact: handed_out(artefact, Study({"p": plan}, "p"), "zh") for artefact in chosen}
    assert [artefact for artefact in chosen if again[artefact] != first[artefact]] == []


RULES = ["national-2022", "beijing-2023", "guangdong-2023"]
OTHER = [*RULES, "own", "one figure", "zero", "unmet", "hostile", "given"]


def other(name: str) -> Study:
    """Return a study that is unlike the examples."""
    if name in shipped_ids():
        return open_example("fails-certification.csv", "zh", name)
    plan = pl.plan(make_baseline())
    if name == "own":
        own = pl.read_catalogue(BASELINES / "sub-industries.yaml")
        plan = pl.plan(pl.read_baseline(BASELINES / "sub-industries.csv", catalogue=own))
    elif name == "one figure":
        bare = dict.fromkeys(make_baseline().values)
        levels: dict[str, object] = {cell.indicator: None for cell in bare}
        plan = pl.plan(make_baseline({**levels, "patents": 3}))
    elif name == "zero":
        plan = pl.plan(make_baseline({"patents": 0, "co2": 0, "iiot_smes": 0}))
    elif name == "unmet":
        plan = plan.wish("output", 2028, 1).pin("patents", 2028, 1)
    elif name == "hostile":
        cluster = "=cmd|'/c calc'!A0 ../<b>&\x01\u202e" + "甲" * 200
        plan = pl.plan(replace(make_baseline(), cluster=cluster))
    elif name == "given":
        plan = replace(plan, given=plan.numbers.targets)
    return Study({"p": plan}, "p")


def attempt(artefact: str, name: str, lang: str) -> tuple[bytes, list[str]]:
    """Return a file, or the codes that say why there is none."""
    try:
        return handed_out(artefact, other(name), lang), []
    except InputError as error:
        return b"", [finding.code for finding in error.findings]


# The pack holds the drawn ones too.
BUTTONS = [(artefact, name) for name in OTHER for artefact in sorted(OFFERED.keys() - DRAWN)]
BUTTONS += [("pack", name) for name in ("own", "one figure", "hostile")]
BUTTONS += [
    (artefact, name)
    for artefact in ("pack", "form_docx")
    for name in shipped_ids()
    if name not in {*RULES, "xinjiang-2025"}
]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("artefact", "name"), BUTTONS)
def test_no_button_breaks_whatever_the_plan(artefact: str, name: str) -> None:
    data, codes = attempt(artefact, name, "en")
    if artefact == "evidence_xlsx":  # the one file that there may be no need for
        assert bool(data) != (codes == ["no_evidence"])
    else:
        assert data


@pytest.mark.parametrize("name", ["national-2022", "own"])
def test_charts_are_pictures_or_it_is_said_that_there_are_none(name: str) -> None:
    data, codes = attempt("charts", name, "zh")
    assert codes == (["no_charts"] if name == "national-2022" else [])
    assert codes or zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_answers_go_into_the_form() -> None:
    answers = (BASELINES / "example-answers.yaml").read_bytes()
    filled = with_answers(study("example.xlsx"), "a.yaml", answers)[0]
    assert "示例县番茄产业园管理委员会" in word_text(handed_out("form_docx", filled, "zh"))


@pytest.mark.parametrize(("artefact", "package"), [("goals_docx", "docx"), ("goals_pdf", "typst")])
def test_a_missing_package_is_a_finding(
    artefact: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for name in [
        name
        for name in sys.modules
        if name.startswith(("planner.export.word", "planner.export.pdf"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError) as error:
        handed_out(artefact, study("example.xlsx"), "zh")
    assert [finding.code for finding in error.value.findings] == ["extra_missing"]


def test_a_form_without_its_package_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [
        n for n in sys.modules if n.startswith(("planner.export.form", "planner.export.word"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "docx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError) as error:
        handed_out("form_docx", study("example.xlsx"), "zh")
    assert [finding.code for finding in error.value.findings] == ["extra_missing"]


# -- names -------------------------------------------------------------------------------------

CLUSTERS = st.one_of(
    st.text(max_size=90),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=90),
    st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x20100), min_size=55, max_size=90),
    st.text('./\\:*?"<>|~-_ \x00\n%', max_size=20),
    st.sampled_from(["CON", "nul", "..", "/etc/passwd", "C:\\x", "", "aux.", "\ud800"]),
)
DATES = st.one_of(
    st.dates().map(str),
    st.sampled_from(["", "../../x", "2026/01/05", "CON", "二〇二六年", "x" * 99]),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CLUSTERS, st.sampled_from(sorted(OFFERED)), DATES, st.sampled_from(LANGS))
def test_a_file_name_is_one_everywhere(cluster: str, artefact: str, date: str, lang: str) -> None:
    suffix = OFFERED[artefact][1]
    what = say(f"art_{artefact}", lang)
    name = file_name(cluster, what, date, suffix)
    assert not re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]', name)
    assert not name.startswith((".", "-", " "))
    assert name.endswith(suffix)
    stem = name.removesuffix(suffix)
    assert stem == stem.strip(" .")
    assert name.partition(".")[0].casefold() not in DEVICES
    assert ".." not in name.removesuffix(suffix).split("_")
    assert len(name.encode()) <= MOST_BYTES
    kept = "".join(re.findall(r"[\u4e00-\u9fff]", cluster[:40]))
    assert kept in "".join(re.findall(r"[\u4e00-\u9fff]", name))
    assert file_name(cluster, what, date, suffix) == name


def test_a_file_is_named_for_cluster_content_and_date() -> None:
    assert file_name("甲集群", "目标表", "2026-01-05", ".xlsx") == "甲集群_目标表_2026-01-05.xlsx"
    assert file_name("甲集群", "目标表", "", ".xlsx") == "甲集群_目标表.xlsx"
