"""The view models of tables: what the page lays out in rows, as plain data - goals, baseline, changes, scenarios side by side.

A grid has columns and rows; a cell is a text, marks and a note. Marks are letters: ``e`` can be
edited, ``p`` pinned, ``w`` asked for, ``!`` must be fixed, ``?`` needs a reason, ``i`` is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from planner.api.odds import Odds
from planner.api.plan import Plan
from planner.apps.page.baselinerows import asked_for, shown_years
from planner.apps.page.oddsmodel import odds_of
from planner.apps.page.session import Session
from planner.apps.page.texts import say, ways_out
from planner.apps.page.tunermodel import past_rate
from planner.apps.page.viewmodel import ViewModel, row_state, sentence, text, told
from planner.apps.page.wakemodel import wake
from planner.compliance.rows import Status
from planner.core.findings import Finding, Obligation
from planner.model import messages
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, Cell
from planner.model.forms import load_form
from planner.planning.changes import Change
from planner.planning.statements import reasons

GridCell = list[str]
# What a rule says of a target, which may be one of a year that has been.
_OF_TARGETS = {"rule_unmet", "rule_incoherent", "rate_unmet"}
_MARKS = {Obligation.MUST_FIX: "!", Obligation.NEEDS_REASON: "?", Obligation.INFO: "i"}


def column(key: str, title: str, kind: str = "number", help_: str = "") -> ViewModel:
    """Return a column: of text, numbers, or states; with what a question mark says of it."""
    return {"id": key, "title": title, "kind": kind, "help": help_}


def board(session: Session) -> ViewModel | None:
    """Return the goal table, one row an indicator."""
    if session.history is None:
        return None
    plan, lang = session.plan, session.lang
    base = plan.baseline.base_year
    columns = [
        column("name", say("indicator", lang), "head"),
        column("base", say("base", lang, year=base)),
        *(column(str(year), say("target", lang, year=year)) for year in plan.years),
        column("needed", say("needed_rate", lang), help_=say("help_needed", lang)),
        column("past", say("past_rate", lang), help_=say("help_past", lang)),
        column("requirement", say("requirement", lang), help_=say("help_requirement", lang)),
        column("margin", say("margin", lang), help_=say("help_margin", lang)),
        column("odds", say("odds_column", lang, year=plan.years[-1]), help_=say("help_odds", lang)),
        column("status", say("status", lang), "state", say("help_status", lang)),
    ]
    odds, moved = odds_of(session), wake(session)
    rows, before = [], ""
    for row in plan.goals:
        direction = row.direction(lang)
        state, word = row_state(plan, row, lang)
        cells: list[GridCell] = [[row.item.name(lang), "", row.item.unit(lang)]]
        cells.append([text(row.baseline) or "—", "", ""])
        for year in plan.years:
            cell = Cell(row.id, year)
            marks, note = "e", ""
            if cell in plan.pinned:
                marks, note = "ep", say("pinned", lang)
            elif cell in plan.requested:
                marks, note = "ew", say("wished", lang)
            cells.append([text(row.values[year]), marks, note])
        cells += [
            [text(row.rate), "", ""],
            [text(past_rate(plan, row.item)), "", ""],
            [row.requirement_text, "", "、".join(row.rules)],
            [text(row.margin), "", ""],
            [_odds(odds, Cell(row.id, plan.years[-1])), "", say("odds_hint", lang)],
            [word, state, ""],
        ]
        rows.append(
            {
                "id": row.id,
                "group": direction if direction != before else "",
                "free": row.status == "free",
                "cells": cells,
            }
        )
        before = direction
    return {
        "label": say("goals", lang),
        "hint": moved or say("goals_hint", lang),
        "wake": bool(moved),
        "columns": columns,
        "rows": rows,
        "hand": session.hand,
        "verb": "tune",
        "pins": True,
        "filter": say("only_ruled", lang),
    }


def words(session: Session) -> ViewModel | None:
    """Return what is to be reached in words, a line for each direction that can have such a goal."""
    if session.history is None:
        return None
    plan, lang = session.plan, session.lang
    catalogue = plan.system.catalogue
    said = {row.id: row.texts for row in plan.goals.words}
    years = (plan.baseline.base_year, *plan.years)
    columns = [
        column("name", say("direction", lang), "head"),
        *(column(str(year), say("target", lang, year=year), "text") for year in years),
    ]
    rows = [
        {
            "id": key,
            "group": "",
            "free": False,
            "cells": [
                [catalogue.directions[key](lang), "", ""],
                *([said.get(key, {}).get(year, ""), "e", ""] for year in years),
            ],
        }
        for key in load_form(catalogue=catalogue).worded
    ]
    return {"label": say("words", lang), "hint": say("words_hint", lang), "columns": columns,
            "rows": rows, "hand": "", "verb": "describe", "pins": False, "filter": ""}  # fmt: skip


def _odds(odds: Odds | None, cell: Cell) -> str:
    chance = odds.chances.get(cell) if odds is not None else None
    return "" if chance is None else str(chance)


def sheet(session: Session) -> ViewModel | None:
    """Return the baseline as it was understood, with findings beside the cells they are about."""
    if session.history is None:
        return None
    plan, lang = session.plan, session.lang
    base = plan.baseline
    catalogue = base.catalogue
    years = shown_years(base)
    about: dict[str, list[Finding]] = defaultdict(list)
    for key, finding in _of_figures(plan):
        about[key].append(finding)
    columns = [
        column("name", say("indicator", lang), "head"),
        column("unit", say("unit", lang), "text"),
        *(column(str(year), str(year)) for year in years),
        column("said", say("problems", lang), "text"),
    ]
    rows = []
    for key in asked_for(plan):
        unit = catalogue[key].unit(lang) if key in catalogue else "%"
        cells: list[GridCell] = [[catalogue.label(key, lang), "", ""], [unit, "", ""]]
        own = about.get(key, [])
        for year in years:
            here = [finding for finding in own if finding.year == year]
            cells.append(
                [text(_stated(plan, key, year)), "e" + _worst(here), _said(here, lang, catalogue)]
            )
        cells.append([_lines(own, lang, catalogue), _worst(own), ""])
        rows.append({"id": key, "group": "", "free": False, "cells": cells})
    return {
        "label": say("baseline", lang),
        "hint": say("baseline_hint", lang),
        "columns": columns,
        "rows": rows,
        "hand": "",
        "verb": "mend",
        "pins": False,
        "filter": "",
    }


def _of_figures(plan: Plan) -> Iterator[tuple[str, Finding]]:
    """Yield what is said of the figures, by indicator: when they were read, or by rules on the past.

    A rule on parts and wholes speaks of all the figures in its row.
    """
    for finding in plan.baseline.findings:
        yield finding.indicator, finding
    rows = {row.name: row for verdict in plan.verdicts for row in verdict.rule.rows}
    unmet = {
        (verdict.rule.id, line.end): rows[line.name]
        for verdict in plan.verdicts
        for line in verdict.lines
        if line.name in rows and line.status is Status.UNMET
    }
    for finding in plan.check():
        if finding.year is None or finding.year > plan.baseline.base_year or not finding.rule:
            continue
        row = unmet.get((finding.rule, Cell(finding.indicator, finding.year)))
        if row is not None and finding.code in _OF_TARGETS:
            cells = (*row.subject, *(cell for cell, _ in row.terms))
            for key in dict.fromkeys(cell.indicator for cell in cells):
                yield key, finding


def elsewhere(session: Session) -> list[ViewModel]:
    """Return what is to be said of a baseline beyond the cells of its sheet."""
    if session.history is None:
        return []
    plan = session.plan
    shown = set(asked_for(plan))
    said = [f for f in plan.check_baseline() if f.indicator not in shown or f.rule]
    return told(said, session.lang, plan.system.catalogue)


def _stated(plan: Plan, key: str, year: int) -> Decimal | None:
    """Return a number of the baseline as it was stated, not as it would be derived."""
    base = plan.baseline
    if key not in base.catalogue:
        return base.growth.get(Cell(key.removesuffix(GROWTH_SUFFIX), year))
    item = base.catalogue[key]
    if item.kind == "growth" and item.periods == 1:
        return base.growth.get(Cell(item.of, year))
    return base.values.get(Cell(key, year))


def _worst(findings: Iterable[Finding]) -> str:
    levels = {finding.level for finding in findings}
    return next((mark for level, mark in _MARKS.items() if level in levels), "")


def _said(findings: Iterable[Finding], lang: str, catalogue: Catalogue) -> str:
    ordered = messages.ordered(findings)
    return " ".join(sentence(finding, lang, catalogue) for finding in ordered)


def _lines(findings: Iterable[Finding], lang: str, catalogue: Catalogue) -> str:
    """Return findings and their ways out, a line each."""
    lines = []
    for finding in messages.ordered(findings):
        year = f"{finding.year} " if finding.year else ""
        lines.append(f"{year}{sentence(finding, lang, catalogue)}")
        lines += [f"→ {way}" for way in ways_out(finding, lang, catalogue)]
    return "\n".join(lines)


def changes(plan: Plan, lang: str) -> ViewModel:
    """Return what a repair would change, old and new, with the reason of each change."""
    return table(
        say("proposal", lang, n=len(plan.changes)),
        [
            column("name", say("indicator", lang), "head"),
            column("year", say("year", lang)),
            column("old", say("old", lang)),
            column("new", say("new", lang)),
            column("reason", say("reason", lang), "text"),
        ],
        (_changed(plan, change, lang) for change in plan.changes),
    )


def _changed(plan: Plan, change: Change, lang: str) -> tuple[str, list[GridCell], bool]:
    item = plan.system.catalogue[change.cell.indicator]
    cells = [
        [item.name(lang), "", item.unit(lang)],
        [str(change.cell.year), "", ""],
        [text(change.old) or "—", "", ""],
        [text(change.new), "w" if change.kind == "wish" else "", ""],
        [messages.said(reasons(change, plan.system, plan.numbers), lang), "", ""],
    ]
    return str(change.cell), cells, False


def table(
    label: str,
    columns: list[ViewModel],
    lines: Iterable[tuple[str, list[GridCell], bool]],
    filter_: str = "",
) -> ViewModel:
    """Return a table to be read; what is `free` is left out where somebody chooses the `filter_`."""
    rows = [{"id": key, "group": "", "free": free, "cells": cells} for key, cells, free in lines]
    return {"label": label, "hint": "", "columns": columns, "rows": rows,
            "hand": "", "verb": "", "pins": False, "filter": filter_}  # fmt: skip
