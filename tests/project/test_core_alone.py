"""With the core alone every command works, or says what to install; none ends in a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXTRAS = ("ipywidgets", "anywidget", "voila", "jupyterlab", "filelock", "traitlets", "docx", "typst",
          "pypdf", "mammoth", "openpyxl", "IPython")  # fmt: skip
SCRIPT = """
import sys
sys.modules.update(dict.fromkeys({extras!r}))
from planner.apps.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def alone(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where no extra is installed."""
    command = [sys.executable, "-c", SCRIPT.format(extras=EXTRAS), *arguments, "--lang", "en"]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["plan", "baselines/example.xlsx", "--out", "OUT"], 0),
        (["check", "baselines/example.csv"], 0),
        (["repair", "baselines/example.csv", "--set", "output@2028=240"], 0),
        (["explain", "baselines/example.csv"], 0),
        (["odds", "baselines/example.csv"], 0),
        (["compare", "baselines/example.csv", "baselines/example.xlsx", "--out", "OUT.xlsx"], 0),
        (["rules", "xinjiang-2025"], 0),
        (["new", "OUT.xlsx"], 0),
        (["read", "baselines/example.xlsx"], 0),
    ],
)
def test_the_core_does_it(root: Path, tmp_path: Path, arguments: list[str], code: int) -> None:
    told = [word.replace("OUT", str(tmp_path / "out")) for word in arguments]
    done = alone(*told, cwd=root)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["app"], "app"),
        (["lab"], "app"),
        (["form", "check", "baselines/example.xlsx"], "documents"),
        (["form", "fill", "baselines/example.xlsx", "--out", "OUT.docx"], "documents"),
    ],
)
def test_what_an_extra_is_needed_for_says_which(
    root: Path, tmp_path: Path, arguments: list[str], extra: str
) -> None:
    done = alone(*(word.replace("OUT", str(tmp_path / "out")) for word in arguments), cwd=root)
    assert done.returncode == 2
    assert extra in done.stderr
    assert "Traceback" not in done.stderr
