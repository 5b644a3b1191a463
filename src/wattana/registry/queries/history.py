"""What changed in a household and its people, by whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kit.pages import keyset_page
from wattana.registry.models import Consent, FieldChange, Identifier, ListEntry, Person
from wattana.registry.queries import records

SENSITIVE_FIELDS = (Identifier.Kind.DISABILITY_CARD.value,)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, with the name of who changed it."""

    at: dt.datetime
    who: str  # "" for a command of the operator
    kind: str
    object_id: int
    field: str
    old: str | None
    new: str | None
    reason: str
    merge_id: int | None


@dataclass(frozen=True)
class HistoryPage:
    changes: list[Change]
    previous: str | None
    next: str | None


def history(viewer: Viewer, household_id: int, cursor: str | None = None) -> HistoryPage:
    """Changes of a household, its present people, their lists and consents; the latest first."""
    home = records.household(viewer, household_id)
    of = {
        "household": [home.pk],
        "person": Person.objects.filter(household=home).values("pk"),
        "list_entry": ListEntry.objects.filter(household=home).values("pk"),
        "consent": Consent.objects.filter(household=home).values("pk"),
    }
    wanted = Q()
    for kind, keys in of.items():
        wanted |= Q(kind=kind, object_id__in=keys)
    rows = FieldChange.objects.filter(wanted)
    if not viewer.can(Permission.SENSITIVE_VIEW):
        rows = rows.exclude(field__in=SENSITIVE_FIELDS)
    rows = rows.values(
        "id", "at", "by", "kind", "object_id", "field", "old", "new", "reason", "merge_id"
    )
    page = keyset_page(rows, ("-id",), cursor)
    names = accounts.people({row["by"] for row in page.rows if row["by"]})
    changes = [
        Change(
            row["at"], names.get(row["by"], ""), row["kind"], row["object_id"], row["field"],
            row["old"], row["new"], row["reason"], row["merge_id"],
        )
        for row in page.rows
    ]  # fmt: skip
    return HistoryPage(changes, page.previous, page.next)
