"""Damaged inputs of every kind give findings and nothing else; the seed is fixed (§13)."""

from __future__ import annotations

import io
import random
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from limits import resource
from pictures import DRAWING, undrawn

import planner as pl
from planner.apps.page.store import SUFFIX, StudyStore
from planner.apps.page.study import Study
from planner.core.findings import InputError
from planner.core.resources import data_path
from planner.intake.account import NOT_READ, doubled

SEED = 20251122
MUTANTS = 60
MANY, LONGEST, LARGEST = 1000, 5, 300
CUTS = 0.4  # how many are cut rather than typed over
FORM = "xinjiang-recheck"
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


# What is typed in place of a number or a word.
TYPED = [
    *(b"0", b"-1", b"-0.0", b"1e999", b"NaN", b"-Infinity", b"9" * 400, b"0.1", b"1_000", b"045"),
    *(
        b"null",
        b"true",
        b"no",
        b"[]",
        b"{}",
        b"~",
        b"12:30",
        b"2025",
        b"1900",
        b"9999",
        b"&a",
        b"*a",
    ),
    *("％１２".encode(), "约38家".encode(), "214①".encode(), "2025年（1-6月）".encode(), b"11.64%"),
    *("万元".encode(), b"output", b"#DIV/0!", b"=1+1", b"\t", b";", b"|", b"--", b"[[[[[["),
]
TOKEN = re.compile(rb"[^\s,:{}\[\]\"'<>=]+")


def damage(data: bytes, chance: random.Random) -> bytes:
    """Return bytes damaged as a disk or as a hand would damage them."""
    return cut(data, chance) if chance.random() < CUTS else typed(data, chance)


def typed(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with something else typed in place of up to three words or numbers."""
    for _ in range(chance.randint(1, 3)):
        if tokens := [*TOKEN.finditer(data)]:
            found = chance.choice(tokens)
            data = data[: found.start()] + chance.choice(TYPED) + data[found.end() :]
    return data


def cut(data: bytes, chance: random.Random) -> bytes:
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


def goals_of(path: Path) -> None:
    pl.verify(path).check()


def study_of(path: Path) -> None:
    key = path.name.removesuffix(SUFFIX)
    study, _ = StudyStore(path.parent).load(key)
    study.plan.check()


def scenario_of(path: Path) -> None:
    pl.plan(BASELINES / "example.csv", scenario=path).check()


def peers_of(path: Path) -> None:
    pl.read(path, as_="peers")


def form_of(path: Path) -> None:
    """Read a form's labels beside the blank document that it is of."""
    if not (blank := path.with_name(f"{FORM}.docx")).exists():
        blank.write_bytes((pl.shared("templates") / blank.name).read_bytes())
    pl.load_form(path)


Spoiler = Callable[[bytes, random.Random], bytes]
# What is damaged, how it is read, and how it is spoilt; a bare name is a file of the pack.
CASES: list[tuple[str | Path, Callable[[Path], object], Spoiler]] = [
    (BASELINES / "example.csv", plan_of, damage),
    (BASELINES / "example.csv", account_of, damage),
    (BASELINES / "example.xlsx", plan_of, damage),
    (BASELINES / "example.xlsx", plan_of, damage_inside),
    (BASELINES / "example.xlsx", account_of, damage_inside),
    (BASELINES / "example-peers.csv", peers_of, damage),
    (BASELINES / "benchmarks.csv", account_of, damage),
    (BASELINES / "benchmarks.csv", pl.read_benchmarks, damage),
    (BASELINES / "example-answers.yaml", account_of, damage),
    (BASELINES / "sub-industries.yaml", pl.read_catalogue, damage),
    (data_path("catalogue.yaml"), pl.read_catalogue, damage),
    (data_path("rules/xinjiang-2025.yaml"), pl.read_rules, damage),
    (pl.shared("templates") / "scenarios" / "steady.yaml", scenario_of, damage),
    (data_path(f"forms/{FORM}.yaml"), form_of, damage),
    ("mapping.yaml", pl.read_mapping, damage),
    ("filled.docx", account_of, damage_inside),
    ("goals.csv", account_of, damage),
    ("goals.xlsx", account_of, damage_inside),
    ("goals.xlsx", goals_of, damage_inside),
    ("plan.json", goals_of, damage),
    (f"a{SUFFIX}", study_of, damage),
]


@pytest.fixture(scope="module")
def pack(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return a folder of files as this package writes them."""

    def fill(folder: Path) -> None:
        plan = pl.plan(BASELINES / "example.csv").wish("output", 2028, 260)
        peers = pl.read(BASELINES / "example-peers.csv", as_="peers").record
        plan.save(folder / "plan.json")
        pl.fill_form(plan, BASELINES / "example-answers.yaml", folder / "filled.docx")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(DRAWING, undrawn)
            made = plan.export(folder / "pack")
        for path in made:
            if path.name in {"goals.csv", "goals.xlsx"}:
                path.rename(folder / path.name)
        StudyStore(folder).save("a", Study({"a": plan}, "a", peers=peers), "")
        mapping = "labels:\n  园区产值: {indicator: output, unit: 万元}\n  备案数: -\n"
        (folder / "mapping.yaml").write_text(
            f"{mapping}take:\n  output@2025: percent\n  基线!E2: use\nsheet: 基线\n",
            encoding="utf-8",
        )

    return once("fuzz", fill)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_damaged_files(number: int, tmp_path: Path, pack: Path) -> None:
    damaged(number, MUTANTS, SEED, tmp_path, pack)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(CASES)))
def test_many_damaged_files(number: int, tmp_path: Path, pack: Path) -> None:
    """Over twenty thousand in all, none above five seconds of processor time or 300 MB."""
    damaged(number, MANY, SEED + len(CASES), tmp_path, pack)


def damaged(number: int, mutants: int, seed: int, tmp_path: Path, pack: Path) -> None:
    """Read so many damaged copies of a file."""
    named, read, spoil = CASES[number]
    source = pack / named  # an absolute path stays what it is
    chance = random.Random(seed + number)  # noqa: S311 - repeatable, not secret
    data = source.read_bytes()
    outcome(read, tmp_path / shutil.copy(source, tmp_path))
    before = memory()
    for mutant in range(mutants):
        path = tmp_path / f"{mutant}{''.join(source.suffixes)}"
        path.write_bytes(spoil(data, chance))
        start = time.process_time()
        outcome(read, path)
        assert time.process_time() - start < LONGEST, path
        path.unlink()
    assert memory() - before < LARGEST


def memory() -> float:
    """Return the most that this process has held so far, in MB; nothing where it is not told."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if resource else 0
