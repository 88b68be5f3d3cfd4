"""Amending, taking ways out, figures worked out, and memory: each against an independent answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from conftest import make_baseline
from examples import drawn
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import planner as pl
from planner.compliance.judge import Line
from planner.compliance.rows import Row
from planner.core.findings import Finding, InputError, Place
from planner.core.frozen import remembered
from planner.intake.amending import amend
from planner.model.baseline import Baseline
from planner.model.catalogue import Cell
from planner.model.rulesets import shipped_ids
from planner.planning.explain import Way, explain, take, told
from planner.planning.request import Member
from planner.planning.store import dumps, loads
from planner.planning.workings import worked

BASELINES = pl.shared("baselines")
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


# -- amend -------------------------------------------------------------------------------------

Figures = dict[tuple[str, int], str]
KEYS = ("output", "sme_output", "leading_share", "enterprises", "smes", "patents", "output_growth")
KEYS += ("iiot_smes", "iiot_share", "rd_spend_growth", "output_growth_3y", "co2")
# Every cell of these is beside, so that the base year stays what it is.
ANCHOR: Figures = {("employees", year): "1000" for year in (2023, 2024, 2025)}


def read(figures: Figures) -> Baseline:
    """Read figures as from a file, all that are not blank."""
    rows = [(key, year, text) for (key, year), text in {**ANCHOR, **figures}.items() if text]
    return pl.read_baseline(
        pd.DataFrame(rows, columns=["indicator", "year", "value"]), base_year=2025
    )


def content(baseline: Baseline) -> tuple[object, ...]:
    """Return what a baseline says, whatever the order and the place it was read from."""

    def plain(finding: Finding) -> str:
        return repr(replace(finding, place=Place()))

    return (
        dict(sorted(baseline.values.items())),
        dict(sorted(baseline.growth.items())),
        sorted(map(plain, baseline.findings)),
    )


def amended(base: Baseline, cell: tuple[str, int], text: str) -> tuple[Baseline | None, set[str]]:
    """Return the baseline amended, or the codes that say why not."""
    try:
        return amend(base, *cell, text), set()
    except InputError as error:
        return None, {finding.code for finding in error.findings}


def asked(*bases: Baseline) -> bool:
    """Whether something is asked: a number in doubt is not kept, so no later change settles it."""
    return any("take_way" in finding.ways_out for base in bases for finding in base.findings)


TEXTS = ["", "100", "120", "50", "0.5", "12.345", "１２", "1,200", "0", "9999999", "3", "-5", "30%"]
CELLS = st.tuples(st.sampled_from(KEYS), st.sampled_from([2023, 2024, 2025]))
FIGURES = st.dictionaries(CELLS, st.sampled_from(TEXTS[1:]), max_size=8)


@drawn(80, 2000, FIGURES, CELLS, st.sampled_from([*TEXTS, "x", "约3"]))
def test_amending_is_like_having_read_it_so(
    figures: Figures, cell: tuple[str, int], text: str
) -> None:
    base = read(figures)
    wanted = read({**figures, cell: text})
    mended, refusals = amended(base, cell, text)
    if mended is None:
        # Refused: the file would not have held it either, and would have said why.
        key, year = cell
        said = {finding.code for finding in wanted.findings if finding.indicator == key}
        assert refusals
        assert refusals <= said
        assert Cell(*cell) not in wanted.values
        assert not key.endswith("_growth") or Cell(key[:-7], year) not in wanted.growth
        return
    assume(not asked(base, wanted))
    assert content(mended) == content(wanted)
    assert content(base) == content(read(figures))  # nothing was changed in place


@drawn(
    30,
    500,
    FIGURES,
    st.lists(st.tuples(CELLS, st.sampled_from(["", "100", "50", "12.3", "7"])), max_size=4),
)
def test_amending_again_and_again_and_after_a_restart(
    figures: Figures, changes: list[tuple[tuple[str, int], str]]
) -> None:
    saved = loads(
        dumps(pl.plan(read(figures), base_year=2025)).decode(), "plan.json", pl.Plan
    ).baseline
    one, two, figures = read(figures), saved, dict(figures)
    assume(not asked(one))
    for cell, text in changes:
        try:
            one, two = amend(one, *cell, text), amend(two, *cell, text)
        except InputError:
            continue
        figures[cell] = text
        assume(not asked(read(figures)))
    assert content(one) == content(read(figures))
    assert content(two) == content(read(figures))


def test_amending_a_row_of_blanks() -> None:
    """One sentence stands for all blank cells of a row; each that is filled in leaves it."""

    def wide(**figures: str) -> Baseline:
        row = {"indicator": "output", "2022": None, "2023": None, "2024": None, "2025": "100"}
        return pl.read_baseline(pd.DataFrame([{**row, **figures}]))

    base = wide()
    assert [(f.code, f.facts["years"]) for f in base.findings] == [
        ("value_blank", "2022、2023、2024")
    ]
    for year in (2022, 2023, 2024):
        mended = amend(base, "output", year, "90")
        assert content(mended) == content(wide(**{str(year): "90"}))


def test_amending_under_own_indicators() -> None:
    own = pl.read_catalogue(BASELINES / "sub-industries.yaml")
    base = pl.read_baseline(BASELINES / "sub-industries.csv", catalogue=own)
    broken = amend(base, "sauce_output", 2025, "99.70")
    assert {"sum_differs"} == {f.code for f in broken.findings} - {f.code for f in base.findings}
    whole = amend(broken, "other_output", 2025, "45.15")
    assert whole.findings == base.findings


@pytest.mark.parametrize("indicator", ["nix", "", "__class__", "集群总产值", "growth", "_growth"])
@pytest.mark.parametrize("text", ["", "5"])
def test_amending_takes_ids_only_and_says_so(indicator: str, text: str) -> None:
    with pytest.raises(InputError) as error:
        amend(make_baseline(), indicator, 2025, text)
    assert error.value.findings


def test_amending_a_workbook_keeps_its_places() -> None:
    base = pl.read_baseline(BASELINES / "example.xlsx")
    cell = Cell("output", 2025)
    with pytest.raises(InputError) as error:
        amend(base, *cell, "viel")
    assert error.value.findings[0].place == base.places[cell]


# -- ways out ----------------------------------------------------------------------------------


def stuck() -> dict[str, pl.Plan]:
    plan = pl.plan(pl.read_baseline(BASELINES / "example.csv"))
    tight = pl.plan(pl.read_baseline(BASELINES / "co2-conflict.csv"))
    return {
        "wish": plan.wish("output", 2028, 240),
        "pin": plan.pin("output", 2028, 240).pin("patents", 2028, 100),
        "share": plan.pin("smes", 2028, 300).wish("iiot_smes", 2028, 60),
        "ratio": plan.pin("smes", 2028, 312).wish("iiot_share", 2028, 20),
        "parts": plan.pin("output", 2028, 250).wish("sme_output", 2028, 260),
        "growth": plan.wish("output_growth_3y", 2028, 5),
        "co2": tight.wish("co2", 2028, 99).wish("output", 2028, 150),
        "ambition": plan.pin("output", 2028, 248).under(
            pl.plan(make_baseline(), scenario="stretch").scenario
        ),
        "two ambitions": plan.pin("patents", 2028, 326).under(
            pl.plan(make_baseline(), scenario="stretch").scenario
        ),
    }


@pytest.mark.parametrize("name", stuck())
def test_a_way_out_leads_out(name: str) -> None:
    """After each way the conflict is gone; where the way says 'elsewhere', another may stand."""
    plan = stuck()[name]
    conflicts = explain(plan)
    assert conflicts
    for conflict in conflicts:
        before = set(conflict.rows)
        for way in conflict.ways:
            if way.new is None:
                with pytest.raises(InputError):
                    take(plan, way, "理由")
                continue
            after = take(plan, way, "理由")
            assert dict(plan.wishes) == dict(stuck()[name].wishes)
            left = explain(after)
            assert not any(set(other.rows) == before for other in left), told(plan, way)
            if not way.elsewhere:
                assert len(left) < len(conflicts), told(plan, way)
            assert str(after.goals[way.cell.indicator].values[way.cell.year]) == str(way.new)


def test_a_benchmark_gives_way_for_a_reason_only() -> None:
    plan = stuck()["share"]
    ways = [way for conflict in explain(plan) for way in conflict.ways]
    way = next(way for way in ways if way.member.standing == "benchmark" and way.new is not None)
    for reason in ("", "  "):
        with pytest.raises(InputError) as error:
            take(plan, way, reason)
        assert [finding.code for finding in error.value.findings] == ["reason_missing"]
    assert take(plan, way, " 理由 ").reasons == {way.member.rule.id: "理由"}


def test_a_closed_way_is_refused() -> None:
    plan = stuck()["wish"]
    member: Member = explain(plan)[0].members[0]
    with pytest.raises(InputError) as error:
        take(plan, Way(member, Cell("output", 2028), None, None))
    assert [finding.code for finding in error.value.findings] == ["way_closed"]


# -- figures worked out ------------------------------------------------------------------------

NUMBER = r"-?\d+(?:\.\d+)?"
GROWN = re.compile(
    rf"({NUMBER}) × \(1 ([+−]) ({NUMBER})%\)\^(\d+) = ({NUMBER}) → ([≥≤=<>])({NUMBER}); "
)
STEP = re.compile(rf"({NUMBER}) \+ ({NUMBER}) = ({NUMBER}) → ([≥≤=<>])({NUMBER}); ")
MARGIN = re.compile(rf"({NUMBER})%? − ({NUMBER})%? = ({NUMBER})$")


def checked(text: str, line: Line, row: Row) -> None:
    """Recompute every equation of a formula in fractions, as a reader with a calculator would.

    A ratio recomputed from its parts has no last printable value; its figures have six decimals.
    """
    last = Fraction(1, 10**6)
    margin = MARGIN.search(text)
    assert margin, text
    left, right, gap = map(Fraction, margin.groups())
    named = {Fraction(line.value or 0), Fraction(line.requirement or 0)}
    assert {left, right} == named
    if row.sense.value == "==":
        assert gap == -abs(left - right), text
    else:
        assert gap == left - right, text
    if grown := GROWN.search(text):
        start, sign, rate, periods, exact, _, need = grown.groups()
        factor = 1 + Fraction(rate) / 100 * (1 if sign == "+" else -1)
        true = Fraction(start) * factor ** int(periods)
        if line.basis == "parts":
            assert abs(true - Fraction(exact)) <= 2 * last, text
            assert abs(Fraction(exact) - Fraction(need)) <= last, text
        else:
            assert abs(true - Fraction(exact)) <= last / 2, text
            bound(true, Fraction(need), row, line)
    elif step := STEP.search(text):
        before, more, exact, _, need = step.groups()
        assert Fraction(before) + Fraction(more) == Fraction(exact)
        bound(Fraction(exact), Fraction(need), row, line)


def bound(true: Fraction, need: Fraction, row: Row, line: Line) -> None:
    """A floor is the first printable number that is enough, a ceiling the last."""
    grain = Fraction(1, 10 ** len(str(line.requirement).partition(".")[2]))
    if row.sense.value == ">=":
        assert need >= true
        assert need - grain < true or (row.beyond and need - grain == true)
    elif row.sense.value == "<=":
        assert need <= true
        assert need + grain > true or (row.beyond and need + grain == true)


WORKED = {
    "example": lambda: pl.plan(pl.read_baseline(BASELINES / "example.csv")),
    "fails": lambda: pl.plan(pl.read_baseline(BASELINES / "fails-certification.csv")),
    "co2": lambda: pl.plan(pl.read_baseline(BASELINES / "co2-conflict.csv")),
    "intensity": lambda: pl.plan(make_baseline()).reading("f", "intensity"),
    "stretch": lambda: pl.plan(make_baseline(), scenario="stretch"),
    "own": lambda: pl.plan(
        pl.read_baseline(
            BASELINES / "sub-industries.csv",
            catalogue=pl.read_catalogue(BASELINES / "sub-industries.yaml"),
        )
    ),
    "unmet": lambda: pl.plan(make_baseline()).wish("output", 2028, 200).wish("patents", 2028, 1),
    "wished": lambda: pl.plan(make_baseline()).pin("quality_smes", 2026, 40).wish("co2", 2028, 70),
    **{
        name: (lambda name=name: pl.plan(pl.read_baseline(BASELINES / "example.csv"), rules=name))
        for name in shipped_ids()
    },
}


@pytest.mark.parametrize("name", WORKED)
def test_figures_worked_out_can_be_recomputed(name: str) -> None:
    plan = WORKED[name]()
    seen = 0
    for verdict in plan.verdicts:
        rows = {row.name: row for row in verdict.rule.rows}
        for line in verdict.lines:
            if line.name not in rows:
                continue
            text = worked(line, rows[line.name], plan.numbers)
            assert "None" not in text
            if line.value is None or line.requirement is None:
                assert text == "?"
                continue
            seen += 1
            checked(text, line, rows[line.name])
    assert seen > 2


def test_growth_decline_and_steps_are_written_out() -> None:
    plan = WORKED["example"]()
    texts = {
        verdict.rule.id: [
            worked(line, row, plan.numbers)
            for line in verdict.lines
            for row in verdict.rule.rows
            if row.name == line.name
        ]
        for verdict in plan.verdicts
    }
    said = "\n".join(text for lines in texts.values() for text in lines)
    assert re.search(r"\(1 \+ 10\.00%\)\^3", said)
    assert re.search(r"\(1 − \d+\.\d+%\)\^3", said)
    assert STEP.search(said)


# -- memory ------------------------------------------------------------------------------------

MEASURED = ("output", "patents", "co2", "employees", "quality_smes", "smes", "iiot_smes")
VERBS = st.one_of(
    st.tuples(
        st.just("wish"),
        st.sampled_from([*MEASURED, "iiot_share", "output_growth_3y", "co2_intensity"]),
        st.sampled_from([2026, 2027, 2028]),
        st.integers(1, 400),
    ),
    st.tuples(st.just("pin"), st.sampled_from(MEASURED), st.sampled_from([2026, 2028])),
    st.tuples(st.just("release"), st.sampled_from(MEASURED)),
    st.tuples(st.just("shape"), st.sampled_from(MEASURED), st.sampled_from(["front", "linear"])),
    st.tuples(st.just("reading"), st.just("f"), st.sampled_from(["intensity", "total"])),
    st.tuples(st.just("reading"), st.just("rd_intensity"), st.sampled_from(["sme_output"])),
    st.tuples(st.just("relax"), st.just("e"), st.just("理由")),
    st.tuples(st.just("with_rules"), st.sampled_from(["yunnan", "xinjiang-2025"])),
    st.tuples(st.just("amend"), st.sampled_from(["output", "patents"]), st.integers(1, 500)),
    st.tuples(st.just("under"), st.sampled_from(["", "steady", "stretch"])),
    st.tuples(st.just("given"), st.booleans()),
)
SCENARIOS = {
    name: pl.plan(make_baseline(), scenario=name).scenario for name in ("steady", "stretch")
}


def after(plan: pl.Plan, verb: tuple[object, ...]) -> pl.Plan:
    name, *facts = verb
    if name == "amend":
        key, value = facts
        return replace(plan, baseline=amend(plan.baseline, str(key), 2025, str(value)))
    if name == "under":
        return plan.under(SCENARIOS.get(str(facts[0])))
    if name == "given":
        return replace(plan, given=plan.numbers.targets if facts[0] else None)
    made: pl.Plan = getattr(plan, str(name))(*facts)
    return made


def asked_everything(plan: pl.Plan) -> tuple[object, ...]:
    found = plan.numbers
    keys = [item.id for item in plan.system.catalogue]
    printed = [found.printed(key, year) for key in keys for year in (2025, *plan.years)]
    exact = [found.exact(key, year) for key in keys for year in (2025, *plan.years)]
    past = [plan.system.baseline.past_growth(key, 2025) for key in keys]
    return (plan.goals.records(), plan.verdicts, plan.check(), printed, exact, past, plan.hash)


def forgetting(plan: pl.Plan) -> pl.Plan:
    """Return the same plan, none of its values having been asked anything before."""
    return replace(plan, baseline=replace(plan.baseline))


@drawn(15, 300, st.lists(VERBS, min_size=1, max_size=5), st.booleans())
def test_any_chain_of_verbs_forgets_what_no_longer_holds(
    verbs: list[tuple[object, ...]], curious: bool
) -> None:
    """Whether a plan was asked about on the way makes no difference to what it leads to."""
    watched = fresh = pl.plan(make_baseline())
    for verb in verbs:
        if curious:
            asked_everything(watched)
        try:
            made = after(watched, verb)
        except InputError:
            continue
        before = asked_everything(watched) if curious else None
        watched, fresh = made, forgetting(after(forgetting(fresh), verb))
        if curious:
            asked_everything(watched)
            assert before is not None
    assert asked_everything(watched) == asked_everything(fresh)


@QUICK
@given(
    st.sampled_from(["output", "patents", "sme_output"]),
    st.integers(1, 10**6),
    st.sampled_from([2024, 2025]),
)
def test_a_replaced_baseline_remembers_nothing(key: str, value: int, year: int) -> None:
    base = pl.read_baseline(BASELINES / "example.csv")
    shares = ("leading_share", "sme_share", "rd_intensity", "patents_per_10k", "output")
    before = [base.printed(name, at) for name in shares for at in (2024, 2025)]
    made = replace(base, values={**base.values, Cell(key, year): Decimal(value)})
    fresh = Baseline(base.catalogue, base.base_year, dict(made.values), dict(base.growth))
    for name in shares:
        for at in (2024, 2025):
            assert made.printed(name, at) == fresh.printed(name, at)
            assert made.exact(name, at) == fresh.exact(name, at)
        assert made.past_growth(name, 2025) == fresh.past_growth(name, 2025)
    assert [base.printed(name, at) for name in shares for at in (2024, 2025)] == before


def test_memory_tells_arguments_apart() -> None:
    @dataclass(frozen=True)
    class Sum:
        start: int

        @remembered
        def of(self, one: object = 0, two: object = 0) -> tuple[object, ...]:
            return (self.start, one, two)

    first = Sum(1)
    assert first.of(1, 2) == (1, 1, 2)
    assert first.of(two=2) == (1, 0, 2)
    assert first.of(two=3) == (1, 0, 3)
    assert first.of(("two", 2)) == (1, ("two", 2), 0)  # not what was said of two=2
    assert replace(first, start=5).of(1, 2) == (5, 1, 2)
    assert first.of(1, 2) == (1, 1, 2)


def test_memory_does_not_keep_what_was_raised() -> None:
    calls = []

    class ShakyError(Exception):
        pass

    class Shaky:
        @remembered
        def ask(self) -> int:
            calls.append(1)
            if len(calls) == 1:
                raise ShakyError
            return 5

    shaky = Shaky()
    with pytest.raises(ShakyError):
        shaky.ask()
    assert (shaky.ask(), shaky.ask(), len(calls)) == (5, 5, 2)
