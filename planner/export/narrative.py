"""Narrative: drafts of a form's texts, from the plan's numbers and patterns a user may edit.

A pattern is text with plain names in braces, checked when it is read; nothing in it can be
executed, and what its names stand for are the numbers of the goal table (§13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Literal

from planner.compliance.numbers import Numbers
from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.core.schema import Closed, Document, Identified, parse, read_text, validate
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.stated import Stated

Draft = Literal["overview", "results", "idea", "stage"]
Turn = Literal["up", "down", "same"]
Way = Literal["up", "down", "same", "reached", "missed"]
Kind = Literal["state", "promise", "from_base", "from_year"]
_OF_PARAGRAPHS = {"cluster", "base_year", "end_year", "year"}
_OF_CLAUSES = {*_OF_PARAGRAPHS, "name", "value", "base", "promised", "rate", "average", "points"}


class Paragraph(Closed):
    """One paragraph: how it begins, which indicators it goes through, how it ends."""

    begin: str
    say: tuple[str, ...] = ()
    kind: Kind = "state"
    join: str = "，"
    end: str = ""


class NarrativeFile(Identified):
    """What a narrative file holds."""

    draft_mark: str
    clauses: dict[str, dict[Way, str]]
    texts: dict[Draft, tuple[Paragraph, ...]]
    state: str
    from_base: dict[Turn, str]
    from_base_share: dict[Turn, str]


_MEANT = {"at_least": "以上", "at_most": "以内", "about": "左右"}


@dataclass(frozen=True)
class Facts:
    """What drafts are written from: the numbers, the span, and what was promised before.

    `rates` are those of the whole span as the goal table prints them, by indicator id.
    """

    numbers: Numbers
    cluster: str
    end_year: int
    promised: Callable[[str], Decimal | None]
    stated: Mapping[Cell, Stated] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)

    def value(self, item: Indicator, year: int) -> str:
        """Return a number with its unit, and how it was stated where it is what was asked for."""
        number = self.numbers.printed(item.id, year)
        said = self.stated.get(Cell(item.id, year))
        meant = _MEANT.get(said.relation, "") if said and said.low == number else ""
        level = said is not None and said.measure == "level"
        return f"{number}{item.unit.zh}{meant if level else ''}"

    @property
    def base_year(self) -> int:
        """Return the year the targets start from."""
        return self.numbers.baseline.base_year

    @property
    def catalogue(self) -> Catalogue:
        """Return the indicators."""
        return self.numbers.baseline.catalogue


def read_narrative(
    path: str | Path | None = None, catalogue: Catalogue | None = None
) -> NarrativeFile:
    """Read a narrative file, the shipped one by default.

    Raises
    ------
    InputError
        With a located finding for every fault, such as a name in braces that nobody knows.
    """
    where = Path(path) if path else resources.shared("templates") / "narrative.yaml"
    document = parse(read_text(where), where.name)
    record, findings = validate(NarrativeFile, document)
    if record is not None:
        findings = tuple(_faults(record, document, catalogue))
    if findings or record is None:
        raise InputError(findings)
    return record


def _faults(
    record: NarrativeFile, document: Document, catalogue: Catalogue | None
) -> Iterator[Finding]:
    patterns: list[tuple[tuple[str | int, ...], str, set[str]]] = [
        (("state",), record.state, _OF_CLAUSES)
    ]
    for name in ("from_base", "from_base_share"):
        patterns += [
            ((name, way), text, _OF_CLAUSES) for way, text in getattr(record, name).items()
        ]
    patterns += [(("clauses", key, way), text, _OF_CLAUSES) for key, ways in record.clauses.items() for way, text in ways.items()]  # fmt: skip
    for key, paragraphs in record.texts.items():
        for number, item in enumerate(paragraphs):
            path = ("texts", key, number)
            patterns += [
                ((*path, name), getattr(item, name), _OF_PARAGRAPHS) for name in ("begin", "end")
            ]
            for indicator in item.say if catalogue else ():
                if catalogue is not None and indicator not in catalogue:
                    place = document.place((*path, "say"))
                    yield Finding("indicator_unknown", Obligation.MUST_FIX, place, found=indicator)
    for where, text, known in patterns:
        for fault in _unknown_names(text, known):
            place = document.place(where)
            expected = ", ".join(sorted(known))
            yield Finding(
                "pattern_wrong", Obligation.MUST_FIX, place, found=fault, expected=expected
            )


def _unknown_names(text: str, known: set[str]) -> list[str]:
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return [text[:40]]
    return [
        "{" + name + "}"
        for _, name, spec, conversion in fields
        if name is not None and (name not in known or spec or conversion)
    ]


def draft(record: NarrativeFile, key: Draft, facts: Facts, year: int) -> str:
    """Return a draft, marked as one; nothing where no number is known for it."""
    written = [
        text
        for item in record.texts.get(key, ())
        if (text := _paragraph(record, item, facts, year))
    ]
    return "\n".join([record.draft_mark, *written]) if written else ""


def _paragraph(record: NarrativeFile, item: Paragraph, facts: Facts, year: int) -> str:
    span = {
        "cluster": facts.cluster,
        "base_year": facts.base_year,
        "end_year": facts.end_year,
        "year": year,
    }
    clauses = []
    for key in item.say:
        if key in facts.catalogue:
            said = _clause(record, item.kind, facts, facts.catalogue[key], year)
            clauses += [said] if said else []
    if item.say and not clauses:
        return ""
    return item.begin.format_map(span) + item.join.join(clauses) + item.end.format_map(span)


def _clause(record: NarrativeFile, kind: Kind, facts: Facts, item: Indicator, year: int) -> str:
    at = facts.end_year if kind == "from_base" else year
    value = facts.numbers.printed(item.id, at)
    if value is None:
        return ""
    values: dict[str, str] = {"name": item.zh, "value": facts.value(item, at), "year": str(at)}
    own = {**record.clauses.get("default", {}), **record.clauses.get(item.id, {})}
    if kind == "state":
        pattern = record.state
    elif kind == "promise":
        promised = facts.promised(item.id)
        if promised is None:
            return ""
        kept = value <= promised if item.better == "lower" else value >= promised
        pattern = own.get("reached" if kept else "missed", "")
        values["promised"] = f"{promised}{item.unit.zh}"
    else:
        start = facts.base_year if kind == "from_base" else at - 1
        before = facts.numbers.printed(item.id, start)
        if before is None:
            pattern = record.state
        else:
            way: Turn = "up" if value > before else "down" if value < before else "same"
            over = record.from_base_share if item.unit.zh == "%" else record.from_base
            pattern = over[way] if kind == "from_base" else own.get(way, "")
            values["points"] = str(abs(value - before))
            values["base"] = f"{before}{item.unit.zh}"
            values |= _rates(facts, item, start, at)
    return _filled(pattern, values)


def _rates(facts: Facts, item: Indicator, start: int, end: int) -> Mapping[str, str]:
    whole = (start, end) == (facts.base_year, facts.end_year)
    rate = (facts.rates.get(item.id) if whole else None) or facts.numbers.rate(item, start, end)
    return {} if rate is None else {"rate": str(abs(rate)), "average": str(abs(rate))}


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Fill a pattern in, or say nothing where a name it uses has no value."""
    names = [name for _, name, _, _ in Formatter().parse(pattern) if name]
    return pattern.format_map(values) if all(name in values for name in names) else ""
