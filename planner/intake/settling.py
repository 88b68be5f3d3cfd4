"""Settling: numbers that were read to the levels and rates of a file, doubts asked about (§1, §16).

Every number waits until all are read, since one may prove how another is meant. What can be read
in one way is taken and booked; what can be read in two is asked; what cannot be is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.rounding import PERCENT, on_grid, to_grid
from planner.intake.account import Ledger
from planner.intake.doubts import AS_WRITTEN, Doubt, Levels, alike, doubts
from planner.intake.entry import Candidate, Entry
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, Cell
from planner.model.mapping import EVERY, LEAVE, NOTHING, FileMapping
from planner.model.stated import Stated

COARSE = 200  # a figure that keeping its decimals moves by more than a 200th is no longer itself


@dataclass
class Settlement:
    """Levels and growth rates as they are settled, and everything that has to be said of them.

    Parameters
    ----------
    catalogue
        The indicators known.
    answers
        What was said of the file's own labels and doubts.
    ledger
        Where the marks of entries are booked.
    hopes
        Whether targets are wanted: in a goal table a figure of the future is none the less one.
    known
        Levels that are known from elsewhere, against which a doubt may be settled.
    trusted
        Whether the numbers are ones that a saved file holds, about which nothing is asked.
    """

    catalogue: Catalogue
    answers: FileMapping = NOTHING
    ledger: Ledger | None = None
    hopes: bool = field(default=False, kw_only=True)
    known: Mapping[Cell, Decimal] = field(default_factory=dict, kw_only=True)
    trusted: bool = field(default=False, kw_only=True)
    stated: dict[Cell, Stated] = field(init=False, default_factory=dict)
    values: dict[Cell, Decimal] = field(init=False, default_factory=dict)
    growth: dict[Cell, Decimal] = field(init=False, default_factory=dict)
    places: dict[Cell, Place] = field(init=False, default_factory=dict)
    sources: dict[Cell, str] = field(init=False, default_factory=dict)
    findings: list[Finding] = field(init=False, default_factory=list)
    waiting: list[Candidate] = field(init=False, default_factory=list)
    # in which some level stands, whether it could be taken or not
    years: set[int] = field(init=False, default_factory=set)

    def note(self, code: str, level: Obligation, entry: Entry, **more: Any) -> None:
        """Record a finding at the place of an entry."""
        self.findings.append(Finding(code, level, entry.place, **more))

    def fault(self, code: str, entry: Entry, **more: Any) -> None:
        """Record a fault on an entry, which is left for that reason; somebody may say that it is."""
        if entry.key:
            more["facts"] = {"key": entry.key, **more.get("facts", {})}
            more["ways_out"] = (*more.get("ways_out", ()), "leave_cell")
        self.note(code, Obligation.MUST_FIX, entry, **more)
        self.leave(entry, code)

    def leave(self, entry: Entry, reason: str) -> None:
        """Book the mark of an entry as left."""
        if self.ledger is not None and entry.sheet is not None and entry.mark is not None:
            self.ledger.leave(entry.sheet, entry.mark, reason)

    def settle(self) -> None:
        """Take every number that can be read in one way; ask about the others."""
        waiting, self.waiting = self.waiting, []
        levels = Levels(waiting, self.known)
        asked: dict[tuple[str, str], list[tuple[Candidate, Doubt]]] = {}
        for item, doubt in self._proven(
            [(item, doubts(item, levels, self.catalogue)) for item in waiting]
        ):
            way = doubt.way if doubt.settled else self._way(item, doubt)
            if way in doubt.ways:
                self._accept(item, doubt, way)
            elif way == LEAVE:
                self.leave(item.entry, "asked")
            else:
                asked.setdefault((item.key, doubt.code), []).append((item, doubt))
        for (key, code), group in asked.items():
            self._ask(key, code, group)

    def _proven(self, found: list[tuple[Candidate, Doubt]]) -> Iterator[tuple[Candidate, Doubt]]:
        """Yield doubts settled as far as others of the same row are: a row is written in one way."""
        proven: dict[tuple[str, str, str], set[str]] = {}
        for item, doubt in found:
            if doubt.code and doubt.settled:
                proven.setdefault((item.key, item.entry.label, doubt.code), set()).add(doubt.way)
        for item, doubt in found:
            ways = proven.get((item.key, item.entry.label, doubt.code), set())
            if not doubt.settled and len(ways) == 1:
                yield item, alike(doubt, next(iter(ways)))
            elif not doubt.settled and self.trusted:
                yield item, replace(doubt, settled=True, way=next(iter(doubt.ways)))
            else:
                yield item, doubt

    def _way(self, item: Candidate, doubt: Doubt) -> str:
        way = self.answers.way(item.entry.key, f"{item.key}@{item.year}", item.key, EVERY)
        return next(iter(doubt.ways)) if way == AS_WRITTEN else way

    def _ask(self, key: str, code: str, group: list[tuple[Candidate, Doubt]]) -> None:
        """Ask once for all numbers of an indicator that are doubtful in the same way."""
        first, doubt = group[0]
        for item, _ in group:
            self.leave(item.entry, code)
        years = "、".join(str(item.year) for item, _ in group)
        ways = [
            f"{name} → {_printed(value)} {first.own}"
            for name, value in doubt.ways.items()
            if value is not None
        ]
        many = len(group) > 1
        self.note(
            code,
            Obligation.MUST_FIX,
            first.entry,
            indicator=key,
            year=first.year,
            found=doubt.found,
            expected=doubt.expected,
            facts={
                "ways": "；".join(ways),
                "key": key if many else f"{key}@{first.year}",
                "first": next(iter(doubt.ways)),
                "years": years,
            },
            ways_out=("take_way",),
        )

    def _accept(self, item: Candidate, doubt: Doubt, way: str) -> None:
        """Store a number as it is to be read."""
        entry, key, year = item.entry, item.key, item.year
        value: Fraction | None = doubt.ways[way]
        if value is None or doubt.code == "unit_differs":
            self.fault(
                "unit_differs",
                entry,
                indicator=key,
                year=year,
                found=doubt.found,
                expected=item.own,
                ways_out=("write_in_unit",),
            )
            return
        if doubt.said or not doubt.settled:
            self.note(
                doubt.said or "answer_taken",
                Obligation.INFO,
                entry,
                indicator=key,
                year=year,
                found=doubt.found,
                expected=f"{_printed(value)} {item.own}",
                facts={} if doubt.said else {"way": way},
            )
        if item.growth and value <= -PERCENT:
            self.fault(
                "growth_impossible", entry, indicator=key, year=year, found=str(_printed(value))
            )
        elif value < 0 and not item.growth:
            self.fault("negative", entry, indicator=key, year=year, found=str(_printed(value)))
        else:
            self._on_grid(item, value)

    def _on_grid(self, item: Candidate, value: Fraction) -> None:
        entry, key, year = item.entry, item.key, item.year
        decimals = item.item.decimals if item.item else 2
        rounded = to_grid(value, decimals)
        if not on_grid(value, decimals):
            if decimals == 0 and item.item is not None:
                self.fault("not_whole", entry, indicator=key, year=year, found=str(_printed(value)))
                return
            far = abs(Fraction(rounded) - value) * COARSE > abs(value)
            self.note(
                "rounded",
                Obligation.NEEDS_REASON if far and not item.growth else Obligation.INFO,
                entry,
                indicator=key,
                year=year,
                found=str(_printed(value)),
                expected=str(rounded),
            )
        self._store(entry, key, year, rounded, item)

    def _store(self, entry: Entry, key: str, year: int, value: Decimal, taken: Candidate) -> None:
        item = self.catalogue.indicators.get(key)
        stem = item.of if item and item.kind == "growth" else key.removesuffix(GROWTH_SUFFIX)
        yearly = item is None or (item.kind == "growth" and item.periods == 1)
        cell = Cell(stem if yearly else key, year)
        target = self.growth if yearly else self.values
        place_key = Cell(key, year)
        if cell in target:
            same = target[cell] == value
            self.leave(entry, "duplicate")
            if same and entry.repeated:
                return  # a form asks for the same number in more than one place
            self.note(
                "duplicate",
                Obligation.INFO if same else Obligation.MUST_FIX,
                entry,
                indicator=key,
                year=year,
                found=str(value),
                expected=str(target[cell]),
                facts={"first": str(self.places.get(place_key, "")), "key": entry.key},
                ways_out=("leave_cell",) if entry.key and not same else (),
            )
            return
        target[cell] = value
        self.places[place_key] = entry.place
        if entry.source:
            self.sources[place_key] = entry.source
        if self.ledger is not None and entry.sheet is not None and entry.mark is not None:
            kind = "growth" if taken.growth else "level"
            unit = taken.unit.text or taken.own
            self.ledger.use(entry.sheet, entry.mark, kind, key, year, unit, str(value))


def _printed(value: Fraction) -> Decimal:
    """Return a number with as many decimals as it has, six at most."""
    for decimals in range(7):
        if on_grid(value, decimals):
            return to_grid(value, decimals)
    return to_grid(value, 6)
