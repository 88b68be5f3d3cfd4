"""Stage shapes: how a target is approached between two fixed years, exactly on the grid (§2, §12).

A shape gives the point an indicator has reached after each year of a span; :func:`stage`
rounds it exactly in the direction asked for, so a stage is never more than one grid step
from its shape.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from planner.core.rounding import Rounding, root_to_grid, to_grid

Shape = Literal["constant", "linear", "front", "back", "s-curve"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

# The share of the way that is done when the share `s` of the span has passed.
_PROGRESS: dict[str, Callable[[Fraction], Fraction]] = {
    "linear": lambda s: s,
    "front": lambda s: 1 - (1 - s) ** 2,
    "back": lambda s: s**2,
    "s-curve": lambda s: 3 * s**2 - 2 * s**3,
}


def stage(
    shape: Shape,
    start: Decimal,
    end: Decimal,
    passed: int,
    span: int,
    decimals: int,
    rounding: Rounding = Rounding.HALF,
) -> Decimal:
    """Return the stage after `passed` of `span` years from `start` to `end`.

    ``constant`` means equal yearly rates; where an end is not positive there is no such rate
    and the way is taken in equal steps instead.

    >>> stage("constant", Decimal("100.00"), Decimal("133.10"), 1, 3, 2)
    Decimal('110.00')
    >>> [str(stage("constant", Decimal(3), Decimal(5), k, 3, 0, Rounding.UP)) for k in (1, 2, 3)]
    ['4', '5', '5']
    """
    first, last = Fraction(start), Fraction(end)
    if has_constant_rate(shape, start, end):
        power = first ** (span - passed) * last**passed
        return root_to_grid(power, span, decimals, rounding)
    progress = _PROGRESS["linear" if shape == "constant" else shape](Fraction(passed, span))
    return to_grid(first + (last - first) * progress, decimals, rounding)


def has_constant_rate(shape: Shape, start: Decimal, end: Decimal) -> bool:
    """Whether equal yearly rates lead from one value to the other."""
    return shape == "constant" and start > 0 and end > 0
