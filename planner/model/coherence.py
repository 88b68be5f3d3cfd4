"""Coherence: whether the figures of a baseline can be true together (§7, §9).

Parts against wholes, ratios against their parts, stated growth against levels. What a number
alone may be read as is asked before: :mod:`planner.intake.doubts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.rounding import PERCENT, step, to_grid
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell

# What is said of a base year that lacks figures, for who plans from it.
OF_BASE_YEAR = {"base_year_empty", "base_value_missing", "later_years"}


def coherence_findings(baseline: Baseline) -> tuple[Finding, ...]:
    """Return everything that cannot be true together, in one pass."""
    findings: list[Finding] = []
    for check in (_range, _parts, _sums, _ratios, _rates, _base_year):
        findings += check(baseline)
    return tuple(findings)


def seen_from(baseline: Baseline, base_year: int) -> Baseline:
    """Return a baseline from another base year, with what is missing there said anew."""
    moved = baseline.at(base_year)
    kept = [item for item in baseline.findings if item.code not in OF_BASE_YEAR]
    return replace(moved, findings=(*kept, *_base_year(moved)))


def _finding(baseline: Baseline, code: str, level: Obligation, cell: Cell, **more: Any) -> Finding:
    place = baseline.places.get(cell, Place(file=baseline.name))
    return Finding(code, level, place, cell.indicator, cell.year, **more)


def _range(baseline: Baseline) -> Iterator[Finding]:
    for cell, value in baseline.values.items():
        item = baseline.catalogue[cell.indicator]
        if item.cap is not None and value > item.cap:
            yield _finding(
                baseline,
                "share_over_cap",
                Obligation.MUST_FIX,
                cell,
                found=str(value),
                expected=str(item.cap),
                ways_out=("check_parts",),
            )


def _parts(baseline: Baseline) -> Iterator[Finding]:
    for cell, value in baseline.values.items():
        item = baseline.catalogue[cell.indicator]
        if not item.part_of:
            continue
        whole = baseline.values.get(Cell(item.part_of, cell.year))
        if whole is not None and value > whole:
            yield _finding(
                baseline,
                "part_above_whole",
                Obligation.MUST_FIX,
                cell,
                found=str(value),
                expected=str(whole),
                facts={"whole": item.part_of},
                ways_out=("check_parts",),
            )


def _sums(baseline: Baseline) -> Iterator[Finding]:
    for item in baseline.catalogue:
        for year in baseline.years if item.beside else ():
            parts = [baseline.values.get(Cell(key, year)) for key in (*item.beside, item.id)]
            whole = baseline.values.get(Cell(item.part_of, year))
            if whole is None or any(part is None for part in parts):
                continue
            total = sum((part for part in parts if part is not None), Decimal(0))
            if total != whole:
                yield _finding(
                    baseline,
                    "sum_differs",
                    Obligation.MUST_FIX,
                    Cell(item.part_of, year),
                    found=str(total),
                    expected=str(whole),
                    ways_out=("check_parts",),
                )


def _ratios(baseline: Baseline) -> Iterator[Finding]:
    for item in baseline.catalogue:
        if item.kind != "ratio":
            continue
        for year in baseline.years:
            cell = Cell(item.id, year)
            stated = baseline.values.get(cell)
            if stated is None or not baseline.derived(item, year):
                continue
            computed = baseline.printed(item.id, year)
            if computed is not None and abs(computed - stated) > step(item.decimals):
                yield _finding(
                    baseline,
                    "ratio_contradicts",
                    Obligation.NEEDS_REASON,
                    cell,
                    found=str(stated),
                    expected=str(computed),
                    facts={"num": item.num, "den": item.den},
                    ways_out=("correct_either",),
                )


def _rates(baseline: Baseline) -> Iterator[Finding]:
    for (key, year), rate in baseline.growth.items():
        now, before = (baseline.values.get(Cell(key, past)) for past in (year, year - 1))
        if now is None or not before:
            continue
        # Printed levels stand for anything within half a grid step; so does the printed rate.
        half = step(baseline.catalogue[key].decimals) / 2
        low = (Fraction(now) - half) / (Fraction(before) + half)
        floor = Fraction(before) - half
        high = (Fraction(now) + half) / floor if floor > 0 else None
        stated = 1 + Fraction(rate) / PERCENT
        # A rate with one decimal stands for anything that rounds to it.
        coarse = 10 if rate * 10 == int(rate * 10) else 1
        slack = Fraction(coarse, 2 * PERCENT * PERCENT)
        if stated < low - slack or (high is not None and stated > high + slack):
            computed = (Fraction(now) / Fraction(before) - 1) * PERCENT
            cell = Cell(_rate_id(baseline, key), year)
            yield _finding(
                baseline,
                "growth_contradicts",
                Obligation.NEEDS_REASON,
                cell,
                found=f"{rate}%",
                expected=f"{to_grid(computed, 2)}%",
                facts={"levels": f"{before} → {now}", "of": key},
                ways_out=("correct_either",),
            )


def _rate_id(baseline: Baseline, key: str) -> str:
    for item in baseline.catalogue:
        if item.kind == "growth" and item.of == key and item.periods == 1:
            return item.id
    return f"{key}_growth"


def _base_year(baseline: Baseline) -> Iterator[Finding]:
    if baseline.base_year not in baseline.years:
        yield Finding(
            "base_year_empty",
            Obligation.MUST_FIX,
            Place(file=baseline.name),
            year=baseline.base_year,
            expected="、".join(map(str, baseline.years)),
            ways_out=("give_base_year", "fill_base_year"),
        )
        return
    later = [year for year in baseline.years if year > baseline.base_year]
    if later:
        yield Finding(
            "later_years",
            Obligation.NEEDS_REASON,
            Place(file=baseline.name),
            year=baseline.base_year,
            found="、".join(map(str, later)),
            ways_out=("use_later",),
        )
    latest: dict[str, tuple[int, Decimal]] = {}
    for cell, value in baseline.values.items():
        if cell.year > latest.get(cell.indicator, (0, value))[0]:
            latest[cell.indicator] = (cell.year, value)
    for key, (year, value) in latest.items():
        if baseline.printed(key) is None and baseline.catalogue[key].kind != "growth":
            cell = Cell(key, baseline.base_year)
            place = baseline.places.get(Cell(key, year), Place(file=baseline.name))
            yield Finding(
                "base_value_missing",
                Obligation.MUST_FIX,
                place,
                key,
                cell.year,
                found=f"{value} ({year})",
                ways_out=("fill_base_value",),
            )
