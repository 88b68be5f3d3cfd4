"""Artefacts: every file a plan can be handed out as, each with its maker - the one list of them.

A goal pack holds some of them; the page hands them out one by one. Another exporter is a module
that makes bytes, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from typing import Literal

from planner.core.findings import Finding, InputError, Obligation
from planner.forecast.odds import OddsRecord
from planner.model.answers import Answers
from planner.planning.record import PlanRecord

Files = Mapping[str, bytes]
# The package behind each document that needs the extra ``documents``.
NEEDS = {
    "goals_docx": "python-docx",
    "goals_pdf": "typst",
    "odds_pdf": "typst",
    "form": "python-docx",
}


@dataclass(frozen=True)
class Source:
    """What files are made from: a plan, with its odds and the answers to a form where they matter."""

    plan: PlanRecord
    lang: str = ""
    odds: OddsRecord | None = None
    answers: Answers | None = None

    @cached_property
    def charts(self) -> Files:
        """Return a picture for each direction that has something to draw, drawn once."""
        from planner.export.charts import png, trajectory_chart
        from planner.export.trajectories import directions
        from planner.planning.store import plan_hash

        told = plan_hash(self.plan)
        return {
            name: png(trajectory_chart(self.plan, name, self.lang, self.odds), told)
            for name in directions(self.plan)
        }


@dataclass(frozen=True)
class Artefact:
    """One or more files: who makes them, and in which packs they belong.

    `packed` says when a goal pack holds them: always, with odds, or only where somebody asks for
    everything (``all``). `odds` says that they are about odds and cannot be made without.
    """

    make: Callable[[Source], Files]
    packed: Literal["always", "odds", "all"] = "always"
    odds: bool = False


def _one(name: str, make: Callable[[Source], bytes]) -> Callable[[Source], Files]:
    return lambda source: {name: make(source)}


def _plan_json(source: Source) -> bytes:
    from planner.planning.store import dumps

    return dumps(source.plan)


def _goals_csv(source: Source) -> bytes:
    from planner.export.csvfiles import goals_csv

    return goals_csv(source.plan, source.lang)


def _odds_csv(source: Source) -> bytes:
    from planner.export.csvfiles import odds_csv

    return b"" if source.odds is None else odds_csv(source.odds, source.lang)


def _goals_xlsx(source: Source) -> bytes:
    from planner.export.workbook import goals_workbook

    return goals_workbook(source.plan, source.lang)


def _goals_docx(source: Source) -> bytes:
    from planner.export.word import goals_document

    return goals_document(source.plan, source.lang, source.odds)


def _goals_pdf(source: Source) -> bytes:
    from planner.export.pdf import goals_pdf

    return goals_pdf(source.plan, source.lang, source.odds)


def _charts(source: Source) -> Files:
    return {f"charts/{name}.png": data for name, data in source.charts.items()}


def _form(source: Source) -> Files:
    from planner.export.formpack import form_files

    return form_files(source.plan, source.answers, source.lang)


def _baseline_xlsx(source: Source) -> bytes:
    from planner.export.template import template_bytes

    plan, base = source.plan, source.plan.baseline
    own = {item.id for item in base.catalogue.own}
    asked = {**plan.wishes, **plan.pins, **plan.targets}
    beside = {cell: str(said) for cell, said in asked.items() if cell.indicator in own}
    filled = replace(base, described=plan.words, asked=beside)
    return template_bytes(
        base.base_year, base.catalogue, filled, answers=source.answers, horizon=plan.span
    )


ARTEFACTS: Mapping[str, Artefact] = {
    "plan_json": Artefact(_one("plan.json", _plan_json)),
    "goals_csv": Artefact(_one("goals.csv", _goals_csv)),
    "goals_xlsx": Artefact(_one("goals.xlsx", _goals_xlsx)),
    "goals_docx": Artefact(_one("goals.docx", _goals_docx)),
    "goals_pdf": Artefact(_one("goals.pdf", _goals_pdf)),
    "odds_csv": Artefact(_one("odds.csv", _odds_csv), "odds", odds=True),
    "charts": Artefact(_charts),
    "baseline_xlsx": Artefact(_one("baseline.xlsx", _baseline_xlsx), "all"),
    "odds_pdf": Artefact(_one("odds.pdf", _goals_pdf), "all", odds=True),
    "form": Artefact(_form, "all"),
}


def make(key: str, source: Source) -> Files:
    """Return the files of an artefact by name.

    Raises
    ------
    InputError
        When a package that it needs is not installed.
    """
    try:
        return ARTEFACTS[key].make(source)
    except ImportError as error:
        raise InputError([missing(key)]) from error


def missing(key: str) -> Finding:
    """Return the finding on an artefact whose package is not installed."""
    needs = NEEDS.get(key, key)
    return Finding("extra_missing", Obligation.MUST_FIX, found=needs, expected="documents")


def can_be_made(key: str) -> bool:
    """Whether the package that an artefact needs is installed."""
    modules = {"python-docx": "docx", "typst": "typst"}
    return key not in NEEDS or find_spec(modules[NEEDS[key]]) is not None
