"""What the command line says of a plan: arguments into baseline, wishes and the plan they ask for."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, InputError, Obligation

if TYPE_CHECKING:
    from planner.api.plan import Plan
    from planner.model.baseline import Baseline
    from planner.model.catalogue import Catalogue
    from planner.model.mapping import FileMapping


# A wish on the command line: which indicator, which year, how it is meant, how much.
_ASKED = re.compile(
    r"(?P<name>[^@=<>≥≤]+)(?:@(?P<year>\d{4}))?\s*(?P<sign>>=|<=|≥|≤|=)\s*(?P<value>\S.*)"
)


_LEVEL = re.compile(r"-?[\d.,]+")


def wishing() -> argparse.ArgumentParser:
    """Return the options that say what somebody wants of a plan."""
    wishing = argparse.ArgumentParser(add_help=False)
    wishing.add_argument("--scenario", metavar="NAME|FILE", help="floor steady stretch …")
    for name, form, text in (
        ("--set", "ID@YEAR=VALUE", "意愿 / wish"),
        ("--pin", "ID@YEAR=VALUE", "固定 / pin"),
        ("--shape", "ID=NAME", "节奏 / stage shape"),
        ("--reason", "CODE[@ID]=TEXT", "说明理由 / answer what needs a reason"),
        ("--relax", "RULE=REASON", "说明理由放宽行业基准 / relax a benchmark, with a reason"),
    ):
        wishing.add_argument(name, action="append", default=[], metavar=form, help=text)
    return wishing


def pairs(items: list[str], expected: str) -> list[tuple[str, str]]:
    """Return options of the form KEY=VALUE; `expected` is how they should have been written.

    Raises
    ------
    InputError
        When one of them is not.
    """
    split = []
    for item in items:
        key, mark, value = item.partition("=")
        if not mark or not key.strip() or not value.strip():
            raise InputError([bad_argument(item, expected)])
        split.append((key.strip(), value.strip()))
    return split


def _cells(items: list[str], last: int | None = None) -> list[tuple[str, int, str]]:
    """Split ``ID@YEAR=VALUE``, ``ID@YEAR>=VALUE`` and, with a `last` year, ``ID=8%/yr``."""
    cells = []
    for item in items:
        match = _ASKED.fullmatch(item.strip())
        year = match["year"] or last if match else None
        # Without a year only what says itself over how many: 8%/yr, +10, x2.
        level = match is not None and not match["year"] and _LEVEL.fullmatch(match["value"].strip())
        bare = match is None or level or (match["sign"] != "=" and last is None)
        if match is None or bare or year is None:
            raise InputError([bad_argument(item, "ID@YEAR=VALUE")])
        sign = "" if match["sign"] == "=" else match["sign"]
        cells.append((match["name"].strip(), int(year), f"{sign}{match['value'].strip()}"))
    return cells


def _once(cells: list[tuple[str, int, str]]) -> None:
    """Refuse two values for one cell: neither is to be guessed."""
    seen: dict[tuple[str, int], str] = {}
    for name, year, value in cells:
        first = seen.setdefault((name, year), value)
        if first != value:
            both = f"{name}@{year}={first}, {value}"
            raise InputError([Finding("argument_repeated", Obligation.MUST_FIX, found=both)])


def bad_argument(found: str, expected: str) -> Finding:
    """Return the finding on an argument that is not what it should be."""
    return Finding("argument_wrong", Obligation.MUST_FIX, found=found, expected=expected)


def catalogue_of(args: argparse.Namespace) -> Catalogue:
    """Return the indicators known, the user's own among them."""
    from planner.model.catalogue import read_catalogue, shipped

    return read_catalogue(args.catalogue) if args.catalogue else shipped()


def mapping_of(args: argparse.Namespace) -> FileMapping:
    """Return what is said of files: the mapping file, and the answers on the command line."""
    from planner.model.mapping import mapped

    return mapped(args.map, dict(pairs(args.take, "CELL=WAY")), catalogue_of(args))


def inputs(args: argparse.Namespace) -> dict[str, Any]:
    """Return what a plan is made with beside its baseline."""
    from planner.api.opening import DEFAULT_RULES
    from planner.intake.benchmarks import read_benchmarks, shipped_benchmarks

    book = None
    if args.benchmarks:
        own = read_benchmarks(args.benchmarks, catalogue_of(args), mapping=mapping_of(args))
        book = own + shipped_benchmarks()
    for key, words in pairs(args.use, "ID=WORDS"):
        book = (book or shipped_benchmarks()).choosing(key, words)
    return {
        "rules": args.rules or DEFAULT_RULES,
        "benchmarks": book,
        "base_year": args.base_year,
        "readings": dict(pairs(args.reading, "RULE=NAME")),
        "horizon": args.horizon,
    }


def baseline_of(args: argparse.Namespace) -> Baseline:
    """Return the baseline that is named."""
    from planner.intake.baselines import read_baseline

    return read_baseline(
        args.baseline,
        base_year=args.base_year,
        catalogue=catalogue_of(args),
        cluster=args.cluster,
        mapping=mapping_of(args),
    )


def asked(made: Plan, args: argparse.Namespace) -> Plan:
    """Return a plan with the wishes, pins, shapes and relaxations of the command line."""
    from planner.model.asked import direction_of

    made, last = entered(made, args), made.years[-1]
    _once([*_cells(args.set, last), *_cells(args.pin)])
    for name, year, value in _cells(args.set, last):
        in_words = direction_of(made.baseline.catalogue, name)
        made = made.describe(name, year, value) if in_words else made.wish(name, year, value)
    for name, year, value in _cells(args.pin):
        made = made.pin(name, year, value)
    for name, shape in pairs(args.shape, "ID=NAME"):
        made = made.shape(name, shape)
    for rule, reason in pairs(args.relax, "RULE=REASON"):
        made = made.relax(rule, reason)
    for key, text in pairs(args.reason, "CODE[@ID]=TEXT"):
        code, _, about = key.partition("@")
        made = made.reason(code, text, about)
    return made


def entered(made: Plan, args: argparse.Namespace) -> Plan:
    """Return a plan with the thresholds of the command line, each with its document."""
    for rule, said in pairs(args.threshold, "RULE=NUMBER,DOCUMENT"):
        number, *document = re.split(r"[,，;；]", said, maxsplit=1)
        made = made.threshold(rule, number, "".join(document))
    return made


def source(args: argparse.Namespace) -> Plan:
    """Return the plan that a baseline, a saved plan or a goal table stands for."""
    from planner.api.goals import reopen, verify
    from planner.api.opening import plan
    from planner.intake.kinds import FileKind, kind_of

    given = inputs(args)
    kind = kind_of(args.source)
    saved = kind is FileKind.PLAN
    if not saved and args.baseline is None and kind is not FileKind.GOALS:
        args.baseline = args.source
        return asked(plan(baseline_of(args), scenario=args.scenario, **given), args)
    if args.rules is None:
        given["rules"] = None
    if args.scenario:
        raise InputError([bad_argument(f"--scenario {args.scenario}", "BASELINE")])
    baseline = baseline_of(args) if args.baseline else None
    if saved:
        del given["base_year"], given["horizon"]
        opened = reopen(args.source, baseline, **given)
        opened = replace(opened, horizon=args.horizon) if args.horizon else opened
        return asked(opened, args)
    given |= {"catalogue": catalogue_of(args), "mapping": mapping_of(args)}
    return asked(verify(args.source, baseline, **given), args)
