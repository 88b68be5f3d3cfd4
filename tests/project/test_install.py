"""What is published installs and works by itself: the core, the app, and the oldest packages allowed.

Each has an environment of its own, outside the checkout, and runs every example of the help.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import planner as pl
from planner.apps.cli.examples import examples

# What runs in the environment: each example, and what is told where one needs an extra.
SCRIPT = """
import contextlib, io, shlex, sys
from planner.apps.cli.main import main
import planner
assert "site-packages" in planner.__file__, planner.__file__
for line in sys.stdin.read().splitlines():
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        code = main(shlex.split(line)[1:])
    print(code, line, "|", " ".join(told.getvalue().split()))
"""
ROOT = Path(__file__).resolve().parents[2]
SERVES = {"app", "lab"}
DOCUMENTS = {"form"}


def run(*command: str, cwd: Path, told: str = "") -> str:
    done = subprocess.run(
        command, cwd=cwd, input=told, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that the sdist makes, as an index would; a filled form lies beside it."""
    folder = tmp_path_factory.mktemp("built")
    answers = ROOT / "baselines" / "example-answers.yaml"
    pl.fill_form(pl.plan(ROOT / "baselines" / "example.csv"), answers, folder / "form.docx")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = f"./{sdist.name.removesuffix('.tar.gz')}"
    build = ("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", ".", source)
    run(sys.executable, *build, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.mark.parametrize(
    ("extras", "how"),
    [("", ()), ("[app]", ()), ("[app,documents]", ("--resolution", "lowest-direct"))],
    ids=["core", "app", "lowest"],
)
def test_every_example_works(
    root: Path, tmp_path: Path, built: Path, extras: str, how: tuple[str, ...]
) -> None:
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "-q", "--python", sys.executable, "env", cwd=tmp_path)
    python = next(path for path in (tmp_path / "env").glob("*/python*") if path.stem == "python")
    install = ("pip", "install", "-q", "--python", str(python), *how, f"{built}{extras}")
    run(*uv, *install, cwd=tmp_path)
    shutil.copytree(root / "baselines", tmp_path / "baselines")
    shutil.copy(root / "baselines" / "example.xlsx", tmp_path / "mine.xlsx")
    shutil.copy(built.parent / "form.docx", tmp_path / "form.docx")
    lines = [line for line in examples() if shlex.split(line)[1] not in SERVES]
    if not extras:
        lines += ["planner app", "planner lab"]
    said = run(str(python), "-I", "-c", SCRIPT, cwd=tmp_path, told="\n".join(lines))
    for line in said.splitlines():
        code, _, command, *_ = line.split()
        if code in {"0", "1"}:
            assert command not in SERVES, line
        elif "documents" in extras or command not in {*DOCUMENTS, *SERVES}:
            pytest.fail(line)
        else:
            assert ("documents" if command in DOCUMENTS else "app") in line
