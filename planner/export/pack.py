"""The goal pack: all renderings of one plan, written into a folder."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from planner.core.files import write_bytes
from planner.core.findings import Finding, Obligation
from planner.export.charts import directions, png, trajectory_chart
from planner.export.csvfiles import goals_csv, odds_csv
from planner.export.oddscharts import fans
from planner.export.workbook import goals_workbook
from planner.planning.store import dumps, plan_hash

if TYPE_CHECKING:
    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord

ODDS_FILE = "odds.csv"


class Maker(Protocol):
    """Makes a document of a plan, with the odds of its goals where they are asked for."""

    def __call__(self, plan: PlanRecord, lang: str = "zh", odds: OddsRecord | None = None) -> bytes:
        """Return the document."""


def documents() -> dict[str, Maker]:
    """Return the makers of documents whose packages are installed, by file name."""
    found: dict[str, Maker] = {}
    with contextlib.suppress(ImportError):
        from planner.export.word import goals_document

        found["goals.docx"] = goals_document
    with contextlib.suppress(ImportError):
        from planner.export.pdf import goals_pdf

        found["goals.pdf"] = goals_pdf
    return found


def pack_findings(plan: PlanRecord) -> tuple[Finding, ...]:
    """Return what has to be said of a pack: documents that could not be made, rare characters."""
    made = documents()
    found = [
        Finding("extra_missing", Obligation.INFO, found=package, expected="documents")
        for name, package in (("goals.docx", "python-docx"), ("goals.pdf", "typst"))
        if name not in made
    ]
    if "goals.pdf" in made:
        from planner.export.pdf import beyond_fonts

        if rare := beyond_fonts(plan.baseline.cluster):
            found.append(Finding("glyphs_beyond", Obligation.INFO, found=rare))
    return tuple(found)


def export_pack(
    plan: PlanRecord, folder: Path, lang: str = "zh", odds: OddsRecord | None = None
) -> tuple[Path, ...]:
    """Write ``plan.json``, the goal table in every form, and a chart for each direction.

    Word and PDF need the extra ``documents``; without it they are left out. With `odds` they
    gain a table of them, ``odds.csv`` comes along and the charts show what may come about.

    Returns
    -------
    The files written, in that order.
    """
    behind = fans(odds, lang) if odds is not None else None
    charts = {
        name: png(trajectory_chart(plan, name, lang, behind), plan_hash(plan))
        for name in directions(plan)
    }
    written = [
        write_bytes(folder / "plan.json", dumps(plan)),
        write_bytes(folder / "goals.csv", goals_csv(plan, lang)),
        write_bytes(folder / "goals.xlsx", goals_workbook(plan, charts, lang)),
    ]
    written += [
        write_bytes(folder / name, made(plan, lang, odds)) for name, made in documents().items()
    ]
    if odds is not None:
        written.append(write_bytes(folder / ODDS_FILE, odds_csv(odds, lang)))
    else:  # left from another export into the same folder
        (folder / ODDS_FILE).unlink(missing_ok=True)
    for name in plan.system.catalogue.directions:
        if name not in charts:  # left from another plan in the same folder
            (folder / "charts" / f"{name}.png").unlink(missing_ok=True)
    written += [
        write_bytes(folder / "charts" / f"{name}.png", data) for name, data in charts.items()
    ]
    return tuple(written)
