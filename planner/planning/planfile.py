"""The plan file: what ``plan.json`` holds, as a closed schema (§11)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.core.findings import Finding
from planner.core.schema import Closed, Quantity
from planner.model.asked import LONGEST_WORDS
from planner.model.benchmarks import Benchmark
from planner.model.catalogue import Indicator
from planner.model.rules import Threshold
from planner.model.shapes import Shape
from planner.model.stated import LONGEST
from planner.planning.changes import How, Kind

RATIO = r"^\d+(/[1-9]\d*)?$"


class Amount(Closed):
    """A number for a cell."""

    indicator: str
    year: int
    value: Quantity
    source: str = ""


class Target(Closed):
    """What is asked for of a cell in other words than a level."""

    indicator: str
    year: int
    stated: Annotated[str, Field(max_length=LONGEST)]


class Words(Closed):
    """What is said in words of a direction."""

    direction: str
    year: Annotated[int, Field(ge=1990, le=2100)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS)]


class Reference(Closed):
    """A rule set or scenario: by id where it is a shipped one, with its text where not."""

    id: str
    version: str = ""
    hash: str
    text: str | None = None


class Figure(Closed):
    """A benchmark figure at hand and whether a rule was held against it."""

    figure: Benchmark
    used: bool


class ChangeRecord(Closed):
    """A target before and after a repair."""

    indicator: str
    year: int
    old: Quantity | None
    new: Quantity
    kind: Kind
    rows: tuple[str, ...]
    how: How


class RepairRecord(Closed):
    """What a repair found; distance and gap as exact fractions."""

    complies: bool
    distance: Annotated[str, Field(pattern=RATIO)]
    gap: Annotated[str, Field(pattern=RATIO)]
    changes: tuple[ChangeRecord, ...]
    odds: tuple[str, str] | None = None
    bottleneck: str = ""


class PlanFile(Closed):
    """What ``plan.json`` holds."""

    format: Literal[1]
    package: str
    hash: str
    cluster: str
    name: str
    base_year: int
    rules: Reference
    scenario: Reference | None
    readings: dict[str, str]
    readings_in_force: dict[str, str]
    own_indicators: tuple[Indicator, ...]
    levels: tuple[Amount, ...]
    growth: tuple[Amount, ...]
    wishes: tuple[Amount, ...]
    pins: tuple[Amount, ...]
    targets: tuple[Target, ...] = ()
    shapes: dict[str, Shape]
    given: tuple[Amount, ...] | None
    seed: int | None
    horizon: Annotated[int, Field(ge=1, le=10)] | None = None
    reasons: dict[str, str] = Field(default_factory=dict)
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    described: tuple[Words, ...] = ()
    promised: dict[str, Annotated[str, Field(max_length=LONGEST_WORDS)]] = Field(
        default_factory=dict
    )
    repair: RepairRecord | None = None
    benchmarks: tuple[Figure, ...]
    input_findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    goals: tuple[dict[str, str], ...]
