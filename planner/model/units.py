"""Units: as people write them, with the exact factor from one to another (§6).

Read from ``data/units.yaml``. A unit that is not listed, or of another dimension, has no factor:
what is in it is never scaled by a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from planner.core import resources
from planner.core.findings import InputError
from planner.core.numerals import narrow
from planner.core.schema import Closed, parse, validate

_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
ANY = ""  # the dimension of a mere multiplier, as of 万
Factor = Annotated[str, Field(pattern=r"^\d+(/\d+)?$")]


class UnitsFile(Closed):
    """What the file of units holds."""

    multipliers: dict[str, int]
    dimensions: dict[str, dict[str, Factor]]


@dataclass(frozen=True)
class Unit:
    """A unit that is known: what it measures, per what, and how many of the smallest it is."""

    measures: str
    per: str
    factor: Fraction


@resources.once
def _file() -> UnitsFile:
    value, findings = validate(UnitsFile, parse(resources.data_text("units.yaml"), "units.yaml"))
    if value is None:
        raise InputError(findings)
    return value


@resources.once
def _symbols() -> dict[str, tuple[str, Fraction]]:
    return {
        symbol: (dimension, Fraction(factor))
        for dimension, symbols in _file().dimensions.items()
        for symbol, factor in symbols.items()
    }


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit | None:
    """Return the unit that a text names, None where it names none that is known.

    >>> read_unit("万亿元").factor, read_unit("吨标准煤/万元").per, read_unit("亿美元")
    (Fraction(1000000000000, 1), 'money', None)
    """
    plain = re.sub(r"\s+", "", narrow(text)).casefold().translate(_LOWERED).strip("()[]【】:;,.、")
    plain = plain.replace("每", "/").replace("／", "/").removeprefix("人民币").removesuffix("/年")
    above, stroke, below = plain.partition("/")
    first = _single(above)
    if first is None or (stroke and not below):
        return None
    if not stroke:
        return Unit(first[0], ANY, first[1])
    second = _single(below)
    if second is None or second[0] == ANY:
        return None
    return Unit(first[0], second[0], first[1] / second[1])


def _single(text: str) -> tuple[str, Fraction] | None:
    """Return dimension and factor of a unit without a stroke."""
    symbols, multipliers = _symbols(), _file().multipliers
    if text in symbols:
        return symbols[text]
    if text in multipliers:
        return ANY, Fraction(multipliers[text])
    for size in range(min(len(text) - 1, 10), 0, -1):
        head, rest = text[:size], text[size:]
        if head in multipliers and rest in symbols:
            dimension, factor = symbols[rest]
            return dimension, factor * multipliers[head]
    return None


def factor(stated: str, own: str) -> Fraction | None:
    """Return by what a number in one unit is multiplied to be in another; None if by nothing.

    A mere multiplier, as in 12 万, counts in the smallest of what the other unit measures.

    >>> factor("万元", "亿元"), factor("亩", "平方公里"), factor("个", "家"), factor("吨", "亿元")
    (Fraction(1, 10000), Fraction(1, 1500), Fraction(1, 1), None)
    """
    first, second = read_unit(stated), read_unit(own)
    if first is None or second is None:
        return None
    if first.measures == ANY and not first.per:
        return None if second.per or second.measures == "share" else first.factor / second.factor
    same = (first.measures, first.per) == (second.measures, second.per)
    return first.factor / second.factor if same else None
