"""Chance: a probability counted on paths, and how it is written."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Self

from planner.core.rounding import to_grid


class Chance(float):
    """A probability counted on paths: `hits` of so many `paths`, and its standard error.

    It is a number, from 0 to 1, and its `error` a share of one as well; printed it is per cent.

    >>> chance = Chance(624, 1000, 0.015)
    >>> chance + 0, chance.error, f"{chance:.2f}", str(chance)
    (0.624, 0.015, '0.62', '62%')
    """

    __slots__ = ("error", "hits", "paths")

    hits: int
    paths: int
    error: float

    def __new__(cls, hits: int, paths: int, error: float) -> Self:
        """Return the share of paths that hit."""
        made = super().__new__(cls, hits / paths)
        made.hits, made.paths, made.error = hits, paths, error
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Chance, (self.hits, self.paths, self.error)

    def __repr__(self) -> str:
        """Write it with its error."""
        return f"<Chance {self.value:.4f} ± {self.error:.4f}>"

    @property
    def value(self) -> float:
        """Return the probability as a plain number."""
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
