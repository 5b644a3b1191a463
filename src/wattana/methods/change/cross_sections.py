"""Two independent cross-sections: the difference of their figures with its standard error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattana.engines.port import Engine
from wattana.methods.survey import Design, Estimate, linear, ratios


@dataclass(frozen=True)
class Known:
    """A figure of one sample: H, M0, a mean, whatever has a standard error and its df."""

    value: float | None
    se: float | None
    df: float


@dataclass(frozen=True)
class Difference:
    """after − before; None where one of them is unknown. `df` by Welch and Satterthwaite."""

    before: float | None
    after: float | None
    value: float | None
    se: float | None
    df: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class GroupDifferences:
    """The differences of one group; empty for all rows."""

    group: Mapping[str, Any]
    of: Mapping[str, Difference]


def differences(
    engine: Engine,
    before: str,
    after: str,
    wanted: Mapping[str, tuple[str, str]],
    designs: tuple[Design, Design],
    *,
    shares: Sequence[str] = (),
) -> list[GroupDifferences]:
    """Compare ratios of two independent samples, tables or queries, with their designs.

    `wanted` and `shares` as in `survey.ratios`. Groups that only one sample has are left out. The
    variance is the sum of both: right for independent samples, too wide for a panel, whose
    households should be compared pair by pair (`panels`).
    """
    first = ratios(engine, before, wanted, designs[0], shares=shares)
    second = {
        tuple(one.group.items()): one
        for one in ratios(engine, after, wanted, designs[1], shares=shares)
    }
    found = []
    for one in first:
        other = second.get(tuple(one.group.items()))
        if other is not None:
            each = {
                name: difference(
                    _known(one.of[name], one.df),
                    _known(other.of[name], other.df),
                    designs[1].confidence,
                )
                for name in wanted
            }
            found.append(GroupDifferences(one.group, each))
    return found


def difference(before: Known, after: Known, confidence: float = 0.95) -> Difference:
    """after − before of two independent samples, with t and Welch's degrees of freedom."""
    if before.value is None or after.value is None:
        return Difference(before.value, after.value, None, None, None, None, None)
    value = after.value - before.value
    if before.se is None or after.se is None:
        return Difference(before.value, after.value, value, None, None, None, None)
    parts = before.se**2, after.se**2
    spread = parts[0] ** 2 / before.df + parts[1] ** 2 / after.df
    se = float(np.sqrt(sum(parts)))
    df = sum(parts) ** 2 / spread if spread else float(before.df + after.df)
    low, high = linear(value, se, df, confidence)
    return Difference(before.value, after.value, value, se, df, float(low), float(high))


def _known(found: Estimate, df: int) -> Known:
    return Known(found.value, found.se, df)
