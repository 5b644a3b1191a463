"""The one place where a viewer's scope becomes a condition of a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db.models import BigIntegerField, CharField, Model, Q, QuerySet

from wattana.accounts.viewer import Viewer
from wattana.kit.prepared import Given, Many

M = TypeVar("M", bound=Model)
GIVEN = {"organization": BigIntegerField(), "codes": Many(CharField())}
Shape = tuple[bool, tuple[tuple[int, int], ...]]
"""Whether only own records are open, and how many codes of so many digits."""

_TAMBON = 6  # digits of its code
_COLUMN = {2: "province", 4: "district", 6: "tambon", 8: "area__code"}


def in_areas(codes: tuple[str, ...], prefix: str = "") -> Q:
    """Rows of a table with the columns province, district, tambon and area_id within `codes`."""
    return at_levels(by_length(codes), prefix)


def by_length(codes: Iterable[str]) -> Mapping[int, list[str]]:
    """The codes of each level, by how many digits they have."""
    found: dict[int, list[str]] = defaultdict(list)
    for code in codes:
        found[len(code)].append(code)
    return found


def at_levels(codes: Mapping[int, Sequence[str | Given]], prefix: str = "") -> Q:
    """`in_areas` for codes by level, also such that a prepared question is given later."""
    if not codes:
        return Q(pk__in=[])
    condition = Q()
    for length, some in codes.items():
        column = prefix + _COLUMN[length]
        condition |= Q(**{column: some[0]}) if len(some) == 1 else Q(**{f"{column}__in": some})
    return condition


def are_small(lengths: Iterable[int]) -> bool:
    """Whether codes of so many digits are of tambons or less, whose few households are gathered
    before they are put in order; those of larger areas are met along the order, if possible."""
    return all(length >= _TAMBON for length in lengths)


def in_ranges(codes: tuple[str, ...], prefix: str = "") -> Q:
    """The rows of `in_areas` as ranges of area codes, so an index by area gives their order."""
    condition = Q(pk__in=[])
    for code in codes:
        condition |= in_range(code, after(code), f"{prefix}area_id")
    return condition


def in_range(code: str | Given, after: str | Given, column: str) -> Q:
    """Rows whose `column` has a code of the area `code`, as a range of an index of that column."""
    return Q(**{f"{column}__gte": code, f"{column}__lt": after})


def after(code: str) -> str:
    """The code behind all those of an area, for `in_range`."""
    return str(int(code) + 1).zfill(len(code))


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


def apart(viewer: Viewer) -> tuple[Shape, dict[str, Any]]:
    """What decides in `within`, as shape and values of a prepared question (`within_given`)."""
    codes = viewer.own_areas if viewer.own_records_only else viewer.areas
    levels = by_length(codes)
    shape = viewer.own_records_only, tuple((length, len(some)) for length, some in levels.items())
    given = [code for some in levels.values() for code in some]
    return shape, {"organization": viewer.organization_id, "codes": given}


def within_given(
    rows: QuerySet[M, Any], shape: Shape, organization: Given, codes: Sequence[Given], prefix: str
) -> QuerySet[M, Any]:
    """`within` in a prepared question that is asked with `GIVEN`."""
    (own_records_only, levels), rest = shape, iter(codes)
    by_level = {length: list(islice(rest, count)) for length, count in levels}
    if not own_records_only:
        return rows.filter(at_levels(by_level, prefix))
    own = rows.filter(**{f"{prefix}owner_id": organization})
    return own.filter(at_levels(by_level, prefix)) if by_level else own
