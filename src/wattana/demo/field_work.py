"""What verification found, who agreed, and work that is still open on the officers' desks.

Written in bulk, straight into the tables: a demo of 400,000 households could not wait for the
screens' actions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from wattana.accounts.models import Member
from wattana.kernel import keys
from wattana.kit import bulk
from wattana.registry.actions import consents
from wattana.registry.models import Consent, Household, ListEntry
from wattana.surveys.models import Visit

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


@dataclass(frozen=True)
class _Home:
    key: int
    surveyed_on: dt.date
    officer: int
    entries: list[int]
    in_the_field: bool  # no list names it, only somebody in the village


@transaction.atomic
def verify(draw: Random) -> None:
    """Decide most list entries of surveyed households, keep their list status in step, and record
    the consents that were given at the door."""
    notice = consents.current_notice().pk
    homes = _homes()
    while chunk := list(islice(homes, _BATCH)):
        found = [(home, _found(draw, home)) for home in chunk]
        bulk.update(
            Household, ["list_status"], [(status.value, home.key) for home, status in found]
        )
        bulk.update(
            ListEntry,
            ["verification", "decided_at", "decided_by"],
            [
                (
                    _DECISION[status].value,
                    bulk.as_time(_noon(home.surveyed_on)),
                    home.officer,
                    entry,
                )
                for home, status in found
                if status in _DECISION
                for entry in home.entries
            ],
        )
        bulk.insert(Consent, _CONSENT, [_consent(home) for home in chunk], _same_consent(notice))


def _homes() -> Iterator[_Home]:
    officers = dict(
        Member.objects.filter(role=Member.Role.TAMBON_OFFICER).values_list("organization", "user")
    )
    anyone = next(iter(officers.values()))
    surveyed = Household.objects.exclude(surveyed_on=None).order_by("pk")
    rows = surveyed.values_list("pk", "owner", "surveyed_on").iterator(chunk_size=_BATCH)
    while chunk := list(islice(rows, _BATCH)):
        named: dict[int, list[tuple[int, str]]] = {key: [] for key, _, _ in chunk}
        entries = ListEntry.objects.filter(household__gte=chunk[0][0], household__lte=chunk[-1][0])
        for home, entry, source in entries.values_list("household", "pk", "source"):
            named.get(home, []).append((entry, source))
        for key, owner, day in chunk:
            keys_ = [entry for entry, _ in named[key]]
            only = all(source in _IN_THE_FIELD for _, source in named[key])
            yield _Home(key, day, officers.get(owner, anyone), keys_, only)


def _found(draw: Random, home: _Home) -> Status:
    if draw.random() < _STILL_OPEN:
        return Status.FROM_LIST
    if draw.random() < _NOT_POOR:
        return Status.NOT_POOR
    return Status.ADDED if home.in_the_field else Status.CONFIRMED_POOR


_CONSENT = ["id", "household", "given_at", "recorded_by"]


def _consent(home: _Home) -> tuple[object, ...]:
    return keys.new_key(), home.key, bulk.as_time(_noon(home.surveyed_on)), home.officer


def _same_consent(notice: int) -> dict[str, object]:
    return {
        "notice": notice,
        "purpose": Consent.Purpose.SURVEY.value,
        "method": Consent.Method.SIGNATURE.value,
    }


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def leave_work_open(draw: Random) -> None:
    """Hand some of the newest visits back to the tambon officer, and some to the enumerator."""
    newest = list(Visit.objects.order_by("-surveyed_on").values_list("pk", flat=True)[:400])
    draw.shuffle(newest)
    waiting, back = len(newest) // 10, len(newest) // 40
    not_approved = {"approved_at": None, "approved_by": None}
    Visit.objects.filter(pk__in=newest[:waiting]).update(
        status=Visit.Status.SUBMITTED, **not_approved
    )
    Visit.objects.filter(pk__in=newest[waiting : waiting + back]).update(
        status=Visit.Status.RETURNED,
        reason="รายได้ยังไม่ครบทุกคน กรุณาถามเพิ่ม",
        **not_approved,
    )
