"""The plan as people use it: the record with the verbs of solver, forecast and files bound to it.

Nothing is worked out here. What a plan is and implies is :class:`~planner.planning.record.PlanRecord`;
each verb below names the function that does its work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Self

from planner.api.renderings import Renderings
from planner.core.frozen import remembered
from planner.model.asked import Number

if TYPE_CHECKING:
    from planner.api.odds import Odds
    from planner.model.reference import Peers, Reference
    from planner.planning.frontier import Frontier, Reach
    from planner.planning.tables import Conflicts, Implications, KnockOns, Tradeoffs


class Plan(Renderings):
    """A cluster's way from its baseline to its targets under a rule set.

    Made by :func:`planner.plan`, :func:`planner.verify` or :func:`planner.read_plan`; frozen, so
    that every verb returns a new plan. Two plans of the same inputs are equal, and a plan can be
    hashed, copied and sent to another process.

    Parameters
    ----------
    baseline, rules, …
        What it is made of, each checked before: see :class:`~planner.planning.inputs.PlanInputs`.

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
        """Return the compliant plan nearest to the wishes, with a reason for every change.

        Wishes give way, pins do not; what nobody asked for stays unless nothing complies then.

        Parameters
        ----------
        weights
            How dear a relative change of an indicator is, by id or name; a positive number, what
            the catalogue says (mostly 1) unless said otherwise.
        relax
            Benchmark rules that may be missed, by id, each with the reason to be recorded.
        prefer
            ``wishes`` for the nearest plan (:mod:`planner.planning.repair`); ``odds`` for the one
            whose firm goals are likeliest met together, the wishes giving way
            (:mod:`planner.forecast.likeliest`).
        seed, peers
            Of the odds, as for :meth:`odds`.

        Returns
        -------
        Plan
            With what was found in `repaired`, and its `changes`. Where no table complies, the
            plan as it was, with a finding that says so; :meth:`explain` says why.

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

    def explain(self) -> Conflicts:
        """Return the conflicts between rules, pins and wishes; none where all of them can hold.

        Rules that nobody can judge are no part of this: :meth:`check` names what is missing.
        How conflicts are found is in :mod:`planner.planning.explain`.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 240)
        >>> (conflict,) = plan.explain()
        >>> conflict.rows, conflict.minimal
        (('a: output@2028', 'wish output@2028: output@2028'), True)
        >>> [(str(way.cell), str(way.old), str(way.new)) for way in conflict.ways]
        [('output@2028', '240.00', '247.84')]
        """
        from planner.planning.tables import conflicts_of

        return conflicts_of(self)

    def knock_on(self) -> KnockOns:
        """Return what each wish, pin, reading and the scenario moved besides, and what forced it.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("energy", 2028, "49.40")
        >>> [(told.cause, str(told.moved[0].cell), told.moved[0].rows) for told in plan.knock_on()]
        [('energy@2028', 'output@2028', ('g: energy_intensity@2028 (parts)',))]
        """
        from planner.planning.tables import knock_ons_of

        return knock_ons_of(self)

    # -- what else could be ------------------------------------------------------------------

    def tradeoffs(self, by: int = 1) -> Tradeoffs:
        """Return what it costs when each binding rule asks for more.

        Parameters
        ----------
        by
            How much more: percentage points of a rate, units of a level.

        Examples
        --------
        >>> import pandas as pd, planner as pl
        >>> base = pd.DataFrame({"indicator": ["output"], "year": [2025], "value": ["100"]})
        >>> (growth,) = pl.plan(base).tradeoffs()
        >>> growth.rule.id, str(growth.old), str(growth.new), str(growth.effects[0].new)
        ('a', '10.00', '11.00', '136.77')
        """
        from planner.planning.tables import tradeoffs_of

        return tradeoffs_of(self, by)

    def implied(self) -> Implications:
        """Return the yearly rates (%) of ratios that no rule speaks of, with those of their parts.

        Examples
        --------
        >>> import planner as pl
        >>> implied = pl.plan(pl.shared("baselines") / "example.csv").implied()
        >>> next(str(item.rate) for item in implied if item.indicator == "co2_intensity")
        '-12.42'
        """
        from planner.planning.tables import implied_of

        return implied_of(self)

    def reach(self, indicator: str, year: int | None = None) -> Reach:
        """Return how low and how high a target can go with the rest of the table as it stands.

        Parameters
        ----------
        indicator
            A measured indicator by id or name, or a ratio, whose numerator moves then.
        year
            A target year; the last one by default.

        Raises
        ------
        InputError
            When the plan has no such target.

        Examples
        --------
        >>> import planner as pl
        >>> print(pl.plan(pl.shared("baselines") / "example.csv").reach("co2"))
        co2@2028: … – 69.92 (f: co2@2028)
        """
        from planner.planning.frontier import reach

        return reach(self, indicator, year)

    def frontier(self, x: str, y: str, year: int | None = None, points: int = 9) -> Frontier:
        """Return the reach of one indicator along the reach of another.

        A point is efficient where more of what is good in one can only be had for less of what is
        good in the other. Where nothing limits `x` on a side, the points go as far again as the
        plan's target is from its baseline.

        Parameters
        ----------
        x, y
            Two indicators, as for :meth:`reach`.
        year
            A target year; the last one by default.
        points
            Number of values of `x` at which the reach of `y` is taken, two at least.

        Raises
        ------
        InputError
            When the plan has no such targets.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.frontier("output", "energy", points=2).frame()["energy@2028_max"].tolist()
        [48.92, 61.09]
        """
        from planner.planning.frontier import frontier

        return frontier(self, x, y, year, points)

    def odds(self, seed: int | None = None, peers: Peers = None) -> Odds:
        """Return how likely the targets are to be met.

        Plans of one cluster are held against the same simulated years, so that their odds differ
        by their targets alone.

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
