"""Rows that a table brings of its own: indicators told by name, unit and direction, goals in words.

They are taken out before the numbers are read: the indicators join the catalogue, so that their
figures are read like any others; words and targets beside a baseline are kept as they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import cast

from planner.core.files import as_meant
from planner.core.findings import Finding, Obligation
from planner.core.marks import Mark, Sheet
from planner.core.numerals import read_number
from planner.intake.account import Ledger
from planner.intake.blocks import heading_of
from planner.intake.headings import Heading
from planner.model.asked import LONGEST_WORDS
from planner.model.catalogue import Catalogue, Cell, Indicator, extend
from planner.model.ownindicators import OTHER, Better, own_id, own_indicator
from planner.model.vocabulary import bare, vocabulary

HEAD_ROWS = 20  # among which the heading of a table is looked for
LONGEST_NAME, LONGEST_UNIT = 60, 20
_NAMES = ("indicator", "name")
_TARGET = "target"
_MOST = 6  # decimals that an indicator can have


@dataclass(frozen=True)
class Head:
    """The heading of a table: its row, and what each of its columns is."""

    row: int
    columns: Mapping[int, Heading]

    def column(self, *roles: str) -> int | None:
        """Return the first column that has one of some roles."""
        return next((n for n, told in self.columns.items() if told.role in roles), None)

    def when(self, column: int, base_year: int | None) -> int | None:
        """Return the year whose figures a column holds."""
        told = self.columns[column]
        return base_year if told.role == "baseline" else told.year

    @property
    def latest(self) -> int:
        """Return the latest year whose figures are no targets; zero where there is none."""
        told = self.columns.values()
        return max((item.year for item in told if item.year and item.state != _TARGET), default=0)


@dataclass(frozen=True)
class OwnRows:
    """What tables bring of their own.

    Attributes
    ----------
    catalogue
        The indicators known, with those that the tables tell of.
    sheets
        The sheets, without what was taken from them.
    telling
        The names of those that tell of indicators or goals and may stand beside the table proper.
    described
        Goals and states in words, by direction and year.
    asked
        What is asked for of the indicators beside their figures, as it was written.
    promised
        What an earlier plan promised for the base year, by indicator or direction.
    """

    catalogue: Catalogue
    sheets: tuple[Sheet, ...]
    telling: frozenset[str] = frozenset()
    described: Mapping[Cell, str] = field(default_factory=dict)
    asked: Mapping[Cell, str] = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def own_rows(
    sheets: tuple[Sheet, ...],
    catalogue: Catalogue,
    ledger: Ledger,
    base_year: int | None = None,
    *,
    adding: bool = True,
) -> OwnRows:
    """Take out of sheets what they bring of their own, and book it.

    `adding` says whether indicators may join the catalogue: a goal table is held against those of
    its baseline.
    """
    taker = _Taker(catalogue, ledger, base_year)
    heads = {sheet.name: _head(sheet) for sheet in sheets if not sheet.hidden}
    if adding:
        for sheet in sheets:
            if head := heads.get(sheet.name):
                taker.indicators(sheet, head)
    kept = tuple(
        taker.rest(sheet, head) if (head := heads.get(sheet.name)) else sheet for sheet in sheets
    )
    return OwnRows(
        taker.catalogue,
        kept,
        frozenset(taker.telling),
        taker.described,
        taker.asked,
        taker.promised,
        tuple(taker.findings),
    )


def _head(sheet: Sheet) -> Head | None:
    """Return the heading of a sheet's table, None where there is none of names and years."""
    for row, marks in islice(sheet.rows.items(), HEAD_ROWS):
        told = {mark.column: heading_of(mark) for mark in marks}
        roles = {item.role for item in told.values()}
        dated = any(item.year for item in told.values()) or "baseline" in roles
        if roles & {*_NAMES, "key"} and (dated or "better" in roles):
            return Head(row, told)
    return None


class _Taker:
    """Goes through tables and takes out what they bring along."""

    def __init__(self, catalogue: Catalogue, ledger: Ledger, base_year: int | None) -> None:
        self.catalogue, self.ledger, self.base_year = catalogue, ledger, base_year
        self.own: dict[str, Indicator] = {}
        self.telling: set[str] = set()
        self.described: dict[Cell, str] = {}
        self.asked: dict[Cell, str] = {}
        self.promised: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.directions = {
            bare(name): key
            for key, text in catalogue.directions.items()
            for name in (key, text.zh, text.en)
        }

    # -- indicators ------------------------------------------------------------------------

    def indicators(self, sheet: Sheet, head: Head) -> None:
        """Let the indicators that a table tells of join the catalogue."""
        if head.column("better") is None:
            return
        found: dict[str, tuple[Indicator, Mark]] = {}
        for row, mark, name in self._named(sheet, head):
            key = own_id(name)
            if self.catalogue.find(name) is not None:
                continue  # it is what the catalogue says, whatever else is told of it
            if key in found:
                first = found[key][1]
                # Figures year by year say the same name again; another name is another thing.
                if first.text.strip() != mark.text.strip() or head.column("year") is None:
                    self._fault("own_repeated", sheet, mark, name, ("rename_own",), first.text)
                continue
            made = self._indicator(sheet, head, row, mark, name)
            if made is not None:
                found[key] = made, mark
        if not found:
            return
        self.telling.add(sheet.name)
        self.own |= {key: item for key, (item, _) in found.items()}
        self.catalogue = extend(tuple(item for item, _ in found.values()), self.catalogue)

    def _named(self, sheet: Sheet, head: Head) -> Iterator[tuple[int, Mark, str]]:
        """Yield the rows of a table that have a name and say nothing in words."""
        column = head.column(*_NAMES)
        for row in sheet.rows:
            mark = sheet.at(row, column) if column is not None and row > head.row else None
            if mark is None or not mark.text.strip() or self._direction_of(sheet, head, row):
                continue
            yield row, mark, " ".join(mark.text.split())[:LONGEST_NAME]

    def _indicator(
        self, sheet: Sheet, head: Head, row: int, mark: Mark, name: str
    ) -> Indicator | None:
        """Return the indicator that a row tells of; None, with a finding, where it says too little."""

        def text(role: str) -> str:
            return sheet.text(row, head.column(role)).strip()

        said, unit = text("better"), text("unit")[:LONGEST_UNIT]
        better = next((k for k, words in vocabulary().better.items() if bare(said) in words), None)
        others = [n for n in head.columns if sheet.text(row, n).strip() and n != mark.column]
        if not said and not others:
            return None  # a heading within the table
        if not unit or better is None:
            code = "own_incomplete" if not unit or not said else "own_better"
            self._fault(code, sheet, mark, name, ("complete_own",), said)
            return None
        number = read_number(text("decimals")).value
        whole = number is not None and number == int(number) and 0 <= number <= _MOST
        if text("decimals") and not whole:
            self._fault("own_decimals", sheet, mark, name, ("complete_own",), text("decimals"))
        column = head.column("direction")
        about = sheet.seen_at(row, column) if column is not None else None
        direction = self.directions.get(bare(about.text), OTHER) if about else OTHER
        promised, asked = self._targets(sheet, head, row)
        try:
            return own_indicator(
                name, unit, cast("Better", better), decimals=int(number) if whole else None,  # type: ignore[arg-type]
                direction=direction, goal=bool(asked) or not promised,
            )  # fmt: skip
        except ValueError:
            self._fault("own_incomplete", sheet, mark, name, ("complete_own",), said)
            return None

    # -- words and targets -------------------------------------------------------------------

    def rest(self, sheet: Sheet, head: Head) -> Sheet:
        """Take words, and targets beside figures, out of a table; return what is left of it."""
        taken: set[Mark] = set()
        for row in sheet.rows:
            if row > head.row:
                direction = self._direction_of(sheet, head, row)
                if direction:
                    taken |= self._words(sheet, head, row, direction)
                elif sheet.name in self.telling:
                    taken |= self._asked(sheet, head, row)
        left = {m.column for m in sheet if m.row > head.row and m not in taken}
        ours = {*self._target_columns(head), *self._telling_columns(head)}
        if head.column("better") is None:
            ours &= {mark.column for mark in taken}
        columns = ours - left
        for mark in sheet.rows[head.row]:
            if mark.column in columns:
                self.ledger.use(sheet, mark, "heading", year=head.columns[mark.column].year)
                taken.add(mark)
        if not taken:
            return sheet
        return replace(sheet, marks=tuple(mark for mark in sheet.marks if mark not in taken))

    def _direction_of(self, sheet: Sheet, head: Head, row: int) -> str:
        """Return the direction that a row says something of in words; empty where it is no such row."""
        names = [sheet.text(row, n) for n, told in head.columns.items()
                 if told.role in {*_NAMES, "key"}]  # fmt: skip
        words = [bare(name) for name in names if name.strip()]
        named = next((self.directions[word] for word in words if word in self.directions), "")
        column = head.column("direction")
        about = sheet.seen_at(row, column) if column is not None else None
        said = any(word in vocabulary().in_words for word in words)
        if said and not named and about is not None:
            named = self.directions.get(bare(about.text), "")
        if not named or not (said or len(words) == 1):
            return ""
        # A row of numbers that is called as a direction is somebody's figure of it.
        texts = [sheet.text(row, n) for n in self._years(head)]
        numbers = [text for text in texts if read_number(text).value is not None]
        return "" if numbers and not said else named

    def _years(self, head: Head) -> list[int]:
        return [n for n in head.columns if head.when(n, self.base_year) is not None]

    def _words(self, sheet: Sheet, head: Head, row: int, direction: str) -> set[Mark]:
        """Keep what a row says in words of a direction, year by year."""
        taken = set()
        years = {n: head.when(n, self.base_year) for n in self._years(head)}
        for mark in sheet.rows[row]:
            year = years.get(mark.column)
            if mark.column not in years or year is None:
                kind = "label" if head.columns.get(mark.column, Heading("")).role else ""
                if kind:
                    self.ledger.use(sheet, mark, kind, direction)
                    taken.add(mark)
                continue
            text = as_meant(mark.text.strip())
            if len(text) > LONGEST_WORDS:
                self._fault("words_long", sheet, mark, text[:20], ("shorten",), str(LONGEST_WORDS))
            elif text and not read_number(text).blank:
                past = self._is_promise(head, mark.column)
                if past:
                    self.promised[direction] = text
                else:
                    self.described[Cell(direction, year)] = text
                self.ledger.use(sheet, mark, "words", direction, year, value=text)
                taken.add(mark)
                continue
            self.ledger.leave(sheet, mark, "note")
            taken.add(mark)
        if taken:
            self.telling.add(sheet.name)
        return taken

    def _is_promise(self, head: Head, column: int) -> bool:
        """Whether a column holds what was to be reached by a year that is past."""
        told = head.columns[column]
        return told.state == _TARGET and told.year is not None and told.year <= head.latest

    def _target_columns(self, head: Head) -> list[int]:
        return [n for n, told in head.columns.items() if told.state == _TARGET and told.year]

    def _targets(self, sheet: Sheet, head: Head, row: int) -> tuple[list[Mark], list[Mark]]:
        """Return where a row says what was promised, and what is asked for."""
        promised: list[Mark] = []
        asked: list[Mark] = []
        for column in self._target_columns(head):
            mark = sheet.at(row, column)
            if mark is not None and not read_number(mark.text).blank:
                (promised if self._is_promise(head, column) else asked).append(mark)
        return promised, asked

    def _asked(self, sheet: Sheet, head: Head, row: int) -> set[Mark]:
        """Keep the targets that a row of an indicator of one's own gives beside its figures."""
        column = head.column(*_NAMES)
        key = self.catalogue.find(sheet.text(row, column)) if column is not None else None
        if key not in self.own:
            return set()
        promised, asked = self._targets(sheet, head, row)
        for mark in promised:
            self.promised[key] = mark.text.strip()
            self.ledger.use(sheet, mark, "promised", key, head.columns[mark.column].year)
        for mark in asked:
            year = head.columns[mark.column].year
            assert year is not None  # noqa: S101 - by what a column of targets is
            self.asked[Cell(key, year)] = mark.text.strip()
            self.ledger.use(sheet, mark, "target", key, year, value=mark.text.strip())
        telling = [sheet.at(row, n) for n in self._telling_columns(head)]
        told = {mark for mark in telling if mark is not None}
        for mark in told:
            self.ledger.use(sheet, mark, head.columns[mark.column].role, key)
        return {*promised, *asked, *told}

    def _telling_columns(self, head: Head) -> list[int]:
        return [n for n, told in head.columns.items() if told.role in {"better", "decimals"}]

    def _fault(
        self, code: str, sheet: Sheet, mark: Mark, found: str, ways: tuple[str, ...],
        expected: str = "",
    ) -> None:  # fmt: skip
        place = sheet.place(mark.row, mark.column)
        self.findings.append(
            Finding(code, Obligation.MUST_FIX, place, found=found, expected=expected, ways_out=ways)
        )
