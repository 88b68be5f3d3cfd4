"""A running app and a real browser to test it with; without a browser the tests are skipped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

LOOPBACK = "127.0.0.1"
CHROMIUM = os.environ.get("PLANNER_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60  # seconds for a server to answer
EXPECTED = 60_000  # ms for the page to show what is expected of it


def free_port():
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


class Server:
    """``planner app`` as somebody starts it, in a working folder and with a study folder."""

    def __init__(self, root: Path, python=("-m", "planner.apps.cli.main"), options=()):
        self.port = free_port()
        self.options = options
        self.python = python
        self.folder, self.cwd, self.log = root / "plans", root / "cwd", root / "stderr.txt"
        self.temporary = root / "temporary"
        self.said = root / "stdout.txt"
        self.cwd.mkdir(exist_ok=True)
        self.temporary.mkdir()
        self.url = ""
        self.start()

    def start(self):
        """Start it, and wait until it says its address and answers."""
        command = [sys.executable, *self.python, "app", "--port", str(self.port), "--no-browser",
                   "--folder", str(self.folder), *self.options]  # fmt: skip
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        with self.said.open("w") as said, self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=self.cwd, stdout=said, stderr=log, env=environment
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            self.url = self.said.read_text().partition("\n")[0]
            if self.url and self._answers():
                return
            time.sleep(0.1)
        self.kill()
        pytest.fail(f"planner app does not answer: {self.log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        # an address that makes no kernel: the page itself is for the browser to open first
        try:
            with urllib.request.urlopen(f"{self.url}voila/static/", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def stop(self):
        """End it as Ctrl+C does."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End it without a chance to tidy up, as when the power fails."""
        self.process.kill()
        self.process.wait(30)

    def restart(self):
        """Start it again on the same port and folder."""
        if self.process.poll() is None:
            self.stop()
        self.start()

    def studies(self) -> list[Path]:
        """Return the files of the studies kept."""
        return sorted(self.folder.glob("*.study.json"))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return a running app with a folder of its own."""
    made = Server(tmp_path_factory.mktemp("app"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser():
    """Return a browser."""
    missing = pytest.fail if os.environ.get("PLANNER_REQUIRE_BROWSER") else pytest.skip
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        missing("playwright is not installed")
    if not Path(CHROMIUM).is_file():
        missing(f"no browser at {CHROMIUM}")
    expect.set_options(timeout=EXPECTED)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@dataclass
class Record:
    """What pages asked for, and what went wrong in them."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def watch(self, context):
        """Record everything of a context's pages."""
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._said)
        context.on(
            "page", lambda page: page.on("websocket", lambda it: self.requests.append(it.url))
        )

    def _said(self, message):
        if message.type == "error":
            self.console.append(f"{message.text} {message.location.get('url', '')}")

    @property
    def elsewhere(self) -> list[str]:
        """Return the addresses asked for on other hosts than this machine."""
        parts = map(urlsplit, self.requests)
        near = ("data", "blob")
        return [
            p.geturl()
            for p in parts
            if p.scheme not in near and not (p.hostname or "").startswith("127.")
        ]


@pytest.fixture
def record():
    """Return what is recorded of all pages of a test."""
    return Record()


@pytest.fixture
def visitor(browser, record):
    """Return how to make a visitor: a browser context of his own, nothing remembered."""
    contexts = []

    def make(**options):
        screen = {"width": 1366, "height": 768}
        context = browser.new_context(viewport=screen, accept_downloads=True, **options)
        context.set_default_timeout(30_000)
        record.watch(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert record.elsewhere == []
    assert record.errors == []


@pytest.fixture
def page(visitor):
    """Return a fresh page at the size of a small notebook's screen."""
    return visitor().new_page()
