"""Forms: official forms as they are declared, loaded and checked with no document at hand (§4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from planner.core import resources
from planner.core.findings import Finding, InputError, Obligation, Place
from planner.core.schema import Document, parse, read_text, validate
from planner.model.catalogue import Catalogue, shipped
from planner.model.formschema import Field, FormFile, Part, Slot

DEFAULT_FORM = "xinjiang-recheck"


@dataclass(frozen=True)
class Form:
    """A form in force: its record and where its template lies."""

    record: FormFile
    folder: Path

    @property
    def id(self) -> str:
        """Return the form's id."""
        return self.record.id

    @property
    def base_year(self) -> int:
        """Return the year its latest figures are of."""
        return self.record.base_year

    def __hash__(self) -> int:
        """Return a hash of its id and folder: records cannot be hashed, equal ones share these."""
        return hash((self.id, self.folder))

    @property
    def template(self) -> Path:
        """Return the path of the blank form."""
        return self.folder / self.record.template

    @cached_property
    def worded(self) -> tuple[str, ...]:
        """Return the directions of which a goal table of the form may say something in words, in order."""
        fields = self.fields.values()
        return tuple(dict.fromkeys(
            row.direction for item in fields if item.kind == "goals"
            for row in item.rows if row.direction in item.worded
        ))  # fmt: skip

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return all fields by id, in the order of the form."""
        return {field.id: field for part in self.record.parts for field in part.fields}

    @cached_property
    def part_of(self) -> Mapping[str, Part]:
        """Return the part each field stands in."""
        return {field.id: part for part in self.record.parts for field in part.fields}

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Return all places that are known before a plan is."""
        return tuple(slot for field in self.fields.values() for slot in field.slots(self.base_year))

    @cached_property
    def cluster_slots(self) -> tuple[Slot, ...]:
        """Return where the cluster's name stands: its own field, then those that repeat it."""
        own = [field.id for field in self.fields.values() if field.holds == "cluster"]
        again = [field.id for field in self.fields.values() if field.same_as in own]
        return tuple(Slot(key) for key in (*own, *again))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def __repr__(self) -> str:
        """Say which form it is without printing every field."""
        return f"<Form {self.id} {self.record.version}, {len(self.fields)} fields>"

    def field_named(self, label: str) -> Field | None:
        """Return the field of an id or label, where only one has it."""
        if label in self.fields:
            return self.fields[label]
        fields = [field for field in self if label in {field.name, *field.labels}]
        return fields[0] if len(fields) == 1 else None

    def slot_named(self, name: str) -> Slot | None:
        """Return the place that a name such as ``achieved.patents`` begins with a field of."""
        key, _, part = name.partition(".")
        return Slot(key, part) if key in self.fields and self.fields[key].fillable else None

    def check_readings(self, chosen: Mapping[str, str]) -> list[Finding]:
        """Return a finding for every reading that the form does not offer."""
        findings = []
        for key, name in chosen.items():
            offered = self.record.readings[key].readings if key in self.record.readings else {}
            if name not in offered:
                expected = ", ".join(offered or self.record.readings)
                told = f"{key}={name}"
                findings.append(
                    Finding("reading_unknown", Obligation.MUST_FIX, found=told, expected=expected)
                )
        return findings

    def reading(self, key: str, chosen: Mapping[str, str]) -> str:
        """Return how a field is read: as chosen, else by its default."""
        return chosen.get(key, self.record.readings[key].default)


def shipped_forms() -> list[str]:
    """Return the ids of the forms that come with the package."""
    return resources.shipped_names(resources.data_path("forms"))


def load_form(form: Form | str | Path = DEFAULT_FORM, catalogue: Catalogue | None = None) -> Form:
    """Return a form by id, or from a file whose template lies beside it; a form as it is.

    Parameters
    ----------
    form
        The id of a shipped form, a YAML file, or a form that was loaded before.
    catalogue
        The indicators its fields may show; the shipped ones by default.

    Raises
    ------
    InputError
        When there is no such form, or with a located finding for every fault of the file.

    Examples
    --------
    >>> form = load_form()
    >>> form.fields["output"].slots(form.base_year)[-1]
    Slot(field='output', part='2025')
    """
    if isinstance(form, Form):
        return form
    if isinstance(form, str) and not form.endswith((".yaml", ".yml")):
        if form not in shipped_forms():
            unknown = Finding(
                "form_unknown",
                Obligation.MUST_FIX,
                found=form,
                expected=", ".join(shipped_forms()),
            )
            raise InputError([unknown])
        if catalogue is None or _holds(catalogue, shipped()):
            return _shipped_form(form)
        text, name = resources.data_text(f"forms/{form}.yaml"), f"{form}.yaml"
        folder = resources.shared("templates")
    else:
        path = Path(form)
        text, name, folder = read_text(path), path.name, path.parent
    return _made(text, name, folder, catalogue or shipped())


@lru_cache(maxsize=8)
def _shipped_form(form: str) -> Form:
    """Read a shipped form once: its file does not change, and a page asks for it with every step."""
    text = resources.data_text(f"forms/{form}.yaml")
    return _made(text, f"{form}.yaml", resources.shared("templates"), shipped())


def _holds(wider: Catalogue, known: Catalogue) -> bool:
    """Whether a catalogue has all that another has, as it is there."""
    if wider is known:
        return True
    return all(wider.indicators.get(key) == item for key, item in known.indicators.items())


def _made(text: str, name: str, folder: Path, catalogue: Catalogue) -> Form:
    document = parse(text, name)
    record, findings = validate(FormFile, document)
    findings += _loose_ends(record, document, catalogue) if record else ()
    if findings or record is None:
        raise InputError(findings)
    return Form(record, folder)


def _loose_ends(record: FormFile, document: Document, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Return what names something that is not there, or names it twice."""
    fields = [(p, f, field) for p, part in enumerate(record.parts) for f, field in enumerate(part.fields)]  # fmt: skip
    ids = [field.id for _, _, field in fields]
    findings: list[Finding] = []

    def fault(code: str, place: Place, text: str, expected: str = "") -> None:
        findings.append(Finding(code, Obligation.MUST_FIX, place, found=text, expected=expected))

    for p, f, field in fields:
        place = document.place(("parts", p, "fields", f))
        if ids.count(field.id) > 1:
            fault("id_repeated", place, field.id)
        for key in _indicators(field):
            if key not in catalogue:
                fault("indicator_unknown", place, key)
        others = {field.same_as, *(option.counts for option in field.options)} - {"", *ids}
        for key in sorted(others):
            fault("value_wrong", place, key)
        for row in field.rows:
            if row.direction not in catalogue.directions:
                fault("value_wrong", place, row.direction, ", ".join(catalogue.directions))
    for key, reading in record.readings.items():
        place = document.place(("readings", key))
        if reading.default not in reading.readings:
            fault("default_wrong", place, reading.default, ", ".join(reading.readings))
        if key not in ids:
            fault("value_wrong", place, key)
    return tuple(findings)


def _indicators(field: Field) -> Iterator[str]:
    """Yield the indicators that a field speaks of."""
    if field.figure:
        yield field.figure.of
    if field.formula_of:
        yield field.formula_of
    yield from (key for row in field.rows for key in row.indicators)
    yield from (option.means.indicator for option in field.options if option.means)
