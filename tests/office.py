"""LibreOffice as a second calculator, made to recalculate every formula."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from limits import HANGS

# Left to itself it keeps the cached values, and a comparison with them passes on anything.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def office() -> str:
    """Return the program; without it the test is skipped, unless the run requires it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        if os.environ.get("PLANNER_REQUIRE_OFFICE"):
            pytest.fail("LibreOffice is required here and was not found")
        pytest.skip("LibreOffice is not installed")
    return found


def convert(kind: str, out: Path, *sources: Path) -> None:
    """Save documents as another kind in a folder, all in one go: each start takes seconds."""
    profile = out.parent / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.write_text(ALWAYS_RECALCULATE)
    command = [office(), "--headless", f"-env:UserInstallation=file://{profile}"]
    command += ["--convert-to", kind, "--outdir", str(out), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGS)
    missing = [path.name for path in sources if not (out / f"{path.stem}.{kind}").exists()]
    assert not missing, f"not converted to {kind}: {missing}"


def recalculated(folder: Path) -> Path:
    """Return where the workbooks of a folder are as LibreOffice calculates them."""
    convert("xlsx", folder / "recalculated", *sorted(folder.glob("*.xlsx")))
    return folder / "recalculated"
