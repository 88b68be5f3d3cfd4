"""Assumptions: what is taken for granted of growth before any figures are seen, as data.

Shipped in ``data/forecast.yaml``, the same for every indicator and panel; a sensitivity analysis
varies them and nothing else in the package holds a number of this kind.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from planner.core import resources
from planner.core.findings import InputError
from planner.core.schema import Closed, SchemaError, parse, validate

FILE = "forecast.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


class Growth(Closed):
    """What yearly logarithmic growth usually is, and candidates for how far a panel may be off."""

    mean: Annotated[float, Field(allow_inf_nan=False)]
    spreads: Annotated[tuple[Positive, ...], Field(min_length=1)]


class Scale(Closed):
    """How much growth varies: candidates in equal ratios, with a log-normal prior."""

    lowest: Positive
    ratio: Annotated[float, Field(gt=1, allow_inf_nan=False)]
    count: Count
    median: Positive
    spread: Positive


class Persistence(Closed):
    """How much of what lasts is left after a year, and how much of the common shock lasts."""

    unit: Share
    common: Share
    share: Share


class Assumptions(Closed):
    """Everything assumed of growth before any figures are seen."""

    growth: Growth
    scale: Scale
    restlessness: Annotated[tuple[Positive, ...], Field(min_length=1)]
    lasting: Annotated[tuple[Share, ...], Field(min_length=1)]
    passing: Annotated[tuple[Share, ...], Field(min_length=1)]
    common: Annotated[tuple[Positive, ...], Field(min_length=1)]
    persistence: Persistence
    correlation: Share
    worlds: Count
    paths: Count

    @model_validator(mode="after")
    def _some_combination_is_left(self) -> Assumptions:
        if min(self.lasting) + min(self.passing) > 1:
            raise SchemaError("value_wrong", "lasting + passing", "<= 1")
        keeps = self.persistence
        # What never changes at all leaves nothing to tell two years apart by.
        if (keeps.unit == 1 and max(self.lasting) == 1) or keeps.common == keeps.share == 1:
            raise SchemaError("value_wrong", "persistence", "< 1")
        return self


@resources.once
def shipped() -> Assumptions:
    """Return the assumptions that come with the package.

    >>> shipped().growth.mean
    0.03
    """
    value, findings = validate(Assumptions, parse(resources.data_text(FILE), FILE))
    if value is None:
        raise InputError(findings)
    return value
