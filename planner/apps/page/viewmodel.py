"""View models: what the page shows as plain data made from the session; here what all are made of.

One is a dictionary that can be sent to a browser; it holds texts and numbers as printed and
no decision. Parts draw them and send back what somebody did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from planner.api.plan import Plan
from planner.apps.page.texts import say, ways_out
from planner.compliance.goalrows import GoalRow
from planner.compliance.rows import Status
from planner.core.findings import Finding
from planner.model import messages
from planner.model.catalogue import Catalogue

ViewModel = dict[str, Any]
_GAP = re.compile(r" (?=（| \()")  # where a name was left out


def told(
    findings: Iterable[Finding], lang: str, catalogue: Catalogue | None = None
) -> list[ViewModel]:
    """Return findings as texts, those that oblige most first."""
    return [
        {
            "level": finding.level.value,
            "word": messages.level(finding, lang),
            "place": str(finding.place),
            "text": sentence(finding, lang, catalogue),
            "ways": ways_out(finding, lang, catalogue),
        }
        for finding in messages.ordered(findings)
    ]


def sentence(finding: Finding, lang: str, catalogue: Catalogue | None = None) -> str:
    """Return what a finding says, without names that are for files: rules by title, ways by what comes of them."""
    facts, nameless = finding.facts, False
    if len(finding.rule) > 1 and "/" not in finding.rule and "title" in facts:
        finding, nameless = replace(finding, rule=""), True
    if "ways" in facts:
        ways = str(facts["ways"]).split("；")
        outcomes = "；".join(way.partition(" → ")[2] or way for way in ways)
        finding = replace(finding, facts={**facts, "ways": outcomes})
    said = messages.sentence(finding, lang, catalogue)
    return _GAP.sub("", said) if nameless else said


def row_state(plan: Plan, row: GoalRow, lang: str) -> tuple[str, str]:
    """Return how a goal stands, and the word for it: what a recorded reason lets pass is no fault."""
    if row.status == "unmet" and row.id in _missed(plan, for_reason=True) - _missed(
        plan, for_reason=False
    ):
        return "relaxed", say("relaxed", lang)
    return row.status, messages.status(row.status, lang)


def _missed(plan: Plan, *, for_reason: bool) -> set[str]:
    """Return the indicators that miss a rule, relaxed for a reason or not."""
    return {
        cell.indicator
        for verdict in plan.verdicts
        if verdict.status is Status.UNMET and bool(verdict.rule.reason) is for_reason
        for line in verdict.lines
        if line.status is Status.UNMET
        for cell in line.subject
    }


def text(value: Decimal | None) -> str:
    """Return a number as printed, nothing where there is none."""
    return "" if value is None else str(value)
