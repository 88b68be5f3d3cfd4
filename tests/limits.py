"""Limits that hold on a busy machine as well: processor time and memory, not the clock."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

try:
    import resource
except ImportError:  # no POSIX system
    resource = None  # type: ignore[assignment]

# Seconds on the clock after which something waits for what never comes: no limit on work.
HANGS = 600
LIMITED = """
import os, resource, sys
seconds, megabytes = map(int, sys.argv[1:3])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
if megabytes:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
os.execv(sys.argv[3], sys.argv[3:])
"""


@dataclass
class Spent:
    """What a block took: seconds of processor time, and bytes where memory was traced."""

    seconds: float = 0.0
    peak: int = 0


@contextmanager
def spending(*, memory: bool = False) -> Iterator[Spent]:
    """Measure a block, all threads of this process together; tracing memory costs time."""
    spent = Spent()
    if memory:
        tracemalloc.start()
    start = time.process_time()
    try:
        yield spent
    finally:
        spent.seconds = time.process_time() - start
        if memory:
            spent.peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()


def run(
    *command: str | Path, seconds: int, megabytes: int = 0, **options: Any
) -> subprocess.CompletedProcess[Any]:
    """Run Python with some arguments, within so much processor time and address space.

    Where the system knows no such limits only what hangs is stopped.
    """
    wrapped = [sys.executable, "-c", LIMITED, str(seconds), str(megabytes)] if resource else []
    done = subprocess.run(
        [*wrapped, sys.executable, *map(str, command)],
        capture_output=True,
        check=False,
        timeout=HANGS,
        **options,
    )
    if done.returncode < 0:
        pytest.fail(f"ended by signal {-done.returncode}, within {seconds} s: {command}")
    return done
