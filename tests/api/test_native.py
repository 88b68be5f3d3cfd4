"""At home in pandas: a consultant's script over thirty clusters, without a detour or a private name."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping

import matplotlib as mpl
import pandas as pd
import pytest

import planner as pl

mpl.use("Agg")


def thirty_clusters(seed: int = 7) -> pd.DataFrame:
    """Return made-up figures of thirty clusters, a line each, as a consultant keeps them."""
    base = pl.read_baseline(pl.shared("baselines") / "example.csv").frame(long=True)
    frames = []
    for number in range(30):
        factor = 0.6 + ((number * seed) % 23) / 20
        scaled = base["indicator"].isin(["output", "leading_output", "sme_output", "rd_spend"])
        mine = base.assign(cluster=f"虚构集群{number:02d}")
        mine.loc[scaled, "value"] = (mine.loc[scaled, "value"] * factor).round(2)
        frames.append(mine[["cluster", "indicator", "year", "value"]])
    return pd.concat(frames, ignore_index=True)


def script(figures: pd.DataFrame) -> tuple[pd.DataFrame, Mapping[str, pl.Plan]]:
    """Do what a consultant does with a province, in one go."""
    plans, fixed, told = {}, {}, []
    for base in pl.read_clusters(figures):
        plan = pl.plan(base, rules="xinjiang-2025")
        target = plan.frame()[2028]
        wished = plan.wish("output", 2028, float(target["output"]) * 0.97)
        wished = wished.wish("patents", 2028, "+140")
        plans[base.cluster] = plan
        fixed[base.cluster] = wished.repair()
        changes = fixed[base.cluster].changes.frame()
        told.append(changes.assign(cluster=base.cluster))
    goals = pd.concat({name: plan.frame() for name, plan in fixed.items()}, names=["cluster"])
    output = goals.xs("output", level="indicator")
    assert output[2028].mean() > output["baseline"].mean()
    growth = (output[2028] / output["baseline"]) ** (1 / 3) - 1
    assert growth.min() >= 0.1
    moved = pd.concat(told, ignore_index=True)
    assert set(moved["cluster"]) == set(fixed)
    by_kind = moved.groupby("kind")["new"].count()
    assert by_kind["wish"] >= len(fixed)
    name = output[2028].idxmax()
    both = pl.compare({"floor": plans[name], "fixed": fixed[name]})
    table = both.frame()
    gap = table["fixed"] - table["floor"]
    assert gap.loc[("patents", 2028)] > 0
    axes = fixed[name].plot("output")
    output[2028].plot.hist(ax=axes.figure.add_subplot(), title="2028")
    odds = fixed[name].odds().frame()
    assert odds.loc[odds["firm"], "chance_2028"].between(0, 1).all()
    totals = goals.groupby("indicator")[[2026, 2027, 2028]].sum()
    assert totals.loc["output", 2028] == pytest.approx(output[2028].sum())
    findings = pd.concat(
        {name: plan.check().frame("en") for name, plan in fixed.items()}, names=["cluster"]
    )
    assert not (findings["level"] == "must_fix").any()
    return goals, fixed


def test_thirty_clusters_in_one_go() -> None:
    goals, fixed = script(thirty_clusters())
    assert len(fixed) == 30
    assert all(plan.complies for plan in fixed.values())
    assert goals.loc[("虚构集群00", "output"), "status"] == "met"


def test_the_script_takes_no_detour() -> None:
    text = inspect.getsource(script) + inspect.getsource(thirty_clusters)
    assert len(text.splitlines()) <= 65
    names = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    assert not names & {"reset_index", "astype"}
    assert not [name for name in names if name.startswith("_")]
