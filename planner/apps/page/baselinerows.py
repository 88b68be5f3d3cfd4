"""The rows and years of the baseline as the page shows it."""

from __future__ import annotations

from planner.api.plan import Plan
from planner.export.trajectories import PAST_YEARS
from planner.model.baseline import Baseline
from planner.model.catalogue import GROWTH_SUFFIX


def shown_years(base: Baseline) -> range:
    """Return the years that have a column."""
    return range(base.base_year - PAST_YEARS + 1, base.base_year + 1)


def asked_for(plan: Plan) -> list[str]:
    """Return the rows of the baseline sheet: what the workbook asks for and what is stated."""
    base = plan.baseline
    stated = {cell.indicator for cell in base.values}
    spoken = {finding.indicator for finding in base.findings}
    rows = []
    for item in base.catalogue:
        yearly = item.kind == "growth" and item.periods == 1
        asked = item.input or item in base.catalogue.own
        if yearly or item.id in stated or (item.kind == "measured" and asked) or item.id in spoken:
            rows.append(item.id)
    # Growth that was stated of an indicator without a row of its own for it.
    listed = {base.catalogue[key].of for key in rows if base.catalogue[key].kind == "growth"}
    grown = dict.fromkeys(cell.indicator for cell in base.growth)
    return rows + [f"{key}{GROWTH_SUFFIX}" for key in grown if key not in listed]
