"""The words of the page, Chinese and English, from ``data/app.yaml``."""

from __future__ import annotations

from planner.core import resources
from planner.core.findings import Finding, InputError
from planner.core.schema import Closed, Text, parse, validate
from planner.model import messages
from planner.model.catalogue import Catalogue

FILE = "app.yaml"


class Words(Closed):
    """What the file of the page's words holds."""

    words: dict[str, Text]
    shapes: dict[str, Text]
    ways_out: dict[str, Text]


@resources.once
def words() -> Words:
    """Return all words of the page."""
    value, findings = validate(Words, parse(resources.data_text(FILE), FILE))
    if value is None:
        raise InputError(findings)
    return value


def say(key: str, lang: str, **facts: object) -> str:
    """Return a label or sentence of the page.

    >>> say("undo", "en")
    'Undo'
    """
    return words().words[key](lang).format(**facts)


def ways_out(finding: Finding, lang: str, catalogue: Catalogue | None = None) -> list[str]:
    """Return what can be done about a finding, in the words of the page."""
    return messages.ways_out(finding, lang, catalogue, words().ways_out)


def shape_name(shape: str, lang: str) -> str:
    """Return the name of a stage shape."""
    return words().shapes[shape](lang)
