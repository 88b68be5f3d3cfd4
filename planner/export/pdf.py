"""``goals.pdf``: the annex typeset with the package's own fonts, without an office suite."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typst

from planner import resources
from planner.export.annex import annex

if TYPE_CHECKING:
    from planner.plans import Plan


@resources.once
def _compiler() -> typst.Compiler:
    """Return the typesetter: it sees its own template and fonts, and nothing else."""
    return typst.Compiler(
        root=str(resources.data_path("")),
        font_paths=[str(resources.data_path("fonts"))],
        ignore_system_fonts=True,
    )


def goals_pdf(plan: Plan, lang: str = "zh") -> bytes:
    """Return the annex of a plan as PDF; the same plan gives the same bytes."""
    data = asdict(annex(plan, lang)) | {"region": "cn" if lang == "zh" else "us"}
    made = _compiler().compile(
        input=str(resources.data_path("annex.typ")),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        timestamp=0,
    )
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made
