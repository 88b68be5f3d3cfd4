"""Fill, read, fill: the form holds what was put in, and its look is not touched."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from conftest import ROOT
from docx.oxml.ns import qn
from examples import drawn
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

import planner as pl
from planner.api.forms import read_form
from planner.apps.cli import main as cli
from planner.core.findings import InputError
from planner.export.filing import file_form
from planner.export.formword import form_document
from planner.export.narrative import read_narrative
from planner.intake.form.choices import UNCLEAR
from planner.intake.form.document import DocumentTable, outline_of, walk
from planner.intake.form.locations import bare
from planner.intake.form.phrasing import fill_lines, read_values
from planner.model.answers import Answers
from planner.model.catalogue import Cell, read_catalogue
from planner.model.forms import load_form
from planner.model.formschema import NONE, TICK, Field, Slot

BASELINES = pl.shared("baselines")
EXAMPLE, ANSWERS = BASELINES / "example.csv", BASELINES / "example-answers.yaml"
FORM = load_form()
LABELS = {bare(label) for field in FORM for label in (*field.labels, field.group)} | {""}


@pytest.fixture(scope="module")
def plan() -> pl.Plan:
    return pl.plan(EXAMPLE, scenario="steady")


@pytest.fixture(scope="module")
def filled(plan: pl.Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.docx"
    pl.fill_form(plan, ANSWERS, path)
    return path


def again(path: Path, out: Path) -> Path:
    """Read a form and fill a blank one from what was read."""
    found = read_form(path)
    filing = file_form(found.form, found.plan, found.answers, read_narrative())
    data, unplaced = form_document(filing, found.plan.system.catalogue)
    assert not unplaced
    out.write_bytes(data)
    return out


def test_fill_read_fill_is_the_identity(filled: Path, tmp_path: Path) -> None:
    assert again(filled, tmp_path / "again.docx").read_bytes() == filled.read_bytes()


def test_reading_gives_back_baseline_answers_and_goals(plan: pl.Plan, filled: Path) -> None:
    found = read_form(filled)
    assert found.baseline.cluster == plan.baseline.cluster
    for cell in (
        Cell("output", 2023),
        Cell("smes", 2024),
        Cell("co2", 2025),
        Cell("incidents", 2025),
    ):
        assert found.baseline.values[cell] == plan.baseline.values[cell]
    assert found.baseline.growth[Cell("leading_output", 2023)] == Decimal("11.42")
    assert found.answers.values[Slot("tasks")].startswith("一是延链补链")
    for key in ("rd_spend", "patents", "iiot_share", "co2", "energy_intensity", "quality_smes"):
        assert found.plan.goals[key].values[2028] == plan.goals[key].values[2028]
    assert found.plan.goals["output"].values == plan.goals["output"].values  # from the stage texts
    judged = {v.rule.id: v.status.value for v in found.plan.verdicts if v.rule.scope == "target"}
    assert {judged[key] for key in "abcdefg"} == {"met"}
    assert not {f.code for f in found.findings} & {"form_unplaced", "form_shape"}


def test_a_form_is_a_baseline_and_a_goal_table(filled: Path) -> None:
    assert pl.read_baseline(filled).values[Cell("output", 2025)] == Decimal("186.20")
    assert pl.verify(filled).complies
    assert pl.read_goals(filled).targets[Cell("co2", 2028)] == Decimal("69.92")


def test_own_indicators_and_more_rows_survive(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "indicators:\n  - {id: exports, zh: 出口交货值, en: Exports, direction: other,"
        " unit: {zh: 亿元, en: 100m yuan}, decimals: 2, better: higher, kind: measured,"
        " years: sum, clusters: sum, form: {section: 其它, row: 出口交货值}}\n",
        encoding="utf-8",
    )
    catalogue = read_catalogue(own)
    table = (BASELINES / "example.csv").read_text(encoding="utf-8")
    path = tmp_path / "base.csv"
    path.write_text(table + "示例县番茄制品产业集群（虚构示例）,exports,2025,12.30,亿元,,\n")
    plan = pl.plan(pl.read_baseline(path, catalogue=catalogue)).wish("exports", 2028, "15.00")
    plan = plan.wish("hightech", 2028, 25).wish("little_giants", 2028, 3)
    pl.fill_form(plan, ANSWERS, tmp_path / "form.docx")
    found = read_form(tmp_path / "form.docx", catalogue=catalogue)
    assert found.plan.goals["exports"].values[2028] == Decimal("15.00")
    assert found.plan.goals["hightech"].values[2028] == 25
    assert found.plan.goals["little_giants"].values[2028] == 3
    filing = file_form(found.form, found.plan, found.answers, read_narrative())
    assert form_document(filing, catalogue)[0] == (tmp_path / "form.docx").read_bytes()


# -- any answers ------------------------------------------------------------------------------------

WORDS = st.text(
    "集群产业链协同２０（）：、，。□AbC 5.%=+-@数量名称个无", min_size=1, max_size=60
).map(str.strip)
NAMES = st.text("甲乙丙丁企业平台（）A1", min_size=1, max_size=20)


def usable(text: str) -> bool:
    """Whether a text begins as texts do, and is no label of the form itself."""
    return text[:1].isalnum() and bare(text) not in LABELS


def values_of(field: Field) -> st.SearchStrategy[dict[str, str]]:
    if field.kind == "choice":
        numbers = st.integers(1, len(field.options)).map(str)
        if not field.many:
            return numbers.map(lambda number: {number: TICK})
        some = st.sets(numbers, min_size=1).map(lambda chosen: dict.fromkeys(chosen, TICK))
        return st.one_of(some, st.just({NONE: "无"}))
    if field.kind == "count":
        return st.builds(
            lambda n, names: {"count": str(n), "names": names}, st.integers(0, 99), NAMES
        )
    if field.kind in {"number", "series"}:
        number = st.decimals(0, 9999, places=2).map(str)
        if field.figure and field.figure.formula:
            return st.builds(lambda n: {"": n, "formula": "214÷18640×10000"}, number)
        return number.map(lambda text: {"": text})
    return WORDS.filter(usable).map(lambda text: {"": text})


def blank_lines() -> dict[str, list[str]]:
    """Return the lines that stand in the blank form where each field goes."""
    from planner.intake.form.locations import Cells
    from planner.intake.form.locator import locate_fields

    blocks = outline_of(FORM.template.read_bytes(), "blank").blocks
    places = locate_fields(FORM, blocks, pl.plan(EXAMPLE).baseline.catalogue).places
    return {
        key: [line.text for line in where.lines(next(iter(where.boxes)))]
        for key, where in places.items()
        if isinstance(where, Cells)
    }


BLANK = blank_lines()


@drawn(200, 5000, st.data(), suppress_health_check=list(HealthCheck))
def test_what_is_put_into_a_place_is_read_from_it(data: st.DataObject) -> None:
    field = FORM.fields[data.draw(st.sampled_from(sorted(BLANK)))]
    values = data.draw(values_of(field))
    lines = fill_lines(field, BLANK[field.id], values)
    assert read_values(field, lines) == values


def test_a_blank_place_reads_as_nothing() -> None:
    for key, lines in BLANK.items():
        assert read_values(FORM.fields[key], lines) == {}, key


@drawn(
    8,
    100,
    st.data(),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a document takes too long to shrink
)
def test_any_answers_survive_the_document(data: st.DataObject) -> None:
    told = {field.id: data.draw(st.none() | values_of(field)) for field in FORM if is_free(field)}
    values = {
        Slot(key, part): text
        for key, found in told.items()
        if found
        for part, text in found.items()
    }
    plan = pl.plan(EXAMPLE)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        pl.fill_form(plan, Answers(FORM.id, values), path, drafts=data.draw(st.booleans()))
        found = read_form(path)
    wrong = {str(slot): (text, found.content.get(slot)) for slot, text in values.items() if found.content.get(slot) != text}  # fmt: skip
    assert not wrong


def is_free(field: Field) -> bool:
    """Whether an answer alone says what stands in a field."""
    if field.kind not in {"text", "choice", "count"} or field.same_as or field.formula_of:
        return False
    return not any(option.means for option in field.options) and field.id != "cluster_name"


# -- the look -----------------------------------------------------------------------------------------


def shapes(data: bytes) -> list[object]:
    blocks = outline_of(data, "form").blocks
    return [table.shape for table in walk(blocks) if isinstance(table, DocumentTable)]


def test_filling_alters_no_table(filled: Path) -> None:
    blank, full = FORM.template.read_bytes(), filled.read_bytes()
    assert shapes(full) == shapes(blank)
    for part in ("word/styles.xml", "word/settings.xml"):
        assert zipfile.ZipFile(io.BytesIO(full)).read(part) == zipfile.ZipFile(
            io.BytesIO(blank)
        ).read(part)
    looks = []
    for data in (blank, full):
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        looks.append([
            [element.xml for element in body.iter(qn(f"w:{tag}"))] for tag in ("tblPr", "tcPr", "trPr", "sectPr", "tblGrid")
        ])  # fmt: skip
    assert looks[0] == looks[1]


def test_the_template_is_a4_with_chinese_fonts_in_its_styles() -> None:
    document = docx.Document(str(FORM.template))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fonts = {}
    for name in ("Normal", "Heading 1", "表格文字", "栏目", "正文缩进"):
        found = document.styles[name].element.rPr.rFonts
        fonts[name] = (found.get(qn("w:ascii")), found.get(qn("w:eastAsia")))
    assert fonts["Normal"] == ("Times New Roman", "仿宋")
    assert fonts["Heading 1"][1] == fonts["栏目"][1] == "黑体"
    assert not [k for k in document.styles["Heading 1"].element.rPr.rFonts.attrib if "Theme" in k]


def test_the_committed_template_is_what_the_form_file_makes(tmp_path: Path) -> None:
    import subprocess
    import sys

    tool = ROOT / "tools" / "build_form.py"
    out = tmp_path / "built.docx"
    subprocess.run([sys.executable, str(tool), FORM.id, str(out)], check=True, capture_output=True)
    assert out.read_bytes() == FORM.template.read_bytes()


# -- another province ----------------------------------------------------------------------------------


OWN = """
id: own-form
version: "1"
title: {zh: 某省申报表, en: A form of another province}
document: {title: 某省申报表}
template: own.docx
rules: xinjiang-2025
base_year: 2025
none: 无
parts:
  - id: data
    layout: table
    title: 一、数据
    yearly: 年度
    fields:
      - {id: output, kind: series, label: 产业集群产值（亿元）, figure: {level: output}}
      - {id: firms, kind: number, label: 企业数（家）, figure: {level: enterprises}}
      - {id: story, kind: text, label: 基本情况, limit: 20}
      - id: type
        kind: choice
        label: 类型
        options: [{text: 先进制造}, {text: 传统优势}]
"""


def test_another_form_is_data_and_its_own_word_file(plan: pl.Plan, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    document = docx.Document()
    document.add_paragraph("一、数据")
    table = document.add_table(rows=0, cols=4)
    for texts in (
        ["年度", "2023", "2024", "2025"],
        ["产业集群产值（亿元）", "", "", ""],
        ["企业数（家）", "", "", ""],
        ["基本情况", "", "", ""],
        ["类型", "□先进制造 □传统优势", "", ""],
    ):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.save(str(tmp_path / "own.docx"))
    form = load_form(tmp_path / "own.yaml")
    told = Answers(form.id, {Slot("story"): "番茄产业。", Slot("type", "2"): TICK})
    filing = pl.fill_form(plan, told, tmp_path / "out.docx", form=tmp_path / "own.yaml")
    assert not [f for f in filing.findings if f.code == "form_unplaced"]
    found = read_form(tmp_path / "out.docx", form=form)
    assert found.content == filing.content
    assert found.content[Slot("output", "2024")] == "165.08"
    assert found.content[Slot("firms")] == "331"


def test_what_the_template_has_no_place_for_is_said(plan: pl.Plan, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    docx.Document().save(str(tmp_path / "own.docx"))
    filing = pl.fill_form(plan, None, tmp_path / "out.docx", form=tmp_path / "own.yaml")
    lost = {f.facts["field"] for f in filing.findings if f.code == "form_unplaced"}
    assert lost == {"产业集群产值", "企业数"}


# -- the commands ---------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = cli.main(list(args))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_commands_are_the_identity_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, second, folder = (str(tmp_path / name) for name in ("a.docx", "b.docx", "read"))
    code, out, _ = run(capsys, "form", "fill", str(BASELINES / "example.xlsx"), "--out", first)
    assert code == 0
    assert "申报表各栏目已填" in out
    assert (tmp_path / "a-evidence.xlsx").is_file()
    code, out, _ = run(capsys, "form", "read", first, "--out", folder)
    assert code == 0
    assert {path.name for path in Path(folder).iterdir()} == {
        "baseline.csv", "answers.yaml", "goals.csv", "plan.json",
    }  # fmt: skip
    args = (f"{folder}/plan.json", f"{folder}/answers.yaml", "--out", second)
    assert run(capsys, "form", "fill", *args)[0] == 0
    assert Path(first).read_bytes() == Path(second).read_bytes()
    read = pl.read_baseline(f"{folder}/baseline.csv")
    assert read.values[Cell("output", 2025)] == Decimal("186.20")


@pytest.mark.parametrize(
    "sources",
    [
        [str(EXAMPLE), str(ANSWERS)],
        [str(EXAMPLE), "--answers", str(ANSWERS)],
        [str(BASELINES / "example.xlsx")],
    ],
)
def test_sources_in_any_combination(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sources: list[str]
) -> None:
    out = str(tmp_path / "form.docx")
    code, text, _ = run(capsys, "form", "fill", *sources, "--out", out, "--json")
    data = json.loads(text)
    assert code == 0
    assert data["fields"]["chain_text"].startswith("围绕番茄种植")
    assert data["fields"]["goals.co2.target"] == "69.92万吨"
    assert len(data["evidence"]) == 30
    assert data["findings"]


def test_answers_alone_make_a_form_full_of_findings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "form.docx")
    code, text, _ = run(capsys, "form", "fill", str(ANSWERS), "--out", out, "--json")
    data = json.loads(text)
    assert code == 1
    assert Path(out).is_file()
    blank = [item for item in data["findings"] if item["code"] == "form_blank"]
    assert any("集群总产值" in item["message"] for item in blank)
    assert all(item["ways_out"] for item in blank)


def test_bad_usage_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = str(tmp_path / "form.docx")
    assert run(capsys, "form", "fill", str(EXAMPLE), "--out", str(tmp_path / "form.pdf"))[0] == 2
    two = (str(EXAMPLE), str(BASELINES / "fails-certification.csv"))
    assert run(capsys, "form", "fill", *two, "--out", out)[0] == 2
    assert run(capsys, "form", "read", str(EXAMPLE))[0] == 2
    docx.Document().save(out)
    code, _, err = run(capsys, "form", "read", out)
    assert code == 2
    assert "认不出" in err


def test_drafts_can_be_left_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = str(tmp_path / "form.docx")
    args = (str(EXAMPLE), str(ANSWERS), "--out", out, "--json", "--no-drafts")
    code, text, _ = run(capsys, "form", "fill", *args)
    data = json.loads(text)
    assert code == 1
    assert "idea" not in data["fields"]
    assert not [item for item in data["findings"] if item["code"] == "form_draft"]


def test_a_draft_that_came_along_is_told_as_one(
    capsys: pytest.CaptureFixture[str], filled: Path, tmp_path: Path
) -> None:
    """Drafting may be switched off; what was drafted before is still not anybody's text."""
    args = (str(filled), "--out", str(tmp_path / "f.docx"), "--json", "--no-drafts")
    found = json.loads(run(capsys, "form", "fill", *args)[1])["findings"]
    assert len([item for item in found if item["code"] == "form_draft"]) == 6


def test_wishes_reach_a_form_that_is_filled_again(
    capsys: pytest.CaptureFixture[str], filled: Path, tmp_path: Path
) -> None:
    args = (str(filled), "--out", str(tmp_path / "f.docx"), "--json", "--set", "co2@2028=60")
    fields = json.loads(run(capsys, "form", "fill", *args)[1])["fields"]
    assert fields["goals.co2.target"] == "60.00万吨"


def test_no_source_of_numbers_is_passed_over(
    capsys: pytest.CaptureFixture[str], plan: pl.Plan, filled: Path, tmp_path: Path
) -> None:
    saved, out = plan.save(tmp_path / "plan.json"), str(tmp_path / "f.docx")
    for second in (str(EXAMPLE), str(filled)):
        code, _, err = run(capsys, "form", "fill", str(saved), second, "--out", out)
        assert code == 2
        assert "plan.json" in err
    book = str(BASELINES / "example.xlsx")  # its answers, beside the plan's numbers
    assert run(capsys, "form", "fill", str(saved), book, "--out", out)[0] == 0


def test_a_reading_of_the_form_is_an_option(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    args = (str(EXAMPLE), "--out", str(tmp_path / "f.docx"), "--json")
    total = json.loads(run(capsys, "form", "fill", *args)[1])["fields"]["co2_reduction"]
    yearly = json.loads(run(capsys, "form", "fill", *args, "--reading", "co2_reduction=yearly")[1])[
        "fields"
    ]["co2_reduction"]
    assert Decimal(yearly) < Decimal(total)
    assert run(capsys, "form", "fill", *args, "--reading", "co2_reduction=x")[0] == 2


def test_a_reading_of_the_rules_is_an_option_too(
    capsys: pytest.CaptureFixture[str], filled: Path
) -> None:
    code, out, _ = run(capsys, "form", "read", str(filled), "--reading", "f=intensity")
    assert code == 0
    assert "（intensity）" in out


def test_without_the_extra_it_is_said(
    monkeypatch: pytest.MonkeyPatch, plan: pl.Plan, tmp_path: Path
) -> None:
    import sys

    for name in [key for key in sys.modules if key.split(".")[0] == "docx"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("planner.export.formword", "planner.export.wordstyles", "planner.export.word"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError) as caught:
        pl.fill_form(plan, None, tmp_path / "form.docx")
    assert caught.value.findings[0].code == "extra_missing"
    assert "goals.docx" not in {path.name for path in plan.export(tmp_path / "out")}


def test_much_to_parse_and_long_choices_end_in_findings(filled: Path, tmp_path: Path) -> None:
    field = FORM.fields["had_incidents"]
    assert list(read_values(field, ["是" * 2_000_000])) == [UNCLEAR]
    bulky = tmp_path / "bulky.docx"
    header = "<w:hdr xmlns:w='x'>" + "<w:instr/>" * 1_500_000 + "</w:hdr>"
    with zipfile.ZipFile(filled) as source, zipfile.ZipFile(bulky, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("word/header9.xml", header)
    with pytest.raises(InputError) as caught:
        read_form(bulky)
    assert caught.value.findings[0].code == "file_too_large"
