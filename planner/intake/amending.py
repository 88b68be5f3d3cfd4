"""Amending: one number of a baseline written anew, with what is said of it (§8, §9).

The same pass that takes a file in takes the number in, so that a baseline mended on a page is
the one that a mended file would have given.
"""

from __future__ import annotations

from dataclasses import replace

from planner.core.findings import Finding, InputError, Obligation, Place
from planner.intake.entries import Intake
from planner.intake.entry import Entry
from planner.intake.folding import folded
from planner.model.baseline import Baseline
from planner.model.catalogue import GROWTH_SUFFIX, Cell
from planner.model.coherence import coherence_findings


def amend(baseline: Baseline, indicator: str, year: int, text: str) -> Baseline:
    """Return a baseline with one number written anew; an empty text takes it out.

    `indicator` may be a growth rate such as ``output_growth``. What was said of the old number
    is dropped, and whether the figures can be true together is looked at again.

    Raises
    ------
    InputError
        When the text is no number that can stand there; the baseline stays as it was.

    Examples
    --------
    >>> import pandas as pd
    >>> from planner.intake.baselines import read_baseline
    >>> rows = {"indicator": ["output", "sme_output"], "year": 2025, "value": ["100", "120"]}
    >>> base = read_baseline(pd.DataFrame(rows))
    >>> [finding.code for finding in base.findings]
    ['part_above_whole']
    >>> mended = amend(base, "sme_output", 2025, "82")
    >>> str(mended.printed("sme_share")), mended.findings
    ('82.00', ())
    """
    cell, yearly = _amendable(baseline, indicator, year)
    place = baseline.places.get(Cell(indicator, year), Place(file=baseline.name))
    known = {c: v for c, v in baseline.values.items() if c != Cell(indicator, year)}
    intake = Intake(baseline.catalogue, known=known)
    if text.strip():
        intake.add(Entry(indicator, year, text, place))
        intake.settle()
    written = {**intake.values, **intake.growth}
    if text.strip() and cell not in written:
        raise InputError(intake.findings)
    levels, rates = dict(baseline.values), dict(baseline.growth)
    target = rates if yearly else levels
    target.pop(cell, None)
    target.update(written)
    said = {_placeless(item) for item in coherence_findings(baseline)}
    kept = [
        left
        for item in baseline.findings
        if _placeless(item) not in said and (left := _without(item, indicator, year)) is not None
    ]
    mended = replace(baseline, values=levels, growth=rates)
    read = folded(intake.findings)
    return replace(mended, findings=(*kept, *read, *coherence_findings(mended)))


def _amendable(baseline: Baseline, indicator: str, year: int) -> tuple[Cell, bool]:
    """Return the cell a number of a baseline stands in, and whether it is a yearly growth rate."""
    catalogue = baseline.catalogue
    known = catalogue.indicators.get(indicator)
    stem = indicator.removesuffix(GROWTH_SUFFIX)
    fault = Finding("indicator_unknown", Obligation.MUST_FIX, found=indicator[:60])
    if known is None and (stem == indicator or stem not in catalogue.indicators):
        raise InputError([fault])
    if year > baseline.base_year:
        expected = f"≤{baseline.base_year}"
        outside = replace(fault, code="year_outside", indicator=indicator, found=str(year))
        raise InputError([replace(outside, expected=expected)])
    if known is not None and known.kind == "growth" and known.periods == 1:
        return Cell(known.of, year), True
    return Cell(stem if known is None else indicator, year), known is None


def _placeless(finding: Finding) -> tuple[object, ...]:
    """Return what a finding says, wherever it stands: a saved plan knows no places any more."""
    return (*(getattr(finding, name) for name in ("code", "indicator", "year", "rule")),
            finding.found, finding.expected)  # fmt: skip


def _without(finding: Finding, indicator: str, year: int) -> Finding | None:
    """Return what is left of a finding when one cell is settled; nothing, of one on that cell."""
    years = finding.facts.get("years", "").split("、")
    if finding.indicator == indicator and finding.code == "value_blank" and str(year) in years:
        years.remove(str(year))
        facts = {**finding.facts, "years": "、".join(years)}
        return replace(finding, year=int(years[0]), facts=facts) if years else None
    return None if (finding.indicator, finding.year) == (indicator, year) else finding
