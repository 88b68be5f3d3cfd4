"""Foreign: what a Word file holds that is never run or followed, told by what its parts say (§13)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.core.archive import Archive
from planner.core.findings import Finding, Obligation, Place

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Relationships to parts that some program would run or load.
_ACTIVE = {
    "oleObject", "package", "control", "activeXControlBinary", "aFChunk", "subDocument", "frame",
    "attachedTemplate", "mailMergeSource", "mailMergeHeaderSource", "attachedToolbars",
}  # fmt: skip
_FETCHING = re.compile(r"DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|LINK(?=\s)|IMPORT|DATABASE")


@dataclass(frozen=True)
class Foreign:
    """What a document holds besides text: kinds of links to elsewhere, and of active content."""

    macros: bool
    links: frozenset[str]
    active: frozenset[str]

    def findings(self, name: str) -> tuple[Finding, ...]:
        """Return a finding for each kind; none of it is run or followed."""
        place = Place(file=name)
        codes = []
        if self.macros:
            codes.append(("document_macros", ""))
        if self.links:
            codes.append(("document_links", "、".join(sorted(self.links))))
        if self.active:
            codes.append(("document_active", "、".join(sorted(self.active))))
        return tuple(Finding(code, Obligation.INFO, place, found=found) for code, found in codes)


def foreign(archive: Archive) -> Foreign:
    """Return what a document holds that is never run or followed.

    Told by what its parts and relationships say they are, not by their names alone.
    """
    names = " ".join(archive.names).casefold()
    macros = "vbaproject.bin" in names or "vbadata.xml" in names
    links, active = set(), set()
    for part in archive.names:
        if part == "[Content_Types].xml":
            kinds = [str(item.get("ContentType", "")) for item in archive.xml(part)]
            macros |= any("vba" in kind or "macroEnabled" in kind for kind in kinds)
        elif part.casefold().endswith(".rels"):
            for item in archive.xml(part).iter():
                kind = str(item.get("Type", "")).rsplit("/", 1)[-1]
                macros |= "vba" in kind.casefold()
                if str(item.get("TargetMode", "")).strip().casefold() == "external":
                    links.add(kind)
                if kind in _ACTIVE:
                    active.add(kind)
    for part in (
        archive.xml_parts if any(name.startswith("word/") for name in archive.names) else ()
    ):
        if part.startswith("word/") and not part.endswith(".rels"):
            active |= _active_fields(archive, part)
    return Foreign(macros, frozenset(links), frozenset(active))


def _active_fields(archive: Archive, part: str) -> set[str]:
    """Return the kinds of fields of a part that fetch something or start a program."""
    data = archive.read(part)
    if b"instr" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return set()
    root = archive.xml(part)
    said = "".join(item.text or "" for item in root.iter(f"{W}instrText"))
    said += " " + " ".join(item.get(f"{W}instr", "") for item in root.iter(f"{W}fldSimple"))
    return set(_FETCHING.findall(said.upper()))
