"""Labels: which indicator the words beside a number mean, and what else they say of it (§4, §16).

Names, ids, aliases and the rows of the form are known; the unit in brackets, the number before
and a note mark behind are set apart. What names another thing is never taken for the indicator
that it resembles: the reason is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from planner.core.numerals import NOTE_MARKS, narrow, seen
from planner.intake.headings import read_heading
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue
from planner.model.mapping import IGNORED, Mapped
from planner.model.units import read_unit
from planner.model.vocabulary import bare, vocabulary

_NUMBERING = re.compile(
    r"^\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}(?:[）)、．]|\.(?!\d))|[①-⑳]|\d{1,2}(?:\.\d{1,2})+\s|[-·•*●○■□▪★☆▲◆◇]\s*)\s*"
)
LONGEST = 60  # letters; no name is longer
_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_BEHIND = re.compile(r"^(.+?)(?:[\s/:：_\-—]+|(?<=[^\W\d_])(?=[%‰]$))([^\s:：]{1,12})$")


@dataclass(frozen=True)
class Label:
    """What a label says.

    Attributes
    ----------
    text
        The words as they stand.
    key
        The id of the indicator, or of its stated growth; None where none is known.
    unit
        The unit that it names, as written.
    kind, year, period, state
        What it says of the figure, as a heading does.
    other
        The word that makes it another thing than the indicator that it resembles: a key of the
        vocabulary's `others`, which says why.
    rest
        What stands in brackets and is not understood.
    ignored
        Whether somebody said that it is to be left.
    """

    text: str
    key: str | None = None
    unit: str = ""
    kind: str = ""
    year: int | None = None
    period: str = ""
    state: str = ""
    other: str = ""
    rest: str = ""
    ignored: bool = False


def stated_label(text: str) -> tuple[str, str] | None:
    """Return a label without the words that say how a target is meant, and their short form.

    >>> stated_label("新培育高新技术企业（以上）"), stated_label("集群总产值（突破）")
    (('高新技术企业', '>=+{}'), ('集群总产值', '>={}'))
    >>> stated_label("集群总产值（亿元）")
    """
    plain = narrow(seen(text))
    words = vocabulary()
    pattern, sign = "{}", ""
    for prefix, short in words.label_prefixes.items():
        if plain.startswith(prefix):
            plain, pattern = plain[len(prefix) :], short
            break
    for inside in _BRACKETS.findall(plain):
        short = next((s for s, known in words.label_signs.items() if bare(inside) in known), "")
        if short:
            sign = short
            plain = re.sub(rf"[(（\[]{re.escape(inside)}[)）\]]", "", plain)
    return None if pattern == "{}" and not sign else (plain.strip(), f"{sign}{pattern}")


def read_label(
    text: str, catalogue: Catalogue, mapping: Mapping[str, Mapped] | None = None
) -> Label:
    """Read a label; `mapping` says what labels of one's own mean.

    >>> from planner.model.catalogue import shipped
    >>> read_label("1. 集群总产值（万元）", shipped()).key
    'output'
    >>> read_label("集群总产值同比增长（%）", shipped()).key
    'output_growth'
    >>> told = read_label("规上企业总产值", shipped())
    >>> told.key, told.other
    (None, '规上')
    """
    if not mapping:
        return _of_text(text, catalogue)
    shown = seen(text)
    found = mapping.get(bare(shown)) or mapping.get(bare(_BRACKETS.sub("", narrow(shown))))
    if found:
        if found.indicator == IGNORED:
            return Label(shown, ignored=True)
        return Label(shown, found.indicator, found.unit or _read(shown, catalogue).unit)
    return _read(shown, catalogue)


@lru_cache(maxsize=8192)
def _of_text(text: str, catalogue: Catalogue) -> Label:
    return _read(seen(text), catalogue)


def _read(shown: str, catalogue: Catalogue) -> Label:
    plain = NOTE_MARKS.sub("", narrow(shown)).strip()
    plain = _NUMBERING.sub("", plain)
    outside, inside = _brackets(plain)
    unit, kind, state, period, year, rest = "", "", "", "", None, []
    for part in inside:
        told = read_heading(part)
        unit = unit or told.unit
        kind, state, period = kind or told.kind, state or told.state, period or told.period
        year = year if year is not None else told.year
        words = vocabulary()
        plain_words = bare(part) in words.properties or bare(part).startswith(("去重", "有效期内"))
        leaves = any(re.search(pattern, part) for pattern in words.leaving_out)
        harmless = leaves and any(thing in part for thing in words.outside_anyway)
        if told.rest and not (read_unit(told.rest) or plain_words or harmless):
            rest.append(part)
    key, more = _key(outside, catalogue)
    if key is None and (whole := catalogue.find(plain)) and not rest:
        key = whole
    unit = unit or more.unit
    year = year if year is not None else more.year
    kind, state, period = kind or more.kind, state or more.state, period or more.period
    key = grown(key, kind, catalogue)
    other = _other([outside] if key is None else [], rest)
    return Label(
        shown, None if other else key, unit, kind, year, period, state, other, "、".join(rest)
    )


def _brackets(text: str) -> tuple[str, list[str]]:
    """Split a label into what stands outside of brackets and what in each."""
    inside = []
    while match := _BRACKETS.search(text):
        inside.append(match[1].strip())
        text = text[: match.start()] + text[match.end() :]
    return text.strip(), [part for part in inside if part]


def _key(text: str, catalogue: Catalogue) -> tuple[str | None, Label]:
    """Return the indicator of a label without brackets, and what the words around it say."""
    if key := catalogue.find(text):
        return key, Label(text)
    if len(text) > LONGEST:
        return None, Label(text)
    words = _NUMBERING.sub("", text).rstrip("%")
    stem = re.sub(r"(?:数量|总数|家数|个数|数)$", "", words)
    for tried in (words, stem, f"{stem}数量", f"集群{words}"):
        if tried and (key := catalogue.find(tried)):
            return key, Label(text, unit="%" if text.endswith("%") else "")
    behind = _BEHIND.match(words)
    if behind and read_unit(behind[2]) and (key := catalogue.find(behind[1])):
        return key, Label(text, unit=behind[2])
    told = read_heading(words)
    if told.year is not None or told.kind or told.state or told.period:
        name = _named(words, catalogue)
        if name is not None:
            return name, Label(text, None, told.unit, told.kind, told.year, told.period, told.state)
    return None, Label(text)


def _named(words: str, catalogue: Catalogue) -> str | None:
    """Return the indicator that is left of words when what they say of the figure is taken out."""
    text = re.sub(r"(?:19|20|21)\d\d(?:年度|年末|年底|年)?", "", words)
    for pattern, _, _ in vocabulary().telling:
        shorter = pattern.sub("", bare(text))
        if shorter != bare(text) and (key := catalogue.find(shorter)):
            return key
    return catalogue.find(text)


def grown(key: str | None, kind: str, catalogue: Catalogue) -> str | None:
    """Return the stated growth of an indicator, where a label says that growth is meant."""
    if key is None or kind not in {"growth", "index"}:
        return key
    item = catalogue.indicators.get(key)
    if item is None or item.kind != "measured":
        return key
    yearly = (i.id for i in catalogue if i.kind == "growth" and i.of == key and i.periods == 1)
    return next(yearly, key + GROWTH_SUFFIX)


def _other(outside: list[str], inside: list[str]) -> str:
    """Return the word by which words name another thing, where they do."""
    for words in (*outside, *inside):
        text = bare(words)
        found = [word for word in vocabulary().others if bare(word) in text]
        if found:
            return max(found, key=len)
    return ""
