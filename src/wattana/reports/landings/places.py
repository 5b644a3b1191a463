"""Where a household is, in words that help to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from wattana.areas.models import Area
from wattana.kit.templatetags.wattana import in_language


@dataclass(frozen=True)
class Task:
    """A household with something to do: where, whose, and how far it is."""

    place: str
    item: Any  # of `surveys.queries.Work`
    share: float | None  # of the questions asked, how many were answered


def task(item: Any, areas: Mapping[str, Area]) -> Task:
    share = item.answered / item.asked if item.asked else None
    return Task(place(item.house_no, areas.get(item.area)), item, share)


def place(house_no: str, area: Area | None) -> str:
    """“25/2, Moo 3”; the village alone for a house without a number."""
    village = in_language(area) if area else ""
    if not house_no:
        return village
    return gettext("%(house_no)s, %(village)s") % {"house_no": house_no, "village": village}
