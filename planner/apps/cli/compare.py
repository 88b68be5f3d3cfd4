"""The command ``planner compare``: plans side by side, what differs, and a sheet of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.apps.cli import inputs
from planner.core.findings import Finding, InputError
from planner.model import messages

if TYPE_CHECKING:
    from planner.api.plan import Plan
    from planner.planning.differences import Comparison

FEW = 2  # plans there must be
SHEETS = {".xlsx", ".csv"}


def add_options(made: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    made.add_argument("plans", nargs="+", metavar="PLAN|BASELINE|GOALS", help="方案 / plans")
    made.add_argument("--out", metavar="FILE.xlsx|FILE.csv", help="输出表格 / a sheet to write")
    made.set_defaults(baseline=None)


def run(
    args: argparse.Namespace, print_json: Callable[[dict[str, Any]], None]
) -> tuple[Finding, ...]:
    """Compare, print and write; return what is to be said of all the plans."""
    from planner.planning.differences import Comparison

    if len(args.plans) < FEW:
        raise InputError([inputs.bad_argument(" ".join(args.plans), "PLAN PLAN...")])
    out = Path(args.out) if args.out else None
    if out is not None and out.suffix.casefold() not in SHEETS:
        raise InputError([inputs.bad_argument(args.out, "FILE.xlsx FILE.csv")])
    plans: dict[str, Plan] = {}
    for path in args.plans:
        one = argparse.Namespace(**{**vars(args), "source": path})
        plans[_name(Path(path), plans)] = inputs.source(one)
    held = Comparison(plans)
    written = [_written(held, out, args.lang)] if out is not None else []
    found = {name: plan.check() for name, plan in plans.items()}
    told = tuple(finding for each in found.values() for finding in each)
    if args.json:
        print_json(_as_json(held, written, found, args.lang))
        return told
    from planner.apps.cli import report

    for name in list(plans)[1:]:
        report.records(
            held.diff(name).records(args.lang), "differences", args.lang,
            left_out=("indicator", "old_status"), first=next(iter(plans)), other=name,
        )  # fmt: skip
    for name, plan in plans.items():
        report.standing(name, found[name], plan, args.lang)
    report.written(written, args.lang, "files")
    return told


def _name(path: Path, taken: dict[str, Plan]) -> str:
    """Return what a plan is called: its file, a pack's by its folder."""
    name = path.parent.name if path.name == "plan.json" and path.parent.name else path.stem
    number = 1
    while (called := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return called


def _as_json(
    held: Comparison, written: list[Path], found: Mapping[str, Sequence[Finding]], lang: str
) -> dict[str, Any]:
    lines = held.records(lang)
    keys = [str(column.key) for column in lines.columns]
    return {
        "plans": [
            {"name": name, "plan": plan.hash, "complies": plan.complies}  # type: ignore[attr-defined]
            for name, plan in held.plans.items()
        ],
        "goals": [dict(zip(keys, map(_plain, row), strict=True)) for row in lines.rows],
        "differences": {
            name: [
                {"indicator": d.cell.indicator, "year": d.cell.year, "old": _plain(d.old),
                 "new": _plain(d.new), "kind": d.kind, "rows": list(d.rows)}
                for d in held.diff(name)
            ]
            for name in list(held.plans)[1:]
        },
        "files": [str(path) for path in written],
        "findings": [
            {"of": name, **messages.as_record(item, lang, held.plans[name].baseline.catalogue)}
            for name, items in found.items()
            for item in items
        ],
    }  # fmt: skip


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, bool | int | str) else str(cell)


def _written(held: Comparison, path: Path, lang: str) -> Path:
    """Write the sheet, all years and plans."""
    from planner.core.files import write_bytes
    from planner.export.comparesheet import comparison_book, comparison_csv

    book = path.suffix.casefold() == ".xlsx"
    return write_bytes(path, (comparison_book if book else comparison_csv)(held, lang))
