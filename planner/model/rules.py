"""Rules: the closed schema of a rule file (§4, §5).

A rule says what must hold in the words of the data: which indicator, level or growth, which
bound, over which years. :mod:`planner.model.rulesets` loads and checks such files,
:mod:`planner.compliance.compiler` turns them into rows. Nothing in this package knows a threshold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from planner.core.schema import Closed, Identified, Path_, Quantity, SchemaError, Text

MOST_YEARS = 20
Level = Literal["identity", "statutory", "benchmark", "ambition"]
Scope = Literal["certification", "reverification", "target"]


class BenchmarkRef(Closed):
    """A bound that somebody else's figure sets; the first id that is known is taken."""

    benchmark: str | tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids in order of preference."""
        return (self.benchmark,) if isinstance(self.benchmark, str) else self.benchmark

    @model_validator(mode="after")
    def _names_one(self) -> BenchmarkRef:
        if not self.ids:
            raise SchemaError("touches_nothing", "benchmark")
        return self


Amount = Quantity | Literal["unknown"] | BenchmarkRef


class Threshold(Closed):
    """A bound that the rule set does not know and somebody does, with the document that states it."""

    value: Quantity
    source: Annotated[str, Field(min_length=1)]


BOUNDS = ("at_least", "above", "at_most", "below")


class Bounded(Closed):
    """Exactly one bound, strict or not."""

    at_least: Amount | None = None
    above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Bounded:
        given = [name for name in BOUNDS if self._get(name)]
        if len(given) != 1:
            raise SchemaError("bound_wrong", ", ".join(given) or "-")
        return self

    def _get(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def amount(self) -> Amount:
        """Return the bound's value."""
        given = (getattr(self, name) for name in BOUNDS)
        return next(value for value in given if value is not None)

    @property
    def floor(self) -> bool:
        """Whether the bound is one from below."""
        return self.at_least is not None or self.above is not None

    @property
    def strict(self) -> bool:
        """Whether meeting the bound exactly is not enough."""
        return self.above is not None or self.below is not None


class LevelTest(Bounded):
    """A level, or the sum of several, against a bound."""

    of: str | tuple[str, ...]
    at: Literal["base", "end", "each_past", "average_past", "each_target", "average_target"]
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 3

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the indicators whose sum is judged."""
        return (self.of,) if isinstance(self.of, str) else self.of

    @model_validator(mode="after")
    def _bites(self) -> LevelTest:
        if not self.indicators:
            raise SchemaError("touches_nothing", "of")
        # Levels are never negative, so a floor of zero forbids nothing.
        if self.floor and isinstance(self.amount, Decimal) and not self.strict and self.amount <= 0:
            raise SchemaError("touches_nothing", f"at_least: {self.amount}")
        return self


class RateTest(Bounded):
    """A yearly rate of change in per cent, compared as powers (§3)."""

    of: str
    over: Literal["past", "plan"]
    timing: Literal["average", "each_year", "path"] = "average"
    convention: Literal["three_periods", "two_periods"] | None = None
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 3

    @model_validator(mode="after")
    def _bites(self) -> RateTest:
        amount = self.amount
        if self.floor and isinstance(amount, Decimal) and amount <= -100:  # noqa: PLR2004
            raise SchemaError("touches_nothing", f"at_least: {amount}")
        return self


class StepTest(Bounded):
    """A change from one year to the next, in the indicator's unit."""

    of: str
    over: Literal["past", "plan"] = "plan"


class PartTest(Closed):
    """A part that may not exceed its whole, in every year of the plan."""

    of: str
    whole: str

    @model_validator(mode="after")
    def _bites(self) -> PartTest:
        if self.of == self.whole:
            raise SchemaError("touches_nothing", f"whole: {self.whole}")
        return self


class SumTest(Closed):
    """Parts that add up to their whole, in every year of the plan; the last takes the remainder."""

    parts: tuple[str, ...]
    whole: str

    @model_validator(mode="after")
    def _bites(self) -> SumTest:
        if not self.parts:
            raise SchemaError("touches_nothing", "parts")
        return self


class IncreaseTest(Closed):
    """Firms that are added to a whole have to be added to its parts, since the base year."""

    of: str
    parts: tuple[str, ...]

    @model_validator(mode="after")
    def _bites(self) -> IncreaseTest:
        if not self.parts or self.of in self.parts:
            raise SchemaError("touches_nothing", "parts")
        return self


class StandardTest(Closed):
    """All rules that another rule set has for a scope."""

    rules: str
    scope: Scope = "certification"


class CountTest(Closed):
    """At least so many of the tests, as in 'five of these seven items'."""

    need: int
    tests: tuple[Test, ...]

    @model_validator(mode="after")
    def _possible(self) -> CountTest:
        if self.need < 1:
            raise SchemaError("touches_nothing", f"need: {self.need}")
        if self.need > len(self.tests):
            raise SchemaError("need_too_many", str(self.need), str(len(self.tests)))
        return self


class Test(Closed):
    """One kind of test; the key says which."""

    level: LevelTest | None = None
    growth: RateTest | None = None
    decline: RateTest | None = None
    step: StepTest | None = None
    part: PartTest | None = None
    sum: SumTest | None = None
    increase: IncreaseTest | None = None
    all_of: tuple[Test, ...] | None = None
    any_of: tuple[Test, ...] | None = None
    m_of: CountTest | None = None
    standard: StandardTest | None = None

    __test__ = False  # not a test case of the test runner's

    @model_validator(mode="after")
    def _one_kind(self) -> Test:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise SchemaError("test_kind_wrong", ", ".join(given) or "-")
        if self.all_of == () or self.any_of == ():
            raise SchemaError("touches_nothing", given[0])
        return self

    @property
    def children(self) -> tuple[Test, ...]:
        """Return the tests inside this one."""
        return self.all_of or self.any_of or (self.m_of.tests if self.m_of else ())

    def walk(self, path: Path_ = ()) -> Iterator[tuple[Path_, Test]]:
        """Yield this test and those inside it, with their paths in the file."""
        yield path, self
        key = "all_of" if self.all_of else "any_of" if self.any_of else "m_of"
        inner = ("m_of", "tests") if key == "m_of" else (key,)
        for index, child in enumerate(self.children):
            yield from child.walk((*path, *inner, index))


class Source(Closed):
    """Where the sentence stands."""

    document: str = ""
    article: str = ""
    url: str = ""
    wording: Literal["verbatim", "summary"] = "verbatim"


class Reading(Closed):
    """One way to understand a rule (§5)."""

    title: Text
    test: Test


class Rule(Closed):
    """One rule: its source sentence and what it tests.

    `read_as` names the rule whose reading it is read in as well. A rule of `coherence` says how goals
    fit together: a table that misses it needs a reason, and odds, which are about what comes about,
    leave it out. `short` is what it is called where there is room for a word.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
    title: Text
    quote: str
    source: Source
    level: Level
    scope: tuple[Scope, ...]
    test: Test | None = None
    default: str = ""
    readings: dict[str, Reading] = Field(default_factory=dict)
    read_as: str = ""
    coherence: bool = False
    short: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _has_test(self) -> Rule:
        if not self.scope:
            raise SchemaError("touches_nothing", "scope")
        if (self.test is None) == (not self.readings):
            raise SchemaError(
                "touches_nothing" if not self.readings else "test_kind_wrong", self.id
            )
        if (self.readings or self.default) and self.default not in self.readings:
            raise SchemaError("default_wrong", self.default or "-", ", ".join(self.readings))
        return self

    def under(self, readings: Mapping[str, str]) -> tuple[str, Test]:
        """Return the name of the reading in force and its test."""
        if self.test is not None:
            return "", self.test
        name = readings.get(self.read_as or self.id, self.default)
        return name, self.readings[name].test

    def asking(self, readings: Mapping[str, str], amount: Decimal) -> Rule | None:
        """Return the rule with another amount for its bound; None where it has more than one."""
        name, test = self.under(readings)
        for kind in ("level", "growth", "decline", "step"):
            bounded = getattr(test, kind)
            if bounded is not None:
                bound = next(key for key in BOUNDS if getattr(bounded, key) is not None)
                moved = bounded.model_copy(update={bound: amount})
                changed = test.model_copy(update={kind: moved})
                break
        else:
            return None
        if not name:
            return self.model_copy(update={"test": changed})
        reading = self.readings[name].model_copy(update={"test": changed})
        return self.model_copy(update={"readings": {**self.readings, name: reading}})


class DefinitionReading(Closed):
    """One way to define an indicator that the form leaves open."""

    title: Text
    den: str = ""
    past: Literal["", "three_periods", "two_periods"] = ""

    @model_validator(mode="after")
    def _says_something(self) -> DefinitionReading:
        if not self.changes:
            raise SchemaError("touches_nothing", "den, past")
        return self

    @property
    def changes(self) -> dict[str, str]:
        """Return what this reading changes in the catalogue."""
        return {name: value for name in ("den", "past") if (value := getattr(self, name))}


class Definition(Closed):
    """An indicator whose definition the form leaves open."""

    id: str
    title: Text
    quote: str
    default: str
    readings: dict[str, DefinitionReading]

    @model_validator(mode="after")
    def _default_exists(self) -> Definition:
        if self.default not in self.readings:
            raise SchemaError("default_wrong", self.default, ", ".join(self.readings))
        return self


def _date(value: object) -> object:
    try:
        return dt.date.fromisoformat(str(value)) if value is not None else None
    except ValueError as error:
        raise SchemaError("date_wrong", str(value), "YYYY-MM-DD") from error


class Validity(Closed):
    """From when to when the rule set is in force; both ends belong to it."""

    start: dt.date | None = Field(default=None, alias="from")
    end: dt.date | None = Field(default=None, alias="to")

    _dates = field_validator("start", "end", mode="before")(_date)

    @model_validator(mode="after")
    def _in_order(self) -> Validity:
        if self.start and self.end and self.start > self.end:
            raise SchemaError("dates_reversed", f"{self.start} .. {self.end}")
        return self


class SourceDocument(Closed):
    """The document a rule set comes from."""

    title: str
    number: str = ""
    date: dt.date | None = None
    issuer: str = ""
    url: str = ""

    _dates = field_validator("date", mode="before")(_date)


class RuleFile(Identified):
    """What a rule file holds."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: str
    title: Text
    document: SourceDocument
    valid: Validity | None = None
    region: str = ""
    base_year: int | None = None
    horizon: Annotated[int, Field(ge=1, le=10)] = 3
    definitions: tuple[Definition, ...] = ()
    rules: tuple[Rule, ...]
    note: Text | None = None

    @field_validator("rules")
    @classmethod
    def _has_rules(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if not rules:
            raise SchemaError("touches_nothing", "rules")
        return rules
