"""``goals.xlsx``: the goal table with live formulas and the cached values of the plan.

Formulas are made from the same rows that judge the plan, with direct references to cells.
Every formula carries the plan's own value, so that a viewer that does not calculate shows
what the plan says. Measured baselines and targets are inputs; the rest follows.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from planner.compliance.goalrows import IN_WORDS, GoalRow
from planner.compliance.judge import Verdict
from planner.compliance.shown import named
from planner.core.rounding import places
from planner.core.version import __version__
from planner.export.basissheet import write_basis
from planner.export.chartsheet import write_charts
from planner.export.csvfiles import kinds_of
from planner.export.historysheet import write_history
from planner.export.inputcells import SHEET, InputCells
from planner.export.rulesheet import RuleSheet
from planner.export.styles import RULE, Book, around, columns
from planner.export.wordrows import YEAR_WIDTH, write_words
from planner.intake.returned import MANIFEST, pieces
from planner.model import messages
from planner.model.catalogue import Cell, Indicator
from planner.planning.store import dumps, plan_hash

if TYPE_CHECKING:
    from planner.planning.record import PlanRecord


HEADER_ROW = 4  # zero-based; what stands above says whose table it is
PAST_YEARS = 3
ROW_HEIGHT = 18


def goals_workbook(plan: PlanRecord, lang: str = "") -> bytes:
    """Return the workbook of a plan."""
    return _Workbook(plan, lang).build()


class _Workbook:
    """One workbook in the making: knows on which cell every number stands."""

    def __init__(self, plan: PlanRecord, lang: str) -> None:
        self.plan, self.lang = plan, lang
        self.base = plan.baseline.base_year
        self.rows = list(plan.goals)
        cluster = plan.baseline.cluster
        end = plan.years[-1]
        self.title = self.say("goal_title", cluster=cluster, base=self.base, end=end)
        self.book = Book(self.title)
        self.names = {key: self.say(key) for key in ("goals", "rules", "history", "charts")}
        self.goals = self.book.sheet(self.names["goals"])
        self.rules = self.book.sheet(self.names["rules"])
        self.charts = self.book.sheet(self.names["charts"])
        self.history = self.book.sheet(self.names["history"])
        self.basis = self.book.sheet(self.say("basis_sheet"))
        self.words = {
            key: messages.status(key, lang) for key in ("met", "unmet", "unknown", "free")
        }
        self.years = (self.base, *plan.years)
        self.column = {year: 3 + index for index, year in enumerate(self.years)}
        self.kinds = kinds_of(plan)
        self.id_column = (
            len(self.years) + 8 + bool(self.kinds)
        )  # hidden, after the last column that is printed
        self.line_of = {row.id: HEADER_ROW + 1 + index for index, row in enumerate(self.rows)}
        self.past_years, self.past_line = self._plan_history()
        self.word_line = {
            row.id: HEADER_ROW + 1 + len(self.rows) + index
            for index, row in enumerate(plan.goals.words)
        }
        self.inputs = InputCells(plan, self.line_of, self.column, self.names["goals"])

    def say(self, key: str, **facts: object) -> str:
        return messages.label(key, self.lang, **facts)

    # -- references ----------------------------------------------------------------------

    def ref(self, cell: Cell, sheet: str = "") -> str | None:
        """Return the reference to a number, seen from a sheet; None where it stands nowhere."""
        if cell.year in self.column and cell.indicator in self.line_of:
            name = f"{xl_col_to_name(self.column[cell.year])}{self.line_of[cell.indicator] + 1}"
            return name if sheet == self.names["goals"] else f"'{self.names['goals']}'!{name}"
        if cell.year in self.past_years and cell.indicator in self.past_line:
            column = xl_col_to_name(3 + self.past_years.index(cell.year))
            name = f"{column}{self.past_line[cell.indicator] + 1}"
            return name if sheet == self.names["history"] else f"'{self.names['history']}'!{name}"
        return None

    def _plan_history(self) -> tuple[tuple[int, ...], dict[str, int]]:
        baseline = self.plan.baseline
        known = [
            c.year for c in (*baseline.values, *baseline.growth) if c.year >= self.base - PAST_YEARS
        ]
        years = tuple(range(min([*known, self.base]), self.base + 1))
        keys = [c.indicator for c in baseline.values if c.year in years[:-1]]
        ids = [item.id for item in baseline.catalogue if item.id in set(keys)]
        rates = [f"{c.indicator}%" for c in baseline.growth if c.year in years]
        lines = {key: 2 + index for index, key in enumerate([*ids, *dict.fromkeys(rates)])}
        return years, lines

    def ratio(self, item: Indicator, year: int, sheet: str) -> str | None:
        """Return the formula, unrounded, of a ratio that follows from its parts."""
        if not self.plan.numbers.derived(item, year):
            return None
        num, den = self.ref(Cell(item.num, year), sheet), self.ref(Cell(item.den, year), sheet)
        if num is None or den is None:
            return None
        return f"{num}/{den}*{item.scale}" if item.scale != 1 else f"{num}/{den}"

    def past_factor(self, key: str, year: int, periods: int, basis: str, sheet: str) -> str | None:
        """Return the formula of a growth factor up to the base year, as the plan knows it."""
        if basis == "rates":
            parts = [
                self.ref(Cell(f"{key}%", past), sheet)
                for past in range(year - periods + 1, year + 1)
            ]
            if None in parts:
                return None
            return "*".join(f"(1+{part}/100)" for part in parts)
        if basis == "levels":
            now, then = self.ref(Cell(key, year), sheet), self.ref(Cell(key, year - periods), sheet)
            return f"{now}/{then}" if now and then else None
        return None

    def growth(self, item: Indicator, year: int, sheet: str) -> str | None:
        """Return the formula of a growth rate in per cent."""
        baseline = self.plan.system.baseline
        if year <= self.base:
            past = baseline.past_growth(item.of, year, item.periods, item.past)
            if past is None:
                return None
            factor = self.past_factor(item.of, year, past.periods, past.basis, sheet)
            return None if factor is None else f"(({factor})^(1/{past.periods})-1)*100"
        start = max(self.base, year - item.periods)
        now, then = self.ref(Cell(item.of, year), sheet), self.ref(Cell(item.of, start), sheet)
        parts = [f"{now}/{then}"] if now and then else []
        for past_year in range(year - item.periods + 1, self.base + 1):
            basis = "rates" if Cell(item.of, past_year) in baseline.growth else "levels"
            factor = self.past_factor(item.of, past_year, 1, basis, sheet)
            if factor is None:
                return None
            parts.append(f"({factor})")
        if not parts:
            return None
        return f"(({'*'.join(parts)})^(1/{item.periods})-1)*100"

    # -- sheets --------------------------------------------------------------------------

    def build(self) -> bytes:
        rules = RuleSheet(self)
        rules.write()
        write_history(self)
        self._write_goals(rules)
        write_basis(self.book, self.basis, self.plan, self.lang)
        write_charts(self.book, self.charts, self.rows, HEADER_ROW, self.chart_cells, self.lang)
        self.inputs.write(self.book.sheet(SHEET), self.rows)
        self._write_manifest()
        self.goals.activate()
        return self.book.close()

    def _write_goals(self, rules: RuleSheet) -> None:
        sheet, book = self.goals, self.book
        sheet.write_string(0, 0, self.title, book.format(bold=True, font_size=15))
        ruleset = self.plan.rules
        line = f"{self.say('rule_set')}{self.say('colon')}{ruleset.title(self.lang)}"
        sheet.write_string(1, 0, line, book.format(font_color="#555555"))
        sheet.write_string(2, 0, self.say("legend"), book.format(font_color="#555555"))
        heads = [self.say("direction"), self.say("indicator"), self.say("unit")]
        heads += ["" for _ in self.years]
        heads += [self.say(key) for key in ("rate", "requirement", "margin", "status", "basis")]
        heads += [self.say("target_kind")] if self.kinds else []
        for column, text in enumerate([*heads, "id"]):
            if text:
                sheet.write_string(HEADER_ROW, column, text, book.head())
        for year, column in self.column.items():
            key = "baseline" if year == self.base else "year"
            look = book.head(num_format=around(self.say(key, year="{}")))
            sheet.write_number(HEADER_ROW, column, year, look)
        sheet.set_default_row(ROW_HEIGHT)
        for row in self.rows:
            self._write_row(row, rules)
        fixed = {1: IN_WORDS(self.lang), self.id_column - 2 - bool(self.kinds): self.words["free"]}
        for said in self.plan.goals.words:
            write_words(
                book,
                sheet,
                self.word_line[said.id],
                said,
                self.column,
                fixed,
                self.id_column,
                self.lang,
            )
        last = HEADER_ROW + len(self.rows) + len(self.word_line)
        status = self.id_column - 2 - bool(self.kinds)
        name = xl_col_to_name(status)
        book.colour_statuses(sheet, f"{name}{HEADER_ROW + 2}:{name}{last + 1}", self.words)
        self._page(sheet, len(heads), last)
        widest = max((columns(row.direction(self.lang)) for row in self.rows), default=0)
        for column, width in ((0, max(10, widest + 2)), (1, 31), (2, 12), (len(heads) - 1, 9)):
            sheet.set_column(column, column, width)
        sheet.set_column(3, len(heads) - 2, YEAR_WIDTH)
        sheet.set_column(len(heads), len(heads), 18, None, {"hidden": True})
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        # No password: it keeps formulas from being typed over, not from being looked at.
        for locked in (sheet, self.rules, self.history, self.basis):
            locked.protect(
                "", {"format_columns": True, "format_rows": True, "select_locked_cells": True}
            )

    def _page(self, sheet: Any, columns: int, last: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.print_area(0, 0, last, columns - 1)
        sheet.set_footer(f"&L{plan_hash(self.plan)}&R&P / &N")

    def _write_row(self, row: GoalRow, rules: RuleSheet) -> None:
        sheet, book, item = self.goals, self.book, row.item
        line = self.line_of[row.id]
        sheet.write_string(line, 0, row.direction(self.lang), book.text())
        sheet.write_string(line, 1, item.name(self.lang), book.text())
        sheet.write_string(line, 2, item.unit(self.lang), book.text())
        for year in self.years:
            value = row.baseline if year == self.base else row.values[year]
            self.put_number(sheet, line, self.column[year], item, year, value, self.names["goals"])
            if year != self.base and value is not None and self.inputs.typed(row, year):
                self.inputs.restrict(sheet, row, year, self.lang)
        column = 3 + len(self.years)
        self._write_rate(row, line, column)
        self._write_requirement(row, line, column + 1, rules)
        self._write_status(row, line, column + 3, rules)
        called = {v.rule.id: named(v.rule, self.lang) for v in self.plan.verdicts}
        rested = self.say("between_names").join(called[key] for key in row.rules)
        sheet.write_string(line, column + 4, rested, book.text(align="center", shrink=True))
        if self.kinds:
            sheet.write_string(line, column + 5, self.kinds.get(row.id, ""), book.text())
        sheet.write_string(line, self.id_column, row.id, book.text())

    def put_number(
        self, sheet: Any, line: int, column: int, item: Indicator, year: int,
        value: Decimal | None, name: str,
    ) -> None:  # fmt: skip
        """Write a number: as a formula where it follows from others, as an input where not."""
        formula = None
        if item.kind == "ratio":
            formula = self.ratio(item, year, name)
        elif item.kind == "growth":
            formula = self.growth(item, year, name)
        usable = self.inputs.usable(Cell(item.id, year))
        if formula is not None and value is not None:
            text = f"ROUND({formula},{item.decimals})"
            text = f'=IF({usable}=1,IFERROR({text},""),"")' if usable else f"={text}"
            sheet.write_formula(
                line, column, text, self.book.number(item.decimals, "formula"), float(value)
            )
            return
        # Where nothing was planned no formula waits for a number: it is no place to type one.
        fixed = year == self.base or value is None
        look = self.book.number(item.decimals, "plain" if fixed else "input")
        if value is not None:
            sheet.write_number(line, column, float(value), look)
        else:
            sheet.write_blank(line, column, None, look)

    def _write_rate(self, row: GoalRow, line: int, column: int) -> None:
        ends = (self.plan.years[-1], self.base)
        last, first = (
            self.ratio(row.item, year, self.names["goals"])
            or f"{xl_col_to_name(self.column[year])}{line + 1}"
            for year in ends
        )
        periods = len(self.plan.years)
        value = row.rate
        if value is None:
            self.goals.write_blank(line, column, None, self.book.number(2, "formula"))
            return
        decimals = places(value)
        text = f"ROUND(((({last})/({first}))^(1/{periods})-1)*100,{decimals})"
        usable = self.inputs.usable(Cell(row.id, ends[0]))
        text = f'=IF({usable}=1,IFERROR({text},""),"")'
        look = self.book.number(decimals, "formula")
        self.goals.write_formula(line, column, text, look, float(value))

    def _write_requirement(self, row: GoalRow, line: int, column: int, rules: RuleSheet) -> None:
        sheet, decimals = self.goals, row.item.decimals
        if row.requirement is None or row.margin is None or row.line is None or row.sense is None:
            blank = self.book.number(decimals, "formula")
            sheet.write_blank(line, column, None, blank)
            sheet.write_blank(line, column + 1, None, blank)
            return
        # A ratio that only its parts show to fall short is shown with more decimals.
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        pattern += "####" if row.item.kind != "measured" else ""
        edge = {"border": 1, "border_color": RULE}
        signed = self.book.format(num_format=f'"{row.requirement_text[0]}"{pattern}', **edge)
        own = row.item.kind == "growth"
        source = RuleSheet.THRESHOLD if own else RuleSheet.REQUIREMENT
        text = "=" + rules.of_line(row.line, source)
        sheet.write_formula(line, column, text, signed, float(row.requirement))
        text = "=" + rules.of_line(row.line, RuleSheet.MARGIN)
        if own:
            digits = places(row.margin)
            end = f"{xl_col_to_name(self.column[self.plan.years[-1]])}{line + 1}"
            formula = self.growth(row.item, self.plan.years[-1], self.names["goals"]) or end
            pair = (formula, f"{xl_col_to_name(column)}{line + 1}")
            pair = pair if row.sense.sign > 0 else (pair[1], pair[0])
            text = f'=IFERROR(ROUND({pair[0]}-{pair[1]},{digits}),"")'
        look = self.book.format(num_format=pattern, **edge)
        sheet.write_formula(line, column + 1, text, look, float(row.margin))

    def _write_status(self, row: GoalRow, line: int, column: int, rules: RuleSheet) -> None:
        """Write the worst of what the rules say of the indicator, live."""
        name, words = self.names["rules"], self.words
        unmet, unknown, bound = [], [], []
        for verdict, number in self._concerning(row, rules):
            head = rules.status_cell(verdict)
            own = f"'{name}'!{xl_col_to_name(RuleSheet.STATUS)}{number + 1}"
            pair = f"'{name}'!{head}"
            unmet.append(f'AND({pair}="{words["unmet"]}",{own}="{words["unmet"]}")')
            if verdict.rule.level != "identity":
                # A way that was not taken asks nothing while the rule is met by another.
                taken = f'{own}="{words["met"]}",{pair}<>"{words["met"]}"'
                bound.append(f"OR({taken})" if verdict.rule.is_choice else "TRUE")
                unknown.append(f'AND({pair}="{words["unknown"]}",{own}="{words["unknown"]}")')
        look = self.book.text(align="center")
        if not unmet:
            self.goals.write_string(line, column, words[row.status], look)
            return
        rest = f'"{words["free"]}"'
        if "TRUE" in bound:
            rest = f'"{words["met"]}"'
        elif bound:
            rest = f'IF(OR({",".join(bound)}),"{words["met"]}",{rest})'
        if unknown:
            rest = f'IF(OR({",".join(unknown)}),"{words["unknown"]}",{rest})'
        text = f'=IF(OR({",".join(unmet)}),"{words["unmet"]}",{rest})'
        self.goals.write_formula(line, column, text, look, words[row.status])

    def _concerning(self, row: GoalRow, rules: RuleSheet) -> list[tuple[Verdict, int]]:
        key = row.item.of if row.item.kind == "growth" and row.line else row.id
        findings = []
        for verdict in self.plan.verdicts:
            if verdict.rule.scope != "target" or verdict.rule.level == "ambition":
                continue
            if row.item.kind == "growth" and verdict.rule.id not in row.rules:
                continue
            findings += [
                (verdict, rules.place[line.name])
                for line in verdict.lines
                if any(cell.indicator == key for cell in line.subject)
            ]
        return findings

    def chart_cells(self, row: GoalRow) -> tuple[int, int, int]:
        """Return where a row stands on the goal sheet: its line, its first and its last year."""
        columns = [self.column[year] for year in self.years]
        return self.line_of[row.id], columns[0], columns[-1]

    def _write_manifest(self) -> None:
        sheet = self.book.sheet(MANIFEST)
        plan = self.plan
        cells = {
            f"{xl_col_to_name(self.column[year])}{line + 1}": str(Cell(key, year))
            for key, line in self.line_of.items()
            for year in self.years
        }
        ids = f"{xl_col_to_name(self.id_column)}"
        written = {name: made for name, made in self.book.sheets.items() if name != MANIFEST}
        facts = {
            "plan": plan_hash(plan),
            "package": __version__,
            "rules": f"{plan.rules.id} {plan.rules.record.version} {plan.rules.hash}",
            "base_year": str(self.base),
            "sheet": self.names["goals"],
            "cells": cells,
            "ids": {f"{ids}{n + 1}": key for key, n in (self.line_of | self.word_line).items()},
            "numbers": {name: made.numbers for name, made in written.items() if made.numbers},
            "formulas": {name: made.formulas for name, made in written.items() if made.formulas},
            "texts": {name: made.texts for name, made in written.items() if made.texts},
            "plan_json": dumps(plan).decode(),
        }
        line = 0
        for key, value in facts.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for piece in pieces(text):
                sheet.write_string(line, 0, key)
                sheet.write_string(line, 1, piece)
                line += 1
        sheet.very_hidden()
