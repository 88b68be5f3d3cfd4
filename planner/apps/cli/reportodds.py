"""Reports of odds for the terminal: each goal with its chances, what they rest on, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.apps.cli import report
from planner.apps.cli.screens import new_table, screen, show
from planner.forecast.advice import offer
from planner.forecast.backtest import scores_records
from planner.forecast.sensitivity import tornado_records
from planner.forecast.summary import percents
from planner.model import messages

if TYPE_CHECKING:
    from planner.api.odds import Odds
    from planner.forecast.chance import Chance
    from planner.forecast.stretch import Stretch

NAME_WIDTH = 32
_IDS = ("indicator",)  # columns for machines


def odds(made: Odds, more: dict[str, Any], lang: str) -> None:
    """Print the odds of every goal, of all together, and what else was asked for."""
    _goals(made, lang)
    _together(made, lang)
    if "tornado" in more:
        swings = tornado_records(made, more["tornado"], lang)
        report.records(swings, "tornado_title", lang, _IDS, name=_of(made, more["about"], lang))
    if "curve" in more:
        name = made.plan.baseline.catalogue.label(more["curve_of"], lang)
        report.records(more["curve"], "curve_title", lang, ("error",), name=name)
    if more.get("backtest") is not None:
        test = more["backtest"]
        report.records(test.records(lang), "backtest_title", lang, _IDS, start=test.start)
    if "method" in more:
        report.records(scores_records(made.plan, more["method"], lang), "method_title", lang, _IDS)


def _of(made: Odds, key: str, lang: str) -> str:
    name = made.plan.baseline.catalogue.label(key, lang) if key else ""
    return messages.label("of_goal", lang, name=name) if key else ""


def _goals(made: Odds, lang: str) -> None:
    years = made.plan.years
    end = years[-1]
    shown = new_table(messages.label("odds_title", lang))
    shown.add_column(messages.label("indicator", lang), min_width=NAME_WIDTH)
    shown.add_column(messages.label("target_short", lang), justify="right", no_wrap=True)
    for year in years:
        shown.add_column(str(year), justify="right", no_wrap=True)
    for key in ("safe_short", "needed_short", "past_short", "reference_short", "drivers_short"):
        shown.add_column(messages.label(key, lang), justify="right", no_wrap=True)
    for goal in made.goals:
        held = goal.stretch
        firm = goal.id in made.firm
        shown.add_row(
            goal.item.name(lang),
            str(goal.row.values[end]),
            *(str(goal.chances.get(year, "—")) for year in years),
            str(goal.safe) if offer(made, goal).kind == "safe" else "—",
            "—" if held.needed is None else str(held.needed),
            _past(held, lang),
            "—" if held.reached is None else f"{held.reached}/{len(goal.peers)}",
            " ".join(str(value) for value in percents(goal.sources)),
            style="bold" if firm else "",
        )
    show(shown)
    screen().print(messages.label("odds_legend", lang) + "\n", style="dim", soft_wrap=True)


def _past(held: Stretch, lang: str) -> str:
    """Return the past rate with its number of periods, and whether it comes from levels."""
    if held.past is None or held.growth is None:
        return "—"
    return messages.label(f"past_{held.basis}", lang, rate=held.past, n=held.growth.periods)


def _together(made: Odds, lang: str) -> None:
    shown = new_table(messages.label("odds_together", lang))
    shown.add_column("")
    shown.add_column(messages.label("chance", lang), justify="right")
    shown.add_column(messages.label("error", lang), justify="right")

    def line(name: str, chance: Chance | None, style: str = "") -> None:
        said = ("—", "") if chance is None else (str(chance), f"{100 * chance.error:.2f}")
        shown.add_row(name, *said, style=style)

    firm = messages.label("odds_firm", lang, n=len(made.counted))
    for year, chance in made.stages.items():
        line(f"{firm} {year}", chance, "bold" if year == made.plan.years[-1] else "")
    end = made.plan.years[-1]
    line(f"{messages.label('odds_every', lang)} {end}", made.every)
    line(messages.label("odds_compliant", lang), made.compliant)
    for rule, chance in made.rules.items():
        line(f"{messages.label('rule', lang)} {rule}", chance)
    show(shown)
