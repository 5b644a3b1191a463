"""The five capitals on a household's page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts.permissions import Permission
from wattana.assessment import queries
from wattana.registry.panels import Panel, register


def install() -> None:
    """Show the five capitals on the household page."""
    register(Panel("capitals", _("Five capitals"), 20, Permission.HOUSEHOLD_VIEW, capitals))


def capitals(request: HttpRequest, household_id: int) -> SafeString | None:
    """Radar, levels, changes and the reason of each indicator; None before the first result."""
    rounds = queries.household_results(request.viewer, household_id)
    if not rounds:
        return None
    return render_to_string("assessment/panel.html", {"rounds": rounds}, request)
