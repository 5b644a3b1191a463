"""Work on a batch: small files within the request, large ones, and what has to wait for another
import, in a thread that a page watches.

Whoever works on a batch holds a lock on a file in its folder. The system lets go of it when the
process ends, however it ends; so a page can tell work that goes on from work that was cut off.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.utils import translation

from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, Conflict, Problem
from wattana.kit import turns
from wattana.registry.imports import actions, folders, taking_turns
from wattana.registry.imports.kinds import Progress
from wattana.registry.imports.mapping import ColumnMapping
from wattana.registry.imports.staging import as_params
from wattana.registry.models import ImportBatch

IN_REQUEST = 5_000_000  # bytes of the upload: some ten thousand rows, a few seconds
ROWS_IN_REQUEST = 20_000  # for an undo, when the upload is gone
_EVERY = 0.5  # seconds between notes of progress
_LOCK = "lock"
_BROKE = N_(
    "The work broke off because of a fault in the system; nothing of this import was kept. Tell "
    "the administrator."
)

Deed = Callable[[ImportBatch, Progress], object]


def check(batch: ImportBatch, mapping: ColumnMapping, by: Viewer) -> bool:
    """Check a batch, or begin to; whether it is done. Raises `Conflict` while it is worked on."""

    def deed(batch: ImportBatch, progress: Progress) -> None:
        actions.check(batch=batch, by=by, mapping=mapping, progress=progress)

    return _run(batch, deed, small=_is_small(batch))


def commit(batch: ImportBatch, by: Viewer, *, accept_valid: bool) -> bool:
    """Commit a batch, or begin to; whether it is done. Raises `Conflict` while it is worked on."""

    def deed(batch: ImportBatch, progress: Progress) -> None:
        actions.commit(batch=batch, by=by, accept_valid=accept_valid, progress=progress)

    return _run(batch, deed, small=_is_small(batch) and taking_turns.is_free())


def undo(batch: ImportBatch, by: Viewer) -> bool:
    """Undo a batch, or begin to; whether it is done. Raises `Conflict` while it is worked on."""

    def deed(batch: ImportBatch, progress: Progress) -> None:
        progress(N_("Undoing the import"), 0, 1)
        actions.undo(batch=batch, by=by, progress=progress)

    small = batch.accepted <= ROWS_IN_REQUEST and taking_turns.is_free()
    return _run(batch, deed, small=small)


def discard(batch: ImportBatch, by: Viewer) -> None:
    """Throw a batch away. Raises `Conflict` while it is worked on."""
    with contextlib.closing(_Lock(batch.pk)):
        actions.discard(batch=batch, by=by)


def is_running(batch: int) -> bool:
    """Whether somebody works on a batch now, in this process or another."""
    path = folders.folder(batch) / _LOCK
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _is_small(batch: ImportBatch) -> bool:
    upload = folders.folder(batch.pk) / folders.UPLOAD
    return not upload.exists() or upload.stat().st_size <= IN_REQUEST


class _Lock:
    """A batch held for one worker; raises `Conflict` where another holds it."""

    def __init__(self, batch: int) -> None:
        folder = folders.folder(batch)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise Conflict(actions.AT_WORK) from error

    def close(self) -> None:
        self._file.close()


def _run(batch: ImportBatch, deed: Deed, *, small: bool) -> bool:
    lock = _Lock(batch.pk)
    if small:
        with contextlib.closing(lock):
            _forget(batch.pk)
            deed(batch, lambda step, done, total: None)
        return True
    folders.tell(batch.pk, state="running", step=N_("Beginning"), done=0, total=1)
    language = translation.get_language() or "th"
    threading.Thread(
        target=_work, args=(batch.pk, deed, lock, language), name=f"import-{batch.pk}", daemon=True
    ).start()
    return False


def _forget(batch: int) -> None:
    """Drop what earlier work told."""
    (folders.folder(batch) / folders.PROGRESS).unlink(missing_ok=True)


def _work(batch: int, deed: Deed, lock: _Lock, language: str) -> None:
    """A deed outside of any request, with a database connection of its own."""
    with contextlib.closing(lock), contextlib.closing(connection), translation.override(language):
        try:
            turns.be_patient()
            with _telling(batch) as progress:
                deed(ImportBatch.objects.select_related("organization").get(pk=batch), progress)
        except Problem as problem:
            folders.tell(batch, state="failed", message=problem.message, params=as_params(problem))
        except BaseException:
            folders.tell(batch, state="failed", message=_BROKE, params="{}")
            raise
        else:
            _forget(batch)


@contextlib.contextmanager
def _telling(batch: int) -> Iterator[Progress]:
    """A progress that is noted in the batch's folder, now and then."""
    last: dict[str, Any] = {"step": "", "at": 0.0}

    def progress(step: str, done: int, total: int) -> None:
        if step != last["step"] or time.monotonic() - last["at"] > _EVERY:
            last.update(step=step, at=time.monotonic())
            folders.tell(batch, state="running", step=step, done=done, total=total)

    yield progress
