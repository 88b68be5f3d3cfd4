"""The session's state: what one page works on, as traits over one immutable study (§8).

Every step makes a new study and the views follow; what is looked at and whether it is saved
stand beside it. What a page may ask for is told in :mod:`planner.apps.page.session`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from traitlets import Any as AnyTrait
from traitlets import Bool, Enum, HasTraits, Int, Unicode

from planner.api.opening import DEFAULT_RULES
from planner.api.plan import Plan
from planner.apps.page.autosave import Saver
from planner.apps.page.history import History
from planner.apps.page.store import ChangedElsewhereError
from planner.apps.page.study import Study
from planner.core.findings import Finding, InputError, Obligation
from planner.model.rulesets import shipped_ids

PageName = Literal["start", "goals", "form", "charts", "scenarios", "export"]
PAGES: tuple[PageName, ...] = get_args(PageName)
FIRST = "output"


@dataclass(frozen=True)
class Held:
    """An upload that waits to be told whose figures to take."""

    name: str
    data: bytes
    clusters: tuple[str, ...]


class SessionState(HasTraits):
    """One page's work: a history of studies, what is looked at, and how it is kept."""

    history = AnyTrait(None, allow_none=True)  # a History of Study
    lang = Enum(("zh", "en"), "zh")
    page = Enum(PAGES, "start")
    hand = Unicode(FIRST)  # the indicator in hand
    light = Unicode("")  # the rule whose source is open
    part = Unicode("")  # the part of the form in sight
    field = Unicode("")  # the field of the form that was asked for last
    asked = Int(0)  # counts up when a field is asked for
    rail = Unicode("")  # the group of open items in sight
    doing = Unicode("")  # what is being done, as a verb and the indicator it is about
    before = AnyTrait(None, allow_none=True)  # the Study that the last step began with
    item = Unicode("")  # the open item that was turned to last
    compared = AnyTrait(())  # the scenarios held beside the one in hand, by name
    every_year = Bool(False)
    with_odds = Bool(False)
    rules = Unicode(DEFAULT_RULES)  # what a baseline opened next is held against
    proposal = AnyTrait(None, allow_none=True)  # a repaired Plan, not accepted yet
    conflicts = AnyTrait(None, allow_none=True)  # a tuple of Conflict, once asked for
    notices = AnyTrait(())  # a tuple of Finding
    held = AnyTrait(None, allow_none=True)  # an upload that waits for a choice
    saved = Enum(("none", "pending", "saved", "elsewhere", "failed"), "none")
    date = Unicode("")  # of the files exported, given by the caller
    shelved = Int(0)  # counts up when the store may hold something new

    def __init__(self, saver: Saver | None = None, **traits: Any) -> None:
        """Start with nothing open; without a saver nothing is kept."""
        super().__init__(**traits)
        self.saver = saver
        self._keep_from: Study | None = None
        if saver is not None:
            saver.tell = self._told

    # -- what is in hand -----------------------------------------------------------------

    @property
    def study(self) -> Study | None:
        """Return the study, if one is open."""
        history: History[Study] | None = self.history
        return history.present if history else None

    @property
    def plan(self) -> Plan:
        """Return the plan in hand.

        Raises
        ------
        InputError
            When nothing is open.
        """
        return self._open.plan

    # -- opening -------------------------------------------------------------------------

    def open(self, study: Study, *, keep: bool = True) -> None:
        """Begin with a study; one that is not to be kept is saved at its first change."""
        self._kept()
        if self.saver is not None:
            self.saver.start(study)
        self._begin(study)
        self._keep_from = None if keep else study
        self.saved = "none"
        if keep:
            self._changed()

    def _begin(self, study: Study) -> None:
        self.history = History(study)
        self._looked_away()
        self.held, self.compared, self.light, self.before = None, (), "", None
        self._follow_rules()
        if self.hand not in {row.id for row in study.plan.goals}:
            self.hand = next((row.id for row in study.plan.goals), FIRST)

    def flush(self) -> None:
        """Save now what is waiting to be saved."""
        if self.saver is not None:
            self.saver.flush()

    def keep_mine(self) -> None:
        """Keep one's own beside what another page saved, as a study of its own."""
        if self.saver is not None and self.history is not None:
            self.saver.start(self._open)
            self._changed()

    def hold(self, plan: Plan) -> None:
        """Take another plan in hand, as a step that can be taken back."""
        if plan != self.plan:
            self._plan(plan)

    # -- how -----------------------------------------------------------------------------

    @property
    def _open(self) -> Study:
        study = self.study
        if study is None:
            raise InputError([Finding("nothing_open", Obligation.MUST_FIX)])
        return study

    def _plan(self, plan: Plan, gesture: str = "") -> None:
        self._study(self._open.holding(plan), gesture)

    def _study(self, study: Study, gesture: str = "") -> None:
        plan = study.plan
        _ = plan.goals  # what cannot be planned is refused here, before anything changes
        if self.history is not None:
            self.history = self.history.did(study, gesture, self.doing)
            self.before = self.history.past[-1] if self.history.past else None
            self._looked_away()
            self._changed()

    def _step(self, move: Callable[[History[Study]], History[Study]]) -> None:
        if self.history is None:
            return
        moved = move(self.history)
        if moved is not self.history:
            self.before, self.history = self.history.present, moved
            self._follow_rules()
            self._looked_away()
            self._changed()

    def _follow_rules(self) -> None:
        """Hold what is opened next against what is shown, where that is a shipped rule set."""
        if self.plan.rules.id in shipped_ids():
            self.rules = self.plan.rules.id

    def _looked_away(self) -> None:
        self.proposal = None
        self.conflicts = None

    def _changed(self) -> None:
        study = self._open
        if self.saver is None or study is self._keep_from:
            return
        self._keep_from = None
        if self.saved != "elsewhere" or self.saver.fresh:
            self.saved = "pending"
            self.saver.changed(study)

    def _kept(self) -> None:
        """Make sure that what is open is saved before something else takes its place."""
        self.flush()
        if self.saved == "elsewhere":
            self.keep_mine()
            self.flush()
        elif self.saved == "failed" and self.history is not None:
            self._changed()
            self.flush()
        if self.saved in {"elsewhere", "failed"} and self.history is not None:
            raise InputError(self.notices or [Finding("not_saved", Obligation.MUST_FIX)])

    def _told(self, error: Exception | None) -> None:
        """Hear from the saver how it went."""
        if error is None:
            self.saved = "saved"
            self.shelved += 1
        elif isinstance(error, ChangedElsewhereError):
            self.saved = "elsewhere"
        else:
            self.saved = "failed"
            fault = Finding("not_saved", Obligation.MUST_FIX, found=type(error).__name__)
            self.notices = getattr(error, "findings", (fault,))
