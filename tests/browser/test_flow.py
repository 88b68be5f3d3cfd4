"""The app from a baseline to the files handed in, in both languages, as somebody clicks through it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import docx
import openpyxl
import pypdf
import pytest
from playwright.sync_api import expect

import planner
from planner.apps.page.artefacts import OFFERED
from planner.apps.page.texts import say
from planner.core.resources import shared
from planner.model.catalogue import shipped

from . import steps
from .steps import CLUSTER, RULES, cell, go, goal_table, light, tune, wait_saved, year

EXAMPLE = shared("baselines") / "example.xlsx"
YEARS = (2025, 2026, 2027, 2028)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def goals(page, server):
    """Return a page with the goals of the example."""
    steps.open_app(page, server.url)
    steps.open_example(page)
    return page


def same(text, value):
    """Whether a file holds the number that the page prints."""
    if text in {"", "—"}:
        return value in {None, "", "—"}
    return value not in {None, ""} and Decimal(text) == round(Decimal(str(value)), 6)


def numbers(table):
    """Return each indicator's numbers in order, as printed."""
    return {key: [row[number] for number in YEARS] for key, row in table.items()}


# -- the whole way --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_workbook_to_the_files(page, server, tmp_path, lang):
    steps.open_app(page, server.url, lang)
    steps.upload(page, EXAMPLE.name, EXAMPLE.read_bytes())
    found = page.locator(".pl-start tr[data-id=area] td").last
    expect(found).to_contain_text({"zh": "为空", "en": "blank"}[lang])
    expect(page.locator(".pl-start details:has(> .pl-findings) summary")).to_contain_text(
        say("other_findings", lang)
    )
    go(page, "goals")
    start = goal_table(page)
    assert start["output"] == {2025: "186.20", 2026: "204.83", 2027: "225.31", 2028: "247.84"}
    for rule in RULES:
        light(page, rule, "met")

    tune(page, "output", 2028, "240.00")
    light(page, "a", "unmet")
    tuned = goal_table(page)
    for follower in ("leading_output", "sme_output", "energy"):
        assert Decimal(tuned[follower][2028]) < Decimal(start[follower][2028]), follower
    assert tuned["leading_share"] == start["leading_share"]
    assert tuned["output_growth_3y"][2028] == "8.83"
    assert tuned["patents"] == start["patents"]

    steps.button(page, "repair", lang).click()
    changes = page.locator(".pl-panel tbody tr")
    expect(changes.first).to_be_visible()
    assert goal_table(page) == tuned
    light(page, "a", "unmet")
    listed = {}
    for line in changes.all():
        texts = [c.get_attribute("data-text") for c in line.locator(":scope > *").all()]
        listed[line.get_attribute("data-id")] = texts[1:]
    steps.button(page, "accept", lang).click()
    for rule in RULES:
        light(page, rule, "met")
    expect(page.locator(".pl-panel tbody tr")).to_have_count(0)
    fixed = goal_table(page)
    moved = {
        f"{key}@{number}": [str(number), tuned[key][number], fixed[key][number]]
        for key in fixed
        for number in YEARS
        if fixed[key][number] != tuned[key][number]
    }
    assert fixed["output"][2028] == "247.84"
    told = {key.replace(" ", "@"): texts for key, texts in listed.items()}
    assert {key: texts[:3] for key, texts in told.items()}.items() <= moved.items()
    assert "output@2028" in told
    assert all(texts[3] for texts in told.values())  # each change has its reason

    wait_saved(page)
    go(page, "export")
    check_files(page, fixed, tmp_path)

    page.reload()
    page.wait_for_selector(".pl-goals tr[data-id=output]")
    assert goal_table(page) == fixed
    steps.speak(page, lang)
    check_undo(page, fixed, lang)


def check_undo(page, before, lang):
    """One change goes back and forth, by button and by keys."""
    tune(page, "output", 2028, "250.00")
    after = goal_table(page)
    undo = page.locator(".pl-top button", has_text=say("undo", lang))
    redo = page.locator(".pl-top button", has_text=say("redo", lang))
    undo.click()
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "247.84")
    assert goal_table(page) == before
    redo.click()
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "250.00")
    assert goal_table(page) == after
    cell(page, "smes", 2028).click()
    page.keyboard.press("Control+z")
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "247.84")
    page.keyboard.press("Control+y")
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "250.00")
    page.keyboard.press("Control+z")
    expect(cell(page, "output", 2028)).to_have_attribute("data-text", "247.84")
    assert goal_table(page) == before


def check_files(page, table, folder):
    """Every artefact is named for its reader and holds the numbers of the page."""
    today = dt.datetime.now().astimezone().date().isoformat()
    made = {}
    for key, (_, suffix) in OFFERED.items():
        name, made[key] = steps.download(page, key)
        assert name.startswith(CLUSTER), name
        assert today in name, name
        assert name.endswith(suffix), name
    printed = numbers(table)

    sheet = openpyxl.load_workbook(io.BytesIO(made["goals_xlsx"]), data_only=True).worksheets[0]
    rows = {row[12]: row[3:7] for row in sheet.iter_rows(min_row=6, values_only=True) if row[12]}
    words = {key for key in rows if key in shipped().directions}  # they stand on the form's page
    assert rows.keys() - words == printed.keys()
    for key, texts in printed.items():
        assert all(same(text, value) for text, value in zip(texts, rows[key], strict=True)), key

    lines = csv.DictReader(io.StringIO(made["goals_csv"].decode("utf-8-sig")))
    columns = ("baseline", "2026", "2027", "2028")
    told = {line["indicator"]: [line[c] for c in columns] for line in lines}
    assert told.keys() - printed.keys() == words
    assert {key: texts for key, texts in told.items() if key not in words} == {
        key: ["" if text == "—" else text for text in texts] for key, texts in printed.items()
    }

    (folder / "plan.json").write_bytes(made["plan_json"])
    plan = planner.read_plan(folder / "plan.json")
    assert {row.id: [row.baseline, *row.values.values()] for row in plan.goals} == {
        key: [Decimal(text) if text not in {"", "—"} else None for text in texts]
        for key, texts in printed.items()
    }

    tables = docx.Document(io.BytesIO(made["goals_docx"])).tables
    stages = [[c.text for c in row.cells][3:] for row in tables[3].rows[1:]]
    # The annex has the goals first that rules speak of.
    assert sorted(stages) == sorted(printed.values())
    pages = pypdf.PdfReader(io.BytesIO(made["goals_pdf"])).pages
    text = " ".join(" ".join(one.extract_text() for one in pages).split())
    assert all(" ".join(texts) in text for texts in printed.values())

    form = docx.Document(io.BytesIO(made["form_docx"]))
    text = "".join(form.element.body.itertext())
    for key in ("output", "quality_smes", "rd_spend", "patents", "iiot_share", "co2"):
        pair = f"{re.escape(printed[key][0])}.{{1,16}}(提高到|增加到|达到|降至|up to |down to ){re.escape(printed[key][3])}"
        assert re.search(pair, text), key

    evidence = openpyxl.load_workbook(io.BytesIO(made["evidence_xlsx"])).worksheets[0]
    told = " ".join(str(value) for row in evidence.iter_rows(values_only=True) for value in row)
    assert printed["patents"][0] in told

    (folder / "baseline.xlsx").write_bytes(made["baseline_xlsx"])
    base = planner.read_baseline(folder / "baseline.xlsx")
    assert base.values == planner.read_baseline(EXAMPLE).values

    with zipfile.ZipFile(io.BytesIO(made["charts"])) as charts:
        assert len(charts.namelist()) == 4
        assert all(charts.read(name).startswith(PNG) for name in charts.namelist())
    with zipfile.ZipFile(io.BytesIO(made["pack"])) as pack:
        assert pack.testzip() is None
        assert pack.read("plan.json") == made["plan_json"]
        lang = "en" if "goals.csv" in pack.namelist() else "zh"
        assert pack.read(say("file_goals_csv", lang)) == made["goals_csv"]
        inside = ("goals_xlsx", "goals_docx", "goals_pdf", "form_docx", "evidence_xlsx")
        assert {say(f"file_{key}", lang) for key in inside} <= set(pack.namelist())


# -- tuning ---------------------------------------------------------------------------------


def undo(page):
    return page.locator(".pl-top button").first


def test_arrow_keys_move_a_slider(goals):
    slider = year(goals, 2028).locator(".pl-slider")
    slider.focus()
    goals.keyboard.press("ArrowRight")
    expect(cell(goals, "output", 2028)).not_to_have_attribute("data-text", "247.84")
    once = Decimal(goal_table(goals)["output"][2028])
    assert once > Decimal("247.84")
    goals.keyboard.press("ArrowLeft")
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "247.84")
    expect(year(goals, 2028).locator(".pl-box")).to_have_value("247.84")
    undo(goals).click()  # without leaving the slider all of it is one step
    expect(undo(goals)).to_be_disabled()


def test_no_press_of_a_held_arrow_key_is_lost(goals):
    slider = year(goals, 2028).locator(".pl-slider")
    slider.focus()
    goals.keyboard.press("ArrowRight")
    expect(cell(goals, "output", 2028)).not_to_have_attribute("data-text", "247.84")
    step = Decimal(goal_table(goals)["output"][2028]) - Decimal("247.84")
    for _ in range(19):
        goals.keyboard.press("ArrowRight")
    text = str(Decimal("247.84") + 20 * step)
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", text)


def test_a_drag_with_the_mouse_is_one_step(goals):
    box = year(goals, 2028).locator(".pl-slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    goals.mouse.move(box["x"] + box["width"] / 2, middle)
    goals.mouse.down()
    for part in range(50, 96, 3):
        goals.mouse.move(box["x"] + box["width"] * part / 100, middle)
        goals.wait_for_timeout(15)  # a hand is not faster
    goals.mouse.up()
    expect(goals.locator(".pl-busy.pl-on")).to_have_count(0)
    shown = year(goals, 2028).locator(".pl-box").input_value()
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", shown)
    assert Decimal(shown) > Decimal(260)
    wait_saved(goals)
    undo(goals).click()
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "247.84")
    expect(undo(goals)).to_be_disabled()


def test_a_box_never_shows_what_the_plan_does_not_hold(goals):
    box = year(goals, 2028).locator(".pl-box")
    steps.type_box(goals, 2028, "很多")
    assert "很多" in steps.notices(goals)
    assert goal_table(goals)["output"][2028] == "247.84"
    box.blur()
    expect(box).to_have_value("247.84")


def test_a_table_cell_is_typed_over(goals):
    cell(goals, "patents", 2028).click()
    goals.keyboard.type("400")
    goals.keyboard.press("Enter")
    expect(cell(goals, "patents", 2028)).to_have_attribute("data-text", "400")
    assert "w" in steps.marks(goals, "patents", 2028)
    expect(cell(goals, "patents_per_10k", 2028)).not_to_have_attribute("data-text", "174.89")


def test_a_pinned_year_holds_while_others_are_tuned(goals):
    pin = year(goals, 2027).locator(".pl-pin")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(year(goals, 2027).locator(".pl-mark")).to_have_text(say("pinned", "zh"))
    assert "p" in steps.marks(goals, "output", 2027)
    tune(goals, "output", 2028, "280.00")
    assert goal_table(goals)["output"][2027] == "225.31"
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "false")
    expect(year(goals, 2027).locator(".pl-mark")).to_have_text("")
    expect(cell(goals, "output", 2027)).not_to_have_attribute("data-text", "225.31")
    assert goal_table(goals)["output"][2028] == "280.00"


def test_a_pin_by_key(goals):
    cell(goals, "patents", 2027).click()
    goals.keyboard.press("p")
    expect(cell(goals, "patents", 2027)).to_have_attribute("data-marks", re.compile("p"))
    goals.keyboard.press("p")
    expect(cell(goals, "patents", 2027)).not_to_have_attribute("data-marks", re.compile("p"))


def test_another_stage_shape_moves_the_years_between(goals):
    before = goal_table(goals)["output"]
    goals.select_option("#pl-shape", "front")
    expect(cell(goals, "output", 2026)).not_to_have_attribute("data-text", before[2026])
    after = goal_table(goals)["output"]
    assert Decimal(after[2026]) > Decimal(before[2026])
    assert after[2028] == before[2028]
    steps.button(goals, "release").click()
    expect(cell(goals, "output", 2026)).to_have_attribute("data-text", before[2026])
    expect(goals.locator("#pl-shape")).to_have_value("constant")


# -- rules ----------------------------------------------------------------------------------


def test_another_reading_of_rule_f_has_another_formula(goals):
    light(goals, "f", "met").click()
    detail = goals.locator(".pl-detail")
    formula = detail.locator("dt", has_text=say("formula", "zh")).locator("+ dd")
    expect(detail).to_contain_text("二氧化碳排放量下降率不低于行业平均水平")
    before, co2 = formula.inner_text(), goal_table(goals)["co2"][2028]
    expect(detail.locator(".pl-readings input:checked")).to_have_count(1)
    expect(detail.locator(".pl-figures input:checked")).to_have_count(1)
    detail.locator("label", has_text="按单位产值").click()
    expect(formula).not_to_have_text(before)
    expect(detail.locator("label", has_text="按单位产值").locator("input")).to_be_checked()
    light(goals, "f", "met")
    assert Decimal(goal_table(goals)["co2"][2028]) > Decimal(co2)  # output grows meanwhile
    undo(goals).click()
    expect(formula).to_have_text(before)


def test_the_certification_light_tells_each_threshold(goals):
    light(goals, "cert", "unknown").click()
    detail = goals.locator(".pl-detail")
    expect(detail.locator("dt").first).to_be_visible()
    found = detail.locator("dt").all_inner_texts()
    assert len(found) >= 7
    assert any("未知" in text for text in found)
    detail.locator("input[type=radio]").nth(1).check()
    expect(detail.locator("dt")).to_have_count(1)
    light(goals, "cert", "unknown")


def test_a_cluster_that_fails_certification_says_so(page, server):
    steps.open_app(page, server.url)
    steps.open_example(page, number=1)
    light(page, "cert", "unmet")


def test_a_conflict_is_explained_and_one_click_resolves_it(goals):
    tune(goals, "output", 2028, "240.00")
    year(goals, 2028).locator(".pl-pin").click()
    expect(year(goals, 2028).locator(".pl-pin")).to_have_attribute("aria-pressed", "true")
    steps.button(goals, "why").click()
    said = goals.locator(".pl-panel ul li")
    expect(said.first).to_be_visible()
    texts = said.all_inner_texts()
    assert len(texts) == 2
    assert any("240.00" in text for text in texts)
    way = goals.locator(".pl-panel .pl-wayout")
    assert way.count() == 1
    assert "247.84" in way.inner_text()
    way.click()
    light(goals, "a", "met")
    expect(goals.locator(".pl-panel li")).to_have_count(0)
    assert goal_table(goals)["output"][2028] == "247.84"
    undo(goals).click()
    light(goals, "a", "unmet")


def test_repair_without_a_way_tells_the_conflict(goals):
    tune(goals, "output", 2028, "240.00")
    year(goals, 2028).locator(".pl-pin").click()
    expect(year(goals, 2028).locator(".pl-pin")).to_have_attribute("aria-pressed", "true")
    steps.button(goals, "repair").click()
    expect(goals.locator(".pl-panel .pl-wayout")).to_have_count(1)


# -- the baseline ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wrong", "place", "right"),
    [
        ("enterprises,2025,331,", "enterprises,2025,12.5家,", ("enterprises", 2025), "331"),
        ("leading_output,2025,153.34,", "leading_output,2025,199.99,", ("leading_output", 2025), "153.34"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_mended_where_it_stands(page, server, line, wrong, place, right):
    text = (shared("baselines") / "example.csv").read_text("utf-8")
    assert line in text
    steps.open_app(page, server.url)
    steps.upload(page, "wrong.csv", text.replace(line, wrong).encode())
    indicator, number = place
    bad = cell(page, indicator, number)
    expect(bad).to_have_attribute("data-marks", re.compile("[!?]"))
    found = page.locator(f"{steps.GRID} tr[data-id={indicator}] td").last
    before = found.inner_text()
    assert str(number) in before
    bad.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(right)
    page.keyboard.press("Enter")
    expect(bad).to_have_attribute("data-marks", "e")
    expect(bad).to_have_attribute("data-text", right)
    expect(found).to_have_text("")
    wait_saved(page)
    undo(page).click()
    expect(found).to_have_text(before)


def test_a_file_of_several_clusters_asks_which(page, server):
    lines = [f"{name},output,2025,{value}" for name, value in (("甲县集群", 100), ("乙县集群", 60))]
    steps.open_app(page, server.url)
    steps.upload(page, "two.csv", "\n".join(["cluster,indicator,year,value", *lines]).encode())
    steps.notices(page)
    expect(steps.button(page, "take_cluster")).to_be_visible()
    page.get_by_label(say("which_cluster", "zh")).select_option("乙县集群")
    steps.button(page, "take_cluster").click()
    expect(page.locator(".pl-cluster")).to_have_text("乙县集群")
    go(page, "goals")
    assert goal_table(page)["output"][2028] == "79.86"


# -- scenarios ------------------------------------------------------------------------------


def test_scenarios_are_kept_compared_and_deleted(goals):
    first = goals.locator("#pl-scenario").input_value()
    go(goals, "scenarios")
    goals.get_by_label(say("new_name", "zh")).fill("积极")
    steps.button(goals, "save_as").click()
    expect(goals.locator("#pl-scenario")).to_have_value("积极")
    go(goals, "goals")
    tune(goals, "output", 2028, "270.00")
    goals.locator("#pl-scenario").select_option(first)
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "247.84")
    goals.locator("#pl-scenario").select_option("积极")
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "270.00")
    go(goals, "scenarios")
    listed = goals.locator(f"tr[data-scenario='{first}']")
    expect(listed.locator("input[type=checkbox]")).to_be_checked()  # what it came from
    row = goals.locator(".pl-grid tr[data-id=output] > *")
    expect(row.nth(2)).to_have_attribute("data-text", "270.00")
    expect(row.nth(3)).to_have_attribute("data-text", "247.84")
    expect(row.nth(4)).to_have_attribute("data-text", "-22.16")
    expect(goals.locator(".pl-compare svg")).to_be_visible()
    legend = goals.locator(".pl-compare svg text").all_text_contents()
    assert {"■ 积极", f"■ {first}"} <= set(legend)
    mine = goals.locator("tr[data-scenario='积极']")
    mine.get_by_role("textbox").nth(1).fill("县里提的")
    mine.get_by_role("textbox").nth(1).press("Tab")
    goals.locator("[data-option=every_year]").check()
    expect(goals.locator(".pl-grid thead th")).to_have_count(1 + 1 + 3 * 2 + 1 + 2)
    mine.get_by_role("button", name=say("scenario_remove", "zh")).click()
    expect(goals.locator("#pl-scenario option")).to_have_count(1)
    expect(listed.get_by_role("button")).to_have_count(0)
    undo(goals).click()
    expect(goals.locator("#pl-scenario option")).to_have_count(2)
    expect(goals.locator("#pl-scenario")).to_have_value("积极")
    wait_saved(goals)
    goals.reload()
    expect(goals.locator("#pl-scenario option")).to_have_count(2)
    expect(goals.locator("#pl-scenario")).to_have_value("积极")
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "270.00")


def test_a_scenario_name_is_not_taken_twice(goals):
    first = goals.locator("#pl-scenario").input_value()
    go(goals, "scenarios")
    goals.get_by_label(say("new_name", "zh")).fill(first)
    steps.button(goals, "save_as").click()
    assert first in steps.notices(goals)
    expect(goals.locator("#pl-scenario option")).to_have_count(1)


# -- staying as it was ----------------------------------------------------------------------


@pytest.mark.parametrize("saved", [False, True])
def test_a_reload_right_after_a_change_keeps_it(goals, saved):
    if saved:
        tune(goals, "output", 2028, "250.00")
        wait_saved(goals)
    tune(goals, "output", 2028, "251.00")
    goals.reload()
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "251.00")


def test_a_reload_keeps_the_language(page, server):
    steps.open_app(page, server.url, "en")
    steps.open_example(page, "en")
    tune(page, "output", 2028, "250.00")
    wait_saved(page)
    page.reload()
    page.wait_for_selector(".pl-goals tr[data-id=output]")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_what_is_not_kept_is_not_said_to_be(goals):
    tune(goals, "output", 2028, "250.00")
    wait_saved(goals)
    go(goals, "start")
    steps.button(goals, "begin_another").click()  # folded while something is open
    goals.locator(".pl-examples select").first.select_option(index=1)
    steps.button(goals, "open_example").click()
    expect(goals.locator(".pl-cluster")).not_to_have_text(CLUSTER)
    expect(goals.locator(".pl-saved")).to_have_attribute("data-state", "none")


# -- what is easily overlooked --------------------------------------------------------------


def test_undo_by_key_right_after_typing_a_number(goals):
    tune(goals, "patents", 2028, "400")  # the number box still has the keyboard
    goals.keyboard.press("Control+z")
    expect(cell(goals, "patents", 2028)).to_have_attribute("data-text", "326")
    expect(year(goals, 2028).locator(".pl-box")).to_have_value("326")


def test_what_is_typed_goes_to_the_indicator_it_was_typed_for(goals):
    year(goals, 2028).locator(".pl-box").fill("245")
    cell(goals, "patents", 2027).click()
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "245.00")
    expect(goals.locator(".pl-tuner h2")).to_contain_text("专利")
    assert goal_table(goals)["patents"][2028] == "326"


def test_a_box_shows_what_was_made_of_the_number_typed(goals):
    steps.type_box(goals, 2028, "２５０．００５")
    expect(cell(goals, "output", 2028)).to_have_attribute("data-text", "250.01")
    expect(year(goals, 2028).locator(".pl-box")).to_have_value("250.01")


def test_the_pack_holds_all_the_files_it_says(goals):
    go(goals, "export")
    _, data = steps.download(goals, "pack")
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        names = pack.namelist()
    assert sum(name.endswith(".png") for name in names) == 4
    others = [key for key in OFFERED if key not in {"pack", "charts"}]
    called = {
        key: say(f"file_{key}", "zh") if key != "plan_json" else "plan.json" for key in others
    }
    assert {key for key, name in called.items() if name not in names} == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_heading_of_the_table_is_cut(page, server, lang):
    steps.open_app(page, server.url, lang)
    steps.open_example(page, lang)
    cut = page.locator(".pl-goals thead th").evaluate_all(
        "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    )
    assert cut == []
