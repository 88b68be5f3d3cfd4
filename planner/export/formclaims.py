"""Claims: what the fields of a form say of one another - counts, names, ticks, goals of the past.

A number and the names that stand for it, a tick and the number behind it, a goal and what came of
it: where they do not fit, or what they admit asks for a reason, it is told at the field (§9).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from planner.core.findings import Obligation
from planner.core.numerals import narrow, read_number
from planner.export.filling import Filling
from planner.intake.form.letters import letters
from planner.intake.form.phrasing import without_unit
from planner.model.catalogue import Indicator
from planner.model.formschema import TICK, Field, Slot, goal_slot

_BRACKETS = re.compile(r"[（(〔\[][^（）()〔〕\[\]]*[）)〕\]]")
_BETWEEN = re.compile(r"[、,，;；\n]+")
_MORE = re.compile(r"等(?:\d+|[一二三四五六七八九十]+)?[个家项件户所]?[。.]?$")
_DATE = re.compile(r"(20\d\d)[年./-](\d{1,2})(?:[月./-](\d{1,2})?日?|月)?")
_DIGITS = 7  # that a telephone number has at least
_SENTENCE = re.compile(r"[。；;\n]")
# How a text owns up to a goal that was not reached.
_OWNED = re.compile(r"原因|由于|因为|受.{1,30}影响|未(?:能|达|完成|实现|如期)|主要是")


def check_claims(filling: Filling) -> None:
    """Note where the fields of a form contradict one another, or admit what needs a reason."""
    for item in filling.form:
        if item.kind == "count":
            _names(filling, item)
        elif item.kind == "choice":
            _choice(filling, item)
        elif item.kind == "goals":
            for key in _rows(filling, item):
                _completion(filling, item, filling.indicators[key])
        elif item.holds in {"date", "phone"}:
            _written(filling, item)


def _written(filling: Filling, item: Field) -> None:
    """Note a date that is in no calendar, and a telephone number that is none."""
    text = narrow(filling.content.get(Slot(item.id), "")).strip()
    if not text or text == filling.form.record.none:
        return
    if item.holds == "phone":
        if sum(letter.isdigit() for letter in text) < _DIGITS:
            filling.note("form_not_phone", Obligation.MUST_FIX, item, found=text[:40],
                         ways_out=("write_phone",))  # fmt: skip
        return
    if not _is_date(re.sub(r"\s", "", text)):
        filling.note("form_not_date", Obligation.MUST_FIX, item, found=text[:40],
                     ways_out=("write_date",))  # fmt: skip


def _is_date(text: str) -> bool:
    """Whether a text is a day, or a month, that there is."""
    told = _DATE.fullmatch(text)
    try:
        return told is not None and bool(dt.date(int(told[1]), int(told[2]), int(told[3] or 1)))
    except ValueError:
        return False


# -- counts and names ------------------------------------------------------------------------


def _names(filling: Filling, item: Field) -> None:
    slot = Slot(item.id, "count")
    count, names = _count(filling, item), filling.content.get(Slot(item.id, "names"), "")
    if count is None or not names:
        return
    none = letters(names) in _nothing(filling)
    listed, open_ended = named(names)
    if none is not (count == 0):
        filling.note("form_count_none", Obligation.MUST_FIX, item, slot, found=str(count),
                     expected=names[:40], ways_out=("correct_either",))  # fmt: skip
    elif count and listed != count and not (open_ended and listed < count):
        filling.note("form_count_names", Obligation.NEEDS_REASON, item, slot, found=str(count),
                     expected=str(listed), ways_out=("list_all",))  # fmt: skip


def named(text: str) -> tuple[int, bool]:
    """Return how many names a text lists, and whether it says that there are more.

    >>> named("甲厂（绿色工厂、供应链）、乙厂"), named("甲、乙等5个")
    ((2, False), (2, True))
    """
    bare, before = text.strip(), ""
    while bare != before:
        bare, before = _BRACKETS.sub("", bare), bare
    plain = _MORE.sub("", bare.strip())
    parts = [part for part in _BETWEEN.split(plain) if letters(part)]
    return len(parts), plain != bare.strip()


def _count(filling: Filling, item: Field) -> Decimal | None:
    told = filling.content.get(Slot(item.id, "count"), "")
    if letters(told) in _nothing(filling):
        return Decimal(0)
    return read_number(without_unit(told, item.unit)).of(item.unit)


def _nothing(filling: Filling) -> set[str]:
    none = filling.form.record.none
    return {none, "没有", "暂无", "均无"}


# -- choices ---------------------------------------------------------------------------------


def _choice(filling: Filling, item: Field) -> None:
    ticked = [
        number
        for number in range(1, len(item.options) + 1)
        if filling.content.get(Slot(item.id, str(number))) == TICK
    ]
    for number, option in enumerate(item.options, 1):
        slot = Slot(item.id, str(number))
        if option.explain and number in ticked:
            filling.note("form_explain", Obligation.NEEDS_REASON, item, slot, found=option.text)
        if not option.counts:
            continue
        other = filling.form.fields[option.counts]
        count, facts = _count(filling, other), {"other": other.name}
        if number in ticked and count == 0:
            filling.note("form_tick_none", Obligation.MUST_FIX, item, slot, found=option.text,
                         facts=facts, ways_out=("correct_either",))  # fmt: skip
        elif number not in ticked and count:
            facts["count"] = str(count)
            filling.note("form_tick_missing", Obligation.NEEDS_REASON, item, slot,
                         found=option.text, facts=facts, ways_out=("tick_or_reason",))  # fmt: skip


# -- goals of the past -----------------------------------------------------------------------


def _rows(filling: Filling, item: Field) -> Iterator[str]:
    """Yield the indicators that a goal table has a line of."""
    rows = dict.fromkeys(
        slot.part.rpartition(".")[0] for slot in filling.content if slot.field == item.id
    )
    return (key for key in rows if key in filling.indicators)


def _completion(filling: Filling, item: Field, indicator: Indicator) -> None:
    """Hold what came of a goal of the past against it, and the goal against where it began."""
    target_column = next((column for column in item.columns if column.year is None), None)
    if target_column is None or indicator.better == "neither":
        return
    unit, falls = indicator.unit.zh, indicator.better == "lower"
    values: dict[str, Decimal] = {}
    for column in item.columns:
        text = filling.content.get(goal_slot(item, indicator.id, column), "")
        value = read_number(without_unit(text, unit)).of(unit)
        if value is not None:
            values[column.id] = value
    target, slot = values.get("target"), goal_slot(item, indicator.id, target_column)
    actual, base = values.get("actual"), values.get("baseline")
    if target is None:
        return
    if actual is not None and (actual > target if falls else actual < target):
        told = _owned_up(filling, indicator)
        level = Obligation.INFO if told else Obligation.NEEDS_REASON
        facts = {"answered": told} if told else {}
        filling.note("form_missed", level, item, slot, found=f"{actual}{unit}",
                     expected=f"{target}{unit}", facts=facts)  # fmt: skip
    # A slower growth is no fall.
    if base is not None and indicator.kind != "growth" and (target > base if falls else target < base):  # fmt: skip
        filling.note("form_goal_worse", Obligation.NEEDS_REASON, item, slot,
                     found=f"{target}{unit}", expected=f"{base}{unit}")  # fmt: skip


def _owned_up(filling: Filling, indicator: Indicator) -> str:
    """Return the sentence in which a text on what was reached says why this goal was not."""
    for item in filling.form:
        text = filling.content.get(Slot(item.id), "") if item.draft == "results" else ""
        if not text or filling.is_draft(text):
            continue
        for sentence in _SENTENCE.split(text):
            if letters(indicator.zh) in letters(sentence) and _OWNED.search(sentence):
                return sentence.strip()
    return ""
