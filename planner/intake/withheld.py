"""Withheld: figures that words around them make doubtful, kept back until somebody answers (§16).

A title or the name of a sheet is about a whole table, a line between rows about those under it. A
note behind the last row is only told: nobody can tell which figures it means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from planner.core.findings import Finding, Obligation, Place
from planner.core.marks import Aside, Mark, Sheet
from planner.intake.account import Ledger
from planner.intake.blocks import Block
from planner.intake.circumstances import circumstance
from planner.intake.columns import is_number
from planner.intake.headings import Heading
from planner.intake.unitlines import units_in_line
from planner.model.mapping import LEAVE, USE, FileMapping
from planner.model.vocabulary import bare, vocabulary

MANY = 2  # parts of which one has to be chosen


@dataclass
class Withheld:
    """Asks about words around tables.

    `known` tells whether a text is an indicator's name, `hopes` whether targets are wanted.
    """

    ledger: Ledger
    answers: FileMapping
    known: Callable[[str], bool]
    hopes: bool
    findings: list[Finding] = field(default_factory=list)

    def table(self, block: Block, first: Block) -> bool:
        """Return whether all of a table is kept back; `first` is the first one on its sheet."""
        hopes, sheet = self._hopes(block), block.sheet
        texts = [
            (sheet.key(mark.row, mark.column), sheet.place(mark.row, mark.column), mark.text, found)
            for row in block.above
            for mark in sheet.rows[row]
            if (found := _over(mark, hopes, sheet) or _of_another(mark, first, block))
            and not is_footer(mark.text)
        ]
        for aside in sheet.asides:
            found, place = circumstance(aside.text, hopes=hopes), self._place(sheet, aside)
            if found and aside.reason == "comment":
                self._tell_comment(sheet, aside, found)
            elif found:
                texts.append((f"{sheet.name}!{aside.key}", place, aside.text, found))
            if units := units_in_line(aside.text):
                fault = Finding("unit_aside", Obligation.NEEDS_REASON, place)
                told = replace(fault, found="、".join(units), ways_out=("write_unit",))
                self.findings += [told] if told not in self.findings else []
        if found := circumstance(sheet.name, hopes=hopes):
            place = Place(file=sheet.file, sheet=sheet.name)
            if circumstance(sheet.name, hopes=hopes, named=True):
                texts.append((sheet.name, place, sheet.name, found))
            else:  # 全市汇总 may be no more than a name
                self._say(place, sheet.name, found)
        kept_back = [self._ask(*told) for told in texts]
        if any(kept_back):
            self._leave(sheet, (*block.head, *block.body))
        return any(kept_back)

    def rows(self, block: Block, figures: Mapping[int, Heading]) -> Block:
        """Return a table without the rows under a line that makes them doubtful."""
        sheet, hopes = block.sheet, self._hopes(block)
        counted = {row for row in block.body if any(is_number(sheet.at(row, n)) for n in figures)}
        last = max(counted, default=-1)
        kept, skipping = [], False
        for row in block.body:
            marks = sheet.rows[row]
            if row in counted or any(self.known(mark.text) for mark in marks):
                if skipping:
                    self._leave(sheet, (row,))
                else:
                    kept.append(row)
                continue
            kept.append(row)
            said = [(m, circumstance(m.text, hopes=hopes, aside=row > last)) for m in marks]
            if row < last and len(marks) == 1:
                said += [(marks[0], _of_another(marks[0], block, block) or _of_part(marks[0]))]
            told = [(mark, found) for mark, found in said if found and not is_footer(mark.text)]
            if row < last:
                skipping = bool(told) and self._ask_cell(sheet, *told[0])
            elif told:
                self._tell(sheet, *told[0])
        return self._undivided(replace(block, body=tuple(kept)), counted)

    def _undivided(self, block: Block, counted: set[int]) -> Block:
        """Return a table without the rows that a column tells apart, until one part is chosen.

        A column of regions, of sorts of firms or of versions, with more than one of them beside
        the figures of one cluster: nobody can tell which are the cluster's own.
        """
        sheet, cluster = block.sheet, block.column("cluster")
        for number, column in block.columns.items():
            if column.heading.role != "scope" or not column.marks:
                continue
            told = {row: bare(_seen(sheet, row, number)) for row in block.body if row in counted}
            groups: dict[str, set[str]] = {}
            for row, text in told.items():
                whose = "" if cluster is None else bare(_seen(sheet, row, cluster))
                groups.setdefault(whose, set()).update({text} - {""})
            head = column.marks[-1]
            key = sheet.key(head.row, head.column)
            way = self.answers.way(key)
            if way in {USE, LEAVE} or all(len(parts) < MANY for parts in groups.values()):
                continue
            kept = bare(way)
            if kept not in told.values():
                parts = dict.fromkeys(_seen(sheet, row, number).strip() for row in told)
                fault = Finding(
                    "column_divides", Obligation.MUST_FIX, sheet.place(head.row, number)
                )
                names = "、".join(part for part in parts if part)[:60]
                facts = {"key": key, "part": next(part for part in parts if part)}
                more = replace(fault, found=head.text, expected=names, facts=facts)
                self.findings.append(replace(more, ways_out=("take_part",)))
                kept = ""
            others = [row for row, text in told.items() if not kept or text != kept]
            self._leave(sheet, others)
            block = replace(block, body=tuple(row for row in block.body if row not in others))
        return block

    @staticmethod
    def _place(sheet: Sheet, aside: Aside) -> Place:
        return Place(file=sheet.file, sheet=sheet.name, cell=aside.key)

    def _tell_comment(self, sheet: Sheet, aside: Aside, found: str) -> None:
        """Say what a comment on a figure says of it."""
        cells = {sheet.key(mark.row, mark.column): mark for mark in sheet if is_number(mark)}
        mark = cells.get(f"{sheet.name}!{aside.key.rpartition(' ')[2]}")
        if mark is not None:
            self._tell(sheet, mark._replace(text=aside.text), found)

    def _hopes(self, block: Block) -> bool:
        """Whether targets are no surprise: they are wanted, or the headings tell them apart."""
        return self.hopes or any(column.heading.state for column in block.columns.values())

    def _ask_cell(self, sheet: Sheet, mark: Mark, found: str) -> bool:
        key, place = sheet.key(mark.row, mark.column), sheet.place(mark.row, mark.column)
        return self._ask(key, place, mark.text, found)

    def _ask(self, key: str, place: Place, text: str, found: str) -> bool:
        """Return whether figures are kept back for some words; ask where nothing was said."""
        way = self.answers.way(key)
        if way not in {USE, LEAVE}:
            fault = Finding("circumstance", Obligation.MUST_FIX, place, ways_out=("take_table",))
            told = replace(fault, found=text.strip()[:60], expected=found, facts={"key": key})
            self.findings += [told] if told not in self.findings else []
        return way != USE

    def _tell(self, sheet: Sheet, mark: Mark, found: str) -> None:
        self._say(sheet.place(mark.row, mark.column), mark.text, found)

    def _say(self, place: Place, text: str, found: str) -> None:
        """Say what a text says of nobody knows which figures."""
        told = Finding("note_says", Obligation.NEEDS_REASON, place, ways_out=("check_note",))
        told = replace(told, found=text.strip()[:60], expected=found)
        self.findings += [told] if told not in self.findings else []

    def _leave(self, sheet: Sheet, rows: Iterable[int]) -> None:
        for row in rows:
            for mark in sheet.rows[row]:
                if self.ledger.is_open(sheet, mark):
                    self.ledger.leave(sheet, mark, "hidden" if mark.hidden else "circumstance")


def _seen(sheet: Sheet, row: int, column: int) -> str:
    mark = sheet.seen_at(row, column)
    return mark.text if mark is not None else ""


def _over(mark: Mark, hopes: bool, sheet: Sheet) -> str:
    """Return what a text over a table says; one of several on its line may be somebody's name."""
    named = len(sheet.rows[mark.row]) > 1
    return circumstance(mark.text, hopes=hopes, named=named)


def _of_another(mark: Mark, first: Block, block: Block) -> str:
    """Return the title of a table that is another cluster's than the first on its sheet."""
    kind = vocabulary().cluster_word
    rows = (block.sheet.rows[row] for row in first.above)
    titles = [other.text for marks in rows for other in marks if kind in other.text]
    return mark.text[:20] if titles and kind in mark.text and mark.text not in titles else ""


def _of_part(mark: Mark) -> str:
    """Return the end of a line that names one firm or a part of the region."""
    found = re.search(vocabulary().parts, bare(mark.text))
    return found[0] if found else ""


def is_footer(text: str) -> bool:
    """Whether a label is that of who filled a table in, or when."""
    return bare(text).startswith(vocabulary().footers)
