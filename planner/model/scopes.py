"""Scopes: whose figures a benchmark's are, beside the cluster that is held against them (§10).

An industry or a region of one's own says more than the nation; what another region did says less.
Both are told from words alone: those of the figure's scope, of the cluster's name and of the region
that the rule set is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from planner.core import resources
from planner.core.findings import InputError
from planner.core.schema import Closed, Text, parse, validate

Kind = Literal["average", "target", "goal"]
_ASIDE = re.compile(r"[（(【\[].*?[)）】\]]")
_WORDLESS = re.compile(r"[\W\d_]+")


class ScopeWords(Closed):
    """How scopes are worded."""

    english: dict[str, str]
    nation: tuple[str, ...]
    sectors: tuple[str, ...]
    regions: tuple[str, ...]
    generic: tuple[str, ...]
    kinds: dict[Kind, tuple[str, ...]]
    aims: tuple[str, ...]
    aimed: tuple[str, ...]


@resources.once
def scope_words() -> ScopeWords:
    """Return the words of the shipped file."""
    value, findings = validate(ScopeWords, parse(resources.data_text("scopes.yaml"), "scopes.yaml"))
    if value is None:
        raise InputError(findings)
    return value


def kind_of(text: str, *beside: str, source: str = "") -> Kind | None:
    """Return what kind of figure is meant by a word, or where there is none by what stands beside.

    None where the word is unknown.

    >>> kind_of("规划目标"), kind_of("", "企业占比", "2028年目标"), kind_of("", "企业占比"), kind_of("?")
    ('target', 'target', 'average', None)
    """
    words = scope_words()
    if not text:
        aimed = any(aim in said for aim in words.aims for said in beside)
        aimed = aimed or any(aim in source for aim in words.aimed)
        return "target" if aimed else "average"
    return next((kind for kind, names in words.kinds.items() if text.casefold() in names), None)


def in_words(text: str) -> Text:
    """Return a scope or basis in both languages; in its own words where no others are known.

    >>> in_words("全国").en, in_words("某县").en
    ('China', '某县')
    """
    return Text(zh=text or "—", en=scope_words().english.get(text, text) or "—")


class Reach(NamedTuple):
    """How near a scope is to a cluster: the greater, the nearer.

    `region` is 1 for the cluster's own, 0 where none is named, -1 for another one; `industry` 2 for
    the cluster's own, 1 for one that its name does not tell, 0 where none is named; `sector`
    whether industry as a whole is meant and not the whole economy.
    """

    region: int
    industry: int
    sector: bool


@dataclass(frozen=True)
class Setting:
    """Where a cluster stands: its name and the region its rules are for."""

    cluster: str = ""
    region: str = ""

    def reach(self, scope: str) -> Reach:
        """Return how near a scope is.

        >>> here = Setting("示例县番茄制品产业集群", "新疆")
        >>> here.reach("新疆番茄制品业"), here.reach("全国规上工业").sector, here.reach("河北省").region
        (Reach(region=1, industry=2, sector=False), True, -1)
        """
        return _reach(scope, self.cluster, self.region)


@lru_cache(maxsize=1024)  # the same few scopes are asked for with every change of a plan
def _reach(scope: str, cluster: str, region: str) -> Reach:
    words = scope_words()
    own, named = {region, *_found(cluster)}, set(_found(scope))
    near = 0 if not named else 1 if named & own else -1 if any(own) else 0
    industry = _industry(scope)
    told = bool(industry) + bool(_pairs(industry) & _pairs(_industry(cluster)))
    return Reach(near, told, not industry and any(word in scope for word in words.sectors))


def _found(text: str) -> tuple[str, ...]:
    return tuple(name for name in scope_words().regions if name in text)


def _industry(scope: str) -> str:
    """Return what a scope says besides places and general words: an industry, or a cluster."""
    words, left = scope_words(), _ASIDE.sub("", scope)
    for word in (*words.nation, *words.regions, *words.sectors, *words.generic):
        left = left.replace(word, " ")
    return "".join(part for part in _WORDLESS.sub(" ", left).split() if len(part) > 1)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
