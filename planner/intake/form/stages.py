"""Stages: the targets that the texts of a form's stages state, and the figures that are none.

A figure counts for a year when its sentence names the indicator, no other year, and how far it is
to come; what only resembles one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from planner.core.numerals import NUMERALS
from planner.intake.circumstances import circumstance
from planner.intake.form.phrasing import without_unit
from planner.model.catalogue import Catalogue, Indicator
from planner.model.units import factor

_REACHES = (
    "(?:达到|达|增加到|增加至|增长到|增长至|增至|提高到|提高至|提升到|提升至|扩大到|发展到|降至|降到|降低到|下降到"
    "|下降至|控制在|保持在|稳定在|为|：)?"
)
_FROM = r"(?:由|从)(?:20\d\d年的?)?\s*\d[\d,.]*\s*[^\d\s，,。；]{0,6}?\s*"
_ABOUT = "(?:左右|上下|以上|以下|以内|余|多)?"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_LEADS = re.compile(r"(?:其中|力争|确保|实现|推动|预计|全年|预期|使)+$")
# Another year that a figure is only held against, and what a bracket says of another figure.
_AGAINST = re.compile(r"(?:较|比|与|同|由|从|自)\s*20\d\d年(?:相比|度)?")
_CLOSED = re.compile(r"[（(][^（）()]*[）)]")
_GROUP = re.compile(r"([^\s，,。；;：:、]{2,12})[：:]\s*$")
_PLAIN = str.maketrans("０１２３４５６７８９．％", "0123456789.%", '“”"')
_BASES = ("元", "吨", "吨标煤", "吨标准煤", "人", "家", "件", "个", "户")
# Another year with a figure: 2027年达到222亿元.
_LATER = re.compile(r"(20\d\d)年(?:[^\d。；;\n]{0,6})\d[\d.,]*\s*[^\s\d，,。；;、）)]{0,4}")
LONGEST = 20_000  # letters; no stage is longer
SHORT = 2  # letters of a name that may be the end of another one
BEHIND = 12  # letters between a name and a figure that may be its own


def stated_targets(said: str, year: int, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the targets a text states for a year: name, a word such as 达到, number and unit.

    >>> from planner.model.catalogue import shipped
    >>> text = "优质中小企业由38家增加到40家，比上年增加2家。2025年有效发明专利达到214件。"
    >>> list(stated_targets(text, 2026, shipped()))
    [('quality_smes', '40')]
    """
    for item, number, _ in _found(said[:LONGEST].translate(_PLAIN), year, catalogue):
        yield item.id, without_unit(number, item.unit.zh)


def unread_targets(said: str, year: int, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield indicator and words of figures that stand beside a name and are no target of it.

    >>> from planner.model.catalogue import shipped
    >>> list(unread_targets("新增优质中小企业2家，研发经费投入增加到5亿元。", 2026, shipped()))
    [('quality_smes', '新增优质中小企业2家')]
    """
    said = said[:LONGEST].translate(_PLAIN)
    found = list(_found(said, year, catalogue))
    taken = [span for _, _, span in found]
    yield from _later(said, year, [(item, span) for item, _, span in found])
    seen: list[tuple[int, int]] = []
    # Where nothing was read, what is said of an earlier year may be a slip.
    past = bool(taken)
    for item, _, beside, name in _patterns(catalogue):
        for match in beside.finditer(said):
            start, end = match.span()
            if any(start < other[1] and other[0] < end for other in (*taken, *seen)):
                continue
            if len(name) <= SHORT and said[start - 1 : start].isalnum():
                continue  # 引进企业12家 is no number of all firms
            seen.append(match.span())
            before = re.split(r"[。；;，,\n]", said[:start])[-1]
            words = re.split(r"[。；;，,\n]", match[0])[0]
            tail = re.match(r"[^\s。；;，,\n]{0,12}", said[end:])
            if not (past and _is_past(said[:start], year)):
                yield item.id, f"{before}{words}{tail[0] if tail else ''}"


@lru_cache(maxsize=8)
def _patterns(
    catalogue: Catalogue,
) -> tuple[tuple[Indicator, re.Pattern[str], re.Pattern[str], str], ...]:
    """Return by name, the longest first, what finds its targets and what any figure beside it."""
    names = {name: item for item in catalogue if item.goal for name in (item.zh, *item.aliases)}
    patterns = []
    for name in sorted(names, key=len, reverse=True):
        word, unit = re.escape(name), re.escape(names[name].unit.zh)
        span = rf"{_DIGITS}(?:\s*[-~～—至到]\s*{_DIGITS})?"
        units = "|".join([unit, *_units(names[name].unit.zh)])
        # 万吨标煤 and 万吨碳 are not 万吨.
        number = rf"((?:约|超过|突破|不低于|不少于)?{span}\s*(?:{units})(?![标碳煤/／]){_ABOUT})"
        stated = rf"{word}(?:数量|总量|拥有量)?\s*(?:{_FROM})?{_REACHES}\s*{number}"
        spelled = rf"{NUMERALS}\s*{unit}"
        beside = rf"{word}[^。；;，,\d]{{0,{BEHIND}}}?(?:\d[\d,.]*[^\s。；;，,]{{0,4}}|{spelled})"
        patterns.append((names[name], re.compile(stated), re.compile(beside), name))
    return tuple(patterns)


def _units(own: str) -> list[str]:
    """Return the other units in which people write an indicator, the longest first."""
    others = [
        f"{times}{base}" for base in _BASES for times in ("", "万", "亿", "千", "百万", "万亿")
    ]
    others += [f"{unit}/{per}" for unit in others for per in ("万元", "亿元")] if "/" in own else []
    fitting = [unit for unit in others if unit != own and factor(unit, own) is not None]
    return sorted(map(re.escape, fitting), key=len, reverse=True)


def _found(
    said: str, year: int, catalogue: Catalogue
) -> Iterator[tuple[Indicator, str, tuple[int, int]]]:
    """Yield indicator, number with its unit, and place of every target that is stated."""
    taken: list[tuple[int, int]] = []
    for item, stated, _, name in _patterns(catalogue):
        for match in stated.finditer(said):
            inside = any(start <= match.start() < end for start, end in taken)
            group = _GROUP.search(said[: match.start()])
            # 主导产业：产值 may be that of the leading industry.
            other = group is not None and catalogue.find(f"{group[1]}{name}") not in {None, item.id}
            if not inside and not other and _is_of(said[: match.start()], year):
                yield item, match[1], match.span()
                taken.append(match.span())


def _is_of(before: str, year: int) -> bool:
    """Whether what follows a text is said of a year, and of nothing but the name that follows."""
    last = _LEADS.sub("", re.split(r"[。；\n]", before)[-1])[-1:]
    part = re.split(r"[。；，,\n]", before)[-1]
    return (
        _of_year(before, year)
        and not circumstance(part, hopes=True)
        and (last in "年底末" or not (last.isalpha() or last.isdecimal()))
    )


def _of_year(before: str, year: int) -> bool:
    """Whether the sentence that a text ends with names no other year."""
    years = _years(before)
    return not years or years[-1] == year


def _later(
    said: str, year: int, taken: list[tuple[Indicator, tuple[int, int]]]
) -> Iterator[tuple[str, str]]:
    """Yield figures of later years that stand behind a target, without its name."""
    for match in _LATER.finditer(said):
        before = [
            item
            for item, span in taken
            if span[1] <= match.start() and not re.search("[。\n]", said[span[1] : match.start()])
        ]
        if before and year < int(match[1]):
            yield before[-1].id, match[0]


def _is_past(before: str, year: int) -> bool:
    """Whether the sentence that a text ends with speaks of what was before the year."""
    years = _years(before)
    return bool(years) and years[-1] < year


def _years(before: str) -> list[int]:
    """Return the years that a sentence speaks of, those it only compares with left out."""
    last = _AGAINST.sub(" ", _CLOSED.sub(" ", re.split(r"[。；\n]", before)[-1]))
    return [int(year) for year in re.findall(r"(20\d\d)年", last)]
