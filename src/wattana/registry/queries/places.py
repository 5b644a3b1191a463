"""Areas as a viewer may choose them, and queries narrowed to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from django.db.models import CharField, Model, Q, QuerySet

from wattana.accounts.scope import in_areas, within
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.areas.models import Area
from wattana.kernel.problems import NotFound
from wattana.kit.prepared import Given, Many, prepared

M = TypeVar("M", bound=Model)
_SHOWN = ("code", "level", "name_th", "name_en")  # as `Place` has them


class Place(NamedTuple):
    """What a page needs of an area; lists name hundreds, and model objects are slow to make."""

    code: str
    level: int
    name_th: str
    name_en: str


def narrowed(
    rows: QuerySet[M, Any], viewer: Viewer, code: str, prefix: str = "", *, by_place: bool = False
) -> QuerySet[M, Any]:
    """The rows of the scope that lie in an area (all for ""): one equality where one code says it.

    `prefix` and `by_place` as in `scope.within`. Raises `NotFound` for an area that the scope does
    not touch, as every page does that is about one.
    """
    if not code:
        return within(rows, viewer, prefix, by_place=by_place)
    if viewer.own_records_only:
        return within(rows, viewer, prefix).filter(in_areas((code,), prefix))
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code)
    return within(rows, replace(viewer, areas=viewer.parts_of(code)), prefix, by_place=by_place)


def places(codes: Iterable[str]) -> dict[str, Place]:
    """The areas of some codes and all above them, by code, in one query."""
    wanted = {code[:length] for code in codes for length in range(2, len(code) + 1, 2)}
    return {row[0]: Place(*row) for row in _of_codes(codes=sorted(wanted))}


@prepared(codes=Many(CharField()))
def _of_codes(codes: list[Given]) -> QuerySet[Area, Any]:
    return Area.objects.filter(code__in=codes).order_by().values_list(*_SHOWN)


@prepared(codes=Many(CharField()), parent=CharField())
def _of_codes_or_below(codes: list[Given], parent: Given) -> QuerySet[Area, Any]:
    wanted = Q(code__in=codes) | Q(parent_id=parent)
    return Area.objects.filter(wanted).order_by("code").values_list(*_SHOWN)


def area_choices(viewer: Viewer, code: str = "") -> list[Place]:
    """What an area filter offers: the areas above `code`, itself, and those directly below.

    Only areas that the scope touches; without `code` the viewer's own areas, or what lies below
    them when there is just one.
    """
    start = code or (viewer.areas[0] if len(viewer.areas) == 1 else "")
    above = [start[:length] for length in range(2, len(start) + 1, 2)]
    rows = _of_codes_or_below(codes=above or viewer.areas, parent=start)
    found = [Place(*row) for row in rows]
    if viewer.own_records_only:
        return found
    return [area for area in found if viewer.touches(area.code)]


def tambon_choices(viewer: Viewer) -> list[Area]:
    """The tambons in which the viewer may enter a household."""
    wanted = Q(pk__in=[])
    for code in viewer.areas:
        wanted |= Q(code=code[:6]) if len(code) >= 6 else Q(code__startswith=code)
    return list(Area.objects.filter(wanted, level=Area.Level.TAMBON).order_by("code"))


def moo_choices(viewer: Viewer, tambons: list[Area]) -> str:
    """The villages in which the viewer may enter a household (1–3, 7); "" where that is any.

    Where she has villages of several tambons it is "" as well; what she enters is checked.
    """
    if len(tambons) != 1 or viewer.covers(tambons[0].code):
        return ""
    return areas.moos_of(viewer.parts_of(tambons[0].code)).told()
