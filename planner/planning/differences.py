"""Differences: two plans, or several by name, held against each other cell by cell.

A difference says what kind it is: somebody asked for more or less, a rule moved it along, a year
has a target in one of them alone, or the same number stands on another grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any, Literal

from planner.compliance.goalrows import GoalRow
from planner.core.findings import Finding, InputError, Obligation
from planner.core.frames import Column, Records
from planner.core.frozen import freeze
from planner.core.phrases import phrase
from planner.model.cards import Listing, card
from planner.model.catalogue import Cell
from planner.planning.changes import why
from planner.planning.record import PlanRecord

Kind = Literal["raised", "lowered", "added", "removed", "re-rounded", "moved"]


@dataclass(frozen=True)
class Difference:
    """One number of the goal table that two plans do not share.

    Attributes
    ----------
    cell, old, new
        The cell, with its printed values in the indicator's unit; None where there is none.
    kind
        ``raised`` and ``lowered`` where somebody asks for it in either plan, ``moved`` where
        nobody does and it follows; ``added`` and ``removed`` where one plan has no such number;
        ``re-rounded`` where both are the same number on another grid.
    rows
        Names of the rows that the old value would break in the new plan.
    """

    cell: Cell
    old: Decimal | None
    new: Decimal | None
    kind: Kind
    rows: tuple[str, ...] = ()


class Differences(Listing[Difference]):
    """All differences between two plans; `of` are the two."""

    hidden = ("indicator", "old_status")


def differences(before: PlanRecord, after: PlanRecord) -> Differences:
    """Return the numbers that differ from one plan to another: see :meth:`planner.Plan.diff`."""
    return Differences(_differing(before, after), _records, (before, after))


def _differing(before: PlanRecord, after: PlanRecord) -> Iterator[Difference]:
    firm = frozenset({*after.asked, *after.pinned})
    old_rows, new_rows = _rows(before), _rows(after)
    for key in dict.fromkeys([*new_rows, *old_rows]):
        old_values, new_values = (
            _values(before, old_rows.get(key)),
            _values(after, new_rows.get(key)),
        )
        for year in sorted({*old_values, *new_values}):
            cell, old, new = Cell(key, year), old_values.get(year), new_values.get(year)
            kind = _kind(before, after, cell, old, new)
            if kind is None:
                continue
            judged = kind == "moved" and cell in after.numbers.targets
            rows = why(after.wished, after.numbers, cell, old, firm)[0] if judged else ()
            yield Difference(cell, old, new, kind, rows)


def _rows(plan: PlanRecord) -> dict[str, GoalRow]:
    return {row.id: row for row in plan.goals}


def _values(plan: PlanRecord, row: GoalRow | None) -> dict[int, Decimal]:
    """Return the printed numbers of a line by year, the base year's too."""
    if row is None:
        return {}
    values = {plan.baseline.base_year: row.baseline, **row.values}
    return {year: value for year, value in values.items() if value is not None}


def _kind(
    before: PlanRecord, after: PlanRecord, cell: Cell, old: Decimal | None, new: Decimal | None
) -> Kind | None:
    if old is None or new is None:
        return None if old is new else "added" if old is None else "removed"
    if old == new:
        return None if str(old) == str(new) else "re-rounded"
    asked = any(cell in {*plan.requested, *plan.targets} for plan in (before, after))
    past = cell.year not in after.years
    if not asked and not past:
        return "moved"
    return "raised" if new > old else "lowered"


def _records(found: Listing[Difference], lang: str = "") -> Records:
    before, after = found.of
    statuses = [{row.id: row.status for row in plan.goals} for plan in (before, after)]
    columns = (
        Column("indicator", head=phrase("code")), Column("name", head=phrase("indicator")), Column("unit"),
        Column("year", "count", phrase("years")), Column("old", "number"), Column("new", "number"),
        Column("difference", "number"), Column("kind", "word", phrase("kinds_of_change")),
        Column("rows"), Column("old_status", "state", phrase("status")), Column("status", "state"),
    )  # fmt: skip
    rows = []
    for each in found:
        key = each.cell.indicator
        known = after if key in after.baseline.catalogue else before
        item = known.baseline.catalogue[key]
        gap = None if each.old is None or each.new is None else each.new - each.old
        rows.append(
            (key, item.name(lang), item.unit(lang), each.cell.year, each.old, each.new, gap,
             each.kind, "; ".join(each.rows), *(told.get(key, "") for told in statuses))
        )  # fmt: skip
    return Records(columns, tuple(rows))


# Columns of a comparison that are of no plan; a plan of that name would hide one of them.
_OWN, _STATUS = {"indicator", "name", "unit", "year", "differs"}, "_status"


@dataclass(frozen=True)
class Comparison:
    """Plans side by side, by name; the first is what the others are held against.

    Parameters
    ----------
    plans
        At least one plan by name, in order.
    """

    plans: Mapping[str, PlanRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse nothing to compare, and names that are those of other columns."""
        if not self.plans:
            raise InputError([Finding("compare_few", Obligation.MUST_FIX, found="0")])
        taken = _OWN | {f"{name}{_STATUS}" for name in self.plans}
        if clash := [name for name in self.plans if name in taken]:
            raise InputError(
                [Finding("compare_name", Obligation.MUST_FIX, found=name, expected=" ".join(sorted(_OWN)))
                 for name in clash]
            )  # fmt: skip
        freeze(self, "plans")

    @property
    def first(self) -> PlanRecord:
        """Return the plan that the others are held against."""
        return next(iter(self.plans.values()))

    def diff(self, name: str) -> Differences:
        """Return what differs from the first plan to another one.

        Raises
        ------
        InputError
            When no plan has that name.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> both = pl.compare({"floor": plan, "bold": plan.wish("output", 2028, 260)})
        >>> len(both.diff("bold")), len(both.diff("floor"))
        (24, 0)
        """
        if name not in self.plans:
            expected = "、".join(self.plans)
            raise InputError([Finding("choice_unknown", Obligation.MUST_FIX, found=name,
                                      expected=expected)])  # fmt: skip
        return differences(self.first, self.plans[name])

    def records(self, lang: str = "", *, every_year: bool = True) -> Records:
        """Return a line for each indicator and year, with a value and a state for each plan."""
        columns = [
            Column("indicator", head=phrase("code")), Column("name", head=phrase("indicator")), Column("unit"),
            Column("year", "count", phrase("years")),
        ]  # fmt: skip
        columns += [Column(name, "number", name) for name in self.plans]
        columns += [
            Column(f"{name}{_STATUS}", "state", phrase("status_of", name=name))
            for name in self.plans
        ]
        columns.append(Column("differs", "flag"))
        known = {name: _rows(plan) for name, plan in self.plans.items()}
        keys = dict.fromkeys(key for rows in known.values() for key in rows)
        lines = []
        for key in keys:
            row = next(rows[key] for rows in known.values() if key in rows)
            years = sorted({y for plan in self.plans.values() for y in plan.years})
            for year in years if every_year else years[-1:]:
                rows = [rows.get(key) for rows in known.values()]
                values = [each.values.get(year) if each else None for each in rows]
                states = [each.status if each else "" for each in rows]
                lines.append(
                    (key, row.item.name(lang), row.item.unit(lang), year, *values, *states,
                     len({*map(str, values)}) > 1)
                )  # fmt: skip
        return Records(tuple(columns), tuple(lines))

    def frame(self, lang: str = "", as_: Any = "float") -> Any:
        """Return a DataFrame with a line for each indicator and year.

        Parameters
        ----------
        lang, as_
            As for :meth:`planner.Plan.frame`.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``indicator`` and ``year``; columns ``name``, ``unit``, a value and a
            ``…_status`` for each plan, and whether they ``differ``.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> both = pl.compare({"floor": plan, "bold": plan.wish("output", 2028, 260)})
        >>> both.frame("en").loc[("output", 2028), ["floor", "bold"]].tolist()
        [247.84, 260.0]
        """
        made = self.records(lang).frame(as_)
        return made.set_index(["indicator", "year"])

    def __len__(self) -> int:
        return len(self.plans)

    def __repr__(self) -> str:
        """Say whose plans these are."""
        return f"<Comparison of {', '.join(self.plans)}>"

    def _repr_html_(self) -> str:
        made = self.records(every_year=False)
        place = len(made.columns) - 1
        differing = tuple(row for row in made.rows if row[place])
        return card(Records(made.columns, differing), title=escape(" · ".join(self.plans)),
                    hidden=("indicator", "differs"))  # fmt: skip
