"""Widgets in JupyterLab: notebook 04 tuned by hand and read back; two plans in one notebook stay apart."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest

from .test_lab import lab  # noqa: F401 - a fixture

APART = [
    """import planner as pl
plan = pl.plan(pl.shared('baselines') / 'example.csv')
one, two = pl.widgets.goals(plan), pl.widgets.goals(plan)
one""",
    "two",
    "pl.widgets.tuner(two, 'output')",
    "print('one', one.plan['output'].values[2028], 'two', two.plan['output'].values[2028])",
]


def notebook(cells):
    made = [
        {"cell_type": "code", "execution_count": None, "id": f"c{n}", "metadata": {}, "outputs": [], "source": cell}
        for n, cell in enumerate(cells)
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def opened(page, lab, name):  # noqa: F811
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1500, "height": 900})
    address = urlsplit(lab)
    page.goto(
        f"{address.scheme}://{address.netloc}/lab/workspaces/{name[:2]}/tree/{name}?{address.query}"
    )
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    page.wait_for_timeout(1_500)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def again(page, text):
    """Run the cell with some text once more, and return what it says."""
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text=text).last
    cell.locator(".cm-content").first.click()
    page.keyboard.press("Control+Enter")
    return cell


def typed(grid, page, indicator, text):
    cell = grid.locator(f"tr[data-id={indicator}] > *").nth(4)
    cell.scroll_into_view_if_needed()
    cell.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_two_plans_in_one_notebook_stay_apart(page, lab, tmp_path_factory):  # noqa: F811
    folder = max(tmp_path_factory.getbasetemp().glob("lab*/notebooks"))  # the latest
    (folder / "apart.ipynb").write_text(notebook(APART))
    opened(page, lab, "apart.ipynb")
    page.wait_for_selector(".pl-tuner [data-year]")
    page.wait_for_function("document.querySelectorAll('.pl-grid').length >= 2")
    grids = page.locator(".pl-alone:has(.pl-grid)")
    typed(grids.nth(1), page, "output", "261")
    page.wait_for_selector('[data-text="261.00"]')
    told = again(page, "print('one'")
    told.get_by_text("one 247.84 two 261.00").wait_for()
    assert grids.nth(0).locator('[data-text="261.00"]').count() == 0
    slider = page.locator('.pl-tuner [data-year="2028"] input[type=range]')
    assert float(slider.input_value()) == pytest.approx(261)
    slider.focus()
    page.keyboard.press("ArrowRight")
    grids.nth(1).locator('tr[data-id=output] [data-text="261.00"]').wait_for(state="detached")
    assert grids.nth(0).locator('tr[data-id=output] [data-text="247.84"]').count() >= 1


def test_notebook_04_is_tuned_read_back_and_exported(page, lab, tmp_path_factory):  # noqa: F811
    folder = max(tmp_path_factory.getbasetemp().glob("lab*/notebooks"))  # the latest
    opened(page, lab, "04_tune_and_export.ipynb")
    page.wait_for_selector(".pl-grid")
    page.locator(".jp-Cell", has_text="again = pl.verify").get_by_text("True").wait_for()
    assert page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
    grid = page.locator(".pl-alone:has(.pl-grid)").first
    typed(grid, page, "output", "275")
    grid.locator('tr[data-id=output] [data-text="275.00"]').wait_for()
    told = again(page, "tuned = table.plan")
    told.get_by_text("275.00").first.wait_for()
    before = (folder / "out" / "tuned" / "plan.json").read_bytes()
    exported = again(page, "written = table.plan.export")
    exported.get_by_text("goals.xlsx").wait_for()
    page.wait_for_timeout(500)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    assert (folder / "out" / "tuned" / "plan.json").read_bytes() != before
    assert "275.00" in (folder / "out" / "tuned" / "goals.csv").read_text("utf-8-sig")
