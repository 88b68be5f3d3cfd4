"""Placing: where the fields of a form stand in a document, found by their labels.

Both filling and reading look here, in the blank form and in what somebody typed by hand:
columns may be moved, cells merged or split, headings missing. What is not found is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from planner.catalogue import Catalogue, plain
from planner.forms import Column, Field, Form, Part
from planner.numerals import read_year
from planner.outline import Block, Box, Grid, Line, walk
from planner.phrasing import find, letters, rest_after

ALIKE = 0.85
LABEL = 400  # no label and no heading is longer
_NUMBERING = re.compile(r"^\s*(第?[一二三四五六七八九十]+[、.．:：]|[（(][\d一二三四五六七八九十]+[）)]|\d+[.．、])\s*")  # fmt: skip
_LEFT_OPEN = {"", "定性描述"}
_WORDS = {"baseline": ("基准",), "target": ("目标",), "actual": ("完成", "实际")}


@dataclass(frozen=True)
class Cells:
    """A field in one box, or in one for each year; the part of the slot says which."""

    boxes: Mapping[str, Box]


@dataclass(frozen=True)
class Passage:
    """A text under a heading, or behind a label on one line."""

    heading: Line
    lines: tuple[Line, ...]
    on_line: str = ""


@dataclass(frozen=True)
class Goals:
    """A goal table: the box of every row and column, and the rows that stand for more."""

    grid: Grid
    boxes: Mapping[tuple[str, str], Box]
    spare: Mapping[str, tuple[int, ...]]
    rows: Mapping[str, int]
    unknown: tuple[tuple[int, str], ...] = ()


Where = Cells | Passage | Goals


@dataclass(frozen=True)
class Placing:
    """Where each field stands; those without a place are missing.

    `shapes` tells how the tables of each numbered part are drawn.
    """

    places: Mapping[str, Where]
    missing: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Row:
    """A row of a grid, with its place in the reading order."""

    grid: Grid
    number: int
    position: int

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        return self.grid.covering(self.number)


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    """Reduce a heading to its words: no number before it, no bracket, no punctuation.

    >>> bare("二、主导产业情况") == bare("（二）主导产业情况（必填）")
    True
    """
    if len(text) > LABEL:
        return ""  # no heading and no label
    return letters(plain(_NUMBERING.sub("", text.strip())))


def place_fields(form: Form, blocks: tuple[Block, ...], catalogue: Catalogue) -> Placing:
    """Find every field of a form in a document."""
    return _Placer(form, blocks, catalogue).run()


@dataclass
class _Placer:
    form: Form
    blocks: tuple[Block, ...]
    catalogue: Catalogue
    places: dict[str, Where] = field(default_factory=dict)

    def run(self) -> Placing:
        self.flow = tuple(walk(self.blocks))
        position = {id(block): number for number, block in enumerate(self.flow)}
        self.rows: list[_Row] = []
        for grid in self.flow:
            if isinstance(grid, Grid):
                for number, boxes in enumerate(grid.rows):
                    lines = [line for box in boxes for line in box.lines]
                    first = position[id(lines[0])] if lines else position[id(grid)]
                    self.rows.append(_Row(grid, number, first))
        ranges, shapes = self._ranges(), {}
        for part in self.form.record.parts:
            start, end = ranges.get(part.id, (0, len(self.flow)))
            if part.layout == "lines":
                self._cover(part, start, end)
            elif part.layout == "table":
                rows = [row for row in self.rows if start <= row.position < end]
                _Rows(part, rows, self.places).run()
                if part.id in ranges:
                    grids = {id(row.grid): row.grid for row in rows}
                    shapes[part.id] = tuple(grid.shape for grid in grids.values())
            else:
                self._prose(part, start, end)
        missing = [f.id for f in self.form if f.fillable and f.id not in self.places]
        return Placing(self.places, tuple(missing), shapes)

    def _ranges(self) -> dict[str, tuple[int, int]]:
        """Return where each part begins and ends in the reading order, by its heading."""
        starts: list[tuple[int, str]] = []
        after = 0
        for part in self.form.record.parts:
            title = bare(part.title)
            found = [
                number
                for number, block in enumerate(self.flow)
                if isinstance(block, Line) and bare(block.text) == title
            ]
            later = [number for number in found if number >= after]
            if later or found:
                after = (later or found)[0]
                starts.append((after, part.id))
        starts.sort()
        ends = [*(start for start, _ in starts), len(self.flow)][1:]
        return {key: (start, end) for (start, key), end in zip(starts, ends, strict=True)}

    def _lines(self, start: int, end: int) -> list[Line]:
        return [block for block in self.flow[start:end] if isinstance(block, Line)]

    def _cover(self, part: Part, start: int, end: int) -> None:
        lines = self._lines(start, end)
        for item in part.fields:
            for line in lines:
                found = [label for label in item.labels if rest_after(line.text, label) is not None]
                if found:
                    self.places[item.id] = Passage(line, (), found[0])
                    lines.remove(line)
                    break

    def _prose(self, part: Part, start: int, end: int) -> None:
        heads: dict[int, tuple[Field, str]] = {}
        waiting = [item for item in part.fields if item.kind != "goals"]
        for number in range(start, end):
            block = self.flow[number]
            if not isinstance(block, Line) or not block.text.strip():
                continue
            for item in waiting:
                label = self._heads(block, item)
                if label is not None:
                    heads[number] = (item, label)
                    waiting.remove(item)
                    break
        stops = sorted([*heads, end])
        inner = {
            id(line)
            for block in self.flow[start:end]
            if isinstance(block, Grid) and self._goal_head(block) is not None
            for line in walk((block,))
        }
        for number, (item, label) in heads.items():
            stop = next(other for other in stops if other > number)
            grids = [n for n in range(number, stop) if id(self.flow[n]) in inner]
            stop = min([stop, *grids])
            heading = self.flow[number]
            lines = tuple(self._lines(number + 1, stop))
            if item.fillable and isinstance(heading, Line):
                self.places[item.id] = Passage(heading, lines, label)
        for item in part.fields:
            if item.kind == "goals":
                self._goals(item, [b for b in self.flow[start:end] if isinstance(b, Grid)])

    @staticmethod
    def _heads(line: Line, item: Field) -> str | None:
        """Return the label a line begins with where a text follows on it, '' for a heading."""
        for label in item.labels:
            if bare(line.text) == bare(label):
                return ""
            text = _NUMBERING.sub("", line.text.strip())
            stem = _NUMBERING.sub("", label)
            rest = rest_after(text, stem)
            place = find(text, stem)
            if rest and place and text[place[1] : place[1] + 1] in {"：", ":"}:
                return label
        return None

    # -- goal tables -----------------------------------------------------------------------

    @staticmethod
    def _goal_head(grid: Grid) -> int | None:
        """Return the row of a goal table's header."""
        for number in range(min(3, len(grid.rows))):
            words = {letters(box.text) for box in grid.rows[number]}
            if words & {"指标", "指标名称"} and len(words) > 2:  # noqa: PLR2004 - and two columns
                return number
        return None

    def _goals(self, item: Field, grids: Sequence[Grid]) -> None:
        best: tuple[int, Grid, int, dict[str, Box]] | None = None
        for grid in grids:
            head = self._goal_head(grid)
            if head is None:
                continue
            boxes = grid.covering(head)
            columns = {str(c.id): box for c in item.columns for box in boxes if _is_column(box, c)}
            if columns and (best is None or len(columns) > best[0]):
                best = (len(columns), grid, head, columns)
        if best is not None:
            _, grid, head, columns = best
            self.places[item.id] = self._goal_rows(item, grid, head, columns)

    def _goal_rows(self, item: Field, grid: Grid, head: int, columns: dict[str, Box]) -> Goals:
        heads = {letters(box.text): box for box in grid.covering(head)}
        names = heads.get("指标") or heads["指标名称"]
        aside = heads.get("方向")
        directions = {letters(text.zh): key for key, text in self.catalogue.directions.items()}
        described = {rows.direction for rows in item.rows if rows.described}
        boxes: dict[tuple[str, str], Box] = {}
        spare: dict[str, list[int]] = {}
        rows: dict[str, int] = {}
        unknown: list[tuple[int, str]] = []
        direction = ""
        for number in range(head + 1, len(grid.rows)):
            line = grid.covering(number)
            if aside is not None and (box := _over(line, aside)) is not None:
                direction = directions.get(letters(box.text), direction)
            label = "" if (box := _over(line, names)) is None else box.text.strip()
            key = self.catalogue.find(label) or ""
            if not letters(label):
                spare.setdefault(direction, []).append(number)
                continue
            if not key and direction in described and direction not in rows:
                key = direction
            if not key or key in rows:
                unknown.append((number, label))
                continue
            rows[key] = number
            for column, top in columns.items():
                if (value := _over(line, top)) is not None:
                    boxes[key, column] = value
        kept = {key: tuple(found) for key, found in spare.items()}
        return Goals(grid, boxes, kept, rows, tuple(unknown))


def _over(line: Sequence[Box], head: Box) -> Box | None:
    """Return the box of a row that stands under a header."""
    found = [box for box in line if box.column < head.column + head.columns and head.column < box.column + box.columns]  # fmt: skip
    return found[0] if found else None


def _is_column(box: Box, column: Column) -> bool:
    text, wanted = letters(box.text), letters(column.text)
    if text == wanted:
        return True
    years = re.findall(r"\d{4}", text)
    fits = not years or years == re.findall(r"\d{4}", wanted)
    return fits and any(word in text for word in _WORDS[column.id])


class _Rows:
    """Finds the fields of a part in the rows of its tables."""

    def __init__(self, part: Part, rows: list[_Row], places: dict[str, Where]) -> None:
        self.part, self.rows, self.places = part, rows, places
        self.used: set[int] = set()
        self.labels = {bare(label) for item in part.fields for label in item.labels}
        self.labels |= {bare(item.group) for item in part.fields if item.group}
        self.labels |= {bare(part.yearly)}
        self.labels -= {""}

    def run(self) -> None:
        after = 0
        for item in self.part.fields:
            if not item.fillable:
                continue
            found = self._find(item, after)
            if found is None:
                continue
            row, box = found
            self.used.add(id(box.element))
            after = self.rows.index(row)
            where = self._value(item, row, box)
            if where is not None:
                self.places[item.id] = where

    def _find(self, item: Field, after: int) -> tuple[_Row, Box] | None:
        """Return the box of a field's label: in reading order, the best likeness first."""
        rows = self._within(item)
        near = [row for row in rows if self.rows.index(row) >= after]
        for test in (self._same, self._begins, self._alike):
            for chosen in (near, rows):
                for row in chosen:
                    for box in row.boxes:
                        if (
                            id(box.element) not in self.used
                            and box.row == row.number
                            and test(box, item)
                        ):
                            return row, box
        return None

    def _within(self, item: Field) -> list[_Row]:
        """Return the rows beside the box that encloses a field, all where there is none."""
        if not item.group:
            return self.rows
        for row in self.rows:
            for box in row.boxes:
                if bare(box.text.split("\n（注")[0]) == bare(item.group):
                    return [r for r in self.rows if r.grid is row.grid and box.row <= r.number < box.row + box.rows]  # fmt: skip
        return self.rows

    @staticmethod
    def _same(box: Box, item: Field) -> bool:
        if item.inside:
            return any(rest_after(box.text, label) is not None for label in item.labels)
        return any(bare(box.text) == bare(label) and bare(label) for label in item.labels)

    @staticmethod
    def _begins(box: Box, item: Field) -> bool:
        return any(rest_after(box.text, label.split("（")[0]) is not None for label in item.labels if len(bare(label)) > 4)  # fmt: skip  # noqa: PLR2004

    @staticmethod
    def _alike(box: Box, item: Field) -> bool:
        text = bare(box.text)
        wanted = [bare(label) for label in item.labels]
        close = [w for w in wanted if len(w) > 5 and abs(len(w) - len(text)) <= len(w) // 4]  # noqa: PLR2004
        return any(SequenceMatcher(None, text, w).ratio() >= ALIKE for w in close)

    def _is_label(self, box: Box) -> bool:
        return bare(box.text) in self.labels

    def _right(self, row: _Row, box: Box) -> Iterator[Box]:
        """Yield the boxes right of a label, up to the next label."""
        for other in row.boxes:
            if other.column < box.column + box.columns:
                continue
            if other.row == row.number and self._is_label(other):
                return
            yield other

    def _value(self, item: Field, row: _Row, label: Box) -> Where | None:
        if item.kind == "series":
            return self._series(row, label)
        right = list(self._right(row, label))
        if item.inside:
            rest = next((rest_after(label.text, text) for text in item.labels), "")
            if rest or item.options or not right:
                return Cells({"": label})
            return Cells({"": right[0]})
        units = {letters(item.unit), *re.findall(r"（(\w+)）$", item.label)} - {""}
        right = [box for box in right if letters(box.text) not in units or box is right[-1]]
        filled = [box for box in right if box.text.strip()]
        chosen = filled or right
        return Cells({"": chosen[0]}) if chosen else None

    def _series(self, row: _Row, label: Box) -> Where | None:
        return self._down(row, label) or self._across(row, label)

    def _down(self, row: _Row, label: Box) -> Where | None:
        """Return the values of years that stand below each other, right of the label."""
        found: dict[str, Box] = {}
        for number in range(label.row, label.row + label.rows):
            line = [
                b for b in row.grid.covering(number) if b.column >= label.column + label.columns
            ]
            for year_box, value in pairwise(line):
                year = read_year(year_box.text)
                if year is not None and year_box.row == number:
                    found.setdefault(str(year), value)
        return Cells(found) if found else None

    def _across(self, row: _Row, label: Box) -> Where | None:
        """Return the values under the nearest row of years above."""
        index = self.rows.index(row)
        for head in reversed(self.rows[: index + 1]):
            years = {box: read_year(box.text) for box in head.boxes}
            known = {box: year for box, year in years.items() if year is not None}
            if len(known) < 2:  # noqa: PLR2004 - one number like a year is no header
                continue
            found = {
                str(year): box
                for top, year in known.items()
                if (box := _over(row.boxes, top)) is not None and box is not label
            }
            return Cells(found) if found else None
        return None
