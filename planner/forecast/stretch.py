"""Stretch: the rate a target needs beside what the past shows and what others have done (§3).

What came of like undertakings corrects what one expects of one's own [1]_; done by numbers that is
reference class forecasting [2]_. Ours does not move a target by the class: it says how many reached
as much, and pools the class with the own history in :mod:`planner.forecast.growth`.

References
----------
.. [1] D. Kahneman and A. Tversky, Intuitive prediction: biases and corrective procedures, TIMS
   Studies in the Management Sciences 12, 313-327, 1979.
.. [2] B. Flyvbjerg, Curbing optimism bias and strategic misrepresentation in planning: reference
   class forecasting in practice, European Planning Studies 16(1), 3-21, 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from planner.compliance.numbers import Numbers
from planner.core.rounding import mean_rate
from planner.forecast.processes import Peer
from planner.model.baseline import Baseline, Growth
from planner.model.catalogue import Indicator


@dataclass(frozen=True)
class Stretch:
    """How far a target is from what was seen, in per cent a year; None where it is not known.

    Attributes
    ----------
    needed, past, gap
        The rate the target needs, the one shown before, and the percentage points between.
    growth
        What `past` comes from: its factor, its number of periods, and whether it is of yearly
        rates or levels.
    peers, reached
        Those of the reference class that state a rate, and how many did at least as well as is
        needed; `reached` is None where there are none.
    benchmarks
        What an industry does on average, which nobody has to have done, beside the peers.
    """

    needed: Decimal | None
    past: Decimal | None
    growth: Growth | None
    gap: Decimal | None
    peers: tuple[Peer, ...]
    reached: int | None
    benchmarks: tuple[Peer, ...] = ()

    @property
    def basis(self) -> Literal["", "rates", "levels", "stated"]:
        """Return what the past rate was taken from."""
        return self.growth.basis if self.growth else ""  # type: ignore[return-value]


def stretch(
    item: Indicator,
    numbers: Numbers,
    baseline: Baseline,
    years: Sequence[int],
    peers: Sequence[Peer],
) -> Stretch:
    """Hold what the target of the last year needs against the past and the reference class.

    A growth goal is held against growth over as many years as it speaks of.
    """
    base, end = baseline.base_year, years[-1]
    subject, span = (item.of, item.periods) if item.kind == "growth" else (item.id, end - base)
    needed = numbers.rate(baseline.catalogue[subject], end - span, end)
    convention = baseline.catalogue.convention(subject, span)
    growth = baseline.past_growth(subject, base, span, convention)
    past = mean_rate(growth.factor, growth.periods) if growth and growth.factor >= 0 else None
    gap = needed - past if needed is not None and past is not None else None
    benchmarks = tuple(peer for peer in peers if peer.kind == "benchmark" and peer.rate is not None)
    rated = tuple(peer for peer in peers if peer.kind != "benchmark" and peer.rate is not None)
    reached = None
    if needed is not None and rated:
        down = item.better == "lower"
        reached = sum(
            peer.rate <= needed if down else peer.rate >= needed
            for peer in rated
            if peer.rate is not None
        )
    return Stretch(needed, past, growth, gap, rated, reached, benchmarks)
