"""A rate that decides is printed as exactly as it takes; a ratio's rate can be worked out again."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner as pl
from planner.apps.cli import report
from planner.model.messages import said
from planner.planning.statements import ratio_rates

EXAMPLE = pl.shared("baselines") / "example.csv"


@pytest.fixture(scope="module")
def plan():
    return pl.plan(EXAMPLE)


def rule(plan, key):
    return next(verdict for verdict in plan.verdicts if verdict.rule.id == key)


def pair(text):
    shown, required = text.split(" / ")
    return Decimal(shown), Decimal(required)


@pytest.mark.parametrize(
    ("key", "goal", "value", "shown"),
    [
        # 186.20 x 1.1^3 = 247.8322: a hundredth below it is 9.9997 % a year.
        ("a", "output", "247.83", "9.9997 / 10.00"),
        ("a", "output", "247.84", "10.00 / 10.00"),
        ("a", "output", "240.00", "8.83 / 10.00"),
        # 78.20 x (1 - 0.0366)^3 = 69.9217
        ("f", "co2", "69.93", "3.657 / 3.66"),
        ("f", "co2", "69.92", "3.66 / 3.66"),
        # 4.65 x 1.1^3 = 6.1892
        ("c", "rd_spend", "6.18", "9.95 / 10.00"),
    ],
)
def test_a_printed_rate_tells_the_verdict(plan, key, goal, value, shown):
    verdict = rule(plan.wish(goal, 2028, value), key)
    assert report._rates(verdict.head) == shown
    rate, required = pair(shown)
    assert (rate >= required) is (verdict.status.value == "met")


@given(cents=st.integers(-40, 40))
@settings(max_examples=25, deadline=None)
def test_no_rate_near_the_bound_contradicts_its_verdict(plan, cents):
    level = Decimal("247.83") + Decimal(cents) / 100
    verdict = rule(plan.wish("output", 2028, level), "a")
    rate, required = pair(report._rates(verdict.head))
    # By whole numbers: level^1 / base^1 against 1.1^3.
    holds = level * 1000 >= Decimal("186.20") * 1331
    assert (verdict.status.value == "met") is holds is (rate >= required)
    with localcontext(prec=40):  # and the figure is the rate, to the decimals it has
        exact = ((level / Decimal("186.20")) ** (Decimal(1) / 3) - 1) * 100
        assert abs(rate - exact) <= Decimal(5).scaleb(rate.as_tuple().exponent - 1)


@pytest.mark.parametrize(
    ("last", "shown", "status"),
    [
        ("13310.01", "10.00003", "met"),
        ("13310.00", "10.00", "unmet"),
        ("13309.99", "10.00", "unmet"),  # more than 10 is asked: two decimals tell it
        ("13400.00", "10.25", "met"),
    ],
)
def test_a_past_rate_is_told_as_exactly_as_it_takes(tmp_path, last, shown, status):
    file = tmp_path / "made up.csv"
    text = f"indicator,year,value,unit\noutput,2022,10000.00,亿元\noutput,2025,{last},亿元\n"
    file.write_text(text, encoding="utf-8")
    verdict = rule(pl.plan(file), "cert/output_growth")
    assert (str(verdict.head.value), verdict.status.value) == (shown, status)


def test_the_goal_table_and_the_workbook_print_the_deciding_rate(plan, tmp_path):
    missed = plan.wish("output", 2028, "247.83")
    assert str(missed.goals["output"].rate) == "9.9997"
    assert str(plan.goals["output"].rate) == "10.00"
    assert str(missed.goals["co2"].rate) == "-3.66"
    missed.export(tmp_path, "zh")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(tmp_path / "goals.xlsx", data_only=True)
    values = [cell.value for sheet in book for line in sheet for cell in line]
    assert 9.9997 in values


def test_the_rate_of_a_ratio_is_worked_out_beside_it(plan, capsys):
    text = said(ratio_rates(plan.goals, plan.numbers), "zh")
    assert "（48.92 ÷ 247.84）÷（40.10 ÷ 186.20），年均 −2.86 %" in text
    with localcontext(prec=30):
        fall = (Decimal("48.92") / Decimal("247.84")) / (Decimal("40.10") / Decimal("186.20"))
        assert round((fall ** (Decimal(1) / 3) - 1) * 100, 2) == Decimal("-2.86")
    # What the printed ratios themselves give is not worked out again.
    assert "研发投入强度" not in text
    assert ratio_rates([plan.goals["output"], plan.goals["rd_intensity"]], plan.numbers) is None
    report.verdicts(plan, "zh", "target")
    assert "÷（40.10 ÷ 186.20）" in "".join(capsys.readouterr().out.split("\n"))


def test_the_annex_says_it_too(plan, tmp_path):
    plan.export(Path(tmp_path), "zh")
    docx = pytest.importorskip("docx")
    told = "\n".join(p.text for p in docx.Document(str(tmp_path / "goals.docx")).paragraphs)
    assert "比率指标的年均变化率按表内所列分子、分母计算" in told
