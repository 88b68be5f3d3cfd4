"""``goals.csv``: the goal table for machines and for Excel."""

from __future__ import annotations

import csv
import io

from planner.files import as_text
from planner.plans import Plan

_TEXTS = {"name", "direction", "unit"}


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
