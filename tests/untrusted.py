"""Documents from anybody, each read in a child process of its own (§13).

A child has a limit on its processor time and on its memory, and works under an audit of what it
starts, connects to and opens. A document gives a result or an
:class:`~planner.core.findings.InputError` with findings that can be printed; it is the same bytes
afterwards. Started as a script, this module is the parent of those children: it is small, for
every child begins as a copy of it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import hashlib
import io
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pictures import undrawn

import planner as pl
from planner.core.findings import InputError

try:
    import resource
except ImportError:  # no POSIX system
    resource = None  # type: ignore[assignment]

SECONDS = 10  # of processor time
HANGS = 300  # seconds on the clock after which a child waits for what never comes
MEGABYTES = 700
# Either worker of a run has a core to itself.
CHILDREN = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2
ROOT = Path(pl.__file__).resolve().parent.parent
TESTS = Path(__file__).resolve().parent
BASELINES = pl.shared("baselines")
CANARY = "canary-4711-of-another-file"


# -- children ----------------------------------------------------------------------------------

# What reading a document has no business doing; files are told apart by their names.
FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn",
             "socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request", "ctypes.dlopen",
             "webbrowser.open", "ftplib.connect", "http.client.connect", "pickle.find_class")  # fmt: skip


# What children need and is loaded once, before there are any
NEEDED = ("planner.core.books", "PIL.Image", "planner.export.pdf", "planner.export.word")
SHARED: dict[str, Any] = {}  # what the parent made for its children


def _form_read(path: Path, _: Path) -> tuple[Any, Any]:
    read = pl.read_form(path)
    return read.findings, {str(slot): text[:2000] for slot, text in read.content.items()}


def _form_fill(path: Path, out: Path) -> tuple[Any, Any]:
    answers = BASELINES / "example-answers.yaml"
    filing = pl.fill_form(SHARED["plan"], answers, out / "out.docx", form=path)
    return filing.findings, {str(slot): text[:2000] for slot, text in filing.content.items()}


def _goals(path: Path, _: Path) -> tuple[Any, Any]:
    sheet = pl.read_goals(path)
    findings = [*sheet.findings, *(sheet.plan.check() if sheet.plan else ())]
    return findings, {str(cell): str(value) for cell, value in sheet.targets.items()}


def _verify(path: Path, _: Path) -> tuple[Any, Any]:
    plan = pl.verify(path)
    return plan.check(), {"goals": json.dumps(plan.goals.records("zh"))[:2000], "hash": plan.hash}


def _answers(path: Path, _: Path) -> tuple[Any, Any]:
    from planner.model.answers import dump_answers

    form = pl.load_form()
    answers = pl.read_answers(path, form)
    dump_answers(answers, form).encode()
    return answers.findings, {str(slot): text[:2000] for slot, text in answers.values.items()}


def _baseline(path: Path, _: Path) -> tuple[Any, Any]:
    baseline = pl.read_baseline(path)
    return baseline.findings, {"cluster": baseline.cluster}


def _narrative(path: Path, _: Path) -> tuple[Any, Any]:
    from planner.export.narrative import read_narrative

    filing = pl.file_form(pl.load_form(), SHARED["plan"], None, read_narrative(path))
    return filing.findings, {str(slot): text[:2000] for slot, text in filing.content.items()}


def _pack(path: Path, out: Path) -> tuple[Any, Any]:
    # The cluster's name stands in none of the charts.
    charts = SimpleNamespace(png=undrawn, trajectory_chart=undrawn)
    sys.modules["planner.export.charts"] = charts  # type: ignore[assignment]
    plan = pl.plan(path)
    plan.export(out)
    return plan.check(), {"cluster": plan.baseline.cluster}


def _command(*words: str) -> Callable[[Path, Path], tuple[Any, Any]]:
    def run(path: Path, out: Path) -> tuple[Any, Any]:
        from planner.apps.cli.main import main

        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        places = {"FILE": str(path), "OUT": str(out / "read"), "OUT.docx": str(out / "out.docx")}
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main([places.get(word, word) for word in words])
        said.flush()
        assert code in {0, 1, 2}, code
        return (), {"code": code, "said": said.buffer.getvalue().decode()[:4000]}

    return run


EXAMPLE = str(BASELINES / "example.csv")
JOBS: dict[str, Callable[[Path, Path], tuple[Any, Any]]] = {
    "read_form": _form_read,
    "fill_form": _form_fill,
    "read_goals": _goals,
    "verify": _verify,
    "read_answers": _answers,
    "read_baseline": _baseline,
    "read_narrative": _narrative,
    "export": _pack,
    "cli form read": _command("form", "read", "FILE", "--out", "OUT"),
    "cli form fill": _command("form", "fill", EXAMPLE, "--form", "FILE", "--out", "OUT.docx"),
    "cli answers": _command("form", "fill", EXAMPLE, "--answers", "FILE", "--out", "OUT.docx"),
    "cli narrative": _command("form", "fill", EXAMPLE, "--narrative", "FILE", "--out", "OUT.docx"),
    "cli verify": _command("verify", "FILE"),
    "cli check": _command("check", "FILE"),
    "cli json": _command("verify", "FILE", "--json"),
}


def _listen(seen: list[str]) -> None:
    """Note every forbidden event from now on."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FORBIDDEN or (event == "open" and "canary" in str(arguments[0])):
            seen.append(f"{event} {arguments!r}"[:200])

    sys.addaudithook(hook)


def _said(findings: Any) -> list[str]:
    """Return the codes; every finding has to have a sentence, a place and a record."""
    for finding in findings:
        for lang in ("zh", "en"):
            assert pl.sentence(finding, lang)
        text = json.dumps(pl.messages.as_record(finding, "zh"), ensure_ascii=False)
        text.encode()
    return list(dict.fromkeys(finding.code for finding in findings))


def _child(job: str, path: Path, out: Path, pages: int) -> dict[str, Any]:
    """Do one job and tell how it ended."""
    room = pages + (MEGABYTES + 500) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    events: list[str] = []
    _listen(events)
    start = time.process_time()
    told: dict[str, Any] = {"ends": "result", "codes": [], "texts": {}}
    try:
        findings, told["texts"] = JOBS[job](path, out)
        told["codes"] = _said(findings)
    except InputError as error:
        told |= {"ends": "refused"}
        try:
            told["codes"] = _said(error.findings)
            assert told["codes"], "an InputError without findings"
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the report
            told |= {"ends": "raised", "why": _where(fault)}
    except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the report
        told |= {"ends": "raised", "why": _where(fault)}
    told |= {"seconds": time.process_time() - start, "events": events}
    return told


def _where(fault: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(fault.__traceback__) if "planner" in f.filename]
    last = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-3:]]
    return f"{type(fault).__name__}: {str(fault)[:160]!r} at {' > '.join(last)}"


def _stack(text: str) -> str:
    """Return the innermost frames of a dumped stack that are the project's."""
    frames = re.findall(r'File "(.*?)", line (\d+) in (\S+)', text)
    own = [f"{Path(f).name}:{line} {name}" for f, line, name in frames if "/planner/" in f]
    other = [f"{Path(f).name}:{line} {name}" for f, line, name in frames[:1]]
    return " < ".join([*other, *own[:3]])


def _stop_and_tell(stack: Any) -> None:
    """End this process when it has worked or waited too long, and say at what."""
    faulthandler.register(signal.SIGPROF, file=stack, chain=True)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    faulthandler.dump_traceback_later(HANGS, exit=True, file=stack)


def _fork(job: str, path: Path, out: Path) -> dict[str, Any]:
    """Run a job in a child process and return what it told, or how it died."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    before = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    source, target = os.pipe()
    with tempfile.TemporaryFile("w+") as stack:
        child = os.fork()
        if child == 0:
            os.close(source)
            _stop_and_tell(stack)
            with os.fdopen(target, "w") as stream:
                stream.write(json.dumps(_child(job, path, out, pages)))
            os._exit(0)
        os.close(target)
        with os.fdopen(source) as stream:
            text = stream.read()
        _, status, used = os.wait4(child, 0)
        stack.seek(0)
        dump = stack.read()
    if text:
        told = json.loads(text)
    elif dump:
        how = f"over {SECONDS} s" if status == signal.SIGPROF else "hangs"
        told = {"ends": "timeout", "why": f"{how} at {_stack(dump)}", "seconds": SECONDS}
    else:
        told = {"ends": "died", "why": f"wait status {status}", "seconds": 0}
    return told | {"megabytes": max(0, used.ru_maxrss * 1024 - before) // 2**20}


def _keep_the_blank_form() -> None:
    """Read the shipped blank form here, not in every child that compares a document with it."""
    from planner.intake.form import reader
    from planner.model.catalogue import shipped

    outlined, located, form = reader.read_outline, reader.locate_fields, pl.load_form()
    blank = outlined(form.template)
    found = located(form, blank[0], shipped())
    reader.read_outline = lambda path: blank if path == form.template else outlined(path)
    reader.locate_fields = lambda own, blocks, catalogue: (
        found if blocks is blank[0] else located(own, blocks, catalogue)
    )


def serve() -> None:
    """Read jobs line by line and answer each with a line."""
    SHARED["plan"] = pl.read_form(sys.argv[1]).plan
    SHARED["plan"].check()
    for name in NEEDED:
        import_module(name)
    from planner.model import messages

    pl.messages = messages  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as out:
        JOBS["cli answers"](BASELINES / "example-answers.yaml", Path(out))
    _keep_the_blank_form()
    gc.freeze()  # what is loaded by now is shared with the children, not copied
    for line in sys.stdin:
        job, path, out = json.loads(line)
        sys.stdout.write(json.dumps(_fork(job, Path(path), Path(out))) + "\n")
        sys.stdout.flush()


# -- the side of the tests --------------------------------------------------------------------------


@dataclass
class Told:
    """How reading a document ended."""

    name: str
    ends: str
    codes: list[str] = field(default_factory=list)
    texts: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    seconds: float = 0
    megabytes: int = 0
    events: list[str] = field(default_factory=list)
    out: Path = Path()

    def faults(self, share: float) -> list[str]:
        """Return what the promise is broken by; a share of the limits has to do for less."""
        found = [] if self.ends in {"result", "refused"} else [f"{self.ends}: {self.why}"]
        if self.seconds > share * SECONDS and self.ends != "timeout":
            found.append(f"took {self.seconds:.1f} s")
        if self.megabytes > share * MEGABYTES:
            found.append(f"took {self.megabytes} MB")
        found += self.events
        if CANARY in json.dumps(self.texts):
            found.append("the text of another file came through")
        return [f"{self.name}: {fault}" for fault in found]


class Reader:
    """Parents of children, ready to read documents."""

    def __init__(self, folder: Path, filled: Path) -> None:
        self.folder, self.free, self.number = folder, queue.SimpleQueue(), 0
        self.lock = threading.Lock()
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        path = os.pathsep.join((str(ROOT), str(TESTS)))
        env = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        env |= dict.fromkeys(threads, "1")
        command = [sys.executable, __file__, str(filled)]
        self.parents = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=env,
                cwd=folder,
            )
            for _ in range(CHILDREN)
        ]
        for parent in self.parents:
            self.free.put(parent)

    def place(self) -> Path:
        """Return a new folder for a document."""
        with self.lock:
            self.number += 1
            made = self.folder / f"case{self.number}"
        made.mkdir()
        return made

    def read(self, job: str, path: Path, name: str = "") -> Told:
        """Read a document in a child; it must not change."""
        out = self.folder / f"out-{path.parent.name}-{re.sub(r'[^a-z]', '', job)}"
        out.mkdir(exist_ok=True)
        before = _state(path.parent)
        parent = self.free.get()
        try:
            parent.stdin.write(json.dumps([job, str(path), str(out)]) + "\n")
            parent.stdin.flush()
            line = parent.stdout.readline()
        finally:
            self.free.put(parent)
        told = Told(name=f"{job} {name or path.name}", out=out, **json.loads(line))
        if _state(path.parent) != before:
            told.events.append("the source was changed, or something was written beside it")
        return told

    def read_all(self, *jobs: tuple[str, Path, str]) -> list[Told]:
        """Read many documents, as many at a time as there are parents."""
        with ThreadPoolExecutor(CHILDREN) as pool:
            return list(pool.map(lambda item: self.read(*item), jobs))

    def close(self) -> None:
        for parent in self.parents:
            parent.stdin.close()
            parent.wait()
            parent.stdout.close()


def _state(folder: Path) -> dict[str, Any]:
    """Return what a folder holds, file by file."""
    found = {}
    for path in sorted(folder.iterdir()):
        large = path.is_file() and path.stat().st_size > 10**8
        content = path.read_bytes() if path.is_file() and not large else b""
        found[path.name] = (path.lstat().st_size, hashlib.sha256(content).hexdigest())
    return found


def sound(*told: Told, share: float = 1) -> None:
    """Fail with everything that breaks the promise."""
    faults = [fault for one in told for fault in one.faults(share)]
    assert not faults, f"{len(faults)} of {len(told)}:\n" + "\n".join(faults)


if __name__ == "__main__":
    serve()
