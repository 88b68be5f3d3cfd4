"""Layout: where the tables of a sheet begin and end, and which row and column holds what.

Three forms are understood: a line for each number (``indicator,year,value``), a column for each
year, a column for each indicator. A sheet may hold several tables one below the other, with
headings of one row or two, and lines of text between. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from planner.core.marks import Mark, Sheet
from planner.core.numerals import read_number
from planner.intake.blocks import DOWN, LABELS, LONG, WIDE, Block, Column, heading_of
from planner.intake.headings import Heading, read_heading
from planner.intake.unitlines import is_unit, unit_of_title, units_in_line, units_of
from planner.model.vocabulary import bare, vocabulary

# Columns beside years down that are no indicators.
_BESIDE_YEARS = {"number", "cluster", "scope", "part", "note", "source", "direction", "key"}
LOOK_BELOW = 6  # rows under a heading without a name for its labels that are looked at
MOST = 10**6  # no sheet has as many columns
Knows = Callable[[str], bool]


def find_blocks(sheet: Sheet, knows: Knows) -> tuple[Block, ...]:
    """Find the tables of a sheet; `knows` tells whether a label is an indicator's."""
    rows = [row for row in sheet.rows if row not in sheet.hidden_rows]
    heads: list[tuple[tuple[int, ...], str, dict[int, Column]]] = []
    skip = -1
    for row in rows:
        if row <= skip:
            continue
        found = _header(sheet, row, knows)
        if found is not None:
            heads.append(found)
            skip = found[0][-1]
    blocks: list[Block] = []
    start = -1
    for index, (head, shape, columns) in enumerate(heads):
        end = heads[index + 1][0][0] if index + 1 < len(heads) else None
        above = tuple(row for row in rows if start <= row < head[0])
        body = [row for row in rows if row > head[-1] and (end is None or row < end)]
        # Lines of text right before the next heading are its title.
        while end is not None and body and not _has_figures(sheet, body[-1], columns):
            body.pop()
        start = (body[-1] if body else head[-1]) + 1
        for part, own in _side_by_side(sheet, shape, head, columns):
            lines = [row for row in body if row in part.rows]
            # A line over the first of several tables is about those under it too.
            units = _units_said(part, own, above, lines) or (blocks[-1].units if blocks else ())
            block = Block(part, shape, head, tuple(lines), above, own, units)
            blocks.append(_with_units_below(block))
    return tuple(blocks)


def _side_by_side(
    sheet: Sheet, shape: str, head: tuple[int, ...], columns: dict[int, Column]
) -> list[tuple[Sheet, dict[int, Column]]]:
    """Part tables that stand beside each other: each begins with names behind figures.

    A part is the sheet with its own columns alone below what stands over all of them.
    """
    starts: list[int] = []
    figures = False
    for number, column in sorted(columns.items()):
        role = column.heading.role
        if role == "indicator" and (figures or not starts):
            starts.append(number)
            figures = False
        elif role in {"value", "baseline"} or (not role and column.heading.year):
            figures = True
    if shape == DOWN or len(starts) < 2 or not figures:  # noqa: PLR2004
        return [(sheet, columns)]
    first = min(columns)
    # A number or a sort before the names belongs to them.
    edges = [first, *(_edge(columns, start) for start in starts[1:]), MOST]
    parts = []
    for low, high in pairwise(edges):
        within = range(low, high)
        marks = tuple(m for m in sheet.marks if m.row < head[0] or m.column in within)
        own = {number: column for number, column in columns.items() if number in within}
        parts.append((replace(sheet, marks=marks), own))
    return parts


def _edge(columns: Mapping[int, Column], start: int) -> int:
    """Return the first column of a table that has its names in a column."""
    before = [number for number in columns if number < start]
    while before and columns[before[-1]].heading.role in {"number", "key", "direction"}:
        start = before.pop()
    return start


def after(blocks: tuple[Block, ...]) -> int:
    """Return the first row behind the last table."""
    last = blocks[-1]
    return (last.body[-1] if last.body else last.head[-1]) + 1


# -- headings -----------------------------------------------------------------------------------


def _header(
    sheet: Sheet, row: int, knows: Knows
) -> tuple[tuple[int, ...], str, dict[int, Column]] | None:
    """Return the rows, shape and columns of a table whose heading begins in a row."""
    marks = sheet.rows[row]
    told = [heading_of(mark) for mark in marks]
    said = any(h.role or h.year or h.relative is not None for h in told)
    if not said and not any(knows(mark.text) for mark in marks):
        return None
    follows = len(marks) > 1 and row + 1 in sheet.rows and row + 1 not in sheet.hidden_rows
    if follows and _goes_on(sheet, row, row + 1, knows):
        both = _columns(sheet, (row, row + 1))
        if shape := _shape(sheet, row + 1, both, knows):
            return (row, row + 1), shape, both
    if not _may_head(sheet, row, told, knows):
        return None
    single = _columns(sheet, (row,))
    if shape := _shape(sheet, row, single, knows):
        return (row,), shape, single
    return None


def _may_head(sheet: Sheet, row: int, told: list[Heading], knows: Knows) -> bool:
    """Whether one row can be a heading: most are figures, which this tells at little cost.

    Where no column has a name of its own, indicators or years stand under its first cell.
    """
    if any(heading.role for heading in told):
        return True
    rows = _below(sheet, row)
    first = min(sheet.rows[other][0].column for other in rows)
    if knows(sheet.text(row, first)):
        return False
    under = [mark for other in rows[1:] if (mark := sheet.at(other, first)) is not None]
    return any(heading_of(mark).year or knows(mark.text) for mark in under)


def _goes_on(sheet: Sheet, row: int, below: int, knows: Knows) -> bool:
    """Whether the heading that begins in one row goes on in the next."""
    first, second = sheet.rows[row], sheet.rows[below]
    if any(knows(mark.text) for mark in second):
        return False
    joined = {mark for mark in first if sheet.area(row, mark.column)[3] > mark.column}
    if not all(mark in joined or _tells(mark) for mark in first):
        return False
    if not all(_tells(mark) for mark in second):
        return False
    # Years over years, or a row of mere numbers, are figures.
    figures = all(read_number(mark.text).value is not None for mark in second)
    return not (figures and any(heading_of(mark).year for mark in first))


def _tells(mark: Mark) -> bool:
    """Whether a cell says something that headings say."""
    told = heading_of(mark)
    known = bool(told.role or told.year or told.kind or told.state or told.unit or told.period)
    return known or (not told.rest and bool(told.text) and not told.like_year)


def _columns(sheet: Sheet, head: tuple[int, ...]) -> dict[int, Column]:
    """Return the columns of a heading of one row or two, joined cells counting for each."""
    numbers = {mark.column for row in head for mark in sheet.rows.get(row, ())}
    for row in head:
        for mark in sheet.rows.get(row, ()):
            _, first, _, last = sheet.area(row, mark.column)
            numbers |= set(range(first, min(last, sheet.width) + 1))
    columns = {}
    over: Mark | None = None
    for number in sorted(numbers):
        seen_marks = [sheet.seen_at(row, number) for row in head]
        if len(head) > 1:
            top, bottom = seen_marks
            if top is None and over is not None and bottom is not None:
                top = over  # a heading over several columns that nobody joined
            over = top if top is not None else over
            seen_marks = [top, bottom]
        marks = tuple(dict.fromkeys(mark for mark in seen_marks if mark is not None))
        if not marks:
            continue
        columns[number] = Column(number, _heading(marks), marks)
    hidden, placed = sheet.hidden_columns, _placed(sheet, head[0], columns)
    return {
        number: column
        for number, column in placed.items()
        if number not in hidden or column.heading.role in {"key", "indicator", "unit"}
    }


def _placed(sheet: Sheet, head: int, columns: dict[int, Column]) -> dict[int, Column]:
    """Return columns with the years of 本年 and 上年: from a heading beside, a title, the sheet's name."""
    relative = {n: c for n, c in columns.items() if c.heading.relative is not None}
    if not relative:
        return columns
    beside = {c.heading.year for c in columns.values() if c.heading.year}
    lines = [sheet.name, *(m.text for row in sheet.rows if row < head for m in sheet.rows[row])]
    over = {read_heading(text).year or _year_in(text) for text in lines} - {None}
    anchors = beside or over
    if len(anchors) != 1:
        return columns
    year = anchors.pop() or 0
    # 2025年 and 上年: the year before the one that is named.
    return columns | {
        n: replace(c, heading=replace(c.heading, year=year + (c.heading.relative or 0)))
        for n, c in relative.items()
        if not (beside and c.heading.relative == 0)
    }


def _year_in(text: str) -> int | None:
    years = set(re.findall(r"(?<!\d)(20\d\d)年", text))
    return int(years.pop()) if len(years) == 1 else None


def _heading(marks: tuple[Mark, ...]) -> Heading:
    """Return what the cells of a heading say together."""
    told = [heading_of(mark) for mark in marks]
    if len(told) == 1:
        return told[0]
    text = " ".join(mark.text for mark in marks)
    both = read_heading(text)
    years = {heading.year for heading in told} - {None}
    year = years.pop() if len(years) == 1 else None
    dated = year is not None or bool(years)
    first = next((heading for heading in told if heading.role not in {"", "value"}), None)
    return Heading(
        text,
        role=first.role if first and not dated else "" if dated else both.role or told[-1].role,
        year=year,
        period=next((heading.period for heading in told if heading.period), ""),
        state=next((heading.state for heading in told if heading.state), ""),
        kind=next((heading.kind for heading in told if heading.kind), ""),
        unit=next((heading.unit for heading in reversed(told) if heading.unit), ""),
        # 2023—2025年实际值 over them all is no doubt of one of them.
        rest=" ".join(h.rest for h in told if h.rest and dated and not _is_range(h)),
        like_year=any(heading.like_year for heading in told),
    )


def _is_range(heading: Heading) -> bool:
    return heading.year is None and len(re.findall(r"20\d\d", heading.text)) > 1


def _shape(sheet: Sheet, row: int, columns: dict[int, Column], knows: Knows) -> str:
    """Return the form of the table under a heading, empty where it is none."""
    _years_by_period(sheet, row, columns)
    roles = {column.heading.role: number for number, column in columns.items()}
    labelled = bool(roles.keys() & {"indicator", "key"})
    years = [n for n, column in columns.items() if column.heading.year and not column.heading.role]
    based = "baseline" in roles
    if not labelled and "name" in roles and years:
        under = (sheet.text(other, roles["name"]) for other in _below(sheet, row)[1:])
        labelled = any(knows(text) for text in under if text)
    grown = any(c.heading.kind in {"growth", "index"} for c in columns.values())
    if labelled and "year" in roles and ("value" in roles or grown):
        return LONG
    if labelled and (years or based):
        return WIDE
    if labelled and "value" in roles:
        return LONG
    _, *below = rows = _below(sheet, row)
    first = min(sheet.rows[other][0].column for other in rows)
    head = sheet.text(row, first)
    corner = columns[first].heading if first in columns else Heading("")
    only_unit = bool(units_in_line(head) or (corner.unit and not corner.rest)) and not corner.year
    unnamed = not head or ((corner.empty or only_unit) and not knows(head))
    labels = [sheet.text(other, first) for other in below]
    # A row of figures has numbers that are no years.
    others = all(
        heading_of(mark).year is not None or read_number(mark.text).value is None
        for mark in sheet.rows[row]
        if mark.column != first
    )
    pivot = years and first not in years and unnamed and others
    if pivot and any(knows(text) for text in labels if text):
        label = Heading("", "indicator", unit=next(iter(units_in_line(head)), corner.unit))
        known = replace(_empty(columns.get(first), first), heading=label)
        columns[first] = known
        return WIDE
    named = [n for n, column in columns.items() if n != first and _names(column, knows)]
    at = roles.get("year", first)
    dated = [heading_of(sheet.at(other, at)).year for other in below]
    heads_years = at not in columns or columns[at].heading.role == "year" or unnamed
    beside = [n for n, c in columns.items() if n != at and c.heading.role not in _BESIDE_YEARS]
    if named and others and heads_years and any(dated) and len(named) * 2 >= len(beside):
        columns[at] = replace(_empty(columns.get(at), at), heading=Heading("", "year"))
        return DOWN
    return ""


def _years_by_period(sheet: Sheet, row: int, columns: dict[int, Column]) -> None:
    """Take a column of periods for one of years where years stand in it."""
    roles = {column.heading.role: number for number, column in columns.items()}
    at = roles.get("period")
    if at is None or "year" in roles:
        return
    told = [heading_of(sheet.at(other, at)) for other in _below(sheet, row)[1:]]
    if (
        told
        and all(heading.plain or heading.period for heading in told if heading.text)
        and any(heading.year for heading in told)
    ):
        columns[at] = replace(columns[at], heading=replace(columns[at].heading, role="year"))


def _below(sheet: Sheet, row: int) -> list[int]:
    """Return a row and those right under it that hold something."""
    return [other for other in range(row, row + LOOK_BELOW + 1) if other in sheet.rows]


def _empty(column: Column | None, number: int) -> Column:
    return column or Column(number, Heading(""), ())


def _names(column: Column, knows: Knows) -> bool:
    return not column.heading.role and knows(" ".join(mark.text for mark in column.marks))


# -- units --------------------------------------------------------------------------------------


def _units_said(
    sheet: Sheet, columns: dict[int, Column], above: tuple[int, ...], body: list[int]
) -> tuple[str, ...]:
    """Return the units said of a whole table: above it, in its corner, or in a note below it."""
    if units := _units_above(sheet, above):
        return units
    corner = [c.heading.unit for c in columns.values() if c.heading.role in LABELS]
    if any(corner):
        return tuple(unit for unit in corner if unit)
    figures = [row for row in body if _has_figures(sheet, row, columns)]
    last = figures[-1] if figures else -1
    below = (row for row in sheet.rows if row > last and row in body)
    for row in below:
        for mark in sheet.rows[row]:
            if units := units_in_line(mark.text):
                return units
    named = read_heading(sheet.name).unit
    return (named,) if named else ()


def _units_above(sheet: Sheet, rows: tuple[int, ...]) -> tuple[str, ...]:
    """Return the units that lines over a table name, the nearest line first."""
    for row in reversed(rows):
        for mark in sheet.rows.get(row, ()):
            if units := units_in_line(mark.text):
                return units
            label = bare(mark.text).rstrip(":")
            right = sheet.text(row, mark.column + 1)
            if label in vocabulary().units_above and right:
                return units_of(right)
            if unit := unit_of_title(mark.text):
                return (unit,)
    return ()


def _with_units_below(block: Block) -> Block:
    """Take a row of units right under the heading for what it is."""
    if block.shape != DOWN or not block.body:
        return block
    row = block.body[0]
    units = {mark.column: mark.text for mark in block.sheet.rows[row]}
    named = {n: text for n, text in units.items() if is_unit(text.strip("()（） "))}
    plain = {n: text for n, text in units.items() if n not in named}
    if not named or any(read_number(text).value is not None for text in plain.values()):
        return block
    return replace(block, body=block.body[1:], units_below=named)


def _has_figures(sheet: Sheet, row: int, columns: Mapping[int, Column]) -> bool:
    """Whether a row holds figures where a table keeps them, rather than a line of text."""
    for mark in sheet.rows[row]:
        column = columns.get(mark.column)
        if column is not None and column.heading.role in LABELS:
            continue
        number = read_number(mark.text)
        if number.value is not None or number.unit or number.error or mark.state:
            return True
    return False
