"""The command line as scripts and people use it: exit codes, JSON alone on stdout, both tongues."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import planner as pl
from planner.apps.cli.main import main

BASELINES = pl.shared("baselines")
EXAMPLE = str(BASELINES / "example.xlsx")
# What commands print and write beside pictures
pytestmark = pytest.mark.usefixtures("undrawn")
FIELDS = {
    "code", "level", "rule", "indicator", "year", "place", "found", "expected", "ways_out", "message",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    return code, out, err


def test_plan_writes_the_pack_and_prints_the_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "plan", EXAMPLE, "--out", str(tmp_path / "out"))
    assert code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "plan.json", "goals.csv", "goals.xlsx", "goals.docx", "goals.pdf", "charts",
    }  # fmt: skip
    for text in (
        "集群总产值",
        "247.84",
        "近三年产值年均增速不低于10%",
        "≥55.00",
        "目标表符合全部规则",
    ):
        assert text in out
    code, out, _ = run(capsys, "plan", EXAMPLE, "--out", str(tmp_path / "en"), "--lang", "en")
    assert "complies with every rule" in out


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    args = ("plan", EXAMPLE, "--out", str(tmp_path), "--set", "output@2028=240", "--json")
    code, out, _ = run(capsys, *args)
    data = json.loads(out)
    assert code == 1
    assert all(set(finding) == FIELDS for finding in data["findings"])
    assert data["goals"][0]["2028"] == "240.00"
    unmet = [finding for finding in data["findings"] if finding["level"] == "must_fix"]
    assert [finding["rule"] for finding in unmet] == ["a"]
    assert (tmp_path / "goals.csv").exists()  # still writes what can be written
    assert {row["rule"] for row in data["verdicts"]} >= set("abcdefg")


def test_check_of_a_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check", EXAMPLE)[0] == 0
    code, out, _ = run(capsys, "check", str(BASELINES / "fails-certification.csv"), "--json")
    data = json.loads(out)
    assert code == 1
    rules = {finding["rule"] for finding in data["findings"] if finding["level"] == "must_fix"}
    assert rules == {
        "cert/area",
        "cert/output",
        "cert/leading_share",
        "cert/output_growth",
        "cert/quality",
    }
    assert run(capsys, "check", EXAMPLE, "--rules", "national-2022")[0] == 0


def test_verify_ours_and_a_broken_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run(capsys, "plan", EXAMPLE, "--out", str(tmp_path))
    for name in ("goals.csv", "goals.xlsx", "plan.json"):
        assert run(capsys, "verify", str(tmp_path / name), "--baseline", EXAMPLE)[0] == 0
    assert run(capsys, "verify", str(tmp_path / "plan.json"))[0] == 0
    text = (tmp_path / "goals.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "low.csv").write_text(text.replace("247.84,≥", "247.83,≥"), encoding="utf-8")
    code, out, _ = run(capsys, "verify", str(tmp_path / "low.csv"), "--baseline", EXAMPLE)
    assert code == 1
    assert "247.83" in out


def test_options_reach_the_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    book = tmp_path / "own.csv"
    book.write_text(
        "id,value,unit,year,scope,basis,source\niiot_share,50,%,2025,本省,企业占比,省厅2025年通报\n",
        encoding="utf-8",
    )
    args = ("plan", EXAMPLE, "--out", str(tmp_path), "--json", "--benchmarks", str(book))
    args += ("--scenario", "steady", "--pin", "output@2026=210", "--shape", "patents=back")
    args += ("--reading", "f=intensity")
    code, out, _ = run(capsys, *args)
    data = json.loads(out)
    goals = {row["indicator"]: row for row in data["goals"]}
    assert code == 0
    assert goals["output"]["2026"] == "210.00"
    assert goals["iiot_share"]["requirement"] == "≥50.00"
    readings = {row["rule"]: row["reading"] for row in data["verdicts"]}
    assert readings["f"] == "intensity"


def test_new_and_rules(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert run(capsys, "new", str(path))[0] == 0
    assert path.stat().st_size > 5000
    code, out, _ = run(capsys, "rules")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [
        "beijing-2023", "guangdong-2023", "liaoning-2023", "national-2022", "shanghai-2024",
        "xinjiang-2025", "yunnan",
    ]  # fmt: skip
    for lang in ("zh", "en"):
        code, out, _ = run(capsys, "rules", "xinjiang-2025", "--lang", lang)
        assert code == 0
        assert "近三年产值年均增速不低于10%" in out
    for name in ("yunnan", "national-2022"):
        assert json.loads(run(capsys, "rules", name, "--json")[1])["rules"]["id"] == name


@pytest.mark.parametrize(
    "args",
    [
        ("plan", EXAMPLE, "--out", "OUT", "--set", "output=3"),
        ("plan", EXAMPLE, "--out", "OUT", "--set", "output@28x=3"),
        ("plan", EXAMPLE, "--out", "OUT", "--set", "ouput@2028=3"),
        ("plan", EXAMPLE, "--out", "OUT", "--shape", "output=zigzag"),
        ("plan", EXAMPLE, "--out", "OUT", "--reading", "f"),
        ("plan", EXAMPLE, "--out", "OUT", "--rules", "mars"),
        ("plan", EXAMPLE, "--out", "OUT", "--scenario", "dream"),
        ("plan", "missing.csv", "--out", "OUT"),
        ("check", "missing.xlsx"),
        ("verify", "missing.csv", "--baseline", EXAMPLE),
        ("rules", "missing.yaml"),
        ("new", "book.pdf"),
    ],
)
def test_what_cannot_be_used_is_exit_code_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, args: tuple[str, ...]
) -> None:
    chosen = [str(tmp_path) if arg == "OUT" else arg for arg in args]
    code, out, err = run(capsys, *chosen)
    assert (code, out) == (2, "")
    assert err.strip()
    code, out, err = run(capsys, *chosen, "--json")
    assert code == 2
    assert json.loads(out)["findings"][0]["message"]


def test_an_output_folder_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    code, _, err = run(capsys, "plan", EXAMPLE, "--out", str(tmp_path / "file" / "out"))
    assert code == 2
    assert err.strip()


def test_bad_usage_is_exit_code_two() -> None:
    for args in ([], ["plan"], ["nonsense"], ["plan", EXAMPLE]):
        with pytest.raises(SystemExit) as error:
            main(args)
        assert error.value.code == 2


def test_a_console_that_lacks_a_sign_still_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "planner.apps.cli.main", "plan", EXAMPLE, "--out", str(tmp_path)],
        capture_output=True,
        check=False,
        env={
            "PYTHONIOENCODING": "gbk",
            "PATH": "",
            "PYTHONPATH": str(Path(pl.__file__).parent.parent),
        },
    )
    assert done.returncode == 0, done.stderr.decode("gbk", "replace")
    assert "247.84" in done.stdout.decode("gbk")


def test_nothing_filled_in_is_overwritten(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(Path(EXAMPLE).read_bytes())
    code, _, err = run(capsys, "new", str(path))
    assert code == 2
    assert "mine.xlsx" in err
    assert path.read_bytes() == Path(EXAMPLE).read_bytes()


def test_two_values_for_one_cell_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    args = ("plan", EXAMPLE, "--out", str(tmp_path), "--set", "output@2028=260")
    code, _, err = run(capsys, *args, "--pin", "output@2028=270")
    assert code == 2
    assert "260, 270" in err


def test_a_rule_that_cannot_be_judged_is_not_called_compliance(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (
        (BASELINES / "example.csv")
        .read_text(encoding="utf-8")
        .replace("patents,2025,214", "patents,2025,0")
    )
    (tmp_path / "zero.csv").write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "plan", str(tmp_path / "zero.csv"), "--out", str(tmp_path / "out"))
    assert code == 1
    assert "符合全部规则" not in out


def test_repair_lists_what_changed_and_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    args = ("repair", EXAMPLE, "--set", "output@2028=240", "--set", "iiot_share@2028=30")
    code, out, _ = run(capsys, *args, "--out", str(tmp_path))
    assert code == 0
    for text in (
        "240.00",
        "247.84",
        "规则 a",
        "随阶段节奏",
        "已证明没有更小的",
        "目标表符合全部规则",
    ):
        assert text in out
    code, out, _ = run(capsys, *args, "--json")
    data = json.loads(out)
    assert data["repair"]["proven"] is True
    first = data["changes"][0]
    assert (first["old"], first["new"], first["rows"]) == ("240.00", "247.84", ["a: output@2028"])
    assert (tmp_path / "goals.xlsx").exists()
    # What was saved needs no more repair, and neither does its table.
    code, out, _ = run(capsys, "repair", str(tmp_path / "plan.json"), "--json")
    assert (code, json.loads(out)["changes"]) == (0, [])
    goals = ("repair", str(tmp_path / "goals.csv"), "--baseline", EXAMPLE, "--json")
    code, out, _ = run(capsys, *goals)
    assert (code, json.loads(out)["changes"]) == (0, [])


def test_repair_relaxes_and_weighs(capsys: pytest.CaptureFixture[str]) -> None:
    args = ("repair", EXAMPLE, "--set", "iiot_share@2028=30", "--relax", "e=口径不同")
    code, out, _ = run(capsys, *args)
    assert code == 0
    assert "除已说明理由放宽的规则（e）外" in out
    code, out, err = run(capsys, "repair", EXAMPLE, "--relax", "a=因故")
    assert (code, out) == (2, "")
    assert "不能放宽" in err
    code, _, err = run(capsys, "repair", EXAMPLE, "--weight", "output=-1", "--lang", "en")
    assert code == 2
    assert "positive number" in err


def test_explain_names_the_conflict_and_the_ways_out(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", EXAMPLE, "--pin", "output@2028=240", "--lang", "en")
    assert code == 1
    assert "cannot hold together (proven" in out
    assert "change the pin of Total output 2028 from 240.00 to 247.84" in out
    code, out, _ = run(capsys, "explain", EXAMPLE, "--pin", "output@2028=240", "--json")
    (finding,) = json.loads(out)["findings"]
    assert set(finding) == FIELDS
    assert finding["ways_out"] == ["把2028年集群总产值的固定值由 240.00 改为 247.84"]
    code, out, _ = run(capsys, "explain", EXAMPLE)
    assert code == 0
    assert "所有要求可以同时成立" in out


def test_repair_of_what_cannot_comply_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "repair", EXAMPLE, "--pin", "output@2028=240")
    assert code == 1
    assert "没有任何目标表能全部符合" in out
    assert "固定：2028年集群总产值=240.00亿元" in out


def test_every_shipped_file_is_read_and_told_in_both_tongues(
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [
        *BASELINES.glob("*.csv"),
        *BASELINES.glob("*.xlsx"),
        *pl.shared("templates").glob("*.*x"),
    ]
    assert len(files) > 8
    for file in files:
        for lang in ("zh", "en"):
            _, out, err = run(capsys, "read", str(file), "--lang", lang)
            assert (out + err).strip(), file
            assert "Traceback" not in err, file
