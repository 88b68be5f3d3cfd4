"""Published plans: every target is understood as stated or refused with what is missing (§17, §1).

The rows are what real plans say, each with its source; the levels are worked out here in plain
fractions.
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

import planner as pl
from planner.model.messages import sentence

_TEXT = (Path(__file__).parent.parent / "data" / "published_plans.csv").read_text("utf-8")
ROWS = list(csv.DictReader(_TEXT.splitlines()))
CLUSTERS = sorted({row["cluster"] for row in ROWS if row["kind"] != "baseline"})
# Of what these plans speak and the catalogue knows, by the name without what is said of the number.
KNOWN = {
    "集群总产值": "output", "高新技术企业数量": "hightech", "专精特新中小企业数量": "srdi_smes",
    "工业互联网平台应用普及率": "iiot_share", "营业收入": "revenue", "新培育单项冠军": "champions",
    "新培育小巨人": "little_giants", "新培育专精特新": "srdi_smes", "集群总产值增速": "output_growth",
    "新培育高新技术企业": "hightech", "新培育专精特新中小企业": "srdi_smes",
    "新培育小巨人企业": "little_giants",
}  # fmt: skip
SIGNS = {"以上": "at_least", "突破": "at_least", "超": "at_least", "左右": "about"}


def split(label: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?)[（(](以上|突破|超|左右|约|近)[）)]", label)
    return (match[1], SIGNS.get(match[2], "")) if match else (label, "")


def verified(cluster: str, folder: Path) -> tuple[pl.Plan, list[dict[str, str]]]:
    """Judge the table of a cluster from its latest baseline year, else from the year before."""
    rows = [row for row in ROWS if row["cluster"] == cluster]
    targets = [row for row in rows if row["kind"] != "baseline"]
    first = min(int(row["year"]) for row in targets)
    past = [int(row["year"]) for row in rows if row["kind"] == "baseline"]
    base = max((year for year in past if year < first), default=first - 1)
    horizon = max(int(row["year"]) for row in targets) - base
    path = folder / "plan.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["指标", "年份", "数值", "单位"])
        for row in rows:
            writer.writerow([row["indicator"], row["year"], row["value"], row["unit"]])
    return pl.verify(path, base_year=base, horizon=horizon), targets


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_target_is_understood_or_refused(cluster: str, tmp_path: Path) -> None:
    try:
        plan, targets = verified(cluster, tmp_path)
    except pl.InputError as error:  # not one of its indicators is known
        told = [sentence(item, "zh") for item in error.findings]
        rows = [row for row in ROWS if row["cluster"] == cluster and row["kind"] != "baseline"]
        assert all(any(row["indicator"] in text for text in told) for row in rows), told
        return
    base = plan.baseline.base_year
    said = " ".join(
        f"{item.found} {sentence(item, 'zh')}"
        for item in plan.check()
        if item.level.value != "info"
    )
    for row in targets:
        name, sign = split(row["indicator"])
        key, year = KNOWN.get(name), int(row["year"])
        number = Fraction(row["value"])
        if not key:
            assert name in said or row["indicator"] in said, (cluster, row)
            continue
        start = plan.baseline.printed(key)
        stated = {cell: told for cell, told in plan.targets.items() if cell.indicator == key}
        if name.startswith("新培育"):
            told = next(told for cell, told in stated.items() if cell.year == year)
            assert (told.measure, told.relation, told.low) == ("added", sign or "exactly", number)
            if start is None:
                assert "target_needs_base" in {item.code for item in plan.check()}
            continue
        if key == "output_growth":
            assert {str(told) for told in stated.values()} == {">=10"}
            continue
        level = plan.goals[key].values[year]
        assert level is not None, (cluster, row)
        assert Fraction(level) == number
        if sign:
            (told,) = [told for cell, told in stated.items() if cell.year == year]
            assert (told.measure, told.relation, told.low) == ("level", sign, number)
        if key == "output" and start is not None:
            grown = number >= Fraction(start) * Fraction(11, 10) ** (year - base)
            if year == plan.years[-1]:
                assert (plan.goals["output"].status == "met") is grown


def test_what_is_absent_is_one_line(tmp_path: Path) -> None:
    plan, _ = verified("宜兴市环保产业集群", tmp_path)
    codes = [item.code for item in plan.check() if item.level.value == "must_fix"]
    assert codes.count("plan_partial") == 1
    assert not plan.complies  # unknown is never passed
    # 500 of 200 in five years is 20 % a year.
    assert plan.goals["output"].status == "met"
