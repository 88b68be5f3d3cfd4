"""The odds of a plan as people use them: the record with its tables, charts and tests bound to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from planner.core.frames import As
from planner.core.language import spoken
from planner.forecast import backtest
from planner.forecast.backtest import Backtest, Score, method, scores_records
from planner.forecast.odds import GoalOdds, OddsRecord
from planner.forecast.sensitivity import Swing, curve, tornado, tornado_records
from planner.forecast.summary import findings, record, records
from planner.intake.peers import read_reference
from planner.model import messages
from planner.model.answers import Answers
from planner.model.asked import known_direction
from planner.model.cards import Findings, card
from planner.model.forms import Form
from planner.planning.record import PlanRecord

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from planner.model.reference import Peers


# Columns of odds that a notebook does not show; a frame has them.
_UNSHOWN = ("indicator", "firm", "periods", "gap", "reached", "peers", "drivers")


class Odds(OddsRecord):
    """The odds of a plan: made by :meth:`planner.Plan.odds`, told by tables and charts.

    ``odds["output"]`` are those of one goal by indicator id or name, refused where nothing can be
    said of it; `chances` holds those of each goal in each year, `joint` and `stages` those of all firm
    goals together.

    Parameters
    ----------
    plan, reference, seed
        Whose odds they are, what others have shown, and which random numbers are drawn.
    assumed, about
        For comparisons: a forecast in place of the cluster's own, and which goals count as firm.

    Examples
    --------
    >>> import planner as pl
    >>> from planner.model.catalogue import Cell
    >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds(seed=7)
    >>> odds["output"].chances[2028].value > 0.5
    True
    >>> float(odds.frame("en").loc["output", "chance_2028"]) == float(odds["output"].chances[2028])
    True
    >>> odds.key("集群总产值"), odds.goal("revenue") is None
    ('output', True)
    >>> both = odds.hits(Cell("output", 2028)) & odds.hits(Cell("patents", 2028))
    >>> both.shape == (odds.paths,), odds.count(both).value < odds["patents"].chances[2028].value
    (True, True)
    >>> odds.quantiles(Cell("output", 2028), (20,)) == (odds["output"].safe,)
    True
    """

    def curve(
        self, indicator: str, year: int | None = None, points: int = 41, as_: As = "float"
    ) -> pd.DataFrame:
        """Return the chance of meeting a target as it moves, from very likely to hardly.

        Parameters
        ----------
        indicator
            A goal of the table, by id or name.
        year
            A target year; the last one by default.
        points
            Number of targets, evenly spread over what all but the rarest paths reach.

        Returns
        -------
        pandas.DataFrame
            Indexed by target in the indicator's unit, ascending; columns ``rate``, the yearly
            growth it needs in per cent, ``chance``, from 0 to 1, and its standard ``error``.

        Raises
        ------
        InputError
            When there is no such indicator, or nothing can be said of it.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> bool(odds.curve("output", points=5)["chance"].is_monotonic_decreasing)
        True
        """
        return curve(self, indicator, year, points).frame(as_, "target")

    def tornado(self, indicator: str = "") -> tuple[Swing, ...]:
        """Return how the odds move with each assumption, widest first.

        Parameters
        ----------
        indicator
            The goal, by id or name, whose odds in the last year are looked at; all firm goals
            together when there is none.

        Raises
        ------
        InputError
            When there is no such indicator, or nothing can be said of it.

        Examples
        --------
        >>> import planner as pl
        >>> swings = pl.plan(pl.shared("baselines") / "example.csv").odds().tornado("patents")
        >>> swings[0].width >= swings[-1].width
        True
        """
        return tornado(self, indicator)

    def method(self) -> tuple[Score, ...]:
        """Return how the method did on the past of the peers, a score for each indicator.

        At every year that has one before and one after it, the peers' figures up to it are given
        and the following years, as many as the plan has, are forecast. There are none without
        peers of one's own.

        Examples
        --------
        >>> import planner as pl
        >>> folder = pl.shared("baselines")
        >>> odds = pl.plan(folder / "example.csv").odds(peers=folder / "example-peers.csv")
        >>> [0 <= score.inside <= 1 for score in odds.method()][:2]
        [True, True]
        """
        return method(self.plan, self.reference, self.seed)

    def method_frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return the scores of :meth:`method`, one line for each indicator.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> len(odds.method_frame())  # published figures have no past of their own
        0
        """
        return scores_records(self.plan, self.method(), lang).frame(as_)

    def tornado_frame(self, indicator: str = "", lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return the swings of :meth:`tornado`, widest first.

        Returns
        -------
        pandas.DataFrame
            Columns ``assumption``, ``indicator``, and for both ends what is assumed there and the
            chance then: ``low``, ``low_chance``, ``high``, ``high_chance``.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> swings = odds.tornado_frame("patents", "en")
        >>> bool((swings["high_chance"] - swings["low_chance"]).abs().is_monotonic_decreasing)
        True
        """
        return tornado_records(self, self.tornado(indicator), lang).frame(as_)

    # -- renderings ----------------------------------------------------------------------

    @cached_property
    def findings(self) -> Findings:
        """Return what has to be known of the odds: what drives them, and what they leave out."""
        return Findings(findings(self))

    def __iter__(self) -> Iterator[GoalOdds]:
        return iter(self.goals)

    def __len__(self) -> int:
        return len(self.goals)

    def __bool__(self) -> bool:
        return True  # odds of which nothing is known are odds

    def _ipython_key_completions_(self) -> list[str]:
        return [goal.id for goal in self.goals]

    def _repr_html_(self) -> str:
        return self.card()

    def card(self, lang: str = "") -> str:
        """Return the odds as HTML: a small table, as a notebook shows them."""
        lang = spoken(lang)
        made = records(self, lang)
        errors = [str(c.key) for c in made.columns if str(c.key).startswith("error_")]
        joint = messages.label("chance_of_all", lang, chance=self.joint or "—", n=len(self.counted))
        return card(made, title=escape(joint), lang=lang, hidden=(*_UNSHOWN, *errors))

    def plot(self, indicator: str = "", ax: Axes | None = None, lang: str = "") -> Axes:
        """Draw how likely the goals of the last year are, or what may come about of one.

        Parameters
        ----------
        indicator
            An id or name: its past and plan before the fan of simulated years. Without one a bar
            for each goal, firm ones dark.
        ax
            Axes to draw on; a new figure by default.
        lang
            ``zh`` or ``en``.

        Raises
        ------
        InputError
            When the plan has no such indicator.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("Agg")
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> len(odds.plot(lang="en").patches) == len(odds)
        True
        """
        from planner.export.plots import plot_goal, plot_odds

        if indicator:
            return plot_goal(self.plan, indicator, ax, lang, self)
        return plot_odds(self, ax, lang)

    def fan_chart(self, direction: str, lang: str = "") -> Figure:
        """Return the trajectories of one direction before what may come about.

        Parameters
        ----------
        direction
            As for :meth:`planner.Plan.chart`.

        Raises
        ------
        InputError
            When there is no such direction.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> len(odds.fan_chart("green").axes) >= 2
        True
        """
        from planner.export.oddscharts import fan_chart

        return fan_chart(self, known_direction(self.plan.baseline.catalogue, direction), lang)

    def curve_chart(self, indicator: str, lang: str = "") -> Figure:
        """Return the chart of the odds of an indicator as its target moves.

        Parameters
        ----------
        indicator
            A goal of the table, by id or name; the chart is of the last year.

        Raises
        ------
        InputError
            As for :meth:`curve`.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> [float(end) for end in odds.curve_chart("patents", "en").axes[0].get_ylim()]
        [0.0, 1.02]
        """
        from planner.export.oddscharts import curve_chart

        return curve_chart(self, indicator, lang)

    def tornado_chart(self, indicator: str = "", lang: str = "") -> Figure:
        """Return the chart of how far the odds go with each assumption.

        Parameters
        ----------
        indicator
            As for :meth:`tornado`, which may refuse it.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> len(odds.tornado_chart("patents").axes)
        1
        """
        from planner.export.oddscharts import tornado_chart

        return tornado_chart(self, self.tornado(indicator), lang, indicator)

    def frame(self, lang: str = "", as_: As = "float") -> pd.DataFrame:
        """Return the odds, one line a goal.

        Parameters
        ----------
        lang, as_
            As for :meth:`planner.Plan.frame`; as text, chances are in per cent.

        Returns
        -------
        pandas.DataFrame
            Indexed by indicator id, in the columns of ``odds.csv``: name, unit, whether the goal
            is firm, its target, ``chance_2026`` and ``error_2026`` of each year, from 0 to 1, the
            safe target, the fan of the last year, the rate needed beside past and reference class,
            and in words what the odds rest on.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> table = odds.frame("en")
        >>> bool(table.loc[table["firm"], "chance_2028"].between(0, 1).all())
        True
        """
        return records(self, lang).frame(as_, "indicator")

    def record(self, lang: str = "") -> dict[str, Any]:
        """Return the odds for machines, as what JSON can hold; sentences are in `lang`.

        Probabilities come with their standard errors, both from 0 to 1, None where they are not
        known; values in an indicator's unit as printed text.

        Examples
        --------
        >>> import planner as pl
        >>> odds = pl.plan(pl.shared("baselines") / "example.csv").odds()
        >>> sorted(odds.record("en"))[:4]
        ['compliant', 'every', 'findings', 'goals']
        """
        return record(self, lang)


def past_goals(
    plan: PlanRecord,
    targets: Answers | Mapping[str, object],
    *,
    form: Form | None = None,
    start: int | None = None,
    seed: int = 7,
    peers: Peers = None,
) -> Backtest:
    """Score the goals of the past three years.

    Parameters
    ----------
    plan
        Whose baseline says what came about.
    targets
        Answers to the form, whose section on the past three years is used, or the target of the
        base year by indicator, in its unit.
    form
        The form the answers belong to; the shipped one by default.
    start
        The year the goals were set in; what the form says, or the first year with levels that
        lies within the plan's horizon of the base year.
    seed, peers
        As for :meth:`planner.Plan.odds`.

    Returns
    -------
    Backtest
        Actual figures are those of the baseline. Odds use nothing later than `start`.

    Raises
    ------
    InputError
        When a target is no number of an indicator, or `start` not before the base year.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> test = past_goals(plan, {"output": 180, "patents": 220})
    >>> [(goal.item.id, goal.met) for goal in test.goals]
    [('output', True), ('patents', False)]
    """
    reference = read_reference(peers, plan.baseline.catalogue)
    return backtest.past_goals(plan, targets, reference, form=form, start=start, seed=seed)
