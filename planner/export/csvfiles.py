"""``goals.csv``: the goal table for machines and for Excel."""

from __future__ import annotations

import csv
import io

from planner.core.files import no_formula
from planner.forecast.odds import OddsRecord
from planner.forecast.summary import record
from planner.model.baseline import Baseline
from planner.model.catalogue import GROWTH_SUFFIX, Cell
from planner.model.reference import Reference
from planner.planning.record import PlanRecord

_TEXTS = {"name", "direction", "unit"}


def baseline_csv(baseline: Baseline) -> bytes:
    """Return a baseline as the CSV it can be read from, levels first, then stated growth."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["cluster", "indicator", "year", "value", "unit", "source"])
    cluster = no_formula(baseline.cluster)
    for cell, value in baseline.values.items():
        unit = baseline.catalogue[cell.indicator].unit.zh
        source = no_formula(baseline.sources.get(cell, ""))
        writer.writerow([cluster, cell.indicator, cell.year, value, unit, source])
    for cell, value in baseline.growth.items():
        key = f"{cell.indicator}{GROWTH_SUFFIX}"
        source = no_formula(baseline.sources.get(Cell(key, cell.year), ""))
        writer.writerow([cluster, key, cell.year, value, "%", source])
    return stream.getvalue().encode("utf-8-sig")


def goals_csv(plan: PlanRecord, lang: str = "") -> bytes:
    """Return the goal table as CSV; UTF-8 with a mark, without which Excel garbles Chinese."""
    records = plan.goals.records(lang)
    years = [str(year) for year in plan.years]
    fields = ["indicator", "name", "direction", "unit", "baseline", *years]
    fields += ["requirement", "margin", "status"]
    kinds = kinds_of(plan)
    fields += ["kind"] if kinds else []
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fields, lineterminator="\r\n")
    writer.writeheader()
    words = [{key: no_formula(text) for key, text in line.items()}
             for line in plan.goals.word_records(lang)]  # fmt: skip
    for line in records:
        told = {"kind": kinds.get(line["indicator"], "")} if kinds else {}
        cells = {key: no_formula(value) if key in _TEXTS else value for key, value in line.items()}
        writer.writerow(cells | told)
    writer.writerows(line | ({"kind": ""} if kinds else {}) for line in words)
    return stream.getvalue().encode("utf-8-sig")


def kinds_of(plan: PlanRecord) -> dict[str, str]:
    """Return how the targets of each indicator were stated where not as levels, by year.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, ">=260")
    >>> kinds_of(plan.wish("output", 2027, "+40"))
    {'output': '2027: +40; 2028: >=260'}
    """
    told: dict[str, str] = {}
    for cell, said in sorted(plan.stated.items(), key=lambda item: item[0].year):
        before = told.get(cell.indicator)
        told[cell.indicator] = (
            f"{before}; {cell.year}: {said}" if before else f"{cell.year}: {said}"
        )
    return told


def odds_csv(odds: OddsRecord, lang: str = "") -> bytes:
    """Return the odds of a plan as CSV, one line a goal, probabilities with standard errors."""
    years = [str(year) for year in odds.plan.years]
    end = odds.plan.years[-1]
    data = record(odds, lang)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    chances = [name for year in years for name in (f"chance_{year}", f"error_{year}")]
    head = ["indicator", "name", "firm", f"target_{end}", *chances, f"safe_{end}"]
    head += [f"p{share}_{end}" for share in (10, 50, 90)]
    head += ["needed", "past", "periods", "own", "peers", "general"]
    writer.writerow([*head, f"offer_{end}", "offer_kind", "offer_chance", "joint_without"])
    for goal in data["goals"]:
        by_year = [goal["chances"].get(year) or {} for year in years]
        counted = [each.get(name, "") for each in by_year for name in ("probability", "error")]
        held = goal["stretch"]
        writer.writerow(
            [
                goal["indicator"],
                no_formula(goal["name"]),
                int(goal["firm"]),
                goal["targets"][str(end)],
                *counted,
                goal["safe"],
                *goal["fan"].get(str(end), [""] * 3),
                held["needed"],
                held["past"],
                held["periods"] or "",
                *goal["sources"].values(),
                *(goal["offer"][key] for key in ("target", "kind")),
                *(
                    (chance or {}).get("probability", "")
                    for chance in (goal["offer"]["chance"], goal["without"])
                ),
            ]
        )
    return stream.getvalue().encode("utf-8-sig")


def peers_csv(reference: Reference) -> str:
    """Return the clusters of a reference class as a table that :func:`planner.intake.peers.read_reference` reads.

    >>> import pandas as pd
    >>> rows = [("north", "output", 2025, 100), ("south", "output_growth", 2025, 8)]
    >>> frame = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    >>> from planner.intake.peers import read_reference
    >>> from planner.model.catalogue import shipped
    >>> print(peers_csv(read_reference(frame, shipped())))
    cluster,indicator,year,value,source
    north,output,2025,100.00,
    south,output_growth,2025,8.00,
    <BLANKLINE>
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("cluster", "indicator", "year", "value", "source"))
    for base in reference.clusters:
        for cell, value in base.values.items():
            writer.writerow((base.cluster, *cell, value, base.sources.get(cell, "")))
        for cell, value in base.growth.items():
            stated = Cell(cell.indicator + GROWTH_SUFFIX, cell.year)
            writer.writerow((base.cluster, *stated, value, base.sources.get(stated, "")))
    return stream.getvalue()
