"""Examples of each command, as its help shows them; each runs as a test."""

from __future__ import annotations

import argparse

# By command; each line is what somebody types.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "new": ("planner new baseline.xlsx",),
    "read": ("planner read baselines/example.csv", "planner read mine.xlsx --map-out map.yaml"),
    "check": ("planner check baselines/example.xlsx",),
    "plan": (
        "planner plan baselines/example.xlsx --out out",
        "planner plan baselines/example.csv --scenario steady --set output@2028=+70 --out out --odds",
    ),
    "repair": (
        "planner repair baselines/example.csv --set output@2028=240",
        "planner repair out/plan.json --prefer odds --out mended",
    ),
    "explain": ("planner explain baselines/example.csv --pin output@2028=240",),
    "odds": ("planner odds baselines/example.csv --curve patents",),
    "verify": ("planner verify out/goals.csv --baseline baselines/example.csv",),
    "compare": ("planner compare out/plan.json mended/plan.json --out compare.xlsx",),
    "form fill": (
        "planner form fill baselines/example.xlsx --answers baselines/example-answers.yaml --out form.docx",
    ),
    "form read": ("planner form read form.docx --out read",),
    "form check": ("planner form check form.docx",),
    "rules": ("planner rules", "planner rules xinjiang-2025"),
    "app": ("planner app", "planner app --port 8000 --folder plans"),
    "lab": ("planner lab", "planner lab --LabApp.default_url=/tree"),
}


def show_examples(commands: dict[str, argparse.ArgumentParser], above: str = "") -> None:
    """Put the examples under the help of each command."""
    for name, made in commands.items():
        called = f"{above} {name}".strip()
        if lines := EXAMPLES.get(called):
            made.epilog = "\n  ".join(("示例 / examples:", *lines))
            made.formatter_class = argparse.RawDescriptionHelpFormatter
        for action in made._actions:  # noqa: SLF001 - argparse tells of commands nowhere else
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
                show_examples(action.choices, called)
