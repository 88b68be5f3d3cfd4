"""Rule sets: the closed schema of a rule file, its loading and its static check (§4, §5).

A rule says what must hold in the words of the data: which indicator, level or growth, which
bound, over which years. :mod:`planner.compile` turns that into rows. Nothing in this module
or any other knows a threshold; ``planner rules FILE`` checks a file with no data loaded.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from planner import resources
from planner.catalogue import Catalogue, shipped
from planner.findings import Finding, InputError, Obligation, Place
from planner.schema import Closed, Document, Path_, SchemaError, Text, parse, read_text, validate

Level = Literal["identity", "statutory", "benchmark", "ambition"]
Scope = Literal["certification", "reverification", "target"]
FOLDER = resources.data_path("rules")


class BenchmarkRef(Closed):
    """A bound that somebody else's figure sets; the first id that is known is taken."""

    benchmark: str | tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids in order of preference."""
        return (self.benchmark,) if isinstance(self.benchmark, str) else self.benchmark


Amount = Decimal | Literal["unknown"] | BenchmarkRef


class Bounded(Closed):
    """Exactly one bound, strict or not."""

    at_least: Amount | None = None
    above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Bounded:
        given = [name for name in ("at_least", "above", "at_most", "below") if self._get(name)]
        if len(given) != 1:
            raise SchemaError("bound_wrong", ", ".join(given) or "-")
        return self

    def _get(self, name: str) -> bool:
        return getattr(self, name) is not None

    @property
    def amount(self) -> Amount:
        """Return the bound's value."""
        given = (self.at_least, self.above, self.at_most, self.below)
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
    years: Annotated[int, Field(ge=1)] = 3

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
    convention: Literal["three_periods", "two_periods"] = "three_periods"
    years: Annotated[int, Field(ge=1)] = 3

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
    """Parts that add up to their whole, in every year of the plan."""

    parts: tuple[str, ...]
    whole: str

    @model_validator(mode="after")
    def _bites(self) -> SumTest:
        if not self.parts:
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
    """One rule: its source sentence and what it tests."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
    title: Text
    quote: str
    source: Source
    level: Level
    scope: tuple[Scope, ...]
    test: Test | None = None
    default: str = ""
    readings: dict[str, Reading] = Field(default_factory=dict)
    note: Text | None = None

    @model_validator(mode="after")
    def _has_test(self) -> Rule:
        if not self.scope:
            raise SchemaError("touches_nothing", "scope")
        if (self.test is None) == (not self.readings):
            raise SchemaError(
                "touches_nothing" if not self.readings else "test_kind_wrong", self.id
            )
        if self.readings and self.default not in self.readings:
            raise SchemaError("default_wrong", self.default or "-", ", ".join(self.readings))
        return self

    def under(self, readings: Mapping[str, str]) -> tuple[str, Test]:
        """Return the name of the reading in force and its test."""
        if self.test is not None:
            return "", self.test
        name = readings.get(self.id, self.default)
        return name, self.readings[name].test


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


class RuleFile(Closed):
    """What a rule file holds."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: str
    title: Text
    document: SourceDocument
    valid: Validity | None = None
    base_year: int | None = None
    horizon: Annotated[int, Field(ge=1, le=10)] = 3
    definitions: tuple[Definition, ...] = ()
    rules: tuple[Rule, ...]
    note: Text | None = None


@dataclass(frozen=True)
class RuleSet:
    """A checked rule file with the text it was read from."""

    record: RuleFile
    text: str
    shipped: bool = False

    @property
    def id(self) -> str:
        """Return the rule set's id."""
        return self.record.id

    @property
    def hash(self) -> str:
        """Return the short hash of the rule file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    @property
    def readings(self) -> Mapping[str, Rule | Definition]:
        """Return what can be read in more than one way, by id."""
        items: list[Rule | Definition] = [*self.record.definitions]
        items += [rule for rule in self.record.rules if rule.readings]
        return {item.id: item for item in items}

    def check_readings(self, chosen: Mapping[str, str]) -> tuple[Finding, ...]:
        """Return a finding for every chosen reading that the rule set does not offer."""
        findings = []
        for key, name in chosen.items():
            offered = self.readings.get(key)
            expected = list(offered.readings) if offered else list(self.readings)
            if offered is None or name not in offered.readings:
                findings.append(
                    Finding(
                        "reading_unknown",
                        Obligation.MUST_FIX,
                        rule=key,
                        found=f"{key}={name}",
                        expected=", ".join(expected) or "-",
                    )
                )
        return tuple(findings)


def benchmark_target(key: str, catalogue: Catalogue) -> tuple[str, bool] | None:
    """Return the indicator a benchmark id speaks of and whether it is a yearly decline."""
    stem = key.removesuffix("_decline")
    if stem in catalogue:
        return stem, stem != key
    return None


def _located(
    code: str, document: Document, path: Path_, found: str, near: str = "", expected: str = ""
) -> Finding:
    return Finding(
        code,
        Obligation.MUST_FIX,
        document.place(path),
        found=found,
        expected=expected,
        facts={"near": near} if near else {},
        ways_out=("did_you_mean",) if near else (),
    )


def _known(name: str, path: Path_, document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    if name not in catalogue:
        near = difflib.get_close_matches(name, [item.id for item in catalogue], 1)
        yield _located("indicator_unknown", document, path, name, near[0] if near else "")


def _static(record: RuleFile, document: Document, catalogue: Catalogue) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    seen: set[str] = set()
    sections = (("definitions", record.definitions), ("rules", record.rules))
    for section, items in sections:
        for index, key in enumerate(item.id for item in items):
            if key in seen:
                findings.append(_located("id_repeated", document, (section, index, "id"), key))
            seen.add(key)
    for index, definition in enumerate(record.definitions):
        path: Path_ = ("definitions", index)
        findings += _known(definition.id, (*path, "id"), document, catalogue)
        for name, reading in definition.readings.items():
            if reading.den:
                where = (*path, "readings", name, "den")
                findings += _known(reading.den, where, document, catalogue)
    for index, rule in enumerate(record.rules):
        if rule.test:
            findings += test_findings(rule.test, ("rules", index, "test"), document, catalogue)
        for name, option in rule.readings.items():
            where = ("rules", index, "readings", name, "test")
            findings += test_findings(option.test, where, document, catalogue)
    return tuple(findings)


def test_findings(
    top: Test, start: Path_, document: Document, catalogue: Catalogue
) -> Iterator[Finding]:
    """Check a test against the catalogue: names, benchmarks, and that it stays linear."""
    for path, test in top.walk(start):
        for inside, names in _names(test):
            for name in names:
                yield from _known(name, (*path, *inside), document, catalogue)
        for kind in ("level", "growth", "decline", "step"):
            inner = getattr(test, kind)
            if inner is not None:
                yield from _amount_findings(inner, kind, (*path, kind), document, catalogue)
        yield from _linear_findings(test, path, document, catalogue)
        standards = shipped_ids()
        if test.standard and test.standard.rules not in standards:
            yield _located(
                "rules_unknown",
                document,
                (*path, "standard"),
                test.standard.rules,
                expected=", ".join(standards),
            )


def _names(test: Test) -> Iterator[tuple[Path_, tuple[str, ...]]]:
    if test.level:
        yield ("level", "of"), test.level.indicators
    for key in ("growth", "decline", "step"):
        inner = getattr(test, key)
        if inner:
            yield (key, "of"), (inner.of,)
    if test.part:
        yield ("part",), (test.part.of, test.part.whole)
    if test.sum:
        yield ("sum",), (*test.sum.parts, test.sum.whole)


def _amount_findings(
    bounded: Bounded, kind: str, path: Path_, document: Document, catalogue: Catalogue
) -> Iterator[Finding]:
    if isinstance(bounded.amount, BenchmarkRef):
        for name in bounded.amount.ids:
            target = benchmark_target(name, catalogue)
            if target is None or target[1] != (kind == "decline"):
                yield _located("benchmark_id_unknown", document, path, name)


def _linear_findings(
    test: Test, path: Path_, document: Document, catalogue: Catalogue
) -> Iterator[Finding]:
    """Refuse what would not be linear over the measured indicators."""

    def kind(name: str) -> str:
        return catalogue[name].kind if name in catalogue else "measured"

    for key in ("growth", "decline", "step"):
        inner = getattr(test, key)
        if inner is not None and kind(inner.of) != "measured":
            yearly = key == "step" or inner.timing == "each_year"
            if yearly or kind(inner.of) == "growth":
                yield _located("not_linear", document, (*path, key), inner.of)
    if test.level:
        several = len(test.level.indicators) > 1
        for name in test.level.indicators:
            if kind(name) == "growth" or (several and kind(name) != "measured"):
                yield _located("not_linear", document, (*path, "level"), name)


def read_rules(path: str | Path, catalogue: Catalogue | None = None) -> RuleSet:
    """Read and check a rule file, without any data.

    Raises
    ------
    InputError
        With a located finding for every fault: unknown or misplaced key, repeated id or key,
        rule that touches nothing, bad date, unknown indicator or benchmark.
    """
    path = Path(path)
    return from_text(read_text(path), path.name, catalogue or shipped())


def from_text(text: str, name: str, catalogue: Catalogue, *, is_shipped: bool = False) -> RuleSet:
    """Check the text of a rule file; see :func:`read_rules`."""
    text = text.replace("\r\n", "\n")
    document = parse(text, name)
    record, findings = validate(RuleFile, document)
    if record is None:
        raise InputError(findings)
    findings = _static(record, document, catalogue)
    if findings:
        raise InputError(findings)
    return RuleSet(record, text, is_shipped)


@lru_cache(maxsize=32)
def load_rules(name: str) -> RuleSet:
    """Load a shipped rule set by id.

    >>> load_rules("xinjiang-2025").record.horizon
    3
    """
    names = resources.shipped_names(FOLDER)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        finding = Finding(
            "rules_unknown",
            Obligation.MUST_FIX,
            Place(),
            found=name,
            expected=", ".join(names),
            facts={"near": near[0]} if near else {},
            ways_out=("did_you_mean",) if near else (),
        )
        raise InputError([finding])
    path = FOLDER / f"{name}.yaml"
    return from_text(path.read_text(encoding="utf-8"), path.name, shipped(), is_shipped=True)


def rules(name_or_path: str | Path, catalogue: Catalogue | None = None) -> RuleSet:
    """Return a shipped rule set by id, or read a rule file by path."""
    text = str(name_or_path)
    if text in resources.shipped_names(FOLDER):
        return load_rules(text)
    if text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text:
        return read_rules(name_or_path, catalogue)
    return load_rules(text)


def shipped_ids() -> list[str]:
    """Return the ids of the shipped rule sets."""
    return resources.shipped_names(FOLDER)
