"""The source: the file a study was read from, kept while its page is open, so that doubts can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from planner.api.forms import read_form
from planner.api.reading import FileReading, read
from planner.apps.page.uploads import aside
from planner.core.findings import Finding
from planner.intake.baselines import read_baseline
from planner.intake.kinds import FileKind, named_as
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell
from planner.model.coherence import coherence_findings
from planner.model.mapping import FileMapping, Mapped, place_key
from planner.model.vocabulary import bare

Figures = Mapping[Cell, Decimal]


@dataclass(frozen=True, eq=False)
class Source:
    """A file as it was uploaded, whose figures were taken from it, and what was answered about it."""

    name: str
    data: bytes = field(repr=False)
    cluster: str = ""
    said: FileMapping = field(default_factory=FileMapping)

    def answering(self, key: str, way: str) -> Source:
        """Return the source with a doubt answered: by the key of a place, and the way to read it."""
        return replace(self, said=replace(self.said, take={**self.said.take, place_key(key): way}))

    def meaning(self, label: str, indicator: str, unit: str = "") -> Source:
        """Return the source with a label said to mean an indicator, in a unit; ``-`` leaves it out."""
        told = Mapped(indicator=indicator, unit=unit)
        return replace(
            self, said=replace(self.said, labels={**self.said.labels, bare(label): told})
        )

    @cached_property
    def baseline(self) -> Baseline:
        """Return the baseline that the file gives, as it was answered.

        Raises
        ------
        InputError
            When nothing of it can be used.
        """
        with aside(self.name, self.data) as path:
            if named_as(path) is FileKind.FORM:
                return read_form(path, mapping=self.said).plan.baseline
            return read_baseline(path, mapping=self.said, cluster=self.cluster)

    @cached_property
    def reading(self) -> FileReading:
        """Return the account of every mark of the file."""
        with aside(self.name, self.data) as path:
            kind = "" if named_as(path) is FileKind.FORM else "baseline"
            return read(Path(path), as_=kind, mapping=self.said, cluster=self.cluster)


def rebased(now: Baseline, old: Baseline, new: Baseline) -> Baseline:
    """Return a baseline in which what was read anew stands, and what was typed since stays.

    `old` is what the file gave before, `new` what it gives now.
    """
    values = _carried(now.values, old.values, new.values)
    growth = _carried(now.growth, old.growth, new.growth)
    settled = {_what(item) for item in old.findings} - {_what(item) for item in now.findings}
    own = {_what(item) for item in coherence_findings(now)}
    typed = [item for item in now.findings if _what(item) not in {*map(_what, old.findings), *own}]
    coherent = {_what(item) for item in coherence_findings(new)}
    read_ = [item for item in new.findings if _what(item) not in settled | coherent]
    base = replace(now, values=values, growth=growth, places=new.places, findings=())
    return replace(base, findings=(*read_, *typed, *coherence_findings(base)))


def _carried(now: Figures, old: Figures, new: Figures) -> Figures:
    """Return figures as read anew, but for those that somebody changed since they were read."""
    kept = dict(now)
    for cell in {*old, *new}:
        if now.get(cell) == old.get(cell):
            kept.pop(cell, None)
            if cell in new:
                kept[cell] = new[cell]
    return kept


def _what(finding: Finding) -> tuple[object, ...]:
    """Return what a finding says, apart from where."""
    return (finding.code, finding.indicator, finding.year, finding.found, finding.expected)
