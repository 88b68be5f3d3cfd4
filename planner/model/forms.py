"""Forms: what an official form asks for, field by field, as data in a closed schema (§4).

A form's atomic places are its slots: a text, a number of one year, a tick, a count, a cell of
a goal table. What is filled in, read back or answered is always a mapping from slot to text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Field as Bound
from pydantic import model_validator

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.schema import (
    Closed,
    Document,
    Identified,
    SchemaError,
    Text,
    parse,
    read_text,
    validate,
)
from planner.model.catalogue import Catalogue, Identifier, shipped
from planner.model.rules import SourceDocument

SPAN = 3  # 近三年: the years a series asks for, the base year last
TICK = "✓"
NONE = "none"  # the slot of a choice where 'nothing applies' is written
DEFAULT_FORM = "xinjiang-recheck"

# A bracketed number or the bracket of a note, as some labels begin.
_BEFORE_NAME = re.compile(r"^（(\d+）|注：)")

FieldKind = Literal["text", "number", "series", "choice", "count", "goals", "heading", "sign"]


class Slot(NamedTuple):
    """One place of a form: a field, and which of its places."""

    field: str
    part: str = ""

    def __str__(self) -> str:
        """Write the slot as ``output.2025``, the form answers and messages use."""
        return f"{self.field}.{self.part}" if self.part else self.field


Content = Mapping[Slot, str]


class Figure(Closed):
    """Which number of the plan a field shows: one of the four kinds."""

    level: str = ""
    growth: str = ""
    average_growth: str = ""
    reduction: str = ""
    formula: bool = False

    @model_validator(mode="after")
    def _is_one(self) -> Figure:
        if len([key for key in self.kinds if getattr(self, key)]) != 1:
            raise SchemaError("value_wrong", "figure", " | ".join(self.kinds))
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of figure there are."""
        return ("level", "growth", "average_growth", "reduction")

    @property
    def kind(self) -> str:
        """Return which kind this one is."""
        return next(key for key in self.kinds if getattr(self, key))

    @property
    def of(self) -> str:
        """Return the indicator it is about."""
        return str(getattr(self, self.kind))


class Means(Closed):
    """What an answer says of an indicator: that there are some, or none."""

    indicator: str
    positive: bool


class Option(Closed):
    """One answer to choose."""

    text: str
    note: str = ""
    evidence: str = ""
    means: Means | None = None


class Column(Closed):
    """A column of numbers in a goal table; without a year it is what was promised before."""

    id: Literal["baseline", "target", "actual"]
    text: str
    year: int | None = None


class Rows(Closed):
    """The rows of one direction in a goal table."""

    direction: str
    indicators: tuple[str, ...] = ()
    described: str = ""
    more: bool = False


class Field(Closed):
    """One field of a form; the file itself says what each key means."""

    id: Identifier
    kind: FieldKind
    label: str
    aliases: tuple[str, ...] = ()
    label_note: str = ""
    group: str = ""
    group_note: str = ""
    inside: bool = False
    beside: bool = False
    down: bool = False
    in_line: bool = False
    required: bool = True
    limit: Annotated[int, Bound(gt=0)] | None = None
    figure: Figure | None = None
    formula_of: str = ""
    decimals: Annotated[int, Bound(ge=0, le=6)] = 2
    unit: str = ""
    options: tuple[Option, ...] = ()
    many: bool = False
    columns: tuple[Column, ...] = ()
    rows: tuple[Rows, ...] = ()
    evidence: str = ""
    same_as: str = ""
    draft: Literal["", "overview", "results", "idea", "stage"] = ""
    year: int | None = None
    hint: str = ""
    keep_hint: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Field:
        needs = {"choice": "options", "goals": "columns", "series": "figure"}.get(self.kind, "")
        if needs and not getattr(self, needs):
            raise SchemaError("key_missing", self.id, needs)
        if self.draft == "stage" and self.year is None:
            raise SchemaError("key_missing", self.id, "year")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the ways its label is written."""
        return (self.label, *self.aliases)

    @property
    def name(self) -> str:
        """Return the label as a short name."""
        text = _BEFORE_NAME.sub("", self.label)
        return text.split("（")[0].strip("：: ）")

    @property
    def fillable(self) -> bool:
        """Whether something is to be filled in other than by pen."""
        return self.kind not in {"heading", "sign"}

    def lists(self, indicator: str) -> bool:
        """Whether the form itself prints a place for an indicator here."""
        return not self.rows or any(indicator in row.indicators for row in self.rows)

    def decimals_of(self, catalogue: Catalogue) -> int:
        """Return how many decimals its number is printed with."""
        if self.figure and self.figure.kind == "level" and self.figure.of in catalogue:
            return catalogue[self.figure.of].decimals
        return self.decimals

    def slots(self, base_year: int) -> tuple[Slot, ...]:
        """Return its places; those of a goal table's indicators follow the plan."""
        if not self.fillable:
            return ()
        if self.kind == "series":
            years = range(base_year - SPAN + 1, base_year + 1)
            return tuple(Slot(self.id, str(year)) for year in years)
        if self.kind == "choice":
            numbers = [str(number) for number in range(1, len(self.options) + 1)]
            return tuple(Slot(self.id, part) for part in [*numbers, NONE])
        if self.kind == "count":
            return (Slot(self.id, "count"), Slot(self.id, "names"))
        if self.kind == "goals":
            keys = [row.direction for row in self.rows if row.described]
            keys += [key for row in self.rows for key in row.indicators]
            return tuple(goal_slot(self, key, column) for key in keys for column in self.columns)
        return (Slot(self.id),)


def goal_slot(field: Field, row: str, column: Column) -> Slot:
    """Return the place of an indicator, or of a described direction, in a goal table."""
    return Slot(field.id, f"{row}.{column.id}")


class Part(Closed):
    """A part of a form: cover, numbered section, or text with headings."""

    id: Identifier
    layout: Literal["lines", "table", "prose"]
    title: str
    note: str = ""
    limit: Annotated[int, Bound(gt=0)] | None = None
    one_page: bool = False
    yearly: str = ""
    fields: tuple[Field, ...]


class Instruction(Closed):
    """One of the form's own filling instructions, with the findings that check it."""

    text: str
    checks: tuple[str, ...] = ()


class Named(Closed):
    """Something with a title."""

    title: Text


class Reading(Closed):
    """A field that can be understood in more than one way (§5)."""

    title: Text
    default: str
    readings: dict[str, Named]


class FormFile(Identified):
    """What a form file holds."""

    version: str
    title: Text
    document: SourceDocument
    template: Annotated[str, Bound(pattern=r"^[\w.-]+\.docx$")]
    rules: str
    base_year: int
    none: str
    instructions: tuple[Instruction, ...] = ()
    readings: dict[str, Reading] = Bound(default_factory=dict)
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Form:
    """A form in force: its record and where its template lies."""

    record: FormFile
    folder: Path

    @property
    def id(self) -> str:
        """Return the form's id."""
        return self.record.id

    @property
    def base_year(self) -> int:
        """Return the year its latest figures are of."""
        return self.record.base_year

    @property
    def template(self) -> Path:
        """Return the path of the blank form."""
        return self.folder / self.record.template

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return all fields by id, in the order of the form."""
        return {field.id: field for part in self.record.parts for field in part.fields}

    @cached_property
    def part_of(self) -> Mapping[str, Part]:
        """Return the part each field stands in."""
        return {field.id: part for part in self.record.parts for field in part.fields}

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Return all places that are known before a plan is."""
        return tuple(slot for field in self.fields.values() for slot in field.slots(self.base_year))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def __repr__(self) -> str:
        """Say which form it is without printing every field."""
        return f"<Form {self.id} {self.record.version}, {len(self.fields)} fields>"

    def field_named(self, label: str) -> Field | None:
        """Return the field of an id or label, where only one has it."""
        if label in self.fields:
            return self.fields[label]
        found = [field for field in self if label in {field.name, *field.labels}]
        return found[0] if len(found) == 1 else None

    def check_readings(self, chosen: Mapping[str, str]) -> list[Finding]:
        """Return a finding for every reading that the form does not offer."""
        found = []
        for key, name in chosen.items():
            offered = self.record.readings[key].readings if key in self.record.readings else {}
            if name not in offered:
                expected = ", ".join(offered or self.record.readings)
                told = f"{key}={name}"
                found.append(
                    Finding("reading_unknown", Obligation.MUST_FIX, found=told, expected=expected)
                )
        return found

    def reading(self, key: str, chosen: Mapping[str, str]) -> str:
        """Return how a field is read: as chosen, else by its default."""
        return chosen.get(key, self.record.readings[key].default)


def shipped_forms() -> list[str]:
    """Return the ids of the forms that come with the package."""
    return resources.shipped_names(resources.data_path("forms"))


def load_form(form: str | Path = DEFAULT_FORM, catalogue: Catalogue | None = None) -> Form:
    """Return a form by id, or from a file whose template lies beside it.

    Raises
    ------
    InputError
        When there is no such form, or with a located finding for every fault of the file.

    Examples
    --------
    >>> form = load_form()
    >>> form.fields["output"].slots(form.base_year)[-1]
    Slot(field='output', part='2025')
    """
    if isinstance(form, str) and not form.endswith((".yaml", ".yml")):
        if form not in shipped_forms():
            unknown = Finding(
                "form_unknown",
                Obligation.MUST_FIX,
                found=form,
                expected=", ".join(shipped_forms()),
            )
            raise InputError([unknown])
        text, name = resources.data_text(f"forms/{form}.yaml"), f"{form}.yaml"
        folder = resources.shared("templates")
    else:
        path = Path(form)
        text, name, folder = read_text(path), path.name, path.parent
    document = parse(text, name)
    record, findings = validate(FormFile, document)
    findings += _loose_ends(record, document, catalogue or shipped()) if record else ()
    if findings or record is None:
        raise InputError(findings)
    return Form(record, folder)


def _loose_ends(record: FormFile, document: Document, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return what names something that is not there, or names it twice."""
    fields = [(p, f, field) for p, part in enumerate(record.parts) for f, field in enumerate(part.fields)]  # fmt: skip
    ids = [field.id for _, _, field in fields]
    found: list[Finding] = []

    def fault(code: str, place: Place, text: str, expected: str = "") -> None:
        found.append(Finding(code, Obligation.MUST_FIX, place, found=text, expected=expected))

    for p, f, field in fields:
        place = document.place(("parts", p, "fields", f))
        if ids.count(field.id) > 1:
            fault("id_repeated", place, field.id)
        if field.same_as and field.same_as not in ids:
            fault("value_wrong", place, field.same_as)
        indicators = [field.figure.of] if field.figure else []
        indicators += [field.formula_of] if field.formula_of else []
        indicators += [key for row in field.rows for key in row.indicators]
        indicators += [option.means.indicator for option in field.options if option.means]
        for key in indicators:
            if key not in catalogue:
                fault("indicator_unknown", place, key)
        for row in field.rows:
            if row.direction not in catalogue.directions:
                fault("value_wrong", place, row.direction, ", ".join(catalogue.directions))
    for key, reading in record.readings.items():
        place = document.place(("readings", key))
        if reading.default not in reading.readings:
            fault("default_wrong", place, reading.default, ", ".join(reading.readings))
        if key not in ids:
            fault("value_wrong", place, key)
    return tuple(found)
