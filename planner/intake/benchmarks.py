"""Benchmarks in: a CSV of published or own figures, every faulty line located (§10)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.numerals import read_number, read_year
from planner.core.rounding import PERCENT
from planner.core.tables import Table, read_tables
from planner.intake.layout import text_of
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Catalogue, plain, shipped
from planner.model.rules import MOST_YEARS
from planner.model.rulesets import benchmark_target

REQUIRED = ("id", "value", "unit", "year", "scope", "basis", "source")
OPTIONAL = ("low", "high", "retrieved", "note", "change")
_SPAN = re.compile(r"%(?:/(\d*)(?:年|yr|y|years?|a))?")


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
        cell = f"{name}: {text.get(name, '')}"
        self.findings.append(
            Finding(code, Obligation.MUST_FIX, place, found=cell, expected=expected)
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
    catalogue
        The indicators that ids name; the shipped ones by default.
    given
        Whether they are the user's own, which go before those that are shipped.

    Returns
    -------
    BenchmarkBook
        The figures in the file's order, and the findings on its lines.

    Raises
    ------
    InputError
        When the file cannot be read or its header is not that of a benchmark file. A faulty
        line is a finding and is left out.

    Examples
    --------
    >>> import planner as pl
    >>> book = read_benchmarks(pl.shared("baselines") / "benchmarks.csv")
    >>> str(book.figures[0].value), book.figures[0].unit, book.findings
    ('17.5', '%', ())
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
