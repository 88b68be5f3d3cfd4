"""Goal rows: the goal tables of a form, as tables of their own or rows of a larger one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.intake.form.document import Box, DocumentTable
from planner.intake.form.letters import letters
from planner.intake.form.locations import Goals, numberless, under
from planner.model.catalogue import Catalogue
from planner.model.formschema import Column, Field
from planner.model.vocabulary import bare, vocabulary

TITLE = 40  # letters of a title over a table, at most
_NAMES = {"指标", "指标名称"}
_PLAIN = {"序号", "方向", "单位", "计量单位"}  # columns that change nothing
_WORDS = {"baseline": ("基准",), "target": ("目标",), "actual": ("完成", "实际")}
_UNIT = re.compile(
    r"[（(]([亿万千百]?(?:[美欧日港]?元|吨\w*|千克\w*|公斤\w*|家|件|人|个|项|%|‰|％|亩|公顷|平方公里|平方千米|km2|km²)(?:/\w+)?)[）)]\s*$"
)


@dataclass(frozen=True)
class Span:
    """The rows of a table that are a goal table: its header, and where it ends."""

    table: DocumentTable
    head: int
    end: int
    start: int

    @property
    def heads(self) -> tuple[Box, ...]:
        """Return the boxes of the header."""
        return self.table.covering(self.head)


def spans(table: DocumentTable) -> Iterator[Span]:
    """Yield the goal tables within a table."""
    heads = [number for number in range(len(table.rows)) if _is_head(table, number)]
    for index, head in enumerate(heads):
        end = heads[index + 1] if index + 1 < len(heads) else len(table.rows)
        single = [n for n in range(head + 1, end) if len(table.covering(n)) == 1]
        yield Span(table, head, min([end, *single]), _title(table, head))


def _title(table: DocumentTable, head: int) -> int:
    """Return the first row of a table: a title may stand over its header."""
    above = table.covering(head - 1) if head == 1 else ()
    return 0 if len(above) == 1 and len(letters(above[0].text)) < TITLE else head


def _is_head(table: DocumentTable, row: int) -> bool:
    words = {letters(box.text[:TITLE]) for box in table.rows[row]}
    return bool(words & _NAMES) and len(words) > 2  # noqa: PLR2004 - and columns of numbers


def unit_in(label: str) -> str:
    """Return the unit that a label names in brackets at its end.

    >>> unit_in("研发经费投入（万元）"), unit_in("基本情况（200字以内）")
    ('万元', '')
    """
    match = _UNIT.search(label)
    return match[1] if match else ""


def goals(
    item: Field, candidates: Sequence[Span], tables: Sequence[DocumentTable], catalogue: Catalogue
) -> Goals | None:
    """Return the goal table of a field, gone on in later tables where it was cut at a page."""
    scored = [(len(_columns(item, span.heads)), -number) for number, span in enumerate(candidates)]
    best = max(scored, default=(0, 0))
    if not best[0]:
        return None
    first = candidates[-best[1]]
    reader = _Reader(item, catalogue, first)
    reader.rows(first.table, first.head + 1, first.end)
    place = next((n for n, table in enumerate(tables) if table is first.table), len(tables))
    for table in tables[place + 1 :]:
        again = next(spans(table), None)
        if again is not None and _columns(item, again.heads).keys() != reader.columns.keys():
            break
        if again is None and len(table.covering(0)) != len(first.heads):
            break
        start = again.head + 1 if again else 0
        reader.rows(table, start, len(table.rows))
    return reader.goals()


def is_of(item: Field, span: Span) -> bool:
    """Whether a goal table has all the columns of a field."""
    return len(_columns(item, span.heads)) == len(item.columns)


def _columns(item: Field, heads: Sequence[Box]) -> dict[str, int]:
    """Return which header box is which column."""
    return {
        str(column.id): index
        for column in item.columns
        for index, box in enumerate(heads)
        if _is_column(box, column)
    }


def _is_column(box: Box, column: Column) -> bool:
    text, wanted = letters(box.text), letters(column.text)
    if text == wanted:
        return True
    years = re.findall(r"\d{4}", text)
    fits = not years or years == re.findall(r"\d{4}", wanted)
    return fits and any(word in text for word in _WORDS[column.id])


@dataclass
class _Reader:
    """Goes through the rows of a goal table and notes what stands where."""

    item: Field
    catalogue: Catalogue
    first: Span
    boxes: dict[tuple[str, str], Box] = field(default_factory=dict)
    spare: dict[str, list[int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    again: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    direction: str = ""

    def __post_init__(self) -> None:
        words = [letters(box.text) for box in self.first.heads]
        self.columns = _columns(self.item, self.first.heads)
        self.names = next(index for index, word in enumerate(words) if word in _NAMES)
        self.aside = words.index("方向") if "方向" in words else None
        names = self.catalogue.directions.items()
        self.directions = {letters(text.zh): key for key, text in names}
        self.described = {rows.direction for rows in self.item.rows if rows.described}

    def rows(self, table: DocumentTable, start: int, end: int) -> None:
        """Note rows of a table; it may be a later table with the same columns."""
        for number in range(start, end):
            line = under(self.first.heads, table.covering(number))
            if self.aside is not None and self.aside in line:
                self.direction = self.directions.get(letters(line[self.aside].text), self.direction)
            values = {c: line[index] for c, index in self.columns.items() if index in line}
            label = line[self.names].text.strip() if self.names in line else ""
            self._row(number if table is self.first.table else -1, label, values)

    def _row(self, number: int, label: str, values: dict[str, Box]) -> None:
        filled = any(letters(box.text) for box in values.values())
        key = self.catalogue.find(numberless(label)) or ""
        words = self.direction in self.item.worded and bare(label) in vocabulary().in_words
        open_ = (words or self.direction in self.described) and self.direction not in self.numbers
        if not key and open_ and (letters(label) or filled):
            key = self.direction
        if not key and not letters(label) and not filled:
            self.spare.setdefault(self.direction, []).append(number)
        elif key in self.numbers:
            self.again.append((key, {column: box.text.strip() for column, box in values.items()}))
        elif not key:
            self.unknown.append(label)
        else:
            self.numbers[key] = number
            self.units[key] = unit_in(label)
            self.boxes.update({(key, column): box for column, box in values.items()})

    def goals(self) -> Goals:
        """Return what was found."""
        spare = {key: tuple(n for n in rows if n >= 0) for key, rows in self.spare.items()}
        return Goals(
            self.first.table,
            self.boxes,
            {key: rows for key, rows in spare.items() if rows},
            self.numbers,
            self.units,
            tuple(self.unknown),
            tuple(self.again),
            tuple(box.text.strip() for box in self._others()),
            frozenset(box.column for box in self._others()),
        )

    def _others(self) -> list[Box]:
        """Return the headings of columns that the form does not have."""
        own = {*self.columns.values(), self.names, self.aside}
        return [
            box
            for index, box in enumerate(self.first.heads)
            if index not in own and letters(box.text) and letters(box.text) not in _PLAIN
        ]
