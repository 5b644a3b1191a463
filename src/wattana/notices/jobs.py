"""Jobs that come again: each leaves its next run in the queue, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from wattana.kit import moments
from wattana.notices import delivery, digest

_OFTEN = dt.timedelta(minutes=2)
_SOON = dt.timedelta(minutes=10)
_STUCK = dt.timedelta(minutes=30)
_KEPT = dt.timedelta(days=30)


@task()
def send_notices() -> dict[str, int]:
    """Make the digests that are due and send what waits; again in two minutes."""
    try:
        return {"made": digest.prepare(), "sent": delivery.send_waiting()}
    finally:
        again(send_notices, moments.now() + _OFTEN)


@transaction.atomic
def again(job: Task, at: dt.datetime, **given: Any) -> None:
    """Leave the next run of a job in the queue unless one is there."""
    waiting = DBTaskResult.objects.filter(task_path=job.module_path, status=TaskResultStatus.READY)
    if not waiting.exists():
        job.using(run_after=at).enqueue(**given)


@contextmanager
def each_day(job: Task, at: dt.time, following: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Around the work of a daily job: leaves its next run, soon again when it failed.

    `following` are arguments of the next run; the work may change them.
    """
    given = {} if following is None else following
    try:
        yield
    except Exception:
        again(job, moments.now() + _SOON, **given)
        raise
    again(job, tomorrow(at), **given)


def tomorrow(at: dt.time) -> dt.datetime:
    """This time of the next day."""
    day = moments.today() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, at))


def take_up() -> int:
    """Jobs that a killed worker had in hand go back into the queue; returns how many."""
    stuck = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - _STUCK
    )
    return stuck.update(status=TaskResultStatus.READY, started_at=None)


def tidy() -> int:
    """Forget jobs that ended a month ago; returns how many."""
    old = DBTaskResult.objects.filter(finished_at__lt=timezone.now() - _KEPT)
    return old.delete()[0]
