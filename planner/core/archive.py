"""Archives from outside: the parts of an Office file, opened within limits (§13).

Nothing is unpacked to disk, no part is opened that was not asked for, and what a file claims
of its size is held against the limits before anything is read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

from planner.core.findings import Finding, InputError, Obligation, Place

MAX_BYTES = 20_000_000
MAX_UNPACKED = 60_000_000
MAX_PARTS = 2_000
MAX_XML = 12_000_000  # of all parts that are parsed
PIECE = 1 << 16
# What a damaged archive can make the reader of archives raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def refuse(code: str, file: str, found: str = "", expected: str = "", *ways_out: str) -> InputError:
    """Return the error that says why a file cannot be used."""
    place = Place(file=file)
    return InputError(
        [
            Finding(
                code, Obligation.MUST_FIX, place, found=found, expected=expected, ways_out=ways_out
            )
        ]
    )


def file_bytes(path: Path) -> bytes:
    """Return a file's content.

    Raises
    ------
    InputError
        When it is missing, too large, unreadable or empty.
    """
    name = path.name
    try:
        if not path.is_file():
            raise refuse("file_missing", name, str(path))
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise refuse("file_too_large", name, str(size), str(MAX_BYTES))
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise refuse("file_unreadable", name, getattr(error, "strerror", None) or "") from error
    if not data.strip():
        raise refuse("file_empty", name)
    return data


class Archive:
    """The parts of a zip file, none opened yet."""

    def __init__(self, data: bytes, name: str, broken: str) -> None:
        """List the parts; `broken` is the code of the finding for a damaged file.

        Raises
        ------
        InputError
            When it is no archive, or unpacks to more than the limits allow.
        """
        self.name, self._broken = name, broken
        self._parsed: dict[str, int] = {}
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except _BROKEN as error:
            raise refuse(broken, name) from error
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
            raise refuse("file_too_large", name, str(unpacked), str(MAX_UNPACKED))
        self.names = tuple(part.filename for part in parts)

    def read(self, part: str) -> bytes:
        """Return the content of a part.

        Raises
        ------
        InputError
            When there is no such part or it is damaged.
        """
        try:
            claimed = self._zip.getinfo(part).file_size
            pieces, size = [], 0
            with self._zip.open(part) as stream:
                # Piece by piece: what a part claims of its size need not be so.
                while piece := stream.read(PIECE):
                    size += len(piece)
                    if size > claimed:
                        raise refuse(self._broken, self.name, part)
                    pieces.append(piece)
        except (KeyError, *_BROKEN) as error:
            raise refuse(self._broken, self.name, part) from error
        return b"".join(pieces)

    def rebuilt(self) -> bytes:
        """Return the same parts as an archive that says the truth of its sizes.

        For readers that trust what an archive says; names that stand twice are kept once.
        """
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as target:
            for name in dict.fromkeys(self.names):
                target.writestr(zipfile.ZipInfo(name), self.read(name))
        return stream.getvalue()

    @property
    def xml_parts(self) -> tuple[str, ...]:
        """Return the names of the parts that are XML."""
        return tuple(name for name in self.names if name.casefold().endswith((".xml", ".rels")))

    def xml(self, part: str) -> Any:
        """Return the root element of an XML part; document types and entities are refused.

        Raises
        ------
        InputError
            When it is not well formed, declares a document type, or is too much to parse.
        """
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        data = self.read(part)
        self._parsed[part] = len(data)  # a tree takes many times the room of its text
        if (parsed := sum(self._parsed.values())) > MAX_XML:
            raise refuse("file_too_large", self.name, str(parsed), str(MAX_XML))
        try:
            return fromstring(data, forbid_dtd=True)
        except (ParseError, DefusedXmlException, RecursionError, LookupError, ValueError) as error:
            raise refuse(self._broken, self.name, part) from error
