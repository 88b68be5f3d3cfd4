"""Closed-schema YAML: from a file to validated objects, every fault with its line (§4, §13).

Catalogue, rule sets, scenarios and texts are all read here. Unknown, misplaced and repeated
keys are findings, never ignored; loading runs no constructor of the file's choosing.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from planner.core.files import printable
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.language import spoken

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 40

# The C loader is ten times faster; PyYAML may have been built without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
}
_NULL = "tag:yaml.org,2002:null"
Path_ = tuple[str | int, ...]
T = TypeVar("T", bound="Closed")


class Closed(BaseModel):
    """A frozen record that accepts no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


# No rule, target or figure of this field comes near; beyond, arithmetic only costs time.
Quantity = Annotated[
    Decimal, Field(ge=-(10**12), le=10**12, decimal_places=24, allow_inf_nan=False)
]


def _can_be_printed(text: str) -> str:
    if printable(text) != text:
        raise SchemaError("text_unprintable", printable(text)[:60])
    return text


# A text that any document can hold: no control characters, nothing that turns it round unseen.
Printable = Annotated[str, AfterValidator(_can_be_printed)]


class Text(Closed):
    """A text in both languages."""

    zh: Printable
    en: Printable

    def __call__(self, lang: str) -> str:
        """Return the text in the language asked for."""
        return self.en if spoken(lang) == "en" else self.zh


class Identified(Closed):
    """A record with an id, as rule sets and scenarios are."""

    id: str


R = TypeVar("R", bound=Identified)


@dataclass(frozen=True)
class Checked(Generic[R]):
    """A checked file: its record, the text it was read from, and whether it is a shipped one."""

    record: R
    text: str
    shipped: bool = False

    @property
    def id(self) -> str:
        """Return the record's id."""
        return self.record.id

    def __hash__(self) -> int:
        """Return a hash of the text: what is equal was read from the same."""
        return hash(self.text)

    @property
    def hash(self) -> str:
        """Return the short hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Document:
    """Plain data read from YAML with the line of every key and item."""

    name: str
    data: Any
    lines: Mapping[Path_, int]
    findings: tuple[Finding, ...] = field(default=())

    def place(self, path: Path_) -> Place:
        """Return the place of a key, or of the nearest enclosing one that was written."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return Place(file=self.name, line=self.lines.get(known, 1))


def read_text(path: Path) -> str:
    """Read a small UTF-8 text file, or say why it cannot be read.

    Raises
    ------
    InputError
        With one finding: missing, not a file, too large, or not UTF-8.
    """
    place = Place(file=path.name)
    code, found = "", ""
    try:
        if not path.is_file():
            code, found = "file_missing", str(path)
        elif path.stat().st_size > MAX_BYTES:
            code, found = "file_too_large", str(path.stat().st_size)
        else:
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        code, found = "not_utf8", f"byte {error.start}"
    except OSError as error:
        code, found = "file_unreadable", error.strerror or type(error).__name__
    finding = Finding(
        code,
        Obligation.MUST_FIX,
        place,
        found=found,
        expected=str(MAX_BYTES) if code == "file_too_large" else "",
    )
    raise InputError([finding])


def parse(text: str, name: str) -> Document:
    """Parse YAML text; repeated keys become findings.

    Raises
    ------
    InputError
        When the text is not YAML, or nests or expands beyond what a rule file could need.
    """
    try:
        _check_depth(text, name)
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        finding = Finding(
            "yaml_broken",
            Obligation.MUST_FIX,
            Place(file=name, line=_line_of(error, text)),
            found=str(getattr(error, "problem", None) or getattr(error, "reason", error)),
        )
        raise InputError([finding]) from error
    if root is None:
        raise InputError([Finding("file_empty", Obligation.MUST_FIX, Place(file=name))])
    reader = _Reader(name)
    data = reader.read(root, ())
    return Document(name, data, reader.lines, tuple(reader.findings))


def _check_depth(text: str, name: str) -> None:
    """Refuse what nests too deep, event by event: composing it would exhaust the stack."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or count > 2 * MAX_NODES:
            mark = event.start_mark
            place = Place(file=name, line=mark.line + 1 if mark else 1)
            too_big = Finding("yaml_too_big", Obligation.MUST_FIX, place, found=str(MAX_NODES))
            raise InputError([too_big])


def _line_of(error: Exception, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return 1
    # The reader counts bytes.
    return text.encode()[:position].count(b"\n") + 1


class _Reader:
    """Turns a node tree into plain data, once, noting lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.findings: list[Finding] = []
        self._count = 0

    def read(self, node: Any, path: Path_) -> Any:
        self._count += 1
        line = node.start_mark.line + 1
        if self._count > MAX_NODES or len(path) > MAX_DEPTH:
            self._refuse("yaml_too_big", line, str(MAX_NODES))
        self.lines.setdefault(path, line)
        if node.tag not in _PLAIN_TAGS:
            self._refuse("yaml_broken", line, str(node.tag))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        # What is typed stays as typed: 0571 is no octal number, 12:30 no count of minutes, `no` no
        # false. The schema says of each key whether a number, a date or a text is meant.
        return None if node.tag == _NULL else node.value

    def _mapping(self, node: Any, path: Path_) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse("yaml_broken", line, "a key that is not a word")
            key = str(key_node.value)
            if key in data:
                place = Place(file=self.name, line=line)
                self.findings.append(Finding("key_repeated", Obligation.MUST_FIX, place, found=key))
                continue
            self.lines[(*path, key)] = line
            data[key] = self.read(value_node, (*path, key))
        return data

    def _refuse(self, code: str, line: int, found: str) -> None:
        place = Place(file=self.name, line=line)
        raise InputError([Finding(code, Obligation.MUST_FIX, place, found=found)])


def validate(
    model: type[T], document: Document, context: dict[str, Any] | None = None
) -> tuple[T | None, tuple[Finding, ...]]:
    """Hold a document against a closed schema.

    Returns
    -------
    The object, or None where a finding stands in its way, and all findings of the pass.
    """
    findings = list(document.findings)
    try:
        value = model.model_validate(document.data, context=context)
    except ValidationError as error:
        findings += [_finding(model, document, item) for item in error.errors()]
        return None, _distinct(findings)
    return (None if findings else value), tuple(findings)


def _distinct(findings: list[Finding]) -> tuple[Finding, ...]:
    """Drop repetitions, and what other alternatives for a place would have wanted there."""
    exact = {item.place for item in findings if item.code != "value_wrong"}
    kept = [item for item in findings if item.code != "value_wrong" or item.place not in exact]
    return tuple(dict.fromkeys(kept))


def _finding(model: type[Closed], document: Document, error: Any) -> Finding:
    path: Path_ = tuple(error["loc"])
    kind, place = error["type"], document.place(path)
    key = str(path[-1]) if path else ""
    if kind not in {"missing", "extra_forbidden"}:
        # Names of alternatives that were tried stand in the path but not in the file.
        while path and path not in document.lines:
            path = path[:-1]
    where = ".".join(str(part) for part in path)
    if kind == "extra_forbidden":
        homes = sorted({_home(name) for name, keys in _keys(model).items() if key in keys})
        if homes:
            facts = {"homes": ", ".join(homes)}
            return Finding(
                "key_misplaced",
                Obligation.MUST_FIX,
                place,
                found=where,
                facts=facts,
                ways_out=("move_key",),
            )
        every = sorted({key for keys in _keys(model).values() for key in keys})
        near = difflib.get_close_matches(key, every, 1)
        return Finding(
            "key_unknown",
            Obligation.MUST_FIX,
            place,
            found=where,
            facts={"near": near[0]} if near else {},
            ways_out=("did_you_mean",) if near else ("remove_key",),
        )
    if kind == "missing":
        return Finding("key_missing", Obligation.MUST_FIX, place, found=where, expected=key)
    if kind == "value_error" and isinstance(fault := error["ctx"].get("error"), SchemaError):
        return Finding(
            fault.code,
            Obligation.MUST_FIX,
            place,
            found=fault.found or where,
            expected=fault.expected,
            facts={"near": fault.near} if fault.near else {},
            ways_out=("did_you_mean",) if fault.near else (),
        )
    return Finding(
        "value_wrong",
        Obligation.MUST_FIX,
        place,
        found=f"{where}: {str(error.get('input'))[:60]}",
        expected=_expected(error),
    )


def _home(record: str) -> str:
    """Return where in a file a record's keys stand, as its author would say it."""
    if record.endswith("File"):
        return "(top level)"
    return record.removesuffix("Test").lower() or "test"


def _expected(error: Any) -> str:
    context = error.get("ctx") or {}
    expected = context.get("expected") or context.get("le") or context.get("ge")
    # Of the alternatives for one place only the first would be named; none of them is better.
    return str(expected or "") if "literal" not in error["type"] else ""


class SchemaError(ValueError):
    """A fault that a schema's own check found, with the code of its finding."""

    def __init__(self, code: str, found: str = "", expected: str = "", near: str = "") -> None:
        """Keep what the finding needs."""
        super().__init__(code)
        self.code, self.found, self.expected, self.near = code, found, expected, near


@cache
def _keys(model: type[BaseModel]) -> dict[str, frozenset[str]]:
    """Return every record below a model with the keys it takes, to tell where a key belongs."""
    keys: dict[str, frozenset[str]] = {}
    queue = [model]
    while queue:
        current = queue.pop()
        if current.__name__ in keys:
            continue
        keys[current.__name__] = frozenset(
            info.alias or name for name, info in current.model_fields.items()
        )
        for info in current.model_fields.values():
            queue += list(_models(info.annotation))
    return keys


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
