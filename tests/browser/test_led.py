"""The page leads: doubts about a file, findings, help, scenarios and kept plans, each with a click."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from planner.apps.page.texts import say

from . import steps
from .conftest import Server
from .steps import button, go, hand, open_app, open_example, wait_saved

AXE = os.environ.get("PLANNER_AXE", "")
TABLE = """指标,单位,2023,2024,2025
集群产值总额,万元,1473200,1650800,1862000
中小企业产值,,1129000,1275500,1456100
研发经费投入,亿元,3.6,4.1,4.65
有效发明专利数量,件,158,184,214
"""


@pytest.fixture
def clean(page):
    """Return how to have axe-core look at the page as it is, where it is at hand."""

    def look():
        if not Path(AXE).is_file():
            return []
        page.add_script_tag(path=AXE)
        page.wait_for_timeout(300)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [(v["impact"], v["id"], v["nodes"][0]["html"][:160]) for v in found]

    return look


def test_a_file_as_people_make_it_is_settled_by_clicks_beside_it(page, server, clean):
    open_app(page, server.url)
    steps.upload(page, "我县.csv", TABLE.encode())
    expect(page.locator(".pl-doubts li")).to_have_count(2)
    page.locator(".pl-read summary").click()
    page.click("[data-key=C3]")
    expect(page.locator(".pl-how")).to_contain_text("1129000")
    assert clean() == []
    page.get_by_role("button", name="读作 112.9 亿元").click()
    expect(steps.cell(page, "sme_output", 2025)).to_have_attribute("data-text", "145.61")
    expect(page.locator("[data-read=used] [data-key=C3]")).to_be_visible()
    page.locator(".pl-doubts select").select_option("output")
    expect(steps.cell(page, "output", 2025)).to_have_attribute("data-text", "186.20")
    expect(page.locator(".pl-doubts li")).to_have_count(0)
    page.click("[data-key=A4]")
    page.get_by_label(say("read_means", "zh")).select_option("revenue")
    page.locator(".pl-how").get_by_role("button", name=say("form_keep", "zh")).click()
    expect(steps.cell(page, "revenue", 2025)).to_have_attribute("data-text", "4.65")
    page.keyboard.press("Control+z")
    expect(steps.cell(page, "rd_spend", 2025)).to_have_attribute("data-text", "4.65")


def test_a_number_of_another_size_is_mended_in_the_notice(page, server):
    open_app(page, server.url)
    open_example(page)
    go(page, "start")
    found = steps.cell(page, "rd_spend", 2025)
    found.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("46500")
    page.keyboard.press("Enter")
    page.locator(".pl-notices").get_by_role("button", name="读作 4.65 亿元").click()
    expect(page.locator(".pl-notices")).to_be_hidden()
    expect(found).to_have_attribute("data-text", "4.65")


def test_what_misses_a_rule_is_set_to_it_from_the_rail_and_a_figure_entered_in_its_light(
    page, server, clean
):
    open_app(page, server.url)
    open_example(page)
    steps.tune(page, "output", 2028, "240.00")
    expect(page.locator(".pl-hardest")).to_contain_text("离要求最远的是集群总产值")
    page.click("[data-group=rules]")
    page.locator(".pl-open").get_by_role("button", name="改为 247.84").click()
    expect(steps.cell(page, "output", 2028)).to_have_attribute("data-text", "247.84")
    page.keyboard.press("Escape")
    steps.light(page, "e").click()
    page.locator(".pl-enter summary").click()
    for name, text in (("value", "41.5"), ("scope", "新疆食品制造业"), ("source", "某厅快报")):
        page.locator(f"#pl-enter-own_figure-e-{name}").fill(text)
    assert clean() == []
    page.locator(".pl-enter button").click()
    expect(steps.light(page, "e").locator(".pl-figures")).to_contain_text("41.50")


def test_help_opens_and_closes_by_the_keyboard_and_the_tour_can_be_left(page, server, clean):
    open_app(page, server.url)
    open_example(page)
    mark = page.locator(".pl-grid th .pl-help").first
    mark.focus()
    page.keyboard.press("Enter")
    box = page.locator(".pl-helpbox:popover-open")
    expect(box).to_have_text(say("help_needed", "zh"))
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(mark).to_be_focused()
    button(page, "tour").click()
    expect(page.locator(".pl-tour")).to_contain_text("1/7")
    for at in range(2, 8):
        page.keyboard.press("Enter")
        expect(page.locator(".pl-tour")).to_contain_text(f"{at}/7")
        expect(page.locator(".pl-toured")).to_have_count(1)
        if at in {2, 6}:
            assert clean() == []
    page.keyboard.press("Escape")
    expect(page.locator(".pl-tour")).to_be_hidden()
    expect(page.locator(".pl-toured")).to_have_count(0)


def test_a_step_tells_what_it_moved_and_a_slider_what_is_asked(page, server):
    open_app(page, server.url)
    open_example(page)
    steps.tune(page, "energy", 2028, "49.40")
    expect(page.locator(".pl-gridhead .pl-wake")).to_contain_text("集群总产值 247.84→250.25")
    hand(page, "output")
    ticks = page.locator(".pl-tuner [data-year='2028'] .pl-tick")
    kinds = {tick.get_attribute("data-kind") for tick in ticks.all()}
    assert {"need", "trend"} <= kinds
    box = page.locator(".pl-tuner [data-year='2028'] .pl-track").bounding_box()
    for tick in ticks.all():
        where = tick.bounding_box()
        assert box["x"] <= where["x"] + where["width"] / 2 <= box["x"] + box["width"]


def test_notices_move_nothing_and_closing_one_closes_nothing_else(page, server):
    open_app(page, server.url)
    open_example(page)
    button(page, "why").click()
    page.wait_for_selector(".pl-panel p")
    before = page.locator(".pl-goals .pl-grid").first.bounding_box()
    hand(page, "output")
    steps.type_box(page, 2028, "abc")
    expect(page.locator(".pl-notices")).to_be_visible()
    assert page.locator(".pl-goals .pl-grid").first.bounding_box() == before
    page.locator(".pl-notices .pl-close").click()
    expect(page.locator(".pl-notices")).to_be_hidden()
    expect(page.locator(".pl-panel p")).to_be_visible()


def test_documents_are_looked_at_in_place(page, server, clean):
    open_app(page, server.url)
    open_example(page)
    go(page, "export")
    page.click("[data-look=form_docx]")
    sheet = page.frame_locator(".pl-preview iframe")
    expect(sheet.locator("body")).to_contain_text("247.84")
    page.click("[data-look=goals_pdf]")
    expect(page.locator(".pl-preview img")).to_have_count(3)
    drawn = "image => image.complete && image.naturalWidth > 0"
    page.wait_for_function(f"[...document.querySelectorAll('.pl-preview img')].every({drawn})")
    assert clean() == []
    page.keyboard.press("Escape")
    expect(page.locator(".pl-preview")).to_be_hidden()


def test_kept_plans_are_renamed_copied_and_put_away(page, server, clean):
    open_app(page, server.url)
    page.get_by_label(say("begin_name", "zh")).fill("丙县丝绸")
    button(page, "begin").click()
    page.wait_for_selector(".pl-start tr[data-id=output]")
    wait_saved(page)
    line = page.locator(".pl-plans li[data-key='丙县丝绸']")
    expect(line).to_have_attribute("aria-current", "true")
    assert clean() == []
    line.get_by_role("button", name=say("kept_copy", "zh")).click()
    copy = page.locator(".pl-plans li[data-key='丙县丝绸-2']")
    copy.locator("input").fill("丙县丝绸 备用")
    copy.locator("input").press("Tab")
    other = page.locator(".pl-plans li[data-key='丙县丝绸-备用']")
    other.get_by_role("button", name=say("scenario_remove", "zh")).click()
    expect(page.locator(".pl-notices")).to_contain_text("deleted")
    expect(other).to_have_count(0)
    assert (server.folder / "丙县丝绸.study.json").is_file()


def test_a_server_that_is_gone_is_told_soon_and_nothing_claims_to_be_saved(page, tmp_path):
    server = Server(tmp_path)
    try:
        open_app(page, server.url)
        open_example(page)
        steps.tune(page, "output", 2028, "260.00")
        wait_saved(page)
        server.kill()
        steps.type_box(page, 2028, "270")
        expect(page.locator(".pl-lost")).to_be_visible(timeout=8_000)
        expect(page.locator(".pl-saved")).to_be_hidden()
    finally:
        server.kill()


def test_goals_in_words_are_written_beside_the_numbers(page, server):
    open_app(page, server.url)
    open_example(page)
    row = page.locator(".pl-goals tr[data-id=opening] > *")
    row.nth(4).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("与5所高校共建实验室")
    page.keyboard.press("Enter")
    expect(row.nth(4)).to_have_attribute("data-text", "与5所高校共建实验室")
    go(page, "form")
    page.locator(".pl-parts button", has_text="发展规划").click()
    expect(page.locator("[data-slot*='opening.']").last).to_have_value("与5所高校共建实验室")


def test_after_enter_the_panel_stays_on_what_was_edited(page, server):
    open_app(page, server.url)
    open_example(page)
    hand(page, "patents")
    found = steps.cell(page, "patents", 2028)
    found.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("400")
    page.keyboard.press("Enter")
    expect(found).to_have_attribute("data-text", "400")
    expect(page.locator(".pl-tuner h2")).to_contain_text("有效发明专利数量")
    steps.light(page, "d").click()
    expect(page.locator(".pl-detail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pl-detail")).to_be_hidden()
