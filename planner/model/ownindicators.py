"""Indicators of one's own, from as little as a person says of one: a name, a unit, a direction.

What else the catalogue asks for follows from these; a file of the catalogue's schema
(:func:`planner.read_catalogue`) can say more.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from planner.core.schema import Text
from planner.model.catalogue import FormRow, Indicator, plain
from planner.model.units import read_unit

Better = Literal["higher", "lower", "neither"]
OTHER = "other"  # the direction of the form for what fits no other
_COUNTED = {"number", "persons"}  # the dimensions of what is counted


def own_id(name: str) -> str:
    """Return the id of an indicator of one's own: the same name is the same indicator anywhere.

    >>> own_id("番茄出口额") == own_id("番茄出口额（亿元）"), own_id("番茄出口额")[:4]
    (True, 'own_')
    """
    return f"own_{hashlib.blake2s(plain(name).encode(), digest_size=4).hexdigest()}"


def own_indicator(
    name: str,
    unit: str,
    better: Better,
    *,
    decimals: int | None = None,
    direction: str = OTHER,
    goal: bool = True,
) -> Indicator:
    """Return an indicator from what a person says of it.

    Parameters
    ----------
    name, unit
        As they are to be printed.
    better
        ``higher``, ``lower`` or ``neither``: which way is progress.
    decimals
        How many it is printed with; by default none for what is counted, else two, as the form
        asks for.
    direction
        The direction of the form it stands under.
    goal
        Whether it is planned, or only a fact of the past.

    Raises
    ------
    pydantic.ValidationError
        When a text is empty or cannot be printed.

    Examples
    --------
    >>> item = own_indicator("集群公共服务平台", "个", "higher")
    >>> item.decimals, item.direction, item.unit.zh
    (0, 'other', '个')
    """
    known = read_unit(unit)
    if decimals is None:
        decimals = 0 if _counts(unit) else 2
    # No average of percentages over clusters (§7); levels of the same unit add up.
    clusters: Literal["sum", "weighted"] = "weighted" if known is None or known.per else "sum"
    if known is not None and known.measures == "share":
        clusters = "weighted"
    return Indicator(
        id=own_id(name), zh=name, en=name, direction=direction, unit=Text(zh=unit, en=unit),
        decimals=decimals, better=better, kind="measured", years="last", clusters=clusters,
        form=FormRow(section="", row=name), goal=goal,
    )  # fmt: skip


def _counts(unit: str) -> bool:
    """Whether a unit counts things: one of those known, or a measure word of one character."""
    known = read_unit(unit)
    if known is None:
        return len(unit) == 1 and not unit.isascii()
    return known.measures in _COUNTED and not known.per
