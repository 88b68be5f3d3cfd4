"""Explain: which rows cannot hold together, none of them to spare, and the smallest ways out.

Rows are taken in by standing, those that nobody may change first. What has to be left out at
each stage is in conflict with what is kept, and of that only rows are named that contradict
each other: leave out any one of them and the others can hold.

Which rows of a stage have to be left out is told by a program in which they may give way, and
what is named is filtered by deletion [1]_. Ours works on whole grid steps and starts from what
propagation or the solver names, so that few rows are left to try. That what matters least gives
way is as in [2]_; [3]_ finds conflicts under such preferences by dividing the rows in halves,
where ours are few enough to be tried one by one.

References
----------
.. [1] J. W. Chinneck and E. W. Dravnieks, Locating minimal infeasible constraint sets in linear
   programs, ORSA Journal on Computing 3(2), 157-168, 1991.
.. [2] R. R. Bakker, F. Dikker, F. Tempelman and P. M. Wognum, Diagnosing and solving
   over-determined constraint satisfaction problems, IJCAI-93, 276-281, 1993.
.. [3] U. Junker, QUICKXPLAIN: preferred explanations and relaxations for over-constrained
   problems, AAAI-04, 167-172, 2004.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.compliance.numbers import Numbers
from planner.compliance.rows import Sense
from planner.compliance.system import AMBITION_ID, System
from planner.compliance.wishes import resolve
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frames import Column, Records
from planner.core.phrases import Fact, Phrase, listed, phrase
from planner.core.rounding import from_units, mean_rate, to_units
from planner.model.cards import card
from planner.model.catalogue import Cell
from planner.planning.nearest import Answer, Core, nearest
from planner.planning.propagation import Bounds, Constraint, Steps, contradict
from planner.planning.record import P, PlanRecord
from planner.planning.request import FREE, Member, Request, Standing
from planner.planning.solver import Problem
from planner.planning.statements import statement

STAGES: tuple[tuple[Standing, ...], ...] = (
    ("identity", "statutory"),
    ("benchmark",),
    ("pin",),
)


@dataclass(frozen=True)
class Way:
    """The smallest change to one member alone that resolves a conflict.

    Attributes
    ----------
    member
        The row that would change, with its standing.
    cell, old, new
        The cell it is about, with its value before and after as printed, in the indicator's unit.
        `new` is None where no change of this member alone would do.
    rate
        The yearly growth (%) the new value implies, where the row is about a rate.
    elsewhere
        Whether it would do only at the cost of another row.
    """

    member: Member
    cell: Cell
    old: Decimal | None
    new: Decimal | None
    rate: Decimal | None = None
    elsewhere: bool = False


@dataclass(frozen=True)
class Conflict:
    """Rows that cannot all hold.

    Attributes
    ----------
    members
        The rows, each with its rule and its standing; `rows` are their names.
    minimal
        Whether it is proven, in exact arithmetic, that they cannot all hold, and that they can as
        soon as any one of them is dropped.
    ways
        For each member that somebody may change, the smallest change that would do.
    """

    members: tuple[Member, ...]
    minimal: bool
    ways: tuple[Way, ...]

    def __repr__(self) -> str:
        """Name the rows."""
        return f"<Conflict {' | '.join(self.rows)}>"

    def _repr_html_(self) -> str:
        columns = (
            Column("rows"), Column("cell", head=phrase("ways_out")),
            Column("old", "number"), Column("new", "number"),
        )  # fmt: skip
        held = ((row, "", None, None) for row in self.rows)
        ways = (("", str(w.cell), w.old, w.new) for w in self.ways if w.new is not None)
        lines: tuple[tuple[object, ...], ...] = (*held, *ways)
        return card(Records(columns, lines))

    @property
    def rows(self) -> tuple[str, ...]:
        """Return the names of the rows."""
        return tuple(member.row.name for member in self.members)


def explain(plan: PlanRecord) -> tuple[Conflict, ...]:
    """Return the conflicts between rules, pins and wishes: see :meth:`planner.Plan.explain`."""
    conflicts = [_Explanation(plan.wished, request).conflicts for request in plan.requests()]
    return min(conflicts, key=len, default=())


class _Explanation:
    """The conflicts of one way of satisfying the rules."""

    def __init__(self, system: System, request: Request) -> None:
        self.system, self.request = system, request
        self.kept: list[Member] = []
        self.home = {id(part): member for member in request.members for part in member.constraints}
        blamed: list[tuple[Member, Core]] = []
        for stage in STAGES:
            blamed += self._take_in(request.of(*stage))
        wished = request.of(*FREE)
        if not self._all_hold(wished):
            # As in a repair, what nobody asked for stays before wishes give way to each other.
            self.kept += self._staying()
            blamed += self._take_in(wished)
        sets = [self._minimal(member, core) for member, core in blamed]
        self.conflicts = tuple(
            Conflict(members, minimal, tuple(self._ways(members))) for members, minimal in sets
        )

    def _all_hold(self, stage: Sequence[Member]) -> bool:
        """Keep a whole stage if it can be kept."""
        box = Bounds(self.request.cells)
        box.impose(_parts([*self.kept, *stage]))
        held = not box.contradiction and isinstance(self._holds([*self.kept, *stage], box), Answer)
        self.kept += stage if held else ()
        return held

    def _take_in(self, stage: Sequence[Member]) -> list[tuple[Member, Core]]:
        """Keep what can be kept of a stage; return what cannot, with what forbids it."""
        if not stage or self._all_hold(stage):
            return []
        wants, softs = self.request.wants(stage, {})
        hard = _parts(self.kept)
        answer = nearest(Problem(self.request.cells, hard, wants, softs, self.request.hints))
        steps = answer.steps if isinstance(answer, Answer) else None
        left = [member for member in stage if steps is None or _missed(member, steps)]
        self.kept += [member for member in stage if member not in left]
        blamed = []
        for member in left:
            with_it = self._holds([*self._near((member,), self.kept), member])
            if isinstance(with_it, Answer):
                self.kept.append(member)
            else:
                blamed.append((member, with_it))
        return blamed

    def _staying(self) -> list[Member]:
        """Return what nobody asked for and can stay as it is beside all that is kept."""
        stage = self.request.stays
        wants, softs = self.request.wants(stage, {})
        hard = _parts(self.kept)
        answer = nearest(Problem(self.request.cells, hard, wants, softs, self.request.hints))
        if not isinstance(answer, Answer):
            return []
        members = [member for member in stage if not _missed(member, answer.steps)]
        self.home |= {id(part): member for member in members for part in member.constraints}
        return members

    def _holds(self, members: Sequence[Member], box: Bounds | None = None) -> Answer | Core:
        """Return a table that keeps some members, or what forbids any."""
        parts = _parts(members)
        touched = {cell for part in parts for cell, _ in part.terms}
        cells = tuple(cell for cell in self.request.cells if cell in touched)
        return nearest(Problem(cells, parts, hints=self.request.hints), box)

    def _minimal(self, blamed: Member, core: Core) -> tuple[tuple[Member, ...], bool]:
        """Drop members as long as the others still contradict each other."""
        named = [self.home[id(part)] for part in core.constraints]
        needed = list(dict.fromkeys([*named, blamed]))
        for member in list(needed):
            if member not in needed:
                continue
            rest = [other for other in needed if other is not member]
            without = self._holds(rest)
            if isinstance(without, Answer):
                continue
            still = {self.home[id(part)] for part in without.constraints}
            needed = [other for other in rest if other in still]
        whole = self._holds(needed)
        exact = isinstance(whole, Core) and (whole.exact or contradict(_parts(needed)))
        order = {member: number for number, member in enumerate(self.request.members)}
        members = tuple(sorted(needed, key=lambda member: order.get(member, len(order))))
        return members, exact and not any(member.by_choice for member in members)

    def _ways(self, members: Sequence[Member]) -> Iterable[Way]:
        """Yield for every negotiable member the smallest change to it alone that would do."""
        for member in members:
            if not member.negotiable:
                continue
            own = self._siblings(member)
            others = [other for other in members if other not in own]
            kept = [other for other in self.kept if other not in own]
            near = self._near(members, list(dict.fromkeys([*kept, *others])))
            way = self._way(member, own, near, elsewhere=False)
            yield way if way.new is not None else self._way(member, own, others, elsewhere=True)

    def _near(self, members: Iterable[Member], others: Sequence[Member]) -> list[Member]:
        """Return those of the others that a change to one of some members could bear upon.

        What lies behind a cell that is held to one value does not feel it.
        """
        held = {
            cell
            for other in others
            if other.row.sense is Sense.EQ and len(other.cells) == 1
            for cell in other.cells
        }
        reached: set[Cell] = set()
        waiting = {cell for member in members for cell in member.cells}
        near: dict[Member, None] = {}
        while waiting:
            reached |= waiting
            touched = [o for o in others if o not in near and not waiting.isdisjoint(o.cells)]
            near.update(dict.fromkeys(touched))
            cells = {cell for other in touched for cell in other.cells}
            near.update((o, None) for o in others if len(o.cells) == 1 and o.cells <= cells)
            waiting = cells - reached - held
        return list(near)

    def _siblings(self, member: Member) -> list[Member]:
        """Return the rows that say the same of the same cells: as printed and from its parts."""
        return [
            other
            for other in self.request.members
            if other.rule is member.rule and other.row.subject == member.row.subject
        ]

    def _way(
        self,
        member: Member,
        own: Sequence[Member],
        others: Sequence[Member],
        *,
        elsewhere: bool,
    ) -> Way:
        request = self.request
        wants, softs = request.wants(own, {})
        hard = _parts(others)
        touched = {cell for part in (*hard, *_parts(own)) for cell, _ in part.terms}
        cells = tuple(cell for cell in request.cells if cell in touched)
        answer = nearest(Problem(cells, hard, wants, softs, request.hints))
        asked = member.rule.asked
        cell = asked.cell if asked else member.row.subject[-1]
        old = asked.value if asked else None
        if not isinstance(answer, Answer):
            return Way(member, cell, old, None)
        numbers = self._numbers(answer)
        new = numbers.printed(*cell)
        if asked and new is not None and not self._leads_there(cell, new, answer):
            return Way(member, cell, old, None)
        rate, view = None, member.row.rate
        if view is not None:
            now, start = numbers.exact(*cell), numbers.exact(cell.indicator, view.start)
            if now is not None and start:
                rate = mean_rate(now / start, view.periods)
        return Way(member, cell, old, new, rate, elsewhere)

    def _leads_there(self, cell: Cell, value: Decimal, answer: Answer) -> bool:
        """Whether asking for a printed growth rate leads to the level that was found."""
        if self.system.catalogue[cell.indicator].kind != "growth":
            return True
        levels = resolve(self.system, {cell: value}).levels
        catalogue = self.system.catalogue
        return all(
            to_units(level, catalogue[at.indicator].decimals) == answer.steps.get(at)
            for at, level in levels.items()
        )

    def _numbers(self, answer: Answer) -> Numbers:
        catalogue = self.system.catalogue
        targets = {
            cell: from_units(units, catalogue[cell.indicator].decimals)
            for cell, units in answer.steps.items()
        }
        return Numbers(self.system.baseline, targets)


def take(plan: P, way: Way, reason: str = "") -> P:
    """Return the plan after a way out of a conflict was taken.

    A wish or a pin moves to the new value; a benchmark is relaxed, which needs a `reason`; an
    ambition of the scenario makes room for a wish for what is left of it.

    Raises
    ------
    InputError
        When a benchmark is to be relaxed for no reason, or the way leads nowhere.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv").pin("output", 2028, 240)
    >>> (conflict,) = explain(plan)
    >>> explain(take(plan, conflict.ways[0]))
    ()
    """
    cell, standing = way.cell, way.member.standing
    if way.new is None:
        raise InputError([Finding("way_closed", Obligation.MUST_FIX, indicator=cell.indicator)])
    if standing == "pin":
        return plan.pin(cell.indicator, cell.year, way.new)
    if standing in {"benchmark", "waived"}:
        eased = plan if standing == "waived" else plan.relax(way.member.rule.id, reason)
        return eased.wish(cell.indicator, cell.year, way.new)
    rule = way.member.rule
    if rule.origin == "scenario" and plan.scenario is not None:
        number = int(rule.id.removeprefix(AMBITION_ID))
        plan = plan.under(plan.scenario.without(number, plan.baseline.catalogue))
        if cell in plan.pinned:
            return plan
    return plan.wish(cell.indicator, cell.year, way.new)


def conflict_findings(plan: PlanRecord, conflicts: Iterable[Conflict]) -> tuple[Finding, ...]:
    """Return conflicts as findings, with their ways out."""
    return tuple(_finding(plan, conflict) for conflict in conflicts)


def _finding(plan: PlanRecord, conflict: Conflict) -> Finding:
    blamed = conflict.ways[-1] if conflict.ways else None
    members = listed(statement(m.rule, m.row, plan.numbers) for m in conflict.members)
    ways = listed((told(plan, w) for w in conflict.ways if w.new is not None), "between_lines")
    return Finding(
        "conflict" if len(members.parts) > 1 else "conflict_alone",
        Obligation.MUST_FIX,
        rule=next((m.rule.id for m in conflict.members if m.rule.origin == "rules"), ""),
        indicator=blamed.cell.indicator if blamed else conflict.members[0].row.subject[0].indicator,
        year=blamed.cell.year if blamed else conflict.members[0].row.subject[0].year,
        found="; ".join(conflict.rows),
        facts={
            "n": str(len(members.parts)),
            "members": members,
            "proof": phrase("minimal" if conflict.minimal else "not_minimal"),
            "ways": ways,
        },
        ways_out=("as_found",) if ways.parts else ("not_negotiable",),
    )


def told(plan: PlanRecord, way: Way) -> Phrase:
    """Return a way out in words."""
    rate: Fact = ""
    if way.rate is not None:
        rate = phrase("at_fall" if way.rate < 0 else "at_growth", rate=abs(way.rate))
    return phrase(
        f"way_{way.member.standing}",
        rule=way.member.rule.id,
        name=plan.baseline.catalogue.texts([way.cell.indicator]),
        year=way.cell.year,
        old=str(way.old),
        new=str(way.new),
        at=rate,
        elsewhere=phrase("elsewhere") if way.elsewhere else "",
    )


def _parts(members: Iterable[Member]) -> tuple[Constraint, ...]:
    return tuple(part for member in members for part in member.constraints)


def _missed(member: Member, steps: Steps) -> bool:
    return any(part.slack(steps) < 0 for part in member.constraints)
