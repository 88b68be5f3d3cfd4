"""Frozen values: mappings and records that nobody can change, and that travel cheaply (§8).

What follows from a frozen value is computed once and kept on it, but never goes along: a copy is
the value itself, and another process is sent the fields alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, Concatenate, NoReturn, ParamSpec, Self, TypeVar

K = TypeVar("K")
V = TypeVar("V")
S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")

# Begins the names under which what methods returned is kept on a value.
MEMORY = "_remembered_"


class FrozenDict(dict[K, V]):
    """A mapping that cannot be changed; unlike a view of a mapping it is hashable and picklable.

    Lookups are those of a dictionary, in C: a plan makes some thousands of them at each step.

    >>> ages = FrozenDict(ann=1)
    >>> hash(ages) == hash(FrozenDict(ann=1)), {**ages, "bob": 2}
    (True, {'ann': 1, 'bob': 2})
    >>> ages["bob"] = 2
    Traceback (most recent call last):
    TypeError: a FrozenDict cannot be changed
    """

    __slots__ = ("_hash",)

    _hash: int

    def __hash__(self) -> int:  # type: ignore[override]
        """Return a hash of keys and values, worked out once."""
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(frozenset(self.items()))
            return self._hash

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        message = "a FrozenDict cannot be changed"
        raise TypeError(message)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> FrozenDict[K, V]:
        return self

    def __deepcopy__(self, _: object) -> FrozenDict[K, V]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


def freeze(record: object, *names: str) -> None:
    """Freeze the mappings among a frozen dataclass's fields, from its ``__post_init__``."""
    for name in names:
        value = getattr(record, name)
        if value is not None and not isinstance(value, FrozenDict):
            object.__setattr__(record, name, FrozenDict(value))


class Frozen:
    """A frozen dataclass that remembers: copied as itself, sent elsewhere without its memory."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields; what was worked out from them is worked out again where they arrive."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


def remembered(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Keep what a method of a frozen value returns, on the value itself.

    Only for methods that depend on nothing but the value and hashable arguments; a value made
    from this one by `replace` starts with no memory.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Square:
    ...     side: int
    ...     @remembered
    ...     def area(self, scale):
    ...         print("computing")
    ...         return self.side**2 * scale
    >>> square = Square(3)
    >>> square.area(1), square.area(1)
    computing
    (9, 9)
    """
    name = f"{MEMORY}{method.__name__}"

    @wraps(method)
    def recall(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        known: dict[Any, R] = self.__dict__.setdefault(name, {})
        key = (args, *kwargs.items()) if kwargs else args
        try:
            return known[key]
        except KeyError:
            return known.setdefault(key, method(self, *args, **kwargs))

    return recall
