"""Scenarios: a named set of ambitions, wishes, pins and shapes, as a file (§4).

An ambition is a test like that of a rule, only that nobody is bound by it; so a scenario is
compiled by the same mechanism as the rules.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, Field

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.schema import (
    Checked,
    Closed,
    Document,
    Identified,
    Path_,
    Quantity,
    Text,
    parse,
    read_text,
    validate,
)
from planner.model.catalogue import Catalogue, Cell, shipped
from planner.model.rules import Test
from planner.model.rulesets import test_findings
from planner.model.shapes import Shape
from planner.model.stated import LONGEST, Stated, read_stated

FOLDER = "templates"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")


def _plain(raw: object) -> object:
    """Return a plain number as one; anything else is a target stated in other words, as it stands."""
    return Decimal(raw) if isinstance(raw, str) and _NUMBER.fullmatch(raw) else raw


class Value(Closed):
    """A value for one cell; without a year, for the last year of the plan.

    A wish may be a number or a target as plans state it: ``">=260"``, ``"+10"``, ``"8%/yr"``.
    """

    indicator: str
    year: int | None = None
    value: Annotated[Quantity | Annotated[str, Field(max_length=LONGEST)], BeforeValidator(_plain)]


class ScenarioFile(Identified):
    """What a scenario file holds."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    description: Text | None = None
    ambitions: tuple[Test, ...] = ()
    wishes: tuple[Value, ...] = ()
    pins: tuple[Value, ...] = ()
    shapes: dict[str, Shape] = Field(default_factory=dict)
    readings: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, eq=False)  # equality and hash are those of any checked file
class Scenario(Checked[ScenarioFile]):
    """A checked scenario file; `document` knows on which line everything stands."""

    document: Document | None = field(default=None, compare=False, repr=False)

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings on readings with the place of those that this scenario chooses."""
        return [
            replace(item, place=self.document.place(("readings", item.rule)))
            if self.document and item.rule in self.record.readings
            else item
            for item in findings
        ]

    def outside(self, years: tuple[int, ...]) -> list[Finding]:
        """Return a finding for every wish or pin for a year that is not one of the plan's."""
        findings = []
        for section in ("wishes", "pins"):
            for index, item in enumerate(getattr(self.record, section)):
                if item.year is not None and item.year not in years:
                    findings.append(
                        Finding(
                            "year_outside",
                            Obligation.MUST_FIX,
                            self.document.place((section, index, "year"))
                            if self.document
                            else Place(),
                            item.indicator,
                            found=str(item.year),
                            expected="、".join(map(str, years)),
                        )
                    )
        return findings

    def without(self, number: int, catalogue: Catalogue) -> Scenario:
        """Return the scenario without one of its ambitions, counted from one as its rows are."""
        data = yaml.safe_load(self.text)
        del data["ambitions"][number - 1]
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        return from_text(text, self.id, catalogue)

    def stated(self, catalogue: Catalogue, end: int) -> Mapping[Cell, Stated]:
        """Return the wishes that are stated in other words than a level, by cell."""
        return {
            Cell(item.indicator, item.year or end): told
            for item in self.record.wishes
            if isinstance(item.value, str) and (told := _read(item, catalogue)) is not None
        }

    def cells(self, values: tuple[Value, ...], end: int) -> Mapping[Cell, Decimal]:
        """Return wishes or pins by cell."""
        return {
            Cell(item.indicator, item.year or end): item.value
            for item in values
            if isinstance(item.value, Decimal)
        }


def _folder() -> Path:
    return resources.shared(FOLDER) / "scenarios"


def scenario_names() -> list[str]:
    """Return the ids of the shipped scenarios."""
    return resources.shipped_names(_folder())


def from_text(text: str, name: str, catalogue: Catalogue, *, is_shipped: bool = False) -> Scenario:
    """Check the text of a scenario file.

    Raises
    ------
    InputError
        With a located finding for every fault.
    """
    text = text.replace("\r\n", "\n")
    document = parse(text, name)
    record, findings = validate(ScenarioFile, document)
    if record is None:
        raise InputError(findings)
    faults = list(findings)
    for index, test in enumerate(record.ambitions):
        faults += test_findings(test, ("ambitions", index), document, catalogue)
    named: list[tuple[Path_, str]] = []
    named += [(("wishes", index), item.indicator) for index, item in enumerate(record.wishes)]
    named += [(("pins", index), item.indicator) for index, item in enumerate(record.pins)]
    named += [(("shapes", key), key) for key in record.shapes]
    for path, key in named:
        if key not in catalogue:
            near = difflib.get_close_matches(key, [item.id for item in catalogue], 1)
            faults.append(
                Finding(
                    "indicator_unknown",
                    Obligation.MUST_FIX,
                    document.place(path),
                    found=key,
                    facts={"near": near[0]} if near else {},
                    ways_out=("did_you_mean",) if near else (),
                )
            )
    faults += _value_findings(record, document, catalogue)
    if faults:
        raise InputError(faults)
    return Scenario(record, text, is_shipped, document)


def _read(item: Value, catalogue: Catalogue) -> Stated | None:
    unit = catalogue[item.indicator].unit.zh if item.indicator in catalogue else ""
    return read_stated(str(item.value), unit)


def _value_findings(
    record: ScenarioFile, document: Document, catalogue: Catalogue
) -> Iterator[Finding]:
    for section in ("wishes", "pins"):
        seen: set[tuple[str, int | None]] = set()
        for index, item in enumerate(getattr(record, section)):
            place = document.place((section, index, "value"))
            if isinstance(item.value, str):
                if section == "pins" or _read(item, catalogue) is None:
                    yield Finding("not_stated", Obligation.MUST_FIX, place, item.indicator,
                                  found=item.value, ways_out=("write_target",))  # fmt: skip
            elif item.value < 0 and "growth" not in item.indicator:
                yield Finding(
                    "negative", Obligation.MUST_FIX, place, item.indicator, found=str(item.value)
                )
            if (item.indicator, item.year) in seen:
                cell = f"{item.indicator} {item.year or ''}".strip()
                place = document.place((section, index))
                yield Finding("id_repeated", Obligation.MUST_FIX, place, found=cell)
            seen.add((item.indicator, item.year))


@lru_cache(maxsize=16)
def load_scenario(name: str) -> Scenario:
    """Load a shipped scenario by id.

    >>> load_scenario("steady").record.title.zh
    '稳健'
    """
    names = scenario_names()
    if name not in names:
        raise InputError(
            [
                Finding(
                    "scenario_unknown",
                    Obligation.MUST_FIX,
                    found=name,
                    expected=", ".join(names),
                )
            ]
        )
    path = _folder() / f"{name}.yaml"
    return from_text(path.read_text(encoding="utf-8"), path.name, shipped(), is_shipped=True)


def scenario(name_or_path: str | Path, catalogue: Catalogue | None = None) -> Scenario:
    """Return a shipped scenario by id, or read a scenario file by path."""
    text = str(name_or_path)
    if text in scenario_names():
        return load_scenario(text)
    if text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text:
        path = Path(name_or_path)
        return from_text(read_text(path), path.name, catalogue or shipped())
    return load_scenario(text)
