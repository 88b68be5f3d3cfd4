"""Mapping: what somebody said of a file's own labels and doubts, to be read by it again (§16).

A small YAML file: which indicator a label means and in which unit, which of two readings of a
cell is right, which sheet is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import Field

from planner.core.findings import Finding, InputError, Obligation
from planner.core.frozen import freeze
from planner.core.numerals import narrow
from planner.core.schema import Closed, parse, read_text, validate
from planner.model.catalogue import GROWTH_SUFFIX, Catalogue, shipped
from planner.model.units import read_unit
from planner.model.vocabulary import bare

IGNORED = "-"
USE, LEAVE = "use", "leave"
EVERY = "*"  # the key of an answer for whatever is asked


class Mapped(Closed):
    """What a label means; the indicator ``-`` says that it is to be left."""

    indicator: str = ""
    unit: str = ""


class MappingFile(Closed):
    """What a mapping file holds."""

    labels: dict[str, Mapped | str] = Field(default_factory=dict)
    take: dict[str, str] = Field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True)
class FileMapping:
    """What was said of a file: labels by their bare words, ways by the key of a place."""

    labels: Mapping[str, Mapped] = field(default_factory=dict)
    take: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""

    def __post_init__(self) -> None:
        """Freeze the mappings."""
        freeze(self, "labels", "take")

    def way(self, *keys: str) -> str:
        """Return the way that was chosen for the first of some keys that has one."""
        if not self.take:
            return ""
        for key in map(place_key, keys):
            # A cell may be named without its sheet.
            for name in (key, key.rpartition("!")[2]):
                if name in self.take:
                    return self.take[name]
        return ""


NOTHING = FileMapping()


def place_key(text: str) -> str:
    """Return the key of a place as it is compared: sheet and cell, an id, an id with a year.

    >>> place_key("'2025 定稿'!$E$2"), place_key("output@2025")
    ('2025 定稿!E2', 'output@2025')
    """
    plain = narrow(text).strip().replace("$", "")
    sheet, mark, cell = plain.rpartition("!")
    cell = cell.upper() if cell[:1].isalpha() and cell[-1:].isdigit() and "@" not in cell else cell
    return f"{sheet.strip(chr(39))}{mark}{cell}"


def read_mapping(path: str | Path, catalogue: Catalogue | None = None) -> FileMapping:
    """Read a mapping file: what labels of one's own mean, and how doubtful cells are to be read.

    Parameters
    ----------
    path
        YAML with ``labels`` (label: indicator by id or name, or ``{indicator: ..., unit: ...}``;
        ``-`` leaves it), ``take`` (cell, indicator or indicator and year: the way to read it) and ``sheet``.
    catalogue
        The indicators known; the shipped ones by default.

    Raises
    ------
    InputError
        With a finding for every key, indicator or unit that is not known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "own.yaml"
    ...     _ = path.write_text("labels: {工业产值: {indicator: output, unit: 万元}}", "utf-8")
    ...     read_mapping(path).labels["工业产值"].unit
    '万元'
    """
    path, catalogue = Path(path), catalogue or shipped()
    document = parse(read_text(path), path.name)
    value, findings = validate(MappingFile, document)
    if value is None:
        raise InputError(findings)
    faults, labels = [], {}
    for label, said in value.labels.items():
        told = Mapped(indicator=said) if isinstance(said, str) else said
        place = document.place(("labels", label))
        if told.indicator not in catalogue and (named := catalogue.find(told.indicator)):
            told = Mapped(indicator=named, unit=told.unit)  # its name says which it is
        stem = told.indicator.removesuffix(GROWTH_SUFFIX)
        if told.indicator not in {IGNORED, ""} and stem not in catalogue:
            faults.append(
                Finding("indicator_unknown", Obligation.MUST_FIX, place, found=told.indicator)
            )
        elif told.unit and read_unit(told.unit) is None and told.unit != catalogue[stem].unit.zh:
            faults.append(Finding("unit_unknown", Obligation.MUST_FIX, place, found=told.unit))
        elif told.indicator:
            labels[bare(label)] = told
    if faults:
        raise InputError(faults)
    take = {place_key(key): way.strip() for key, way in value.take.items()}
    return FileMapping(labels, take, value.sheet)


def mapped(
    mapping: str | Path | FileMapping | None,
    take: Mapping[str, str] | None,
    catalogue: Catalogue,
) -> FileMapping:
    """Return what was said of a file, read from a mapping file where there is one.

    Parameters
    ----------
    mapping
        A mapping file, or what was read from one.
    take
        Further answers to doubts, which go before those of the file.
    catalogue
        The indicators that labels may mean.

    Raises
    ------
    InputError
        When the file is faulty, or an answer is for an indicator that nobody knows.
    """
    said = NOTHING if mapping is None else mapping
    if not isinstance(said, FileMapping):
        said = read_mapping(said, catalogue)
    own = {place_key(key): way.strip() for key, way in (take or {}).items()}
    if wrong := [key for key in (*said.take, *own) if _names_nothing(key, catalogue)]:
        fault = Finding("indicator_unknown", Obligation.MUST_FIX)
        raise InputError([replace(fault, found=key[:60]) for key in wrong])
    return replace(said, take={**said.take, **own}) if own else said


def _names_nothing(key: str, catalogue: Catalogue) -> bool:
    """Whether a key of indicator and year is of no indicator, or of no year."""
    name, mark, year = key.partition("@")
    known = name in catalogue or name.removesuffix(GROWTH_SUFFIX) in catalogue
    return bool(mark) and not (known and year.isdigit())
