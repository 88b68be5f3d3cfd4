"""A study: the named scenarios of one cluster, one of them in hand, frozen (§8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from planner.api.odds import Odds
from planner.api.plan import Plan
from planner.apps.page.source import Source
from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frozen import freeze
from planner.model.answers import Answers
from planner.model.reference import Reference

MOST_SCENARIOS = 20
LONGEST_NAME, LONGEST_NOTE = 40, 200


@dataclass(frozen=True)
class Remark:
    """What is noted of a scenario: a few words, and the day it was made."""

    note: str = ""
    made: str = ""


@dataclass(frozen=True, eq=False)
class Study:
    """Scenarios by name, in the order they were made.

    `answers` are the form's texts, `peers` the clusters to compare with and `source` the file the
    figures were read from, if any; the source is not kept when the page is closed.
    """

    plans: Mapping[str, Plan]
    current: str
    answers: Answers | None = None
    peers: Reference | None = None
    source: Source | None = None
    remarks: Mapping[str, Remark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Freeze the scenarios."""
        freeze(self, "plans", "remarks")

    @property
    def plan(self) -> Plan:
        """Return the plan in hand."""
        return self.plans[self.current]

    @property
    def cluster(self) -> str:
        """Return whose plans these are."""
        return self.plan.baseline.cluster or PurePath(self.plan.baseline.name).stem

    @property
    def odds(self) -> Odds:
        """Return the odds of the plan in hand, among the peers if there are any."""
        return self.plan.odds(peers=self.peers)

    def holding(self, plan: Plan) -> Study:
        """Return the study with another plan in hand under the same name."""
        return self if plan is self.plan else self._with({**self.plans, self.current: plan})

    def each(self, change: Callable[[Plan], Plan]) -> Study:
        """Return the study with every scenario changed alike, as when a baseline is mended."""
        return self._with({name: change(plan) for name, plan in self.plans.items()})

    def save_as(self, name: str, made: str = "") -> Study:
        """Return the study with the plan in hand kept under another name, made on a day, and that in hand.

        Raises
        ------
        InputError
            When the name is empty, too long or taken, or there are too many scenarios.
        """
        name = self._free(name, one_more=True)
        remarks = {**self.remarks, name: Remark(made=made)}
        return replace(self, plans={**self.plans, name: self.plan}, current=name, remarks=remarks)

    def renamed(self, name: str, to: str) -> Study:
        """Return the study with a scenario under another name, in its place.

        Raises
        ------
        InputError
            As for :meth:`save_as`.
        """
        to = self._free(to)
        plans = {to if key == name else key: plan for key, plan in self.plans.items()}
        remarks = {to if key == name else key: said for key, said in self.remarks.items()}
        current = to if self.current == name else self.current
        return replace(self, plans=plans, remarks=remarks, current=current)

    def noted(self, name: str, note: str) -> Study:
        """Return the study with a note on a scenario; what is too long is cut."""
        said = printable(note).strip()[:LONGEST_NOTE]
        before = self.remarks.get(name, Remark())
        return replace(self, remarks={**self.remarks, name: replace(before, note=said)})

    def _free(self, name: str, *, one_more: bool = False) -> str:
        """Return a name for a scenario as it is kept."""
        name = printable(name).strip()
        code, expected = "", ""
        if not name:
            code = "name_missing"
        elif len(name) > LONGEST_NAME:
            code, expected = "name_long", str(LONGEST_NAME)
        elif name in self.plans:
            code = "scenario_taken"
        elif one_more and len(self.plans) >= MOST_SCENARIOS:
            code, expected = "scenarios_many", str(MOST_SCENARIOS)
        if code:
            fault = Finding(code, Obligation.MUST_FIX, found=name[:LONGEST_NAME], expected=expected)
            raise InputError([fault])
        return name

    def switch(self, name: str) -> Study:
        """Return the study with another scenario in hand; an unknown name changes nothing."""
        return replace(self, current=name) if name in self.plans else self

    def without(self, name: str) -> Study:
        """Return the study without a scenario; the last one stays."""
        left = {key: plan for key, plan in self.plans.items() if key != name}
        if not left or name not in self.plans:
            return self
        current = self.current if self.current != name else next(iter(left))
        remarks = {key: said for key, said in self.remarks.items() if key != name}
        return replace(self, plans=left, current=current, remarks=remarks)

    def _with(self, plans: Mapping[str, Plan]) -> Study:
        return replace(self, plans=plans)
