"""Artefacts: everything the page can hand out, made as bytes and named for its reader."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.apps.page.study import Study
from planner.core.findings import Finding, InputError, Obligation

_UNFIT = re.compile(r"[^\w.()（）-]+")
# Every entry of an archive bears this date, so that the same plan gives the same bytes.
_STAMP = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME = 150  # bytes of the cluster's name in a file's
Maker = Callable[[Study, str], bytes]


@dataclass(frozen=True)
class Artefact:
    """A file to hand out: how its name ends, and who makes it."""

    suffix: str
    make: Maker


def _goals_xlsx(study: Study, lang: str) -> bytes:
    from planner.export.charts import directions, png, trajectory_chart
    from planner.export.workbook import goals_workbook

    plan = study.plan
    charts = {name: png(trajectory_chart(plan, name, lang), plan.hash) for name in directions(plan)}
    return goals_workbook(plan, charts, lang)


def _document(name: str, *, odds: bool = False) -> Maker:
    def make(study: Study, lang: str) -> bytes:
        from planner.export.pack import documents

        made = documents().get(name)
        if made is None:
            missing = Finding(
                "extra_missing", Obligation.MUST_FIX, found=name, expected="documents"
            )
            raise InputError([missing])
        return made(study.plan, lang, study.odds if odds else None)

    return make


def _goals_csv(study: Study, lang: str) -> bytes:
    from planner.export.csvfiles import goals_csv

    return goals_csv(study.plan, lang)


def _odds_csv(study: Study, lang: str) -> bytes:
    from planner.export.csvfiles import odds_csv

    return odds_csv(study.odds, lang)


def _plan_json(study: Study, _: str) -> bytes:
    from planner.planning.store import dumps

    return dumps(study.plan)


def _form(study: Study, lang: str) -> dict[str, bytes]:
    from planner.export.formpack import CHECKLIST, fill_form

    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / "form.docx"
        fill_form(study.plan, study.answers, path, lang=lang)
        checklist = path.with_name(path.stem + CHECKLIST)
        files = {"form.docx": path.read_bytes()}
        if checklist.is_file():
            files["evidence.xlsx"] = checklist.read_bytes()
        return files


def _form_docx(study: Study, lang: str) -> bytes:
    return _form(study, lang)["form.docx"]


def _evidence_xlsx(study: Study, lang: str) -> bytes:
    made = _form(study, lang)
    if "evidence.xlsx" not in made:
        raise InputError([Finding("no_evidence", Obligation.INFO)])
    return made["evidence.xlsx"]


def _baseline_xlsx(study: Study, _: str) -> bytes:
    from planner.export.template import template_bytes

    base = study.plan.baseline
    return template_bytes(base.base_year, base.catalogue, base, answers=study.answers)


def _charts(study: Study, lang: str) -> bytes:
    from planner.export.charts import directions, png, trajectory_chart

    plan = study.plan
    if not directions(plan):
        raise InputError([Finding("no_charts", Obligation.INFO)])
    return _zip(
        {f"{name}.png": png(trajectory_chart(plan, name, lang), plan.hash)
         for name in directions(plan)}
    )  # fmt: skip


def _pack(study: Study, lang: str) -> bytes:
    from planner.export.pack import export_pack

    with tempfile.TemporaryDirectory(prefix="planner-") as name:
        folder = Path(name)
        written = export_pack(study.plan, folder, lang)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in written}
    files["baseline.xlsx"] = _baseline_xlsx(study, lang)
    for key in ("odds_pdf", "odds_csv"):
        files[key.replace("_", ".")] = ARTEFACTS[key].make(study, lang)
    if study.plan.rules.id == _form_rules(study):
        files |= _form(study, lang)
    return _zip(files)


def _form_rules(study: Study) -> str:
    from planner.model.forms import load_form

    return load_form(catalogue=study.plan.system.catalogue).record.rules


def _zip(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


ARTEFACTS: Mapping[str, Artefact] = {
    "pack": Artefact(".zip", _pack),
    "goals_xlsx": Artefact(".xlsx", _goals_xlsx),
    "goals_docx": Artefact(".docx", _document("goals.docx")),
    "goals_pdf": Artefact(".pdf", _document("goals.pdf")),
    "form_docx": Artefact(".docx", _form_docx),
    "evidence_xlsx": Artefact(".xlsx", _evidence_xlsx),
    "goals_csv": Artefact(".csv", _goals_csv),
    "odds_pdf": Artefact(".pdf", _document("goals.pdf", odds=True)),
    "odds_csv": Artefact(".csv", _odds_csv),
    "charts": Artefact(".zip", _charts),
    "plan_json": Artefact(".json", _plan_json),
    "baseline_xlsx": Artefact(".xlsx", _baseline_xlsx),
}


def file_name(cluster: str, what: str, date: str, suffix: str) -> str:
    """Return a file name of cluster, content and date, fit for every file system.

    >>> file_name("示例县/番茄 集群", "目标表", "2026-01-05", ".xlsx")
    '示例县-番茄-集群_目标表_2026-01-05.xlsx'
    """
    short = cluster.encode(errors="ignore")[:LONGEST_NAME].decode(errors="ignore")
    parts = [_UNFIT.sub("-", part).strip("-.") for part in (short, what, date[:20])]
    return "_".join(part for part in parts if part) + suffix
