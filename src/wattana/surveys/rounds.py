"""Which round of the survey an area stands in. A few visits ahead of the others begin no round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.conf import settings

Round = TypeVar("Round", bound=Any)  # in the order of time


def newest_begun(reached: Mapping[Round, int]) -> Round | None:
    """The newest round that has begun in earnest; None without any.

    `reached` counts the households with a visit in each round. The first round begins with its
    first visit, each later one when it has reached `WATTANA_ROUND_BEGUN` per cent (proposed: 5) of
    the households that the round begun before it reached.
    """
    newest = None
    for one in sorted(reached):
        before = 0 if newest is None else reached[newest]
        if reached[one] and 100 * reached[one] >= settings.ROUND_BEGUN * before:
            newest = one
    return newest
