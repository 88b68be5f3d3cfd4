"""The printing grid: exact arithmetic on the numbers as they will be printed.

A printed number is a :class:`~decimal.Decimal` on its indicator's grid (counts have no
decimals, other indicators two). Everything between two printed numbers is a
:class:`~fractions.Fraction`; binary floats never come near a bound (convention §2), and
rates are compared as powers, roots being taken only to print them (§3).
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache

PERCENT = 100


class Rounding(Enum):
    """Which way a value that is off the grid goes (convention §2)."""

    UP = "up"
    DOWN = "down"
    HALF = "half away from zero"


def step(decimals: int) -> Fraction:
    """One grid step, the distance between two neighbouring printed numbers."""
    return Fraction(1, _scale(decimals))


def _scale(decimals: int) -> int:
    return int(10**decimals)


def on_grid(value: Fraction | Decimal, decimals: int) -> bool:
    """Whether the value can be printed without rounding."""
    return _scale(decimals) % value.as_integer_ratio()[1] == 0


def to_units(value: Fraction | Decimal, decimals: int, rounding: Rounding = Rounding.HALF) -> int:
    """Count the grid steps nearest to `value` in the given direction.

    >>> to_units(Decimal("60.786"), 2, Rounding.UP)
    6079
    """
    if isinstance(value, Decimal) and -value.as_tuple().exponent <= decimals:  # type: ignore[operator]
        return int(value.scaleb(decimals))  # on the grid already
    top, bottom = value.as_integer_ratio()
    floor, rest = divmod(top * _scale(decimals), bottom)
    if rest == 0 or rounding is Rounding.DOWN:
        return floor
    if rounding is Rounding.UP:
        return floor + 1
    twice = 2 * rest - bottom
    return floor + (1 if twice > 0 or (twice == 0 and top > 0) else 0)


def from_units(units: int, decimals: int) -> Decimal:
    """Give the printed number that many grid steps from zero.

    >>> from_units(6079, 2)
    Decimal('60.79')
    """
    return Decimal(units).scaleb(-decimals)


def to_grid(
    value: Fraction | Decimal, decimals: int, rounding: Rounding = Rounding.HALF
) -> Decimal:
    """Round exactly to the grid, halves away from zero unless said otherwise.

    >>> to_grid(Fraction(45_67, 100) * growth_factor(Fraction(10), 3), 2, Rounding.UP)
    Decimal('60.79')
    """
    return from_units(to_units(value, decimals, rounding), decimals)


def growth_factor(rate: Fraction | Decimal, periods: int) -> Fraction:
    """Compound a yearly rate in per cent; a decline is a negative rate.

    >>> growth_factor(Decimal(10), 3)
    Fraction(1331, 1000)
    """
    return (1 + Fraction(rate) / PERCENT) ** periods


def _integer_root(value: int, degree: int) -> int:
    """Return the largest integer whose power does not exceed `value`."""
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle
    return low


@lru_cache(maxsize=4096)
def root_to_grid(
    value: Fraction, degree: int, decimals: int, rounding: Rounding = Rounding.HALF
) -> Decimal:
    """Round the `degree`-th root of a non-negative value exactly to the grid.

    >>> root_to_grid(Fraction(1331, 1000), 3, 2)
    Decimal('1.10')
    """
    if value < 0:
        message = f"the root of a negative number is not on any grid: {value}"
        raise ValueError(message)
    scaled = value * _scale(decimals * degree)
    low = _integer_root(scaled.numerator // scaled.denominator, degree)
    if low**degree == scaled or rounding is Rounding.DOWN:
        return from_units(low, decimals)
    if rounding is Rounding.UP:
        return from_units(low + 1, decimals)
    above_half = (2 * low + 1) ** degree <= scaled * 2**degree
    return from_units(low + above_half, decimals)


def mean_rate(
    ratio: Fraction, periods: int, rounding: Rounding = Rounding.HALF, decimals: int = 2
) -> Decimal:
    """Print the yearly rate, in per cent, that compounds to `ratio`.

    >>> mean_rate(Fraction(13310, 10000), 3)
    Decimal('10.00')
    >>> mean_rate(Fraction(8942, 10000), 3)
    Decimal('-3.66')
    """
    # 1 + r on two more decimals is r per cent; only positive roots are taken.
    factor = root_to_grid(ratio, periods, decimals + 2, rounding)
    return from_units(to_units(factor - 1, decimals + 2), decimals)


def yearly_growth(total: Decimal, years: int) -> Decimal:
    """Convert growth over several years to one a year, rounded up as for a decline.

    >>> yearly_growth(Decimal("33.1"), 3)
    Decimal('10.00')
    """
    return mean_rate(1 + Fraction(total) / PERCENT, years, Rounding.UP) if years > 1 else total


def yearly_decline(total: Decimal, years: int) -> Decimal:
    """Convert a decline over several years to one a year, by compounding (§10).

    The yearly figure is a floor that a plan is held against, so it is rounded up to the two
    decimals it is printed with: whoever meets it meets the figure over the whole span too.

    >>> yearly_decline(Decimal(17), 5), yearly_decline(Decimal(18), 5)
    (Decimal('3.66'), Decimal('3.90'))
    """
    if years == 1:
        return total
    remaining = 1 - Fraction(total) / PERCENT
    return -mean_rate(remaining, years, Rounding.DOWN)


def places(value: Decimal | None) -> int:
    """Return with how many decimals a number is printed, none where there is no number.

    >>> places(Decimal("9.999")), places(Decimal("1E+2")), places(None)
    (3, 0, 0)
    """
    exponent = 0 if value is None else value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def as_printed(value: Decimal | None) -> str:
    """Return a printed number as text, nothing where there is none.

    >>> as_printed(Decimal("60.79")), as_printed(None)
    ('60.79', '')
    """
    return "" if value is None else str(value)
