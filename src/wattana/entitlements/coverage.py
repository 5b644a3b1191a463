"""Take-up as pages show it: a programme by area on a map, an area by programme and agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.areas import queries as areas
from wattana.areas.models import Area, BoundarySource
from wattana.assessment import queries as assessment
from wattana.entitlements import queries, words
from wattana.entitlements.queries import Figures
from wattana.kernel.problems import NotFound
from wattana.kit import charts
from wattana.kit.kept import kept
from wattana.kit.templatetags.wattana import in_language
from wattana.registry import naming
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Programme


@dataclass(frozen=True)
class Row:
    """A part of an area with the figures of one programme."""

    area: Area
    name: str
    figures: Figures


@dataclass(frozen=True)
class Line:
    """A programme, dimension or agency with the figures of one area."""

    name: str
    url: str
    figures: Figures


def of_programme(viewer: Viewer, programme: Programme, code: str = "") -> dict[str, Any]:
    """Take-up of a programme in the areas below one (the viewer's own for ""), for its page.

    Empty before the first run and for a programme that is not applied. Raises `NotFound` for an
    area that the scope does not touch.
    """
    code = code or top_area(viewer)
    run = queries.current_run()
    if run is None or not programme.is_on or not code:
        return {}
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    path = [one for one in areas.breadcrumb(code) if viewer.touches(one.code)]
    found = queries.below(viewer, programme.id, code)
    rows = [
        Row(one, _name(one), found.get(one.code, Figures()))
        for one in areas.children(code)
        if viewer.touches(one.code)
    ]
    return {
        "run": run,
        "path": path,
        "area": path[-1],
        "own": queries.of_area(viewer, code, run).get(programme.id, Figures()),
        "rows": [row for row in rows if row.area.code in found],
        "map": _map(code, rows, programme) if programme.may_be_due else "",
        "fewest": settings.SMALL_GROUP,
        "to_check": queries.to_check(viewer, programme.id, code),
        "of": words.LEVELS[programme.level],
    }


def of_area(viewer: Viewer, code: str) -> SafeString:
    """Take-up in an area by programme, dimension and agency: the block of its page.

    Kept under the run and the part of the area that the viewer sees. Raises `NotFound`.
    """
    run, can_list = queries.current_run_key(), viewer.can(Permission.HOUSEHOLD_LIST)
    viewer.require(Permission.RIGHTS_VIEW)
    if not viewer.touches(code):
        raise NotFound(areas.NOT_OPEN, code=code[:12])
    key = (run, code, viewer.parts_of(code), can_list, settings.SMALL_GROUP)
    return kept(
        "entitlements.area",
        key,
        lambda: render_to_string(
            "entitlements/area.html",
            {"rights": _of_area(viewer, code, run), "can_list": can_list},
        ),
    )


def _of_area(viewer: Viewer, code: str, key: int | None) -> dict[str, Any]:
    run = assessment.shown_run(key) if key else None
    found = queries.of_area(viewer, code, run) if run else {}
    shown = {
        rulebook.load()[name]: figures
        for name, figures in found.items()
        if name in rulebook.load() and (figures.due or figures.may_apply)
    }
    owed = {one: figures for one, figures in shown.items() if one.may_be_due}
    return {
        "run": run,
        "area": code,
        "whole": queries.summed(owed.values()) if owed else None,
        "programmes": _largest(
            Line(words.said(one.title), _page(one, code), figures) for one, figures in owed.items()
        ),
        "may_apply": [
            Line(words.said(one.title), _page(one, code), figures)
            for one, figures in shown.items()
            if not one.may_be_due
        ],
        "dimensions": _by(owed, lambda one: str(words.DIMENSIONS[one.dimension])),
        "agencies": _by(owed, lambda one: words.said(one.agencies[0].name)),
        "fewest": settings.SMALL_GROUP,
    }


def heads() -> list[str]:
    """The heads of the figures in a file."""
    return [
        gettext("Due"), gettext("Received"), gettext("Not received"),
        gettext("Not known whether received"), gettext("May apply"), gettext("Not known"),
        gettext("Baht a year not received"),
    ]  # fmt: skip


def numbers(figures: Figures) -> list[float | int | str]:
    """The figures below the heads; empty where they are withheld."""
    if figures.withheld:
        return [""] * len(heads())
    return [
        figures.due, figures.received, figures.missing, figures.receipt_unknown,
        figures.may_apply, figures.unknown, figures.missing_year / 100,
    ]  # fmt: skip


def top_area(viewer: Viewer) -> str:
    """The smallest area above villages that holds all that the viewer sees; "" without one."""
    for length in (6, 4, 2):
        shared = {code[:length] for code in viewer.areas}
        if len(shared) == 1:
            return shared.pop()
    return ""


def _by(owed: dict[Programme, Figures], key: Any) -> list[Line]:
    groups: dict[str, list[Figures]] = {}
    for programme, figures in owed.items():
        groups.setdefault(key(programme), []).append(figures)
    return _largest(Line(name, "", queries.summed(some)) for name, some in groups.items())


def _largest(lines: Iterable[Line]) -> list[Line]:
    """The largest amount missing first; what is withheld last, so that its place tells nothing."""
    return sorted(
        lines,
        key=lambda one: (
            one.figures.withheld,
            0 if one.figures.withheld else -one.figures.missing_year,
            0 if one.figures.withheld else -one.figures.due,
            one.name,
        ),
    )


def _page(programme: Programme, code: str) -> str:
    page = reverse("entitlements:programme", args=[programme.id])
    return f"{page}?area={code}" if len(code) < 8 else page


def _name(area: Area) -> str:
    return naming.area_label(area) if area.level == Area.Level.VILLAGE else in_language(area)


def _map(code: str, rows: list[Row], programme: Programme) -> SafeString | str:
    """The share of those due who do not receive it, on a map or as tiles."""
    page = reverse("entitlements:programme", args=[programme.id])
    shown = [
        charts.Place(
            row.area.code,
            row.name,
            None if row.figures.share is None else 1 - row.figures.share,
            f"{page}?area={row.area.code}" if len(row.area.code) < 8 else "",
            gettext("withheld") if row.figures.withheld else "",
        )
        for row in rows
    ]
    if not any(one.value is not None for one in shown):
        return ""
    title = gettext("Share of those due who do not receive it: %(programme)s") % {
        "programme": words.said(programme.title)
    }
    scale = charts.SHARES
    stamp = BoundarySource.objects.order_by("-pk").values_list("pk", flat=True).first()
    drawn, credit = _outlines(code, tuple(one.code for one in shown), stamp)
    if not drawn.areas:
        return charts.tile_map(shown, scale, title)
    said = gettext("The table below the map has the same figures.")
    return charts.choropleth(drawn, shown, scale, title, said, attribution=credit)


@lru_cache(maxsize=64)
def _outlines(
    parent: str, codes: tuple[str, ...], stamp: int | None
) -> tuple[charts.Outlines, str]:
    """The projected outlines of some areas below `parent`, and whom to credit."""
    if stamp is None or not codes:
        return charts.outlines([]), ""
    found = areas.boundaries_of(parent, len(codes[0]))
    features = [
        charts.Feature(shape.code, shape.geometry, (shape.label_lon, shape.label_lat))
        for shape in found.shapes
        if shape.code in codes
    ]
    return charts.outlines(features), " · ".join(found.attributions)
