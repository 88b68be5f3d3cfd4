"""Widgets: the page's own parts, each alone in a cell of a notebook, around one plan that can be observed.

    table = pl.widgets.goals(plan)      # a cell shows it; table.plan is the plan as it stands
    pl.widgets.tuner(table, "output")   # beside it, over the same plan
    table.observe(print, "plan")

Each call begins with a plan of its own; given another widget, it shows that one's plan, and what
is done in either is seen in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import ipywidgets as w
import traitlets

from planner.api.plan import Plan
from planner.apps.page import lightmodel, oddsmodel, scenariomodel, svgcharts, tablemodel
from planner.apps.page.loading import study_of
from planner.apps.page.parts import Grid, Lights, Sheet, Tuner
from planner.apps.page.session import Session
from planner.apps.page.study import Study
from planner.core.findings import Finding, InputError, Obligation
from planner.core.language import spoken
from planner.model import messages

Show = Callable[[], None]


class PlanWidget(w.VBox):  # type: ignore[misc]
    """A part of the page over a plan of its own, or of another widget.

    Attributes
    ----------
    plan
        The plan as it stands: a trait that changes with every step, and may be set.
    said
        What was said to the last step: a tuple of findings, empty when nothing had to be.
    """

    plan = traitlets.Instance(Plan)
    said = traitlets.Tuple()

    def __init__(self, source: Plan | PlanWidget | Study, lang: str = "") -> None:
        """Begin with a plan, or join another widget."""
        self.session: Session
        self.joined: list[PlanWidget]
        if isinstance(source, PlanWidget):
            self.session, self.joined = source.session, source.joined
        else:
            self.joined = []
            self.session = Session()
            self.session.lang = spoken(lang)
            study = source if isinstance(source, Study) else study_of(source, self.session.lang)
            self.session.open(study, keep=False)
        super().__init__(plan=self.session.plan)
        self.add_class("planner")
        self.add_class("pl-alone")
        self._shows: list[Show] = []
        self.told = w.HTML()
        self.joined.append(self)

    def shows(self, *parts: tuple[w.Widget, Show]) -> None:
        """Take the parts in, each with what shows in it how the session is."""
        self._shows = [show for _, show in parts]
        self.children = (Sheet(), *(part for part, _ in parts), self.told)
        self.refresh()

    def __repr__(self) -> str:
        """Say whose plan is shown."""
        return f"<PlanWidget {self.plan!r}>"

    def act(self, verb: str, /, **facts: Any) -> None:
        """Do what somebody does in the widget: a verb of the page with its facts."""
        self.session.act(verb, **facts)
        self._follow()

    def undo(self) -> None:
        """Take the last step back."""
        self.act("undo")

    def redo(self) -> None:
        """Take the last step taken back again."""
        self.act("redo")

    def close(self) -> None:
        """Put it away; those that joined it go on."""
        if self in self.joined:
            self.joined.remove(self)
        super().close()

    def _follow(self) -> None:
        """Show in every widget over this plan how it is now."""
        for each in tuple(self.joined):
            each.refresh()

    def refresh(self) -> None:
        """Show how the session is now."""
        self.plan, self.said = self.session.plan, tuple(self.session.notices)
        lines = messages.in_words(self.said, self.session.lang) if self.said else ""
        self.told.value = f"<pre>{escape(lines)}</pre>" if lines else ""
        for show in self._shows:
            show()

    @traitlets.observe("plan")
    def _given(self, change: dict[str, Any]) -> None:
        if change["new"] is self.session.plan:
            return
        try:
            self.session.hold(change["new"])
        finally:  # one that cannot be planned changes nothing
            self._follow()


def goals(plan: Plan | PlanWidget, *, lang: str = "") -> PlanWidget:
    """Return the goal table to walk through and type into.

    Parameters
    ----------
    plan
        A plan to begin with, or another widget to join.
    lang
        ``zh`` or ``en``; the session's by default.

    Returns
    -------
    PlanWidget
        Its `plan` follows every step.

    Examples
    --------
    >>> import planner as pl
    >>> table = goals(pl.plan(pl.shared("baselines") / "example.csv"))
    >>> seen = []
    >>> table.observe(lambda change: seen.append(change["new"]["output"].values[2028]), "plan")
    >>> table.act("tune", indicator="output", year=2028, value="260")
    >>> seen, table.plan["output"].margin
    ([Decimal('260.00')], Decimal('12.16'))
    """
    made = PlanWidget(plan, lang)
    grid = Grid(made.act)
    made.shows((grid, lambda: grid.show(tablemodel.board(made.session))))
    return made


def tuner(plan: Plan | PlanWidget, indicator: str = "output", *, lang: str = "") -> PlanWidget:
    """Return sliders, boxes, pins, chart and odds of one indicator.

    Parameters
    ----------
    plan, lang
        As for :func:`goals`. Where it joins a table, it shows the row in hand there.
    indicator
        An id or name.

    Raises
    ------
    InputError
        When the plan has no such indicator.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> table = goals(plan)
    >>> slider = tuner(table, "patents")
    >>> slider.act("tune", indicator="patents", year=2028, value="400")
    >>> table.plan is slider.plan, str(table.plan["patents"].values[2028])
    (True, '400')
    """
    made = PlanWidget(plan, lang)
    made.session.hand = made.plan[indicator].id
    part = Tuner(made.act)
    made.shows((part, lambda: part.show(oddsmodel.tuner(made.session))))
    return made


def lights(plan: Plan | PlanWidget, *, lang: str = "") -> PlanWidget:
    """Return a light for each rule, which opens its source, formula, reading and figures.

    Parameters
    ----------
    plan, lang
        As for :func:`goals`.

    Examples
    --------
    >>> import planner as pl
    >>> light = lights(pl.plan(pl.shared("baselines") / "example.csv"))
    >>> light.act("reading", rule="f", name="intensity")
    >>> dict(light.plan.readings)
    {'f': 'intensity'}
    """
    made = PlanWidget(plan, lang)
    part = Lights(made.act)
    made.shows((part, lambda: part.show(lightmodel.lights(made.session))))
    return made


def odds(plan: Plan | PlanWidget, *, lang: str = "") -> PlanWidget:
    """Return how likely each goal is, counted anew with every step.

    Parameters
    ----------
    plan, lang
        As for :func:`goals`.

    Examples
    --------
    >>> import planner as pl
    >>> shown = odds(pl.plan(pl.shared("baselines") / "example.csv"), lang="en")
    >>> "Odds of meeting all" in shown.children[1].value
    True
    """
    made = PlanWidget(plan, lang)
    table = w.HTML()

    def show() -> None:
        told = oddsmodel.odds_of(made.session)
        table.value = told.card(made.session.lang) if told is not None else ""

    made.shows((table, show))
    return made


def compare(plans: Mapping[str, Plan], *, lang: str = "") -> PlanWidget:
    """Return several plans side by side, and a chart of how far each goes.

    Parameters
    ----------
    plans
        Plans of one cluster by name; the others are held against the first.
    lang
        ``zh`` or ``en``; the session's by default.

    Raises
    ------
    InputError
        When there are fewer than two.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> both = compare({"floor": plan, "bold": plan.wish("output", 2028, 260)})
    >>> both.plan == plan, "bold" in both.children[2].value
    (True, True)
    """
    if len(plans) < 2:  # noqa: PLR2004 - one alone is compared with nothing
        raise InputError([Finding("compare_few", Obligation.MUST_FIX, found=str(len(plans)))])
    made = PlanWidget(Study(dict(plans), next(iter(plans))), lang)
    made.session.compared = tuple(plans)
    grid, chart = Grid(made.act), w.HTML()

    def show() -> None:
        session = made.session
        few = dict(list(scenariomodel.chosen(session).items())[: svgcharts.MOST_BESIDE])
        grid.show(scenariomodel.comparison(session))
        chart.value = svgcharts.beside(few, session.lang)

    made.shows((grid, show), (chart, lambda: None))
    return made
