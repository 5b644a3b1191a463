"""The household list, the search box and the export of a list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel.problems import N_, Invalid
from wattana.kit.middleware import told
from wattana.kit.words import kept_by_language
from wattana.registry import export as files
from wattana.registry import naming, queries
from wattana.registry.models import Household, ListEntry
from wattana.registry.queries.lists import exact_count
from wattana.registry.queries.search import LIMIT, is_national_id
from wattana.registry.rows import options, table_rows

NUMBER_IN_ADDRESS = N_("A national ID may not stand in the address. Use the search box.")


@policy(Permission.HOUSEHOLD_LIST)
@require_safe
def household_list(request: HttpRequest) -> HttpResponse:
    """Households of the scope; filters, order and page stand in the address."""
    filters = queries.Filters.read(request.GET)
    if is_national_id(filters.text):
        raise Invalid(NUMBER_IN_ADDRESS)
    found = queries.household_list(request.viewer, filters, request.GET.get("page"))
    audit.record(
        request.viewer, "household.list", kind="household", area=filters.area,
        filters=sorted(filters.as_query()), rows=len(found.rows),
    )  # fmt: skip
    context = {
        "filters": filters,
        "query": urlencode(filters.as_query()),
        "page": found.page,
        "count": found.count,
        "cut": found.cut and LIMIT,
        "too_wide": found.too_wide,
        "rows": table_rows(found.rows, found.areas, found.matched),
        "options": _options(request, filters),
        "may_edit": request.viewer.can(Permission.HOUSEHOLD_EDIT),
        "may_export": request.viewer.can(Permission.HOUSEHOLD_EXPORT),
    }
    return render(request, "registry/list.html", context)


@policy(Permission.HOUSEHOLD_LIST)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """From the search box to the household that can only be meant, or to the list of what fits.

    Sent as a form, so that a national ID stands in no address, log or browser history.
    """
    text = request.POST.get("text", "").strip()[:80]
    area = request.POST.get("area", "")
    if not text:
        return redirect("registry:list")
    within = queries.Filters.read({"area": area}).area
    try:
        found = queries.search(request.viewer, text, within)
    except Invalid as problem:  # a national ID that cannot be one
        messages.warning(request, told(problem))
        return redirect("registry:list")
    audit.record(
        request.viewer, "household.search", kind="household", found_by=found.by,
        rows=len(found.households),
    )  # fmt: skip
    if found.meant is not None and request.viewer.can(Permission.HOUSEHOLD_VIEW):
        return redirect("registry:household", found.meant)
    if is_national_id(text):
        messages.warning(request, gettext("Nobody in your area has this national ID."))
        return redirect("registry:list")
    wanted = {"text": text} | ({"area": area} if area else {})
    return redirect(f"{reverse('registry:list')}?{urlencode(wanted)}")


@policy(Permission.HOUSEHOLD_EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The filtered list as a file, streamed; counted and audited before the first row leaves."""
    filters = queries.Filters.read(request.GET)
    kind = request.GET.get("format", "csv")
    if is_national_id(filters.text):
        raise Invalid(NUMBER_IN_ADDRESS)
    if kind not in files.KINDS:
        raise Invalid(N_("This kind of file is not offered. Choose CSV or XLSX."))
    rows = exact_count(request.viewer, filters)
    audit.record(
        request.viewer, "household.export", kind="household", area=filters.area, format=kind,
        filters=sorted(filters.as_query()), rows=rows,
    )  # fmt: skip
    name = f"households-{timezone.localdate():%Y-%m-%d}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(
            files.csv_file(request.viewer, filters), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(
        files.xlsx_file(request.viewer, filters, rows), as_attachment=True, filename=name
    )


def _options(request: HttpRequest, filters: queries.Filters) -> dict[str, SafeString]:
    """The options of each filter, the chosen one marked."""
    areas = [
        (area.code, f"{'– ' * (area.level // 2 - 1)}{naming.area_label(area)}")
        for area in queries.area_choices(request.viewer, filters.area)
    ]
    chosen = (filters.level, filters.list_status, filters.source, filters.surveyed)
    sorts = [("match", gettext("best match first"))] if filters.text else []
    sorts += [
        ("standing", gettext("worst off first")),
        ("place", gettext("village and house number")),
    ]
    return {
        "area": options(areas, filters.area),
        "sort": options(sorts, filters.sort),
        **_fixed_options(*chosen),
    }


@kept_by_language(512)
def _fixed_options(
    level: str, list_status: str, source: str, surveyed: str
) -> dict[str, SafeString]:
    """The options that are the same for everybody."""
    levels = [(str(number), f"{number} {naming.level_name(number)}") for number in (1, 2, 3, 4)]
    surveys = [("yes", gettext("surveyed")), ("no", gettext("not surveyed yet"))]
    return {
        "level": options([*levels, ("none", gettext("not classified"))], level),
        "list_status": options(Household.ListStatus.choices, list_status),
        "source": options(ListEntry.Source.choices, source),
        "surveyed": options(surveys, surveyed),
    }
