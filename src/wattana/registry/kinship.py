"""Ages that hardly fit what people are to the head: asked about and noted, never refused."""

from __future__ import annotations

from collections.abc import Iterable

from wattana.kernel.problems import N_, Invalid
from wattana.registry.models import Person

# At least so many years lie between the head and these (proposed).
OLDER = {Person.Relation.PARENT.value: 12}
YOUNGER = {Person.Relation.CHILD.value: 12, Person.Relation.GRANDCHILD.value: 24}
TOO_YOUNG = N_(
    "A parent is at least %(years)s years older than the head, as a rule (proposed). Look at the "
    "relation and at the years of birth of both."
)
TOO_OLD = N_(
    "A child or grandchild is at least %(years)s years younger than the head, as a rule "
    "(proposed). Look at the relation and at the years of birth of both."
)


def doubt(relation: str, born: int | None, others: Iterable[Person]) -> Invalid | None:
    """What is to be asked about somebody of this relation and year of birth beside the others."""
    present = [one for one in others if one.lives_here and one.birth_year]
    if born is None:
        return None
    if relation == Person.Relation.HEAD:
        doubts = (_between(one.relation, one.birth_year, born) for one in present)
        return next(filter(None, doubts), None)
    heads = [one.birth_year for one in present if one.relation == Person.Relation.HEAD]
    return _between(relation, born, heads[0]) if heads else None


def _between(relation: str, born: int | None, head: int | None) -> Invalid | None:
    if born is None or head is None:
        return None
    if relation in OLDER and head - born < OLDER[relation]:
        return Invalid(TOO_YOUNG, years=OLDER[relation])
    if relation in YOUNGER and born - head < YOUNGER[relation]:
        return Invalid(TOO_OLD, years=YOUNGER[relation])
    return None
