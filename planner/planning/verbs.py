"""The verbs of a plan that need nothing but what it is made of: each returns another plan (§8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from planner.core.findings import Finding, InputError, Obligation
from planner.core.numerals import read_number
from planner.model.asked import Number, checked_words, described_cell, stated
from planner.model.catalogue import Cell
from planner.model.rules import Threshold
from planner.model.scenario import Scenario
from planner.model.scenario import scenario as find_scenario
from planner.model.shapes import SHAPES
from planner.planning.inputs import PlanInputs
from planner.planning.possible import MOST


class PlanVerbs(PlanInputs):
    """What somebody may ask for of a plan, one thing at a time."""

    def wish(self, indicator: str, year: int, value: Number) -> Self:
        """Return a plan that asks for a value; a rule that it breaks is reported by :meth:`check`.

        For a derived indicator the part that is a decision moves (§7).

        Parameters
        ----------
        indicator
            An id or name.
        year
            One of :attr:`years`.
        value
            A number or its text in the indicator's unit, printed on its grid and rounded to the
            safe side (§2); or a target as plans state it: ``">=260"``, ``"+10"`` or ``"新增10家"``, ``"8%/yr"``,
            ``"x2"``, ``"+3pp"``, ``"40..45"``, ``"40左右"`` (:func:`planner.model.stated.read_stated`). What was
            asked for of the same cell before gives way to it.

        Raises
        ------
        InputError
            When the indicator or the year is not one of the plan's, or the value no number, or
            negative where only growth can be.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.wish("output", 2028, "260.001").goals["output"].values[2028]
        Decimal('260.01')
        >>> plan.wish("hightech", 2028, "+10").goals["hightech"].values[2028]
        Decimal('31')
        """
        cell = self._cell(indicator, year)
        said = stated(self.baseline.catalogue[cell.indicator], year, value)
        wishes = {other: v for other, v in self.wishes.items() if other != cell}
        targets = {other: v for other, v in self.targets.items() if other != cell}
        if said.is_level:
            return self.asking(wishes={**wishes, cell: said.low}, targets=targets)
        return self.asking(wishes=wishes, targets={**targets, cell: said})

    def release(self, indicator: str, year: int | None = None) -> Self:
        """Return a plan without the wishes and pins of an indicator; its scenario's stay.

        Parameters
        ----------
        indicator
            An id or name.
        year
            Only those of this year; of all years by default.

        Raises
        ------
        InputError
            When there is no such indicator.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv").wish("output", 2028, 260)
        >>> plan.release("output").goals["output"].values[2028]
        Decimal('247.84')
        """
        indicator = self._id(indicator)

        def keep(values: Mapping[Cell, Any]) -> dict[Cell, Any]:
            gone = {c for c in values if c.indicator == indicator and year in {None, c.year}}
            return {cell: value for cell, value in values.items() if cell not in gone}

        return self.asking(
            wishes=keep(self.wishes), pins=keep(self.pins), targets=keep(self.targets)
        )

    def shape(self, indicator: str, shape: str) -> Self:
        """Return a plan that approaches an indicator's target in another stage shape.

        Parameters
        ----------
        indicator
            An id or name.
        shape
            ``constant`` for equal yearly rates, ``linear`` for equal steps, ``front`` or ``back``
            for most of the way early or late, ``s-curve`` for the middle year.

        Raises
        ------
        InputError
            When there is no such indicator or shape.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.shape("output", "front").goals["output"].values[2026]
        Decimal('220.45')
        """
        indicator = self._id(indicator)
        if shape not in SHAPES:
            fault = Finding(
                "shape_unknown", Obligation.MUST_FIX, found=shape, expected=", ".join(SHAPES)
            )
            raise InputError([fault])
        return self.asking(shapes={**self.shapes, indicator: shape})

    def reading(self, rule: str, name: str) -> Self:
        """Return a plan that reads a rule in another of the ways its rule set offers (§5).

        Parameters
        ----------
        rule
            The id of a rule or definition, a key of ``plan.rules.readings``.
        name
            One of its readings.

        Raises
        ------
        InputError
            When the rule set does not offer it.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.reading("rd_intensity", "sme_output").goals["rd_intensity"].values[2028]
        Decimal('3.19')
        """
        return replace(self, readings={**self.readings, rule: name}, repaired=None)

    def under(self, scenario: str | Path | Scenario | None) -> Self:
        """Return a plan that asks for the same under the ambitions of another scenario.

        Parameters
        ----------
        scenario
            A shipped scenario's id (:func:`planner.scenarios`), a file or a checked scenario;
            None for none.

        Raises
        ------
        InputError
            When there is none of that name, it chooses a reading that the rule set does not offer, or asks for another year.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.under("steady").goals["output"].values[2028]
        Decimal('261.60')
        """
        if isinstance(scenario, str | Path):
            scenario = find_scenario(scenario, self.baseline.catalogue)
        return replace(self, scenario=scenario, repaired=None)

    def benchmark(self, key: str, words: str) -> Self:
        """Return a plan that is held against another of the figures at hand (§10).

        Parameters
        ----------
        key
            The benchmark's id, such as ``iiot_share``.
        words
            What tells the figure from the others: its value, its year, or words of its scope or
            source.

        Raises
        ------
        InputError
            When no figure of that id bears the words, or more than one; with those there are.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> plan.benchmark("iiot_share", "17.5").goals["iiot_share"].requirement_text
        '≥17.50'
        """
        return replace(self, benchmarks=self.benchmarks.choosing(key, words), repaired=None)

    def threshold(self, rule: str, value: Number, source: str) -> Self:
        """Return a plan that knows a threshold which the rule set does not (§4).

        Parameters
        ----------
        rule
            The id of a rule without one, as findings name it.
        value
            The threshold, in the unit of the rule.
        source
            The document that states it; every export names it.

        Raises
        ------
        InputError
            When the value is no number of zero or more, or no source is given. A rule that has a threshold, or
            that there is not, is a finding of :meth:`check`.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> known = plan.threshold("cert/rd_growth", 8, "某厅〔2026〕1号")
        >>> next(v.status.value for v in known.verdicts if v.rule.id == "cert/rd_growth")
        'met'
        """
        number = read_number(str(value).rstrip(" %％")).value
        # A bound below zero, or beyond any figure, would bind nobody.
        if number is None or not 0 <= number <= MOST or not source.strip():
            found = f"{rule}={value}, {source}"
            raise InputError(
                [Finding("threshold_wrong", Obligation.MUST_FIX, rule=rule, found=found)]
            )
        given = Threshold(value=number, source=source.strip())
        return replace(self, thresholds={**self.thresholds, rule: given}, repaired=None)

    def describe(self, direction: str, year: int, text: str) -> Self:
        """Return a plan with a goal, or a state, in words.

        Parameters
        ----------
        direction
            A direction of the form, by id or name: ``opening``, ``开放合作``.
        year
            One of :attr:`years` for a goal; the base year, or one before, for a state.
        text
            What is to be reached, or is; an empty text takes back what was said.

        Raises
        ------
        InputError
            When there is no such direction, the year is after the last, or the text too long.

        Examples
        --------
        >>> import planner as pl
        >>> plan = pl.plan(pl.shared("baselines") / "example.csv")
        >>> goal = plan.describe("开放合作", 2028, "与5所高校共建联合实验室")
        >>> [(row.direction("en"), row.texts[2028]) for row in goal.goals.words]
        [('Opening and cooperation', '与5所高校共建联合实验室')]
        """
        cell = described_cell(self.baseline.catalogue, self.years, direction, year)
        told = checked_words(cell, text)
        base = self.baseline
        past = cell.year <= base.base_year
        words = {c: said for c, said in (base if past else self).described.items() if c != cell}
        words |= {cell: told} if told else {}
        if past:
            return replace(self, baseline=replace(base, described=words))
        return replace(self, described=words)

    def asking(self, **changes: Any) -> Self:
        """Return inputs that ask for something else: see :meth:`planner.Plan.asking`."""
        return replace(self, **{"repaired": None, **changes})
