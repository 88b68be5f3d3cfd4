"""Rule sets: loading a rule file and checking it with no data at hand (§4).

``planner rules FILE`` shows what this module finds: every fault with its line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.frames import Column, Records
from planner.core.schema import Checked, Document, Path_, parse, read_text, validate
from planner.model import messages
from planner.model.cards import card
from planner.model.catalogue import Catalogue, shipped
from planner.model.rules import BenchmarkRef, Bounded, Definition, Rule, RuleFile, Test

FOLDER = resources.data_path("rules")
_SHAPES = {("part",), ("sum",), ("increase",)}  # tests over measured indicators only


@dataclass(frozen=True, eq=False)  # equality and hash are those of any checked file
class RuleSet(Checked[RuleFile]):
    """A checked rule file."""

    def __reduce__(self) -> Any:
        """Travel light: a shipped rule set is found where it arrives."""
        known = self.shipped and self is load_rules(self.id)
        return (load_rules, (self.id,)) if known else super().__reduce__()

    def __repr__(self) -> str:
        """Say which it is, without all its rules."""
        return f"<RuleSet {self.id} {self.record.version}, {len(self.record.rules)} rules>"

    def _repr_html_(self) -> str:
        columns = (Column("rule"), Column("title"), Column("level"), Column("quote"))
        rows = ((r.id, r.title(""), r.level, r.quote) for r in self.record.rules)
        document = self.record.document
        told = " ".join(text for text in (document.title, document.number, document.issuer) if text)
        title = f"{escape(self.title(''))} ({escape(self.id)})"
        return card(
            Records(columns, tuple(rows)), title=title, notes=[escape(told)] if told else ()
        )

    @property
    def posing(self) -> bool:
        """Whether it bears the id of a shipped rule set and is another one."""
        return (
            not self.shipped and self.id in shipped_ids() and load_rules(self.id).hash != self.hash
        )

    def title(self, lang: str) -> str:
        """Return its title, and that it is not the shipped one where it says so."""
        title = self.record.title(lang)
        return messages.label("posing", lang, title=title) if self.posing else title

    @property
    def readings(self) -> Mapping[str, Rule | Definition]:
        """Return what can be read in more than one way, by id."""
        owners: dict[str, Rule | Definition] = {item.id: item for item in self.record.definitions}
        for rule in self.record.rules:
            if rule.readings and not rule.read_as:
                owners[rule.id] = rule
            for inner in _adopted(rule):
                owners[f"{rule.id}/{inner.id}"] = inner
        return owners

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

    def asking(self, rule: str, readings: Mapping[str, str], amount: Decimal) -> RuleSet | None:
        """Return the rule set with another amount for one rule, to see what depends on it."""
        changed = [
            item.asking(readings, amount) if item.id == rule else item for item in self.record.rules
        ]
        if None in changed or changed == list(self.record.rules):
            return None
        return replace(self, record=self.record.model_copy(update={"rules": tuple(changed)}))


def _adopted(rule: Rule) -> Iterator[Rule]:
    """Yield the rules with readings that a rule takes over from another rule set."""
    tests = [rule.test, *(reading.test for reading in rule.readings.values())]
    for test in tests:
        if test is not None and test.standard is not None:
            standard = load_rules(test.standard.rules)
            yield from (
                inner for inner in standard.record.rules if inner.readings and not inner.read_as
            )


def benchmark_target(key: str, catalogue: Catalogue) -> tuple[str, str] | None:
    """Return the indicator a benchmark id speaks of, and of what: decline, growth or level."""
    for kind in ("decline", "growth"):
        stem = key.removesuffix(f"_{kind}")
        if stem != key and stem in catalogue:
            return stem, kind
    return (key, "level") if key in catalogue else None


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
        kind = catalogue[definition.id].kind if definition.id in catalogue else ""
        for name, reading in definition.readings.items():
            where = (*path, "readings", name)
            if reading.den:
                findings += _known(reading.den, (*where, "den"), document, catalogue)
            fits = {"ratio": not reading.past, "growth": not reading.den, "": True}
            if not fits.get(kind, False):
                findings.append(_located("parts_wrong", document, where, definition.id))
    for index, rule in enumerate(record.rules):
        findings += _read_as(rule, record, document, ("rules", index, "read_as"))
        if rule.test:
            findings += test_findings(rule.test, ("rules", index, "test"), document, catalogue)
        for name, option in rule.readings.items():
            where = ("rules", index, "readings", name, "test")
            findings += test_findings(option.test, where, document, catalogue)
    return tuple(findings)


def _read_as(rule: Rule, record: RuleFile, document: Document, path: Path_) -> Iterator[Finding]:
    """Refuse a rule that is read as another one which does not offer the same readings."""
    if not rule.read_as:
        return
    offered = {other.id: other for other in record.rules if other.readings and not other.read_as}
    other = offered.get(rule.read_as)
    same = other and (other.default, {*other.readings}) == (rule.default, {*rule.readings})
    if not same:
        expected = ", ".join(other.readings) if other else ", ".join(offered) or "-"
        yield _located("reading_unknown", document, path, rule.read_as, expected=expected)


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
    if test.increase:
        yield ("increase",), (*test.increase.parts, test.increase.of)


def _amount_findings(
    bounded: Bounded, kind: str, path: Path_, document: Document, catalogue: Catalogue
) -> Iterator[Finding]:
    if isinstance(bounded.amount, BenchmarkRef):
        for name in bounded.amount.ids:
            target = benchmark_target(name, catalogue)
            if target is None or target[1] != kind:
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
    for inside, names in _names(test):
        for name in names if inside in _SHAPES else ():
            if kind(name) != "measured":
                yield _located("not_linear", document, (*path, *inside), name)
    if test.level:
        several = len(test.level.indicators) > 1
        for name in test.level.indicators:
            if kind(name) == "growth" or (several and kind(name) != "measured"):
                yield _located("not_linear", document, (*path, "level"), name)


def read_rules(path: str | Path, catalogue: Catalogue | None = None) -> RuleSet:
    """Read and check a rule file, without any data.

    Parameters
    ----------
    path
        A YAML file.
    catalogue
        The indicators its rules may name; the shipped ones by default.

    Raises
    ------
    InputError
        With a located finding for every fault: unknown or misplaced key, repeated id or key,
        rule that touches nothing, bad date, unknown indicator or benchmark.

    Examples
    --------
    >>> read_rules(FOLDER / "xinjiang-2025.yaml").record.horizon
    3
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

    Parameters
    ----------
    name
        Its id, such as ``xinjiang-2025``.

    Raises
    ------
    InputError
        When there is none of that id; with those there are.

    Examples
    --------
    >>> load_rules("xinjiang-2025").record.title.en
    'Xinjiang re-verification form (2025 baseline, 2028 targets)'
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
