"""Screens: where reports go, and tables that lose nothing however narrow that is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import NoReturn

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

WIDTH = 132  # where nothing says how wide the screen is
NARROW = 16  # no column that may break its lines is narrower
INDENT = "  "


class Screen(Console):
    """A console that ends quietly when nobody reads on."""

    def on_broken_pipe(self) -> NoReturn:
        """Leave, as after all was said: a reader who has seen enough is no fault."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


def screen(*, error: bool = False) -> Console:
    """Return where reports go: as wide as the screen, or as a page where there is none.

    ``COLUMNS`` says how wide a page is.
    """
    stream = sys.stderr if error else sys.stdout
    console = Screen(file=stream, highlight=False, emoji=False, markup=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdecimal():
        console.width = WIDTH
    return console


def new_table(title: str) -> Table:
    """Return an empty table of the reports' style."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1),
    )


def show(table: Table) -> None:
    """Print a table; where it would be cut, a block for each of its lines instead."""
    console = screen()
    if fits(table, console.width):
        console.print(table)
        return
    console.print(f"\n{table.title}", style="bold")
    for line in _blocks(table, console.width):
        console.print(line, overflow="fold")
    console.print()


def fits(table: Table, width: int) -> bool:
    """Whether a table can be printed within so many columns without cutting a number or a word.

    >>> made = new_table("")
    >>> made.add_column("2028", no_wrap=True)
    >>> made.add_row("247.84")
    >>> fits(made, 8), fits(made, 7)
    (True, False)
    """
    count = len(table.columns)
    _, right, _, left = table.padding
    between = 2 + (count - 1) + (count - 1) * (left + right)  # edges, gaps, and padding inside
    return between + sum(_least(column) for column in table.columns) <= width


def _least(column: Column) -> int:
    texts = [str(column.header), *map(str, column.cells)]
    longest = max(cell_len(text) for text in texts)
    return longest if column.no_wrap else min(longest, max(NARROW, column.min_width or 0))


def _blocks(table: Table, width: int) -> Iterator[Text]:
    """Yield what a table says, line by line: its first words, then each head with its cell."""
    heads = [str(column.header) for column in table.columns]
    first = next((n for n, column in enumerate(table.columns) if column.justify == "right"), 1)
    before = ""
    for row in zip(*(column.cells for column in table.columns), strict=True):
        cells = [cell if isinstance(cell, Text) else Text(str(cell)) for cell in row]
        named = Text(" ").join([cell for cell in cells[:first] if cell.plain])
        named.stylize("bold")
        if named.plain != before:
            yield named
        before = named.plain
        told = [
            Text.assemble(f"{head} " if head else "", cell)
            for head, cell in zip(heads[first:], cells[first:], strict=True)
            if cell.plain
        ]
        yield from _lines(told, width)


def _lines(told: list[Text], width: int) -> Iterator[Text]:
    """Yield pairs of head and cell, as many on a line as there is room for; none is torn apart."""
    line = Text(INDENT)
    for text in told:
        if line.plain != INDENT and line.cell_len + 2 + text.cell_len > width:
            yield line
            line = Text(INDENT)
        line += text if line.plain == INDENT else Text("  ") + text
    if line.plain != INDENT:
        yield line
