"""Doubts: what a number can be read as, and whether the file itself proves one of the ways (§16).

One mechanism for every reader: fraction or per cent, index or growth, the unit that is meant, a
number shown smaller than stored. Each way has a name, by which an answer can choose it, and its
result. Where two ways differ by more than rounding and nothing proves one, it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from planner.core.rounding import PERCENT, on_grid, step
from planner.intake.entry import Candidate, Stated
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.units import factor, read_unit

AS_WRITTEN, PER_CENT, FRACTION, INDEX, STORED, SHOWN = (
    "as_written", "percent", "fraction", "index", "stored", "shown",
)  # fmt: skip
_SAID = {FRACTION: "fraction_converted", INDEX: "index_converted"}
# Neighbouring years further apart than this are more likely to differ in unit than in fact.
JUMP = 100
MOST_GROWTH = 500  # per cent a year; a cluster that grows faster does so on paper
LOW_INDEX, HIGH_INDEX = 60, 300  # what a yearly index with 100 for the year before may be
_BRACKETED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_ALSO = re.compile(r"[(（][^()（）]*[)）]$")  # another name of the unit behind it: 家（个）
# Where a unit is named that has to be the number's own; further away it may be other rows'.
_NEAR = {"cell", "column", "label", "format"}


@dataclass(frozen=True)
class Doubt:
    """The ways in which a number can be read.

    `settled` says that one of them, `way`, is proven or nothing else is possible; `said` is the
    code of the note on it, where it is not as written.
    """

    ways: Mapping[str, Fraction | None]
    code: str = ""
    settled: bool = True
    way: str = AS_WRITTEN
    said: str = ""
    found: str = ""
    expected: str = ""


@dataclass
class Levels:
    """The levels that a file states, before any of them is settled."""

    candidates: Iterable[Candidate]
    known: Mapping[Cell, Decimal]
    by_cell: dict[Cell, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note the level of every cell in its indicator's unit."""
        self.by_cell = {cell: Fraction(value) for cell, value in self.known.items()}
        for item in self.candidates:
            if not item.growth and not item.unit.wrong and not item.unit.others:
                self.by_cell.setdefault(Cell(item.key, item.year), item.plainly)

    def at(self, key: str, year: int) -> Fraction | None:
        """Return a level, None where none is stated."""
        return self.by_cell.get(Cell(key, year))


def unit_of(units: list[tuple[str, str]], own: str, english: str) -> Stated:
    """Return the unit that was stated for a number, of all that are named around it.

    >>> unit_of([("above", "万元")], "亿元", "100m yuan").factor
    Fraction(1, 10000)
    >>> unit_of([("column", "亿美元")], "亿元", "100m yuan").wrong
    '亿美元'
    """
    fitting: list[tuple[str, str, Fraction]] = []
    for where, text in units:
        plain = text.strip()
        if whole := _BRACKETED.fullmatch(plain):
            plain = whole[1].strip()
        if not plain:
            continue
        if (shorter := _ALSO.sub("", plain)) != plain and read_unit(shorter):
            plain = shorter
        same = plain.casefold() in {own.casefold(), english.casefold(), _counted(own)}
        by = Fraction(1) if same else factor(plain, own)
        if by is not None:
            fitting.append((where, plain, by))
        elif where in _NEAR or (where == "heading" and factor(plain, "%") is not None):
            return Stated(plain, where, wrong=plain)
    if not fitting:
        return Stated()
    # A line over the whole table gives way to what is said of the row or column itself.
    near = [item for item in fitting if item[0] != "above"]
    where, text, by = (near or fitting)[0]
    others = {other: value for _, other, value in near or fitting if value != by}
    return Stated(text, where, by, tuple(others.items()))


def _counted(own: str) -> str:
    """Return what a ratio counts, which is how people write its unit: 件 of 件/万人."""
    stem, slash, _ = own.partition("/")
    unit = read_unit(stem) if slash else None
    return stem if unit is not None and unit.measures == "number" else own


def doubts(item: Candidate, levels: Levels, catalogue: Catalogue) -> Doubt:
    """Return the ways in which a number can be read."""
    written = f"{item.number:f}"
    unit = item.unit
    found = f"{written} {unit.text or item.own}".strip() if unit.text else f"{written} {item.own}"
    if unit.wrong or (item.percent and item.own != "%"):
        wrong = f"{written} {unit.wrong}" if unit.wrong else f"{float(item.number * 100):.12g}%"
        wrong = item.text if unit.where == "cell" else wrong
        return Doubt({AS_WRITTEN: None}, "unit_differs", found=wrong)
    if unit.others:
        number = Fraction(item.number)
        ways = {unit.text: number * unit.factor}
        ways |= {text: number * by for text, by in unit.others}
        return Doubt(ways, "unit_conflict", settled=False, found=written, expected=item.own)
    value = item.plainly
    if item.places and not item.percent:
        small = value / 10**item.places
        return Doubt({STORED: value, SHOWN: small}, "shown_scaled", settled=False, found=written)
    if item.index:
        return Doubt({INDEX: value - PERCENT}, way=INDEX, said="index_converted", found=written)
    if item.percent and item.growth and abs(value) > MOST_GROWTH:
        plain = Fraction(item.number)
        found = f"{written} ({float(value):.12g}%)"
        return Doubt({PER_CENT: value, AS_WRITTEN: plain}, "percent_unlikely", settled=False,
                     found=found)  # fmt: skip
    if item.percent:
        shown = (
            f"{value.limit_denominator(10**9)}%"
            if value.denominator == 1
            else f"{float(value):.12g}%"
        )
        return Doubt(
            {PER_CENT: value}, way=PER_CENT, said="percent_format", found=f"{written} ({shown})"
        )
    said = "unit_converted" if unit.factor != 1 else ""
    if item.growth or item.own == "%":
        doubt = _of_rate(item, value, levels, catalogue)
        return doubt or Doubt({AS_WRITTEN: value}, said=said, found=found)
    return _of_size(item, value, levels) or Doubt({AS_WRITTEN: value}, said=said, found=found)


def _of_rate(
    item: Candidate, value: Fraction, levels: Levels, catalogue: Catalogue
) -> Doubt | None:
    """Return the ways of a growth rate or share: per cent, fraction of one, index."""
    typed = item.unit.where == "cell" and item.unit.text in {"%", "‰"}
    if typed and not (item.growth and LOW_INDEX <= value <= HIGH_INDEX):
        return None  # behind the very number
    ways: dict[str, Fraction | None] = {}
    capped = item.item is not None and item.item.cap is not None
    if value and abs(value) <= 1 and (item.growth or capped):
        ways = dict(_fraction(value))
        code = "growth_as_fraction" if item.growth else "share_as_fraction"
    elif item.growth and LOW_INDEX <= value <= HIGH_INDEX:
        ways = {PER_CENT: value, INDEX: value - PERCENT}
        code = "growth_as_index"
    if not ways:
        return None
    proof = _proof(item, levels, catalogue)
    if proof is not None:
        # As exact as the number was written.
        half = Fraction(1, 2 * 10 ** max(0, -int(item.number.as_tuple().exponent)))
        fits = []
        for way, read in ways.items():
            slack = proof[1] + half * (PERCENT if way == FRACTION else 1)
            if read is not None and abs(read - proof[0]) <= slack:
                fits.append(way)
        if len(fits) == 1:
            return Doubt(
                ways, code, way=fits[0], said=_SAID.get(fits[0], ""), found=f"{item.number:f}"
            )
    return Doubt(ways, code, settled=False, found=f"{item.number:f}", expected=item.own)


def alike(doubt: Doubt, way: str) -> Doubt:
    """Return a doubt settled as another number of its row was proven to be meant."""
    if way not in doubt.ways:
        return doubt
    return replace(doubt, settled=True, way=way, said=_SAID.get(way, ""), expected="")


def _fraction(value: Fraction) -> Mapping[str, Fraction]:
    """Return the two ways of a small number that is to be in per cent."""
    return {PER_CENT: value, FRACTION: value * PERCENT}


def _proof(
    item: Candidate, levels: Levels, catalogue: Catalogue
) -> tuple[Fraction, Fraction] | None:
    """Return what the other figures of the file give for a rate, and how exactly."""
    if item.growth:
        if item.item is not None and item.item.periods != 1:
            return None
        now, before = levels.at(item.stem, item.year), levels.at(item.stem, item.year - 1)
        if now is None or not before or now <= 0:
            return None
        half = step(catalogue[item.stem].decimals) / 2
        slack = (half / now + half / before) * (now / before) * PERCENT
        return (now / before - 1) * PERCENT, slack
    if item.item is None or item.item.kind != "ratio":
        return None
    num, den = levels.at(item.item.num, item.year), levels.at(item.item.den, item.year)
    if num is None or not den:
        return None
    return num / den * Fraction(item.item.scale), Fraction(1, 100)


def rate_ways(value: Decimal, kind: str, item: Indicator) -> tuple[Mapping[str, Fraction], str]:
    """Return the ways in which a benchmark can be read, and what the doubt is; none for most.

    Parameters
    ----------
    value
        The figure as written.
    kind
        ``level``, ``decline`` or ``growth``.
    item
        The indicator it is measured against.
    """
    exact = Fraction(value)
    if kind == "decline" and exact < 0:
        # How much something fell is positive where it fell; a minus may say so once more.
        size = -exact
        return {"fall": size, "rise": exact}, "decline_sign"
    share = kind == "level" and item.cap is not None
    if exact and abs(exact) <= 1 and share:
        return _fraction(exact), "share_as_fraction"
    if exact and abs(exact) < Fraction(1, 2) and kind in {"decline", "growth"}:
        return _fraction(exact), "growth_as_fraction"
    return {}, ""


def _of_size(item: Candidate, value: Fraction, levels: Levels) -> Doubt | None:
    """Return the ways of a level that is far from the usual, or from its neighbour."""
    usual = item.item.usual if item.item else None
    if value < 0:
        return None
    outside = bool(usual and value and not usual[0] <= value <= usual[1])
    before = levels.at(item.key, item.year - 1)
    expected = ""
    if outside and usual:
        expected = f"{usual[0]} – {usual[1]} {item.own}"
    elif item.item is not None and item.item.kind == "measured" and _jumps(value, before):
        expected = f"{_short(before)} ({item.year - 1})"
    if not expected:
        return None
    # A neighbour that is as far off says nothing of which unit was meant.
    sound = before if before and (usual is None or usual[0] <= before <= usual[1]) else None
    ways: dict[str, Fraction | None] = {AS_WRITTEN: value}
    for unit, by in (*_units_near(item.own), (item.own, Fraction(1))):
        other = Fraction(item.number) * by
        if other == value:
            continue
        near = usual is None or usual[0] <= other <= usual[1]
        if near and not (sound and _jumps(other, sound)):
            ways[unit] = other
    text = f"{_short(value)} {item.own}"
    return Doubt(ways, "unit_suspected", settled=False, found=text, expected=expected)


def _jumps(value: Fraction, before: Fraction | None) -> bool:
    if not before or not value or before < 0 or value < 0:
        return False
    low, high = (before, value) if before < value else (value, before)
    counts = on_grid(low, 0) and high < JUMP * JUMP and low < JUMP
    return not counts and high >= JUMP * low


def _units_near(own: str) -> Iterable[tuple[str, Fraction]]:
    """Yield units that people may have meant instead of an indicator's own, with their factors."""
    unit = read_unit(own)
    if unit is None or unit.per:
        return
    bases = {"money": "元", "mass": "吨", "coal": "吨标煤", "persons": "人", "number": own[-1:]}
    base = bases.get(unit.measures)
    for multiplier in ("", "万", "亿") if base else ():
        text = f"{multiplier}{base}"
        by = factor(text, own)
        if by is not None and by != 1:
            yield text, by


def _short(value: Fraction | None) -> str:
    if value is None:
        return ""
    return f"{float(value):.12g}" if value.denominator != 1 else str(value.numerator)
