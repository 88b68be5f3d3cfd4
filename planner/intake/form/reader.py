"""Reading a filled form: from a Word document to the text in every place of the form (§13).

The document is recognised by its labels, whoever typed it. Numbers leave here as entries, like
those of any table, so that one intake judges them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.core.archive import refuse
from planner.core.findings import Finding, Obligation, Place
from planner.intake.account import Account
from planner.intake.entry import Entry
from planner.intake.form.document import Block, read_outline
from planner.intake.form.locations import Goals, Passage, Where
from planner.intake.form.locator import Located, locate_fields
from planner.intake.form.phrasing import UNCLEAR, letters, read_values, rest_after, without_unit
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue
from planner.model.forms import Form, load_form, shipped_forms
from planner.model.formschema import TICK, Content, Field, Slot

ENOUGH = 8  # fields that have to be found before a document is taken for a form
_REACHES = "(?:达到|达|增加到|增至|提高到|提升到|降至|降到|下降到|控制在|保持在|稳定在|为|：)?"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_VALUE = re.compile(r"\s*([+\-−－]?[\d０-９][\d０-９.,．，\s]*)(.*)", re.DOTALL)


@dataclass(frozen=True)
class FormText:
    """What stands in a filled form, place by place, and what could not be placed."""

    form: Form
    name: str
    content: Content
    findings: tuple[Finding, ...]
    account: Account = field(default_factory=Account, repr=False, compare=False)

    def __repr__(self) -> str:
        """Say what was read without printing it."""
        return f"<FormText {self.name!r} {self.form.id}, {len(self.content)} places>"

    @property
    def cluster(self) -> str:
        """Return whose form it is."""
        return next((self.content[s] for s in self.form.cluster_slots if s in self.content), "")

    def place(self, slot: Slot) -> Place:
        """Return the place of a slot as the form's reader would name it."""
        return slot_place(self.form, slot, self.name)


def slot_place(form: Form, slot: Slot, file: str = "") -> Place:
    """Return where a slot stands: the part of the form, the field, and the place in it."""
    item = form.fields[slot.field]
    title = form.part_of[item.id].title
    return Place(file=file, sheet=title, cell=f"{item.name[:24]} {slot.part}".strip())


def read_form_text(path: Path, catalogue: Catalogue, form: Form | None = None) -> FormText:
    """Read every place of a filled form.

    Raises
    ------
    InputError
        When the file cannot be used, or is none of the forms known.
    """
    blocks, findings = read_outline(path)
    tried = [form] if form else [load_form(key, catalogue) for key in shipped_forms()]
    placed = [(locate_fields(item, blocks, catalogue), item) for item in tried]
    located, text = max(placed, key=lambda pair: len(pair[0].places))
    if len(located.places) < min(ENOUGH, len(text.fields) // 2):
        raise refuse("form_not_recognised", path.name, str(len(located.places)))
    content: dict[Slot, str] = {}
    for key, where in located.places.items():
        values = _values(text.fields[key], where)
        content.update({Slot(key, part): value for part, value in values.items()})
    unclear = [slot for slot in content if slot.part == UNCLEAR]
    said = [
        *findings,
        *(_unclear(text, slot, content.pop(slot), path.name) for slot in unclear),
        *_missing(text, located, path.name),
        *_unknown_rows(text, located, path.name),
    ]
    return FormText(
        text, path.name, content, (*said, *shape_findings(text, located, path.name, catalogue))
    )


def _values(item: Field, where: Where) -> dict[str, str]:
    if isinstance(where, Passage):
        text = _passage(item, where)
        return {"": text} if text else {}
    if isinstance(where, Goals):
        cells = {
            f"{row}.{column}": _with_unit(box.text.strip(), where.units.get(row, ""))
            for (row, column), box in where.boxes.items()
        }
        return {part: text for part, text in cells.items() if text}
    values: dict[str, str] = {}
    for part in where.boxes:
        read = read_values(item, [line.text for line in where.lines(part)])
        values.update({part or inner: _with_unit(v, where.unit) for inner, v in read.items()})
    return values


def _with_unit(text: str, unit: str) -> str:
    """Return a number with the unit that its typed label names, so that it is not passed over."""
    number, own = number_of(text)
    return f"{number}{unit}" if unit and number and not own else text


def _passage(item: Field, where: Passage) -> str:
    lines = [line.text for line in where.lines]
    if where.on_line:
        lines.insert(0, rest_after(where.heading.text, where.on_line) or "")
    printed = {letters(part) for text in (item.hint, item.note) for part in text.split("\n")}
    kept = [line.strip() for line in lines if line.strip() and letters(line) not in printed]
    return "\n".join(kept)


def _unclear(form: Form, slot: Slot, text: str, name: str) -> Finding:
    facts = {"field": form.fields[slot.field].name}
    place = slot_place(form, Slot(slot.field), name)
    return Finding("form_tick_unclear", Obligation.NEEDS_REASON, place, found=text, facts=facts,
                   ways_out=("tick_plainly",))  # fmt: skip


def _missing(form: Form, located: Located, name: str) -> Iterator[Finding]:
    for key in located.missing:
        place = slot_place(form, Slot(key), name)
        facts = {"field": form.fields[key].name}
        yield Finding(
            "form_unplaced",
            Obligation.NEEDS_REASON,
            place,
            facts=facts,
            ways_out=("restore_label",),
        )


def _unknown_rows(form: Form, located: Located, name: str) -> Iterator[Finding]:
    for key, where in located.places.items():
        for label in where.unknown if isinstance(where, Goals) else ():
            place = slot_place(form, Slot(key), name)
            yield Finding(
                "indicator_unknown",
                Obligation.NEEDS_REASON,
                place,
                found=label[:60],
                ways_out=("own_indicator",),
            )


def shape_findings(
    form: Form, located: Located, name: str, catalogue: Catalogue
) -> tuple[Finding, ...]:
    """Return which parts' tables are not drawn as in the blank form."""
    if not form.template.is_file():
        return ()
    blocks: tuple[Block, ...]
    blocks, _ = read_outline(form.template)
    wanted = locate_fields(form, blocks, catalogue).shapes
    titles = {part.id: part.title for part in form.record.parts}
    return tuple(
        Finding(
            "form_shape",
            Obligation.NEEDS_REASON,
            Place(file=name, sheet=titles[key]),
            ways_out=("use_form",),
        )
        for key, shape in wanted.items()
        if located.shapes.get(key) != shape
    )


# -- numbers as entries ---------------------------------------------------------------------------


def number_of(text: str) -> tuple[str, str]:
    """Split a number from the unit behind it.

    >>> number_of("４.６５ 亿元")
    ('４.６５', '亿元')
    """
    match = _VALUE.fullmatch(text)
    return (match[1].strip(), match[2].strip()) if match else (text, "")


def baseline_entries(text: FormText, catalogue: Catalogue) -> Iterator[Entry]:
    """Yield every number of the form that a baseline can hold."""
    yield from (entry for year, entry in _entries(text, catalogue) if year <= text.form.base_year)


def goal_entries(text: FormText, catalogue: Catalogue) -> Iterator[Entry]:
    """Yield the targets of the form's goal tables, and those its stage texts name with a unit."""
    yield from (entry for year, entry in _entries(text, catalogue) if year > text.form.base_year)
    for item in text.form:
        if item.draft == "stage" and item.year is not None:
            said = text.content.get(Slot(item.id), "")
            for key, number in stated_targets(said, item.year, catalogue):
                place = text.place(Slot(item.id))
                yield Entry(key, item.year, number, place, wide=True, repeated=True)


def stated_targets(said: str, year: int, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the targets a text states for a year: name, a word such as 达到, number and unit.

    >>> from planner.model.catalogue import shipped
    >>> text = "优质中小企业增加到40家，比上年增加2家。2025年有效发明专利达到214件。"
    >>> list(stated_targets(text, 2026, shipped()))
    [('quality_smes', '40')]
    """
    names = {name: item for item in catalogue if item.goal for name in (item.zh, *item.aliases)}
    taken: list[tuple[int, int]] = []
    for name in sorted(names, key=len, reverse=True):
        item = names[name]
        unit = re.escape(item.unit.zh)
        pattern = rf"{re.escape(name)}(?:数量|总量|拥有量)?\s*{_REACHES}\s*({_DIGITS})\s*{unit}"
        for match in re.finditer(pattern, said):
            inside = any(start <= match.start() < end for start, end in taken)
            if not inside and _is_of(said[: match.start()], year):
                yield item.id, match[1]
            taken.append(match.span())


def _is_of(before: str, year: int) -> bool:
    """Whether what follows a text is said of a year: no other one was named in the sentence."""
    sentence = re.split(r"[。；\n]", before)[-1]
    years = re.findall(r"(20\d\d)年", sentence)
    last = sentence[-1:]
    named = not years or int(years[-1]) == year
    return named and (not last or not last.isalnum() or last in "年底末")


def held(text: FormText) -> frozenset[Slot]:
    """Return the places whose numbers leave as entries; all others are answers.

    Rows that somebody added to a goal table are answers too: they say that they are wanted.
    """
    return frozenset(
        slot
        for slot, key, *_ in _numbers(text.form, text.content)
        if text.form.fields[slot.field].lists(key)
    )


def _entries(text: FormText, catalogue: Catalogue) -> Iterator[tuple[int, Entry]]:
    for slot, key, year, raw in _numbers(text.form, text.content):
        number, unit = number_of(raw)
        if item := catalogue.indicators.get(key):
            own = item.unit.zh.split("/")  # 件 is enough for 件/万人
            unit = "" if len(own) > 1 and unit == own[0] else unit
        units = (("column", unit),) if unit else ()
        yield year, Entry(key, year, number, text.place(slot), units, wide=True, repeated=True)


def _numbers(form: Form, content: Mapping[Slot, str]) -> Iterator[tuple[Slot, str, int, str]]:
    """Yield slot, indicator, year and text of every number that is an indicator's."""
    for slot, raw in content.items():
        item = form.fields[slot.field]
        if item.kind == "goals":
            row, _, name = slot.part.rpartition(".")
            column = next(column for column in item.columns if column.id == name)
            described = {rows.direction for rows in item.rows if rows.described}
            if column.year is not None and row not in described:
                yield slot, row, column.year, raw
        elif item.options:
            means = item.options[int(slot.part) - 1].means if slot.part.isdigit() else None
            if means and raw == TICK and not means.positive:
                yield slot, means.indicator, form.base_year, "0"
        elif item.figure and item.figure.kind in {"level", "growth"} and slot.part != "formula":
            suffix = GROWTH_SUFFIX if item.figure.kind == "growth" else ""
            year = int(slot.part) if slot.part else form.base_year
            yield slot, item.figure.of + suffix, year, without_unit(raw, item.unit)
