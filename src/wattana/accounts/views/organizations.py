"""Organisations: the list, one organisation, and the forms of the operator's administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wattana.accounts import queries
from wattana.accounts.actions import organizations as actions
from wattana.accounts.fields import area_row
from wattana.accounts.forms import OrganizationFilter, OrganizationForm
from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.policies import policy
from wattana.accounts.queries.agreements import of_party
from wattana.kernel.problems import Problem
from wattana.kit.filters import cleaned
from wattana.kit.middleware import told


@policy(Permission.AGREEMENTS_VIEW)
def organizations(request: HttpRequest) -> HttpResponse:
    form = OrganizationFilter(request.GET)
    given = cleaned(form)
    page = queries.organizations(
        request.viewer,
        kind=given.get("kind", ""),
        name=given.get("name", ""),
        cursor=request.GET.get("page"),
    )
    context = {
        "form": form,
        "page": page,
        "kinds": dict(Organization.Kind.choices),
        "can_manage": request.viewer.can(Permission.AGREEMENTS_MANAGE),
    }
    return render(request, "accounts/organizations.html", context)


@policy(Permission.AGREEMENTS_VIEW)
def organization(request: HttpRequest, organization: int) -> HttpResponse:
    found = queries.organization(request.viewer, organization)
    context = {
        "organization": found,
        "served": _served(found),
        "agreements": of_party(request.viewer, found.pk),
        "can_manage": request.viewer.can(Permission.AGREEMENTS_MANAGE),
    }
    return render(request, "accounts/organization.html", context)


@policy(Permission.AGREEMENTS_MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    del form.fields["ended_on"]
    if form.is_valid():
        try:
            made = actions.create(**form.cleaned_data, by=request.viewer)
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("The organisation is recorded."))
            return redirect("accounts:organization", made.pk)
    return render(request, "accounts/organization_form.html", {"form": form, "organization": None})


@policy(Permission.AGREEMENTS_MANAGE)
def edit(request: HttpRequest, organization: int) -> HttpResponse:
    found = queries.organization(request.viewer, organization)
    rows = [area_row(one.area, one.coverage) for one in _served(found)]
    form = OrganizationForm(
        request.POST if request.method == "POST" else None,
        initial={
            "kind": found.kind, "name_th": found.name_th, "name_en": found.name_en, "areas": rows,
            "agency": found.agency, "ended_on": found.ended_on and found.ended_on.isoformat(),
        },
    )  # fmt: skip
    del form.fields["code"]
    if form.is_valid():
        try:
            actions.update(found.pk, **form.cleaned_data, by=request.viewer)
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("The organisation is changed."))
            return redirect("accounts:organization", found.pk)
    context = {"form": form, "organization": found}
    return render(request, "accounts/organization_form.html", context)


def _served(found: Organization):
    return found.organizationarea_set.select_related("area__parent").order_by("area_id")
