"""Table fields: where the fields of a numbered section stand in the rows of its tables.

A field is found by its label, or by the label that encloses it; no box is taken that is the
label of another field, and a likeness never bridges the words by which fields differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from planner.intake.circumstances import part_of_year
from planner.intake.form.document import Box, DocumentTable
from planner.intake.form.goalrows import unit_in
from planner.intake.form.letters import find, letters, rest_after
from planner.intake.form.locations import Cells, bare, under
from planner.intake.form.phrasing import inner_text
from planner.intake.headings import whole_year
from planner.model.formschema import Field, Part
from planner.model.units import read_unit
from planner.model.vocabulary import vocabulary

_YEAR_VALUE = re.compile(r"^\s*(20\d\d)\s*年?\s*[:：]\s*\S")
# Words by which labels of one form differ: a typo is not one of them.
_TELLING = set("明国省市县其他能水云率增速均总中小上下大级家平台专利新特精巨人冠军优质")
SHORT = 20  # letters; no unit is longer
EDITS = 2  # mistyped letters of a label
LONG = 4  # letters from which the beginning of a label tells it


@dataclass(frozen=True)
class Row:
    """A row of a table, with its place in the reading order."""

    table: DocumentTable
    number: int
    position: int

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """Return the boxes that cover it, from left to right."""
        return self.table.covering(self.number)


class TableFields:
    """Finds the fields of a part in rows of tables."""

    def __init__(self, part: Part, rows: list[Row], labels: set[str]) -> None:
        """Look at some rows; `labels` are the bare labels of the whole form."""
        self.part, self.rows, self.labels = part, rows, labels
        self.index = {id(row): number for number, row in enumerate(rows)}
        self.used: set[int] = set()
        self.label_rows: dict[str, int] = {}  # rows of the labels, by field
        self.reworded: dict[str, str] = {}  # labels that only resemble those of fields
        self.joined: list[str] = []  # fields whose years share one box
        self.twice: list[str] = []  # fields whose label stands in a second table, with a figure
        self.repeats: list[str] = []  # those whose label stands in a second row of their table
        counted = Counter(bare(item.label) for item in part.fields)
        self.repeated = {label for label, count in counted.items() if count > 1}

    def places(self) -> Iterator[tuple[str, Cells]]:
        """Yield each field that was found with its boxes."""
        for item in self.part.fields:  # those whose label stands once, as landmarks
            if item.fillable and bare(item.label) not in self.repeated:
                yield from self._place(item, 0, len(self.rows))
        for number, item in enumerate(self.part.fields):
            if item.fillable and bare(item.label) in self.repeated:
                yield from self._place(item, *self._between(number))

    def _between(self, number: int) -> tuple[int, int]:
        """Return the rows between the nearest fields before and after that are told apart."""
        fields = self.part.fields
        before = [
            self.label_rows[item.id] for item in fields[:number] if item.id in self.label_rows
        ]
        after = [
            self.label_rows[item.id] for item in fields[number + 1 :] if item.id in self.label_rows
        ]
        names = {item.id for item in fields[:number]}
        missing = names - self.label_rows.keys()
        start = max(before, default=0)
        end = min(after, default=len(self.rows))
        # What went before is missing itself: nothing says whose the label is.
        return (end, end) if missing and not before else (start, end)

    def _place(self, item: Field, start: int, end: int) -> Iterator[tuple[str, Cells]]:
        start_box = self._find(item, start, end)
        if start_box is None:
            return
        row, box = start_box
        where = self._value(item, row, box)
        if where is not None:
            again = self._again(item, row, box)
            self.twice += [item.id] if "table" in again else []
            self.repeats += [item.id] if "row" in again else []
        if where is not None:
            self.used.add(id(box.element))
            self.label_rows[item.id] = self.index[id(row)]
            yield item.id, where

    def _again(self, item: Field, row: Row, label: Box) -> set[str]:
        """Return whether another table, or another row of this one, has the label and a figure."""
        found: set[str] = set()
        if bare(item.label) in self.repeated:
            return found
        for other in self.rows:
            for box in other.boxes if other is not row else ():
                own = box.element is label.element or box.row != other.number
                right = [] if own or not self._same(box, item) else self._right(other, box)
                if any(char.isdigit() for beside in right for char in beside.text):
                    found.add("row" if other.table is row.table else "table")
        return found

    # -- labels ----------------------------------------------------------------------------

    def _find(self, item: Field, start: int, end: int) -> tuple[Row, Box] | None:
        tests: tuple[Callable[[Row, Box, Field], bool], ...] = (
            lambda _, box, field: self._same(box, field),
            self._split,
            lambda _, box, field: self._begins(box, field),
            lambda _, box, field: self._alike(box, field),
        )
        within = self._within(item)
        rows = self.rows[start:end]
        for chosen in ([row for row in rows if id(row) in within], rows) if within else (rows,):
            for test in tests:
                for row in chosen:
                    for box in row.boxes:
                        own = box.row == row.number and id(box.element) not in self.used
                        if own and test(row, box, item):
                            if not item.inside and self._another(box, item):
                                self.reworded.setdefault(item.id, box.text.strip())
                                continue
                            return row, box
        return None

    def _within(self, item: Field) -> set[int]:
        """Return the rows beside the box that encloses a field."""
        for row in self.rows if item.group else ():
            for box in row.boxes:
                if bare(re.split(r"\n?[（(]注", box.text)[0]) == bare(item.group):
                    rows = range(box.row, box.row + box.rows)
                    return {id(r) for r in self.rows if r.table is row.table and r.number in rows}
        return set()

    @staticmethod
    def _another(box: Box, item: Field) -> bool:
        """Whether a label has words that make it another one than any that the form prints."""
        words, typed = vocabulary(), letters(box.text)
        printed = [letters(label) for label in (*item.labels, item.group, item.hint, item.note)]
        telling = {*words.relabelling, *words.scopes, *words.others}
        added = (letters(word) for word in telling if letters(word) in typed)
        more = any(all(word not in label for label in printed) for word in added)
        part = letters(part_of_year(box.text.replace("\n", "")))
        return more or (bool(part) and all(part not in label for label in printed))

    def _same(self, box: Box, item: Field) -> bool:
        if item.inside and any(rest_after(box.text, text) is not None for text in item.labels):
            return True
        return any(bare(box.text) == bare(label) and bare(label) for label in item.labels)

    def _split(self, row: Row, box: Box, item: Field) -> bool:
        """Whether a box and the one left of it say the label together."""
        left = [other for other in row.boxes if other.column < box.column]
        joined = bare(left[-1].text + box.text) if left and letters(box.text) else ""
        return bool(joined) and joined in {bare(label) for label in item.labels}

    def _begins(self, box: Box, item: Field) -> bool:
        if self._is_label(box):
            return False
        if item.inside and not item.options and any(find(box.text, x) for x in item.labels):
            return True
        stems = [label.split("（")[0] for label in item.labels if len(bare(label)) > LONG]
        return any(rest_after(box.text, stem) is not None for stem in stems)

    def _alike(self, box: Box, item: Field) -> bool:
        text = bare(box.text)
        return not self._is_label(box) and any(
            _is_typo(text, bare(label)) for label in item.labels if len(bare(label)) > LONG
        )

    def _is_label(self, box: Box) -> bool:
        return bare(box.text) in self.labels

    # -- values ----------------------------------------------------------------------------

    def _right(self, row: Row, label: Box) -> list[Box]:
        """Return the boxes right of a label, up to the next label."""
        boxes = []
        for box in row.boxes:
            if box.column < label.column + label.columns:
                continue
            if box.row == row.number and self._is_label(box):
                break
            boxes.append(box)
        return boxes

    def _value(self, item: Field, row: Row, label: Box) -> Cells | None:
        if item.kind == "series":
            boxes = self._down(row, label) or self._across(row, label)
            if len({id(box.element) for box in boxes.values()}) < len(boxes):
                self.joined.append(item.id)  # one figure for several years
                return None
            return Cells({y: (box,) for y, box in boxes.items()}, _other_unit(item, label)) if boxes else None  # fmt: skip
        right = self._right(row, label)
        if item.inside:
            inner = [find(label.text, option.text) for option in item.options]
            rest = letters(inner_text(label.text, item))
            if any(inner) or (rest and not item.options) or not right:
                return Cells({"": (label,)})
        units = {letters(item.unit), letters(unit_in(item.label))} - {""}
        right = [b for b in right if not _is_unit(b, units, right)] or right
        filled = [box for box in right if box.text.strip()] or right[:1]
        if not filled:
            return None
        several = item.kind in {"choice", "count"}
        return Cells({"": tuple(filled) if several else (filled[0],)}, _other_unit(item, label))

    def _down(self, row: Row, label: Box) -> dict[str, Box]:
        """Return the values of years that stand below each other, right of the label."""
        boxes: dict[str, Box] = {}
        start = self.index[id(row)]
        for number, line in enumerate(self.rows[start:], start):
            other = [box for box in line.boxes if box is not label and box.row == line.number]
            goes_on = not any(self._is_label(b) and bare(b.text) != bare(label.text) for b in other)
            years = dict(self._years_in(line, label if line is row else None))
            if number > start and not (goes_on and years):
                break
            for year, box in years.items():
                boxes.setdefault(year, box)
        return boxes

    @staticmethod
    def _years_in(line: Row, label: Box | None) -> Iterator[tuple[str, Box]]:
        """Yield the year a row names, with the box behind it or the one that holds both."""
        boxes = [box for box in line.boxes if box is not label and box.row == line.number]
        years = [whole_year(box.text) for box in boxes]
        for index, box in enumerate(boxes):
            if both := _YEAR_VALUE.match(box.text):
                yield both[1], box
            elif years[index] is not None and years[index + 1 : index + 2] == [None]:
                yield str(years[index]), boxes[index + 1]

    def _across(self, row: Row, label: Box) -> dict[str, Box]:
        """Return the values under the nearest row of years above."""
        for head in reversed(self.rows[: self.index[id(row)] + 1]):
            years = [whole_year(box.text) for box in head.boxes]
            if len([year for year in years if year is not None]) < 2:  # noqa: PLR2004 - no header
                continue
            line = [box for box in row.boxes if box.column >= label.column + label.columns]
            first = next(index for index, year in enumerate(years) if year is not None)
            for skipped in (min(1, first), first):  # the header's own label, or all before a year
                heads = head.boxes[skipped:]
                if len(heads) == len(line):
                    break
            else:
                heads = head.boxes
                line = list(row.boxes) if head.table is row.table else []
            boxes = under(heads, line)
            offset = len(head.boxes) - len(heads)
            return {
                str(years[offset + index]): box
                for index, box in boxes.items()
                if years[offset + index] is not None and box is not label
            }
        return {}


def _is_unit(box: Box, units: set[str], right: list[Box]) -> bool:
    """Whether a box is a column of units: it names one, and a figure stands further right."""
    if len(box.text) > SHORT:
        return False
    if letters(box.text) in units:
        return True
    figure = any(char.isdigit() for other in right[right.index(box) + 1 :] for char in other.text)
    return figure and read_unit(box.text.strip()) is not None


def _other_unit(item: Field, label: Box) -> str:
    """Return the unit a typed label names where the form's own names another."""
    own, typed = unit_in(item.label), unit_in(label.text.replace("\n", ""))
    return typed if typed and typed.replace("％", "%") != own else ""


def _is_typo(text: str, wanted: str) -> bool:
    """Whether two labels differ by a slip, not by a word that tells fields apart."""
    if abs(len(text) - len(wanted)) > EDITS:
        return False
    edits = [
        (text[a:b], wanted[c:d])
        for kind, a, b, c, d in SequenceMatcher(None, text, wanted, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    size = sum(max(len(old), len(new)) for old, new in edits)
    telling = any(
        (_TELLING & set(old) or not old) and (_TELLING & set(new) or not new) for old, new in edits
    )
    return size <= EDITS and not telling
