"""Files that belong together are replaced together, whatever happens in between."""

from __future__ import annotations

import contextlib
import csv
import errno
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import planner as pl
from planner.api.goals import reopen
from planner.core.files import STAGE, write_bytes, write_together

NAMES = ("plan.json", "goals.csv", "charts/green.png")
# Writes set after set into a folder until it is killed.
WRITER = """
import sys
from pathlib import Path
from planner.api.goals import reopen
from planner.core.files import write_together
folder, number = Path(sys.argv[1]), 0
while True:
    number += 1
    write_together(folder, {name: str(number).encode() for name in sys.argv[2:]})
"""


def content(folder: Path) -> dict[str, str]:
    """Return what the files hold; one may go between any two looks."""
    found = {}
    for name in NAMES:
        with contextlib.suppress(FileNotFoundError):
            found[name] = (folder / name).read_text()
    return found


@contextlib.contextmanager
def to_be_killed(command: list[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Start a program that never ends by itself; it is killed whatever the block does."""
    with subprocess.Popen(command, **options) as writer:
        try:
            yield writer
        finally:
            writer.kill()


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def killed(folder: Path, times: int) -> list[dict[str, str]]:
    """Return what a folder holds each time its writer was killed."""
    seen = []
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    for _ in range(times):
        write_together(folder, dict.fromkeys(NAMES, b"0"))
        command = [sys.executable, "-c", WRITER, str(folder), *NAMES]
        with to_be_killed(command) as writer:
            while content(folder) == dict.fromkeys(NAMES, "0") and writer.poll() is None:
                time.sleep(0.002)
            time.sleep(chance.random() / 50)
        seen.append(content(folder))
    return seen


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_killed_writer_leaves_one_set(tmp_path: Path) -> None:
    for seen in killed(tmp_path, 12):
        assert len({*seen.values()}) <= 1
    write_together(tmp_path, dict.fromkeys(NAMES, b"last"))
    assert everything(tmp_path) == {*NAMES}
    assert not list(tmp_path.glob(f"{STAGE}*"))


# Exports one plan after another over the pack before, until it is killed.
EXPORTER = """
import sys
import planner as pl
plan = pl.plan(pl.shared("baselines") / "example.csv")
for number in range(10_000):
    plan.wish("output", 2028, 250 + number % 50).export(sys.argv[1])
    print("written", flush=True)
"""


def assert_one_plan(pack: Path) -> None:
    """Hold the files of a pack against the plan they are all to be of."""
    plan = reopen(pack / "plan.json")
    rows = csv.DictReader((pack / "goals.csv").read_text("utf-8-sig").splitlines())
    told = {row["indicator"]: row["2028"] for row in rows}
    assert told["output"] == str(plan.goals["output"].values[2028])
    with zipfile.ZipFile(pack / "goals.xlsx") as book:
        assert any(plan.hash in book.read(name).decode("utf-8", "replace") for name in book.namelist())  # fmt: skip
    with zipfile.ZipFile(pack / "goals.docx") as document:
        assert any(plan.hash in document.read(n).decode("utf-8", "replace") for n in document.namelist())  # fmt: skip
    for chart in (pack / "charts").glob("*.png"):
        assert plan.hash.encode() in chart.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.long
def test_two_hundred_kills_of_a_pack_over_a_pack(tmp_path: Path) -> None:
    """The folder holds one plan, whole, whenever the program that writes it was killed."""
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    files: set[str] = set()
    for _ in range(200):
        command = [sys.executable, "-c", EXPORTER, str(tmp_path)]
        with to_be_killed(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.random() * 2)
        there = {name for name in everything(tmp_path) if not name.startswith(STAGE)}
        files = files or there
        assert there == files
        assert_one_plan(tmp_path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", ["out", "in"])
def test_a_file_that_cannot_be_moved_leaves_all_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, side: str
) -> None:
    write_together(tmp_path, dict.fromkeys(NAMES, b"old"))
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        away = STAGE in str(target)
        mine = self.name == Path(name).name and away is (side == "out")
        if mine and (side == "out" or self.read_bytes() == b"new"):
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError) as caught:
        write_together(tmp_path, dict.fromkeys(NAMES, b"new"))
    assert Path(caught.value.filename) == tmp_path / name
    assert content(tmp_path) == dict.fromkeys(NAMES, "old")
    assert everything(tmp_path) == {*NAMES}


def test_a_full_disk_leaves_all_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_together(tmp_path, dict.fromkeys(NAMES, b"old"))
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        write_together(tmp_path, dict.fromkeys(NAMES, b"new"))
    assert content(tmp_path) == dict.fromkeys(NAMES, "old")
    assert everything(tmp_path) == {*NAMES}


def test_what_is_left_from_before_goes_and_nothing_else(tmp_path: Path) -> None:
    write_together(tmp_path, {"a": b"1", "b": b"1"})
    (tmp_path / "mine").write_text("kept")
    write_together(tmp_path, {"a": b"2"}, gone=["b", "never"])
    assert everything(tmp_path) == {"a", "mine"}


def test_a_folder_of_that_name_is_not_taken_away(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine").write_text("kept")
    with pytest.raises(IsADirectoryError):
        write_together(tmp_path, {"b": b"1", "a": b"1"})
    assert everything(tmp_path) == {"a/mine"}


@pytest.mark.skipif(os.name == "nt", reason="there is no umask to speak of")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_mode_of_a_file_follows_the_umask(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        path = write_bytes(tmp_path / "a", b"1")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


def test_an_open_workbook_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = pl.plan(pl.shared("baselines") / "example.csv")
    plan.export(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == tmp_path / "goals.xlsx":
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(pl.InputError) as caught:
        plan.wish("output", 2028, 300).export(tmp_path)
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("file_open", "goals.xlsx")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
