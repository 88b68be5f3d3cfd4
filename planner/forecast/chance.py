"""Chance: a probability counted on paths, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from planner.core.rounding import to_grid


@dataclass(frozen=True)
class Chance:
    """A probability counted on paths: `hits` of so many `paths`, and its standard error.

    The error is a share of one, as the probability in `value` is.
    """

    hits: int
    paths: int
    error: float

    @property
    def value(self) -> float:
        """Return the probability."""
        return self.hits / self.paths

    @property
    def fine(self) -> str:
        """Write it in per cent with a decimal, where small differences are compared."""
        return f"{to_grid(Fraction(100 * self.hits, self.paths), 1)}%"

    def __str__(self) -> str:
        """Write it as whole per cent; what is neither never nor always is not rounded to that.

        >>> [str(Chance(hits, 1000, 0.01)) for hits in (1, 624, 1000)]
        ['<1%', '62%', '>99%']
        """
        percent = to_grid(Fraction(100 * self.hits, self.paths), 0)
        if percent < 1:
            return "<1%"
        return f"{percent}%" if percent <= 99 else ">99%"  # noqa: PLR2004 - per cent
