"""The view model of the lights: one for each rule on targets, and what stands behind it."""

from __future__ import annotations

from planner.api.plan import Plan
from planner.apps.page.mends import told_with
from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel
from planner.compliance.judge import Verdict
from planner.compliance.rows import Row, RuleNode, Status
from planner.compliance.shown import certifying, lit
from planner.core.findings import Obligation
from planner.model import messages
from planner.model.benchmarks import Benchmark, names_of, said_of
from planner.model.rules import Rule
from planner.model.rulesets import benchmark_target
from planner.model.scopes import scope_words
from planner.model.wording import formulas, provenance
from planner.planning.workings import declared, figures_asked, figures_of, worked


def certification(plan: Plan) -> tuple[str, list[Verdict]]:
    """Return how the baseline stands against the standard, and its rules."""
    verdicts = list(certifying(plan.verdicts))
    states = {verdict.status for verdict in verdicts}
    worst = next((s for s in (Status.UNMET, Status.UNKNOWN) if s in states), Status.MET)
    return worst.value, verdicts


def lights(session: Session) -> ViewModel:
    """Return a light for every rule, and what stands behind the one that is open."""
    lang = session.lang
    model: ViewModel = {
        "label": say("lights", lang),
        "items": [],
        "detail": None,
        "close": say("close", lang),
        "summary": None,
        "empty": say("no_lights", lang),
    }
    if session.history is None:
        return model
    plan = session.plan
    model["items"] = [_light(verdict, session) for verdict in lit(plan.verdicts)]
    state, verdicts = certification(plan)
    if verdicts:
        title = messages.label("certification", lang)
        model["items"].append(
            _item("cert", say("light_certification", lang), title, state, "", session)
        )
    model["summary"] = summary(plan, lang)
    verdict = next((v for v in plan.verdicts if v.rule.id == session.light), None)
    if session.light == "cert":
        model["detail"] = _certified(plan, verdicts, lang)
    elif verdict is not None:
        model["detail"] = _detail(session, verdict)
    return model


def summary(plan: Plan, lang: str) -> ViewModel:
    """Return in a few words where a plan stands."""
    levels = [finding.level for finding in plan.check()]
    fix, due = levels.count(Obligation.MUST_FIX), levels.count(Obligation.NEEDS_REASON)
    unknown = sum(v.status is Status.UNKNOWN and v.rule.scope == "target" for v in plan.verdicts)
    parts = [
        say(key, lang, n=n)
        for key, n in (
            ("status_line_fix", fix),
            ("status_line_unknown", unknown),
            ("status_line_reasons", due),
        )
        if n
    ]
    odd = any(v.rule.coherence and v.status is Status.UNMET for v in plan.verdicts)
    state = "unmet" if fix else "unknown" if unknown or odd else "met"
    relaxed = relaxed_signs(plan, lang)
    if state == "met" and relaxed:
        state = "relaxed"
        signs = say("sign_and", lang).join(relaxed)
        parts = [say("status_line_relaxed", lang, rules=signs), *parts]
    elif state == "met":
        parts = [say("status_line_met", lang), *parts]
    return {"state": state, "text": messages.joined(parts, lang)}


def relaxed_signs(plan: Plan, lang: str) -> list[str]:
    """Return the rules that are missed for a recorded reason, as their lights are called."""
    return [
        _sign(plan, verdict.rule, lang)
        for verdict in lit(plan.verdicts)
        if verdict.rule.reason and verdict.status is Status.UNMET
    ]


def _sign(plan: Plan, rule: RuleNode, lang: str) -> str:
    made = declared(plan, rule)
    if made is not None and made.short:
        return made.short(lang)
    return rule.id if len(rule.id) == 1 else rule.title(lang)  # longer ids are for files


def _light(verdict: Verdict, session: Session) -> ViewModel:
    rule, head = verdict.rule, verdict.head
    state = verdict.status.value
    if rule.reason and verdict.status is Status.UNMET:
        state = "relaxed"
    figures = ""
    if head.rate is not None and head.rate_value is not None:
        figures = f"{head.rate_value} / {head.rate.required}%"
    elif head.value is not None:
        figures = (
            f"{head.value} / {head.sign}{head.requirement if head.requirement is not None else '?'}"
        )
    sign = _sign(session.plan, rule, session.lang)
    item = _item(rule.id, sign, rule.title(session.lang), state, figures, session)
    if rule.coherence and state == "unmet":  # what may have a reason is not forbidden
        item |= {"state": "unknown", "word": say("due", session.lang)}
    return item


def _item(key: str, sign: str, title: str, state: str, figures: str, session: Session) -> ViewModel:
    lang = session.lang
    word = say("relaxed", lang) if state == "relaxed" else messages.status(state, lang)
    return {
        "id": key,
        "sign": sign,
        "title": title,
        "state": state,
        "name": "" if len(sign) > 1 else title,
        "word": word,
        "figures": figures,
        "open": session.light == key,
        "hint": say(
            "light_hint" if len(sign) == 1 else "light_hint_titled",
            lang,
            rule=sign,
            title=title,
            status=word,
        ),
    }


def _detail(session: Session, verdict: Verdict) -> ViewModel:
    plan, lang = session.plan, session.lang
    rule = verdict.rule
    made = declared(plan, rule)
    lines = [(say("source", lang), _source(plan, rule, made))]
    if made is not None:
        lines.append((say("formula", lang), "\n".join(_formulas(plan, made, rule, lang))))
    lines.append((say("figures", lang), "\n".join(_worked(plan, verdict, lang))))
    lines += [(say("benchmark", lang), text) for text in _benchmarks(plan, rule, lang)]
    if rule.reason:
        lines.append((say("recorded_reason", lang), rule.reason))
    about = [finding for finding in plan.check() if finding.rule == rule.id]
    readings = plan.rules.readings.get(rule.id)
    chosen = plan.all_readings.get(rule.id, readings.default if readings else "")
    used = next(iter(figures_of(plan, rule)), None)
    return {
        "id": rule.id,
        "title": rule.title(lang),
        "benchmark": used.id if used else "",
        "figuresLabel": say("figures_offered", lang),
        "figures": _figures(plan, used, lang) if used else [],
        "lines": [{"label": label, "text": text} for label, text in lines if text],
        "findings": told_with(about, session),
        "findingsLabel": say("findings", lang),
        "readingLabel": say("reading", lang),
        "readings": [
            {"id": name, "text": item.title(lang), "on": name == chosen}
            for name, item in (readings.readings.items() if readings else ())
        ],
        "help": say(f"help_{rule.level}", lang),
        "entries": _entries(plan, rule, lang),
        "relax": {"button": say("relax", lang), "label": say("relax_reason", lang)}
        if rule.level == "benchmark" and verdict.status is not Status.MET and not rule.reason
        else None,
    }


def _source(plan: Plan, rule: RuleNode, made: Rule | None) -> str:
    document = plan.rules.record.document
    where = [document.title, document.number, document.issuer, str(document.date or "")]
    where.append(made.source.article if made else "")
    return f"“{rule.quote}” — " + "，".join(part for part in where if part)


def _formulas(plan: Plan, made: Rule, rule: RuleNode, lang: str) -> list[str]:
    test = made.readings[rule.reading].test if rule.reading in made.readings else made.test
    return [] if test is None else list(formulas(test, plan.system.catalogue, lang))


def _worked(plan: Plan, verdict: Verdict, lang: str) -> list[str]:
    """Return each row of a rule with its figures."""
    rows: dict[str, Row] = {row.name: row for row in verdict.rule.rows}
    label = plan.system.catalogue.label
    said = []
    for line in verdict.lines:
        name = " + ".join(dict.fromkeys(label(cell.indicator, lang) for cell in line.subject))
        if line.name not in rows:
            missing = "、".join(f"{label(c.indicator, lang)} {c.year}" for c in line.missing)
            said.append(f"{name} {line.end.year}: {messages.status('unknown', lang)} {missing}")
            continue
        said.append(f"{name} {line.end.year}: {worked(line, rows[line.name], plan.numbers)}")
    return said


def _benchmarks(plan: Plan, rule: RuleNode, lang: str) -> list[str]:
    """Return the figures a rule was held against, with what they are and where they are from."""
    return [provenance(item, lang) for item in figures_of(plan, rule)]


def _figures(plan: Plan, used: Benchmark, lang: str) -> list[ViewModel]:
    """Return the figures a rule may be held against, each once."""
    offered = {names_of(item): item for item in plan.benchmarks.figures[::-1] if item.id == used.id}
    return [
        {"id": words, "text": messages.said(said_of(item), lang), "on": words == names_of(used)}
        for words, item in reversed(offered.items())
    ]


def _certified(plan: Plan, verdicts: list[Verdict], lang: str) -> ViewModel:
    lines = []
    for verdict in verdicts:
        state = messages.status(verdict.status.value, lang)
        text = "\n".join(_worked(plan, verdict, lang))
        lines.append({"label": f"{state}　{verdict.rule.title(lang)}", "text": text})
    reading = plan.rules.readings.get("cert")
    chosen = plan.all_readings.get("cert", reading.default if reading else "")
    return {
        "id": "cert",
        "title": messages.label("certification", lang),
        "benchmark": "",
        "figuresLabel": "",
        "figures": [],
        "lines": lines,
        "findings": [],
        "findingsLabel": say("findings", lang),
        "readingLabel": say("reading", lang),
        "readings": [
            {"id": name, "text": item.title(lang), "on": name == chosen}
            for name, item in (reading.readings.items() if reading else ())
        ],
        "help": say("help_cert", lang),
        "entries": [
            _threshold(verdict.rule, lang)
            for verdict in verdicts
            if verdict.head.reason == "threshold"
        ],
        "relax": None,
    }


def _entries(plan: Plan, rule: RuleNode, lang: str) -> list[ViewModel]:
    """Return what may be entered where a rule is held against somebody's figure: one, with its source."""
    keys = figures_asked(plan, rule)
    target = benchmark_target(keys[0], plan.system.catalogue) if keys else None
    if target is None:
        return []
    item = plan.system.catalogue[target[0]]
    unit = item.unit(lang) if target[1] == "level" else say("unit_yearly", lang)
    return [
        {
            "verb": "own_figure",
            "facts": {"rule": rule.id},
            "label": say("own_figure", lang, name=item.name(lang)),
            "button": say("form_keep", lang),
            "fields": [
                {"id": "value", "text": say("own_value", lang, unit=unit), "value": "", "size": 8},
                {"id": "year", "text": say("own_year", lang), "value": str(plan.baseline.base_year), "size": 5},
                {"id": "scope", "text": say("own_scope", lang), "value": "", "size": 14},
                {"id": "source", "text": say("own_source", lang), "value": "", "size": 30},
                {"id": "kind", "text": say("own_kind", lang), "value": "", "options": [
                    {"id": names[-1], "text": say(f"kind_{key}", lang)}
                    for key, names in scope_words().kinds.items()
                ]},
            ],
        }
    ]  # fmt: skip


def _threshold(rule: RuleNode, lang: str) -> ViewModel:
    """Return what may be entered where a threshold is not known."""
    return {
        "verb": "own_threshold",
        "facts": {"rule": rule.id},
        "label": say("own_threshold", lang, name=rule.title(lang)),
        "button": say("form_keep", lang),
        "fields": [
            {"id": "value", "text": say("own_value", lang, unit="%"), "value": "", "size": 8},
            {"id": "source", "text": say("own_source", lang), "value": "", "size": 30},
        ],
    }
