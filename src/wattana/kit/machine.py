"""What the machine refuses: a full disk, a database that is busy or cannot be used."""

from __future__ import annotations

import errno

from django.db import DatabaseError, IntegrityError, ProgrammingError

from wattana.kernel.problems import N_, Conflict

FULL = N_("The disk is full. Free some space and start again; nothing of this attempt was kept.")
BUSY = N_(
    "Somebody else is writing very much at the moment, such as an import. Nothing of this step was "
    "saved. Wait a minute, then do it once more."
)
_UNUSABLE = N_(
    "The database cannot be used (%(reason)s). Look first whether the disk is full. If the "
    "database is damaged, put back the last backup, or name another place with WATTANA_DATA or "
    "WATTANA_DATABASE."
)
_FULL_WORDS = ("No space left", "disk is full", "disk full", "DiskFull")
_BUSY_WORDS = ("is locked", "deadlock detected")
_OUR_MISTAKES = (IntegrityError, ProgrammingError)


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full, in the words of Python, SQLite or DuckDB."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(words in str(error) for words in _FULL_WORDS)


def is_busy(error: BaseException) -> bool:
    """Whether the database gave up waiting for others, in the words of SQLite or PostgreSQL."""
    return isinstance(error, DatabaseError) and any(words in str(error) for words in _BUSY_WORDS)


def refusal(error: BaseException) -> Conflict | None:
    """What to tell of an error that is the machine's; None where it is our own mistake."""
    if is_full(error):
        return Conflict(FULL)
    if is_busy(error):
        return Conflict(BUSY)
    if isinstance(error, DatabaseError) and not isinstance(error, _OUR_MISTAKES):
        return Conflict(_UNUSABLE, reason=(str(error).splitlines() or ["?"])[0][:200])
    return None
