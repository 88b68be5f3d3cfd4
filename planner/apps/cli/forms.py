"""The commands ``planner form fill`` and ``planner form read``: the official form, out and in."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.core.findings import Finding, InputError, Obligation

if TYPE_CHECKING:
    from planner.api.forms import FormReading
    from planner.api.plan import Plan
    from planner.export.filing import Filing
    from planner.model.answers import Answers
    from planner.model.forms import Form


@dataclass(frozen=True)
class Desk:
    """What the form commands need of the command line: how to open, ask and show."""

    plan_of: Callable[[str], Plan]
    plan_from: Callable[[Any], Plan]
    asked: Callable[[Plan], Plan]  # the plan with the wishes of the command line
    catalogue: Callable[[], Any]
    show: Callable[[dict[str, Any]], None]
    readings: dict[str, str]  # of the form
    reads_with: dict[str, Any]  # what a filled form is read with


def add_options(command: argparse.ArgumentParser, verb: str) -> None:
    """Add what ``form fill`` and ``form read`` take besides what all commands take."""
    command.add_argument("--form", metavar="ID|FILE", help="申报表 / which form")
    if verb == "read":
        command.add_argument("file", metavar="FILE.docx")
        command.add_argument("--out", metavar="DIR", help="输出文件夹 / folder to write")
        return
    command.add_argument(
        "source",
        nargs="+",
        metavar="PLAN|BASELINE|ANSWERS",
        help="plan.json、填报工作簿、基线、答案文件，可给多个",
    )
    command.add_argument(
        "--answers", action="append", default=[], metavar="FILE", help="答案 / answers"
    )
    command.add_argument("--narrative", metavar="FILE", help="叙述模板 / narrative patterns")
    command.add_argument("--no-drafts", action="store_true", help="不生成草稿 / no drafts")
    command.add_argument("--out", required=True, metavar="FILE.docx")


def fill(args: argparse.Namespace, desk: Desk) -> tuple[Finding, ...]:
    """Fill the form from whatever was given, write it, and say what stands in its way."""
    from planner.export.filing import file_form
    from planner.export.formpack import write_form
    from planner.export.narrative import read_narrative
    from planner.model.forms import load_form

    catalogue = desk.catalogue()
    form = load_form(args.form, catalogue)
    narrative = read_narrative(args.narrative, catalogue)
    plan, answers = _sources(args, desk, form)
    filing = file_form(form, plan, answers, narrative, drafts=not args.no_drafts)
    written, unplaced = write_form(filing, args.out, plan.system.catalogue, args.lang)
    findings = (*filing.findings, *unplaced)
    if args.json:
        desk.show(_filled_record(filing, findings, written, args.lang, plan))
    else:
        from planner.apps.cli import report

        report.findings(list(findings), args.lang, plan.system.catalogue)
        report.form_conclusion(findings, args.lang)
        report.written(written, args.lang, "files")
    return findings


def _filled_record(
    filing: Filing, findings: Sequence[Finding], written: Sequence[Path], lang: str, plan: Plan
) -> dict[str, Any]:
    from planner.model import messages

    parts = filing.form.part_of
    return {
        "form": filing.form.id,
        "plan": plan.hash,
        "files": [str(path) for path in written],
        "fields": {str(slot): text for slot, text in filing.content.items()},
        "evidence": [
            {
                "part": parts[item.field.id].title,
                "field": item.field.id,
                "item": item.about,
                "needed": item.what,
            }
            for item in filing.evidence
        ],
        "findings": [messages.as_record(item, lang, plan.system.catalogue) for item in findings],
    }


def _sources(args: argparse.Namespace, desk: Desk, form: Form) -> tuple[Plan, Answers]:
    """Return the plan and the answers that the files named stand for."""
    from planner.api.forms import read_form
    from planner.intake.answers import read_answers
    from planner.intake.kinds import FileKind, named_as
    from planner.model.answers import Answers

    catalogue = desk.catalogue()
    answers, plans, baselines, books = Answers(form.id), [], [], []
    for name in [*args.source, *args.answers]:
        kind = named_as(name)
        if kind in {FileKind.ANSWERS, FileKind.BOOK}:
            answers = answers.over(read_answers(name, form, catalogue))
        if kind is FileKind.FORM:
            plans.append(name)
            told = read_form(name, form=form, catalogue=catalogue, **desk.reads_with)
            answers = answers.over(told.answers)
        elif kind is FileKind.PLAN:
            plans.append(name)
        elif kind is FileKind.BOOK and name not in args.answers:
            books.append(name)  # beside a plan a workbook is asked for its answers alone
        elif kind not in {FileKind.ANSWERS, FileKind.BOOK}:
            baselines.append(name)
    baselines += [] if plans else books
    if len(plans) + len(baselines) > 1:
        names = ", ".join([*plans, *baselines])
        raise InputError([Finding("sources_many", Obligation.MUST_FIX, found=names)])
    if plans and named_as(plans[0]) is FileKind.FORM:
        read = read_form(plans[0], form=form, catalogue=catalogue, **desk.reads_with)
        plan = desk.asked(read.plan)
    elif plans or baselines:
        plan = desk.plan_of((*plans, *baselines)[0])
    else:
        plan = desk.plan_from(_from_answers(answers, form, catalogue))
    return plan, answers.over(Answers(form.id, readings=desk.readings))


def _from_answers(answers: Answers, form: Form, catalogue: Any) -> Any:
    """Return the baseline that the answers themselves hold, an empty one if they hold none."""
    from planner.intake.baselines import form_baseline
    from planner.intake.form.reader import FormText
    from planner.model.baseline import Baseline

    try:
        return form_baseline(FormText(form, "", answers.values, ()), catalogue)
    except InputError:
        return Baseline(catalogue, form.base_year, {})


def read(args: argparse.Namespace, desk: Desk) -> tuple[Finding, ...]:
    """Read a filled form into baseline, goal table and answers, and say what was not understood."""
    from planner.api.forms import read_form
    from planner.core.files import write_bytes
    from planner.export.csvfiles import baseline_csv, goals_csv
    from planner.model.answers import dump_answers
    from planner.model.forms import load_form
    from planner.planning.store import dumps

    form = load_form(args.form, desk.catalogue()) if args.form_given else None
    reading = read_form(args.file, form=form, catalogue=desk.catalogue(), **desk.reads_with)
    files = {
        "baseline.csv": baseline_csv(reading.baseline),
        "answers.yaml": dump_answers(reading.answers, reading.form).encode(),
        "goals.csv": goals_csv(reading.plan, args.lang),
        "plan.json": dumps(reading.plan),
    }
    folder = Path(args.out) if args.out else None
    written = [write_bytes(folder / name, data) for name, data in files.items()] if folder else []
    if args.json:
        desk.show(_read_record(reading, written, args.lang))
    else:
        from planner.apps.cli import report

        report.form_contents(reading, args.lang)
        report.goals(reading.plan, args.lang)
        report.verdicts(reading.plan, args.lang, "target")
        report.findings(list(reading.findings), args.lang, reading.plan.system.catalogue)
        report.conclusion(reading.findings, args.lang, reading.plan)
        report.written(written, args.lang, "files")
    return reading.findings


def _read_record(reading: FormReading, written: Sequence[Path], lang: str) -> dict[str, Any]:
    from planner.model import messages

    catalogue = reading.plan.system.catalogue
    return {
        "form": reading.form.id,
        "cluster": reading.baseline.cluster,
        "files": [str(path) for path in written],
        "baseline": [
            {"indicator": cell.indicator, "year": cell.year, "value": str(value)}
            for cell, value in reading.baseline.values.items()
        ],
        "growth": [
            {"indicator": cell.indicator, "year": cell.year, "value": str(value)}
            for cell, value in reading.baseline.growth.items()
        ],
        "goals": reading.plan.goals.records(lang),
        "answers": {str(slot): text for slot, text in reading.answers.values.items()},
        "findings": [messages.as_record(item, lang, catalogue) for item in reading.findings],
    }
