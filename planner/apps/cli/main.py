"""The command line ``planner``: arguments in, text or JSON out, exit codes (§14).

0 complies, 1 something has to be fixed, 2 the input cannot be used. Holds no rule: everything
it says comes from the plan and from :mod:`planner.model.messages`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.apps.cli import compare as clicompare
from planner.apps.cli import forms as cliforms
from planner.apps.cli import inputs as cliinput
from planner.apps.cli import odds as cliodds
from planner.apps.cli import reading as clireading
from planner.apps.cli import serve as cliserve
from planner.apps.cli.examples import show_examples
from planner.core.findings import Finding, InputError, Obligation, must_fix
from planner.core.language import LANGUAGES, spoken
from planner.core.version import __version__

if TYPE_CHECKING:
    from planner.api.plan import Plan

OK, FIX, UNUSABLE = 0, 1, 2
Job = Callable[[argparse.Namespace], int]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="planner",
        description="中小企业特色产业集群三年目标：从基线到合规目标表。 Three-year targets for SME clusters.",
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default="", help="语言 / language")
    common.add_argument("--rules", metavar="ID|FILE", help="规则集 / rule set")
    common.add_argument("--benchmarks", metavar="FILE", help="自有行业平均 / your own figures")
    common.add_argument("--base-year", type=int, metavar="YEAR", help="基准年 / base year")
    common.add_argument("--horizon", type=int, metavar="N", help="目标年数 / years with targets")
    common.add_argument("--catalogue", metavar="FILE", help="自定指标 / indicators of your own")
    common.add_argument(
        "--cluster", default="", metavar="NAME", help="文件中的哪个集群 / which cluster"
    )
    common.add_argument(
        "--map", metavar="FILE", help="对照文件：自有名称与回答 / what your own labels mean"
    )
    for name, form, text in (
        ("--reading", "RULE=NAME", "口径 / reading"),
        ("--take", "CELL=WAY", "存疑处的读法 / how to read a cell"),
        ("--use", "ID=WORDS", "采用哪个对照数 / which benchmark figure"),
        ("--threshold", "RULE=NUMBER,DOCUMENT", "未知门槛及出处 / a threshold the rules lack"),
    ):
        common.add_argument(name, action="append", default=[], metavar=form, help=text)
    common.add_argument("--json", action="store_true", help="机器可读输出 / JSON on stdout")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, job: Job, text: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common, *parents], help=text, description=text)
        made.set_defaults(job=job)
        return made

    new = command("new", _new, "写出空白填报工作簿 / write the blank input workbook")
    new.add_argument("file", metavar="FILE.xlsx")
    reading = command("read", _read, "文件里每一处读成什么 / what became of every mark of a file")
    clireading.add_options(reading)
    check = command("check", _check, "核对基线与认定标准 / findings on a baseline")
    check.add_argument("baseline", metavar="BASELINE")
    wishing = cliinput.wishing()
    plan = command("plan", _plan, "编制目标并输出目标包 / the main job: the goal pack", wishing)
    plan.add_argument("baseline", metavar="BASELINE")
    plan.add_argument("--out", required=True, metavar="DIR", help="输出文件夹 / folder to write")
    repair = command(
        "repair", _repair, "改动最小的合规目标表 / the smallest change that complies", wishing
    )
    explain = command(
        "explain", _explain, "哪些要求相互矛盾 / what cannot hold together, and why", wishing
    )
    odds = command("odds", _odds, "实现目标的把握 / chance of meeting the targets", wishing)
    cliodds.add_options(odds)
    for made in (repair, explain, odds):
        made.add_argument(
            "source",
            metavar="BASELINE|PLAN|GOALS",
            help="基线、plan.json，或配 --baseline 的目标表",
        )
        made.add_argument("--baseline", metavar="BASELINE", help="目标表的基线 / of a goal table")
    repair.add_argument(
        "--weight", action="append", default=[], metavar="ID=NUMBER", help="权重 / weight"
    )
    cliodds.add_preference(repair)
    repair.add_argument("--out", metavar="DIR", help="输出文件夹 / folder to write")
    for made in (plan, repair):
        cliodds.add_annex(made)
    verify = command("verify", _verify, "核对已有的目标表 / judge any goal table")
    verify.add_argument("goals", metavar="GOALS")
    verify.add_argument("--baseline", metavar="BASELINE")
    compare = command("compare", _compare, "方案并排比较 / plans side by side", wishing)
    clicompare.add_options(compare)
    cliforms.add_commands(commands, common, _form)
    rules = command(
        "rules", _rules, "用文字和公式说明规则 / the rules in words; checks a rule file"
    )
    rules.add_argument("ruleset", nargs="?", metavar="ID|FILE")
    cliserve.add_commands(commands)
    show_examples(commands.choices)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a sign shows another
    parser = _parser()
    args, more = parser.parse_known_args(argv)
    if more and args.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    args.more = more  # JupyterLab's own
    try:
        args.lang = spoken(getattr(args, "lang", ""))
    except InputError as error:  # of the environment: the arguments are checked
        args.lang = LANGUAGES[0]
        _report(args, list(error.findings))
        return UNUSABLE
    if getattr(args, "json", False) and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # for programs: the same everywhere
    try:
        return int(args.job(args))
    except InputError as error:
        _report(args, list(error.findings))
        return UNUSABLE
    except BrokenPipeError:
        return OK
    except KeyboardInterrupt:
        return 130


# -- shared pieces ------------------------------------------------------------------------------


def _report(args: argparse.Namespace, findings: list[Finding]) -> None:
    from planner.model import messages

    if getattr(args, "json", False):
        _print_json({"findings": [messages.as_record(item, args.lang) for item in findings]})
        return
    from planner.apps.cli import report

    report.findings(findings, args.lang, error=True)


def _print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _exit_code(findings: Sequence[Finding]) -> int:
    return FIX if must_fix(findings) else OK


# -- commands -----------------------------------------------------------------------------------


def _new(args: argparse.Namespace) -> int:
    from planner.api.opening import DEFAULT_RULES
    from planner.export.template import write_template
    from planner.model.rulesets import rules

    path = Path(args.file)
    if path.suffix.casefold() != ".xlsx":
        raise InputError([cliinput.bad_argument(args.file, "FILE.xlsx")])
    if path.exists():
        exists = Finding(
            "file_exists", Obligation.MUST_FIX, found=str(path), ways_out=("other_name",)
        )
        raise InputError([exists])
    year = args.base_year or rules(args.rules or DEFAULT_RULES).record.base_year
    if year is None:
        raise InputError([cliinput.bad_argument("", "--base-year YEAR")])
    write_template(path, base_year=year, catalogue=cliinput.catalogue_of(args))
    if args.json:
        _print_json({"file": str(path), "findings": []})
    else:
        sys.stdout.write(f"{path}\n")
    return OK


def _check(args: argparse.Namespace) -> int:
    from planner.api.opening import plan

    made = cliinput.entered(plan(cliinput.baseline_of(args), **cliinput.inputs(args)), args)
    findings = made.check_baseline()
    if args.json:
        _print_json(_as_json(made, findings, args.lang, ("certification", "reverification")))
    else:
        from planner.apps.cli import report

        report.heading(made, args.lang)
        report.verdicts(made, args.lang, "certification", "reverification")
        report.findings(findings, args.lang, made.system.catalogue)
        report.conclusion(findings, args.lang)
    return _exit_code(findings)


def _read(args: argparse.Namespace) -> int:
    findings, usable = clireading.show(args, _print_json)
    return _exit_code(findings) if usable else UNUSABLE


def _plan(args: argparse.Namespace) -> int:
    from planner.api.opening import plan

    made = cliinput.asked(
        plan(cliinput.baseline_of(args), scenario=args.scenario, **cliinput.inputs(args)), args
    )
    return _show(made, _said(made, args), args, _exported(made, args))


def _said(made: Plan, args: argparse.Namespace) -> tuple[Finding, ...]:
    """Return the findings on a plan, and on its pack where one is asked for."""
    from planner.export.pack import pack_findings
    from planner.planning.checking import answerable
    from planner.planning.knockon import knock_on_findings

    told = (*answerable(made.check()), *knock_on_findings(made))
    return (*told, *(pack_findings(made) if args.out else ()))


def _exported(made: Plan, args: argparse.Namespace) -> Sequence[Path]:
    odds = made.odds(peers=cliodds.among(args, made)) if args.odds else None
    return made.export(args.out, args.lang, odds)


def _repair(args: argparse.Namespace) -> int:
    made = cliinput.source(args)
    weights = dict(cliinput.pairs(args.weight, "ID=NUMBER"))
    fixed = made.repair(weights, prefer=args.prefer, peers=cliodds.among(args, made))
    return _show(fixed, _said(fixed, args), args, _exported(fixed, args) if args.out else ())


def _explain(args: argparse.Namespace) -> int:
    from planner.planning.explain import conflict_findings

    made = cliinput.source(args)
    conflicts = made.explain()
    findings = conflict_findings(made, conflicts)
    if args.json:
        _print_json(_as_json(made, findings, args.lang, ("target",)))
    else:
        from planner.apps.cli import report

        report.heading(made, args.lang)
        report.findings(findings, args.lang, made.system.catalogue)
        report.agreement(findings, args.lang)
    return _exit_code(findings)


def _odds(args: argparse.Namespace) -> int:
    made = cliinput.source(args)
    return _exit_code(cliodds.show(made, args, _print_json))


def _verify(args: argparse.Namespace) -> int:
    from planner.api.goals import verify
    from planner.planning.checking import answerable

    baseline = cliinput.baseline_of(args) if args.baseline else None
    inputs = cliinput.inputs(args) | ({} if args.rules else {"rules": None})
    inputs |= {"catalogue": cliinput.catalogue_of(args), "mapping": cliinput.mapping_of(args)}
    made = cliinput.entered(verify(args.goals, baseline, **inputs), args)
    return _show(made, answerable(made.check()), args, ())


def _compare(args: argparse.Namespace) -> int:
    return _exit_code(clicompare.run(args, _print_json))


def _form(args: argparse.Namespace) -> int:
    return _exit_code(cliforms.run(args, _print_json))


def _show(
    made: Plan, findings: tuple[Finding, ...], args: argparse.Namespace, written: Sequence[Path]
) -> int:
    if made.repaired is not None and not made.repaired.complies:
        from planner.planning.explain import conflict_findings

        findings = (*conflict_findings(made, made.explain()), *findings)
    if args.json:
        from planner.planning.statements import repair_record

        data = _as_json(made, findings, args.lang, ("target", "certification", "reverification"))
        if words := made.goals.word_records(args.lang):
            data["described"] = words
        data |= {"goals": made.goals.records(args.lang), "files": [str(path) for path in written]}
        if made.repaired is not None:
            data |= repair_record(made.repaired, made.system, made.numbers, args.lang)
        _print_json(data)
    else:
        from planner.apps.cli import report

        report.heading(made, args.lang)
        report.changes(made, args.lang)
        report.goals(made, args.lang)
        report.verdicts(made, args.lang, "target")
        report.verdicts(made, args.lang, "certification", "reverification")
        report.findings(list(findings), args.lang, made.system.catalogue)
        report.conclusion(findings, args.lang, made)
        report.written(written, args.lang)
    return _exit_code(findings)


def _as_json(
    made: Plan, findings: Sequence[Finding], lang: str, scopes: Sequence[str]
) -> dict[str, Any]:
    from planner.model import messages

    catalogue = made.system.catalogue
    return {
        "cluster": made.baseline.cluster,
        "base_year": made.baseline.base_year,
        "plan": made.hash,
        "rules": {
            "id": made.rules.id,
            "version": made.rules.record.version,
            "hash": made.rules.hash,
        },
        "verdicts": [
            verdict.as_record(lang) for verdict in made.verdicts if verdict.rule.scope in scopes
        ],
        "findings": [messages.as_record(item, lang, catalogue) for item in findings],
    }


def _rules(args: argparse.Namespace) -> int:
    from planner.apps.cli.rulebook import show

    show(args, _print_json)
    return OK


if __name__ == "__main__":
    sys.exit(main())
