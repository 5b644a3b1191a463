"""Needs of a household: recorded, proposed by the rules, confirmed, dismissed, referred; help."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kernel import keys
from wattana.kit import moments
from wattana.kit.dates import format_date
from wattana.methods.referral.machine import State
from wattana.referrals import access
from wattana.referrals.actions import assistance, cases, needs
from wattana.referrals.actions.needs import Found
from wattana.referrals.forms import Help, NewNeed, OtherHelp, Reason
from wattana.referrals.models import Assistance
from wattana.registry import panels, queries
from wattana.registry.views.steps import data, form_page, open_household

REPORT, SEND = Permission.NEED_REPORT, Permission.REFERRAL_SEND


@policy(REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, household: int) -> HttpResponse:
    """Record what a household lacks. `?service=` and `?programme=` prepare it."""
    home = open_household(request, household)
    known = {name: request.GET[name] for name in ("service", "person") if name in request.GET}
    form = NewNeed(data(request), initial=known)
    form.fields["person"].offer(queries.persons(request.viewer, home.pk))
    if request.method == "POST" and form.is_valid():
        made = form.attempt(
            needs.report, household=home.pk, found=Found(**form.cleaned_data), by=request.viewer
        )
        if made is not None:
            messages.success(request, gettext("The need is recorded."))
            return redirect(_panel(home.pk))
    return form_page(
        request, home, form, title=_("Record a need"), submit=_("Record the need"),
        intro=gettext("One need a time: each goes to one agency."),
    )  # fmt: skip


@policy(REPORT)
@require_POST
def propose(request: HttpRequest, household: int) -> HttpResponse:
    """Let the rules propose: rights that are missed, indicators at their worst."""
    home = open_household(request, household)
    found = needs.propose(household=home.pk, by=request.viewer)
    if found:
        messages.success(
            request,
            ngettext("%(count)s need is proposed.", "%(count)s needs are proposed.", len(found))
            % {"count": len(found)},
        )
    else:
        messages.info(request, gettext("The rules find nothing that is not recorded already."))
    return redirect(_panel(home.pk))


@policy(SEND)
@require_POST
def confirm(request: HttpRequest, need: int) -> HttpResponse:
    """Say that a proposed need is real."""
    found = needs.confirm(need=need, by=request.viewer)
    messages.success(request, gettext("The need is confirmed. It can be referred now."))
    return redirect(_panel(found.household_id))


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: HttpRequest, need: int) -> HttpResponse:
    """Ask why first."""
    found = access.need(request.viewer, need)
    home = queries.household(request.viewer, found.household_id)
    form = Reason(data(request))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(needs.dismiss, need=need, by=request.viewer, **form.cleaned_data)
        if done is not None:
            messages.success(request, gettext("The need is dismissed. It can be confirmed again."))
            return redirect(_panel(home.pk))
    return form_page(request, home, form, title=_("Dismiss the need"), submit=_("Dismiss the need"))


@policy(SEND)
@require_POST
def refer(request: HttpRequest, need: int) -> HttpResponse:
    """Open a draft of a referral."""
    made = cases.open_case(need=need, by=request.viewer)
    return redirect("referrals:draft", made.pk)


@policy(SEND)
@require_POST
def refer_right(request: HttpRequest, household: int) -> HttpResponse:
    """Prepare the referral of a right that is missed; the case that is open, if there is one."""
    sent = request.POST
    person = keys.from_text(sent["person"]) if sent.get("person") else None
    need = needs.of_right(
        household=household, person=person, programme=sent.get("programme", ""), by=request.viewer
    )
    case = cases.of_need(need=need.pk, by=request.viewer)
    return redirect("referrals:draft" if case.state == State.DRAFT else "referrals:case", case.pk)


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def further_help(request: HttpRequest, need: int) -> HttpResponse:
    """Help that the viewer's own organisation gave for a need."""
    found = access.need(request.viewer, need)
    home = queries.household(request.viewer, found.household_id)
    form = Help(data(request), initial={"on": moments.today()})
    if request.method == "POST" and form.is_valid():
        made = form.attempt(
            assistance.record_further, need=need, given=form.given(), by=request.viewer
        )
        if made is not None:
            messages.success(request, gettext("The help is recorded."))
            return redirect(_panel(home.pk))
    return form_page(request, home, form, title=_("Record help"), submit=_("Record the help"))


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def other_help(request: HttpRequest, household: int) -> HttpResponse:
    """Help that answers no recorded need."""
    home = open_household(request, household)
    form = OtherHelp(data(request), initial={"on": moments.today()})
    if request.method == "POST" and form.is_valid():
        made = form.attempt(
            assistance.record_alone, household=home.pk, dimension=form.cleaned_data["dimension"],
            given=form.given(), by=request.viewer,
        )  # fmt: skip
        if made is not None:
            messages.success(request, gettext("The help is recorded."))
            return redirect(_panel(home.pk))
    return form_page(request, home, form, title=_("Record help"), submit=_("Record the help"))


@policy(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def void_help(request: HttpRequest, assistance_row: int) -> HttpResponse:
    """Mark help as wrong; it counts no more and stays readable."""
    rows = Assistance.objects.filter(provider=request.viewer.organization_id)
    found = rows.filter(pk=assistance_row).first()
    home = queries.household(request.viewer, found.household_id if found else 0)
    form = Reason(data(request))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            assistance.void, assistance=assistance_row, by=request.viewer, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, gettext("The help is marked as wrong."))
            return redirect(_panel(home.pk))
    intro = gettext("Help of %(day)s") % {"day": format_date(found.on)}
    return form_page(
        request, home, form, title=_("Mark help as wrong"), submit=_("Mark as wrong"), intro=intro
    )


def _panel(household: int) -> str:
    return panels.address(household, "referrals")
