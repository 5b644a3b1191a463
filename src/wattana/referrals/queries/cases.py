"""One case: the facts that it may show, its history, files, help and clock, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from wattana.accounts.models import Member, Organization, User
from wattana.accounts.permissions import Permission
from wattana.accounts.queries import people
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kit import moments
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import said
from wattana.methods.referral import clocks
from wattana.methods.referral.machine import Side, Step
from wattana.referrals import access, calendars, fields, receivers, words
from wattana.referrals.actions import bases
from wattana.referrals.fields import Fact
from wattana.referrals.models import Assistance, Attachment, Confirmation, Event, Referral
from wattana.registry.models import Consent, Household
from wattana.rules import programmes
from wattana.rules import referrals as rulebook


@dataclass(frozen=True)
class Told:
    """An event in words."""

    at: dt.datetime
    what: str
    who: str
    organization: str
    reason: str
    note: str
    on_behalf: bool
    by_clock: bool


@dataclass(frozen=True)
class Case:
    """What a viewer may see of a case. `facts` are empty for whoever acts on neither side."""

    referral: Referral
    title: str
    programme: str
    facts: Sequence[Fact]
    sides: frozenset[Side]
    steps: Sequence[Step]
    history: Sequence[Told]
    files: Sequence[Attachment]
    help: Sequence[Assistance]
    asked: Sequence[Confirmation]
    clock: clocks.Clock
    days_left: int | None  # working days; negative when late
    turn: str
    documents: Sequence[str]
    consent: Consent | None
    may_open_household: bool
    named: Sequence[str]
    stranded: bool  # nothing may be sent to the receiver any more


def case(viewer: Viewer, key: int) -> Case:
    """A case to open. Raises `NotFound` out of sight, `Forbidden` when it is confidential."""
    found = access.referral(viewer, key)
    sides = access.sides(viewer, found)
    service = rulebook.load().services[found.service]
    programme = programmes.load().get(found.need.programme)
    members = list(found.members.values_list("user_id", flat=True))
    named = people(members)
    return Case(
        referral=found,
        title=said(service.title),
        programme=said(programme.title) if programme else "",
        facts=fields.facts(found, found.shared) if sides else [],
        sides=sides,
        steps=access.possible(viewer, found),
        history=history(found) if sides else history(found, notes=False),
        files=_files(found) if sides else [],
        help=list(found.assistance.select_related("provider").order_by("on")),
        asked=list(found.confirmations.order_by("-asked_at")),
        clock=clocks.status(moments.today(), found.due_on, found.risk_on),
        days_left=_days_left(found),
        turn=_turn(found),
        documents=[said(rulebook.load().documents[one]) for one in service.documents],
        consent=bases.consent_of(found) if Side.SENDER in sides else None,
        may_open_household=_opens(viewer, found),
        named=[named[one] for one in members if one in named],
        stranded=_stranded(found),
    )


def history(found: Referral, *, notes: bool = True) -> list[Told]:
    """All events, the oldest first; without `notes` what was written to each other is left out."""
    events = list(found.events.order_by("pk"))
    names = people(one.by for one in events)
    keys = {one.organization_id for one in events} - {None}
    bodies = Organization.objects.in_bulk(list(keys))
    return [_told(one, names, bodies, notes) for one in events]


def colleagues(viewer: Viewer, found: Referral) -> list[tuple[int, str]]:
    """Members of the viewer's organisation who may be named for a confidential case."""
    rows = Member.objects.filter(
        organization=viewer.organization_id, ended_at__isnull=True,
        user__status=User.Status.ACTIVE,
    ).exclude(user__in=found.members.values("user_id"))  # fmt: skip
    return list(rows.order_by("user__display_name").values_list("user_id", "user__display_name"))


def _told(
    event: Event, names: dict[int, str], bodies: dict[int, Organization], notes: bool
) -> Told:
    reason = words.reason(event.action, event.reason)
    tier = str(words.TIERS.get(event.reason, ""))
    return Told(
        at=event.at,
        what=str(words.STEPS.get(event.action, event.action)),
        who=names.get(event.by, "") if event.by else str(words.SIDES.get(event.side, "")),
        organization=in_language(bodies[event.organization_id])
        if event.organization_id in bodies
        else "",
        reason=said(reason) if reason else tier,
        note=event.note if notes else "",
        on_behalf=event.on_behalf,
        by_clock=event.side == "clock",
    )


def _files(found: Referral) -> list[Attachment]:
    return list(found.attachments.filter(removed_at__isnull=True).order_by("at"))


def _days_left(found: Referral) -> int | None:
    if found.due_on is None:
        return None
    closed = calendars.load().closed(calendars.whose_turn(found))
    today = moments.today()
    if today <= found.due_on:
        return clocks.working_days(today, found.due_on, closed)
    return -clocks.working_days(found.due_on, today, closed)


def _turn(found: Referral) -> str:
    key = calendars.whose_turn(found)
    body = {found.sender_id: found.sender, found.receiver_id: found.receiver}.get(key)
    return in_language(body) if body else ""


def _opens(viewer: Viewer, found: Referral) -> bool:
    if not viewer.can(Permission.HOUSEHOLD_VIEW):
        return False
    return within(Household.objects.filter(pk=found.household_id), viewer).exists()


def _stranded(found: Referral) -> bool:
    if found.closed_at is not None or found.receiver_id is None:
        return False
    open_to = receivers.open_to(found.sender_id, found.area_code)
    return not open_to.filter(pk=found.receiver_id).exists()
