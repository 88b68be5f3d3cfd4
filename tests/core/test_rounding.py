"""The printing grid against arithmetic on fractions, exact halves included."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.rounding import (
    Rounding,
    mean_rate,
    on_grid,
    root_to_grid,
    step,
    to_grid,
    yearly_decline,
    yearly_growth,
)


@pytest.mark.parametrize("years", [1, 2, 3, 4])
@pytest.mark.parametrize("rate", ["0.005", "3.665", "12.345", "-0.005", "-3.665"])
def test_an_exact_half_of_a_printed_rate_goes_away_from_zero(rate: str, years: int) -> None:
    """1 + r on four decimals: whether up or down, a half that is exactly one is never lost."""
    ratio = (1 + Fraction(rate) / 100) ** years
    up = Decimal(rate).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    # The factor is rounded, so a half of a falling rate goes up too: away from zero for 1 + r.
    expected = up if not rate.startswith("-") else up + Decimal("0.01")
    assert mean_rate(ratio, years) == expected


@given(
    st.fractions(0, 10**6, max_denominator=10**6),
    st.integers(1, 5),
    st.integers(0, 4),
)
def test_a_root_is_on_the_right_side(value: Fraction, degree: int, decimals: int) -> None:
    low = Fraction(root_to_grid(value, degree, decimals, Rounding.DOWN))
    high = Fraction(root_to_grid(value, degree, decimals, Rounding.UP))
    assert low**degree <= value <= high**degree
    assert high - low in {0, step(decimals)}
    near = Fraction(root_to_grid(value, degree, decimals))
    middle = (low + high) / 2
    assert near == (high if value >= middle**degree else low)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("0.5", 0, "1"), ("-0.5", 0, "-1"), ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.005", 2, "0.01"),
     ("-0.005", 2, "-0.01"), ("60.785", 2, "60.79"), ("-60.785", 2, "-60.79")],
)  # fmt: skip
def test_a_half_goes_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert to_grid(Fraction(value), decimals) == Decimal(expected)
    assert to_grid(Decimal(value), decimals) == Decimal(expected)


@given(st.fractions(-(10**6), 10**6, max_denominator=10**4), st.integers(0, 4))
def test_rounding_goes_where_it_says(value: Fraction, decimals: int) -> None:
    down, up, half = (Fraction(to_grid(value, decimals, way)) for way in (
        Rounding.DOWN, Rounding.UP, Rounding.HALF))  # fmt: skip
    assert down <= value <= up
    assert (up == down) == on_grid(value, decimals)
    distance = abs(half - value)
    assert distance <= step(decimals) / 2
    if distance == step(decimals) / 2:
        assert abs(half) > abs(value)


@pytest.mark.parametrize(
    ("total", "years", "yearly"),
    [("21", 2, "10.00"), ("33.1", 3, "10.00"), ("10", 1, "10"), ("4.04", 2, "2.00")],
)
def test_growth_over_years_is_compounded(total: str, years: int, yearly: str) -> None:
    assert yearly_growth(Decimal(total), years) == Decimal(yearly)


@pytest.mark.parametrize(
    ("total", "years", "yearly"), [("19", 2, "10.00"), ("17", 5, "3.66"), ("5", 1, "5")]
)
def test_a_decline_over_years_is_compounded(total: str, years: int, yearly: str) -> None:
    found = yearly_decline(Decimal(total), years)
    assert found == Decimal(yearly)
    # Who meets the yearly figure meets the figure over the whole span.
    assert (1 - Fraction(found) / 100) ** years <= 1 - Fraction(total) / 100
