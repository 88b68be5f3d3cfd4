"""Whole commands measured against bare Python: `python tests/bench/startup.py [RUNS]`.

Prints medians over repeated fresh processes, run in turn so that a machine whose speed drifts
treats them alike. Bytecode is compiled first; without it every figure is two to four times
as large.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = str(ROOT / "baselines" / "example.xlsx")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    compileall.compile_dir(ROOT / "planner", quiet=2)
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
    }
    with tempfile.TemporaryDirectory() as out:
        planner = [sys.executable, "-m", "planner.apps.cli.main"]
        commands = {
            "bare Python": [sys.executable, "-c", "pass"],
            "import planner": [sys.executable, "-c", "import planner"],
            "import pandas": [sys.executable, "-c", "import pandas"],
            "planner check": [*planner, "check", EXAMPLE],
            "planner plan, whole pack": [*planner, "plan", EXAMPLE, "--out", out],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(runs + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(
                    command, env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
                )
                if turn:  # the first turn warms caches
                    times[name].append(time.perf_counter() - start)
    bare = statistics.median(times["bare Python"])
    print(f"{'median of ' + str(runs):28}{'s':>8}{'min':>8}{'max':>8}{'x bare':>8}{'+ bare':>8}")
    for name, found in times.items():
        middle = statistics.median(found)
        figures = (middle, min(found), max(found), middle / bare, middle - bare)
        print(f"{name:28}" + "".join(f"{figure:8.3f}" for figure in figures))
    in_memory()


def in_memory() -> None:
    """Print how long one plan takes where everything is loaded already."""
    sys.path.insert(0, str(ROOT))
    import planner as pl

    base = pl.read_baseline(EXAMPLE)
    times = []
    for _ in range(31):
        start = time.perf_counter()
        _ = pl.plan(base).goals
        times.append(time.perf_counter() - start)
    print(f"{'a plan in memory':28}{statistics.median(times[1:]):8.4f}")


if __name__ == "__main__":
    main()
