"""Entries in: numbers as somebody wrote them to levels and growth rates, every fault located (§1, §9).

All sources meet here as :class:`Entry`; one pass collects all findings. What cannot be
understood is left out, never guessed: a value in a unit other than its indicator's is
reported with the value it might mean, not scaled.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.numerals import Numeral, read_number, read_year
from planner.core.rounding import PERCENT, on_grid, to_grid
from planner.intake.layout import Entry, text_of
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, Cell

EARLIEST, LATEST = 1990, 2100
# A unit as written, with the factor that takes it to the catalogue's unit.
UNIT_FACTORS = {
    ("万元", "亿元"): Decimal("0.0001"),
    ("元", "亿元"): Decimal("0.00000001"),
    ("百万元", "亿元"): Decimal("0.01"),
    ("千元", "亿元"): Decimal("0.00001"),
    ("吨", "万吨"): Decimal("0.0001"),
    ("吨标煤", "万吨标煤"): Decimal("0.0001"),
    ("千克", "万吨"): Decimal("0.0000001"),
    ("万人", "人"): Decimal(10000),
    ("亩", "平方公里"): Decimal("0.000666667"),
    ("公顷", "平方公里"): Decimal("0.01"),
    ("‰", "%"): Decimal("0.1"),
}
_SAME_UNIT = {
    "户": "家",
    "个": "家",
    "吨标准煤": "吨标煤",
    "万吨标准煤": "万吨标煤",
    "km2": "平方公里",
    "亿": "亿元",
    "吨二氧化碳/万元": "吨/万元",
    "吨标准煤/万元": "吨标煤/万元",
    "万吨二氧化碳": "万吨",
}


class Intake:
    """Collects entries into levels and growth rates, noting everything it meets."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Start with nothing known."""
        self.catalogue = catalogue
        self.values: dict[Cell, Decimal] = {}
        self.growth: dict[Cell, Decimal] = {}
        self.places: dict[Cell, Place] = {}
        self.sources: dict[Cell, str] = {}
        self.findings: list[Finding] = []
        self._unknown: set[tuple[str, int, str]] = set()

    def note(self, code: str, level: Obligation, entry: Entry, **more: Any) -> None:
        """Record a finding at the place of an entry."""
        self.findings.append(Finding(code, level, entry.place, **more))

    def add(self, entry: Entry) -> None:
        """Take in one entry."""
        number = read_number(entry.raw)
        if not entry.label:
            if not number.blank:
                self.note("indicator_missing", Obligation.MUST_FIX, entry, found=number.text)
            return
        key = self.catalogue.find(entry.label)
        if key is None:
            self._unknown_label(entry, number)
            return
        year = entry.year if isinstance(entry.year, int) else read_year(entry.year)
        if year is None or not EARLIEST <= year <= LATEST:
            code = "year_wrong" if str(entry.year or "").strip() else "year_missing"
            self.note(
                code, Obligation.MUST_FIX, entry, indicator=key, found=text_of((entry.year,), 0)
            )
            return
        if number.blank:
            level = Obligation.INFO if entry.wide else Obligation.NEEDS_REASON
            self.note(
                "value_blank",
                level,
                entry,
                indicator=key,
                year=year,
                found=number.text,
                ways_out=("fill_or_leave",),
            )
            return
        if number.value is None:
            self.note(
                "not_a_number",
                Obligation.MUST_FIX,
                entry,
                indicator=key,
                year=year,
                found=number.text[:40],
                ways_out=("write_number",),
            )
            return
        self._accept(entry, key, year, number, number.value)

    def _unknown_label(self, entry: Entry, number: Numeral) -> None:
        if entry.wide and number.blank:
            return  # a heading or a remark: nothing is lost
        mark = (entry.place.sheet, entry.place.line, entry.label)
        if mark in self._unknown:
            return
        self._unknown.add(mark)
        near = self.catalogue.nearest(entry.label)
        facts = {"near": near, "near_name": self.catalogue.label(near, "zh")} if near else {}
        self.note(
            "indicator_unknown",
            Obligation.MUST_FIX,
            entry,
            found=entry.label[:60],
            facts=facts,
            ways_out=("did_you_mean",) if near else ("own_indicator",),
        )

    def _accept(self, entry: Entry, key: str, year: int, number: Numeral, value: Decimal) -> None:
        item = self.catalogue.indicators.get(key)
        unit = item.unit.zh if item else "%"
        decimals = item.decimals if item else 2
        for mark in number.notes:
            if mark == "percent_sign" and unit != "%":
                self.note(
                    "unit_differs",
                    Obligation.MUST_FIX,
                    entry,
                    indicator=key,
                    year=year,
                    found=f"{number.text}",
                    expected=unit,
                    ways_out=("write_in_unit",),
                )
                return
            self.note(
                "number_understood",
                Obligation.INFO,
                entry,
                indicator=key,
                year=year,
                found=number.text,
                expected=str(value),
                facts={"how": mark},
            )
        if not self._unit_fits(entry, key, year, value, unit):
            return
        is_growth = item is None or item.kind == "growth"
        if is_growth and value <= -PERCENT:
            self.note(
                "growth_impossible",
                Obligation.MUST_FIX,
                entry,
                indicator=key,
                year=year,
                found=str(value),
            )
            return
        if value < 0 and not is_growth:
            self.note(
                "negative", Obligation.MUST_FIX, entry, indicator=key, year=year, found=str(value)
            )
            return
        if not on_grid(value, decimals):
            if decimals == 0 and item is not None:
                self.note(
                    "not_whole",
                    Obligation.MUST_FIX,
                    entry,
                    indicator=key,
                    year=year,
                    found=str(value),
                )
                return
            rounded = to_grid(value, decimals)
            self.note(
                "rounded",
                Obligation.INFO,
                entry,
                indicator=key,
                year=year,
                found=str(value),
                expected=str(rounded),
            )
            value = rounded
        self._store(entry, key, year, to_grid(value, decimals))

    def _unit_fits(self, entry: Entry, key: str, year: int, value: Decimal, unit: str) -> bool:
        stated = _plain_unit(entry.unit)
        if not stated or stated == _plain_unit(unit):
            return True
        english = self.catalogue[key].unit.en if key in self.catalogue else "%"
        if stated == _plain_unit(english):
            return True
        factor = UNIT_FACTORS.get((stated, unit))
        facts = {"value": str((value * factor).normalize().__format__("f"))} if factor else {}
        self.note(
            "unit_differs",
            Obligation.MUST_FIX,
            entry,
            indicator=key,
            year=year,
            found=f"{value} {entry.unit}",
            expected=unit,
            facts=facts,
            ways_out=("write_converted",) if factor else ("write_in_unit",),
        )
        return False

    def _store(self, entry: Entry, key: str, year: int, value: Decimal) -> None:
        item = self.catalogue.indicators.get(key)
        stem = item.of if item and item.kind == "growth" else key.removesuffix(GROWTH_SUFFIX)
        yearly = item is None or (item.kind == "growth" and item.periods == 1)
        cell = Cell(stem if yearly else key, year)
        target = self.growth if yearly else self.values
        place_key = Cell(key, year)
        if cell in target:
            same = target[cell] == value
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
                facts={"first": str(self.places[place_key])},
            )
            return
        target[cell] = value
        self.places[place_key] = entry.place
        if entry.source:
            self.sources[place_key] = entry.source


def _plain_unit(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).strip().strip("()").casefold().replace(" ", "")
    return _SAME_UNIT.get(text, text)
