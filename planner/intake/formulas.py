"""Formulas: where the number behind one only goes on from other figures of its row (§16)."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from planner.core.marks import Mark, letters
from planner.intake.blocks import Block

# A trend, or a part of a year taken for all of it.
_TREND = re.compile(r"\b(?:FORECAST|TREND|GROWTH)\b|/\d{1,2}\*12$|\*12/\d{1,2}$")


def extrapolated(block: Block, mark: Mark | None, figures: AbstractSet[int]) -> str:
    """Return the formula of a figure that only goes on from others of its row."""
    formula = "" if mark is None else mark.formula.strip().lstrip("=").replace("$", "").upper()
    if not formula or mark is None or mark.state:
        return ""
    if _TREND.search(formula):
        return formula
    line = block.sheet.line(mark.row)
    cells = {f"{letters(number)}{line}" for number in figures if number != mark.column}
    first = re.match(r"[A-Z]{1,3}\d+(?![\d!(:])", formula)
    alone = first is not None and re.fullmatch(r"[\d.*()+%/]*", formula[first.end() :])
    return formula if first is not None and alone and first[0] in cells else ""
