"""The plan as people use it: the record with the verbs of solver, forecast and files bound to it.

Nothing is worked out here. What a plan is and implies is :class:`~planner.planning.record.PlanRecord`;
each verb below names the function that does its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from planner.core.frozen import remembered
from planner.model.asked import Number
from planner.planning.record import PlanRecord

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from planner.api.odds import Odds
    from planner.model.reference import Peers, Reference
    from planner.planning.explain import Conflict
    from planner.planning.frontier import Frontier, Reach
    from planner.planning.tradeoffs import Implied, Tradeoff


class Plan(PlanRecord):
    """A cluster's way from its baseline to its targets under a rule set.

    Made by :func:`planner.plan`, :func:`planner.verify` or :func:`planner.read_plan`; frozen, so
    that every verb returns a new plan. Two plans of the same inputs are equal, and a plan can be
    hashed, copied and sent to another process.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> plan.wish("output", 2028, 260).goals["output"].margin
    Decimal('12.16')
    >>> plan == pl.plan(pl.shared("baselines") / "example.csv")
    True
    """

    # -- what to do when something does not hold -------------------------------------------

    def repair(
        self,
        weights: Mapping[str, Number] | None = None,
        relax: Mapping[str, str] | None = None,
        prefer: Literal["wishes", "odds"] = "wishes",
        seed: int | None = None,
        peers: Peers = None,
    ) -> Self:
        """Return the compliant plan nearest to the wishes.

        Parameters
        ----------
        weights
            How dear a relative change of an indicator is, by id or name; a positive number, what
            the catalogue says (mostly 1) unless said otherwise.
        relax
            Benchmark rules that may be missed, by id, each with the reason to be recorded.
        prefer
            ``wishes`` for the nearest plan, :func:`planner.planning.repair.repair`; ``odds`` for
            the one whose firm goals are likeliest met together, the wishes giving way,
            :func:`planner.forecast.likeliest.likeliest`.
        seed, peers
            Of the odds, as for :meth:`odds`.

        Raises
        ------
        InputError
            When a weight is no positive number, a rule cannot be relaxed, or `prefer` is neither.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> [(str(c.cell), str(c.old), str(c.new)) for c in plan.repair().changes if c.kind == "wish"]
        [('output@2028', '240.00', '247.84')]
        """
        from planner.planning.repair import chosen_by, relaxed, repair

        if chosen_by(prefer) == "odds":
            from planner.forecast.likeliest import likeliest

            reference = self._reference(peers)
            return likeliest(relaxed(self, relax), weights, self._seed(seed), reference)
        return repair(self, weights, relax)

    def explain(self) -> tuple[Conflict, ...]:
        """Return what cannot hold together: see :func:`planner.planning.explain.explain`.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> plan.explain()[0].rows
        ('a: output@2028', 'wish output@2028: output@2028')
        """
        from planner.planning.explain import explain

        return explain(self)

    # -- what else could be ------------------------------------------------------------------

    def tradeoffs(self, by: int = 1) -> tuple[Tradeoff, ...]:
        """Return what each binding rule costs: see :func:`planner.planning.tradeoffs.tradeoffs`.

        Parameters
        ----------
        by
            How much more of each rule is asked for: points of a rate, units of a level.
        """
        from planner.planning.tradeoffs import tradeoffs

        return tradeoffs(self, by)

    def implied(self) -> tuple[Implied, ...]:
        """Return the yearly rates (%) nobody asked for: see :func:`planner.planning.tradeoffs.implied`."""
        from planner.planning.tradeoffs import implied

        return implied(self)

    def reach(self, indicator: str, year: int | None = None) -> Reach:
        """Return how far a target can go, all else equal: see :func:`planner.planning.frontier.reach`.

        Parameters
        ----------
        indicator
            An id or name.
        year
            A target year; the last one by default.

        Raises
        ------
        InputError
            When indicator or year is not one of the plan's.

        Examples
        --------
        >>> import planner as pl
        >>> print(pl.plan(pl.shared("baselines") / "example.csv").reach("co2"))
        co2@2028: … – 69.92 (f: co2@2028)
        """
        from planner.planning.frontier import reach

        return reach(self, indicator, year)

    def frontier(self, x: str, y: str, year: int | None = None, points: int = 9) -> Frontier:
        """Return two indicators against each other: see :func:`planner.planning.frontier.frontier`.

        Parameters
        ----------
        x, y
            Two indicators, by id or name.
        year
            A target year; the last one by default.
        points
            Number of values of `x` at which the reach of `y` is taken.

        Raises
        ------
        InputError
            When an indicator or the year is not one of the plan's.
        """
        from planner.planning.frontier import frontier

        return frontier(self, x, y, year, points)

    def odds(self, seed: int | None = None, peers: Peers = None) -> Odds:
        """Return how likely the targets are to be met.

        Parameters
        ----------
        seed
            A whole number from zero up; the same one gives the same numbers, wherever they are
            asked for. By default the plan's own, which is that of the odds it was exported with
            or chosen by, else 7.
        peers
            Figures of other clusters to compare with: a file or DataFrame like a baseline with
            the column ``cluster``, or baselines. Without it the published figures that come with
            the package.

        Raises
        ------
        InputError
            When the file of peers cannot be used, or the seed is no whole number from zero up.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> easy, hard = plan.odds(), plan.wish("output", 2028, 280).odds()
        >>> easy["output"].chances[2028].value > hard["output"].chances[2028].value
        True
        """
        return self._odds(self._seed(seed), self._reference(peers))

    def _reference(self, peers: Peers) -> Reference:
        from planner.intake.peers import read_reference

        return read_reference(peers, self.baseline.catalogue)

    @remembered
    def _odds(self, seed: int, reference: Reference) -> Odds:
        from planner.api.odds import Odds
        from planner.forecast.odds import odds_of

        return odds_of(self, seed, reference, Odds)

    # -- renderings --------------------------------------------------------------------------

    @property
    def hash(self) -> str:
        """Return the short hash that every export of this plan carries (§11)."""
        from planner.planning.store import plan_hash

        return plan_hash(self)

    def frame(self, lang: str = "zh") -> pd.DataFrame:
        """Return the goal table as a DataFrame.

        Returns
        -------
        pandas.DataFrame
            Indexed by indicator id, a column for each year (``"2028"``), numbers as printed text.

        Examples
        --------
        >>> import planner as pl
        >>> pl.plan(pl.shared("baselines") / "example.csv").frame("en").loc["output", "2028"]
        '247.84'
        """
        return self.goals.frame(lang)

    def changes_frame(self, lang: str = "zh") -> pd.DataFrame:
        """Return what the repair changed as a table to read, with the reason of each change."""
        from planner.planning.statements import changes_table

        return changes_table(self.changes, self.system, self.numbers, lang)

    def chart(self, direction: str, lang: str = "zh") -> Figure:
        """Return the trajectory chart of one direction (方向), such as ``leading_industry``.

        Parameters
        ----------
        direction
            A key of ``plan.baseline.catalogue.directions``.
        """
        from planner.export.charts import trajectory_chart

        return trajectory_chart(self, direction, lang)

    def save(self, path: str | Path) -> Path:
        """Save the plan as ``plan.json``; loading and saving it again gives the same bytes (§11)."""
        from planner.planning.store import save_plan

        return save_plan(self, Path(path))

    def export(
        self, folder: str | Path, lang: str = "zh", odds: Odds | None = None
    ) -> tuple[Path, ...]:
        """Write the goal pack into a folder: see :func:`planner.export.pack.export_pack`.

        Parameters
        ----------
        odds
            Odds to put into the pack; the plan is then saved with their seed.

        Returns
        -------
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
