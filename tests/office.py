"""LibreOffice as a second calculator, made to recalculate every formula."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
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


def recalculated(folder: Path, names: list[str]) -> dict[str, openpyxl.Workbook]:
    """Return the workbooks of a folder as LibreOffice calculates them."""
    program = office()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    out = folder / "recalculated"
    command = [program, "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to"]
    command += ["xlsx", "--outdir", str(out), *(str(folder / f"{name}.xlsx") for name in names)]
    subprocess.run(command, check=True, capture_output=True, timeout=HANGS)
    return {name: openpyxl.load_workbook(out / f"{name}.xlsx", data_only=True) for name in names}
