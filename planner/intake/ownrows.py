"""Rows that a table brings of its own: indicators told by name, unit and direction, goals in words.

They are taken out before the numbers are read: the indicators join the catalogue, so that their
figures are read like any others; words and targets beside a baseline are kept as they stand. Which
sheet is meant is decided later, so what was taken is booked then: :meth:`OwnRows.settled`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from planner.core.files import as_meant
from planner.core.findings import Finding, Obligation
from planner.core.marks import ERROR, STRUCK, UNSAVED, Mark, Sheet
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
class Taken:
    """One cell that was taken out of a table: where it stood, what it says, and of what."""

    sheet: Sheet
    mark: Mark
    kind: str
    about: str
    year: int | None = None


@dataclass(frozen=True)
class Kept:
    """What the tables that are meant say beside their figures; fields as in a baseline."""

    described: Mapping[Cell, str]
    asked: Mapping[Cell, str]
    promised: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class OwnRows:
    """What tables bring of their own.

    Attributes
    ----------
    catalogue
        The indicators known, with those that the tables tell of.
    sheets
        The sheets, without what was taken from them.
    beside
        The names of those that hold nothing but such rows: they belong to whichever table is meant.
    """

    catalogue: Catalogue
    sheets: tuple[Sheet, ...]
    beside: frozenset[str] = frozenset()
    taken: tuple[Taken, ...] = ()
    findings: tuple[Finding, ...] = ()

    def settled(self, chosen: str, ledger: Ledger) -> Kept:
        """Book what was taken: of the sheet that is meant and those beside it it is used."""
        kept: dict[str, dict[Any, str]] = {"words": {}, "target": {}, "promised": {}}
        findings = list(self.findings)
        for item in self.taken:
            if item.sheet.name not in {chosen, *self.beside}:
                ledger.leave(item.sheet, item.mark, "other_sheet")
                continue
            if item.kind not in kept:
                ledger.use(item.sheet, item.mark, item.kind, item.about, item.year)
                continue
            text = as_meant(item.mark.text.strip())
            key = item.about if item.kind == "promised" else Cell(item.about, item.year or 0)
            before = kept[item.kind].setdefault(key, text)
            if before != text:
                ledger.leave(item.sheet, item.mark, "duplicate")
                place = item.sheet.place(item.mark.row, item.mark.column)
                findings.append(
                    Finding("words_twice", Obligation.MUST_FIX, place, found=text[:40],
                            expected=before[:40], ways_out=("correct_either",))
                )  # fmt: skip
                continue
            ledger.use(item.sheet, item.mark, item.kind, item.about, item.year, value=text)
        return Kept(kept["words"], kept["target"], kept["promised"], tuple(findings))


def own_rows(
    sheets: tuple[Sheet, ...],
    catalogue: Catalogue,
    base_year: int | None = None,
    *,
    adding: bool = True,
) -> OwnRows:
    """Take out of sheets what they bring of their own; what is hidden stays where it is.

    `adding` says whether indicators may join the catalogue: a goal table is held against those of
    its baseline.
    """
    taker = _Taker(catalogue, base_year)
    seen = {sheet.name: _visible(sheet) for sheet in sheets if not sheet.hidden}
    heads = {name: _head(sheet) for name, sheet in seen.items()}
    for name, sheet in seen.items():
        if adding and (head := heads[name]):
            taker.indicators(sheet, head)
    for name, sheet in seen.items():
        if head := heads[name]:
            taker.rest(sheet, head)
    gone = {(item.sheet.name, item.mark) for item in taker.taken}
    kept = tuple(
        replace(sheet, marks=tuple(mark for mark in sheet.marks if (sheet.name, mark) not in gone))
        if any(name == sheet.name for name, _ in gone)
        else sheet
        for sheet in sheets
    )
    findings = tuple(taker.findings)
    return OwnRows(taker.catalogue, kept, frozenset(taker.beside), tuple(taker.taken), findings)


def _visible(sheet: Sheet) -> Sheet:
    """Return what a person sees of a sheet."""
    if not any(mark.hidden for mark in sheet.marks):
        return sheet
    return replace(sheet, marks=tuple(mark for mark in sheet.marks if not mark.hidden))


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

    def __init__(self, catalogue: Catalogue, base_year: int | None) -> None:
        self.catalogue, self.base_year = catalogue, base_year
        self.own: dict[str, Indicator] = {}
        self.beside: set[str] = set()
        self.taken: list[Taken] = []
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
        self.own |= {key: item for key, (item, _) in found.items()}
        self.catalogue = extend(tuple(item for item, _ in found.values()), self.catalogue)

    def _named(self, sheet: Sheet, head: Head) -> Iterator[tuple[int, Mark, str]]:
        """Yield the rows of a table that have a name and say nothing in words."""
        column = head.column(*_NAMES)
        for row in sheet.rows:
            mark = sheet.at(row, column) if column is not None and row > head.row else None
            if mark is None or not mark.text.strip() or self._direction_of(sheet, head, row):
                continue
            yield row, mark, " ".join(mark.text.split())

    def _indicator(
        self, sheet: Sheet, head: Head, row: int, mark: Mark, name: str
    ) -> Indicator | None:
        """Return the indicator that a row tells of; None, with a finding, where it says too little."""

        def text(role: str) -> str:
            return sheet.text(row, head.column(role)).strip()

        said, unit = text("better"), text("unit")
        better = next((k for k, words in vocabulary().better.items() if bare(said) in words), None)
        others = [n for n in head.columns if sheet.text(row, n).strip() and n != mark.column]
        if not said and not others:
            return None  # a heading within the table
        if len(name) > LONGEST_NAME or len(unit) > LONGEST_UNIT:
            longest = f"{LONGEST_NAME} / {LONGEST_UNIT}"
            self._fault("own_long", sheet, mark, name[:40], ("rename_own",), longest)
            return None
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

    def rest(self, sheet: Sheet, head: Head) -> None:
        """Take words, and targets beside figures of indicators of one's own, out of a table."""
        begun, names, others = len(self.taken), head.column(*_NAMES), False
        for row in sheet.rows:
            if row <= head.row:
                continue
            direction = self._direction_of(sheet, head, row)
            key = self.catalogue.find(sheet.text(row, names)) if names is not None else None
            if direction:
                self._words(sheet, head, row, direction)
            elif key in self.own:
                self._asked(sheet, head, row, key)
            others = others or (not direction and key is not None and key not in self.own)
        telling = head.column("better") is not None
        if not others and (telling or len(self.taken) > begun):
            self.beside.add(sheet.name)
        gone = {item.mark for item in self.taken[begun:]}
        open_ = [m for m in sheet if m.row > head.row and m not in gone]
        left = {mark.column for mark in open_ if not read_number(mark.text).blank}
        ours = {*self._target_columns(head), *self._telling_columns(head)}
        if not telling:
            ours &= {mark.column for mark in gone}
        for mark in sheet.rows[head.row]:
            if mark.column in ours - left:
                year = head.columns[mark.column].year
                self.taken.append(Taken(sheet, mark, "heading", "", year))

    def _direction_of(self, sheet: Sheet, head: Head, row: int) -> str:
        """Return the direction that a row says something of in words; empty where it is no such row."""
        words = self._names_of(sheet, head, row)
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

    def _names_of(self, sheet: Sheet, head: Head, row: int) -> list[str]:
        """Return what a row is called, by id or name, in bare words."""
        roles = {*_NAMES, "key"}
        names = [sheet.text(row, n) for n, told in head.columns.items() if told.role in roles]
        return [bare(name) for name in names if name.strip()]

    def _years(self, head: Head) -> list[int]:
        return [n for n in head.columns if head.when(n, self.base_year) is not None]

    def _words(self, sheet: Sheet, head: Head, row: int, direction: str) -> None:
        """Take what a row says in words of a direction, year by year.

        One that bears no more than the direction's name, and says nothing, is a heading and stays.
        """
        years = {n: head.when(n, self.base_year) for n in self._years(head)}
        said = []
        for mark in sheet.rows[row]:
            text, year = as_meant(mark.text.strip()), years.get(mark.column)
            if year is None or not text or read_number(text).blank:
                continue
            if len(text) > LONGEST_WORDS:
                self._fault("words_long", sheet, mark, text[:20], ("shorten",), str(LONGEST_WORDS))
            elif mark.state in {ERROR, UNSAVED, STRUCK}:
                self._fault("words_broken", sheet, mark, text[:40], ("write_words",))
            else:
                kind = "promised" if self._is_promise(head, mark.column) else "words"
                said.append(Taken(sheet, mark, kind, direction, year))
        names = self._names_of(sheet, head, row)
        if said or any(name in vocabulary().in_words for name in names):
            named = [mark for mark in sheet.rows[row] if mark.column not in years]
            roles = {mark: head.columns.get(mark.column, Heading("")).role for mark in named}
            self.taken += [Taken(sheet, m, "label", direction) for m in named if roles[m]]
            self.taken += said

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

    def _asked(self, sheet: Sheet, head: Head, row: int, key: str) -> None:
        """Take the targets that a row of an indicator of one's own gives beside its figures."""
        promised, asked = self._targets(sheet, head, row)
        for kind, marks in (("promised", promised), ("target", asked)):
            self.taken += [
                Taken(sheet, mark, kind, key, head.columns[mark.column].year) for mark in marks
            ]
        for column in self._telling_columns(head):
            mark = sheet.at(row, column)
            if mark is not None:
                self.taken.append(Taken(sheet, mark, head.columns[column].role, key))

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
