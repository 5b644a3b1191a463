"""The facts of a household as the register and its latest accepted visit have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from wattana.kernel import keys
from wattana.registry import withdrawals
from wattana.registry.models import Household, Person
from wattana.rules.expressions.dating import as_date
from wattana.rules.programmes.facts import ID, Facts, Row
from wattana.surveys.access import analysed
from wattana.surveys.models import Visit, VisitPerson

_OF_THE_REGISTER = ("sex", "relation", "registered")
_UNKNOWN = ("", "unknown")


def of_household(household: Household) -> Facts:
    """Facts for `methods.rights.explain`; what nobody stated is absent.

    Members are those who live there now, without those who withdrew consent to survey and analysis
    for themselves. Their answers are those of the latest accepted visit, also where that was before
    they moved in; none where the household withdrew. All as in a snapshot. Ids of persons are their
    keys as text. The caller has checked that the viewer may read the household.
    """
    return of_households([household])[household.pk]


def of_visit(household: Household, visit: Visit) -> Facts:
    """The same with the answers of a visit that is being recorded, before those of earlier ones."""
    known = of_household(household)
    by_id = {keys.to_text(key): answers for key, answers in _answers([visit]).items()}
    return Facts(
        {**known.household, **visit.answers},
        [{**one, **by_id.get(one[ID], {})} for one in known.persons],
    )


def born_by(known: Facts, day: dt.date) -> Facts:
    """The facts without those born after a day."""
    rows = [(one, as_date(one.get("birth_date"))) for one in known.persons]
    return Facts(known.household, [one for one, born in rows if born is None or born <= day])


def of_households(households: Sequence[Household]) -> dict[int, Facts]:
    """The same for several, by key, in three queries."""
    homes = {one.pk: one for one in households}
    visits = _latest_visits(homes)
    answered = _answers(visits.values())
    members: dict[int, list[Row]] = {key: [] for key in homes}
    there = Person.objects.filter(household__in=homes, left_on__isnull=True)
    for one in there.exclude(pk__in=withdrawals.persons(there.values("pk"))):
        members[one.household_id].append(_person(one, answered.get(one.pk, {})))
    return {
        key: Facts({**(visits[key].answers if key in visits else {}), **_place(home)}, members[key])
        for key, home in homes.items()
    }


def _answers(visits: Collection[Visit]) -> dict[int, dict[str, Any]]:
    """What people of visits answered; who withdrew consent is no member in `of_households`."""
    told = VisitPerson.objects.filter(visit__in=[one.pk for one in visits])
    return dict(told.values_list("person_id", "answers"))


def _latest_visits(homes: Iterable[int]) -> dict[int, Visit]:
    return {one.household_id: one for one in analysed(list(homes)).order_by("year", "round")}


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
