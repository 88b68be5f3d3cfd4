"""Phrasing: how the values of a field stand in the printed lines of its place, and back.

Two inverse functions over plain text. They know the form's field and nothing of Word, so that
filling and reading cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.core.numerals import NUMERALS, spelled
from planner.intake.form.choices import fill_choice, read_choice
from planner.intake.form.letters import find, letters, rest_after
from planner.model.formschema import Field

_UNITS = "个家项件户所"
_COUNT = re.compile(
    rf"数\s*量\s*[:：]?\s*(?:(-?\d[\d.]*|无)(?=[^\S\n]*(?:[{_UNITS}（(；;，,。\n]|名\s*称|$)))?\s*[{_UNITS}]?\s*([（(][^（）()\n]*[）)])?\s*[；;，,。]?"
)
_LEADING = re.compile(rf"^\s*[共计]?\s*(\d+)\s*(?:[{_UNITS}]\s*[：:，,、；;]?|[：:]|\n|$)")
_TRAILING = re.compile(rf"[（(，,、；;\s]*[共计]*\s*(\d+)\s*[{_UNITS}]\s*[）)]?\s*$")
_NAMES = re.compile(r"名\s*称\s*[:：]?")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_YEAR = re.compile(r"^\s*20\d\d\s*年\s*[:：]\s*")
_LIMIT = re.compile(
    r"^(?:[（(][^（）()]*\d+\s*字[^（）()]*[）)]|\d+\s*字以内[）)]?)[：:\s]*"
)  # of a label
_MERE_NUMBER = re.compile(r"[\s\d（()）.．、*★①②③④⑤⑥⑦⑧⑨⑩一二三四五六七八九十]*")
_COUNTED = re.compile(
    rf"(^|数\s*量\s*[:：]?\s*|[共计]\s*)({NUMERALS})(?=\s*[{_UNITS}]|\s*$)", re.MULTILINE
)
Values = Mapping[str, str]


# -- reading ------------------------------------------------------------------------------------


def read_values(field: Field, lines: Sequence[str]) -> dict[str, str]:
    """Return the values that the lines of a field's place hold, by part of the slot.

    Values are texts as they stand; blank ones are left out.
    """
    text = "\n".join(lines)
    if field.inside:
        text = inner_text(text, field)
    if field.kind == "choice":
        return read_choice(field, text)
    text = "\n".join(line for line in text.split("\n") if not _printed(line, field)).strip()
    if field.kind == "count":
        values = _read_count(text)
    elif field.kind == "number" and field.figure and field.figure.formula:
        values = _read_computed(text)
    elif field.kind in {"number", "series"}:
        values = {"": without_unit(_YEAR.sub("", _without_note(text, field)), field.unit)}
    else:
        values = {"": text}
    return {part: value for part, value in values.items() if value}


def inner_text(text: str, field: Field) -> str:
    """Return a box's text without the label that stands in it, as a rule above it."""
    for label in (*field.labels, *(label.split("（")[0] for label in field.labels)):
        rest = rest_after(text, label)
        if rest is not None:
            return _LIMIT.sub("", rest)
        if place := find(text, label):
            before = "" if _MERE_NUMBER.fullmatch(text[: place[0]]) else text[: place[0]]
            rest = _LIMIT.sub("", text[place[1] :].lstrip("）)：: "))
            return (before.rstrip("（( \n") + "\n" + rest).strip()
    return text


def _without_note(text: str, field: Field) -> str:
    """Return a number's text without the form's note, where both stand on one line."""
    span = find(text, field.note) if field.note else None
    return text if span is None else text[: span[0]].rstrip(" （(") + text[span[1] :].lstrip("）)")


def _printed(line: str, field: Field) -> bool:
    """Whether a line is the form's own: a hint or a note, or nothing."""
    known = [
        letters(part)
        for text in (field.hint, field.note, field.correction)
        for part in text.split("\n")
    ]
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


def _read_count(text: str) -> dict[str, str]:
    """Split a number and names, in any of the ways in which people put them down."""
    plain = _COUNTED.sub(_in_digits, text.translate(_WIDE))
    if plain.strip("。 \n") == "无":
        return {"count": "无", "names": "无"}
    if counted := _COUNT.search(plain):
        rest = plain[: counted.start()] + plain[counted.end() :]
        # What stands in brackets behind the number is a remark on it.
        names, remark = _named(rest), counted[2] or ""
        return {"count": counted[1] or "", "names": f"{names}{remark}"}
    if leading := _LEADING.match(plain):
        return {"count": leading[1], "names": _named(plain[leading.end() :])}
    if trailing := _TRAILING.search(plain):
        return {"count": trailing[1], "names": _named(plain[: trailing.start()])}
    return {"names": _named(plain)}


def _in_digits(match: re.Match[str]) -> str:
    """Return a count in digits that was spelled out."""
    count = spelled(match[2])
    return match[0] if count is None else f"{match[1]}{count}"


def _named(text: str) -> str:
    """Return names without their label and without what separated them from the number."""
    match = _NAMES.search(text)
    if match and not letters(text[: match.start()]):
        return text[match.end() :].strip()
    kept = text.strip().strip("；;，,：:、（(\n ")
    closed = kept.count("）") + kept.count(")") - kept.count("（") - kept.count("(")
    return kept[:-1] if closed > 0 and kept[-1] in "）)" else kept


# -- filling ------------------------------------------------------------------------------------


def fill_lines(field: Field, lines: Sequence[str], values: Values) -> list[str]:
    """Return the lines of a field's place with its values in; the inverse of reading them."""
    if not values:
        return list(lines)
    if field.kind == "choice":
        return fill_choice(field, list(lines), values)
    if field.kind == "count":
        return _fill_count(field, list(lines), values)
    if field.kind == "number" and field.figure and field.figure.formula:
        formula = f"（{values['formula']}）" if values.get("formula") else ""
        told = f"{values.get('', '')}{formula}"
        said = f"\n{field.correction}" if told and field.correction else ""
        return _put(field, list(lines), told + said)
    return _put(field, list(lines), values.get("", ""))


def _put(field: Field, lines: list[str], value: str) -> list[str]:
    """Put a text or number where the blank form leaves room."""
    if field.inside:
        span = find("\n".join(lines), field.label)
        length = span[1] if span else 0
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
        if line.startswith("数量") and values.get("count"):
            text = f"数量：{values['count']}{field.unit}"
        elif line.startswith("名称") and values.get("names"):
            text = f"名称：{values['names']}"
        filled += text.split("\n")
    return filled
