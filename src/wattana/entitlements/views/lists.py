"""Lists of people: who is due what and does not get it, who comes to the age of a right."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.entitlements import ahead as birthdays
from wattana.entitlements import queries, remedies, words
from wattana.entitlements.queries import Filters
from wattana.entitlements.rows import table_rows
from wattana.entitlements.sensitivity import is_sensitive
from wattana.kit.words import kept_by_language
from wattana.registry import naming
from wattana.registry.queries.places import area_choices
from wattana.registry.rows import options
from wattana.rules import programmes as rulebook


@policy(Permission.HOUSEHOLD_LIST)
@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """Who of the scope is due what and misses it, the largest amount first."""
    viewer, filters = request.viewer, Filters.read(request.GET)
    found = queries.missing_list(viewer, filters, request.GET.get("page"))
    audit.record(
        viewer, "rights.list", kind="household", area=filters.area, filters=filters.given,
        rows=len(found.rows) if found else 0,
    )  # fmt: skip
    given = {name: getattr(filters, name) for name in filters.given}
    offered = remedies.offered(request, [row.missed for row in found.rows]) if found else {}
    can_view = viewer.can(Permission.HOUSEHOLD_VIEW)
    context = {
        "found": found,
        "rows": table_rows(found.rows, offered, can_view=can_view) if found else "",
        "offered": offered,
        "filters": filters,
        "query": urlencode(given),
        "areas": options(_areas(request, filters.area), filters.area),
        "programmes": _programmes(viewer.can(Permission.SENSITIVE_VIEW), filters.programme),
        "agencies": _agencies(filters.agency),
    }
    return render(request, "entitlements/missing.html", context)


@policy(Permission.HOUSEHOLD_LIST)
@require_safe
def ahead(request: HttpRequest) -> HttpResponse:
    """Who comes to the age of a right within a year, with the time of registration."""
    viewer, filters = request.viewer, Filters.read(request.GET)
    found = birthdays.ahead(viewer, filters.area, request.GET.get("page"))
    audit.record(viewer, "rights.ahead", kind="household", area=filters.area, rows=len(found.rows))
    context = {
        "found": found,
        "filters": filters,
        "areas": options(_areas(request, filters.area), filters.area),
        "today": timezone.localdate(),
    }
    return render(request, "entitlements/ahead.html", context)


@kept_by_language(256)
def _programmes(sensitive: bool, chosen: str) -> SafeString:
    """Those that somebody may be due, as far as the viewer may know of them."""
    shown = [
        (one.id, words.said(one.title))
        for one in rulebook.load().values()
        if one.is_on and one.may_be_due and (sensitive or not is_sensitive(one))
    ]
    return options(shown, chosen)


@kept_by_language(256)
def _agencies(chosen: str) -> SafeString:
    return options([(one.id, words.said(one.name)) for one in queries.agencies().values()], chosen)


def _areas(request: HttpRequest, code: str) -> list[tuple[str, str]]:
    return [(one.code, naming.area_label(one)) for one in area_choices(request.viewer, code)]
