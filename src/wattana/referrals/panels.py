"""Needs and referrals on a household's page; this room's deeds in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wattana.accounts import audit, audit_details
from wattana.accounts.permissions import Permission
from wattana.entitlements import remedies
from wattana.entitlements.remedies import Missed
from wattana.kernel import keys
from wattana.referrals import words
from wattana.referrals.models import Referral
from wattana.referrals.plans import queries as plans
from wattana.referrals.queries import needs, timeline
from wattana.registry import panels
from wattana.registry.models import Household


def install() -> None:
    """Put the panels on the household page, the way to a referral beside a right that is missed.

    Names the audited deeds too; harmless to repeat.
    """
    audit.describe(words.ACTIONS)
    audit_details.describe_codes(
        {"basis": dict(Referral.Basis.choices), "state": words.STATES, "box": words.BOXES}
    )
    remedies.register(_offer)
    panels.register(
        panels.Panel(
            key="referrals",
            title=_("Needs, referrals and help"),
            order=15,
            permission=Permission.NEED_REPORT,
            render=_render,
        )
    )
    panels.register(
        panels.Panel(
            key="plan",
            title=_("Plan and follow-up"),
            order=16,
            permission=Permission.NEED_REPORT,
            render=_render_plan,
        )
    )
    panels.register(
        panels.Panel(
            key="timeline",
            title=_("Timeline"),
            order=17,
            permission=Permission.NEED_REPORT,
            render=_render_timeline,
        )
    )


def _offer(request: HttpRequest, missed: Sequence[Missed]) -> dict[Missed, SafeString]:
    """The open case of a right that is missed, or the button that prepares one."""
    viewer = request.viewer
    if not viewer.can(Permission.REFERRAL_SEND):
        return {}
    cases, button = needs.cases_of_rights(viewer, missed), _button(get_token(request))
    shown = get_template("referrals/parts/case.html")
    return {
        one: shown.render({"case": cases[one]}) if one in cases else button(*one) for one in missed
    }


def _button(token: str) -> Callable[[int, int | None, str], SafeString]:
    """What writes the button for a right of a household: alike on a page but for its keys."""
    start, end = reverse("referrals:refer_right", args=[0]).split(keys.to_text(0))
    prepare = escape(gettext("Prepare a referral"))
    form = (
        f'<form method="post" action="{start}{{}}{end}">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(token)}">'
        '<input type="hidden" name="person" value="{}">'
        '<input type="hidden" name="programme" value="{}">'
        '<button class="btn btn-outline-primary btn-sm text-nowrap">'
        f"{prepare}</button></form>"
    )
    return lambda household, person, programme: SafeString(
        form.format(
            keys.to_text(household), keys.to_text(person) if person else "", escape(programme)
        )
    )


def _render(request: HttpRequest, home: Household) -> SafeString:
    viewer = request.viewer
    context = {
        "home": home,
        "needs": needs.of_household(viewer, home),
        "help": needs.help_of(viewer, home),
        "may_send": viewer.can(Permission.REFERRAL_SEND),
        "open": home.merged_into_id is None,
        "own": viewer.organization_id,
    }
    return render_to_string("referrals/panel.html", context, request)


def _render_plan(request: HttpRequest, home: Household) -> SafeString:
    story = plans.story(request.viewer, home)
    context = {
        "home": story.home,
        "story": story,
        "may_send": request.viewer.can(Permission.REFERRAL_SEND),
        "open": story.home.merged_into_id is None,
    }
    return render_to_string("referrals/plans/panel.html", context, request)


def _render_timeline(request: HttpRequest, home: Household) -> SafeString:
    context = {"moments": timeline.of_household(request.viewer, home)}
    return render_to_string("referrals/timeline.html", context, request)
