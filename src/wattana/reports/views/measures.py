"""The page of a measure of poverty: any cut-off, group and figure, of the areas in the scope."""

from __future__ import annotations

import csv
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.areas import queries as areas
from wattana.areas.models import Area
from wattana.assessment import queries as assessment
from wattana.assessment.poverty.definitions import GROUPINGS, MEASURES, definitions
from wattana.assessment.poverty.queries import Picture, picture
from wattana.reports import names
from wattana.reports.poverty import pictures, tables, words
from wattana.reports.poverty.asking import Asked, asked
from wattana.reports.poverty.tables import Row
from wattana.rules.poverty import PovertyMeasure

audit.describe(
    {
        "measure": _("measure"),
        "measure.view": _("page of a measure opened"),
        "measure.export": _("table of a measure downloaded"),
    }
)
_BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet program does not read the file as UTF-8
_KEPT = ("k", "unit", "group", "figure", "indicator")


@policy(Permission.AREA_VIEW)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The measures that there are, each with its latest run."""
    known = [
        (definitions(name), assessment.current_run(name), reverse("reports:measure", args=[name]))
        for name in MEASURES
    ]
    scores = assessment.current_run()
    context = {"known": known, "scores": scores, "scheme": assessment.in_force()}
    return render(request, "reports/measure/measures.html", context)


@policy(Permission.AREA_VIEW)
@require_safe
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure: figures of an area and its parts, as the address asks."""
    found = definitions(measure)
    asks = asked(request.GET, request.viewer, found)
    run = assessment.current_run(measure)
    context: dict[str, Any] = {
        "measure": found,
        "title": names.said(found.title),
        "note": names.said(found.note),
        "run": run,
        "command": f"wattana assess --measure {measure}",
        "asked": asks,
        "can_assess": request.viewer.can(Permission.ASSESS),
        "can_list": request.viewer.can(Permission.HOUSEHOLD_LIST),
    }
    if asks and run:
        if not request.htmx:  # moving the slider is not opening the page again and again
            audit.record(request.viewer, "measure.view", kind="measure", area=asks.area)
        context |= _page(request, found, run, asks)
    return render(request, "reports/measure/measure.html", context)


@policy(Permission.AREA_VIEW)
@require_safe
def measure_csv(request: HttpRequest, measure: str, table: str) -> HttpResponse:
    """One table of the page as CSV: areas, groups, indicators or curve."""
    found = definitions(measure)
    asks = asked(request.GET, request.viewer, found)
    run = assessment.current_run(measure)
    rows: tables.File = []
    if asks and run:
        seen = picture(request.viewer, run, asks.area, asks.question)
        rows = tables.file(table, found, seen, asks.question, _below(request, asks.area))
        audit.record(
            request.viewer, "measure.export", kind="measure", area=asks.area, table=table,
            rows=len(rows) - 1,
        )  # fmt: skip
    response = HttpResponse(_BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    name = f"{measure}-{table}-{asks.area if asks else 'none'}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows(rows)
    return response


def _below(request: HttpRequest, code: str) -> list[Area]:
    return [area for area in areas.children(code) if request.viewer.touches(area.code)]


def _page(request: HttpRequest, found: PovertyMeasure, run: Any, asks: Asked) -> dict[str, Any]:
    """Everything on the page but what is true of the measure itself."""
    path = areas.breadcrumb(asks.area)
    seen = picture(request.viewer, run, asks.area, asks.question)
    below = _below(request, asks.area)
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    links = {one.code: "?" + urlencode({"area": one.code, **kept}) for one in [*path, *below]}
    return {
        "area": path[-1],
        "place": names.area_title(path[-1]),
        "path": [(one, links[one.code]) for one in path],
        "partial": not request.viewer.covers(asks.area),
        "fewest": settings.SMALL_GROUP,
        "list_query": f"?area={asks.area}",
        "file_query": "?" + urlencode({"area": asks.area, **kept}),
        "seen": seen,
        **_controls(found, asks),
        **_figures(found, seen, asks),
        **_charts(found, seen, asks, below, links, names.area_title(path[-1])),
    }


def _controls(found: PovertyMeasure, asks: Asked) -> dict[str, Any]:
    """The choices of the form."""
    return {
        "figures": words.TITLES.items(),
        "units": words.UNITS.items(),
        "groupings": [
            (name, of.title, [(f"{name}:{group}", title) for group, title in of.names.items()])
            for name, of in GROUPINGS.items()
        ],
        "dimensions": [
            (
                one.name,
                names.said(one.title),
                [(name, words.part_title(found, name)) for name in one.indicators],
            )
            for one in found.dimensions
        ],
        "k_field": asks.k if "/" not in asks.k else "",
        "k_default": words.k_written(found),
    }


def _figures(found: PovertyMeasure, seen: Picture, asks: Asked) -> dict[str, Any]:
    """The area itself in figures."""
    if seen.area is None:
        return {}
    row = Row(asks.area, "", seen.area)
    return {
        "own": seen.area,
        "own_cells": row.cells,
        "k_percent": float(seen.cutoff),
        "shown_title": words.figure_title(found, asks.question),
        "shown_about": words.ABOUT[asks.question.figure],
        "group_title": words.group_title(asks.question),
    }


def _charts(
    found: PovertyMeasure, seen: Picture, asks: Asked, below: list[Area],
    links: dict[str, str], place: str,
) -> dict[str, Any]:  # fmt: skip
    """Charts, each with the rows of its table."""
    if seen.area is None:
        return {}
    question = asks.question
    rows, groups = tables.area_rows(below, seen), tables.group_rows(seen, question)
    counted = [row for row in rows if row.figures]
    own = Row(asks.area, place, seen.area)
    title = words.figure_title(found, question)
    made_of = gettext("What M0 is made of: %(area)s") % {"area": place}
    return {
        "rows": [(row, links[row.code]) for row in rows],
        "below_title": names.level_plural(below[0]) if below else "",
        "map": pictures.parts_map(asks.area, rows, found, question, links) if rows else "",
        "bars": pictures.ranked(counted, question.figure, title, links) if counted else "",
        "has_intervals": any(row.figures.shown.interval for row in counted if row.figures),
        "groups": groups,
        "groups_title": GROUPINGS[question.grouping].title if groups else "",
        "group_bars": pictures.ranked(groups, question.figure, title, {}) if groups else "",
        "stacks": pictures.contributions([own, *counted], found, made_of, links),
        "made_of": made_of,
        "composition": tables.composition([own, *counted], found),
        "parts": [] if seen.area.withheld else tables.parts(found, seen.area),
        "curve": pictures.k_curve(seen, float(seen.cutoff), place) if seen.curve else "",
        "cutoffs": tables.at_cutoffs(seen.curve) if seen.curve else [],
    }
