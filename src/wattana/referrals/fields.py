"""The facts that a receiver is shown: those that the service needs, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from wattana.entitlements.sensitivity import is_sensitive
from wattana.kit import moments
from wattana.kit.words import said
from wattana.referrals.missed import missed
from wattana.referrals.models import Need, Referral
from wattana.registry import naming
from wattana.registry.models import Household, Person
from wattana.registry.national_ids import reveal
from wattana.rules import codebook as codebooks
from wattana.rules import programmes
from wattana.rules import referrals as rulebook
from wattana.surveys.access import ACCEPTED
from wattana.surveys.models import Visit, VisitPerson
from wattana.surveys.questions import as_said

_ADULT, _OLD = 18, 60


@dataclass(frozen=True)
class Fact:
    """One fact in words; `value` is empty where nobody knows it."""

    id: str
    title: str
    value: str
    sensitive: bool


def facts(case: Referral | Need, names: Iterable[str]) -> list[Fact]:
    """The named facts of a case's person, or of the head where it concerns the household."""
    book = rulebook.load()
    need = case.need if isinstance(case, Referral) else case
    subject = _Subject(case.household, case.person, need)
    return [
        Fact(name, said(field.title), subject.value(field), field.sensitive)
        for name in names
        if (field := book.fields.get(name)) is not None
    ]


class _Subject:
    """A household with its people and its latest accepted visit, read once."""

    def __init__(self, household: Household, person: Person | None, need: Need) -> None:
        self.household, self.whose = household, person
        self.programme, self.confidential = need.programme, need.sensitive
        self.people = list(household.persons.filter(died_on__isnull=True))
        heads = (one for one in self.people if one.relation == Person.Relation.HEAD)
        self.head = next(heads, None)
        self.person = person or self.head or (self.people[0] if self.people else None)
        visits = Visit.objects.filter(household=household, status__in=ACCEPTED)
        visit = visits.order_by("-year", "-round").first()
        row = VisitPerson.objects.filter(visit=visit, person=self.person).first() if visit else None
        self.answers: dict[str, dict[str, Any]] = {
            "household": visit.answers if visit else {},
            "person": row.answers if row else {},
        }

    def value(self, field: rulebook.Field) -> str:
        """A fact in words, "" when it is not known."""
        if not field.variable:
            return _REGISTER[field.id](self)
        variable = codebooks.load().variables[field.variable]
        state = self.answers[variable.level].get(field.variable)
        return "" if state is None else as_said(variable, state)

    def aged(self, least: int, most: int = 200) -> str:
        today = moments.today()
        ages = (one.born.age_on(today) for one in self.people if one.born)
        return str(sum(age is not None and least <= age <= most for age in ages))

    def phone(self) -> str:
        """The person's, or the head's with the name: a child's case needs somebody to call.

        Not in a confidential case: there the head may be whom she has to be kept safe from.
        """
        own = self.of_person(lambda person: person.phone)
        if own or self.confidential or self.head is None or not self.head.phone:
            return own
        return f"{self.head.phone} ({naming.full_name(self.head)})"

    def rights(self) -> str:
        """The right that the need names, else those that are missed, but for such as tell of
        health, disability or violence."""
        if self.programme:
            named = programmes.load().get(self.programme)
            return said(named.title) if named else ""
        whose = {None, self.whose.pk} if self.whose else {None, *(one.pk for one in self.people)}
        found = (one for one, person in missed(self.household) if person in whose)
        return ", ".join(dict.fromkeys(said(one.title) for one in found if not is_sensitive(one)))

    def of_person(self, told: Callable[[Person], str]) -> str:
        return told(self.person) if self.person else ""


def _national_id(person: Person) -> str:
    sealed = person.national_id_sealed
    return "" if sealed is None else reveal(sealed, person.pk)


_REGISTER: dict[str, Callable[[_Subject], str]] = {
    "name": lambda one: one.of_person(naming.full_name),
    "phone": lambda one: one.phone(),
    "address": lambda one: naming.full_address(one.household),
    "national_id": lambda one: one.of_person(_national_id),
    "birth": lambda one: one.of_person(lambda person: naming.born(person.born)),
    "sex": lambda one: one.of_person(lambda person: str(person.get_sex_display())),
    "household_size": lambda one: str(len(one.people)),
    "children": lambda one: one.aged(0, _ADULT - 1),
    "older_persons": lambda one: one.aged(_OLD),
    "rights": _Subject.rights,
    "level": lambda one: (
        naming.level_name(one.household.standing_level) if one.household.standing_level else ""
    ),
}
