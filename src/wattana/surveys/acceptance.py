"""Who may accept a visit that was handed in: another one than who recorded it (four eyes)."""

from __future__ import annotations

from enum import Enum

from django.conf import settings
from django.db.models import Q

from wattana.accounts.models import Member, User
from wattana.accounts.permissions import Permission, roles_with
from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Forbidden
from wattana.surveys.models import Visit

BY_ANOTHER = N_(
    "You recorded in this visit yourself. Another member of your organisation has to approve it."
)


class Standing(Enum):
    """How somebody stands to a visit that waits for acceptance."""

    FREE = "free"  # she did not record it
    ALONE = "alone"  # she did, and nobody else of her organisation can accept it
    BY_ANOTHER = "by another"


def standing(by: Actor, visit: Visit) -> Standing:
    """By `WATTANA_OWN_SURVEYS`: `alone` (proposed), `never` or `always`."""
    recorders = _recorders(visit)
    if settings.OWN_SURVEYS == "always" or by.user_id not in recorders:
        return Standing.FREE
    if settings.OWN_SURVEYS == "never" or _others(by, visit, recorders):
        return Standing.BY_ANOTHER
    return Standing.ALONE


def refuse_own(by: Actor, visit: Visit) -> bool:
    """Raise `Forbidden` where another has to accept; whether she does so alone."""
    found = standing(by, visit)
    if found is Standing.BY_ANOTHER:
        raise Forbidden(BY_ANOTHER)
    return found is Standing.ALONE


def _recorders(visit: Visit) -> set[int]:
    """Who began it or brought it in by a file, saved an answer, or handed it in."""
    saved = visit.changes.order_by().values_list("by", flat=True).distinct()
    return {one for one in (visit.created_by, visit.submitted_by, *saved) if one}


def _others(by: Actor, visit: Visit, recorders: set[int]) -> bool:
    """Whether another active member of the organisation may accept this household's visits."""
    area = visit.household.area_id
    inside = Q(areas__isnull=True) | Q(areas__in=[area[:length] for length in (2, 4, 6, 8)])
    rows = Member.objects.filter(
        inside, organization_id=by.organization_id, ended_at=None,
        role__in=roles_with(Permission.SURVEY_APPROVE), user__status=User.Status.ACTIVE,
    )  # fmt: skip
    return rows.exclude(user__in=recorders).exists()
