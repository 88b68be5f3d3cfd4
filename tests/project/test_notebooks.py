"""Notebooks are thin, keep no state, and make the pack for another cluster unattended."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

import planner as pl

pytest.importorskip("papermill")
NOTEBOOKS = ROOT / "notebooks"
MOST_LINES = 12


def cells(name: str, kind: str = "code") -> list[dict]:
    made = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    return [cell for cell in made["cells"] if cell["cell_type"] == kind]


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_is_a_few_lines_over_the_library(name):
    for cell in cells(name):
        assert len(cell["source"]) <= MOST_LINES
        assert not any(line.startswith(("def ", "class ")) for line in cell["source"])
    assert "widgets" not in json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["metadata"]


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_papermill_finds_the_parameters(name):
    tagged = [cell for cell in cells(name) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert any(line.startswith("baseline = ") for line in tagged[0]["source"])


@pytest.mark.filterwarnings("ignore")
def test_the_pack_for_another_cluster_is_made_unattended(tmp_path, root):
    import papermill

    other = root / "baselines" / "co2-conflict.csv"
    parameters = {"baseline": str(other), "scenario": "floor", "out": str(tmp_path / "pack")}
    papermill.execute_notebook(
        NOTEBOOKS / "01_first_plan.ipynb",
        tmp_path / "done.ipynb",
        parameters,
        cwd=tmp_path,
        progress_bar=False,
        log_output=False,
    )
    plan = pl.read_plan(tmp_path / "pack" / "plan.json")
    assert plan.baseline.cluster == pl.read_baseline(other).cluster
    assert plan.goals == pl.plan(other, scenario="floor").goals
    for name in ("goals.xlsx", "goals.docx", "goals.pdf", "goals.csv", "form.docx"):
        assert (tmp_path / "pack" / name).stat().st_size > 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["02_targets_that_hold", "03_feasibility", "04_tune_and_export"])
def test_the_figures_of_another_cluster_are_its_own(tmp_path, root, name):
    """A parameter that is set and not heeded would tell the example's numbers, and end well."""
    import papermill

    other = root / "baselines" / "co2-conflict.csv"
    done = papermill.execute_notebook(
        NOTEBOOKS / f"{name}.ipynb",
        None,
        {"baseline": str(other)},
        cwd=tmp_path,
        progress_bar=False,
        log_output=False,
    )
    told = json.dumps([cell.get("outputs", []) for cell in done.cells], ensure_ascii=False)
    assert str(pl.plan(other)["output"].values[2028]) in told
    if not name.startswith("02"):  # where sub-industries of the example stand too
        example = pl.plan(root / "baselines" / "example.csv")
        assert str(example["output"].values[2028]) not in told


@pytest.mark.filterwarnings("ignore")
def test_the_app_opens_on_a_baseline_given_by_papermill(tmp_path, root):
    import papermill

    done = papermill.execute_notebook(
        NOTEBOOKS / "app.ipynb",
        None,
        {"baseline": str(root / "baselines" / "example.xlsx"), "folder": str(tmp_path / "kept")},
        cwd=tmp_path,
        progress_bar=False,
        log_output=False,
    )
    shown = done.cells[-1].outputs[0]["data"]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "示例县番茄制品产业集群" in shown["text/plain"]
