"""Documents as their readers see them: pages, section starts, glyphs and numbers.

LibreOffice and poppler render, pypdf reads; nothing here looks into the package's own pictures
of a document.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import docx
import pypdf
import pytest
from conftest import make_baseline
from limits import spending
from office import convert

import planner as pl
from planner.export.annex import annex
from planner.export.pack import pack_findings
from planner.export.pdf import goals_pdf
from planner.export.word import goals_document

Once = Callable[[str, Callable[[Path], None]], Path]
BASELINES = pl.shared("baselines")
ANSWERS = BASELINES / "example-answers.yaml"
SECTIONS = [
    "一、基本情况", "二、主导产业情况", "三、创新能力情况", "四、数字化升级情况", "五、绿色化转型情况",
    "六、开放合作情况", "七、治理和服务水平", "近三年中小企业特色产业集群发展目标完成情况",
    "九、真实性声明及推荐意见",
]  # fmt: skip


def pages(path: Path) -> list[str]:
    """Return the text of each page of a PDF, spaces left out."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return [re.sub(r"\s", "", page) for page in done.stdout.decode().split("\f")[:-1]]


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(BASELINES / "example.csv", scenario="steady").wish("co2", 2028, 75)


@pytest.fixture(scope="module")
def printed(plan: pl.Plan, once: Once) -> dict[str, list[str]]:
    """Return the text of each page of documents, as LibreOffice sets them."""

    def fill(folder: Path) -> None:
        form = pl.load_form()
        (folder / "blank.docx").write_bytes(form.template.read_bytes())
        pl.fill_form(plan, ANSWERS, folder / "filled.docx")
        longest = {
            pl.Slot(field.id): "字" * field.limit for field in form if field.limit
        } | {
            pl.Slot(field.id, "names"): "、".join(["某某示范项目"] * 20) for field in form if field.kind == "count"
        }  # fmt: skip
        pl.fill_form(plan, pl.Answers(form.id, longest), folder / "longest.docx")
        (folder / "goals.docx").write_bytes(goals_document(plan))
        convert("pdf", folder / "pdf", *sorted(folder.glob("*.docx")))

    folder = once("printed", fill)
    return {f"{path.stem}.docx": pages(path) for path in (folder / "pdf").glob("*.pdf")}


KINDS = ["docx", "doc", "odt"]  # what people keep forms in


@pytest.fixture(scope="module")
def resaved(plan: pl.Plan, once: Once) -> Path:
    """Return a folder with a form, and what LibreOffice makes of it by way of each kind."""

    def fill(folder: Path) -> None:
        pl.fill_form(plan, ANSWERS, folder / "form.docx")
        for kind in KINDS:
            through = folder / f"through-{kind}.docx"
            through.write_bytes((folder / "form.docx").read_bytes())
            convert(kind, folder / kind, through)
        through = [folder / kind / f"through-{kind}.{kind}" for kind in KINDS]
        convert("docx", folder / "back", *through)

    return once("resaved", fill)


@pytest.mark.parametrize("name", ["blank.docx", "filled.docx", "longest.docx"])
def test_every_section_begins_on_a_page_of_its_own(
    printed: dict[str, list[str]], name: str
) -> None:
    """填报说明 11: no section of 一 to 七 runs onto a page where another stands."""
    found = printed[name]
    starts = []
    for title in SECTIONS:
        on = [number for number, page in enumerate(found) if page.startswith(title)]
        assert len(on) == 1, title
        starts.append(on[0])
    assert starts == sorted(starts)
    assert starts[0] == 2  # cover, instructions
    for number, page in enumerate(found):
        assert sum(title in page for title in SECTIONS[:7]) == (number in starts[:7])


def test_short_sections_stay_on_one_page(printed: dict[str, list[str]]) -> None:
    found = printed["filled.docx"]
    starts = [next(n for n, page in enumerate(found) if page.startswith(t)) for t in SECTIONS]
    lengths = [after - before for before, after in pairwise(starts)]
    assert lengths[:7] == [1, 2, 1, 1, 1, 1, 1]
    assert len(found) <= 18


def test_the_printed_form_holds_every_number(plan: pl.Plan, printed: dict[str, list[str]]) -> None:
    text = "".join(printed["filled.docx"])
    content = pl.fill_form(plan, ANSWERS).content
    for slot, value in content.items():
        if re.fullmatch(r"[\d.]+[%\w/]{0,7}", value):
            assert re.sub(r"\s", "", value) in text, slot
    assert text.count("☑") == sum(value == "✓" for value in content.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_saved_by_another_program_reads_the_same(resaved: Path, kind: str) -> None:
    before = pl.read_form(resaved / "form.docx")
    after = pl.read_form(resaved / "back" / f"through-{kind}.docx")
    assert after.content == before.content
    assert after.text.findings == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_holds_every_number_of_the_goal_table(plan: pl.Plan, lang: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(goals_pdf(plan, lang)))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for record in plan.goals.records(lang):
        for key in ("baseline", "2026", "2027", "2028", "requirement", "margin"):
            assert record[key] in text, (record["indicator"], key)
        assert record["name"].replace(" ", "") in text
    for rule in "abcdefg":
        quote = next(v.rule.quote for v in plan.verdicts if v.rule.id == rule)
        assert quote in text
    assert plan.hash in text
    assert plan.hash in reader.metadata["/Keywords"]
    widths = {(round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages}
    assert widths == {(595, 842)}


def test_the_pdf_carries_its_glyphs(plan: pl.Plan) -> None:
    reader = pypdf.PdfReader(io.BytesIO(goals_pdf(plan)))
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()
        assert "NotoSansSC" in inner["/BaseFont"]
        descriptor = inner["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_names_of_places_are_drawn_and_nothing_in_them_is_markup(plan: pl.Plan) -> None:
    """Counties such as 浉河 and 鄠邑 are beyond GB2312; what is beyond all fonts is said."""
    name = '浉河区鄠邑区瀍河 #eval("1") $x$ *b* \\ @a <b>'
    named = replace(plan, baseline=replace(plan.baseline, cluster=name))
    reader = pypdf.PdfReader(io.BytesIO(goals_pdf(named)))
    assert name in reader.pages[0].extract_text().replace("\n", "")
    assert pack_findings(named) == ()
    rare = replace(plan, baseline=replace(plan.baseline, cluster="𠮷县"))
    assert [finding.code for finding in pack_findings(rare)] == ["glyphs_beyond"]
    assert goals_pdf(rare).startswith(b"%PDF")


def test_word_and_pdf_say_the_same(plan: pl.Plan, printed: dict[str, list[str]]) -> None:
    text = "".join(printed["goals.docx"])
    document = docx.Document(io.BytesIO(goals_document(plan)))
    assert len(document.tables) == 4
    assert round(document.sections[0].page_width.mm) == 210
    made = annex(plan)
    for table in made.tables:
        for row in table.rows:
            for cell in row:
                assert re.sub(r"\s", "", cell.text) in text, cell.text
    for note in made.notes:
        assert re.sub(r"\s", "", note) in text


def test_what_fails_is_said_at_the_top(plan: pl.Plan) -> None:
    assert "必须修改" in annex(plan).banner
    assert annex(pl.plan(BASELINES / "example.csv")).banner == ""
    texts = [cell for table in annex(plan).tables for row in table.rows for cell in row]
    assert [cell.text for cell in texts if cell.strong] == ["未达标", "未达标"]


def test_the_annex_names_readings_and_sources(plan: pl.Plan) -> None:
    notes = "".join(annex(plan.reading("f", "intensity").relax("e", "本行业数据待公布")).notes)
    for text in ("单位产值", "第十五个五年规划纲要", "本行业数据待公布", "印反了"):
        assert text in notes


def test_documents_are_the_same_bytes_each_time(plan: pl.Plan) -> None:
    assert goals_pdf(plan) == goals_pdf(plan)
    assert goals_document(plan) == goals_document(plan)


def test_unknown_stays_unknown_in_the_annex() -> None:
    made = annex(pl.plan(make_baseline({"iiot_smes": None, "patents": None})))
    rows = {row[0].text: [cell.text for cell in row] for row in made.tables[3].rows}
    assert rows["d"][4:] == ["—", "未知", "—", "未知"]
    assert rows["e"][4:] == ["—", "≥55.00", "—", "未知"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_annex_speaks_of_no_ids_and_no_commands(plan: pl.Plan, lang: str) -> None:
    """What is handed in has no ids, no options of a command line and no hash in its text."""
    told = plan.reason("benchmark_basis", "本行业数据待公布", "f")
    made = annex(told, lang)
    texts = [made.title, made.subtitle, made.filed, made.banner, *made.notes]
    texts += [cell.text for table in made.tables for row in table.rows for cell in row]
    texts += [head for table in made.tables for head in table.heads]
    ids = {item.id for item in plan.baseline.catalogue} | {v.rule.id for v in plan.verdicts}
    ids -= {v.rule.id for v in plan.verdicts if len(v.rule.id) == 1} | {"output", "area"}
    for text in texts:
        words = set(re.findall(r"[a-z][a-z0-9_:/]*", text))
        assert text != "tiers"
        assert not words & {key for key in ids if "_" in key or "/" in key}, text
        assert "--" not in text
        assert told.hash not in text
        assert plan.rules.hash not in text
    assert told.hash in made.keyword


def test_the_reviewers_table_has_every_year_and_the_reason(plan: pl.Plan) -> None:
    told = plan.reason("benchmark_basis", "本行业数据待公布", "f")
    table = annex(told).tables[3]
    rows, rule = [], ""
    for row in table.rows:
        rule = row[0].text if len(row) == len(table.heads) else rule
        rows.append((rule, [cell.text for cell in row]))
    years = [text[-5].rpartition(" ")[2] for key, text in rows if key == "b"]
    assert years == ["2026", "2027", "2028"]
    (basis,) = [text[2] for key, text in rows if key == "f"]
    assert "本行业数据待公布" in basis
    (basis,) = [text[2] for key, text in rows if key == "e"]
    assert "须说明理由" in basis


def test_a_reason_for_what_no_rule_speaks_of_stands_in_the_annex() -> None:
    plan = pl.plan(BASELINES / "example.csv").wish("hightech", 2028, 15)
    code = next(f.code for f in plan.check() if f.indicator == "hightech" and f.level.value == "needs_reason")  # fmt: skip
    told = plan.reason(code, "两家企业未再申报", "hightech")
    assert any("两家企业未再申报" in note for note in annex(told).notes)


def test_a_calculation_comes_to_the_requirement(plan: pl.Plan) -> None:
    """A calculator that knows nothing of the program gets what is printed beside it."""
    seen = 0
    for row in annex(plan).tables[3].rows:
        told = row[-2].text
        if " = " not in told:
            continue
        said, _, result = told.rpartition(" = ")
        plain = re.sub(r"([\d.]+)%", r"F('\1')/100", said)
        plain = re.sub(r"(?<![\d.'])(\d+\.\d+|\d+)(?![\d.']|/100)", r"F('\1')", plain)
        plain = plain.replace("−", "-").replace("×", "*").replace("÷", "/").replace("^", "**")
        plain = re.sub(r"\*\*F\('(\d+)'\)", r"**\1", plain)
        got = eval(plain, {"F": Fraction})  # noqa: S307 - a sum of our own
        digits = len(result.partition(".")[2].rstrip("%"))
        assert abs(got - Fraction(result.rstrip("%"))) <= Fraction(1, 2 * 10**digits), told
        seen += 1
    assert seen >= 5


def test_a_pdf_is_made_without_an_office_suite_and_fast(plan: pl.Plan) -> None:
    goals_pdf(plan)
    with spending() as spent:
        goals_pdf(plan)
    assert spent.seconds < 0.5  # about 0.01 s
