"""Reads of notices: one's own, and for the administrator the work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django_tasks_db.models import DBTaskResult

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kit.pages import Page, keyset_page
from wattana.notices import kinds
from wattana.notices.models import Message, Notice, Preference

_SHOWN = 100


@dataclass(frozen=True)
class Told:
    """A notice in words."""

    id: int
    text: str
    link: str
    at: Any
    read: bool


def unread(viewer: Viewer, most: int = 99) -> int:
    """How many notices wait to be read, at most so many."""
    if not viewer.user_id:
        return 0
    rows = Notice.objects.filter(user_id=viewer.user_id, read_at__isnull=True)
    return rows.values("pk")[:most].count()


def notices(viewer: Viewer, cursor: str | None = None) -> tuple[Page[Any], Sequence[Told]]:
    """One's own notices, the latest first."""
    rows = Notice.objects.filter(user_id=viewer.user_id)
    page = keyset_page(
        rows.values("id", "kind", "params", "link", "at", "read_at"), ("-id",), cursor
    )
    told = [
        Told(one["id"], kinds.text(one["kind"], one["params"]), one["link"], one["at"],
             one["read_at"] is not None)
        for one in page.rows
    ]  # fmt: skip
    return page, told


def link_of(viewer: Viewer, notice: int) -> str:
    """Where one's own notice leads; the list of notices for any other."""
    row = Notice.objects.filter(pk=notice, user_id=viewer.user_id).first()
    return row.link if row and row.link else ""


def preference(viewer: Viewer) -> Preference:
    """How one wants to hear; the usual where nothing was chosen."""
    found = Preference.objects.filter(user_id=viewer.user_id).first()
    return found or Preference(user_id=viewer.user_id)


@dataclass(frozen=True)
class Jobs:
    """Work in the background: the latest jobs and messages that did not go through."""

    jobs: Sequence[DBTaskResult]
    waiting: int
    troubled: Sequence[Message]


def jobs(viewer: Viewer) -> Jobs:
    """For the administrator of the operator. Raises `Forbidden` without `AUDIT_VIEW`."""
    viewer.require(Permission.AUDIT_VIEW)
    states = [Message.State.FAILED, Message.State.UNSURE]
    return Jobs(
        jobs=list(DBTaskResult.objects.order_by("-enqueued_at")[:_SHOWN]),
        waiting=Message.objects.filter(state=Message.State.WAITING).count(),
        troubled=list(Message.objects.filter(state__in=states).order_by("-pk")[:_SHOWN]),
    )
