"""Organisations: public reference, read by everybody who may read agreements or manages members."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, NotFound
from wattana.kit.pages import Page, keyset_page


def organizations(
    viewer: Viewer, kind: str = "", name: str = "", cursor: str | None = None, size: int = 50
) -> Page[dict[str, Any]]:
    """A page of organisations by code: id, code, kind, name_th, name_en, is_operator."""
    viewer.require(Permission.AGREEMENTS_VIEW)
    rows = Organization.objects.values("id", "code", "kind", "name_th", "name_en", "is_operator")
    if kind:
        rows = rows.filter(kind=kind)
    if name:
        rows = rows.filter(
            Q(name_th__icontains=name) | Q(name_en__icontains=name) | Q(code__startswith=name)
        )
    return keyset_page(rows, ["code"], cursor, size)


def organization(viewer: Viewer, organization_id: int) -> Organization:
    """One organisation; `NotFound` when there is none."""
    viewer.require(Permission.AGREEMENTS_VIEW)
    found = Organization.objects.filter(pk=organization_id).first()
    if found is None:
        raise NotFound(N_("There is no such organisation."))
    return found


def managed(viewer: Viewer) -> QuerySet[Organization]:
    """The organisations whose members the viewer manages: her own; the operator's: all."""
    viewer.require(Permission.MEMBERS_MANAGE)
    if viewer.is_operator:
        return Organization.objects.all()
    return Organization.objects.filter(pk=viewer.organization_id)
