"""The history of records: one row for each field that changed (who, when, from, to).

What was first entered stands in no row: `created_at` and `created_by` of the record, and the old
value of a field's first change, tell it. National IDs appear as their last four digits only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Max, Model
from django.utils import timezone

from wattana.accounts.viewer import Actor
from wattana.kernel.problems import N_, Conflict
from wattana.registry.models import Consent, FieldChange, Household, ListEntry, Person
from wattana.thai.dates import PartialDate

Changes = Mapping[str, tuple[Any, Any]]

_KINDS: dict[type[Model], str] = {
    Household: "household",
    Person: "person",
    ListEntry: "list_entry",
    Consent: "consent",
}


def assign(record: Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set the fields that differ; return {field: (old, new)}. Saves nothing."""
    changes = {}
    for field, new in values.items():
        old = getattr(record, field)
        if old != new:
            setattr(record, field, new)
            changes[field] = (old, new)
    return changes


def record_changes(
    of: Model,
    changes: Changes,
    *,
    by: Actor,
    reason: str = "",
    merge_id: int | None = None,
) -> None:
    """Write the history rows of one record; call it inside the transaction of the change."""
    now = timezone.now()
    FieldChange.objects.bulk_create(
        FieldChange(
            at=now,
            by=by.user_id,
            organization_id=by.organization_id,
            kind=_KINDS[type(of)],
            object_id=of.pk,
            field=field,
            old=as_text(old),
            new=as_text(new),
            reason=reason,
            merge_id=merge_id,
        )
        for field, (old, new) in changes.items()
    )


def as_text(value: Any) -> str | None:
    """How a value stands in a history row; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.date | dt.datetime | PartialDate):
        return value.isoformat()
    return str(value)


def latest(of: Model) -> int:
    """A number that grows with each change of a record; forms carry it to `refuse_if_changed`."""
    rows = FieldChange.objects.filter(kind=_KINDS[type(of)], object_id=of.pk)
    return rows.aggregate(latest=Max("id"))["latest"] or 0


def refuse_if_changed(of: Model, seen: int | None) -> None:
    """Raise `Conflict` when the record changed after `seen`; None asks for no such check."""
    if seen is not None and latest(of) > seen:
        raise Conflict(
            N_(
                "Somebody else changed this record while you were editing it. Open it again, look "
                "at the change and enter yours once more."
            )
        )
