"""What an enumerator has to do today, and what waits for the officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count as Counting
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import are_small, within
from wattana.accounts.viewer import Viewer
from wattana.areas.models import Area
from wattana.kit.pages import Count, Page, counted_page
from wattana.registry.models import Household, Person
from wattana.surveys import access, rounds
from wattana.surveys.models import Visit
from wattana.thai.names import joined

SHOWN = 50  # visits in work on one page
_ORDER = ("area_id", "house_no", "id")


@dataclass(frozen=True)
class Item:
    """A household with something to do, and its visit when there is one."""

    household: int
    house_no: str
    road: str
    area: str
    head: str
    visit: int | None = None
    year: int | None = None
    round: int | None = None
    asked: int = 0
    answered: int = 0
    reason: str = ""  # why the visit was returned


@dataclass(frozen=True)
class Work:
    """The work of a viewer in the current round of her scope."""

    year: int
    round: int
    drafts: list[Item]  # that she began, to resume
    returned: list[Item]  # that she began, to correct
    to_review: list[Item]  # handed in, for who may approve
    pending: Page[Mapping[str, Any]]  # cursors of the households without a visit in this round
    households: list[Item]  # the households of that page
    count: Count  # how many are without a visit
    areas: dict[str, Area]  # by code, of all items


def current_round(viewer: Viewer) -> tuple[int, int]:
    """This year (CE) and the newest round in it that has begun in earnest in her scope, or 1.

    A visit that was only begun counts for none. Round 1 is there as soon as its year is.
    """
    year = timezone.localdate().year
    visits = access.visible(viewer).filter(
        year__gte=year - 1, year__lte=year, status__in=access.ACCEPTED
    )
    counted = visits.order_by().values_list("year", "round").annotate(Counting("pk"))
    reached = {(of, number): visited for of, number, visited in counted}
    return max(rounds.newest_begun(reached) or (year, 1), (year, 1))


def work(viewer: Viewer, cursor: str | None = None, size: int = 50) -> Work:
    """What there is to do, at most eight queries. `cursor` pages the households to be surveyed."""
    viewer.require(Permission.SURVEY_RECORD)
    year, number = current_round(viewer)
    drafts = _items(_mine(viewer, Visit.Status.DRAFT))
    returned = _items(_mine(viewer, Visit.Status.RETURNED))
    review: list[dict[str, Any]] = []
    if viewer.can(Permission.SURVEY_APPROVE):
        review = _items(access.at_work(viewer, Visit.Status.SUBMITTED))
    pending = _pending(viewer, year, number)
    columns = ("id", "area_id", "house_no", "road")
    few = are_small(map(len, viewer.areas))
    page, count = counted_page(pending.values(*columns), _ORDER, cursor, size, gathered=few)
    unsurveyed = [{**row, "household": row["id"]} for row in page.rows]
    groups = [drafts, returned, review, unsurveyed]
    heads = _heads({row["household"] for group in groups for row in group})
    areas = Area.objects.in_bulk({row["area_id"] for group in groups for row in group})
    items = [[_item(row, heads) for row in group] for group in groups]
    return Work(year, number, items[0], items[1], items[2], page, items[3], count, areas)


def _mine(viewer: Viewer, status: Visit.Status) -> QuerySet[Visit]:
    return access.at_work(viewer, status).filter(created_by=viewer.user_id)


def _pending(viewer: Viewer, year: int, number: int) -> QuerySet[Household, Household]:
    """The households without a visit in this round, nor in one ahead of the others."""
    done = Visit.objects.filter(household=OuterRef("pk"), year=year, round__gte=number)
    return within(Household.objects.all(), viewer).filter(
        ~Exists(done), status=Household.Status.ACTIVE
    )


def _items(rows: QuerySet[Visit, Visit]) -> list[dict[str, Any]]:
    """The oldest visits first, as plain rows."""
    columns = ("household", "household__house_no", "household__road", "household__area_id", "id",
               "year", "round", "asked", "answered", "reason")  # fmt: skip
    return [
        {
            **row,
            "visit": row["id"],
            "house_no": row["household__house_no"],
            "road": row["household__road"],
            "area_id": row["household__area_id"],
        }
        for row in rows.order_by("id").values(*columns)[:SHOWN]
    ]


def _heads(households: set[int]) -> dict[int, str]:
    people = Person.objects.filter(household__in=households, relation=Person.Relation.HEAD)
    rows = people.values_list("household", "title", "first_name", "last_name")
    return {home: joined(title, first, last) for home, title, first, last in rows}


def _item(row: Mapping[str, Any], heads: Mapping[int, str]) -> Item:
    return Item(
        household=row["household"],
        house_no=row["house_no"],
        road=row["road"],
        area=row["area_id"],
        head=heads.get(row["household"], ""),
        visit=row.get("visit"),
        year=row.get("year"),
        round=row.get("round"),
        asked=row.get("asked", 0),
        answered=row.get("answered", 0),
        reason=row.get("reason", ""),
    )
