"""Feasibility in the page: the odds that Python tells, alive while a target moves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

import planner as pl

from . import steps

YEAR = 2028


@pytest.fixture(scope="module")
def plan():
    return pl.plan(pl.shared("baselines") / "example.xlsx")


def shown(page) -> dict[str, str]:
    """Return the column of odds of the goal table, by indicator."""
    table = page.locator(".pl-goals table.pl-grid").first  # below it stand the goals in words
    heads = table.locator("thead th").all_inner_texts()
    place = next(n for n, head in enumerate(heads) if "把握" in head or "Odds" in head)
    return {
        row.get_attribute("data-id"): row.locator(":scope > *").nth(place).inner_text().strip()
        for row in table.locator("tr[data-id]").all()
    }


def told(plan) -> dict[str, str]:
    odds = plan.odds()
    return {row.id: str(odds.chances.get((row.id, YEAR), "")) for row in plan.goals}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_odds_of_the_page_are_those_of_python(page, server, plan, lang):
    steps.open_app(page, server.url, lang)
    steps.open_example(page, lang)
    steps.go(page, "goals")
    expect(page.locator(".pl-odds")).to_be_visible()
    assert shown(page) == told(plan)
    assert page.locator(".pl-joint b").inner_text() == str(plan.odds().joint)
    assert page.locator(".pl-chart svg polygon").count() == 1

    steps.tune(page, "output", YEAR, "280.00")
    moved = plan.wish("output", YEAR, 280)
    expect(page.locator(".pl-oddsrow[data-indicator=output] b")).to_have_text(
        str(moved.odds().chances["output", YEAR])
    )
    assert shown(page) == told(moved)
    years = page.locator(".pl-oddsyears").inner_text()
    for number, chance in moved.odds()["output"].chances.items():
        assert f"{number} {chance}" in years


def test_the_safe_target_is_one_click_away(page, server, plan):
    steps.open_app(page, server.url)
    steps.open_example(page)
    steps.go(page, "goals")
    page.locator(".pl-oddsrow[data-indicator=rd_spend]").click()
    expect(page.locator(".pl-oddshand h3")).to_contain_text("研发经费投入")
    safe = plan.odds()["rd_spend"].safe
    expect(page.locator(".pl-safe")).to_contain_text(str(safe))
    page.locator(".pl-safe").click()
    steps.light(page, "c", "met")
    eased = plan.wish("rd_spend", YEAR, safe).odds()
    expect(page.locator(".pl-oddsrow[data-indicator=rd_spend] b")).to_have_text(
        str(eased.chances["rd_spend", YEAR])
    )
    assert Decimal(steps.goal_table(page)["rd_spend"][YEAR]) == safe
    # What four of five paths reach of patents breaks rule d: it is told, and no button takes it.
    page.locator(".pl-oddsrow[data-indicator=patents]").click()
    expect(page.locator(".pl-oddshand h3")).to_contain_text("有效发明专利数量")
    expect(page.locator(".pl-safe")).to_be_hidden()
    safe = plan.odds()["patents"].safe
    expect(page.locator(".pl-oddslines")).to_contain_text(f"八成把握只到 {safe}")


def test_repair_for_odds_is_listed_before_it_is_taken(page, server, plan):
    steps.open_app(page, server.url)
    steps.open_example(page)
    steps.go(page, "goals")
    steps.tune(page, "output", YEAR, "290.00")
    steps.button(page, "repair_odds").click()
    expect(page.locator(".pl-panel tbody tr").first).to_be_visible(timeout=30_000)
    before, after = plan.wish("output", YEAR, 290).repair(prefer="odds").repaired.odds
    expect(page.locator(".pl-panel")).to_contain_text(f"由 {before} 变为 {after}")
    steps.button(page, "accept").click()
    for rule in "abcdefg":
        steps.light(page, rule, "met")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_peers_are_uploaded_told_of_and_put_away(page, server, plan, lang):
    peers = pl.shared("baselines") / "example-peers.csv"
    steps.open_app(page, server.url, lang)
    steps.open_example(page, lang)
    steps.go(page, "start")
    steps.upload(page, "peers.csv", peers.read_bytes(), kind="peers")
    drop = steps.button(page, "drop_peers", lang, n=10)
    expect(drop).to_be_visible()
    steps.go(page, "goals")
    odds = plan.odds(peers=peers)
    expect(page.locator(".pl-oddsrow[data-indicator=output] b")).to_have_text(
        str(odds.chances["output", YEAR])
    )
    assert shown(page) == {row.id: str(odds.chances.get((row.id, YEAR), "")) for row in plan.goals}
    steps.wait_saved(page)
    page.reload()
    page.wait_for_selector(".pl-odds")
    assert page.locator(".pl-joint b").inner_text() == str(odds.joint)
    steps.go(page, "start")
    drop.click()
    expect(drop).to_be_hidden()
    steps.go(page, "goals")
    assert shown(page) == told(plan)
