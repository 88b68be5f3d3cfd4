"""The limits of the tests themselves: they stop what takes too much, and only that."""

from __future__ import annotations

import subprocess
import threading
import time

import limits
import pytest


def test_work_counts_and_waiting_does_not() -> None:
    with limits.spending() as waited:
        time.sleep(0.3)
    with limits.spending(memory=True) as worked:
        held = bytearray(5_000_000)
        worker = threading.Thread(target=lambda: sum(range(2_000_000)))
        worker.start()
        worker.join()
    assert waited.seconds < 0.1
    assert worked.seconds > 0.01
    assert len(held) <= worked.peak < 2 * len(held)


def test_a_process_is_stopped_when_it_has_worked_too_long() -> None:
    pytest.importorskip("resource")
    with pytest.raises(pytest.fail.Exception, match="within 1 s"):
        limits.run("-c", "while True: pass", seconds=1)


def test_a_process_gets_no_more_memory_than_it_may_have() -> None:
    pytest.importorskip("resource")
    done = limits.run("-c", "bytearray(500 << 20)", seconds=10, megabytes=300, text=True)
    assert (done.returncode, "MemoryError" in done.stderr) == (1, True)


def test_what_ends_by_itself_is_handed_back() -> None:
    done = limits.run("-c", "print(6 * 7)", seconds=10, text=True)
    assert isinstance(done, subprocess.CompletedProcess)
    assert (done.returncode, done.stdout) == (0, "42\n")
