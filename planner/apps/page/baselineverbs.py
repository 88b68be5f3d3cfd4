"""What a page may ask for of the baseline: begin with a blank one, type, paste, add indicators."""

from __future__ import annotations

from dataclasses import replace

from planner.api.opening import plan as make_plan
from planner.apps.page.baselinerows import asked_for, shown_years
from planner.apps.page.blocks import Block, worked
from planner.apps.page.loading import blank_baseline, study_of
from planner.apps.page.sessionstate import SessionState
from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation
from planner.intake.amending import amend
from planner.intake.ownrows import LONGEST_NAME, LONGEST_UNIT
from planner.model.baseline import Baseline
from planner.model.catalogue import extend
from planner.model.ownindicators import Better, own_indicator
from planner.planning.possible import EARLIEST, LATEST


class BaselineVerbs(SessionState):
    """The part of a session that takes figures in, one by one or as a block."""

    def begin(self, name: str, base_year: str) -> None:
        """Begin with a blank baseline of a name and a base year."""
        called = printable(name).strip()
        if not called or len(called) > LONGEST_NAME:
            code = "cluster_unnamed" if not called else "name_long"
            raise InputError([Finding(code, Obligation.MUST_FIX, found=called[:40],
                                      expected=str(LONGEST_NAME))])  # fmt: skip
        if not base_year.isdecimal() or not EARLIEST <= int(base_year[:6]) <= LATEST:
            raise InputError([Finding("year_wrong", Obligation.MUST_FIX, found=base_year[:40])])
        base = blank_baseline(called, int(base_year))
        made = make_plan(base, rules=self.rules, base_year=int(base_year))
        self.open(study_of(made, self.lang))

    def mend(self, indicator: str, year: int, value: str) -> None:
        """Write a number of the baseline anew, in every scenario; a sum is worked out."""
        self._amended(amend(self.plan.baseline, indicator, year, worked(value)))

    def paste(self, indicator: str, year: int, text: str) -> None:
        """Write a block of cells into the baseline, as a spreadsheet copies it, from a cell on.

        Rows follow those of the page, or bear the name of their indicator; what cannot be placed
        or read is told, and the rest is taken.
        """
        base = self.plan.baseline
        block = Block(asked_for(self.plan), list(shown_years(base)), base.catalogue)
        faults: list[Finding] = []
        taken = 0
        for key, at, typed in block.placed(indicator, year, text):
            try:
                base = amend(base, key, at, typed)
                taken += 1
            except InputError as error:
                faults += error.findings
        if taken:
            self._amended(base)
        self._pasted(taken, [*block.outside, *faults])

    def paste_goals(self, indicator: str, year: int, text: str) -> None:
        """Write a block of cells into the goal table; what was typed before gives way."""
        plan = self.plan
        block = Block([row.id for row in plan.goals], list(plan.years), plan.baseline.catalogue)
        faults: list[Finding] = []
        taken = 0
        for key, at, typed in block.placed(indicator, year, text):
            try:
                plan = plan.wish(key, at, typed)
                taken += 1
            except InputError as error:
                faults += error.findings
        if taken:
            self._plan(plan)
        self._pasted(taken, [*block.outside, *faults])

    def _pasted(self, taken: int, faults: list[Finding]) -> None:
        told = Finding("pasted", Obligation.INFO, found=str(taken))
        self.notices = (*faults, told)

    def add_indicator(self, name: str, unit: str, better: Better) -> None:
        """Let an indicator of one's own join the plan: its name, its unit, which way is better."""
        known = self.plan.baseline.catalogue
        called, measured = printable(name).strip(), printable(unit).strip()
        if not called or not measured:
            raise InputError([Finding("own_incomplete", Obligation.MUST_FIX, found=called[:40],
                                      ways_out=("complete_own",))])  # fmt: skip
        if len(called) > LONGEST_NAME or len(measured) > LONGEST_UNIT:
            raise InputError([Finding("own_long", Obligation.MUST_FIX, found=called[:40],
                                      expected=f"{LONGEST_NAME} / {LONGEST_UNIT}",
                                      ways_out=("rename_own",))])  # fmt: skip
        if known.find(called) is not None:
            raise InputError([Finding("name_taken", Obligation.MUST_FIX, found=called[:40])])
        item = own_indicator(called, measured, better)
        wider = extend((item,), known)
        self._study(
            self._open.each(
                lambda plan: replace(plan, baseline=plan.baseline.under(wider), repaired=None)
            )
        )

    def _amended(self, base: Baseline) -> None:
        self._study(self._open.each(lambda plan: replace(plan, baseline=base, repaired=None)))
