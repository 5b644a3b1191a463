"""Needs and referrals on a household's page; this room's deeds in the audit trail."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.referrals import words
from wattana.referrals.queries import needs
from wattana.registry import panels, queries


def install() -> None:
    """Put the panel on the household page and name the audited deeds; harmless to repeat."""
    audit.describe(words.ACTIONS)
    panels.register(
        panels.Panel(
            key="referrals",
            title=_("Needs, referrals and help"),
            order=15,
            permission=Permission.NEED_REPORT,
            render=_render,
        )
    )


def _render(request: HttpRequest, household_id: int) -> SafeString:
    viewer = request.viewer
    home = queries.household(viewer, household_id)
    context = {
        "home": home,
        "needs": needs.of_household(viewer, home),
        "help": needs.help_of(viewer, home),
        "may_send": viewer.can(Permission.REFERRAL_SEND),
        "open": home.merged_into_id is None,
        "own": viewer.organization_id,
    }
    return render_to_string("referrals/panel.html", context, request)
