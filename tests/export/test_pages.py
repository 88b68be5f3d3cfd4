"""A few pages as pictures: what a reader sees must not move without somebody having looked at it.

After a change that was looked at and is meant, ``python tests/export/test_pages.py`` draws them anew.
Blocks of pixels are compared and not pixels: another program sets a letter a hair to the side.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from office import convert
from PIL import Image, ImageDraw

import planner as pl
from planner.export.pdf import goals_pdf
from planner.export.template import template_bytes
from planner.export.workbook import goals_workbook

SEEN = Path(__file__).parents[1] / "data" / "pages"
BASELINES = pl.shared("baselines")
DOTS, BLOCK, DARKER = 45, 8, 12  # per inch; pixels; of 255
FOOT = 0.93  # below stands the plan's number, which follows the version of the package
# Which page of which document, and how much of it another program may set otherwise.
PAGES = {
    "annex-zh": ("annex-zh.pdf", 1, 0.01),
    "annex-zh-rules": ("annex-zh.pdf", 3, 0.01),
    "annex-en": ("annex-en.pdf", 1, 0.01),
    "goals": ("goals.pdf", 1, 0.05),
    "input-answers": ("input.pdf", 2, 0.05),
    "form-cover": ("form.pdf", 1, 0.05),
    "form-industry": ("form.pdf", 4, 0.05),
    "form-goals": ("form.pdf", 12, 0.05),
}


def documents(folder: Path) -> None:
    """Make the documents, and PDF of them."""
    plan = pl.plan(BASELINES / "example.xlsx", scenario="steady")
    for lang in ("zh", "en"):
        (folder / f"annex-{lang}.pdf").write_bytes(goals_pdf(plan, lang))
    (folder / "goals.xlsx").write_bytes(goals_workbook(plan))
    (folder / "input.xlsx").write_bytes(template_bytes(2025))
    pl.fill_form(plan, BASELINES / "example-answers.yaml", folder / "form.docx")
    convert("pdf", folder, *(folder / name for name in ("goals.xlsx", "input.xlsx", "form.docx")))


def picture(folder: Path, name: str) -> Image.Image:
    """Return a page as it is now."""
    document, page, _ = PAGES[name]
    out = folder / name
    command = ["pdftoppm", "-r", str(DOTS), "-gray", "-png", "-singlefile", "-f", str(page)]
    subprocess.run([*command, str(folder / document), str(out)], check=True, capture_output=True)
    return Image.open(out.with_suffix(".png")).convert("L")


def moved(first: Image.Image, second: Image.Image) -> float:
    """Return of how many blocks that bear anything the ink differs, as a share."""
    inks = []
    for image in (first, second):
        pixels = 255 - np.asarray(image, dtype=float)
        rows, columns = int(pixels.shape[0] * FOOT) // BLOCK, pixels.shape[1] // BLOCK
        cut = pixels[: rows * BLOCK, : columns * BLOCK]
        inks.append(cut.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3)))
    if inks[0].shape != inks[1].shape:
        return 1.0
    bearing = (inks[0] > 1) | (inks[1] > 1)
    differ = np.abs(inks[0] - inks[1]) > DARKER
    return float((differ & bearing).sum() / max(1, bearing.sum()))


@pytest.fixture(scope="module")
def made(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    return once("pages", documents)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_was_looked_at(made: Path, name: str) -> None:
    share = moved(Image.open(SEEN / f"{name}.png"), picture(made, name))
    assert share <= PAGES[name][2], f"{name}: {share:.1%} of the page is otherwise"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_looks_otherwise_is_noticed(name: str) -> None:
    """A line of a table gone, or all of it a line lower."""
    seen = Image.open(SEEN / f"{name}.png")
    ink = np.asarray(seen) < 200
    rows = np.flatnonzero(ink.any(axis=1))
    first, last = int(rows[0]), int(rows[int(len(rows) * 0.8)])
    lower = Image.new("L", seen.size, 255)
    lower.paste(seen, (0, 12))
    assert moved(seen, lower) > PAGES[name][2]
    gone = seen.copy()
    ImageDraw.Draw(gone).rectangle((0, first, seen.size[0], first + (last - first) // 4), fill=255)
    assert moved(seen, gone) > PAGES[name][2]


if __name__ == "__main__":
    SEEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as drawn:
        documents(Path(drawn))
        for each in PAGES:
            picture(Path(drawn), each).save(SEEN / f"{each}.png", optimize=True)
            sys.stdout.write(f"{each}\n")
