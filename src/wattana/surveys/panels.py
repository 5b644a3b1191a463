"""The household page's panel of visits: rounds, who recorded them, and the way to the next."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts.permissions import Permission
from wattana.registry import panels
from wattana.registry.models import Household
from wattana.surveys import queries


def install() -> None:
    """Put the panel on the household page; harmless to repeat."""
    panels.register(
        panels.Panel(
            key="visits",
            title=_("Visits and surveys"),
            order=30,
            permission=Permission.HOUSEHOLD_VIEW,
            render=_render,
            lead=_lead,
        )
    )


def _lead(request: HttpRequest, home: Household) -> tuple[Promise, str] | None:
    """The survey, for who may record it where the household still lives there."""
    if home.status != Household.Status.ACTIVE or not request.viewer.can(Permission.SURVEY_RECORD):
        return None
    return _("Begin a visit"), reverse("surveys:start", args=[home.pk])


def _render(request: HttpRequest, home: Household) -> SafeString:
    context = {
        "visits": queries.visits(request.viewer, home.pk),
        "household": home.pk,
        "recording": request.viewer.can(Permission.SURVEY_RECORD),
    }
    return render_to_string("surveys/panel.html", context, request)
