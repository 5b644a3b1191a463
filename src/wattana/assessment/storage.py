"""The folders of snapshots and runs below `settings.DATA`, their lock, and full disks."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import OperationalError

from wattana.assessment.models import Run, Snapshot
from wattana.engines import EngineFailed
from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict
from wattana.kit import machine

BUSY = N_("A snapshot or an assessment is in progress. Wait until it is done, then try again.")
STOPPED = N_(
    "The computation could not finish: too little memory, or a damaged file. Nothing of this "
    "attempt was kept. Take a new snapshot, or tell the administrator."
)
_PARTIAL = ".partial"


def folder(row: Snapshot | Run) -> Path:
    """Where a snapshot or a run lies: DATA/snapshots/<key>, DATA/runs/<key>."""
    kind = "runs" if isinstance(row, Run) else "snapshots"
    return settings.DATA / kind / keys.to_text(row.pk)


def remove(row: Snapshot | Run) -> None:
    """Remove the folder of a snapshot or run that came to nothing."""
    shutil.rmtree(folder(row), ignore_errors=True)


@contextmanager
def new_folder(final: Path) -> Iterator[Path]:
    """A folder to write into, which takes its final name when all went well, or disappears."""
    working = final.with_name(final.name + _PARTIAL)
    working.mkdir(parents=True)
    try:
        yield working
        working.rename(final)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove the half-written folders of work that was killed. Call it with the lock in hand."""
    for kind in ("snapshots", "runs"):
        for left in (settings.DATA / kind).glob(f"*{_PARTIAL}"):
            shutil.rmtree(left, ignore_errors=True)


def lock() -> IO[str]:
    """Take the one lock of this room; closing the file gives it back, and so does a killed process.

    Raises `Conflict` while another snapshot or run holds it.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True)
    file = (settings.DATA / "assessment.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise Conflict(BUSY) from error
    return file


def busy() -> bool:
    """Whether some process is at work, as far as the lock tells."""
    try:
        lock().close()
    except Conflict:
        return True
    return False


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what the machine refuses (a full disk, too little memory) into a `Conflict`."""
    try:
        yield
    except (OSError, OperationalError, EngineFailed) as error:
        if machine.is_full(error):
            raise Conflict(machine.FULL) from error
        if machine.is_busy(error):
            raise Conflict(machine.BUSY) from error
        if isinstance(error, EngineFailed):
            raise Conflict(STOPPED) from error
        raise


def tell_progress(key: str, share: float) -> None:
    """Leave the share done (0 … 1) where a page in another process finds it."""
    with suppress(OSError):  # a number for the eye is not worth stopping the work
        path = settings.DATA / "progress"
        path.mkdir(exist_ok=True)
        (path / key).write_text(f"{share:.3f}")


def progress(key: str) -> float:
    """The share of the work that is done, 0 … 1."""
    try:
        return float((settings.DATA / "progress" / key).read_text() or 0)
    except FileNotFoundError:
        return 0.0


def forget_progress(key: str) -> None:
    (settings.DATA / "progress" / key).unlink(missing_ok=True)
