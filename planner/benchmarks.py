"""Benchmarks: what others achieve, each figure with its provenance (§10).

A figure is read from a CSV, never invented. What stands between it and an indicator - age,
another basis, no known change over time - is a finding whenever the figure is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from planner import resources
from planner.catalogue import Catalogue, plain, shipped
from planner.findings import CLOSED, Finding, InputError, Obligation, Place
from planner.grid import PERCENT, Rounding, to_grid, yearly_decline, yearly_growth
from planner.layout import text_of
from planner.numerals import read_number, read_year
from planner.rules import MOST_YEARS
from planner.rulesets import benchmark_target
from planner.tables import Table, read_tables

REQUIRED = ("id", "value", "unit", "year", "scope", "basis", "source")
OPTIONAL = ("low", "high", "retrieved", "note", "change")
STALE_AFTER = 2  # years, §10
_SPAN = re.compile(r"%(?:/(\d*)(?:年|yr|y|years?|a))?")


@dataclass(frozen=True)
class Benchmark:
    """One published or given figure.

    `span` is the number of years a decline extends over, 0 for a level; `change` what a level
    is expected to move by each year, where that is known.
    """

    __pydantic_config__ = CLOSED

    id: str
    value: Decimal
    unit: str
    year: int
    scope: str
    basis: str
    source: str
    span: int = 0
    change: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    retrieved: str = ""
    note: str = ""
    given: bool = False
    place: Place = field(default_factory=Place)

    @property
    def yearly(self) -> Decimal:
        """Return a rate as per cent a year, rounded up to the two decimals printed."""
        convert = yearly_growth if self.id.endswith("_growth") else yearly_decline
        return to_grid(convert(self.value, self.span), 2, Rounding.UP)

    def level(self, year: int) -> Fraction:
        """Return a level carried to a year with its own expected change, if known."""
        moved = Fraction(self.value) + Fraction(self.change or 0) * max(0, year - self.year)
        return min(moved, Fraction(100)) if self.unit == "%" else moved


@dataclass(frozen=True)
class BenchmarkBook:
    """All figures at hand: the user's before the shipped ones."""

    figures: tuple[Benchmark, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: BenchmarkBook) -> BenchmarkBook:
        """Put other figures behind these."""
        return BenchmarkBook(self.figures + other.figures, self.findings + other.findings)

    def choose(
        self, ids: Sequence[str], base_year: int, catalogue: Catalogue
    ) -> tuple[Benchmark | None, tuple[Finding, ...]]:
        """Choose the figure a rule is held against.

        The first id that has any figure; of its figures the user's own, then one that is not
        stale, then one on the indicator's basis, then the latest. What is doubtful about
        the choice comes with it as findings.
        """
        for key in ids:
            figures = [figure for figure in self.figures if figure.id == key]
            if not figures:
                continue
            wanted = _basis_of(ids[0], catalogue)

            def rank(figure: Benchmark, wanted: str = wanted) -> tuple[bool, bool, bool, int]:
                fits = catalogue.basis(figure.basis) == wanted
                return figure.given, base_year - figure.year <= STALE_AFTER, fits, figure.year

            best = max(figures, key=rank)
            return best, tuple(_doubts(best, key, wanted, base_year, catalogue))
        missing = Finding(
            "benchmark_missing",
            Obligation.NEEDS_REASON,
            found=ids[0],
            facts={"ids": " / ".join(ids)},
            ways_out=("give_benchmark",),
        )
        return None, (missing,)


def _basis_of(key: str, catalogue: Catalogue) -> str:
    target = benchmark_target(key, catalogue)
    return catalogue[target[0]].basis if target else ""


def _doubts(
    figure: Benchmark, key: str, wanted: str, base_year: int, catalogue: Catalogue
) -> Iterable[Finding]:
    facts = {"source": figure.source.split(" http")[0], "of_year": str(figure.year), "id": key}
    facts["figure"] = f"{figure.value} {figure.unit}"
    facts["scope"] = figure.scope
    if wanted and catalogue.basis(figure.basis) != wanted:
        yield Finding(
            "benchmark_basis",
            Obligation.NEEDS_REASON,
            found=figure.basis,
            expected=catalogue.bases.get(wanted, (wanted,))[-1],
            facts=facts,
            ways_out=("give_reason", "give_benchmark"),
        )
    if base_year - figure.year > STALE_AFTER:
        yield Finding(
            "benchmark_stale",
            Obligation.NEEDS_REASON,
            found=str(figure.year),
            expected=str(base_year - STALE_AFTER),
            facts=facts,
            ways_out=("give_reason", "give_benchmark"),
        )
    if not figure.span and figure.change is None:
        yield Finding("benchmark_carried", Obligation.INFO, found=str(figure.year), facts=facts)
    if figure.span > 1:
        yield Finding(
            "benchmark_converted",
            Obligation.INFO,
            found=f"{figure.value} {figure.unit}",
            expected=f"{figure.yearly}%",
            facts=facts,
        )


class _Reader:
    """Reads the lines of one benchmark file."""

    def __init__(self, table: Table, catalogue: Catalogue, *, given: bool) -> None:
        self.table, self.catalogue, self.given = table, catalogue, given
        self.findings: list[Finding] = []
        self.columns: dict[str, int] = {}

    def header(self, row: tuple[Any, ...]) -> None:
        for column in range(len(row)):
            name = text_of(row, column)
            if name in self.columns:
                place = self.table.place(0, column)
                self.findings.append(
                    Finding("column_repeated", Obligation.MUST_FIX, place, found=name)
                )
            elif name in REQUIRED + OPTIONAL:
                self.columns[name] = column
            elif name:
                place = self.table.place(0, column)
                self.findings.append(Finding("column_ignored", Obligation.INFO, place, found=name))
        missing = [name for name in REQUIRED if name not in self.columns]
        if missing:
            raise InputError(
                [
                    Finding(
                        "header_missing",
                        Obligation.MUST_FIX,
                        Place(file=self.table.file, line=1),
                        found=", ".join(str(cell) for cell in row if cell),
                        expected=", ".join(missing),
                    )
                ]
            )

    def line(self, number: int) -> Benchmark | None:
        row = self.table.rows[number]
        text = {name: text_of(row, column) for name, column in self.columns.items()}
        if not any(text.values()):
            return None
        before = len(self.findings)
        if any(text_of(row, column) for column in range(len(self.table.rows[0]), len(row))):
            self._fault("fields_too_many", number, text, "id")
        span = self._span(number, text)
        value = self._number(number, text, "value")
        if value is not None:
            self._in_range(number, text, value)
        year = read_year(text["year"])
        if year is None:
            self._fault("year_wrong", number, text, "year")
        for name in ("scope", "basis", "source"):
            if not text[name]:
                self._fault("provenance_missing", number, text, name)
        more = {
            name: self._number(number, text, name)
            for name in ("low", "high", "change")
            if text.get(name)
        }
        if len(self.findings) > before or value is None or year is None:
            return None
        return Benchmark(
            id=text["id"],
            value=value,
            unit=text["unit"],
            year=year,
            scope=text["scope"],
            basis=text["basis"],
            source=text["source"],
            span=span,
            retrieved=text.get("retrieved", ""),
            note=text.get("note", ""),
            given=self.given,
            place=self.table.place(number, self.columns["id"]),
            **more,
        )

    def repeated(self, figures: tuple[Benchmark, ...]) -> None:
        """Report a figure that is given twice with different values; neither is to be guessed."""
        seen: dict[tuple[str, int, str, str], Benchmark] = {}
        for figure in figures:
            key = (figure.id, figure.year, figure.scope, figure.basis)
            first = seen.setdefault(key, figure)
            if self.given and first.value != figure.value:
                self.findings.append(
                    Finding(
                        "duplicate",
                        Obligation.MUST_FIX,
                        figure.place,
                        year=figure.year,
                        found=str(figure.value),
                        expected=str(first.value),
                        facts={"first": str(first.place), "subject": figure.id},
                    )
                )

    def _fault(
        self, code: str, number: int, text: dict[str, str], name: str, expected: str = ""
    ) -> None:
        place = self.table.place(number, self.columns[name])
        found = f"{name}: {text.get(name, '')}"
        self.findings.append(
            Finding(code, Obligation.MUST_FIX, place, found=found, expected=expected)
        )

    def _number(self, number: int, text: dict[str, str], name: str) -> Decimal | None:
        value = read_number(text[name]).value
        if value is None:
            self._fault("not_a_number", number, text, name)
        return value

    def _in_range(self, number: int, text: dict[str, str], value: Decimal) -> None:
        """Refuse what no share or fall can be."""
        target = benchmark_target(text["id"], self.catalogue)
        if target is None:
            return
        cap = self.catalogue[target[0]].cap if target[1] == "level" else None
        if (target[1] == "decline" and abs(value) >= PERCENT) or (
            target[1] == "level" and (value < 0 or (cap is not None and value > cap))
        ):
            self._fault("value_wrong", number, text, "value")

    def _span(self, number: int, text: dict[str, str]) -> int:
        """Return over how many years a decline extends, 0 for a level; the unit says it."""
        target = benchmark_target(text["id"], self.catalogue)
        if target is None:
            self._fault("benchmark_id_unknown", number, text, "id")
            return 0
        if target[1] == "level":
            if plain(text["unit"]) not in _units(self.catalogue, target[0]):
                unit = self.catalogue[target[0]].unit.zh
                self._fault("unit_differs", number, text, "unit", unit)
            return 0
        span = _SPAN.fullmatch(text["unit"].replace(" ", ""))
        if span is None or not 1 <= int(span[1] or 1) <= MOST_YEARS:
            self._fault("unit_differs", number, text, "unit", "%/年, %/5年")
            return 0
        return int(span[1] or 1)


def _units(catalogue: Catalogue, key: str) -> set[str]:
    unit = catalogue[key].unit
    return {plain(unit.zh), plain(unit.en)}


def read_benchmarks(
    path: str | Path, catalogue: Catalogue | None = None, *, given: bool = True
) -> BenchmarkBook:
    """Read a benchmark file.

    Parameters
    ----------
    path
        CSV with columns ``id,value,unit,year,scope,basis,source`` and optionally
        ``low,high,retrieved,note,change``. Declines are in ``%/年`` or over several years as
        ``%/5年``; a level's `change` is in its own unit a year.

    Raises
    ------
    InputError
        When the file cannot be read or its header is not that of a benchmark file. A faulty
        line is a finding and is left out.
    """
    catalogue = catalogue or shipped()
    table = read_tables(Path(path))[0]
    reader = _Reader(table, catalogue, given=given)
    reader.header(table.rows[0] if table.rows else ())
    figures = [reader.line(number) for number in range(1, len(table.rows))]
    known = tuple(figure for figure in figures if figure is not None)
    reader.repeated(known)
    return BenchmarkBook(known, tuple(reader.findings))


@resources.once
def shipped_benchmarks() -> BenchmarkBook:
    """Return the published figures that come with the package."""
    return read_benchmarks(resources.shared("baselines") / "benchmarks.csv", given=False)
