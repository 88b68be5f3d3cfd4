"""Two apps in one notebook go each its own way: undo, alarms, names of elements, what is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import psutil
import pytest
from playwright.sync_api import expect

from planner.core import resources

from . import steps
from .conftest import LOOPBACK, PATIENCE, free_port

CELL = "pl.app(pl.plan(pl.shared('baselines') / 'example.csv'), folder={folder!r}, lang={lang!r})"
OPEN = "pl.app(folder={folder!r})"
SILENCE = 16_000  # ms: a little more than the page waits for an answer
BEFORE, FIRST, SECOND = "247.84", "250.00", "260.00"
# Everything in the document that a second app could take for its own.
MIXED = """() => {
  const ids = [...document.querySelectorAll('.planner [id]')].map((element) => element.id);
  // ipywidgets hides the empty labels of what has none
  const labels = [...document.querySelectorAll('.planner label')].filter((it) => it.textContent);
  return {
    twice: ids.filter((id, index) => ids.indexOf(id) !== index),
    astray: labels.filter((label) => label.control?.closest('.planner') !== label.closest('.planner'))
      .map((label) => label.outerHTML),
    named: ids.filter((id) => id.startsWith('pl-')).length,
  };
}"""


@dataclass
class Shown:
    """A notebook that Voilà shows, with the process that serves it."""

    url: str
    process: subprocess.Popen

    def kernels(self):
        return psutil.Process(self.process.pid).children()


def notebook(sources):
    """Return a notebook of code cells."""
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"cell-{number}", "metadata": {},
         "outputs": [], "source": source}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    meta = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": meta, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def voila(tmp_path_factory):
    """Return how to show a notebook of the cells given."""
    running = []

    def show(*sources):
        root = tmp_path_factory.mktemp("two")
        (root / "two.ipynb").write_text(notebook(["import planner as pl", *sources]), "utf-8")
        port = free_port()
        url = f"http://{LOOPBACK}:{port}/"
        command = [
            sys.executable, "-m", "voila", "two.ipynb", "--no-browser", f"--port={port}",
            "--VoilaConfiguration.template=planner",
            "--VoilaConfiguration.extension_denylist=jupyterlab_pygments",
            "--VoilaConfiguration.extension_denylist=@voila-dashboards/jupyterlab-preview",
        ]  # fmt: skip
        environment = {**os.environ, "JUPYTER_PATH": str(resources.data_path("jupyter"))}
        with (root / "log.txt").open("w") as log:
            process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, env=environment)
        running.append(process)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"{url}voila/static/", timeout=5).close()
            except urllib.error.HTTPError:
                return Shown(url, process)
            except OSError:
                time.sleep(0.2)
            else:
                return Shown(url, process)
        pytest.fail((root / "log.txt").read_text()[-2000:])

    yield show
    for process in running:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def notebook_of_two(voila, tmp_path_factory):
    """Return a notebook whose cells show an app each, over the same example."""
    folders = [str(tmp_path_factory.mktemp(name)) for name in ("first", "second")]
    return voila(*(
        CELL.format(folder=folder, lang=lang)
        for folder, lang in zip(folders, ("zh", "en"), strict=True)
    ))  # fmt: skip


def opened(page, url):
    """Return the two apps of a page, once both are there."""
    page.goto(url)
    apps = page.locator(".planner")
    expect(apps.locator(".pl-pages [aria-current]")).to_have_count(2, timeout=30_000)
    return apps.nth(0), apps.nth(1)


@pytest.fixture
def two(page, notebook_of_two):
    """Return the two apps, each with its goals in sight."""
    apps = opened(page, notebook_of_two.url)
    for app in apps:
        expect(app.locator(".pl-tuner [data-year='2028'] .pl-box")).to_have_value(BEFORE)
    return apps


def output(app):
    """Return the cell of the output in 2028."""
    return app.locator(f".pl-goals {steps.GRID} tr[data-id=output] > *").nth(4)


def tune(app, value):
    """Tune the output of an app by its number box."""
    steps.type_box(app, 2028, value)
    holds(app, value)


def holds(app, value):
    expect(output(app)).to_have_attribute("data-text", value)


def test_undo_by_key_is_of_the_app_it_is_pressed_in(page, two):
    first, second = two
    tune(first, FIRST)
    tune(second, SECOND)
    output(first).click()
    page.keyboard.press("Control+z")
    holds(first, BEFORE)
    page.wait_for_timeout(500)  # the other is given time to do what it should not
    holds(second, SECOND)
    page.keyboard.press("Control+y")
    holds(first, FIRST)
    output(second).click()
    page.keyboard.press("Control+z")
    holds(second, BEFORE)
    page.wait_for_timeout(500)
    holds(first, FIRST)


def test_undo_by_key_without_a_focus_is_of_the_app_used_last(page, two):
    first, second = two
    tune(first, FIRST)
    tune(second, SECOND)
    for app, other in ((first, second), (second, first)):
        kept = output(other).get_attribute("data-text")
        app.locator(".pl-tuner h2").click()
        page.evaluate("document.activeElement.blur()")
        assert page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Control+z")
        holds(app, BEFORE)
        page.wait_for_timeout(500)
        holds(other, kept)


@pytest.mark.usefixtures("two")
def test_no_name_of_an_element_is_there_twice(page):
    page.locator("[data-rule=f]").nth(0).click()
    page.locator("[data-rule=f]").nth(1).click()
    expect(page.locator(".pl-detail .pl-readings")).to_have_count(2)
    found = page.evaluate(MIXED)
    assert found["named"] >= 4
    assert found["twice"] == []
    assert found["astray"] == []


def test_a_choice_in_one_app_leaves_that_of_the_other(two):
    for app in two:
        app.locator("[data-rule=f]").click()
        expect(app.locator(".pl-readings input:checked")).to_have_count(1)
    first, second = two
    first.locator(".pl-readings input[type=radio]").nth(1).check()
    expect(first.locator(".pl-readings input[type=radio]").nth(1)).to_be_checked()
    expect(second.locator(".pl-detail input[type=radio]").nth(0)).to_be_checked()
    second.locator("#pl-shape-2").select_option("front")
    expect(second.locator("#pl-shape-2")).to_have_value("front")
    expect(first.locator("#pl-shape")).to_have_value("constant")


def test_an_app_that_waits_does_not_alarm_the_other(page, notebook_of_two):
    page.clock.install()
    first, second = opened(page, notebook_of_two.url)
    tune(first, FIRST)
    kernels = notebook_of_two.kernels()
    for process in kernels:
        process.suspend()
    try:
        steps.type_box(first, 2028, SECOND)
        expect(first.locator(".pl-busy")).to_have_class("pl-busy pl-on")
        expect(second.locator(".pl-busy")).to_have_class("pl-busy")
        page.clock.fast_forward(SILENCE)
        expect(first.locator(".pl-lost")).to_be_visible()
        expect(second.locator(".pl-lost")).to_be_hidden()
    finally:
        for process in kernels:
            process.resume()
    holds(first, SECOND)
    expect(first.locator(".pl-lost")).to_be_hidden()


def test_both_can_be_scrolled_to_and_speak_their_languages(page, two):
    first, second = two
    expect(first).to_have_attribute("lang", "zh-CN")
    expect(second).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("[role=main]")).to_have_count(1)
    page.mouse.move(100, 20)
    page.mouse.wheel(0, 2000)
    expect(second.locator(".pl-bar")).to_be_in_viewport()


def test_each_goes_on_with_its_own_after_a_reload(page, voila, tmp_path):
    folder = str(tmp_path / "plans")
    cell = OPEN.format(folder=folder)
    url = voila(cell, cell).url
    for app, value in zip(opened(page, url), (FIRST, SECOND), strict=True):
        app.locator(".pl-examples .jupyter-button").first.click()
        app.locator("[data-page=goals]:not([disabled])").click()
        tune(app, value)
        expect(app.locator(".pl-saved")).to_have_attribute("data-state", "saved")
    for _ in range(3):
        for app, value in zip(opened(page, url), (FIRST, SECOND), strict=True):
            holds(app, value)
