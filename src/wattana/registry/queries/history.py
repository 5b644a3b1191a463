"""What happened to a household and its people, by whom: changes, additions, consents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from wattana.accounts import queries as accounts
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kit.pages import Page, keyset_page
from wattana.registry.models import (
    Consent,
    FieldChange,
    Household,
    Identifier,
    ListEntry,
    Membership,
    Merge,
    Person,
)  # fmt: skip
from wattana.registry.queries import records

ADDED, GIVEN, CAME_IN = "added", "given", "came_in"
SENSITIVE_FIELDS = (Identifier.Kind.DISABILITY_CARD.value,)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, with the name of who changed it.

    The fields `ADDED` (of a person) and `GIVEN` (of a consent) tell that the record was made,
    `CAME_IN` that another household was merged into this one (`new`), or parted again (`old`).
    """

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
    """What happened to a household, its people, their lists and consents; the latest first.

    People who live elsewhere now are told of until they left.
    """
    home = records.household(viewer, household_id)
    of = {
        "household": [home.pk],
        "person": Person.objects.filter(household=home).values("pk"),
        "list_entry": ListEntry.objects.filter(household=home).values("pk"),
        "consent": Consent.objects.filter(household=home).values("pk"),
    }
    gone = Membership.objects.filter(household=home).values("person")
    wanted = Q(kind="person", field="household_id", object_id__in=gone)
    for kind, of_kind in of.items():
        wanted |= Q(kind=kind, object_id__in=of_kind)
    rows = FieldChange.objects.filter(wanted)
    if not viewer.can(Permission.SENSITIVE_VIEW):
        rows = rows.exclude(field__in=SENSITIVE_FIELDS)
    rows = rows.values(
        "id", "at", "by", "kind", "object_id", "field", "old", "new", "reason", "merge_id"
    )
    page = keyset_page(rows, ("-id",), cursor)
    told = [*page.rows, *_made(home, *_span(rows, page))]
    told.sort(key=lambda row: (row["at"], row["id"]), reverse=True)
    names = accounts.people({row["by"] for row in told if row["by"]})
    changes = [
        Change(
            row["at"], names.get(row["by"], ""), row["kind"], row["object_id"], row["field"],
            row["old"], row["new"], row["reason"], row["merge_id"],
        )
        for row in told
    ]  # fmt: skip
    return HistoryPage(changes, page.previous, page.next)


def _span(rows: Any, page: Page[Any]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From when until when a page tells; None where nothing comes before or after it."""
    since = page.rows[-1]["at"] if page.rows and page.next else None
    newer = rows.filter(id__gt=page.rows[0]["id"]).order_by("id").first() if page.previous else None
    return since, newer and newer["at"]


def _made(
    home: Household, since: dt.datetime | None, until: dt.datetime | None
) -> list[dict[str, Any]]:
    """People entered, consents recorded, households merged in, in the shape of a change."""
    people = Person.objects.filter(household=home).values_list("pk", "created_at", "created_by")
    consents = Consent.objects.filter(household=home).values_list("pk", "recorded_by", "purpose")
    blank = {"id": 0, "old": None, "new": None, "reason": "", "merge_id": None}
    found = [
        {**blank, "kind": "person", "field": ADDED, "object_id": key, "at": at, "by": by}
        for key, at, by in people
    ]
    found += [
        {**blank, "kind": "consent", "field": GIVEN, "object_id": key, "at": keys.made_at(key),
         "by": by, "new": purpose}
        for key, by, purpose in consents
    ]  # fmt: skip
    for one in Merge.objects.filter(kept=home):
        other = str(one.absorbed_id)
        merged = {**blank, "kind": "household", "field": CAME_IN, "object_id": home.pk,
                  "reason": one.reason, "merge_id": one.pk}  # fmt: skip
        found.append({**merged, "at": one.at, "by": one.by, "new": other})
        if one.undone_at:
            found.append({**merged, "at": one.undone_at, "by": one.undone_by, "old": other})
    return [
        row for row in found
        if (since is None or row["at"] >= since) and (until is None or row["at"] < until)
    ]  # fmt: skip
