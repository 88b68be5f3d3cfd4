"""The recipe for many people, as it stands in docs/serving.md: two people plan, each in a folder of their own.

    python tests/bench/hub.py

Needs jupyterhub, configurable-http-proxy and a browser; says what is missing otherwise.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser.conftest import ARGUMENTS, CHROMIUM, free_port  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

PEOPLE = ("anna", "ben")
PATIENCE = 60


def recipe() -> str:
    """Return the configuration that the guide gives."""
    text = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def main() -> int:
    """Start the hub, let everybody plan, and look where the plans went."""
    hub, proxy = shutil.which("jupyterhub"), shutil.which("configurable-http-proxy")
    if not (hub and proxy):
        print("needs jupyterhub and configurable-http-proxy")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port, inner, routes = free_port(), free_port(), free_port()
        own = [
            recipe(),
            "c.JupyterHub.spawner_class = 'simple'",
            "c.JupyterHub.authenticator_class = 'dummy'",
            f"c.JupyterHub.bind_url = 'http://127.0.0.1:{port}'",
            f"c.JupyterHub.hub_port = {inner}",
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{routes}'",
            "c.Spawner.args = [*c.Spawner.args, '--allow-root']",
        ]
        (folder / "config.py").write_text("\n".join(own), encoding="utf-8")
        people = folder / "people"
        environment = {**os.environ, "PLANNER_PEOPLE": str(people)}
        command = [hub, "-f", "config.py"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait(f"http://127.0.0.1:{port}/hub/api")
            for person in PEOPLE:
                plan(f"http://127.0.0.1:{port}/", person)
            kept = {
                p: [f.name for f in (people / p / "plans").glob("*.study.json")] for p in PEOPLE
            }
        finally:
            process.terminate()
            process.wait(PATIENCE)
    print(kept)
    return 0 if all(len(files) == 1 for files in kept.values()) else 1


def wait(address: str) -> None:
    """Wait until the hub answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError(address)


def plan(address: str, person: str) -> None:
    """Sign in as somebody, open the example and change a target."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        page.fill("#username_input", person)
        page.fill("#password_input", "x")
        page.click("#login_submit")
        page.click(".pl-examples .jupyter-button")
        page.wait_for_selector("tr[data-id=output]")
        page.click("[data-page=goals]")
        box = page.locator("[data-year='2028'] .pl-box")
        box.fill("260")
        box.press("Enter")
        page.wait_for_selector(".pl-saved[data-state=saved]")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
