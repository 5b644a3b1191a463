"""The life of a visit: begun, recorded, handed in, approved or returned, or closed unsurveyed.

draft ──submit──▶ submitted ──approve──▶ approved
  ▲                 │   │                   │
  │            give_back└─────reopen────────┘
  └── returned ◀────┘
draft, returned ──could_not_survey──▶ not_surveyed ──reopen──▶ draft
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from wattana.accounts import audit
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Conflict, Invalid, Lead
from wattana.registry.access import open_household, require
from wattana.rules import codebook as codebooks
from wattana.surveys import acceptance, access, documents, relevance
from wattana.surveys.actions.answers import answer, clear, record, skip, skip_open, skip_row
from wattana.surveys.actions.bulk import save_many, undo_many
from wattana.surveys.actions.households import refresh_surveyed_on
from wattana.surveys.models import AnswerChange, Skip, Visit

__all__ = [
    "answer", "approve", "clear", "could_not_survey", "give_back", "record", "reopen", "save_many",
    "skip", "skip_open", "skip_row", "start", "submit", "undo_many",
]  # fmt: skip

RECORD, APPROVE = Permission.SURVEY_RECORD, Permission.SURVEY_APPROVE
Status = Visit.Status
LAST_ROUND = 9
_REASON_LETTERS = 300


@transaction.atomic
def start(
    *,
    household: int,
    year: int,
    round: int,  # noqa: A002  ครั้งที่สำรวจ, as the questionnaire calls it
    surveyed_on: dt.date,
    by: Actor,
) -> Visit:
    """Begin the visit of a round, or return the one that is being recorded.

    Raises `Conflict` when the household was surveyed in this round already.
    """
    home = open_household(by, household, RECORD)
    _check_when(year, round, surveyed_on)
    found, new = Visit.objects.get_or_create(
        household=home,
        year=year,
        round=round,
        defaults={
            "organization_id": by.organization_id or home.owner_id,
            "surveyed_on": surveyed_on,
            "codebook_version": codebooks.load().version,
            "created_at": timezone.now(),
            "created_by": by.user_id,
        },
    )
    if new:
        document = documents.load(found)
        relevance.settle(found, document)
        documents.save(found, document)
        _audit(by, "visit.start", found, year=year, round=round)
    elif found.status not in access.EDITABLE:
        problem = Conflict(
            N_("This household has a visit in this round already. Open it or choose another round.")
        )
        problem.lead = Lead("surveys:visit", found.pk, N_("Open that visit"))
        raise problem
    return found


@transaction.atomic
def submit(*, visit: int, by: Actor, open_reason: str = "") -> Visit:
    """Hand a visit in. Questions that are open need one reason, which is kept for each of them.

    Raises `Conflict` with their number when there are some and no reason is given.
    """
    found = access.draft(by, visit)
    document = documents.load(found)
    _leave_out_former_members(found, document, by)
    asked = relevance.of_one(document)
    if not asked.total.answered:
        raise Conflict(
            N_("Nothing has been answered. Record that the household could not be surveyed.")
        )
    questions = asked.open
    if questions and not open_reason:
        raise Conflict(
            N_("%(count)s questions are still open. Answer them, or say why they stay open."),
            count=len(questions),
        )
    reason = Skip(open_reason) if questions else None
    for person, name in questions:
        document.part(person).put(name, {"skip": reason.value})
    for one in document.members.values():
        one.part.changed = True  # everybody who was surveyed has a row, also without answers
    relevance.settle(found, document)
    documents.save(found, document)
    _move(found, Status.SUBMITTED, submitted_at=timezone.now(), submitted_by=by.user_id, reason="")
    _audit(by, "visit.submit", found, open=len(questions), reason=open_reason if questions else "")
    return found


@transaction.atomic
def approve(*, visit: int, by: Actor) -> Visit:
    """Accept a visit that was handed in (ผู้รับรอง).

    Raises `Forbidden` for who recorded it, but where nobody else can; the audit says so.
    """
    found = _in_status(by, visit, APPROVE, Status.SUBMITTED)
    alone = acceptance.refuse_own(by, found)
    _move(found, Status.APPROVED, approved_at=timezone.now(), approved_by=by.user_id)
    _audit(by, "visit.approve", found, **({"own_and_alone": True} if alone else {}))
    return found


@transaction.atomic
def give_back(*, visit: int, reason: str, by: Actor) -> Visit:
    """Return a visit to be corrected, saying what is wrong with it."""
    text = _text(reason)
    if not text:
        raise Invalid(N_("Say what has to be corrected."))
    found = _in_status(by, visit, APPROVE, Status.SUBMITTED)
    _move(found, Status.RETURNED, reason=text)
    _audit(by, "visit.return", found)
    return found


@transaction.atomic
def reopen(*, visit: int, by: Actor) -> Visit:
    """Open a visit for recording again; one that was handed in, by who may approve."""
    found = _in_status(by, visit, RECORD, Status.SUBMITTED, Status.APPROVED, Status.NOT_SURVEYED)
    if found.status != Status.NOT_SURVEYED:
        require(by, APPROVE)
    _move(found, Status.DRAFT, not_surveyed="", reason="", approved_at=None, approved_by=None)
    _audit(by, "visit.reopen", found)
    return found


@transaction.atomic
def could_not_survey(*, visit: int, why: str, by: Actor, note: str = "") -> Visit:
    """Close a visit without a survey, with the reason; answers given so far are kept."""
    if why not in Visit.NotSurveyed.values:
        raise Invalid(N_("Choose the reason why the household could not be surveyed."))
    if why == Visit.NotSurveyed.OTHER and not _text(note):
        raise Invalid(N_("Write down what the other reason is."))
    found = access.draft(by, visit)
    _move(found, Status.NOT_SURVEYED, not_surveyed=why, reason=_text(note))
    _audit(by, "visit.not_surveyed", found, reason=why)
    return found


def _check_when(year: int, number: int, surveyed_on: dt.date) -> None:
    if surveyed_on > timezone.localdate():
        raise Invalid(N_("The day of the visit is in the future."))
    if year > timezone.localdate().year:
        raise Invalid(N_("The survey year is in the future."))
    if abs(year - surveyed_on.year) > 1:
        raise Invalid(N_("The survey year and the day of the visit do not fit together."))
    if not 1 <= number <= LAST_ROUND:
        raise Invalid(N_("The round is a number from 1 to %(last)s."), last=LAST_ROUND)


def _in_status(by: Actor, key: int, permission: Permission, *allowed: Status) -> Visit:
    found = access.visit(by, key, permission)
    if found.status not in allowed:
        raise Conflict(
            N_("The state of this visit has changed, so this can no longer be done. Open it again.")
        )
    return found


def _move(found: Visit, status: Status, **more: Any) -> None:
    """Write the new status and what goes with it; the household's survey day follows."""
    for field, value in {"status": status, **more}.items():
        setattr(found, field, value)
    found.save(update_fields=["status", *more])
    refresh_surveyed_on([found.household_id])


def _leave_out_former_members(found: Visit, document: documents.Document, by: Actor) -> None:
    """Drop who meanwhile belongs to another household; her answers stay in the history."""
    gone = found.persons.exclude(person__household=found.household_id)
    now = timezone.now()
    for row in gone:
        del document.members[row.person_id]
        AnswerChange.objects.bulk_create(
            AnswerChange(
                visit=found, person_id=row.person_id, variable=name, old=value, at=now,
                by=by.user_id,
            )
            for name, value in {**row.set_aside, **row.answers}.items()
        )  # fmt: skip
        row.delete()


def _audit(by: Actor, action: str, found: Visit, **detail: Any) -> None:
    audit.record(
        by, action, kind="visit", object_id=found.pk, area=found.household.area_id, **detail
    )


def _text(value: str) -> str:
    text = " ".join(value.split())
    if len(text) > _REASON_LETTERS:
        raise Invalid(N_("This is longer than %(longest)s letters."), longest=_REASON_LETTERS)
    return text
