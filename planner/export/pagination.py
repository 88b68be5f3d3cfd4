"""Pages: how a document falls into pages where LibreOffice is at hand, for what only print shows.

Without it, or without the reader of PDF files, nothing is said: a person has to look.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.core.findings import Finding, Obligation, Place
from planner.core.phrases import listed, phrase
from planner.model.forms import Form

LONGEST = 120  # seconds
_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def renderer() -> str:
    """Return the program that sets pages; nothing where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).exists()), "")


def page_texts(data: bytes) -> tuple[str, ...] | None:
    """Return the text of each page of a Word document, blanks left out; None where nobody can tell."""
    program = renderer()
    try:
        from pypdf import PdfReader
    except ImportError:
        return None
    if not program:
        return None
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "form.docx").write_bytes(data)
        profile = (folder / "profile").as_uri()
        command = [program, "--headless", f"-env:UserInstallation={profile}",
                   "--convert-to", "pdf", "--outdir", str(folder), str(folder / "form.docx")]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
            pages = PdfReader(folder / "form.pdf").pages
            return tuple(re.sub(r"\s", "", page.extract_text()) for page in pages)
        except (OSError, ValueError, subprocess.SubprocessError):
            return None


def page_findings(form: Form, pages: tuple[str, ...]) -> tuple[Finding, ...]:
    """Say which parts stand on a page with another, and which take several.

    A part that is to stay by itself begins at the top of a page, and so does what follows it.
    """
    parts = form.record.parts
    starts: dict[str, int] = {}
    shared: list[str] = []
    for before, part in zip((None, *parts), parts, strict=False):
        title = re.sub(r"\s", "", part.title)
        alone = part.one_page or (before is not None and before.one_page)
        on = [number for number, text in enumerate(pages) if title in text]
        top = [number for number in on if pages[number].startswith(title)]
        if top:
            starts[part.title] = top[0]
        elif alone:
            shared.append(part.title)
    findings = [
        Finding(
            "form_pages_shared", Obligation.MUST_FIX, Place(sheet=title), ways_out=("own_page",)
        )
        for title in shared
    ]
    begins = sorted([*starts.values(), len(pages)])
    long = [
        phrase("form_part_pages", part=part.title, n=str(count))
        for part in parts
        if part.one_page and part.title in starts
        and (count := begins[begins.index(starts[part.title]) + 1] - starts[part.title]) > 1
    ]  # fmt: skip
    if long:
        findings.append(Finding("form_pages_many", Obligation.INFO, facts={"parts": listed(long)}))
    return tuple(findings)
