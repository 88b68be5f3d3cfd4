"""From a blank sheet to a form that can be filed, without leaving the page: by mouse, and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import planner as pl
from planner.apps.page.texts import say
from planner.model.formschema import NONE

from .steps import button, download, go, open_app

BASE = pl.read_baseline(pl.shared("baselines") / "example.csv")
FORM = pl.load_form()
ANSWERS = pl.read_answers(pl.shared("baselines") / "example-answers.yaml", FORM)
PASTE = """([row, text]) => {
  const cell = document.querySelector(`.pl-start tr[data-id=${row}]`).cells[2];
  cell.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def block():
    """Return the example's figures as somebody copies them out of a spreadsheet."""
    rows = {}
    for cell, number in BASE.values.items():
        rows.setdefault(cell.indicator, {})[cell.year] = number
    for cell, number in BASE.growth.items():
        rows.setdefault(f"{cell.indicator}_growth", {})[cell.year] = number
    lines = []
    for key, row in rows.items():
        numbers = [str(row.get(year, "")) for year in (2023, 2024, 2025)]
        lines.append("\t".join([BASE.catalogue.label(key, "zh"), *numbers]))
    return "\n".join(lines)


def begin(page):
    """Begin with a blank sheet."""
    page.get_by_label(say("begin_name", "zh")).fill(BASE.cluster)
    button(page, "begin").click()
    page.wait_for_selector(".pl-start tr[data-id=output]")


def ready(page):
    """Return the verdict of the rail."""
    return page.locator(".pl-ready")


def fill_part(page, part):
    """Fill in a part of the form as the example's answers have it."""
    page.click(f"[data-part={part.id}]")
    page.wait_for_selector(f"[data-part={part.id}][aria-current]")
    for item in part.fields:
        told = {slot: text for slot, text in ANSWERS.values.items() if slot.field == item.id}
        if item.same_as or not told:
            continue
        field = page.locator(f"[data-field={item.id}]")
        for slot, text in told.items():
            if item.kind == "choice":
                boxes = field.locator("input")
                at = len(item.options) if slot.part == NONE else int(slot.part) - 1
                boxes.nth(at).check()
            else:
                box = field.locator(f"[data-slot='{slot}']")
                box.fill(text)
                box.blur()


@pytest.mark.usefixtures("record")
def test_by_mouse(page, server, tmp_path):
    open_app(page, server.url)
    begin(page)
    expect(ready(page)).not_to_have_text(f"✓ {say('rail_ready', 'zh')}")
    page.evaluate(PASTE, ["output", block()])
    expect(page.locator(".pl-notices")).to_contain_text("60")
    go(page, "form")
    for part in FORM.record.parts:
        if any(item.fillable for item in part.fields):
            fill_part(page, part)
    for _ in range(60):
        if page.locator(".pl-next").is_hidden():
            break
        page.click(".pl-next")
        page.wait_for_selector(".pl-now")
        why = page.locator(".pl-now input")
        if why.count():
            why.fill("示例理由")
            page.locator(".pl-now .pl-why button").click()
        else:
            page.locator(".pl-field:has(:focus) .pl-draft button").click()
        expect(page.locator(".pl-now")).to_be_hidden()  # it is done
    expect(ready(page)).to_have_text(f"✓ {say('rail_ready', 'zh')}")
    go(page, "export")
    name, data = download(page, "form_docx")
    (tmp_path / name).write_bytes(data)
    found = pl.read_form(tmp_path / name).findings
    assert [item.code for item in found if item.level.value == "must_fix"] == []


def test_by_keyboard(page, server):
    """What a mouse does, keys do: begin, type a number, fill in and tick fields, follow the rail."""
    open_app(page, server.url)
    page.get_by_label(say("begin_name", "zh")).focus()
    page.keyboard.type("甲集群")
    button(page, "begin").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-start tr[data-id=output]")
    page.locator(".pl-start tr[data-id=output] > *").nth(4).focus()
    page.keyboard.type("=455000/10000")
    page.keyboard.press("Enter")
    row = page.locator(".pl-start tr[data-id=output] > *")
    expect(row.nth(4)).to_have_attribute("data-text", "45.50")
    page.locator("[data-group=form]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-open .pl-go")
    page.locator(".pl-open .pl-go").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-field:has(:focus)")
    page.keyboard.type("示例地区")
    page.keyboard.press("Tab")
    expect(page.locator("[data-slot=region]")).to_have_value("示例地区")
    expect(page.locator("[data-field=region] .pl-said")).to_have_count(0)
    page.locator("[data-part=industry]").focus()
    page.keyboard.press("Enter")
    first = page.locator("[data-field=chain_work] input").first
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-field=chain_work] input").first).not_to_be_checked()
    page.locator("[data-group=reasons]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pl-open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pl-open")).to_be_hidden()
