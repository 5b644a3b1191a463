"""The audit trail: who did or read what, when. Written in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise

from wattana.accounts.models import AuditEvent
from wattana.accounts.viewer import Actor

_labels: dict[str, str | Promise] = {}


def record(
    by: Actor,
    action: str,
    *,
    kind: str = "",
    object_id: int | None = None,
    area: str = "",
    **detail: Any,
) -> None:
    """Write one event (one INSERT). `detail` holds counts and codes, never a name or an ID.

    `action` is "<kind>.<verb>" (household.view, import.commit), `area` the object's area code.
    """
    AuditEvent(
        user_id=by.user_id,
        organization_id=by.organization_id,
        role=by.role,
        action=action,
        kind=kind,
        object_id=object_id,
        area_code=area,
        detail=detail,
    ).save(force_insert=True)


def describe(labels: Mapping[str, str | Promise]) -> None:
    """Tell the audit page how the actions of a room are called (in its `apps.ready`)."""
    _labels.update(labels)


def labels() -> Mapping[str, str | Promise]:
    """The known actions and how they are called."""
    return _labels


def label(action: str) -> str | Promise:
    """How an action is called; its code where no room has named it."""
    return _labels.get(action, action)
