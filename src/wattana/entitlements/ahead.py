"""Birthdays ahead: who comes to the age of a right within the next twelve months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.entitlements import facts
from wattana.entitlements.runs import applied
from wattana.entitlements.sensitivity import may_see
from wattana.kernel import keys
from wattana.kit.pages import Page, keyset_page
from wattana.methods import rights
from wattana.methods.rights import NOT_DUE, Answer
from wattana.registry import naming
from wattana.registry.models import Household, Person
from wattana.registry.queries.places import narrowed, places
from wattana.rules import codebook as codebooks
from wattana.rules import programmes as rulebook
from wattana.rules.programmes import Programme
from wattana.rules.programmes.boundaries import edges
from wattana.rules.programmes.facts import Facts
from wattana.rules.programmes.model import Window

_ORDER = ("birthday", "id")
_PAGE = 25  # each is judged while the page is made


@dataclass(frozen=True)
class Birthday:
    """A person, the day on which she comes of age, and what she is then due, or may be."""

    day: dt.date
    age: int
    household: int
    name: str
    place: str
    answers: list[Answer]

    @property
    def windows(self) -> list[tuple[Programme, Window]]:
        """The registration periods that are meant for her."""
        return [
            (answer.programme, answer.programme.windows[number])
            for answer in self.answers
            for number, fits in answer.windows.items()
            if fits
        ]


@dataclass(frozen=True)
class Ahead:
    """Those of a page who are not ruled out, the next birthday first."""

    rows: list[Birthday]
    page: Page[Mapping[str, Any]]


@lru_cache(maxsize=1)
def ages() -> Mapping[int, tuple[str, ...]]:
    """The ages at which programmes that are owed begin, with the programmes."""
    found: dict[int, list[str]] = {}
    for programme in applied():
        for condition in programme.conditions if programme.may_be_due else ():
            for edge in edges(condition.expression):
                begins = (
                    edge.test.op == ">=" and edge.thing.op == "variable" and not edge.of_members
                )
                if begins and edge.thing.variable.name == "age" and edge.limit.op == "constant":
                    found.setdefault(int(edge.limit.value), []).append(programme.id)
    return {age: tuple(dict.fromkeys(some)) for age, some in sorted(found.items()) if age > 0}


def ahead(viewer: Viewer, area: str = "", cursor: str | None = None) -> Ahead:
    """Who of an area (all for "") comes to such an age within a year and is then not ruled out.

    A page judges some birthdays, so it may name fewer. Raises `Forbidden` without `RIGHTS_VIEW` and
    `HOUSEHOLD_LIST`, `Invalid` for a cursor.
    """
    viewer.require(Permission.RIGHTS_VIEW)
    viewer.require(Permission.HOUSEHOLD_LIST)
    coming = narrowed(_coming(timezone.localdate()), viewer, area, "household__")
    page = keyset_page(coming.values("id", "birthday"), _ORDER, cursor, _PAGE)
    people = Person.objects.select_related("household").in_bulk([one["id"] for one in page.rows])
    homes = {one.household_id: one.household for one in people.values()}
    known = facts.of_households(list(homes.values()))
    named = places({one.area_id for one in homes.values()})
    rows = []
    for one in page.rows:
        person = people[one["id"]]
        day, age = _birthday(person, one["birthday"] // 10_000)
        answers = _answers(viewer, known[person.household_id].facts, person, day, age)
        if answers:
            home = person.household
            where = naming.house_at(home.house_no, home.road, home.area_id, named)
            rows.append(Birthday(day, age, home.pk, naming.full_name(person), where, answers))
    return Ahead(rows, page)


def _coming(today: dt.date) -> QuerySet[Person, Person]:
    """Who comes to one of the ages within a year, with the `birthday` as a number: 25690301.

    A birth known by month or year alone counts as the first of it (CCC s. 16).
    """
    day = Coalesce("birth_month", 1) * 100 + Coalesce("birth_day", 1)
    this_year = Q(day__gt=today.month * 100 + today.day)
    born = {year: [year - age for age in ages()] for year in (today.year, today.year + 1)}
    year = Case(When(this_year, then=Value(today.year)), default=Value(today.year + 1))
    return (
        Person.objects.filter(died_on=None, left_on=None, household__status=Household.Status.ACTIVE)
        .annotate(day=day)
        .filter(
            this_year & Q(birth_year__in=born[today.year])
            | ~this_year & Q(birth_year__in=born[today.year + 1])
        )
        .annotate(birthday=year * 10_000 + F("day"))
    )


def _birthday(person: Person, year: int) -> tuple[dt.date, int]:
    """Her birthday in a year, and how old she is then."""
    month, day = person.birth_month or 1, person.birth_day or 1
    age = year - (person.birth_year or year)
    try:
        return dt.date(year, month, day), age
    except ValueError:  # 29 February
        return dt.date(year, 3, 1), age


def _answers(viewer: Viewer, known: Facts, person: Person, day: dt.date, age: int) -> list[Answer]:
    """What is then offered, or not known; programmes that were ruled out are not named."""
    book = rulebook.load()
    wanted = {name for one in ages()[age] for name in (one, *_gateways(book[one]))}
    some = {name: one for name, one in book.items() if name in wanted}
    who = keys.to_text(person.pk)
    return [
        one
        for one in rights.answers_of(who, some, known, day, codebooks.load())
        if one.programme.id in ages()[age]
        and one.outcome != NOT_DUE
        and may_see(viewer, one.programme)
    ]


def _gateways(programme: Programme) -> Iterator[str]:
    for name in programme.gateways:
        yield name
        yield from _gateways(rulebook.load()[name])
