"""The facts of a household as the register and its latest accepted visit have them."""

from __future__ import annotations

from typing import Any

from wattana.assessment.extract import ACCEPTED
from wattana.kernel import keys
from wattana.registry.models import Household, Person
from wattana.rules.programmes.facts import ID, Facts
from wattana.surveys.models import Visit

_OF_THE_REGISTER = ("sex", "relation", "registered")
_UNKNOWN = ("", "unknown")


def of_household(household: Household) -> Facts:
    """Facts for `methods.rights.explain`; what nobody stated is absent.

    Members are those who live there now. Their answers are those of the latest accepted visit, also
    where that was before they moved in. Ids of persons are their keys as text. The caller has
    checked that the viewer may read the household.
    """
    visit = (
        Visit.objects.filter(household=household, status__in=ACCEPTED)
        .order_by("-year", "-round")
        .first()
    )
    answered: dict[int, dict[str, Any]] = dict(
        visit.persons.values_list("person_id", "answers") if visit else ()
    )
    own = {"village": household.area_id} if len(household.area_id) == 8 else {}
    persons = Person.objects.filter(household=household, left_on__isnull=True)
    return Facts(
        household={**(visit.answers if visit else {}), **own},
        persons=[_person(one, answered.get(one.pk, {})) for one in persons],
    )


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
