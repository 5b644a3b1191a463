"""What verification found, who agreed, and work that is still open on the officers' desks.

Written in bulk, straight into the tables: a demo of 400,000 households could not wait for the
screens' actions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from random import Random

from django.utils import timezone

from wattana.accounts.models import Member
from wattana.registry.actions import consents
from wattana.registry.models import Consent, Household, ListEntry
from wattana.surveys.models import Visit

MISSED = (0.06, 0.05, 0.12)  # shares of households that a round did not reach
_NOT_POOR = 0.0285  # published: 97.15 % of surveyed households were confirmed poor
_STILL_OPEN = 0.12
_IN_THE_FIELD = {ListEntry.Source.LEADER, ListEntry.Source.VILLAGER}
_BATCH = 2_000

Status, Verification = Household.ListStatus, ListEntry.Verification
_DECISION = {
    Status.CONFIRMED_POOR: Verification.CONFIRMED,
    Status.NOT_POOR: Verification.NOT_POOR,
    Status.ADDED: Verification.ADDED,
}


def verify(draw: Random) -> None:
    """Decide most list entries of surveyed households, keep their list status in step, and record
    the consents that were given at the door."""
    officers = dict(
        Member.objects.filter(role=Member.Role.TAMBON_OFFICER).values_list("organization", "user")
    )
    notice, anyone = consents.current_notice().pk, next(iter(officers.values()))
    for chunk in _chunks():
        entries, agreed = [], []
        for household in chunk:
            officer = officers.get(household.owner_id, anyone)
            named = list(household.list_entries.all())
            household.list_status = _found(draw, named)
            entries += _decide(named, household, officer)
            agreed.append(_consent(household, notice, officer))
        Household.objects.bulk_update(chunk, ["list_status"], batch_size=500)
        fields = ["verification", "decided_at", "decided_by"]
        ListEntry.objects.bulk_update(entries, fields, batch_size=500)
        Consent.objects.bulk_create(agreed, batch_size=500)


def _chunks() -> Iterator[list[Household]]:
    surveyed = Household.objects.exclude(surveyed_on=None).order_by("pk")
    rows = surveyed.prefetch_related("list_entries").iterator(chunk_size=_BATCH)
    while chunk := list(islice(rows, _BATCH)):
        yield chunk


def _found(draw: Random, named: list[ListEntry]) -> str:
    if draw.random() < _STILL_OPEN:
        return Status.FROM_LIST
    if draw.random() < _NOT_POOR:
        return Status.NOT_POOR
    found = all(entry.source in _IN_THE_FIELD for entry in named)
    return Status.ADDED if found else Status.CONFIRMED_POOR


def _decide(named: list[ListEntry], household: Household, officer: int) -> list[ListEntry]:
    decision = _DECISION.get(household.list_status)
    if decision is None:
        return []
    for entry in named:
        entry.verification = decision
        entry.decided_at, entry.decided_by = _noon(household.surveyed_on), officer
    return named


def _consent(household: Household, notice: int, officer: int) -> Consent:
    return Consent(
        household=household,
        notice_id=notice,
        purpose=Consent.Purpose.SURVEY,
        method=Consent.Method.SIGNATURE,
        given_at=_noon(household.surveyed_on),
        recorded_by=officer,
    )


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def leave_work_open(draw: Random) -> None:
    """Hand some of the newest visits back to the tambon officer, and some to the enumerator."""
    newest = list(Visit.objects.order_by("-surveyed_on").values_list("pk", flat=True)[:400])
    draw.shuffle(newest)
    waiting, returned = newest[: len(newest) // 10], newest[-len(newest) // 40 :]
    Visit.objects.filter(pk__in=waiting).update(status=Visit.Status.SUBMITTED)
    Visit.objects.filter(pk__in=returned).update(
        status=Visit.Status.RETURNED, reason="รายได้ยังไม่ครบทุกคน กรุณาถามเพิ่ม"
    )
