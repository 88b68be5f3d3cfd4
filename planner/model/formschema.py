"""The form schema: what an official form asks for, field by field, as data (§4).

A form's atomic places are its slots: a text, a number of one year, a tick, a count, a cell of
a goal table. What is filled in, read back or answered is always a mapping from slot to text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field as Bound
from pydantic import model_validator

from planner.core.schema import (
    Closed,
    Identified,
    SchemaError,
    Text,
)
from planner.model.catalogue import Catalogue, Identifier
from planner.model.rules import SourceDocument

SPAN = 3  # 近三年: the years a series asks for, the base year last
TICK = "✓"
NONE = "none"  # the slot of a choice where 'nothing applies' is written

# A bracketed number or the bracket of a note, as some labels begin.
_BEFORE_NAME = re.compile(r"^（(\d+）|注：)")

FieldKind = Literal["text", "number", "series", "choice", "count", "goals", "heading", "sign"]


class Slot(NamedTuple):
    """One place of a form: a field, and which of its places.

    Parameters
    ----------
    field
        The field's id.
    part
        ``""`` where it has but one place; a year of a series, the number of an option from 1 or
        ``none``, ``count`` or ``names``, ``output.target`` of a goal table, ``formula``.

    Examples
    --------
    >>> str(Slot("output", "2025")), str(Slot("region"))
    ('output.2025', 'region')
    """

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
    """One answer to choose.

    `counts` is the field whose number has to be above zero where this is ticked, and only there;
    `explain` says that whoever ticks it has to give a reason.
    """

    text: str
    note: str = ""
    evidence: str = ""
    means: Means | None = None
    counts: str = ""
    explain: bool = False


class Column(Closed):
    """A column of numbers in a goal table; without a year it is what was promised before."""

    id: Literal["baseline", "target", "actual"]
    text: str
    year: int | None = None


class Rows(Closed):
    """The rows of one direction in a goal table.

    `described` is what the form prints for a row to be filled in words; `more` says that rows may
    be added, of other indicators or in words.
    """

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
    holds: Literal["", "cluster", "date", "phone"] = ""
    draft: Literal["", "overview", "work", "results", "idea", "stage", "tasks"] = ""
    year: int | None = None
    example: str = ""
    hint: str = ""
    keep_hint: bool = False
    note: str = ""
    correction: str = ""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Field:
        needs = {"choice": "options", "goals": "columns", "series": "figure"}.get(self.kind, "")
        if needs and not getattr(self, needs):
            raise SchemaError("key_missing", self.id, needs)
        if self.draft == "stage" and self.year is None:
            raise SchemaError("key_missing", self.id, "year")
        return self

    @property
    def worded(self) -> frozenset[str]:
        """Return the directions of which a goal table may say something in words."""
        return frozenset(row.direction for row in self.rows if row.described or row.more)

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
    """One of the form's own filling instructions, with the findings that check it.

    `printed` are those that only the printed pages can tell.
    """

    text: str
    checks: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


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
