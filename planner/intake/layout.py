"""Layout: where a table of indicators keeps what, and its numbers as entries.

Both forms are understood: one line for each number (``indicator,year,value``) and one column
for each year. Headers are known in Chinese and English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.core.findings import Finding, Obligation, Place
from planner.core.numerals import read_year
from planner.core.tables import Table, column_letters
from planner.model.catalogue import plain

HEADER_ROWS = 40
HEADERS = {
    "indicator": ("indicator", "指标", "指标名称", "id"),
    "year": ("year", "年份", "年度"),
    "value": ("value", "数值", "值"),
    "unit": ("unit", "单位", "计量单位"),
    "source": ("source", "来源", "数据来源"),
    "note": ("note", "备注", "说明"),
    "cluster": ("cluster", "集群", "集群名称"),
    "name": ("name", "名称"),
    "direction": ("direction", "方向"),
}
_LIKE_YEAR = re.compile(r"\d{2,}年?度?")
_ROLES = {plain(name): role for role, names in HEADERS.items() for name in names}


@dataclass(frozen=True)
class Entry:
    """One number as somebody wrote it, with where it stands."""

    label: str
    year: Any
    raw: Any
    place: Place
    unit: str = ""
    source: str = ""
    cluster: str = ""
    wide: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Layout:
    """Which column of a table holds what."""

    header: int
    roles: dict[str, int]
    years: dict[int, int]
    repeated: tuple[int, ...] = ()

    @property
    def wide(self) -> bool:
        """Whether each year has a column of its own."""
        return bool(self.years)


def layout(table: Table) -> Layout | None:
    """Find the header of a table of indicators; None if it has none."""
    for number, row in enumerate(table.rows[:HEADER_ROWS]):
        roles: dict[str, int] = {}
        years: dict[int, int] = {}
        repeated = []
        for column, cell in enumerate(row):
            role = _ROLES.get(plain(cell)) if isinstance(cell, str) else None
            year = None if cell is None or role else read_year(cell)
            if role and roles.setdefault(role, column) != column:
                repeated.append(column)
            if year is not None and years.setdefault(year, column) != column:
                repeated.append(column)
        long = {"year", "value"} <= roles.keys()
        if "indicator" in roles and (years or long):
            return Layout(number, roles, {} if "value" in roles else years, tuple(repeated))
    return None


def text_of(row: tuple[Any, ...], column: int | None) -> str:
    """Return a cell as text, nothing where there is none."""
    if column is None or column >= len(row) or row[column] is None:
        return ""
    cell = row[column]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a workbook has no other whole numbers
    return str(cell).strip()


def entries(table: Table, where: Layout) -> Iterator[Entry]:
    """Yield every number of a table, blank ones too."""
    roles = where.roles
    for number, row in enumerate(table.rows[where.header + 1 :], where.header + 1):
        label = text_of(row, roles["indicator"])
        unit, source = text_of(row, roles.get("unit")), text_of(row, roles.get("source"))
        cluster = text_of(row, roles.get("cluster"))
        if where.wide:
            for year, column in where.years.items():
                raw = row[column] if column < len(row) else None
                place = table.place(number, column)
                if not table.sheet:
                    place = Place(file=place.file, line=place.line, column=str(year))
                yield Entry(label, year, raw, place, unit, source, cluster, wide=True)
        else:
            raw = row[roles["value"]] if roles["value"] < len(row) else None
            written = row[roles["year"]] if roles["year"] < len(row) else None
            if not any(text_of(row, column) for column in range(len(row))):
                continue
            place = table.place(number, roles["value"])
            yield Entry(label, written, raw, place, unit, source, cluster)


def shape_findings(table: Table, where: Layout) -> list[Finding]:
    """Return what has to be said of columns: blank ones at the end, ones not read."""
    findings = []
    header = table.rows[where.header]
    used = {*where.roles.values(), *where.years.values()}
    width = max(map(len, table.rows))
    body = table.rows[where.header :]

    def blank(column: int) -> bool:
        return all(text_of(row, column) == "" for row in body)

    trailing = width
    while trailing and blank(trailing - 1):
        trailing -= 1
    if trailing < width and not table.sheet:
        place = Place(file=table.file, line=table.lines[where.header])
        findings.append(
            Finding("columns_blank", Obligation.INFO, place, found=str(width - trailing))
        )
    for column in range(trailing):
        name = text_of(header, column)
        if column in where.repeated:
            findings.append(
                Finding(
                    "column_repeated",
                    Obligation.MUST_FIX,
                    table.place(where.header, column),
                    found=name,
                )
            )
        elif column not in used and _LIKE_YEAR.fullmatch(name):
            findings.append(
                Finding(
                    "year_wrong",
                    Obligation.MUST_FIX,
                    table.place(where.header, column),
                    found=name,
                )
            )
        elif column not in used and name:
            findings.append(
                Finding(
                    "column_ignored",
                    Obligation.INFO,
                    table.place(where.header, column),
                    found=name,
                    facts={"column": column_letters(column)},
                )
            )
        elif column not in used and not blank(column):
            findings.append(
                Finding(
                    "column_unnamed",
                    Obligation.MUST_FIX,
                    table.place(where.header, column),
                    found=column_letters(column),
                )
            )
    return findings
