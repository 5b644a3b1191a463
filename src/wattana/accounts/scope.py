"""The one place where a viewer's scope becomes a condition of a query."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from wattana.accounts.viewer import Viewer

M = TypeVar("M", bound=Model)

_COLUMN = {2: "province", 4: "district", 6: "tambon", 8: "area_id"}


def in_areas(codes: tuple[str, ...], prefix: str = "") -> Q:
    """Rows of a table with the columns province, district, tambon and area_id within `codes`."""
    if not codes:
        return Q(pk__in=[])
    by_length: dict[int, list[str]] = defaultdict(list)
    for code in codes:
        by_length[len(code)].append(code)
    condition = Q()
    for length, some in by_length.items():
        column = prefix + _COLUMN[length]
        condition |= Q(**{column: some[0]}) if len(some) == 1 else Q(**{f"{column}__in": some})
    return condition


def in_ranges(codes: tuple[str, ...], prefix: str = "") -> Q:
    """The rows of `in_areas` as ranges of area codes, so an index by area gives their order."""
    condition = Q(pk__in=[])
    for code in codes:
        after = str(int(code) + 1).zfill(len(code))
        condition |= Q(**{f"{prefix}area_id__gte": code, f"{prefix}area_id__lt": after})
    return condition


def within(
    rows: QuerySet[M, Any], viewer: Viewer, prefix: str = "", *, by_place: bool = False
) -> QuerySet[M, Any]:
    """Only the rows that the viewer may see.

    `prefix` leads to the household ("" on households, "household__" on persons, visits, …).
    `by_place` is for lists in the order of area codes (`in_ranges`).
    """
    condition = in_ranges if by_place else in_areas
    if viewer.own_records_only:
        own = rows.filter(**{f"{prefix}owner_id": viewer.organization_id})
        return own.filter(condition(viewer.own_areas, prefix)) if viewer.own_areas else own
    return rows.filter(condition(viewer.areas, prefix))
