"""Beside: what stands in a row beside its figures and says something of them (§16).

Units in a column or a remark, a word that they are planned, of half a year or of others than the
cluster, the source, and whose row it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from planner.core.marks import Mark
from planner.core.numerals import read_number
from planner.intake.account import Ledger
from planner.intake.blocks import Block
from planner.intake.circumstances import LONGEST, part_said
from planner.intake.headings import Heading, read_heading
from planner.intake.unitlines import units_in_line
from planner.model.units import read_unit
from planner.model.vocabulary import bare, vocabulary

# Roles of columns whose words may say of a figure what it is.
_REMARKS = {"", "note", "direction", "computed", "source", "scope", "part"}
MERE = 2  # letters beside a word such as 预计数 that leave it what it is: 为预计数
FEW = 8  # letters of a remark that says no more than whose figure it is
SHORT = 20  # letters of a remark that says of a figure what it is


@dataclass(frozen=True)
class Beside:
    """What stands beside the figures of a row: a doubt, units near and above, source, cluster."""

    doubt: Heading
    units: tuple[tuple[str, str], ...]
    above: tuple[tuple[str, str], ...]
    source: str
    cluster: str
    kind: str = ""

    def on(self, told: Heading) -> Heading:
        """Return the heading of a figure with what is doubtful of its row."""
        doubt = self.doubt
        if not doubt.text or doubt.year not in {None, told.year} or told.doubt(hopes=False):
            return told
        rest = doubt.rest if _scope(doubt.text) or not (doubt.period or doubt.state) else ""
        text = f"{told.text} {doubt.text}".strip()
        return replace(told, text=text, period=doubt.period, state=doubt.state, rest=rest)


def beside(
    block: Block, row: int, units_above: tuple[str, ...], ledger: Ledger, *, hopes: bool = False
) -> Beside:
    """Return what stands beside the figures of a row; a remark that names a unit is booked.

    Where targets are wanted (`hopes`), that they are estimated is no doubt.
    """
    doubt = Heading("")
    units: list[tuple[str, str]] = []
    for mark, head, named in _words(block, row):
        if head.role == "period":
            if bare(mark.text) not in vocabulary().whole_years:
                doubt = Heading(f"{head.text} {mark.text}", period=mark.text)
            continue
        if mark.state or _is_figure(mark):
            continue
        told = read_heading(mark.text)
        own = [told.unit] if told.unit and not told.rest else []
        said = [("remark", unit) for unit in (*units_in_line(mark.text), *own)]
        units += said
        if said and ledger.is_open(block.sheet, mark):
            ledger.use(block.sheet, mark, "unit")
        if named and (scope := _doubted(mark.text, head, hopes=hopes)):
            doubt = replace(told, rest=scope)
        if len(mark.text) > SHORT or bare(mark.text) in vocabulary().properties:
            continue
        if hopes and told.state == "estimate":
            continue  # how a target was set
        if (told.period and not told.rest) or (told.state and len(told.rest) <= MERE):
            doubt = told
        elif scope := _scope(mark.text) or (_said_of(mark.text) if named else ""):
            doubt = replace(told, rest=scope)
    if unit := _text(block, row, "unit"):
        units.insert(0, ("column", unit))
    above = tuple(("above", unit) for unit in units_above)
    source, cluster = _text(block, row, "source"), _text(block, row, "cluster")
    kind = _text(block, row, "kind")
    return Beside(doubt, tuple(units), above, source, cluster, kind)


def _words(block: Block, row: int) -> Iterator[tuple[Mark, Heading, bool]]:
    """Yield what stands in a row beside its figures, and whether in a column with a heading.

    What is written into joined cells is said of each of their rows.
    """
    joined = [n for n, column in block.columns.items() if column.heading.role in _REMARKS]
    marks = {mark.column: mark for mark in block.sheet.rows[row]}
    for number in joined:
        seen = block.sheet.seen_at(row, number)
        if seen is not None:
            marks.setdefault(number, seen)
    for number, mark in sorted(marks.items()):
        column = block.columns.get(number)
        head = column.heading if column is not None else Heading("")
        figures = head.year is not None or head.kind
        if head.role == "period" or not (figures or head.role not in _REMARKS):
            yield mark, head, column is not None


@lru_cache(maxsize=4096)
def _said_of(text: str) -> str:
    """Return the words by which a remark says what a figure is: a part of it, or a forecast.

    >>> _said_of("2025年为规上口径"), _said_of("2025年为1-9月数据"), _said_of("由规划科汇总")
    ('规上', '1-9月', '')
    >>> _said_of("增加值"), _said_of("为全县第一大产业"), _said_of("此数为全县企业数")
    ('增加值', '', '全县')
    """
    words, plain = vocabulary(), bare(text)
    if found := words.another_thing.fullmatch(plain):
        return found[1]
    if part := part_said(text):
        return part
    match = words.said_of.search(plain)
    return match[1] if match else ""


def _doubted(text: str, head: Heading, *, hopes: bool = False) -> str:
    """Return the words by which a remark says that a figure does not count, or not all of it.

    >>> _doubted("有误，应为312", Heading("备注")), _doubted("否", Heading("是否必填"))
    ('有误', '')
    """
    words, plain = vocabulary(), bare(text)
    if head.role == "direction" or len(text) > LONGEST:
        return ""
    if head.text.startswith("是否"):
        if re.search(words.doubtful_if_so, head.text):
            return head.text if plain in {"是", "√", "y", "yes"} else ""
        if not re.search(words.counting, head.text):
            return ""
    outside = any(thing in plain for thing in words.outside_anyway)
    patterns = (
        *words.doubting,
        *(() if hopes else words.estimating),
        *(words.leaving_out if len(text) <= SHORT and not outside else ()),
    )
    found = (re.search(pattern, plain) for pattern in patterns)
    return next((match[0] for match in found if match), "")


def _is_figure(mark: Mark) -> bool:
    """Whether a cell holds a number, with its unit or without; 2025年为预计数 is none."""
    number = read_number(mark.text)
    return number.value is not None or (bool(number.unit) and read_unit(number.unit) is not None)


def _text(block: Block, row: int, role: str) -> str:
    """Return what a column says in a row; 同上 says what the row above does."""
    column = block.column(role)
    if column is None:
        return ""
    mark = block.sheet.seen_at(row, column)
    dittos, above = vocabulary().dittos, reversed(block.body)
    while mark is not None and bare(mark.text) in dittos:
        line = next((other for other in above if other < row), None)
        mark = None if line is None else block.sheet.seen_at(line, column)
    return mark.text.strip() if mark else ""


def _scope(text: str) -> str:
    """Return the word by which a remark says that a figure is of others, or of more.

    >>> _scope("规上企业口径"), _scope("含实用新型"), _scope("占全县研发投入的六成")
    ('规上', '实用新型', '')
    """
    words = vocabulary()
    if text.startswith(words.includes):
        return next(
            (word for word in words.others if word in text and word not in words.scopes), ""
        )
    whole = words.scope_word in text or len(text) <= FEW
    named = (word for word in words.scopes if text.startswith(word) and whole)
    # 规上与规下 are all of them.
    return next(
        (word for word in named if text[len(word) : len(word) + 1] not in set("与和及、")), ""
    )
