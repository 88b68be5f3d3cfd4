"""Steps somebody takes in the app, and what then stands on the page, for the browser tests."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from planner.apps.page.texts import say

CLUSTER = "示例县番茄制品产业集群（虚构示例）"
RULES = "abcdefg"
GRID = "table.pl-grid[role=grid]"
_TABLE = """(table) => {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...table.tBodies[0].rows].map((row) =>
    [row.dataset.id, [...row.cells].map((cell, n) => [heads[n], cell.dataset.text, cell.dataset.marks])]);
}"""


def open_app(page, url, lang="zh"):
    """Open the page in a language."""
    page.goto(url)
    page.wait_for_selector(".pl-pages [aria-current]")
    speak(page, lang)


def speak(page, lang):
    """Choose a language."""
    page.click(f".pl-language [lang={lang}]")
    page.wait_for_selector(f"html[lang^={lang}]")


def button(page, key, lang="zh", **facts):
    """Return the button that bears one of the page's words."""
    return page.get_by_role("button", name=say(key, lang, **facts), exact=True)


def upload(page, name, data, kind="baseline"):
    """Upload bytes under a name."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.set_input_files(f"input[data-kind={kind}]", file)


def go(page, name):
    """Turn to a page."""
    page.click(f"[data-page={name}]:not([disabled])")
    page.wait_for_selector(f"[data-page={name}][aria-current]")
    page.wait_for_selector(f".pl-{name}, .pl-main :is(.pl-compare, .pl-files)", state="attached")


def open_example(page, lang="zh", number=0):
    """Open one of the examples and go to its goals."""
    menu = page.locator(".pl-examples select").first
    menu.select_option(index=number)
    button(page, "open_example", lang).click()
    page.wait_for_selector(f".pl-start {GRID} tr[data-id=output]")
    go(page, "goals")
    page.wait_for_selector("[data-year='2028'] .pl-box")


def hand(page, indicator):
    """Take an indicator in hand."""
    page.click(f".pl-goals {GRID} tr[data-id={indicator}] th")
    name = page.locator(f".pl-goals {GRID} tr[data-id={indicator}]").get_attribute("data-name")
    expect(page.locator(".pl-tuner h2")).to_contain_text(name)


def year(page, number):
    """Return the tuner's line of a year."""
    return page.locator(f".pl-tuner [data-year='{number}']")


def type_box(page, number, value):
    """Type into the number box of a year."""
    box = year(page, number).locator(".pl-box")
    box.fill(value)
    box.press("Enter")


def tune(page, indicator, number, value):
    """Tune an indicator by its number box, and wait until the table shows it."""
    hand(page, indicator)
    type_box(page, number, value)
    expect(cell(page, indicator, number)).to_have_attribute("data-text", value)


def cell(page, indicator, number):
    """Return a cell of the table in sight, by the year that heads its column."""
    row = page.locator(f".pl-main {GRID} tr[data-id={indicator}]")
    row.wait_for()
    heads = page.locator(f".pl-main {GRID}").first.locator("thead th").all_inner_texts()
    return row.locator(":scope > *").nth(heads.index(str(number)))


def goal_table(page):
    """Return the table in sight: indicator, then year (the base year included), then text."""
    rows = page.locator(f".pl-main {GRID}").first.evaluate(_TABLE)
    return {
        key: {int(m[0]): text for head, text, _ in cells if (m := re.match(r"\d{4}", head))}
        for key, cells in rows
    }


def marks(page, indicator, number):
    """Return the marks of a cell."""
    return cell(page, indicator, number).get_attribute("data-marks")


def light(page, rule, state=None):
    """Return the light of a rule, once it is in a state."""
    found = page.locator(f"[data-rule={rule}]")
    if state:
        expect(found).to_have_attribute("data-state", state)
    return found


def wait_saved(page):
    """Wait until everything is saved."""
    page.wait_for_selector(".pl-saved[data-state=saved]")


def notices(page):
    """Return what is said on top of the page."""
    found = page.locator(".pl-notices li")
    expect(found.first).to_be_visible()
    return "\n".join(found.all_inner_texts())


def download(page, artefact, patience=60_000):
    """Download an artefact; return its name and content."""
    page.evaluate(
        "for (const folded of document.querySelectorAll('.pl-files details')) folded.open = true"
    )
    with page.expect_download(timeout=patience) as waiting:
        page.click(f"[data-artefact={artefact}]")
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()
