"""Headings: what the words over a column, or beside a number, say of it (§3, §16).

The year and whether all of it, whether it happened or is hoped for, the unit, a level or its
growth. Words that are not known stay: whoever reads a heading decides what they are worth.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from planner.core.numerals import NOTE_MARKS, narrow, seen
from planner.model.units import read_unit
from planner.model.vocabulary import Vocabulary, bare, vocabulary

_BRACKETS = re.compile(r"[(\[【〔{<〈《]([^()\[\]【】〔〕{}<>〈〉《》]*)[)\]】〕}>〉》]")
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20|21)\d\d)\s*(?:(?P<stroke>[-/.])(?P<month>0?[1-9]|1[0-2])"
    r"(?:(?P=stroke)(?P<day>0?[1-9]|[12]\d|3[01]))?"
    r"|年\s*(?P<m>0?[1-9]|1[0-2])\s*月(?:份|底|末|\s*(?P<d>\d{1,2})\s*日)?)(?!\d)"
)
_YEAR = re.compile(
    r"(?<!\d)((?:19|20|21)\d\d)(?:\.0+(?!\d))?(?:年度|年末|年底|财年|年(?!均))?(?!\d)"
)
_SHORT_YEAR = re.compile(r"([12]\d)年(?:度|末|底|全年)?")
_CHINESE_YEAR = re.compile(r"[二一][〇○零一二三四五六七八九]{3}(?=年)")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMBER = "[一二三四五六七八九十0-9]+"
_FULL = re.compile(
    r"(?:12|十二)月(?:31|三十一)日|[1一][-~～—–至到][4四]季度|(?:1|一)月?[-~～—–至到](?:12|十二)月(?:份)?|全年"
)
_PERIODS = re.compile(
    rf"(?:1|一)月?[-~～—–至到]{_NUMBER}月(?:份)?|前{_NUMBER}个?(?:月|季度)|第?[一二三四1-4]季度?(?![0-9])"
    rf"|[上下前后]半年|半年|{_NUMBER}季度|\bq[1-4]\b|\bh[12]\b|(?<!\d)(?:1[0-2]|[1-9])月(?:份|底|末)?"
    rf"|{_NUMBER}[-~～—–至到]{_NUMBER}月(?:份)?|{_NUMBER}月(?:份|底|末)?|ytd"
)
_LIKE_YEAR = re.compile(
    r"(?:19|20|21)\d\d|(?<!\d)\d{2}年|(?<!\d)\d{5}(?!\d)|上年|去年|今年|本年|本期|上期|前年"
)
_UNNAMED = re.compile(r"unnamed:?\s*\d*(_level_\d+)?|column\d*|列\d*|none|nan", re.IGNORECASE)
LONGEST = 120  # letters of a heading; what is longer is a text

_SUMMED = "累计"
GROWING = {"growth", "index"}  # kinds of figures that say how a level grew

# 本年 and its like: the year that a title names, the one before, the one before that.
_RELATIVE = re.compile(r"(本|今|当|上|去|前)(?:年度?|期)(?:同期|实际|完成|末|底)*[数值]?")
_SAME = {"今": "本", "当": "本", "去": "上"}


@dataclass(frozen=True)
class Heading:
    """What is told by the words over a column or beside a number.

    Attributes
    ----------
    text
        The words as they stand.
    role
        What a column holds besides figures of a year: ``indicator``, ``unit``, ``source`` ...
    year
        The year, None where none or more than one is named.
    period
        Which part of the year, where it is not all of it.
    state
        ``target``, ``estimate``, ``preliminary``, ``revised`` or ``superseded``, where it is
        no ordinary figure.
    kind
        ``growth``, ``index``, ``change``, ``average``, ``decline`` or ``share``; a level
        otherwise.
    unit
        The unit that is named, as written.
    rest
        The words that nothing is known of.
    like_year
        Whether something is meant for a year and is none.
    """

    text: str
    role: str = ""
    year: int | None = None
    period: str = ""
    state: str = ""
    kind: str = ""
    unit: str = ""
    rest: str = ""
    like_year: bool = False
    relative: int | None = None

    @property
    def plain(self) -> bool:
        """Whether it names a year and nothing that makes its figures doubtful."""
        return self.year is not None and not (self.period or self.state or self.rest)

    def doubt(self, *, hopes: bool) -> str:
        """Return the words that make its figures doubtful.

        Preliminary and revised figures are figures; so is a target where one `hopes` for targets.
        """
        if hopes and self.year is not None and _SUMMED in self.text:
            return (
                _SUMMED  # a target is no sum of years; a figure of the past is that of a whole one
            )
        happened = {"", "revised", "preliminary", *(("target",) if hopes else ())}
        return self.period or self.rest or ("" if self.state in happened else self.state)

    @property
    def empty(self) -> bool:
        """Whether it says nothing that is known."""
        return not (self.role or self.year or self.period or self.state or self.kind or self.unit)


def read_heading(raw: object) -> Heading:
    """Read the words of a heading, or the date or number that stands for them.

    >>> read_heading("2025年（1-6月）").period, read_heading("2025年度（万元）").unit
    ('1-6月', '万元')
    >>> read_heading("2025年预计").state, read_heading("2025年同比增长%").kind
    ('estimate', 'growth')
    >>> read_heading("2025年①").plain, read_heading("2028年新版").rest
    (True, '新版')
    """
    if isinstance(raw, str):
        return _of_text(raw) if len(raw) <= LONGEST else _read(seen(raw))
    if isinstance(raw, dt.date):
        return _of_date(raw)
    if isinstance(raw, float | Decimal) and raw == int(raw):
        raw = int(raw)
    return _read(seen(str(raw)))


@lru_cache(maxsize=8192)
def _of_text(text: str) -> Heading:
    return _read(seen(text))


def whole_year(text: str) -> int | None:
    """Return the year that a text names for what happened in all of it, None for others.

    >>> whole_year("2025年（实际）"), whole_year("2025年（1-6月）"), whole_year("2025年增长3家")
    (2025, None, None)
    """
    told = read_heading(text)
    return told.year if told.plain and not told.kind else None


def _of_date(day: dt.date) -> Heading:
    whole = (day.month, day.day) in {(12, 31), (1, 1)}
    return Heading(day.isoformat(), year=day.year, period="" if whole else f"{day.month}月")


def _read(text: str) -> Heading:
    words = vocabulary()
    if _UNNAMED.fullmatch(text) or not text:
        return Heading("")
    if len(text) > LONGEST:
        return Heading(text, rest=text)
    plain = narrow(text)
    if role := words.role_of.get(bare(_without_note(plain))):
        return Heading(text, role)
    plain = _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), plain)
    parts = [part for part in _parts(plain) if part.strip()]
    unit, left = "", []
    for part in parts:
        found = _unit_in(part)
        if found and not unit and not words.role_of.get(bare(part)):
            unit = found
        else:
            left.append(part)
    dated = [_dates(part) for part in left]
    years = [year for found, _, _ in dated for year in found]
    periods = [period for _, found, _ in dated for period in found]
    kept = [rest for _, _, rest in dated]
    role, kind, state, rest = _words(kept, words)
    if years and role in {"year", "value", "period"}:
        role = ""  # 年 and 值 beside a year say no more than the year does
    if not unit and (last := _unit_behind(rest)):
        unit, rest = last, rest[: -len(last)]
    year = years[0] if len(set(years)) == 1 else None
    if len(set(years)) > 1:
        rest = rest or text
    if kind == "either":  # 比上年 is a rate where a per cent sign says so
        kind = "growth" if "%" in plain or unit == "%" else "change"
    if kind == "growth" and bare(unit) in words.points:
        kind = "change"  # of a rate against the year before
    relative = _relative(plain) if year is None and not (role or kind) else None
    rest = "" if relative is not None else rest
    like_year = bool(_LIKE_YEAR.search(plain)) and year is None and not kind
    period = "、".join(dict.fromkeys(periods))
    return Heading(text, role, year, period, state, kind, unit, rest, like_year, relative)


def _relative(text: str) -> int | None:
    """Return how many years before the year of a table a heading is: 本年 0, 上年同期 -1.

    >>> [_relative(words) for words in ("本年实际", "上年同期", "前年", "上年增长", "今年计划")]
    [0, -1, -2, None, None]
    """
    found = _RELATIVE.fullmatch(bare(text))
    return None if found is None else -("本上前".index(_SAME.get(found[1], found[1])))


def _dates(part: str) -> tuple[list[int], list[str], str]:
    """Take years and parts of years out of words; return them, and what is left."""
    years, periods = [], []
    for match in _DATE.finditer(part):
        years.append(int(match["year"]))
        month, day = int(match["month"] or match["m"]), int(match["day"] or match["d"] or 0)
        day = 31 if not day and match[0][-1] in "底末" else day
        if (month, day) not in {(12, 31), (1, 1), (12, 0)}:
            periods.append(f"{month}月")
    rest = _DATE.sub(" ", part)
    years += [int(match[1]) for match in _YEAR.finditer(rest)]
    if short := _SHORT_YEAR.fullmatch(rest.strip()):
        return [*years, 2000 + int(short[1])], periods, ""
    rest = _FULL.sub(" ", _YEAR.sub(" ", rest)).casefold()
    periods += [match[0] for match in _PERIODS.finditer(rest)]
    return years, periods, _PERIODS.sub(" ", rest)


def _without_note(text: str) -> str:
    return text if read_unit(text) is not None else NOTE_MARKS.sub("", text)


def _parts(text: str) -> list[str]:
    """Split a heading into its words and what stands in brackets, notes left out."""
    parts, outside = [], _without_note(text)
    while match := _BRACKETS.search(outside):
        parts.append(_without_note(match[1]))
        outside = f"{outside[: match.start()]} {outside[match.end() :]}"
    pieces = re.split(r"[\n,，;；、|]|\s{2,}", _without_note(outside.strip()))
    return [*(piece.strip() for piece in pieces), *parts]


def _unit_in(part: str) -> str:
    """Return the unit that a part of a heading is."""
    text = re.sub(r"^(?:计量|金额)?单位\s*[:：]?\s*", "", part.strip())
    text = text.strip()
    if not text or re.fullmatch(r"[\d,]+", text):
        return ""
    return text if read_unit(text) else ""


def _unit_behind(rest: str) -> str:
    """Return the unit at the end of words that are not known: ``总产值 万元``."""
    last = re.split(r"[\s/:_\-]+", rest.strip())[-1]
    return last if last and last != rest.strip() and read_unit(last) else ""


def _words(parts: list[str], words: Vocabulary) -> tuple[str, str, str, str]:
    """Take the known words out of a heading: its role, kind and state, and what is left."""
    role = kind = state = ""
    left = []
    for part in parts:
        text = bare(part)
        if not text:
            continue
        if not role and text in words.role_of:
            role = words.role_of[text]
            continue
        for word, group, name in words.telling:
            if not re.search(word, text):
                continue
            if group == "kind":
                kind = kind or name
            else:
                state = state or name
            text = re.sub(word, " ", text)
        text = re.sub(r"[%()\[\]\s]+", "", text)
        if text and not words.says_nothing.fullmatch(text):
            left.append(text)
    return role, kind, state, " ".join(left)
