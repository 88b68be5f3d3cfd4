"""Formulas: where the number behind one only goes on from other figures of its row (§16)."""

from __future__ import annotations

import re

from planner.core.marks import Mark, letters
from planner.intake.blocks import Block

# A trend, or a part of a year taken for all of it.
_TREND = re.compile(r"\b(?:FORECAST|TREND|GROWTH)\b|/\d{1,2}\*12$|\*12/\d{1,2}$")


def extrapolated(block: Block, mark: Mark | None) -> str:
    """Return the formula of a figure that only goes on from others of its row."""
    if mark is None or not mark.formula or mark.state:
        return ""
    formula = mark.formula.strip().lstrip("=").replace("$", "").upper()
    if _TREND.search(formula):
        return formula
    figures = {n for n, c in block.columns.items() if c.heading.year and not c.heading.kind}
    line = block.sheet.line(mark.row)
    cells = {f"{letters(number)}{line}" for number in figures if number != mark.column}
    first = re.match(r"[A-Z]{1,3}\d+(?![\d!(:])", formula)
    alone = first is not None and re.fullmatch(r"[\d.*()+%/]*", formula[first.end() :])
    return formula if first is not None and alone and first[0] in cells else ""
