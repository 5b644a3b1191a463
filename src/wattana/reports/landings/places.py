"""Where a household is, in words that help to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattana.areas.models import Area
from wattana.registry import naming


@dataclass(frozen=True)
class Task:
    """A household with something to do: where, whose, and how far it is."""

    place: str
    item: Any  # of `surveys.queries.Work`
    share: float | None  # of the questions asked, how many were answered


def task(item: Any, areas: Mapping[str, Area]) -> Task:
    share = item.answered / item.asked if item.asked else None
    return Task(naming.house_at(item.house_no, item.area, areas), item, share)
