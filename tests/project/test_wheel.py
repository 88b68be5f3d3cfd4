"""An installed wheel carries baselines, templates and fonts, and works outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path


def test_the_wheel_works_on_its_own(root: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*build, "-w", str(tmp_path), str(root)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    names = sorted(path.name for path in (root / "notebooks").glob("*.ipynb"))
    script = (
        "import planner as pl\n"
        "assert 'site' in pl.__file__\n"
        "plan = pl.plan(pl.shared('baselines') / 'example.xlsx', scenario='steady')\n"
        "written = plan.export('out')\n"
        "assert (pl.shared('templates') / 'baseline.xlsx').is_file()\n"
        "answers = pl.shared('baselines') / 'example-answers.yaml'\n"
        "pl.fill_form(plan, answers, 'form.docx')\n"
        "assert pl.read_form('form.docx').plan.goals['output_growth_3y'].values[2028] == 12\n"
        "page = pl.app(plan, folder='plans')\n"
        "page.session.act('look', page='export')\n"
        "assert page.made('goals_csv')[1]\n"
        "notebooks = pl.shared('notebooks')\n"
        f"assert sorted(path.name for path in notebooks.iterdir()) == {names}\n"
        "from planner.core.resources import data_path\n"
        "template = data_path('jupyter') / 'voila' / 'templates' / 'planner' / 'index.html.j2'\n"
        "assert template.is_file()\n"
        "print(len(written), plan.goals['output'].values[2028])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["9", "261.60"], done.stderr
