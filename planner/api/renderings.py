"""The plan's renderings: frames, cards, charts and files of what the record holds (§14).

Nothing is worked out here; each verb names the function that does its work.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from planner.core.frames import As
from planner.planning.record import PlanRecord

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.compliance.goalrows import GoalRow
    from planner.forecast.odds import OddsRecord
    from planner.planning.differences import Differences
    from planner.planning.tables import Changes


class Renderings(PlanRecord):
    """A plan as a table, in a notebook, as charts and as files."""

    @property
    def hash(self) -> str:
        """Return the short hash that every export of this plan carries (§11)."""
        from planner.planning.store import plan_hash

        return plan_hash(self)

    def frame(self, lang: str = "", as_: As = "float", *, long: bool = False) -> pd.DataFrame:
        """Return the goal table as a DataFrame.

        Parameters
        ----------
        lang
            ``zh`` or ``en``, here as wherever people read; :data:`planner.lang` by default.
        as_
            ``float`` for numbers to reckon with (nullable floats and integers), ``decimal`` for
            exact ones, ``text`` for everything as printed, with ``""`` where there is nothing.
        long
            A line for each indicator and year instead of a column for each year.

        Returns
        -------
        pandas.DataFrame
            Indexed by indicator id; columns ``name``, ``direction``, ``unit``, ``baseline``, a
            column for each year (the integer 2028), ``requirement``, ``sense``, ``margin`` and
            ``status``; in the indicator's unit, which ``attrs["units"]`` holds too. In the long
            form columns ``indicator``, ``year``, ``kind`` and ``value``.

        Raises
        ------
        InputError
            When `lang` or `as_` is none of those.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> float(plan.frame().loc["output", 2028]), plan.frame(as_="text").loc["output", 2028]
        (247.84, '247.84')
        >>> plan.frame(as_="decimal").loc[["output", "energy"], 2028].sum()
        Decimal('296.76')
        """
        return self._about(self.goals.frame(lang, as_, long=long))

    def _about(self, table: pd.DataFrame) -> pd.DataFrame:
        base = self.baseline
        table.attrs |= {
            "cluster": base.cluster, "base_year": base.base_year, "rules": self.rules.id,
        }  # fmt: skip
        return table

    @property
    def changes(self) -> Changes:
        """Return what the repair that made this plan changed, old to new and why."""
        from planner.planning.tables import changes_of

        return changes_of(self)

    def changes_frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return what the repair changed, with the reason of each change: ``changes.frame()``.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> plan.repair().changes_frame("en").loc[0, ["old", "new"]].tolist()
        [240.0, 247.84]
        """
        return self.changes.frame(lang, as_)

    def diff(self, other: PlanRecord) -> Differences:
        """Return what differs from this plan to another, number by number; words are not compared.

        Parameters
        ----------
        other
            A plan, of the same cluster as a rule.

        Returns
        -------
        Differences
            Each with its cell, `old`, `new`, `kind` - raised, lowered, added, removed, re-rounded,
            or moved along - and the rows that forced it; ``frame()`` is a table of them.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> told = plan.diff(plan.wish("output", 2028, 260))
        >>> [(str(each.cell), each.kind, str(each.new)) for each in told][:3:2]
        [('output@2026', 'moved', '208.12'), ('output@2028', 'raised', '260.00')]
        """
        from planner.planning.differences import differences

        return differences(self, other)

    # -- as a table --------------------------------------------------------------------------

    def __getitem__(self, indicator: str) -> GoalRow:
        """Return an indicator's line of the goal table, by id or name."""
        return self.goals[indicator]

    def __contains__(self, indicator: object) -> bool:
        return indicator in self.goals

    def __iter__(self) -> Iterator[GoalRow]:
        return iter(self.goals)

    def __len__(self) -> int:
        return len(self.goals)

    def __bool__(self) -> bool:
        return True  # a plan without a figure is one

    def _ipython_key_completions_(self) -> list[str]:
        return [row.id for row in self.goals]

    def _repr_html_(self) -> str:
        from planner.planning.plancard import plan_card

        return plan_card(self)

    # -- charts and files --------------------------------------------------------------------

    def plot(
        self, indicator: str, ax: Axes | None = None, lang: str = "", odds: OddsRecord | None = None
    ) -> Axes:
        """Draw one indicator: its past, the plan and what is required.

        Parameters
        ----------
        indicator
            An id or name.
        ax
            Axes to draw on; a new figure by default.
        lang
            ``zh`` or ``en``.
        odds
            Draws what may come about behind it.

        Raises
        ------
        InputError
            When the plan has no such indicator.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("Agg")
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.plot("output", lang="en").get_title(loc="left")
        'Total output (100m yuan)'
        """
        from planner.export.plots import plot_goal

        return plot_goal(self, indicator, ax, lang, odds)

    def chart(self, direction: str, lang: str = "") -> Figure:
        """Return the trajectory chart of one direction (方向), such as ``leading_industry``.

        Parameters
        ----------
        direction
            Of ``plan.baseline.catalogue.directions``, by id or name.

        Raises
        ------
        InputError
            When there is no such direction.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> len(plan.chart("绿色化").axes) == len(plan.chart("green").axes)
        True
        """
        from planner.export.charts import trajectory_chart

        return trajectory_chart(self, self.direction(direction), lang)

    def direction(self, name: str) -> str:
        """Return the id of a direction (方向) by id or name.

        Raises
        ------
        InputError
            When there is no such direction.

        Examples
        --------
        >>> import planner as pl
        >>> pl.plan(pl.shared("baselines") / "example.csv").direction("主导产业")
        'leading_industry'
        """
        from planner.model.asked import known_direction

        return known_direction(self.baseline.catalogue, name)

    def save(self, path: str | Path) -> Path:
        """Write the plan as JSON; loading and saving it again gives the same bytes (§11).

        Parameters
        ----------
        path
            The file to write, usually ``plan.json``; folders on the way are made.

        Raises
        ------
        OSError
            When it cannot be written.

        Examples
        --------
        >>> import planner as pl, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pl.plan(pl.shared("baselines") / "example.csv").save(folder + "/plan.json").name
        'plan.json'
        """
        from planner.planning.store import save_plan

        return save_plan(self, Path(path))

    def export(
        self, folder: str | Path, lang: str = "", odds: OddsRecord | None = None
    ) -> tuple[Path, ...]:
        """Write the goal pack: ``plan.json``, the goal table in every form, and the charts.

        Word and PDF need the extra ``documents``; without it they are left out.

        Parameters
        ----------
        folder, lang
            Where to write, made where there is none; ``zh`` or ``en``.
        odds
            Odds to put into the pack: the documents gain a table of them, ``odds.csv`` comes along,
            the charts show what may come about, and the plan is saved with their seed (§11).

        Returns
        -------
        tuple of pathlib.Path
            The files written.

        Raises
        ------
        OSError
            When the folder cannot be written.

        Examples
        --------
        >>> import planner as pl, tempfile
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [path.name for path in plan.export(folder)][:3]
        ['plan.json', 'goals.csv', 'goals.xlsx']
        """
        from planner.export.pack import export_pack

        return export_pack(self, Path(folder), lang, odds)
