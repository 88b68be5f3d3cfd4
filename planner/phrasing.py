"""Phrasing: how the values of a field stand in the printed lines of its place, and back.

Two inverse functions over plain text. They know the form's field and nothing of Word, so that
filling and reading cannot drift apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from planner.forms import NONE, TICK, Field

NEAR = 40  # blanks and line breaks that may stand in and before a label
OPEN, TICKED = "□", "☑"
_OPEN_MARKS = "□☐○◻▢〇"
_TICK_MARKS = "☑☒■√✓✔✅▣●◼╳×"
_MARK = re.compile(rf"[{_OPEN_MARKS}{_TICK_MARKS}]")
_LEAD = re.compile(r"^[\s）)：:，,、]+")
_COUNT = re.compile(r"数\s*量\s*[:：]?")
_NAMES = re.compile(r"名\s*称\s*[:：]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
Values = Mapping[str, str]


def letters(text: str) -> str:
    """Reduce a text to letters, digits and characters: what is left of it in anybody's typing.

    >>> letters("集群 名称：（２０２５年）")
    '集群名称2025年'
    """
    return "".join(char for char, _ in _letters(text))


def _letters(text: str) -> list[tuple[str, int]]:
    """Return the letters of a text, each with its place."""
    return [
        (char, place)
        for place, raw in enumerate(text)
        for char in unicodedata.normalize("NFKC", raw).casefold()
        if unicodedata.category(char)[0] in "LN"
    ]


def find(text: str, wanted: str, start: int = 0) -> tuple[int, int] | None:
    """Return where a text stands in another, whatever the spaces, widths and punctuation.

    >>> find("□ 是（需附） □ 否", "否")
    (10, 11)
    """
    goal = letters(wanted)
    have = [(char, place) for char, place in _letters(text) if place >= start]
    at = "".join(char for char, _ in have).find(goal) if goal else -1
    return None if at < 0 else (have[at][1], have[at + len(goal) - 1][1] + 1)


def rest_after(text: str, label: str) -> str | None:
    """Return what follows a label at the beginning of a text; None if it does not begin so."""
    # A label stands at the beginning: however long the text is, no more of it is looked at.
    found = find(text[: 4 * len(label) + NEAR], label)
    if found is None or letters(text[: found[0]]):
        return None
    # Brackets and colons close the label; what stands on lines of its own is the text's.
    line, end, rest = text[found[1] :].partition("\n")
    return (_LEAD.sub("", line) + end + rest).strip()


# -- reading ------------------------------------------------------------------------------------


def read_values(field: Field, lines: Sequence[str]) -> dict[str, str]:
    """Return the values that the lines of a field's place hold, by part of the slot.

    Values are texts as they stand; blank ones are left out.
    """
    text = "\n".join(lines)
    if field.inside:
        text = _within(text, field)
    if field.kind == "choice":
        return _read_choice(field, text)
    text = "\n".join(line for line in text.split("\n") if not _printed(line, field)).strip()
    if field.kind == "count":
        values = _read_count(field, text)
    elif field.kind == "number" and field.figure and field.figure.formula:
        values = _read_computed(text)
    elif field.kind in {"number", "series"}:
        values = {"": without_unit(text, field.unit)}
    else:
        values = {"": text}
    return {part: value for part, value in values.items() if value}


def _within(text: str, field: Field) -> str:
    for label in field.labels:
        rest = rest_after(text, label)
        if rest is not None:
            return rest
    return text


def _printed(line: str, field: Field) -> bool:
    """Whether a line is the form's own: a hint or a note, or nothing."""
    known = [letters(part) for text in (field.hint, field.note) for part in text.split("\n")]
    return letters(line) in known and bool(letters(line))


def without_unit(text: str, unit: str) -> str:
    """Return a number as typed, its unit taken off.

    >>> without_unit("１２ 个", "个")
    '１２'
    """
    return text.strip().removesuffix(unit).strip() if unit else text.strip()


def _read_computed(text: str) -> dict[str, str]:
    """Split ``114.81（214÷18640×10000）`` or ``214/18640*10000=114.81`` into number and formula."""
    plain = text.replace("＝", "=")
    if match := re.fullmatch(r"([^（(=]*)[（(](.+)[）)]", text, re.DOTALL):
        return {"": match[1].strip(), "formula": match[2].strip()}
    if "=" in plain:
        formula, _, number = plain.rpartition("=")
        return {"": number.strip(), "formula": formula.strip()}
    return {"": text}


def _read_count(field: Field, text: str) -> dict[str, str]:
    names = _NAMES.search(text)
    head, tail = (text[: names.start()], text[names.end() :]) if names else (text, "")
    counted = _COUNT.search(head)
    if counted or names:
        number = head[counted.end() :] if counted else head
        return {"count": without_unit(number, field.unit), "names": tail.strip()}
    plain = unicodedata.normalize("NFKC", text)
    first = _NUMBER.match(plain)
    if not first:
        return {"names": text}
    rest = plain[first.end() :].removeprefix(field.unit)
    return {"count": first[0], "names": _LEAD.sub("", rest)}


def _read_choice(field: Field, text: str) -> dict[str, str]:
    places = {}
    for number, option in enumerate(field.options, 1):
        if place := _option_place(text, option.text):
            places[number] = place
    ordered = sorted(places.items(), key=lambda item: item[1])
    values: dict[str, str] = {}
    for index, (number, (start, end)) in enumerate(ordered):
        before = text[ordered[index - 1][1][1] if index else 0 : start]
        after = text[end : ordered[index + 1][1][0] if index + 1 < len(ordered) else len(text)]
        if _is_ticked(before, after):
            values[str(number)] = TICK
    if not values and len(ordered) == 1 and not _MARK.search(text):
        values[str(ordered[0][0])] = TICK  # the others were struck out
    if not values and any(letters(line) in {"无", "没有"} for line in text.split("\n")):
        values[NONE] = "无"
    return values


def _option_place(text: str, option: str) -> tuple[int, int] | None:
    """Return where an option stands, behind a mark rather than in the middle of a text."""
    first, start = None, 0
    while place := find(text, option, start):
        before = text[: place[0]].rstrip(" 　\t")
        if not before or before[-1] == "\n" or _MARK.match(before[-1]):
            return place
        first, start = first or place, place[0] + 1
    return first


def _is_ticked(before: str, after: str) -> bool:
    marks = _MARK.findall(before)
    if marks and marks[-1] in _TICK_MARKS:
        return True
    # Some put the tick behind the word; what follows a blank belongs to the next option.
    return bool(after) and after[0] in _TICK_MARKS


# -- filling ------------------------------------------------------------------------------------


def fill_lines(field: Field, lines: Sequence[str], values: Values) -> list[str]:
    """Return the lines of a field's place with its values in; the inverse of reading them."""
    if not values:
        return list(lines)
    if field.kind == "choice":
        return _fill_choice(field, list(lines), values)
    if field.kind == "count":
        return _fill_count(field, list(lines), values)
    if field.kind == "number" and field.figure and field.figure.formula:
        formula = f"（{values['formula']}）" if values.get("formula") else ""
        return _put(field, list(lines), f"{values.get('', '')}{formula}")
    return _put(field, list(lines), values.get("", ""))


def _put(field: Field, lines: list[str], value: str) -> list[str]:
    """Put a text or number where the blank form leaves room."""
    if field.inside:
        found = find("\n".join(lines), field.label)
        length = found[1] if found else 0
        kept = "\n".join(lines)[:length].count("\n") + 1
        return [*lines[:kept], *value.split("\n")]
    if field.unit and any(letters(line) == letters(field.unit) for line in lines):
        return [
            f"{value}{field.unit}" if letters(line) == letters(field.unit) else line
            for line in lines
        ]
    hint = letters(field.hint)
    if hint and not field.keep_hint:
        lines = [line for line in lines if letters(line) != hint]
    rest = [line for line in lines if line.strip()]
    if field.note:  # the note stays below
        notes = [line for line in rest if _printed(line, field)]
        return [*(line for line in rest if line not in notes), *value.split("\n"), *notes]
    return [*rest, *value.split("\n")]


def _fill_count(field: Field, lines: list[str], values: Values) -> list[str]:
    filled = []
    for line in lines:
        text = line
        if _COUNT.match(line) and values.get("count"):
            text = f"数量：{values['count']}{field.unit}"
        elif _NAMES.match(line) and values.get("names"):
            text = f"名称：{values['names']}"
        filled += text.split("\n")
    return filled


def _fill_choice(field: Field, lines: list[str], values: Values) -> list[str]:
    text = "\n".join(lines)
    for number, option in enumerate(field.options, 1):
        place = _option_place(text, option.text)
        if place is None or str(number) not in values:
            continue
        head = text[: place[0]].rstrip(" 　\t")
        if head and head[-1] in _OPEN_MARKS:
            text = text[: len(head) - 1] + TICKED + text[len(head) :]
        else:
            text = text[: place[0]] + TICKED + text[place[0] :]
    if values.get(NONE):
        text += f"\n{values[NONE]}"
    return text.split("\n")
