"""Input cells: what a person may type into the goal sheet, and whether what stands there can be used.

A sheet of its own, out of sight, says of every target whether it is a number that the plan would
take: blank, text, below zero or a part of a firm is none, and neither is what may have been meant in another unit. Whatever rests on such a cell is unknown,
as it is in the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from planner.compliance.goalrows import GoalRow
from planner.intake.doubts import JUMP
from planner.model import messages
from planner.model.catalogue import Cell, Indicator

if TYPE_CHECKING:
    from planner.planning.record import PlanRecord

SHEET = "_check"
WIDEST = 1_000  # per cent that growth may be


class InputCells:
    """Knows which cells of the goal sheet are typed in, and where each is said to be usable."""

    def __init__(
        self, plan: PlanRecord, lines: Mapping[str, int], columns: Mapping[int, int], goals: str
    ) -> None:
        self.plan, self.lines, self.columns, self.goals = plan, lines, columns, goals

    def typed(self, row: GoalRow, year: int) -> bool:
        """Whether a target is typed in: it follows from no others."""
        item = row.item
        if item.kind == "ratio":
            return not self.plan.numbers.derived(item, year)
        return item.kind != "growth" or item.of not in self.lines

    def usable(self, cell: Cell) -> str:
        """Return the cell that says whether a target can be used; '' where nobody can type one."""
        if cell.indicator not in self.lines or cell.year not in self.plan.years:
            return ""
        return f"'{SHEET}'!{self._name(cell)}"

    def all_usable(self, cells: list[Cell]) -> str:
        """Return the condition that some targets can all be used; '' where none is typed."""
        refs = dict.fromkeys(ref for cell in cells if (ref := self.usable(cell)))
        return "*".join(refs) + "=1" if refs else ""

    def _name(self, cell: Cell) -> str:
        return f"{xl_col_to_name(self.columns[cell.year])}{self.lines[cell.indicator] + 1}"

    def write(self, sheet: Any, rows: list[GoalRow]) -> None:
        """Write the sheet that says of every target whether it can be used."""
        for row in rows:
            for year in self.plan.years:
                known = int(self._known({each.id: each for each in rows}, row, year))
                text = self._formula(row, year)
                sheet.write_formula(self.lines[row.id], self.columns[year], text, None, known)
        sheet.very_hidden()

    def _formula(self, row: GoalRow, year: int) -> str:
        item = row.item
        if self.typed(row, year):
            name = f"'{self.goals}'!{self._name(Cell(row.id, year))}"
            tests = [f"ISNUMBER({name})"]
            tests += [f"N({name})>=0"] if item.kind != "growth" else []
            counted = item.kind == "measured" and not item.decimals
            tests += [f"N({name})=INT(N({name}))"] if counted else []
            tests += self._plausible(row, year, name) if item.kind == "measured" else []
            return f"=IF(AND({','.join(tests)}),1,0)"
        if item.kind == "ratio":
            parts = [Cell(item.num, year), Cell(item.den, year)]
            whole = f"'{self.goals}'!{self._name(Cell(item.den, year))}"
            return f"=IF({self.all_usable(parts) or '1=1'},IF(N({whole})>0,1,0),0)"
        parts = [Cell(item.of, at) for at in (year - item.periods, year)]
        return f"=IF({self.all_usable(parts) or '1=1'},1,0)"

    def _plausible(self, row: GoalRow, year: int, name: str) -> list[str]:
        """Return the tests on whether a number may have been meant in another unit."""
        tests = []
        if row.item.usual:
            low, high = (float(bound) for bound in row.item.usual)
            tests.append(f"OR(N({name})=0,AND(N({name})>={low:.15g},N({name})<={high:.15g}))")
        before = f"N('{self.goals}'!{self._name(Cell(row.id, year - 1))})"
        ends = f"MAX({before},N({name}))", f"MIN({before},N({name}))"
        few = f"AND({ends[1]}=INT({ends[1]}),{ends[0]}<{JUMP * JUMP},{ends[1]}<{JUMP})"
        tests.append(f"OR({ends[1]}<=0,{ends[0]}<{JUMP}*{ends[1]},{few})")
        return tests

    def _known(self, rows: Mapping[str, GoalRow], row: GoalRow, year: int) -> bool:
        """Whether a target can be used as the plan has it."""
        item = row.item
        if self.typed(row, year):
            return row.values[year] is not None
        if item.kind == "ratio":
            whole = self.plan.numbers.printed(item.den, year)
            return bool(whole) and self.plan.numbers.printed(item.num, year) is not None
        targets = [at for at in (year - item.periods, year) if at in self.plan.years]
        return all(self._known(rows, rows[item.of], at) for at in targets)

    def restrict(self, sheet: Any, row: GoalRow, year: int, lang: str) -> None:
        """Let a person type only what the indicator can be."""
        item, line, column = row.item, self.lines[row.id], self.columns[year]
        sheet.data_validation(line, column, line, column, _rule(item, lang))


def _rule(item: Indicator, lang: str) -> dict[str, Any]:
    whole = item.kind == "measured" and item.decimals == 0
    key = "typed_whole" if whole else "typed_number"
    rule: dict[str, Any] = {"validate": "integer" if whole else "decimal", "ignore_blank": False}
    if item.kind == "growth":
        rule |= {"criteria": "between", "minimum": -100, "maximum": WIDEST}
        key = "typed_growth"
    elif item.unit.zh == "%":
        rule |= {"criteria": "between", "minimum": 0, "maximum": 100}
        key = "typed_share"
    else:
        rule |= {"criteria": ">=", "value": 0}
    return rule | {
        "error_title": messages.label("typed_wrong", lang),
        "error_message": messages.label(key, lang, unit=item.unit(lang)),
    }
