"""The household page's panel of visits: rounds, who recorded them, and the way to the next."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.registry import panels
from wattana.surveys import queries

ACTIONS = {
    "visit.start": _("visit begun"),
    "visit.read": _("visit read"),
    "visit.submit": _("visit handed in"),
    "visit.approve": _("visit approved"),
    "visit.return": _("visit returned for correction"),
    "visit.reopen": _("visit opened again"),
    "visit.not_surveyed": _("household could not be surveyed"),
}


def install() -> None:
    """Put the panel on the household page and name the audited steps; harmless to repeat."""
    audit.describe(ACTIONS)
    panels.register(
        panels.Panel(
            key="visits",
            title=_("Visits and surveys"),
            order=30,
            permission=Permission.HOUSEHOLD_VIEW,
            render=_render,
        )
    )


def _render(request: HttpRequest, household: int) -> SafeString:
    context = {
        "visits": queries.visits(request.viewer, household),
        "household": household,
        "recording": request.viewer.can(Permission.SURVEY_RECORD),
    }
    return render_to_string("surveys/panel.html", context, request)
