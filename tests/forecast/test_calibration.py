"""Predictive distributions on real panels; tests/bench/calibration.py measures many more."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

import calibration
from calibration import ALONE, METHODS, MIDDLE, OURS, OWN, PANELS, Cauchy, Measured, Normal

DRAWS = 1000
CHECKED = [source for source in PANELS if source.dataset in {"Grunfeld", "Produc"}]


@pytest.fixture(scope="module")
def panels() -> dict[str, Measured]:
    methods = {name: method for name, method in METHODS.items() if name != ALONE}
    return {source.name: calibration.measure(source, methods, DRAWS) for source in CHECKED}


@pytest.mark.parametrize("source", PANELS[:2], ids=lambda source: source.name)
def test_a_unit_alone_has_intervals_that_hold(source: calibration.Source) -> None:
    found = calibration.measure(source, {OURS: METHODS[ALONE]}, DRAWS, origins=6)
    assert 0.65 < found.coverage() < 0.93
    assert 0.35 < found.coverage(share=MIDDLE) < 0.68


@pytest.mark.parametrize("name", [source.name for source in CHECKED])
def test_intervals_hold_what_they_say(panels, name: str) -> None:
    assert 0.65 < panels[name].coverage(OURS) < 0.93
    assert 0.35 < panels[name].coverage(OURS, MIDDLE) < 0.65


@pytest.mark.parametrize("name", [source.name for source in CHECKED])
def test_a_panel_tells_more_than_a_unit_alone(panels, name: str) -> None:
    assert panels[name].ratio(OWN) < 0.85


@pytest.mark.parametrize("name", [source.name for source in CHECKED])
def test_units_differ(panels, name: str) -> None:
    assert panels[name].ratio("pooling") <= 1
    assert panels[name].ratio("bootstrap") <= 1


def test_every_level_that_became_known_is_scored(panels) -> None:
    # 20 years of 10 firms, 17 of 48 states: the last two origins have fewer than three years left
    assert {name: (panel.folds, panel.count) for name, panel in panels.items()} == {
        "Grunfeld value": (17, 10 * (15 * 3 + 2 + 1)),
        "Grunfeld capital": (17, 10 * (15 * 3 + 2 + 1)),
        "Produc gsp": (14, 48 * (12 * 3 + 2 + 1)),
    }


def test_no_forecast_sees_what_comes() -> None:
    logs = np.random.default_rng(1).normal(size=(4, 6)).cumsum(1)
    changed = logs.copy()
    changed[:, 4:] += 1
    for one, other in zip(calibration.folds(logs), calibration.folds(changed), strict=True):
        if one.past.shape[1] > 4:
            break
        assert np.array_equal(one.past, other.past)
        assert not np.array_equal(one.growth, other.growth)


@pytest.mark.parametrize("away", [0.0, 0.7, -4.0])
def test_closed_scores_are_those_of_quantiles(away: float) -> None:
    growth, level = np.array([[away]]), (np.arange(200_000) + 0.5) / 200_000
    mean, spread = np.array([[0.1]]), np.array([[0.5]])
    tails = mean + spread * np.tan(np.pi * (level - 0.5))
    found = Cauchy(mean, spread).score(growth).item()
    # What lies beyond the last quantile is left out of the ensemble
    assert found == pytest.approx(calibration.ensemble(growth, tails[None]).item(), rel=1e-3)
    drawn = np.sort(np.random.default_rng(1).normal(0.1, 0.5, 200_000))[None, None]
    normal = Normal(mean, spread)
    assert normal.score(growth).item() == pytest.approx(
        calibration.ensemble(growth, drawn).item(), rel=2e-2
    )
    assert normal.level_score(growth).item() == pytest.approx(
        calibration.ensemble(np.exp(growth), np.exp(drawn)).item(), rel=2e-2
    )


@pytest.mark.parametrize(
    ("values", "level", "alpha"),
    [((1.0, 2.0, 4.0), 4.0, 1.0), ((1.0, 2.0, 0.0), 1.0, 0.0), ((1.0, 3.0, 2.0), 2.0, 0.5)],
)
def test_three_values_are_smoothed_by_least_squares(values, level, alpha) -> None:
    found, by, _ = calibration.smoothed(np.array(values))
    assert (found, by) == (pytest.approx(level), pytest.approx(alpha))
