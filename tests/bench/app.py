"""The app: from a slider's movement to table, lights and chart painted, in a real browser.

    python tests/bench/app.py [CHANGES]

Prints medians and 95th percentiles in milliseconds: of the app under Voilà and JupyterLab, of
a bare round trip to a kernel and back (what no page can beat), and of the way notebooks usually
do it, a matplotlib chart redrawn into an Output widget. Then how long the first useful page
takes from the command on, what an open page costs in memory, and what twenty open pages do to
the time of one. All of it in one run: ratios mean more than the figures.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser.conftest import ARGUMENTS, CHROMIUM, Server, free_port  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

PAGES = 20
SCREEN = {"width": 1366, "height": 768}

# Time from a slider's event to the frame in which table, light and chart show its value.
MOVE = """async ([count, pause]) => {
  const slider = document.querySelector('[data-year="2028"] input[type=range]');
  const table = () => document.querySelector('tr[data-id=output]').cells[4].dataset.text;
  const light = () => document.querySelector('[data-rule=a] .pl-figures').textContent;
  const chart = () => document.querySelector('.pl-chart svg')?.textContent ?? '';
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const before = light();
    const start = performance.now();
    slider.value = (250 + (i * 7) % 60 + i / 100).toFixed(2);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    const wanted = Number(slider.value).toFixed(2);
    await new Promise((done) => {
      const look = () => {
        if (table() !== wanted || light() === before || !chart().includes(wanted)) return;
        observer.disconnect();
        done();
      };
      const observer = new MutationObserver(look);
      observer.observe(document.querySelector('.planner'),
        { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });
    times.push((await painted()) - start);
    await new Promise((done) => setTimeout(done, pause + Math.random() * 16));
  }
  return times;
}"""

# Time from a letter typed into the form to its counter painted, and from leaving the field to the
# answer painted.
TYPE = """async (count) => {
  const root = document.querySelector('.planner');
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  const letters = [], kept = [];
  for (let i = 0; i < count; i += 1) {
    const area = document.querySelector('.pl-sheet textarea');
    area.focus();
    let start = performance.now();
    area.value = `${area.value.slice(0, 60)}${'一二三四五六七八九十'[i % 10]}`;
    area.dispatchEvent(new Event('input', { bubbles: true }));
    letters.push((await painted()) - start);
    start = performance.now();
    const answered = new Promise((done) => root.addEventListener('planner-answered', done, { once: true }));
    area.dispatchEvent(new Event('change', { bubbles: true }));
    await answered;
    kept.push((await painted()) - start);
    await new Promise((done) => setTimeout(done, 60 + Math.random() * 16));
  }
  return [letters, kept];
}"""

# Somebody at another page who moves the slider now and then.
LIVELY = """() => setInterval(() => {
  const slider = document.querySelector('[data-year="2028"] input[type=range]');
  slider.value = 250 + Math.random() * 60;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}, 2000 + Math.random() * 1000)"""

OTHERS = '''
import anywidget, ipywidgets, traitlets
from IPython import get_ipython
from IPython.display import display
import planner as pl

get_ipython().run_line_magic("matplotlib", "inline")

class Echo(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
      const shown = document.createElement('b'); el.append(shown);
      window.ask = (name, text) => new Promise((done) => {
        const heard = (message) => { if (message !== text) return; model.off('msg:custom', heard);
          shown.textContent = text; done(); };
        model.on('msg:custom', heard); model.send({ name, text });
      });
      window.ready = true;
    } };"""

plan = pl.plan(pl.shared("baselines") / "example.csv")
out = ipywidgets.Output()
out.add_class("redrawn")
echo = Echo()

def heard(_, message, buffers):
    if message["name"] == "redraw":
        tuned = plan.wish("output", 2028, message["text"].split()[0])
        with out:
            out.clear_output(wait=True)
            display(tuned.chart("leading_industry"))
    echo.send(message["text"])

echo.on_msg(heard)
display(echo, out)
'''

ASK = """async ([name, count]) => {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const start = performance.now();
    const old = document.querySelector('.redrawn img');
    await window.ask(name, `${250 + (i * 7) % 60} ${i}`);
    if (name === 'redraw') await new Promise((done) => {
      const look = () => {
        const now = document.querySelector('.redrawn img');
        if (!now || now === old || !now.complete) setTimeout(look, 2);
        else done();
      };
      look();
    });
    await new Promise((done) => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    }));
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 60 + Math.random() * 16));
  }
  return times;
}"""


def told(label: str, times: list[float]) -> float:
    """Print median and 95th percentile, and return the median."""
    ordered = sorted(times)
    median, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{label:46} median {median:6.1f}   p95 {late:6.1f}   ({len(ordered)})", flush=True)
    return median


def opened(browser: Browser, address: str) -> Page:
    """Return a page of the app with the full example in hand."""
    page = browser.new_context(viewport=SCREEN).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    with_goals(page)
    return page


def with_goals(page: Page) -> None:
    """Open the example and turn to its goals."""
    page.wait_for_selector(".pl-examples .jupyter-button")
    page.locator(".pl-examples .jupyter-button").first.click()
    page.locator("[data-page=goals]:not([disabled])").click()
    page.wait_for_selector(".pl-tuner [data-year]")
    page.wait_for_timeout(500)


@contextmanager
def serving(command: list[str], folder: Path, address: str, **extra: str) -> Iterator[None]:
    """Run a server until the block ends."""
    import urllib.request

    environment = {**os.environ, **extra}
    with (folder / "server.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=30).close()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def typing(page: Page, count: int) -> None:
    """Measure typing into the form."""
    page.locator("[data-page=form]").click()
    page.wait_for_selector(".pl-parts button")
    for part in page.locator(".pl-parts button").all():
        part.click()
        page.wait_for_timeout(400)
        if page.locator(".pl-sheet textarea").count():
            break
    letters, kept = page.evaluate(TYPE, count)
    told("a letter typed into the form, counted", letters)
    told("a field of the form left, kept and shown", kept)
    page.locator("[data-page=goals]").click()
    page.wait_for_selector(".pl-tuner [data-year]")


def in_lab(browser: Browser, folder: Path, count: int) -> None:
    """Measure in JupyterLab."""
    token, port = "bench", free_port()
    (folder / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')
    command = [sys.executable, "-m", "planner.apps.cli.main", "lab", "--no-browser", "--port", str(port),
               "--folder", str(folder / "notebooks")]  # fmt: skip
    status = f"http://127.0.0.1:{port}/api/status?token={token}"
    extra = {"JUPYTER_TOKEN": token, "JUPYTER_CONFIG_DIR": str(folder)}
    with serving(command, folder, status, **extra):
        page = browser.new_context(viewport=SCREEN).new_page()
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{port}/lab/tree/app.ipynb?token={token}")
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        page.locator(".jp-Notebook .jp-Cell").first.click()
        for _ in range(3):
            page.keyboard.press("Shift+Enter")
        page.wait_for_selector(".pl-bar")
        with_goals(page)
        page.evaluate(MOVE, [10, 60])
        told("the app in JupyterLab", page.evaluate(MOVE, [count, 60]))
        page.context.close()


def others(browser: Browser, folder: Path, count: int) -> None:
    """Measure a bare round trip, and a chart redrawn into an Output widget."""
    cells = [{"cell_type": "code", "execution_count": None, "id": "a", "metadata": {},
              "outputs": [], "source": OTHERS}]  # fmt: skip
    meta = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": meta, "nbformat": 4, "nbformat_minor": 5}
    (folder / "others.ipynb").write_text(json.dumps(notebook))
    port = free_port()
    command = [sys.executable, "-m", "voila", "others.ipynb", "--no-browser", f"--port={port}"]
    with serving(command, folder, f"http://127.0.0.1:{port}/voila/static/voila.js"):
        page = browser.new_context(viewport=SCREEN).new_page()
        page.set_default_timeout(120_000)
        page.route("**/*", lambda route: route.abort()
                   if "127.0.0.1" not in route.request.url else route.continue_())  # fmt: skip
        page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        page.wait_for_function("window.ready")
        page.evaluate(ASK, ["echo", 10])
        told("a bare round trip", page.evaluate(ASK, ["echo", count]))
        page.evaluate(ASK, ["redraw", 3])
        told(
            "matplotlib into an Output widget", page.evaluate(ASK, ["redraw", max(count // 3, 10)])
        )
        page.context.close()


def memory(parent: int) -> list[float]:
    """Return what each kernel below a process keeps in memory, in MB (proportional, Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
            if int(words[1]) == parent and b"ipykernel" in command:
                rolled = (entry / "smaps_rollup").read_text()
                line = next(li for li in rolled.splitlines() if li.startswith("Pss:"))
                found.append(int(line.split()[1]) / 1000)
        except (OSError, ValueError, IndexError, StopIteration):
            continue
    return sorted(found)


def first_page(browser: Browser, folder: Path) -> None:
    """Measure from the command to the first page that can be used."""
    start = time.perf_counter()
    server = Server(folder)
    page = browser.new_context(viewport=SCREEN).new_page()
    page.goto(server.url, wait_until="commit")
    page.locator(".pl-examples .jupyter-button").first.click()
    page.wait_for_selector("tr[data-id=output]")
    print(f"{'from the command to the example opened':46} {time.perf_counter() - start:6.2f} s")
    page.context.close()
    server.stop()


def main() -> None:
    """Measure everything and print a line for each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        folders: Any = ((Path(name) / str(number)) for number in range(9))
        for folder in (next(folders) for _ in range(2)):
            folder.mkdir()
            first_page(browser, folder)
        folder = next(folders)
        folder.mkdir()
        server = Server(folder)
        page = opened(browser, server.url)
        page.evaluate(MOVE, [10, 60])
        alone = told("the app under Voilà", page.evaluate(MOVE, [count, 60]))
        typing(page, count)
        kept = memory(server.process.pid)
        print(f"{'memory of a kernel with a page, and waiting':46} {kept} MB")
        rest = [opened(browser, server.url) for _ in range(PAGES - 1)]
        for other in rest:
            other.evaluate(LIVELY)
        many = told(
            f"one of {PAGES} open pages, the others moving", page.evaluate(MOVE, [count, 60])
        )
        kept = memory(server.process.pid)
        print(f"{'memory of all kernels':46} {sum(kept):6.0f} MB in {len(kept)}")
        print(f"{'one of many against one alone':46} {many / alone:6.2f} times")
        server.stop()
        for other in (page, *rest):
            other.context.close()
        for measure in (in_lab, others):
            folder = next(folders)
            folder.mkdir()
            measure(browser, folder, count)
        browser.close()


if __name__ == "__main__":
    main()
