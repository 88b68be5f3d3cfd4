"""Number formats of workbooks: what a cell's format says of the number shown (§16).

Only what can be evidence is taken: a per cent sign, a unit written behind the digits, a number
shown a thousand or ten thousand times smaller than it is stored, a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Formats that a workbook names by number alone, in whatever language it was made.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00", 48: "##0.0E+0", 49: "@",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mmss.0", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: "h:mm", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm:ss",
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: "h:mm", 56: "h:mm:ss", 57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}  # fmt: skip
_TOKENS = re.compile(r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]')
_DIGITS = re.compile(r"[0#?]")


@dataclass(frozen=True)
class Shown:
    """What a format does to a number.

    `places` is by how many powers of ten it is shown smaller than stored, `literal` the words
    beside the digits, `nothing` that no digit of it is shown.
    """

    percent: bool = False
    places: int = 0
    literal: str = ""
    date: bool = False
    year_only: bool = False
    month_only: bool = False
    nothing: bool = False


@lru_cache(maxsize=512)
def shown(code: str) -> Shown:
    r"""Return what a format says of the numbers shown in it.

    >>> shown("0.00%").percent, shown('#,##0.00"万元"').literal, shown(r"0\.0,").places
    (True, '万元', 4)
    >>> shown('yyyy"年"').date, shown("#,##0.00;[Red]-#,##0.00").date
    (True, False)
    """
    # A section that begins with a bracketed comparison shows some numbers so and others not.
    section = _first_section(code)
    if not section and code:
        return Shown(nothing=True)  # ;;; shows nothing at all
    bare, literals = [], []
    inner = 0  # digits behind an escaped point, as in 0\.0, for ten thousands
    last, end = False, 0
    for match in _TOKENS.finditer(section):
        bare.append(section[end : match.start()])
        end = match.end()
        word = match["quoted"] if match["quoted"] is not None else match["escaped"] or ""
        if (match["bracket"] or "").startswith("$"):
            word = match["bracket"][1:].partition("-")[0]
        if word == "." and _DIGITS.search("".join(bare)) and _DIGITS.match(section[end : end + 1]):
            tail = re.match(r"[0#?]+", section[end:])
            inner, last = len(tail[0]) if tail else 0, True
            continue
        literals.append(word)
    bare.append(section[end:])
    plain = "".join(bare)
    if plain.strip().casefold() in {"general", "g/通用格式", "@", ""}:
        return Shown(literal="".join(literals).strip())
    if not _DIGITS.search(plain) and re.search(r"[ymdhse]", plain, re.IGNORECASE):
        letters = set(re.findall(r"[ymdhs]", plain.casefold()))
        return Shown(date=True, year_only=letters == {"y"}, month_only=letters == {"y", "m"})
    if not _DIGITS.search(plain) and "general" not in plain.casefold():
        return Shown(literal="".join(literals).strip(), nothing=True)
    body = re.search(r"[0#?][0#?,.]*", plain)
    commas = len(body[0]) - len(body[0].rstrip(",")) if body else 0
    places = 3 * commas + (inner if last else 0)
    percent = "%" in plain or "％" in "".join(literals)
    words = "".join(literals).replace("％", "") + re.sub(r"[0#?,.\sE+\-%()/;]|General", "", plain)
    return Shown(percent, places, words.strip())


def _first_section(code: str) -> str:
    """Return the section for positive numbers."""
    quoted, bracket = False, False
    for place, char in enumerate(code):
        before = code[place - 1 : place] if place else ""
        if char == '"' and before not in {"\\", "!"}:
            quoted = not quoted
        elif not quoted and char in "[]":
            bracket = char == "["
        elif char == ";" and not quoted and not bracket and before not in {"\\", "!"}:
            return code[:place]
    return code


@lru_cache(maxsize=512)
def words_of(code: str) -> str:
    """Return the words that a format writes beside a number or date, those of a calendar left out.

    >>> words_of('0"年1-6月"'), words_of('yyyy"年（计划）"'), words_of('yyyy"年"m"月"')
    ('1-6月', '（计划）', '')
    """
    words = "".join(match["quoted"] or "" for match in _TOKENS.finditer(_first_section(code)))
    return re.sub(r"^[年月日]+$|^年", "", words)
