"""The saved plan: everything needed to get the same plan again, byte for byte (§11).

``plan.json`` holds inputs, wishes, pins, shapes, readings, the rule set with its version and
hash, all benchmark figures, the goal table as printed, and a hash over it all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.core.files import write_bytes
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.jsons import RepeatedKeyError, parse_json
from planner.core.phrases import as_plain, from_plain
from planner.core.version import __version__
from planner.model import messages
from planner.model.baseline import Baseline
from planner.model.benchmarks import Benchmark, BenchmarkBook
from planner.model.catalogue import Catalogue, Cell, extend, shipped
from planner.model.rules import Threshold
from planner.model.rulesets import RuleSet, load_rules
from planner.model.rulesets import from_text as rules_from_text
from planner.model.scenario import Scenario, load_scenario
from planner.model.scenario import from_text as scenario_from_text
from planner.model.stated import Stated, read_stated
from planner.planning.changes import Change, Repair
from planner.planning.planfile import (
    Amount,
    PlanFile,
    Reference,
    RepairRecord,
    Target,
)
from planner.planning.possible import (
    EARLIEST,
    LATEST,
    impossible_amounts,
    impossible_figures,
    impossible_rates,
)
from planner.planning.record import P, PlanRecord

FORMAT = 1
MAX_BYTES = 4_000_000  # forty times what a large plan takes


def _amounts(
    values: Mapping[Cell, Decimal], sources: Mapping[Cell, str] | None = None
) -> list[dict[str, Any]]:
    sources = sources or {}
    return [
        {"indicator": cell.indicator, "year": cell.year, "value": str(value)}
        | ({"source": sources[cell]} if cell in sources else {})
        for cell, value in values.items()
    ]


def _targets(targets: Mapping[Cell, Stated]) -> list[dict[str, Any]]:
    return [
        {"indicator": cell.indicator, "year": cell.year, "stated": str(said)}
        for cell, said in targets.items()
    ]


def _words(words: Mapping[Cell, str]) -> list[dict[str, Any]]:
    return [
        {"direction": cell.indicator, "year": cell.year, "text": text}
        for cell, text in sorted(words.items())
    ]


def _note(finding: Finding) -> dict[str, Any]:
    place = {name: value for name, value in vars(finding.place).items() if value}
    return {
        "code": finding.code,
        "level": finding.level.value,
        "place": place,
        "indicator": finding.indicator,
        "year": finding.year,
        "rule": finding.rule,
        "found": finding.found,
        "expected": finding.expected,
        "facts": {key: as_plain(fact) for key, fact in finding.facts.items()},
        "ways_out": list(finding.ways_out),
    }


def _figure(figure: Benchmark, *, used: bool) -> dict[str, Any]:
    named = {field.name: getattr(figure, field.name) for field in fields(figure)}
    known = {name: value for name, value in named.items() if value not in (None, "", Place())}
    known.pop("place", None)  # where it stood does not matter any more
    texts = {
        key: str(value) if isinstance(value, Decimal) else value for key, value in known.items()
    }
    return {"figure": texts, "used": used}


def _repair(repair: Repair | None) -> dict[str, Any] | None:
    if repair is None:
        return None
    changes = [
        {
            "indicator": change.cell.indicator,
            "year": change.cell.year,
            "old": None if change.old is None else str(change.old),
            "new": str(change.new),
            "kind": change.kind,
            "rows": list(change.rows),
            "how": change.how,
        }
        for change in repair.changes
    ]
    distance, gap = str(repair.distance), str(repair.gap)
    data = {"complies": repair.complies, "distance": distance, "gap": gap, "changes": changes}
    data |= {"odds": list(repair.odds)} if repair.odds is not None else {}
    return {**data, "bottleneck": repair.bottleneck} if repair.bottleneck else data


def _repaired(record: RepairRecord | None) -> Repair | None:
    if record is None:
        return None
    changes = tuple(
        Change(Cell(c.indicator, c.year), c.old, c.new, c.kind, c.rows, c.how)
        for c in record.changes
    )
    distance, gap = Fraction(record.distance), Fraction(record.gap)
    return Repair(record.complies, changes, distance, gap, record.odds, record.bottleneck)


def _thresholds(known: Mapping[str, Threshold]) -> dict[str, Any]:
    return {key: {"value": str(item.value), "source": item.source} for key, item in known.items()}


def _reference(item: RuleSet | Scenario, version: str = "") -> dict[str, Any]:
    data: dict[str, Any] = {"id": item.id, "version": version, "hash": item.hash}
    return data if item.shipped else data | {"text": item.text}


def as_data(plan: PlanRecord) -> dict[str, Any]:
    """Return the plan as the plain data of ``plan.json``, hash included."""
    base = plan.baseline
    used = {replace(figure, place=Place()) for figure in plan.system.used}
    in_force = {
        key: plan.all_readings.get(key, item.default) for key, item in plan.rules.readings.items()
    }
    data: dict[str, Any] = {
        "format": FORMAT,
        "package": __version__,
        "cluster": base.cluster,
        "name": base.name,
        "base_year": base.base_year,
        "rules": _reference(plan.rules, plan.rules.record.version),
        "scenario": _reference(plan.scenario) if plan.scenario else None,
        "readings": dict(plan.readings),
        "readings_in_force": in_force,
        "own_indicators": [
            item.model_dump(mode="json", exclude_defaults=True) for item in base.catalogue.own
        ],
        "levels": _amounts(base.values, base.sources),
        "growth": _amounts(base.growth),
        "wishes": _amounts(plan.wishes),
        "pins": _amounts(plan.pins),
        **({"targets": _targets(plan.targets)} if plan.targets else {}),
        "shapes": dict(plan.shapes),
        "given": None if plan.given is None else _amounts(plan.given),
        "seed": plan.seed,
        **({"horizon": plan.horizon} if plan.horizon is not None else {}),
        "reasons": dict(plan.reasons),
        **({"thresholds": _thresholds(plan.thresholds)} if plan.thresholds else {}),
        **({"described": _words(plan.words)} if plan.words else {}),
        **({"promised": dict(base.promised)} if base.promised else {}),
        "repair": _repair(plan.repaired),
        "benchmarks": [
            _figure(item, used=replace(item, place=Place()) in used)
            for item in plan.benchmarks.figures
        ],
        "input_findings": [_note(finding) for finding in base.findings],
        "notes": [_note(finding) for finding in (*plan.benchmarks.findings, *plan.notes)],
        "goals": plan.goals.records("zh"),
    }
    return {"hash": _digest(data), **data}


def _digest(data: dict[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def plan_hash(plan: PlanRecord) -> str:
    """Return the short hash over everything that is saved of a plan."""
    return str(as_data(plan)["hash"])


def dumps(plan: PlanRecord) -> bytes:
    """Return the bytes of ``plan.json``."""
    text = json.dumps(as_data(plan), ensure_ascii=False, indent=1)
    return (text + "\n").encode()


def save_plan(plan: PlanRecord, path: Path) -> Path:
    """Write ``plan.json``."""
    return write_bytes(path, dumps(plan))


def plainly(error: Exception) -> str:
    """Say where a file is no JSON, or not even text, without the names of our errors."""
    if isinstance(error, json.JSONDecodeError):
        return f"JSON {error.lineno}:{error.colno}"
    if isinstance(error, RepeatedKeyError):
        return f"{error} ×2"
    return "UTF-8" if isinstance(error, UnicodeError) else "JSON"


def _refuse(path: Path, found: str) -> InputError:
    place = Place(file=path.name)
    return InputError([Finding("plan_broken", Obligation.MUST_FIX, place, found=found)])


def read_plan(path: str | Path, make: type[P]) -> P:
    """Load a saved plan as a plan of some type; see :func:`planner.read_plan`."""
    path = Path(path)
    if not path.is_file():
        place = Place(file=path.name)
        raise InputError([Finding("file_missing", Obligation.MUST_FIX, place, found=str(path))])
    if path.stat().st_size > MAX_BYTES:
        raise _refuse(path, str(path.stat().st_size))
    try:
        text = path.read_text(encoding="utf-8")
    except ValueError as error:
        raise _refuse(path, plainly(error)) from error
    return loads(text, path.name, make)


def loads(text: str, name: str, make: type[P]) -> P:
    """Return the plan that a saved plan's text holds; see :func:`read_plan`."""
    path = Path(name)
    if len(text) > MAX_BYTES:
        raise _refuse(path, str(len(text)))
    try:
        data = parse_json(text)
        record = PlanFile.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise _refuse(path, ".".join(map(str, first["loc"])) or first["type"]) from error
    except (ValueError, RecursionError) as error:
        raise _refuse(path, plainly(error)) from error
    try:
        return _rebuild(record, data, path, make)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _refuse(path, plainly(error)) from error


def _rebuild(record: PlanFile, data: dict[str, Any], path: Path, make: type[P]) -> P:
    catalogue = extend(record.own_indicators, shipped())
    said, read = (
        tuple(
            replace(note, facts={key: from_plain(fact) for key, fact in note.facts.items()})
            for note in notes
        )
        for notes in (record.notes, record.input_findings)
    )
    for note in (*said, *read):
        if not messages.known(note):
            raise _refuse(path, note.code[:40])
    notes = list(said)
    rules = _rules(record.rules, catalogue, notes, path)
    if fault := _impossible(record, rules, catalogue):
        raise _refuse(path, fault)
    scenario = record.scenario
    chosen: Scenario | None = None
    if scenario is not None:
        chosen = (
            load_scenario(scenario.id)
            if scenario.text is None
            else scenario_from_text(scenario.text, scenario.id, catalogue)
        )
        if chosen.hash != scenario.hash:
            notes.append(_changed(scenario, chosen.hash))
    digest = _digest({key: value for key, value in data.items() if key != "hash"})
    if digest != record.hash:
        place = Place(file=path.name)
        notes.append(
            Finding(
                "hash_differs", Obligation.NEEDS_REASON, place, found=record.hash, expected=digest
            )
        )
    words = {Cell(item.direction, item.year): item.text for item in record.described}
    baseline = Baseline(
        catalogue,
        record.base_year,
        _cells(record.levels),
        _cells(record.growth),
        record.cluster,
        record.name,
        {Cell(item.indicator, item.year): item.source for item in record.levels if item.source},
        findings=read,
        described={cell: text for cell, text in words.items() if cell.year <= record.base_year},
        promised=record.promised,
    )
    figures = tuple(item.figure for item in record.benchmarks)
    return make(
        baseline,
        rules,
        BenchmarkBook(figures),
        chosen,
        record.readings,
        _cells(record.wishes),
        _cells(record.pins),
        _stated(record.targets, catalogue),
        record.shapes,
        None if record.given is None else _cells(record.given),
        record.seed,
        tuple(notes),
        record.reasons,
        _repaired(record.repair),
        record.horizon,
        record.thresholds,
        {cell: text for cell, text in words.items() if cell.year > record.base_year},
    )


def _impossible(record: PlanFile, rules: RuleSet, catalogue: Catalogue) -> str:
    """Return what of a file can stand in no plan, empty where all can."""
    base, any_year = record.base_year, range(EARLIEST, LATEST + 1)
    targets = range(base + 1, base + (record.horizon or rules.record.horizon) + 1)
    asked = (record.wishes, record.pins, record.given or ())
    wrong = [
        item.stated
        for item in record.targets
        if item.year not in targets
        or item.indicator not in catalogue
        or read_stated(item.stated, catalogue[item.indicator].unit.zh) is None
    ]
    wrong += [
        f"{item.direction}@{item.year}"
        for item in record.described
        if item.direction not in catalogue.directions
        or (item.year > base and item.year not in targets)
    ]
    wrong += [
        key for key in record.promised if key not in {*catalogue.indicators, *catalogue.directions}
    ]
    found = (
        "" if base in any_year else f"base_year {base}",
        impossible_amounts(record.levels, catalogue, any_year),
        impossible_rates(record.growth, catalogue),
        next(iter(wrong), ""),
        *(impossible_amounts(amounts, catalogue, targets) for amounts in asked),
        impossible_figures((item.figure for item in record.benchmarks), catalogue),
    )
    return next((fault for fault in found if fault), "")


def _rules(record: Reference, catalogue: Any, notes: list[Finding], path: Path) -> RuleSet:
    if record.text is not None:
        return rules_from_text(record.text, f"{path.name}: {record.id}", catalogue)
    rules = load_rules(record.id)
    if rules.hash != record.hash:
        notes.append(_changed(record, rules.hash))
    return rules


def _changed(record: Reference, now: str) -> Finding:
    return Finding(
        "rules_changed",
        Obligation.NEEDS_REASON,
        rule=record.id,
        found=record.hash,
        expected=now,
    )


def _stated(targets: tuple[Target, ...], catalogue: Catalogue) -> dict[Cell, Stated]:
    known = {}
    for item in targets:
        unit = catalogue[item.indicator].unit.zh if item.indicator in catalogue else ""
        said = read_stated(item.stated, unit)
        if said is not None:
            known[Cell(item.indicator, item.year)] = said
    return known


def _cells(amounts: tuple[Amount, ...]) -> dict[Cell, Decimal]:
    return {Cell(item.indicator, item.year): item.value for item in amounts}
