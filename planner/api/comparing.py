"""Plans side by side as people use them: the comparison with its chart bound to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.planning.differences import Comparison
from planner.planning.record import PlanRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Compared(Comparison):
    """Plans side by side, by name: made by :func:`planner.compare`."""

    def plot(self, ax: Axes | None = None, lang: str = "") -> Axes:
        """Draw how far each plan goes from the baseline, where they differ in the last year.

        Parameters
        ----------
        ax
            Axes to draw on; a new figure by default.
        lang
            ``zh`` or ``en``; the session's by default.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("Agg")
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> both = pl.compare({"floor": plan, "bold": plan.wish("patents", 2028, 400)})
        >>> [text.get_text() for text in both.plot(lang="en").get_yticklabels()]
        ['Patents per 10,000 employees', 'Valid invention patents']
        """
        from planner.export.plots import plot_compared

        return plot_compared(self, ax, lang)


def compare(plans: Mapping[str, PlanRecord]) -> Compared:
    """Hold plans against each other.

    Parameters
    ----------
    plans
        Plans by name; the others are held against the first.

    Returns
    -------
    Compared
        A :class:`~planner.planning.differences.Comparison`, shown in a notebook where they differ; its ``frame()`` has all goals.

    Raises
    ------
    InputError
        When there are none.

    Examples
    --------
    >>> import planner as pl
    >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
    >>> compare({"floor": plan, "bold": plan.wish("output", 2028, 260)}).diff("bold")[0].kind
    'moved'
    """
    return Compared(plans)
