"""The house: who may import whom, read from every import, lazy and typed ones too."""

from __future__ import annotations

import ast
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import planner

PACKAGE = Path(planner.__file__).parent
# A package imports only from those above it, and from itself.
LAYERS = (
    "core",
    "model",
    "intake",
    "compliance",
    "planning",
    "forecast",
    "export",
    "api",
    "apps",
)
LONGEST, MEDIAN = 400, 200


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str, source: str, *, package: bool = False) -> Iterator[str]:
    """Yield the modules of this project that a source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = (name if package else name.rpartition(".")[0]).split(".")
            stem = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*stem, *([node.module] if node.module else [])])
            wanted = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in wanted:
            known = target
            while known and known not in MODULES:
                known = known.rpartition(".")[0]
            if known and known not in {name, "planner"}:
                yield known


def layer(name: str) -> int:
    """Return on which floor a module stands; those outside all packages stand on top."""
    parts = name.split(".")
    return LAYERS.index(parts[1]) if len(parts) > 1 and parts[1] in LAYERS else len(LAYERS)


def upward(name: str, source: str, *, package: bool = False) -> list[str]:
    """Return what a module imports from a floor above its own."""
    return [other for other in imports(name, source, package=package) if layer(other) > layer(name)]


GRAPH = {
    name: set(imports(name, path.read_text(encoding="utf-8"), package=path.name == "__init__.py"))
    for name, path in MODULES.items()
}


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_to_floors_below(name: str) -> None:
    path = MODULES[name]
    source = path.read_text(encoding="utf-8")
    assert upward(name, source, package=path.name == "__init__.py") == []


@pytest.mark.parametrize(
    "line",
    [
        "from planner.apps.page.app import app",
        "import planner.apps.cli.main",
        "from planner.apps.page import texts",
        "from ..apps.page import app",
        "def late():\n    from planner.apps.page.app import app",
        "if TYPE_CHECKING:\n    from planner.apps.page.app import app",
        "class Late:\n    def method(self):\n        import planner.apps.cli.report as report",
    ],
)
def test_an_import_from_the_ground_floor_to_the_page_is_seen(line: str) -> None:
    """An injected import: lazy, typed, relative or plain."""
    source = MODULES["planner.core.rounding"].read_text(encoding="utf-8")
    assert upward("planner.core.rounding", source) == []
    assert upward("planner.core.rounding", f"{source}\n\n{line}\n")


def test_every_package_is_a_floor() -> None:
    found = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert found == set(LAYERS)
    flat = {path.name for path in PACKAGE.glob("*.py")}
    assert flat == {"__init__.py", "__main__.py"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join([*above[above.index(name) :], name])
        if name not in done:
            for other in sorted(GRAPH[name]):
                walk(other, (*above, name))
            done.add(name)

    for name in GRAPH:
        walk(name, ())


def test_few_arrows_between_packages() -> None:
    def package(name: str) -> str:
        parts = name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in LAYERS else ""

    arrows = {(package(a), package(b)) for a, found in GRAPH.items() for b in found}
    assert len([pair for pair in arrows if pair[0] != pair[1]]) <= 35


def test_modules_are_short() -> None:
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in MODULES.items()
        if path.name != "__init__.py"
    }
    assert [name for name, count in lines.items() if count > LONGEST] == []
    assert statistics.median(lines.values()) < MEDIAN


def test_every_module_says_what_it_is_for() -> None:
    for name, path in MODULES.items():
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert told.split("\n")[0].endswith((".", ":")), name


def loaded(code: str) -> set[str]:
    """Return what a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_package_itself_loads_nothing_heavy() -> None:
    heavy = {"numpy", "pandas", "matplotlib", "pydantic", "yaml", "xlsxwriter", "rich", "highspy"}
    found = loaded("import planner")
    assert not heavy & found
    assert {name for name in found if name.startswith("planner.")} == set()


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


def test_type_checkers_see_every_public_name() -> None:
    """What is loaded by name at run time is imported for type checkers, and nothing else."""
    tree = ast.parse(MODULES["planner"].read_text(encoding="utf-8"))
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner.a")
        for alias in node.names
    }
    assert typed == set(planner.__all__)
