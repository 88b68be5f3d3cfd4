"""A slider moved faster than anybody can plan: stale movements are dropped, the last one counts."""

from __future__ import annotations

from bench.app import MOVE
from playwright.sync_api import expect

from .steps import cell, open_app, open_example, wait_saved, year

BURST = """(values) => {
  const slider = document.querySelector('[data-year="2028"] input[type=range]');
  slider.dispatchEvent(new Event('pointerdown'));
  for (const value of values) {
    slider.value = value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }
  slider.dispatchEvent(new Event('change', { bubbles: true }));
}"""
SENT = """() => {
  window.sent = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { window.sent += 1; return send.call(this, data); };
}"""
# Nobody would wait this long, but a busy machine may take it.
SLOW = 1500


def test_the_last_of_many_movements_is_what_stands(page, server):
    page.add_init_script(f"({SENT})()")
    open_app(page, server.url)
    open_example(page)
    before = page.evaluate("window.sent")
    values = [250 + number / 5 for number in range(200)]
    page.evaluate(BURST, values)
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "289.80")
    expect(year(page, 2028).locator(".pl-box")).to_have_value("289.80")
    assert page.evaluate("window.sent") - before < 20  # 200 movements, a handful of messages
    wait_saved(page)
    page.get_by_role("button", name="撤销").click()
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "247.84")
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()


def test_nothing_grows_while_somebody_tunes(page, server):
    """The same elements are written over: no output area fills up, nothing flickers away."""
    open_app(page, server.url)
    open_example(page)
    page.evaluate(BURST, [260])
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "260.00")
    count = "document.querySelectorAll('*').length"
    row = page.locator("tr[data-id=output]").element_handle()
    before = page.evaluate(count)
    for number in range(30):
        page.evaluate(BURST, [261 + number])
        expect(cell(page, "output", 2028)).to_have_attribute("data-text", f"{261 + number}.00")
    assert abs(page.evaluate(count) - before) < 20
    assert row.evaluate("(row) => row.isConnected")


def test_it_follows_fast_enough_to_be_followed(page, server):
    """A smoke test: figures come from ``tests/bench/app.py`` on a quiet machine."""

    open_app(page, server.url)
    open_example(page)
    page.evaluate(MOVE, [5, 30])
    times = sorted(page.evaluate(MOVE, [15, 30]))
    assert times[len(times) // 2] < SLOW


def test_pages_put_away_listen_to_nothing_any_more(page, server):
    """Turning to and fro leaves nothing behind that draws along."""
    page.add_init_script("""
      window.heard = 0;
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (name, ...rest) {
        if (String(name).startsWith('planner-')) {
          window.heard += 1;
          rest[1]?.signal?.addEventListener('abort', () => { window.heard -= 1; });
        }
        return add.call(this, name, ...rest);
      };""")
    open_app(page, server.url)
    open_example(page)
    page.evaluate(BURST, [260])
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "260.00")
    before = page.evaluate("window.heard")
    for _ in range(5):
        for name in ("charts", "goals"):
            page.click(f"[data-page={name}]")
            page.wait_for_selector(f"[data-page={name}][aria-current]")
    page.wait_for_selector(".pl-tuner [data-year]")
    assert page.evaluate("window.heard") <= before
