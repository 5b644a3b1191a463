"""The indicators of one visit, with the reason of each score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from wattana.assessment import rights
from wattana.methods import five_capitals
from wattana.methods.five_capitals import Reason
from wattana.registry import withdrawals
from wattana.registry.models import Person
from wattana.rules.measures import Measure
from wattana.surveys.models import Visit, VisitPerson
from wattana.thai.dates import PartialDate

Told = tuple[int, PartialDate | None, dict[str, Any]]
"""Key, birth and answers of a person of a visit; among them what the register knows."""


def of_visit(visit: Visit, measure: Measure) -> list[Reason]:
    """What each of the indicators says of the visit, as of its day; two queries."""
    people = people_of(visit)
    return five_capitals.explain(
        measure,
        {**visit.answers, **rights.counts(visit, people)},
        [answers for _, _, answers in people],
        visit.surveyed_on,
    )


def scores(visits: Collection[Visit], measure: Measure, code: str) -> dict[int, float | None]:
    """What one indicator says of each of several visits, by visit; one query.

    Nothing where the scheme has no such indicator.
    """
    indicator = next((one for one in measure.indicators if one.code == code), None)
    if indicator is None:
        return {}
    people = _people(visits)
    counted = {"rights_due", "rights_received"} & set(indicator.inputs)
    found: dict[int, float | None] = {}
    for visit in visits:
        told = people.get(visit.pk, [])
        answers = {**visit.answers, **(rights.counts(visit, told) if counted else {})}
        persons = [said for _, _, said in told]
        found[visit.pk] = five_capitals.score(indicator, answers, persons, visit.surveyed_on)
    return found


def people_of(visit: Visit) -> list[Told]:
    """The persons of a visit."""
    return _people([visit]).get(visit.pk, [])


def _people(visits: Collection[Visit]) -> Mapping[int, list[Told]]:
    """The persons of visits, by visit, without those who withdrew consent to the analysis."""
    days = {visit.pk: visit.surveyed_on for visit in visits}
    rows = VisitPerson.objects.filter(visit__in=days).values_list(
        "visit_id", "person_id", "answers", "person__birth_year", "person__birth_month",
        "person__birth_day", "person__sex", "person__relation", "person__registered",
    )  # fmt: skip
    _, withdrew = withdrawals.days(people={key for _, key, *_ in rows})
    found: dict[int, list[Told]] = defaultdict(list)
    for visit, key, answers, year, month, day, sex, relation, registered in rows:
        if key in withdrew:
            continue
        born = PartialDate(year, month, day) if year else None
        known = {
            "age": born.age_on(days[visit]) if born else None,
            "sex": sex or None,
            "relation": None if relation == Person.Relation.UNKNOWN else relation,
            "registered": None if registered == Person.Registered.UNKNOWN else registered,
        }
        found[visit].append((key, born, answers | known))
    return found
