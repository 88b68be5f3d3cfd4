"""Loading: what somebody picks or uploads, as a study (§13).

A file is known by its name's ending and by what it holds: a saved plan, a goal table of ours,
a filled form, or a baseline. Its name is never used as a path.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from planner.api.forms import read_form
from planner.api.goals import read_goals
from planner.api.opening import DEFAULT_RULES, read_plan
from planner.api.opening import plan as make_plan
from planner.api.plan import Plan
from planner.apps.page.source import Source
from planner.apps.page.study import Study
from planner.apps.page.uploads import aside
from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.tables import BOOK_SUFFIXES, CSV_SUFFIXES, OLD_SUFFIXES, read_sheets
from planner.export.csvfiles import peers_csv
from planner.intake.answers import read_answers
from planner.intake.answersheets import answers_of
from planner.intake.baselines import read_baseline
from planner.intake.benchmarks import read_benchmarks
from planner.intake.kinds import FileKind, kind_of, named_as
from planner.intake.peers import read_reference
from planner.model import messages
from planner.model.answers import Answers
from planner.model.baseline import Baseline
from planner.model.catalogue import shipped
from planner.model.forms import load_form
from planner.model.reference import Reference
from planner.model.rulesets import load_rules

# What can be picked as a baseline: what is read, and the old kinds that are told how to be saved.
KINDS = tuple(sorted(BOOK_SUFFIXES | CSV_SUFFIXES | OLD_SUFFIXES | {".docx", ".json"}))
_YEAR = re.compile(r"\d{4}")
PEERS = "peers.csv"
EXAMPLES = ("example.xlsx", "fails-certification.csv", "co2-conflict.csv")


def study_of(plan: Plan, lang: str, answers: Answers | None = None) -> Study:
    """Return a study with one scenario, named in the language of whoever opens it."""
    return Study({messages.label("plan", lang): plan}, messages.label("plan", lang), answers)


def open_example(name: str, lang: str, rules: str = DEFAULT_RULES) -> Study:
    """Open one of the shipped examples."""
    if name not in EXAMPLES:
        raise InputError([Finding("file_missing", Obligation.MUST_FIX, found=name)])
    path = resources.shared("baselines") / name
    return _from_path(path, lang, rules, Source(name, path.read_bytes()))


def open_upload(
    name: str, data: bytes, lang: str, rules: str = DEFAULT_RULES, cluster: str = ""
) -> Study:
    r"""Open what somebody uploaded; `cluster` says whose figures to take from a file of several.

    Raises
    ------
    InputError
        When it is too large, of another kind, broken, or holds nothing that can be used.

    Examples
    --------
    >>> study = open_upload("../a.csv", b"indicator,year,value\noutput,2025,100", "zh")
    >>> study.current, str(study.plan.goals["output"].values[2028])
    ('计划', '133.10')
    """
    with aside(name, data) as path:
        return _from_path(path, lang, rules, Source(name, data, cluster))


def with_benchmarks(plan: Plan, name: str, data: bytes) -> Plan:
    """Return a plan that uses uploaded industry averages before those it had."""
    with aside(name, data) as path:
        book = read_benchmarks(path, plan.system.catalogue)
    return replace(plan, benchmarks=book + plan.benchmarks, repaired=None)


def with_answers(study: Study, name: str, data: bytes) -> tuple[Study, tuple[Finding, ...]]:
    """Return a study with uploaded answers to the form over those it had, and what was read.

    Raises
    ------
    InputError
        When nothing of the file is an answer.
    """
    catalogue = study.plan.system.catalogue
    form = load_form(catalogue=catalogue)
    with aside(name, data) as path:
        answers = read_answers(path, form, catalogue)
    fields = {slot.field for slot in answers.values}
    if not fields:
        fault = Finding("answers_none", Obligation.MUST_FIX, Place(file=name), found=name)
        raise InputError([*answers.findings, fault])
    told = Finding("answers_read", Obligation.INFO, found=str(len(fields)))
    over = (study.answers or Answers(form.id)).over(answers)
    return replace(study, answers=over), (told, *answers.findings)


def with_peers(study: Study, name: str, data: bytes) -> tuple[Study, tuple[Finding, ...]]:
    """Return a study whose odds are told among uploaded clusters instead of published figures.

    Findings say what is wrong with them.
    """
    with aside(name, data) as path:
        reference = read_reference(path, study.plan.baseline.catalogue)
    faulty = any(item.level is Obligation.MUST_FIX for item in reference.findings)
    if faulty and len(reference.clusters) == 1:
        raise InputError(
            reference.findings
        )  # what one alone says, and that in doubt, moves no odds
    # As they are kept, so that what cannot be read again is refused now, not when it is too late.
    told = Finding("peers_read", Obligation.INFO, found=str(len(reference.clusters)))
    peers = kept_peers(peers_csv(reference), study.plan)
    return replace(study, peers=peers), (told, *reference.findings)


def kept_peers(text: str, plan: Plan) -> Reference:
    """Return the peers that are kept with a study."""
    with aside(PEERS, text.encode()) as path:
        return read_reference(path, plan.baseline.catalogue)


def _from_path(path: Path, lang: str, rules: str, source: Source) -> Study:
    """Open a file as what it is."""
    kind = kind_of(path)
    if kind is FileKind.PLAN:
        return study_of(read_plan(path), lang)
    if kind is FileKind.FORM:
        reading = read_form(path)
        return replace(study_of(reading.plan, lang, reading.answers), source=source)
    answers = None
    if named_as(path) is FileKind.BOOK:
        returned = read_goals(path).plan if kind is FileKind.GOALS else None
        if returned is not None:
            return study_of(returned, lang)
        answers, _ = answers_of(read_sheets(path), load_form())  # its words are the plan's own
    try:
        plan = make_plan(read_baseline(path, cluster=source.cluster), rules=rules)
    except InputError as error:
        if not _only_blank(error):
            raise
        year = _latest(error) or blank_year(rules)
        plan = make_plan(blank_baseline(path.stem, year), rules=rules, base_year=year)
    study = study_of(plan, lang, answers if answers and answers.values else None)
    return replace(study, source=source)


def _only_blank(error: InputError) -> bool:
    """Whether a table was understood and nothing but empty: a template that is not filled yet."""
    codes = {finding.code for finding in error.findings}
    return "value_blank" in codes and codes <= {"no_values", "value_blank"}


def _latest(error: InputError) -> int | None:
    """Return the latest year that has a column; a blank row names all it is blank in."""
    years = [str(finding.facts.get("years", "")) for finding in error.findings]
    return max((int(year) for told in years for year in _YEAR.findall(told)), default=None)


def blank_year(rules: str) -> int:
    """Return the base year of a rule set, of our form where it names none."""
    return load_rules(rules).record.base_year or load_form().base_year


def blank_baseline(name: str, year: int) -> Baseline:
    """Return a baseline without a figure."""
    return Baseline(shipped(), year, {}, cluster=name, name=name)
