"""The account of a file: every mark booked exactly once, as used or as left (§15).

A :class:`Ledger` is opened for what a file holds; readers book each mark as what it was used for
or why it was left; closing it books what nobody spoke of, so that nothing is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.core.findings import Place
from planner.core.frames import As, Column, Records
from planner.core.marks import Mark, Sheet
from planner.model import messages
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, Cell

if TYPE_CHECKING:
    import pandas as pd

USED, LEFT = "used", "left"
NOT_READ = "not_read"
_Entry = tuple[str, str, str, int | None, str, str, str]


@dataclass(frozen=True)
class Booking:
    """One mark of a file and what became of it.

    Attributes
    ----------
    place, key
        Where it stands, and its name within the file, by which an answer can name it.
    text
        What a person sees there.
    booked
        ``used`` or ``left``.
    kind
        What it was used as: ``level``, ``growth``, ``label``, ``heading``, ``unit`` ...
    indicator, year, unit, value
        Of a number: what it was taken for, the unit it was written in, what was taken.
    reason
        Why it was left: a key of the reasons of ``data/messages.yaml``.
    """

    place: Place
    key: str
    text: str
    booked: str
    kind: str = ""
    indicator: str = ""
    year: int | None = None
    unit: str = ""
    value: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Account:
    """What became of every mark of a file.

    Examples
    --------
    >>> import planner as pl
    >>> account = pl.read(pl.shared("baselines") / "example.csv").account
    >>> {item.reason for item in account.left}, len(account.of("output", 2025))
    ({'note'}, 1)
    """

    bookings: tuple[Booking, ...] = ()

    def __iter__(self) -> Iterator[Booking]:
        return iter(self.bookings)

    def __len__(self) -> int:
        """Return how many marks the file has."""
        return len(self.bookings)

    def over(self, other: Account) -> Account:
        """Return the account with what was left and is used in another, which knows that part."""
        known = {item.key: item for item in other}
        return Account(tuple(known.pop(item.key, item) for item in self))

    def with_more(self, bookings: Iterable[Booking]) -> Account:
        """Return the account with what stands beside its marks."""
        return Account((*self.bookings, *bookings))

    def valued(
        self, levels: Mapping[Cell, Decimal], growth: Mapping[Cell, Decimal], catalogue: Catalogue
    ) -> Account:
        """Return the account with the numbers that were taken; what was not taken is left."""
        made = []
        for item in self.bookings:
            told = item
            if item.kind in {"level", "growth"} and item.year is not None and not item.value:
                known = catalogue.indicators.get(item.indicator)
                stem = item.indicator.removesuffix(GROWTH_SUFFIX)
                grows = item.kind == "growth" or (known is not None and known.kind == "growth")
                value = levels.get(Cell(item.indicator, item.year))
                value = growth.get(Cell(stem, item.year), value) if grows else value
                unit = known.unit.zh if known is not None else "%"
                told = replace(item, unit=unit, value=str(value))
                if value is None:
                    told = replace(item, booked=LEFT, kind="", reason="not_taken")
            made.append(told)
        return Account(tuple(made))

    @property
    def used(self) -> tuple[Booking, ...]:
        """Return what was used."""
        return tuple(item for item in self.bookings if item.booked == USED)

    @property
    def left(self) -> tuple[Booking, ...]:
        """Return what was left."""
        return tuple(item for item in self.bookings if item.booked == LEFT)

    def of(self, indicator: str, year: int) -> tuple[Booking, ...]:
        """Return the numbers that were taken for an indicator in a year."""
        return tuple(item for item in self.used if (item.indicator, item.year) == (indicator, year))

    def frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return a table with one row for each mark.

        Parameters
        ----------
        lang
            ``zh`` or ``en``, for the reasons.

        Returns
        -------
        pandas.DataFrame
            Columns place, text, booked, kind, indicator, year, unit, value, reason; years are
            nullable integers, all else text.
        """
        from planner.model import messages

        rows = tuple(
            (str(b.place), b.text, b.booked, b.kind, b.indicator, b.year, b.unit, b.value,
             messages.reason(b.reason, lang) if b.reason else "")
            for b in self.bookings
        )  # fmt: skip
        heads = ("place", "text", "booked", "kind", "indicator", "year", "unit", "value", "reason")
        columns = tuple(Column(head, "count" if head == "year" else "text") for head in heads)
        return Records(columns, rows).frame(as_)

    def records(self, lang: str = "") -> list[dict[str, object]]:
        """Return the marks for machines: the key of each, and why it was left in words."""
        from planner.model import messages

        return [
            {
                "place": str(b.place), "key": b.key, "text": b.text, "booked": b.booked,
                "kind": b.kind, "indicator": b.indicator, "year": b.year, "unit": b.unit,
                "value": b.value, "reason": messages.reason(b.reason, lang) if b.reason else "",
            }
            for b in self.bookings
        ]  # fmt: skip


def read_as(booking: Booking, lang: str, catalogue: Catalogue) -> str:
    """Return what became of a mark, in words: what it was taken for, or why it was left."""
    if booking.booked == "left":
        return f"{messages.label('booked_left', lang)}{messages.colon(lang)}{messages.reason(booking.reason, lang)}"
    known = (
        f"mark_{booking.kind}" in messages.texts().labels
    )  # a file of benchmarks has more columns
    words = [messages.label(f"mark_{booking.kind}" if known else "mark_benchmark", lang)]
    if booking.indicator and booking.value:
        stem = booking.indicator.removesuffix("_growth")
        known = booking.indicator in catalogue or stem in catalogue
        words = [catalogue.label(booking.indicator, lang) if known else booking.indicator]
        words += [
            str(booking.year or ""),
            "=",
            booking.value,
            f"（{booking.unit}）" if booking.unit else "",
        ]
    elif booking.indicator or booking.year:
        known = booking.indicator in catalogue
        name = catalogue.label(booking.indicator, lang) if known else booking.indicator
        words += [name, str(booking.year or ""), booking.unit]
    return " ".join(word for word in words if word)


class Ledger:
    """Books marks, each once."""

    def __init__(self, sheets: Iterable[Sheet] = ()) -> None:
        """Open the account of some sheets; none of their marks is booked yet."""
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._booked: dict[tuple[str, int, int], _Entry] = {}
        self._expected: set[tuple[str, int, int]] = set()

    def use(
        self,
        sheet: Sheet,
        mark: Mark,
        kind: str,
        indicator: str = "",
        year: int | None = None,
        unit: str = "",
        value: str = "",
    ) -> None:
        """Book a mark as used, and as what."""
        self._book(sheet, mark, (USED, kind, indicator, year, unit, value, ""))

    def leave(self, sheet: Sheet, mark: Mark, reason: str) -> None:
        """Book a mark as left."""
        self._book(sheet, mark, (LEFT, "", "", None, "", "", reason))

    def expect(self, sheet: Sheet, mark: Mark) -> None:
        """Keep a mark for whoever takes the numbers in."""
        self._expected.add((sheet.name, mark.row, mark.column))

    def is_open(self, sheet: Sheet, mark: Mark) -> bool:
        """Whether nobody has spoken of a mark yet, or is going to."""
        key = (sheet.name, mark.row, mark.column)
        return key not in self._booked and key not in self._expected

    def leave_rest(self, sheet: Sheet, reason: str) -> None:
        """Book as left whatever of a sheet nobody has spoken of."""
        entry = (LEFT, "", "", None, "", "", reason)
        for mark in sheet:
            if self.is_open(sheet, mark):
                self._booked[sheet.name, mark.row, mark.column] = entry

    def give_up(self, reason: str) -> None:
        """Book as left whatever nobody has spoken of, where the file cannot be used."""
        self._expected.clear()
        for sheet in self._sheets.values():
            self.leave_rest(sheet, reason)

    def close(self) -> Account:
        """Return the account; what nobody has spoken of is left, and said to be not read."""
        self._expected.clear()
        bookings = []
        for name, sheet in self._sheets.items():
            self.leave_rest(sheet, NOT_READ)
            for mark in sheet:
                place, key = sheet.place(mark.row, mark.column), sheet.key(mark.row, mark.column)
                told = self._booked[name, mark.row, mark.column]
                bookings.append(Booking(place, key, mark.text or mark.aside, *told))
            for aside in sheet.asides:
                place = Place(file=sheet.file, sheet=name, cell=aside.key)
                key = f"{name}!{aside.key}"
                bookings.append(Booking(place, key, aside.text, LEFT, reason=aside.reason))
        return Account(tuple(bookings))

    def _book(self, sheet: Sheet, mark: Mark, entry: _Entry) -> None:
        key = (sheet.name, mark.row, mark.column)
        if key in self._booked:
            message = (
                f"booked twice: {sheet.key(mark.row, mark.column)}: {self._booked[key]} {entry}"
            )
            raise AssertionError(message)
        self._booked[key] = entry


def doubled(account: Account) -> list[str]:
    """Return the places that an account speaks of more than once; there should be none."""
    counted = Counter(item.key for item in account)
    return [key for key, count in counted.items() if count > 1]
