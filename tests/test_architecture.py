"""The structure holds: who may import whom, what loads when, and that nothing knows a year."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import planner

PACKAGE = Path(planner.__file__).parent
# A module imports only from layers above it in this list; those of one layer may not know
# each other unless named in the order they stand.
LAYERS = [
    ["resources", "findings", "grid", "files", "numerals", "memo"],
    ["archive"],
    ["schema", "tables", "outline"],
    ["catalogue", "shapes"],
    ["rules", "layout", "returned", "messages", "baseline", "asked"],
    ["forms"],
    ["phrasing"],
    ["spots", "answers"],
    ["goalgrid"],
    ["tablefields"],
    ["located"],
    ["formread"],
    ["rulesets", "rows", "coherence"],
    ["benchmarks", "scenario", "numbers", "intake", "wording"],
    ["rates", "lattice", "narrative", "amending"],
    ["relaxation"],
    ["solve"],
    ["compile"],
    ["system"],
    ["wishes"],
    ["effort", "judge"],
    ["goals", "objections", "changes", "question"],
    ["statements"],
    ["plans"],
    ["repair", "explain", "figures"],
    ["outlook"],
    ["filing"],
    ["tradeoffs", "frontier"],
    ["opening"],
    ["store"],
    ["goalsheet"],
    ["readback"],
    ["export", "report"],
    ["reportodds"],
    ["ui"],
    ["cliform", "cliinput", "cliodds", "cliserve"],
    ["cli"],
]
FOLDERS = {"export", "outlook", "ui"}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def layer_of(path: Path) -> str:
    return path.parent.name if path.parent.name in FOLDERS else path.stem


def imported(path: Path) -> set[str]:
    """Return the planner modules a file imports when it is itself imported."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("planner"):
            rest = node.module.split(".")[1:]
            found |= {rest[0]} if rest else {alias.name for alias in node.names}
    return found - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_imports_point_upwards(path: Path) -> None:
    own = layer_of(path)
    assert own in LEVEL, f"{own} has no layer"
    for name in imported(path):
        assert (name == own and own in FOLDERS) or LEVEL[name] < LEVEL[own], f"{own} imports {name}"


def loaded(code: str) -> set[str]:
    """Return what a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_package_itself_loads_nothing_heavy() -> None:
    heavy = {"numpy", "pandas", "matplotlib", "pydantic", "yaml", "xlsxwriter", "rich", "highspy"}
    assert not heavy & loaded("import planner")


def test_the_core_plans_without_renderers() -> None:
    code = (
        "import planner as pl\n"
        "plan = pl.plan(pl.shared('baselines') / 'example.csv')\n"
        "plan.check(); plan.goals.records()"
    )
    renderers = {"numpy", "pandas", "matplotlib", "ipywidgets", "docx", "xlsxwriter", "rich"}
    assert not renderers & loaded(code)


def test_every_public_name_is_there() -> None:
    for name in planner.__all__:
        assert getattr(planner, name) is not None
    with pytest.raises(AttributeError):
        _ = planner.no_such_name


def test_code_knows_no_year_and_no_threshold() -> None:
    """Base year and thresholds are data (§3); docstrings and examples may name them."""
    pattern = re.compile(r"(?<![\d.-])(202[0-9])(?!\d)")
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in texts:
                allowed = path.name == "styles.py"  # the fixed date of reproducible files
                allowed |= "…" in str(node.value)  # an example in a message
                assert allowed or not pattern.search(str(node.value)), f"{path.name} {node.lineno}"


def test_every_code_has_a_sentence_and_every_sentence_a_use() -> None:
    texts = yaml.safe_load((PACKAGE / "data/messages.yaml").read_text(encoding="utf-8"))
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    strings = set(re.findall(r'"([a-z_0-9]+)"', source))
    for section in ("codes", "ways_out"):
        unused = set(texts[section]) - strings
        assert not unused, f"{section} nobody uses: {sorted(unused)}"
    made = set(re.findall(r'Finding\(\s*"([a-z_]+)"', source))
    made |= set(
        re.findall(
            r'(?:note|_about|_fault|_located|_refuse|differs|_finding)\(\s*"([a-z_]+)"', source
        )
    )
    made |= set(re.findall(r'SchemaError\("([a-z_]+)"', source))
    assert made <= set(texts["codes"]), sorted(made - set(texts["codes"]))


def test_no_module_is_long() -> None:
    for path in modules():
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= 500, f"{path.name} has {count} lines"
