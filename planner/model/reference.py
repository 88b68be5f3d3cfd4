"""The reference class: what others have shown, each with its source.

Peers are clusters whose figures the user has; published figures are yearly growth rates of real
clusters that come with the package; benchmarks are those the plan's rules are held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from planner.core.findings import Finding
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark
from planner.model.coherence import OF_BASE_YEAR

if TYPE_CHECKING:
    import pandas as pd

    # What somebody may give for peers; :func:`planner.intake.peers.read_reference` reads it.
    Peers: TypeAlias = "str | Path | pd.DataFrame | Sequence[Baseline] | Reference | None"


@dataclass(frozen=True, eq=False)
class Reference:
    """Other clusters with their levels, and published yearly rates."""

    clusters: tuple[Baseline, ...] = ()
    published: tuple[Benchmark, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what has to be said of the figures of the peers; nobody plans their targets."""
        return tuple(
            finding
            for base in self.clusters
            for finding in base.findings
            if finding.code not in OF_BASE_YEAR
        )
