"""The goal pack: all renderings of one plan, written into a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.core.files import not_written, write_together
from planner.core.findings import Finding, InputError, Obligation
from planner.export.artefacts import ARTEFACTS, Files, Source, can_be_made, make, missing
from planner.forecast.odds import OddsRecord
from planner.planning.record import PlanRecord


def packed(*, odds: bool) -> list[str]:
    """Return the artefacts of a goal pack, in the order in which they are written."""
    belong = {"always", "odds"} if odds else {"always"}
    return [key for key, item in ARTEFACTS.items() if item.packed in belong]


def pack_findings(plan: PlanRecord) -> tuple[Finding, ...]:
    """Return what has to be said of a pack: documents that could not be made, rare characters."""
    keys = packed(odds=False)
    findings = [
        replace(missing(key), level=Obligation.INFO) for key in keys if not can_be_made(key)
    ]
    if can_be_made("goals_pdf"):
        from planner.export.pdf import beyond_fonts

        if rare := beyond_fonts(plan.baseline.cluster):
            findings.append(Finding("glyphs_beyond", Obligation.INFO, found=rare))
    return tuple(findings)


def pack_files(source: Source) -> Files:
    """Return the files of a goal pack; documents whose packages are not installed are left out."""
    files: dict[str, bytes] = {}
    for key in packed(odds=source.odds is not None):
        if can_be_made(key):
            files |= make(key, source)
    return files


def export_pack(
    plan: PlanRecord, folder: Path, lang: str = "", odds: OddsRecord | None = None
) -> tuple[Path, ...]:
    """Write ``plan.json``, the goal table in every form, and a chart for each direction.

    All files of an earlier pack are replaced together, or none of them is.

    Word and PDF need the extra ``documents``; without it they are left out. With `odds` they
    gain a table of them, ``odds.csv`` comes along, the charts show what may come about, and the
    plan is saved with the seed of the odds (§11).

    Returns
    -------
    The files written, in that order.

    Raises
    ------
    InputError
        When a file cannot be replaced, for instance since it is open in another program.
    """
    told = plan if odds is None else plan.seeded(odds.seed)
    files = pack_files(Source(told, lang, odds))
    # What may be left from another export into the same folder.
    possible = ["odds.csv", *(f"charts/{key}.png" for key in plan.system.catalogue.directions)]
    try:
        return write_together(folder, files, possible)
    except OSError as error:
        raise InputError([not_written(error, folder)]) from error
