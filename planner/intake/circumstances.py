"""Circumstances: what words around a table say of all its figures (§16).

A title, a line between rows, the name of a sheet, a note: they may say that figures are of a part
of the year, planned or estimated, or of others than the cluster. Words that only name a document,
such as 三年行动计划, say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import lru_cache

from planner.core.numerals import narrow, seen
from planner.intake.headings import Heading, read_heading
from planner.model.vocabulary import vocabulary

_MONTHS = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = "[-~～—–至到]"
_DATE = r"20\d\d[年.\-/]?(?:0?1|01)[月.\-/]?(?:0?1日?)?"
_PART = re.compile(
    rf"[上下前后]半年|半年|前?[一二三四1-4](?:{_TO}[一二三四1-4])?季度|前[一二三]季|[一二三]季报|季报|月报"
    r"|中期|中报|前\d+个?月|(?<![a-z0-9])[hq][1-4](?![a-z0-9])|20\d\d年?[hq][1-4](?!\d)"
    rf"|{_MONTHS}月?{_TO}{_MONTHS}月|{_MONTHS}月[份]?[末底]|截[至止].{{0,6}}?{_MONTHS}月"
    rf"|20\d\d[./](?:1[0-2]|0?[1-9]){_TO}(?:20\d\d[.\-/年])?(?:1[0-2]|0?[1-9])(?![\d日])"
    rf"|{_DATE}{_TO}20\d\d[年.\-/](?:1[0-2]|0?[1-9])(?:[月.\-/]\d{{1,2}}日?)?",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"(?:0?1|一)月?{_TO}(?:12|十二)月|(?:12|十二)月(?:[份]?[末底]|31日)|[一1]{_TO}[四4]季度|截[至止]20\d\d年12月"
    rf"|{_DATE}{_TO}20\d\d[年.\-/]12(?:[月.\-/](?:31日?)?)?|20\d\d[.\-/年]0?1{_TO}(?:20\d\d[.\-/年])?12(?!\d)"
)
_MERE_DAY = re.compile(r"(?:截至|截止)?(?:1[01]|0?[1-9])月(?:\d{1,2}日)?")
# A day or month of making, or of what is reported: 2025年9月, 2025-09, 202509, 20250930.
_DAY = re.compile(
    r"(?<!\d)(20\d\d)(?:[年.\-/]\s?(1[0-2]|0?[1-9])(?!\d)|(1[0-2]|0[1-9])(?:[0-3]\d)?(?!\d))"
)
LONGEST = 300  # letters; no title and no note that says something of figures is longer


def part_of_year(text: str) -> str:
    """Return the words by which a text speaks of a part of a year.

    >>> part_of_year("2025年1-9月"), part_of_year("2025.01-2025.12"), part_of_year("2025年H1")
    ('1-9月', '', '2025年H1')
    """
    return _part(text[:LONGEST])


@lru_cache(maxsize=4096)
def _part(text: str) -> str:
    part = _PART.search(_WHOLE.sub(" ", narrow(seen(text))))
    return part[0] if part else ""


def part_said(text: str) -> str:
    """Return the words by which a remark says that a figure is of a part of a year.

    An event of a quarter is none, nor what says that the year is whole.

    >>> part_said("2025年为1-9月数据"), part_said("上半年"), part_said("上半年新增规上企业3家")
    ('1-9月', '上半年', '')
    """
    part, plain = part_of_year(text), narrow(seen(text))
    if not part or "全年" in plain:
        return ""
    before, _, behind = plain.partition(part)
    says = re.search(r"(?:为|系|按|是|仅|截[至止])[^，。；]{0,6}$", before)
    told = re.match(r"(?:累计|合计|完成)?(?:数据|数|值|情况|快报|口径)", behind)
    rest = re.sub(r"20\d\d年度?|[\s()（）]", "", before + behind)
    return part if says or told or not rest else ""


def _search(text: str) -> Callable[[str], re.Match[str] | None]:
    return lambda pattern: re.search(pattern, text)


def made_within(text: str, years: AbstractSet[int]) -> str:
    """Return a month within the latest of some years that a text is dated by, else nothing.

    What was written down in 2025年9月 cannot know all of 2025.

    >>> made_within("填报日期：2025年7月15日", {2024, 2025}), made_within("2026年3月填报", {2025})
    ('2025年7月', '')
    """
    plain = _WHOLE.sub(" ", narrow(seen(text))[:LONGEST])
    for match in _DAY.finditer(plain):
        month = int(match[2] or match[3])
        if int(match[1]) == max(years, default=0) and month < 12:  # noqa: PLR2004 - December
            return f"{match[1]}年{month}月"
    return ""


def _is_outside(word: str, text: str) -> bool:
    """Whether what a text leaves out is outside of what is counted anyway."""
    words = vocabulary()
    leaves = any(re.search(pattern, word) for pattern in words.leaving_out)
    return leaves and any(thing in text for thing in words.outside_anyway)


@lru_cache(maxsize=4096)
def circumstance(
    text: str, *, hopes: bool = False, aside: bool = False, named: bool = False
) -> str:
    """Return the words by which a text makes figures doubtful; empty where there are none.

    Parameters
    ----------
    text
        A title, a note, the name of a sheet.
    hopes
        Whether targets are what is wanted.
    aside
        Whether it is a note, of which nobody knows what figures it means: it may correct one.
    named
        Whether it may be a name: then only part of a year, or an estimate, says something.

    Examples
    --------
    >>> circumstance("全国重点半导体材料产业集群基础数据"), circumstance("甲集群2025年计划指标")
    ('', '计划')
    >>> circumstance("甲县2025年1—6月主要指标"), circumstance("甲县2025年1-12月主要指标")
    ('1—6月', '')
    >>> circumstance("2025年（预计）"), circumstance("甲集群三年行动计划基础数据")
    ('预计', '')
    >>> circumstance("二、规上企业指标"), circumstance("注：2025年为快报数", aside=True)
    ('规上', '快报数')
    """
    plain = narrow(seen(text))[:LONGEST]
    words = vocabulary()
    if part := part_of_year(text):
        return part
    if day := _MERE_DAY.fullmatch(plain):
        return day[0]
    told = read_heading(text) if not aside else Heading("")
    if told.kind and not told.rest and not told.role:
        return told.text  # 同比增速（%） over a table is about all of it
    plain = re.sub("|".join(words.document_names), " ", plain)
    if any(word in plain for word in words.settling) or (
        aside and any(word in plain for word in words.instructing)
    ):
        return ""
    plain = re.sub(rf"(?:{'|'.join(words.bounding)})(?:行业)?平均(?:水平)?", " ", plain)
    plain_states = {"revised", *(["target", "estimate"] if hopes else [])}
    doubtful = [
        word
        for state, said in words.states.items()
        if state not in plain_states
        for word in said
        if not word.isascii()
    ]
    found = [word for word in doubtful if word in plain]
    if ("规上" in plain and "规下" in plain) or ("规模以上" in plain and "规模以下" in plain):
        plain = re.sub("规模以[上下]|规[上下]", " ", plain)  # both are all of them
    signs = not aside or any(sign in plain for sign in words.note_signs)
    found += [word for word in words.scopes if word in plain and signs]
    found += [word for word in words.no_actuals if word in plain and not aside]
    if aside:
        found += [match[0] for match in map(_search(plain), words.correcting) if match]
        found = [] if set(found) and all(_is_outside(word, plain) for word in found) else found
    # Before the word for a cluster it is part of somebody's name.
    end = plain.rfind(words.cluster_word)
    weak = {*words.scopes, *words.states["target"]}
    kept = [word for word in found if word not in weak or not (named or plain.rfind(word) < end)]
    return max(kept, key=len) if kept else ""
