"""The reference class: what others have shown, each with its source.

Peers are clusters whose figures the user has; published figures are yearly growth rates of real
clusters that come with the package; benchmarks are those the plan's rules are held against.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from planner import resources
from planner.baseline import Baseline
from planner.benchmarks import Benchmark, read_benchmarks
from planner.catalogue import GROWTH_SUFFIX, Catalogue, Cell
from planner.coherence import OF_BASE_YEAR
from planner.findings import Finding
from planner.intake import read_clusters

if TYPE_CHECKING:
    import pandas as pd

    Peers: TypeAlias = "str | Path | pd.DataFrame | Sequence[Baseline] | Reference | None"

FILE = "reference-rates.csv"


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


def read_reference(
    peers: Peers,
    catalogue: Catalogue,
) -> Reference:
    """Return the reference class that somebody gives, or the published figures.

    Parameters
    ----------
    peers
        A file or DataFrame with the columns of a baseline and `cluster`, or baselines. Who has
        peers of his own is not held against what happened to be published elsewhere.

    Raises
    ------
    InputError
        When nothing of a file can be used.
    """
    if isinstance(peers, Reference):
        return peers
    if peers is None:
        return published()
    if isinstance(peers, Sequence) and not isinstance(peers, str):
        return Reference(clusters=tuple(peers))
    return Reference(clusters=read_clusters(peers, catalogue=catalogue))


def as_csv(reference: Reference) -> str:
    """Return the clusters of a reference class as a table that :func:`read_reference` reads.

    >>> import pandas as pd
    >>> rows = [("north", "output", 2025, 100), ("south", "output_growth", 2025, 8)]
    >>> frame = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value"])
    >>> from planner.catalogue import shipped
    >>> print(as_csv(read_reference(frame, shipped())))
    cluster,indicator,year,value,source
    north,output,2025,100.00,
    south,output_growth,2025,8.00,
    <BLANKLINE>
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("cluster", "indicator", "year", "value", "source"))
    for base in reference.clusters:
        for cell, value in base.values.items():
            writer.writerow((base.cluster, *cell, value, base.sources.get(cell, "")))
        for cell, value in base.growth.items():
            stated = Cell(cell.indicator + GROWTH_SUFFIX, cell.year)
            writer.writerow((base.cluster, *stated, value, base.sources.get(stated, "")))
    return stream.getvalue()


@resources.once
def published() -> Reference:
    """Return the published rates that come with the package.

    >>> sorted({figure.id for figure in published().published})
    ['output_growth', 'patents_growth', 'rd_spend_growth']
    """
    book = read_benchmarks(resources.shared("baselines") / FILE, given=False)
    return Reference(published=book.figures)
