"""What a page may ask for of the file in hand: answers to doubts, what a label of it means."""

from __future__ import annotations

from dataclasses import replace

from planner.apps.page.sessionstate import SessionState
from planner.apps.page.source import Source, rebased
from planner.core.findings import Finding, InputError, Obligation
from planner.model.mapping import IGNORED
from planner.model.units import read_unit


class SourceVerbs(SessionState):
    """The part of a session that reads the file in hand again, by what was answered about it."""

    def settle(self, key: str, way: str) -> None:
        """Say how a doubtful place of the file is to be read; what was typed since stays."""
        self._again(self._source.answering(key, way))

    def means(self, label: str, indicator: str, unit: str = "") -> None:
        """Say which indicator a label of the file means, and in which unit; ``-`` for none."""
        catalogue = self.plan.baseline.catalogue
        if indicator == IGNORED:
            self._again(self._source.meaning(label, IGNORED))
            return
        if indicator not in catalogue:
            raise InputError(
                [Finding("indicator_unknown", Obligation.MUST_FIX, found=indicator[:60])]
            )
        plain = unit.strip()
        if plain and read_unit(plain) is None and plain != catalogue[indicator].unit.zh:
            raise InputError([Finding("unit_unknown", Obligation.MUST_FIX, found=plain[:20])])
        self._again(self._source.meaning(label, indicator, plain))

    @property
    def _source(self) -> Source:
        source = self._open.source
        if source is None:
            raise InputError([Finding("source_gone", Obligation.MUST_FIX)])
        return source

    def _again(self, source: Source) -> None:
        """Take the file in again; where nothing became another, that is said."""
        study, before = self._open, self._source
        now = self.plan.baseline
        base = rebased(now, before.baseline, source.baseline)
        if (base.values, base.growth, base.findings) == (now.values, now.growth, now.findings):
            self.notices = (Finding("source_unmoved", Obligation.INFO),)
            return
        changed = study.each(lambda plan: replace(plan, baseline=base, repaired=None))
        self._study(replace(changed, source=source))
