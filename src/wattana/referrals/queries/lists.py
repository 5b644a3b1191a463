"""Lists of referrals: the inbox of an agency, the outbox of a sender, what an area has open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from wattana.accounts.models import Organization
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kit import filters, moments
from wattana.kit.pages import Count, Page, capped_count, counted_page
from wattana.kit.prepared import Given, Many, prepared
from wattana.kit.templatetags.wattana import in_language
from wattana.kit.words import said
from wattana.methods.referral.clocks import Clock, status
from wattana.methods.referral.machine import State
from wattana.referrals import access, words
from wattana.referrals.models import Referral
from wattana.registry import naming
from wattana.registry.queries.people import called
from wattana.registry.queries.places import narrowed, places
from wattana.rules import referrals as rulebook

INBOX, OUTBOX, AREA, DONE = "inbox", "outbox", "area", "done"
BOXES = (INBOX, OUTBOX, AREA, DONE)
MINE = "mine"
_OPEN_ORDER, _DONE_ORDER = ("due_on", "id"), ("-closed_at", "id")
_COLUMNS = (
    "id", "number", "household_id", "person_id", "area_code", "sender_id", "receiver_id", "service",
    "urgency", "sensitive", "state", "version", "entered_at", "due_on", "risk_on", "tier",
    "closed_at", "waits_for", "is_named", "consent__withdrawn_at",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. `turn`: "mine", or whose (an organisation)."""

    box: str = ""
    state: str = ""
    clock: str = ""
    service: str = ""
    area: str = ""
    turn: str = ""
    text: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str], box: str) -> Filters:
        """From an address. Raises `Invalid` for a value that no form offers."""
        given = {one.name: parameters.get(one.name, "").strip() for one in fields(cls)}
        known = {"box": BOXES, "state": list(State), "clock": list(Clock),
                 "service": rulebook.load().services}  # fmt: skip
        for name, choices in known.items():
            filters.chosen(given[name], choices)
        filters.area(given["area"])
        return cls(**given | {"box": given["box"] or box, "text": given["text"][:40]})

    def acting(self, viewer: Viewer) -> int | None:
        """The organisation whose turn it is. Raises `Invalid` for a text that is no key."""
        if not self.turn:
            return None
        return viewer.organization_id if self.turn == MINE else keys.from_text(self.turn)

    @property
    def given(self) -> dict[str, str]:
        return {
            one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)
        }


@dataclass(frozen=True)
class Row:
    """A referral in a list; what is confidential is not named to others, and nobody to an agency
    to which the facts are closed."""

    id: int
    number: str
    title: str
    name: str
    place: str
    sender: str
    receiver: str
    state: str
    clock: Clock
    due_on: dt.date | None
    urgent: bool
    since: dt.datetime
    version: int
    tier: int
    closed_at: dt.datetime | None
    mine: bool  # it is the turn of the viewer's organisation


@dataclass(frozen=True)
class CaseList:
    page: Page[Any]
    rows: Sequence[Row]
    count: Count
    waited_for: str  # the organisation that the list is narrowed to, if it is another


def referrals(viewer: Viewer, filters: Filters, cursor: str | None = None) -> CaseList:
    """A page of referrals, those due first. Raises `Forbidden`, `NotFound` for an area beyond."""
    rows = filtered(viewer, filters)
    order = _DONE_ORDER if filters.box == DONE else _OPEN_ORDER
    if filters.clock == Clock.NONE:
        order = ("id",)  # a day that is not there gives no order
    page, count = counted_page(
        rows.annotate(is_named=access.named(viewer)).values(*_COLUMNS), order, cursor
    )
    return CaseList(page, _rows(viewer, page.rows), count, _waited_for(filters))


def _waited_for(filters: Filters) -> str:
    if filters.turn in ("", MINE):
        return ""
    found = Organization.objects.filter(pk=keys.from_text(filters.turn)).first()
    return in_language(found) if found else ""


def rows_of(viewer: Viewer, referrals: Iterable[int]) -> Sequence[Row]:
    """Named referrals, as far as the viewer sees them, those due first."""
    rows = access.visible(viewer).filter(pk__in=list(referrals))
    rows = rows.annotate(is_named=access.named(viewer)).order_by(*_OPEN_ORDER)
    return _rows(viewer, list(rows.values(*_COLUMNS)))


def filtered(viewer: Viewer, filters: Filters) -> QuerySet[Referral]:
    """The referrals of a box that fit."""
    rows = _box(viewer, filters.box)
    if filters.area:
        narrowed(rows, viewer, filters.area, "household__")  # refuses an area beyond the scope
        rows = rows.filter(area_code__startswith=filters.area)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.service:
        rows = rows.filter(service=filters.service, sensitive=False)
    if filters.text:
        rows = rows.filter(number__icontains=filters.text)
    if filters.turn:
        rows = rows.filter(waits_for=filters.acting(viewer))
    return rows.filter(_clock(filters.clock)) if filters.clock else rows


def counts(viewer: Viewer) -> dict[str, Count]:
    """How many wait in the inbox and outbox, and how many of those are late or new."""
    today = moments.today()
    inbox, outbox = _box(viewer, INBOX), _box(viewer, OUTBOX)
    return {
        "new": capped_count(inbox.filter(state=State.SENT)),
        "inbox": capped_count(inbox.filter(waits_for=viewer.organization_id)),
        "late": capped_count(inbox.filter(waits_for=viewer.organization_id, due_on__lt=today)),
        "outbox": capped_count(outbox),
        "mine": capped_count(outbox.filter(waits_for=viewer.organization_id)),
        "outbox_late": capped_count(outbox.filter(due_on__lt=today)),
    }


def _box(viewer: Viewer, box: str) -> QuerySet[Referral]:
    """The own boxes ask for one side alone: a page is then read in the order of an index."""
    if box in (INBOX, OUTBOX):
        viewer.require(Permission.REFERRAL_VIEW)
        side = (access.received if box == INBOX else access.sent)(viewer)
        return Referral.objects.filter(side, closed_at__isnull=True)
    rows = access.visible(viewer)
    if box == DONE:
        return rows.filter(closed_at__isnull=False)
    return rows.filter(access.of_scope(viewer), closed_at__isnull=True)


def _clock(clock: str) -> Q:
    today = moments.today()
    return {
        Clock.BREACHED: Q(due_on__lt=today),
        Clock.AT_RISK: Q(due_on__gte=today, risk_on__lte=today),
        Clock.ON_TRACK: Q(risk_on__gt=today),
        Clock.NONE: Q(due_on__isnull=True),
    }[Clock(clock)]


def _rows(viewer: Viewer, found: Sequence[Mapping[str, Any]]) -> list[Row]:
    today = moments.today()
    where = places({one["area_code"] for one in found})
    names = called(found)
    sides = {one[side] for one in found for side in ("sender_id", "receiver_id")} - {None}
    bodies = {
        key: in_language({"name_th": thai, "name_en": english})
        for key, thai, english in _bodies(keys=sides)
    }
    kinds = {one: said(words.service(one)) for one in {row["service"] for row in found}}
    labels = {code: naming.place(code, where) for code in {row["area_code"] for row in found}}
    return [_row(viewer, one, today, labels, names, bodies, kinds) for one in found]


def _row(
    viewer: Viewer, one: Mapping[str, Any], today: dt.date, labels: Mapping[str, str],
    names: Callable[[Mapping[str, Any]], str], bodies: Mapping[int, str], kinds: Mapping[str, str],
) -> Row:  # fmt: skip
    hidden = one["sensitive"] and not one["is_named"]
    return Row(
        id=one["id"],
        number=one["number"],
        title=str(words.CONFIDENTIAL) if hidden else kinds[one["service"]],
        name="" if hidden or _is_closed(viewer, one) else names(one),
        place="" if hidden else labels[one["area_code"]],
        sender=bodies.get(one["sender_id"], ""),
        receiver=bodies.get(one["receiver_id"], ""),
        state=one["state"],
        clock=status(today, one["due_on"], one["risk_on"]),
        due_on=one["due_on"],
        urgent=one["urgency"] == Referral.Urgency.URGENT,
        since=one["entered_at"],
        version=one["version"],
        tier=one["tier"],
        closed_at=one["closed_at"],
        mine=one["waits_for"] == viewer.organization_id,
    )


def _is_closed(viewer: Viewer, one: Mapping[str, Any]) -> bool:
    """Whether the viewer's organisation received it, and its facts are closed to her."""
    if viewer.organization_id == one["sender_id"] or viewer.organization_id != one["receiver_id"]:
        return False
    return access.is_closed(viewer, one["area_code"], one["consent__withdrawn_at"])


@prepared(keys=Many(BigIntegerField()))
def _bodies(keys: list[Given]) -> QuerySet[Organization, Any]:
    rows = Organization.objects.filter(pk__in=keys)
    return rows.values_list("id", "name_th", "name_en")
