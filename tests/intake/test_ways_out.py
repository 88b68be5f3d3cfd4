"""The ways out that findings on a file print are followed, word for word, and settle it (§9, §16)."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

import planner as pl
from planner.apps.cli.main import main

EXAMPLE = str(pl.shared("baselines") / "example.csv")
TAKE = re.compile(r'--take "([^"]+)"')
TABLES = {
    "share_as_fraction": "指标,2025年\n工业互联网普及率,0.45",
    "growth_as_fraction": "指标,2025年\n集群总产值,186.2\n产值增速,0.12",
    "growth_as_index": "指标,2025年\n集群总产值,186.2\n产值增速,112",
    "unit_suspected": "指标,2025年\n集群总产值,1862000",
    "unit_conflict": "指标,单位,2025年（万元）\n集群总产值,亿元,186.2",
    "year_doubtful": "指标,2024年,2025年（1-6月）\n集群总产值,165.08,86.2",
    "column_repeated": "指标,2025年,2025年（调整后）\n集群总产值,186.2,190",
}


def said(*args: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Run a command and return its findings."""
    assert main([*args, "--json"]) in {0, 1}
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert isinstance(findings, list)
    return findings


def printed(findings: list[dict[str, object]], code: str) -> list[str]:
    """Return the answers that the ways out of a finding print."""
    first = next(item for item in findings if item["code"] == code)
    return TAKE.findall(" ".join(map(str, first["ways_out"])))  # type: ignore[call-overload]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", TABLES)
def test_answers_of_a_table(
    code: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLES[code], encoding="utf-8")
    before = pl.read(path)
    answers = printed(
        [{"code": f.code, "ways_out": pl_ways(f, lang)} for f in before.findings], code
    )
    assert answers
    for answer in answers:
        key, _, way = answer.partition("=")
        after = pl.read(path, take={key: way})
        assert code not in {f.code for f in after.findings if f.level.value != "info"}, answer
        assert "answer_unused" not in {f.code for f in after.findings}
        assert main(["read", str(path), "--take", answer]) in {0, 1, 2}
        capsys.readouterr()


def pl_ways(finding: pl.Finding, lang: str) -> list[str]:
    from planner.model import messages

    return messages.ways_out(finding, lang)


def test_each_way_that_is_offered_gives_its_result(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLES["unit_suspected"], encoding="utf-8")
    asked = next(f for f in pl.read(path).findings if f.code == "unit_suspected")
    ways = dict(re.findall(r"([^\s；]+) → ([\d.]+) 亿元", asked.facts["ways"]))
    assert ways == {"as_written": "1862000", "万元": "186.2"}
    for way, result in ways.items():
        record = pl.read(path, take={"output@2025": way}).record
        assert record.values["output", 2025] == Fraction(result), way


def test_answers_of_peers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "peers.csv"
    rows = [f"同类{n},output_growth,{y},0.1{n}" for n in range(4) for y in (2023, 2024, 2025)]
    path.write_text("\n".join(["cluster,indicator,year,value", *rows]), encoding="utf-8")
    assert main(["odds", EXAMPLE, "--peers", str(path), "--json"]) == 2
    findings = json.loads(capsys.readouterr().out)["findings"]
    [answer] = printed(findings, "growth_as_fraction")
    after = said(
        "odds", EXAMPLE, "--peers", str(path), "--take", answer.split("=")[0] + "=fraction",
        capsys=capsys,
    )  # fmt: skip
    assert "growth_as_fraction" not in {item["code"] for item in after}


def test_answers_of_benchmarks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.csv"
    path.write_text(
        "id,value,unit,year,scope,basis,source\nco2_decline,-3.66,%/年,2025,全国,total,示例\n",
        encoding="utf-8",
    )
    goals = str(tmp_path / "plan.json")
    pl.plan(EXAMPLE).save(goals)
    before = said("verify", goals, "--benchmarks", str(path), capsys=capsys)
    [answer] = printed(before, "decline_sign")
    after = said("verify", goals, "--benchmarks", str(path), "--take", answer, capsys=capsys)
    assert "decline_sign" not in {item["code"] for item in after}


def test_answers_of_a_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import docx

    path = tmp_path / "form.docx"
    pl.fill_form(pl.plan(EXAMPLE), path=path)
    document = docx.Document(str(path))
    row = next(
        row
        for table in document.tables
        for row in table.rows
        if any("研发经费增速" in cell.text for cell in row.cells)
    )
    row.cells[-1].text = "0.359"
    document.save(str(path))
    before = said("form", "read", str(path), capsys=capsys)
    codes = {item["code"] for item in before}
    assert "growth_as_fraction" in codes
    [answer] = printed(before, "growth_as_fraction")
    key = answer.split("=")[0]
    after = said("form", "read", str(path), "--take", f"{key}=fraction", capsys=capsys)
    assert "growth_as_fraction" not in {item["code"] for item in after}


def test_another_sheet_and_one_that_is_hidden(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number, (name, value) in enumerate({"草稿": 100, "定稿": 200, "藏": 300}.items()):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        sheet.append(["指标", "2025年"])
        sheet.append(["集群总产值", value])
    book["藏"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    findings = pl.read(tmp_path / "a.xlsx").findings
    for code, value in (("sheet_ignored", "100.00"), ("sheet_hidden", "300.00")):
        answers = [
            answer
            for finding in findings
            if finding.code == code
            for answer in TAKE.findall(" ".join(pl_ways(finding, "zh")))
        ]
        use = next(answer for answer in answers if answer.endswith("=use"))
        reading = pl.read(tmp_path / "a.xlsx", take=dict([use.split("=")]))
        assert str(reading.record.printed("output")) == value
        assert not [f for f in reading.findings if f.level.value == "must_fix"]


@pytest.mark.parametrize("named", ["output", "集群总产值", "总产值"])
def test_a_label_of_ones_own_by_way_of_the_draft(
    named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, draft = tmp_path / "a.csv", tmp_path / "own.yaml"
    path.write_text("指标,2025年\n本地工业盘子（万元）,1862000", encoding="utf-8")
    assert main(["read", str(path), "--map-out", str(draft)]) == 2
    capsys.readouterr()
    text = draft.read_text(encoding="utf-8")
    assert '"本地工业盘子（万元）": ""' in text
    draft.write_text(text.replace('""', named), encoding="utf-8")
    findings = said("check", str(path), "--map", str(draft), capsys=capsys)
    assert "indicator_unknown" not in {item["code"] for item in findings}
    assert str(pl.read_baseline(path, mapping=draft).printed("output")) == "186.20"


def test_an_answer_that_names_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("指标,2025年\n集群总产值,186.2", encoding="utf-8")
    told = [f.found for f in pl.read(path, take={"Z99": "use"}).findings]
    assert told == ["Z99"]
    with pytest.raises(pl.InputError):
        pl.read(path, take={"outptu@2025": "as_written"})
