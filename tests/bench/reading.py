"""Reading: what a workbook and a filled form cost, against a library and against the bare parser.

    python tests/bench/reading.py [RUNS]

Prints medians of processor time in milliseconds and their ratios, all of one run: the baseline read
from the shipped workbook, openpyxl opening the same file (what most would use, and sees less of a
cell), the parser of the standard library going through its parts with empty handlers (what no
reader of ours can beat), and a filled form.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import openpyxl

import planner as pl

BOOK = pl.shared("baselines") / "example.xlsx"


def bare() -> None:
    """Go through every part of the workbook with handlers that do nothing."""
    with zipfile.ZipFile(io.BytesIO(BOOK.read_bytes())) as archive:
        for name in archive.namelist():
            parser = expat.ParserCreate()
            parser.StartElementHandler = lambda *_: None
            parser.EndElementHandler = lambda *_: None
            parser.CharacterDataHandler = lambda *_: None
            parser.Parse(archive.read(name), True)


def median(work: Callable[[], object], runs: int) -> float:
    """Return the median processor time of some runs, in milliseconds."""
    work()
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def main() -> None:
    """Measure everything and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder) / "form.docx"
        pl.fill_form(pl.plan(BOOK), path=form)
        limit = median(bare, runs)
        for name, work in (
            ("baseline from the workbook", lambda: pl.read_baseline(BOOK)),
            ("its account", lambda: pl.read(BOOK)),
            ("openpyxl opening it", lambda: openpyxl.load_workbook(BOOK)),
            ("the bare parser", bare),
            ("a filled form", lambda: pl.read_form(form)),
        ):
            taken = median(work, runs)
            print(f"{name:28} {taken:7.1f} ms   {taken / limit:5.1f} times the bare parser")


if __name__ == "__main__":
    main()
