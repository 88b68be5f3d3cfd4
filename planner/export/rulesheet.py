"""The sheet of rules: every row with its requirement, value, margin and status as formulas."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol

from xlsxwriter.utility import xl_col_to_name

from planner.compliance.judge import FINER, Line, Verdict
from planner.compliance.rows import PARTS, Clause, Gap, Node, Row, Sense, leaves
from planner.compliance.shown import named, recomputed
from planner.core.rounding import places
from planner.model.catalogue import Cell, Indicator

if TYPE_CHECKING:
    from planner.export.inputcells import InputCells
    from planner.export.styles import Book
    from planner.planning.record import PlanRecord

# Powers and products carry binary noise far below a grid step; it is rounded off before a
# requirement is rounded up or down.
NOISE_DIGITS = 9


class Sheets(Protocol):
    """What this sheet needs of the workbook it is part of."""

    plan: PlanRecord
    book: Book
    inputs: InputCells
    lang: str
    names: dict[str, str]
    words: dict[str, str]
    rules: Any

    def say(self, key: str, **facts: object) -> str:
        """Return a label."""

    def ref(self, cell: Cell, sheet: str = "") -> str | None:
        """Return the reference to a number."""

    def ratio(self, item: Indicator, year: int, sheet: str) -> str | None:
        """Return the formula of a ratio."""

    def past_factor(self, key: str, year: int, periods: int, basis: str, sheet: str) -> str | None:
        """Return the formula of a past growth factor."""


class RuleSheet:
    """Writes one line for each row and remembers where it stands."""

    HEADS = (
        "rule", "title", "quote", "reading", "indicator", "years", "threshold",
        "requirement", "value", "margin", "status", "basis", "reason",
    )  # fmt: skip
    THRESHOLD, REQUIREMENT, VALUE, MARGIN, STATUS, WHOLE, REASON = 6, 7, 8, 9, 10, 11, 12
    FIRST = 2
    WIDTHS = (10, 18, 30, 16, 22, 10, 9, 10, 10, 9, 8, 8, 20)

    def __init__(self, sheets: Sheets) -> None:
        """Lay out the lines."""
        self.sheets = sheets
        self.name = sheets.names["rules"]
        self.verdicts = recomputed(sheets.plan.verdicts)
        self.place: dict[str, int] = {}
        self._first: dict[str, int] = {}
        line = self.FIRST
        for verdict in self.verdicts:
            self._first[self._key(verdict)] = line
            for item in verdict.lines:
                self.place[item.name] = line
                line += 1
        self.end = line

    @staticmethod
    def _key(verdict: Verdict) -> str:
        return f"{verdict.rule.scope}:{verdict.rule.id}"

    def status_cell(self, verdict: Verdict) -> str:
        """Return the cell that holds the status of a whole rule."""
        return f"{xl_col_to_name(self.WHOLE)}{self._first[self._key(verdict)] + 1}"

    def of_line(self, line: Line, column: int) -> str:
        """Return the reference to a figure of a line as the goal table shows it.

        Of a ratio's two lines that is the one recomputed from its parts where only that one
        falls short.
        """

        def at(name: str, wanted: int) -> str:
            return f"'{self.name}'!{self._cell(wanted, self.place[name])}"

        printed = line.name.removesuffix(PARTS)
        parts = printed + PARTS
        if parts not in self.place or printed not in self.place:
            return at(line.name, column)
        unmet = f'="{self.sheets.words["unmet"]}"'
        only = f"AND({at(parts, self.STATUS)}{unmet},NOT({at(printed, self.STATUS)}{unmet}))"
        return f"IF({only},{at(parts, column)},{at(printed, column)})"

    def write(self) -> None:
        """Write the sheet."""
        sheets, book = self.sheets, self.sheets.book
        sheet = sheets.rules
        title = book.format(bold=True, font_size=13)
        sheet.write_string(0, 0, self.name, title)
        heads = [sheets.say(key) for key in self.HEADS]
        heads[self.WHOLE] = sheets.say("rule") + sheets.say("status")
        for column, text in enumerate(heads):
            sheet.write_string(1, column, text, book.head())
        book.fit_row(sheet, 1, heads, [width - 2 for width in self.WIDTHS])
        for verdict in self.verdicts:
            judged = {leaf.name: leaf for leaf in leaves(verdict.rule.node)}
            for line in verdict.lines:
                self._write_line(verdict, line, judged[line.name])
            self._write_whole(verdict)
            self._write_reasons(verdict)
        for column, width in enumerate(self.WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 2)
        for column in (self.STATUS, self.WHOLE):
            letter = xl_col_to_name(column)
            book.colour_statuses(sheet, f"{letter}3:{letter}{self.end + 1}", sheets.words)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)

    def _write_line(self, verdict: Verdict, line: Line, leaf: Row | Gap) -> None:
        sheets, book, rule = self.sheets, self.sheets.book, verdict.rule
        sheet, lang = sheets.rules, sheets.lang
        number = self.place[line.name]
        catalogue = sheets.plan.system.catalogue
        first = line is verdict.lines[0]
        reading = rule.reading_title(lang) if rule.reading_title and first else ""
        if line.basis == "parts":
            reading = sheets.say("parts")
        quote = rule.quote if first else ""
        names = dict.fromkeys(catalogue.label(cell.indicator, lang) for cell in line.subject)
        wrap = book.text(text_wrap=True)
        # What has no letter in a document is called by its title alone.
        called = rule.id if named(rule, lang) == rule.id else ""
        texts = (called, rule.title(lang), quote, reading, " + ".join(names))
        book.fit_row(sheet, number, texts, self.WIDTHS)
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, wrap)
        years = sorted({cell.year for cell in line.subject})
        span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        sheet.write_string(number, 5, span, book.text(align="center"))
        item = catalogue[line.subject[0].indicator]
        finer = line.basis == "parts" or len({cell.year for cell in line.subject}) > 1
        decimals = item.decimals + (FINER if finer else 0)
        if line.is_rate:
            decimals = places(line.value)
        self._put(number, self.THRESHOLD, *self._threshold(leaf, item.decimals))
        guards = [self._guard(leaf, of) for of in ("limit", "subject", "both")]
        formulas = tuple(
            f'IF({guard},IFERROR({text},""),"")' if guard and text else text
            for guard, text in zip(guards, self._formulas(line, leaf, decimals), strict=True)
        )
        values = (line.requirement, line.value, line.margin)
        for column, formula, value in zip((7, 8, 9), formulas, values, strict=True):
            self._put(number, column, formula, value, decimals)
        self._write_status(number, line, leaf)

    def _guard(self, leaf: Row | Gap, of: Literal["limit", "subject", "both"] = "both") -> str:
        """Return the condition that the targets which a row, or a side of it, rests on can be used."""
        if isinstance(leaf, Gap):
            return ""
        sides = {"subject": leaf.subject, "limit": tuple(cell for cell, _ in leaf.limit.terms)}
        sides["both"] = (*sides["subject"], *sides["limit"])
        catalogue, cells = self.sheets.plan.system.catalogue, []
        for cell in sides[of]:
            item = catalogue[cell.indicator]
            derived = leaf.basis == "parts" and item.kind == "ratio"
            # Of a ratio that is held to its parts, these alone have to be there.
            cells += [Cell(item.num, cell.year), Cell(item.den, cell.year)] if derived else [cell]
        return self.sheets.inputs.all_usable(cells)

    def _write_reasons(self, verdict: Verdict) -> None:
        """Write why a rule may be missed, and what was answered where a reason was asked for."""
        told = [verdict.rule.reason]
        about = (f for f in self.sheets.plan.check() if f.rule == verdict.rule.id)
        told += [str(finding.facts.get("answered") or "") for finding in about]
        text = "；".join(dict.fromkeys(said for said in told if said))
        if text:
            wrap = self.sheets.book.text(text_wrap=True)
            line = self._first[self._key(verdict)]
            self.sheets.rules.write_string(line, self.REASON, text, wrap)

    def _put(
        self, line: int, column: int, formula: str | None, value: Decimal | None, decimals: int
    ) -> None:
        sheet, book = self.sheets.rules, self.sheets.book
        if value is None:
            look = book.number(decimals, "plain")
            sheet.write_blank(line, column, None, look)
        elif formula is None:
            sheet.write_number(line, column, float(value), book.number(decimals, "plain"))
        else:
            look = book.number(decimals, "formula")
            sheet.write_formula(line, column, f"={formula}", look, float(value))

    def _threshold(self, leaf: Row | Gap, decimals: int) -> tuple[None, Decimal | None, int]:
        if isinstance(leaf, Gap):
            return None, None, 0
        if leaf.rate is not None:
            return None, leaf.rate.required, 2
        if leaf.limit.terms and not leaf.limit.constant:
            return None, None, 0
        value = leaf.limit.constant / len({cell.year for cell in leaf.subject})
        # A bound is written with the decimals it has, at least those of its indicator.
        return None, Decimal(value.numerator) / Decimal(value.denominator), decimals

    def _cell(self, column: int, line: int) -> str:
        return f"{xl_col_to_name(column)}{line + 1}"

    def _formulas(
        self, line: Line, leaf: Row | Gap, decimals: int
    ) -> tuple[str | None, str | None, str | None]:
        """Return the formulas of requirement, value and margin."""
        if isinstance(leaf, Gap):
            return None, None, None
        number = self.place[line.name]
        need, value = self._cell(self.REQUIREMENT, number), self._cell(self.VALUE, number)
        if leaf.basis == "rate":
            past = self._past_rate(leaf)
            margin = self._margin(line, past or value, self._cell(self.THRESHOLD, number))
            rounded = None if past is None else f"ROUND({past},{decimals})"
            return self._cell(self.THRESHOLD, number), rounded, margin
        limit = self._limit(leaf, number)
        requirement = None
        if leaf.basis == "parts":
            ratio, limit = self._from_parts(leaf, number)
            if ratio is None or limit is None:
                return None, None, None
            exact = f"({ratio[0]})/({ratio[1]})*{ratio[2]}"
            margin = self._margin(line, f"({exact})", f"({limit})")
            return f"ROUND({limit},{decimals})", f"ROUND({exact},{decimals})", margin
        count = len({cell.year for cell in leaf.subject})
        if count > 1:  # a bound on an average stands as one on the sum
            average, bound = f"({self._value(leaf)})/{count}", f"({limit})/{count}"
            margin = self._margin(line, average, bound)
            return f"ROUND({bound},{decimals})", f"ROUND({average},{decimals})", margin
        margin = self._margin(line, value, need)
        if limit is not None:
            rounding = {Sense.GE: "ROUNDUP", Sense.LE: "ROUNDDOWN", Sense.EQ: "ROUND"}[leaf.sense]
            quiet = f"ROUND({limit},{max(NOISE_DIGITS, decimals)})"
            requirement = f"{rounding}({quiet},{decimals})"
            if line.strict:
                step = f"{leaf.sense.sign}/10^{decimals}"
                requirement += f"+IF({quiet}={requirement},{step},0)"
                requirement = f"ROUND({requirement},{decimals})"
        return requirement, self._value(leaf), margin

    def _margin(self, line: Line, value: str, need: str) -> str:
        """Return the margin: with the decimals that the plan shows it with."""
        decimals = places(line.margin)
        if line.sense is Sense.EQ:
            return f"-ABS(ROUND({value}-{need},{decimals}))"
        pair = (need, value) if line.sense is Sense.LE else (value, need)
        return f"ROUND({pair[0]}-{pair[1]},{decimals})"

    def _past_rate(self, leaf: Row) -> str | None:
        rate = leaf.rate
        if rate is None:
            return None
        cell = leaf.subject[-1]
        factor = self.sheets.past_factor(
            cell.indicator, cell.year, rate.periods, rate.basis, self.name
        )
        sign = "-" if rate.decline else ""
        return None if factor is None else f"{sign}(({factor})^(1/{rate.periods})-1)*100"

    def _term(self, cell: Cell, *, exact: bool) -> str | None:
        item = self.sheets.plan.system.catalogue[cell.indicator]
        if exact:
            ratio = self.sheets.ratio(item, cell.year, self.name)
            return f"({ratio})" if ratio else None
        return self.sheets.ref(cell, self.name)

    def _limit(self, leaf: Row, number: int) -> str | None:
        """Return the right-hand side of a row, unrounded, with its threshold as a reference."""
        threshold = self._cell(self.THRESHOLD, number)
        exact = leaf.basis == "parts"
        if leaf.rate is not None:
            start = self._term(leaf.limit.terms[0][0], exact=exact)
            sign = "-" if leaf.rate.decline else "+"
            return (
                None if start is None else f"{start}*(1{sign}{threshold}/100)^{leaf.rate.periods}"
            )
        parts = []
        for cell, coefficient in leaf.limit.terms:
            term = self._term(cell, exact=exact)
            if term is None:
                return None
            parts.append(term if coefficient == 1 else f"{_fraction(coefficient)}*{term}")
        if leaf.limit.constant or not parts:
            count = len({cell.year for cell in leaf.subject})
            parts.append(f"{threshold}*{count}" if count > 1 else threshold)
        return "+".join(parts)

    def _value(self, leaf: Row) -> str | None:
        refs = [self.sheets.ref(cell, self.name) for cell in leaf.subject]
        return None if None in refs else "+".join(str(ref) for ref in refs)

    def _write_status(self, number: int, line: Line, leaf: Row | Gap) -> None:
        sheets, words = self.sheets, self.sheets.words
        look = sheets.book.text(align="center")
        word = words[line.status.value]
        if isinstance(leaf, Gap) or line.margin is None:
            sheets.rules.write_string(number, self.STATUS, word, look)
            return
        margin = self._cell(self.MARGIN, number)
        test = f"{margin}=0" if line.sense is Sense.EQ else f"{margin}>=0"
        if line.is_rate:
            test = self._rate_test(leaf, line, number) or test
        need, value = self._cell(self.REQUIREMENT, number), self._cell(self.VALUE, number)
        known = f'AND({need}<>"",{value}<>"")'
        if leaf.basis == "parts" and (exact := self._parts_test(leaf, number)):
            test, known = exact, self._guard(leaf) or "1=1"
        # A ratio to a whole of which nothing is left is judged by its parts.
        parts, else_ = line.name + PARTS, f'"{words["unknown"]}"'
        if parts in self.place:
            else_ = self._cell(self.STATUS, self.place[parts])
        text = f'=IF({known},IF({test},"{words["met"]}","{words["unmet"]}"),{else_})'
        sheets.rules.write_formula(number, self.STATUS, text, look, word)

    def _rate_test(self, leaf: Row | Gap, line: Line, number: int) -> str | None:
        """Compare a past rate with its bound unrounded, up to the noise of binary numbers."""
        past = self._past_rate(leaf) if isinstance(leaf, Row) else None
        if past is None:
            return None
        sign = "<" if line.sense is Sense.LE else ">"
        equal = "" if line.strict else "="
        return f"ROUND({past}-{self._cell(self.THRESHOLD, number)},{NOISE_DIGITS}){sign}{equal}0"

    def _from_parts(self, leaf: Row, number: int) -> tuple[tuple[str, str, str] | None, str | None]:
        """Return numerator, denominator and scale of a ratio, summed up, and its limit."""
        item = self.sheets.plan.system.catalogue[leaf.subject[0].indicator]
        limit, sums = self._limit(leaf, number), []
        for part in (item.num, item.den):
            refs = [self.sheets.ref(Cell(part, cell.year), self.name) for cell in leaf.subject]
            if None in refs:
                return None, None
            sums.append("+".join(map(str, refs)))
        count = len(leaf.subject)
        limit = f"({limit})/{count}" if limit is not None and count > 1 else limit
        return (sums[0], sums[1], str(item.scale)), limit

    def _parts_test(self, leaf: Row, number: int) -> str | None:
        """Compare a ratio with its limit as a product, up to the noise of binary numbers.

        Nothing is divided by a whole of which nothing is left.
        """
        ratio, limit = self._from_parts(leaf, number)
        if ratio is None or limit is None:
            return None
        sign = {Sense.GE: ">", Sense.LE: "<"}.get(leaf.sense, "")
        equal = "" if leaf.beyond else "="
        bound = f"({limit})*({ratio[1]})"
        return f"ROUND((({ratio[0]})*{ratio[2]}-{bound})/MAX(ABS({bound}),10^-9),12){sign}{equal}0"

    def _write_whole(self, verdict: Verdict) -> None:
        """Write the status of the rule: how many of its parts have to hold."""
        sheets, words = self.sheets, self.sheets.words
        number = self._first[self._key(verdict)]
        met = self._holds(verdict.rule.node, f'="{words["met"]}"')
        open_ = self._holds(verdict.rule.node, f'<>"{words["unmet"]}"')
        text = f'=IF({met},"{words["met"]}",IF({open_},"{words["unknown"]}","{words["unmet"]}"))'
        look = sheets.book.text(align="center", bold=True)
        word = words[verdict.status.value]
        sheets.rules.write_formula(number, self.WHOLE, text, look, word)

    def _holds(self, node: Node, test: str) -> str:
        if isinstance(node, Clause):
            parts = [f"({self._holds(child, test)})" for child in node.children]
            return f"{'+'.join(parts)}>={node.need}"
        return f"{self._cell(self.STATUS, self.place[node.name])}{test}"


def _fraction(value: Fraction) -> str:
    return (
        str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    )
