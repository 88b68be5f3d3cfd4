"""Row names: what the rows of a table are called in full, and where a name may mean another thing.

Part of a name may stand in a row above or a column before; a part of a row that counts something
else may not be what its own words say (§4, §16).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from planner.core.findings import Finding, Obligation
from planner.core.marks import Mark
from planner.core.numerals import narrow
from planner.intake.blocks import Block
from planner.intake.columns import is_number
from planner.intake.headings import GROWING, read_heading
from planner.intake.labels import Label, read_label
from planner.model.catalogue import Catalogue
from planner.model.mapping import LEAVE, USE, FileMapping
from planner.model.units import read_unit
from planner.model.vocabulary import bare, vocabulary

NUMBER = "number"  # the dimension of what is counted


@dataclass
class RowNames:
    """Reads the labels of the rows of a sheet, one after the other."""

    catalogue: Catalogue
    answers: FileMapping
    findings: list[Finding] = field(default_factory=list)
    _labels: dict[str, Label] = field(default_factory=dict)
    _known: dict[str, bool] = field(default_factory=dict)
    _above: str = ""  # the label of the row before that has a name of its own
    _named: tuple[Mark, str] | None = None
    _parent: str = ""  # the last of these that is no part of another

    def knows(self, label: str) -> bool:
        """Whether a label is an indicator's, or was spoken of."""
        known = self._known.get(label)
        if known is None:
            told = self.label(label)
            known = self._known[label] = told.key is not None or bool(told.other) or told.ignored
        return known

    def is_indicator(self, text: str) -> bool:
        """Whether a text is the name of an indicator that is known."""
        return self.label(text).key is not None

    def label(self, text: str) -> Label:
        """Return what a label says; the same ones are asked for again and again."""
        told = self._labels.get(text)
        if told is None:
            told = read_label(text, self.catalogue, self.answers.labels)
            self._labels[text] = told
        return told

    def passed(self, label: Mark) -> None:
        """Note the label of a row, for the rows under it."""
        named, self._named = self._named, None
        if not self.is_indicator(label.text):
            if named is None or not self.is_indicator(named[1]):
                self._above = ""  # growth under it is that of something else
            return
        self._above = label.text.strip()
        if not label.text[:1].isspace() and not bare(label.text).startswith(vocabulary().part_word):
            self._parent = label.text

    def name(self, block: Block, row: int, label: Mark) -> str:
        """Return the name of a row in full, where a row above or a column before says part of it.

        Growth under an indicator's own row is that indicator's; 中小企业 under 产值（亿元） is
        中小企业产值.
        """
        if self._named is not None and self._named[0] is label:
            return self._named[1]  # asked for more than once, and long to find out
        name = self._full(block, row, label)
        self._named = label, name
        return name

    def _full(self, block: Block, row: int, label: Mark) -> str:
        text = label.text
        told, said = self.label(text), read_heading(text)
        group = self._group(block, row, label)
        if group is not None and group.text != text:
            stem, _, rest = narrow(group.text).partition("(")
            total = bare(text) in vocabulary().totals
            whole = stem.strip() if total else f"{text.strip()}{stem.strip()}"
            if self.label(whole).key and told.key != self.label(group.text).key:
                return f"{whole}({rest}" if rest else whole
        if told.key or told.other or said.kind not in GROWING or said.rest:
            return text
        whole = f"{narrow(self._above).partition('(')[0].strip()}{text.strip()}"
        return whole if self._above and self.label(whole).key else text

    def _group(self, block: Block, row: int, label: Mark) -> Mark | None:
        """Return the words of a column before the label by which rows are grouped."""
        for number in block.group_columns:
            if number >= label.column:
                continue
            mark = block.sheet.seen_at(row, number)
            if mark is not None and not is_number(mark):
                return mark
        return None

    def other_group(self, block: Block, row: int, label: Mark) -> str:
        """Return why a row may be about something else than its label alone says, with a question.

        The group it stands in names another indicator, or it is a part, without a unit of its
        own, of a row that counts something else.
        """
        told, name = self.label(label.text), self.name(block, row, label)
        if told.key is None or name != label.text:
            return ""
        if any(word in bare(label.text) for word in vocabulary().measuring):
            return ""  # it says itself what it counts
        group, code = self._group(block, row, label), "label_in_group"
        whose = group.text if group is not None else ""
        if not whose or bare(whose) in bare(label.text) or not self._counts(whose):
            part = label.text[:1].isspace() or bare(label.text).startswith(vocabulary().part_word)
            whose, code = self._parent if part else "", "label_under"
            unit = block.column("unit")
            if told.unit or (unit is not None and block.sheet.text(row, unit)):
                return ""
        if not self._counts(whose) or self._counts(whose) == self._counts(label.text):
            return ""
        key = block.sheet.key(row, label.column)
        way = self.answers.way(key)
        if way not in {USE, LEAVE}:
            place = block.sheet.place(row, label.column)
            fault = Finding(code, Obligation.MUST_FIX, place, told.key, ways_out=("take_row",))
            found, expected = label.text.strip()[:40], whose.strip()[:40]
            told_of = replace(fault, found=found, expected=expected, facts={"key": key})
            self.findings.append(told_of)
        return "" if way == USE else code

    def _counts(self, text: str) -> str:
        """Return what the indicator that a label names, or the unit in it, counts or measures."""
        told = self.label(text)
        item = self.catalogue.indicators.get(told.key or "")
        own = item.unit.zh if item is not None else told.unit
        unit = read_unit(own) if own else None
        return "" if unit is None else own if unit.measures == NUMBER else unit.measures
