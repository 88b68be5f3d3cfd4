"""The field locator: where the fields of a form stand in a document, found by their labels.

Both filling and reading look here, in the blank form and in what somebody typed by hand:
columns may be moved, cells merged or split, headings missing. What is not found is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.intake.form.document import Block, Box, DocumentTable, Line, walk
from planner.intake.form.goalrows import Span, goals, is_of, spans
from planner.intake.form.letters import find, letters, rest_after
from planner.intake.form.locations import Cells, Passage, Where, bare, numberless
from planner.intake.form.tablefields import Row, TableFields
from planner.model.catalogue import Catalogue
from planner.model.forms import Form
from planner.model.formschema import Field, Part
from planner.model.vocabulary import vocabulary

COLONS = "：:"
SAMPLE = 40  # letters of a line that calls a table an example, at most


@dataclass(frozen=True)
class Located:
    """Where each field stands; those without a place are missing.

    `tables` are those in which fields were found, `twice` the fields whose label stands in more
    than one of them with something beside it, `repeats` those whose label stands in more than one
    row of its table, `joined` those whose years share one box, `reworded` the labels that only
    resemble those of fields. `shapes` tells how the tables of each numbered part
    are drawn.
    """

    places: Mapping[str, Where]
    missing: tuple[str, ...] = ()
    tables: tuple[DocumentTable, ...] = ()
    twice: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    reworded: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


def locate_fields(form: Form, blocks: tuple[Block, ...], catalogue: Catalogue) -> Located:
    """Find every field of a form in a document."""
    return _Locator(form, blocks, catalogue).run()


@dataclass
class _Locator:
    form: Form
    blocks: tuple[Block, ...]
    catalogue: Catalogue
    places: dict[str, Where] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    reworded: dict[str, str] = field(default_factory=dict)
    tables: dict[int, DocumentTable] = field(default_factory=dict)

    def run(self) -> Located:
        self.flow = tuple(walk(self.blocks))
        self.position = {id(block): number for number, block in enumerate(self.flow)}
        self.rows: list[Row] = []
        self.beside: dict[int, tuple[Row, Box]] = {}  # the box of a line, by the line
        for table in self.flow:
            if isinstance(table, DocumentTable):
                for number, boxes in enumerate(table.rows):
                    lines = [line for box in boxes for line in box.lines]
                    first = self.position[id(lines[0] if lines else table)]
                    row = Row(table, number, first)
                    self.rows.append(row)
                    self.beside.update(
                        {id(line): (row, box) for box in boxes for line in box.lines}
                    )
        labels = {bare(text) for item in self.form for text in (*item.labels, item.group)}
        labels |= {bare(part.yearly) for part in self.form.record.parts}
        self.labels = labels - {""}
        self.spans = [
            span for table in self.flow if isinstance(table, DocumentTable) for span in spans(table)
        ]
        within = {(id(span.table), n) for span in self.spans for n in range(span.start, span.end)}
        samples = self._samples()
        self.plain = [
            row
            for row in self.rows
            if (id(row.table), row.number) not in within and id(row.table) not in samples
        ]
        ranges, shapes = self._ranges(), {}
        for part in self.form.record.parts:
            start, end = ranges.get(part.id, (0, len(self.flow)))
            if part.layout == "lines":
                self._cover(part, start, end)
            elif part.layout == "table":
                rows = [row for row in self.plain if start <= row.position < end]
                found = TableFields(part, rows, self.labels)
                self.places.update(found.places())
                self.twice += found.twice
                self.repeats += found.repeats
                self.joined += found.joined
                self.reworded |= found.reworded
                self.tables |= {id(row.table): row.table for row in rows}
                if part.id in ranges:
                    tables = {id(row.table): row.table for row in rows}
                    shapes[part.id] = tuple(table.shape for table in tables.values())
            else:
                self._prose(part, start, end)
        missing = [f.id for f in self.form if f.fillable and f.id not in self.places]
        kept = tuple(self.tables.values())
        twice, repeats = tuple(self.twice), tuple(self.repeats)
        reworded = {key: text for key, text in self.reworded.items() if key in missing}
        joined = tuple(self.joined)
        return Located(self.places, tuple(missing), kept, twice, repeats, joined, reworded, shapes)

    def _samples(self) -> set[int]:
        """Return the tables that a line above calls examples, where others have the same labels."""
        words = {letters(word) for word in vocabulary().examples}
        samples: dict[int, set[str]] = {}
        others: set[str] = set()
        above = ""
        for block in self.flow:
            if isinstance(block, Line):
                above = block.text if block.text.strip() and id(block) not in self.beside else above
                continue
            labels = {bare(box.text) for row in block.rows for box in row} & self.labels
            if any(word in letters(above) for word in words) and len(letters(above)) < SAMPLE:
                samples[id(block)] = labels
            else:
                others |= labels
            above = ""
        return {key for key, labels in samples.items() if labels and labels <= others}

    def _titles(self) -> dict[int, str]:
        """Return the bare text of every line that could be a heading, by its position."""
        return {n: bare(b.text) for n, b in enumerate(self.flow) if isinstance(b, Line)}

    def _ranges(self) -> dict[str, tuple[int, int]]:
        """Return where each part begins and ends in the reading order, by its heading."""
        starts: list[tuple[int, str]] = []
        after, titles = 0, self._titles()
        for part in self.form.record.parts:
            headed = [number for number, text in titles.items() if text == bare(part.title)]
            later = [number for number in headed if number >= after]
            if later or headed:
                after = (later or headed)[0]
                starts.append((after, part.id))
        starts.sort()
        ends = [*(start for start, _ in starts), len(self.flow)][1:]
        return {key: (start, end) for (start, key), end in zip(starts, ends, strict=True)}

    def _lines(self, start: int, end: int) -> list[Line]:
        return [block for block in self.flow[start:end] if isinstance(block, Line)]

    # -- cover -----------------------------------------------------------------------------

    def _cover(self, part: Part, start: int, end: int) -> None:
        lines = self._lines(start, end)
        for item in part.fields:
            for number, line in enumerate(lines):
                label = self._labelled(line, item)
                if label is not None:
                    self.places[item.id] = self._on_cover(part, lines, number, label)
                    lines.remove(line)
                    break

    @staticmethod
    def _labelled(line: Line, item: Field) -> str | None:
        """Return the label a line begins with, if a colon or nothing follows it."""
        for label in item.labels:
            place, rest = find(line.text, label), rest_after(line.text, label)
            if rest is not None and place is not None:
                behind = line.text[place[1] :].lstrip("）)")
                if not rest or behind[:1] in COLONS or behind[:1].isspace():
                    return label
        return None

    def _on_cover(self, part: Part, lines: list[Line], number: int, label: str) -> Where:
        """Return where a cover line's value stands: behind it, beside it, or below it."""
        line = lines[number]
        if rest_after(line.text, label):
            return Passage(line, (), label)
        if id(line) in self.beside:
            row, box = self.beside[id(line)]
            right = [b for b in row.boxes if b.column >= box.column + box.columns]
            if right:
                return Cells({"": (right[0],)})
        below = lines[number + 1] if number + 1 < len(lines) else None
        if below is not None and below.text.strip():
            known = any(self._labelled(below, other) is not None for other in part.fields)
            if not known and bare(below.text) not in self.labels and id(below) not in self.beside:
                return Passage(line, (below,), label)
        return Passage(line, (), label)

    # -- texts under headings ----------------------------------------------------------------

    def _prose(self, part: Part, start: int, end: int) -> None:
        heads: dict[int, tuple[Field, str]] = {}
        waiting = [item for item in part.fields if item.kind != "goals"]
        taken = self._tables()
        lines = [
            (number, block)
            for number in range(start, end)
            if isinstance(block := self.flow[number], Line)
            and block.text.strip()
            and number not in taken
        ]
        # A line that is the heading goes before one that only begins like it.
        for exact in (True, False):
            for number, line in lines:
                for item in waiting if number not in heads else ():
                    label = self._heads(line, item)
                    if label is not None and (label == "") is exact:
                        heads[number] = (item, label)
                        waiting.remove(item)
                        break
        # A table of somebody's own within a text does not end it; the form's goal table does.
        own_tables = (
            self._tables(aimed=part) if any(f.kind == "goals" for f in part.fields) else set()
        )
        stops = sorted(
            {
                *heads,
                *self._foreign(part, start, end),
                *(n for n in own_tables if start < n < end),
                end,
            }
        )
        for number, (item, label) in sorted(heads.items()):
            stop = next(other for other in stops if other > number)
            heading = self.flow[number]
            if item.fillable and isinstance(heading, Line):
                held = tuple(
                    line
                    for other, line in enumerate(self.flow[number + 1 : stop], number + 1)
                    if isinstance(line, Line) and other not in taken
                )
                self.places[item.id] = Passage(heading, held, label)
        own = [block for block in self.flow[start:end] if isinstance(block, DocumentTable)]
        aims = [span for span in self.spans if start <= self._at(span) < end]
        for item in part.fields:
            if item.kind == "goals" and (aimed := goals(item, aims, own, self.catalogue)):
                self.places[item.id] = aimed

    def _foreign(self, part: Part, start: int, end: int) -> list[int]:
        """Return the lines that begin another part, where its heading was not told by order."""
        others = {bare(other.title) for other in self.form.record.parts if other is not part}
        others |= {bare(item.label) for item in self.form if item.kind == "sign"}
        return [n for n, text in self._titles().items() if start < n < end and text in others]

    def _at(self, span: Span) -> int:
        """Return where the header of a goal table stands in the reading order."""
        return next(
            r.position for r in self.rows if r.table is span.table and r.number == span.head
        )

    def _tables(self, aimed: Part | None = None) -> set[int]:
        """Return the lines that stand in goal tables, or in those of the fields of a part."""
        wanted = [item for item in aimed.fields if item.kind == "goals"] if aimed else []
        own = [s for s in self.spans if any(is_of(item, s) for item in wanted)]
        return {
            self.position[id(line)]
            for span in (own if aimed else self.spans)
            for row in range(span.start, span.end)
            for box in span.table.rows[row]
            for line in box.lines
        }

    @staticmethod
    def _heads(line: Line, item: Field) -> str | None:
        """Return the label a line begins with where a text follows on it, '' for a heading."""
        for label in item.labels:
            if bare(line.text) == bare(label):
                return ""
            text, stem = numberless(line.text), numberless(label)
            place = find(text, stem)
            if rest_after(text, stem) and place and text[place[1] : place[1] + 1] in set(COLONS):
                return label
        return None
