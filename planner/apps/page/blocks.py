"""Blocks: cells that somebody copied from a spreadsheet, placed on the rows and years of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planner.core.arithmetic import worked_out
from planner.core.findings import Finding, InputError, Obligation
from planner.core.numerals import read_number
from planner.model.catalogue import Catalogue
from planner.model.units import read_unit

MOST_CELLS = 2_000
MANY_YEARS = 2  # one alone may be a number like any other
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_BEFORE = 3  # cells among which a line may name its indicator


class Block:
    r"""Places copied cells: lines follow the rows of the table, or name their indicator themselves.

    Examples
    --------
    >>> from planner.model.catalogue import shipped
    >>> block = Block(["output", "patents"], [2024, 2025], shipped())
    >>> list(block.placed("output", 2024, "1\t2\n3"))
    [('output', 2024, '1'), ('output', 2025, '2'), ('patents', 2024, '3')]
    >>> list(block.placed("output", 2024, "有效发明专利数量\t件\t5\t6"))
    [('patents', 2024, '5件'), ('patents', 2025, '6件')]
    """

    def __init__(self, rows: Sequence[str], years: Sequence[int], catalogue: Catalogue) -> None:
        """Begin with the rows and years of a table."""
        self.rows, self.years, self.catalogue = rows, years, catalogue
        self.outside: list[Finding] = []  # what there is no cell for

    def placed(self, indicator: str, year: int, text: str) -> Iterator[tuple[str, int, str]]:
        """Yield indicator, year and text of each cell of a block that begins at one."""
        if indicator not in self.rows or year not in self.years:
            raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
        lines = [(self._named(line), line) for line in _cells(text)]
        naming = any(key for (key, _), _ in lines)
        heading: list[int] = []  # the years that a line of the block itself puts over its columns
        at = self.rows.index(indicator)
        for (named, cells), line in lines:
            years = _years(line)
            if years:
                heading = years
                continue
            unit, numbers = _unit(cells)
            key = named or (self.rows[at] if at < len(self.rows) and not naming else "")
            at += 1
            columns = heading or self._columns(year, len(numbers), named=bool(named))
            for place, cell in enumerate(numbers):
                told = cell.strip()
                if not told:
                    continue
                when = columns[place] if place < len(columns) else 0
                if key and when in self.years:
                    plain = read_number(told).unit == ""
                    yield key, when, worked(told) + (unit if plain else "")
                else:
                    fault = Finding("paste_outside", Obligation.MUST_FIX, found=told[:40])
                    self.outside.append(fault)

    def _columns(self, year: int, count: int, *, named: bool) -> list[int]:
        """Return the years that the numbers of a line stand for, from the cell in hand on.

        A line that names its indicator may be longer than what is left of the row: it is all of it.
        """
        here = list(self.years[self.years.index(year) :])
        return list(self.years) if named and count > len(here) else here

    def _named(self, cells: list[str]) -> tuple[str, list[str]]:
        """Return the indicator that a line names at its beginning, and the cells behind."""
        for place, cell in enumerate(cells[:_BEFORE]):
            key = self.catalogue.find(cell) if cell.strip() else None
            if key is not None:
                return key, cells[place + 1 :]
        return "", cells


def _years(cells: list[str]) -> list[int]:
    """Return the years of a heading line, one for each column of numbers; nothing for another line."""
    told = [cell.strip() for cell in cells]
    first = next((n for n, cell in enumerate(told) if _YEAR.fullmatch(cell)), None)
    if first is None or len(told) - first < MANY_YEARS:
        return []
    found = [_YEAR.fullmatch(cell) for cell in told[first:]]
    return [int(match[1]) for match in found if match] if all(found) else []


def worked(text: str) -> str:
    """Return what was typed, a sum worked out.

    >>> worked("=455000/10000"), worked("455000万元")
    ('45.5', '455000万元')
    """
    value = worked_out(text)
    return text if value is None else f"{value:f}"


def _cells(text: str) -> list[list[str]]:
    lines = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
    cells = [line.split("\t") for line in lines]
    if sum(map(len, cells)) > MOST_CELLS:
        raise InputError([Finding("paste_large", Obligation.MUST_FIX, found=str(len(cells)),
                                  expected=str(MOST_CELLS))])  # fmt: skip
    return cells


def _unit(cells: list[str]) -> tuple[str, list[str]]:
    """Return the unit that stands before the numbers of a line, and the numbers."""
    if cells and read_unit(cells[0]) is not None:
        return cells[0].strip(), cells[1:]
    return "", cells
