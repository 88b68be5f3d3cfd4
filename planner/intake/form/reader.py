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
from planner.intake.form.blank import blank_shapes
from planner.intake.form.choices import COUNT, OWN, TICKED, UNCLEAR
from planner.intake.form.document import read_outline
from planner.intake.form.leftovers import leftovers
from planner.intake.form.letters import letters, rest_after
from planner.intake.form.locations import Goals, Passage, Where
from planner.intake.form.locator import Located, locate_fields
from planner.intake.form.paragraphs import marked_text
from planner.intake.form.phrasing import read_values, without_unit
from planner.intake.form.stages import stated_targets, unread_targets
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue
from planner.model.forms import Form, load_form, shipped_forms
from planner.model.formschema import TICK, Content, Field, Option, Slot
from planner.model.units import read_unit

_NONE = {"无", "没有", "0个", "0家"}
_COUNTED = "家"  # what is counted may be none
ENOUGH = 8  # fields that have to be found before a document is taken for a form
_VALUE = re.compile(r"\s*([+\-−－]?[\d０-９][\d０-９.,．，\s]*)(.*)", re.DOTALL)


@dataclass(frozen=True)
class FormText:
    """What stands in a filled form, place by place, and what could not be placed."""

    form: Form
    name: str
    content: Content
    findings: tuple[Finding, ...]
    account: Account = field(default_factory=Account, repr=False, compare=False)
    tables: tuple[Entry, ...] = field(default=(), repr=False, compare=False)

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
    blocks, findings, asides = read_outline(path)
    tried = [form] if form else [load_form(key, catalogue) for key in shipped_forms()]
    placed = [(locate_fields(item, blocks, catalogue), item) for item in tried]
    located, text = max(placed, key=lambda pair: len(pair[0].places))
    if len(located.places) < min(ENOUGH, len(text.fields) // 2):
        raise refuse("form_not_recognised", path.name, str(len(located.places)))
    content: dict[Slot, str] = {}
    for key, where in located.places.items():
        values = _values(text.fields[key], where)
        content.update({Slot(key, part): value for part, value in values.items()})
    unclear = [slot for slot in content if slot.part in {UNCLEAR, OWN}]
    said = [
        *findings,
        *(_unclear(text, slot, content.pop(slot), path.name) for slot in unclear),
        *_both(text, content, path.name),
        *_at_least_one(text, content, path.name),
        *_missing(text, located, path.name),
        *_unknown_rows(text, located, path.name),
        *_repeated(text, located, path.name),
        *_joined(text, located, path.name),
        *_twice(text, located, path.name),
        *_unread_stages(text, content, catalogue, path.name),
    ]
    rest = leftovers(text, located, blocks, asides, catalogue, path.name)
    said += [*shape_findings(text, located, path.name, catalogue), *rest.findings]
    return FormText(text, path.name, content, tuple(said), rest.account, rest.entries)


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
        if item.options and not read.keys() - {UNCLEAR, OWN}:
            # Where nothing is ticked, what is underlined or highlighted is chosen.
            looks = [marked_text(line.element, TICKED) or line.text for line in where.lines(part)]
            chosen = read_values(item, looks)
            read = chosen if chosen and UNCLEAR not in chosen else read
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
    if slot.part == OWN:
        return Finding("form_option_unknown", Obligation.NEEDS_REASON, place, found=text,
                       facts=facts, ways_out=("use_options",))  # fmt: skip
    means = any(option.means for option in form.fields[slot.field].options)
    level = Obligation.MUST_FIX if means else Obligation.NEEDS_REASON
    return Finding(
        "form_tick_unclear", level, place, found=text, facts=facts, ways_out=("tick_plainly",)
    )


def _both(form: Form, content: Content, name: str) -> Iterator[Finding]:
    """Say where more is ticked than can be true."""
    for item in form:
        ticked = _ticks(form, item.id, content)
        if item.options and not item.many and len(ticked) > 1:
            place = slot_place(form, Slot(item.id), name)
            found = "、".join(option.text[:20] for option in ticked)
            yield Finding("form_tick_both", Obligation.MUST_FIX, place, found=found,
                          facts={"field": item.name}, ways_out=("tick_plainly",))  # fmt: skip


def _ticks(form: Form, key: str, content: Content) -> list[Option]:
    """Return the options of a field that are ticked."""
    options = enumerate(form.fields[key].options, 1)
    return [option for n, option in options if content.get(Slot(key, str(n))) == TICK]


def _at_least_one(form: Form, content: Content, name: str) -> Iterator[Finding]:
    """Say of a tick that says there were some, and not how many, that it counts as one."""
    for slot, raw in content.items():
        option = _ticked(form, slot, raw, content)
        if Slot(slot.field, COUNT) in content:
            continue
        if option is not None and option.means is not None and option.means.positive:
            facts = {"field": form.fields[slot.field].name}
            place = slot_place(form, Slot(slot.field), name)
            yield Finding("form_at_least_one", Obligation.NEEDS_REASON, place,
                          option.means.indicator, form.base_year, found=option.text, facts=facts,
                          ways_out=("give_reason",))  # fmt: skip


def _ticked(form: Form, slot: Slot, raw: str, content: Content) -> Option | None:
    """Return the option that a slot alone ticks, None for other slots."""
    item = form.fields[slot.field]
    if not item.options or raw != TICK or not slot.part.isdigit():
        return None
    if not item.many and len(_ticks(form, item.id, content)) > 1:
        return None
    return item.options[int(slot.part) - 1]


def _unread_stages(
    form: Form, content: Content, catalogue: Catalogue, name: str
) -> Iterator[Finding]:
    """Say which figures of the stage texts could not be taken for a target of their year."""
    for item in form:
        said = content.get(Slot(item.id), "") if item.draft == "stage" else ""
        if not said:
            continue
        for key, snippet in unread_targets(said, item.year or 0, catalogue):
            place = slot_place(form, Slot(item.id), name)
            yield Finding("stage_not_read", Obligation.NEEDS_REASON, place, key, item.year,
                          found=snippet, ways_out=("write_stage",))  # fmt: skip


def _twice(form: Form, located: Located, name: str) -> Iterator[Finding]:
    """Say once that two tables hold the same fields."""
    if located.twice:
        first = located.twice[0]
        names = "、".join(form.fields[key].name[:16] for key in located.twice[:6])
        place = slot_place(form, Slot(first), name)
        yield Finding("form_two_tables", Obligation.MUST_FIX, place, found=names,
                      expected=str(len(located.twice)), ways_out=("delete_table",))  # fmt: skip


def _repeated(form: Form, located: Located, name: str) -> Iterator[Finding]:
    """Say which rows stand twice in a table; the first one was read."""
    for key in located.repeats:
        place = slot_place(form, Slot(key), name)
        yield Finding("row_repeated", Obligation.MUST_FIX, place, found=form.fields[key].name,
                      ways_out=("delete_row",))  # fmt: skip


def _joined(form: Form, located: Located, name: str) -> Iterator[Finding]:
    """Say which fields have one box for several years; nobody can tell whose the figure is."""
    for key in located.joined:
        place = slot_place(form, Slot(key), name)
        yield Finding("value_merged", Obligation.MUST_FIX, place, found=form.fields[key].name,
                      ways_out=("split_cells",))  # fmt: skip


def _missing(form: Form, located: Located, name: str) -> Iterator[Finding]:
    for key in located.missing:
        if key in located.joined:
            continue
        if key in located.reworded:
            place, facts = slot_place(form, Slot(key), name), {"field": form.fields[key].name}
            yield Finding("form_label_other", Obligation.MUST_FIX, place, facts=facts,
                          found=located.reworded[key][:60], ways_out=("restore_label",))  # fmt: skip
            continue
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
        for head in where.others if isinstance(where, Goals) else ():
            wanted = "、".join(column.text for column in form.fields[key].columns)
            place = slot_place(form, Slot(key), name)
            dated = re.search(r"20\d\d", head)
            level = Obligation.MUST_FIX if dated else Obligation.NEEDS_REASON
            yield Finding("form_column_unknown", level, place, found=head[:40],
                          expected=wanted, ways_out=("correct_heading",))  # fmt: skip
    for key, where in located.places.items():
        for row, texts in where.again if isinstance(where, Goals) else ():
            for column in form.fields[key].columns:
                first = where.boxes.get((row, column.id)) if isinstance(where, Goals) else None
                told, known = texts.get(column.id, ""), first.text.strip() if first else ""
                if told and column.year is not None:
                    place = slot_place(form, Slot(key, f"{row}.{column.id}"), name)
                    yield Finding("duplicate", Obligation.MUST_FIX, place, row, column.year,
                                  found=told, expected=known, facts={"first": column.text},
                                  ways_out=("delete_row",))  # fmt: skip
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
    wanted = blank_shapes(form, catalogue)
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
    yield from (e for e in text.tables if (e.year.year or 0) <= text.form.base_year)


def goal_entries(text: FormText, catalogue: Catalogue) -> Iterator[Entry]:
    """Yield the targets of the form's goal tables, and those its stage texts name with a unit."""
    yield from (entry for year, entry in _entries(text, catalogue) if year > text.form.base_year)
    yield from (e for e in text.tables if (e.year.year or 0) > text.form.base_year)
    for item in text.form:
        if item.draft == "stage" and item.year is not None:
            said = text.content.get(Slot(item.id), "")
            for key, number in stated_targets(said, item.year, catalogue):
                place = text.place(Slot(item.id))
                yield Entry(key, item.year, number, place, wide=True, repeated=True)


def held(text: FormText) -> frozenset[Slot]:
    """Return the places whose numbers leave as entries; all others are answers.

    Rows that somebody added to a goal table are answers too: they say that they are wanted.
    """
    counts = {slot for slot in text.content if slot.part == COUNT}
    return frozenset(counts) | frozenset(
        slot
        for slot, key, _, number in _numbers(text.form, text.content)
        if text.form.fields[slot.field].lists(key)
        # That there was an accident is an answer too: the number does not say it all.
        and not (text.form.fields[slot.field].options and number != "0")
    )


def _entries(text: FormText, catalogue: Catalogue) -> Iterator[tuple[int, Entry]]:
    for slot, key, year, raw in _numbers(text.form, text.content):
        figure = raw
        if item := catalogue.indicators.get(key):
            if raw.strip() in _NONE and read_unit(item.unit.zh) == read_unit(_COUNTED):
                figure = "0"  # by the form's own instruction
            number, unit = number_of(raw)
            own = item.unit.zh.split("/")  # 件 is enough for 件/万人
            figure = number if len(own) > 1 and unit == own[0] else figure
        yield year, Entry(key, year, figure, text.place(slot), wide=True, repeated=True)


def _numbers(form: Form, content: Mapping[Slot, str]) -> Iterator[tuple[Slot, str, int, str]]:
    """Yield slot, indicator, year and text of every number that is an indicator's."""
    for slot, raw in content.items():
        item = form.fields[slot.field]
        if item.kind == "goals":
            row, _, name = slot.part.rpartition(".")
            column = next(column for column in item.columns if column.id == name)
            if column.year is not None and row not in item.worded:
                yield slot, row, column.year, raw
        elif item.options:
            option = _ticked(form, slot, raw, content)
            if option is not None and option.means is not None:
                count = content.get(Slot(slot.field, COUNT), "1")
                number = count if option.means.positive else "0"
                yield slot, option.means.indicator, form.base_year, number
        elif item.figure and item.figure.kind in {"level", "growth"} and slot.part != "formula":
            suffix = GROWTH_SUFFIX if item.figure.kind == "growth" else ""
            year = int(slot.part) if slot.part else form.base_year
            yield slot, item.figure.of + suffix, year, without_unit(raw, item.unit)
