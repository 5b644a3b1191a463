"""The indicators of one visit, with the reason of each score."""

from __future__ import annotations

from typing import Any

from wattana.assessment import rights
from wattana.methods import five_capitals
from wattana.methods.five_capitals import Reason
from wattana.registry.models import Person
from wattana.rules.measures import Measure
from wattana.surveys.models import Visit
from wattana.thai.dates import PartialDate


def of_visit(visit: Visit, measure: Measure) -> list[Reason]:
    """What each of the indicators says of the visit, as of its day; two queries."""
    people = people_of(visit)
    return five_capitals.explain(
        measure,
        {**visit.answers, **rights.counts(visit, people)},
        [answers for _, _, answers in people],
        visit.surveyed_on,
    )


def people_of(visit: Visit) -> list[tuple[int, PartialDate | None, dict[str, Any]]]:
    """Key, birth and answers of each person of a visit; among them what the register knows."""
    told = visit.persons.values_list(
        "person_id", "answers", "person__birth_year", "person__birth_month", "person__birth_day",
        "person__sex", "person__relation", "person__registered",
    )  # fmt: skip
    found = []
    for key, answers, year, month, day, sex, relation, registered in told:
        born = PartialDate(year, month, day) if year else None
        known = {
            "age": born.age_on(visit.surveyed_on) if born else None,
            "sex": sex or None,
            "relation": None if relation == Person.Relation.UNKNOWN else relation,
            "registered": None if registered == Person.Registered.UNKNOWN else registered,
        }
        found.append((key, born, answers | known))
    return found
