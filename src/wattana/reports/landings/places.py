"""Where a household is, in words that help to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wattana.areas.models import Area
from wattana.registry import naming
from wattana.surveys.queries import Item, Work


@dataclass(frozen=True)
class Task:
    """A household with something to do: where, whose, and how far it is."""

    place: str
    item: Item
    share: float | None  # of the questions asked, how many were answered


def task(item: Item, areas: Mapping[str, Area]) -> Task:
    share = item.answered / item.asked if item.asked else None
    return Task(naming.house_at(item.house_no, item.road, item.area, areas), item, share)


def begun(work: Work) -> dict[str, list[Task]]:
    """What the viewer began herself: visits to resume, and those returned to her."""
    return {
        "drafts": [task(item, work.areas) for item in work.drafts],
        "returned": [task(item, work.areas) for item in work.returned],
    }
