"""Figures: what somebody wrote where a number belongs, its part told behind it set apart (§16).

``3650公顷（其中核心区1200公顷）`` is 3650 公顷. Any other words in brackets, such as （规上）, （估） or
（2024年）, may make it another figure: it stays unread, and is asked about.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from planner.core.numerals import NUMERALS, Numeral, narrow, read_number, spelled
from planner.model.units import read_unit
from planner.model.vocabulary import vocabulary

_REMARK = re.compile(r"^(.*[^\s(（])\s*[(（]([^()（）]*)[)）]([^()（）\d]{0,6})$", re.DOTALL)


_SPELLED = re.compile(rf"({NUMERALS})(?:\s*\((\d+)\))?\s*([^\d\s.,+\-]{{0,8}})")
SMALL = 100  # what is larger is written in digits, or looked at by somebody


def read_figure(raw: object) -> Numeral:
    """Read a number with what stands behind it.

    >>> told = read_figure("214件（其中国防专利3件）")
    >>> str(told.number), told.unit, told.aside
    ('214', '件', '（其中国防专利3件）')
    >>> read_figure("186.20（规上）").value is None, read_figure("331（家）").unit
    (True, '(家)')
    """
    number = read_number(raw)
    if isinstance(raw, str) and number.value is number.number is None and not number.blank:
        number = _in_words(number)
    known = number.value is not None or (number.number is not None and read_unit(number.unit))
    match = None if known or number.blank or number.error else _REMARK.match(number.text)
    if match is None:
        return number
    plain = read_number(match[1] + match[3])
    if not match[2].startswith(vocabulary().mere_remarks) or plain.value is plain.number is None:
        return number
    return replace(plain, text=number.text, aside=f"（{match[2]}）")


def _in_words(number: Numeral) -> Numeral:
    """Return a small number that is spelled out: 两家, 十三, 三十六（36）家."""
    match = _SPELLED.fullmatch(narrow(number.text))
    count = spelled(match[1]) if match else None
    if match is None or count is None or count >= SMALL or match[2] not in {None, str(count)}:
        return number
    if match[3]:
        return replace(number, number=Decimal(count), unit=match[3], notes=("spelled",))
    # A single 一 is as likely a dash.
    return number if match[1] == "一" else replace(number, value=Decimal(count), notes=("spelled",))
