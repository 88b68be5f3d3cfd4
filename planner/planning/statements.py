"""Statements: a row, a change or a way out as a sentence in both languages.

Made from the row itself, so that every rule, wish and pin can be named in a conflict, also
those of rule sets yet to be written. The patterns stand in ``data/messages.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.compliance.judge import Line, requirement_of
from planner.compliance.numbers import Numbers
from planner.compliance.rows import Row, RuleNode, Sense
from planner.core.rounding import Rounding, to_grid
from planner.model.messages import label
from planner.model.messages import statement as say
from planner.planning.changes import Change, Repair

if TYPE_CHECKING:
    import pandas as pd

    from planner.compliance.system import System

FINE = 6  # decimals of an exact bound that are shown
SIGNS = {Sense.GE: "≥", Sense.LE: "≤", Sense.EQ: "="}
TURNED = {Sense.GE: "≤", Sense.LE: "≥", Sense.EQ: "="}


def statement(rule: RuleNode, row: Row, numbers: Numbers, lang: str) -> str:
    """Say what a row asks, and on whose behalf.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> rule = plan.system.rules[0]
    >>> statement(rule, rule.rows[0], plan.numbers, "en")
    'rule a: Total output 2025–2028 growing ≥10.00 % a year (≥247.84)'
    """
    kind = rule.origin
    if kind == "rules" and rule.level == "identity" and not rule.quote:
        kind = "identity"  # type: ignore[assignment]
    said = _asked(rule, numbers, lang) if rule.asked else _asks(row, numbers, lang)
    return say(f"of_{kind}", lang, rule=rule.id, said=said)


def worked(line: Line, row: Row, numbers: Numbers) -> str:
    """Return a judged row as a formula with its figures, for anybody to recompute.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> verdict = plan.verdicts[0]
    >>> worked(verdict.head, verdict.rule.rows[0], plan.numbers)
    '186.20 × (1 + 10.00%)^3 = 247.8322 → ≥247.84; 247.84 − 247.84 = 0.00'
    """
    unit = "%" if line.is_rate else ""
    if line.value is None or line.requirement is None:
        return "?"
    pair = (line.value, line.requirement)
    first, second = pair[::-1] if line.sense is Sense.LE else pair
    # A margin finer than the figures is told as it is; else anybody can subtract.
    margin = first - second if first != second else line.margin
    if line.sense is Sense.EQ and margin is not None:
        margin = -abs(margin) + 0
    asked = f"{line.sign}{line.requirement}{unit}; {first}{unit} − {second}{unit} = {margin}"
    parts = line.basis == "parts"
    limit = numbers.evaluate(row.limit, exact=parts)
    if line.is_rate or limit is None:
        return asked
    exact = f"{to_grid(limit, FINE).normalize():f}"
    before = [cell for cell, _ in row.limit.terms]
    if row.rate is not None:
        key, year = line.end.indicator, row.rate.start
        whole = numbers.exact(key, year)
        start = to_grid(whole, FINE) if parts and whole is not None else numbers.printed(key, year)
        sign = "−" if row.rate.decline else "+"
        grown = f"{start} × (1 {sign} {row.rate.required}%)^{row.rate.periods}"
        return f"{grown} = {exact} → {asked}"
    if before == [(line.end.indicator, line.end.year - 1)]:
        return f"{numbers.printed(*before[0])} + {row.limit.constant} = {exact} → {asked}"
    return asked


def _asked(rule: RuleNode, numbers: Numbers, lang: str) -> str:
    asked = rule.asked
    if asked is None:
        return ""
    item = numbers.baseline.catalogue[asked.cell.indicator]
    return say(
        "level",
        lang,
        name=item.name(lang),
        year=asked.cell.year,
        sign="=",
        value=asked.value,
        unit=item.unit(lang),
    )


def _asks(row: Row, numbers: Numbers, lang: str) -> str:
    catalogue = numbers.baseline.catalogue
    cell = row.subject[-1]
    names = " + ".join(
        dict.fromkeys(catalogue.label(subject.indicator, lang) for subject in row.subject)
    )
    facts = {"name": names, "year": cell.year, "unit": catalogue[cell.indicator].unit(lang)}
    bound = requirement_of(row, numbers)
    if row.rate is not None:
        sign = (TURNED if row.rate.decline else SIGNS)[row.sense]
        need = "" if bound is None else f"{SIGNS[row.sense]}{bound}"
        kind = "rate_down" if row.rate.decline else "rate_up"
        facts |= {"start": row.rate.start, "sign": sign, "rate": row.rate.required, "need": need}
        return say(kind, lang, **facts)
    others = [other for other, _ in row.limit.terms]
    if not others:
        strict = {"≥": ">", "≤": "<"} if row.beyond else {}
        sign = strict.get(SIGNS[row.sense], SIGNS[row.sense])
        value = row.limit.constant / max(len({subject.year for subject in row.subject}), 1)
        return say("level", lang, **facts, sign=sign, value=f"{float(value):g}")
    if others == [(cell.indicator, cell.year - 1)]:
        return say("step", lang, **facts, sign=SIGNS[row.sense], value=row.limit.constant)
    whole = catalogue.label(others[0].indicator, lang)
    return say("total" if row.sense is Sense.EQ else "within", lang, **facts, whole=whole)


def reasons(change: Change, system: System, numbers: Numbers, lang: str) -> str:
    """Say what forced a change, or what the cell follows."""
    if not change.rows:
        whole = system.leads(change.cell.indicator)
        name = system.catalogue.label(whole, lang) if whole else ""
        return say(f"follows_{change.how}", lang, whole=name)
    return ("; " if lang == "en" else "；").join(
        dict.fromkeys(_of_rows(change.rows, system, numbers, lang))
    )


def _of_rows(names: Iterable[str], system: System, numbers: Numbers, lang: str) -> Iterable[str]:
    wanted = set(names)
    for rule in system.of_scope("target"):
        for row in rule.rows:
            if row.name in wanted:
                yield statement(rule, row, numbers, lang)


def repair_record(repair: Repair, system: System, numbers: Numbers, lang: str) -> dict[str, Any]:
    """Return what a repair found for machines, with the reason of each change in words."""
    return {
        "repair": {
            "complies": repair.complies,
            "proven": repair.proven,
            "distance_percent": "" if repair.odds else str(percent(repair.distance)),
            "gap_percent": "" if repair.odds else str(percent(repair.gap)),
            **({"odds": list(repair.odds)} if repair.odds is not None else {}),
        },
        "changes": [
            {
                "indicator": change.cell.indicator,
                "year": change.cell.year,
                "old": "" if change.old is None else str(change.old),
                "new": str(change.new),
                "kind": change.kind,
                "rows": list(change.rows),
                "reason": reasons(change, system, numbers, lang),
            }
            for change in repair.changes
        ],
    }


def merit(repair: Repair, lang: str) -> str:
    """Say by what a repaired table was chosen: nearness, proven or not, or odds."""
    if repair.odds is not None:
        before, after = repair.odds
        return label("chosen_by_odds", lang, before=before, after=after)
    facts = {"distance": percent(repair.distance), "gap": percent(repair.gap)}
    return label("distance_proven" if repair.proven else "distance_gap", lang, **facts)


def percent(share: Fraction) -> Decimal:
    """Return a share in per cent, to two decimals and away from zero.

    >>> percent(Fraction(1, 100_000))
    Decimal('0.01')
    """
    return to_grid(share * 100, 2, Rounding.UP)


def changes_table(
    changes: Iterable[Change], system: System, numbers: Numbers, lang: str = "zh"
) -> pd.DataFrame:
    """Return changes as a table to read in a notebook, what was asked for first."""
    import pandas as pd  # only where a table is wanted

    rows = [
        (
            system.catalogue.label(change.cell.indicator, lang),
            change.cell.year,
            "" if change.old is None else str(change.old),
            str(change.new),
            reasons(change, system, numbers, lang),
        )
        for change in changes
    ]
    heads = [label(key, lang) for key in ("indicator", "years", "old", "new", "reason")]
    return pd.DataFrame(rows, columns=heads)
