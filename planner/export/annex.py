"""The annex: the goal tables as they stand beside a filing, once for Word and PDF alike.

Texts only, taken from the goal table and the verdicts; nothing is computed here (§14).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from planner.compliance.shown import annexed
from planner.core.findings import Obligation
from planner.core.version import __version__
from planner.forecast.advice import offer
from planner.forecast.summary import findings, past
from planner.model import messages
from planner.model.wording import provenance
from planner.planning.statements import ratio_rates
from planner.planning.store import plan_hash

if TYPE_CHECKING:
    from planner.compliance.goals import GoalRow
    from planner.compliance.judge import Verdict
    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord

Side = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class AnnexCell:
    """A cell: its text, how many rows it covers, and whether it calls for attention."""

    text: str
    rows: int = 1
    strong: bool = False


@dataclass(frozen=True)
class AnnexTable:
    """A table: relative column widths, and the side the text of each column keeps to.

    A cell that is covered by one above it is missing from its row.
    """

    title: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    sides: tuple[Side, ...]
    rows: tuple[tuple[AnnexCell, ...], ...]
    new_page: bool = False


@dataclass(frozen=True)
class Annex:
    """Title, tables and notes, in the order in which they are read."""

    title: str
    subtitle: str
    banner: str
    tables: tuple[AnnexTable, ...]
    notes: tuple[str, ...]
    notes_title: str
    keyword: str
    lang: str


def annex(plan: PlanRecord, lang: str = "zh", odds: OddsRecord | None = None) -> Annex:
    """Return the annex of a plan, with the odds of its goals where they are asked for."""
    return _Clerk(plan, lang, odds).annex()


class _Clerk:
    def __init__(self, plan: PlanRecord, lang: str, odds: OddsRecord | None) -> None:
        self.plan, self.lang, self.odds = plan, lang, odds
        self.base, self.end = plan.baseline.base_year, plan.years[-1]

    @property
    def _aside(self) -> float:
        """Return the width of the column of directions."""
        return 2.3 if self.lang == "en" else 1.5

    def say(self, key: str, **facts: object) -> str:
        return messages.label(key, self.lang, **facts)

    def annex(self) -> Annex:
        plan, record = self.plan, self.plan.rules.record
        cluster = plan.baseline.cluster
        colon = messages.colon(self.lang)
        fix = sum(finding.level is Obligation.MUST_FIX for finding in plan.check())
        return Annex(
            self.say("goal_title", cluster=cluster, base=self.base, end=self.end),
            f"{self.say('rule_set')}{colon}{plan.rules.title(self.lang)}（{plan.rules.id} {record.version}）",
            self.say("not_complies", n=fix) if fix else "",
            (self._overall(), self._stages(), self._rules(), *self._feasible()),
            tuple(self._notes()),
            self.say("note"),
            f"{self.say('hash')}{colon}{plan_hash(plan)}",
            self.lang,
        )

    def _directions(self) -> Iterator[tuple[GoalRow, AnnexCell | None]]:
        """Yield the rows, each direction's name as a cell over all of its rows."""
        for _, group in groupby(self.plan.goals, key=lambda row: row.item.direction):
            rows = list(group)  # indicators of one's own stand last, apart from their direction's
            for number, row in enumerate(rows):
                yield row, None if number else AnnexCell(row.direction(self.lang), len(rows))

    def _overall(self) -> AnnexTable:
        heads = (
            *(self.say(key) for key in ("direction", "indicator", "unit")),
            self.say("baseline", year=self.base),
            self.say("target_year", year=self.end),
            *(self.say(key) for key in ("rate", "rule", "requirement", "margin", "status")),
        )
        rows = []
        for row, direction in self._directions():
            cells = [
                row.item.name(self.lang),
                row.item.unit(self.lang),
                number(row.baseline),
                number(row.values[self.end]),
                number(row.rate),
                "、".join(row.rules),
                row.requirement_text,
                number(row.margin) if row.margin is not None else "",
            ]
            status = AnnexCell(messages.status(row.status, self.lang), strong=row.status == "unmet")
            rows.append((*([direction] if direction else []), *map(AnnexCell, cells), status))
        widths = (self._aside, 4.3, 1.7, 1.75, 1.75, 1.4, 1.1, 1.75, 1.4, 1.35)
        sides: tuple[Side, ...] = (
            "centre", "left", "centre", "right", "right", "right", "centre", "right", "right", "centre",
        )  # fmt: skip
        return AnnexTable(self.say("annex_overall"), heads, widths, sides, tuple(rows))

    def _stages(self) -> AnnexTable:
        heads = (
            *(self.say(key) for key in ("direction", "indicator", "unit")),
            self.say("baseline", year=self.base),
            *(self.say("target_year", year=year) for year in self.plan.years),
        )
        rows = []
        for row, direction in self._directions():
            cells = [row.item.name(self.lang), row.item.unit(self.lang), number(row.baseline)]
            cells += [number(row.values[year]) for year in self.plan.years]
            rows.append((*([direction] if direction else []), *map(AnnexCell, cells)))
        count = 1 + len(self.plan.years)
        widths = (self._aside, 4.9, 1.9, *([9.7 / count] * count))
        numbers: list[Side] = ["right"] * count
        sides: tuple[Side, ...] = ("centre", "left", "centre", *numbers)
        return AnnexTable(
            self.say("annex_stages"), heads, widths, sides, tuple(rows), new_page=True
        )

    def _rules(self) -> AnnexTable:
        keys = ("rule", "quote", "indicator", "value", "requirement", "margin", "status")
        rows = [self._rule(verdict) for verdict in annexed(self.plan.verdicts)]
        widths = (1.0, 5.6, 4.2, 2.0, 2.2, 1.6, 1.4)
        sides: tuple[Side, ...] = ("centre", "left", "left", "right", "right", "right", "centre")
        heads = tuple(self.say(key) for key in keys)
        return AnnexTable(self.say("annex_rules"), heads, widths, sides, tuple(rows))

    def _rule(self, verdict: Verdict) -> tuple[AnnexCell, ...]:
        head, catalogue = verdict.head, self.plan.system.catalogue
        names = dict.fromkeys(catalogue.label(cell.indicator, self.lang) for cell in head.subject)
        unit = "%" if head.is_rate else ""
        known = head.requirement is not None and head.sense is not None
        requirement = (
            f"{head.sign}{head.requirement}{unit}"
            if known
            else messages.status("unknown", self.lang)
        )
        texts = [
            verdict.rule.id,
            verdict.rule.quote or verdict.rule.title(self.lang),
            f"{' + '.join(names)} {head.end.year}",
            "—" if head.value is None else f"{head.value}{unit}",
            requirement,
            "—" if head.margin is None else str(head.margin),
        ]
        word = verdict.status.value
        status = AnnexCell(messages.status(word, self.lang), strong=word == "unmet")
        return (*map(AnnexCell, texts), status)

    def _feasible(self) -> Iterator[AnnexTable]:
        """Yield the odds of each goal, if they are asked for."""
        if self.odds is None:
            return
        heads = (
            *(self.say(key) for key in ("indicator", "unit")),
            self.say("target_year", year=self.end),
            *(self.say("odds_year", year=year) for year in self.plan.years),
            *(self.say(key) for key in ("odds_safe", "fan", "needed", "past_rate", "sources")),
        )
        rows = []
        for goal in self.odds.goals:
            fan = goal.fan.get(self.end)
            cells = [
                goal.item.name(self.lang),
                goal.item.unit(self.lang),
                number(goal.row.values[self.end]),
                *(str(goal.chances.get(year, "—")) for year in self.plan.years),
                str(goal.safe) if offer(self.odds, goal).kind == "safe" else "—",
                f"{fan[0]}–{fan[-1]}" if fan else self.say("not_informative"),
                number(goal.stretch.needed),
                past(goal, self.lang) or "—",
                " / ".join(f"{100 * max(share, 0):.0f}" for share in goal.sources),
            ]
            firm = goal.id in self.odds.firm
            rows.append(tuple(AnnexCell(text, strong=firm) for text in cells))
        years = len(self.plan.years)
        widths = (3.6, 1.5, 1.6, *([1.2] * years), 1.7, 2.9, 1.4, 2.6, 2.2)
        chances: list[Side] = ["right"] * years
        sides: tuple[Side, ...] = (
            "left", "centre", "right", *chances, "right", "centre", "right", "left", "centre",
        )  # fmt: skip
        yield AnnexTable(self.say("annex_odds"), heads, widths, sides, tuple(rows), new_page=True)

    def _notes(self) -> Iterator[str]:
        plan, lang = self.plan, self.lang
        colon = messages.colon(lang)
        if self.odds is not None:
            for finding in findings(self.odds):
                yield messages.sentence(finding, lang, plan.system.catalogue)
        if rates := ratio_rates(plan.goals, plan.numbers):
            yield messages.said(rates, lang)
        for key, item in plan.rules.readings.items():
            name = plan.all_readings.get(key, item.default)
            title = item.readings[name].title(lang)
            yield f"{self.say('reading')} {key}（{item.title(lang)}）{colon}{title}"
        for figure in plan.system.used:
            yield f"{figure.id}{colon}{provenance(figure, lang)}"
        rules = {rule.id for rule in plan.system.rules}
        for key, reason in plan.reasons.items():
            if key in rules:
                yield f"{self.say('reason')} {key}{colon}{reason}"
        for finding in plan.check():
            if finding.facts.get("answered"):
                yield messages.sentence(finding, lang, plan.system.catalogue)
        for row in plan.goals:
            if row.item.remark:
                yield f"{row.item.name(lang)}{colon}{row.item.remark(lang)}"
        yield self.say("annex_made", version=__version__, hash=plan.rules.hash)


def number(value: Decimal | None) -> str:
    """Return a number as printed, a dash where there is none."""
    return "—" if value is None else str(value)
