"""Discovery: what there is to choose from, as frames - scenarios, rule sets, indicators, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.api.reading import read
from planner.core import resources
from planner.core.frames import As, Column, Records
from planner.core.phrases import phrase
from planner.model.catalogue import Catalogue, shipped
from planner.model.rulesets import load_rules, shipped_ids
from planner.model.scenario import load_scenario, scenario_names

if TYPE_CHECKING:
    import pandas as pd


def scenarios(lang: str = "") -> pd.DataFrame:
    """Return the shipped scenarios.

    Parameters
    ----------
    lang
        ``zh`` or ``en``; the session's by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by id; columns ``title`` and ``description``.

    Examples
    --------
    >>> scenarios("en").index.tolist()
    ['floor', 'steady', 'stretch', 'technical-limit']
    """
    rows = []
    for name in scenario_names():
        record = load_scenario(name).record
        rows.append(
            (name, record.title(lang), record.description(lang) if record.description else "")
        )
    return Records((Column("id"), Column("title"), Column("description")), tuple(rows)).frame(
        index="id"
    )


def rule_sets(lang: str = "") -> pd.DataFrame:
    """Return the shipped rule sets.

    Parameters
    ----------
    lang
        ``zh`` or ``en``; the session's by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by id; columns ``title``, ``base_year``, ``horizon``, ``rules`` (how many),
        ``document``, ``number`` and ``url``.

    Examples
    --------
    >>> rule_sets("en").loc["xinjiang-2025", ["base_year", "horizon"]].tolist()
    [2025, 3]
    """
    columns = (
        Column("id"), Column("title"), Column("base_year", "count"),
        Column("horizon", "count"), Column("rules", "count"), Column("document"), Column("number"),
        Column("url"),
    )  # fmt: skip
    rows = []
    for name in shipped_ids():
        chosen = load_rules(name)
        record = chosen.record
        rows.append(
            (name, chosen.title(lang), record.base_year, record.horizon,
             len(record.rules), record.document.title, record.document.number, record.document.url)
        )  # fmt: skip
    return Records(columns, tuple(rows)).frame(index="id")


def indicators(
    lang: str = "", catalogue: Catalogue | None = None, as_: As = "float"
) -> pd.DataFrame:
    """Return the indicators there are.

    Parameters
    ----------
    lang
        ``zh`` or ``en``; the session's by default.
    catalogue
        What names them; the shipped ones by default.
    as_
        As for :meth:`planner.Plan.frame`.

    Returns
    -------
    pandas.DataFrame
        Indexed by id; columns ``name``, ``direction``, ``unit``, ``decimals``, ``better`` (the
        side that is good), ``kind``, what a ratio is made of (``num``, ``den``), and what it is
        a part of or a rate of (``of``).

    Examples
    --------
    >>> indicators("en").loc["rd_intensity", ["name", "unit", "num", "den"]].tolist()
    ['R&D intensity', '%', 'rd_spend', 'output']
    """
    known = catalogue or shipped()
    columns = (
        Column("id"), Column("name", head=phrase("indicator")), Column("direction"), Column("unit"),
        Column("decimals", "count"), Column("better"), Column("kind"), Column("num"), Column("den"),
        Column("of"),
    )  # fmt: skip
    rows = tuple(
        (item.id, item.name(lang), known.directions[item.direction](lang), item.unit(lang),
         item.decimals, item.better, item.kind, item.num, item.den, item.of or item.part_of)
        for item in known
    )  # fmt: skip
    return Records(columns, rows).frame(as_, "id")


def examples() -> pd.DataFrame:
    """Return the example files that come along; what is made up says so in its cluster's name.

    Returns
    -------
    pandas.DataFrame
        Indexed by file name; columns ``kind`` (what :func:`planner.read` takes it for) and
        ``path``.

    Examples
    --------
    >>> examples().loc["example.csv", "kind"]
    'baseline'
    """
    columns = (Column("name"), Column("kind"), Column("path"))
    rows = tuple(
        (path.name, read(path).kind, str(path))
        for path in sorted(resources.shared("baselines").iterdir())
        if path.is_file() and path.suffix in {".csv", ".xlsx"}
    )
    return Records(columns, rows).frame(index="name")
