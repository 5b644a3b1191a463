"""Which office handles a complaint: from the district upwards, never the one complained about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from wattana.accounts.models import Member, Organization, User
from wattana.accounts.permissions import Permission, roles_with
from wattana.grievances.models import Grievance, Handler
from wattana.referrals.models import Event

Tier = Grievance.Tier
_ROLES = roles_with(Permission.GRIEVANCE_HANDLE)


def place(grievance: Grievance, above: int = 0) -> bool:
    """Give the complaint to the lowest office above a tier that may handle it; False if none may.

    An office may when somebody is named there who took no part in what is complained about. The
    one that has it already is no office above itself, though it may run the system as well.
    """
    passed = {grievance.about_id, grievance.organization_id if above else None}
    for tier in Tier:
        if tier <= above:
            continue
        for office in _offices(tier, grievance.area_code):
            if office not in passed and free(office, grievance):
                grievance.tier, grievance.organization_id = tier, office
                return True
    return False


def free(organization: int | None, grievance: Grievance) -> set[int]:
    """The handlers of an office who took no part in the case that is complained about."""
    return set(named(organization)) - took_part(grievance)


def named(organization: int | None) -> list[int]:
    """The members of an office who are named as handlers, are active and hold the permission."""
    rows = Handler.objects.filter(organization=organization)
    active = Member.objects.filter(
        organization=organization, role__in=_ROLES, ended_at__isnull=True,
        user__status=User.Status.ACTIVE, user_id__in=rows.values("user_id"),
    )  # fmt: skip
    return list(active.values_list("user_id", flat=True).distinct())


def took_part(grievance: Grievance) -> set[int]:
    """Who took a step in the case that is complained about, or recorded its draft."""
    events = Event.objects.filter(referral=grievance.referral_id, by__isnull=False)
    return set(events.values_list("by", flat=True)) if grievance.referral_id else set()


def higher(grievance: Grievance) -> bool:
    """Whether there is an office above the present one that may handle it."""
    trial = Grievance(
        area_code=grievance.area_code, about_id=grievance.about_id,
        referral_id=grievance.referral_id, organization_id=grievance.organization_id,
    )  # fmt: skip
    return place(trial, grievance.tier)


def _offices(tier: int, area: str) -> Iterable[int]:
    rows: QuerySet[Organization] = Organization.objects.filter(ended_on__isnull=True)
    if tier == Tier.DISTRICT:
        found = (
            rows.filter(kind=Organization.Kind.DISTRICT, areas=area[:4])
            if area[2:]
            else rows.none()
        )
    elif tier == Tier.PROVINCE:
        found = rows.filter(kind=Organization.Kind.PROVINCE)
        found = found.filter(areas=area[:2]) if area else found
    else:
        found = rows.filter(is_operator=True)
    return found.order_by("code").values_list("pk", flat=True)
