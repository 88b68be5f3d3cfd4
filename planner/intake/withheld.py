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
from planner.core.numerals import narrow
from planner.intake.account import Ledger
from planner.intake.blocks import Block
from planner.intake.circumstances import circumstance, made_within, part_of_year, part_said
from planner.intake.columns import is_number
from planner.intake.headings import Heading
from planner.intake.unitlines import units_in_line
from planner.model.mapping import LEAVE, USE, FileMapping
from planner.model.vocabulary import bare, vocabulary

SHORT = 60  # letters of a comment that says of a figure what it is
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
    out: set[int] = field(default_factory=set)  # columns of the last table that are kept back

    def table(self, block: Block, first: Block) -> bool:
        """Return whether all of a table is kept back; `first` is the first one on its sheet."""
        hopes, sheet = self._hopes(block), block.sheet
        texts = [
            (sheet.key(mark.row, mark.column), sheet.place(mark.row, mark.column), mark.text, found)
            for row in block.above
            for mark in sheet.rows[row]
            if (
                found := _over(mark, hopes, sheet)
                or _of_another(mark, first, block)
                or made_within(mark.text, block.years)
            )
            and not _is_footer_row(sheet, row)
        ]
        self._footers(block, block.above)
        for aside in sheet.asides:
            found, place = circumstance(aside.text, hopes=hopes), self._place(sheet, aside)
            if aside.reason == "comment":
                self._tell_comment(sheet, aside, found, hopes=hopes)
            elif found:
                texts.append((f"{sheet.name}!{aside.key}", place, aside.text, found))
            units = units_in_line(aside.text)
            if units and not all(any(u in mark.text for mark in sheet) for u in units):
                fault = Finding("unit_aside", Obligation.NEEDS_REASON, place)
                told = replace(fault, found="、".join(units), ways_out=("write_unit",))
                self.findings += [told] if told not in self.findings else []
        dated = made_within(sheet.name, block.years)
        if found := circumstance(sheet.name, hopes=hopes) or dated:
            place = Place(file=sheet.file, sheet=sheet.name)
            if dated or circumstance(sheet.name, hopes=hopes, named=True):
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
        self.out = set()
        self._footers(block, (row for row in block.body if row > last))
        for row in block.body:
            marks = sheet.rows[row]
            if row in counted or any(self.known(m.text) for m in marks if m.column not in figures):
                if skipping:
                    self._leave(sheet, (row,))
                else:
                    kept.append(row)
                continue
            kept.append(row)
            if any(mark.column in figures for mark in marks):
                self._of_columns(block, row, figures)
                continue
            said = [(m, circumstance(m.text, hopes=hopes, aside=row > last)) for m in marks]
            if row < last and len(marks) == 1:
                said += [(marks[0], _of_another(marks[0], block, block) or _of_part(marks[0]))]
            told = [(mark, found) for mark, found in said if found and not is_footer(mark.text)]
            if row < last:
                skipping = bool(told) and self._ask_cell(sheet, *told[0])
            elif told:
                self._tell(sheet, *told[0])
        return self._undivided(replace(block, body=tuple(kept)), counted)

    def _of_columns(self, block: Block, row: int, figures: Mapping[int, Heading]) -> None:
        """Keep a column back of which a row of words says that it is not what happened."""
        sheet = block.sheet
        for mark in sheet.rows[row]:
            if mark.column in figures:
                found = circumstance(mark.text, hopes=self.hopes) or part_of_year(mark.text)
                found = found or made_within(mark.text, block.years)
                if found and self._ask_cell(sheet, mark, found):
                    self.out.add(mark.column)

    def undivided(self, block: Block) -> Block:
        """Return a table of years down without the rows that a column tells apart."""
        counted = {row for row in block.body if any(map(is_number, block.sheet.rows[row]))}
        return self._undivided(block, counted)

    def _undivided(self, block: Block, counted: set[int]) -> Block:
        """Return a table without the rows that a column tells apart, until one part is chosen.

        A column of regions, of sorts of firms or of versions, with more than one of them beside
        the figures of one cluster: nobody can tell which are the cluster's own.
        """
        sheet, cluster = block.sheet, block.column("cluster")
        for number, column in block.columns.items():
            if column.heading.role not in {"scope", "part"} or not column.marks:
                continue
            some = 1 if column.heading.role == "part" else MANY
            told = {row: bare(_seen(sheet, row, number)) for row in block.body if row in counted}
            groups: dict[str, set[str]] = {}
            for row, text in told.items():
                whose = "" if cluster is None else bare(_seen(sheet, row, cluster))
                groups.setdefault(whose, set()).update({text} - {""})
            head = column.marks[-1]
            key = sheet.key(head.row, head.column)
            way = self.answers.way(key)
            if some == 1:  # all of it is no part
                groups = {
                    key: parts - set(vocabulary().whole_parts) for key, parts in groups.items()
                }
            if way in {USE, LEAVE} or all(len(parts) < some for parts in groups.values()):
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

    def _tell_comment(self, sheet: Sheet, aside: Aside, found: str, *, hopes: bool) -> None:
        """Say what a comment says of the figure, row or column that it is on."""
        if not found and len(aside.text) <= SHORT:
            found = circumstance(aside.text, hopes=hopes, aside=True)
        if found and found == part_of_year(aside.text):
            found = part_said(aside.text)
        cells = {sheet.key(mark.row, mark.column): mark for mark in sheet} if found else {}
        mark = cells.get(f"{sheet.name}!{aside.key.rpartition(' ')[2]}")
        # A long one on a name says what the name means.
        if mark is not None and (is_number(mark) or len(aside.text) <= SHORT):
            self._tell(sheet, mark._replace(text=aside.text), found)

    def _footers(self, block: Block, rows: Iterable[int]) -> None:
        """Tell of a date of making that lies within the latest year of the figures."""
        for row in rows:
            for mark in block.sheet.rows[row] if _is_footer_row(block.sheet, row) else ():
                if found := made_within(mark.text, block.years):
                    self._tell(block.sheet, mark, found)

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
    words, plain = vocabulary(), narrow(mark.text)
    own = not named and ":" not in plain and words.cluster_word not in plain
    firm = words.firm_word if own and words.firm_word in plain else ""
    return circumstance(mark.text, hopes=hopes, named=named) or firm


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


def _is_footer_row(sheet: Sheet, row: int) -> bool:
    return any(is_footer(mark.text) for mark in sheet.rows[row])


def is_footer(text: str) -> bool:
    """Whether a label is that of who filled a table in, or when."""
    return bare(text).startswith(vocabulary().footers)
