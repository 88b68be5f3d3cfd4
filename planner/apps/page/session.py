"""The session: everything a page may ask for, as verbs over the state of one page (§8, §14).

What the input does not allow becomes a notice; nothing here knows a rule or a widget.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, validate_call

from planner.api.opening import held_against, over
from planner.apps.page import loading
from planner.apps.page.baselineverbs import BaselineVerbs
from planner.apps.page.formverbs import FormVerbs
from planner.apps.page.ruleverbs import RuleVerbs
from planner.apps.page.sessionstate import Held, PageName, SessionState
from planner.apps.page.shelfverbs import ShelfVerbs
from planner.apps.page.sourceverbs import SourceVerbs
from planner.core.findings import Finding, InputError, Obligation
from planner.model.asked import cell_of, known_id, stated, typed
from planner.model.rulesets import load_rules
from planner.model.scenario import load_scenario
from planner.planning.explain import explain, take

Language = Literal["zh", "en"]
Upload = Literal["baseline", "benchmarks", "answers", "peers"]
Index = Annotated[int, Field(ge=0)]
log = logging.getLogger(__name__)


class Session(FormVerbs, BaselineVerbs, SourceVerbs, RuleVerbs, ShelfVerbs):
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

    def act(self, verb: str, /, **facts: Any) -> None:
        """Do what a view asks for; what cannot be done is told as notices, never raised."""
        job = VERBS.get(verb) if isinstance(verb, str) else None
        try:
            if job is None:
                raise InputError([_fault(str(verb))])  # noqa: TRY301 - told like any other fault
            with self.hold_trait_notifications():
                if verb not in QUIET:
                    self.notices = ()
                self.doing = f"{verb}|{facts.get('indicator', '')}"
                job(self, **{name: _whole(value) for name, value in facts.items()})
        except InputError as error:
            self.notices = error.findings
        except (ValidationError, TypeError) as error:
            self.notices = (_fault(f"{verb}: {type(error).__name__}"),)
        except Exception as error:
            log.exception("%s failed", verb)
            self.notices = (_fault(f"{verb}: {error!r}"),)

    # -- opening -------------------------------------------------------------------------

    def hello(self, study: str = "", date: str = "", lang: str = "") -> None:
        """Greet a page that was opened or reloaded, with what it worked on and spoke before."""
        self.date = self.date or date
        if lang in get_args(Language):
            self.lang = lang
        if self.saver is not None:
            self.shelved += 1
            if self.history is None and study and study in self.saver.store:
                self.open_saved(study)

    def ping(self) -> None:
        """Answer a page that wants to know whether anybody is there."""

    def open_example(self, name: str) -> None:
        """Open one of the shipped examples."""
        self.open(loading.open_example(name, self.lang, self.rules), keep=False)

    def open_saved(self, key: str) -> None:
        """Go on with a study from the store."""
        if self.saver is None:
            raise InputError([Finding("nothing_open", Obligation.MUST_FIX)])
        self._kept()
        self._begin(self.saver.resume(key))
        self._keep_from = None
        self.saved = "saved"
        self.page = "goals"

    def upload(self, kind: Upload, name: str, data: bytes) -> None:
        """Take in a file: a baseline or plan, own benchmarks, answers to the form, or peers."""
        if kind == "benchmarks":
            self._study(self._open.each(lambda p: loading.with_benchmarks(p, name, data)))
        elif kind == "answers":
            study, said = loading.with_answers(self._open, name, data)
            self._study(study)
            self.notices = said
        elif kind == "peers":
            study, said = loading.with_peers(self._open, name, data)
            self._study(study)
            self.notices = said
        else:
            self._read(name, data)

    def drop_peers(self) -> None:
        """Tell odds among the published figures again."""
        study = self._open
        self._study(study if study.peers is None else replace(study, peers=None))

    def choose_cluster(self, cluster: str) -> None:
        """Say whose figures to take from a file that holds several clusters."""
        if self.held is not None:
            self._read(self.held.name, self.held.data, cluster)

    def _read(self, name: str, data: bytes, cluster: str = "") -> None:
        try:
            self.open(loading.open_upload(name, data, self.lang, self.rules, cluster))
        except InputError as error:
            choice = next((f for f in error.findings if f.code == "cluster_choice"), None)
            if choice is not None:
                clusters = tuple(choice.facts["clusters"].split("\n"))
                self.held = Held(name, data, clusters)
            raise

    # -- tuning --------------------------------------------------------------------------

    def tune(self, indicator: str, year: int, value: Any, gesture: str = "") -> None:
        """Ask for a value; a pinned year is moved with its pin."""
        plan = self.plan
        cell = cell_of(plan.baseline.catalogue, plan.years, indicator, year)
        item = plan.baseline.catalogue[cell.indicator]
        told = None if cell in plan.pinned else stated(item, year, str(value))
        if told is not None and not told.is_level:
            moved, asked = plan.wish(cell.indicator, year, str(value)), None
        else:
            asked = typed(item, year, str(value)) if told is None else told.low
            moved = (plan.pin if told is None else plan.wish)(cell.indicator, year, asked)
        stands = (
            asked is not None and plan.requested.get(cell) == asked and cell not in plan.targets
        )
        if stands or moved == plan:
            return  # it stands already
        self._plan(moved, gesture)

    def pin(self, indicator: str, year: int) -> None:
        """Hold a year at its present value, or let go of it."""
        plan = self.plan
        cell = cell_of(plan.baseline.catalogue, plan.years, indicator, year)
        if cell not in plan.pinned:
            self._plan(plan.pin(cell.indicator, year))
            return
        released = plan.release(cell.indicator, year)
        if cell in released.pinned:  # held by the scenario: a wish for the same goes before it
            released = released.wish(cell.indicator, year, released.requested[cell])
        self._plan(released)

    def release(self, indicator: str) -> None:
        """Drop everything asked for of an indicator."""
        plan = self.plan.release(indicator)
        kept = {key: name for key, name in plan.shapes.items() if key != indicator}
        self._plan(plan.asking(shapes=kept))

    def shape(self, indicator: str, shape: str) -> None:
        """Approach the target in another stage shape."""
        self._plan(self.plan.shape(indicator, shape))

    def choose_rules(self, name: str) -> None:
        """Hold everything against another of the shipped rule sets."""
        rule_set = load_rules(name)
        study = self.study
        if study is not None and study.plan.rules.id != name:
            self._study(study.each(lambda plan: held_against(plan, rule_set)))
        self.rules = name

    def choose_span(self, base_year: str = "", horizon: str = "") -> None:
        """Plan from another base year, or over another number of years."""
        for text in (base_year, horizon):
            if text and not text.isdecimal():
                raise InputError([Finding("not_a_number", Obligation.MUST_FIX, found=text[:40])])
        year, years = int(base_year or 0) or None, int(horizon or 0) or None
        self._study(self._open.each(lambda plan: over(plan, year, years)))

    def choose_scenario(self, name: str) -> None:
        """Plan under the ambitions of a shipped scenario, or of none."""
        self._plan(self.plan.under(load_scenario(name) if name else None))

    # -- repair and why ------------------------------------------------------------------

    def repair(self, prefer: Literal["wishes", "odds"] = "wishes") -> None:
        """Look for the nearest compliant plan, or the likeliest; shown before it is accepted."""
        proposal = self.plan.repair(prefer=prefer, peers=self._open.peers)
        self.conflicts = None
        self.proposal = None
        if proposal.repaired is not None and not proposal.repaired.complies:
            self.why()
        elif proposal.changes:
            self.proposal = proposal
        else:
            told = [Finding("nothing_to_repair", Obligation.INFO)]
            if prefer == "odds":
                told += [f for f in self._open.odds.findings if f.code == "odds_held_down"]
            self.notices = tuple(told)

    def accept(self) -> None:
        """Take the repaired plan."""
        if self.proposal is not None:
            self._plan(self.proposal)

    def dismiss(self) -> None:
        """Put proposal and conflicts away."""
        self._looked_away()

    def heard(self) -> None:
        """Put away what was said; what else is open stays."""

    def why(self) -> None:
        """Show what cannot hold together, and the smallest ways out."""
        self.proposal = None
        self.conflicts = explain(self.plan)

    def way(self, conflict: Index, way: Index, reason: str = "") -> None:
        """Take a way out of a conflict; what still contradicts is shown next."""
        conflicts = self.conflicts or ()
        if conflict >= len(conflicts) or way >= len(conflicts[conflict].ways):
            raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
        self._plan(take(self.plan, conflicts[conflict].ways[way], reason))
        self.conflicts = explain(self.plan) or None

    # -- steps and scenarios -------------------------------------------------------------

    def undo(self) -> None:
        """Return to the step before."""
        self._step(lambda history: history.back())

    def redo(self) -> None:
        """Do again what was undone."""
        self._step(lambda history: history.forward())

    def save_as(self, name: str) -> None:
        """Keep the plan in hand as a scenario of another name, and go on with that."""
        before = self._open.current
        self._study(self._open.save_as(name, self.date))
        self._beside(before)  # what it came from is what it is held against

    def rename(self, name: str, to: str) -> None:
        """Give a scenario another name."""
        self._known(name)
        if name != to.strip():
            study = self._open.renamed(name, to)
            kept = study.current if name == self._open.current else to.strip()
            self.compared = tuple(kept if key == name else key for key in self.compared)
            self._study(study)

    def note(self, name: str, text: str) -> None:
        """Note a few words on a scenario."""
        self._known(name)
        self._study(self._open.noted(name, text))

    def switch(self, name: str) -> None:
        """Take another scenario in hand."""
        if self.history is not None and name != self._open.current:
            self._known(name)
            if self.compared:
                self._beside(self._open.current)
            self.history = self.history.showing(self._open.switch(name))
            self.before = None
            self._follow_rules()
            self._looked_away()
            self._changed()

    def remove(self, name: str) -> None:
        """Drop a scenario; undo brings it back."""
        study = self._open
        self._known(name)
        if len(study.plans) == 1:
            raise InputError([Finding("scenario_last", Obligation.MUST_FIX, found=name)])
        self._study(study.without(name))

    def compare(self, name: str, *, on: bool = True) -> None:
        """Hold a scenario beside the one in hand, or put it away."""
        self._known(name)
        others = tuple(key for key in self.compared if key != name)
        self.compared = (*others, name) if on else others

    def _beside(self, name: str) -> None:
        self.compared = (*(key for key in self.compared if key != name), name)

    def _known(self, name: str) -> None:
        if name not in self._open.plans:
            raise InputError([Finding("scenario_gone", Obligation.MUST_FIX, found=name[:40])])

    # -- looking -------------------------------------------------------------------------

    def look(
        self,
        *,
        page: PageName | None = None,
        hand: str = "",
        light: str | None = None,
        lang: Language | None = None,
        date: str | None = None,
        part: str | None = None,
        rail: str | None = None,
        every_year: bool | None = None,
        with_odds: bool | None = None,
    ) -> None:
        """Turn to a page, an indicator, a rule, a part of the form, a language; or date the files."""
        if page not in {None, self.page}:
            self.notices = ()  # they were about what was in sight
        key = known_id(self.plan.baseline.catalogue, hand) if hand else None
        told = {"page": page, "light": light, "lang": lang, "date": date, "hand": key,
                "part": part, "rail": rail, "every_year": every_year, "with_odds": with_odds}  # fmt: skip
        for name, value in told.items():
            if value is not None:
                setattr(self, name, value)

    # -- saving --------------------------------------------------------------------------

    def take_theirs(self) -> None:
        """Go on with what another page saved; undo leads back to one's own."""
        if self.saver is None or self.history is None or self.saver.key is None:
            return
        theirs = self.saver.resume(self.saver.key)
        self.history = self.history.did(theirs)
        self._looked_away()
        self.saved = "saved"


def _whole(value: Any) -> Any:
    """Return a text without halves of characters: a browser may send them, no file can hold them."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fault(found: str) -> Finding:
    return Finding("app_fault", Obligation.MUST_FIX, found=found[:120])


# What a page may ask for; what comes from outside is held against the types before it is done.
_checked = validate_call(config={"strict": True, "arbitrary_types_allowed": True})
VERBS: Mapping[str, Callable[..., None]] = {
    job.__name__: _checked(job)
    for job in (
        Session.hello, Session.ping, Session.open_example, Session.open_saved, Session.upload,
        Session.choose_cluster, Session.mend, Session.tune, Session.pin, Session.release,
        Session.shape, Session.reading, Session.relax, Session.choose_rules, Session.choose_span,
        Session.benchmark,
        Session.choose_scenario, Session.repair, Session.accept, Session.dismiss, Session.heard, Session.why,
        Session.way, Session.undo, Session.redo, Session.save_as, Session.rename, Session.note, Session.switch, Session.remove,
        Session.compare, Session.look, Session.take_theirs, SessionState.keep_mine,
        Session.drop_peers, Session.answer, Session.describe, Session.tick, Session.accept_draft, Session.because,
        Session.begin, Session.paste, Session.paste_goals, Session.add_indicator, Session.excuse, Session.go, Session.onward,
        Session.rename_kept, Session.copy_kept, Session.delete_kept, Session.settle, Session.means, Session.own_figure, Session.own_threshold,
    )
}  # fmt: skip
QUIET = {"hello", "look", "ping", "go", "onward"}
