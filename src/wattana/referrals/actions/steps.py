"""The one way in which a referral changes its state: a step of the machine, taken by somebody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from wattana.accounts import audit
from wattana.accounts.models import Organization
from wattana.accounts.viewer import Actor, System, Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.methods.referral.machine import (
    BY_ACTION,
    FINAL,
    PASSING,
    REJECT_BATCH,
    Needs,
    Side,
    State,
    Step,
)
from wattana.referrals import access, calendars, receivers, telling
from wattana.referrals.actions import assistance, bases, cases, helped
from wattana.referrals.actions.assistance import Given
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.models import Need, Referral
from wattana.rules import referrals as rulebook

_HOUSEHOLD = System(role="household")


@dataclass(frozen=True)
class Told:
    """What a step is given beside itself."""

    reason: str = ""  # a code of rulebook/referrals.yaml
    note: str = ""
    receiver: int | None = None
    given: Given | None = None


@transaction.atomic
def take(
    *, referral: int, action: str, version: int, told: Told | None = None, by: Viewer
) -> Referral:
    """Take a step as a member of sender or receiver.

    `version` is that of the case which the member looked at. Raises `NotFound` out of sight,
    `Forbidden` on the wrong side, `Conflict` when the step does not follow from the state or
    somebody was faster, `Invalid` when something that the step needs is missing.
    """
    found = access.referral(by, referral, lock=True)
    step = _step(action)
    acting = step.sides & access.sides(by, found)
    if not acting:
        raise Forbidden(N_("This step is for the other side of the case."))
    side = Side.SENDER if Side.SENDER in acting else min(acting)
    on_behalf = Side.HOUSEHOLD in step.sides
    return _take(found, step, version, told or Told(), side, by, on_behalf=on_behalf)


@transaction.atomic
def take_for_household(*, referral: int, action: str, note: str = "") -> Referral:
    """Take a step that the household itself answers, by its code; the caller has checked that."""
    found = _locked(referral)
    step = _step(action)
    if Side.HOUSEHOLD not in step.sides:
        raise Forbidden(N_("This step is for the other side of the case."))
    return _take(found, step, found.version, Told(note=note), Side.HOUSEHOLD, _HOUSEHOLD)


def undo_send(key: int, before: str, *, by: Viewer, note: str) -> None:
    """A rejected batch: the case stands again where it stood; told as a step of its own.

    One that went on meanwhile is left as it is. The caller holds the lock on the batch and has
    checked its receiver.
    """
    locked = _locked(key)
    if locked.state != State.SENT:
        return
    old = locked.state
    locked.state, locked.version, locked.entered_at = before, locked.version + 1, moments.now()
    if before == State.DRAFT:
        locked.sent_at = None
    calendars.wind(locked, moments.today())
    locked.save()
    cases.write(locked, REJECT_BATCH, Side.RECEIVER, by, old=old, note=note)


def _locked(key: int) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("receiver", "sender")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(access.NO_REFERRAL)
    return found


def _step(action: str) -> Step:
    if action not in BY_ACTION:
        raise Invalid(CHOOSE)
    return BY_ACTION[action]


def _take(
    found: Referral, step: Step, version: int, told: Told, side: Side, by: Actor,
    *, on_behalf: bool = False,
) -> Referral:  # fmt: skip
    if found.version != version:
        raise Conflict(cases.FASTER)
    if found.state not in step.sources:
        raise Conflict(N_("This step does not follow from where the case stands now."))
    receiver = _check(found, step, told)
    old, now = found.state, moments.now()
    found.state, found.version, found.entered_at = step.target, found.version + 1, now
    if step.action == "send":
        found.sent_at = found.sent_at or now
    if step.target == State.APPEALED:
        found.appealed = True
    came_on = _came_on(found, step, told, by)
    if came_on != found.helped_on:
        helped.mark(found, came_on)
    tier = _lead_up(found) if step.action == "did_not_come" else Referral.Tier.TAMBON
    if step.target in FINAL:
        found.closed_at = now
    calendars.wind(found, moments.today(), tier)
    found.save()
    cases.write(
        found, step.action, side, by, old=old, reason=told.reason, note=told.note.strip(),
        on_behalf=on_behalf and side != Side.HOUSEHOLD,
    )  # fmt: skip
    audit.record(
        by, f"referral.{step.action}", kind="referral", object_id=found.pk, area=found.area_code
    )
    telling.step(found, step.action, by)
    _after(found, step, receiver, side, by)
    return found


def _came_on(found: Referral, step: Step, told: Told, by: Actor) -> dt.date | None:
    """The day of the help after a step, whose rows are written, voided or restored."""
    if step.action == "did_not_come":
        assistance.void_of(found, by)
        return None
    if step.action == "came_after_all":
        return assistance.restore_of(found)
    if told.given is not None and Needs.ASSISTANCE in step.needs:
        return assistance.record_for(found, told.given, by).on
    return moments.today() if step.target == State.HELPED else found.helped_on


def _lead_up(found: Referral) -> int:
    """Of help that did not come a tier hears: the second time the next."""
    said = Counter(found.events.values_list("action", flat=True))
    before = said["did_not_come"] - said["came_after_all"]
    return min(before + 1, Referral.Tier.PROVINCE)


def _check(found: Referral, step: Step, told: Told) -> Organization | None:
    """The organisation that a sent or passed case goes to. Raises when something is missing."""
    if Needs.FIRST_APPEAL in step.needs and found.appealed:
        raise Conflict(N_("There was an appeal already. Refer the case to another agency."))
    if Needs.SAID_NO in step.needs and not access.said_no(found):
        raise Conflict(N_("The agency has acted since the household answered. Ask it again."))
    if Needs.STRANDED in step.needs and not receivers.stranded(found):
        raise Conflict(N_("The agency can still decide this case. Wait, or write it a note."))
    if Needs.REASON in step.needs and told.reason not in rulebook.load().reasons[step.action]:
        raise Invalid(N_("Choose the reason."))
    if Needs.NOTE in step.needs and not told.note.strip():
        raise Invalid(N_("Write what it is about."))
    if Needs.CONSENT in step.needs:
        _require_alive(found)
        bases.require(found)
    if Needs.ASSISTANCE in step.needs and told.given is None and not assistance.stands(found):
        raise Invalid(N_("Record the help that was given: when, and what."))
    if Needs.RECEIVER not in step.needs:
        return None
    passing = step.action in PASSING
    target = told.receiver if passing else found.receiver_id
    receiver = receivers.require(target, sender=found.sender_id, area=found.area_code)
    if passing and receiver.pk == found.receiver_id:
        raise Invalid(N_("The case lies there already. Choose another organisation."))
    return receiver


def _require_alive(found: Referral) -> None:
    if found.person is not None and found.person.died_on is not None:
        raise Invalid(N_("This person has died: nothing more is sent. Cancel the case."))


def _after(
    found: Referral, step: Step, receiver: Organization | None, side: Side, by: Actor
) -> None:
    if step.action in PASSING:
        _pass_on(found, receiver, side, by)
    met = step.target == State.CLOSED and step.action in ("close", "close_unreached")
    if met and assistance.stands(found):
        Need.objects.filter(pk=found.need_id).update(
            state=Need.State.MET, met_on=found.helped_on or moments.today()
        )


def _pass_on(found: Referral, receiver: Organization | None, side: Side, by: Actor) -> None:
    """The need goes on in a new case of the same sender, sent at once on the same ground."""
    made = cases.create(
        found.need, found.sender_id, receiver, by=by, urgency=found.urgency,
        summary=found.summary, passed_from=found, side=side,
    )  # fmt: skip
    made.basis, made.consent, made.basis_note = found.basis, found.consent, found.basis_note
    for user in found.members.values_list("user_id", flat=True):
        made.members.get_or_create(
            user_id=user, defaults={"added_at": moments.now(), "added_by": by.user_id}
        )
    _take(made, BY_ACTION["send"], made.version, Told(), side, by)
