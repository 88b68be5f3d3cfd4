"""Entries in: numbers as somebody wrote them to levels and growth rates, every fault located (§1, §9).

All sources meet here as :class:`Entry`; one pass collects all findings. What the file itself
proves of a number is applied and said; what can be read in two ways is asked
(:mod:`planner.intake.doubts`); what cannot be understood is left out, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from planner.core.findings import Obligation
from planner.core.marks import DATE, ERROR, STRUCK, UNSAVED
from planner.core.numberformats import shown
from planner.core.numerals import Numeral, narrow, read_number
from planner.intake.doubts import unit_of
from planner.intake.entry import Candidate, Entry
from planner.intake.figures import read_figure
from planner.intake.headings import GROWING, Heading, read_heading
from planner.intake.labels import Label, grown, read_label, stated_label
from planner.intake.settling import Settlement
from planner.model.catalogue import Cell, Indicator
from planner.model.mapping import LEAVE, USE
from planner.model.stated import read_stated
from planner.model.units import read_unit
from planner.model.vocabulary import bare, vocabulary

EARLIEST, LATEST = 1990, 2100
# What our own goal table says of how its targets were stated: 2028: >=260; 2027: +5.
_BY_YEAR = re.compile(r"(20\d\d)\s*[:：]\s*([^;；]+)")
_IN_UNIT = {"level", "added", "added_yearly"}  # measures in the indicator's own unit
_SIGNS = "()（）[]_ -–+¥￥↑↓▲▼★*"  # what a format writes beside a number without saying anything
_BRACKET = re.compile(r"[(（\[【]")
# Kinds of figures that are no level, no growth of one year and no index of it.
_NO_FIGURE = {"average", "change", "share", "decline"}


@dataclass
class Intake(Settlement):
    """Reads entries: which indicator, which year, which number in which unit.

    Collects them into levels and growth rates; :meth:`settle` takes them when all are read.
    """

    _unknown: set[tuple[str, int, str]] = field(init=False, default_factory=set)
    _before: str = field(init=False, default="")  # the indicator of the entry before

    def add(self, entry: Entry) -> None:
        """Take in one entry; what it is worth is settled when all are known."""
        number = _number(entry)
        if not entry.label:
            if not number.blank:
                self.fault("indicator_missing", entry, found=number.text)
            return
        entry = self._stated_in_label(entry) if self.hopes else entry
        label = read_label(entry.label, self.catalogue, self.answers.labels)
        if label.ignored:
            self.leave(entry, "ignored")
            return
        if label.key is None or self._is_no_figure(label, entry):
            self._unknown_label(entry, number, label)
            return
        if self.answers.way(entry.key) == LEAVE:
            self.leave(entry, "asked")
            return
        key = grown(label.key, entry.kind, self.catalogue)
        item = self.catalogue.indicators.get(label.key)
        if (
            key == label.key
            and entry.kind in GROWING
            and item is not None
            and item.kind != "growth"
        ):
            if not number.blank:
                self.fault("growth_of_ratio", entry, indicator=label.key, found=number.text[:40],
                           ways_out=("write_level",))  # fmt: skip
            return
        label = label if key == label.key else replace(label, key=key)
        self._aside(entry, label)
        when = self._year(entry, label)
        if when is not None:
            self._read(entry, label, when, number)

    def _stated_in_label(self, entry: Entry) -> Entry:
        """Return an entry whose label says how its number is meant, with that said apart.

        新增高新技术企业（以上） is at least so many more high-tech firms.
        """
        told = stated_label(entry.label)
        if told is None or entry.target_kind:
            return entry
        plain, pattern = told
        known = read_label(plain, self.catalogue, self.answers.labels).key is not None
        return replace(entry, label=plain, target_kind=pattern) if known else entry

    def _is_no_figure(self, label: Label, entry: Entry) -> bool:
        """Whether label or heading say that the number is another figure than the indicator's."""
        kinds = {label.kind, entry.kind} & _NO_FIGURE
        named = label.key if _BRACKET.search(label.text) is None else None
        return bool(kinds) and (named is None or self.catalogue.find(label.text) != named)

    def _aside(self, entry: Entry, label: Label) -> None:
        """Doubt a part whose whole is not the figure above it: 其中 is of what went before."""
        before, self._before = self._before, label.key or ""
        item = self.catalogue.indicators.get(label.key or "")
        if (
            item is None
            or not bare(label.text).startswith(vocabulary().part_word)
            or before == label.key
        ):
            return
        above = self.catalogue.indicators.get(before)
        wholes = {before, above.part_of if above else ""} - {""}
        if before and item.part_of not in wholes and item.num not in wholes:
            self.note("label_remark", Obligation.NEEDS_REASON, entry, indicator=item.id,
                      found=label.text[:30], ways_out=("map_label",))  # fmt: skip

    def _year(self, entry: Entry, label: Label) -> int | None:
        """Return the year of an entry, None where there is none or it is not all of it."""
        told = entry.year if isinstance(entry.year, Heading) else read_heading(entry.year)
        year = told.year if told.year is not None else label.year
        found = told.text
        if label.year is not None and year != label.year:
            self.fault("year_conflict", entry, indicator=label.key or "", year=year,
                       found=label.text, expected=told.text, ways_out=("correct_either",))  # fmt: skip
            return None
        if year is None or not EARLIEST <= year <= LATEST:
            code = "year_wrong" if found.strip() and found != "None" else "year_missing"
            ways = ("give_base_year",) if code == "year_missing" and not self.hopes else ()
            self.fault(code, entry, indicator=label.key or "",
                       found=found if code == "year_wrong" else "", ways_out=ways)  # fmt: skip
            return None
        whole = told
        if label.period or label.state:
            period, state = told.period or label.period, told.state or label.state
            whole = replace(told, period=period, state=state)
        if label.rest and not label.other:
            self.note(
                "label_remark",
                Obligation.NEEDS_REASON,
                entry,
                indicator=label.key or "",
                year=year,
                found=label.rest,
                ways_out=("map_label",),
            )
        if not whole.doubt(hopes=self.hopes):
            if whole.state == "preliminary":
                self.note("figure_preliminary", Obligation.NEEDS_REASON, entry, indicator=label.key or "",
                          year=year, found=told.text or label.text)  # fmt: skip
            return year
        way = self.answers.way(entry.key, f"{label.key}@{year}", label.key or "")
        if way == USE:
            return year
        if way == LEAVE:
            self.leave(entry, "asked")
            return None
        self.note(
            "year_doubtful",
            Obligation.MUST_FIX,
            entry,
            indicator=label.key or "",
            year=year,
            found=told.text if told.doubt(hopes=self.hopes) else label.text,
            facts={"key": entry.key or f"{label.key}@{year}"},
            ways_out=("take_year", "write_year"),
        )
        self.leave(entry, "year_doubtful")
        return None

    def _unknown_label(self, entry: Entry, number: Numeral, label: Label) -> None:
        self.leave(entry, "indicator_unknown")
        if entry.wide and number.blank:
            return  # a heading or a remark: nothing is lost
        mark = (entry.place.sheet, entry.place.line, entry.label)
        if mark in self._unknown:
            return
        self._unknown.add(mark)
        near = label.key or self.catalogue.nearest(entry.label)
        facts: dict[str, Any] = {}
        if near:
            facts = {"near": near, "near_name": self.catalogue.label(near, "zh")}
        if label.other:
            facts["other"] = label.other
        ways = ["did_you_mean"] if near and not label.other else []
        if label.other:
            ways.append("other_thing")
        ways.append("map_label" if near or label.other else "own_indicator")
        self.note(
            "indicator_unknown",
            Obligation.MUST_FIX,
            entry,
            found=entry.label[:60],
            facts=facts,
            ways_out=tuple(ways),
        )

    def _read(self, entry: Entry, label: Label, year: int, number: Numeral) -> None:
        key = label.key or ""
        about: dict[str, Any] = {"indicator": key, "year": year}
        item = self.catalogue.indicators.get(key)
        if item is not None and item.kind != "growth" and not number.blank:
            self.years.add(year)
        state = entry.mark.state if entry.mark is not None else ""
        if state == STRUCK:
            self.note(
                "value_struck",
                Obligation.NEEDS_REASON,
                entry,
                **about,
                found=number.text[:40],
                ways_out=("unstrike",),
            )
            self.leave(entry, "value_struck")
        elif state == UNSAVED:
            self.fault(
                "formula_unsaved", entry, **about, found=number.text[:40], ways_out=("save_again",)
            )
        elif self.hopes and item is not None and self._target(entry, label, year, number, item):
            pass  # a target in other words than a level
        elif state == ERROR or number.error:
            self.fault(
                "cell_error", entry, **about, found=number.text[:40], ways_out=("write_number",)
            )
        elif item is not None and item.kind != "growth" and narrow(number.text)[:1] == "+":
            self.fault(
                "wish_signed", entry, **about, found=number.text[:40], ways_out=("wish_reached",)
            )
        elif number.blank:
            level = Obligation.INFO if entry.wide else Obligation.NEEDS_REASON
            self.note(
                "value_blank", level, entry, **about, found=number.text, ways_out=("fill_or_leave",)
            )
            self.leave(entry, "value_blank")
        elif number.value is None and (number.number is None or read_unit(number.unit) is None):
            self.fault(
                "not_a_number", entry, **about, found=number.text[:40], ways_out=("write_number",)
            )
        else:
            self._measure(entry, label, year, number)

    def stated_by_year(self, item: Indicator, text: str) -> bool:
        """Take what our own goal table says of how targets were stated; return whether it does."""
        told = {int(year): read_stated(said, item.unit.zh) for year, said in _BY_YEAR.findall(text)}
        for year, said in told.items():
            if said is not None:
                self.stated.setdefault(Cell(item.id, year), said)
        return bool(told)

    def _target(
        self, entry: Entry, label: Label, year: int, number: Numeral, item: Indicator
    ) -> bool:
        """Take a target that is stated in other words than a level (§17); return whether it is one.

        What a column says of how the numbers are meant goes with a level beside it.
        """
        meant = "{}" in entry.target_kind
        if number.blank or number.error or (item.kind == "growth" and not meant):
            return False
        unit, text, cell = item.unit.zh, number.text, Cell(item.id, year)
        if self.stated_by_year(item, entry.target_kind):
            return False  # the level that it came to stands in the cell
        word = bare(entry.target_kind)
        kinds = vocabulary().target_kinds
        pattern = next((p for p, words in kinds.items() if word in words), "")
        pattern = entry.target_kind if meant else pattern
        if pattern and number.value is not None:
            text = pattern.format(number.value)
        elif number.value is not None and narrow(text)[:1] != "+":
            return False
        told = read_stated(text, unit)
        if told is None or told.is_level or (told.measure.startswith("points") and unit != "%"):
            return False
        if told.measure in _IN_UNIT and "%" not in text and read_stated(text) is not None:
            # No unit in the words themselves: that of the column or label holds.
            named = [*entry.units, *([("label", label.unit)] if label.unit else [])]
            said = unit_of(named, unit, item.unit.en)
            if said.wrong or said.others:
                self.fault("unit_differs", entry, indicator=item.id, year=year, found=text[:40],
                           expected=unit, ways_out=("write_in_unit",))  # fmt: skip
                return True
            told = told.times(said.factor)
        self.stated[cell] = told
        self.places[cell] = entry.place
        if self.ledger is not None and entry.sheet is not None and entry.mark is not None:
            self.ledger.use(entry.sheet, entry.mark, "target", item.id, year, unit, str(told))
        return True

    def _measure(self, entry: Entry, label: Label, year: int, number: Numeral) -> None:
        """Take a number with the unit that was stated for it."""
        key = label.key or ""
        item = self.catalogue.indicators.get(key)
        own, english = (item.unit.zh, item.unit.en) if item else ("%", "%")
        value = number.value if number.value is not None else number.number
        assert value is not None  # noqa: S101 - told by whoever calls
        hows = [*number.notes, *(["percent_sign"] if number.unit == "%" and own == "%" else [])]
        for how in hows:
            self._understood(entry, key, year, number.text, str(value), how)
        if number.aside or (entry.mark is not None and entry.mark.aside):
            aside = number.aside or (entry.mark.aside if entry.mark else "")
            self._understood(entry, key, year, number.text if aside in number.text else f"{number.text} [{aside}]",
                             str(value), "note_mark")  # fmt: skip
        code = entry.mark.format if entry.mark is not None else ""
        look = (
            shown(code)
            if entry.mark is not None and not isinstance(entry.mark.value, str)
            else shown("")
        )
        if look.nothing:
            self.fault("value_shown_not", entry, indicator=key, year=year, found=number.text[:40],
                       ways_out=("write_number",))  # fmt: skip
            return
        units = list(entry.units)
        if label.unit and entry.kind not in GROWING:  # growth has no unit of its level
            units.insert(1 if units and units[0][0] == "column" else 0, ("label", label.unit))
        if number.unit:
            units.insert(0, ("cell", number.unit))
        elif literal := look.literal.strip(_SIGNS):
            units.insert(0, ("format", literal))
        self.waiting.append(
            Candidate(
                entry,
                key,
                year,
                value,
                unit_of(units, own, english),
                percent=look.percent,
                places=look.places,
                index=label.kind == "index" or entry.kind == "index",
                growth=item is None or item.kind == "growth",
                item=item,
                text=number.text,
            )
        )

    def _understood(
        self, entry: Entry, key: str, year: int, found: str, value: str, how: str
    ) -> None:
        self.note(
            "number_understood",
            Obligation.INFO,
            entry,
            indicator=key,
            year=year,
            found=found,
            expected=value,
            facts={"how": how},
        )


def _number(entry: Entry) -> Numeral:
    """Read what stands in an entry; a cell of a sheet with what is told of it."""
    mark = entry.mark
    if mark is None:
        return read_figure(entry.raw)
    if mark.state in {ERROR, UNSAVED, STRUCK}:
        return Numeral(None, mark.text or mark.aside)
    if mark.state == DATE or isinstance(mark.value, bool):
        return Numeral(None, mark.text)
    if isinstance(mark.value, Decimal) and mark.text == format(mark.value, "f"):
        return read_number(mark.value)
    return read_figure(mark.text)
