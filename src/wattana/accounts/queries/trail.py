"""The audit trail of the viewer's organisation (the operator: of all)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from wattana.accounts.models import AuditEvent
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel import keys
from wattana.kit.pages import Page, keyset_page


def audit_events(
    viewer: Viewer,
    *,
    user_id: int | None = None,
    action: str = "",
    day: dt.date | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[dict[str, Any]]:
    """A page of events, the newest first; `day` is a day in Bangkok."""
    viewer.require(Permission.AUDIT_VIEW)
    rows = AuditEvent.objects.values(
        "id", "at", "user_id", "role", "action", "kind", "object_id", "area_code", "detail"
    )
    if not viewer.is_operator:
        rows = rows.filter(organization_id=viewer.organization_id)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if action:
        rows = rows.filter(action=action)
    if day:
        begin = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        end = begin + dt.timedelta(days=1)
        rows = rows.filter(id__gte=keys.first_key_at(begin), id__lt=keys.first_key_at(end))
    return keyset_page(rows, ["-id"], cursor, size)
