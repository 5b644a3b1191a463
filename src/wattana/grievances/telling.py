"""Who is told of a complaint: the handlers of the office that has it, by its number alone."""

from __future__ import annotations

from collections import Counter

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.grievances import handling
from wattana.grievances.models import Grievance
from wattana.kit import moments
from wattana.methods.grievance import Side, Step
from wattana.notices import actions as notices

KINDS = {
    "grievance.new": _("Complaint %(number)s waits for you"),
    "grievance.withdrawn": _("Complaint %(number)s was withdrawn"),
    "grievance.settled": _("Complaint %(number)s: the answer was accepted"),
    "grievance.at_risk": _("%(count)s complaints are at risk of being late"),
    "grievance.unplaced": _("%(count)s complaints have no handler: name one"),
    "wattana.grievances.jobs.look_at_grievances": _("daily look at complaints"),
}
"""What a notice says (see `notices.kinds`)."""


def new(row: Grievance) -> None:
    """Tell the handlers that something waits for them."""
    _tell(row, "grievance.new")


def step(row: Grievance, taken: Step) -> None:
    """Tell the handlers of the office that has it now of what others did."""
    if taken.up:
        new(row)
    elif taken.side == Side.COMPLAINANT and row.closed_at is not None:
        _tell(row, "grievance.withdrawn" if taken.action == "withdraw" else "grievance.settled")


def at_risk(offices: Counter[int | None]) -> None:
    """Tell offices, once a day, how many are at risk."""
    link = reverse("grievances:list")
    for office, count in offices.items():
        users = handling.named(office)
        notices.tell(
            users, "grievance.at_risk", {"count": count}, link, key=f"g-risk:{moments.today()}"
        )


def unplaced(count: int) -> None:
    """Tell the administrators of the installation, once a day, that nobody handles some."""
    if not count:
        return
    users: set[int] = set()
    for office in Organization.objects.filter(is_operator=True).values_list("pk", flat=True):
        users |= set(notices.members_with(office, Permission.MEMBERS_MANAGE))
    link, key = reverse("grievances:handlers"), f"g-unplaced:{moments.today()}"
    notices.tell(users, "grievance.unplaced", {"count": count}, link, key=key)


def _tell(row: Grievance, kind: str) -> None:
    users = handling.free(row.organization_id, row)
    link = reverse("grievances:grievance", args=[row.pk])
    notices.tell(users, kind, {"number": row.number}, link, key=f"grievance:{row.pk}:{row.version}")
