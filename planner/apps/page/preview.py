"""The preview: what is handed in, to be looked at on the page - the form's text, the annex's pages."""

from __future__ import annotations

import io

from planner.apps.page.artefacts import handed_out
from planner.apps.page.study import Study
from planner.core.findings import Finding, InputError, Obligation

PREVIEWED = {"form_docx", "goals_docx", "goals_pdf"}
# Laid out as a sheet of paper; what it says is the document's own.
_PAPER = (
    '<!doctype html><meta charset="utf-8"><style>'
    "body{font:14px/1.6 'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif;margin:18px 26px}"
    "table{border-collapse:collapse;width:100%;margin:6px 0}"
    "td,th{border:1px solid #8c959f;padding:3px 7px;vertical-align:top;text-align:left}"
    "p{margin:3px 0}h1{font-size:17px}h2{font-size:15px}</style>"
)


def preview(artefact: str, study: Study, lang: str) -> tuple[str, list[bytes]]:
    """Return a document as a sheet of HTML, or as pictures of its pages.

    Raises
    ------
    InputError
        When a package is missing, or there is nothing to look at.
    """
    if artefact not in PREVIEWED:
        raise InputError([Finding("page_outdated", Obligation.MUST_FIX)])
    try:
        if artefact == "goals_pdf":
            from planner.export.pdf import goals_pages

            return "", goals_pages(study.plan, lang)
        import mammoth
    except ImportError as error:
        missing = Finding(
            "extra_missing", Obligation.MUST_FIX, found=error.name or "", expected="documents"
        )
        raise InputError([missing]) from error
    data = handed_out(artefact, study, lang)
    return _PAPER + mammoth.convert_to_html(io.BytesIO(data)).value, []
