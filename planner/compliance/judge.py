"""Judge: what the rows say of a goal table, rule by rule and line by line (§2, §5).

A verdict carries for each row the value, the requirement and the margin as printed, so that
every rendering shows the same figures and a reader can recompute them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.compliance.numbers import Numbers
from planner.compliance.rows import (
    SIGNS,
    Gap,
    RateView,
    Row,
    RuleNode,
    Sense,
    Status,
    leaves,
    settled,
)
from planner.compliance.system import System
from planner.core.rounding import (
    Rounding,
    as_printed,
    from_units,
    growth_factor,
    mean_rate,
    on_grid,
    to_grid,
)
from planner.model.catalogue import Cell
from planner.model.rules import Scope

# Decimals added where a ratio is shown as recomputed from its parts.
FINER = 4
RATE_DECIMALS = 2
MOST_DECIMALS = 12


@dataclass(frozen=True)
class Line:
    """One row judged: what is, what is required, and what lies between.

    For a past rate the figures are rates in per cent; otherwise they are in the unit of the
    subject's indicator. A positive margin is on the safe side.
    """

    name: str
    subject: tuple[Cell, ...]
    status: Status
    sense: Sense | None = None
    strict: bool = False
    basis: str = ""
    value: Decimal | None = None
    requirement: Decimal | None = None
    margin: Decimal | None = None
    rate: RateView | None = None
    rate_value: Decimal | None = None
    reason: str = ""
    missing: tuple[Cell, ...] = ()

    @property
    def is_rate(self) -> bool:
        """Whether value and requirement are yearly rates."""
        return self.basis == "rate"

    @property
    def sign(self) -> str:
        """Return the sign to write before the requirement.

        A printed requirement already is the first value that suffices; one on a rate or a
        recomputed ratio is the bound itself, which may have to be passed.
        """
        if self.sense is None:
            return ""
        if self.strict and self.basis in {"rate", "parts"}:
            return {Sense.GE: ">", Sense.LE: "<"}.get(self.sense, "=")
        return SIGNS[self.sense]

    @property
    def end(self) -> Cell:
        """Return the last cell of the subject."""
        return self.subject[-1]


@dataclass(frozen=True)
class Verdict:
    """A rule judged: its status, its lines, and the line that says most."""

    rule: RuleNode
    status: Status
    lines: tuple[Line, ...]

    def __repr__(self) -> str:
        """Say which rule it is, and how it stands."""
        return f"<Verdict {self.rule.id}: {self.status.value}>"

    @property
    def head(self) -> Line:
        """Return the line to show first: unmet, then unknown, then the tightest."""
        order = {Status.UNMET: 0, Status.UNKNOWN: 1, Status.MET: 2}
        # A rule that holds by a choice is best shown by a line that makes it hold.
        if self.status is Status.MET:
            order = {Status.MET: 0, Status.UNKNOWN: 1, Status.UNMET: 2}

        def rank(line: Line) -> tuple[int, bool, Fraction, int]:
            tight = Fraction(10**9)
            if line.margin is not None and line.requirement is not None:
                tight = Fraction(line.margin) / max(abs(Fraction(line.requirement)), Fraction(1))
            return order[line.status], line.basis == "parts", tight, -line.end.year

        return min(self.lines, key=rank)

    def as_record(self, lang: str) -> dict[str, Any]:
        """Return the verdict for machines."""
        rule, head = self.rule, self.head
        return {
            "rule": rule.id,
            "title": rule.title(lang),
            "quote": rule.quote,
            "scope": rule.scope,
            "level": rule.level,
            "reading": rule.reading,
            "stand_in": rule.stand_in,
            "status": self.status.value,
            "indicator": head.end.indicator,
            "year": head.end.year,
            "value": as_printed(head.value),
            "sense": head.sense.value if head.sense else "",
            "requirement": as_printed(head.requirement),
            "margin": as_printed(head.margin),
            "rate": as_printed(head.rate_value),
            "required_rate": str(head.rate.required) if head.rate else "",
            "rows": [
                {
                    "row": line.name,
                    "status": line.status.value,
                    "basis": line.basis,
                    "value": as_printed(line.value),
                    "sense": line.sense.value if line.sense else "",
                    "requirement": as_printed(line.requirement),
                    "margin": as_printed(line.margin),
                    "missing": [str(cell) for cell in line.missing],
                }
                for line in self.lines
            ],
        }


def judge(system: System, numbers: Numbers, *scopes: Scope) -> tuple[Verdict, ...]:
    """Judge the rules of some scopes, all by default, on the printed numbers."""
    chosen = system.of_scope(*scopes) if scopes else system.rules
    return tuple(verdict(rule, numbers) for rule in chosen)


def verdict(rule: RuleNode, numbers: Numbers) -> Verdict:
    """Judge one rule on the printed numbers."""
    lines = tuple(_line(leaf, numbers) for leaf in leaves(rule.node))
    return Verdict(rule, settled(rule.node, (line.status for line in lines)), lines)


def _line(leaf: Row | Gap, numbers: Numbers) -> Line:
    if isinstance(leaf, Gap):
        value = _subject_value(leaf.subject, numbers)
        return Line(
            leaf.name,
            leaf.subject,
            Status.UNKNOWN,
            value=value,
            reason=leaf.reason,
            missing=leaf.missing,
        )
    status = leaf.status(numbers.measured)
    if leaf.basis == "rate" and leaf.rate is not None:
        return _rate_line(leaf, leaf.rate, status)
    value = _subject_value(leaf.subject, numbers)
    requirement = requirement_of(leaf, numbers)
    margin = None
    if value is not None and requirement is not None:
        margin = _signed(value - requirement, leaf.sense)
    years = {cell.year for cell in leaf.subject}
    if len(years) > 1 and leaf.basis == "level" and value is not None and requirement is not None:
        value, requirement, margin = _averaged(leaf, numbers, len(years), status)
    if leaf.basis == "parts":
        value, requirement, margin = _from_parts(leaf, numbers, status)
    missing = leaf.missing(numbers.measured) if status is Status.UNKNOWN else ()
    return Line(
        leaf.name,
        leaf.subject,
        status,
        leaf.sense,
        leaf.beyond,
        leaf.basis,
        value,
        requirement,
        margin,
        leaf.rate,
        _plan_rate(leaf, numbers, status),
        "data" if missing else "",
        missing,
    )


def _rate_line(row: Row, rate: RateView, status: Status) -> Line:
    factor = rate.factor or Fraction(1)
    value, sense = telling_rate(row, rate, factor, status), _rate_sense(row, rate)
    margin = rate_margin(rate, factor, sense, holds=status is Status.MET)
    return Line(
        row.name,
        row.subject,
        status,
        sense,
        row.strict,
        "rate",
        value,
        rate.required,
        margin,
        rate,
        value,
    )


def _subject_value(subject: tuple[Cell, ...], numbers: Numbers) -> Decimal | None:
    total = Decimal(0)
    for cell in subject:
        value = numbers.printed(*cell)
        if value is None:
            return None
        total += value
    return total


def _signed(difference: Decimal, sense: Sense) -> Decimal:
    """Return a margin; adding zero takes the sign off a negative zero."""
    if sense is Sense.EQ:
        return -abs(difference) + 0
    return difference * sense.sign + 0


def rate_margin(rate: RateView, factor: Fraction, sense: Sense, *, holds: bool) -> Decimal:
    """Return how far a yearly rate is from the required one, in points.

    Where two decimals would hide that it falls short, more are shown.
    """
    margin = Decimal(0)
    for decimals in range(RATE_DECIMALS, MOST_DECIMALS):
        value = mean_rate(factor, rate.periods, decimals=decimals)
        margin = _signed((-value if rate.decline else value) - rate.required, sense)
        if holds or margin < 0:
            break
    return margin


def _averaged(
    row: Row, numbers: Numbers, years: int, status: Status
) -> tuple[Decimal, Decimal, Decimal]:
    """Return the average over several years that a bound on their sum amounts to."""
    total = sum((numbers.exact(*cell) or Fraction(0) for cell in row.subject), Fraction(0))
    exact, limit = total / years, row.limit.constant / years
    finer = numbers.baseline.catalogue[row.subject[0].indicator].decimals + FINER
    margin = _shortfall(exact - limit, row.sense, finer, status)
    return to_grid(exact, finer), to_grid(limit, finer), margin


def _shortfall(difference: Fraction, sense: Sense, decimals: int, status: Status) -> Decimal:
    """Return a margin with as many decimals as it takes not to hide what falls short."""
    for digits in range(decimals, MOST_DECIMALS):
        margin = _signed(to_grid(difference, digits), sense)
        if margin or difference == 0 or status is Status.MET:
            return margin
    return _signed(to_grid(difference, MOST_DECIMALS), sense)


def _from_parts(
    row: Row, numbers: Numbers, status: Status
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return value, limit and margin of a ratio recomputed from its parts, finer than printed.

    Over several years the parts are added up first: the limit was stated for their number.
    """
    item = numbers.baseline.catalogue[row.subject[0].indicator]
    exact = numbers.weighted(item, [cell.year for cell in row.subject])
    limit = numbers.evaluate(row.limit, exact=True)
    limit = None if limit is None else limit / len(row.subject)
    finer = item.decimals + FINER
    value = None if exact is None else to_grid(exact, finer)
    requirement = None if limit is None else to_grid(limit, finer)
    if exact is None or limit is None:
        return value, requirement, None
    return value, requirement, _shortfall(exact - limit, row.sense, finer, status)


def requirement_of(row: Row, numbers: Numbers) -> Decimal | None:
    """Return what the subject has to reach, on its grid: floors up, ceilings down (§2)."""
    limit = numbers.evaluate(row.limit)
    if limit is None:
        return None
    decimals = numbers.baseline.catalogue[row.subject[0].indicator].decimals
    return safe_limit(limit, decimals, row.sense, strict=row.beyond)


def safe_limit(limit: Fraction, decimals: int, sense: Sense, *, strict: bool) -> Decimal:
    """Return the first printable value on the safe side of a limit.

    >>> safe_limit(Fraction(70), 2, Sense.GE, strict=True)
    Decimal('70.01')
    """
    if sense is Sense.EQ:
        return to_grid(limit, decimals)
    rounding = Rounding.UP if sense is Sense.GE else Rounding.DOWN
    bound = to_grid(limit, decimals, rounding)
    if strict and on_grid(limit, decimals):
        bound += from_units(sense.sign, decimals)
    return bound


def _rate_sense(row: Row, rate: RateView) -> Sense:
    """Return the sense of a row as its rate is told: a ceiling on a fall is a floor of it."""
    return Sense.GE if (row.sense is Sense.GE) != rate.decline else Sense.LE


def telling_rate(row: Row, rate: RateView, factor: Fraction, status: Status) -> Decimal:
    """Return a yearly rate with as many decimals as it takes to tell what was decided.

    Two where they do, and where the rate is not what decided: no number of decimals helps then.
    """

    def printed(decimals: int) -> Decimal:
        value = mean_rate(factor, rate.periods, decimals=decimals)
        return -value + 0 if rate.decline else value

    sense = _rate_sense(row, rate)
    strict = row.strict if row.basis == "rate" else row.beyond
    for decimals in range(RATE_DECIMALS, MOST_DECIMALS):
        over = _signed(printed(decimals) - rate.required, sense)
        if (over > 0 or (over == 0 and not strict)) is (status is Status.MET):
            return printed(decimals)
    return printed(RATE_DECIMALS)


def _plan_rate(row: Row, numbers: Numbers, status: Status) -> Decimal | None:
    """Return the yearly rate a target implies, as printed."""
    rate = row.rate
    if rate is None or len(row.subject) != 1:
        return None
    cell = row.subject[0]
    now, start = numbers.exact(*cell), numbers.exact(cell.indicator, rate.start)
    if now is None or not start:
        return None
    return telling_rate(row, rate, now / start, status)


def floor_path(row: Row, numbers: Numbers) -> dict[int, Fraction]:
    """Return the yearly path that a growth row implies, from its base year to its target."""
    rate = row.rate
    if rate is None or rate.basis != "plan":
        return {}
    cell = row.subject[0]
    start = numbers.printed(cell.indicator, rate.start)
    if start is None:
        return {}
    signed = -rate.required if rate.decline else rate.required
    return {
        rate.start + period: Fraction(start) * growth_factor(signed, period)
        for period in range(rate.periods + 1)
    }
