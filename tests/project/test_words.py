"""Years, thresholds, field ids and sentences are data: the code holds none of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

import planner

PACKAGE = Path(planner.__file__).parent
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def constants(source: str) -> Iterator[ast.Constant]:
    """Yield the constants of a source that are no docstrings."""
    tree = ast.parse(source)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told:
            yield node


def test_code_knows_no_year() -> None:
    """Base year and horizon are data (§3); examples may name them."""
    pattern = re.compile(r"(?<![\d.-])(202[0-9])(?!\d)")
    for path, source in SOURCES.items():
        for node in constants(source):
            allowed = path.name == "styles.py"  # the fixed date of reproducible files
            allowed |= "…" in str(node.value)  # an example in a message
            assert allowed or not pattern.search(str(node.value)), f"{path.name} {node.lineno}"


def test_code_knows_no_field_of_a_form() -> None:
    """Another province's form may call its fields as it likes (§4)."""
    fields = set()
    for path in (PACKAGE / "data/forms").glob("*.yaml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        fields |= {field["id"] for part in form["parts"] for field in part["fields"]}
    fields = {field for field in fields if "_" in field} - indicators()
    for path, source in SOURCES.items():
        named = [
            node.args[0].value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Slot"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ]
        assert not named, path.name
        words = {node.value for node in constants(source) if isinstance(node.value, str)}
        assert not words & fields, path.name


def indicators() -> set[str]:
    """Return the ids that are indicators' too."""
    text = (PACKAGE / "data/catalogue.yaml").read_text(encoding="utf-8")
    return {item["id"] for item in yaml.safe_load(text)["indicators"]}


def test_every_code_has_a_sentence_and_every_sentence_a_use() -> None:
    texts = yaml.safe_load((PACKAGE / "data/messages.yaml").read_text(encoding="utf-8"))
    source = "\n".join(SOURCES.values())
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
    phrases = set(re.findall(r'phrase\(\s*"([a-z_]+)"', source))
    assert phrases <= {*texts["statements"], *texts["labels"]}


def test_only_messages_choose_a_language() -> None:
    """Who asks which language it is makes sentences; a few look at how wide a script is."""
    wide = {"annex.py", "pdf.py", "svgcharts.py", "messages.py"}
    named = {"schema.py", "catalogue.py"}  # a text in both languages, a name
    for path, source in SOURCES.items():
        if path.name not in wide | named:
            assert not re.search(r'lang [!=]= "(en|zh)"', source), path.name
