"""The commands ``planner form``: the official form filled, read, and checked for what is open."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.apps.cli import inputs as cliinput
from planner.core.findings import Finding, InputError, Obligation

if TYPE_CHECKING:
    from planner.api.forms import FormReading
    from planner.api.plan import Plan
    from planner.export.filing import Filing
    from planner.model.answers import Answers
    from planner.model.catalogue import Catalogue
    from planner.model.forms import Form

Show = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Desk:
    """What the commands have in common: the form, and what the command line says of it."""

    args: argparse.Namespace
    form: Form
    catalogue: Catalogue
    show: Show
    given: Answers  # readings and reasons of the form
    reads_with: dict[str, Any]  # what a filled form is read with


def add_commands(commands: Any, common: argparse.ArgumentParser, job: Any) -> None:
    """Add ``form fill``, ``form read`` and ``form check``."""
    text = "官方申报表：填写、读入与核对 / the official form: out, in, and what is open"
    verbs = commands.add_parser("form", help=text, description=text).add_subparsers(
        dest="verb", required=True, metavar="fill|read|check"
    )
    for name, said, parents in (
        ("fill", "填写申报表 / fill the form", [common, cliinput.wishing()]),
        ("read", "读入已填的申报表 / read a filled form", [common]),
        ("check", "离上报还差什么 / what stands between a form and filing it",
         [common, cliinput.wishing()]),
    ):  # fmt: skip
        made = verbs.add_parser(name, parents=parents, help=said, description=said)
        made.set_defaults(job=job)
        _add_options(made, name)


def _add_options(command: argparse.ArgumentParser, verb: str) -> None:
    command.add_argument("--form", metavar="ID|FILE", help="申报表 / which form")
    if verb == "read":
        command.add_argument("file", metavar="FILE.docx")
        command.add_argument("--out", metavar="DIR", help="输出文件夹 / folder to write")
        return
    command.add_argument(
        "source",
        nargs="+",
        metavar="PLAN|BASELINE|ANSWERS|FORM",
        help="plan.json、填报工作簿、基线、答案文件、已填的申报表，可给多个",
    )
    command.add_argument(
        "--answers", action="append", default=[], metavar="FILE", help="答案 / answers"
    )
    command.add_argument("--narrative", metavar="FILE", help="叙述模板 / narrative patterns")
    command.add_argument("--no-drafts", action="store_true", help="不生成草稿 / no drafts")
    if verb == "fill":
        command.add_argument("--out", required=True, metavar="FILE.docx")


def run(args: argparse.Namespace, show: Show) -> tuple[Finding, ...]:
    """Run one of the form commands and return its findings."""
    return {"fill": fill, "read": read, "check": check}[args.verb](_desk(args, show))


def _desk(args: argparse.Namespace, show: Show) -> Desk:
    """Tell what the command line says of the form from what it says of the plan."""
    from planner.model.answers import Answers
    from planner.model.forms import DEFAULT_FORM, load_form

    catalogue = cliinput.catalogue_of(args)
    args.form_given = args.form is not None
    form = load_form(args.form or DEFAULT_FORM, catalogue)
    readings = dict(cliinput.pairs(args.reading, "RULE=NAME"))
    own = {key: name for key, name in readings.items() if key in form.record.readings}
    args.reading = [f"{key}={name}" for key, name in readings.items() if key not in own]
    reasons = dict(cliinput.pairs(getattr(args, "reason", []), "CODE[@ID]=TEXT"))
    about = {key: text for key, text in reasons.items() if form.slot_named(key)}
    args.reason = [f"{key}={text}" for key, text in reasons.items() if key not in about]
    reads_with = {
        "benchmarks": cliinput.inputs(args)["benchmarks"],
        "readings": {key: name for key, name in readings.items() if key not in own},
        "mapping": cliinput.mapping_of(args),
    }
    given = Answers(form.id, readings=own, reasons=about)
    return Desk(args, form, catalogue, show, given, reads_with)


def _filing(desk: Desk) -> tuple[Filing, Plan]:
    """Fill the form from whatever was given."""
    from planner.export.filing import file_form
    from planner.export.narrative import read_narrative

    args = desk.args
    narrative = read_narrative(args.narrative, desk.catalogue, args.lang)
    plan, answers = _sources(desk)
    drafts = not args.no_drafts
    return file_form(desk.form, plan, answers, narrative, drafts=drafts), plan


def fill(desk: Desk) -> tuple[Finding, ...]:
    """Fill the form, write it, and say what stands in its way."""
    from planner.export.formpack import write_form

    args = desk.args
    filing, plan = _filing(desk)
    written, unplaced = write_form(filing, args.out, plan.system.catalogue, args.lang)
    findings = (*filing.findings, *unplaced)
    if args.json:
        desk.show(_filled_record(filing, findings, written, args.lang, plan))
    else:
        from planner.apps.cli import report

        report.open_items(filing.form, filing.progress, findings, args.lang, plan.system.catalogue)
        report.form_conclusion(findings, args.lang)
        report.written(written, args.lang, "files")
    return findings


def check(desk: Desk) -> tuple[Finding, ...]:
    """Say what is open on a form, in its own order, whatever it is to be filled from."""
    from planner.export.formpack import document, with_pages
    from planner.export.openitems import progress
    from planner.intake.kinds import FileKind, named_as

    args = desk.args
    filed = [name for name in args.source if named_as(name) is FileKind.FORM]
    wishes = (args.set, args.pin, args.shape, args.relax, args.reason, args.scenario)
    if filed and len(args.source) == 1 and not args.answers and not any(wishes):
        # What is filled in already is held to the form as it stands.
        reading = _read_form(filed[0], desk)
        plan, form = reading.plan, reading.form
        findings, content = reading.findings, reading.content
        data = Path(filed[0]).read_bytes()
    else:
        filing, plan = _filing(desk)
        form, findings, content = filing.form, filing.findings, filing.content
        data, _ = document(filing, plan.system.catalogue)
    findings = with_pages(form, findings, data)
    parts = progress(form, content, findings)
    if args.json:
        from planner.model import messages

        catalogue = plan.system.catalogue
        told = [messages.as_record(item, args.lang, catalogue) for item in findings]
        shown = [part._asdict() for part in parts]
        desk.show({"form": form.id, "plan": plan.hash, "parts": shown, "findings": told})
    else:
        from planner.apps.cli import report

        report.open_items(form, parts, findings, args.lang, plan.system.catalogue)
        report.form_conclusion(findings, args.lang)
    return findings


def _filled_record(
    filing: Filing, findings: Sequence[Finding], written: Sequence[Path], lang: str, plan: Plan
) -> dict[str, Any]:
    from planner.model import messages

    parts = filing.form.part_of
    return {
        "parts": [part._asdict() for part in filing.progress],
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


def _sources(desk: Desk) -> tuple[Plan, Answers]:
    """Return the plan and the answers that the files named stand for."""
    from planner.intake.answers import read_answers
    from planner.intake.kinds import FileKind, named_as
    from planner.model.answers import Answers

    args, form = desk.args, desk.form
    answers, plans, baselines, books = Answers(form.id), [], [], []
    for name in [*args.source, *args.answers]:
        kind = named_as(name)
        if kind in {FileKind.ANSWERS, FileKind.BOOK}:
            answers = answers.over(read_answers(name, form, desk.catalogue))
        if kind is FileKind.FORM:
            plans.append(name)
            read_back = _read_form(name, desk, form)
            # What could not be read in it is open, whatever is filled from the rest.
            told = replace(read_back.answers, findings=read_back.text.findings)
            answers = answers.over(told)
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
        if args.scenario:
            raise InputError([cliinput.bad_argument(f"--scenario {args.scenario}", "BASELINE")])
        plan = cliinput.asked(_read_form(plans[0], desk, form).plan, args)
    elif plans or baselines:
        args.source, args.baseline = (*plans, *baselines)[0], None
        plan = cliinput.source(args)
    else:
        plan = _plan_of_answers(answers, desk)
    return plan, answers.over(desk.given)


def _read_form(name: str, desk: Desk, form: Form | None = None) -> FormReading:
    from planner.api.forms import read_form

    chosen = form or (desk.form if desk.args.form_given else None)
    return read_form(
        name,
        form=chosen,
        catalogue=desk.catalogue,
        reasons=desk.given.reasons,
        **desk.reads_with,
    )


def _plan_of_answers(answers: Answers, desk: Desk) -> Plan:
    """Return the plan of what answers alone hold in numbers, an empty one if they hold none."""
    from planner.api.opening import plan
    from planner.intake.baselines import form_baseline
    from planner.intake.form.reader import FormText
    from planner.model.baseline import Baseline

    args, form = desk.args, desk.form
    try:
        base = form_baseline(FormText(form, "", answers.values, ()), desk.catalogue)
    except InputError:
        base = Baseline(desk.catalogue, form.base_year, {})
    return cliinput.asked(plan(base, scenario=args.scenario, **cliinput.inputs(args)), args)


def read(desk: Desk) -> tuple[Finding, ...]:
    """Read a filled form into baseline, goal table and answers, and say what was not understood."""
    from planner.core.files import not_written, write_together
    from planner.export.csvfiles import baseline_csv, goals_csv
    from planner.model.answers import dump_answers
    from planner.planning.store import dumps

    args = desk.args
    reading = _read_form(args.file, desk)
    files = {
        "baseline.csv": baseline_csv(reading.baseline),
        "answers.yaml": dump_answers(reading.answers, reading.form).encode(),
        "goals.csv": goals_csv(reading.plan, args.lang),
        "plan.json": dumps(reading.plan),
    }
    folder = Path(args.out) if args.out else None
    try:
        written = write_together(folder, files) if folder else ()
    except OSError as error:
        raise InputError([not_written(error, folder or Path())]) from error
    if args.json:
        desk.show(_read_record(reading, written, args.lang))
    else:
        from planner.apps.cli import report

        report.form_contents(reading, args.lang)
        report.goals(reading.plan, args.lang)
        report.verdicts(reading.plan, args.lang, "target")
        catalogue = reading.plan.system.catalogue
        report.open_items(reading.form, reading.progress, reading.findings, args.lang, catalogue)
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
        "parts": [part._asdict() for part in reading.progress],
        "answers": {str(slot): text for slot, text in reading.answers.values.items()},
        "findings": [messages.as_record(item, lang, catalogue) for item in reading.findings],
    }
