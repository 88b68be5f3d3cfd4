"""Files out: written whole or not at all, and never a formula out of somebody's text (§13)."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from unicodedata import category

from planner.core.findings import Finding, Obligation, Place

STAGE = ".planner-"  # begins the folder in which files wait to take their places
HOUR = 3600
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_bytes(path: Path, data: bytes) -> Path:
    """Write a file so that a reader sees the old content or the new, never a part."""
    return write_together(path.parent, {path.name: data})[0]


def write_together(
    folder: Path, files: Mapping[str, bytes], gone: Iterable[str] = ()
) -> tuple[Path, ...]:
    """Replace files of a folder all together, or leave every one of them as it is.

    New files are written whole beside the old ones first; then the old ones go, and the new ones
    take their places. If one of them cannot be moved, all that were go back. Whoever looks in
    between finds some files of one set, never of two.

    Parameters
    ----------
    folder
        Made if it is not there.
    files
        Content by name; a name may lead into a folder inside, as ``charts/green.png`` does.
    gone
        Names that must not be left from an earlier set.

    Returns
    -------
    tuple of pathlib.Path
        The files written, in their order.

    Raises
    ------
    OSError
        When a file cannot be written or replaced; `filename` says which.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    names = [*files, *(name for name in gone if name not in files)]
    for name in names:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
    stage = folder / f"{STAGE}{os.getpid()}-{threading.get_ident()}"
    try:
        for name, data in files.items():
            _write(stage / "new" / name, data)
        _switch(folder, stage, names)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return tuple(folder / name for name in files)


def _write(path: Path, data: bytes) -> None:
    """Write a new file to the disk, with the mode that the umask leaves."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _switch(folder: Path, stage: Path, names: Sequence[str]) -> None:
    """Move the old files out and the new ones in; whatever fails is taken back.

    A single file takes the place of the one before in one step.
    """
    if len(names) == 1 and (stage / "new" / names[0]).exists():
        (stage / "new" / names[0]).replace(folder / names[0])
        return
    moved: list[tuple[Path, Path]] = []

    def move(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except OSError as error:
            at_fault = target if source.is_relative_to(stage) else source
            raise type(error)(error.errno, error.strerror, str(at_fault)) from error
        moved.append((source, target))

    try:
        for name in names:
            if (folder / name).exists():
                move(folder / name, stage / "old" / name)
        for name in reversed(names):  # what tells of the others comes last
            if (stage / "new" / name).exists():
                move(stage / "new" / name, folder / name)
    except BaseException:
        for source, target in reversed(moved):
            with contextlib.suppress(OSError):
                target.rename(source)
        raise


def _sweep(folder: Path) -> None:
    """Remove what a process left that was killed while it wrote here."""
    for left in folder.glob(f"{STAGE}*"):
        owner = left.name.removeprefix(STAGE).partition("-")[0]
        if owner.isdecimal() and int(owner) != os.getpid() and not _alive(int(owner), left):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int, left: Path) -> bool:
    """Whether a process may still be writing; where nobody can tell, one of the last hour may."""
    if os.name == "nt":  # there, asking a process whether it lives may end it
        with contextlib.suppress(OSError):
            return time.time() - left.stat().st_mtime < HOUR
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def not_written(error: OSError, folder: Path) -> Finding:
    """Return the finding on files that could not be written: which, why, and what to do."""
    name = str(error.filename or folder)
    busy = isinstance(error, PermissionError) and Path(name).is_file()
    return Finding(
        "file_open" if busy else "files_not_written",
        Obligation.MUST_FIX,
        Place(file=Path(name).name),
        found=name,
        facts={"why": error.strerror or type(error).__name__},
        ways_out=("close_file",) if busy else ("other_folder",),
    )


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


def as_meant(text: str) -> str:
    """Return a text as it was before :func:`no_formula`.

    >>> as_meant(no_formula("=1+1")), as_meant("'集群'")
    ('=1+1', "'集群'")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


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
