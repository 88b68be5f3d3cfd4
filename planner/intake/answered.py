"""What is answered: texts taken in place by place, whatever file they stand in, faults with them."""

from __future__ import annotations

from typing import Any

from planner.core.files import printable
from planner.core.findings import Finding, Obligation, Place
from planner.model.forms import Form
from planner.model.formschema import Slot

YES, NO = "是", "否"
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
