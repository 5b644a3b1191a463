"""Administrators name who handles the complaints that reach an office."""

from __future__ import annotations

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts import queries as accounts
from wattana.accounts.models import Member
from wattana.accounts.permissions import ROLE_PERMISSIONS, Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.grievances import nightly
from wattana.grievances.models import Handler
from wattana.kernel.problems import N_, Invalid, NotFound
from wattana.kit import moments


@transaction.atomic
def name(*, member: int, by: Actor) -> Handler:
    """Name a member; complaints that nobody might handle are given out anew.

    Raises `NotFound` for a member of an organisation that the viewer does not manage, `Invalid` for
    a role that handles no complaints.
    """
    found = _member(member, by)
    if Permission.GRIEVANCE_HANDLE not in ROLE_PERMISSIONS.get(found.role, ()):
        raise Invalid(
            N_("Only district, provincial officers and administrators handle complaints.")
        )
    made, _ = Handler.objects.get_or_create(
        organization_id=found.organization_id, user_id=found.user_id,
        defaults={"named_at": moments.now(), "named_by": by.user_id},
    )  # fmt: skip
    audit.record(by, "grievance.name", kind="member", object_id=found.pk)
    nightly.place_waiting()
    return made


@transaction.atomic
def unname(*, member: int, by: Actor) -> None:
    """Take the task back; harmless to repeat."""
    found = _member(member, by)
    Handler.objects.filter(organization_id=found.organization_id, user_id=found.user_id).delete()
    audit.record(by, "grievance.unname", kind="member", object_id=found.pk)


def _member(key: int, by: Actor) -> Member:
    by.require(Permission.MEMBERS_MANAGE)
    rows = Member.objects.filter(pk=key, ended_at__isnull=True)
    if isinstance(by, Viewer):
        rows = rows.filter(organization__in=accounts.managed(by))
    found = rows.first()
    if found is None:
        raise NotFound(N_("There is no such member."))
    return found
