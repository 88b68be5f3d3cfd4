"""The command ``planner rules``: the rule sets shipped, and one of them in words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any


def show(args: argparse.Namespace, as_json: Callable[[dict[str, Any]], None]) -> None:
    """Print the list of rule sets, or the one that is named; a faulty rule file is refused."""
    from planner.apps.cli import report
    from planner.apps.cli.inputs import catalogue_of
    from planner.model.rulesets import rules, shipped_ids

    wanted = args.ruleset or args.rules
    if wanted is None:
        chosen = [rules(name) for name in shipped_ids()]
        if args.json:
            as_json({"rules": [{"id": r.id, "title": r.record.title(args.lang)} for r in chosen]})
            return
        for item in chosen:
            sys.stdout.write(f"{item.id:16} {item.record.title(args.lang)}\n")
        return
    rule_set = rules(wanted, catalogue_of(args))
    if args.json:
        record = rule_set.record.model_dump(mode="json")
        as_json({"rules": record, "hash": rule_set.hash, "findings": []})
    else:
        report.rule_set(rule_set, catalogue_of(args), args.lang)
