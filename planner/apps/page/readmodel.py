"""The view model of reading: the file in hand cell by cell, how each mark was read, and the doubts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from openpyxl.utils.cell import column_index_from_string, get_column_letter

from planner.apps.page.mends import told_with
from planner.apps.page.session import Session
from planner.apps.page.source import Source
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel
from planner.core.findings import Finding, Obligation
from planner.intake.account import LEFT, Account, Booking, read_as
from planner.model.catalogue import Catalogue
from planner.model.mapping import IGNORED, LEAVE, USE

MOST_ROWS, MOST_COLUMNS = 200, 40  # of a sheet that are shown
LONGEST = 60  # letters of a cell
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_READ = {"level", "growth", "label"}  # marks of which somebody may say that they mean another thing


def reading(session: Session) -> ViewModel:
    """Return the file in hand as it was read; nothing where none is at hand."""
    study = session.study
    if study is None or study.source is None:
        return {}
    lang, source = session.lang, study.source
    account, catalogue = source.reading.account, study.plan.baseline.catalogue
    doubts = _doubts(study.plan.baseline.findings, session)
    used = len(account.used)
    return {
        "title": say("read_title", lang, name=source.name),
        "said": say("read_said", lang, used=used, left=len(account) - used),
        "open": say("read_open", lang, n=len(doubts)) if doubts else "",
        "doubts": doubts,
        "sheets": _sheets(source, account, catalogue, lang),
        "hint": say("read_hint", lang),
        "cut": say("read_cut", lang, rows=MOST_ROWS),
        "means": say("read_means", lang),
        "unit": say("unit", lang),
        "keep": say("form_keep", lang),
        "labels": {"use": say("mend_use", lang), "leave": say("mend_leave", lang)},
        "ways": {"use": USE, "leave": LEAVE, "none": IGNORED},
        "indicators": [{"id": "", "text": say("mend_which", lang)}]
        + [{"id": item.id, "text": f"{item.name(lang)}（{item.unit(lang)}）"} for item in catalogue],
    }  # fmt: skip


def _doubts(findings: Iterable[Finding], session: Session) -> list[ViewModel]:
    """Return what of the file waits for an answer, each with its buttons."""
    waiting = [item for item in findings if item.level is not Obligation.INFO]
    return [model for model in told_with(waiting, session) if model["mends"]]


def _sheets(source: Source, account: Account, catalogue: Catalogue, lang: str) -> list[ViewModel]:
    """Return the file as tables of cells: what stands in each, and what became of it."""
    waiting = [item for item in source.baseline.findings if item.level is not Obligation.INFO]
    asked = {str(item.facts.get("key", "")) for item in waiting} | {item.code for item in waiting}
    sheets: dict[str, dict[int, dict[int, ViewModel]]] = {}
    cut: set[str] = set()
    for booking in account:
        name, _, place = booking.key.rpartition("!")
        found = _CELL.fullmatch(place)
        if found is None:
            continue
        row, column = int(found[2]), column_index_from_string(found[1])
        if row > MOST_ROWS or column > MOST_COLUMNS:
            cut.add(name)
            continue
        rows = sheets.setdefault(name, {})
        rows.setdefault(row, {})[column] = _cell(booking, asked, catalogue, lang)
    return [
        {
            "name": name or source.name,
            "columns": [
                get_column_letter(n)
                for n in range(1, 1 + max(max(cells) for cells in rows.values()))
            ],
            "rows": [{"row": row, "cells": rows[row]} for row in sorted(rows)],
            "cut": name in cut,
        }
        for name, rows in sheets.items()
    ]


def _cell(booking: Booking, asked: set[str], catalogue: Catalogue, lang: str) -> ViewModel:
    waits = booking.booked == LEFT and {booking.key, booking.reason} & asked
    state = "asked" if waits else booking.booked
    text = " ".join(booking.text.split())
    return {
        "key": booking.key,
        "text": text if len(text) <= LONGEST else f"{text[:LONGEST]}…",
        "state": state,
        "how": read_as(booking, lang, catalogue),
        "label": booking.text
        if booking.kind == "label" or booking.reason == "indicator_unknown"
        else "",
        "of": booking.indicator if booking.kind in _READ else "",
    }
