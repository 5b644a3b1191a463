"""Help that was given: one row an episode, by whom, when, what; a wrong row is voided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor, Viewer
from wattana.kernel.problems import N_, Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.referrals import access
from wattana.referrals.models import Assistance, Need, Referral
from wattana.registry import access as registry
from wattana.rules import programmes
from wattana.rules import referrals as rulebook

_MOST = 10_000_000_00
"""Satang of one episode: ten million baht is more than any household gets."""


DID_NOT_COME = "did_not_come"
"""Why a row was voided by what the household said; every other reason is in words."""


@dataclass(frozen=True)
class Given:
    """What was given: money in satang, or goods and services in words, or both."""

    on: dt.date
    satang: int | None = None
    in_kind: str = ""
    programme: str = ""
    note: str = ""
    evidence: str = ""


def record_for(referral: Referral, given: Given, by: Actor) -> Assistance:
    """Help for a referral by its receiver; the caller has checked who acts. Raises `Invalid`."""
    return _create(
        given, by, referral=referral, need=referral.need, household_id=referral.household_id,
        person_id=referral.person_id, provider_id=referral.receiver_id,
        area_code=referral.area_code, dimension=referral.dimension,
    )  # fmt: skip


@transaction.atomic
def record_further(*, need: int, given: Given, by: Viewer) -> Assistance:
    """Help for a need from the viewer's own organisation, beside whatever others give."""
    by.require(Permission.REFERRAL_SEND)
    found = access.need(by, need, lock=True)
    if found.state == Need.State.DISMISSED:
        raise Conflict(N_("This need was dismissed. Record a new one."))
    made = _create(
        given, by, need=found, household_id=found.household_id, person_id=found.person_id,
        provider_id=by.organization_id, area_code=found.household.area_id,
        dimension=found.dimension,
    )  # fmt: skip
    _record(by, "assistance.record", made)
    return made


@transaction.atomic
def record_alone(*, household: int, dimension: str, given: Given, by: Viewer) -> Assistance:
    """Help that answers no recorded need, such as relief goods for a whole village."""
    home = registry.open_household(by, household, Permission.REFERRAL_SEND)
    if dimension not in rulebook.load().dimensions:
        raise Invalid(N_("Choose one of the answers of the list."))
    made = _create(
        given, by, household_id=home.pk, provider_id=by.organization_id, area_code=home.area_id,
        dimension=dimension,
    )  # fmt: skip
    _record(by, "assistance.record", made)
    return made


@transaction.atomic
def void(*, assistance: int, reason: str, by: Viewer) -> Assistance:
    """Mark a row as wrong; it counts no more and stays readable. Only its provider may."""
    found = Assistance.objects.select_for_update().filter(pk=assistance).first()
    if found is None:
        raise NotFound(N_("There is no such record of help."))
    may = by.can(Permission.REFERRAL_SEND) or by.can(Permission.REFERRAL_DECIDE)
    if found.provider_id != by.organization_id or not may:
        raise Forbidden(N_("Only the organisation that recorded this help may mark it as wrong."))
    if found.voided_at is not None:
        raise Conflict(N_("This help is marked as wrong already."))
    if not reason.strip():
        raise Invalid(N_("Write what is wrong."))
    found.voided_at, found.voided_by = moments.now(), by.user_id
    found.void_reason = reason.strip()
    found.save(update_fields=["voided_at", "voided_by", "void_reason"])
    _record(by, "assistance.void", found)
    return found


def void_of(referral: Referral, by: Actor) -> None:
    """The household says that the help of a case did not come: its rows count no more."""
    referral.assistance.filter(voided_at__isnull=True).update(
        voided_at=moments.now(), voided_by=by.user_id, void_reason=DID_NOT_COME
    )


def restore_of(referral: Referral) -> dt.date | None:
    """The household takes that back: the rows count again. The day of the latest of them."""
    rows = referral.assistance.filter(void_reason=DID_NOT_COME)
    last = rows.aggregate(at=Max("voided_at"))["at"]
    again = rows.filter(voided_at=last)
    day = again.aggregate(on=Max("on"))["on"]
    again.update(voided_at=None, voided_by=None, void_reason="")
    return day


def stands(referral: Referral) -> bool:
    """Whether help that was not voided is on record for the case."""
    return referral.assistance.filter(voided_at__isnull=True).exists()


def _create(given: Given, by: Actor, **of: object) -> Assistance:
    if given.on > moments.today():
        raise Invalid(N_("This day is in the future."))
    if given.satang is None and not given.in_kind.strip():
        raise Invalid(N_("Give the amount in baht, or write what was given."))
    if given.satang is not None and not 0 < given.satang <= _MOST:
        raise Invalid(N_("The amount has to be more than 0 and at most 10,000,000 baht."))
    if given.programme and given.programme not in programmes.load():
        raise Invalid(N_("Choose one of the answers of the list."))
    return Assistance.objects.create(
        on=given.on, satang=given.satang, in_kind=given.in_kind.strip(),
        programme=given.programme, note=given.note.strip(), evidence=given.evidence.strip(),
        recorded_at=moments.now(), recorded_by=by.user_id, **of,
    )  # fmt: skip


def _record(by: Viewer, action: str, made: Assistance) -> None:
    audit.record(by, action, kind="household", object_id=made.household_id, area=made.area_code)
