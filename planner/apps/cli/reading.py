"""The command ``planner read``: what was read from where and as what, and what was left and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, Obligation

if TYPE_CHECKING:
    from planner.api.reading import FileReading

FORMS = ("baseline", "goals", "peers", "benchmarks")
WIDEST = 40  # letters of a cell that are printed


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what ``read`` takes besides what all commands take."""
    command.add_argument("file", metavar="FILE")
    command.add_argument(
        "--as", dest="as_", choices=FORMS, default="", help="按哪种文件读 / what to read it as"
    )
    command.add_argument(
        "--map-out", metavar="FILE", help="写出对照文件的草稿 / write a draft of a mapping file"
    )


def show(
    args: argparse.Namespace, as_json: Callable[[dict[str, Any]], None]
) -> tuple[tuple[Finding, ...], bool]:
    """Read a file and print its account; return what has to be said of it, and if it can be used."""
    from planner.api.reading import read
    from planner.apps.cli.inputs import catalogue_of, mapping_of
    from planner.model import messages

    catalogue = catalogue_of(args)
    reading = read(
        args.file,
        as_=args.as_,
        mapping=mapping_of(args),
        catalogue=catalogue,
        base_year=args.base_year,
        cluster=args.cluster,
    )
    written = _draft(reading, args.map_out, args.lang, catalogue) if args.map_out else None
    if args.json:
        as_json(
            {
                "kind": reading.kind,
                "findings": [
                    messages.as_record(item, args.lang, catalogue) for item in reading.findings
                ],
                "account": reading.account.records(args.lang),
            }
        )
    else:
        _print(reading, args.lang, catalogue)
        if written is not None:
            from planner.apps.cli import report

            report.written([written], args.lang, "files")
    return reading.findings, reading.record is not None


def _print(reading: FileReading, lang: str, catalogue: Any) -> None:
    from planner.apps.cli import report
    from planner.apps.cli.screens import new_table, screen, show
    from planner.intake.account import read_as
    from planner.model import messages

    console = screen()
    kind = messages.label(f"file_{reading.kind}", lang)
    console.print(
        f"{messages.label('kinds_of_file', lang)}{messages.colon(lang)}{kind}", style="bold"
    )
    table = new_table(messages.label("account", lang))
    for key in ("place", "text", "read_as"):
        table.add_column(messages.label(key, lang), overflow="fold")
    for booking in reading.account:
        style = "dim" if booking.booked == "left" else ""
        table.add_row(
            booking.key, _short(booking.text), read_as(booking, lang, catalogue), style=style
        )
    show(table)
    report.findings(list(reading.findings), lang, catalogue)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= WIDEST else f"{plain[: WIDEST - 1]}…"


def _draft(reading: FileReading, name: str, lang: str, catalogue: Any) -> Path:
    """Write the draft of a mapping file: every label that is not known, every doubt with its ways."""
    from planner.core.files import write_bytes
    from planner.model import messages

    labels, take = [], []
    for item in reading.findings:
        if item.level is Obligation.INFO:
            continue
        if item.code == "indicator_unknown":
            near = item.facts.get("near", "")
            named = f"{near} {catalogue.label(near, lang)}" if near in catalogue else "?"
            labels.append(f"  {_quoted(item.found)}: {_quoted('')}  # {named}")
        elif item.facts.get("key"):
            said = item.facts.get("ways", "use / leave")
            take.append(
                f"  {_quoted(str(item.facts['key']))}: {_quoted('')}  # {item.found}: {said}"
            )
    lines = []
    if labels:
        lines += [f"# {messages.label('map_labels', lang)}", "labels:", *labels]
    if take:
        lines += [f"# {messages.label('map_take', lang)}", "take:", *take]
    if not lines:
        lines = [f"# {messages.label('map_nothing', lang)}"]
    return write_bytes(Path(name), ("\n".join(lines) + "\n").encode())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
