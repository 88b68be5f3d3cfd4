"""The catalogue: what an indicator is, its unit, grid, parts and place in the form (§6, §7).

Declared once in ``data/catalogue.yaml``; a user's own indicators come in a file of the same
schema and stand beside the shipped ones.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from planner.core import resources
from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frozen import Frozen, freeze
from planner.core.language import spoken
from planner.core.rounding import Rounding
from planner.core.schema import (
    Closed,
    Document,
    Printable,
    Quantity,
    SchemaError,
    Text,
    parse,
    read_text,
    validate,
)

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
GROWTH_SUFFIX = "_growth"


class Cell(NamedTuple):
    """One indicator in one year: the coordinate of every number in this package."""

    indicator: str
    year: int

    def __str__(self) -> str:
        """Write the cell as ``output@2028``, the form the command line takes."""
        return f"{self.indicator}@{self.year}"


class FormRow(Closed):
    """Where the indicator stands in the official form."""

    section: str
    row: str


class Indicator(Closed):
    """One indicator of the catalogue."""

    id: Identifier
    zh: Printable
    en: Printable
    direction: str
    unit: Text
    decimals: Annotated[int, Field(ge=0, le=6)]
    better: Literal["higher", "lower", "neither"]
    kind: Literal["measured", "ratio", "growth"]
    num: str = ""
    den: str = ""
    scale: Quantity = Decimal(1)
    of: str = ""
    periods: Annotated[int, Field(ge=1)] = 1
    past: Literal["three_periods", "two_periods"] = "three_periods"
    part_of: str = ""
    follows: str = ""
    beside: tuple[str, ...] = ()
    cap: Quantity | None = None
    years: Literal["sum", "last", "weighted"]
    clusters: Literal["sum", "last", "weighted"]
    usual: tuple[Quantity, Quantity] | None = None
    weight: Annotated[Quantity, Field(gt=0)] = Decimal(1)
    basis: str = ""
    form: FormRow
    input: bool = False
    goal: bool = True
    aliases: tuple[str, ...] = ()
    help: Text | None = None
    remark: Text | None = None

    @model_validator(mode="after")
    def _parts_fit_kind(self) -> Indicator:
        wanted = {"measured": (), "ratio": ("num", "den"), "growth": ("of",)}[self.kind]
        given = [name for name in ("num", "den", "of") if getattr(self, name)]
        if sorted(wanted) != sorted(given):
            raise SchemaError("parts_wrong", self.id, ", ".join(wanted) or "-")
        if self.kind != "measured" and (self.part_of or self.follows):
            raise SchemaError("parts_wrong", self.id, "kind: measured")
        if self.beside and not self.part_of:
            raise SchemaError("parts_wrong", self.id, "part_of")
        if self.kind == "ratio" and "sum" in {self.years, self.clusters}:
            raise SchemaError("ratio_summed", self.id, "weighted")
        return self

    @property
    def safe_side(self) -> Rounding:
        """Return which way a target is rounded so that it is no worse than it was (§2)."""
        return {"higher": Rounding.UP, "lower": Rounding.DOWN}.get(self.better, Rounding.HALF)

    def name(self, lang: str) -> str:
        """Return the name in the language asked for."""
        return self.en if spoken(lang) == "en" else self.zh


class CatalogueFile(Closed):
    """What a catalogue file holds."""

    directions: dict[str, Text] = Field(default_factory=dict)
    bases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Catalogue(Frozen):
    """The indicators in force, in the order in which tables list them."""

    directions: Mapping[str, Text]
    indicators: Mapping[str, Indicator]
    bases: Mapping[str, tuple[str, ...]]
    own: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the mappings."""
        freeze(self, "directions", "indicators", "bases")

    def __hash__(self) -> int:
        """Return a hash of the ids: catalogues differ by what a user adds."""
        return self._hash

    def __reduce__(self) -> Any:
        """Travel light: the shipped catalogue is found where it arrives."""
        return (shipped, ()) if self is shipped() else super().__reduce__()

    def __getitem__(self, key: str) -> Indicator:
        return self.indicators[key]

    def __contains__(self, key: object) -> bool:
        return key in self.indicators

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())

    def redefined(self, changes: Mapping[str, Mapping[str, str]]) -> Catalogue:
        """Return the catalogue under readings that define an indicator otherwise (§5)."""
        if not changes:
            return self
        indicators = {
            key: item.model_copy(update=dict(changes[key])) if key in changes else item
            for key, item in self.indicators.items()
        }
        return Catalogue(self.directions, indicators, self.bases, self.own)

    def basis(self, text: str) -> str:
        """Return what a benchmark says it is measured against, or the text itself if unknown."""
        for key, names in self.bases.items():
            if plain(text) in {plain(key), *map(plain, names)}:
                return key
        return text

    def convention(self, key: str, span: int) -> str:
        """Return how many periods a past span of an indicator has, as its growth is read (§3)."""
        rates = [item for item in self if item.kind == "growth" and item.periods == span]
        rates.sort(key=lambda item: item.of != key)
        return rates[0].past if rates else "three_periods"

    def find(self, label: str) -> str | None:
        """Return the id that a label as written by somebody stands for.

        Ids, names in both languages, aliases and the rows of the form are known; stated
        growth is ``<id>_growth`` or the name followed by 增速.
        """
        return self._labels.get(plain(label))

    def nearest(self, label: str) -> str | None:
        """Return the id or name most like a label that :meth:`find` does not know."""
        near = difflib.get_close_matches(plain(label), list(self._labels), 1, 0.6)
        return self._labels[near[0]] if near else None

    def label(self, key: str, lang: str) -> str:
        """Return the name of an indicator, or of the stated growth of one."""
        if key in self.indicators:
            return self.indicators[key].name(lang)
        stem = self.indicators[key.removesuffix(GROWTH_SUFFIX)].name(lang)
        return f"{stem} growth" if spoken(lang) == "en" else f"{stem}增速"

    def texts(self, keys: Iterable[str]) -> Text:
        """Return the names of indicators as one text in both languages.

        >>> shipped().texts(["champions", "champions"]).en
        'Manufacturing champions'
        """
        ids = dict.fromkeys(keys)
        zh, en = (" + ".join(self.label(key, lang) for key in ids) for lang in ("zh", "en"))
        return Text(zh=zh, en=en)

    @cached_property
    def _hash(self) -> int:
        return hash((*self.indicators, len(self.own)))

    @cached_property
    def _labels(self) -> dict[str, str]:
        labels: dict[str, str] = {}
        for item in self:
            growth = item.id + GROWTH_SUFFIX
            if item.kind == "measured" and growth not in self.indicators:
                labels[plain(growth)] = growth
                for name in (item.zh, *item.aliases):
                    labels.setdefault(plain(name + "增速"), growth)
                labels.setdefault(plain(item.en + " growth"), growth)
        for item in self:
            rows = [item.form.row] if item.kind != "measured" or item.input else []
            for name in (item.id, item.zh, item.en, *item.aliases):
                labels[plain(name)] = item.id
            for name in rows:
                labels.setdefault(plain(name), item.id)
        return labels

    @cached_property
    def depth(self) -> Mapping[str, int]:
        """How far an indicator is from the wholes it is measured against."""

        def of(key: str, seen: tuple[str, ...] = ()) -> int:
            item = self.indicators[key]
            above = {item.part_of, item.follows, item.num, item.den, item.of} - {"", *seen}
            above |= {
                other.den for other in self if other.num == key and other.den not in {"", *seen}
            }
            return 1 + max((of(name, (*seen, key)) for name in above - {key}), default=0)

        return {key: of(key) for key in self.indicators}


def plain(label: str) -> str:
    """Reduce a label to what identifies it: no width, space, case, unit or punctuation.

    >>> plain("其中：集群中小企业数量（年度当前值）") == plain("集群中小企业数量")
    True
    """
    text = unicodedata.normalize("NFKC", str(label)).casefold()
    text = re.sub(r"\([^()]*\)", "", text)
    text = re.sub(r"^其中:?", "", text.strip())
    return re.sub(r"[\s:;,.\"'“”‘’、_\-]+", "", text)


def _refuse(findings: tuple[Finding, ...]) -> None:
    if findings:
        raise InputError(findings)


def _circles(items: Mapping[str, Indicator]) -> set[str]:
    """Return the indicators that follow, or are part of, themselves by some way."""

    def reaches(start: str, key: str, seen: set[str]) -> bool:
        item = items.get(key)
        above = {item.part_of, item.follows, item.num, item.den, item.of} - {""} if item else set()
        return start in above or any(reaches(start, name, seen | {name}) for name in above - seen)

    return {key for key in items if reaches(key, key, set())}


_REFERENCES = ("num", "den", "of", "part_of", "follows")


def _check(items: Mapping[str, Indicator], directions: Mapping[str, Text], doc: Document) -> None:
    findings = []
    circles = _circles(items)
    for index, item in enumerate(doc.data["indicators"]):
        record = items[item["id"]]
        if record.id in circles:
            place = doc.place(("indicators", index, "follows"))
            findings.append(
                Finding("indicator_circle", Obligation.MUST_FIX, place, found=record.id)
            )
        named = [(name, getattr(record, name)) for name in _REFERENCES]
        named += [("beside", target) for target in record.beside]
        for name, target in named:
            if target and target not in items:
                near = difflib.get_close_matches(target, list(items), 1)
                findings.append(
                    Finding(
                        "indicator_unknown",
                        Obligation.MUST_FIX,
                        doc.place(("indicators", index, name)),
                        found=target,
                        facts={"near": near[0]} if near else {},
                        ways_out=("did_you_mean",) if near else (),
                    )
                )
        if record.direction not in directions:
            findings.append(
                Finding(
                    "value_wrong",
                    Obligation.MUST_FIX,
                    doc.place(("indicators", index, "direction")),
                    found=record.direction,
                    expected=", ".join(directions),
                )
            )
    _refuse(tuple(findings))


def _names_in(item: Indicator, key: str) -> tuple[str, ...]:
    value = getattr(item, key)
    return (value,) if isinstance(value, str) else tuple(value)


def _load(document: Document, base: Catalogue | None) -> Catalogue:
    value, findings = validate(CatalogueFile, document)
    _refuse(findings)
    assert value is not None  # noqa: S101 - no finding means a value
    indicators = dict(base.indicators) if base else {}
    directions = {**(base.directions if base else {}), **value.directions}
    repeated = []
    for index, item in enumerate(value.indicators):
        if item.id in indicators or item.id in directions:
            place = document.place(("indicators", index, "id"))
            repeated.append(Finding("id_repeated", Obligation.MUST_FIX, place, found=item.id))
        for key in ("zh", "en", "aliases"):
            taken = [name for name in _names_in(item, key) if base and base.find(name)]
            place = document.place(("indicators", index, key))
            repeated += [
                Finding("name_taken", Obligation.MUST_FIX, place, found=name) for name in taken
            ]
        indicators[item.id] = item
    _refuse(tuple(repeated))
    _check(indicators, directions, document)
    own = (*base.own, *value.indicators) if base else ()
    bases = {**(base.bases if base else {}), **value.bases}
    return Catalogue(directions, indicators, bases, own)


@resources.once
def shipped() -> Catalogue:
    """Return the catalogue that comes with the package.

    >>> shipped()["co2_intensity"].unit.zh
    '吨/万元'
    """
    return _load(parse(resources.data_text("catalogue.yaml"), "catalogue.yaml"), None)


def read_catalogue(path: str | Path, base: Catalogue | None = None) -> Catalogue:
    """Return a catalogue with a user's own indicators beside the shipped ones.

    Parameters
    ----------
    path
        A YAML file of the schema of ``data/catalogue.yaml``.
    base
        The catalogue they stand beside; the shipped one by default.

    Returns
    -------
    Catalogue
        Its `own` are the indicators added.

    Raises
    ------
    InputError
        With a located finding for every fault of the file.

    Examples
    --------
    >>> import planner as pl
    >>> known = read_catalogue(pl.shared("baselines") / "sub-industries.yaml")
    >>> [item.id for item in known.own]
    ['sauce_output', 'juice_output', 'other_output']
    """
    path = Path(path)
    return _load(parse(read_text(path), path.name), base or shipped())


def extend(items: tuple[Indicator, ...], base: Catalogue) -> Catalogue:
    """Add indicators that were validated one by one; refuse what does not fit together."""
    indicators = {**base.indicators, **{item.id: item for item in items}}
    named = ("beside", *_REFERENCES)
    targets = {to for item in items for name in named for to in _names_in(item, name)}
    wrong = [
        *(item.id for item in items if item.id in {*base.indicators, *base.directions}),
        *sorted(targets - {""} - indicators.keys()),
        *(item.direction for item in items if item.direction not in base.directions),
        *sorted(_circles(indicators)),
    ]
    fault = Finding("indicator_unknown", Obligation.MUST_FIX)
    _refuse(tuple(replace(fault, found=printable(name)[:60]) for name in wrong))
    return Catalogue(base.directions, indicators, base.bases, (*base.own, *items))
