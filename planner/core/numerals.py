"""Numbers as people type them: full-width digits, thousands separators, note marks, units (§9).

What can be understood is understood, and said; everything else is not a number.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_BLANK = {
    "", "-", "--", "—", "——", "–", "/", "\\", "无", "n/a", "na", "nan", "none", "null", "nat",
    "<na>", "…", "……", "...", "无数据", "暂无", "暂缺", "缺", "未统计", "不适用", "待补", "待定",
}  # fmt: skip
ERRORS = re.compile(
    r"#(DIV/0!|N/A|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|BUSY!"
    r"|CONNECT!|GETTING_DATA)|Err:\d{3}"
)
# A mark that points to a note: set apart, never a digit of the number before it.
_NOTE_MARK = (
    r"[①-⑳⓪㉑-㉟㊱-㊿⑴-⒇⒈-⒛❶-❿➀-➓ⓐ-ⓩ⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉ*＊†‡※]|\[(?:\d{1,2}|[a-z])\]|【\d{1,2}】|〔\d{1,2}〕|\((?:注|note)\s*\d*\)"
    r"|\[注\s*\d*\]|注\d+"
)
_POWERS = set("⁰¹²³⁴⁵⁶⁷⁸⁹")
NOTE_MARKS = re.compile(rf"\s*(?:(?:{_NOTE_MARK})\s*)+$", re.IGNORECASE)
_WITH_UNIT = re.compile(
    r"([+-]?[0-9][0-9, ]*(?:\.[0-9]*)?|\.[0-9]+)\s*([^\d\s.,+\-][^\d]{0,15}\d?)"
)
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_YEAR_END = re.compile(r"\.0+$|年(度|末|底|全年)?$|(?:财年|会计年度)$")
_DIGIT_OF = {
    char: value
    for chars in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○")
    for value, char in enumerate(chars)
} | {"两": 2}
_TIMES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
NUMERALS = f"[{''.join((*_DIGIT_OF, *_TIMES))}]{{1,9}}"
# The format characters of Unicode.
_UNSEEN = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)
# Full-width forms are the same letters, wider; all else keeps its meaning, ² and ① above all.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
# Excel keeps fifteen significant digits; what a float has beyond them was never typed.
_DIGITS = 15
_SHORT = 40  # letters; longer texts are not worth remembering


@dataclass(frozen=True)
class Numeral:
    """A typed value: the number, or none, and how it had to be read.

    `number` and `unit` are set where a unit was typed behind it: the number is no value then
    until somebody has looked at the unit. `aside` has a mark that points to a note.
    """

    value: Decimal | None
    text: str
    blank: bool = False
    notes: tuple[str, ...] = ()
    number: Decimal | None = None
    unit: str = ""
    aside: str = ""
    error: bool = False

    def of(self, unit: str) -> Decimal | None:
        """Return the number where it was typed without a unit, or with this one."""
        return self.number if self.unit and self.unit == unit else self.value


def seen(text: str) -> str:
    r"""Return a text without what nobody can see in it.

    >>> seen("2025年\u200b"), seen("\ufeff38 ")
    ('2025年', '38')
    """
    return text.strip() if text.isascii() else _UNSEEN.sub("", text).strip()


def narrow(text: str) -> str:
    """Return a text with full-width letters, digits and signs as plain ones, and nothing else.

    >>> narrow("２１４①（％）")
    '214①(%)'
    """
    return text if text.isascii() else text.translate(_WIDTH)


def read_number(raw: object) -> Numeral:
    """Read a cell or field as a number.

    >>> read_number("１，８６２.５")
    Numeral(value=Decimal('1862.5'), text='１，８６２.５', blank=False, notes=('full_width', 'thousands'), number=None, unit='', aside='', error=False)
    >>> read_number("约350").value is None
    True
    >>> marked = read_number("214①")
    >>> str(marked.value), marked.aside
    ('214', '①')
    >>> typed = read_number("455000万元")
    >>> typed.value, str(typed.number), typed.unit
    (None, '455000', '万元')
    """
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return Numeral(None, "", blank=True)
    if isinstance(raw, bool):
        return Numeral(None, str(raw).upper())
    if isinstance(raw, int | Decimal):
        return Numeral(Decimal(raw) if Decimal(raw).is_finite() else None, str(raw))
    if isinstance(raw, float):
        text = format(raw, f".{_DIGITS}g")
        return Numeral(Decimal(text) if math.isfinite(raw) else None, text)
    text = str(raw)
    return _typed(seen(text)) if len(text) > _SHORT else _short(text)


@lru_cache(maxsize=4096)
def _short(text: str) -> Numeral:
    return _typed(seen(text))


def _typed(text: str) -> Numeral:
    plain = narrow(text)
    notes = ["full_width"] if re.sub(r"\s", "", plain) != re.sub(r"\s", "", text) else []
    plain = re.sub(r"\s+", " ", plain).replace("\u2212", "-").strip()
    if plain.casefold() in _BLANK:
        return Numeral(None, text, blank=True)
    if ERRORS.fullmatch(plain):
        return Numeral(None, text, error=True)
    aside = ""
    mark = NOTE_MARKS.search(plain)
    # A power of ten is no number with a note.
    if (
        mark
        and re.search(r"[0-9%]$", plain[: mark.start()])
        and not (plain[: mark.start()] == "10" and mark[0].strip() in _POWERS)
    ):
        aside, plain = mark[0].strip(), plain[: mark.start()]
    plain = re.sub(r"(?<=[0-9]) ?\. ?(?=[0-9])", ".", plain)
    if plain.startswith("\u2013") and _PLAIN.fullmatch(plain[1:]):
        plain = f"-{plain[1:]}"
    value = _plain(plain, notes)
    if value is not None:
        return Numeral(value, text, notes=tuple(notes), aside=aside)
    if match := _WITH_UNIT.fullmatch(plain):
        number = _plain(match[1].strip(), notes)
        if number is not None:
            unit = match[2].strip()
            return Numeral(None, text, False, tuple(notes), number, unit, aside)
    return Numeral(None, text, aside=aside)


def spelled(words: str) -> int | None:
    """Return the number that Chinese numerals name; None where they name none.

    >>> spelled("两"), spelled("十三"), spelled("二百四十七"), spelled("二四七"), spelled("一万零五")
    (2, 13, 247, 247, 10005)
    >>> spelled("百十")
    """
    if words and all(char in _DIGIT_OF for char in words):
        return int("".join(str(_DIGIT_OF[char]) for char in words))
    total = part = 0
    digit: int | None = None
    last = 10**9
    for char in words:
        if char in _DIGIT_OF:
            if digit:
                return None
            digit = _DIGIT_OF[char]
            continue
        times = _TIMES.get(char)
        if times is None or (digit is None and not (times == 10 and not part)):  # noqa: PLR2004
            return None
        if times == 10_000:  # noqa: PLR2004
            total, part, last = (part + (digit or 0)) * times, 0, 10**9
        elif times >= last:
            return None
        else:
            part, last = part + (1 if digit is None else digit) * times, times
        digit = None
    return total + part + (digit or 0) if words else None


def _plain(text: str, notes: list[str]) -> Decimal | None:
    """Return a number written in digits and separators alone, noting the separators."""
    if _GROUPED.fullmatch(text) or _GROUPED.fullmatch(text.replace(" ", ",")):
        text = text.replace(",", "").replace(" ", "")
        notes.append("thousands")
    if not _PLAIN.fullmatch(text) or len(text) > 2 * _DIGITS:
        return None
    value = Decimal(text)
    if "." in text and len(value.as_tuple().digits) > _DIGITS:
        return Decimal(format(float(text), f".{_DIGITS}g"))  # as a program wrote a float out
    return value


def read_year(raw: object) -> int | None:
    """Read a year written as a number, as text, as ``2025年`` or as its last day; None for others.

    >>> read_year("2025年度"), read_year(2025.0), read_year("二〇二五 年"), read_year("25")
    (2025, 2025, 2025, None)
    >>> read_year(dt.date(2025, 12, 31)), read_year("2025年①"), read_year("2025年（1-6月）")
    (2025, 2025, None)
    """
    if isinstance(raw, dt.date):
        return raw.year if (raw.month, raw.day) in {(12, 31), (1, 1)} else None
    if isinstance(raw, float | Decimal) and raw == int(raw):
        raw = int(raw)
    text = re.sub(r"\s", "", narrow(seen(str(raw)))).translate(_CHINESE_DIGITS)
    text = NOTE_MARKS.sub("", text)
    if re.fullmatch(r"(?:19|20|21)[0-9]{2}[-/.年]12[-/.月]31日?", text):
        return int(text[:4])
    text = _YEAR_END.sub("", text)
    return int(text) if _YEAR.fullmatch(text) else None
