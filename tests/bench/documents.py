"""Documents: how long the form and the annex take, against LibreOffice on the same content.

    python tests/bench/documents.py [REPEATS]

Prints medians in milliseconds. Both programs run on the same machine in turn; ratios mean more
than the figures.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import planner as pl
from planner.export.pdf import goals_pdf
from planner.export.word import goals_document
from planner.export.workbook import goals_workbook


def median(repeats: int, action: Callable[[], object]) -> float:
    """Return the median time of an action in milliseconds, after one that is not counted."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Time everything and print a line for each."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    plan = pl.plan(pl.shared("baselines") / "example.csv", scenario="steady")
    plan.goals.records()
    answers = pl.shared("baselines") / "example-answers.yaml"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        form, goals, book = (folder / f for f in ("form.docx", "goals.docx", "goals.xlsx"))
        pl.fill_form(plan, answers, form)
        goals.write_bytes(goals_document(plan))
        book.write_bytes(goals_workbook(plan))
        rows: dict[str, Callable[[], object]] = {
            "fill the form": lambda: pl.fill_form(plan, answers, form),
            "read the form": lambda: pl.read_form(form),
            "goals.docx": lambda: goals_document(plan),
            "goals.pdf": lambda: goals_pdf(plan),
            "read an edited goals.xlsx": lambda: pl.read_goals(book),
        }
        found = {label: median(repeats, action) for label, action in rows.items()}
        program = shutil.which("soffice")
        if program:
            command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile"]
            command += ["--convert-to", "pdf", "--outdir", str(folder / "pdf"), str(goals)]
            found["goals.docx to PDF by LibreOffice"] = median(
                3, lambda: subprocess.run(command, check=True, capture_output=True)
            )
    for label, value in found.items():
        ratio = value / found["goals.pdf"]
        print(f"{label:36} {value:9.1f} ms   {ratio:7.1f} x goals.pdf")


if __name__ == "__main__":
    main()
