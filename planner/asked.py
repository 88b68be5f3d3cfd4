"""What a user names and types: cells and numbers, or the findings that say what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from planner.catalogue import Catalogue, Cell
from planner.findings import Finding, InputError, Obligation

Number = int | str | Decimal | float
MOST = 10**12  # beyond any level of this field


def known_id(catalogue: Catalogue, name: str) -> str:
    """Return the id of an indicator that may be called by its name.

    Raises
    ------
    InputError
        When there is no such indicator; with the nearest one there is.
    """
    found = catalogue.find(name)
    if found is not None and found in catalogue:
        return found
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


def number(indicator: str, year: int, value: Number) -> Decimal:
    """Return a value asked for as an exact number.

    Raises
    ------
    InputError
        When it is none, or negative where only growth can be.
    """
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    cell = Cell(indicator, year)
    if not found.is_finite() or abs(found) > MOST:
        raise InputError([_about("not_a_number", cell, str(value), "write_number")])
    if found < 0 and "growth" not in indicator:
        raise InputError([_about("negative", cell, str(value))])
    return found


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
