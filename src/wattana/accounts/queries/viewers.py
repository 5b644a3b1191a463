"""The viewer behind a session. Runs on every request: two SQL queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, DateField, QuerySet

from wattana.accounts.agreements import NOTICE_DAYS, intersection, today
from wattana.accounts.models import Agreement, Member, User
from wattana.accounts.permissions import Permission, permissions_of
from wattana.accounts.purposes import SERVES
from wattana.accounts.queries.closing import Opening, closing, opened
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
    openings = _agreements(acting.organization_id, day)
    in_force = [one for one in openings if one.is_in_force(day)]
    by_purpose = _cut(opened(in_force), acting.served)
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
        agreement_ends=min((one.ends for one in in_force), default=None),
        closing=closing(openings, held, lambda codes: _reached(codes, acting), day),
    )
    # Pages without a permission of their own name households where she may list them.
    return viewer.toward(P.HOUSEHOLD_LIST) if viewer.can(P.HOUSEHOLD_LIST) else viewer


def _cut(by_purpose: Mapping[str, Iterable[str]], to: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The areas of each purpose that lie inside `to`; most purposes share theirs."""
    sets = {name: frozenset(codes) for name, codes in by_purpose.items()}
    inside = {codes: intersection(codes, to) for codes in set(sets.values())}
    return {name: inside[codes] for name, codes in sets.items()}


def _unserved(
    held: frozenset[Permission], by_purpose: Mapping[str, tuple[str, ...]]
) -> frozenset[Permission]:
    """Permissions whose purposes open no area."""
    named = {purpose for purpose, codes in by_purpose.items() if codes}
    return frozenset(one for one in held if one in SERVES and not SERVES[one] & named)


def _reached(codes: Iterable[str], acting: _Membership) -> tuple[str, ...]:
    """What of some areas lies inside her organisation's areas and her own."""
    inside = intersection(codes, acting.served)
    return intersection(inside, acting.narrowed) if acting.narrowed else inside


def _agreements(organization_id: int, day: dt.date) -> list[Opening]:
    """The agreements that did not end long ago."""
    rows = _of_party(party=organization_id, since=day - dt.timedelta(days=NOTICE_DAYS))
    found: dict[int, Opening] = {}
    for id_, starts, ends, ended_early_at, purposes, area in rows:
        one = found.setdefault(id_, Opening(id_, starts, ends, ended_early_at, tuple(purposes)))
        one.areas.update({area} - {None})
    return list(found.values())


@prepared(party=BigIntegerField(), since=DateField())
def _of_party(party: Given, since: Given) -> QuerySet[Agreement, Any]:
    rows = Agreement.objects.filter(parties=party, ends__gte=since).order_by()
    return rows.values_list("id", "starts", "ends", "ended_early_at", "purposes", "areas")
