"""Tables of what a plan answers: changes, conflicts, trade-offs, implied rates, knock-on as records.

One function each makes the lines; frames, notebooks, terminal and printed tables are all made of
those (:mod:`planner.core.frames`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from planner.core.frames import Column, Records
from planner.core.phrases import phrase
from planner.model.cards import Findings, Listing, findings_records, reading_table
from planner.model.messages import said
from planner.planning.changes import Change
from planner.planning.explain import Conflict, conflict_findings, explain
from planner.planning.knockon import KnockOn, knock_on
from planner.planning.record import PlanRecord
from planner.planning.statements import percent, reasons, statement
from planner.planning.tradeoffs import Implied, Tradeoff, implied, tradeoffs

if TYPE_CHECKING:
    import pandas as pd

_CELL = (Column("indicator"), Column("name", head=phrase("indicator")),
         Column("unit"), Column("year", "count", phrase("years")))  # fmt: skip
_MOVED = (Column("old", "number"), Column("new", "number"))


def _cell(plan: PlanRecord, key: str, year: int, lang: str) -> tuple[Any, ...]:
    item = plan.baseline.catalogue[key]
    return key, item.name(lang), item.unit(lang), year


def changes_records(changes: Listing[Change], lang: str = "") -> Records:
    """Return what a repair changed as lines, what was asked for first."""
    plan: PlanRecord = changes.of
    rows = (
        (*_cell(plan, *change.cell, lang), change.old, change.new, change.kind,
         said(reasons(change, plan.system, plan.numbers), lang))
        for change in changes
    )  # fmt: skip
    return Records(
        (*_CELL, *_MOVED, Column("kind", "word", phrase("kinds_of_change")), Column("reason")),
        tuple(rows),
    )


class Changes(Listing[Change]):
    """What a repair changed."""

    hidden = ("indicator",)


def changes_of(plan: PlanRecord) -> Changes:
    """Return what the repair of a plan changed, as a listing."""
    return Changes(plan.repaired.changes if plan.repaired else (), changes_records, plan)


def _conflict_records(conflicts: Listing[Conflict], lang: str = "") -> Records:
    return findings_records(conflict_findings(conflicts.of, conflicts), lang)


class Conflicts(Listing[Conflict]):
    """What cannot hold together, with the smallest ways out."""

    hidden = Findings.hidden


def conflicts_of(plan: PlanRecord) -> Conflicts:
    """Return the conflicts of a plan as a listing."""
    return Conflicts(explain(plan), _conflict_records, plan)


def _tradeoff_records(found: Iterable[Tradeoff], plan: PlanRecord, lang: str) -> Records:
    rows = (
        (
            tradeoff.rule.id,
            said(statement(tradeoff.rule, tradeoff.rule.rows[0], plan.numbers), lang),
            tradeoff.old,
            tradeoff.new,
            *_cell(plan, *effect.cell, lang),
            *(effect.old, effect.new, effect.old_rate, effect.new_rate),
            percent(tradeoff.distance),
            str(tradeoff.holds),
        )
        for tradeoff in found
        for effect in tradeoff.effects
    )
    columns = (
        Column("rule"),
        Column("statement", head=phrase("rule")),
        Column("asked", "number", phrase("asks_now")),
        Column("more", "number", phrase("asks_then")),
        *_CELL,
        *_MOVED,
        Column("old_rate", "number"),
        Column("new_rate", "number"),
        Column("wishes_give", "number"),
        Column("holds"),
    )
    return Records(columns, tuple(rows))


class Tradeoffs(Listing[Tradeoff]):
    """What it costs when binding rules ask for more."""

    hidden = ("rule", "indicator", "year")


def tradeoffs_of(plan: PlanRecord, by: int = 1) -> Tradeoffs:
    """Return the trade-offs of a plan as a listing."""
    return Tradeoffs(tradeoffs(plan, by), _records_of_tradeoffs, plan)


def _records_of_tradeoffs(found: Listing[Tradeoff], lang: str = "") -> Records:
    return _tradeoff_records(found, found.of, lang)


def _implied_records(found: Listing[Implied], lang: str = "") -> Records:
    plan: PlanRecord = found.of
    catalogue = plan.baseline.catalogue
    rows = (
        (
            item.indicator,
            catalogue.label(item.indicator, lang),
            catalogue[item.indicator].unit(lang),
            item.baseline,
            item.target,
            item.rate,
            ", ".join(
                f"{catalogue.label(key, lang)} {rate:+}%" for key, rate in item.parts.items()
            ),
        )
        for item in found
    )
    base, end = plan.baseline.base_year, plan.years[-1]
    columns = (
        *_CELL[:3],
        Column("baseline", "number", phrase("baseline", year=base)),
        Column("target", "number", phrase("year", year=end)),
        Column("rate", "number"),
        Column("because"),
    )
    return Records(columns, tuple(rows))


class Implications(Listing[Implied]):
    """Yearly rates that follow without anybody having asked for them."""

    hidden = ("indicator",)


def implied_of(plan: PlanRecord) -> Implications:
    """Return the implied rates of a plan as a listing."""
    return Implications(implied(plan), _implied_records, plan)


def _knock_on_records(found: Listing[KnockOn], lang: str = "") -> Records:
    plan: PlanRecord = found.of
    rows = (
        (told.cause, *_cell(plan, *moved.cell, lang), moved.old, moved.new, "; ".join(moved.rows))
        for told in found
        for moved in told.moved
    )
    return Records((Column("cause"), *_CELL, *_MOVED, Column("rows")), tuple(rows))


class KnockOns(Listing[KnockOn]):
    """What each thing asked for moved besides."""

    hidden = ("indicator",)


def knock_ons_of(plan: PlanRecord) -> KnockOns:
    """Return what was moved besides as a listing."""
    return KnockOns(knock_on(plan), _knock_on_records, plan)


# -- tables to read -------------------------------------------------------------------------


def conflicts_table(plan: PlanRecord, lang: str = "") -> pd.DataFrame:
    """Return what cannot hold together as a table to read, with the ways out.

    Parameters
    ----------
    plan
        The plan whose :meth:`~planner.Plan.explain` is told; `lang` is ``zh`` or ``en``.

    Returns
    -------
    pandas.DataFrame
        One line for each conflict, in the columns of :func:`planner.findings_table`.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
    >>> conflicts_table(plan, "en").loc[0, "Ways out"]
    'change the wish for Total output 2028 from 240.00 to 247.84'
    """
    from planner.model.messages import findings_table

    return findings_table(conflict_findings(plan, explain(plan)), lang)


def tradeoff_table(plan: PlanRecord, lang: str = "", by: int = 1) -> pd.DataFrame:
    """Return the trade-offs as a table to read: one line for each effect of each binding rule.

    Parameters
    ----------
    plan, by
        What :meth:`planner.Plan.tradeoffs` is asked of.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    pandas.DataFrame
        Columns for the rule, the amounts it asks for, the indicator, its targets of the last year
        and its yearly rates before and after, by how much wishes give way, and the amounts between
        which it holds; numbers as printed text.

    Examples
    --------
    >>> import pandas as pd, planner as pl
    >>> base = pd.DataFrame({"indicator": ["output"], "year": [2025], "value": ["100"]})
    >>> tradeoff_table(pl.plan(base), "en").loc[0, ["Old", "New"]].tolist()
    ['133.10', '136.77']
    """
    made = tradeoffs_of(plan, by).records(lang)
    rows = (
        (told, f"{old} → {new}", name, *rest)
        for _, told, old, new, _, name, _, _, *rest in made.rows
    )
    keys = (
        "rule", "asks", "indicator", "old", "new", "old_rate", "new_rate", "wishes_give", "holds",
    )  # fmt: skip
    return reading_table(Records(tuple(Column(key) for key in keys), tuple(rows)), lang)


def implied_table(plan: PlanRecord, lang: str = "") -> pd.DataFrame:
    """Return the implied rates as a table to read: one line for each ratio.

    Parameters
    ----------
    plan
        The plan whose :meth:`~planner.Plan.implied` is told.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    pandas.DataFrame
        Columns for the ratio, its baseline, its target of the last year, its yearly rate in per
        cent and the rates of its parts; numbers as printed text.

    Examples
    --------
    >>> import planner as pl
    >>> table = implied_table(pl.plan(pl.shared("baselines") / "example.csv"), "en")
    >>> table.columns.tolist()
    ['Indicator', '2025 baseline', '2028', 'Rate (%/yr)', 'Because of']
    """
    made = implied_of(plan).records(lang)
    kept = [place for place, column in enumerate(made.columns) if column.key not in _UNSAID]
    columns = tuple(made.columns[place] for place in kept)
    return reading_table(
        Records(columns, tuple(tuple(row[place] for place in kept) for row in made.rows)), lang
    )


_UNSAID = ("indicator", "unit")
