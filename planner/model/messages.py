"""Messages: findings and phrases as Chinese and English sentences (§9).

The only module that makes sentences: everything else says what it has to say as data. The texts
stand in ``data/messages.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.core.language import spoken
from planner.core.phrases import Listed, Phrase
from planner.core.schema import Closed, Text, parse, validate
from planner.model.catalogue import Catalogue, shipped
from planner.model.vocabulary import vocabulary

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
    reasons: dict[str, Text]
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
    """Whether there are sentences for a finding that was read back, and for each of its facts."""
    told = texts()
    plain = all(_sayable(fact) for fact in finding.facts.values())
    return plain and finding.code in told.codes and set(finding.ways_out) <= told.ways_out.keys()


def _sayable(fact: object) -> bool:
    """Whether a fact is text, or a phrase that there are words for."""
    if isinstance(fact, str):
        return True
    if not isinstance(fact, Phrase | Listed | Text):
        return False
    try:
        return all(isinstance(said(fact, lang), str) for lang in ("zh", "en"))
    except (KeyError, IndexError, ValueError, AttributeError, TypeError):
        return False


def label(key: str, lang: str, **facts: object) -> str:
    """Return a label of tables and charts."""
    return texts().labels[key](lang).format(**facts)


def said(value: object, lang: str) -> str:
    """Return in words what is said as data: a phrase, a list of them, a text in both languages.

    >>> from planner.core.phrases import listed, phrase
    >>> said(listed([phrase("follows_shape"), phrase("of_wish", said="x")]), "en")
    'follows its stage shape; wish: x'
    """
    if isinstance(value, Text):
        return value(lang)
    if isinstance(value, Phrase):
        known = texts()
        pattern = known.statements.get(value.key) or known.labels[value.key]
        facts = {name: said(fact, lang) for name, fact in value.facts.items()}
        return pattern(lang).format(**facts)
    if isinstance(value, Listed):
        return label(value.between, lang).join(said(part, lang) for part in value.parts)
    return str(value)


def joined(parts: Iterable[str], lang: str, between: str = "between") -> str:
    """Return texts one after the other with a language's sign between them."""
    return label(between, lang).join(parts)


def colon(lang: str) -> str:
    """Return the colon of a language, with the space it takes."""
    return label("colon", lang)


def status(key: str, lang: str) -> str:
    """Return the word for a status.

    >>> status("unknown", "zh")
    '未知'
    """
    return texts().statuses[key](lang)


def state_word(key: str, lang: str) -> str:
    """Return the word for a status, or for what a finding obliges to."""
    known = texts()
    return (known.statuses.get(key) or known.levels[key])(lang)


def level(finding: Finding, lang: str) -> str:
    """Return the words for what a finding obliges to."""
    return texts().levels[finding.level.value](lang)


class _Blank(dict[str, Any]):
    """Facts a sentence asks for that the finding does not have stay empty."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(finding: Finding, lang: str = "", catalogue: Catalogue | None = None) -> str:
    """Return what a finding says, without place and ways out.

    Parameters
    ----------
    finding
        Any finding of this package.
    lang
        ``zh`` or ``en``.
    catalogue
        What names its indicators; the shipped one by default.

    Raises
    ------
    KeyError
        When its code has no sentence, which is a fault of this package.

    Examples
    --------
    >>> from planner.core.findings import Finding, Obligation
    >>> sentence(Finding("file_empty", Obligation.MUST_FIX), "en")
    'The file is empty.'
    """
    facts = _facts(finding, lang, catalogue or shipped())
    if "/" in finding.rule:  # a rule of the certification is known by its title, not by its id
        facts["rule"] = label("certifying", lang)
    told = Formatter().vformat(texts().codes[finding.code](lang), (), facts)
    answered = finding.facts.get("answered")
    return told if not answered else told + label("answered", lang, reason=answered)


def in_words(findings: Iterable[Finding], lang: str = "") -> str:
    """Return findings with their ways out as lines, those that oblige most first.

    >>> print(in_words([Finding("file_old", Obligation.MUST_FIX, found=".xls")], "en"))
    .xls is an old format, or another program's, and is not read. [file_old]
    """
    lines = []
    for finding in ordered(findings):
        place = f"{finding.place}: " if str(finding.place) else ""
        lines.append(f"{place}{sentence(finding, lang)} [{finding.code}]")
        lines += [f"  → {way}" for way in ways_out(finding, lang)]
    return "\n".join(lines)


def ways_out(
    finding: Finding,
    lang: str = "",
    catalogue: Catalogue | None = None,
    others: Mapping[str, Text] | None = None,
) -> list[str]:
    """Return the sentences that say what can be done.

    `others` are the words for some of them where somebody is not at a command line.
    """
    facts = _facts(finding, lang, catalogue or shipped())
    known = {**texts().ways_out, **(others or {})}
    patterns = [known[key](lang) for key in finding.ways_out]
    told = [Formatter().vformat(pattern, (), facts) for pattern in patterns]
    return [line for text in told for line in text.split("\n")]


def _facts(finding: Finding, lang: str, catalogue: Catalogue) -> _Blank:
    facts = _Blank({name: said(value, lang) for name, value in finding.facts.items()})
    if _named(whole := facts.get("whole", ""), catalogue):
        facts["whole"] = catalogue.label(whole, lang)
    if _named(near := facts.get("near", ""), catalogue):
        facts["near"] = f"{catalogue.label(near, lang)} ({near})"
    for name in ("how", "basis"):
        if facts[name] in texts().how:
            facts[name] = texts().how[facts[name]](lang)
    if (other := str(facts["other"])) in vocabulary().others:
        facts["other"] = vocabulary().others[other](lang)
    if finding.expected:
        facts["wanted"] = label("expected", lang, value=finding.expected)
    facts["sense"] = _SENSES.get(facts["sense"], "")
    subjects = str(finding.facts.get("subject", finding.indicator)).split()
    facts["indicator"] = " + ".join(
        catalogue.label(key, lang) if _named(key, catalogue) else key for key in subjects
    )
    if spoken(lang) == "en":
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


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with those that oblige most first."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.level))


def findings_table(findings: Iterable[Finding], lang: str = "") -> pd.DataFrame:
    """Return findings as a table to read in a notebook, those that oblige most first.

    Parameters
    ----------
    findings
        Such as :meth:`planner.Plan.check` returns.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    pandas.DataFrame
        One line for each finding; columns for its level, its place, its sentence and the ways out,
        all text.

    Raises
    ------
    KeyError
        When a finding's code has no sentence, which is a fault of this package.

    Examples
    --------
    >>> from planner.core.findings import Finding, Obligation
    >>> findings_table([Finding("file_empty", Obligation.MUST_FIX)], "en").iloc[0].tolist()[:3]
    ['Must fix', '', 'The file is empty.']
    """
    import pandas as pd  # only where a table is wanted

    rows = [
        (level(item, lang), str(item.place), sentence(item, lang), ways_joined(item, lang))
        for item in ordered(findings)
    ]
    heads = [label(key, lang) for key in ("level", "place", "message", "ways_out")]
    return pd.DataFrame(rows, columns=heads)


def ways_joined(finding: Finding, lang: str) -> str:
    """Return the ways out in one cell of a table."""
    ways = [way.rstrip("。.") for way in ways_out(finding, lang)]
    return joined(ways, lang)


def reason(key: str, lang: str) -> str:
    """Return why a mark of a file was left: in a few words, or as the finding on it says."""
    known = texts().reasons.get(key)
    return known(lang) if known else label("see_findings", lang)


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
