"""Birthdays ahead: who comes to the age of a right within the next twelve months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.entitlements import facts
from wattana.entitlements.runs import applied
from wattana.entitlements.sensitivity import may_see
from wattana.kernel import keys
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

MOST = 200
"""Birthdays that are judged for one page."""
_YEAR = dt.timedelta(days=365)


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
    """Those of an area, the next birthday first; `more`: there are more than `MOST`."""

    rows: list[Birthday]
    more: bool


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


def ahead(viewer: Viewer, area: str = "") -> Ahead:
    """Who of an area (all for "") comes to such an age within a year and is then not ruled out.

    Raises `Forbidden` without `RIGHTS_VIEW` and `HOUSEHOLD_LIST`.
    """
    viewer.require(Permission.RIGHTS_VIEW)
    viewer.require(Permission.HOUSEHOLD_LIST)
    today = timezone.localdate()
    coming = sorted(_coming(viewer, area, today), key=lambda one: (one[0], one[2].pk))
    chosen = coming[:MOST]
    homes = {one.household_id: one.household for _, _, one in chosen}
    known = facts.of_households(list(homes.values()))
    named = places({one.area_id for one in homes.values()})
    rows = []
    for day, age, person in chosen:
        home = homes[person.household_id]
        answers = _answers(viewer, known[home.pk], person, day, age)
        if answers:
            where = f"{naming.house(home.house_no)}, {naming.place(home.area_id, named)}"
            rows.append(Birthday(day, age, home.pk, naming.full_name(person), where, answers))
    return Ahead(rows, len(coming) > MOST)


def _coming(viewer: Viewer, area: str, today: dt.date) -> Iterator[tuple[dt.date, int, Person]]:
    """(day, age, person) of the birthdays within a year."""
    for age in ages():
        born = Person.objects.filter(
            birth_year__in=(today.year - age, today.year - age + 1), died_on=None, left_on=None,
            household__status=Household.Status.ACTIVE,
        )  # fmt: skip
        for person in narrowed(born, viewer, area, "household__").select_related("household"):
            day = _birthday(person, age)
            if today < day <= today + _YEAR:
                yield day, age, person


def _birthday(person: Person, age: int) -> dt.date:
    """The day on which she is `age`; known by year alone counts as 1 January (CCC s. 16)."""
    year, month, day = person.birth_year + age, person.birth_month or 1, person.birth_day or 1
    try:
        return dt.date(year, month, day)
    except ValueError:  # 29 February
        return dt.date(year, 3, 1)


def _answers(viewer: Viewer, known: Facts, person: Person, day: dt.date, age: int) -> list[Answer]:
    """What is then offered, or not known; programmes that were ruled out are not named."""
    book = rulebook.load()
    wanted = {name for one in ages()[age] for name in (one, *_gateways(book[one]))}
    some = {name: one for name, one in book.items() if name in wanted}
    found = rights.explain(some, known, day, codebooks.load())
    who = keys.to_text(person.pk)
    return [
        one
        for one in found.answers
        if one.person == who
        and one.programme.id in ages()[age]
        and one.outcome != NOT_DUE
        and may_see(viewer, one.programme)
    ]


def _gateways(programme: Programme) -> Iterator[str]:
    for name in programme.gateways:
        yield name
        yield from _gateways(rulebook.load()[name])
