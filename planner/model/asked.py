"""What a user names and types: cells and numbers, or the findings that say what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation, UnknownNameError
from planner.core.numerals import read_number
from planner.model.catalogue import Catalogue, Cell, Indicator, plain
from planner.model.stated import SHARES, Stated, read_stated
from planner.model.units import factor, read_unit

Number = int | str | Decimal | float
MOST = 10**12  # beyond any level of this field
EARLIEST = 1990
LONGEST_WORDS = 2000  # letters of a goal in words
FINEST = -30  # no decimals behind this one mean anything, and some would take for ever


def known_id(catalogue: Catalogue, name: str) -> str:
    """Return the id of an indicator that may be called by its name.

    Raises
    ------
    InputError
        When there is no such indicator; with the nearest one there is.
    """
    item = catalogue.find(name)
    if item is not None and item in catalogue:
        return item
    if name in catalogue:
        return name
    near = catalogue.nearest(name)
    fault = Finding(
        "indicator_unknown",
        Obligation.MUST_FIX,
        found=name,
        facts={"near": near} if near else {},
        ways_out=("did_you_mean",) if near else (),
    )
    raise InputError([fault])


def cell_of(catalogue: Catalogue, years: Sequence[int], indicator: str, year: int) -> Cell:
    """Return the cell of an indicator in a target year.

    Raises
    ------
    InputError
        When the indicator or the year is not one of the plan's.
    """
    key = known_id(catalogue, indicator)
    if year not in years:
        expected = "、".join(map(str, years))
        fault = Finding(
            "year_outside", Obligation.MUST_FIX, indicator=key, found=str(year), expected=expected
        )
        raise InputError([fault])
    return Cell(key, year)


def direction_of(catalogue: Catalogue, name: str) -> str:
    """Return the id of a direction of the form that may be called by its name; empty for none."""
    known = {plain(key): key for key in catalogue.directions}
    known |= {plain(said): key for key, text in catalogue.directions.items()
              for said in (text.zh, text.en)}  # fmt: skip
    return known.get(plain(name), "")


def known_direction(catalogue: Catalogue, name: str) -> str:
    """Return the id of a direction of the form that may be called by its name.

    Raises
    ------
    InputError
        When there is no such direction.
    """
    key = direction_of(catalogue, name)
    if not key:
        expected = "、".join(f"{text.zh} ({k})" for k, text in catalogue.directions.items())
        raise UnknownNameError([Finding("direction_unknown", Obligation.MUST_FIX,
                                        found=name[:40], expected=expected)])  # fmt: skip
    return key


def described_cell(catalogue: Catalogue, years: Sequence[int], direction: str, year: int) -> Cell:
    """Return the cell of a goal in words, or of a state of the past.

    Raises
    ------
    InputError
        When there is no such direction, or the year is one after the plan.
    """
    key = known_direction(catalogue, direction)
    if not EARLIEST <= year <= years[-1]:
        expected = "、".join(map(str, years))
        raise InputError([Finding("year_outside", Obligation.MUST_FIX, found=str(year),
                                  expected=expected)])  # fmt: skip
    return Cell(key, year)


def checked_words(cell: Cell, text: str) -> str:
    """Return a goal in words as it can be printed.

    Raises
    ------
    InputError
        When it is longer than any goal.
    """
    told = printable(text).strip()
    if len(told) > LONGEST_WORDS:
        raise InputError([Finding("words_long", Obligation.MUST_FIX, year=cell.year,
                                  found=told[:20], expected=str(LONGEST_WORDS))])  # fmt: skip
    return told


def number(item: Indicator, year: int, value: Number) -> Decimal:
    """Return a value asked for of an indicator as an exact number.

    Raises
    ------
    InputError
        When it is none, negative where only growth can be, or written as what is to be added.
    """
    cell = Cell(item.id, year)
    if str(value).lstrip()[:1] in {"+", "＋"} and item.kind != "growth":
        # 新增 10 家 is no target of 10.
        raise InputError([_about("wish_signed", cell, str(value), "wish_reached")])
    try:
        decimal = Decimal(str(value))
    except InvalidOperation:
        decimal = Decimal("NaN")
    exponent = decimal.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < FINEST or abs(decimal) > MOST:
        raise InputError([_about("not_a_number", cell, str(value), "write_number")])
    if decimal < 0 and item.kind != "growth":
        raise InputError([_about("negative", cell, str(value))])
    return decimal


def stated(item: Indicator, year: int, value: Number) -> Stated:
    """Return what is asked for of an indicator, in whichever way it is stated.

    Raises
    ------
    InputError
        When it says no target of this indicator.
    """
    if not isinstance(value, str):
        return Stated("level", "exactly", number(item, year, value))
    read, cell = read_number(value), Cell(item.id, year)
    plain = read.of(item.unit.zh)
    signed = value.lstrip()[:1] in {"+", "＋"} and item.kind != "growth"
    if plain is not None and not signed:
        # As typed, if it is a number in itself: rounding has to see all of its digits.
        typed_so = read.notes or read.unit
        return Stated("level", "exactly", number(item, year, plain if typed_so else value.strip()))
    told = read_stated(value, item.unit.zh)
    points = told is not None and told.measure.startswith("points")
    beyond = told is not None and item.kind == "growth" and told.measure != "level"
    if told is None or beyond or (points and item.unit.zh not in SHARES):
        if read.unit and factor(read.unit, item.unit.zh) is None and read_unit(read.unit):
            fault = _about("unit_differs", cell, read.text[:40], "write_in_unit")
            raise InputError([replace(fault, expected=item.unit.zh)])
        code = "not_a_number" if told is None else "not_stated"
        raise InputError([_about(code, cell, value[:40], "write_target")])
    if told.measure == "level":
        number(item, year, told.low)  # no level is negative, or beyond everything
    return told


def typed(item: Indicator, year: int, text: str) -> Decimal:
    """Return what somebody typed for an indicator, full-width digits and separators understood.

    Raises
    ------
    InputError
        When it is no number, negative where only growth can be, or in per cent where the
        indicator is not.
    """
    read = read_number(text)
    value = read.of(item.unit.zh)
    if read.unit and value is None:
        cell = Cell(item.id, year)
        fault = _about("unit_differs", cell, read.text[:40], "write_in_unit")
        raise InputError([replace(fault, expected=item.unit.zh)])
    return number(item, year, text if value is None else value)


def unplaced(cell: Cell, value: str) -> Finding:
    """Return the finding on a value that can be placed on no indicator that is decided."""
    return _about("wish_unplaced", cell, value, "wish_level")


def _about(code: str, cell: Cell, found: str, *ways: str) -> Finding:
    return Finding(
        code,
        Obligation.MUST_FIX,
        indicator=cell.indicator,
        year=cell.year,
        found=found,
        ways_out=ways,
    )
