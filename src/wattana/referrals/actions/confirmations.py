"""The household says whether help came: by a link with a code, or an officer for it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import System, Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import codes, moments
from wattana.kit.templatetags.wattana import in_language
from wattana.methods.referral.machine import Side, State
from wattana.notices.channels import Refused, TryAgain
from wattana.notices.channels import channel as way_of
from wattana.referrals import access
from wattana.referrals.actions import cases, steps
from wattana.referrals.actions.needs import CHOOSE
from wattana.referrals.actions.steps import Told
from wattana.referrals.models import Confirmation, Referral
from wattana.registry.models import Person
from wattana.rules import referrals as rulebook

BY_CODE = (Confirmation.Channel.LINE, Confirmation.Channel.SMS)
IN_PERSON = (Confirmation.Channel.CALL, Confirmation.Channel.VISIT, Confirmation.Channel.OFFICE)
_WORST, _BEST = 1, 5
EXPIRED = N_(
    "This link has expired. Call or visit your local authority (อบต. or เทศบาล); they write down "
    "your answer."
)
STANDS = N_("This was answered already. To change it, call your local authority.")
NOTHING = N_("There is nothing to confirm: the case does not say that help came.")
UNKNOWN = N_("This link is not known. Look whether the whole of it was copied.")


@transaction.atomic
def ask(*, referral: int, channel: str, by: Viewer) -> tuple[Confirmation, str]:
    """Make a link for the household: the row and its code, which is told only this once.

    A new link takes the place of one that was not answered. Raises `Conflict` unless help was given
    and nobody has answered.
    """
    found = _asked_by(referral, by)
    if found.state != State.HELPED:
        raise Conflict(NOTHING)
    if channel not in BY_CODE:
        raise Invalid(CHOOSE)
    found.confirmations.filter(answered_at__isnull=True).delete()
    code, now = codes.new(), moments.now()
    made = Confirmation.objects.create(
        referral=found, channel=channel, code_digest=codes.digest(code), asked_at=now,
        asked_by=by.user_id,
        expires_at=now + dt.timedelta(days=rulebook.load().clocks.confirm_code_days),
    )  # fmt: skip
    audit.record(by, "referral.ask", kind="referral", object_id=found.pk, area=found.area_code)
    return made, code


def phone_of(referral: Referral) -> str:
    """The telephone of the person concerned or of the head; "" without one or without a gateway."""
    if way_of("sms") is None:
        return ""
    heads = referral.household.persons.filter(relation=Person.Relation.HEAD, died_on=None)
    person = referral.person or heads.first()
    return person.phone if person is not None and person.died_on is None else ""


def send(*, confirmation: Confirmation, address: str, by: Viewer) -> bool:
    """Send the link by SMS; the text names the office and nobody else. False: it did not go out."""
    referral = confirmation.referral
    way, phone = way_of("sms"), phone_of(referral)
    if way is None or not phone:
        return False
    asked = gettext("%(office)s asks: did the help come?") % {
        "office": in_language(referral.sender)
    }
    try:
        way.send(to=phone, subject=asked, body=address, reference=uuid4())
    except (Refused, TryAgain):
        return False
    audit.record(
        by, "referral.link_sent", kind="referral", object_id=referral.pk, area=referral.area_code
    )
    return True


def of_code(code: str) -> Confirmation:
    """The question behind a code. Raises `NotFound`, or `Conflict` when it has expired."""
    found = Confirmation.objects.filter(code_digest=codes.digest(code)).first()
    if found is None:
        raise NotFound(UNKNOWN)
    if found.answered_at is None and moments.now() > found.expires_at:
        raise Conflict(EXPIRED)
    return found


def may_change(row: Confirmation) -> bool:
    """Whether the household may still change what it answered by its code."""
    return (
        row.corrected_at is None
        and moments.now() <= row.expires_at
        and _action(row.referral, came=True) is not None
    )


@transaction.atomic
def answer(*, code: str, came: bool, satisfaction: int | None = None) -> Confirmation:
    """The household's own answer, or another one instead of it while that may be changed.

    Raises `Conflict` where an answer stands that this code changes no more.
    """
    referral = Referral.objects.select_for_update().get(pk=of_code(code).referral_id)
    found = of_code(code)
    found.referral = referral
    if found.answered_at is None:
        if referral.state != State.HELPED:
            raise Conflict(STANDS)
        found.expires_at = moments.now() + dt.timedelta(
            days=rulebook.load().clocks.correct_answer_days
        )
        return _by_code(found, came, satisfaction)
    if not may_change(found):
        raise Conflict(STANDS)
    made = Confirmation(
        referral=referral, channel=found.channel, code_digest=found.code_digest,
        asked_at=found.asked_at, asked_by=found.asked_by, expires_at=found.expires_at,
    )  # fmt: skip
    found.code_digest = ""
    found.save(update_fields=["code_digest"])
    return _by_code(made, came, satisfaction)


def _by_code(row: Confirmation, came: bool, satisfaction: int | None) -> Confirmation:
    referral, action = row.referral, _action(row.referral, came=came)
    _write(row, came, satisfaction)
    if action:
        row.referral = steps.take_for_household(referral=referral.pk, action=action)
    audit.record(
        System(role="household"), "referral.answer", kind="referral", object_id=referral.pk,
        area=referral.area_code,
    )  # fmt: skip
    return row


@transaction.atomic
def answer_for(
    *, referral: int, version: int, came: bool, channel: str, satisfaction: int | None = None,
    note: str = "", by: Viewer,
) -> Referral:  # fmt: skip
    """An officer of the sender writes down what the household said, marked so.

    Also another answer than the one that stands, until the case is closed or the agency has acted.
    """
    found = _asked_by(referral, by)
    action = _action(found, came=came)
    if action is None:
        raise Conflict(NOTHING)
    if found.version != version:
        raise Conflict(cases.FASTER)
    if channel not in IN_PERSON:
        raise Invalid(CHOOSE)
    now = moments.now()
    made = Confirmation(referral=found, channel=channel, asked_at=now, asked_by=by.user_id)
    made.answered_by = by.user_id
    _write(made, came, satisfaction)
    if not action:
        return found
    return steps.take(
        referral=found.pk, action=action, version=version, told=Told(note=note), by=by
    )


def _action(referral: Referral, *, came: bool) -> str | None:
    """The step to which an answer leads; "" where the same stands, None where none is awaited."""
    state = State(referral.state)
    if state == State.HELPED:
        return "confirm" if came else "did_not_come"
    if state == State.CONFIRMED:
        return "" if came else "did_not_come"
    if state == State.APPROVED and access.said_no(referral):
        return "came_after_all" if came else ""
    return None


def _asked_by(key: int, by: Viewer) -> Referral:
    by.require(Permission.REFERRAL_SEND)
    found = access.referral(by, key, lock=True)
    if Side.SENDER not in access.sides(by, found):
        raise Forbidden(N_("Only the organisation that referred the household asks it."))
    return found


def _write(row: Confirmation, came: bool, satisfaction: int | None) -> None:
    """Keep an answer; one that stood for the same help stays as what was said before."""
    if satisfaction is not None and not _WORST <= satisfaction <= _BEST:
        raise Invalid(CHOOSE)
    row.came, row.satisfaction, row.answered_at = came, satisfaction, moments.now()
    if row.referral.state != State.HELPED:
        before = row.referral.confirmations.filter(answered_at__isnull=False)
        last = before.order_by("answered_at").last()
        if last is not None:
            last.corrected_at = row.answered_at
            last.save(update_fields=["corrected_at"])
    row.save()
