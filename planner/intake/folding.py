"""Folding: one finding where the same is to be said of many cells, so that none is buried (§9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.core.findings import Finding

# What is said once for all years of a row.
_FOLDED = {
    "value_blank", "unit_converted", "percent_format", "fraction_converted", "index_converted",
    "rounded", "cell_error", "formula_unsaved", "value_struck", "unit_differs", "not_whole",
    "negative", "label_remark",
}  # fmt: skip


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Say one sentence for all years of a row of which the same is to be said."""
    folded: list[Finding] = []
    index: dict[tuple[str, ...], int] = {}
    for finding in findings:
        place = finding.place
        key = (finding.code, finding.level.value, finding.indicator, place.sheet)
        if finding.code not in _FOLDED or finding.year is None or not (place.sheet or place.column):
            facts = {**finding.facts, "years": str(finding.year or "")}
            known = finding.code in _FOLDED and "years" not in finding.facts
            folded.append(replace(finding, facts=facts) if known else finding)
        elif key in index:
            before = folded[index[key]]
            folded[index[key]] = replace(
                before,
                found=_more(before.found, finding.found),
                expected=_more(before.expected, finding.expected),
                facts={**before.facts, "years": f"{before.facts['years']}、{finding.year}"},
            )
        else:
            index[key] = len(folded)
            folded.append(replace(finding, facts={**finding.facts, "years": str(finding.year)}))
    return folded


def _more(before: str, after: str) -> str:
    """Return two printed values as a list, a unit or what both begin with but once."""
    if before == after:
        return before
    number, _, unit = after.partition(" ")
    if unit and before.endswith(f" {unit}"):
        return f"{before.removesuffix(f' {unit}')}、{number} {unit}"
    return f"{before}、{after}"


def once_for_all(findings: Iterable[Finding]) -> list[Finding]:
    """Ask once what is asked of an indicator of many clusters; the answer settles it for all."""
    kept: dict[tuple[str, str], Finding] = {}
    rest: list[Finding] = []
    for finding in findings:
        key = (finding.code, finding.indicator)
        if "ways" not in finding.facts or not finding.indicator:
            rest.append(finding)
        elif key in kept:
            facts = {**kept[key].facts, "key": finding.indicator}
            kept[key] = replace(kept[key], facts=facts)
        else:
            kept[key] = finding
    return [*rest, *kept.values()]
