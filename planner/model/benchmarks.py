"""Benchmarks: what others achieve, each figure with its provenance (§10).

A figure is somebody's, never invented. What stands between it and an indicator - age,
another basis, another place, a target where an average is asked for - is a finding whenever the
figure is used, and so is which others were left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from planner.core.findings import CLOSED, Finding, InputError, Obligation, Place
from planner.core.phrases import Fact, Listed, Phrase, phrase
from planner.core.rounding import Rounding, to_grid, yearly_decline, yearly_growth
from planner.core.schema import Text
from planner.model.catalogue import Catalogue
from planner.model.rulesets import benchmark_target
from planner.model.scopes import Kind, Setting, in_words, kind_of

STALE_AFTER = 2  # years, §10
# The columns of a benchmark file.
REQUIRED = ("id", "value", "unit", "year", "scope", "basis", "source")
OPTIONAL = ("low", "high", "retrieved", "note", "change", "kind", "computed")
KINDS: tuple[Kind, ...] = ("goal", "target", "average")  # what a rule on averages wants least first
SHOWN = 3  # figures that were left, by name


@dataclass(frozen=True)
class Benchmark:
    """One published or given figure.

    `span` is the number of years a decline extends over, 0 for a level; `change` what a level
    is expected to move by each year, where that is known. `kind` tells an average from a target
    and from what a single programme or cluster has set itself, told by basis and note where it is
    None; `computed` how a figure was worked
    out that its sources do not state; `chosen` that somebody wants it before all others.
    """

    __pydantic_config__ = CLOSED

    id: str
    value: Decimal
    unit: str
    year: int
    scope: str
    basis: str
    source: str
    span: int = 0
    change: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    retrieved: str = ""
    note: str = ""
    given: bool = False
    kind: Kind | None = None
    computed: str = ""
    chosen: bool = False
    place: Place = field(default_factory=Place)

    def __post_init__(self) -> None:
        """Tell the kind of a figure whose file does not say it."""
        if self.kind is None:
            object.__setattr__(self, "kind", kind_of("", self.basis, self.note, source=self.source))

    @property
    def yearly(self) -> Decimal:
        """Return a rate as per cent a year, rounded up to the two decimals printed."""
        convert = yearly_growth if self.id.endswith("_growth") else yearly_decline
        return to_grid(convert(self.value, self.span), 2, Rounding.UP)

    def level(self, year: int) -> Fraction:
        """Return a level carried to a year with its own expected change, if known."""
        moved = Fraction(self.value) + Fraction(self.change or 0) * max(0, year - self.year)
        return min(moved, Fraction(100)) if self.unit == "%" else moved

    @property
    def said(self) -> str:
        """Return the figure as its source states it."""
        return f"{self.value} {self.unit}"

    @property
    def spoken(self) -> Text:
        """Return the figure in both languages.

        >>> from planner.intake.benchmarks import shipped_benchmarks
        >>> {figure.spoken.en for figure in shipped_benchmarks().figures if figure.span == 5} >= {"17 % over 5 years"}
        True
        """
        over = f"{self.value} % over {self.span} years" if self.span > 1 else ""
        yearly = f"{self.value} % a year" if self.span == 1 else ""
        return Text(zh=self.said, en=over or yearly or self.said)

    @property
    def source_name(self) -> str:
        """Return its source without the address."""
        return self.source.split(" http")[0]

    def covers(self, base: int, end: int) -> int:
        """Return of how many of the years after `base` up to `end` it speaks."""
        if self.span:
            return max(0, min(end, self.year) - max(base, self.year - self.span))
        if self.change is not None and self.year <= end:
            return end - base
        return self.year - base if base < self.year <= end else 0

    def out_of_time(self, base: int, end: int) -> str:
        """Return the code of the finding where it is too old or speaks of later years, else nothing."""
        if base - self.year > STALE_AFTER:
            return "benchmark_stale"
        return "benchmark_later" if self.year - max(self.span, 1) >= end else ""


@dataclass(frozen=True)
class Window:
    """For whom figures are looked up: the years of a plan, and where its cluster stands."""

    base: int
    end: int
    setting: Setting = field(default_factory=Setting)


@dataclass(frozen=True)
class BenchmarkBook:
    """All figures at hand: the user's before the shipped ones."""

    figures: tuple[Benchmark, ...] = ()
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: BenchmarkBook) -> BenchmarkBook:
        """Put other figures behind these."""
        return BenchmarkBook(self.figures + other.figures, self.findings + other.findings)

    def choosing(self, key: str, words: str) -> BenchmarkBook:
        """Return the book with one figure put before all others of its id.

        Parameters
        ----------
        key
            The benchmark's id.
        words
            What tells the figure from the others: its value, year, or words of scope or source.

        Raises
        ------
        InputError
            When no figure of that id bears the words, or more than one; with those there are.
        """
        figures = [figure for figure in self.figures if figure.id == key]
        named = [f for f in figures if words in {str(f.value), f.said, names_of(f)}]
        named = named or [figure for figure in figures if words and words in names_of(figure)]
        named = named or [figure for figure in figures if words and words in figure.source]
        if len({names_of(figure) for figure in named}) != 1:
            told = Listed(tuple(said_of(figure) for figure in named or figures), "between")
            raise InputError(
                [Finding("benchmark_choice", Obligation.MUST_FIX, found=f"{key}={words}",
                         facts={"figures": told, "id": key})]
            )  # fmt: skip
        chosen = tuple(
            replace(figure, chosen=figure is named[0]) if figure.id == key else figure
            for figure in self.figures
        )
        return replace(self, figures=chosen)

    def choose(
        self, ids: Sequence[str], window: Window, catalogue: Catalogue
    ) -> tuple[Benchmark | None, tuple[Finding, ...]]:
        """Choose the figure a rule is held against.

        The first id that has any figure. Of its figures one that somebody chose; one of a place
        that may be the cluster's; the user's own; one that is neither stale nor of later years; one
        of the cluster's industry or region before the nation's; one that speaks of the plan's years;
        industry as a whole before the whole economy; an average before a target; one on the
        indicator's basis; the latest. Never one because it stands first: where equals differ the
        stricter is taken and somebody has to choose. What is doubtful about the choice comes with
        it as findings, and so do the others.
        """
        for key in ids:
            figures = [figure for figure in self.figures if figure.id == key]
            if not figures:
                continue
            wanted = _basis_of(ids[0], catalogue)

            def rank(figure: Benchmark, wanted: str = wanted) -> tuple[int, ...]:
                return _rank(figure, wanted, window, catalogue)

            ordered = sorted(figures, key=lambda f: (rank(f), _strictness(f)), reverse=True)
            best, others = ordered[0], ordered[1:]
            equals = [f for f in others if rank(f) == rank(best) and f.said != best.said]
            doubts = [*_doubts(best, wanted, window, catalogue), *_rivals(best, others, equals)]
            return best, tuple(doubts)
        missing = Finding(
            "benchmark_missing",
            Obligation.NEEDS_REASON,
            found=ids[0],
            facts={"ids": " / ".join(ids)},
            ways_out=("give_benchmark",),
        )
        return None, (missing,)


def names_of(figure: Benchmark) -> str:
    """Return what tells a figure from others of its id."""
    return f"{figure.scope} {figure.year} {figure.said} {figure.value}{figure.unit}"


def said_of(figure: Benchmark) -> Phrase:
    """Say a figure with whose it is and of which kind, as one of several."""
    scope = in_words(figure.scope)
    return phrase(f"figure_{figure.kind}", figure=figure.spoken, scope=scope, year=str(figure.year))


def _basis_of(key: str, catalogue: Catalogue) -> str:
    target = benchmark_target(key, catalogue)
    return catalogue[target[0]].basis if target else ""


def _strictness(figure: Benchmark) -> Fraction:
    """Return what is asked more of: rules ask for no less than a benchmark."""
    return Fraction(figure.yearly if figure.span else figure.value)


def _at_home(figure: Benchmark, setting: Setting) -> bool:
    """Whether a figure may be the cluster's own place and industry; a user's are taken to be."""
    near = setting.reach(figure.scope)
    told = figure.given or near.industry != 1
    return near.region >= 0 and told and figure.kind != "goal"


def _rank(figure: Benchmark, wanted: str, window: Window, catalogue: Catalogue) -> tuple[int, ...]:
    near = window.setting.reach(figure.scope)
    home = _at_home(figure, window.setting)
    return (
        figure.chosen,
        home,
        figure.given,
        not figure.out_of_time(window.base, window.end),
        near.industry if home else 0,
        near.region,
        figure.covers(window.base, window.end),
        near.sector,
        KINDS.index(figure.kind),
        catalogue.basis(figure.basis) == wanted,
        figure.year,
    )


def _doubts(
    figure: Benchmark, wanted: str, window: Window, catalogue: Catalogue
) -> Iterator[Finding]:
    facts = {"source": figure.source_name, "of_year": str(figure.year), "id": figure.id}
    worded = {"figure": figure.spoken, "scope": in_words(figure.scope)}
    told: dict[str, Fact] = {**facts, **worded, "kind": phrase(f"kind_{figure.kind}")}
    ways = ("give_reason", "give_benchmark")
    named = catalogue.bases.get(wanted, (wanted,))[-1]
    aim = kind_of(figure.basis)  # a basis that says no more than that it is a target
    if wanted and catalogue.basis(figure.basis) != wanted and aim is None:
        yield Finding(
            "benchmark_basis",
            Obligation.NEEDS_REASON,
            found=figure.basis,
            expected=named,
            facts={**told, "basis": in_words(figure.basis), "own_basis": in_words(named)},
            ways_out=ways,
        )
    elif figure.kind != "average":  # with another basis that is said already
        yield Finding("benchmark_kind", Obligation.NEEDS_REASON, facts=told, ways_out=ways)
    if not _at_home(figure, window.setting):
        yield Finding("benchmark_elsewhere", Obligation.NEEDS_REASON, found=figure.scope,
                      facts=told, ways_out=ways)  # fmt: skip
    when = figure.out_of_time(window.base, window.end)
    if when:
        edge = window.end if figure.year > window.end else window.base - STALE_AFTER
        yield Finding(
            when,
            Obligation.NEEDS_REASON,
            found=str(figure.year),
            expected=str(edge),
            facts=told,
            ways_out=ways,
        )
    if not figure.span and figure.change is None and figure.year != window.end:
        yield Finding("benchmark_carried", Obligation.INFO, found=str(figure.year), facts=told)
    if figure.span > 1:
        yield Finding(
            "benchmark_converted",
            Obligation.INFO,
            found=figure.said,
            expected=f"{figure.yearly}%",
            facts=told,
        )
    if figure.computed:
        yield Finding("benchmark_computed", Obligation.INFO, found=figure.computed, facts=told)


def _rivals(
    best: Benchmark, others: Sequence[Benchmark], equals: Sequence[Benchmark]
) -> Iterator[Finding]:
    """Say which figures were left, and ask where some of them have as good a claim."""
    if equals:
        figures = Listed(tuple(said_of(figure) for figure in (best, *equals)), "between")
        facts = {"figures": figures, "id": best.id, "figure": best.spoken}
        yield Finding("benchmark_contradicts", Obligation.MUST_FIX, found=best.id, facts=facts,
                      ways_out=("choose_benchmark",))  # fmt: skip
    left = [f for f in others if f not in equals and names_of(f) != names_of(best)]
    if left:
        told = Listed(tuple(said_of(figure) for figure in left[:SHOWN]), "between")
        shown = phrase("shortened", said=told) if len(left) > SHOWN else told
        about = {"figures": shown, "id": best.id, "figure": best.spoken}
        yield Finding("benchmark_rivals", Obligation.INFO, found=str(len(left)), facts=about)
