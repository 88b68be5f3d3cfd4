"""Blocks: cells that somebody copied from a spreadsheet, placed on the rows and years of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from planner.core.arithmetic import worked_out
from planner.core.findings import Finding, InputError, Obligation
from planner.model.catalogue import Catalogue
from planner.model.units import read_unit

MOST_CELLS = 2_000
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
        start = self.rows.index(indicator)
        for offset, line in enumerate(_cells(text)):
            named, cells = self._named(line)
            unit, cells = _unit(cells)
            key = named or (self.rows[start + offset] if start + offset < len(self.rows) else "")
            column = 0 if named else self.years.index(year)
            for place, cell in enumerate(cells):
                if not cell.strip():
                    continue
                if key and column + place < len(self.years):
                    yield key, self.years[column + place], worked(cell.strip()) + unit
                else:
                    fault = Finding("paste_outside", Obligation.MUST_FIX, found=cell.strip()[:40])
                    self.outside.append(fault)

    def _named(self, cells: list[str]) -> tuple[str, list[str]]:
        """Return the indicator that a line names at its beginning, and the cells behind."""
        for place, cell in enumerate(cells[:_BEFORE]):
            key = self.catalogue.find(cell) if cell.strip() else None
            if key is not None:
                return key, cells[place + 1 :]
        return "", cells


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
