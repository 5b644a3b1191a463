"""The viewer behind a session. Runs on every request: two SQL queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, DateField, QuerySet

from wattana.accounts.agreements import (
    NOTICE_DAYS,
    intersection,
    last_day,
    state_of,
    today,
)
from wattana.accounts.models import Agreement, Member, User
from wattana.accounts.permissions import Permission, permissions_of
from wattana.accounts.purposes import SERVES
from wattana.accounts.viewer import NOBODY, Viewer, widest
from wattana.kit.prepared import Given, prepared

P = Permission


@dataclass
class _Membership:
    id: int
    role: str
    organization_id: int
    is_operator: bool
    served: set[str] = field(default_factory=set)  # areas of the organisation
    narrowed: set[str] = field(default_factory=set)  # areas of the member, empty = all


def viewer_of(user: User, member_id: int | None) -> Viewer:
    """The viewer that a signed-in user is, acting as one of her members (the first by default).

    A user who is not active is nobody; one whose memberships have all ended may do nothing.
    """
    if not user.is_active:
        return NOBODY
    memberships = _memberships(user.pk)
    if not memberships:
        return Viewer(
            user_id=user.pk, member_id=0, organization_id=0, role="", permissions=frozenset()
        )
    acting = memberships.get(member_id or 0) or next(iter(memberships.values()))
    return _viewer(user.pk, acting)


def _memberships(user_id: int) -> dict[int, _Membership]:
    found: dict[int, _Membership] = {}
    rows = _roles_and_areas(user=user_id)
    for id_, role, organization_id, is_operator, served, narrowed in rows:
        one = found.setdefault(id_, _Membership(id_, role, organization_id, is_operator))
        one.served |= {served} - {None}
        one.narrowed |= {narrowed} - {None}
    return found


@prepared(user=BigIntegerField())
def _roles_and_areas(user: Given) -> QuerySet[Member, Any]:
    return (
        Member.objects.filter(user_id=user, ended_at=None)
        .order_by("id")
        .values_list(
            "id", "role", "organization_id", "organization__is_operator",
            "organization__areas", "areas",
        )
    )  # fmt: skip


def _viewer(user_id: int, acting: _Membership) -> Viewer:
    day = today()
    opened: dict[str, set[str]] = defaultdict(set)  # by purpose
    ends: list[dt.date] = []
    news = False
    for starts, end, ended_early_at, purposes, areas in _agreements(acting.organization_id, day):
        news |= abs((last_day(end, ended_early_at) - day).days) <= NOTICE_DAYS
        if state_of(starts, end, ended_early_at, day).is_in_force:
            ends.append(end)
            for purpose in purposes:
                opened[purpose] |= areas
    by_purpose = _cut(opened, acting.served)
    shared = widest(code for codes in by_purpose.values() for code in codes)
    held = permissions_of(acting.role, is_operator=acting.is_operator)
    unserved = _unserved(held, by_purpose) if shared else frozenset()
    if acting.narrowed:
        by_purpose = _cut(by_purpose, acting.narrowed)
    viewer = Viewer(
        user_id=user_id,
        member_id=acting.id,
        organization_id=acting.organization_id,
        role=acting.role,
        permissions=held - unserved,
        unserved=unserved,
        areas=intersection(shared, acting.narrowed) if acting.narrowed else shared,
        by_purpose=tuple(by_purpose.items()) if len(set(by_purpose.values())) > 1 else (),
        own_records_only=not shared,
        own_areas=tuple(sorted(acting.narrowed)) if not shared else (),
        is_operator=acting.is_operator,
        agreement_ends=min(ends, default=None),
        agreement_news=news or not shared,
    )
    # Pages without a permission of their own name households where she may list them.
    return viewer.toward(P.HOUSEHOLD_LIST) if viewer.can(P.HOUSEHOLD_LIST) else viewer


def _cut(by_purpose: Mapping[str, Iterable[str]], to: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The areas of each purpose that lie inside `to`; most purposes share theirs."""
    sets = {name: frozenset(codes) for name, codes in by_purpose.items()}
    inside = {codes: intersection(codes, to) for codes in set(sets.values())}
    return {name: inside[codes] for name, codes in sets.items()}


def _unserved(
    held: frozenset[Permission], opened: Mapping[str, tuple[str, ...]]
) -> frozenset[Permission]:
    """Permissions whose purposes open no area."""
    named = {purpose for purpose, codes in opened.items() if codes}
    return frozenset(one for one in held if one in SERVES and not SERVES[one] & named)


def _agreements(organization_id: int, day: dt.date) -> Iterable[tuple[Any, ...]]:
    """(starts, ends, ended early at, purposes, areas) of agreements that did not end long ago."""
    rows = _of_party(party=organization_id, since=day - dt.timedelta(days=NOTICE_DAYS))
    found: dict[int, tuple[dt.date, dt.date, dt.datetime | None, list[str], set[str]]] = {}
    for id_, starts, ends, ended_early_at, purposes, area in rows:
        one = found.setdefault(id_, (starts, ends, ended_early_at, purposes, set()))
        one[4].update({area} - {None})
    return found.values()


@prepared(party=BigIntegerField(), since=DateField())
def _of_party(party: Given, since: Given) -> QuerySet[Agreement, Any]:
    rows = Agreement.objects.filter(parties=party, ends__gte=since).order_by()
    return rows.values_list("id", "starts", "ends", "ended_early_at", "purposes", "areas")
