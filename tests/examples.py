"""Properties held against drawn examples: a few in every run, many more with ``-m long``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings


def drawn(
    few: int, many: int, *strategies: Any, **options: Any
) -> Callable[[Callable[..., None]], Callable[[int], None]]:
    """Test a property with a few examples, and with many where long tests are asked for.

    `options` are settings of Hypothesis; a property with fixtures is tested in another way.
    """

    def made(holds: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.long)])
        def test(count: int) -> None:
            settings(max_examples=count, **options)(given(*strategies)(holds))()

        test.__name__, test.__doc__, test.__module__ = (
            holds.__name__,
            holds.__doc__,
            holds.__module__,
        )
        return test

    return made
