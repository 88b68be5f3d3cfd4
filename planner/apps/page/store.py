"""The store: studies kept in one folder, saved as they change, never over somebody else's work.

A study is one file. Whoever saves says which revision he started from; where the file holds
another by now, nothing is written and that is said. A lock keeps two from writing at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import ValidationError

from planner.api.plan import Plan
from planner.apps.page.loading import kept_peers
from planner.apps.page.study import LONGEST_NOTE, MOST_SCENARIOS, Remark, Study
from planner.core.archive import MAX_BYTES
from planner.core.files import printable, write_bytes
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.schema import Closed, parse
from planner.export.csvfiles import peers_csv
from planner.intake.answers import from_document
from planner.model.answers import Answers, dump_answers
from planner.model.forms import load_form
from planner.planning.store import as_data, loads, plainly

SUFFIX = ".study.json"
FORMAT = 1
PATIENCE = 5.0  # seconds to wait for somebody else's saving
_UNFIT = re.compile(r"[^\w()（）-]+")
# What no file name may be on one system or another.
_BARRED = re.compile(r"[/\\:*?\"<>|\x00-\x1f]|^[.~]|^$")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(-.*)?", re.IGNORECASE)
LONGEST_KEY = 180  # bytes, which leaves room for a number and the ending


class ScenarioRecord(Closed):
    """A scenario's name and its plan, as in ``plan.json``."""

    name: str
    plan: dict[str, Any]
    note: str = ""
    made: str = ""


class AnswersRecord(Closed):
    """The answers to a form, as in an answer file."""

    form: str
    text: str


class StudyFile(Closed):
    """What the file of a study holds."""

    format: Literal[1]
    current: str
    scenarios: tuple[ScenarioRecord, ...]
    answers: AnswersRecord | None = None
    peers: str = ""
    hash: str = ""  # over answers and peers; plans carry their own


class ChangedElsewhereError(Exception):
    """The file is not as it was when the study was opened: another page saved in between."""


@dataclass(frozen=True)
class Kept:
    """A study in the store: its key, and when it was last saved (seconds since the epoch)."""

    key: str
    saved: float


class StudyStore:
    """The studies of a folder."""

    def __init__(self, folder: str | Path) -> None:
        """Use a folder, which is made when something is first saved."""
        self.folder = Path(folder).resolve()
        self._texts: dict[int, tuple[Plan, dict[str, Any]]] = {}

    def __iter__(self) -> Iterator[Kept]:
        """Yield what is kept, last saved first."""
        studies = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            key = path.name.removesuffix(SUFFIX)
            with contextlib.suppress(OSError):
                if key in self:
                    studies.append(Kept(key, path.stat().st_mtime))
        yield from sorted(studies, key=lambda kept: (-kept.saved, kept.key))

    def __contains__(self, key: str) -> bool:
        """Whether a study is kept under a key; a link elsewhere is none of ours."""
        if _BARRED.search(key):
            return False
        path = self.path(key)
        try:
            return path.is_file() and not path.is_symlink()
        except (OSError, ValueError):
            return False

    def new_key(self, cluster: str) -> str:
        """Return a key for a study that is not kept yet: the cluster's name as a file name.

        >>> StudyStore("nowhere").new_key("../甲 乙:产业")
        '甲-乙-产业'
        """
        stem = _UNFIT.sub("-", cluster).strip("-")
        while len(stem.encode()) > LONGEST_KEY:
            stem = stem[:-1].strip("-")
        if not stem or _DEVICES.fullmatch(stem):
            stem = f"cluster-{stem}".strip("-")
        taken = {path.name.casefold() for path in self.folder.glob(f"*{SUFFIX}")}
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 10**6))
        return next(name for name in names if f"{name}{SUFFIX}".casefold() not in taken)

    def load(self, key: str) -> tuple[Study, str]:
        """Return a study and its revision.

        Raises
        ------
        InputError
            When there is none under this key, or its file is not one of ours any more.
        """
        if key not in self:
            raise _broken("file_missing", key)
        try:
            data = self.path(key).read_bytes()  # writing is at once, so there is no half of it
        except OSError as error:
            raise _broken("file_unreadable", key, error.strerror or "") from error
        if len(data) > MAX_BYTES:
            raise _broken("file_too_large", key, str(len(data)))
        try:
            told = json.loads(data)
            json.dumps(
                told, ensure_ascii=False
            ).encode()  # halves of characters can be told, not kept
            record = StudyFile.model_validate(told)
        except (ValueError, RecursionError, ValidationError) as error:
            raise _broken("study_broken", key, plainly(error)) from error
        names = [scenario.name for scenario in record.scenarios]
        if record.current not in names or len(set(names)) != len(names):
            raise _broken("study_broken", key, record.current[:40])
        if len(names) > MOST_SCENARIOS:
            raise _broken("study_broken", key, str(len(names)))
        plans = {
            scenario.name: loads(json.dumps(scenario.plan), f"{key}{SUFFIX}", Plan)
            for scenario in record.scenarios
        }
        beside = _beside(told)
        if record.hash != beside and (record.hash or beside != _beside({})):
            place = Place(file=f"{key}{SUFFIX}")
            changed = Finding("hash_differs", Obligation.NEEDS_REASON, place,
                              found=record.hash or "-", expected=beside)  # fmt: skip
            plans = {n: replace(p, notes=(*p.notes, changed)) for n, p in plans.items()}
        plan = plans[record.current]
        remarks = {
            scenario.name: Remark(
                printable(scenario.note)[:LONGEST_NOTE], printable(scenario.made)[:20]
            )
            for scenario in record.scenarios
            if scenario.note or scenario.made
        }
        study = Study(plans, record.current, _answers(record.answers, plan), remarks=remarks)
        if record.peers:
            study = replace(study, peers=kept_peers(record.peers, plan))
        return study, _revision(data)

    def save(self, key: str, study: Study, revision: str) -> str:
        """Save a study and return its new revision; an empty one stands for 'not kept yet'.

        Raises
        ------
        ChangedElsewhereError
            When the file does not hold the revision that the study started from.
        InputError
            When the folder cannot be written.
        """
        data = self._dumps(study)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.locked(key):
                path = self.path(key)
                present = _revision(path.read_bytes()) if path.is_file() else ""
                if present != revision:
                    raise ChangedElsewhereError
                write_bytes(path, data)
        except OSError as error:
            raise _broken("not_saved", str(self.folder), error.strerror or "") from error
        return _revision(data)

    def _dumps(self, study: Study) -> bytes:
        known, self._texts = self._texts, {}
        scenarios = []
        for name, plan in study.plans.items():
            kept = known.get(id(plan)) or (plan, as_data(plan))
            self._texts[id(plan)] = kept
            said = study.remarks.get(name, Remark())
            noted = {key: value for key, value in asdict(said).items() if value}
            scenarios.append({"name": name, **noted, "plan": kept[1]})
        data = {"format": FORMAT, "current": study.current, "scenarios": scenarios}
        if study.answers is not None:
            form = load_form(study.answers.form, study.plan.system.catalogue)
            data["answers"] = {"form": form.id, "text": dump_answers(study.answers, form)}
        if study.peers is not None:
            data["peers"] = peers_csv(study.peers)
        data["hash"] = _beside(data)
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    def path(self, key: str) -> Path:
        """Return the file of a study."""
        return self.folder / f"{key}{SUFFIX}"

    @contextlib.contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Keep others from writing a study meanwhile."""
        try:
            with FileLock(self.folder / f".{key}.lock", timeout=PATIENCE):
                yield
        except Timeout as error:
            raise _broken("not_saved", key, "lock") from error


def _beside(data: dict[str, Any]) -> str:
    """Return a short hash over what a study holds beside its plans."""
    told = {name: data[name] for name in ("answers", "peers") if data.get(name)}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _revision(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _answers(record: AnswersRecord | None, plan: Plan) -> Answers | None:
    if record is None:
        return None
    catalogue = plan.system.catalogue
    form = load_form(record.form, catalogue)
    return from_document(parse(record.text, form.id), form, catalogue)


def _broken(code: str, name: str, found: str = "") -> InputError:
    return InputError([Finding(code, Obligation.MUST_FIX, Place(file=name), found=found or name)])
