"""Statements: what a row asks, why a target changed, by what a table was chosen - as phrases.

Made from the row itself, so that every rule, wish and pin can be named in a conflict, also
those of rule sets yet to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.compliance.judge import requirement_of
from planner.compliance.numbers import Numbers
from planner.compliance.rows import SIGNS, Asked, Linear, Row, RuleNode, Sense
from planner.core.phrases import Fact, Listed, Phrase, listed, phrase
from planner.core.rounding import Rounding, mean_rate, places, to_grid
from planner.core.schema import Text
from planner.model.catalogue import Catalogue
from planner.model.messages import said
from planner.planning.changes import Change, Repair
from planner.planning.workings import FINE

if TYPE_CHECKING:
    from planner.compliance.goalrows import GoalRow
    from planner.compliance.system import System

TURNED = {Sense.GE: "≤", Sense.LE: "≥", Sense.EQ: "="}
STRICTLY = {Sense.GE: ">", Sense.LE: "<"}


def statement(rule: RuleNode, row: Row, numbers: Numbers) -> Phrase:
    """Say what a row asks, and on whose behalf.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> rule = plan.system.rules[0]
    >>> said(statement(rule, rule.rows[0], plan.numbers), "en")
    'rule a: Total output 2025–2028 growing ≥10.00 % a year (≥247.84)'
    """
    kind = rule.origin
    if kind == "rules" and rule.level == "identity" and not rule.quote:
        kind = "identity"  # type: ignore[assignment]
    exactly = rule.asked is not None and rule.asked.stated is None
    asks = _asked(rule.asked, numbers) if rule.asked and exactly else _asks(row, numbers)
    return phrase(f"of_{kind}", rule=rule.id, said=asks)


def ratio_rates(rows: Iterable[GoalRow], numbers: Numbers) -> Phrase | None:
    """Say how yearly rates of ratios come from their parts, where the ratios as printed mislead.

    A ratio's rate is that of its printed parts (§7): 0.22 to 0.20 looks like a fall of 3.13 % a
    year, and is one of 2.86 % by the energy and the output that stand in the same table.

    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> said(ratio_rates([plan.goals["energy_intensity"]], plan.numbers), "en").partition(": ")[2]
    'Energy per unit of output (48.92 ÷ 247.84) ÷ (40.10 ÷ 186.20), −2.86 % a year.'
    """
    items = listed(_from_parts(rows, numbers))
    return phrase("ratio_rates", items=items) if items.parts else None


def _from_parts(rows: Iterable[GoalRow], numbers: Numbers) -> Iterator[Phrase]:
    for row in rows:
        item, start, end = row.item, numbers.baseline.base_year, max(row.values)
        last = row.values[end]
        if item.kind != "ratio" or row.rate is None or not row.baseline or last is None:
            continue
        pairs = [(item.num, end), (item.den, end), (item.num, start), (item.den, start)]
        parts = [numbers.printed(*pair) for pair in pairs]
        if None in parts or not all(numbers.derived(item, year) for year in (start, end)):
            continue
        ratio = Fraction(last) / Fraction(row.baseline)
        if mean_rate(ratio, end - start, decimals=places(row.rate)) == row.rate:
            continue
        facts = dict(zip(("num", "den", "num_0", "den_0"), map(str, parts), strict=True))
        name = Text(zh=item.zh, en=item.en)
        yield phrase("ratio_rate", name=name, rate=str(row.rate).replace("-", "−"), **facts)


def _asked(asked: Asked, numbers: Numbers) -> Phrase:
    item = numbers.baseline.catalogue[asked.cell.indicator]
    name = Text(zh=item.zh, en=item.en)
    return phrase(
        "level", name=name, year=asked.cell.year, sign="=", value=asked.value, unit=item.unit
    )


def _asks(row: Row, numbers: Numbers) -> Phrase:
    catalogue = numbers.baseline.catalogue
    cell = row.subject[-1]
    facts: dict[str, Fact] = {
        "name": catalogue.texts(subject.indicator for subject in row.subject),
        "year": cell.year,
        "unit": catalogue[cell.indicator].unit,
    }
    bound = requirement_of(row, numbers)
    if row.rate is not None:
        sign = (TURNED if row.rate.decline else SIGNS)[row.sense]
        need = "" if bound is None else f"{SIGNS[row.sense]}{bound}"
        kind = "rate_down" if row.rate.decline else "rate_up"
        facts |= {"start": row.rate.start, "sign": sign, "rate": row.rate.required, "need": need}
        return phrase(kind, **facts)
    others = [other for other, _ in row.limit.terms]
    if not others:
        sign = (STRICTLY if row.beyond else SIGNS).get(row.sense, SIGNS[row.sense])
        value = row.limit.constant / max(len({subject.year for subject in row.subject}), 1)
        return phrase("level", **facts, sign=sign, value=f"{float(value):g}")
    if others == [(cell.indicator, cell.year - 1)]:
        return phrase("step", **facts, sign=SIGNS[row.sense], value=str(row.limit.constant))
    if row.limit.constant == 0 and [share for _, share in row.limit.terms] == [1]:
        whole = catalogue.texts([others[0].indicator])
        if row.sense is Sense.EQ:
            return phrase("total", **facts, whole=whole)
        if row.sense is Sense.LE and not row.beyond:
            return phrase("within", **facts, whole=whole)
    sign = (STRICTLY if row.beyond else SIGNS).get(row.sense, SIGNS[row.sense])
    return phrase("against", **facts, sign=sign, limit=_formula(row.limit, catalogue, cell.year))


def _formula(limit: Linear, catalogue: Catalogue, year: int) -> Text:
    """Write out what a row of any other shape is held against."""

    def written(lang: str) -> str:
        parts = [
            ("−" if share < 0 else "+", _times(abs(share)) + catalogue.label(cell.indicator, lang)
             + ("" if cell.year == year else f"[{cell.year}]"))
            for cell, share in limit.terms
        ]  # fmt: skip
        if limit.constant:
            amount = f"{to_grid(abs(limit.constant), FINE).normalize():f}"
            parts.append(("−" if limit.constant < 0 else "+", amount))
        return " ".join(f"{sign} {part}" for sign, part in parts).removeprefix("+ ")

    return Text(zh=written("zh"), en=written("en"))


def _times(share: Fraction) -> str:
    return "" if share == 1 else f"{to_grid(share, FINE).normalize():f} × "


def reasons(change: Change, system: System, numbers: Numbers) -> Phrase | Listed:
    """Say what forced a change, or what the cell follows."""
    if not change.rows:
        whole = system.leads(change.cell.indicator)
        name = system.catalogue.texts([whole]) if whole else ""
        return phrase(f"follows_{change.how}", whole=name)
    return listed(_of_rows(change.rows, system, numbers))


def _of_rows(names: Iterable[str], system: System, numbers: Numbers) -> Iterable[Phrase]:
    wanted = set(names)
    for rule in system.of_scope("target"):
        for row in rule.rows:
            if row.name in wanted:
                yield statement(rule, row, numbers)


def repair_record(repair: Repair, system: System, numbers: Numbers, lang: str) -> dict[str, Any]:
    """Return what a repair found for machines, with the reason of each change in words."""
    return {
        "repair": {
            "complies": repair.complies,
            "proven": repair.proven,
            "distance_percent": "" if repair.odds else str(percent(repair.distance)),
            "gap_percent": "" if repair.odds else str(percent(repair.gap)),
            **({"odds": list(repair.odds)} if repair.odds is not None else {}),
            **({"bottleneck": repair.bottleneck} if repair.bottleneck else {}),
        },
        "changes": [
            {
                "indicator": change.cell.indicator,
                "year": change.cell.year,
                "old": "" if change.old is None else str(change.old),
                "new": str(change.new),
                "kind": change.kind,
                "rows": list(change.rows),
                "reason": said(reasons(change, system, numbers), lang),
            }
            for change in repair.changes
        ],
    }


def merit(repair: Repair, catalogue: Catalogue) -> Phrase:
    """Say by what a repaired table was chosen: nearness, proven or not, or odds."""
    if repair.odds is not None:
        before, after = repair.odds
        if repair.bottleneck:
            name = catalogue.texts([repair.bottleneck])
            return phrase("chosen_without_gain", before=before, after=after, name=name)
        return phrase("chosen_by_odds", before=before, after=after)
    facts = {"distance": percent(repair.distance), "gap": percent(repair.gap)}
    return phrase("distance_proven" if repair.proven else "distance_gap", **facts)


def percent(share: Fraction) -> Decimal:
    """Return a share in per cent, to two decimals and away from zero.

    >>> percent(Fraction(1, 100_000))
    Decimal('0.01')
    """
    return to_grid(share * 100, 2, Rounding.UP)
