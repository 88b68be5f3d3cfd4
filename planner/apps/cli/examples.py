"""Examples of each command, as its help shows them; each of ``data/examples.txt`` runs as a test."""

from __future__ import annotations

import argparse

from planner.core import resources

HEAD = "示例 / examples:"


def examples() -> list[str]:
    """Return what somebody types, line by line, in an order in which each finds what it needs.

    >>> examples()[0]
    'planner new baseline.xlsx'
    """
    return resources.data_text("examples.txt").splitlines()


def examples_of(command: str) -> list[str]:
    """Return the examples of a command such as ``form fill``.

    >>> examples_of("check")
    ['planner check baselines/example.xlsx']
    """
    return [line for line in examples() if f"{line} ".startswith(f"planner {command} ")]


def show_examples(commands: dict[str, argparse.ArgumentParser], above: str = "") -> None:
    """Put the examples under the help of each command."""
    for name, made in commands.items():
        called = f"{above} {name}".strip()
        below = [a for a in made._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001 - argparse tells of commands nowhere else
        if not below:
            made.epilog = "\n  ".join((HEAD, *examples_of(called)))
            made.formatter_class = argparse.RawDescriptionHelpFormatter
        for action in below:
            show_examples(action.choices, called)
