"""Shipped files: where they are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

PACKAGE = Path(__file__).resolve().parent.parent
T = TypeVar("T")


def once(function: Callable[[], T]) -> Callable[[], T]:
    """Read a shipped, immutable file at most once."""
    return lru_cache(maxsize=1)(function)


def data_path(name: str) -> Path:
    """Return the path of a file that is part of the package's data."""
    return PACKAGE / "data" / name


def data_text(name: str) -> str:
    """Return the text of a file that is part of the package's data."""
    return data_path(name).read_text(encoding="utf-8")


def shared(folder: str) -> Path:
    """Return the folder ``baselines``, ``templates`` or ``notebooks``.

    A wheel carries them inside the package, a checkout beside it.

    Parameters
    ----------
    folder
        One of these three names; whether there is such a folder is not looked at.

    Examples
    --------
    >>> (shared("baselines") / "example.csv").is_file()
    True
    """
    inside = PACKAGE / "share" / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def shipped_names(folder: Path, suffix: str = ".yaml") -> list[str]:
    """Return the names, without suffix, of the shipped files of a folder, sorted."""
    return sorted(path.stem for path in folder.glob(f"*{suffix}"))
