"""Shared pieces: a small complete baseline that tests bend as they need."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pictures
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# Both cores have a worker of their own: threads for sums would only stand in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("COLUMNS", None)  # a worker's: what is printed is as wide as a page

from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, shipped

# The same examples in every run, and nothing fails for the clock.
settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"

LEVELS = {
    "output": "186.20",
    "leading_output": "153.34",
    "sme_output": "145.61",
    "enterprises": "331",
    "smes": "312",
    "employees": "18640",
    "quality_smes": "38",
    "rd_spend": "4.65",
    "patents": "214",
    "cloud_smes": "183",
    "iiot_smes": "112",
    "co2": "78.20",
    "energy": "40.10",
}


def make_baseline(levels: dict[str, object] | None = None, year: int = 2025) -> Baseline:
    """Return a baseline of the base year only; None leaves an indicator out."""
    wanted = {**LEVELS, **(levels or {})}
    values = {
        Cell(key, year): Decimal(str(value)) for key, value in wanted.items() if value is not None
    }
    return Baseline(shipped(), year, values, cluster="测试集群")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return what fills a folder once in a run: whichever worker comes later finds it filled."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                filled.touch()
        return folder

    return made


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the charts of a pack out: drawing them takes a second, and has tests of its own."""
    monkeypatch.setattr(pictures.DRAWING, pictures.undrawn)


@pytest.fixture
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT
