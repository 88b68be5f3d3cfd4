"""The command ``planner odds``: how likely the targets are, in text and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, Obligation
from planner.model.messages import as_record

if TYPE_CHECKING:
    from planner.api.odds import Odds
    from planner.api.plan import Plan
    from planner.forecast.backtest import Backtest
    from planner.model.reference import Reference

SEED = 7


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beyond what all commands on plans do."""
    parser.add_argument(
        "--seed", type=int, default=SEED, metavar="N", help=f"随机种子 / seed, {SEED}"
    )
    _add_peers(parser)
    parser.add_argument(
        "--tornado",
        nargs="?",
        const="",
        metavar="ID",
        help="哪项假设最影响把握 / which assumption moves the odds most",
    )
    parser.add_argument(
        "--curve", metavar="ID", help="目标与把握的关系 / the odds as the target moves"
    )
    parser.add_argument(
        "--backtest",
        nargs="?",
        const="",
        metavar="ANSWERS",
        help="回测：申报表答案中的上期目标，或仅按同类集群 / the goals of the past, the method on peers",
    )


def _add_peers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--peers", metavar="FILE", help="同类集群的历年数据 / figures of peers")


def among(args: argparse.Namespace, made: Plan) -> Reference | None:
    """Return the peers that were given; who gave none gets what is usual."""
    from planner.apps.cli.inputs import mapping_of
    from planner.intake.peers import read_reference

    if not args.peers:
        return None
    return read_reference(args.peers, made.baseline.catalogue, mapping_of(args))


def add_annex(parser: argparse.ArgumentParser) -> None:
    """Add the option to put the odds into the goal pack."""
    parser.add_argument(
        "--odds", action="store_true", help="目标包附实现把握 / the goal pack with odds"
    )
    _add_peers(parser)


def add_preference(parser: argparse.ArgumentParser) -> None:
    """Add the option of ``planner repair`` to choose by odds."""
    parser.add_argument(
        "--prefer",
        choices=("wishes", "odds"),
        default="wishes",
        help="最接近意愿，或把握最大 / nearest to the wishes, or best odds",
    )


def show(
    made: Plan, args: argparse.Namespace, print_json: Callable[[dict[str, Any]], None]
) -> tuple[Finding, ...]:
    """Print the odds of a plan and what else was asked for; return what has to be said of it."""
    odds, more = asked(made, args)
    broken = [item for item in made.check() if item.level is Obligation.MUST_FIX]
    findings = list(dict.fromkeys([*broken, *odds.findings]))
    if args.backtest is not None and more.get("backtest") is None and not more["method"]:
        nothing = Finding("backtest_nothing", Obligation.INFO, ways_out=("give_past",))
        findings.append(nothing)
    if more.get("backtest") is not None:
        findings += more["backtest"].findings
    if args.json:
        data = record(odds, more, args.lang)
        data["findings"] = [as_record(item, args.lang, made.system.catalogue) for item in findings]
        print_json({"cluster": made.baseline.cluster} | data)
        return tuple(findings)
    from planner.apps.cli import report, reportodds

    report.heading(made, args.lang)
    reportodds.odds(odds, more, args.lang)
    report.findings(findings, args.lang, made.system.catalogue)
    return tuple(findings)


def asked(made: Plan, args: argparse.Namespace) -> tuple[Odds, dict[str, Any]]:
    """Return the odds and what else was asked for, each under the name of its option."""
    from planner.forecast.sensitivity import curve

    odds = made.odds(args.seed, among(args, made))
    more: dict[str, Any] = {}
    if args.tornado is not None:
        more["tornado"] = odds.tornado(args.tornado)
        more["about"] = args.tornado and odds.key(args.tornado)
    if args.curve:
        more["curve"] = curve(odds, args.curve)
        more["curve_of"] = odds.key(args.curve)
    if args.backtest is not None:
        more["backtest"] = _past(made, odds, args)
        more["method"] = odds.method()
    return odds, more


def _past(made: Plan, odds: Odds, args: argparse.Namespace) -> Backtest | None:
    """Return the goals of the past scored, where a file says what they were."""
    from planner.api.odds import past_goals
    from planner.intake.answers import read_answers
    from planner.model.forms import load_form

    if not args.backtest:
        return None
    form = load_form()
    answers = read_answers(args.backtest, form, made.baseline.catalogue)
    return past_goals(made, answers, form=form, seed=args.seed, peers=odds.forecast.reference)


def record(odds: Odds, more: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return everything for machines."""
    data = odds.record(lang)
    if "tornado" in more:
        data["tornado"] = [
            {
                "assumption": swing.name,
                "indicator": swing.indicator,
                "title": swing.title(odds, lang),
                **{
                    side: {"value": end.value, "probability": round(end.chance.value, 6)}
                    for side, end in (("low", swing.low), ("high", swing.high))
                },
            }
            for swing in more["tornado"]
        ]
    if "curve" in more:
        data["curve"] = [
            {
                "target": str(target),
                "rate": None if rate is None else str(rate),
                "probability": round(float(chance), 6),
                "error": round(error, 6),
            }
            for target, rate, chance, error in more["curve"].rows
        ]
    if more.get("backtest") is not None:
        data["backtest"] = [
            {
                "indicator": goal.item.id,
                "target": str(goal.target),
                "actual": "" if goal.actual is None else str(goal.actual),
                "met": goal.met,
                "probability": None if goal.chance is None else round(goal.chance.value, 6),
                "below": goal.below,
                "brier": goal.brier,
            }
            for goal in more["backtest"].goals
        ]
    if "method" in more:
        data["method"] = [vars(score) for score in more["method"]]
    return data
