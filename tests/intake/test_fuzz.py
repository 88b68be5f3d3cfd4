"""Damaged inputs of every kind give findings and nothing else; the seed is fixed (§13)."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import planner as pl
from planner.core.findings import InputError
from planner.core.resources import data_path
from planner.intake.account import NOT_READ, doubled

SEED = 20251122
MUTANTS = 120
MANY, LONGEST = 2000, 5
BASELINES = pl.shared("baselines")
NASTY = [
    b"",
    b"\x00",
    b"\xff",
    b"<",
    b"&",
    b"=1+1",
    b"9" * 400,
    b"-",
    b"\n",
    b'"',
    b",",
    b"\xe4\xb8",
]


def damage(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few of them cut, moved, repeated or replaced."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 40, 400]))
        kind = chance.randrange(4)
        if kind == 0:
            data = data[:start] + data[end:]
        elif kind == 1:
            data = data[:start] + chance.choice(NASTY) + data[end:]
        elif kind == 2:
            data = data[:end] + data[start:end] * chance.randint(1, 3) + data[end:]
        else:
            data = data[: max(1, start)]
        data = data or b"x"
    return data


def damage_inside(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of a workbook and zip it up again, so that the zip itself is sound."""
    source = zipfile.ZipFile(io.BytesIO(data))
    victim = chance.choice(source.namelist())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, damage(part, chance) if name == victim else part)
    return stream.getvalue()


def outcome(read: Callable[[Path], object], path: Path) -> None:
    """Read a file; anything but a result or an :class:`InputError` with findings fails."""
    before = path.read_bytes()
    try:
        read(path)
    except InputError as error:
        said = [pl.sentence(finding, "zh") for finding in error.findings]
    else:
        said = ["read"]
    assert said
    assert all(said)
    assert path.read_bytes() == before


def account_of(path: Path) -> None:
    """Read a file as what it is; every mark of it stands in the account once."""
    reading = pl.read(path)
    assert doubled(reading.account) == []
    assert all(item.reason != NOT_READ for item in reading.account.left)
    for finding in reading.findings:
        assert pl.sentence(finding, "zh")
        assert pl.sentence(finding, "en")


def plan_of(path: Path) -> None:
    plan = pl.plan(path)
    for finding in plan.check():
        assert pl.sentence(finding, "zh")
        assert pl.sentence(finding, "en")


CASES: list[tuple[str, Path, Callable[[Path], object], Callable[[bytes, random.Random], bytes]]] = [
    ("csv", BASELINES / "example.csv", plan_of, damage),
    ("xlsx", BASELINES / "example.xlsx", plan_of, damage),
    ("xlsx", BASELINES / "example.xlsx", plan_of, damage_inside),
    ("csv", BASELINES / "example.csv", account_of, damage),
    ("xlsx", BASELINES / "example.xlsx", account_of, damage_inside),
    ("csv", BASELINES / "benchmarks.csv", account_of, damage),
    ("yaml", BASELINES / "example-answers.yaml", account_of, damage),
    ("csv", BASELINES / "benchmarks.csv", pl.read_benchmarks, damage),
    ("yaml", data_path("rules/xinjiang-2025.yaml"), pl.read_rules, damage),
    ("yaml", data_path("catalogue.yaml"), pl.read_catalogue, damage),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_damaged_files(number: int, tmp_path: Path) -> None:
    damaged(number, MUTANTS, SEED, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(CASES)))
def test_many_damaged_files(number: int, tmp_path: Path) -> None:
    """Twenty thousand in all, none of which takes five seconds of processor time."""
    damaged(number, MANY, SEED + len(CASES), tmp_path)


def damaged(number: int, mutants: int, seed: int, tmp_path: Path) -> None:
    """Read so many damaged copies of a file."""
    suffix, source, read, spoil = CASES[number]
    chance = random.Random(seed + number)  # noqa: S311 - repeatable, not secret
    data = source.read_bytes()
    for mutant in range(mutants):
        path = tmp_path / f"{mutant}.{suffix}"
        path.write_bytes(spoil(data, chance))
        start = time.process_time()
        outcome(read, path)
        assert time.process_time() - start < LONGEST, path
        path.unlink()


def test_damaged_plans(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    data = pl.plan(BASELINES / "example.csv").save(tmp_path / "plan.json").read_bytes()
    for mutant in range(MUTANTS):
        path = tmp_path / f"{mutant}.json"
        path.write_bytes(damage(data, chance))
        outcome(lambda file: pl.verify(file).check(), path)
