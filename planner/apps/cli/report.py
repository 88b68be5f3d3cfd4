"""Reports for the terminal: the goal table, the rules with requirement and margin, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from planner.apps.cli.screens import fits, new_table, screen, show
from planner.compliance import shown
from planner.compliance.judge import Line, Verdict
from planner.core.findings import Finding, Obligation
from planner.core.frames import Kind, Records
from planner.model import messages
from planner.model.cards import heads, worded
from planner.model.wording import formulas
from planner.planning.statements import merit, ratio_rates, reasons

if TYPE_CHECKING:
    from rich.table import Table

    from planner.api.forms import FormReading
    from planner.api.plan import Plan
    from planner.export.openitems import Progress
    from planner.model.catalogue import Catalogue
    from planner.model.forms import Form
    from planner.model.rules import Rule, Scope
from planner.model.rulesets import RuleSet

_COLOURS = {"met": "green", "unmet": "bold red", "unknown": "yellow", "free": "dim"}
_LEVELS = {
    Obligation.MUST_FIX: "bold red",
    Obligation.NEEDS_REASON: "yellow",
    Obligation.INFO: "dim",
}


def heading(plan: Plan, lang: str) -> None:
    """Say whose plan it is and under which rules."""
    end = plan.years[-1]
    title = messages.label(
        "goal_title", lang, cluster=plan.baseline.cluster, base=plan.baseline.base_year, end=end
    )
    console = screen()
    console.print(title, style="bold")
    record = plan.rules.record
    console.print(
        f"{messages.label('rule_set', lang)}{messages.colon(lang)}{plan.rules.title(lang)} ({plan.rules.id} "
        f"{record.version}, {plan.rules.hash})　{messages.label('hash', lang)}{messages.colon(lang)}{plan.hash}"
    )


def goals(plan: Plan, lang: str) -> None:
    """Print the goal table; on a narrow screen directions become headings and units join the names."""
    table = _goal_table(plan, lang, narrow=False)
    if not fits(table, screen().width):
        table = _goal_table(plan, lang, narrow=True)
    show(table)
    for words in plan.goals.words:
        said = [f"{year} {text}" for year, text in sorted(words.texts.items())]
        screen().print(f"{words.direction(lang)}{messages.colon(lang)}{' → '.join(said)}")


def _goal_table(plan: Plan, lang: str, *, narrow: bool) -> Table:
    table = new_table(messages.label("goals", lang))
    if narrow:
        table.padding = 0
    else:
        table.add_column(messages.label("direction", lang), no_wrap=True)
    table.add_column(messages.label("indicator", lang), overflow="fold")
    if not narrow:
        table.add_column(messages.label("unit", lang), no_wrap=True)
    for year in (plan.baseline.base_year, *plan.years):
        table.add_column(str(year), justify="right", no_wrap=True)
    for key in ("requirement", "margin"):
        table.add_column(messages.label(key, lang), justify="right", no_wrap=True)
    table.add_column(messages.label("status", lang), no_wrap=True)
    before = ""
    for row, record in zip(plan.goals, plan.goals.records(lang), strict=True):
        new = record["direction"] if record["direction"] != before else ""
        before = record["direction"]
        if new and narrow:
            table.add_row(Text(new, style="bold"))
        named = messages.label("aside", lang, text=record["name"], more=record["unit"])
        numbers = [record["baseline"], *(record[str(year)] for year in plan.years)]
        table.add_row(
            *((named,) if narrow else (new, record["name"], record["unit"])),
            *(number or "—" for number in numbers),
            record["requirement"],
            record["margin"],
            _status(row.status, lang),
        )
    return table


def records(
    made: Records, title: str, lang: str, left_out: Sequence[str] = (), **facts: object
) -> None:
    """Print records as they are read, without some columns."""
    table = new_table(messages.label(title, lang, **facts))
    kept = [place for place, column in enumerate(made.columns) if column.key not in left_out]
    words = heads(made, lang)
    for place in kept:
        number = made.columns[place].kind in {"number", "count"}
        side: Literal["left", "right"] = "right" if number else "left"
        table.add_column(words[place], justify=side, no_wrap=number, overflow="fold")
    for row in made.rows:
        table.add_row(*(_cell(row[place], made.columns[place].kind, lang) for place in kept))
    if made.rows:
        show(table)
    else:
        screen().print(f"{table.title}{messages.colon(lang)}{messages.label('nothing', lang)}")


def _cell(cell: object, kind: Kind, lang: str) -> Text | str:
    if kind == "state" and cell:
        return _status(str(cell), lang)
    return worded(cell, kind, lang)


def changes(plan: Plan, lang: str) -> None:
    """Print what a repair changed, what was asked for first, with the reason of each change."""
    repair = plan.repaired
    if repair is None or not repair.complies:
        return
    console = screen()
    for kind, title in (("wish", "changes"), ("follows", "following")):
        chosen = [change for change in repair.changes if change.kind == kind]
        if not chosen:
            continue
        table = new_table(messages.label(title, lang))
        table.add_column(messages.label("indicator", lang))
        table.add_column(messages.label("years", lang), no_wrap=True)
        for key in ("old", "new"):
            table.add_column(messages.label(key, lang), justify="right", no_wrap=True)
        table.add_column(messages.label("reason", lang), overflow="fold", ratio=1)
        for change in chosen:
            table.add_row(
                plan.system.catalogue.label(change.cell.indicator, lang),
                str(change.cell.year),
                "—" if change.old is None else str(change.old),
                str(change.new),
                messages.said(reasons(change, plan.system, plan.numbers), lang),
            )
        show(table)
    if not repair.changes:
        console.print(messages.label("no_changes", lang) + "\n", style="bold green")
    if repair.changes or repair.odds:
        told = merit(repair, plan.baseline.catalogue)
        console.print(messages.said(told, lang) + "\n")


def _status(key: str, lang: str) -> Text:
    return Text(messages.status(key, lang), style=_COLOURS[key])


def verdicts(plan: Plan, lang: str, *scopes: Scope) -> None:
    """Print the rules of some scopes with value, requirement and margin."""
    chosen = shown.reported(plan.verdicts, *scopes)
    if not chosen:
        if "target" in scopes:
            screen().print(messages.label("no_rules", lang) + "\n")
        return
    table = new_table(messages.label("targets" if "target" in scopes else "certification", lang))
    table.add_column(messages.label("rule", lang), no_wrap=True)
    table.add_column(messages.label("quote", lang), overflow="fold", ratio=3)
    table.add_column(messages.label("indicator", lang), overflow="fold", ratio=3)
    for key in ("rates", "value", "requirement", "margin"):
        table.add_column(messages.label(key, lang), justify="right", no_wrap=True)
    table.add_column(messages.label("status", lang), no_wrap=True)
    for verdict in chosen:
        table.add_row(
            verdict.rule.id,
            verdict.rule.quote or verdict.rule.title(lang),
            _about(plan, verdict, lang),
            _rates(verdict.head),
            *_figures(verdict.head, lang),
            _status(verdict.status.value, lang),
        )
    console = screen()
    show(table)
    for text in dict.fromkeys(_reading(plan, verdict, lang) for verdict in chosen):
        if text:
            console.print(text, style="dim", soft_wrap=True)
    rated = {verdict.head.end.indicator for verdict in chosen if _rates(verdict.head)}
    if note := ratio_rates([row for row in plan.goals if row.id in rated], plan.numbers):
        console.print(messages.said(note, lang), style="dim", soft_wrap=True)
    console.print()


def _reading(plan: Plan, verdict: Verdict, lang: str) -> str:
    """Say which reading of a rule is in use and which others there are."""
    key = verdict.rule.id.partition("/")[0]
    if not verdict.rule.reading_title or key not in plan.rules.readings:
        return ""
    others = [name for name in plan.rules.readings[key].readings if name != verdict.rule.reading]
    facts = {"rule": key, "name": verdict.rule.reading, "reading": verdict.rule.reading_title(lang)}
    facts["others"] = " ".join(f"--reading {key}={name}" for name in others)
    return messages.label("reading_used", lang, **facts)


def _about(plan: Plan, verdict: Verdict, lang: str) -> str:
    head = verdict.head
    catalogue = plan.system.catalogue
    names = dict.fromkeys(catalogue.label(cell.indicator, lang) for cell in head.subject)
    text = f"{' + '.join(names)} {head.end.year}"
    if head.rate is not None and head.rate.basis != "plan":
        text += f"（{messages.label(f'periods_{head.rate.basis}', lang, n=head.rate.periods)}）"
    return text


def _rates(line: Line) -> str:
    """Return the yearly rates that a plan implies and that its rule asks for."""
    if line.rate is None or line.is_rate or line.rate_value is None:
        return ""
    return f"{line.rate_value} / {line.rate.required}"


def _figures(line: Line, lang: str) -> tuple[str, str, str]:
    unit = "%" if line.is_rate else ""
    value = "—" if line.value is None else f"{line.value}{unit}"
    if line.requirement is None or line.sense is None:
        return value, messages.status("unknown", lang), "—"
    margin = "—" if line.margin is None else str(line.margin)
    return value, f"{line.sign}{line.requirement}{unit}", margin


def findings(
    items: Sequence[Finding],
    lang: str,
    catalogue: Catalogue | None = None,
    *,
    error: bool = False,
    sort: bool = True,
) -> None:
    """Print findings, those that oblige most first, each with its place and ways out."""
    console = screen(error=error)
    for finding in messages.ordered(items) if sort else items:
        place = str(finding.place)
        console.print(
            f"[{messages.level(finding, lang)}] {place + '  ' if place else ''}"
            f"{messages.sentence(finding, lang, catalogue)}",
            style=_LEVELS[finding.level],
            soft_wrap=True,
        )
        for way in messages.ways_out(finding, lang, catalogue):
            console.print(f"    → {way}", soft_wrap=True)


def open_items(
    form: Form,
    parts: Sequence[Progress],
    items: Sequence[Finding],
    lang: str,
    catalogue: Catalogue | None = None,
) -> None:
    """Print what is said of a form part by part, each with how far it is, then all else."""
    from planner.export.openitems import field_of

    console, left = screen(), list(items)
    for part in parts:
        facts = {"part": part.title, "done": part.done, "fields": part.fields}
        console.print(messages.label("form_progress", lang, **facts), style="bold")
        own = [
            item
            for item in left
            if (key := field_of(form, item)) and form.part_of[key].title == part.title
        ]
        findings(own, lang, catalogue, sort=False)
        left = [item for item in left if item not in own]
    findings(left, lang, catalogue)


DUE = Obligation.NEEDS_REASON


def conclusion(items: Sequence[Finding], lang: str, plan: Plan | None = None) -> None:
    """Say in one sentence where things stand: of a plan, or without one of a baseline."""
    fix = sum(finding.level is Obligation.MUST_FIX for finding in items)
    reasons_due = sum(finding.level is DUE for finding in items)
    if fix:
        text = messages.label("not_complies", lang, n=fix)
    elif plan is None:
        text = messages.label("baseline_ok", lang)
    elif unknown := [verdict.rule.id for verdict in shown.undecided(plan.verdicts)]:
        text = messages.label(
            "complies_but_unknown", lang, n=len(unknown), rules="、".join(unknown)
        )
    elif odd := [
        item.rule for item in items if item.code == "rule_incoherent" and item.level is DUE
    ]:
        text = messages.label("complies_but_incoherent", lang, n=reasons_due, rules="、".join(odd))
    elif relaxed := [verdict.rule.id for verdict in shown.excused(plan.verdicts)]:
        text = messages.label("complies_but_relaxed", lang, rules="、".join(relaxed))
    elif reasons_due:
        text = messages.label("complies_with_reasons", lang, n=reasons_due)
    else:
        text = messages.label("complies", lang)
    screen().print("\n" + text, style="bold red" if fix else "bold green")


def standing(name: str, items: Sequence[Finding], plan: Plan, lang: str) -> None:
    """Say of a plan by name what has to be fixed in it, and where it stands."""
    screen().print(f"\n{name}", style="bold")
    fix = [item for item in items if item.level is Obligation.MUST_FIX]
    findings(fix, lang, plan.system.catalogue)
    conclusion(items, lang, plan)


def agreement(conflicts: Sequence[Finding], lang: str) -> None:
    """Say in one sentence whether everything asked for can hold together."""
    if not conflicts:
        screen().print("\n" + messages.label("no_conflict", lang), style="bold green")


def form_conclusion(items: Sequence[Finding], lang: str) -> None:
    """Say in one sentence whether a form can be filed."""
    fix = sum(finding.level is Obligation.MUST_FIX for finding in items)
    reasons_due = sum(finding.level is Obligation.NEEDS_REASON for finding in items)
    text = messages.label("form_ready", lang)
    if fix:
        text = messages.label("form_not_ready", lang, n=fix)
    elif reasons_due:
        text = messages.label("form_drafted", lang, n=reasons_due)
    screen().print("\n" + text, style="bold red" if fix else "bold green")


def form_contents(reading: FormReading, lang: str) -> None:
    """Say what a filled form was read as."""
    title = f"{reading.form.record.title(lang)}　{reading.baseline.cluster}"
    console = screen()
    console.print(title, style="bold")
    total, answers = len(reading.content), len(reading.answers.values)
    facts = {"found": total, "numbers": total - answers, "answers": answers}
    console.print(messages.label("form_read", lang, **facts))


def written(paths: Sequence[Path], lang: str, label: str = "pack") -> None:
    """Say which files were written."""
    if paths:
        names = "  ".join(str(path) for path in paths)
        screen().print(
            f"{messages.label(label, lang)}{messages.colon(lang)}{names}", soft_wrap=True
        )


# -- rules in words -----------------------------------------------------------------------------


def rule_set(rules: RuleSet, catalogue: Catalogue, lang: str) -> None:
    """Print a rule set in words and formulas, made from its data."""
    console, record = screen(), rules.record
    console.print(
        f"{record.title(lang)}  ({rules.id} {record.version}, {rules.hash})", style="bold"
    )
    document = record.document
    parts = [
        document.title,
        document.number,
        document.issuer,
        str(document.date or ""),
        document.url,
    ]
    console.print("　".join(part for part in parts if part))
    if record.note:
        console.print(record.note(lang))
    for definition in record.definitions:
        console.print(f"\n{definition.id}  {definition.title(lang)}", style="bold")
        for name, reading in definition.readings.items():
            mark = "●" if name == definition.default else "○"
            console.print(f"  {mark} {name}: {reading.title(lang)}")
    for rule in record.rules:
        console.print(f"\n{rule.id}  {rule.title(lang)}  〔{rule.level}〕", style="bold")
        summary = messages.label("summary", lang) if rule.source.wording == "summary" else ""
        source = f"{rule.quote}（{rule.source.article}{summary}）"
        console.print(f"  {messages.label('made_of', lang)}{messages.colon(lang)}{source}")
        for text in _in_words(rule, catalogue, lang):
            console.print(f"  {text}")


def _in_words(rule: Rule, catalogue: Catalogue, lang: str) -> Iterator[str]:
    if rule.test is not None:
        yield from formulas(rule.test, catalogue, lang)
    for name, reading in rule.readings.items():
        mark = "●" if name == rule.default else "○"
        yield f"{mark} {name}: {reading.title(lang)}"
        yield from formulas(reading.test, catalogue, lang, "     ")
