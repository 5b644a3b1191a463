"""The people of a household as its page shows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import Problem
from wattana.registry import naming, national_ids, queries
from wattana.registry.models import Household, Membership, Person
from wattana.thai import national_id
from wattana.thai.names import joined


@dataclass(frozen=True)
class Shown:
    """A person in words."""

    person: Person
    name: str
    age: str
    born: str
    number: str  # masked; "" where there is none
    withdrawn: bool  # consent to survey and analysis, for herself


def shown_all(people: list[Person], withdrew: Collection[int]) -> list[Shown]:
    """People as the page shows them, those who withdrew their consent marked."""
    return [_shown(one, withdrawn=one.pk in withdrew) for one in people]


def _shown(person: Person, *, withdrawn: bool) -> Shown:
    """Name, age (completed years, at death for the dead) and masked national ID."""
    born = person.born
    age = born.age_on(person.died_on or timezone.localdate()) if born else None
    return Shown(
        person=person,
        name=naming.full_name(person),
        age="–" if age is None else gettext("%(years)s years") % {"years": age},
        born=naming.born(born),
        number=masked(person),
        withdrawn=withdrawn,
    )


def masked(person: Person) -> str:
    """All but the last four digits hidden; all of them where the key file does not open it."""
    if not person.has_national_id:
        return ""
    try:
        return national_id.masked(national_ids.reveal(person.national_id_sealed, person.pk))
    except Problem:  # the page stays of use; asking for the number tells what is wrong
        return "•" * 13


def past_shown(viewer: Viewer, household_id: int) -> list[dict[str, Any]]:
    """Who lived here before; where somebody lives now is told only inside the scope."""
    past = [row for row in queries.past_members(viewer, household_id) if row.home != household_id]
    homes = Household.objects.filter(pk__in={row.home for row in past})
    seen = set(within(homes, viewer).values_list("pk", flat=True)) if past else set()
    return [
        {
            "name": joined(row.title, row.first_name, row.last_name),
            "relation": Person.Relation(row.relation).label,
            "since": row.since,
            "until": row.until,
            "reason": Membership.EndReason(row.reason).label,
            "now": row.home if row.home in seen else None,
        }
        for row in past
    ]
