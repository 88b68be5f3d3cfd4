"""What a page may ask for of a rule: its reading, the figure it is held against, a reason to miss it."""

from __future__ import annotations

import csv
import io

from planner.apps.page.loading import with_benchmarks
from planner.apps.page.sessionstate import SessionState
from planner.compliance.rows import RuleNode
from planner.core.findings import Finding, InputError, Obligation
from planner.model.rulesets import benchmark_target
from planner.planning.workings import figures_asked

OWN_FIGURE = "own.csv"
YEARLY = "%/年"  # the unit of a rate that is given as one number


class RuleVerbs(SessionState):
    """The part of a session that says how rules are to be read and what they are held against."""

    def reading(self, rule: str, name: str) -> None:
        """Read a rule in another of the ways it offers."""
        self._plan(self.plan.reading(rule, name))

    def benchmark(self, key: str, words: str) -> None:
        """Hold a rule against another of the figures at hand."""
        self._plan(self.plan.benchmark(key, words))

    def relax(self, rule: str, reason: str) -> None:
        """Let a benchmark be missed, for a reason."""
        self._plan(self.plan.relax(rule, reason))

    def own_figure(
        self, rule: str, value: str, source: str, scope: str, year: str, kind: str
    ) -> None:
        """Hold a rule against a figure of one's own, with its source; it goes before the shipped ones.

        It is read as a line of a benchmark file is, in the unit and on the basis of the indicator.
        """
        keys = figures_asked(self.plan, self._rule(rule))
        target = benchmark_target(keys[0], self.plan.system.catalogue) if keys else None
        if target is None:
            raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
        if not all(text.strip() for text in (value, source, scope, year)):
            raise InputError([Finding("figure_incomplete", Obligation.MUST_FIX)])
        item = self.plan.system.catalogue[target[0]]
        names = self.plan.system.catalogue.bases.get(item.basis, ())
        line = {
            "id": keys[0],
            "value": value,
            "unit": item.unit.zh if target[1] == "level" else YEARLY,
            "year": year,
            "scope": scope,
            "basis": names[-1] if names else item.zh,
            "source": source,
            "kind": kind,
        }
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(line))
        writer.writeheader()
        writer.writerow(line)
        data = stream.getvalue().encode()
        told = with_benchmarks(self.plan, OWN_FIGURE, data).benchmarks.findings
        faults = [item for item in told if item.level is Obligation.MUST_FIX]
        new = [item for item in faults if item not in self.plan.benchmarks.findings]
        if new:
            raise InputError(new)
        self._study(self._open.each(lambda plan: with_benchmarks(plan, OWN_FIGURE, data)))

    def own_threshold(self, rule: str, value: str, source: str) -> None:
        """Say the threshold of a rule that the rule set does not know, with the document that states it."""
        _ = self._rule(rule)
        self._study(self._open.each(lambda plan: plan.threshold(rule, value, source)))

    def _rule(self, rule: str) -> RuleNode:
        found = next((v.rule for v in self.plan.verdicts if v.rule.id == rule), None)
        if found is None:
            raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
        return found
