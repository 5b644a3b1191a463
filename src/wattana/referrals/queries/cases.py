"""One case: the facts that it may show, its history, files, help and clock, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from django.utils.translation import gettext

from wattana.accounts.models import Member, Organization, User
from wattana.accounts.permissions import Permission
from wattana.accounts.queries import people
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kit import moments
from wattana.kit.dates import format_date
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import said
from wattana.methods.referral import clocks
from wattana.methods.referral.machine import BY_ACTION, DECISIONS, Side, Step
from wattana.referrals import access, calendars, fields, receivers, words
from wattana.referrals.actions import bases
from wattana.referrals.fields import Fact
from wattana.referrals.models import Assistance, Attachment, Confirmation, Event, Referral
from wattana.registry import naming
from wattana.registry.models import Consent, Household
from wattana.registry.queries.places import places
from wattana.rules import programmes
from wattana.rules import referrals as rulebook

_TAMBON = 6  # digits of its code
WHOM = ("name", "address")  # the facts that say whom a case concerns


@dataclass(frozen=True)
class Told:
    """An event in words."""

    at: dt.datetime
    action: str
    what: str
    who: str
    organization: str
    reason: str
    note: str
    on_behalf: bool
    by_clock: bool
    tried: Sequence[str] = ()  # of an escalation: what was done until then in this state


@dataclass(frozen=True)
class Gist:
    """What a case is about and where it stands. `facts` are empty where they are not open."""

    referral: Referral
    title: str
    programme: str
    place: str
    facts: Sequence[Fact]
    clock: clocks.Clock
    days_left: int | None  # working days; negative when late
    turn: str
    history: Sequence[Told]

    @property
    def decided(self) -> list[Told]:
        """The decisions that led to where it stands, each with its reason: refused, appealed …"""
        steps = [one for one in self.history if one.action in BY_ACTION.keys() | DECISIONS]
        return [*takewhile(lambda one: one.action in DECISIONS, reversed(steps))][::-1]


@dataclass(frozen=True)
class Case(Gist):
    """All that a viewer may see of a case."""

    sides: frozenset[Side]
    steps: Sequence[Step]
    files: Sequence[Attachment]
    help: Sequence[Assistance]
    asked: Sequence[Confirmation]
    documents: Sequence[str]
    consent: Consent | None
    may_open_household: bool
    named: Sequence[str]
    stranded: bool  # nothing may be sent to the receiver any more
    closed_to: bool  # the viewer acts on a side, but the facts are not open to it any more
    warnings: Sequence[str]


def case(viewer: Viewer, key: int) -> Case:
    """A case to open. Raises `NotFound` out of sight, `Forbidden` when it is confidential."""
    found = access.referral(viewer, key)
    sides, reads = access.sides(viewer, found), access.reads_facts(viewer, found)
    about = gist(viewer, found, found.shared)
    documents = rulebook.load().services[found.service].documents
    members = list(found.members.values_list("user_id", flat=True))
    named = people(members)
    return Case(
        **vars(about),
        sides=sides,
        steps=access.possible(viewer, found),
        files=_files(found) if reads else [],
        help=list(found.assistance.select_related("provider").order_by("on")),
        asked=list(found.confirmations.order_by("-asked_at")),
        documents=[said(rulebook.load().documents[one]) for one in documents],
        consent=bases.consent_of(found) if Side.SENDER in sides else None,
        may_open_household=_opens(viewer, found),
        named=[named[one] for one in members if one in named],
        stranded=receivers.stranded(found),
        closed_to=bool(sides) and not reads,
        warnings=warnings(found) if sides else [],
    )


def gist(viewer: Viewer, found: Referral, names: Sequence[str] = WHOM) -> Gist:
    """What a case that `access.referral` gave is about; of its facts those that `names` asks for.

    No fact is read for whom the facts of the case are closed to, no note for who acts on no side.
    """
    service = rulebook.load().services[found.service]
    programme = programmes.load().get(found.need.programme)
    shown = [one for one in names if one in found.shared]
    return Gist(
        referral=found,
        title=said(service.title),
        programme=said(programme.title) if programme else "",
        place=naming.place(found.area_code, places([found.area_code])),
        facts=fields.facts(found, shown) if access.reads_facts(viewer, found) else [],
        clock=clocks.status(moments.today(), found.due_on, found.risk_on),
        days_left=_days_left(found),
        turn=_turn(found),
        history=history(found, notes=bool(access.sides(viewer, found))),
    )


def history(found: Referral, *, notes: bool = True) -> list[Told]:
    """All events, the oldest first; without `notes` what was written to each other is left out."""
    events = list(found.events.order_by("pk"))
    names = people(one.by for one in events)
    keys = {one.organization_id for one in events} - {None}
    bodies = Organization.objects.in_bulk(list(keys))
    told = [_told(one, names, bodies, notes) for one in events]
    return [
        replace(one, tried=_tried(events, told, n)) if events[n].action == "escalate" else one
        for n, one in enumerate(told)
    ]


def last_change(found: Referral) -> Told:
    """The latest step, or change of the draft, in words."""
    return next(one for one in reversed(history(found)) if not one.by_clock)


def _tried(events: Sequence[Event], told: Sequence[Told], escalation: int) -> list[str]:
    """What was done since the case came into its state, for the tier that it is told to."""
    version = events[escalation].version
    return [
        f"{format_date(one.at)} {one.what}"
        for event, one in zip(events[:escalation], told, strict=False)
        if event.version == version
    ]


def warnings(found: Referral) -> list[str]:
    """What happened to the household since the case began, and what to do about it."""
    if found.closed_at is not None:
        return []
    person, told = found.person, []
    if person is not None and person.died_on is not None:
        told.append(gettext("The person has died. Cancel the case with this reason."))
    elif person is not None and person.household_id != found.household_id:
        told.append(gettext("The person lives in another household now. Ask her what she needs."))
    elif person is not None and person.left_on is not None:
        told.append(gettext("The person has left the household. Ask whether help is still needed."))
    if found.household.tambon != found.area_code[:_TAMBON]:
        told.append(
            gettext(
                "The household lives in another tambon now. The case stays with its sender; where "
                "the agency cannot help there, cancel it as moved, and the new tambon refers."
            )
        )
    if found.consent is not None and found.consent.withdrawn_at is not None:
        told.append(
            gettext(
                "The consent was withdrawn: the agency sees the facts no more. Cancel the case "
                "with this reason."
            )
        )
    return told


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
        action=event.action,
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
