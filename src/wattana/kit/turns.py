"""One after the other: long work that writes takes turns, and says while it waits.

PostgreSQL keeps the turn for all machines (an advisory lock); beside SQLite it is a lock on a file.
Either ends with the process, however that ends.

`beside` and `alone` are for the time of a transaction: whoever stands alone looks for what is there
already and writes what is not, while nobody beside it writes the same. SQLite lets one transaction
write at a time, so they are of PostgreSQL only.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

_LOOK_AGAIN = 0.5  # seconds
_PATIENCE = 600_000  # milliseconds

GiveBack = Callable[[], None]


@contextlib.contextmanager
def turn(name: str, waiting: Callable[[], None], *, whose: int = 0) -> Iterator[None]:
    """Hold the turn of that name; `waiting` is called again and again while somebody else does.

    `whose` is a key by which those who wait know for what. Outside of a transaction: whoever comes
    next is to see what was written.
    """
    while (give_back := _take(name, whose)) is None:
        waiting()
        time.sleep(_LOOK_AGAIN)
    try:
        yield
    finally:
        give_back()


@dataclass(frozen=True)
class Holder:
    """Who has a turn, by the key that it gave, and since when."""

    whose: int
    since: dt.datetime


def holder(name: str) -> Holder | None:
    """Who has the turn of that name now; None where nobody has, or nobody knows."""
    noted = _noted_in_postgresql(name) if connection.vendor == "postgresql" else _noted_beside(name)
    whose, _, since = noted.partition(" ")
    try:
        return Holder(int(whose), dt.datetime.fromtimestamp(int(since), dt.UTC))
    except ValueError:
        return None


def is_free(name: str) -> bool:
    """Whether nobody holds the turn of that name now."""
    give_back = _take(name, 0)
    if give_back is not None:
        give_back()
    return give_back is not None


def beside(name: str, numbers: Iterable[int]) -> None:
    """Hold some numbers of that name until the transaction ends, as others may meanwhile.

    Waits for who holds one of them `alone`. Only PostgreSQL reads `numbers`.
    """
    _hold("pg_advisory_xact_lock_shared", name, numbers)


def alone(name: str, numbers: Iterable[int]) -> None:
    """Hold some numbers of that name until the transaction ends, which nobody else may then."""
    _hold("pg_advisory_xact_lock", name, numbers)


def be_patient() -> None:
    """Let this connection wait for who writes: for work on which nobody's page waits.

    A page gives up after the seconds of the settings.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, FALSE)", [str(_PATIENCE)])


def _hold(how: str, name: str, numbers: Iterable[int]) -> None:
    if connection.vendor != "postgresql":
        return
    group = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        for number in sorted(set(numbers)):  # in one order, so that no two wait for each other
            cursor.execute(f"SELECT {how}(%s::int, %s::int)", [group, number])


def _take(name: str, whose: int) -> GiveBack | None:
    """What gives the turn back; None where somebody holds it."""
    note = f"{whose} {int(time.time())}"
    take = _take_of_postgresql if connection.vendor == "postgresql" else _take_file
    return take(name, note)


def _take_of_postgresql(name: str, note: str) -> GiveBack | None:
    """The note is the name of the session, which others see beside the lock."""
    number = zlib.crc32(name.encode())

    def give_back() -> None:
        with contextlib.suppress(DatabaseError):  # a broken connection has let go of it
            _ask("SELECT set_config('application_name', '', FALSE)")
            _ask("SELECT pg_advisory_unlock(%s)", number)

    if not _ask("SELECT pg_try_advisory_lock(%s)", number):
        return None
    _ask("SELECT set_config('application_name', %s, FALSE)", note)
    return give_back


def _noted_in_postgresql(name: str) -> str:
    number = zlib.crc32(name.encode())
    return _ask(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = 0"
        " AND l.objid = %s::bigint::oid AND a.datname = current_database()",
        number,
    )  # fmt: skip


def _ask(sql: str, *given: int | str) -> Any:
    """The first value that is answered; "" where nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        row = cursor.fetchone()
        return row[0] if row else ""


def _take_file(name: str, note: str) -> GiveBack | None:
    path = _file(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(note)
    file.flush()

    def give_back() -> None:
        file.truncate(0)
        fcntl.flock(file, fcntl.LOCK_UN)  # processes that were begun meanwhile share the file
        file.close()

    return give_back


def _noted_beside(name: str) -> str:
    try:
        return _file(name).read_text()
    except FileNotFoundError:
        return ""


def _file(name: str) -> Path:
    return Path(settings.DATA) / f"{name}.turn"
