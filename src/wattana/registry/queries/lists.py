"""The household list: one page costs a fixed number of queries whatever the table holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kit.pages import Count, Page, capped_count, counted_page
from wattana.kit.prepared import Given, Many, prepared
from wattana.registry import withdrawals
from wattana.registry.models import Household, Person
from wattana.registry.queries.filters import Filters, filtered
from wattana.registry.queries.places import Place, places
from wattana.registry.queries.search import Found, Matched, search
from wattana.thai.names import joined

_COLUMNS = (
    "id", "area_id", "house_no", "road", "household_code", "house_code", "list_status",
    "standing_rank", "standing_level", "standing_score", "standing_completeness", "surveyed_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A household as a list shows it."""

    id: int
    area: str
    house_no: str
    road: str
    household_code: str
    house_code: str
    list_status: str
    level: int | None
    score: int | None  # X × 1,000
    completeness: int | None  # per cent
    surveyed_on: dt.date | None
    head: str  # full name; of the first member with a name where no head has one
    members: int  # living here
    withdrawn: bool  # consent to survey and analysis


@dataclass(frozen=True)
class ListPage:
    """A page of the list, how many there are in all, and the areas that its rows lie in."""

    page: Page[Mapping[str, Any]]
    rows: list[Row]
    count: Count
    areas: dict[str, Place]
    cut: bool = False  # the text fits more households than a search names
    too_wide: bool = False  # it needs a tambon to look in
    matched: Mapping[int, Matched] = field(default_factory=dict)  # who fits, where not the head


def household_list(
    viewer: Viewer, filters: Filters, cursor: str | None = None, size: int = 50
) -> ListPage:
    """One page of the households of the viewer's scope (six queries)."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    searched = search(viewer, filters.text, filters.area) if filters.text else None
    rows = filtered(viewer, filters, searched)
    ranked = ("found_as",) if filters.sort == "match" else ()
    page, count = counted_page(rows.values(*_COLUMNS, *ranked), filters.order, cursor, size)
    listed = _with_people(page.rows)
    areas = places({row.area for row in listed})
    if searched is None:
        return ListPage(page, listed, count, areas)
    matched = _others(listed, searched) if viewer.can(Permission.HOUSEHOLD_VIEW) else {}
    return ListPage(page, listed, count, areas, searched.more, searched.too_wide, matched)


def _others(rows: list[Row], searched: Found) -> dict[int, Matched]:
    """Who fits the search in households that the list calls by somebody else."""
    found = ((row, searched.matched.get(row.id)) for row in rows)
    return {row.id: who for row, who in found if who and who.name != row.head}


def every_row(viewer: Viewer, filters: Filters, chunk: int = 2_000) -> Iterator[Row]:
    """All rows of a list in its order, read in chunks, for an export."""
    viewer.require(Permission.HOUSEHOLD_EXPORT)
    rows = filtered(viewer, filters).order_by(*filters.order).values(*_COLUMNS)
    reading = rows.iterator(chunk_size=chunk)
    while some := list(islice(reading, chunk)):
        yield from _with_people(some)


def rows_of(viewer: Viewer, keys: Sequence[int]) -> list[Row]:
    """Some households of the scope as list rows, in the order of `keys`."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    found = within(Household.objects.filter(pk__in=keys), viewer).values(*_COLUMNS)
    by_key = {row.id: row for row in _with_people(list(found))}
    return [by_key[key] for key in keys if key in by_key]


def look_alikes(viewer: Viewer, *, area: str, house_no: str, house_code: str) -> list[Row]:
    """Households that a new one may be: the same house code, or number in its village."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    same = Q(pk__in=[])
    if house_no:
        same |= Q(area_id=area, house_no=house_no)
    if house_code:
        same |= Q(house_code=house_code)
    rows = within(Household.objects.filter(status=Household.Status.ACTIVE), viewer)
    return _with_people(list(rows.filter(same).order_by("id").values(*_COLUMNS)[:5]))


def exact_count(viewer: Viewer, filters: Filters) -> int:
    """How many rows `every_row` gives."""
    return filtered(viewer, filters).count()


def counted(viewer: Viewer, filters: Filters) -> Count:
    """How many households the list shows, for a figure that leads to it."""
    viewer.require(Permission.HOUSEHOLD_LIST)
    return capped_count(filtered(viewer, filters))


def _with_people(rows: list[Mapping[str, Any]]) -> list[Row]:
    people: dict[int, list[tuple[str, str]]] = {}
    found = _living_in(homes=[row["id"] for row in rows])
    for household, relation, title, first, last in found:
        people.setdefault(household, []).append((relation, joined(title, first, last)))
    withdrawn, _ = withdrawals.days(homes=[row["id"] for row in rows])
    return [_row(row, people.get(row["id"], []), row["id"] in withdrawn) for row in rows]


@prepared(homes=Many(BigIntegerField()))
def _living_in(homes: list[Given]) -> QuerySet[Person, Any]:
    rows = Person.objects.filter(household__id__in=homes, died_on=None, left_on=None)
    return rows.order_by("household_id", "id").values_list(
        "household_id", "relation", "title", "first_name", "last_name"
    )


def _row(row: Mapping[str, Any], people: list[tuple[str, str]], withdrawn: bool) -> Row:
    heads = [name for relation, name in people if relation == Person.Relation.HEAD]
    return Row(
        id=row["id"],
        area=row["area_id"],
        house_no=row["house_no"],
        road=row["road"],
        household_code=row["household_code"],
        house_code=row["house_code"],
        list_status=row["list_status"],
        level=row["standing_level"],
        score=row["standing_score"],
        completeness=row["standing_completeness"],
        surveyed_on=row["surveyed_on"],
        head=next(filter(None, [*heads, *(name for _, name in people)]), ""),
        members=len(people),
        withdrawn=withdrawn,
    )
