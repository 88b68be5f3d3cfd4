"""Checking: the one list of findings of a plan, and the reasons that answer some of them (§9, §18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from planner.compliance.goals import GoalTable
from planner.compliance.judge import Verdict
from planner.compliance.numbers import Numbers
from planner.compliance.objections import (
    direction_findings,
    gathered,
    posing_findings,
    shortfall_findings,
    stated_findings,
    verdict_findings,
    wish_findings,
)
from planner.compliance.system import System
from planner.compliance.wishes import Limit
from planner.core.findings import Finding, InputError, Obligation
from planner.model.baseline import Baseline
from planner.model.benchmarks import BenchmarkBook
from planner.model.cards import Findings
from planner.model.catalogue import Cell
from planner.model.rulesets import RuleSet
from planner.model.stated import Stated
from planner.planning.changes import Change, Repair
from planner.planning.statements import reasons


class Plan(Protocol):
    """What a plan has to tell to be checked."""

    @property
    def baseline(self) -> Baseline: ...  # noqa: D102
    @property
    def benchmarks(self) -> BenchmarkBook: ...  # noqa: D102
    @property
    def rules(self) -> RuleSet: ...  # noqa: D102
    @property
    def notes(self) -> tuple[Finding, ...]: ...  # noqa: D102
    @property
    def given(self) -> Mapping[Cell, Decimal] | None: ...  # noqa: D102
    @property
    def reasons(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def repaired(self) -> Repair | None: ...  # noqa: D102

    @property
    def years(self) -> tuple[int, ...]: ...  # noqa: D102
    @property
    def span(self) -> int: ...  # noqa: D102
    @property
    def table(self) -> Mapping[Cell, Decimal] | None: ...  # noqa: D102
    @property
    def requested(self) -> Mapping[Cell, Decimal]: ...  # noqa: D102
    @property
    def stated(self) -> Mapping[Cell, Stated]: ...  # noqa: D102
    @property
    def limits(self) -> tuple[Limit, ...]: ...  # noqa: D102
    @property
    def placed(self) -> tuple[Finding, ...]: ...  # noqa: D102
    @property
    def system(self) -> System: ...  # noqa: D102
    @property
    def numbers(self) -> Numbers: ...  # noqa: D102
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...  # noqa: D102
    @property
    def goals(self) -> GoalTable: ...  # noqa: D102
    @property
    def changes(self) -> tuple[Change, ...]: ...  # noqa: D102
    def check(self) -> tuple[Finding, ...]: ...  # noqa: D102


def findings_of(plan: Plan) -> tuple[Finding, ...]:
    """Return all findings of a plan: see :meth:`planner.Plan.check`."""
    found = [
        *plan.baseline.findings,
        *plan.benchmarks.findings,
        *plan.notes,
        *posing_findings(plan.rules),
        *_of_span(plan),
        *plan.system.findings,
        *plan.placed,
        *wish_findings(plan.requested, plan.numbers),
        *stated_findings(plan.stated, plan.limits, plan.numbers),
        *direction_findings(plan.goals),
        *_of_repair(plan),
        *verdict_findings(plan.verdicts, plan.system, plan.given or plan.requested),
    ]
    if plan.given is not None:
        found += shortfall_findings(plan.verdicts, plan.system.catalogue)
        found = gathered(found, plan.verdicts, _absent(plan))
    return Findings(dict.fromkeys(_answered(plan, finding) for finding in found))


def baseline_findings(plan: Plan) -> tuple[Finding, ...]:
    """Return the findings on the baseline of a plan and its certification only."""
    scopes = ("certification", "reverification")
    chosen = tuple(v for v in plan.verdicts if v.rule.scope in scopes)
    others = {v.rule.id for v in plan.verdicts} - {v.rule.id for v in chosen}
    found = [
        *plan.baseline.findings,
        *plan.benchmarks.findings,
        *plan.notes,
        *posing_findings(plan.rules),
        *(finding for finding in plan.system.findings if finding.rule not in others),
        *verdict_findings(chosen, plan.system),
    ]
    return tuple(dict.fromkeys(found))


def answer_keys(finding: Finding) -> tuple[str, ...]:
    """Return the keys by which a reason may answer a finding, the closest first.

    >>> answer_keys(Finding("benchmark_basis", Obligation.NEEDS_REASON, rule="f"))
    ('benchmark_basis@f', 'benchmark_basis')
    """
    about = [
        f"{finding.indicator}@{finding.year}" if finding.indicator and finding.year else "",
        finding.rule,
        finding.indicator,
    ]
    return (*(f"{finding.code}@{key}" for key in about if key), finding.code)


def accepted(plan: Plan, code: str, text: str, about: str) -> str:
    """Return the key under which a reason for a finding is kept.

    Raises
    ------
    InputError
        When nothing of that code needs a reason, or none is given.
    """
    key = f"{code}@{about}" if about else code
    needing = (f for f in plan.check() if f.level is Obligation.NEEDS_REASON)
    open_ = {name for finding in needing for name in answer_keys(finding)}
    fault = "" if key in open_ or key in plan.reasons else "reason_for_nothing"
    if fault := fault if text.strip() else "reason_missing":
        expected = "、".join(sorted(name for name in open_ if "@" in name))
        raise InputError([Finding(fault, Obligation.MUST_FIX, found=key, expected=expected)])
    return key


def _answered(plan: Plan, finding: Finding) -> Finding:
    """Return a finding with the reason that somebody gave for it: a note from then on."""
    if finding.level is not Obligation.NEEDS_REASON:
        return finding
    keys = answer_keys(finding)
    said = next((plan.reasons[key] for key in keys if key in plan.reasons), "")
    if not said:
        return finding
    facts = {**finding.facts, "answered": said}
    return replace(finding, level=Obligation.INFO, facts=facts, ways_out=())


def answerable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with the key under which each can be answered, where a reason is needed."""
    told = []
    for finding in findings:
        if finding.level is Obligation.NEEDS_REASON:
            ways = tuple(way for way in finding.ways_out if way != "give_reason")
            facts = {**finding.facts, "answer": answer_keys(finding)[0]}
            told.append(replace(finding, facts=facts, ways_out=(*ways, "answer_reason")))
        else:
            told.append(finding)
    return tuple(told)


def _absent(plan: Plan) -> frozenset[str]:
    """Return the indicators that neither the baseline nor somebody's goal table speaks of."""
    spoken = {cell.indicator for cell in (*plan.baseline.values, *(plan.table or ()))}
    return frozenset(
        item.id
        for item in plan.baseline.catalogue
        if not {item.id, item.of or item.id} & spoken
        and not (item.kind == "ratio" and {item.num, item.den} <= spoken)
    )


def _of_span(plan: Plan) -> Iterator[Finding]:
    """Say what becomes of rules that speak of other years than the plan has."""
    meant = plan.rules.record.horizon
    if plan.span != meant:
        facts = {"years": f"{plan.years[0]}–{plan.years[-1]}"}
        yield Finding("horizon_other", Obligation.INFO, found=str(plan.span),
                      expected=str(meant), facts=facts)  # fmt: skip


def _of_repair(plan: Plan) -> Iterator[Finding]:
    """Say what the repair that made a plan changed, or that nothing complies."""
    if plan.repaired is None:
        return
    if not plan.repaired.complies:
        yield Finding("no_compliant_table", Obligation.MUST_FIX, ways_out=("see_conflicts",))
        return
    for change in plan.changes:
        if change.kind == "wish":
            yield Finding(
                "changed",
                Obligation.INFO,
                indicator=change.cell.indicator,
                year=change.cell.year,
                found=str(change.old),
                expected=str(change.new),
                facts={"reason": reasons(change, plan.system, plan.numbers)},
            )
