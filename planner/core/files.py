"""Files out: written whole or not at all, and never a formula out of somebody's text (§13)."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from unicodedata import category

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary = Path(name)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return path


def printable(text: str) -> str:
    r"""Return a text without what no document can hold: control characters, halves of pairs.

    >>> printable("甲\x01乙\ud800丙")
    '甲乙丙'
    """
    return "".join(c for c in text if c.isprintable() or c in "\n\t" or category(c) == "Zs")


def no_formula(text: str) -> str:
    """Return somebody's text so that no spreadsheet takes it for a formula.

    >>> no_formula("=1+1"), no_formula("集群")
    ("'=1+1", '集群')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def shown_name(path: Path) -> str:
    r"""Return a file's name as text that can be printed, one in the bytes of GBK too.

    >>> shown_name(Path("a/基线.csv")), shown_name(Path(b"\xbb\xf9\xcf\xdf.csv".decode("utf-8", "surrogateescape")))
    ('基线.csv', '基线.csv')
    """
    name = path.name
    if name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name):
        return name
    data = name.encode("utf-8", "surrogateescape")
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("gb18030")
    return data.decode("utf-8", "replace")
