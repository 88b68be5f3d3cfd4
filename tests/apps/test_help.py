"""Help: each command shows examples, and each example works as it stands."""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.apps.cli.examples import examples, examples_of
from planner.apps.cli.main import _parser, main

SERVES = {"app", "lab"}


def commands(parser: argparse.ArgumentParser, above: str = "") -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, made in action.choices.items():
                below = list(commands(made, f"{above} {name}".strip()))
                yield from below or [f"{above} {name}".strip()]


def test_every_command_has_examples() -> None:
    for command in commands(_parser()):
        assert examples_of(command), command


@pytest.mark.parametrize("command", sorted(commands(_parser())))
def test_help_shows_them(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert all(line in told for line in examples_of(command))


def test_they_work_one_after_the_other(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(root / "baselines", tmp_path / "baselines")
    shutil.copy(root / "baselines" / "example.xlsx", tmp_path / "mine.xlsx")
    monkeypatch.chdir(tmp_path)
    for line in examples():
        program, command, *_ = arguments = shlex.split(line)
        assert program == "planner"
        if command in SERVES:
            _parser().parse_known_args(arguments[1:])
            continue
        assert main(arguments[1:]) in {0, 1}, f"{line}: {capsys.readouterr().err}"
