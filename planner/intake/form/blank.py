"""The blank form: what its Word file prints, and how its tables are drawn, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.intake.form.document import Block, Line, read_outline, walk
from planner.intake.form.letters import letters
from planner.intake.form.locations import numberless
from planner.intake.form.locator import locate_fields
from planner.model.catalogue import Catalogue
from planner.model.forms import Form


def blank_shapes(form: Form, catalogue: Catalogue) -> Mapping[str, tuple[Any, ...]]:
    """Return how the tables of each part of the blank form are drawn; nothing without its file."""
    stamp = _stamp(form.template)
    return _shapes(form, catalogue, *stamp) if stamp else {}


def printed_lines(form: Form) -> frozenset[str]:
    """Return the bare lines that the blank form prints, those of its schema among them."""
    texts = {letters(text) for item in form for text in (*item.labels, item.hint, item.note)}
    texts |= {letters(part.title) for part in form.record.parts}
    texts |= {letters(item.text) for item in form.record.instructions}
    if stamp := _stamp(form.template):
        texts |= _lines(*stamp)
    return frozenset(texts - {""})


def _stamp(path: Path) -> tuple[str, int, int] | None:
    """Return what tells a file from what it was before."""
    if not path.is_file():
        return None
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size


@lru_cache(maxsize=4)
def _blocks(path: str, _time: int, _size: int) -> tuple[Block, ...]:
    return read_outline(Path(path)).blocks


@lru_cache(maxsize=4)
def _lines(path: str, time: int, size: int) -> frozenset[str]:
    lines = (block for block in walk(_blocks(path, time, size)) if isinstance(block, Line))
    return frozenset(letters(numberless(line.text)) for line in lines)


@lru_cache(maxsize=8)
def _shapes(
    form: Form, catalogue: Catalogue, path: str, time: int, size: int
) -> Mapping[str, tuple[Any, ...]]:
    return locate_fields(form, _blocks(path, time, size), catalogue).shapes
