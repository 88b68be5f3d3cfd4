"""The vocabulary of tables: the words by which headings and labels are known, as data.

Read from ``data/reading.yaml``; what a heading says is worked out in
:mod:`planner.intake.headings`.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

from planner.core import resources
from planner.core.findings import InputError
from planner.core.numerals import narrow
from planner.core.schema import Closed, Text, parse, validate


def bare(text: str) -> str:
    """Reduce words to what identifies them: no width, case, blank or punctuation.

    >>> bare("数　值："), bare("上年＝100")
    ('数值', '上年=100')
    """
    return _bare(text) if len(text) <= _SHORT else _reduced(text)


def _reduced(text: str) -> str:
    return _SIGNS.sub("", narrow(text).casefold())


_SIGNS = re.compile(r"[\s:;,.、，。；：\"'“”‘’_\-—]+")
_SHORT = 80  # the same short words are asked for again and again
_bare = lru_cache(maxsize=8192)(_reduced)


# Words that cells are compared with in their bare form.
Words = Annotated[tuple[str, ...], AfterValidator(lambda words: tuple(map(bare, words)))]


class Vocabulary(Closed):
    """What the file of words holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    roles: dict[str, tuple[str, ...]]
    better: dict[str, Words]
    in_words: Words
    kinds: dict[str, tuple[str, ...]]
    neutral: tuple[str, ...]
    states: dict[str, tuple[str, ...]]
    others: dict[str, Text]
    footers: Words
    examples: Words
    points: Words
    turning: tuple[str, ...]
    telling_options: tuple[str, ...]
    no_actuals: tuple[str, ...]
    whole_years: Words
    scope_word: str
    note_signs: tuple[str, ...]
    measuring: tuple[str, ...]
    code_rows: Words
    part_word: str
    mere_remarks: tuple[str, ...]
    totals: Words
    dittos: Words
    includes: tuple[str, ...]
    scopes: tuple[str, ...]
    correcting: tuple[str, ...]
    says_of: str
    doubting: tuple[str, ...]
    doubtful_if_so: str
    whole_parts: Words
    rivals: str
    leaving_out: tuple[str, ...]
    estimating: tuple[str, ...]
    outside_anyway: tuple[str, ...]
    settling: tuple[str, ...]
    instructing: tuple[str, ...]
    bounding: tuple[str, ...]
    counting: str
    properties: Words
    target_kinds: dict[str, Words]
    label_prefixes: dict[str, str]
    label_signs: dict[str, Words]
    relabelling: tuple[str, ...]
    parts: str
    firm_word: str
    document_names: tuple[str, ...]
    denials: tuple[str, ...]
    happenings: tuple[str, ...]
    event_counters: tuple[str, ...]
    units_above: Words
    cluster_word: str
    cluster_above: Words

    @cached_property
    def role_of(self) -> dict[str, str]:
        """Which role a heading has, by its bare words."""
        return {bare(name): role for role, names in self.roles.items() for name in names}

    @cached_property
    def telling(self) -> tuple[tuple[re.Pattern[str], str, str], ...]:
        """Every word that makes a figure another one, the longest first: (word, group, name)."""
        told = [(bare(word), "kind", name) for name, words in self.kinds.items() for word in words]
        told += [
            (bare(word), "state", name) for name, words in self.states.items() for word in words
        ]
        told.sort(key=lambda item: (-len(item[0]), item))
        return tuple((_whole(word), group, name) for word, group, name in told)

    @cached_property
    def another_thing(self) -> re.Pattern[str]:
        """A remark that is the name of another thing: 增加值, 当年授权数."""
        names = "|".join(map(re.escape, self.others))
        return re.compile(rf"(?:当年|本年|为|系|属)*({names})[数量额值收入口径]*")

    @cached_property
    def said_of(self) -> re.Pattern[str]:
        """Words by which a remark says that a figure is a forecast or of a part of the firms."""
        states = [
            w for name in ("estimate", "superseded", "preliminary") for w in self.states[name]
        ]
        words = "|".join(re.escape(word) for word in (*self.scopes, *states) if not word.isascii())
        return re.compile(rf"{self.says_of}({words})(?:[数值额]|口径|企业|数据|单位|$)")

    @cached_property
    def says_nothing(self) -> re.Pattern[str]:
        """Words that leave a figure what it is, one behind the other."""
        words = sorted(map(bare, self.neutral), key=len, reverse=True)
        return re.compile("(?:" + "|".join(map(re.escape, words)) + ")+")


def _whole(word: str) -> re.Pattern[str]:
    """Return what finds a word, an English one not within another."""
    told = re.escape(word)
    return re.compile(rf"(?<![a-z]){told}(?![a-z])" if word.isascii() else told)


@resources.once
def vocabulary() -> Vocabulary:
    """Return the words that are known.

    >>> vocabulary().role_of["指标名称"]
    'indicator'
    """
    document = parse(resources.data_text("reading.yaml"), "reading.yaml")
    value, findings = validate(Vocabulary, document)
    if value is None:
        raise InputError(findings)
    return value
