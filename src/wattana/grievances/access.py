"""Who sees a complaint: the named handlers of the office that has it, and nobody else."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.grievances.models import Grievance, Handler
from wattana.kernel.problems import N_, Forbidden, NotFound
from wattana.kit import codes
from wattana.kit.vault import vault
from wattana.notices import queries as notices
from wattana.referrals.models import Event

_NONE = N_("There is no such complaint among those that you handle.")
_NOT_NAMED = N_("Only those whom the administrators named handle complaints.")
_UNKNOWN = N_("This code is not known. Look whether the whole of it was typed.")


def is_handler(viewer: Viewer) -> bool:
    """Whether the administrators named the viewer, in the organisation that she acts for."""
    if not viewer.can(Permission.GRIEVANCE_HANDLE):
        return False
    rows = Handler.objects.filter(organization=viewer.organization_id, user_id=viewer.user_id)
    return rows.exists()


def visible(viewer: Viewer) -> QuerySet[Grievance]:
    """Complaints that the viewer's office has, without those of cases in which she took part.

    Raises `Forbidden` for all who are not named.
    """
    return _of_others(viewer).filter(organization=viewer.organization_id)


def _of_others(viewer: Viewer) -> QuerySet[Grievance]:
    viewer.require(Permission.GRIEVANCE_HANDLE)
    if not is_handler(viewer):
        raise Forbidden(_NOT_NAMED)
    own = Event.objects.filter(referral=OuterRef("referral"), by=viewer.user_id)
    return Grievance.objects.filter(~Exists(own))


def grievance(viewer: Viewer, key: int, *, lock: bool = False) -> Grievance:
    """One complaint. Raises `NotFound` for every other, as if there were none."""
    rows = visible(viewer).select_for_update(of=("self",)) if lock else visible(viewer)
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(_NONE)
    return found


def gone_up(viewer: Viewer, key: int) -> bool:
    """Whether the viewer was told of a complaint that another office has now: the one above.

    Raises `Forbidden` for all who are not named.
    """
    link = reverse("grievances:grievance", args=[key])
    beyond = _of_others(viewer).exclude(organization=viewer.organization_id).filter(pk=key)
    return beyond.exists() and notices.was_told(viewer, link)


def of_code(code: str, *, lock: bool = False) -> Grievance:
    """The complaint of the complainant's code. Raises `NotFound`."""
    rows = Grievance.objects.select_for_update() if lock else Grievance.objects.all()
    found = rows.filter(code_digest=codes.digest(code)).first()
    if found is None:
        raise NotFound(_UNKNOWN)
    return found


def opened(row: Grievance, column: str) -> str:
    """A sealed text of a complaint: `text`, `name` or `contact`; "" where there is none."""
    sealed = getattr(row, column)
    if sealed is None:
        return ""
    return vault().open(bytes(sealed), table="grievances_grievance", column=column, row=row.pk)
