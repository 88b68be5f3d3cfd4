"""The goal table: every indicator with baseline, stages, target, requirement and status (§2).

The one table that all renderings show. Each number in it is a printed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING

from planner.compliance.goalframes import goal_records, long_records
from planner.compliance.goalrows import IN_WORDS, GoalRow, GoalStatus, WordRow
from planner.compliance.judge import Line, Verdict, rate_margin
from planner.compliance.numbers import Numbers
from planner.compliance.rows import Sense, Status
from planner.compliance.system import System
from planner.core.findings import Finding, Obligation, UnknownNameError
from planner.core.frames import As, Records
from planner.core.rounding import as_printed
from planner.model.cards import card
from planner.model.catalogue import Cell, Indicator

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GoalTable:
    """All lines of the goal table, in the catalogue's order; iterate it, or ask by indicator id.

    Attributes
    ----------
    base_year, years
        The base year, and those that have targets.
    rows
        A line for each indicator that has a baseline, a target or a rule.
    words
        A line for each direction that has a state or a goal in words.

    Examples
    --------
    >>> import planner as pl
    >>> goals = pl.plan(pl.shared("baselines") / "example.csv").goals
    >>> row = goals["co2_intensity"]
    >>> str(row.baseline), str(row.values[2028]), row.item.unit("en"), row.status
    ('0.42', '0.28', 't per 10k yuan', 'free')
    """

    base_year: int
    years: tuple[int, ...]
    rows: tuple[GoalRow, ...]
    words: tuple[WordRow, ...] = ()

    def __iter__(self) -> Iterator[GoalRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, key: object) -> bool:
        return any(key in (row.id, row, row.item.zh, row.item.en) for row in self.rows)

    def __getitem__(self, key: str) -> GoalRow:
        """Return an indicator's line, by id or name.

        Raises
        ------
        InputError
            When the table has none; also caught as a KeyError.
        """
        for row in self.rows:
            if key == row.id:
                return row
        for row in self.rows:
            if key in {row.item.zh, row.item.en}:
                return row
        names = [text for row in self.rows for text in (row.id, row.item.zh, row.item.en)]
        near = get_close_matches(str(key), names, 1)
        fault = Finding(
            "indicator_unknown", Obligation.MUST_FIX, found=str(key)[:40],
            facts={"near": near[0]} if near else {}, ways_out=("did_you_mean",) if near else (),
        )  # fmt: skip
        raise UnknownNameError([fault])

    def records(self, lang: str = "") -> list[dict[str, str]]:
        """Return the lines as text, in the fields of ``goals.csv``.

        Parameters
        ----------
        lang
            ``zh`` or ``en``, for names, directions and units.

        Examples
        --------
        >>> import planner as pl
        >>> first = pl.plan(pl.shared("baselines") / "example.csv").goals.records("en")[0]
        >>> first["name"], first["2028"], first["requirement"]
        ('Total output', '247.84', '≥247.84')
        """
        return [
            {
                "indicator": row.id,
                "name": row.item.name(lang),
                "direction": row.direction(lang),
                "unit": row.item.unit(lang),
                "baseline": as_printed(row.baseline),
                **{str(year): as_printed(row.values[year]) for year in self.years},
                "requirement": row.requirement_text,
                "margin": as_printed(row.margin),
                "status": row.status,
            }
            for row in self.rows
        ]

    def word_records(self, lang: str = "") -> list[dict[str, str]]:
        """Return what is said in words, in the fields of :meth:`records`.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> (line,) = plan.describe("opening", 2028, "five laboratories").goals.word_records("en")
        >>> line["indicator"], line["direction"], line["2028"], line["status"]
        ('opening', 'Opening and cooperation', 'five laboratories', 'free')
        """
        return [
            {
                "indicator": row.id,
                "name": IN_WORDS(lang),
                "direction": row.direction(lang),
                "unit": "",
                "baseline": row.texts.get(self.base_year, ""),
                **{str(year): row.texts.get(year, "") for year in self.years},
                "requirement": "",
                "margin": "",
                "status": "free",
            }
            for row in self.words
        ]

    def frame(self, lang: str = "", as_: As = "float", *, long: bool = False) -> pd.DataFrame:
        """Return the table as a DataFrame: see :meth:`planner.Plan.frame`."""
        if long:
            return long_records(self.rows, self.base_year, self.years, lang).frame(as_)
        return self.table(lang).frame(as_, "indicator")

    def table(self, lang: str = "") -> Records:
        """Return the lines as typed cells, in the order of :meth:`records`."""
        return goal_records(self.rows, self.base_year, self.years, lang)

    def __repr__(self) -> str:
        """Say what there is, without all of it."""
        return f"<GoalTable {self.base_year}–{self.years[-1]}, {len(self.rows)} indicators>"

    def _repr_html_(self) -> str:
        return card(self.table(), hidden=("indicator", "sense"))


def tabulate(
    system: System,
    numbers: Numbers,
    verdicts: tuple[Verdict, ...],
    words: Mapping[Cell, str] | None = None,
) -> GoalTable:
    """Put numbers, verdicts and words together, one line for each indicator that is in play."""
    baseline = system.baseline
    by_indicator = _by_indicator(verdicts)
    rows = []
    for item in system.catalogue:
        if not item.goal:
            continue
        values = {year: numbers.printed(item.id, year) for year in system.years}
        start = baseline.printed(item.id)
        rated = _rated(item, by_indicator, numbers, system.years[-1])
        judged = by_indicator.get(item.id, [])
        if start is None and not judged and not any(v is not None for v in values.values()):
            continue
        direction = system.catalogue.directions[item.direction]
        status = _status(judged)
        rules = tuple(dict.fromkeys(v.rule.id for v, _ in judged if v.rule.level != "identity"))
        head = _head(judged, system.years[-1])
        shown = (head.sense, head.requirement, head.margin) if head else (None, None, None)
        if rated is not None:
            verdict, head, shown = rated
            rules = (verdict.rule.id,)
            status = _status([(verdict, line) for line in verdict.lines])
        rate = numbers.rate(item, baseline.base_year, system.years[-1])
        if rate is not None and head is not None:
            rate = _decided_rate(head, baseline.base_year) or rate
        rows.append(GoalRow(item, direction, start, values, status, rules, *shown, head, rate))
    said = tuple(_in_words(system, words or {}))
    return GoalTable(baseline.base_year, system.years, tuple(rows), said)


def _in_words(system: System, words: Mapping[Cell, str]) -> Iterator[WordRow]:
    shown = {system.baseline.base_year, *system.years}
    for key, name in system.catalogue.directions.items():
        texts = {cell.year: text for cell, text in words.items() if cell.indicator == key}
        if texts.keys() & shown:
            yield WordRow(key, name, texts)


def _decided_rate(head: Line, base_year: int) -> Decimal | None:
    """Return the rate that a rule decided about, with the decimals that tell what it decided."""
    if head.rate is None or head.rate.basis != "plan" or head.rate.start != base_year:
        return None
    if head.rate_value is None:
        return None
    return -head.rate_value + 0 if head.rate.decline else head.rate_value


Judged = list[tuple[Verdict, Line]]


def _by_indicator(verdicts: tuple[Verdict, ...]) -> dict[str, Judged]:
    judged: dict[str, Judged] = {}
    for verdict in verdicts:
        if verdict.rule.scope != "target" or verdict.rule.level == "ambition":
            continue
        for line in verdict.lines:
            if (
                verdict.rule.is_choice
                and verdict.status is Status.MET
                and line.status is not Status.MET
            ):
                continue  # a way that was not taken asks nothing
            for key in {cell.indicator for cell in line.subject}:
                if verdict.rule.level == "identity" and line.status is not Status.UNMET:
                    continue
                judged.setdefault(key, []).append((verdict, line))
    return judged


def _status(judged: Judged) -> GoalStatus:
    """Return the worst of what is said of an indicator; nothing said is free."""
    states = {
        verdict.status if verdict.status is line.status else Status.MET
        for verdict, line in judged
        if verdict.status is not Status.MET or verdict.rule.level != "identity"
    }
    worst: tuple[tuple[Status, GoalStatus], ...] = (
        (Status.UNMET, "unmet"),
        (Status.UNKNOWN, "unknown"),
        (Status.MET, "met"),
    )
    return next((word for status, word in worst if status in states), "free")


def _head(judged: Judged, end: int) -> Line | None:
    """Return the line that says what the last year requires: the tightest one."""
    lines = [line for _, line in judged if line.end.year == end and line.requirement is not None]
    lines = [line for line in lines if len(line.subject) == 1]
    if not lines:
        return None

    def rank(line: Line) -> tuple[bool, bool, Decimal]:
        margin = line.margin if line.margin is not None else Decimal("Infinity")
        return line.status is not Status.UNMET, line.basis == "parts", margin

    return min(lines, key=rank)


def _rated(
    item: Indicator, judged: dict[str, Judged], numbers: Numbers, end: int
) -> tuple[Verdict, Line, tuple[Sense, Decimal, Decimal | None]] | None:
    """Return the requirement on a growth rate that a rule on its level amounts to."""
    if item.kind != "growth":
        return None
    for verdict, line in judged.get(item.of, []):
        rate = line.rate
        if rate is None or rate.basis != "plan" or rate.periods != item.periods:
            continue
        if line.end != Cell(item.of, end):
            continue
        factor = numbers.factor(item.of, end, item.periods)
        floor = (line.sense is Sense.GE) != rate.decline
        sense = Sense.GE if floor else Sense.LE
        holds = line.status is Status.MET
        margin = None if factor is None else rate_margin(rate, factor, sense, holds=holds)
        return verdict, line, (sense, rate.required, margin)
    return None
