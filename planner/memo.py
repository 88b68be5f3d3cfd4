"""Memory of frozen values: what a method returned once it need not compute again (§8)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Self = TypeVar("Self")
P = ParamSpec("P")
R = TypeVar("R")


def remembered(method: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R]:
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
    name = f"_remembered_{method.__name__}"

    @wraps(method)
    def recall(self: Self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        known: dict[Any, R] = self.__dict__.setdefault(name, {})
        key = (args, *kwargs.items()) if kwargs else args
        try:
            return known[key]
        except KeyError:
            return known.setdefault(key, method(self, *args, **kwargs))

    return recall
