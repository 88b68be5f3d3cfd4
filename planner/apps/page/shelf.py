"""The shelf: studies that are kept, as a list - renamed, copied, put away; nothing is ever destroyed."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from planner.apps.page.store import SUFFIX, StudyStore
from planner.core.findings import Finding, InputError, Obligation, Place

AWAY = "deleted"  # the folder within the store's where studies are put away


def renamed(store: StudyStore, key: str, name: str) -> str:
    """Give a study another key, made of a name, and return that.

    Raises
    ------
    InputError
        When there is no such study, the name is empty, or the folder cannot be written.
    """
    if not name.strip():
        raise _fault("name_missing", key)
    with _kept(store, key) as path:
        new = store.new_key(name)
        path.rename(path.with_name(f"{new}{SUFFIX}"))
    return new


def copied(store: StudyStore, key: str) -> str:
    """Copy a study under a key of its own, and return that.

    Raises
    ------
    InputError
        When there is no such study, or the folder cannot be written.
    """
    with _kept(store, key) as path:
        new = store.new_key(key)
        shutil.copyfile(path, path.with_name(f"{new}{SUFFIX}"))
        os.utime(path.with_name(f"{new}{SUFFIX}"))
    return new


def put_away(store: StudyStore, key: str) -> Path:
    """Move a study into a folder of its own, from where anybody may take it back; return where it is.

    Raises
    ------
    InputError
        When there is no such study, or the folder cannot be written.
    """
    with _kept(store, key) as path:
        away = store.folder / AWAY
        away.mkdir(exist_ok=True)
        to = away / f"{key}-{time.strftime('%Y%m%d-%H%M%S')}{SUFFIX}"
        while to.exists():
            to = to.with_name(f"_{to.name}")
        path.rename(to)
    return to


@contextlib.contextmanager
def _kept(store: StudyStore, key: str) -> Iterator[Path]:
    """Yield the file of a study, while nobody else writes it."""
    if key not in store:
        raise _fault("file_missing", key)
    try:
        with store.locked(key):
            yield store.path(key)
    except OSError as error:
        raise _fault("not_saved", error.strerror or key) from error


def _fault(code: str, name: str) -> InputError:
    return InputError([Finding(code, Obligation.MUST_FIX, Place(file=name), found=name)])
