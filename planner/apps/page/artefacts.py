"""Handing out: the artefacts of a study as files to download, named for their reader."""

from __future__ import annotations

import io
import re
import zipfile

from planner.apps.page.study import Study
from planner.apps.page.texts import say
from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation
from planner.export.artefacts import ARTEFACTS, Files, Source, make
from planner.export.openitems import standing
from planner.export.pack import pack_files
from planner.model.forms import load_form

_UNFIT = re.compile(r"[^\w.()（）-]+")
# Every entry of an archive bears this date, so that the same plan gives the same bytes.
_STAMP = (1980, 1, 1, 0, 0, 0)
LONGEST_NAME = 150  # bytes of the cluster's name in a file's
# What the page offers, in its order: of which artefact, and which of its files.
OFFERED = {
    "pack": ("", ".zip"),
    "goals_xlsx": ("goals_xlsx", ".xlsx"),
    "goals_docx": ("goals_docx", ".docx"),
    "goals_pdf": ("goals_pdf", ".pdf"),
    "form_docx": ("form", ".docx"),
    "evidence_xlsx": ("form", ".xlsx"),
    "goals_csv": ("goals_csv", ".csv"),
    "odds_pdf": ("odds_pdf", ".pdf"),
    "odds_csv": ("odds_csv", ".csv"),
    "charts": ("charts", ".zip"),
    "plan_json": ("plan_json", ".json"),
    "baseline_xlsx": ("baseline_xlsx", ".xlsx"),
}
# The files of a pack that a person opens, by name and ending.
CALLED = (
    ("goals", "xlsx"), ("goals", "docx"), ("goals", "pdf"), ("goals", "csv"), ("form", "docx"),
    ("evidence", "xlsx"), ("baseline", "xlsx"), ("odds", "pdf"), ("odds", "csv"),
)  # fmt: skip
# What is handed in stands first and large; the rest is folded.
FIRST = ("form_docx", "goals_docx", "goals_pdf", "evidence_xlsx", "pack")
WITH_FORM = {"pack", "form_docx", "evidence_xlsx"}
# Said where an artefact has nothing to hand out.
_NOTHING = {"evidence_xlsx": "no_evidence", "charts": "no_charts"}


def handed_out(key: str, study: Study, lang: str) -> bytes:
    """Return a file of a study: one of its artefacts, several as an archive.

    Raises
    ------
    InputError
        When a package is missing, or there is nothing to hand out.
    """
    if key == "pack":
        return _zip(_named(_everything(study, lang), lang))
    artefact, suffix = OFFERED[key]
    files = _made(artefact, study, lang)
    chosen = files if suffix == ".zip" else {n: d for n, d in files.items() if n.endswith(suffix)}
    if not chosen:
        raise InputError([Finding(_NOTHING[key], Obligation.INFO)])
    if suffix == ".zip":
        return _zip({name.rpartition("/")[2]: data for name, data in chosen.items()})
    return next(iter(chosen.values()))


def benchmark_table() -> bytes:
    """Return the shipped figures as a table to follow: heads, and how each column is filled in."""
    return (resources.shared("baselines") / "benchmarks.csv").read_bytes()


def form_standing(study: Study) -> tuple[Finding, ...]:
    """Return how far the form of a study is from being filed; nothing where it is another one's."""
    from planner.export.formpack import fill_form

    if not _has_form(study):
        return ()
    filing = fill_form(study.plan, study.answers)
    told = standing(filing.progress, filing.findings)
    return () if told is None else (told,)


def _has_form(study: Study) -> bool:
    form = load_form(catalogue=study.plan.system.catalogue)
    return study.plan.rules.id == form.record.rules


def _made(artefact: str, study: Study, lang: str) -> Files:
    odds = study.odds if ARTEFACTS[artefact].odds else None
    return make(artefact, Source(study.plan, lang, odds, study.answers))


def _everything(study: Study, lang: str) -> Files:
    """Return the goal pack and all else there is; the form where the plan is under its rules."""
    files = dict(pack_files(Source(study.plan, lang)))
    for key, item in ARTEFACTS.items():
        fits = key != "form" or _has_form(study)
        if item.packed != "always" and fits:
            files |= _made(key, study, lang)
    return files


def _named(files: Files, lang: str) -> Files:
    """Return the files of a pack under names that say what they are."""
    called = {f"{name}.{end}": say(f"file_{name}_{end}", lang) for name, end in CALLED}
    folder = say("file_charts", lang)
    return {
        called.get(name, name.replace("charts/", f"{folder}/")): data
        for name, data in files.items()
    }


def _zip(files: Files) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def file_name(cluster: str, what: str, date: str, suffix: str, scenario: str = "") -> str:
    """Return a file name of cluster, content, scenario and date, fit for every file system.

    >>> file_name("示例县/番茄 集群", "目标表", "2026-01-05", ".xlsx")
    '示例县-番茄-集群_目标表_2026-01-05.xlsx'
    """
    short = cluster.encode(errors="ignore")[:LONGEST_NAME].decode(errors="ignore")
    parts = [_UNFIT.sub("-", part).strip("-.") for part in (short, what, scenario, date[:20])]
    return "_".join(part for part in parts if part) + suffix
