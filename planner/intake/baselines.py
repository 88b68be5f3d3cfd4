"""Baseline in: from the rows of a table, or a filled form, to a baseline (§1, §9)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.numerals import read_number
from planner.core.tables import Table, from_frame, read_tables
from planner.intake.entries import Intake
from planner.intake.form.reader import FormText, baseline_entries, read_form_text
from planner.intake.kinds import FileKind, named_as
from planner.intake.layout import Entry, Layout, entries, layout, shape_findings, text_of
from planner.model.baseline import Baseline
from planner.model.catalogue import Catalogue, shipped
from planner.model.coherence import coherence_findings, seen_from

if TYPE_CHECKING:
    import pandas as pd


def _gather(tables: tuple[Table, ...], name: str) -> list[tuple[Table, Layout]]:
    found_in = [(table, where) for table in tables if (where := layout(table)) is not None]
    if found_in:
        return found_in
    first = next((row for table in tables for row in table.rows if any(row)), ())
    finding = Finding(
        "header_missing",
        Obligation.MUST_FIX,
        Place(file=name),
        found=", ".join(str(cell) for cell in first if cell is not None)[:80],
        expected="indicator,year,value",
        ways_out=("use_template",),
    )
    raise InputError([finding])


def _clusters(items: list[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.cluster for entry in items if entry.cluster))


def _choose_cluster(items: list[Entry], wanted: str, name: str) -> tuple[list[Entry], str]:
    clusters = _clusters(items)
    if wanted and wanted in clusters:
        return [entry for entry in items if entry.cluster in {wanted, ""}], wanted
    if (wanted and clusters) or len(clusters) > 1:
        finding = Finding(
            "cluster_choice",
            Obligation.MUST_FIX,
            Place(file=name),
            found=wanted or str(len(clusters)),
            expected="；".join(clusters[:20]),
            facts={"clusters": "\n".join(clusters)},
            ways_out=("name_cluster",),
        )
        raise InputError([finding])
    return items, wanted or (clusters[0] if clusters else "")


def _named_above(table: Table, where: Layout) -> str:
    for row in table.rows[: where.header]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and re.sub(r"[:：\s]", "", cell) in {"集群名称", "Cluster"}:
                return text_of(row, column + 1)
    return ""


def _tables(source: str | Path | pd.DataFrame) -> tuple[Table, ...]:
    if isinstance(source, str | Path):
        return read_tables(Path(source))
    return (from_frame(source),)


def _from_tables(
    source: str | Path | pd.DataFrame, name: str, intake: Intake, cluster: str
) -> tuple[list[Entry], str]:
    """Return the entries of a workbook, CSV or DataFrame, and whose they are."""
    (table, where), *others = _gather(_tables(source), name)
    items, chosen = _choose_cluster(list(entries(table, where)), cluster, name)
    intake.findings += shape_findings(table, where)
    for other, _ in others:
        place = Place(file=name, sheet=other.sheet)
        intake.findings.append(
            Finding("sheet_ignored", Obligation.NEEDS_REASON, place, found=other.sheet)
        )
    return items, chosen or _named_above(table, where)


def read_baseline(
    source: str | Path | pd.DataFrame | Baseline,
    *,
    base_year: int | None = None,
    catalogue: Catalogue | None = None,
    cluster: str = "",
) -> Baseline:
    """Read a cluster's baseline from a workbook, a CSV file, a filled Word form or a DataFrame.

    Parameters
    ----------
    source
        Path of the filled workbook, of a filled Word form (recognised by its labels) or of a
        CSV with columns ``indicator,year,value`` (and
        ``cluster,unit,source,note``; UTF-8 with or without BOM, or GB18030), or a DataFrame
        with those columns. A table with one column per year is understood too.
    base_year
        The year the targets start from; without it the latest year that has levels.
    catalogue
        The indicators known; the shipped ones by default.
    cluster
        Which cluster to take from a file that holds several.

    Returns
    -------
    Baseline
        With all findings of the pass in `findings`; values that could not be understood are
        missing from it. Levels are in each indicator's unit, stated growth in per cent.

    Raises
    ------
    InputError
        When nothing can be used: file missing, broken or of another kind, no header, no value.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"indicator": ["output"], "year": [2025], "value": ["１００"]})
    >>> base = read_baseline(frame)
    >>> base.printed("output"), [finding.code for finding in base.findings]
    (Decimal('100.00'), ['number_understood'])
    """
    if isinstance(source, Baseline):
        return source if base_year is None else seen_from(source, base_year)
    catalogue = catalogue or shipped()
    if isinstance(source, str | Path) and named_as(source) is FileKind.FORM:
        return form_baseline(read_form_text(Path(source), catalogue), catalogue, base_year, cluster)
    intake = Intake(catalogue)
    name = Path(source).name if isinstance(source, str | Path) else "DataFrame"
    items, chosen = _from_tables(source, name, intake, cluster)
    return _baseline(intake, items, base_year, chosen, name)


def read_clusters(
    source: str | Path | pd.DataFrame, *, catalogue: Catalogue | None = None
) -> tuple[Baseline, ...]:
    """Read the figures of every cluster of a workbook, a CSV file or a DataFrame.

    A cluster without any figure that can be used is left out; what is wrong with it stands
    among the findings of the first.

    Raises
    ------
    InputError
        When nothing can be used, as for :func:`read_baseline`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("north", "output", 2025, 100), ("south", "output", 2025, 80)]
    >>> frame = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    >>> [base.cluster for base in read_clusters(frame)]
    ['north', 'south']
    """
    catalogue = catalogue or shipped()
    name = Path(source).name if isinstance(source, str | Path) else "DataFrame"
    table, where = _gather(_tables(source), name)[0]
    items = list(entries(table, where))
    clusters = _clusters(items)
    bases: list[Baseline] = []
    faults: list[Finding] = []
    if len(clusters) > 1:
        faults += [
            Finding("cluster_missing", Obligation.MUST_FIX, entry.place, found=entry.label)
            for entry in items
            if not entry.cluster and not read_number(entry.raw).blank
        ]
    for cluster in clusters or [_named_above(table, where)]:
        own = [e for e in items if e.cluster == cluster or len(clusters) < 2]  # noqa: PLR2004
        try:
            bases.append(_baseline(Intake(catalogue), own, None, cluster, name))
        except InputError as error:  # the others may do
            faults += error.findings
    if not bases:
        raise InputError(faults)
    first = replace(bases[0], findings=(*bases[0].findings, *faults))
    return (first, *bases[1:])


def form_baseline(
    text: FormText, catalogue: Catalogue, base_year: int | None = None, cluster: str = ""
) -> Baseline:
    """Return the baseline that a filled form holds.

    Raises
    ------
    InputError
        When it holds no number.
    """
    intake = Intake(catalogue)
    numeric = {item.name for item in text.form if item.figure or item.kind == "goals"}
    intake.findings += [
        item
        for item in text.findings
        if item.code != "form_unplaced" or item.facts["field"] in numeric
    ]
    items = list(baseline_entries(text, catalogue))
    return _baseline(
        intake, items, base_year or text.form.base_year, cluster or text.cluster, text.name
    )


def _baseline(
    intake: Intake, items: list[Entry], base_year: int | None, cluster: str, name: str
) -> Baseline:
    """Return the baseline of some entries, with all findings of the pass."""
    for entry in items:
        intake.add(entry)
    if not intake.values and not intake.growth:
        nothing = Finding("no_values", Obligation.MUST_FIX, Place(file=name))
        raise InputError([nothing, *_fold_blanks(intake.findings)])
    years = {cell.year for cell in intake.values} or {cell.year for cell in intake.growth}
    baseline = Baseline(
        intake.catalogue,
        base_year if base_year is not None else max(years),
        intake.values,
        intake.growth,
        cluster,
        name,
        intake.sources,
        intake.places,
    )
    findings = (*_fold_blanks(intake.findings), *coherence_findings(baseline))
    return replace(baseline, findings=findings)


def _fold_blanks(findings: list[Finding]) -> list[Finding]:
    """Say one sentence for all blank cells of a form's row, not one for each."""
    folded: list[Finding] = []
    index: dict[str, int] = {}
    for finding in findings:
        if finding.code != "value_blank" or finding.level is not Obligation.INFO:
            folded.append(finding)
            continue
        mark = f"{finding.indicator} {finding.place.sheet}"
        if mark in index:
            before = folded[index[mark]]
            years = f"{before.facts['years']}、{finding.year}"
            folded[index[mark]] = replace(before, facts={"years": years})
            continue
        index[mark] = len(folded)
        folded.append(replace(finding, facts={"years": str(finding.year)}))
    return folded
