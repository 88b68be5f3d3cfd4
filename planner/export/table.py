"""``goals.csv``: the goal table for machines and for Excel."""

from __future__ import annotations

import csv
import io

from planner.baseline import Baseline
from planner.catalogue import GROWTH_SUFFIX, Cell
from planner.files import as_text
from planner.outlook.odds import Odds
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


def odds_csv(odds: Odds, lang: str = "zh") -> bytes:
    """Return the odds of a plan as CSV, one line a goal, probabilities with standard errors."""
    years = [str(year) for year in odds.plan.years]
    end = odds.plan.years[-1]
    record = odds.record(lang)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    chances = [name for year in years for name in (f"chance_{year}", f"error_{year}")]
    head = ["indicator", "name", "firm", f"target_{end}", *chances, f"safe_{end}"]
    head += [f"p{share}_{end}" for share in (10, 50, 90)]
    writer.writerow([*head, "needed", "past", "periods", "own", "peers", "general"])
    for goal in record["goals"]:
        found = [goal["chances"].get(year) or {} for year in years]
        counted = [each.get(name, "") for each in found for name in ("probability", "error")]
        held = goal["stretch"]
        writer.writerow(
            [
                goal["indicator"],
                as_text(goal["name"]),
                int(goal["firm"]),
                goal["targets"][str(end)],
                *counted,
                goal["safe"],
                *goal["fan"][str(end)],
                held["needed"],
                held["past"],
                held["periods"] or "",
                *goal["sources"].values(),
            ]
        )
    return stream.getvalue().encode("utf-8-sig")
