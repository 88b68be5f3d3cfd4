"""What is answered: texts taken in place by place, whatever file they stand in, faults with them."""

from __future__ import annotations

import re
from typing import Any

from planner.core.files import printable
from planner.core.findings import Finding, Obligation, Place
from planner.intake.form.letters import letters
from planner.model.forms import Form
from planner.model.formschema import Field, Slot

YES, NO = "是", "否"
_WHOLE = re.compile(r"[0-9]{1,15}")
MAX_TEXT, LARGEST = 20_000, 10**15


class Intake:
    """Collects answers and everything that has to be said of them."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.values: dict[Slot, str] = {}
        self.places: dict[Slot, Place] = {}
        self.findings: list[Finding] = []
        self.about = ""  # the field or place that is being answered

    def put(self, slot: Slot, value: Any, place: Place) -> None:
        """Take an answer in, or say that it is too long."""
        if isinstance(value, int) and abs(value) > LARGEST:
            self.fault("answer_long", place, "…", str(LARGEST))
            return
        text = clean(answer_text(value))
        if len(text) > MAX_TEXT:
            self.fault("answer_long", place, str(len(text)), str(MAX_TEXT))
            return
        if text:
            self.values[slot], self.places[slot] = text, place

    def fault(
        self, code: str, place: Place, found: str, expected: str = "", near: str = ""
    ) -> None:
        """Note what could not be understood."""
        facts = {"near": near} if near else {}
        facts |= {"slot": self.about} if self.about else {}
        ways = ("did_you_mean",) if near else ()
        self.findings.append(
            Finding(
                code,
                Obligation.MUST_FIX,
                place,
                found=found[:80],
                expected=expected,
                facts=facts,
                ways_out=ways,
            )
        )


def option_named(item: Field, text: str) -> int | None:
    """Return the number of the one option that a text names: its number, or how its words begin."""
    count = len(item.options)
    if _WHOLE.fullmatch(text):
        return int(text) if 1 <= int(text) <= count else None
    said = letters(text)
    numbered = [(number, letters(o.text)) for number, o in enumerate(item.options, 1)]
    same = [number for number, words in numbered if words == said]
    options = same or [number for number, words in numbered if said and words.startswith(said)]
    return options[0] if len(options) == 1 else None


def answer_text(value: Any) -> str:
    """Return a value as text: whole numbers without a point, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int) and abs(value) > LARGEST:
        return "…"  # a number of thousands of digits is no text
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    return str(value)


def clean(text: str) -> str:
    r"""Drop what no document can hold, and blanks around.

    >>> clean(" a\x00b\r\nc ")
    'ab\nc'
    """
    return printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
