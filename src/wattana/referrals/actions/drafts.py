"""What is not sent yet: receiver, urgency, words and ground are kept together or not at all."""

from __future__ import annotations

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid
from wattana.methods.referral.machine import Side, State
from wattana.referrals import access, calendars, receivers
from wattana.referrals.actions import bases, cases
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import Referral

EDIT = "edit"
EDITED = frozenset({State.DRAFT, State.RETURNED})
CHANGED = N_(
    "Somebody has saved this draft meanwhile. Nothing of yours is lost and nothing of yours is "
    "saved yet: look at what stands now, then save again what should stand."
)
_KEPT = ("receiver_id", "urgency", "summary", "basis", "basis_note", "consent_id")


@transaction.atomic
def save(
    *, referral: int, version: int, receiver: int, urgency: str, summary: str, basis: str = "",
    note: str = "", by: Viewer,
) -> Referral:  # fmt: skip
    """Keep what was typed; without `basis` the ground stays as it is.

    What changes something is a new version with an event of its own. Raises `Conflict` once the
    case is sent, or when somebody saved it after the `version` that was looked at.
    """
    found = access.referral(by, referral, lock=True)
    if found.sender_id != by.organization_id:
        raise Forbidden(N_("Only the organisation that refers may change the draft."))
    by.require(Permission.REFERRAL_SEND)
    if found.state not in EDITED:
        raise Conflict(N_("The case is sent. Write a note to the agency instead."))
    if found.version != version:
        raise Conflict(CHANGED)
    if urgency not in Referral.Urgency.values:
        raise Invalid(CHOOSE)
    before = _kept(found)
    found.receiver = receivers.require(receiver, sender=found.sender_id, area=found.area_code)
    found.urgency, found.summary = urgency, summary.strip()
    if basis:
        bases.put(found, basis, note)
    if _kept(found) != before:
        _write(found, by)
    return found


def _kept(referral: Referral) -> list[object]:
    return [getattr(referral, name) for name in _KEPT]


def _write(found: Referral, by: Viewer) -> None:
    """The state and the day since when it stands are as before; so the clock goes on."""
    found.version += 1
    calendars.rewind(found)
    found.save()
    cases.write(found, EDIT, Side.SENDER, by, old=found.state)
    audit.record(
        by, "referral.edit", kind="referral", object_id=found.pk, area=found.area_code,
        basis=found.basis,
    )  # fmt: skip
