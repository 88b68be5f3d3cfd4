"""The same notebook works in JupyterLab, arrow keys, typing and undo included."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import TimeoutError as Late

from .conftest import LOOPBACK, PATIENCE, free_port

TOKEN = secrets.token_hex(8)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return the address of the app's notebook in a running JupyterLab."""
    root = tmp_path_factory.mktemp("lab")
    # A test may run as root, where Jupyter asks for consent.
    (root / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    port = free_port()
    command = [sys.executable, "-m", "planner.apps.cli.main", "lab", "--port", str(port), "--no-browser",
               "--folder", str(root / "notebooks")]  # fmt: skip
    environment = {**os.environ, "JUPYTER_TOKEN": TOKEN, "JUPYTER_CONFIG_DIR": str(root)}
    with (root / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, env=environment)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            status = f"http://{LOOPBACK}:{port}/api/status?token={TOKEN}"
            with urllib.request.urlopen(status, timeout=5) as answer:
                json.load(answer)
            break
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.2)
    else:
        pytest.fail((root / "log.txt").read_text()[-2000:])
    yield f"http://{LOOPBACK}:{port}/lab/tree/app.ipynb?token={TOKEN}"
    process.terminate()
    process.wait(30)


def run_all(page):
    """Run every cell; while JupyterLab is still settling it may not hear the keys."""
    for _ in range(8):
        page.locator(".jp-Notebook .jp-Cell").first.click()
        for _ in range(3):
            page.keyboard.press("Shift+Enter")
            page.wait_for_timeout(300)
        try:
            page.wait_for_selector(".pl-bar", timeout=8_000)
        except Late:
            continue
        return
    pytest.fail("the notebook does not run")


@pytest.fixture
def goals(page, lab):
    """Return the goals of the example in JupyterLab."""
    page.set_default_timeout(60_000)
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    run_all(page)
    page.get_by_role("button", name="打开示例").click()
    page.locator("[data-page=goals]:not([disabled])").click()
    page.wait_for_selector(".pl-tuner [data-year]")
    return page


def test_sliders_grid_and_undo_hear_the_keyboard(goals):
    slider = goals.locator('[data-year="2028"] input[type=range]')
    slider.focus()
    for _ in range(4):
        goals.keyboard.press("ArrowRight")
    goals.wait_for_selector('tr[data-id=output] [data-text="259.84"]')
    cell = goals.locator("tr[data-id=rd_spend] > *").nth(4)
    cell.click()
    goals.keyboard.press("ArrowDown")
    assert goals.evaluate("document.activeElement.parentElement.dataset.id") == "rd_intensity"
    goals.keyboard.press("ArrowUp")
    goals.keyboard.type("6.5")
    goals.keyboard.press("Enter")
    goals.wait_for_selector('tr[data-id=rd_spend] [data-text="6.50"]')
    goals.keyboard.press("Control+z")
    goals.wait_for_selector('tr[data-id=rd_spend] [data-text="6.19"]')
    assert goals.locator(".jp-Notebook .jp-Cell").count() == 4  # no shortcut of the notebook ran


def test_the_notebook_shows_the_page_and_the_page_in_the_notebook_exports(goals):
    goals.locator("[data-page=export]").click()
    with goals.expect_download() as download:
        goals.locator(".pl-files summary").click()  # what is not handed in is folded
        goals.locator("[data-artefact=goals_csv]").click()
    assert download.value.suggested_filename.endswith(".csv")
