"""The mends: what a click can do about a finding, as verbs of the session with their facts.

Nothing is judged here: which way out a finding has says what can be done, its facts say with what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from planner.apps.page.session import Session
from planner.apps.page.texts import say
from planner.apps.page.viewmodel import ViewModel, told
from planner.core.findings import Finding
from planner.model import messages
from planner.model.catalogue import Catalogue
from planner.model.mapping import IGNORED, LEAVE, USE
from planner.planning.checking import answer_keys

_TYPING = {"mend", "paste"}  # what typed a number, rather than read it from a file
OFFERED = 4  # ways of reading a number that are offered as buttons


def mends(finding: Finding, session: Session) -> list[ViewModel]:
    """Return what a click can do about a finding: text, verb and facts, at most one choice among many."""
    if session.study is None:
        return []
    made: list[ViewModel] = []
    for way in finding.ways_out:
        made += _BY_WAY[way](finding, session) if way in _BY_WAY else ()
    if finding.code in _BY_CODE:
        made += _BY_CODE[finding.code](finding, session)
    return list({str(item): item for item in made}.values())


def told_with(
    findings: Iterable[Finding], session: Session, catalogue: Catalogue | None = None
) -> list[ViewModel]:
    """Return findings as texts, those that oblige most first, each with its mends."""
    listed = messages.ordered(findings)
    known = catalogue or session.plan.system.catalogue
    return [
        {**model, "mends": mends(finding, session)}
        for finding, model in zip(listed, told(listed, session.lang, known), strict=True)
    ]


def _click(key: str, verb: str, session: Session, /, **facts: object) -> ViewModel:
    """Return a button; facts of its text begin with an underscore."""
    words = {name[1:]: value for name, value in facts.items() if name.startswith("_")}
    told = {name: value for name, value in facts.items() if not name.startswith("_")}
    return {"text": say(key, session.lang, **words), "verb": verb, "facts": told}


# -- doubts about the file in hand ---------------------------------------------------------------


def _ways(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield each way of reading a number, by what it would come to."""
    key = str(finding.facts.get("key", ""))
    typed = session.doing.partition("|")[0] in _TYPING and finding in session.notices
    if not (typed or (_file(session) and key)):
        return
    told = [way.partition(" → ") for way in str(finding.facts.get("ways", "")).split("；")]
    for name, _, outcome in told[:OFFERED]:
        if outcome and typed:
            yield _click("mend_read", "mend", session, indicator=finding.indicator,
                         year=finding.year, value=outcome, _value=outcome)  # fmt: skip
        elif outcome:
            yield _click("mend_read", "settle", session, key=key, way=name, _value=outcome)
    if not typed:
        yield _click("mend_leave", "settle", session, key=key, way=LEAVE)


def _use(finding: Finding, session: Session) -> Iterator[ViewModel]:
    key = str(finding.facts.get("key", ""))
    if _file(session) and key:
        yield _click("mend_use", "settle", session, key=key, way=USE)
        yield _click("mend_leave", "settle", session, key=key, way=LEAVE)


def _part(finding: Finding, session: Session) -> Iterator[ViewModel]:
    key, part = (str(finding.facts.get(name, "")) for name in ("key", "part"))
    if _file(session) and key and part:
        yield _click("mend_part", "settle", session, key=key, way=part, _part=part)
        yield _click("mend_all", "settle", session, key=key, way=USE)


def _leave(finding: Finding, session: Session) -> Iterator[ViewModel]:
    key = str(finding.facts.get("key", ""))
    if _file(session) and key:
        yield _click("mend_leave", "settle", session, key=key, way=LEAVE)


def _sheet(finding: Finding, session: Session) -> Iterator[ViewModel]:
    if _file(session) and finding.found:
        yield _click("mend_sheet", "settle", session, key=finding.found, way=USE)
        yield _click("mend_leave", "settle", session, key=finding.found, way=LEAVE)


def _label(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield the indicators that a label may mean, the likeliest first."""
    if not (_file(session) and finding.found):
        return
    lang, catalogue = session.lang, session.plan.baseline.catalogue
    near = str(finding.facts.get("near", ""))
    if near in catalogue:
        yield _click("mend_means", "means", session, label=finding.found, indicator=near,
                     _name=catalogue.label(near, lang))  # fmt: skip
    yield {
        **_click("mend_choose", "means", session, label=finding.found),
        "fact": "indicator",
        "options": [{"id": "", "text": say("mend_which", lang)}]
        + [{"id": item.id, "text": item.name(lang)} for item in catalogue if item.kind != "growth"],
    }
    yield _click("mend_leave", "means", session, label=finding.found, indicator=IGNORED)


def _file(session: Session) -> bool:
    return session.study is not None and session.study.source is not None


# -- figures and targets -------------------------------------------------------------------------


def _computed(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield the value that the others give."""
    if finding.indicator and finding.year and finding.expected:
        value = finding.expected.rstrip("%")
        yield _click("mend_computed", "mend", session, indicator=finding.indicator,
                     year=finding.year, value=value, _value=finding.expected)  # fmt: skip


def _required(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield the target that the rule asks for, and the repair of all of them."""
    plan = session.plan
    known = finding.indicator in {row.id for row in plan.goals} and finding.year in plan.years
    if known and finding.expected and finding.facts.get("sense") in {">=", "<="}:
        yield _click("mend_required", "tune", session, indicator=finding.indicator,
                     year=finding.year, value=finding.expected, _value=finding.expected)  # fmt: skip
    yield from _repair(finding, session)


def _repair(_: Finding, session: Session) -> Iterator[ViewModel]:
    yield _click("repair", "repair", session)


def _light(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield a look at the rule, where its figures can be chosen or entered."""
    light = finding.rule.partition("/")[0]
    if light:
        yield _click("mend_light", "look", session, light=light, page="goals")


def _unpublished(finding: Finding, session: Session) -> Iterator[ViewModel]:
    """Yield the answer that a threshold is not public."""
    keys = answer_keys(finding)
    if keys and "answered" not in finding.facts:
        text = say("mend_unpublished_reason", session.lang)
        yield _click("mend_unpublished", "excuse", session, key=keys[0], text=text)
    yield from _light(finding, session)


Mender = Callable[[Finding, Session], Iterator[ViewModel]]
_BY_WAY: dict[str, Mender] = {
    "take_way": _ways,
    "take_row": _use,
    "take_year": _use,
    "take_column": _use,
    "take_table": _use,
    "take_part": _part,
    "take_sheet": _sheet,
    "leave_cell": _leave,
    "map_label": _label,
    "give_threshold": _unpublished,
    "give_benchmark": _light,
    "choose_benchmark": _light,
}
_BY_CODE: dict[str, Mender] = {
    "ratio_contradicts": _computed,
    "growth_contradicts": _computed,
    "rule_unmet": _required,
    "rate_unmet": _repair,
    "choice_unmet": _repair,
}
