"""The page can be used without a mouse and without telling colours apart (axe-core finds nothing)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

AXE = os.environ.get("PLANNER_AXE", "")


@pytest.fixture
def audit(page, server):
    """Return how to have axe-core look at the page as it is."""
    if not Path(AXE).is_file():
        missing = pytest.fail if os.environ.get("PLANNER_REQUIRE_BROWSER") else pytest.skip
        missing("PLANNER_AXE names no axe.min.js")
    page.goto(server.url)
    page.wait_for_selector(".pl-main[role=main]")
    page.add_script_tag(path=AXE)

    def look():
        page.wait_for_timeout(300)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [(v["impact"], v["id"], v["nodes"][0]["html"][:120]) for v in found]

    return look


def opened(page):
    example = page.locator(".pl-examples .jupyter-button").first
    example.wait_for(state="attached")
    if example.is_visible():  # folded once something is open
        example.click()
    page.locator("[data-page=goals]:not([disabled])").click()
    page.wait_for_selector(".pl-tuner [data-year]")


@pytest.mark.parametrize("language", ["中文", "English"])
def test_nothing_stands_in_the_way_of_anybody(page, audit, language):
    page.get_by_role("button", name=language, exact=True).click()
    assert audit() == []
    page.locator(".pl-examples .jupyter-button").first.click()
    page.wait_for_selector("tr[data-id=output]")
    assert audit() == []
    opened(page)
    assert audit() == []
    box = page.locator('[data-year="2028"] input[type=text]')
    box.fill("240")
    box.press("Enter")
    page.locator("[data-rule=a][data-state=unmet]").click()
    page.wait_for_selector(".pl-detail dl")
    assert audit() == []
    page.locator("[data-rule=f]").click()
    page.wait_for_selector(".pl-detail fieldset")
    assert audit() == []
    page.locator("[data-rule=f]").click()
    for button, shown in ((0, ".pl-panel .pl-grid"), (1, ".pl-panel ul")):
        page.locator(".pl-goals .jupyter-button").nth(button).click()
        page.wait_for_selector(shown)
        assert audit() == []
    page.locator("[data-page=form]").click()
    for part in ("basics", "industry", "digital", "completion", "plan"):
        page.locator(f"[data-part={part}]").click()
        page.wait_for_selector(f"[data-part={part}][aria-current]")
        assert audit() == []
    page.locator("[data-group=reasons]").click()
    page.wait_for_selector(".pl-open .pl-why")
    assert audit() == []
    page.locator(".pl-next").click()
    page.wait_for_selector(".pl-now")
    assert audit() == []
    for name in ("charts", "scenarios", "export"):
        page.locator(f"[data-page={name}]").click()
        page.wait_for_selector(f"[data-page={name}][aria-current]")
        assert audit() == []


def test_axe_would_find_something(page, audit):
    page.evaluate("document.querySelector('.pl-main').append(document.createElement('input'))")
    assert any(rule == "label" for _, rule, _ in audit())


def test_everything_can_be_done_by_keyboard_alone(page, server):
    """From the empty page to a repaired plan, never touching the mouse."""
    page.goto(server.url)
    page.wait_for_selector(".pl-start")
    focus(page, ".pl-examples .jupyter-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-page=goals]:not([disabled])")
    focus(page, "[data-page=goals]", backwards=True)
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-tuner [data-year]")
    focus(page, ".pl-goals .pl-grid [tabindex='0']")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.type("240")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-rule=a][data-state=unmet]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("p")
    page.wait_for_selector('tr[data-id=output] td[data-marks*=p][data-text="240.00"]')
    page.keyboard.press("p")
    page.wait_for_selector('tr[data-id=output] td[data-marks=e][data-text="247.84"]')
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.wait_for_selector('tr[data-id=output] td[data-marks*=w][data-text="240.00"]')
    focus(page, ".pl-goals .jupyter-button", backwards=True, text="一键修正")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pl-panel .jupyter-button")
    focus(page, ".pl-panel .jupyter-button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-rule=a][data-state=met]")


def focus(page, selector: str, *, backwards: bool = False, text: str = "") -> None:
    """Press Tab until the focus is on what is looked for."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        found = page.evaluate(
            "([selector, text]) => document.activeElement.matches(selector)"
            " && document.activeElement.textContent.includes(text)",
            [selector, text],
        )
        if found:
            return
    pytest.fail(f"the keyboard never gets to {selector}")


def test_a_state_is_a_sign_and_a_word_before_it_is_a_colour(page, server):
    page.goto(server.url)
    opened(page)
    box = page.locator('[data-year="2028"] input[type=text]')
    box.fill("240")
    box.press("Enter")
    page.wait_for_selector("[data-rule=a][data-state=unmet]")
    assert page.locator("[data-rule=a]").inner_text().startswith("✗")
    assert "未达标" in page.locator("[data-rule=a]").inner_text()
    assert page.locator("[data-rule=b]").inner_text().startswith("✓")
    signs = {text[:1] for text in page.locator("td.pl-state").all_inner_texts()}
    assert signs == {"✓", "✗", "–"}
