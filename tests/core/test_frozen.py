"""Frozen mappings and what is remembered on frozen values."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.frozen import Frozen, FrozenDict, remembered


@given(st.dictionaries(st.text(), st.integers()))
def test_a_frozen_mapping_is_one_value(values: dict[str, int]) -> None:
    frozen = FrozenDict(values)
    assert frozen == values
    assert hash(frozen) == hash(FrozenDict(reversed(values.items())))
    assert pickle.loads(pickle.dumps(frozen)) == frozen  # noqa: S301 - our own bytes
    assert copy.deepcopy(frozen) is frozen
    assert copy.copy(frozen) is frozen


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.__setitem__("a", 2),
        lambda d: d.__delitem__("a"),
        lambda d: d.update(a=2),
        lambda d: d.pop("a"),
        lambda d: d.popitem(),
        lambda d: d.clear(),
        lambda d: d.setdefault("b", 2),
        lambda d: d.__ior__({"b": 2}),
    ],
)
def test_nothing_changes_it(change) -> None:
    frozen = FrozenDict(a=1)
    with pytest.raises(TypeError):
        change(frozen)
    assert frozen == {"a": 1}


@dataclass(frozen=True)
class Square(Frozen):
    side: int

    @remembered
    def area(self) -> list[int]:
        return [self.side**2]


def test_memory_stays_where_it_was_made() -> None:
    square = Square(3)
    assert square.area() is square.area()
    sent = pickle.loads(pickle.dumps(square))  # noqa: S301 - our own bytes
    assert sent == square
    assert vars(sent) == {"side": 3}
    assert copy.deepcopy(square) is square
