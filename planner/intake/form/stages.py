"""Stages: the targets that the texts of a form's stages state, and the figures that are none.

A figure counts for a year when its sentence names the indicator, no other year, and how far it is
to come; what only resembles one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from planner.intake.form.phrasing import without_unit
from planner.model.catalogue import Catalogue, Indicator

_REACHES = (
    "(?:达到|达|增加到|增加至|增长到|增长至|增至|提高到|提高至|提升到|提升至|扩大到|发展到|降至|降到|降低到|下降到"
    "|下降至|控制在|保持在|稳定在|为|：)?"
)
_FROM = r"(?:由|从)(?:20\d\d年的?)?\s*\d[\d,.]*\s*[^\d\s，,。；]{0,6}?\s*"
_ABOUT = "(?:左右|上下|以上|以下|以内|余|多)?"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_LEADS = re.compile(r"(?:力争|确保|实现|推动|预计|全年|预期|使)+$")
LONGEST = 20_000  # letters; no stage is longer
BEHIND = 12  # letters between a name and a figure that may be its own


def stated_targets(said: str, year: int, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the targets a text states for a year: name, a word such as 达到, number and unit.

    >>> from planner.model.catalogue import shipped
    >>> text = "优质中小企业由38家增加到40家，比上年增加2家。2025年有效发明专利达到214件。"
    >>> list(stated_targets(text, 2026, shipped()))
    [('quality_smes', '40')]
    """
    for item, number, _ in _found(said[:LONGEST], year, catalogue):
        yield item.id, without_unit(number, item.unit.zh)


def unread_targets(said: str, year: int, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield indicator and words of figures that stand beside a name and are no target of it.

    >>> from planner.model.catalogue import shipped
    >>> list(unread_targets("新增优质中小企业2家，研发经费投入增加到5亿元。", 2026, shipped()))
    [('quality_smes', '新增优质中小企业2家')]
    """
    said = said[:LONGEST]
    taken = [span for _, _, span in _found(said, year, catalogue)]
    seen: list[tuple[int, int]] = []
    for item, _, beside in _patterns(catalogue):
        for match in beside.finditer(said):
            start, end = match.span()
            if any(start < other[1] and other[0] < end for other in (*taken, *seen)):
                continue
            seen.append(match.span())
            before = re.split(r"[。；;，,\n]", said[:start])[-1]
            words = re.split(r"[。；;，,\n]", match[0])[0]
            if _of_year(said[:start], year):
                yield item.id, f"{before}{words}"


@lru_cache(maxsize=8)
def _patterns(
    catalogue: Catalogue,
) -> tuple[tuple[Indicator, re.Pattern[str], re.Pattern[str]], ...]:
    """Return by name, the longest first, what finds its targets and what any figure beside it."""
    names = {name: item for item in catalogue if item.goal for name in (item.zh, *item.aliases)}
    patterns = []
    for name in sorted(names, key=len, reverse=True):
        word, unit = re.escape(name), re.escape(names[name].unit.zh)
        span = rf"{_DIGITS}(?:\s*[-~～—至到]\s*{_DIGITS})?"
        number = rf"((?:约|超过|突破|不低于|不少于)?{span}\s*{unit}{_ABOUT})"
        stated = rf"{word}(?:数量|总量|拥有量)?\s*(?:{_FROM})?{_REACHES}\s*{number}"
        beside = rf"{word}[^。；;，,\d]{{0,{BEHIND}}}\d[\d,.]*[^\s。；;，,]{{0,4}}"
        patterns.append((names[name], re.compile(stated), re.compile(beside)))
    return tuple(patterns)


def _found(
    said: str, year: int, catalogue: Catalogue
) -> Iterator[tuple[Indicator, str, tuple[int, int]]]:
    """Yield indicator, number with its unit, and place of every target that is stated."""
    taken: list[tuple[int, int]] = []
    for item, stated, _ in _patterns(catalogue):
        for match in stated.finditer(said):
            inside = any(start <= match.start() < end for start, end in taken)
            if not inside and _is_of(said[: match.start()], year):
                yield item, match[1], match.span()
                taken.append(match.span())


def _is_of(before: str, year: int) -> bool:
    """Whether what follows a text is said of a year, and of nothing but the name that follows."""
    last = _LEADS.sub("", re.split(r"[。；\n]", before)[-1])[-1:]
    return _of_year(before, year) and (not last or not last.isalnum() or last in "年底末")


def _of_year(before: str, year: int) -> bool:
    """Whether the sentence that a text ends with names no other year."""
    years = re.findall(r"(20\d\d)年", re.split(r"[。；\n]", before)[-1])
    return not years or int(years[-1]) == year
