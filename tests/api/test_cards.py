"""Cards: what a notebook shows of a value - short, escaped, told by sign and word."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest

import planner as pl

mpl.use("Agg")
EXAMPLE = pl.plan(pl.shared("baselines") / "example.csv")
WISHED = EXAMPLE.wish("output", 2028, 240)
SHOWN: dict[str, Any] = {
    "plan": WISHED,
    "goals": WISHED.goals,
    "baseline": WISHED.baseline,
    "findings": WISHED.check(),
    "verdicts": WISHED.verdicts,
    "odds": WISHED.odds(),
    "conflicts": WISHED.explain(),
    "changes": WISHED.repair().changes,
    "tradeoffs": EXAMPLE.tradeoffs(),
    "implied": EXAMPLE.implied(),
    "knock_on": EXAMPLE.wish("energy", 2028, "49.40").knock_on(),
    "frontier": EXAMPLE.frontier("output", "energy", points=3),
    "finding": WISHED.check()[0],
    "repair": WISHED.repair().repaired,
    "conflict": WISHED.explain()[0],
    "rules": WISHED.rules,
    "differences": EXAMPLE.diff(WISHED),
    "comparison": pl.compare({"a": EXAMPLE, "b": WISHED}),
}


class Sound(HTMLParser):
    """Tags that open and close in order, and what stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", SHOWN)
def test_values_show_themselves_shortly(name: str) -> None:
    value = SHOWN[name]
    assert len(repr(value)) < 200
    html = value._repr_html_()
    told = Sound(html)
    assert told.open == []
    assert {"table", "th", "td"} <= set(told.tags)
    assert not {"script", "style", "link"} & set(told.tags)
    assert "None" not in told.text
    assert "nan" not in told.text


@pytest.mark.parametrize(
    "value", [WISHED["output"], WISHED.verdicts[0], WISHED.odds()["output"], WISHED.explain()[0]]
)
def test_what_stands_in_a_list_is_short_too(value: Any) -> None:
    assert len(repr(value)) < 100


def test_a_state_is_a_sign_and_a_word() -> None:
    told = Sound(WISHED._repr_html_()).text
    assert "✗ 未达标" in told
    assert "≥247.84" in told
    assert "-7.84" in told
    assert "1 项必须修改" in told


def test_sources_show_where_the_mouse_rests() -> None:
    assert 'title="虚构示例数据"' in EXAMPLE._repr_html_()
    assert 'title="虚构示例数据"' in EXAMPLE.baseline._repr_html_()


def test_nothing_of_a_file_is_markup() -> None:
    bad = '<script>alert("x")</script>'
    rows = [(bad, "output", 2025, 100, bad), (bad, "patents", 2025, 100, bad)]
    frame = pd.DataFrame(rows, columns=["cluster", "indicator", "year", "value", "source"])
    plan = pl.plan(frame)
    for value in (plan, plan.baseline, plan.check(), pl.compare({bad: plan, "b": plan.wish("output", 2028, 200)})):  # fmt: skip
        assert "<script" not in value._repr_html_()


def test_plots_take_axes_and_return_them() -> None:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2)
    assert EXAMPLE.plot("output", ax=axes[0], lang="en") is axes[0]
    assert EXAMPLE.odds().plot("output", ax=axes[1]) is axes[1]
    assert axes[0].get_title(loc="left") == "Total output (100m yuan)"
    assert len(axes[1].collections) > len(axes[0].collections)  # the fan
    drawn = {tuple(line.get_ydata()) for line in axes[0].get_lines()}
    planned = tuple(EXAMPLE.frame().loc["output", ["baseline", 2026, 2027, 2028]])
    assert any(set(planned) <= set(map(float, line)) for line in drawn)
    plt.close(figure)
    bars = EXAMPLE.odds().plot()
    widths = [patch.get_width() for patch in bars.patches][::-1]
    assert widths == EXAMPLE.odds().frame()["chance_2028"].tolist()
    plt.close("all")
