"""Cards: how values show themselves in a notebook, and tables of records for people to read.

A card is plain HTML without scripts, sheets of style or colours that a dark theme would hide; a
state is told by its sign and its word, colour only helps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Self, TypeVar

from planner.core.findings import Finding
from planner.core.frames import As, Column, Kind, Records, printed
from planner.core.language import spoken
from planner.core.phrases import Phrase, phrase
from planner.model.messages import label, ordered, said, sentence, state_word, ways_joined

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

SIGNS = {"met": "✓", "unmet": "✗", "unknown": "?", "free": "·", "relaxed": "△",
         "must_fix": "✗", "needs_reason": "○", "info": "·"}  # fmt: skip
# Colours that can be read on white and on black, and told apart without colour vision by lightness.
_INKS = {"met": "#2e8b57", "unmet": "#d1495b", "must_fix": "#d1495b", "unknown": "#b8860b",
         "needs_reason": "#b8860b", "relaxed": "#b8860b"}  # fmt: skip
_CELL = "padding:2px 10px;border:0;border-bottom:1px solid rgba(128,128,128,.25);"
_LEFT, _RIGHT = "text-align:left;", "text-align:right;font-variant-numeric:tabular-nums;"
MOST_SHOWN = 60  # lines of a card; the rest is counted


def heads(records: Records, lang: str = "") -> list[str]:
    """Return what stands above the columns for people to read: labels, or names as they are."""
    return [_head(column, lang) for column in records.columns]


def _head(column: Column, lang: str) -> str:
    title = column.title
    if isinstance(column.key, int) and not column.head:
        return str(column.key)
    if isinstance(title, Phrase):
        return label(title.key, lang, **title.facts)
    return said(title, lang)


def reading_table(records: Records, lang: str = "") -> pd.DataFrame:
    """Return records as a table to read: everything as printed, under heads in words."""
    import pandas as pd  # only where a table is wanted

    return pd.DataFrame([*records.texts()], columns=heads(records, lang), dtype=object)


def worded(cell: Any, kind: Kind, lang: str = "") -> str:
    """Return a cell in words: an identifier of the kind ``word`` by its label, all else as printed."""
    if kind == "word" and cell:
        return label(f"how_{str(cell).replace('-', '_')}", lang)
    if kind == "flag" and cell is not None:
        return label("yes" if cell else "no", lang)
    return printed(cell)


def sign(state: str, lang: str = "") -> str:
    """Return a state as HTML: its sign, coloured, and its word."""
    ink = f"color:{_INKS[state]};" if state in _INKS else ""
    return f'<span style="{ink}white-space:nowrap">{SIGNS[state]} {escape(state_word(state, lang))}</span>'


def card(
    records: Records,
    *,
    title: str = "",
    notes: Iterable[str] = (),
    hidden: Sequence[str] = (),
    tips: Mapping[tuple[int, str | int], str] | None = None,
    lang: str = "",
) -> str:
    """Return records as a small table.

    Parameters
    ----------
    records
        Columns of the kind ``state`` are shown by sign and colour.
    title, notes
        HTML above and below.
    hidden
        Columns that are left out, as are those without a word in any line.
    tips
        What is shown where the mouse rests, by line and column.
    """
    lang = spoken(lang)
    filled = [
        any(printed(row[place]) for row in records.rows) for place in range(len(records.columns))
    ]
    shown = [p for p, c in enumerate(records.columns) if c.key not in hidden and filled[p]]
    words = heads(records, lang)
    kinds = [column.kind for column in records.columns]
    right = {p for p in shown if kinds[p] in {"number", "count"}}
    top = "".join(
        f'<th style="{_CELL}{_RIGHT if p in right else _LEFT}">{escape(words[p])}</th>'
        for p in shown
    )
    lines = []
    for number, row in enumerate(records.rows[:MOST_SHOWN]):
        cells = []
        for place in shown:
            key, cell = records.columns[place].key, row[place]
            told = escape(worded(cell, kinds[place], lang))
            if kinds[place] == "state" and cell:
                told = sign(cell, lang)
            tip = (tips or {}).get((number, key), "")
            tip = f' title="{escape(tip, quote=True)}"' if tip else ""
            side = _RIGHT if place in right else _LEFT + "white-space:normal;"
            cells.append(f'<td{tip} style="{_CELL}{side}">{told}</td>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    more = len(records.rows) - MOST_SHOWN
    below = [*notes, *([f"… +{more}"] if more > 0 else [])]
    foot = "".join(f'<p style="margin:4px 10px">{note}</p>' for note in below)
    above = f'<p style="margin:4px 10px"><b>{title}</b></p>' if title else ""
    table = (
        f'<table style="border-collapse:collapse;font-size:90%"><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        if records.rows
        else ""
    )
    return f'<div class="planner-card">{above}{table}{foot}</div>'


class Listing(tuple[T, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """A tuple that shows itself: short in a console, as a table in a notebook, as a frame in pandas.

    Made with the `items`, what their records are told `of` where they need it, and the function
    that makes `records` of them.
    """

    of: Any
    hidden: Sequence[str] = ()  # columns that a notebook does not show
    _records: Callable[[Listing[T], str], Records]

    def __new__(
        cls, items: Iterable[T], records: Callable[[Listing[T], str], Records], of: Any = None
    ) -> Self:
        """Return the items, with how they are told."""
        made = super().__new__(cls, items)
        made._records, made.of = records, of
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (tuple(self), self._records, self.of)

    def __deepcopy__(self, _: object) -> Listing[T]:
        return self

    def records(self, lang: str = "") -> Records:
        """Return the items as lines."""
        return self._records(self, lang)

    def frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return a DataFrame with a line for each item.

        Parameters
        ----------
        lang
            Of its sentences and names: ``zh`` or ``en``, the session's by default.
        as_
            ``float``, ``decimal`` or ``text``: see :meth:`planner.Plan.frame`.

        Raises
        ------
        InputError
            When `lang` or `as_` is none of those.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> plan.check().frame("en").loc[0, ["level", "code", "rule"]].tolist()
        ['must_fix', 'rule_unmet', 'a']
        """
        return self.records(lang).frame(as_)

    def __repr__(self) -> str:
        """Say what there is, without all of it."""
        if not self:
            return "()"
        kind = type(self[0]).__name__
        codes = [str(getattr(item, "code", "") or getattr(item, "id", "")) for item in self[:3]]
        named = ", ".join(code for code in codes if code)
        more = ", …" if len(self) > len(codes) else ""
        return f"<{len(self)} {kind}{': ' + named + more if named else ''}>"

    def _repr_html_(self) -> str:
        return card(self.records(), hidden=self.hidden)


class Findings(Listing[Finding]):
    """Findings, those that oblige most first where they are shown."""

    hidden = ("code", "rule", "indicator", "year", "found", "expected")

    def __new__(cls, findings: Iterable[Finding], *_: object) -> Self:
        """Return the findings, in their own order."""
        return super().__new__(cls, findings, findings_records)


_FINDING = {
    "year": Column("year", "count", phrase("years")),
    "expected": Column("expected", head=phrase("bound")),
}


def findings_records(findings: Iterable[Finding], lang: str = "") -> Records:
    """Return findings as lines, those that oblige most first."""
    lang = spoken(lang)
    keys = ("code", "rule", "indicator", "year", "place", "found", "expected")
    columns = [_FINDING.get(key) or Column(key) for key in keys]
    rows = (
        (item.level.value, item.code, item.rule, item.indicator, item.year, str(item.place),
         item.found, item.expected, sentence(item, lang), ways_joined(item, lang))
        for item in ordered(findings)
    )  # fmt: skip
    return Records(
        (Column("level", "state"), *columns, Column("message"), Column("ways_out")), tuple(rows)
    )
