"""Baseline in: from the rows of a table, or a filled form, to a baseline (§1, §9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.marks import Sheet
from planner.core.numerals import read_number
from planner.core.tables import from_frame, read_sheets
from planner.intake.account import Ledger
from planner.intake.entries import Intake
from planner.intake.entry import Entry
from planner.intake.folding import folded, once_for_all
from planner.intake.form.reader import FormText, baseline_entries, read_form_text
from planner.intake.kinds import FileKind, kind_of_sheets, named_as
from planner.intake.ownrows import own_rows
from planner.intake.sheets import Tables, read_tables
from planner.intake.tableentries import Wanted
from planner.model.baseline import Baseline
from planner.model.catalogue import Catalogue, shipped
from planner.model.coherence import coherence_findings, seen_from
from planner.model.mapping import NOTHING, FileMapping, mapped
from planner.model.vocabulary import bare, vocabulary

if TYPE_CHECKING:
    import pandas as pd


def _clusters(items: tuple[Entry, ...]) -> list[str]:
    return list(dict.fromkeys(entry.cluster for entry in items if entry.cluster))


def _choose_cluster(
    items: tuple[Entry, ...], wanted: str, name: str
) -> tuple[tuple[Entry, ...], str]:
    clusters = _clusters(items)
    if wanted and wanted in clusters:
        # Of several clusters' figures those without a name are nobody's.
        mine = {wanted} if len(clusters) > 1 else {wanted, ""}
        return tuple(entry for entry in items if entry.cluster in mine), wanted
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


def sheets_of(source: Any) -> tuple[Sheet, ...]:
    """Return the sheets of a file or of what pandas holds."""
    if isinstance(source, str | Path):
        return read_sheets(Path(source))
    return (from_frame(source),)


def read_baseline(
    source: str | Path | pd.DataFrame | pd.Series | Mapping[str, Any] | Baseline,
    *,
    base_year: int | None = None,
    catalogue: Catalogue | None = None,
    cluster: str = "",
    mapping: str | Path | FileMapping | None = None,
) -> Baseline:
    """Read a cluster's baseline from a workbook, a CSV file, a filled Word form or a DataFrame.

    Parameters
    ----------
    source
        Path of the filled workbook, of a filled Word form (recognised by its labels) or of a
        CSV with columns ``indicator,year,value`` (and
        ``cluster,unit,source,note``; UTF-8 with or without BOM, or GB18030), or a DataFrame
        with those columns. A table with one column per year is understood too, also as a pivot
        whose index names the indicators.
    base_year
        The year the targets start from; without it the latest year that has levels.
    catalogue
        The indicators known; the shipped ones by default.
    cluster
        Which cluster to take from a file that holds several.
    mapping
        What labels of one's own mean and which way doubtful cells are to be read: a mapping file
        or what :func:`planner.read_mapping` returned.

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
    answers = mapped(mapping, None, catalogue)
    if isinstance(source, str | Path) and named_as(source) is FileKind.FORM:
        text = read_form_text(Path(source), catalogue)
        return form_baseline(text, catalogue, base_year, cluster, answers=answers)
    return baseline_of(sheets_of(source), catalogue, answers, base_year, cluster)


def baseline_of(
    sheets: tuple[Sheet, ...],
    catalogue: Catalogue,
    answers: FileMapping = NOTHING,
    base_year: int | None = None,
    cluster: str = "",
    ledger: Ledger | None = None,
) -> Baseline:
    """Return the baseline that sheets hold; every mark on them is booked in the ledger.

    Raises
    ------
    InputError
        As for :func:`read_baseline`.
    """
    ledger = ledger or Ledger(sheets)
    own = own_rows(sheets, catalogue, base_year)
    intake = Intake(own.catalogue, answers, ledger)
    wanted = Wanted(own.catalogue, answers, base_year=base_year, beside=own.beside)
    tables = read_tables(own.sheets, wanted, ledger)
    name = tables.sheet.file
    kept = own.settled(tables.sheet.name, ledger)
    items, chosen = _choose_cluster(tables.entries, cluster, name)
    mine = {id(entry) for entry in items}
    for entry in (entry for entry in tables.entries if id(entry) not in mine):
        intake.leave(entry, "other_cluster")
        if not entry.cluster and entry.mark is not None:
            intake.note("cluster_missing", Obligation.MUST_FIX, entry, found=entry.label)
    intake.findings += [*kept.findings, *tables.findings]
    read = _baseline(intake, items, base_year, chosen or tables.named, name)
    return replace(read, described=kept.described, asked=kept.asked, promised=kept.promised)


def clusters_of(
    sheets: tuple[Sheet, ...],
    catalogue: Catalogue,
    answers: FileMapping = NOTHING,
    ledger: Ledger | None = None,
) -> tuple[Baseline, ...]:
    """Return the figures of every cluster that sheets hold; marks are booked in the ledger."""
    ledger = ledger or Ledger(sheets)
    if kind_of_sheets(sheets, FileKind.TABLE) is FileKind.BENCHMARKS:
        place = Place(file=sheets[0].file)
        raise InputError(
            [Finding("no_clusters", Obligation.MUST_FIX, place, ways_out=("as_benchmarks",))]
        )
    tables = read_tables(sheets, Wanted(catalogue, answers), ledger)
    bases, faults = _every_cluster(tables, catalogue, answers, ledger)
    if not bases:
        raise InputError(faults)
    first = replace(bases[0], findings=(*tables.findings, *bases[0].findings, *faults))
    return (first, *bases[1:])


def _every_cluster(
    tables: Tables, catalogue: Catalogue, answers: FileMapping, ledger: Ledger
) -> tuple[list[Baseline], list[Finding]]:
    items, name = tables.entries, tables.sheet.file
    bases: list[Baseline] = []
    faults: list[Finding] = []
    clusters = []
    for cluster in _clusters(items):
        if bare(cluster) not in {*vocabulary().totals, *vocabulary().whole_parts}:
            clusters.append(cluster)
            continue
        rows = [entry for entry in items if entry.cluster == cluster]
        for entry in rows:  # 合计 is no cluster
            Intake(catalogue, answers, ledger).leave(entry, "computed")
        faults.append(Finding("cluster_total", Obligation.INFO, rows[0].place, found=cluster))
    if clusters:
        items = tuple(entry for entry in items if entry.cluster in {*clusters, ""})
    if len(clusters) > 1:
        faults += [
            Finding("cluster_missing", Obligation.MUST_FIX, entry.place, found=entry.label)
            for entry in items
            if not entry.cluster and not read_number(entry.raw).blank
        ]
    for cluster in clusters or [tables.named]:
        own = [e for e in items if e.cluster == cluster or len(clusters) < 2]  # noqa: PLR2004
        try:
            intake = Intake(catalogue, answers, ledger)
            bases.append(_baseline(intake, own, None, cluster, name))
        except InputError as error:  # the others may do
            faults += [item for item in error.findings if item.code != "no_values"]
    nothing = Finding("no_values", Obligation.MUST_FIX, Place(file=name))
    return bases, once_for_all(faults if bases else [nothing, *faults])


def read_clusters(
    source: str | Path | pd.DataFrame,
    *,
    catalogue: Catalogue | None = None,
    mapping: str | Path | FileMapping | None = None,
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
    return clusters_of(sheets_of(source), catalogue, mapped(mapping, None, catalogue))


def form_baseline(
    text: FormText,
    catalogue: Catalogue,
    base_year: int | None = None,
    cluster: str = "",
    *,
    answers: FileMapping = NOTHING,
) -> Baseline:
    """Return the baseline that a filled form holds; `answers` settle its doubts.

    Raises
    ------
    InputError
        When it holds no number.
    """
    intake = Intake(catalogue, answers)
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
    intake: Intake, items: Iterable[Entry], base_year: int | None, cluster: str, name: str
) -> Baseline:
    """Return the baseline of some entries, with all findings of the pass."""
    for entry in items:
        intake.add(entry)
    intake.settle()
    if not intake.values and not intake.growth:
        nothing = Finding("no_values", Obligation.MUST_FIX, Place(file=name))
        raise InputError([nothing, *folded(intake.findings)])
    # A year whose figures are asked about is still the latest that the file speaks of.
    years = intake.years or {cell.year for cell in (*intake.values, *intake.growth)}
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
    # Where figures of the base year are asked about, that is what has to be said of it.
    spoken = baseline.base_year in intake.years
    follows = [f for f in coherence_findings(baseline) if f.code != "base_year_empty" or not spoken]
    findings = (*folded(intake.findings), *follows)
    return replace(baseline, findings=findings)
