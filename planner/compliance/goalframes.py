"""The goal table as typed records: a line an indicator, or a line for each of its years."""

from __future__ import annotations

from collections.abc import Sequence

from planner.compliance.goalrows import GoalRow
from planner.core.frames import Bound, Column, Records
from planner.core.phrases import phrase

_NAMED = (
    Column("indicator"),
    Column("name", head=phrase("indicator")),
    Column("direction"),
    Column("unit"),
)


def _named(row: GoalRow, lang: str) -> tuple[str, str, str, str]:
    return row.id, row.item.name(lang), row.direction(lang), row.item.unit(lang)


def _sense(row: GoalRow) -> str:
    return row.requirement_text.removesuffix(str(row.requirement)) if row.requirement_text else ""


def _bound(row: GoalRow) -> Bound | None:
    return None if row.requirement is None else Bound(row.requirement, _sense(row))


_HELD = (
    Column("requirement", "number"),
    Column("sense", head=phrase("sign")),
    Column("margin", "number"),
    Column("status", "state"),
)


def goal_records(
    rows: Sequence[GoalRow], base_year: int, years: Sequence[int], lang: str = ""
) -> Records:
    """Return a line for each indicator: baseline, each year, what is required, and how it stands."""
    columns = (
        *_NAMED,
        Column("baseline", "number", phrase("baseline", year=base_year)),
        *(Column(year, "number") for year in years),
        *_HELD,
    )
    lines = (
        (*_named(row, lang), row.baseline, *(row.values[year] for year in years),
         _bound(row), _sense(row), row.margin, row.status)
        for row in rows
    )  # fmt: skip
    return Records(columns, tuple(lines), {"units": {row.id: row.item.unit(lang) for row in rows}})


def long_records(
    rows: Sequence[GoalRow], base_year: int, years: Sequence[int], lang: str = ""
) -> Records:
    """Return a line for each indicator and year; what is required stands with the last one."""
    columns = (
        *_NAMED,
        Column("year", "count", phrase("years")),
        Column("kind", head=phrase("base_or_goal")),
        Column("value", "number"),
        *_HELD,
    )
    lines = (
        (*_named(row, lang), year, "baseline" if year == base_year else "target",
         row.baseline if year == base_year else row.values[year],
         *((_bound(row), _sense(row), row.margin) if year == years[-1] else (None, "", None)),
         row.status)
        for row in rows
        for year in (base_year, *years)
    )  # fmt: skip
    return Records(columns, tuple(lines), {"units": {row.id: row.item.unit(lang) for row in rows}})
