"""One visit as the codebook sees it: the answers about the household and about each member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Q, When
from django.utils import timezone

from wattana.kernel.problems import N_, NotFound
from wattana.registry import naming
from wattana.registry.models import Person
from wattana.surveys.access import EDITABLE
from wattana.surveys.models import Visit, VisitPerson

Question = tuple[int | None, str]
"""A member's key, or None for the household, and the name of a variable."""


@dataclass
class Part:
    """The answers about the household, or about one member."""

    answers: dict[str, Any] = field(default_factory=dict)
    skips: dict[str, str] = field(default_factory=dict)
    set_aside: dict[str, Any] = field(default_factory=dict)
    changed: bool = False

    def state(self, name: str) -> Any:
        """The answer (also one that is set aside), {"skip": reason}, or None."""
        if name in self.answers:
            return self.answers[name]
        if name in self.set_aside:
            return self.set_aside[name]
        return {"skip": self.skips[name]} if name in self.skips else None

    def put(self, name: str, state: Any) -> None:
        """Replace what stands for a question by a state as `state` returns it."""
        for kept in (self.answers, self.skips, self.set_aside):
            kept.pop(name, None)
        if isinstance(state, dict):
            self.skips[name] = state["skip"]
        elif state is not None:
            self.answers[name] = state
        self.changed = True

    def move(self, name: str, *, aside: bool) -> None:
        """Set an answer aside because its question is ruled out, or bring it back."""
        source, target = (self.answers, self.set_aside) if aside else (self.set_aside, self.answers)
        target[name] = source.pop(name)
        self.changed = True


@dataclass
class Member:
    """A member of the household, with what the register knows and the rules may ask for."""

    key: int
    facts: dict[str, Any]  # sex, age on the survey day, relation, registered
    part: Part
    row: int | None = None  # key of the VisitPerson, when there is one
    name: str = ""  # for screens

    def as_row(self, visit: Visit) -> VisitPerson:
        """The row that keeps this member's part; new when there is none yet."""
        part = self.part
        row = VisitPerson(
            visit=visit, person_id=self.key,
            answers=part.answers, skips=part.skips, set_aside=part.set_aside,
        )  # fmt: skip
        if self.row is not None:
            row.pk = self.row
        self.row = row.pk
        return row


@dataclass
class Document:
    """The whole visit."""

    surveyed_on: dt.date
    household: Part
    members: dict[int, Member]

    def part(self, person: int | None) -> Part:
        """The part of a member or of the household. Raises `NotFound` for somebody else."""
        if person is None:
            return self.household
        if person not in self.members:
            raise NotFound(N_("This person is not a member of the household."))
        return self.members[person].part

    def parts(self) -> Iterable[tuple[int | None, Part]]:
        """The household's part first, then each member's."""
        yield None, self.household
        for key, member in self.members.items():
            yield key, member.part


FACT_FIELDS = (
    "id", "sex", "relation", "registered", "birth_year", "birth_month", "birth_day",
)  # fmt: skip
"""The columns of a person that `facts` reads."""


def load_many(visits: Iterable[Visit]) -> dict[int, Document]:
    """The documents of many visits by key, with the people who were recorded (one query)."""
    documents = {
        visit.pk: Document(visit.surveyed_on, Part(visit.answers, visit.skips, visit.set_aside), {})
        for visit in visits
    }
    rows = VisitPerson.objects.filter(visit__in=documents).select_related("person")
    for row in rows:
        document = documents[row.visit_id]
        known = facts(row.person, document.surveyed_on)
        part = Part(row.answers, row.skips, row.set_aside)
        document.members[row.person_id] = Member(row.person_id, known, part, row.pk)
    return documents


def load(visit: Visit) -> Document:
    """Read a visit's documents: two queries beside the visit itself.

    While the visit is being recorded its people are the members whom the register has on the survey
    day, and those recorded before; afterwards the people who were recorded.
    """
    rows = {row.person_id: row for row in VisitPerson.objects.filter(visit=visit)}
    wanted = Q(pk__in=list(rows))
    if visit.status in EDITABLE:
        wanted |= living_in(visit.household_id, visit.surveyed_on)
    members = {}
    for person in Person.objects.filter(wanted).order_by(_HEAD_FIRST, "id"):
        row = rows.get(person.pk)
        part = Part(row.answers, row.skips, row.set_aside) if row else Part()
        members[person.pk] = Member(
            person.pk,
            facts(person, visit.surveyed_on),
            part,
            row and row.pk,
            naming.full_name(person),
        )
    return Document(visit.surveyed_on, Part(visit.answers, visit.skips, visit.set_aside), members)


def save(visit: Visit, document: Document) -> None:
    """Write the parts that changed, the counts and the next revision; one to three statements."""
    visit.revision += 1
    visit.changed_at = timezone.now()
    Visit.objects.filter(pk=visit.pk).update(
        answers=document.household.answers,
        skips=document.household.skips,
        set_aside=document.household.set_aside,
        asked=visit.asked,
        answered=visit.answered,
        revision=visit.revision,
        changed_at=visit.changed_at,
    )
    changed = [one for one in document.members.values() if one.part.changed]
    known = [one.as_row(visit) for one in changed if one.row is not None]
    fresh = [one.as_row(visit) for one in changed if one.row is None]
    VisitPerson.objects.bulk_create(fresh)
    VisitPerson.objects.bulk_update(known, ["answers", "skips", "set_aside"])


def living_in(household: int, day: dt.date) -> Q:
    """The people who live in a household on a day, as far as the register knows."""
    return (
        Q(household=household)
        & (Q(died_on=None) | Q(died_on__gt=day))
        & (Q(left_on=None) | Q(left_on__gt=day))
    )


def facts(person: Person, day: dt.date) -> dict[str, Any]:
    """What the rules may ask of the register about a person, by variable of the codebook."""
    born = person.born
    return {
        "sex": person.sex or None,
        "age": born.age_on(day) if born else None,
        "relation": person.relation,
        "registered": person.registered,
    }


_HEAD_FIRST = Case(When(relation=Person.Relation.HEAD, then=0), default=1)
