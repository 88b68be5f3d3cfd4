"""The plan's record: inputs and wishes, frozen, and everything that follows from them (§8, §11).

Verbs return a new record of the same type; what it implies - system, targets, verdicts, goal
table - is computed once when first asked for. Verbs that need a solver, a forecast or a file are
bound above, in :mod:`planner.api.plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from planner.compliance.goals import GoalTable, tabulate
from planner.compliance.judge import Verdict, judge, verdict
from planner.compliance.numbers import Numbers
from planner.compliance.system import System, compile_system
from planner.compliance.verdicts import Verdicts
from planner.compliance.wishes import with_wishes
from planner.core.findings import Finding, InputError, Obligation, must_fix
from planner.core.frozen import MEMORY, FrozenDict, remembered
from planner.model.asked import Number, number, unplaced
from planner.model.catalogue import Cell
from planner.model.rulesets import RuleSet
from planner.model.rulesets import rules as find_rules
from planner.planning.changes import Change
from planner.planning.checking import accepted, baseline_findings, findings_of
from planner.planning.leastchange import (
    LeastChange,
    SearchSpace,
    Wanted,
    least_change,
    search_space,
)
from planner.planning.request import Request, RequestBase, request_base, requests
from planner.planning.verbs import PlanVerbs

# A plan of whatever type: what makes another one returns the same.
P = TypeVar("P", bound="PlanRecord")
# What plans that only wish differently have in common.
_SHARED = ("base_system", "request_base", "search_space", "certified")


class PlanRecord(PlanVerbs):
    """A cluster's way from its baseline to its targets under a rule set.

    Made by :func:`~planner.api.opening.plan` or :func:`~planner.api.goals.verify`.
    """

    # -- verbs ---------------------------------------------------------------------------

    def pin(self, indicator: str, year: int, value: Number | None = None) -> Self:
        """Return a plan that holds a cell at a value: a repair moves wishes, never pins.

        Parameters
        ----------
        indicator
            An id or name.
        year
            One of :attr:`years`.
        value
            As for :meth:`wish`; by default what is planned now.

        Raises
        ------
        InputError
            When the indicator or the year is not one of the plan's, the value no number, or nothing
            is planned that could be held.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.pin("output", 2028, 240).repair().repaired.complies
        False
        """
        cell = self._cell(indicator, year)
        if value is None:
            present = self.numbers.printed(cell.indicator, year)
            if present is None:
                raise InputError([unplaced(cell, "-")])
            value = present
        held = number(self.baseline.catalogue[cell.indicator], year, value)
        targets = {other: said for other, said in self.targets.items() if other != cell}
        return self.asking(pins={**self.pins, cell: held}, targets=targets)

    def lock(self, indicator: str) -> Self:
        """Return a plan that pins every year of an indicator at its present value.

        Parameters
        ----------
        indicator
            An id or name, such as that of the total of a sum.

        Raises
        ------
        InputError
            When there is no such indicator, or nothing is planned that could be held.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").lock("output")
        >>> [cell.year for cell in plan.pins]
        [2026, 2027, 2028]
        """
        locked = self
        for year in self.years:
            locked = locked.pin(indicator, year, self.numbers.printed(self._id(indicator), year))
        return locked

    def relax(self, rule: str, reason: str) -> Self:
        """Return a plan that may miss a benchmark rule, for a reason that is shown (§4).

        Parameters
        ----------
        rule
            The id of a rule whose level is ``benchmark``.
        reason
            Why it may be missed; every export carries it.

        Raises
        ------
        InputError
            When there is no such rule, it is not a benchmark, or no reason is given.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("co2", 2028, 75)
        >>> plan.complies, plan.relax("f", "a new boiler house").complies
        (False, True)
        """
        levels = {node.id: node.level for node in self.base_system.of_scope("target")}
        names = "、".join(key for key, level in levels.items() if level == "benchmark")
        code = ""
        if levels.get(rule) != "benchmark":
            code = "relax_refused"
        elif not reason.strip():
            code = "reason_missing"
        if code:
            fault = Finding(code, Obligation.MUST_FIX, rule=rule, found=rule, expected=names)
            raise InputError([fault])
        return replace(self, reasons={**self.reasons, rule: reason.strip()}, repaired=None)

    def reason(self, code: str, text: str, about: str = "") -> Self:
        """Return a plan in which a finding that needs a reason has one (§9, §18).

        It is a note from then on, and every export carries the reason.

        Parameters
        ----------
        code
            The code of the finding, as :meth:`check` and ``--json`` name it.
        text
            The reason.
        about
            The rule or indicator that the finding is about; without it all of that code are
            answered.

        Raises
        ------
        InputError
            When no reason is given, or nothing of that code needs one.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> told = plan.reason("benchmark_basis", "本省没有同口径的数", "f")
        >>> [f.level.value for f in told.check() if (f.code, f.rule) == ("benchmark_basis", "f")]
        ['info']
        """
        key = accepted(self, code, text, about)
        return replace(self, reasons={**self.reasons, key: text.strip()})

    def with_rules(self, rules: str | Path | RuleSet) -> Self:
        """Return a plan that holds the same wishes against another rule set.

        Its readings start at their defaults, and no rule is relaxed.

        Parameters
        ----------
        rules
            A shipped rule set's id, a rule file or a rule set.

        Raises
        ------
        InputError
            When there is no such rule set, or with every fault of the file.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.with_rules("national-2022").rules.id
        'national-2022'
        """
        chosen = rules if isinstance(rules, RuleSet) else find_rules(rules, self.baseline.catalogue)
        return replace(self, rules=chosen, readings={}, reasons={}, repaired=None)

    def seeded(self, seed: int) -> Self:
        """Return the plan with the seed its odds are told by (§11); no target depends on it.

        Parameters
        ----------
        seed
            A whole number from zero up; :meth:`odds` refuses any other.

        Examples
        --------
        >>> import planner as pl
        >>> pl.plan(pl.shared("baselines") / "example.csv").seeded(3).seed
        3
        """
        if seed == self.seed:
            return self
        made = replace(self, seed=seed)
        own = {item.name for item in fields(self)}
        kept = {k: v for k, v in self.__dict__.items() if k not in own and not k.startswith(MEMORY)}
        made.__dict__.update(kept)
        return made

    def asking(self, **changes: Any) -> Self:
        """Return a plan that asks for something else; the rows before wishes stay the same.

        Parameters
        ----------
        **changes
            New values of its fields `wishes`, `pins`, `shapes` or `repaired`, which is emptied
            unless said otherwise.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 260)
        >>> plan.asking(wishes={}).goals["output"].values[2028]
        Decimal('247.84')
        """
        made = super().asking(**changes)
        if self.given is None and made.unfounded == self.unfounded:
            shared = {name: self.__dict__[name] for name in _SHARED if name in self.__dict__}
            made.__dict__.update(shared)
        return made

    # -- what follows --------------------------------------------------------------------

    @cached_property
    def base_system(self) -> System:
        """Return the rows before wishes; plans that only wish differently share them."""
        ambitions = self.scenario.record.ambitions if self.scenario and self.given is None else ()
        return compile_system(
            self.baseline,
            self.rules,
            self.benchmarks,
            self.all_readings,
            self.table,
            ambitions,
            self.span,
            frozenset(cell.indicator for cell in self.unfounded),
            self.thresholds,
        )

    @cached_property
    def request_base(self) -> RequestBase:
        """Return what the solver's requests of this plan share with those of its kin."""
        return request_base(self.base_system, self.table, self.unfounded)

    @cached_property
    def search_space(self) -> SearchSpace:
        """Return what the targets of least effort of this plan and its kin start from."""
        return search_space(self.base_system)

    def requests(self) -> Iterator[Request]:
        """Yield what the solver is asked, for each way of satisfying rules with a choice."""
        return requests(self.request_base, self.wished, self.numbers)

    @cached_property
    def system(self) -> System:
        """Return the rows the goal table is held against."""
        asked, table = self.requested_on_grid, self.table
        made = with_wishes(self.base_system, asked, self.pinned, table, self.limits)
        return self._waived(made)

    @cached_property
    def wished(self) -> System:
        """Return the rows with every value asked for as a wish, somebody else's targets too."""
        if self.table is None:
            return self.system
        levels = {c: v for c, v in self.table.items() if c.indicator in self.base_system.measured}
        asked = {**levels, **self.requested_on_grid}
        made = with_wishes(self.base_system, asked, self.pinned, self.table, self.limits)
        return self._waived(made)

    def _waived(self, system: System) -> System:
        """Write the recorded reasons on the rules they are about."""
        if not self.reasons:
            return system
        rules = tuple(
            replace(rule, reason=self.reasons[rule.id])
            if rule.id in self.reasons and rule.level == "benchmark"
            else rule
            for rule in system.rules
        )
        return replace(system, rules=rules)

    @cached_property
    def asked(self) -> Mapping[Cell, Decimal]:
        """Return what may give way in a repair, by cell: all that is asked for and not pinned."""
        return FrozenDict(
            {
                rule.asked.cell: rule.asked.value
                for rule in self.wished.rules
                if rule.asked is not None and rule.origin == "wish"
            }
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return what the repair that made this plan changed, old to new and why."""
        return self.repaired.changes if self.repaired else ()

    @cached_property
    def _least_change(self) -> LeastChange:
        if self.table is not None:
            return LeastChange(self.table, ())
        shapes = {**(self.scenario.record.shapes if self.scenario else {}), **self.shapes}
        return least_change(self.system, Wanted(self.requested_on_grid, shapes), self.search_space)

    @property
    def placed(self) -> tuple[Finding, ...]:
        """Return what has to be said of how the targets were found."""
        return self._least_change.findings

    @cached_property
    def numbers(self) -> Numbers:
        """Return every number of the plan, measured and derived."""
        return Numbers(self.system.baseline, self._least_change.targets)

    def numbers_of(self, targets: Mapping[Cell, Decimal]) -> Numbers:
        """Return every number of a goal table with other targets on the same baseline.

        Parameters
        ----------
        targets
            Levels by cell, in each indicator's unit, as they would be printed.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> other = plan.wish("co2", 2028, 60)
        >>> plan.numbers_of(other.numbers.targets).printed("co2_intensity", 2028)
        Decimal('0.24')
        """
        return Numbers(self.system.baseline, targets)

    @cached_property
    def certified(self) -> Mapping[str, Verdict]:
        """Return the rules on the baseline judged, by id: no target changes them."""
        verdicts = judge(self.base_system, self.numbers, "certification", "reverification")
        return FrozenDict({verdict.rule.id: verdict for verdict in verdicts})

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return every rule judged on the printed numbers."""
        known = self.certified
        rules = self.system.rules
        return Verdicts(known.get(rule.id) or verdict(rule, self.numbers) for rule in rules)

    @cached_property
    def goals(self) -> GoalTable:
        """Return the goal table."""
        return tabulate(self.system, self.numbers, self.verdicts, self.words)

    @remembered
    def check(self) -> tuple[Finding, ...]:
        """Return all findings: on the input, on how the plan was made, and on every rule.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> [(item.code, item.rule) for item in plan.check() if item.level.value == "must_fix"]
        [('rule_unmet', 'a')]
        """
        return findings_of(self)

    def check_baseline(self) -> tuple[Finding, ...]:
        """Return the findings on the baseline and its certification only."""
        return baseline_findings(self)

    @property
    def complies(self) -> bool:
        """Whether nothing has to be fixed before the plan can be filed."""
        return not must_fix(self.check())
