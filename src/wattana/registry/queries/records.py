"""One household and what belongs to it. Out of scope is `NotFound`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple, TypeVar

from django.db.models import BigIntegerField, Model, Q, QuerySet

from wattana.accounts import scope
from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import NotFound
from wattana.kit.prepared import Given, prepared
from wattana.registry.access import NO_CONSENT, NO_ENTRY, NO_HOUSEHOLD, NO_PERSON
from wattana.registry.models import (
    Consent,
    Household,
    Identifier,
    ListEntry,
    Membership,
    Merge,
    Person,
)
from wattana.thai.names import joined

M = TypeVar("M", bound=Model)


def household(viewer: Viewer, key: int) -> Household:
    """The household with its village, tambon, district and owner."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    shape, whose = scope.apart(viewer)
    found = next(iter(_household(shape, **whose, home=key)), None)
    if found is None:
        raise NotFound(NO_HOUSEHOLD)
    return found


@prepared(**scope.GIVEN, home=BigIntegerField())
def _household(
    shape: scope.Shape, *, home: Given, organization: Given, codes: list[Given]
) -> QuerySet[Household]:
    rows = Household.objects.filter(pk=home).select_related(
        "owner", "area", "area__parent", "area__parent__parent", "area__parent__parent__parent"
    )
    return scope.within_given(rows, shape, organization, codes, "")


def persons(viewer: Viewer, household_id: int) -> list[Person]:
    """The people of a household: the head first, then the eldest; the dead and gone last."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    shape, whose = scope.apart(viewer)
    return sorted(_persons(shape, **whose, home=household_id), key=_place_in_household)


@prepared(**scope.GIVEN, home=BigIntegerField())
def _persons(
    shape: scope.Shape, *, home: Given, organization: Given, codes: list[Given]
) -> QuerySet[Person]:
    rows = Person.objects.filter(household_id=home)
    return scope.within_given(rows, shape, organization, codes, "household__")


def person(viewer: Viewer, key: int) -> Person:
    """A person with her household."""
    rows = Person.objects.select_related("household")
    return _one(viewer, rows, key, "household__", NO_PERSON)


def list_entry(viewer: Viewer, key: int) -> ListEntry:
    """One list entry."""
    return _one(viewer, ListEntry.objects.all(), key, "household__", NO_ENTRY)


def consent(viewer: Viewer, key: int) -> Consent:
    """One consent."""
    return _one(viewer, Consent.objects.all(), key, "household__", NO_CONSENT)


def merge(viewer: Viewer, key: int) -> Merge:
    """One merge, undone or not; both sides lie in one scope."""
    return _one(viewer, Merge.objects.all(), key, "kept__", NO_HOUSEHOLD)


class Past(NamedTuple):
    """Who lived in a household before, and where now."""

    person: int
    title: str
    first_name: str
    last_name: str
    relation: str
    since: dt.date | None
    until: dt.date
    reason: str
    home: int


def past_members(viewer: Viewer, household_id: int) -> list[Past]:
    """Who lived here before, the latest first."""
    shape, whose = scope.apart(viewer)
    return [Past(*row) for row in _past(shape, **whose, home=household_id)]


@prepared(**scope.GIVEN, home=BigIntegerField())
def _past(
    shape: scope.Shape, *, home: Given, organization: Given, codes: list[Given]
) -> QuerySet[Membership, Any]:
    rows = Membership.objects.filter(household_id=home)
    rows = scope.within_given(rows, shape, organization, codes, "household__")
    return rows.order_by("-until", "-id").values_list(
        "person_id", "person__title", "person__first_name", "person__last_name", "relation",
        "since", "until", "reason", "person__household_id",
    )  # fmt: skip


def past_heads(viewer: Viewer, household_ids: Collection[int]) -> dict[int, str]:
    """Who was last the head of households in which nobody lives now, as after a merge."""
    if not household_ids:
        return {}
    rows = within(Membership.objects.all(), viewer, "household__")
    heads = rows.filter(household__in=household_ids, relation=Person.Relation.HEAD)
    named = heads.order_by("until", "id").values_list(
        "household_id", "person__title", "person__first_name", "person__last_name"
    )
    return {home: joined(title, first, last) for home, title, first, last in named}


def list_entries(viewer: Viewer, household_id: int) -> QuerySet[ListEntry, ListEntry]:
    """The lists that name the household or a person of it, the latest year first."""
    rows = ListEntry.objects.select_related("person")
    return (
        within(rows, viewer, "household__")
        .filter(household_id=household_id)
        .order_by("-source_year", "source", "id")
    )


def consents(viewer: Viewer, household_id: int) -> QuerySet[Consent, Consent]:
    """Consents of the household and its people, the latest first."""
    rows = Consent.objects.select_related("notice", "person")
    return (
        within(rows, viewer, "household__")
        .filter(household_id=household_id)
        .order_by("-given_at", "-id")
    )


def identifiers(viewer: Viewer, household_id: int) -> list[Identifier]:
    """Other numbers of the household and its people; one that tells of a disability only to those
    who may know."""
    rows = Identifier.objects.select_related("person").filter(
        Q(household_id=household_id) | Q(person__household_id=household_id)
    )
    if not viewer.can(Permission.SENSITIVE_VIEW):
        rows = rows.exclude(kind=Identifier.Kind.DISABILITY_CARD)
    return list(rows.order_by("kind", "id"))


def merges(viewer: Viewer, household_id: int) -> list[Merge]:
    """Merges in force that this household is a side of, the latest first."""
    shape, whose = scope.apart(viewer)
    return _merges(shape, **whose, home=household_id)


@prepared(**scope.GIVEN, home=BigIntegerField())
def _merges(
    shape: scope.Shape, *, home: Given, organization: Given, codes: list[Given]
) -> QuerySet[Merge]:
    rows = Merge.objects.filter(Q(kept_id=home) | Q(absorbed_id=home), undone_at=None)
    return scope.within_given(rows, shape, organization, codes, "kept__").order_by("-id")


def _one(viewer: Viewer, rows: QuerySet[M, M], key: int, prefix: str, missing: str) -> M:
    viewer.require(Permission.HOUSEHOLD_VIEW)
    found = within(rows, viewer, prefix).filter(pk=key).first()
    if found is None:
        raise NotFound(missing)
    return found


def _place_in_household(person: Person) -> tuple[bool, bool, int, int]:
    return (
        not person.lives_here,
        person.relation != Person.Relation.HEAD,
        person.birth_year or 9999,
        person.pk,
    )
