"""Another province's form is data: its fields may be called anything (§4)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import planner as pl
from planner.core.resources import data_text

EXAMPLE = pl.shared("baselines") / "example.csv"
ANSWERS = pl.shared("baselines") / "example-answers.yaml"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped form with every field called otherwise, its template beside it."""
    folder = tmp_path_factory.mktemp("forms")
    text = data_text("forms/xinjiang-recheck.yaml")
    ids = set(re.findall(r"\{id: ([a-z_0-9]+), kind:", text))
    assert "cluster_name" in ids
    for key in sorted(ids, key=len, reverse=True):
        text = re.sub(rf"(\{{id: ){key}(, kind:)", rf"\1other_{key}\2", text)
        text = re.sub(rf"(counts: ){key}\b", rf"\1other_{key}", text)
        text = re.sub(rf"(same_as: ){key}\b", rf"\1other_{key}", text)
    reading = r"^  (co2_reduction|energy_reduction):$"
    text = re.sub(reading, r"  other_\1:", text, flags=re.MULTILINE)
    path = folder / "other.yaml"
    path.write_text(text.replace("id: xinjiang-recheck", "id: other", 1), encoding="utf-8")
    shutil.copy(pl.shared("templates") / "xinjiang-recheck.docx", folder)
    return path


def test_the_clusters_name_stands_in_a_form_of_other_ids(renamed: Path, tmp_path: Path) -> None:
    plan = pl.plan(EXAMPLE)
    filing = pl.fill_form(plan, path=tmp_path / "form.docx", form=renamed)
    assert filing.content[pl.Slot("other_cluster_name")] == plan.baseline.cluster
    assert filing.content[pl.Slot("other_cover_cluster")] == plan.baseline.cluster
    found = pl.read_form(tmp_path / "form.docx", form=renamed)
    assert found.baseline.cluster == plan.baseline.cluster
    drafts = [text for slot, text in filing.content.items() if "草稿" in text]
    assert any(plan.baseline.cluster in text for text in drafts)


def test_both_verbs_take_a_form_an_id_or_a_path(renamed: Path, tmp_path: Path) -> None:
    plan, path = pl.plan(EXAMPLE), tmp_path / "form.docx"
    loaded = pl.load_form(renamed, plan.baseline.catalogue)
    for form in (loaded, renamed, str(renamed)):
        assert pl.fill_form(plan, path=path, form=form).form.id == "other"
        assert pl.read_form(path, form=form).form.id == "other"
    for form in ("xinjiang-recheck", pl.load_form()):
        assert pl.fill_form(plan, ANSWERS, path, form=form).form.id == "xinjiang-recheck"
        assert pl.read_form(path, form=form).form.id == "xinjiang-recheck"
    with pytest.raises(pl.InputError):
        pl.read_form(path, form="no-such-form")
    with pytest.raises(pl.InputError):
        pl.fill_form(plan, path=path, form="no-such-form")
