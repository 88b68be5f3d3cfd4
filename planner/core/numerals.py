"""Numbers as people type them: full-width digits, thousands separators, stray signs (§9).

What can be understood is understood, and said; everything else is not a number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_BLANK = {"", "-", "--", "—", "——", "/", "无", "n/a", "na", "nan", "none", "null", "…", "……"}
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(?:19|20|21)\d\d")
# Excel keeps fifteen significant digits; what a float has beyond them was never typed.
_DIGITS = 15


@dataclass(frozen=True)
class Numeral:
    """A typed value: the number, or none, and how it had to be read."""

    value: Decimal | None
    text: str
    blank: bool = False
    notes: tuple[str, ...] = ()


def read_number(raw: object) -> Numeral:
    """Read a cell or field as a number.

    >>> read_number("１，８６２.５")
    Numeral(value=Decimal('1862.5'), text='１，８６２.５', blank=False, notes=('full_width', 'thousands'))
    >>> read_number("约350").value is None
    True
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
    text = str(raw).strip()
    plain = unicodedata.normalize("NFKC", text)
    notes = ["full_width"] if re.sub(r"\s", "", plain) != re.sub(r"\s", "", text) else []
    plain = re.sub(r"\s+", " ", plain).replace("\u2212", "-").strip()
    plain = re.sub(r"(?<=\d) ?\. ?(?=\d)", ".", plain)
    if plain.casefold() in _BLANK:
        return Numeral(None, text, blank=True)
    if plain.endswith("%"):
        plain = plain[:-1].strip()
        notes.append("percent_sign")
    if _GROUPED.fullmatch(plain) or _GROUPED.fullmatch(plain.replace(" ", ",")):
        plain = plain.replace(",", "").replace(" ", "")
        notes.append("thousands")
    if _PLAIN.fullmatch(plain) and len(plain) <= 2 * _DIGITS:
        return Numeral(Decimal(plain), text, notes=tuple(notes))
    return Numeral(None, text)


def read_year(raw: object) -> int | None:
    """Read a year written as a number, as text or as ``2025年``; None if it is not one.

    >>> read_year("2025年度"), read_year(2025.0), read_year("二〇二五 年"), read_year("25")
    (2025, 2025, 2025, None)
    """
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = unicodedata.normalize("NFKC", str(raw)).translate(_CHINESE_DIGITS)
    text = re.sub(r"\s|\([^()]*\)$", "", text)
    text = re.sub(r"年(度|末|底|基准值|目标值|完成值)?$", "", text)
    return int(text) if _YEAR.fullmatch(text) else None
