"""Uploads: bytes somebody sent, laid aside as a file to be read; their name is never used as a path."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from planner.core.archive import MAX_BYTES, refuse

LONGEST, LONGEST_SUFFIX = 48, 8
_UNFIT = re.compile(r"[^\w.()（）-]+")


@contextmanager
def aside(name: str, data: bytes) -> Iterator[Path]:
    """Lay uploaded data into a file of a folder of its own, under what is harmless of its name."""
    given = PurePosixPath(name.replace("\\", "/").replace("\0", ""))
    suffix = _UNFIT.sub("", given.suffix.casefold())[:LONGEST_SUFFIX]
    stem = _UNFIT.sub("-", given.stem).strip(".-")[:LONGEST] or "-"
    plain = stem + suffix
    if len(data) > MAX_BYTES:
        raise refuse("file_too_large", plain, str(len(data)), str(MAX_BYTES))
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / plain
        path.write_bytes(data)
        yield path
