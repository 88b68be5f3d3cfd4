"""Findings: what is wrong, where, and the ways out, as data (convention §9).

Nothing here is a sentence: :mod:`planner.model.messages` builds those from the code. A function
that meets a fault in somebody's input returns a finding and goes on, so that all of them
come out of one pass.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from planner.core.frozen import freeze

# Records that are read back from a saved plan accept no key they do not know.
CLOSED = {"extra": "forbid"}


class Obligation(Enum):
    """What a finding obliges the reader to do."""

    MUST_FIX = "must_fix"
    NEEDS_REASON = "needs_reason"
    INFO = "info"


def _package() -> Any:
    """Return the package itself: sentences and cards are made floors above, and it knows where."""
    return sys.modules[__name__.partition(".")[0]]


@dataclass(frozen=True)
class Place:
    """Where in somebody's input a finding stands; only what is known is set."""

    __pydantic_config__ = CLOSED

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        """Join the known parts, outermost first: ``file.xlsx 基线!F7`` or ``file.csv:12``."""
        text = self.file
        if self.sheet:
            text += f" {self.sheet}!{self.cell}" if self.cell else f" {self.sheet}"
        if self.line:
            text += f":{self.line}"
        if self.column:
            text += f" [{self.column}]"
        return text.strip()


@dataclass(frozen=True)
class Finding:
    """One fault, doubt or note; :func:`planner.sentence` says it in words.

    Parameters
    ----------
    code
        What it is, a key of the sentences in ``data/messages.yaml``.
    level
        What it obliges to: something must be fixed, a reason is needed, or nothing.
    place
        Where in somebody's input it stands.
    indicator, year, rule
        The ids and the year it is about, empty or None where it is about none.
    found, expected
        What is there, and what should be, as printed text.
    facts
        What the sentence of this code needs beyond that, as printed text or as phrases
        (:mod:`planner.core.phrases`).
    ways_out
        Keys of the sentences that say what can be done about it.

    Examples
    --------
    >>> item = Finding("negative", Obligation.MUST_FIX, Place("a.csv", line=3), found="-1")
    >>> str(item.place), item.level.value
    ('a.csv:3', 'must_fix')
    """

    __pydantic_config__ = CLOSED

    code: str
    level: Obligation
    place: Place = field(default_factory=Place)
    indicator: str = ""
    year: int | None = None
    rule: str = ""
    found: str = ""
    expected: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    ways_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say what it is and what it is about, without all its facts."""
        about = f"{self.indicator}@{self.year}" if self.year else self.indicator
        parts = (self.level.value, self.code, self.rule, about, str(self.place), self.found[:40])
        return f"<Finding {' '.join(part for part in parts if part)}>"

    def _repr_html_(self) -> str:
        return str(_package().card_of(self))

    def __post_init__(self) -> None:
        """Freeze the facts."""
        freeze(self, "facts")


class InputError(Exception):
    """The input cannot be used at all; carries the findings that say why (exit code 2).

    Parameters
    ----------
    findings
        What is wrong, all of it; kept as the tuple `findings`.

    Examples
    --------
    >>> import planner as pl
    >>> try:
    ...     pl.read_baseline("missing.csv")
    ... except pl.InputError as error:
    ...     [item.code for item in error.findings]
    ['file_missing']
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings."""
        self.findings = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        """Say each finding in a sentence with its ways out, in the language of the session."""
        with suppress(Exception):  # where texts themselves are broken, codes have to do
            return str(_package().in_words(self.findings))
        return "; ".join(f"{f.code} {f.place} {f.found}".strip() for f in self.findings)


class UnknownNameError(InputError, KeyError):
    """A name that a table does not know, asked of it as of a mapping."""


def must_fix(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings has to be fixed before filing."""
    return any(finding.level is Obligation.MUST_FIX for finding in findings)
