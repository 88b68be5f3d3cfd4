"""Objections: what does not hold, or cannot be judged, as findings with their ways out (§9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from planner.compliance.goals import GoalTable
from planner.compliance.judge import Verdict
from planner.compliance.numbers import Numbers
from planner.compliance.rows import SIGNS, Clause, Status
from planner.compliance.system import System
from planner.compliance.wishes import Limit, numerators
from planner.core.findings import Finding, Obligation
from planner.core.phrases import Listed, Phrase, phrase
from planner.core.rounding import Rounding, as_printed, to_grid
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.rulesets import RuleSet
from planner.model.stated import TOLERANCE, Stated

_REASONS = {
    "threshold": ("rule_threshold_unknown", Obligation.NEEDS_REASON),
    "benchmark": ("rule_benchmark_unknown", Obligation.MUST_FIX),
    "data": ("rule_data_missing", Obligation.MUST_FIX),
    "zero_base": ("rule_zero_base", Obligation.NEEDS_REASON),
}


def verdict_findings(
    verdicts: tuple[Verdict, ...], system: System, agreed: Collection[Cell] = ()
) -> tuple[Finding, ...]:
    """Turn what does not hold, or cannot be judged, into findings.

    `agreed` are the cells that somebody set a level for: where a start from zero leaves a rule of
    growth without a meaning, that level stands in its place, with a reason.
    """
    findings: list[Finding] = []
    for verdict in verdicts:
        if verdict.rule.origin == "default":
            continue  # a default gives way without a word
        if verdict.status is Status.UNMET and verdict.rule.is_choice:
            findings.append(_no_choice(verdict, system.catalogue))
        elif verdict.status is Status.UNMET:
            findings += _unmet(verdict, system)
        elif verdict.status is Status.UNKNOWN:
            findings += _unknown(verdict, system, agreed)
    return tuple(findings)


def posing_findings(rules: RuleSet) -> tuple[Finding, ...]:
    """Say of rules that bear a shipped name and are others that they are; they prove nothing."""
    if not rules.posing:
        return ()
    ways = ("rename_rules",)
    return (Finding("rules_posing", Obligation.MUST_FIX, rule=rules.id, ways_out=ways),)


def _no_choice(verdict: Verdict, catalogue: Catalogue) -> Finding:
    """Say of a rule with a choice what each way would take; nobody has to take them all."""
    options = [
        phrase(
            "option",
            name=catalogue.texts(cell.indicator for cell in line.subject),
            year=line.end.year,
            value=as_printed(line.value) or "-",
            sense=SIGNS[line.sense] if line.sense else "",
            bound=as_printed(line.requirement) or "-",
        )
        for line in verdict.lines
    ]
    node = verdict.rule.node
    return Finding(
        "choice_unmet",
        _obligation(verdict),
        rule=verdict.rule.id,
        indicator=verdict.head.end.indicator,
        year=verdict.head.end.year,
        found=as_printed(verdict.head.value),
        expected=as_printed(verdict.head.requirement),
        facts={
            "options": Listed(tuple(options), "between_or"),
            "need": str(node.need) if isinstance(node, Clause) else "",
            "title": verdict.rule.title,
        },
        ways_out=_ways(verdict),
    )


def _obligation(verdict: Verdict) -> Obligation:
    """Nobody has to keep an ambition, or a benchmark relaxed with a reason; the rest binds (§4).

    Goals that do not fit together may have a reason, which is asked for.
    """
    free = verdict.rule.level == "ambition" or verdict.rule.reason
    binding = Obligation.NEEDS_REASON if verdict.rule.coherence else Obligation.MUST_FIX
    return Obligation.INFO if free else binding


def _ways(verdict: Verdict, *, past: bool = False) -> tuple[str, ...]:
    way = "change_target" if verdict.rule.scope == "target" else "check_data"
    if past and verdict.rule.scope == "target":
        way = "check_parts"  # what has been is no target that anybody could change
    if verdict.rule.coherence:
        return (way, "give_reason")
    return (way, "use_real_standard") if verdict.rule.stand_in else (way,)


def _unmet(verdict: Verdict, system: System) -> list[Finding]:
    catalogue, base = system.catalogue, system.baseline.base_year
    findings = []
    seen: set[tuple[Cell, ...]] = set()
    unmet = [line for line in verdict.lines if line.status is Status.UNMET]
    for line in unmet[-1:] if verdict.rule.coherence else unmet:  # one question, of the last year
        if line.subject in seen:
            continue
        seen.add(line.subject)
        code = "rate_unmet" if line.is_rate else "rule_unmet"
        if line.basis == "parts":
            code = "rule_unmet_from_parts"
        if verdict.rule.coherence:
            code = "rule_incoherent"
        if verdict.rule.reason:
            code = "rule_relaxed"
        findings.append(
            Finding(
                code,
                _obligation(verdict),
                rule=verdict.rule.id,
                indicator=line.end.indicator,
                year=line.end.year,
                found=as_printed(line.value),
                expected=as_printed(line.requirement),
                facts={
                    "sense": line.sense.value if line.sense else "",
                    "subject": " ".join(dict.fromkeys(cell.indicator for cell in line.subject)),
                    "title": verdict.rule.title,
                    "names": catalogue.texts(cell.indicator for cell in line.subject),
                    **({"reason": verdict.rule.reason} if verdict.rule.reason else {}),
                },
                ways_out=() if verdict.rule.reason else _ways(verdict, past=line.end.year <= base),
            )
        )
    return findings


FEW = 2  # rules that a plan misses or leaves out, below which each is told by itself


def shortfall_findings(verdicts: Sequence[Verdict], catalogue: Catalogue) -> tuple[Finding, ...]:
    """Tell in one paragraph which goals of somebody's table are below the rules, and by how much.

    A plan after a province's own rates (8 % a year, say) misses the same rules again and again:
    each is told once, with its rate, the rate that is asked for, and the level that is missing.
    """
    told = []
    for verdict in verdicts:
        head = verdict.head
        unmet = verdict.status is Status.UNMET and verdict.rule.scope == "target"
        binding = verdict.rule.level not in {"identity", "ambition"} and not (
            verdict.rule.reason or verdict.rule.coherence
        )
        if not (unmet and binding and head.requirement is not None and head.value is not None):
            continue
        item = catalogue[head.end.indicator]
        facts: dict[str, Any] = {
            "name": catalogue.texts([item.id]), "year": head.end.year, "value": str(head.value),
            "sense": SIGNS[head.sense] if head.sense else "", "need": str(head.requirement),
            "gap": str(abs(head.value - head.requirement)), "unit": item.unit, "rule": verdict.rule.id,
        }  # fmt: skip
        if head.rate is not None and head.rate_value is not None:
            change = -head.rate_value + 0 if head.rate.decline else head.rate_value
            facts |= {"rate": str(change), "required": str(head.rate.required)}
            told.append(phrase("below_fall" if head.rate.decline else "below_rate", **facts))
        else:
            told.append(phrase("below_level", **facts))
    if len(told) < FEW:
        return ()
    facts = {"goals": Listed(tuple(told), "between")}
    return (Finding("below_rules", Obligation.INFO, found=str(len(told)), facts=facts),)


def direction_findings(goals: GoalTable) -> tuple[Finding, ...]:
    """Say which goals are worse than where they start; that needs a reason.

    A total that grows with its whole, while what it is of the whole gets better, is no worse.
    """
    end = goals.years[-1]
    per_whole = {
        row.item.num
        for row in goals
        if row.item.kind == "ratio"
        and row.values[end] is not None
        and row.baseline is not None
        and not _worse(row.item, row.baseline, row.values[end])
    }
    return tuple(
        Finding("goal_worsens", Obligation.NEEDS_REASON, indicator=row.id, year=end,
                found=str(row.values[end]), expected=str(row.baseline), ways_out=("give_reason",))
        for row in goals
        if row.item.kind != "growth" and row.id not in per_whole and _worse(row.item, row.baseline, row.values[end])
    )  # fmt: skip


def _worse(item: Indicator, start: Decimal | None, value: Decimal | None) -> bool:
    if start is None or value is None or item.better == "neither":
        return False
    return value < start if item.better == "higher" else value > start


def gathered(
    findings: Sequence[Finding], verdicts: Sequence[Verdict], absent: Collection[str]
) -> list[Finding]:
    """Tell in one line what a partial plan leaves out, where rules ask for indicators it has not.

    Parameters
    ----------
    absent
        The indicators that neither baseline nor plan speaks of.

    Returns
    -------
    The findings, those on such rules replaced by one behind all others; what can be judged comes first.
    """
    titles = {verdict.rule.id: verdict.rule.title for verdict in verdicts}
    # Where nobody gave a baseline, nothing can be said of it: the plan is what is judged.
    alone = any(finding.code == "baseline_from_goals" for finding in findings)
    of_base = {v.rule.id for v in verdicts if v.rule.scope != "target"} if alone else set()
    findings = [f for f in findings if not (alone and f.code == "base_year_empty")]
    codes = {"rule_data_missing", "rule_threshold_unknown", "rule_benchmark_unknown"}
    left = [f for f in findings if f.code in codes and (f.indicator in absent or f.rule in of_base)]
    if len(left) < FEW:
        return list(findings)
    about = {finding.rule for finding in left}
    # What has to be said of a benchmark that nothing is held against says nothing.
    left += [f for f in findings if f.code.startswith("benchmark_") and f.rule in about]
    rules = list(dict.fromkeys(finding.rule for finding in left if finding.code in codes))
    names = Listed(
        tuple(phrase("rule_named", rule=rule, title=titles[rule]) for rule in rules),
        "between_names",
    )
    worst = any(finding.level is Obligation.MUST_FIX for finding in left)
    level = Obligation.MUST_FIX if worst else Obligation.NEEDS_REASON
    told = Finding("plan_partial", level, found=str(len(rules)), facts={"rules": names},
                   ways_out=("fill_missing",))  # fmt: skip
    return [*(finding for finding in findings if finding not in left), told]


def _unknown(verdict: Verdict, system: System, agreed: Collection[Cell]) -> list[Finding]:
    catalogues_own = verdict.rule.level == "identity" and not verdict.rule.quote
    if catalogues_own or verdict.rule.level == "ambition":
        return []  # nobody asked for more than is known
    findings: dict[tuple[str, str], Finding] = {}
    needed: dict[tuple[str, str], dict[str, Phrase]] = {}
    for line in verdict.lines:
        if line.status is not Status.UNKNOWN:
            continue
        code, level = _REASONS.get(line.reason, _REASONS["data"])
        if verdict.rule.level == "identity":
            level = Obligation.NEEDS_REASON
        elif verdict.rule.scope == "target" and not verdict.rule.coherence:
            level = Obligation.MUST_FIX  # a target rule that nobody can judge is not met
        if code == "rule_zero_base" and line.end in agreed and line.value:
            code, level = "rule_zero_base_agreed", Obligation.NEEDS_REASON
        key = (code, line.end.indicator)
        missing = needed.setdefault(key, {})
        missing |= _needed(line.missing, system)
        findings[key] = Finding(
            code,
            level,
            rule=verdict.rule.id,
            indicator=line.end.indicator,
            year=line.end.year,
            found=as_printed(line.value),
            facts={
                "missing": Listed(tuple(missing[n] for n in sorted(missing)), "between_names"),
                "title": verdict.rule.title,
            },
            ways_out={
                "rule_threshold_unknown": ("give_threshold",),
                "rule_benchmark_unknown": ("give_benchmark",),
                "rule_data_missing": ("fill_missing",),
                "rule_zero_base": ("level_target",),
                "rule_zero_base_agreed": ("give_reason",),
            }[code],
        )
    return list(findings.values())


def _needed(cells: tuple[Cell, ...], system: System) -> dict[str, Phrase]:
    """Name what would fill a gap: the past before the target, a ratio or its missing parts."""
    base = system.baseline.base_year
    past = [cell for cell in cells if cell.year <= base] or list(cells)
    named: dict[str, Phrase] = {}
    for cell in past:
        item = system.catalogue[cell.indicator]
        parts = [
            Cell(part, cell.year)
            for part in (item.num, item.den)
            if part and system.baseline.exact(part, cell.year) is None
        ]
        told = _cell(cell, system)
        if parts:
            others = Listed(tuple(_cell(part, system) for part in parts), "between_and")
            told = phrase("cell_or", cell=told, others=others)
        named[" ".join(map(str, (cell, *parts)))] = told
    return named


def _cell(cell: Cell, system: System) -> Phrase:
    return phrase("cell", name=system.catalogue.texts([cell.indicator]), year=cell.year)


def _lands(item: Indicator, cell: Cell, value: Decimal, numbers: Numbers) -> bool:
    """Whether a ratio asked for places its numerator right where that is asked to be."""
    whole = numbers.printed(item.den, cell.year) if item.kind == "ratio" else None
    if not whole:
        return False
    placed = numerators(item, numbers.baseline.catalogue, value, whole)
    return numbers.printed(item.num, cell.year) in placed


def stated_findings(
    stated: Mapping[Cell, Stated], limits: Sequence[Limit], numbers: Numbers
) -> tuple[Finding, ...]:
    """Say what level a target stated in other words comes to, and where it needs a base or is missed."""
    bounded = {limit.cell: limit for limit in limits}
    findings = []
    for cell, said in stated.items():
        item = numbers.baseline.catalogue[cell.indicator]
        about: dict[str, Any] = {"indicator": cell.indicator, "year": cell.year, "found": str(said)}
        base = numbers.baseline.printed(cell.indicator)
        if said.measure != "level" and base is None:
            findings.append(Finding("target_needs_base", Obligation.MUST_FIX, **about,
                                    ways_out=("give_base",)))  # fmt: skip
            continue
        got = numbers.printed(*cell)
        limit = bounded.get(cell)
        low, high = (limit.low, limit.high) if limit else (None, None)
        ends = [
            None if end is None else to_grid(end, item.decimals, side)
            for end, side in ((low, Rounding.UP), (high, Rounding.DOWN))
        ]
        level = (
            f"{got}" if limit is None else " – ".join("…" if e is None else str(e) for e in ends)
        )
        relative = said.measure != "level"
        facts = {"base": str(base), "start": str(numbers.baseline.base_year)} if relative else {}
        code = "target_from_base" if relative else "target_stated"
        findings.append(Finding(code, Obligation.INFO, **about, expected=level, facts=facts))
        if said.relation == "about" and said.high == TOLERANCE:  # nobody said how near is near
            findings.append(Finding("target_about", Obligation.NEEDS_REASON, **about, expected=level,
                                    ways_out=("write_tolerance",)))  # fmt: skip
        missed = got is not None and (
            (low is not None and got < low) or (high is not None and got > high)
        )
        if missed:
            findings.append(Finding("target_missed", Obligation.INFO, **about, expected=str(got)))
    return tuple(findings)


def wish_findings(requested: Mapping[Cell, Decimal], numbers: Numbers) -> tuple[Finding, ...]:
    """Say where a value asked for is printed otherwise."""
    findings = []
    for cell, value in requested.items():
        got = numbers.printed(*cell)
        item = numbers.baseline.catalogue[cell.indicator]
        part = Cell(item.num or item.of, cell.year)
        if got is None or got == value:
            continue
        contradicted = part in requested and not _lands(item, cell, value, numbers)
        findings.append(
            Finding(
                "wish_contradicted" if contradicted else "wish_rounded",
                Obligation.MUST_FIX if contradicted else Obligation.INFO,
                indicator=cell.indicator,
                year=cell.year,
                found=str(value),
                expected=str(got),
                facts={"other": str(part)} if contradicted else {},
                ways_out=("drop_either",) if contradicted else (),
            )
        )
    return tuple(findings)
