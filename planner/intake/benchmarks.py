"""Benchmarks in: a CSV of published or own figures, every faulty line located (§10)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Mark, Sheet
from planner.core.numberformats import shown
from planner.core.numerals import narrow, read_number, seen
from planner.core.rounding import PERCENT, to_grid
from planner.core.tables import read_sheets
from planner.intake.account import Ledger
from planner.intake.doubts import rate_ways
from planner.intake.headings import read_heading
from planner.model.benchmarks import OPTIONAL, REQUIRED, Benchmark, BenchmarkBook
from planner.model.catalogue import Catalogue, plain, shipped
from planner.model.mapping import NOTHING, FileMapping, mapped
from planner.model.rules import MOST_YEARS
from planner.model.rulesets import benchmark_target
from planner.model.scopes import kind_of, scope_words

_SPAN = re.compile(r"%(?:/(\d*)(?:年|yr|y|years?|a))?")
MOST_A_YEAR = 10  # per cent that something may fall every year without a question


class _Reader:
    """Reads the lines of one benchmark file."""

    def __init__(
        self,
        sheet: Sheet,
        catalogue: Catalogue,
        ledger: Ledger,
        answers: FileMapping,
        *,
        given: bool,
    ) -> None:
        self.sheet, self.catalogue, self.given = sheet, catalogue, given
        self.ledger, self.answers = ledger, answers
        self.findings: list[Finding] = []
        self.columns: dict[str, int] = {}
        self.head = -1

    def header(self) -> None:
        """Find the row of the headings; lines above it are titles."""
        rows = list(self.sheet.rows.items())
        found = next((row for row, marks in rows if _is_head(marks)), rows[0][0] if rows else 0)
        self.head = found
        for row, marks in rows:
            for mark in marks if row < found else ():
                self.ledger.leave(self.sheet, mark, "title")
        for mark in self.sheet.rows.get(found, ()):
            name = _heading(mark)
            place = self.sheet.place(found, mark.column)
            if name in self.columns:
                self.findings.append(
                    Finding("column_repeated", Obligation.MUST_FIX, place, found=name)
                )
                self.ledger.leave(self.sheet, mark, "column_repeated")
            elif name in REQUIRED + OPTIONAL:
                self.columns[name] = mark.column
                self.ledger.use(self.sheet, mark, "heading")
            else:
                self.findings.append(
                    Finding("column_ignored", Obligation.INFO, place, found=mark.text)
                )
                self.ledger.leave(self.sheet, mark, "column_ignored")
        missing = [name for name in REQUIRED if name not in self.columns]
        if missing:
            marks = self.sheet.rows.get(found, ())
            raise InputError(
                [
                    Finding(
                        "header_missing",
                        Obligation.MUST_FIX,
                        Place(file=self.sheet.file, line=1),
                        found=", ".join(mark.text for mark in marks),
                        expected=", ".join(missing),
                    )
                ]
            )

    def line(self, row: int) -> Benchmark | None:
        """Return the figure of a line, None where it has none that can be used."""
        text = {name: self.sheet.text(row, column).strip() for name, column in self.columns.items()}
        text = {name: "" if read_number(value).blank else value for name, value in text.items()}
        if not any(text.values()):
            return None
        if not text["id"] and not text["value"]:
            return None  # a line of text below the figures
        before = len(self.findings)
        heads = {mark.column for mark in self.sheet.rows[self.head]}
        if any(mark.column > max(heads) for mark in self.sheet.rows[row]):
            self._fault("fields_too_many", row, text, "id")
        target = benchmark_target(text["id"], self.catalogue)
        span = self._span(row, text, target)
        value = self._number(row, text, "value")
        if value is not None:
            value = self._meant(row, text, target, value)
        if value is not None:
            self._in_range(row, text, target, value)
            bare_unit = text["unit"].strip() in {"%", "％"}
            if self.given and bare_unit and span == 1 and abs(value) > MOST_A_YEAR:
                self._fault("span_suspected", row, text, "value", facts={"subject": text["id"]},
                            ways_out=("write_span",))  # fmt: skip
        year = read_heading(text["year"])
        if year.year is None or year.period or year.rest:
            self._fault("year_wrong", row, text, "year")
        for name in ("scope", "basis", "source"):
            if not text[name]:
                self._fault("provenance_missing", row, text, name)
        low, high, change = self._around(row, text, value)
        kind = kind_of(text["kind"]) if text.get("kind") else None
        if text.get("kind") and kind is None:
            words = "、".join(names[-1] for names in scope_words().kinds.values())
            self._fault("benchmark_kind_unknown", row, text, "kind", words)
        if len(self.findings) > before or value is None or year.year is None:
            return None
        self._book(row, text, value, year.year)
        return Benchmark(
            id=text["id"],
            value=value,
            unit=text["unit"],
            year=year.year,
            scope=text["scope"],
            basis=text["basis"],
            source=text["source"],
            span=span,
            retrieved=text.get("retrieved", ""),
            note=text.get("note", ""),
            kind=kind,
            computed=text.get("computed", ""),
            given=self.given,
            place=self.sheet.place(row, self.columns["id"]),
            low=low,
            high=high,
            change=change,
        )

    def _around(
        self, row: int, text: dict[str, str], value: Decimal | None
    ) -> tuple[Decimal | None, ...]:
        """Return what a figure lies between and moves by each year, which it may not contradict."""
        low, high, change = (
            self._number(row, text, name) if text.get(name) else None
            for name in ("low", "high", "change")
        )
        inside = value is None or (
            (low is None or low <= value) and (high is None or value <= high)
        )
        if not inside or (low is not None and high is not None and low > high):
            said = f"{text['value']} ({low} – {high})"
            self._fault("range_contradicts", row, {**text, "value": said}, "value")
        return low, high, change

    def _book(self, row: int, text: dict[str, str], value: Decimal, year: int) -> None:
        for name, column in self.columns.items():
            mark = self.sheet.at(row, column)
            if mark is None:
                continue
            if name == "value":
                self.ledger.use(
                    self.sheet, mark, "benchmark", text["id"], year, text["unit"], str(value)
                )
            elif text[name]:
                self.ledger.use(self.sheet, mark, name)

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
        self, code: str, row: int, text: dict[str, str], name: str, expected: str = "", **more: Any
    ) -> None:
        place = self.sheet.place(row, self.columns[name])
        cell = f"{name}: {text.get(name, '')}"
        self.findings.append(
            Finding(code, Obligation.MUST_FIX, place, found=cell, expected=expected, **more)
        )

    def _number(self, row: int, text: dict[str, str], name: str) -> Decimal | None:
        mark = self.sheet.at(row, self.columns[name])
        number = read_number(text[name])
        value = number.value
        if value is None and number.unit and plain(number.unit) == plain(text["unit"]):
            value = number.number  # the unit again, behind the figure
        if mark is not None and shown(mark.format).percent and isinstance(mark.value, Decimal):
            return None if value is None else value * PERCENT
        if value is None:
            self._fault("not_a_number", row, text, name)
        return value

    def _meant(
        self, row: int, text: dict[str, str], target: tuple[str, str] | None, value: Decimal
    ) -> Decimal | None:
        """Return a figure as it is meant: the file or an answer says which of two ways is right."""
        mark = self.sheet.at(row, self.columns["value"])
        proven = mark is not None and (shown(mark.format).percent or "%" in narrow(mark.text))
        if not self.given or target is None or proven:
            return value
        ways, code = rate_ways(value, target[1], self.catalogue[target[0]])
        if not ways:
            return value
        key = self.sheet.key(row, self.columns["value"])
        way = self.answers.way(key, f"{text['id']}@{text['year']}", text["id"])
        if way in ways:
            return to_grid(ways[way], 6).normalize() if ways[way] is not None else None
        told = "；".join(f"{name} → {float(number):.12g} %" for name, number in ways.items())
        facts = {"ways": told, "key": key, "first": next(iter(ways)), "years": text["year"]}
        facts["subject"] = text["id"]
        self._fault(code, row, text, "value", facts=facts, ways_out=("take_way",))
        return None

    def _in_range(
        self, row: int, text: dict[str, str], target: tuple[str, str] | None, value: Decimal
    ) -> None:
        """Refuse what no share or fall can be."""
        if target is None:
            return
        cap = self.catalogue[target[0]].cap if target[1] == "level" else None
        if (target[1] == "decline" and abs(value) >= PERCENT) or (
            target[1] == "level" and (value < 0 or (cap is not None and value > cap))
        ):
            self._fault("value_wrong", row, text, "value")

    def _span(self, row: int, text: dict[str, str], target: tuple[str, str] | None) -> int:
        """Return over how many years a decline extends, 0 for a level; the unit says it."""
        if target is None:
            self._fault("benchmark_id_unknown", row, text, "id")
            return 0
        if target[1] == "level":
            if plain(narrow(text["unit"])) not in _units(self.catalogue, target[0]):
                unit = self.catalogue[target[0]].unit.zh
                self._fault("unit_differs", row, text, "unit", unit)
            return 0
        span = _SPAN.fullmatch(narrow(text["unit"]).replace(" ", ""))
        if span is None or not 1 <= int(span[1] or 1) <= MOST_YEARS:
            self._fault("unit_differs", row, text, "unit", "%/年, %/5年")
            return 0
        return int(span[1] or 1)


def _heading(mark: Mark) -> str:
    return narrow(seen(mark.text)).casefold()


def _is_head(marks: tuple[Mark, ...]) -> bool:
    return len({_heading(mark) for mark in marks} & set(REQUIRED)) > len(REQUIRED) // 2


def _units(catalogue: Catalogue, key: str) -> set[str]:
    unit = catalogue[key].unit
    return {plain(unit.zh), plain(unit.en)}


def read_benchmarks(
    path: str | Path,
    catalogue: Catalogue | None = None,
    *,
    given: bool = True,
    mapping: str | Path | FileMapping | None = None,
) -> BenchmarkBook:
    """Read a benchmark file.

    Parameters
    ----------
    path
        CSV with columns ``id,value,unit,year,scope,basis,source`` and optionally
        ``low,high,retrieved,note,change,kind,computed``: `kind` is ``average``, ``target`` or
        ``goal``, `computed` how a figure was worked out that its sources do not state. Declines are in ``%/年`` or over several years as
        ``%/5年``; a level's `change` is in its own unit a year.
    catalogue
        The indicators that ids name; the shipped ones by default.
    given
        Whether they are the user's own, which go before those that are shipped.
    mapping
        Which way doubtful figures are to be read, as for :func:`planner.read_baseline`.

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
    answers = mapped(mapping, None, catalogue)
    return benchmarks_of(read_sheets(Path(path)), catalogue, answers, given=given)


def benchmarks_of(
    sheets: tuple[Sheet, ...],
    catalogue: Catalogue,
    answers: FileMapping = NOTHING,
    ledger: Ledger | None = None,
    *,
    given: bool = True,
) -> BenchmarkBook:
    """Return the figures that sheets hold; every mark on them is booked in the ledger."""
    ledger = ledger or Ledger(sheets)
    open_ = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    sheet = next((s for s in open_ if any(map(_is_head, s.rows.values()))), open_[0])
    reader = _Reader(sheet, catalogue, ledger, answers, given=given)
    reader.header()
    known = []
    for row in [row for row in sheet.rows if row > reader.head]:
        faults = len(reader.findings)
        figure = reader.line(row)
        if figure is not None:
            known.append(figure)
        reason = reader.findings[-1].code if len(reader.findings) > faults else "note"
        for mark in sheet.rows[row]:
            if ledger.is_open(sheet, mark):
                ledger.leave(sheet, mark, reason)
    for other in sheets:
        ledger.leave_rest(other, "hidden" if other.hidden else "other_sheet")
    reader.repeated(tuple(known))
    return BenchmarkBook(tuple(known), tuple(reader.findings))


@resources.once
def shipped_benchmarks() -> BenchmarkBook:
    """Return the published figures that come with the package."""
    return read_benchmarks(resources.shared("baselines") / "benchmarks.csv", given=False)
