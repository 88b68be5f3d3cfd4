"""``goals.pdf``: the annex typeset with the package's own fonts, without an office suite."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

import typst

from planner.core import resources
from planner.core.language import spoken
from planner.export.annex import annex

if TYPE_CHECKING:
    from planner.forecast.odds import OddsRecord
    from planner.planning.record import PlanRecord


def _compiler(*, system_fonts: bool) -> typst.Compiler:
    """Return the typesetter: it sees its own template and fonts, the machine's only if asked to."""
    return typst.Compiler(
        root=str(resources.data_path("")),
        font_paths=[str(resources.data_path("fonts"))],
        ignore_system_fonts=not system_fonts,
    )


@resources.once
def _own_compiler() -> typst.Compiler:
    return _compiler(system_fonts=False)


@resources.once
def _characters() -> frozenset[int]:
    """Return the characters that the package's own fonts can draw."""
    from matplotlib.ft2font import FT2Font

    return frozenset(
        FT2Font(str(resources.data_path("fonts/NotoSansSC-Regular.ttf"))).get_charmap()
    )


def beyond_fonts(text: str) -> str:
    """Return the characters of a text that the package's own fonts lack.

    >>> beyond_fonts("浉河区 𠮷")
    '𠮷'
    """
    known = _characters()
    return "".join(c for c in dict.fromkeys(text) if ord(c) not in known and not c.isspace())


def goals_pdf(plan: PlanRecord, lang: str = "", odds: OddsRecord | None = None) -> bytes:
    """Return the annex of a plan as PDF; the same plan gives the same bytes.

    Only where a character is beyond the package's own fonts are the machine's looked at.
    """
    made = _set(plan, lang, odds, "pdf")
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


def goals_pages(plan: PlanRecord, lang: str = "", odds: OddsRecord | None = None) -> list[bytes]:
    """Return the pages of the annex as pictures (SVG), to look at before it is printed."""
    made = _set(plan, lang, odds, "svg")
    return list(made) if isinstance(made, list) else [made]


def _set(
    plan: PlanRecord, lang: str, odds: OddsRecord | None, form: Literal["pdf", "svg"]
) -> bytes | list[bytes]:
    """Typeset the annex of a plan."""
    data = asdict(annex(plan, lang, odds)) | {"region": "cn" if spoken(lang) == "zh" else "us"}
    text = json.dumps(data, ensure_ascii=False)
    compiler = _compiler(system_fonts=True) if beyond_fonts(text) else _own_compiler()
    made = compiler.compile(
        input=str(resources.data_path("annex.typ")),
        sys_inputs={"data": text},
        format=form,
        timestamp=0,
    )
    assert made is not None  # noqa: S101 - it is not written to a file
    return made
