"""The figures of a baseline as typed records, in the form that is read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import escape

from planner.core.frames import Column, Records
from planner.core.phrases import phrase
from planner.core.schema import Text
from planner.model.cards import card
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, Cell
from planner.model.messages import label

PER_CENT = Text(zh="%", en="%")
_NAMED = (Column("indicator"), Column("name", head=phrase("indicator")), Column("unit"))


def stated_cells(
    values: Mapping[Cell, Decimal], growth: Mapping[Cell, Decimal]
) -> Iterator[tuple[Cell, Decimal]]:
    """Yield every figure under the key that a file calls it by: levels, then stated growth."""
    yield from values.items()
    for cell, value in growth.items():
        yield Cell(f"{cell.indicator}{GROWTH_SUFFIX}", cell.year), value


def _named(catalogue: Catalogue, key: str, lang: str) -> tuple[str, str, str]:
    unit = catalogue[key].unit if key in catalogue else PER_CENT
    return key, catalogue.label(key, lang), unit(lang)


def wide_records(
    catalogue: Catalogue, figures: Mapping[Cell, Decimal], cluster: str = "", lang: str = ""
) -> Records:
    """Return a line for each indicator with a column for each year."""
    years = sorted({cell.year for cell in figures})
    keys = dict.fromkeys(cell.indicator for cell in figures)
    rows = (
        (*_named(catalogue, key, lang), *(figures.get(Cell(key, year)) for year in years))
        for key in keys
    )
    units = {key: _named(catalogue, key, lang)[2] for key in keys}
    return Records(
        (*_NAMED, *(Column(year, "number") for year in years)),
        tuple(rows),
        {"cluster": cluster, "units": units},
    )


def long_records(
    catalogue: Catalogue,
    figures: Mapping[Cell, Decimal],
    sources: Mapping[Cell, str],
    cluster: str = "",
    lang: str = "",
) -> Records:
    """Return a line for each figure, with its source."""
    rows = (
        (cluster, *_named(catalogue, cell.indicator, lang), cell.year, value, sources.get(cell, ""))
        for cell, value in figures.items()
    )
    columns = (
        Column("cluster"), *_NAMED, Column("year", "count", phrase("years")),
        Column("value", "number"), Column("source"),
    )  # fmt: skip
    return Records(columns, tuple(rows))


def figures_card(made: Records, title: str, sources: Mapping[Cell, str], lang: str = "") -> str:
    """Return figures as a card; a source shows where the mouse rests on its figure."""
    tips: dict[tuple[int, str | int], str] = {
        (number, year): source
        for number, row in enumerate(made.rows)
        for column in made.columns
        if isinstance(year := column.key, int) and (source := sources.get(Cell(row[0], year), ""))
    }
    notes = [label("sources_on_hover", lang)] if tips else []
    return card(made, title=escape(title), notes=notes, hidden=("indicator",), tips=tips, lang=lang)
