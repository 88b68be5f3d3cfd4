"""Summaries: odds in words, tables and records - what drives them and what they leave out (§1, §9)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, Obligation
from planner.core.frames import Column, Records
from planner.core.phrases import Fact, Listed, Phrase, listed, phrase
from planner.core.schema import Text
from planner.forecast.advice import bottlenecks, offer, withheld
from planner.forecast.growth import Weights
from planner.forecast.processes import same
from planner.model.catalogue import Cell
from planner.model.messages import as_record, label, said
from planner.planning.store import plan_hash

if TYPE_CHECKING:
    from planner.forecast.chance import Chance
    from planner.forecast.odds import GoalOdds, OddsRecord
    from planner.forecast.processes import Peer

# Shares of an answer as one would say them.
SHARES = {
    "share_tenth": 1 / 10,
    "share_quarter": 1 / 4,
    "share_third": 1 / 3,
    "share_half": 1 / 2,
    "share_two_thirds": 2 / 3,
    "share_three_quarters": 3 / 4,
    "share_nine_tenths": 9 / 10,
    "share_all": 1.0,
}
LEAST = 0.05  # a share below is not worth a word
WHOLE = 4.0  # how much more it matters that the words add up than that each is near
WIDER = 1.05  # a range has to be, to be called so
NAMED = 8  # of a reference class, by name
FEW = 2  # years known, at most, of which it has to be said


@lru_cache(maxsize=256)
def driven(weights: Weights) -> Listed:
    """Return where an expected growth comes from, in words that add up."""
    names = ("from_own", "from_peers", "from_general")
    named = [(value, key) for value, key in zip(weights, names, strict=True) if value >= LEAST]
    named.sort(key=lambda pair: -pair[0])

    def off(words: tuple[str, ...]) -> float:
        shares = [SHARES[word] for word in words]
        near = sum((word - value) ** 2 for word, (value, _) in zip(shares, named, strict=True))
        return near + WHOLE * (sum(shares) - 1) ** 2

    best = min(product(SHARES, repeat=len(named)), key=off)
    told = (
        phrase("driver", who=phrase(key), share=phrase(word))
        for word, (_, key) in zip(best, named, strict=True)
    )
    return listed(told, "between_clauses")


def drivers(weights: Weights, lang: str) -> str:
    """Say in a sentence where an expected growth comes from, in words that add up.

    >>> drivers(Weights(0.3, 0.66, 0.04), "en")
    'the reference class two thirds, own history a third'
    """
    return said(driven(weights), lang)


def percents(weights: Weights) -> tuple[int, ...]:
    """Return weights as whole per cents that add up to a hundred; none is less than nothing.

    >>> percents(Weights(-0.034, 0.504, 0.53))
    (0, 49, 51)
    """
    held = [max(value, 0.0) for value in weights]
    exact = [100 * value / sum(held) for value in held]
    whole = [int(value) for value in exact]
    short = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place])
    for place in short[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def findings(odds: OddsRecord) -> tuple[Finding, ...]:
    """Return what has to be known of some odds before they are used."""
    return tuple(_findings(odds))


def _findings(odds: OddsRecord) -> Iterator[Finding]:
    end = odds.plan.years[-1]
    chance = odds.joint
    facts = {"paths": str(odds.paths), "seed": str(odds.seed), "n": str(len(odds.counted))}
    if chance is not None:
        facts["error"] = f"{100 * chance.error:.2f}"
        yield Finding("odds_joint", Obligation.INFO, year=end, found=str(chance), facts=facts)
    firm = [goal for goal in odds.goals if goal.id in odds.firm]
    if firm:
        mean = Weights(
            *(sum(part) / len(firm) for part in zip(*(g.sources for g in firm), strict=True))
        )
        yield Finding("odds_drivers", Obligation.INFO, facts={"drivers": driven(mean)})
    held = bottlenecks(odds)
    if held is not None and chance is not None:
        yield Finding(
            "odds_held_down", Obligation.INFO, year=end, found=str(chance), facts={"goals": held}
        )
    if blind := [goal.id for goal in firm if not goal.informative]:
        facts = {"subject": " ".join(blind)}
        yield Finding(
            "odds_blind", Obligation.INFO, facts=facts, ways_out=("fill_history", "give_peers")
        )
    seen = [goal for goal in firm if goal.informative]
    told = [said_of for g in seen if (said_of := withheld(g, offer(odds, g))) is not None]
    if told:
        goals: dict[str, Fact] = {"goals": listed(told)}
        yield Finding("odds_withheld", Obligation.INFO, found=str(len(told)), facts=goals)
    if wider := [said_of for goal in firm if (said_of := _widened(odds, goal)) is not None]:
        yield Finding("odds_wider", Obligation.INFO, facts={"goals": listed(wider)})
    for key in odds.unknown:
        yield Finding(
            "odds_unknown",
            Obligation.NEEDS_REASON,
            indicator=key,
            year=end,
            ways_out=("fill_history",),
        )
    few = [
        process
        for process in odds.forecast.processes
        if len(process.series) <= FEW and Cell(process.key, end) in odds.chances
    ]
    for known in range(1, FEW + 1):
        keys = [process.key for process in few if len(process.series) == known]
        if keys:
            yield Finding(
                "odds_few",
                Obligation.INFO,
                found=str(known),
                facts={
                    "subject": " ".join(keys),
                    "years": phrase(f"years_{known}"),
                },
                ways_out=("fill_history",),
            )
    zero = [
        process.key
        for process in odds.forecast.processes
        if process.levels.get(odds.plan.baseline.base_year) == 0
    ]
    if zero:
        yield Finding("odds_zero", Obligation.INFO, facts={"subject": " ".join(zero)})
    yield from _reference(odds, firm)
    yield from odds.forecast.reference.findings


def _widened(odds: OddsRecord, goal: GoalOdds) -> Phrase | None:
    """Say of a goal that its reference class makes it likelier, but its range wider."""
    alone = odds.forecast.alone_fits.get(goal.id)
    if alone is None:
        return None
    fit = odds.forecast.outcomes.paths.fits[goal.id]
    last = len(odds.plan.years) - 1
    mean, spread = fit.worlds.moments(last)
    own, narrow = alone.worlds.moments(last)
    better = (mean - own) * fit.process.sign * (-1 if goal.item.better == "lower" else 1)
    if better <= 0 or spread <= narrow * WIDER:
        return None
    name = Text(zh=goal.item.zh, en=goal.item.en)
    return phrase("widened", name=name, more=f"{100 * (spread / narrow - 1):.0f}")


def _reference(odds: OddsRecord, firm: list[GoalOdds]) -> Iterator[Finding]:
    """Say who stands in the reference class, and that those published are not any ones."""
    peers = [peer for goal in firm for peer in goal.peers]
    listed: set[tuple[Peer, ...]] = set()
    for goal in firm:
        for code, members in (
            ("odds_reference", goal.peers),
            ("odds_benchmark", goal.stretch.benchmarks),
        ):
            if members and members not in listed:
                listed.add(members)
                yield _listed(code, goal.id, members)
    if odds.forecast.reference.published:
        shown = {(peer.name, peer.rate, peer.source) for peer in peers if peer.kind == "published"}
        code = "odds_published" if shown else "odds_alone"
        yield Finding(code, Obligation.INFO, found=str(len(shown)), ways_out=("give_peers",))
    else:
        own = odds.plan.baseline
        others = [base for base in odds.forecast.reference.clusters if not same(base, own)]
        yield Finding("odds_peers", Obligation.INFO, found=str(len(others)))


def _listed(code: str, key: str, members: tuple[Peer, ...]) -> Finding:
    """Name those who state a rate, with their sources; many are summed up."""
    shown = sorted(members, key=lambda peer: -(peer.rate or 0))
    told: Fact = Listed(tuple(_named(peer) for peer in shown[:NAMED]))
    told = phrase("shortened", said=told) if len(shown) > NAMED else told
    return Finding(
        code, Obligation.INFO, indicator=key, found=str(len(shown)), facts={"peers": told}
    )


def _named(peer: Peer) -> Phrase:
    source: Fact = phrase("said_of", source=peer.source) if peer.source else ""
    told: dict[str, Fact] = {"name": peer.name, "rate": str(peer.rate), "source": source}
    return (
        phrase("peer_computed", stated=peer.stated, **told)
        if peer.stated
        else phrase("peer", **told)
    )


def records(odds: OddsRecord, lang: str = "") -> Records:
    """Return a line for each goal with its odds, in the order of the goal table."""
    years = odds.plan.years
    end = years[-1]
    columns = [
        Column("indicator"), Column("name", head=phrase("indicator")), Column("unit"),
        Column("firm", "flag"), Column(f"target_{end}", "number", phrase("target_year", year=end)),
    ]  # fmt: skip
    for year in years:
        columns.append(Column(f"chance_{year}", "number", phrase("odds_year", year=year)))
        columns.append(Column(f"error_{year}", "number", phrase("error")))
    heads = {"safe": "odds_safe", "p10": "fan_low", "p50": "fan_middle", "p90": "fan_high"}
    columns += [Column(f"{key}_{end}", "number", phrase(head)) for key, head in heads.items()]
    columns += [
        Column("needed", "number"), Column("past", "number", phrase("past_rate")),
        Column("periods", "count"), Column("gap", "number", phrase("odds_gap")),
        Column("reached", "count", phrase("reference_short")), Column("peers", "count", phrase("reference")), Column("drivers"),
    ]  # fmt: skip
    return Records(tuple(columns), tuple(_line(odds, goal, lang) for goal in odds.goals))


def _line(odds: OddsRecord, goal: GoalOdds, lang: str) -> tuple[Any, ...]:
    end, held = odds.plan.years[-1], goal.stretch
    chances = [goal.chances.get(year) for year in odds.plan.years]
    told = [part for c in chances for part in ((None, None) if c is None else (c, c.error))]
    return (
        goal.id,
        goal.item.name(lang),
        goal.item.unit(lang),
        goal.id in odds.firm,
        goal.row.values[end],
        *told,
        goal.safe if offer(odds, goal).kind == "safe" else None,
        *(goal.fan[end] if goal.informative else (None, None, None)),
        held.needed,
        held.past,
        held.growth.periods if held.growth else None,
        held.gap,
        held.reached,
        None if held.reached is None else len(goal.peers),
        drivers(goal.sources, lang),
    )


def past(goal: GoalOdds, lang: str) -> str:
    """Return the past rate with its convention, as ``12.16 (3 periods, from yearly rates)``."""
    held = goal.stretch
    if held.past is None or held.growth is None:
        return ""
    basis = label(f"periods_{held.basis}", lang, n=held.growth.periods)
    return label("aside", lang, text=held.past, more=basis)


def standing(goal: GoalOdds, lang: str) -> str:
    """Say how many of the reference class did at least as well."""
    if goal.stretch.reached is None:
        return ""
    return label("reached", lang, n=len(goal.peers), reached=goal.stretch.reached)


def record(odds: OddsRecord, lang: str) -> dict[str, Any]:
    """Return the odds for machines; probabilities with their standard errors."""
    catalogue = odds.plan.baseline.catalogue
    return {
        "plan": plan_hash(odds.plan),
        "seed": odds.seed,
        "paths": odds.paths,
        "joint": _chance(odds.joint),
        "every": _chance(odds.every),
        "compliant": _chance(odds.compliant),
        "stages": {str(year): _chance(chance) for year, chance in odds.stages.items()},
        "rules": {key: _chance(chance) for key, chance in odds.rules.items()},
        "goals": [_goal(odds, goal, lang) for goal in odds.goals],
        "unknown": list(odds.unknown),
        "findings": [as_record(item, lang, catalogue) for item in findings(odds)],
    }


def _chance(chance: Chance | None) -> dict[str, float] | None:
    if chance is None:
        return None
    return {"probability": round(chance.value, 6), "error": round(chance.error, 6)}


def _goal(odds: OddsRecord, goal: GoalOdds, lang: str) -> dict[str, Any]:
    held, offered = goal.stretch, offer(odds, goal)
    process = odds.forecast.outcomes.paths.fits.get(goal.id)
    return {
        "indicator": goal.id,
        "name": goal.item.name(lang),
        "firm": goal.id in odds.firm,
        "targets": {str(year): str(value) for year, value in goal.row.values.items()},
        "chances": {str(year): _chance(chance) for year, chance in goal.chances.items()},
        "fan": {str(year): [str(value) for value in values] for year, values in goal.fan.items()},
        "informative": goal.informative,
        "safe": str(goal.safe) if offered.kind == "safe" else "",
        "without": _chance(odds.without.get(goal.id)),
        "offer": {
            "target": str(offered.value),
            "kind": offered.kind,
            "chance": _chance(offered.chance),
        },
        "sources": {key: round(value, 3) for key, value in goal.sources._asdict().items()},
        "drivers": drivers(goal.sources, lang),
        "known_years": sorted(process.process.series) if process else [],
        "stretch": {
            "needed": _text(held.needed),
            "past": _text(held.past),
            "periods": held.growth.periods if held.growth else None,
            "basis": held.basis,
            "gap": _text(held.gap),
            "reached": held.reached,
        },
        "reference": [
            {
                "name": peer.name,
                "kind": peer.kind,
                "rate": _text(peer.rate),
                "stated": peer.stated,
                "source": peer.source,
            }
            for peer in (*goal.peers, *held.benchmarks)
        ],
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)
