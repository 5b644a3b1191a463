"""Organisations and the areas that they serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.models import Organization, OrganizationArea
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, System
from wattana.areas.models import Area
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound

_STANDS_FOR = {
    Organization.Kind.TAO: "local_authority",
    Organization.Kind.MUNICIPALITY: "local_authority",
    Organization.Kind.DISTRICT: "district_office",
    Organization.Kind.UNIVERSITY: "university",
}
"""The agency of the rulebook that an organisation is by its kind."""


@transaction.atomic
def create(
    *,
    code: str,
    kind: str,
    name_th: str,
    name_en: str = "",
    areas: Mapping[str, str],
    is_operator: bool = False,
    agency: str = "",
    by: Actor,
) -> Organization:
    """Add an organisation; `areas` maps area codes to "whole" or "part".

    Only a command on the machine makes an operator. Raises `Conflict` when the code is taken,
    `Invalid` for an unknown kind or area.
    """
    by.require(Permission.AGREEMENTS_MANAGE)
    if is_operator and not isinstance(by, System):
        raise Forbidden(N_("Only a command on the machine itself names the operator."))
    if kind not in Organization.Kind:
        raise Invalid(N_("“%(kind)s” is not a kind of organisation."), kind=kind)
    if Organization.objects.filter(code__iexact=code).exists():
        raise Conflict(N_("There is an organisation with the code %(code)s already."), code=code)
    made = Organization.objects.create(
        code=code, kind=kind, name_th=name_th, name_en=name_en, is_operator=is_operator,
        agency=agency or _STANDS_FOR.get(kind, ""),
    )  # fmt: skip
    _set_areas(made, areas)
    audit.record(by, "organization.create", kind="organization", object_id=made.pk, code=code)
    return made


@transaction.atomic
def update(
    organization_id: int,
    *,
    kind: str,
    name_th: str,
    name_en: str,
    areas: Mapping[str, str],
    agency: str = "",
    ended_on: dt.date | None = None,
    by: Actor,
) -> Organization:
    """Change what an organisation is called, is and serves, or that it ended; its code stays."""
    by.require(Permission.AGREEMENTS_MANAGE)
    if kind not in Organization.Kind:
        raise Invalid(N_("“%(kind)s” is not a kind of organisation."), kind=kind)
    found = Organization.objects.select_for_update().filter(pk=organization_id).first()
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    before = sorted(found.organizationarea_set.values_list("area_id", flat=True))
    found.kind, found.name_th, found.name_en = kind, name_th, name_en
    found.agency, found.ended_on = agency or _STANDS_FOR.get(kind, ""), ended_on
    found.save(update_fields=["kind", "name_th", "name_en", "agency", "ended_on"])
    _set_areas(found, areas)
    audit.record(
        by, "organization.update", kind="organization", object_id=found.pk,
        areas_before=before, areas_after=sorted(areas),
    )  # fmt: skip
    return found


def _set_areas(organization: Organization, areas: Mapping[str, str]) -> None:
    check_areas(areas)
    organization.organizationarea_set.all().delete()
    OrganizationArea.objects.bulk_create(
        OrganizationArea(organization=organization, area_id=code, coverage=coverage)
        for code, coverage in areas.items()
    )


def check_areas(codes: Mapping[str, str] | tuple[str, ...]) -> None:
    """Raise `Invalid` unless every code is one of an area."""
    known = set(Area.objects.filter(pk__in=list(codes)).values_list("pk", flat=True))
    for code in codes:
        if code not in known:
            raise Invalid(N_("%(code)s is not the code of an area."), code=code)
