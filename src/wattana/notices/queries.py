"""Reads of notices: one's own, and for the administrator the work in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.utils.translation import pgettext_lazy
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kit.pages import Page, keyset_page
from wattana.kit.prepared import Given, prepared
from wattana.notices import kinds
from wattana.notices.models import Message, Notice, Preference

_SHOWN = 100
_RUNS = 5
_STATES = {
    TaskResultStatus.READY: pgettext_lazy("job", "waiting"),
    TaskResultStatus.RUNNING: pgettext_lazy("job", "running"),
    TaskResultStatus.SUCCESSFUL: pgettext_lazy("job", "done"),
    TaskResultStatus.FAILED: pgettext_lazy("job", "failed, tried again by itself"),
}


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
    return len(_unread(most, user=viewer.user_id)) if viewer.user_id else 0


@prepared(user=BigIntegerField())
def _unread(most: int, user: Given) -> QuerySet[Notice, Any]:
    return Notice.objects.filter(user_id=user, read_at__isnull=True).values_list("pk")[:most]


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


def was_told(viewer: Viewer, link: str) -> bool:
    """Whether a notice of one's own leads there."""
    return Notice.objects.filter(user_id=viewer.user_id, link=link).exists()


def preference(viewer: Viewer) -> Preference:
    """How one wants to hear; the usual where nothing was chosen."""
    found = Preference.objects.filter(user_id=viewer.user_id).first()
    return found or Preference(user_id=viewer.user_id)


@dataclass(frozen=True)
class Job:
    """A run of a job; `forgotten` are cases that it found without a next date."""

    name: str
    state: str
    fault: str
    put_in: Any
    finished: Any
    forgotten: Sequence[str]


@dataclass(frozen=True)
class Jobs:
    """Work in the background: the latest runs of each job, messages that did not go through."""

    jobs: Sequence[Job]
    waiting: int
    troubled: Sequence[Message]


def jobs(viewer: Viewer) -> Jobs:
    """For the administrator of the operator. Raises `Forbidden` without `AUDIT_VIEW`."""
    viewer.require(Permission.AUDIT_VIEW)
    states = [Message.State.FAILED, Message.State.UNSURE]
    return Jobs(
        jobs=[_job(one) for path in sorted(_paths()) for one in _latest(path)],
        waiting=Message.objects.filter(state=Message.State.WAITING).count(),
        troubled=list(Message.objects.filter(state__in=states).order_by("-pk")[:_SHOWN]),
    )


def _paths() -> set[str]:
    return set(DBTaskResult.objects.order_by().values_list("task_path", flat=True).distinct())


def _latest(path: str) -> Sequence[DBTaskResult]:
    """The last runs of one job, so that a frequent one does not hide a daily one."""
    return DBTaskResult.objects.filter(task_path=path).order_by("-enqueued_at")[:_RUNS]


def _job(row: DBTaskResult) -> Job:
    told = row.return_value if isinstance(row.return_value, dict) else {}
    return Job(
        name=kinds.text(row.task_path, {}),
        state=str(_STATES.get(row.status, row.status)),
        fault=row.exception_class_path,
        put_in=row.enqueued_at,
        finished=row.finished_at,
        forgotten=told.get("without_next_date", []),
    )
