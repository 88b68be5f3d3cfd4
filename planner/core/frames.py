"""Records: typed cells under named columns, from which every frame, card and printed table is made.

Columns are called by identifiers, in every language; what people read is a text of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from planner.core.findings import Finding, InputError, Obligation
from planner.core.phrases import Fact, phrase

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "state", "word", "number", "count", "flag"]
As = Literal["float", "decimal", "text"]
_TEXTS = {"text", "state", "word"}
# What pandas keeps each kind in, where numbers are for reckoning with.
_DTYPES = {"number": "Float64", "count": "Int64", "flag": "boolean"}


class Bound(Decimal):
    """A number that something is held against, printed with its sign."""

    sign: str

    def __new__(cls, value: Decimal, sign: str) -> Self:
        """Return the number with a sign such as ``≥``."""
        made = super().__new__(cls, value)
        made.sign = sign
        return made

    def __str__(self) -> str:
        """Write it as ``≥247.84``."""
        return f"{self.sign}{Decimal(self)}"

    def __reduce__(self) -> tuple[Any, ...]:
        return Bound, (Decimal(self), self.sign)


class Shown(float):
    """A number to reckon with that is printed in its own way."""

    text: str

    def __new__(cls, value: float, text: str) -> Self:
        """Return the number with its text, such as ``62.4%``."""
        made = super().__new__(cls, value)
        made.text = text
        return made

    def __str__(self) -> str:
        """Write it as it is printed."""
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        return Shown, (float(self), self.text)


@dataclass(frozen=True)
class Column:
    """A column: its identifier, what its cells are, and its head where people read it."""

    key: str | int
    kind: Kind = "text"
    head: Fact = ""

    @property
    def title(self) -> Fact:
        """Return what stands above it: words by its key unless it has its own."""
        return self.head or phrase(str(self.key))


@dataclass(frozen=True)
class Records:
    """Lines of typed cells.

    Cells are text, numbers (:class:`~decimal.Decimal`, integers, or whatever has ``float``) and
    booleans; None where nothing is known. `about` goes into a frame's ``attrs``.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def frame(self, as_: As = "float", index: str = "") -> pd.DataFrame:
        """Return a DataFrame.

        Parameters
        ----------
        as_
            ``float`` for numbers to reckon with (nullable floats and integers), ``decimal`` for
            exact ones, ``text`` for everything as printed, with ``""`` where nothing is known.
        index
            The column to be the index; lines are counted without one.

        Raises
        ------
        InputError
            When `as_` is none of the three.

        Examples
        --------
        >>> made = Records((Column("id"), Column(2028, "number")), (("output", Decimal("1.50")),))
        >>> made.frame(index="id")[2028].mean()
        np.float64(1.5)
        >>> made.frame("text", "id").loc["output", 2028]
        '1.50'
        """
        import pandas as pd

        turned = _CELLS.get(as_)
        if turned is None:
            fault = Finding("choice_unknown", Obligation.MUST_FIX, found=str(as_),
                            expected=" ".join(get_args(As)))  # fmt: skip
            raise InputError([fault])
        made = {
            column.key: _series(column, [turned(row[place], column.kind) for row in self.rows], as_)
            for place, column in enumerate(self.columns)
        }
        table = pd.DataFrame(made, columns=[column.key for column in self.columns])
        table.attrs.update(self.about)
        return table.set_index(index) if index else table

    def texts(self) -> Iterator[tuple[str, ...]]:
        """Yield the lines as printed."""
        for row in self.rows:
            yield tuple(printed(cell) for cell in row)


def _series(column: Column, cells: Sequence[Any], as_: As) -> pd.Series:
    import pandas as pd

    dtype = _DTYPES.get(column.kind) if as_ == "float" else None
    if as_ == "decimal" and column.kind in {"count", "flag"}:
        dtype = _DTYPES[column.kind]
    return pd.Series(cells, dtype=dtype or object)


def printed(cell: Any) -> str:
    """Return a cell as it is printed; nothing where nothing is known."""
    return "" if cell is None else str(cell)


def _exact(cell: Any, kind: Kind) -> Any:
    if cell is None or kind != "number":
        return printed(cell) if kind in _TEXTS else cell
    return Decimal(cell) if isinstance(cell, Decimal | int) else Decimal(repr(float(cell)))


def _floating(cell: Any, kind: Kind) -> Any:
    if kind in _TEXTS:
        return printed(cell)
    return float(cell) if cell is not None and kind == "number" else cell


def _printed(cell: Any, _: Kind) -> str:
    return printed(cell)


_CELLS: dict[str, Callable[[Any, Kind], Any]] = {
    "float": _floating,
    "decimal": _exact,
    "text": _printed,
}
