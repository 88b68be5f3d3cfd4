"""Circumstances: what words around a table say of all its figures (§16).

A title, a line between rows, the name of a sheet, a note: they may say that figures are of a part
of the year, planned or estimated, or of others than the cluster. Words that only name a document,
such as 三年行动计划, say nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from planner.core.numerals import narrow, seen
from planner.intake.headings import Heading, read_heading
from planner.model.vocabulary import vocabulary

_MONTHS = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_PART = re.compile(
    r"[上下前后]半年|半年|前?[一二三四1-4](?:[-~～—–至到][一二三四1-4])?季度|\bq[1-4]\b|\bh[12]\b"
    rf"|{_MONTHS}月?[-~～—–至到]{_MONTHS}月|{_MONTHS}月[份]?[末底]|截[至止].{{0,6}}?{_MONTHS}月",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(?:0?1|一)月?[-~～—–至到](?:12|十二)月|(?:12|十二)月[份]?[末底]?|[一1][-~～—–至到][四4]季度"
)
LONGEST = 300  # letters; no title and no note that says something of figures is longer


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
        Whether it is a note, of which nobody knows what figures it means: that some are
        preliminary is no doubt then.
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
    ('规上', '')
    """
    plain = narrow(seen(text))[:LONGEST]
    words = vocabulary()
    if part := _PART.search(_WHOLE.sub(" ", plain)):
        return part[0]
    told = read_heading(text) if not aside else Heading("")
    if told.kind and not told.rest and not told.role:
        return told.text  # 同比增速（%） over a table is about all of it
    plain = re.sub("|".join(words.document_names), " ", plain)
    plain_states = {"revised", *(["target"] if hopes else []), *(["preliminary"] if aside else [])}
    doubtful = [
        word
        for state, said in words.states.items()
        if state not in plain_states
        for word in said
        if not word.isascii()
    ]
    found = [word for word in doubtful if word in plain]
    signs = not aside or any(sign in plain for sign in words.note_signs)
    found += [word for word in words.scopes if word in plain and signs]
    found += [word for word in words.no_actuals if word in plain and not aside]
    # Before the word for a cluster it is part of somebody's name.
    end = plain.rfind(words.cluster_word)
    weak = {*words.scopes, *words.states["target"]}
    kept = [word for word in found if word not in weak or not (named or plain.rfind(word) < end)]
    return max(kept, key=len) if kept else ""
