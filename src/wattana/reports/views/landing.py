"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wattana.accounts import queries as accounts
from wattana.accounts.models import Member
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import SIGNED_IN, policy
from wattana.accounts.viewer import Viewer
from wattana.reports import queries
from wattana.reports.landings import LANDINGS
from wattana.reports.views.areas import area_context


@policy(SIGNED_IN)
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """The work of the viewer's role; for the province officer, her province."""
    viewer = request.viewer
    flags = {
        "can_list": viewer.can(Permission.HOUSEHOLD_LIST),
        "can_assess": viewer.can(Permission.ASSESS),
    }
    page = LANDINGS.get(viewer.role)
    if viewer.unserved & (page.needs if page else {Permission.AREA_VIEW}):
        return render(request, "reports/landing/closed.html")
    if viewer.role == Member.Role.PROVINCE_OFFICER:
        code = queries.top_area(viewer)
        context = flags | (area_context(request, code) if code else {})
        return render(request, "reports/landing/province_officer.html", context)
    if page is None:
        return render(request, "reports/landing/no_role.html", _past(viewer))
    return render(request, f"reports/landing/{page.template}.html", flags | page.context(viewer))


def _past(viewer: Viewer) -> dict[str, Any]:
    """The roles that somebody without any had until lately, and who can give her one again."""
    ended = accounts.past_memberships(viewer.user_id)
    if not ended:
        return {}
    organization, names = accounts.administrators(ended[0].organization)
    return {"ended": ended, "asked": organization, "administrators": names}
