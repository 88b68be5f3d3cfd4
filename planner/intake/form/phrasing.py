"""Phrasing: how the values of a field stand in the printed lines of its place, and back.

Two inverse functions over plain text. They know the form's field and nothing of Word, so that
filling and reading cannot drift apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from planner.model.formschema import NONE, TICK, Field

NEAR = 40  # blanks and line breaks that may stand in and before a label
OPEN, TICKED = "□", "☑"
_OPEN_MARKS = "□☐○◻▢"
_TICK_MARKS = "☑☒■√✓✔✅▣●◼"
_UNCLEAR_MARKS = "×╳✕✗✘"
_UNCLEAR_LETTERS = "xXvVｘＸ"
# A box, a tick, or a pair of brackets with a tick or nothing between.
_MARKS = re.compile(
    rf"[{_OPEN_MARKS}{_TICK_MARKS}{_UNCLEAR_MARKS}]"
    rf"|[（(\[［【]\s*[{_TICK_MARKS}{_UNCLEAR_LETTERS}]?\s*[）)\]］】]"
)
_MARK_PAIR = re.compile(rf"[{_OPEN_MARKS}][{_TICK_MARKS}]|[{_TICK_MARKS}][{_OPEN_MARKS}]")
# What is left of a tick in a font of signs, or typed for one, right before an option.
_LETTER_MARK = re.compile(r"(?<![A-Za-z0-9])[RVvＶＲ]\s*$")
_NOTHING = {"无", "没有", "暂无"}
_LEAD = re.compile(r"^[\s）)〕］】：:，,、]+")
_UNITS = "个家项件户所"
_COUNT = re.compile(rf"数\s*量\s*[:：]?\s*(\d+|无)?\s*[{_UNITS}]?\s*[；;，,。]?")
_LEADING = re.compile(rf"^\s*[共计]?\s*(\d+)\s*(?:[{_UNITS}]\s*[：:，,、；;]?|[：:]|\n|$)")
_TRAILING = re.compile(rf"[（(，,、；;\s]*[共计]*\s*(\d+)\s*[{_UNITS}]\s*[）)]?\s*$")
_NAMES = re.compile(r"名\s*称\s*[:：]?")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_YEAR = re.compile(r"^\s*20\d\d\s*年\s*[:：]\s*")
LONG = 4_000  # characters; no list of options is longer
SHORT = 2  # letters: an option such as 是 or 否
ALIKE = 0.88
_LIMIT = re.compile(
    r"^(?:[（(][^（）()]*\d+\s*字[^（）()]*[）)]|\d+\s*字以内[）)]?)[：:\s]*"
)  # of a label
_MERE_NUMBER = re.compile(r"[\s\d（()）.．、*★①②③④⑤⑥⑦⑧⑨⑩一二三四五六七八九十]*")
UNCLEAR = "?"  # the part under which a choice is given back that cannot be told
_NUMERALS = "零一二两三四五六七八九十"
_COUNTED = re.compile(rf"(^|数\s*量\s*[:：]?\s*|[共计]\s*)([{_NUMERALS}]{{1,3}})(?=\s*[{_UNITS}])")
_REMARK = re.compile(r"[（(][^（）()]{2,}[）)]")
_CHOSEN = re.compile(r"[\s选第项及和与、,，;；.．]*((?:[①-⑳]|\d{1,2})[\s项及和与、,，;；.．]*)+")
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
    span = find(text[: 4 * len(label) + NEAR], label)
    if span is None or letters(text[: span[0]]):
        return None
    # Brackets and colons close the label; what stands on lines of its own is the text's.
    line, end, rest = text[span[1] :].partition("\n")
    return (_LEAD.sub("", line) + end + rest).strip()


# -- reading ------------------------------------------------------------------------------------


def read_values(field: Field, lines: Sequence[str]) -> dict[str, str]:
    """Return the values that the lines of a field's place hold, by part of the slot.

    Values are texts as they stand; blank ones are left out.
    """
    text = "\n".join(lines)
    if field.inside:
        text = inner_text(text, field)
    if field.kind == "choice":
        return _read_choice(field, text)
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


def _read_count(text: str) -> dict[str, str]:
    """Split a number and names, in any of the ways in which people put them down."""
    plain = _COUNTED.sub(lambda match: f"{match[1]}{_counted(match[2])}", text.translate(_WIDE))
    if counted := _COUNT.search(plain):
        rest = plain[: counted.start()] + plain[counted.end() :]
        return {"count": counted[1] or "", "names": _named(rest)}
    if leading := _LEADING.match(plain):
        return {"count": leading[1], "names": _named(plain[leading.end() :])}
    if trailing := _TRAILING.search(plain):
        return {"count": trailing[1], "names": _named(plain[: trailing.start()])}
    return {"names": _named(plain)}


def _counted(words: str) -> int:
    """Return the number that Chinese numerals up to 99 name.

    >>> _counted("两"), _counted("十二"), _counted("三十")
    (2, 12, 30)
    """
    tens, ten, ones = words.rpartition("十")
    digits = {"两": 2} | {char: number for number, char in enumerate("零一二三四五六七八九")}
    if not ten:
        return digits.get(words[-1], 0)
    return 10 * (digits.get(tens[-1:], 1)) + digits.get(ones[-1:], 0)


def _named(text: str) -> str:
    """Return names without their label and without what separated them from the number."""
    match = _NAMES.search(text)
    if match and not letters(text[: match.start()]):
        return text[match.end() :].strip()
    return text.strip().strip("；;，,：:、（(\n ")


def _read_choice(field: Field, text: str) -> dict[str, str]:
    if len(text) > LONG:
        return {UNCLEAR: text[:40]}
    places = _option_places(field, text)
    ordered = sorted(places.items(), key=lambda item: item[1])
    segments, last = [], 0
    for _, (start, end) in ordered:
        segments.append((last, start))
        last = end
    segments.append((last, len(text)))
    marks = [list(_MARKS.finditer(text, *segment)) for segment in segments]
    if any(_LETTER_MARK.search(text[: place[0]]) for place in places.values()):
        return {UNCLEAR: text.strip()[:40]}
    if not any(marks):
        return _unmarked(field, text, [number for number, _ in ordered])
    said = _beside(field, text)
    ticked, unclear = _ticked(text, [place for _, place in ordered], marks)
    values = {str(ordered[index][0]): TICK for index in sorted(ticked)}
    if unclear:
        values = {UNCLEAR: text.strip()[:40]}
    elif not values and any(letters(line) in _NOTHING for line in text.split("\n")):
        values[NONE] = "无"
    elif not values and said:
        values = {UNCLEAR: said[:40]}
    return values


def _beside(field: Field, text: str) -> str:
    """Return what stands in a place besides its options and what the form prints there."""
    printed = "".join(
        letters(part)
        for part in (
            *(option.text for option in field.options),
            field.hint,
            field.note,
            *field.labels,
        )
    )
    # What stands in brackets behind an option is a remark on it, printed or not.
    lines = (_REMARK.sub(" ", line).strip() for line in text.split("\n"))
    kept = [line for line in lines if letters(line) and letters(line) not in printed]
    for option in sorted(field.options, key=lambda option: -len(option.text)):
        kept = [_MARKS.sub(" ", line) for line in kept]
        kept = [
            line[: place[0]] + line[place[1] :] if (place := find(line, option.text)) else line
            for line in kept
        ]
    rest = [line for line in kept if letters(line) and letters(line) not in printed]
    return " ".join(rest).strip()


def _unmarked(field: Field, text: str, left_over: list[int]) -> dict[str, str]:
    """Return what a place without any mark says: the options that were left standing in it."""
    if any(letters(line) in _NOTHING for line in text.split("\n")):
        return {NONE: "无"}
    left = len(left_over) < len(field.options) and (field.many or len(left_over) == 1)
    if left and left_over:
        return {str(number): TICK for number in sorted(left_over)}
    if not left_over and (numbers := _by_number(field, text)):
        return {str(number): TICK for number in numbers}
    said = _beside(field, text)
    return {UNCLEAR: said[:40]} if said else {}


def _by_number(field: Field, text: str) -> list[int]:
    """Return the options that are named by their numbers alone: ``①④⑧``, ``1、4``."""
    if not _CHOSEN.fullmatch(text.strip()):
        return []
    digits = re.findall(r"[①-⑳]|\d{1,2}", text)
    numbers = sorted({int(unicodedata.normalize("NFKC", digit)) for digit in digits})
    known = all(1 <= number <= len(field.options) for number in numbers)
    return numbers if known and (field.many or len(numbers) == 1) else []


def _ticked(
    text: str, places: list[tuple[int, int]], marks: list[list[re.Match[str]]]
) -> tuple[set[int], bool]:
    """Return which options are ticked, and whether that cannot be told.

    Marks stand before their options where one stands before the first, else behind them. A mark
    between two options that could be either's is looked at more closely.
    """
    ticked: set[int] = set()
    marks, mixed = _grouped(text, marks)
    before = bool(marks[0])
    count = sum(map(len, marks))
    unclear = mixed or any(_is_unclear(m[0]) for segment in marks for m in segment)
    for index, segment in enumerate(marks):
        last = index == len(places)
        for number, mark in enumerate(segment):
            own = number == len(segment) - 1 and not last  # the one next to the option that follows
            if index == 0:
                owner = 0
            elif last:
                owner = index - 1
            elif before:
                owner = index if own else index - 1
            elif count == len(places):
                owner = index - 1
            else:
                side = _nearer(text[places[index - 1][1] : mark.start()], text[mark.end() : places[index][0]])  # fmt: skip
                unclear |= side == 0 and _is_tick(mark)
                owner = index if side > 0 else index - 1
            if _is_tick(mark):
                ticked.add(owner)
    return ticked, unclear


def _is_unclear(mark: str) -> bool:
    """Whether a mark may mean yes and no alike."""
    return mark in _UNCLEAR_MARKS or any(char in _UNCLEAR_LETTERS for char in mark)


def _grouped(text: str, marks: list[list[re.Match[str]]]) -> tuple[list[list[re.Match[str]]], bool]:
    """Take a tick typed beside its box as one mark; say where that cannot be told."""
    grouped, mixed = [], False
    for index, segment in enumerate(marks):
        kept: list[re.Match[str]] = []
        for mark in segment:
            if kept and mark.start() < kept[-1].end():
                continue
            pair = _MARK_PAIR.match(text, mark.start())
            # Right behind a word it may be a tick of that one and the box of the next.
            own = index == 0 or not mark.start() or text[mark.start() - 1].isspace()
            mixed |= pair is not None and not own
            kept.append(pair if pair is not None and own else mark)
        grouped.append(kept)
    return grouped, mixed


def _nearer(left: str, right: str) -> int:
    """Return which neighbour a mark belongs to: -1 the one before, 1 the one behind, 0 unclear."""
    if "\n" in left or "\n" in right:
        return 1 if "\n" in left else -1
    return (len(left) > len(right)) - (len(left) < len(right))


def _is_tick(mark: re.Match[str]) -> bool:
    return any(char in _TICK_MARKS for char in mark[0])


def _option_places(field: Field, text: str) -> dict[int, tuple[int, int]]:
    """Return where each option stands, without those that lie within another one's text."""
    places: dict[int, tuple[int, int]] = {}
    for number, option in enumerate(field.options, 1):
        if place := _option_place(text, option.text):
            places[number] = place
    taken = list(places.values())
    for number, option in enumerate(field.options, 1):
        if number not in places and (place := _reworded(text, option.text, taken)):
            places[number] = place
    return {
        number: place
        for number, place in places.items()
        if not any(
            other != place and other[0] <= place[0] and place[1] <= other[1]
            for other in places.values()
        )
    }


def _option_place(text: str, option: str) -> tuple[int, int] | None:
    """Return where an option stands, behind a mark rather than in the middle of a text."""
    first, start = None, 0
    short = len(letters(option)) <= SHORT
    while place := find(text, option, start):
        start = place[0] + 1
        before, after = text[: place[0]].rstrip(" 　\t"), text[place[1] : place[1] + 1]
        if short and (_is_han(after) or _is_han(text[place[0] - 1 : place[0]])):
            continue  # part of a longer word, as 否 is of 是否
        if not before or before[-1] == "\n" or _MARKS.match(before[-1]):
            return place
        first = first or place
    return first


def _is_han(char: str) -> bool:
    return char.isalnum() and not unicodedata.normalize("NFKC", char).isascii()


def _reworded(text: str, option: str, taken: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the line that says an option in slightly other words, and no other one."""
    wanted = letters(option)
    start = 0
    for line in text.split("\n") if len(wanted) > 2 * SHORT else ():
        said = letters(line)
        close = abs(len(said) - len(wanted)) <= len(wanted) // 5
        free = not any(start <= place[0] < start + len(line) + 1 for place in taken)
        if free and close and SequenceMatcher(None, said, wanted).ratio() >= ALIKE:
            places = [place for _, place in _letters(line)]
            return start + places[0], start + places[-1] + 1
        start += len(line) + 1
    return None


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
