"""What a goal table says in words, held against a plan: taken over, and told where it differs."""

from __future__ import annotations

from dataclasses import replace

from planner.api.plan import Plan
from planner.core.findings import Finding, Obligation, Place
from planner.intake.goalsheets import GoalSheet


def in_words(held: Plan, sheet: GoalSheet) -> Plan:
    """Return a plan that says in words what a goal table says, which is the later of the two."""
    place, notes = Place(file=sheet.name), []
    years = f"{held.years[0]}–{held.years[-1]}"
    for cell, text in sheet.described.items():
        name = held.baseline.catalogue.directions[cell.indicator].zh
        known, past = held.words.get(cell, text), cell.year <= held.baseline.base_year
        if cell.year > held.years[-1]:
            notes.append(
                Finding("goal_outside", Obligation.NEEDS_REASON, place, year=cell.year,
                        found=name, expected=years, ways_out=("other_horizon",))
            )  # fmt: skip
            continue
        if known != text:
            level = Obligation.NEEDS_REASON if past else Obligation.INFO
            notes.append(
                Finding("words_differ" if past else "words_changed", level, place, year=cell.year,
                        found=text[:40], expected=known[:40], facts={"direction": name},
                        ways_out=("correct_either",) if past else ())
            )  # fmt: skip
        held = held.describe(cell.indicator, cell.year, text)
    return replace(held, notes=(*held.notes, *notes)) if notes else held
