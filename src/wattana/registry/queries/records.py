"""One household and what belongs to it. Out of scope is `NotFound`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from wattana.accounts.permissions import Permission
from wattana.accounts.scope import within
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import NotFound
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
    rows = Household.objects.select_related(
        "owner", "area", "area__parent", "area__parent__parent", "area__parent__parent__parent"
    )
    return _one(viewer, rows, key, "", NO_HOUSEHOLD)


def persons(viewer: Viewer, household_id: int) -> list[Person]:
    """The people of a household: the head first, then the eldest; the dead and gone last."""
    viewer.require(Permission.HOUSEHOLD_VIEW)
    found = within(Person.objects.all(), viewer, "household__").filter(household_id=household_id)
    return sorted(found, key=_place_in_household)


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


def past_members(viewer: Viewer, household_id: int) -> QuerySet[Membership, Membership]:
    """Who lived here before, with the present household of each, the latest first."""
    rows = Membership.objects.select_related("person", "person__household")
    return (
        within(rows, viewer, "household__")
        .filter(household_id=household_id)
        .order_by("-until", "-id")
    )


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


def merges(viewer: Viewer, household_id: int) -> QuerySet[Merge, Merge]:
    """Merges in force that this household is a side of."""
    rows = Merge.objects.filter(Q(kept=household_id) | Q(absorbed=household_id), undone_at=None)
    return within(rows, viewer, "kept__").order_by("-id")


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
