"""Agreements: the list, one agreement with its history, and the forms to make, renew and end."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wattana.accounts import queries
from wattana.accounts.actions import agreements as actions
from wattana.accounts.agreements import State, first_day_of_a_renewal, last_day, state_of, today
from wattana.accounts.fields import area_row
from wattana.accounts.forms import AgreementFilter, AgreementTerms
from wattana.accounts.models import Agreement, Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.purposes import Purpose
from wattana.accounts.queries.agreements import history
from wattana.kernel.problems import Problem
from wattana.kit.filters import cleaned
from wattana.kit.middleware import told


@policy(Permission.AGREEMENTS_VIEW)
def agreements(request: HttpRequest) -> HttpResponse:
    form = AgreementFilter(request.GET)
    state = cleaned(form).get("state", "")
    page = queries.agreements(request.viewer, state=state, cursor=request.GET.get("page"))
    context = {"form": form, "page": page, "can_manage": _can_manage(request)}
    return render(request, "accounts/agreements.html", context)


@policy(Permission.AGREEMENTS_VIEW)
def agreement(request: HttpRequest, agreement: int) -> HttpResponse:
    found = queries.agreement(request.viewer, agreement)
    state = state_of(found.starts, found.ends, found.ended_early_at, today())
    context = {
        "agreement": found,
        "state": state,
        "days_left": (last_day(found.ends, found.ended_early_at) - today()).days,
        "purposes": [label for code, label in Purpose.choices if code in found.purposes],
        "parties": found.parties.order_by("kind", "code"),
        "areas": found.areas.select_related("parent").order_by("code"),
        "chain": history(request.viewer, found),
        "people": queries.people([found.ended_early_by]),
        "can_manage": _can_manage(request),
        "can_renew": not found.renewals.filter(ended_early_at=None).exists(),
        "can_end": state.is_in_force or state is State.NOT_BEGUN,
    }
    return render(request, "accounts/agreement.html", context)


@policy(Permission.AGREEMENTS_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form = _form(request, {})
    if form.is_valid():
        try:
            made = actions.create(terms=form.terms(), is_demo=settings.DEMO, by=request.viewer)
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("The agreement is recorded."))
            return redirect("accounts:agreement", made.pk)
    return render(request, "accounts/agreement_form.html", _form_context(form, None))


@policy(Permission.AGREEMENTS_MANAGE)
def renew(request: HttpRequest, agreement: int) -> HttpResponse:
    old = queries.agreement(request.viewer, agreement)
    form = _form(request, _as_before(old))
    if form.is_valid():
        try:
            made = actions.renew(
                old.pk, terms=form.terms(), is_demo=settings.DEMO, by=request.viewer
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("The renewal is recorded."))
            return redirect("accounts:agreement", made.pk)
    return render(request, "accounts/agreement_form.html", _form_context(form, old))


@policy(Permission.AGREEMENTS_MANAGE)
def end(request: HttpRequest, agreement: int) -> HttpResponse:
    """Ask (GET) and end early (POST)."""
    found = queries.agreement(request.viewer, agreement)
    if request.method != "POST":
        parties = found.parties.order_by("kind", "code")
        renewal = found.renewals.filter(ended_early_at=None).order_by("starts").first()
        context = {"agreement": found, "parties": parties, "renewal": renewal}
        return render(request, "accounts/agreement_end.html", context)
    try:
        actions.end_early(found.pk, by=request.viewer)
    except Problem as problem:
        messages.error(request, told(problem))
    else:
        messages.success(request, _("The agreement has ended."))
    return redirect("accounts:agreement", found.pk)


def _can_manage(request: HttpRequest) -> bool:
    return request.viewer.can(Permission.AGREEMENTS_MANAGE)


def _form(request: HttpRequest, initial: dict[str, Any]) -> AgreementTerms:
    organizations = list(Organization.objects.all())
    return AgreementTerms(
        organizations, request.POST if request.method == "POST" else None, initial=initial
    )


def _form_context(form: AgreementTerms, renews: Agreement | None) -> dict[str, Any]:
    """The form, with its parties folded by kind: hundreds of local authorities may be listed."""
    chosen = {str(value) for value in form["parties"].value() or []}
    groups = []
    for label, choices in form.fields["parties"].choices:
        options = [
            {"value": value, "name": name, "is_chosen": str(value) in chosen}
            for value, name in choices
        ]
        is_open = any(option["is_chosen"] for option in options) or not chosen
        groups.append({"label": label, "options": options, "is_open": is_open})
    return {
        "form": form,
        "renews": renews,
        "follows": last_day(renews.ends, renews.ended_early_at) if renews else None,
        "parties": groups,
    }


def _as_before(old: Agreement) -> dict[str, Any]:
    """The terms of a renewal as they stand if nothing changes: as long again, without a gap."""
    starts = first_day_of_a_renewal(old.ends, old.ended_early_at)
    return {
        "title_th": old.title_th,
        "title_en": old.title_en,
        "purposes": old.purposes,
        "starts": starts,
        "ends": starts + (old.ends - old.starts),
        "parties": list(old.parties.values_list("pk", flat=True)),
        "areas": [area_row(area) for area in old.areas.order_by("code")],
    }
