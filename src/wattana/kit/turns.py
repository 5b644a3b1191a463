"""One after the other: long work that writes takes turns, and says while it waits.

PostgreSQL keeps the turn for all machines (an advisory lock); beside SQLite it is a lock on a file.
Either ends with the process, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

_LOOK_AGAIN = 0.5  # seconds
_PATIENCE = 600_000  # milliseconds

GiveBack = Callable[[], None]


@contextlib.contextmanager
def turn(name: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the turn of that name; `waiting` is called again and again while somebody else does.

    Outside of a transaction: whoever comes next is to see what was written.
    """
    while (give_back := _take(name)) is None:
        waiting()
        time.sleep(_LOOK_AGAIN)
    try:
        yield
    finally:
        give_back()


def is_free(name: str) -> bool:
    """Whether nobody holds the turn of that name now."""
    give_back = _take(name)
    if give_back is not None:
        give_back()
    return give_back is not None


def be_patient() -> None:
    """Let this connection wait for who writes: for work on which nobody's page waits.

    SQLite lets one write at a time; a page gives up after the seconds of its settings.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")


def _take(name: str) -> GiveBack | None:
    """What gives the turn back; None where somebody holds it."""
    return _take_of_postgresql(name) if connection.vendor == "postgresql" else _take_file(name)


def _take_of_postgresql(name: str) -> GiveBack | None:
    number = zlib.crc32(name.encode())

    def give_back() -> None:
        with contextlib.suppress(DatabaseError):  # a broken connection has let go of it
            _ask("SELECT pg_advisory_unlock(%s)", number)

    return give_back if _ask("SELECT pg_try_advisory_lock(%s)", number) else None


def _ask(sql: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        return bool(cursor.fetchone()[0])


def _take_file(name: str) -> GiveBack | None:
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / f"{name}.turn").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None

    def give_back() -> None:
        fcntl.flock(file, fcntl.LOCK_UN)  # processes that were begun meanwhile share the file
        file.close()

    return give_back
