"""The annex: the goal tables as they stand beside a filing, once for Word and PDF alike.

Texts only, taken from the goal table and the verdicts; nothing is computed here (§14).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeVar

from planner.compliance.shown import annexed, named
from planner.core.findings import Obligation
from planner.core.language import spoken
from planner.export.styles import columns
from planner.forecast.advice import offer
from planner.forecast.summary import findings, past
from planner.model import messages
from planner.model.benchmarks import said_of
from planner.model.wording import provenance
from planner.planning.statements import ratio_rates
from planner.planning.store import plan_hash
from planner.planning.workings import calculation, figures_of

if TYPE_CHECKING:
    from planner.compliance.goalrows import GoalRow
    from planner.compliance.judge import Line, Verdict
    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord

Side = Literal["left", "centre", "right"]
T = TypeVar("T")
LONG_WORDS = 6  # columns of a heading from which on the words of a language are long


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
    filed: str  # the line for who files it, and when
    banner: str
    tables: tuple[AnnexTable, ...]
    notes: tuple[str, ...]
    notes_title: str
    keyword: str
    lang: str


def annex(plan: PlanRecord, lang: str = "", odds: OddsRecord | None = None) -> Annex:
    """Return the annex of a plan, with the odds of its goals where they are asked for."""
    return _Clerk(plan, spoken(lang), odds).annex()


class _Clerk:
    def __init__(self, plan: PlanRecord, lang: str, odds: OddsRecord | None) -> None:
        self.plan, self.lang, self.odds = plan, lang, odds
        self.base, self.end = plan.baseline.base_year, plan.years[-1]

    @property
    def _aside(self) -> float:
        """Return the width of the column of directions."""
        return self._wide(1.5, 2.6)

    def _wide(self, usual: T, longer: T) -> T:
        """Return the widths for words as long as those of the language."""
        return usual if columns(self.say("direction")) < LONG_WORDS else longer

    def say(self, key: str, **facts: object) -> str:
        return messages.label(key, self.lang, **facts)

    def annex(self) -> Annex:
        plan, record = self.plan, self.plan.rules.record
        cluster = plan.baseline.cluster
        colon = messages.colon(self.lang)
        stated = record.document
        source = " ".join(part for part in (stated.title, stated.number, stated.issuer) if part)
        fix = sum(finding.level is Obligation.MUST_FIX for finding in plan.check())
        return Annex(
            self.say("goal_title", cluster=cluster, base=self.base, end=self.end),
            f"{self.say('rule_source')}{colon}{source}",
            self.say("annex_filed", cluster=cluster),
            self.say("not_complies", n=fix) if fix else "",
            tuple(self._tables()),
            tuple(self._notes()),
            self.say("note"),
            f"{self.say('hash')}{colon}{plan_hash(plan)}",
            self.lang,
        )

    def _tables(self) -> Iterator[AnnexTable]:
        """Yield the tables there are, numbered."""
        tables = [self._overall(), *self._others(), *self._in_words(), self._stages()]
        for number_, table in enumerate([*tables, self._rules(), *self._feasible()], 1):
            yield replace(table, title=self.say("annex_table", n=number_, title=table.title))

    @cached_property
    def _asked(self) -> tuple[list[GoalRow], list[GoalRow]]:
        """Return the rows that a rule with a source speaks of, and all others."""
        sourced = {verdict.rule.id for verdict in annexed(self.plan.verdicts)}
        goals = list(self.plan.goals)
        asked = [row for row in goals if sourced & {*row.rules}]
        return asked, [row for row in goals if row not in asked]

    def _directions(self, goals: list[GoalRow]) -> Iterator[tuple[GoalRow, AnnexCell | None]]:
        """Yield rows, each direction's name as a cell over all of its rows."""
        for _, group in groupby(goals, key=lambda row: row.item.direction):
            rows = list(group)  # indicators of one's own stand last, apart from their direction's
            for number, row in enumerate(rows):
                yield row, None if number else AnnexCell(row.direction(self.lang), len(rows))

    def _overall(self) -> AnnexTable:
        heads = (
            *(self.say(key) for key in ("direction", "indicator", "unit")),
            self.say("baseline", year=self.base),
            self.say("target_year", year=self.end),
            *(self.say(key) for key in ("rate", "requirement", "margin", "basis", "status")),
        )
        called = {v.rule.id: v.rule for v in annexed(self.plan.verdicts)}
        rows = []
        for row, direction in self._directions(self._asked[0]):
            cells = [
                row.item.name(self.lang),
                row.item.unit(self.lang),
                number(row.baseline),
                number(row.values[self.end]),
                number(row.rate),
                row.requirement_text,
                number(row.margin) if row.margin is not None else "",
                self.say("between_names").join(
                    named(called[key], self.lang) for key in row.rules if key in called
                ),
            ]
            status = AnnexCell(messages.status(row.status, self.lang), strong=row.status == "unmet")
            rows.append((*([direction] if direction else []), *map(AnnexCell, cells), status))
        usual = (1.5, 3.6, 1.7, 1.8, 1.8, 1.35, 2.0, 1.45, 1.75, 1.35)
        longer = (2.5, 2.6, 1.55, 1.95, 1.6, 1.4, 2.65, 1.7, 1.5, 1.45)  # whole English words
        widths = self._wide(usual, longer)
        sides: tuple[Side, ...] = (
            "centre", "left", "centre", "right", "right", "right", "right", "right", "centre", "centre",
        )  # fmt: skip
        return AnnexTable(self.say("annex_overall"), heads, widths, sides, tuple(rows))

    def _others(self) -> Iterator[AnnexTable]:
        """Yield the goals that no rule with a source speaks of, if there are any."""
        heads = (
            *(self.say(key) for key in ("direction", "indicator", "unit")),
            self.say("baseline", year=self.base),
            self.say("target_year", year=self.end),
            self.say("rate"),
        )
        rows = []
        for row, direction in self._directions(self._asked[1]):
            cells = [row.item.name(self.lang), row.item.unit(self.lang), number(row.baseline)]
            cells += [number(row.values[self.end]), number(row.rate)]
            rows.append((*([direction] if direction else []), *map(AnnexCell, cells)))
        widths = (self._aside, 6.4, 2.4, 2.6, 2.6, 2.2)
        sides: tuple[Side, ...] = ("centre", "left", "centre", "right", "right", "right")
        if rows:
            yield AnnexTable(self.say("annex_others"), heads, widths, sides, tuple(rows))

    def _in_words(self) -> Iterator[AnnexTable]:
        """Yield what is said in words, in the years of which anything is, if there is anything."""
        words, end = self.plan.goals.words, self.end
        years = [y for y in self.plan.years if y == end or any(y in row.texts for row in words)]
        heads = (self.say("direction"), self.say("baseline", year=self.base),
                 *(self.say("target_year", year=year) for year in years))  # fmt: skip
        rows = [
            tuple(AnnexCell(text) for text in
                  (row.direction(self.lang), *(row.texts.get(y, "—") for y in (self.base, *years))))
            for row in words
        ]  # fmt: skip
        widths = (2.6, *([15.9 / (1 + len(years))] * (1 + len(years))))
        sides: list[Side] = ["left"] * len(heads)
        if rows:
            yield AnnexTable(self.say("annex_words"), heads, widths, tuple(sides), tuple(rows))

    def _stages(self) -> AnnexTable:
        heads = (
            *(self.say(key) for key in ("direction", "indicator", "unit")),
            self.say("baseline", year=self.base),
            *(self.say("target_year", year=year) for year in self.plan.years),
        )
        rows = []
        for row, direction in self._directions([*self._asked[0], *self._asked[1]]):
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
        keys = (
            "rule", "quote", "source_note", "indicator", "value", "requirement", "calculation", "status",
        )  # fmt: skip
        rows = [cells for verdict in annexed(self.plan.verdicts) for cells in self._rule(verdict)]
        usual = (1.0, 3.2, 3.1, 2.8, 1.6, 1.9, 3.5, 1.4)
        widths = self._wide(usual, (1.2, 3.3, 2.8, 2.5, 1.5, 2.75, 2.9, 1.6))
        sides: tuple[Side, ...] = (
            "centre", "left", "left", "left", "right", "right", "left", "centre",
        )  # fmt: skip
        heads = tuple(self.say(key) for key in keys)
        title = self.say("annex_rules")
        return AnnexTable(title, heads, widths, sides, tuple(rows), new_page=True)

    def _rule(self, verdict: Verdict) -> Iterator[tuple[AnnexCell, ...]]:
        """Yield a row for each year that a rule speaks of; its sentence and sources stand once."""
        lines, lettered = [verdict.head], named(verdict.rule, self.lang) == verdict.rule.id
        if lettered and not verdict.rule.is_choice:
            lines = [line for line in verdict.lines if line.basis == verdict.head.basis] or lines
        called = verdict.rule.id if lettered else "—"
        quote, title = verdict.rule.quote, verdict.rule.title(self.lang)
        quote = self.say("annex_quote", quote=quote, title=title) if quote else title
        first = [AnnexCell(text, len(lines)) for text in (called, quote, self._said(verdict))]
        for number_, line in enumerate(lines):
            yield (*([] if number_ else first), *self._line(verdict, line))

    def _line(self, verdict: Verdict, line: Line) -> Iterator[AnnexCell]:
        catalogue = self.plan.system.catalogue
        names = dict.fromkeys(catalogue.label(cell.indicator, self.lang) for cell in line.subject)
        unit = "%" if line.is_rate else ""
        known = line.requirement is not None and line.sense is not None
        requirement = (
            f"{line.sign}{line.requirement}{unit}"
            if known
            else messages.status("unknown", self.lang)
        )
        yield AnnexCell(f"{' + '.join(names)} {line.end.year}")
        yield AnnexCell("—" if line.value is None else f"{line.value}{unit}")
        yield AnnexCell(requirement)
        row = next((row for row in verdict.rule.rows if row.name == line.name), None)
        yield AnnexCell((calculation(line, row, self.plan.numbers) if row else "") or "—")
        word = line.status.value
        yield AnnexCell(messages.status(word, self.lang), strong=word == "unmet")

    def _said(self, verdict: Verdict) -> str:
        """Say what a rule rests on: the figure it is held against, and reasons given or due."""
        about = [f for f in self.plan.check() if f.rule == verdict.rule.id]
        told = [str(f.facts.get("answered") or "") for f in about]
        told += [verdict.rule.reason, self.plan.reasons.get(verdict.rule.id, "")]
        reason = self.say("reason") + messages.colon(self.lang)
        said = [f"{reason}{text}" for text in dict.fromkeys(told) if text]
        if not said and any(f.level is Obligation.NEEDS_REASON for f in about):
            said = [self.say("reason_due")]
        figures = [
            messages.said(said_of(f), self.lang) for f in figures_of(self.plan, verdict.rule)
        ]
        said = [*figures, *said]
        return "\n".join(said) or "—"

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
            yield f"{self.say('reading')}{colon}{item.title(lang)}{self.say('dash')}{title}"
        for verdict in annexed(plan.verdicts):
            for figure in figures_of(plan, verdict.rule):
                title = self.say("of_rule", name=named(verdict.rule, lang))
                yield f"{self.say('benchmark_of')}{title}{colon}{provenance(figure, lang)}"
        yield from self._reasons()
        for row in plan.goals:
            if row.item.remark:
                yield f"{row.item.name(lang)}{colon}{row.item.remark(lang)}"
        yield self.say("annex_made")

    def _reasons(self) -> Iterator[str]:
        """Yield the reasons given, for rules and for what no rule with a source speaks of."""
        plan, lang, colon = self.plan, self.lang, messages.colon(self.lang)
        called = {rule.id: named(rule, lang) for rule in plan.system.rules}
        for key, reason in plan.reasons.items():
            if key in called:
                yield f"{self.say('reason')}{self.say('of_rule', name=called[key])}{colon}{reason}"
        # Reasons for what no rule of the table above speaks of.
        told = {verdict.rule.id for verdict in annexed(plan.verdicts)}
        for finding in plan.check():
            if finding.facts.get("answered") and finding.rule not in told:
                yield messages.sentence(finding, lang, plan.system.catalogue)


def number(value: Decimal | None) -> str:
    """Return a number as printed, a dash where there is none."""
    return "—" if value is None else str(value)
