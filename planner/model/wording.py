"""Wording: a rule's test as a formula in words, generated from its data."""

from __future__ import annotations

from collections.abc import Iterator

from planner.core.phrases import Fact, phrase
from planner.model import messages
from planner.model.benchmarks import Benchmark
from planner.model.catalogue import Catalogue
from planner.model.rules import BenchmarkRef, Bounded, RateTest, Test
from planner.model.rulesets import benchmark_target
from planner.model.scopes import in_words


def bound(test: Bounded, lang: str, unit: str, catalogue: Catalogue) -> str:
    """Return a bound such as ``≥ 10 %`` or ``≥ industry average``."""
    sign = ("≥" if test.floor else "≤") if not test.strict else (">" if test.floor else "<")
    amount = test.amount
    if isinstance(amount, BenchmarkRef):
        return f"{sign} {_benchmark(amount, catalogue, lang)}"
    if isinstance(amount, str):
        return f"{sign} ?（{messages.label('unknown_threshold', lang)}）"
    return f"{sign} {amount.normalize():f} {unit}".rstrip()


def provenance(figure: Benchmark, lang: str) -> str:
    """Return a benchmark figure with what it is, whose, where it is from and how it was computed.

    >>> from planner.intake.benchmarks import shipped_benchmarks
    >>> provenance(shipped_benchmarks().figures[0], "en").split(";")[0]
    'industry average: 17.5 %, 2021, China, share of firms'
    """
    facts: dict[str, Fact] = {
        "kind": phrase(f"kind_{figure.kind}"), "figure": figure.spoken, "year": str(figure.year),
        "scope": in_words(figure.scope), "basis": in_words(figure.basis), "source": figure.source,
        "computed": phrase("figure_computed", how=figure.computed) if figure.computed else "",
        "note": phrase("figure_note", note=figure.note) if figure.note else "",
    }  # fmt: skip
    return messages.said(phrase("figure_told", **facts), lang)


def formulas(test: Test, catalogue: Catalogue, lang: str, indent: str = "") -> Iterator[str]:
    """Yield the lines that say a test as formulas.

    >>> from planner.model.catalogue import shipped
    >>> from planner.model.rulesets import load_rules
    >>> list(formulas(load_rules("xinjiang-2025").record.rules[0].test, shipped(), "en"))
    ['Total output: last year ≥ base year × (1 + 10 %)^years']
    """
    if test.level:
        names = " + ".join(catalogue.label(key, lang) for key in test.level.indicators)
        unit = catalogue[test.level.indicators[0]].unit(lang)
        yield f"{indent}{names}（{messages.label(f'when_{test.level.at}', lang)}）{bound(test.level, lang, unit, catalogue)}"
    for key in ("growth", "decline"):
        rate: RateTest | None = getattr(test, key)
        if rate is not None:
            yield indent + _rate(rate, catalogue, lang, decline=key == "decline")
    if test.step:
        name, unit = catalogue.label(test.step.of, lang), catalogue[test.step.of].unit(lang)
        each, before = messages.label("term_each", lang), messages.label("term_before", lang)
        yield f"{indent}{name}{messages.colon(lang)}{each} − {before} {bound(test.step, lang, unit, catalogue)}"
    if test.part:
        part, whole = (catalogue.label(key, lang) for key in (test.part.of, test.part.whole))
        yield f"{indent}{part} ≤ {whole}"
    if test.sum:
        parts = " + ".join(catalogue.label(key, lang) for key in test.sum.parts)
        yield f"{indent}{parts} = {catalogue.label(test.sum.whole, lang)}"
    if test.increase:
        whole = catalogue.label(test.increase.of, lang)
        parts = " + ".join(catalogue.label(key, lang) for key in test.increase.parts)
        yield f"{indent}{messages.label('increase_of', lang, name=parts)} ≥ {messages.label('increase_of', lang, name=whole)}"
    if test.standard:
        yield f"{indent}{test.standard.rules}（{test.standard.scope}）"
    if test.children:
        need = test.m_of.need if test.m_of else (1 if test.any_of else len(test.children))
        yield f"{indent}{need}/{len(test.children)}:"
        for child in test.children:
            yield from formulas(child, catalogue, lang, indent + "  · ")


def _rate(test: RateTest, catalogue: Catalogue, lang: str, *, decline: bool) -> str:
    name, amount = catalogue.label(test.of, lang), test.amount
    floor = test.floor != decline
    sign = ("≥" if floor else "≤") if not test.strict else (">" if floor else "<")
    minus = "−" if decline else "+"
    if isinstance(amount, BenchmarkRef):
        shown = _benchmark(amount, catalogue, lang)
    elif isinstance(amount, str):
        shown = f"? {messages.label('unknown_threshold', lang)}"
    else:
        shown = f"{amount.normalize():f} %"
    end, base, each, before, years = (
        messages.label(f"term_{key}", lang) for key in ("end", "base", "each", "before", "years")
    )
    if test.timing == "each_year":
        return f"{name}{messages.colon(lang)}{each} {sign} {before} × (1 {minus} {shown})"
    return f"{name}{messages.colon(lang)}{end} {sign} {base} × (1 {minus} {shown})^{years}"


def _benchmark(amount: BenchmarkRef, catalogue: Catalogue, lang: str) -> str:
    """Return whose figure is meant, by what it is of."""
    names = []
    for key in amount.ids:
        target = benchmark_target(key, catalogue)
        stem, kind = target or (key, "level")
        name = catalogue.label(stem, lang) if stem in catalogue else stem
        names.append(name if kind == "level" else messages.label(f"of_{kind}", lang, name=name))
    return f"{messages.label('benchmark_word', lang)}（{' / '.join(names)}）"
