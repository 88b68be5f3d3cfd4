"""The open list: what is left to do before filing, each item with where it is mended (§18).

It is made of what the plan's check finds and what the form's check finds; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from planner.api.plan import Plan
from planner.core.findings import Finding, Obligation
from planner.export.filing import Filing
from planner.export.openitems import OPEN, field_of
from planner.planning.checking import answerable

GROUPS = ("baseline", "rules", "reasons", "form")
# On the form it stands for what the other groups list one by one.
_SUMS_UP = {"form_goals_unmet"}


@dataclass(frozen=True)
class Item:
    """One thing to do: in which group, what was found, and where it is mended."""

    group: str
    finding: Finding
    page: Literal["start", "goals", "form", ""]
    part: str = ""
    field: str = ""
    hand: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from the others."""
        about = self.finding
        return "|".join((self.group, about.code, about.rule, about.indicator, str(about.place),
                         str(about.facts.get("slot", "")), str(about.year), about.found,
                         about.expected))  # fmt: skip


def items(plan: Plan, filing: Filing | None) -> tuple[Item, ...]:
    """Return everything that is left to do, in order."""
    found = [*_of_plan(plan), *_of_form(filing)]
    return tuple(sorted(found, key=lambda item: GROUPS.index(item.group)))


def _of_plan(plan: Plan) -> Iterator[Item]:
    base = set(plan.check_baseline())
    shown = {row.id for row in plan.goals}
    for finding in answerable(plan.check()):
        hand = finding.indicator if finding.indicator in shown else ""
        if finding.level is Obligation.NEEDS_REASON:
            yield Item("reasons", finding, "", hand=hand)
        elif finding.level is Obligation.MUST_FIX:
            past = finding.year is not None and finding.year <= plan.baseline.base_year
            early = finding in base or (past and finding.indicator != "")
            yield Item("baseline" if early else "rules", finding, "start" if early else "goals",
                       hand=hand)  # fmt: skip


def _of_form(filing: Filing | None) -> Iterator[Item]:
    for finding in filing.findings if filing else ():
        if finding.level not in OPEN or finding.code in _SUMS_UP or filing is None:
            continue
        key = field_of(filing.form, finding)
        part = filing.form.part_of[key].id if key in filing.form.part_of else ""
        due = finding.level is Obligation.NEEDS_REASON and "answer" in finding.facts
        yield Item("reasons" if due else "form", finding, "form", part, key)
