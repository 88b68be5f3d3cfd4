"""Narrative: drafts of a form's texts, from the plan's numbers and patterns a user may edit.

A pattern is text with plain names in braces, checked when it is read; nothing in it can be
executed, and what its names stand for are the numbers of the goal table (§13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field

from planner.compliance.numbers import Numbers
from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.core.language import spoken
from planner.core.rounding import to_grid
from planner.core.schema import Closed, Document, Identified, parse, read_text, validate
from planner.model.catalogue import Catalogue, Cell, Indicator
from planner.model.stated import Stated

Draft = Literal[
    "overview", "work", "results", "idea", "stage_first", "stage", "stage_last", "tasks"
]
Turn = Literal["up", "down", "same"]
Way = Literal[
    "state", "up", "down", "same", "reached", "missed",
    "rise", "fall", "level", "rise_on_the_way", "fall_on_the_way",
]  # fmt: skip
Kind = Literal["state", "promise", "from_base", "from_year", "on_the_way"]
_OF_PARAGRAPHS = {"cluster", "base_year", "end_year", "year"}
_OF_CLAUSES = {
    *_OF_PARAGRAPHS, "name", "value", "base", "promised", "rate", "average", "points", "done", "reason",
}  # fmt: skip


class Paragraph(Closed):
    """One paragraph: how it begins, what it goes through, how it ends.

    It goes through indicators (`say`), options of the form that are ticked (`ticked`, by field)
    or what is said in words of a direction in a column of a goal table (`described`, as
    ``achieved.opening.actual``); where nothing is known of any of them there is no paragraph.
    """

    begin: str
    say: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    described: tuple[str, ...] = ()
    kind: Kind = "state"
    join: str = "，"
    end: str = ""


class NarrativeFile(Identified):
    """What a narrative file holds.

    `meant` says how a number is meant that is no more than a bound; `bounded` is how a clause says
    at most by itself.
    """

    lang: Literal["zh", "en"] = "zh"
    meant: dict[str, str] = Field(
        default_factory=lambda: {"at_least": "以上", "at_most": "以内", "about": "左右"}
    )
    bounded: str = "{value}以内"
    draft_mark: Annotated[str, Field(min_length=1)]
    clauses: dict[str, dict[Way, str]]
    texts: dict[Draft, tuple[Paragraph, ...]]
    reason_missing: str


_CLUSTER = "集群"
_SHIPPED = {"zh": "narrative.yaml", "en": "narrative-en.yaml"}


@dataclass(frozen=True)
class Facts:
    """What drafts are written from: the numbers, the span, and what was promised before.

    `rates` are those of the whole span as the goal table prints them, by indicator id; `ticked`
    returns the options of a field that are ticked, `said` the text in a place of the form, and
    `reason` why a goal of the past was missed.
    """

    numbers: Numbers
    cluster: str
    end_year: int
    promised: Callable[[str], Decimal | None]
    stated: Mapping[Cell, Stated] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    ticked: Callable[[str], list[str]] = lambda _: []
    said: Callable[[str], str] = lambda _: ""
    reason: Callable[[str], str] = lambda _: ""

    def value(self, item: Indicator, year: int, record: NarrativeFile) -> str:
        """Return a number with its unit, and how it was stated where it is what was asked for."""
        number = self.numbers.printed(item.id, year)
        said = self.stated.get(Cell(item.id, year))
        plain = said is not None and said.measure == "level" and said.low == number
        meant = record.meant.get(said.relation, "") if said and plain else ""
        return f"{in_unit(number, item, record.lang)}{meant}"

    @property
    def base_year(self) -> int:
        """Return the year the targets start from."""
        return self.numbers.baseline.base_year

    @property
    def catalogue(self) -> Catalogue:
        """Return the indicators."""
        return self.numbers.baseline.catalogue


def in_unit(number: Decimal | None, item: Indicator, lang: str) -> str:
    """Return a number with its unit as a sentence has it.

    >>> from planner.model.catalogue import shipped
    >>> [in_unit(Decimal(8), shipped()["output"], lang) for lang in ("zh", "en")]
    ['8亿元', '8 (100m yuan)']
    """
    unit = item.unit(lang)
    if unit == "%" or not unit.isascii():
        return f"{number}{unit}"
    return f"{number} ({unit})" if unit[:1].isdigit() else f"{number} {unit}"


@lru_cache(maxsize=1)
def draft_marks() -> tuple[str, ...]:
    """Return what the drafts of the shipped narratives begin with."""
    return tuple(read_narrative(lang=lang).draft_mark for lang in _SHIPPED)


def read_narrative(
    path: str | Path | None = None, catalogue: Catalogue | None = None, lang: str = ""
) -> NarrativeFile:
    """Read a narrative file, the shipped one of a language by default.

    Raises
    ------
    InputError
        With a located finding for every fault, such as a name in braces that nobody knows.
    """
    where = Path(path) if path else resources.shared("templates") / _SHIPPED[spoken(lang)]
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
    patterns: list[tuple[tuple[str | int, ...], str, set[str]]] = []
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


def draft(record: NarrativeFile, key: str, facts: Facts, year: int) -> str:
    """Return a draft, marked as one; nothing where nothing is known for it.

    The first and the last stage may have texts of their own.
    """
    first, last = facts.base_year + 1, facts.end_year
    own = {first: "stage_first", last: "stage_last"}.get(year, key) if key == "stage" else key
    paragraphs = record.texts.get(own, record.texts.get(key, ()))  # type: ignore[call-overload]
    written = [text for item in paragraphs if (text := _paragraph(record, item, facts, year))]
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
    clauses += [text for key in item.ticked for text in facts.ticked(key)]
    clauses += [text.strip("。；") for key in item.described if (text := facts.said(key))]
    if (item.say or item.ticked or item.described) and not clauses:
        return ""
    begin, told = item.begin.format_map(span), item.join.join(clauses)
    if _CLUSTER in begin:  # no 产业集群集群总产值
        told = told.removeprefix(_CLUSTER)
    return begin + told + item.end.format_map(span)


def _clause(record: NarrativeFile, kind: Kind, facts: Facts, item: Indicator, year: int) -> str:
    at = facts.end_year if kind == "from_base" else year
    value = facts.numbers.printed(item.id, at)
    if value is None:
        return ""
    named = {"name": _name(item, record.lang), "value": facts.value(item, at, record)}
    values: dict[str, str] = {**named, "year": str(at)}
    own = _patterns(record, item)

    def filled(way: Way) -> str:
        return _filled(own.get(way, ""), values, record)

    if kind == "state":
        return filled("state")
    if kind == "promise":
        promised = facts.promised(item.id)
        if promised is None:
            return ""
        kept = value <= promised if item.better == "lower" else value >= promised
        values["promised"] = in_unit(promised, item, record.lang)
        values["reason"] = facts.reason(item.id) or record.reason_missing
        return filled("reached" if kept else "missed")
    start = at - 1 if kind == "from_year" else facts.base_year
    before = facts.numbers.printed(item.id, start)
    if before is None:
        return filled("state")
    way: Turn = "up" if value > before else "down" if value < before else "same"
    values["points"] = str(abs(value - before))
    values["base"] = in_unit(before, item, record.lang)
    values |= _rates(facts, item, start, at)
    if kind == "from_year":
        return filled(way)
    whole = facts.numbers.printed(item.id, facts.end_year)
    done = 100 * (value - before) / (whole - before) if whole is not None and whole != before else 0
    if kind == "on_the_way" and 0 < done <= 100:  # noqa: PLR2004 - per cent
        values["done"] = str(to_grid(Fraction(done), 0))
        turn: Way = "rise_on_the_way" if way == "up" else "fall_on_the_way"
        return filled(turn)
    turns: Mapping[Turn, Way] = {"up": "rise", "down": "fall", "same": "level"}
    return filled(turns[way])


def _name(item: Indicator, lang: str) -> str:
    """Return a name as it stands within a sentence."""
    name = item.name(lang)
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _patterns(record: NarrativeFile, item: Indicator) -> Mapping[Way, str]:
    """Return the patterns for an indicator: those for all, for its kind, and its own."""
    kind = "share" if item.unit.zh == "%" else "count" if item.decimals == 0 else "amount"
    sorts = ["default", kind, *(["lower"] if item.better == "lower" else []), item.id]
    made: dict[Way, str] = {}
    for sort in sorts:
        made |= record.clauses.get(sort, {})
    return made


def _rates(facts: Facts, item: Indicator, start: int, end: int) -> Mapping[str, str]:
    whole = (start, end) == (facts.base_year, facts.end_year)
    rate = (facts.rates.get(item.id) if whole else None) or facts.numbers.rate(item, start, end)
    return {} if rate is None else {"rate": str(abs(rate)), "average": str(abs(rate))}


def _filled(pattern: str, values: Mapping[str, str], record: NarrativeFile) -> str:
    """Fill a pattern in, or say nothing where a name it uses has no value."""
    names = [name for _, name, _, _ in Formatter().parse(pattern) if name]
    within = record.meant.get("at_most", "")
    if record.bounded in pattern and "value" in values:  # no 以内以内
        values = {**values, "value": values["value"].removesuffix(within)}
    return pattern.format_map(values) if all(name in values for name in names) else ""
