"""Rights and welfare on a household's page; this room's deeds in the audit trail."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.assessment import further
from wattana.entitlements import runs
from wattana.entitlements.household import of_household
from wattana.entitlements.whatif import actions as whatif
from wattana.registry import panels

ACTIONS = {
    "rights": _("rights and welfare"),
    "rights.view": _("rights of a household read"),
    "rights.print": _("rights of a household printed"),
    "rights.list": _("list of missing rights read"),
    "rights.ahead": _("list of coming rights read"),
    "what_if.run": _("other rules tried"),
    "what_if.remove": _("trial of other rules removed"),
    "what_if.export": _("figures of a trial downloaded"),
    "rights.export": _("take-up figures downloaded"),
}


def install() -> None:
    """Put the panel on the household page and name the audited deeds; harmless to repeat."""
    audit.describe(ACTIONS)
    further.register(
        further.Further(
            runs.MEASURE,
            _("Rights and welfare"),
            runs.begin,
            "entitlements:programmes",
            Permission.RIGHTS_VIEW,
        )
    )
    further.register(
        further.Further(
            whatif.MEASURE,
            _("What if: a trial of other rules"),
            None,
            "entitlements:what_if",
            Permission.ASSESS,
        )
    )
    panels.register(
        panels.Panel(
            key="rights",
            title=_("Rights and welfare"),
            order=10,
            permission=Permission.RIGHTS_VIEW,
            render=_render,
        )
    )


def _render(request: HttpRequest, household_id: int) -> SafeString | None:
    """None where nobody lives."""
    found = of_household(request.viewer, household_id)
    if not any(group.name for group in found.groups):
        return None
    audit.record(
        request.viewer, "rights.view", kind="household", object_id=household_id,
        hidden=found.hidden,
    )  # fmt: skip
    context = {
        "rights": found,
        "household": household_id,
        "may_sensitive": request.viewer.can(Permission.SENSITIVE_VIEW),
    }
    return render_to_string("entitlements/panel.html", context, request)
