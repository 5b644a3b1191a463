"""The area page, its table as a file, and the way to the viewer's own area."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wattana.accounts import audit, audit_details
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.entitlements import coverage
from wattana.kernel.problems import N_, Invalid
from wattana.kit.cells import harmless
from wattana.referrals.queries import board
from wattana.reports import area_body, names, queries, tables
from wattana.reports.measures import MEASURES, measure

audit.describe(
    {
        "area": _("area"),
        "area.view": _("area page opened"),
        "area.export": _("area table downloaded"),
    }
)
audit_details.describe_codes({"show": {one.key: one.title for one in MEASURES.values()}})
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
    seen = queries.seen_area(request.viewer, code, by_tambon=_by_tambon(request))
    page = queries.area_page(request.viewer, seen)
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
    seen = queries.seen_area(viewer, code, by_tambon=_by_tambon(request))
    shown, sort = measure(request.GET.get("show", "")), request.GET.get("sort", "")
    audit.record(viewer, "area.view", kind="area", area=code, show=shown.key)
    finer = queries.can_be_finer(viewer, seen.area)
    return {
        "page": seen,
        "title": names.area_title(seen.area),
        "can_list": viewer.can(Permission.HOUSEHOLD_LIST),
        "can_assess": viewer.can(Permission.ASSESS),
        "list_query": f"?area={seen.area.code}",
        "rights": coverage.of_area(viewer, code) if viewer.can(Permission.RIGHTS_VIEW) else None,
        "referrals": board.standing(viewer, code)
        if viewer.can(Permission.REFERRAL_BOARD)
        else None,
        "body": area_body.body(viewer, seen, shown, sort) if seen.run_key else None,
        "finer": finer,
        "by": "tambon" if finer and _by_tambon(request) else "",
        "below": names.level_plural(seen.below[0]) if seen.below else "",
        "measures": MEASURES.values(),
        "shown": shown,
        "sort": sort,
        "heads": tables.heads(tables.columns(shown.key), sort),
    }


def _by_tambon(request: HttpRequest) -> bool:
    by = request.GET.get("by", "")
    if by not in ("", "tambon"):
        raise Invalid(
            N_("The table cannot be told by “%(key)s”. Leave it out, or write tambon."), key=by[:20]
        )
    return by == "tambon"
