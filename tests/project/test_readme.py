"""What the READMEs show is what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.apps.cli.main import main


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_output_is_real(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = (root / name).read_text(encoding="utf-8")
    shown = re.search(
        r"<!-- output of: planner (.*?) --out out -->\n```\n(.*?)```", text, re.DOTALL
    )
    assert shown
    command = shown[1].replace("baselines/", f"{root}/baselines/").split()
    assert main([*command, "--out", str(tmp_path)]) == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    lines = [line for line in shown[2].splitlines() if line.strip()]
    assert len(lines) > 35
    assert [line for line in lines if line not in printed] == []
    assert [line.split()[0] for line in lines[-9:]] == [*"abcdefg", "tiers", "added"]


@pytest.mark.parametrize("name", ["docs/reading.md", "docs/reading.zh-CN.md"])
def test_the_file_that_is_read_is_told_of_as_shown(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    text = (root / name).read_text(encoding="utf-8")
    file = re.search(r"<!-- file: (.*?) -->\n```\n(.*?)```", text, re.DOTALL)
    shown = re.search(r"<!-- output of: planner (.*?) -->\n```\n(.*?)```", text, re.DOTALL)
    mapping = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert file
    assert shown
    assert mapping
    monkeypatch.chdir(tmp_path)
    Path(file[1]).write_text(file[2], encoding="utf-8")
    assert main(shown[1].split()) == 1
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in shown[2].splitlines() if line.rstrip() not in printed] == []
    Path("map.yaml").write_text(mapping[1], encoding="utf-8")
    assert main(["read", file[1], "--map", "map.yaml"]) == 0


def test_every_command_shown_is_one(root: Path) -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (root / name).read_text(encoding="utf-8")
        shown = set(re.findall(r"^planner (\w+)", text, re.MULTILINE))
        commands = {"new", "read", "check", "plan", "verify", "repair", "explain", "form", "rules"}
        assert shown == commands | {"app", "lab", "odds"}
