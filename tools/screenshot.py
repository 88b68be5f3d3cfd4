"""Take the README's pictures of the page: docs/page.png in English, docs/page.zh.png in Chinese.

python tools/screenshot.py [FOLDER]

Starts `planner app` on a temporary folder, opens the made-up example in a browser, asks for fewer
patents than their rule does and has the repair listed: a light is red, chart and odds have followed.
To be run again when the page looks different. Needs Playwright and Chromium, as the tests of the
page do, whose server and steps it uses.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import steps  # noqa: E402
from browser.conftest import ARGUMENTS, CHROMIUM, EXPECTED, Server  # noqa: E402

SCREEN = {"width": 1366, "height": 768}  # a small notebook's
PICTURES = {"en": "page.png", "zh": "page.zh.png"}
SETTLED = 1000  # ms after the last figure has come, for the chart to be painted


def take(browser: Browser, url: str, lang: str, path: Path) -> None:
    """Take the picture in one language, down to the last line that is whole."""
    context = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    steps.open_app(page, url, lang)
    steps.open_example(page, lang)
    steps.hand(page, "patents")
    odds = page.locator(".pl-oddsyears")
    expect(odds).to_contain_text("2028")
    before = odds.inner_text()
    steps.type_box(page, 2028, "300")
    steps.light(page, "d", "unmet")
    expect(odds).not_to_have_text(before)
    steps.wait_saved(page)
    page.locator(".pl-filter input:visible").check()
    steps.button(page, "repair", lang).click()
    expect(page.locator(".pl-panel")).to_contain_text("326")
    page.wait_for_timeout(SETTLED)
    end = page.locator(".pl-oddshand button").evaluate("(it) => it.getBoundingClientRect().bottom")
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": SCREEN["width"], "height": end + 3})
    context.close()


def main(folder: Path) -> None:
    """Take the pictures."""
    expect.set_options(timeout=EXPECTED)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        server = Server(Path(name))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            for lang, file in PICTURES.items():
                take(browser, server.url, lang, folder / file)
                print(folder / file)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
