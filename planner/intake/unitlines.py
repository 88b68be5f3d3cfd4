"""Unit lines: the units that a line of text over, within or under a table names for its figures."""

from __future__ import annotations

import re

from planner.core.numerals import narrow, read_number, seen
from planner.model.units import read_unit

_UNIT_LINE = re.compile(
    r"(?:(?:计量|金额)?单位|金额)\s*(?:均?[为是]|[:：])\s*(.+)|\bunits?\s*[:：]\s*(.+)",
    re.IGNORECASE,
)


def units_in_line(text: str) -> tuple[str, ...]:
    """Return the units that a line such as ``单位：万元、家`` names.

    >>> units_in_line("（单位：万元、家）"), units_in_line("单位名称：某局")
    (('万元', '家'), ())
    """
    match = _UNIT_LINE.search(narrow(seen(text)))
    return units_of(match[1] or match[2]) if match else ()


def units_of(text: str) -> tuple[str, ...]:
    """Return the units that are listed in a text, what stands in brackets left out."""
    plain = re.sub(r"[(（\[【][^()（）\[\]【】]*[)）\]】]", " ", text)
    words = re.split(r"[、,，;；\s)）\]】。]+|和|或", plain)
    return tuple(dict.fromkeys(word for word in words if word and is_unit(word)))


def is_unit(text: str) -> bool:
    """Whether a text is a unit and no number, as 10000 is."""
    number = read_number(text)
    return number.value is None and number.number is None and read_unit(text) is not None
