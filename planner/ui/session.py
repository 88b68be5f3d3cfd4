"""The session: what one page works on, as traits over one immutable study (§8, §14).

Every verb makes a new study and the views follow. What the input does not allow becomes a
notice; nothing here knows a rule or a widget.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Enum, HasTraits, Int, Unicode

from planner.asked import known_id, number
from planner.explain import explain, take
from planner.findings import Finding, InputError, Obligation
from planner.intake import amend
from planner.numerals import read_number
from planner.opening import DEFAULT_RULES
from planner.plans import Plan
from planner.scenario import scenario as find_scenario
from planner.ui import opening
from planner.ui.history import History
from planner.ui.saving import Saver
from planner.ui.shelf import ChangedElsewhereError
from planner.ui.study import Study

PAGES = ("start", "goals", "charts", "scenarios", "export")
FIRST = "output"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """An upload that waits to be told whose figures to take."""

    name: str
    data: bytes
    clusters: tuple[str, ...]


class Session(HasTraits):
    """One page's work: a history of studies, and what is looked at.

    Examples
    --------
    >>> session = Session()
    >>> session.act("open_example", name="example.xlsx")
    >>> session.act("tune", indicator="output", year=2028, value="260")
    >>> str(session.plan.goals["output"].values[2028])
    '260.00'
    >>> session.act("undo")
    >>> str(session.plan.goals["output"].values[2028])
    '247.84'
    """

    history = AnyTrait(None, allow_none=True)  # a History of Study
    lang = Enum(("zh", "en"), "zh")
    page = Enum(PAGES, "start")
    hand = Unicode(FIRST)  # the indicator in hand
    light = Unicode("")  # the rule whose source is open
    other = Unicode("")  # the scenario to compare with
    rules = Unicode(DEFAULT_RULES)  # what a baseline opened next is held against
    proposal = AnyTrait(None, allow_none=True)  # a repaired Plan, not accepted yet
    conflicts = AnyTrait(None, allow_none=True)  # a tuple of Conflict, once asked for
    notices = AnyTrait(())  # a tuple of Finding
    held = AnyTrait(None, allow_none=True)  # an upload that waits for a choice
    saved = Enum(("none", "pending", "saved", "elsewhere", "failed"), "none")
    date = Unicode("")  # of the files exported, given by the caller
    shelved = Int(0)  # counts up when the shelf may hold something new

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

    def act(self, verb: str, **facts: Any) -> None:
        """Do what a view asks for; what cannot be done is told as notices, never raised."""
        job = VERBS.get(verb)
        try:
            if job is None:
                raise TypeError(verb)  # noqa: TRY301 - a view that is out of step is told like any fault
            quiet = verb in QUIET
            with self.hold_trait_notifications():
                if not quiet:
                    self.notices = ()
                job(self, **facts)
        except InputError as error:
            self.notices = error.findings
        except Exception as error:
            log.exception("%s failed", verb)
            fault = Finding("app_fault", Obligation.MUST_FIX, found=f"{verb}: {error!r}"[:120])
            self.notices = (fault,)

    # -- opening -------------------------------------------------------------------------

    def open(self, study: Study, *, keep: bool = True) -> None:
        """Begin with a study; one that is not to be kept is saved at its first change."""
        if self.saver is not None:
            self.flush()
            self.saver.start(study)
        self.history = History(study)
        self._looked_away()
        self.held = None
        self.other = ""
        if self.hand not in {row.id for row in study.plan.goals}:
            self.hand = next((row.id for row in study.plan.goals), FIRST)
        self._keep_from = None if keep else study
        if keep:
            self._changed()

    def hello(self, study: str = "", date: str = "") -> None:
        """Greet a page that was opened or reloaded, with what it worked on before and its date."""
        self.date = self.date or date
        if self.saver is not None:
            self.shelved += 1
            if self.history is None and study and study in self.saver.shelf:
                self.open_saved(study)

    def open_example(self, name: str) -> None:
        """Open one of the shipped examples."""
        self.open(opening.open_example(name, self.lang, self.rules), keep=False)

    def open_saved(self, key: str) -> None:
        """Go on with a study from the shelf."""
        if self.saver is None:
            raise InputError([Finding("nothing_open", Obligation.MUST_FIX)])
        self.flush()
        study = self.saver.resume(key)
        self.open_resumed(study)

    def open_resumed(self, study: Study) -> None:
        """Show a study that the saver already knows."""
        self.history = History(study)
        self._looked_away()
        self.saved = "saved"
        self.page = "goals"

    def upload(self, kind: str, name: str, data: bytes) -> None:
        """Take in a file: a baseline or plan, own benchmarks, or answers to the form."""
        if kind == "benchmarks":
            self._study(self._open.each(lambda p: opening.with_benchmarks(p, name, data)))
        elif kind == "answers":
            self._study(opening.with_answers(self._open, name, data))
        else:
            self._read(name, data)

    def choose_cluster(self, cluster: str) -> None:
        """Say whose figures to take from a file that holds several clusters."""
        if self.held is not None:
            self._read(self.held.name, self.held.data, cluster)

    def _read(self, name: str, data: bytes, cluster: str = "") -> None:
        try:
            self.open(opening.open_upload(name, data, self.lang, self.rules, cluster))
        except InputError as error:
            choice = next((f for f in error.findings if f.code == "cluster_choice"), None)
            if choice is not None:
                clusters = tuple(choice.facts["clusters"].split("；"))
                self.held = Held(name, data, clusters)
            raise

    def mend(self, indicator: str, year: int, value: str) -> None:
        """Write a number of the baseline anew, in every scenario."""
        mended = amend(self.plan.baseline, indicator, year, value)
        self._study(self._open.each(lambda plan: replace(plan, baseline=mended, repaired=None)))

    # -- tuning --------------------------------------------------------------------------

    def tune(self, indicator: str, year: int, value: str, gesture: str = "") -> None:
        """Ask for a value; a pinned year is moved with its pin."""
        plan = self.plan
        read = read_number(str(value)).value
        asked = number(indicator, year, str(value) if read is None else read)
        pinned = any(c.indicator == indicator and c.year == year for c in plan.pinned)
        verb = plan.pin if pinned else plan.wish
        self._plan(verb(indicator, year, asked), gesture)

    def pin(self, indicator: str, year: int) -> None:
        """Hold a year at its present value, or let go of it."""
        plan = self.plan
        held = any(c.indicator == indicator and c.year == year for c in plan.pinned)
        self._plan(plan.release(indicator, year) if held else plan.pin(indicator, year))

    def release(self, indicator: str) -> None:
        """Drop everything asked for of an indicator."""
        plan = self.plan.release(indicator)
        kept = {key: name for key, name in plan.shapes.items() if key != indicator}
        self._plan(plan.asking(shapes=kept))

    def shape(self, indicator: str, shape: str) -> None:
        """Approach the target in another stage shape."""
        self._plan(self.plan.shape(indicator, shape))

    def reading(self, rule: str, name: str) -> None:
        """Read a rule in another of the ways it offers."""
        self._plan(self.plan.reading(rule, name))

    def relax(self, rule: str, reason: str) -> None:
        """Let a benchmark be missed, for a reason."""
        self._plan(self.plan.relax(rule, reason))

    def choose_rules(self, name: str) -> None:
        """Hold everything against another rule set."""
        self.rules = name
        if self.history is not None and self.plan.rules.id != name:
            self._study(self._open.each(lambda plan: plan.with_rules(name)))

    def choose_scenario(self, name: str) -> None:
        """Plan under the ambitions of a shipped scenario, or of none."""
        plan = self.plan
        found = find_scenario(name, plan.baseline.catalogue) if name else None
        self._plan(plan.under(found))

    # -- repair and why ------------------------------------------------------------------

    def repair(self) -> None:
        """Look for the nearest compliant plan, to be shown before it is accepted."""
        found = self.plan.repair()
        self.conflicts = None
        self.proposal = None
        if found.repaired is not None and not found.repaired.complies:
            self.why()
        elif found.changes:
            self.proposal = found
        else:
            self.notices = (Finding("nothing_to_repair", Obligation.INFO),)

    def accept(self) -> None:
        """Take the repaired plan."""
        if self.proposal is not None:
            self._plan(self.proposal)

    def dismiss(self) -> None:
        """Put proposal and conflicts away."""
        self._looked_away()

    def why(self) -> None:
        """Show what cannot hold together, and the smallest ways out."""
        self.proposal = None
        self.conflicts = explain(self.plan)

    def way(self, conflict: int, way: int, reason: str = "") -> None:
        """Take a way out of a conflict; what still contradicts is shown next."""
        if self.conflicts is None:
            return
        chosen = self.conflicts[conflict].ways[way]
        self._plan(take(self.plan, chosen, reason))
        left = explain(self.plan)
        self.conflicts = left or None

    # -- steps and scenarios -------------------------------------------------------------

    def undo(self) -> None:
        """Return to the step before."""
        self._step(lambda history: history.back())

    def redo(self) -> None:
        """Do again what was undone."""
        self._step(lambda history: history.forward())

    def save_as(self, name: str) -> None:
        """Keep the plan in hand as a scenario of another name, and go on with that."""
        self._study(self._open.save_as(name))

    def switch(self, name: str) -> None:
        """Take another scenario in hand."""
        if self.history is not None and name != self._open.current:
            self.history = self.history.showing(self._open.switch(name))
            self._looked_away()
            self._changed()

    def remove(self, name: str) -> None:
        """Drop a scenario; undo brings it back."""
        self._study(self._open.without(name))

    def compare(self, name: str) -> None:
        """Choose the scenario to hold beside the one in hand."""
        self.other = name if name in self._open.plans else ""

    # -- looking -------------------------------------------------------------------------

    def look(self, **facts: str) -> None:
        """Turn to a page, an indicator, a rule or a language."""
        for name in ("page", "light", "lang", "date"):
            if name in facts:
                setattr(self, name, facts[name])
        if "hand" in facts:
            self.hand = known_id(self.plan.baseline.catalogue, facts["hand"])

    # -- saving --------------------------------------------------------------------------

    def flush(self) -> None:
        """Save now what is waiting to be saved."""
        if self.saver is not None:
            self.saver.flush()

    def take_theirs(self) -> None:
        """Go on with what another page saved; undo leads back to one's own."""
        if self.saver is None or self.history is None or self.saver.key is None:
            return
        theirs = self.saver.resume(self.saver.key)
        self.history = self.history.did(theirs)
        self._looked_away()
        self.saved = "saved"

    def keep_mine(self) -> None:
        """Keep one's own beside what another page saved, as a study of its own."""
        if self.saver is not None and self.history is not None:
            self.saver.start(self._open)
            self._changed()

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
            self.history = self.history.did(study, gesture)
            self._looked_away()
            self._changed()

    def _step(self, move: Callable[[History[Study]], History[Study]]) -> None:
        if self.history is None:
            return
        moved = move(self.history)
        if moved is not self.history:
            self.history = moved
            self._looked_away()
            self._changed()

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

    def _told(self, error: Exception | None) -> None:
        """Hear from the saver how it went."""
        if error is None:
            self.saved = "saved"
            self.shelved += 1
        elif isinstance(error, ChangedElsewhereError):
            self.saved = "elsewhere"
        else:
            self.saved = "failed"
            self.notices = getattr(error, "findings", ())


VERBS: Mapping[str, Callable[..., None]] = {
    name: getattr(Session, name)
    for name in (
        "hello", "open_example", "open_saved", "upload", "choose_cluster", "mend",
        "tune", "pin", "release", "shape", "reading", "relax", "choose_rules", "choose_scenario",
        "repair", "accept", "dismiss", "why", "way",
        "undo", "redo", "save_as", "switch", "remove", "compare", "look",
        "take_theirs", "keep_mine",
    )
}  # fmt: skip
QUIET = {"hello", "look"}
