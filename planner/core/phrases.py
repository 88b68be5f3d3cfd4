"""Phrases: what is said, as data - the name of a pattern with its facts, in no language yet.

Findings, reasons and ways out carry phrases; :mod:`planner.model.messages` alone turns them into
sentences, so that nothing has to be parsed back out of a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias, Union

from planner.core.frozen import FrozenDict, freeze
from planner.core.schema import Text

Fact: TypeAlias = Union[str, int, Decimal, Text, "Phrase", "Listed"]


@dataclass(frozen=True)
class Phrase:
    """A pattern of ``data/messages.yaml`` by its key, with what stands in its braces."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the facts."""
        freeze(self, "facts")


@dataclass(frozen=True)
class Listed:
    """Several things said one after the other; `between` names the words or sign between them."""

    parts: tuple[Fact, ...]
    between: str = "between"


def phrase(key: str, **facts: Fact) -> Phrase:
    """Return a phrase.

    >>> phrase("of_wish", said="…").key
    'of_wish'
    """
    return Phrase(key, FrozenDict(facts))


def listed(parts: Iterable[Fact], between: str = "between") -> Listed:
    """Return what is said several times once, in order.

    >>> listed(["a", "b", "a"]).parts
    ('a', 'b')
    """
    return Listed(tuple(dict.fromkeys(parts)), between)


# What marks each kind in plain data; a text of somebody's is a string and never a mapping.
_KIND = "is"


def as_plain(fact: Any) -> Any:
    """Return a fact as plain data that JSON can hold, see :func:`from_plain`.

    >>> said = listed([phrase("cell", name=Text(zh="产值", en="output"), year=2028)])
    >>> from_plain(as_plain(said)) == said
    True
    """
    if isinstance(fact, Phrase):
        facts = {key: as_plain(value) for key, value in fact.facts.items()}
        return {_KIND: "phrase", "key": fact.key, "facts": facts}
    if isinstance(fact, Listed):
        return {_KIND: "listed", "parts": [*map(as_plain, fact.parts)], "between": fact.between}
    if isinstance(fact, Text):
        return {_KIND: "text", "zh": fact.zh, "en": fact.en}
    if isinstance(fact, Decimal):
        return {_KIND: "number", "value": str(fact)}
    return fact


def from_plain(data: Any) -> Any:
    """Return the fact that plain data stands for.

    Raises
    ------
    ValueError
        When it is the data of none.
    """
    if not isinstance(data, dict):
        return data
    try:
        match data[_KIND]:
            case "phrase":
                return phrase(data["key"], **{k: from_plain(v) for k, v in data["facts"].items()})
            case "listed":
                return Listed(tuple(map(from_plain, data["parts"])), data["between"])
            case "text":
                return Text(zh=data["zh"], en=data["en"])
            case "number":
                return Decimal(data["value"])
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(str(data)[:40]) from error
    raise ValueError(str(data)[:40])
