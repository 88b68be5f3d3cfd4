"""History: what undo goes back to - a stack of frozen values, nothing else (§8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")
DEPTH = 200


@dataclass(frozen=True, eq=False)
class History(Generic[T]):
    """A value with what was before it and what was undone.

    `gesture` names the movement that made the present value: all that one drag of a slider
    passes through is one step back. `steps` says what each step was, those undone behind.

    Examples
    --------
    >>> history = History(1).did(2).did(3, "drag").did(4, "drag")
    >>> history.back().present, history.back().back().present
    (2, 1)
    >>> history.back().forward().present
    4
    """

    present: T
    past: tuple[T, ...] = ()
    undone: tuple[T, ...] = ()
    gesture: str = ""
    steps: tuple[str, ...] = ()

    def did(self, value: T, gesture: str = "", step: str = "") -> History[T]:
        """Go on to a new value; within one gesture the step before it stays the same."""
        if value is self.present:
            return self
        if gesture and gesture == self.gesture and self.past:
            return History(value, self.past, (), gesture, self.steps[: len(self.past)])
        past = (*self.past, self.present)[-DEPTH:]
        steps = (*self.steps[: len(self.past)], step)[-DEPTH:]
        return History(value, past, (), gesture, steps)

    @property
    def last(self) -> str:
        """Return what the step was that going back takes away."""
        return self.steps[len(self.past) - 1] if self.past else ""

    @property
    def next(self) -> str:
        """Return what the step was that going forward does again."""
        return self.steps[len(self.past)] if self.undone else ""

    def showing(self, value: T) -> History[T]:
        """Show another value without that being a step, such as looking at another scenario."""
        return replace(self, present=value, gesture="")

    def back(self) -> History[T]:
        """Return to the step before."""
        if not self.past:
            return self
        undone = (self.present, *self.undone)
        return History(self.past[-1], self.past[:-1], undone, "", self.steps)

    def forward(self) -> History[T]:
        """Do again what was undone."""
        if not self.undone:
            return self
        past = (*self.past, self.present)
        return History(self.undone[0], past, self.undone[1:], "", self.steps)
