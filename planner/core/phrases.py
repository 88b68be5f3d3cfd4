"""Phrases: what is said, as data - the name of a pattern with its facts, in no language yet.

Findings, reasons and ways out carry phrases; :mod:`planner.model.messages` alone turns them into
sentences, so that nothing has to be parsed back out of a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias, Union

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
