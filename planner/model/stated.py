"""Stated targets: what a plan asks of an indicator, in whichever way plans say it (§17).

``260``, ``>=260``, ``新增10家``, ``8%/yr``, ``翻一番``, ``提高3个百分点``, ``40..45`` and ``40左右`` are read here and
written back in one short form; which level each of them comes to is said of a baseline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from planner.core.numerals import NUMERALS, narrow, seen, spelled
from planner.core.rounding import PERCENT, growth_factor
from planner.model.units import factor

Measure = Literal[
    "level", "added", "added_yearly", "rate", "grown", "times", "points", "points_yearly"
]
Relation = Literal["exactly", "at_least", "at_most", "between", "about"]
# What 左右 leaves open where nobody says how much, in per cent of the number; always told.
TOLERANCE = Decimal(5)
SHARES = {"%"}
LONGEST = 60  # letters of a stated target

_NUMBER = r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?"
_AT_LEAST = re.compile(r"^(?:>=|≥|不低于|不少于|不小于|至少|最低|突破|超过|高于|大于|超)")
_AT_MOST = re.compile(r"^(?:<=|≤|不超过|不高于|不大于|不多于|至多|最多|控制在|压减到|低于|小于)")
_BEHIND_LEAST = re.compile(r"(?:及?以上|以上|\+)$")
_BEHIND_MOST = re.compile(r"(?:及?以内|及?以下)$")
_ABOUT = re.compile(r"^(?:约|大约|~|≈)|(?:左右|上下)$")
_PLUS_MINUS = re.compile(rf"^(.*?\d[^±]*)(?:±|\+-|\+/-)({_NUMBER})(%?)$")
_RANGE = re.compile(rf"^(.*?)({_NUMBER})([^\d~～—–至到.\-]*)(?:\.\.|[-~～—–至到]+)({_NUMBER})(.*)$")
_MERE = re.compile(
    r"力争|确保|实现|达到|达|提升到|提升至|提高到|提高至|增长到|增长至|增加到|增加至|扩大到|降到|降至|降低到|下降到|发展到|保持在|稳定在|总量|数量|为|：|:"
)
# Words of the relation behind those of the measure: 年均增长不低于8%.
_WITHIN = re.compile(
    r"^((?:年均|每年|逐年)?(?:增长|增速|下降|降低|新增|提高|提升)+)(不低于|不少于|不超过|不高于|至少|>=|<=)"
)
_TURNED: dict[Relation, Relation] = {"at_least": "at_most", "at_most": "at_least"}
_GROWN = re.compile(r"^(?:增长|增速|增幅|提高|提升|上升|下降|降低|减少|降幅)[^百]*%$")
_SUMMED = re.compile(r"^(?:[三五]年|\d年)?累计")
_DOUBLED = {
    "翻番": 2,
    "翻一番": 2,
    "翻两番": 4,
    "翻二番": 4,
    "翻三番": 8,
    "倍增": 2,
    "增长1倍": 2,
    "增长一倍": 2,
}
_TIMES = re.compile(rf"^(?:x|×|\*)({_NUMBER})$|^(?:基期的|基准的|\d{4}年的|是)?({_NUMBER})倍$")
_YEARLY = re.compile(r"/(?:yr|y|a|year|年)$|^(?:年均|每年|逐年|年)(?=[^\d]|[+-]?\d)")
_MORE = re.compile(r"^(?:净?新增|净增|增加|增长|增幅|增速|递增|提高|提升|上升|扩大)")
_LESS = re.compile(r"^(?:下降|降低|减少|递减|压减|降幅|缩小)")
_POINTS = re.compile(r"(?:个?百分点|pp|pts?)$")


@dataclass(frozen=True)
class Stated:
    """A target as it was stated.

    Attributes
    ----------
    measure
        What the number is: a ``level``; what is ``added`` since the base year, or every year
        (``added_yearly``); a ``rate`` a year or what was ``grown`` over all years, in per cent; how many
        ``times`` the base; percentage ``points``, or those of every year (``points_yearly``).
    relation
        ``exactly``, ``at_least``, ``at_most``, ``between`` or ``about``.
    low
        The number; of a range its lower end.
    high
        The upper end of a range, or the tolerance of ``about`` in per cent of the number.
    """

    measure: Measure
    relation: Relation
    low: Decimal
    high: Decimal | None = None

    @property
    def is_level(self) -> bool:
        """Whether it is a level to be met exactly, as wishes and pins are."""
        return self.measure == "level" and self.relation == "exactly"

    def times(self, by: Fraction) -> Stated:
        """Return it with its numbers in another unit, by what they are multiplied."""
        if by == 1:
            return self
        low, high = _decimal(Fraction(self.low) * by), self.high
        if high is not None and self.relation != "about":
            high = _decimal(Fraction(high) * by)
        return replace(self, low=low, high=high)

    def __str__(self) -> str:
        """Write it in the short form that is read again."""
        if self.relation == "between":
            return f"{_written(self.measure, self.low)}..{_written(self.measure, self.high or self.low)}"
        sign = {"at_least": ">=", "at_most": "<=", "about": "~"}.get(self.relation, "")
        tail = f"±{self.high:f}%" if self.relation == "about" and self.high is not None else ""
        return f"{sign}{_written(self.measure, self.low)}{tail}"

    def bounds(
        self, base: Fraction | None, years: int
    ) -> tuple[Fraction | None, Fraction | None] | None:
        """Return the lowest and highest level it asks for, None where that needs a base.

        Parameters
        ----------
        base
            The level of the base year in the indicator's unit, None where it is not known.
        years
            How many years after the base year it is to be reached.

        Examples
        --------
        >>> from fractions import Fraction
        >>> read_stated("+10").bounds(Fraction(21), 3), read_stated("8%/yr").bounds(Fraction(100), 2)
        ((Fraction(31, 1), Fraction(31, 1)), (Fraction(2916, 25), Fraction(2916, 25)))
        >>> read_stated(">=500").bounds(None, 3), read_stated("+10").bounds(None, 3)
        ((Fraction(500, 1), None), None)
        """
        if self.measure != "level" and base is None:
            return None
        if self.relation == "about":
            slack = Decimal(self.high or TOLERANCE) / PERCENT * abs(self.low)
            ends = [self._level(self.low + by, base, years) for by in (-slack, slack)]
            return min(ends), max(ends)
        low = self._level(self.low, base, years)
        if self.relation == "exactly":
            return low, low
        if self.relation == "at_least":
            return low, None
        if self.relation == "at_most":
            return None, low
        high = self._level(self.high or self.low, base, years)
        return min(low, high), max(low, high)

    def _level(self, number: Decimal, base: Fraction | None, years: int) -> Fraction:
        exact, start = Fraction(number), base if base is not None else Fraction(0)
        if self.measure == "level":
            return exact
        if self.measure in {"added", "points"}:
            return start + exact
        if self.measure in {"added_yearly", "points_yearly"}:
            return start + years * exact
        if self.measure == "rate":
            return start * growth_factor(exact, years)
        if self.measure == "grown":
            return start * growth_factor(exact, 1)
        return start * exact


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _written(measure: Measure, number: Decimal) -> str:
    plain = f"{number:f}"
    signed = plain if number < 0 else f"+{plain}"
    return {
        "level": plain, "added": signed, "added_yearly": f"{signed}/yr", "rate": f"{plain}%/yr",
        "grown": f"{signed}%", "times": f"x{plain}", "points": f"{signed}pp",
        "points_yearly": f"{signed}pp/yr",
    }[measure]  # fmt: skip


def read_stated(text: str, unit: str = "") -> Stated | None:
    """Read a target as it is stated, None where it is none.

    Parameters
    ----------
    text
        What somebody wrote, in the short form or in words.
    unit
        The indicator's unit; another one that is named is converted exactly, and a per cent sign
        is a level where the unit is one.

    Examples
    --------
    >>> told = ("260", ">=260", "新增10家", "每年新增5家", "年均增长8%以上", "翻一番", "约350", "40..45")
    >>> [str(read_stated(text, "家")) for text in told]
    ['260', '>=260', '+10', '+5/yr', '>=8%/yr', 'x2', '~350±5%', '40..45']
    >>> str(read_stated("提高3个百分点", "%")), str(read_stated("40%左右", "%")), str(read_stated("+25%", "亿元"))
    ('+3pp', '~40±5%', '+25%')
    >>> str(read_stated("控制在70万吨以内", "万吨")), str(read_stated("力争突破500亿元", "亿元")), read_stated("较快增长")
    ('<=70', '>=500', None)
    """
    plain = re.sub(r"\s+", "", narrow(seen(text))).casefold()
    if not plain or len(plain) > LONGEST:
        return None
    plain = re.sub(rf"({NUMERALS})(?=[家个件项户人])", lambda m: str(spelled(m[1]) or m[1]), plain)
    plain = _MERE.sub("", plain)
    summed, plain = bool(_SUMMED.match(plain)), _SUMMED.sub("", plain)
    relation, plain = _relation(_WITHIN.sub(r"\2\1", plain))
    if relation in _TURNED and _LESS.match(_YEARLY.sub("", plain)):
        relation = _TURNED[relation]  # 下降18%以上 is a level of at most so much
    if _GROWN.match(plain) and not (summed or _YEARLY.search(plain)):
        return None  # 增长8%: every year or over all of them, nobody can tell
    if match := _PLUS_MINUS.match(plain):
        told = _measured(match[1], unit)
        if told is None or told[1] == 0:
            return None
        wide = abs(Decimal(match[2].replace(",", "")))
        if match[3]:
            return Stated(told[0], "about", told[1], wide)
        return Stated(told[0], "between", told[1] - wide, told[1] + wide)
    if match := _RANGE.match(plain):
        before, first, middle, second, behind = match.groups()
        low = _measured(f"{before}{first}{middle or behind}", unit)
        high = _measured(f"{before}{second}{behind}", unit)
        if low is None or high is None or low[0] != high[0]:
            return None
        numbers = sorted((low[1], high[1]))
        return Stated(low[0], "between", numbers[0], numbers[1])
    told = _measured(plain, unit)
    if told is None:
        return None
    measure, number = told
    return Stated(measure, relation, number, TOLERANCE if relation == "about" else None)


def _relation(text: str) -> tuple[Relation, str]:
    """Take the words that say how a number is meant off a text."""
    relation: Relation = "exactly"
    if match := _AT_LEAST.match(text):
        relation, text = "at_least", text[match.end() :]
    elif match := _AT_MOST.match(text):
        relation, text = "at_most", text[match.end() :]
    elif match := _ABOUT.search(text):
        relation, text = "about", text[: match.start()] + text[match.end() :]
    if match := _BEHIND_MOST.search(text):
        relation, text = "at_most", text[: match.start()]
    elif relation != "at_most" and (match := _BEHIND_LEAST.search(text)):
        relation, text = "at_least", text[: match.start()]
    return relation, text


def _measured(text: str, unit: str) -> tuple[Measure, Decimal] | None:
    """Return what a number without its relation measures, and the number in the indicator's unit."""
    if text in _DOUBLED:
        return "times", Decimal(_DOUBLED[text])
    if match := _TIMES.match(text):
        return "times", Decimal(match[1] or match[2])
    yearly = bool(_YEARLY.search(text))
    text = _YEARLY.sub("", text)
    more, less = bool(_MORE.match(text)), bool(_LESS.match(text))
    text = _LESS.sub("", _MORE.sub("", text))
    yearly = yearly or bool(_YEARLY.search(text))
    text = _YEARLY.sub("", text)
    points = bool(_POINTS.search(text))
    text = _POINTS.sub("", text)
    match = re.fullmatch(rf"({_NUMBER})(.*)", text)
    if match is None:
        return None
    signed = match[1][0] == "+" or more or less or (match[1][0] == "-" and match[2] == "%")
    number = Decimal(match[1].replace(",", ""))
    number = -number if less else number
    stated = match[2]
    if points:
        return ("points_yearly" if yearly else "points", number) if not stated else None
    if stated == "%":
        if yearly:
            return "rate", number
        if unit in SHARES:
            # +3 % of a share may be points, or a part of it: nobody can tell.
            return None if signed else ("level", number)
        return ("grown", number) if signed else None
    by = Fraction(1) if not stated or stated == unit else factor(stated, unit)
    if by is None:
        return None
    exact = Fraction(number) * by
    if exact.denominator != 1 and (10**24 % exact.denominator):
        return None
    number = Decimal(exact.numerator) / Decimal(exact.denominator) if by != 1 else number
    if yearly:
        return "added_yearly", number
    return ("added" if signed else "level"), number
