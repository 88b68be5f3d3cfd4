"""Messages: the Chinese and English sentence of a finding, built from its code (§9).

The only module that makes sentences. Their texts stand in ``data/messages.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.core.schema import Closed, Text, parse, validate
from planner.model.catalogue import Catalogue, shipped

if TYPE_CHECKING:
    import pandas as pd

_ORDER = [Obligation.MUST_FIX, Obligation.NEEDS_REASON, Obligation.INFO]
_SENSES = {">=": "≥", "<=": "≤", "==": "="}


class Texts(Closed):
    """What the file of texts holds."""

    levels: dict[str, Text]
    statuses: dict[str, Text]
    labels: dict[str, Text]
    codes: dict[str, Text]
    how: dict[str, Text]
    statements: dict[str, Text]
    ways_out: dict[str, Text]


@resources.once
def texts() -> Texts:
    """Return all texts."""
    value, findings = validate(Texts, parse(resources.data_text("messages.yaml"), "messages.yaml"))
    if value is None:
        raise InputError(findings)
    return value


def known(finding: Finding) -> bool:
    """Whether there are sentences for a finding, as for all that this package makes."""
    said = texts()
    return finding.code in said.codes and set(finding.ways_out) <= said.ways_out.keys()


def label(key: str, lang: str, **facts: object) -> str:
    """Return a label of tables and charts."""
    return texts().labels[key](lang).format(**facts)


def statement(key: str, lang: str, **facts: object) -> str:
    """Return the sentence of a row, a change or a way out: see :mod:`planner.planning.statements`."""
    return texts().statements[key](lang).format(**facts)


def colon(lang: str) -> str:
    """Return the colon of a language, with the space it takes."""
    return ": " if lang == "en" else "："


def status(key: str, lang: str) -> str:
    """Return the word for a status.

    >>> status("unknown", "zh")
    '未知'
    """
    return texts().statuses[key](lang)


def level(finding: Finding, lang: str) -> str:
    """Return the words for what a finding obliges to."""
    return texts().levels[finding.level.value](lang)


class _Blank(dict[str, Any]):
    """Facts a sentence asks for that the finding does not have stay empty."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(finding: Finding, lang: str = "zh", catalogue: Catalogue | None = None) -> str:
    """Return what a finding says, without place and ways out.

    >>> from planner.core.findings import Finding, Obligation
    >>> sentence(Finding("file_empty", Obligation.MUST_FIX), "en")
    'The file is empty.'
    """
    facts = _facts(finding, lang, catalogue or shipped())
    return Formatter().vformat(texts().codes[finding.code](lang), (), facts)


def ways_out(
    finding: Finding,
    lang: str = "zh",
    catalogue: Catalogue | None = None,
    others: Mapping[str, Text] | None = None,
) -> list[str]:
    """Return the sentences that say what can be done.

    `others` are the words for some of them where somebody is not at a command line.
    """
    facts = _facts(finding, lang, catalogue or shipped())
    known = {**texts().ways_out, **(others or {})}
    patterns = [known[key](lang) for key in finding.ways_out]
    said = [Formatter().vformat(pattern, (), facts) for pattern in patterns]
    return [line for text in said for line in text.split("\n")]


def _facts(finding: Finding, lang: str, catalogue: Catalogue) -> _Blank:
    facts = _Blank(finding.facts)
    own = f"_{lang}"
    facts.update((k.removesuffix(own), v) for k, v in finding.facts.items() if k.endswith(own))
    for name in ("near", "whole"):
        key = finding.facts.get(name, "")
        if _named(key, catalogue):
            facts[name] = f"{catalogue.label(key, lang)} ({key})"
    if "how" in facts or "basis" in facts:
        for name in ("how", "basis"):
            if facts[name] in texts().how:
                facts[name] = texts().how[facts[name]](lang)
    if finding.expected:
        pattern = " (expected: {})" if lang == "en" else "（应为 {}）"
        facts["wanted"] = pattern.format(finding.expected)
    facts["sense"] = _SENSES.get(str(finding.facts.get("sense", "")), "")
    subjects = str(finding.facts.get("subject", finding.indicator)).split()
    facts["indicator"] = " + ".join(
        catalogue.label(key, lang) if _named(key, catalogue) else key for key in subjects
    )
    if finding.facts.get("options"):
        facts["options"] = _options(finding.facts["options"], lang, catalogue)
    missing = str(finding.facts.get("missing", ""))
    if missing:
        named = (_cell(text, lang, catalogue) for text in missing.split("、"))
        facts["missing"] = (", " if lang == "en" else "、").join(named)
    if lang == "en":
        facts = _Blank({key: str(value).replace("、", ", ") for key, value in facts.items()})
    facts.update(
        year=finding.year or "",
        found=finding.found,
        expected=finding.expected,
        rule=finding.rule,
    )
    return facts


def _named(key: str, catalogue: Catalogue) -> bool:
    return key in catalogue or key.removesuffix("_growth") in catalogue


def _options(text: str, lang: str, catalogue: Catalogue) -> str:
    """Say each way of satisfying a rule with a choice."""
    said = []
    for option in text.split(";"):
        keys, year, value, sense, bound = option.split()
        names = " + ".join(catalogue.label(key, lang) for key in keys.split("+"))
        said.append(f"{names} {year}: {value} ({_SENSES.get(sense, '')}{bound})")
    return (" or " if lang == "en" else "；或 ").join(said)


def _cell(text: str, lang: str, catalogue: Catalogue) -> str:
    """Name a missing cell, with the parts that would do as well: ``a@2025|b@2025&c@2025``."""
    own, _, parts = text.partition("|")
    if parts:
        named = (" and " if lang == "en" else "和").join(
            _cell(part, lang, catalogue) for part in parts.split("&")
        )
        first = _cell(own, lang, catalogue)
        return f"{first} (or {named})" if lang == "en" else f"{first}（或{named}）"
    key, _, year = text.partition("@")
    if not year or key not in catalogue:
        return text
    name = catalogue.label(key, lang)
    return f"{name} {year}" if lang == "en" else f"{name}{year}年"


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those that oblige most first."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.level))


def findings_table(findings: Iterable[Finding], lang: str = "zh") -> pd.DataFrame:
    """Return findings as a table to read in a notebook, those that oblige most first.

    Raises
    ------
    KeyError
        When a finding's code has no sentence, which is a fault of this package.
    """
    import pandas as pd  # only where a table is wanted

    rows = [
        (level(item, lang), str(item.place), sentence(item, lang), _joined(item, lang))
        for item in ordered(findings)
    ]
    heads = [label(key, lang) for key in ("level", "place", "message", "ways_out")]
    return pd.DataFrame(rows, columns=heads)


def _joined(finding: Finding, lang: str) -> str:
    """Return the ways out in one cell of a table."""
    ways = [way.rstrip("。.") for way in ways_out(finding, lang)]
    return ("; " if lang == "en" else "；").join(ways)


def as_record(finding: Finding, lang: str, catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Return a finding for machines, with its sentence."""
    return {
        "code": finding.code,
        "level": finding.level.value,
        "rule": finding.rule,
        "indicator": finding.indicator,
        "year": finding.year,
        "place": str(finding.place),
        "found": finding.found,
        "expected": finding.expected,
        "ways_out": ways_out(finding, lang, catalogue),
        "message": sentence(finding, lang, catalogue),
    }
