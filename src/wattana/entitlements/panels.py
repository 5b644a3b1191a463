"""Rights and welfare on a household's page; this room's deeds in the audit trail."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.assessment import further
from wattana.entitlements import listing, runs
from wattana.entitlements.household import next_questions, of_household
from wattana.entitlements.whatif import actions as whatif
from wattana.kernel.problems import Problem, told
from wattana.registry import panels
from wattana.registry.models import Household
from wattana.surveys import beside
from wattana.surveys.models import Visit
from wattana.thai import dates

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
    beside.register(_questions)
    panels.register(
        panels.Panel(
            key="rights",
            title=_("Rights and welfare"),
            order=10,
            permission=Permission.RIGHTS_VIEW,
            render=_render,
        )
    )


def _questions(request: HttpRequest, visit: Visit) -> SafeString | None:
    """The questions whose answers settle most, on the page of a visit that is being recorded."""
    if not request.viewer.can(Permission.RIGHTS_VIEW):
        return None
    found = next_questions(request.viewer, visit)
    if not found:
        return None
    return render_to_string("entitlements/parts/ask.html", {"questions": found}, request)


def _day(request: HttpRequest) -> tuple[dt.date | None, str]:
    """The day that the address asks about (None: today), and what is wrong with it."""
    typed = request.GET.get("rights_on", "").strip()
    try:
        return (dates.parse_date(typed) if typed else None), ""
    except Problem as problem:
        return None, told(problem, gettext)


def _first_of_next_month() -> dt.date:
    today = timezone.localdate()
    return (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _render(request: HttpRequest, home: Household) -> SafeString | None:
    """None where nobody lives."""
    day, problem = _day(request)
    found = of_household(request.viewer, home, day)
    if not found.left_out and not any(group.name for group in found.groups):
        return None
    audit.record(
        request.viewer, "rights.view", kind="household", object_id=home.pk,
        hidden=found.hidden, on=found.day.isoformat(),
    )  # fmt: skip
    context = {
        "rights": found,
        "groups": listing.groups(found.groups),
        "other_day": found.day != timezone.localdate(),
        "typed": request.GET.get("rights_on", ""),
        "problem": problem,
        "first_of_next_month": _first_of_next_month(),
        "household": home.pk,
        "may_sensitive": request.viewer.can(Permission.SENSITIVE_VIEW),
    }
    return render_to_string("entitlements/panel.html", context, request)
