"""Reading any file: what kind it is, the record made of it, and the account of every mark (§15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from planner.api.forms import read_form
from planner.api.goals import goal_reading
from planner.api.opening import read_plan
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.jsons import parse_json
from planner.core.marks import Sheet
from planner.core.schema import Document, parse, read_text
from planner.core.tables import read_sheets
from planner.intake.account import LEFT, USED, Account, Booking, Ledger
from planner.intake.answers import from_document
from planner.intake.answersheets import answers_of
from planner.intake.baselines import baseline_of, clusters_of
from planner.intake.benchmarks import benchmarks_of
from planner.intake.kinds import FileKind, kind_of_sheets, named_as
from planner.model.answers import Answers
from planner.model.catalogue import Catalogue, shipped
from planner.model.forms import load_form
from planner.model.mapping import EVERY, FileMapping, mapped, place_key
from planner.model.reference import Reference
from planner.model.vocabulary import bare

BASELINE, PEERS, PLAN = "baseline", "peers", "plan"


@dataclass(frozen=True)
class FileReading:
    """What was read from a file.

    Attributes
    ----------
    kind
        ``baseline``, ``goals``, ``benchmarks``, ``peers``, ``answers``, ``form`` or ``plan``.
    record
        The baseline, goal table, book of benchmarks ... made of it; None where nothing can be.
    findings
        Everything that has to be said of it.
    account
        What became of each mark of the file.
    """

    kind: str
    record: Any
    findings: tuple[Finding, ...]
    account: Account = field(default_factory=Account, repr=False)


def read(
    path: str | Path,
    *,
    as_: str = "",
    mapping: str | Path | FileMapping | None = None,
    take: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    base_year: int | None = None,
    cluster: str = "",
) -> FileReading:
    """Read any file that can come in, and account for everything that stands in it.

    Every kind of file has an account; all of a saved plan is used, since one that holds anything
    else is refused.

    Parameters
    ----------
    path
        A workbook, CSV file, Word form, YAML file of answers or saved plan.
    as_
        What to read a table as, where the file does not say: ``baseline``, ``goals``, ``peers``
        or ``benchmarks``.
    mapping
        What labels of one's own mean, and answers to doubts: a mapping file.
    take
        Answers to doubts, by the key of a cell (``基线!E2``, ``C5``), an indicator
        (``output``) or an indicator and year (``output@2025``): the way to read it.
    catalogue
        The indicators known; the shipped ones by default.
    base_year, cluster
        As for :func:`planner.read_baseline`.

    Returns
    -------
    FileReading
        Its `record` is None where nothing of a table can be used; the findings say why.

    Raises
    ------
    InputError
        When the file is missing, of another kind, damaged or too large.

    Examples
    --------
    >>> import planner as pl
    >>> reading = pl.read(pl.shared("baselines") / "example.csv")
    >>> reading.kind, len(reading.record.values), len(reading.account)
    ('baseline', 57, 368)
    """
    path, known = Path(path), catalogue or shipped()
    said = mapped(mapping, take, known)
    named = named_as(path)
    if named in {FileKind.BOOK, FileKind.TABLE}:
        sheets = read_sheets(path)
        kind = as_ or _kind(sheets, named)
        return _table(sheets, kind, known, said, base_year, cluster)
    if named is FileKind.FORM:
        form = read_form(path, catalogue=known, mapping=said)
        return FileReading("form", form, form.findings, form.text.account)
    if named is FileKind.ANSWERS:
        document = parse(read_text(path), path.name)
        answers = from_document(document, load_form(catalogue=known), known)
        return FileReading("answers", answers, answers.findings, _of_yaml(document, answers))
    if named is FileKind.PLAN:
        plan = read_plan(path)
        return FileReading(PLAN, plan, plan.notes, _of_plan(path))
    read_sheets(path)  # says why files of other kinds are not read
    raise AssertionError(path)


def _of_yaml(document: Document, answers: Answers) -> Account:
    """Return what became of every value of a file of answers."""
    faulty = {item.place.line: item.code for item in answers.findings}
    bookings = []
    for path, text in _values(document.data, ()):
        place = document.place(path)
        names = [str(part) for part in path if part != "answers"]
        key = ".".join(map(str, path))
        if place.line in faulty:
            bookings.append(Booking(place, key, text, LEFT, reason=faulty[place.line]))
        else:
            kind = "form" if path == ("form",) else "answer"
            bookings.append(Booking(place, key, text, USED, kind, names[0] if names else ""))
    return Account(tuple(bookings))


def _of_plan(path: Path) -> Account:
    """Return what every value of a saved plan was used as."""
    bookings = []
    data = parse_json(path.read_text(encoding="utf-8"))
    for names, text in _values(data, ()):
        about = data
        for name in names[:-1]:
            about = about[name]
        key, place = ".".join(map(str, names)), Place(file=path.name)
        if names[-1] == "value" and "indicator" in about:
            kind = "growth" if names[0] == "growth" else "level"
            figure = (about["indicator"], about["year"], "", text)
            bookings.append(Booking(place, key, text, USED, kind, *figure))
        else:
            bookings.append(Booking(place, key, text, USED, PLAN))
    return Account(tuple(bookings))


def _values(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every value of plain data with its path."""
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            yield from _values(value, (*path, key))
    elif data is not None and str(data).strip():
        yield path, str(data)


def _kind(sheets: tuple[Sheet, ...], named: FileKind) -> str:
    kind = kind_of_sheets(sheets, named)
    return kind.value if kind in {FileKind.GOALS, FileKind.BENCHMARKS} else BASELINE


def _table(
    sheets: tuple[Sheet, ...],
    kind: str,
    catalogue: Catalogue,
    said: FileMapping,
    base_year: int | None,
    cluster: str,
) -> FileReading:
    ledger = Ledger(sheets)
    record: Any = None
    try:
        if kind == "benchmarks":
            record = benchmarks_of(sheets, catalogue, said, ledger)
        elif kind == PEERS:
            record = Reference(clusters=clusters_of(sheets, catalogue, said, ledger))
        elif kind == "goals":
            record = goal_reading(sheets, base_year, catalogue, said, ledger)
        else:
            record = baseline_of(sheets, catalogue, said, base_year, cluster, ledger)
        findings: tuple[Finding, ...] = record.findings
    except InputError as error:
        findings = error.findings
        ledger.give_up("refused")
    account = ledger.close()
    if kind == BASELINE and len(sheets) > 1:
        answers, of_answers = answers_of(sheets, load_form(catalogue=catalogue))
        if answers.values or answers.findings:
            findings = (*findings, *answers.findings)
            account = account.over(of_answers)
    unused = _unused(said, sheets, account)
    return FileReading(kind, record, (*findings, *unused), account)


def _unused(said: FileMapping, sheets: tuple[Sheet, ...], account: Account) -> tuple[Finding, ...]:
    """Say which answers name nothing of a file: a slip in them would leave a doubt as it was."""
    known = {place_key(item.key) for item in account} | {place_key(s.name) for s in sheets}
    known |= {key.rpartition("!")[2] for key in known}
    known |= {item.indicator for item in account} | {EVERY}
    labels = {bare(item.text) for item in account}
    keys = [key for key in said.take if key.partition("@")[0] not in known]
    keys += [label for label in said.labels if label not in labels]
    keys += [said.sheet] if said.sheet and place_key(said.sheet) not in known else []
    fault = Finding("answer_unused", Obligation.NEEDS_REASON, ways_out=("see_account",))
    return tuple(replace(fault, found=key[:60]) for key in keys)
