"""Choices: which options are ticked in the printed lines of a place, and ticks put into them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from planner.core.numerals import NUMERALS, narrow, spelled
from planner.intake.form.letters import find, letters, placed_letters
from planner.model.formschema import NONE, TICK, Field
from planner.model.vocabulary import vocabulary

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
LONG = 4_000  # characters; no list of options is longer
SHORT = 2  # letters: an option such as 是 or 否
ALIKE = 0.88
TURN = 3  # letters right before an option that may turn what it says
UNCLEAR = "?"  # the part under which a choice is given back that cannot be told
OWN = "+"  # the part with what is ticked and is none of the form's options
COUNT = "#"  # the part with the number that is written behind an answer
_NUMBERING = re.compile(r"[\d①-⑳]+")  # of an option
_REMARK = re.compile(r"[（(][^（）()]{2,}[）)]")
_CHOSEN = re.compile(r"[\s选第项及和与、,，;；.．]*((?:[①-⑳]|\d{1,2})[\s项及和与、,，;；.．]*)+")
Values = Mapping[str, str]


def read_choice(field: Field, text: str) -> dict[str, str]:
    """Return the options that the text of a place ticks, by number; what cannot be told, as such."""
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
    own, marks = _own_options(text, segments, marks)
    ticked, unclear = _ticked(text, [place for _, place in ordered], marks)
    values = {str(ordered[index][0]): TICK for index in sorted(ticked)}
    if unclear:
        values = {UNCLEAR: text.strip()[:40]}
    elif own:
        values |= {OWN: own[:40]}
    elif _turned(field, text, values):
        values = {UNCLEAR: text.strip()[:40]}
    elif values and any(option.means for option in field.options):
        told = _told(field, text, values)
        values = told if UNCLEAR in told else {**values, **told}
    elif not values and any(letters(line) in _NOTHING for line in text.split("\n")):
        values[NONE] = "无"
    elif not values and said:
        values = {UNCLEAR: said[:40]}
    return values


def _turned(field: Field, text: str, values: Values) -> bool:
    """Whether a remark right behind a ticked option says that it is not so yet."""
    for number in values:
        option = field.options[int(number) - 1] if number.isdigit() else None
        place = _option_place(text, option.text) if option is not None else None
        remark = _REMARK.match(text[place[1] :].lstrip()) if place is not None else None
        if remark is None or option is None or letters(remark[0]) in letters(option.note):
            continue
        denies = letters(option.text).startswith((*vocabulary().denials, "否"))
        if not denies and remark[0][1:].startswith(vocabulary().turning):
            return True
    return False


def _told(field: Field, text: str, values: Values) -> dict[str, str]:
    """Return how often a text says that it happened, or that it says something else than the tick."""
    rest, words = text, vocabulary()
    for option in field.options:
        for printed in (option.note, option.text):
            place = find(rest, printed) if printed else None
            rest = rest if place is None else f"{rest[: place[0]]}，{rest[place[1] :]}"
    clauses = re.split(r"[，。；：,;:()（）\n]", _MARKS.sub("，", rest))
    counted = re.compile(rf"(?<![\d年月日])({NUMERALS}|\d+)\s*[{''.join(words.event_counters)}]")
    counts = [
        _count(number)
        for clause in clauses
        for number in counted.findall(narrow(clause))
        if number != "一" and not any(word in clause for word in words.denials)
    ]
    told = [
        clause
        for clause in clauses
        if any(word in clause for word in words.happenings)
        and not any(word in clause for word in words.denials)
    ]
    ticked = [option for n, option in enumerate(field.options, 1) if values.get(str(n)) == TICK]
    positive = any(option.means and option.means.positive for option in ticked)
    if len(ticked) != 1:
        return {}
    if (positive and counts == [0]) or (not positive and (any(counts) or told)):
        return {UNCLEAR: text.strip()[:40]}
    return {COUNT: str(sum(counts))} if positive and counts else {}


def _count(number: str) -> int:
    return int(number) if number.isdigit() else spelled(number) or 0


def _own_options(
    text: str, segments: list[tuple[int, int]], marks: list[list[re.Match[str]]]
) -> tuple[str, list[list[re.Match[str]]]]:
    """Return what is ticked and is none of the form's options, and the marks without those.

    Told where marks stand before their options: a tick at the beginning of a line, or behind a
    blank, with words of its own behind it.
    """
    own: list[str] = []
    kept: list[list[re.Match[str]]] = []
    for (_, end), segment in zip(segments, marks if marks[0] else [], strict=False):
        stops = [*(mark.start() for mark in segment[1:]), end]
        loose = [
            mark
            for mark, stop in zip(segment, stops, strict=False)
            if letters(_NUMBERING.sub("", text[mark.end() : stop]))
            and not text[mark.start() - 1 : mark.start()].strip(" \n\t　、，,；;")
        ]
        own += [
            f"{m[0]}{text[m.end() :].partition(chr(10))[0].strip()}" for m in loose if _is_tick(m)
        ]
        kept.append([mark for mark in segment if mark not in loose])
    return "；".join(own), kept or marks


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
        none = [n for n, o in enumerate(field.options, 1) if o.means and not o.means.positive]
        return {str(none[0]): TICK} if len(none) == 1 and not field.many else {NONE: "无"}
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
        if _other_meaning(text[: place[0]].rpartition("\n")[2][-TURN:]):
            continue  # 未建立 is not 建立
        if short and (_is_han(after) or _is_han(text[place[0] - 1 : place[0]])):
            continue  # part of a longer word, as 否 is of 是否
        if not before or before[-1] == "\n" or _MARKS.match(before[-1]):
            return place
        first = first or place
    return first


def _other_meaning(words: str) -> bool:
    """Whether words before or within an option turn it into another: not yet, not at all."""
    return any(word in words for word in vocabulary().turning)


def _is_han(char: str) -> bool:
    return char.isalnum() and not unicodedata.normalize("NFKC", char).isascii()


def _reworded(text: str, option: str, taken: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the line that says an option in slightly other words, and no other one."""
    wanted, words = letters(option), vocabulary()
    telling = (*words.turning, *words.telling_options)
    start = 0
    for line in text.split("\n") if len(wanted) > 2 * SHORT else ():
        said = letters(line)
        close = abs(len(said) - len(wanted)) <= len(wanted) // 5
        free = not any(start <= place[0] < start + len(line) + 1 for place in taken)
        same = close and all((word in said) == (word in wanted) for word in telling)
        if free and same and SequenceMatcher(None, said, wanted).ratio() >= ALIKE:
            places = [place for _, place in placed_letters(line)]
            return start + places[0], start + places[-1] + 1
        start += len(line) + 1
    return None


def fill_choice(field: Field, lines: list[str], values: Values) -> list[str]:
    """Return the lines of a place with the options ticked that the values tick."""
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
