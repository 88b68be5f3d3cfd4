"""Which rules a reader is shown: terminal, annex, workbook and page decide it here and nowhere else.

A rule set's own rules have a quoted source; identities of the catalogue, wishes and defaults have
none. Nobody is shown defaults: they give way without a word.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.compliance.judge import Verdict
from planner.compliance.rows import RuleNode, Status
from planner.model.rules import Scope

Verdicts = tuple[Verdict, ...]


def named(rule: RuleNode, lang: str) -> str:
    """Return what a rule is called in a document: by the letter of its source, else its title."""
    return rule.id if len(rule.id) == 1 else rule.title(lang)


def recomputed(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return all that a workbook recomputes: everything but defaults."""
    return tuple(v for v in verdicts if v.rule.origin != "default")


def reported(verdicts: Iterable[Verdict], *scopes: Scope) -> Verdicts:
    """Return what a report lists: rules with a source, and whatever else does not hold."""
    return tuple(
        v
        for v in recomputed(verdicts)
        if v.rule.scope in scopes and (v.rule.quote or v.status is Status.UNMET)
    )


def annexed(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return what stands beside a filing: the rules on targets, each with its source."""
    return tuple(v for v in verdicts if v.rule.scope == "target" and v.rule.quote)


def lit(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return the rules that have a light: those on targets, else the first there is.

    What only says that parts are within their wholes has one as long as they are not.
    """
    asked = [v for v in verdicts if v.rule.origin == "rules" and v.rule.quote]
    targets = [
        v
        for v in asked
        if v.rule.scope == "target" and (v.rule.level != "identity" or v.status is not Status.MET)
    ]
    return tuple(targets or asked[:1])


def certifying(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return the rules that the baseline itself is held against."""
    return tuple(v for v in verdicts if v.rule.scope != "target" and v.rule.origin == "rules")


def undecided(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return the rules on targets that could not be judged."""
    return tuple(v for v in annexed(verdicts) if v.status is Status.UNKNOWN)


def excused(verdicts: Iterable[Verdict]) -> Verdicts:
    """Return the benchmarks that are missed with a recorded reason."""
    return tuple(v for v in verdicts if v.rule.reason and v.status is Status.UNMET)
