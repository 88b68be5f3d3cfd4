"""Whoever asks for help gets it: public verbs say what they take, give and refuse, with an example."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

import planner as pl
from planner.planning.differences import Comparison

# Shown by the example of their class, or asked by the library itself
TOLD_ELSEWHERE = {"Odds.count", "Odds.goal", "Odds.hits", "Odds.key", "Odds.quantiles", "Odds.summed",
                  "Odds.together", "Odds.card", "Plan.bounds", "Plan.requests", "Plan.check_baseline",
                  "Baseline.under", "Comparison.records"}  # fmt: skip


def verbs() -> Iterator[tuple[str, str]]:
    for name in pl.__all__:
        value = getattr(pl, name)
        if inspect.isfunction(value):
            yield name, value.__doc__ or ""
    for kind in (pl.Plan, pl.Odds, pl.Baseline, Comparison):
        for name, member in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                yield f"{kind.__name__}.{name}", member.__doc__ or ""
    for name, member in inspect.getmembers(pl.widgets, inspect.isfunction):
        if member.__module__ == pl.widgets.__name__:
            yield f"widgets.{name}", member.__doc__ or ""


@pytest.mark.parametrize("name", sorted(dict(verbs())))
def test_public_verbs_have_an_example(name: str) -> None:
    told = dict(verbs())[name]
    assert told
    assert (">>>" in told) != (name in TOLD_ELSEWHERE)
