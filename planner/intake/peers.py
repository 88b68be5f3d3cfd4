"""Peers in: the figures of other clusters, or those that were published, as a reference class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.core import resources
from planner.intake.baselines import read_clusters
from planner.intake.benchmarks import read_benchmarks
from planner.model.catalogue import Catalogue
from planner.model.mapping import NOTHING, FileMapping
from planner.model.reference import Reference

if TYPE_CHECKING:
    from planner.model.reference import Peers

FILE = "reference-rates.csv"


def read_reference(peers: Peers, catalogue: Catalogue, mapping: FileMapping = NOTHING) -> Reference:
    """Return the reference class that somebody gives, or the published figures.

    Parameters
    ----------
    peers
        A file or DataFrame with the columns of a baseline and `cluster`, or baselines. Who has
        peers of his own is not held against what happened to be published elsewhere.
    mapping
        What labels of a file mean, and which way doubtful numbers are to be read.

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
    return Reference(clusters=read_clusters(peers, catalogue=catalogue, mapping=mapping))


@resources.once
def published() -> Reference:
    """Return the published rates that come with the package.

    >>> sorted({figure.id for figure in published().published})
    ['output_growth', 'patents_growth', 'rd_spend_growth', 'revenue_growth']
    """
    book = read_benchmarks(resources.shared("baselines") / FILE, given=False)
    return Reference(published=book.figures)
