"""Needs: those of a household with their cases, and those of the scope that wait for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.entitlements.remedies import Missed
from wattana.entitlements.sensitivity import may_see
from wattana.kit.pages import Count, Page, capped_count, counted_page
from wattana.kit.prepared import Given, Many, prepared
from wattana.kit.words import said
from wattana.referrals import access, words
from wattana.referrals.models import Assistance, Need, Referral
from wattana.registry import naming
from wattana.registry.models import Household
from wattana.registry.queries.people import called
from wattana.registry.queries.places import narrowed, places
from wattana.rules import programmes

ORDER = ("-severity", "id")
STATES = (Need.State.PROPOSED, Need.State.CONFIRMED)  # of those that wait
_COLUMNS = ("id", "severity", "household_id", "person_id", "service", "programme", "source",
            "state", "found_on", "household__area_id", "household__house_no",
            "household__road")  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A need of the list."""

    id: int
    household: int
    title: str
    who: str
    place: str
    severity: str
    source: str
    found_on: Any


@dataclass(frozen=True)
class Answering:
    """An open case that answers a right which is missed."""

    pk: int
    state: str
    number: str


@dataclass(frozen=True)
class NeedList:
    page: Page[Any]
    rows: Sequence[Row]
    count: Count


@dataclass(frozen=True)
class Told:
    """A need on the page of its household."""

    need: Need
    title: str
    who: str
    cases: Sequence[Referral]
    open: Referral | None


def waiting(
    viewer: Viewer, state: str = STATES[0], area: str = "", cursor: str | None = None
) -> NeedList:
    """Needs of the scope that nobody has referred yet: proposed, or confirmed without a case."""
    rows = _waiting(viewer, state, area)
    page, count = counted_page(rows.values(*_COLUMNS), ORDER, cursor)
    return NeedList(page, _rows(page.rows), count)


def count_waiting(viewer: Viewer) -> Count:
    """How many needs of the scope are proposed and wait for a decision."""
    return capped_count(_waiting(viewer))


def _waiting(viewer: Viewer, state: str = STATES[0], area: str = "") -> QuerySet[Need, Need]:
    rows = narrowed(access.needs(viewer), viewer, area, "household__")
    rows = rows.filter(state=state)
    if state == Need.State.CONFIRMED:
        busy = Referral.objects.filter(closed_at__isnull=True).values("need")
        rows = rows.exclude(pk__in=busy)
    if not viewer.can(Permission.SENSITIVE_VIEW):
        rows = rows.filter(programme__in=["", *_seen(viewer)])
    return rows


def of_household(viewer: Viewer, home: Household) -> list[Told]:
    """The needs of a household that the viewer may read, open ones first."""
    cases: dict[int, list[Referral]] = {}
    visible = access.visible(viewer) if viewer.can(Permission.REFERRAL_VIEW) else None
    if visible is not None:
        for one in visible.filter(household=home).select_related("receiver").order_by("pk"):
            cases.setdefault(one.need_id, []).append(one)
    order = {Need.State.CONFIRMED: 0, Need.State.PROPOSED: 1}
    found = [
        Told(
            need=one,
            title=title(one.service, one.programme),
            who=naming.full_name(one.person) if one.person else "",
            cases=cases.get(one.pk, []),
            open=next((case for case in cases.get(one.pk, []) if case.closed_at is None), None),
        )
        for one in found_of(viewer, home)
    ]
    return sorted(found, key=lambda one: (order.get(one.need.state, 2), -one.need.severity))


def found_of(viewer: Viewer, home: Household) -> list[Need]:
    """The needs of a household that the viewer may read, without their cases."""
    rows = access.needs(viewer).filter(household=home).select_related("person")
    seen = {"", *_seen(viewer)}
    return [one for one in rows if one.programme in seen]


def cases_of_rights(viewer: Viewer, rights: Sequence[Missed]) -> dict[Missed, Answering]:
    """The open cases, as far as the viewer sees them, that answer rights which are missed."""
    homes = {household for household, _, _ in rights}
    shape, whose = access.sight(viewer).apart()
    rows = _open_cases(shape, **whose, homes=homes)
    return {(home, person, right): Answering(*case) for home, person, right, *case in rows}


@prepared(**access.GIVEN, homes=Many(BigIntegerField()))
def _open_cases(shape: access.Shape, *, homes: list[Given], **whose: Any) -> QuerySet[Any, Any]:
    rows = access.seen_with(access.Sight.of_given(shape, **whose), one_by_one=True)
    return rows.filter(closed_at__isnull=True, household__id__in=homes).values_list(
        "household_id", "person_id", "need__programme", "pk", "state", "number"
    )


def help_of(viewer: Viewer, home: Household) -> list[Assistance]:
    """The help that a household got, latest first; what tells of health only to who may see it."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    rows = Assistance.objects.filter(household=home).select_related("provider").order_by("-on")
    seen = {"", *_seen(viewer)}
    open_needs = access.needs(viewer).values("pk") if viewer.can(Permission.NEED_REPORT) else []
    rows = rows.filter(Q(need__isnull=True) | Q(need__in=open_needs))
    return [one for one in rows if one.programme in seen]


def title(service: str, programme: str) -> str:
    """What is needed: the right by its name, or the kind of service."""
    right = programmes.load().get(programme)
    return said(right.title) if right else said(words.service(service))


def _seen(viewer: Viewer) -> list[str]:
    return [key for key, one in programmes.load().items() if may_see(viewer, one)]


def _rows(found: Sequence[dict[str, Any]]) -> list[Row]:
    where = places({one["household__area_id"] for one in found})
    names = called(found)
    return [
        Row(
            id=one["id"],
            household=one["household_id"],
            title=title(one["service"], one["programme"]),
            who=names(one),
            place=naming.house_at(
                one["household__house_no"], one["household__road"], one["household__area_id"], where
            ),
            severity=str(Need.Severity(one["severity"]).label),
            source=str(Need.Source(one["source"]).label),
            found_on=one["found_on"],
        )
        for one in found
    ]
