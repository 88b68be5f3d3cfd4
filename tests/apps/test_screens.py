"""Screens: whatever their width, no name is lost and no digit cut; kept as text files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import planner as pl
from planner.apps.cli.main import main

KEPT = Path(__file__).parents[1] / "data" / "screens"
PLAN = pl.plan(pl.shared("baselines") / "example.csv")
WIDTHS = (80, 100, 120, 160)
COMMANDS = {
    "verify": ["verify"],
    "repair": ["repair", "--set", "output@2028=240"],
    "odds": ["odds", "--seed", "7", "--tornado", "patents", "--curve", "patents"],
    "check": ["check"],
}


def screen(
    name: str, width: int, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> str:  # fmt: skip
    monkeypatch.setenv("COLUMNS", str(width))
    command, *more = COMMANDS[name]
    source = str(pl.shared("baselines") / "example.csv")
    if command == "verify":
        source = str(PLAN.save(folder / "plan.json"))
    main([command, source, *more, "--lang", lang])
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", COMMANDS)
def test_screens_are_as_they_were(
    name: str, width: int, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:  # fmt: skip
    told = screen(name, width, lang, monkeypatch, capsys, tmp_path)
    told = "\n".join(line.rstrip() for line in told.splitlines()) + "\n"
    path = KEPT / f"{name}-{width}-{lang}.txt"
    if os.environ.get("PLANNER_KEEP_SCREENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


def named(told: str) -> str:
    """Return the column of names without what breaks its lines: up to the first gap or number."""
    firsts = []
    for line in told.splitlines():
        words = re.split(r"\s{2,}|\s(?=[-\d—])", line.strip(), maxsplit=2)
        directions = {row.direction("zh") for row in PLAN.goals} | {row.direction("en") for row in PLAN.goals}  # fmt: skip
        firsts.append(words[1] if words[0] in directions and len(words) > 1 else words[0])
    return re.sub(r"\s+", "", "".join(firsts))


def test_a_name_that_is_cut_is_noticed() -> None:
    assert "集群总产值" in named(" 主导产业   集群总产值    亿元    186.20")
    assert "集群总产值" not in named(" 主导产业   集群总…    亿元    186.20")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 72, *WIDTHS])
def test_nothing_is_cut_at_any_width(
    width: int, lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:  # fmt: skip
    told = screen("verify", width, lang, monkeypatch, capsys, tmp_path)
    assert "…" not in told.replace('=…"', "")  # but where something is to be filled in
    whole = re.sub(r"\s+", "", told)
    for record in PLAN.goals.records(lang):
        assert re.sub(r"\s+", "", record["name"]) in whole or len(record["name"]) > 8
        for key in ("baseline", "2026", "2027", "2028", "requirement", "margin"):
            assert record[key] in told


def test_a_reader_who_leaves_is_no_fault() -> None:
    source = str(pl.shared("baselines") / "example.csv")
    command = [sys.executable, "-m", "planner", "odds", source]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (0, b"")


def test_no_colours_where_nobody_sees_them(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(pl.shared("baselines") / "example.csv")])
    assert "\x1b" not in capsys.readouterr().out


def test_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(pl.shared("baselines") / "example.csv")
    monkeypatch.setenv("PLANNER_LANG", "en")
    main(["check", source])
    assert "Total output" in capsys.readouterr().out
    main(["check", source, "--lang", "zh"])
    assert "总产值" in capsys.readouterr().out
    monkeypatch.setenv("PLANNER_LANG", "fr")
    assert main(["check", source]) == 2
    assert "fr" in capsys.readouterr().err
