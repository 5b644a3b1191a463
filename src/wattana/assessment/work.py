"""Long work of this room: one at a time, with its progress, and a clear end when it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Generic, TypeVar

from django.db import connections
from django.utils import timezone

from wattana.assessment import results, storage
from wattana.assessment.models import Run, Snapshot, Status
from wattana.kernel import keys
from wattana.kernel.problems import N_, Problem, as_data
from wattana.kit import turns

Row = TypeVar("Row", Snapshot, Run)
Progress = Callable[[float], None]

_STOPPED = N_("The work was stopped before its end. Start it again.")


@dataclass
class Work(Generic[Row]):
    """Work that has begun: its row stands in the database, its lock is held, `finish` does it."""

    row: Row
    do: Callable[[Row, Progress], None]
    lock: IO[str]

    def finish(self, progress: Progress | None = None) -> Row:
        """Do the work here and now; whatever stops it, the row says so and nothing half-done stays.

        `progress` is told the share done, 0 … 1.
        """
        key = keys.to_text(self.row.pk)

        def tell(share: float) -> None:
            storage.tell_progress(key, share)
            if progress:
                progress(share)

        try:
            with storage.failures_told():
                self._do(tell)
        finally:
            storage.forget_progress(key)
            self.lock.close()
        return self.row

    def _do(self, tell: Progress) -> None:
        problem = Problem(_STOPPED)
        try:
            with storage.failures_told():
                self.do(self.row, tell)
        except Problem as told:
            problem = told
            raise
        finally:
            self.row.refresh_from_db()
            if self.row.status != Status.READY:
                mark_failed(self.row, problem)

    def finish_in_background(self) -> None:
        """Do the work in a thread of this process, so that a page need not wait for it."""
        threading.Thread(target=self._finish_quietly, daemon=True).start()

    def _finish_quietly(self) -> None:
        try:
            turns.be_patient()
            self.finish()
        except Problem:
            return  # the row tells it
        finally:
            connections.close_all()


def begin(make_row: Callable[[], Row], do: Callable[[Row, Progress], None]) -> Work[Row]:
    """Take the lock, clear what killed work left, write the row. Raises `Conflict` when busy."""
    lock = storage.lock()
    try:
        clear_leftovers()
        return Work(make_row(), do, lock)
    except BaseException:
        lock.close()
        raise


def clear_leftovers() -> None:
    """Mark work that was killed as failed and remove what it wrote. Call it with the lock held."""
    storage.remove_leftovers()
    for model in (Snapshot, Run):
        for row in model.objects.filter(status=Status.WORKING):
            mark_failed(row, Problem(_STOPPED))


def mark_failed(row: Snapshot | Run, problem: Problem) -> None:
    """Say in the row what went wrong; what it wrote goes."""
    row.status = Status.FAILED
    row.problem = {"message": problem.message, "params": as_data(problem.params)}
    if isinstance(row, Run):
        row.finished_at = timezone.now()
        results.remove(row.pk)
    row.save()
    storage.remove(row)
