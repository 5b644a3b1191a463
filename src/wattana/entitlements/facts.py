"""The facts of a household as the register and its latest accepted visit have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from wattana.kernel import keys
from wattana.kit.prepared import Given, Many, prepared
from wattana.registry import withdrawals
from wattana.registry.models import Household, Person
from wattana.rules.expressions.dating import as_date
from wattana.rules.programmes.facts import ID, Facts, Row
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit, VisitPerson

_OF_THE_REGISTER = ("sex", "relation", "registered")
_UNKNOWN = ("", "unknown")


@dataclass(frozen=True)
class Known:
    """What is known of a household for `methods.rights.explain`, and by which consent and visit."""

    facts: Facts
    withdrawn_on: dt.date | None  # consent to survey and analysis
    given_on: dt.date | None  # the same where it stands; neither: none was ever recorded
    surveyed: bool  # there is an accepted visit
    left_out: Collection[int]  # who withdrew for herself


def of_household(household: Household) -> Known:
    """What the register and its latest accepted visit tell; what nobody stated is absent.

    Members are those who live there now, without those who withdrew consent to survey and analysis
    for themselves. Their answers are those of the latest accepted visit, also where that was before
    they moved in; none where the household withdrew. All as in a snapshot. Ids of persons are their
    keys as text. The caller has checked that the viewer may read the household.
    """
    return of_households([household])[household.pk]


def of_visit(known: Known, visit: Visit) -> Facts:
    """The same with the answers of a visit that is being recorded, before those of earlier ones."""
    by_id = {keys.to_text(key): told for key, told in _told(visits=[visit.pk])}
    return Facts(
        {**known.facts.household, **visit.answers},
        [{**one, **by_id.get(one[ID], {})} for one in known.facts.persons],
    )


def born_by(known: Facts, day: dt.date) -> Facts:
    """The facts without those born after a day."""
    rows = [(one, as_date(one.get("birth_date"))) for one in known.persons]
    return Facts(known.household, [one for one, born in rows if born is None or born <= day])


def of_households(households: Sequence[Household]) -> dict[int, Known]:
    """The same for several, by key, in four queries."""
    homes = {one.pk: one for one in households}
    people = _living_in(homes=homes)
    withdrawn, alone, given, _ = withdrawals.told(homes=homes, people=[one.pk for one in people])
    visits = {home: (key, told) for home, key, told in _accepted(homes=homes)}
    used = {home: visit for home, visit in visits.items() if home not in withdrawn}
    answered = dict(_told(visits=[key for key, _ in used.values()]))
    members: dict[int, list[Row]] = {key: [] for key in homes}
    for one in people:
        if one.pk not in alone:
            members[one.household_id].append(_person(one, answered.get(one.pk, {})))
    return {
        key: Known(
            Facts({**(used[key][1] if key in used else {}), **_place(home)}, members[key]),
            withdrawn.get(key),
            given.get(key),
            key in visits,
            alone,
        )
        for key, home in homes.items()
    }


@prepared(homes=Many(BigIntegerField()))
def _living_in(homes: list[Given]) -> QuerySet[Person]:
    return Person.objects.filter(household__id__in=homes, left_on__isnull=True)


@prepared(homes=Many(BigIntegerField()))
def _accepted(homes: list[Given]) -> QuerySet[Visit, Any]:
    """Of each household its accepted visits, the latest last."""
    rows = Visit.objects.filter(household__id__in=homes, status__in=ACCEPTED)
    return rows.order_by("year", "round").values_list("household_id", "pk", "answers")


@prepared(visits=Many(BigIntegerField()))
def _told(visits: list[Given]) -> QuerySet[VisitPerson, Any]:
    rows = VisitPerson.objects.filter(visit__id__in=visits)
    return rows.values_list("person_id", "answers")


def _place(household: Household) -> Row:
    return {"village": household.area_id} if len(household.area_id) == 8 else {}


def _person(person: Person, answers: dict[str, Any]) -> dict[str, Any]:
    registered = {
        name: value for name in _OF_THE_REGISTER if (value := getattr(person, name)) not in _UNKNOWN
    }
    return {ID: keys.to_text(person.pk), **answers, **registered, **_dates(person)}


def _dates(person: Person) -> dict[str, str]:
    """Birth and death as far as they are known; a birth date may be a year alone."""
    known = {}
    if person.birth_year:
        parts = [f"{person.birth_year:04d}"]
        parts += [f"{part:02d}" for part in (person.birth_month, person.birth_day) if part]
        known["birth_date"] = "-".join(parts)
    if person.died_on:
        known["died_on"] = person.died_on.isoformat()
    return known
