"""Shared pieces: a small complete baseline that tests bend as they need."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from planner.model.baseline import Baseline
from planner.model.catalogue import Cell, shipped

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


@pytest.fixture
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT
