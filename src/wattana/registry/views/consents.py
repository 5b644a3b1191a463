"""Consent: what was told, recorded; withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.kit.dates import format_date
from wattana.registry import naming, panels, queries, sections, withdrawals
from wattana.registry.actions import consents
from wattana.registry.forms import NewConsent, ReasonStep
from wattana.registry.models import Consent, Household
from wattana.registry.views.steps import data, form_page, open_household

EDIT = Permission.HOUSEHOLD_EDIT


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, household: int) -> HttpResponse:
    """Read the notice to the household, then record what it agreed to."""
    home = open_household(request, household)
    form = NewConsent(data(request), initial={"given_on": timezone.localdate()})
    form.fields["person"].offer(queries.persons(request.viewer, home.pk))
    form.fields["purposes"].choices = _purposes(request, home)
    if request.method == "POST" and form.is_valid():
        made = form.attempt(
            consents.record_all, household=home.pk, by=request.viewer, **form.cleaned_data
        )
        if made is not None:
            messages.success(request, _recorded(home))
            return redirect(panels.address(home.pk, sections.CONSENT))
    return form_page(
        request, home, form, title=_("Record consent"), submit=_("Record the consent"),
        template="registry/consent.html", notice=consents.current_notice(),
    )  # fmt: skip


def _recorded(home: Household) -> str:
    follows = withdrawals.level_follows(home, withdrawals.told(homes=[home.pk]))
    return " ".join(filter(None, [gettext("The consent is recorded."), follows]))


def _purposes(request: HttpRequest, home: Household) -> list[tuple[str, str]]:
    """The purposes, each with what it is for, and since when the household agrees to it."""
    stand = queries.consents(request.viewer, home.pk).filter(person=None, withdrawn_at=None)
    since = {one.purpose: format_date(one.given_at) for one in stand}
    told = []
    for purpose, label in Consent.Purpose.choices:
        words = f"{label}: {naming.PURPOSES[purpose][0]}"
        if purpose in since:
            words += " " + gettext("(The household agreed on %(day)s.)") % {"day": since[purpose]}
        told.append((purpose, words))
    return told


@policy(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, consent: int) -> HttpResponse:
    """Ask first, then record the withdrawal."""
    found = queries.consent(request.viewer, consent)
    home = open_household(request, found.household_id)
    form = ReasonStep(data(request))
    if request.method == "POST" and form.is_valid():
        done = form.attempt(
            consents.withdraw, consent=found.pk, by=request.viewer, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, gettext("The withdrawal is recorded."))
            return redirect(panels.address(home.pk, sections.CONSENT))
    intro = gettext(
        "Consent to %(purpose)s, %(who)s, given on %(day)s. When withdrawn: %(withdrawal)s What "
        "was done before stays as it is. The household loses no right by it."
    ) % {
        "withdrawal": naming.PURPOSES[found.purpose][1],
        "purpose": found.get_purpose_display(),
        "who": naming.full_name(found.person) if found.person else gettext("the whole household"),
        "day": format_date(found.given_at),
    }
    return form_page(
        request, home, form, title=_("Withdraw consent"), submit=_("Record the withdrawal"),
        intro=intro,
    )  # fmt: skip
