"""The area page, its table as a file, and the way to the viewer's own area."""

from __future__ import annotations

import csv
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.viewer import Viewer
from wattana.assessment.figures import CAPITALS
from wattana.entitlements import coverage
from wattana.kit.cells import harmless
from wattana.referrals.queries import board
from wattana.registry.naming import level_name
from wattana.reports import names, pictures, queries, tables
from wattana.reports.measures import MEASURES, Measure, measure
from wattana.reports.queries import AreaPage

audit.describe(
    {
        "area": _("area"),
        "area.view": _("area page opened"),
        "area.export": _("area table downloaded"),
    }
)
_BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet program does not read the file as UTF-8


@policy(Permission.AREA_VIEW)
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """The smallest area that holds all the viewer's; a choice where there is no such area."""
    if code := queries.top_area(request.viewer):
        return redirect("reports:area", code)
    context = {
        "areas": queries.own_areas(request.viewer),
        "can_list": request.viewer.can(Permission.HOUSEHOLD_LIST),
    }
    return render(request, "reports/areas.html", context)


@policy(Permission.AREA_VIEW)
@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """One area: its figures, its parts on a map and in a table, its rounds."""
    return render(request, "reports/area.html", area_context(request, code))


@policy(Permission.AREA_VIEW)
@require_safe
def area_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The table of the area page, in its order, as CSV."""
    page = queries.area_page(request.viewer, code, by_tambon=_by_tambon(request))
    rows = tables.ordered(page.rows, request.GET.get("sort", ""))
    audit.record(request.viewer, "area.export", kind="area", area=code, rows=len(rows))
    response = HttpResponse(_BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="areas-{page.area.code}.csv"'
    writer = csv.writer(response)
    writer.writerow([gettext("Code"), gettext("Area"), *tables.file_heads()])
    for row in rows:
        writer.writerow([row.area.code, harmless(names.area_name(row.area)), *tables.numbers(row)])
    return response


def area_context(request: HttpRequest, code: str) -> dict[str, Any]:
    """All that the area page's template needs; the reading is audited."""
    viewer = request.viewer
    page = queries.area_page(viewer, code, by_tambon=_by_tambon(request))
    shown = measure(request.GET.get("show", ""))
    audit.record(viewer, "area.view", kind="area", area=code, show=shown.key)
    return {
        "page": page,
        "title": names.area_title(page.area),
        "can_list": viewer.can(Permission.HOUSEHOLD_LIST),
        "can_assess": viewer.can(Permission.ASSESS),
        "scheme": names.scheme(page.scheme),
        "rights": coverage.of_area(viewer, page.area.code),
        "referrals": board.standing(viewer, page.area.code) if _may_board(viewer) else None,
        "list_query": f"?area={page.area.code}",
        "level_names": [(number, level_name(number)) for number in (1, 2, 3, 4)],
        **_figures(page),
        **_parts(page, shown, request.GET.get("sort", "")),
        **_map(request, page, shown),
    }


def _may_board(viewer: Viewer) -> bool:
    return viewer.can(Permission.REFERRAL_BOARD)


def _by_tambon(request: HttpRequest) -> bool:
    return request.GET.get("by", "") == "tambon"


def _figures(page: AreaPage) -> dict[str, Any]:
    """The area itself: counts, charts and the tables beside them."""
    if page.figures is None:
        return {}
    title = names.area_title(page.area)
    overall, rounds = page.figures.overall, page.rounds
    score, level1 = MEASURES["score"], MEASURES["level1"]
    before = rounds[-2] if len(rounds) > 1 else None
    return {
        "overall": overall,
        "level": names.level_of(overall, page.scheme),
        "fewest": settings.SMALL_GROUP,
        "score_span": score.spanned(score.interval_of(page.figures, page.intervals)),
        "level1_span": level1.spanned(level1.interval_of(page.figures, page.intervals)),
        "compared": overall.improved + overall.unchanged + overall.declined,
        "levels": pictures.levels(overall, title),
        "capitals": pictures.capitals(page.figures, before, title),
        "before": names.wave(before.wave) if before else "",
        "capital_figures": [
            (names.capital(key), figure, names.level_of(figure, page.scheme))
            for key, figure in page.figures.capitals.items()
        ],
        "capital_names": [names.capital(key) for key in CAPITALS],
        "over_rounds": pictures.over_rounds(rounds, title) if before else "",
        "round_figures": [(names.wave(one.wave), one) for one in rounds],
    }


def _map(request: HttpRequest, page: AreaPage, shown: Measure) -> dict[str, Any]:
    """The areas below in the chosen colours; a whole province also by tambon (`?by=tambon`)."""
    if page.figures is None or not page.rows:
        return {}
    finer = queries.can_be_finer(request.viewer, page.area)
    return {
        "finer": finer,
        "by": "tambon" if finer and _by_tambon(request) else "",
        "picture": pictures.area_map(page.area.code, page.rows, shown),
    }


def _parts(page: AreaPage, shown: Measure, sort: str) -> dict[str, Any]:
    """The areas below as a table in the chosen order, the measure on the map first."""
    rows = tables.ordered(page.rows, sort)
    if page.figures is None or not rows:
        return {}
    columns = tables.columns(shown.key)
    return {
        "below": names.level_plural(rows[0].area),
        "measures": MEASURES.values(),
        "shown": shown,
        "sort": sort,
        "heads": tables.heads(columns, sort),
        "lines": [(row, tables.cells(columns, row)) for row in rows],
    }
