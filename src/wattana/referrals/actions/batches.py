"""Referrals that go to one agency on paper: one cover list, one signature, one acceptance."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Invalid, NotFound
from wattana.kit import moments, once
from wattana.methods.referral.machine import State
from wattana.referrals import access, telling
from wattana.referrals.actions import cases, steps
from wattana.referrals.models import Batch, BatchItem, Referral

MOST = 500
CHANGED = N_(
    "Changed or sent since you looked: %(numbers)s. Nothing of this batch is sent. Those that are "
    "still drafts stand below without a tick: look at them and tick them, or send the others alone."
)
_NO_BATCH = N_("There is no such batch among those that you may see.")


@transaction.atomic
def create(*, receiver: int, drafts: Mapping[int, int], by: Viewer) -> Batch:
    """Bind drafts to one receiver together, in the order given, and send them.

    `drafts`: the version of each that was looked at. Raises `Invalid` for none or more than 500, or
    for one that cannot be sent, `Conflict` for those that were changed since: they are named by
    their numbers, and nothing is sent.
    """
    by.require(Permission.REFERRAL_SEND)
    if not 0 < len(drafts) <= MOST:
        raise Invalid(N_("Choose between 1 and %(most)s cases."), most=MOST)
    found = [access.referral(by, key, lock=True) for key in sorted(drafts)]
    changed = [one.number for one in found if one.version != drafts[one.pk]]
    if changed:
        raise Conflict(CHANGED, numbers=", ".join(changed))
    made = Batch.objects.create(
        number=cases.next_number(by.organization_id, "B"), sender_id=by.organization_id,
        receiver=_organization(receiver), state=Batch.State.SENT, created_at=moments.now(),
        created_by=by.user_id, sent_at=moments.now(),
    )  # fmt: skip
    with once.job():
        standing = {one.pk: one for one in found}
        for position, key in enumerate(drafts, start=1):
            _add(made, position, standing[key], by)
    _record(by, "batch.send", made)
    return made


@transaction.atomic
def accept(*, batch: int, by: Viewer) -> Batch:
    """Receive all its cases that are still waiting; one signature for all."""
    found = _decided(batch, Batch.State.ACCEPTED, "", by)
    for item in _waiting(found):
        steps.take(
            referral=item.referral_id, action="receive", version=item.referral.version, by=by
        )
    return found


@transaction.atomic
def reject(*, batch: int, reason: str, by: Viewer) -> Batch:
    """Send all back; each case that is still waiting stands again where it stood before."""
    if not reason.strip():
        raise Invalid(N_("Write why the batch is rejected."))
    found = _decided(batch, Batch.State.REJECTED, reason.strip(), by)
    for item in _waiting(found):
        steps.undo_send(item.referral_id, item.state_before, by=by, note=reason.strip())
    telling.batch_rejected(found)
    return found


def visible(viewer: Viewer):
    """Batches of the viewer's organisation, sent or received."""
    viewer.require(Permission.REFERRAL_VIEW)
    rows = Batch.objects.select_related("sender", "receiver")
    own = viewer.organization_id
    return rows.filter(sender=own) | rows.filter(receiver=own)


def _add(batch: Batch, position: int, referral: Referral, by: Viewer) -> None:
    if referral.receiver_id != batch.receiver_id:
        raise Invalid(
            N_("Case %(number)s goes to another organisation. Take it out of the batch."),
            number=referral.number,
        )
    if referral.sensitive:
        raise Invalid(
            N_("Case %(number)s is confidential: it goes by itself, on no list."),
            number=referral.number,
        )
    BatchItem.objects.create(
        batch=batch, referral=referral, position=position, state_before=referral.state
    )
    try:
        steps.take(referral=referral.pk, action="send", version=referral.version, by=by)
    except (Invalid, Conflict) as problem:
        raise Invalid(
            N_("Case %(number)s cannot be sent. Open it to see why, or leave it out."),
            number=referral.number,
        ) from problem


def _decided(key: int, state: str, reason: str, by: Viewer) -> Batch:
    by.require(Permission.REFERRAL_DECIDE)
    rows = Batch.objects.select_for_update().filter(pk=key, receiver_id=by.organization_id)
    found = rows.first()
    if found is None:
        raise NotFound(_NO_BATCH)
    if found.state != Batch.State.SENT:
        raise Conflict(N_("This batch is decided already."))
    found.state, found.reason = state, reason
    found.decided_at, found.decided_by = moments.now(), by.user_id
    found.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _record(by, f"batch.{state}", found)
    return found


def _waiting(batch: Batch) -> list[BatchItem]:
    """Its cases that are still where it put them, locked."""
    rows = batch.items.filter(referral__state=State.SENT).select_related("referral")
    return list(rows.select_for_update(of=("referral",)).order_by("position"))


def _organization(key: int) -> Organization:
    found = Organization.objects.filter(pk=key).first()
    if found is None:
        raise Invalid(N_("Choose the organisation that the case goes to."))
    return found


def _record(by: Viewer, action: str, batch: Batch) -> None:
    audit.record(by, action, kind="batch", object_id=batch.pk, count=batch.items.count())
