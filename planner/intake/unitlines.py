"""Unit lines: the units that a line of text over, within or under a table names for its figures."""

from __future__ import annotations

import re

from planner.core.numerals import narrow, read_number, seen
from planner.model.units import read_unit

_UNIT_LINE = re.compile(
    r"(?:(?:计量|金额)?单位|金额)\s*(?:均?[为是]|[:：]|\s)\s*(.+)|\bunits?\s*[:：]\s*(.+)",
    re.IGNORECASE,
)
# 金额以万元计, 均以万元为单位, 金额填万元, 均为万元
_COUNTED_IN = re.compile(
    r"(?:均?以|按|金额单位|金额填报?|均?为)\s*([^\s，,。；;、()]{1,6}?元)(?=计|为单位|[，,。；;)、]|$)"
)
LONGEST = 6  # letters of a unit of money


def units_in_line(text: str) -> tuple[str, ...]:
    """Return the units that a line such as ``单位：万元、家`` names.

    >>> units_in_line("（单位：万元、家）"), units_in_line("单位名称：某局")
    (('万元', '家'), ())
    >>> units_in_line("金额以万元计；企业数以家计"), units_in_line("注：产值、研发经费均为万元")
    (('万元',), ('万元',))
    """
    if (
        "单位" not in text
        and "元" not in text
        and "unit" not in text.casefold()
        and "金额" not in text
    ):
        return ()
    plain = narrow(seen(text))
    match = _UNIT_LINE.search(plain)
    if match and (units := units_of(match[1] or match[2])):
        return units
    counted = [word for word in _COUNTED_IN.findall(plain) if is_unit(word)]
    return tuple(dict.fromkeys(counted))


def unit_of_title(text: str) -> str:
    """Return the unit that a title ends with, or that is all of it.

    >>> unit_of_title("主要指标表（万元）"), unit_of_title("万元"), unit_of_title("甲集群（一期）")
    ('万元', '万元', '')
    """
    plain = narrow(seen(text))
    match = re.search(r"[(\[]([^()\[\]]{1,6})[)\]]$", plain)
    word = match[1].strip() if match else plain
    return word if len(word) <= LONGEST and word.endswith("元") and is_unit(word) else ""


def units_of(text: str) -> tuple[str, ...]:
    """Return the units that are listed in a text, what stands in brackets left out."""
    plain = re.sub(r"[(（\[【][^()（）\[\]【】]*[)）\]】]", " ", text)
    words = re.split(r"[、,，;；\s)）\]】。]+|和|或", plain)
    return tuple(dict.fromkeys(word for word in words if word and is_unit(word)))


def is_unit(text: str) -> bool:
    """Whether a text is a unit and no number, as 10000 is."""
    number = read_number(text)
    return number.value is None and number.number is None and read_unit(text) is not None
