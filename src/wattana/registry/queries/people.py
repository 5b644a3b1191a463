"""How people are called in lists of other rooms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet

from wattana.kit.prepared import Given, Many, prepared
from wattana.registry.models import Person
from wattana.thai.names import joined


def called(rows: Collection[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], str]:
    """The name of whom each of some rows concerns, which were found within the viewer's scope.

    That is the person of `person_id`, otherwise the head of `household_id`; "" without a head.
    """
    persons = {one["person_id"] for one in rows} - {None}
    homes = {one["household_id"] for one in rows if one["person_id"] is None}
    names: dict[int, str] = {}
    for key, home, relation, *name in _named(persons=persons, homes=homes):
        names[key] = joined(*name)
        if relation == Person.Relation.HEAD:
            names[-home] = names[key]  # keys are above nought
    return lambda one: names.get(one["person_id"] or -one["household_id"], "")


@prepared(persons=Many(BigIntegerField()), homes=Many(BigIntegerField()))
def _named(persons: list[Given], homes: list[Given]) -> QuerySet[Person, Any]:
    heads = Q(household__id__in=homes, relation=Person.Relation.HEAD, left_on=None, died_on=None)
    rows = Person.objects.filter(Q(pk__in=persons) | heads)
    return rows.values_list("id", "household_id", "relation", "title", "first_name", "last_name")
