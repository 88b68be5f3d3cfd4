"""``goals.csv``: the goal table for machines and for Excel."""

from __future__ import annotations

import csv
import io

from planner.baseline import Baseline
from planner.catalogue import GROWTH_SUFFIX, Cell
from planner.files import as_text
from planner.plans import Plan

_TEXTS = {"name", "direction", "unit"}


def baseline_csv(baseline: Baseline) -> bytes:
    """Return a baseline as the CSV it can be read from, levels first, then stated growth."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["cluster", "indicator", "year", "value", "unit", "source"])
    cluster = as_text(baseline.cluster)
    for cell, value in baseline.values.items():
        unit = baseline.catalogue[cell.indicator].unit.zh
        source = as_text(baseline.sources.get(cell, ""))
        writer.writerow([cluster, cell.indicator, cell.year, value, unit, source])
    for cell, value in baseline.growth.items():
        key = f"{cell.indicator}{GROWTH_SUFFIX}"
        source = as_text(baseline.sources.get(Cell(key, cell.year), ""))
        writer.writerow([cluster, key, cell.year, value, "%", source])
    return stream.getvalue().encode("utf-8-sig")


def goals_csv(plan: Plan, lang: str = "zh") -> bytes:
    """Return the goal table as CSV; UTF-8 with a mark, without which Excel garbles Chinese."""
    records = plan.goals.records(lang)
    years = [str(year) for year in plan.years]
    fields = ["indicator", "name", "direction", "unit", "baseline", *years]
    fields += ["requirement", "margin", "status"]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fields, lineterminator="\r\n")
    writer.writeheader()
    for record in records:
        writer.writerow(
            {key: as_text(value) if key in _TEXTS else value for key, value in record.items()}
        )
    return stream.getvalue().encode("utf-8-sig")
