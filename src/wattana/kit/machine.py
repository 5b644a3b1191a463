"""What the machine refuses: a full disk, a database that is busy or cannot be used."""

from __future__ import annotations

import errno
import re

from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError

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
_NO_SERVER = N_(
    "No PostgreSQL server answers where WATTANA_DATABASE says (%(reason)s). Check that the server "
    "runs, and the host, port or folder of the socket in the address."
)
_NO_DATABASE = N_(
    "The PostgreSQL server has no database of the name that WATTANA_DATABASE says. Check the name; "
    "a new one is made with: createdb --template=template0 --encoding=UTF8 --lc-collate=C "
    "--lc-ctype=C.UTF-8 NAME"
)
_NOT_LET_IN = N_(
    "The PostgreSQL server does not let the user of WATTANA_DATABASE in. Check user name and "
    "password in the address, and whether the server (pg_hba.conf) lets this user and machine use "
    "the database."
)
_NOT_CONNECTED = N_(
    "There is no connection to the PostgreSQL database of WATTANA_DATABASE (%(reason)s). Check "
    "whether the server runs and has room for more connections, then host, name, user and password "
    "in the address."
)
_OF_CONNECTIONS = (  # the first whose words PostgreSQL says; no code comes before it lets us in
    (_NO_DATABASE, r'FATAL: +database ".*" does not exist'),
    (
        _NOT_LET_IN,
        r'FATAL: +role ".*"|authentication|no password supplied|pg_hba\.conf|for database',
    ),
    (_NO_SERVER, r"onnection refused|No such file|resolve host|time(d )?out|route|unreachable"),
)
_FULL_WORDS = ("No space left", "disk is full", "disk full", "DiskFull")
_BUSY_WORDS = ("is locked",)  # of SQLite
_BUSY_CODES = ("40P01", "55P03")  # of PostgreSQL: a deadlock, a lock that did not come in time
_OUR_MISTAKES = (IntegrityError, ProgrammingError)


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full, in the words of Python, SQLite or DuckDB."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    return any(words in str(error) for words in _FULL_WORDS)


def is_busy(error: BaseException) -> bool:
    """Whether the database gave up waiting for others, as SQLite or PostgreSQL says it."""
    if not isinstance(error, DatabaseError):
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    return code in _BUSY_CODES or any(words in str(error) for words in _BUSY_WORDS)


def refusal(error: BaseException) -> Conflict | None:
    """What to tell of an error that is the machine's; None where it is our own mistake."""
    if is_full(error):
        return Conflict(FULL)
    if is_busy(error):
        return Conflict(BUSY)
    if _is_of_connection(error):
        return _unconnected(str(error))
    if isinstance(error, DatabaseError) and not isinstance(error, _OUR_MISTAKES):
        return Conflict(_UNUSABLE, reason=_first_line(str(error)))
    return None


def _is_of_connection(error: BaseException) -> bool:
    """Whether the client lost PostgreSQL, or did not get to it: what it says has no code then."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") is None


def _unconnected(said: str) -> Conflict:
    fitting = (message for message, words in _OF_CONNECTIONS if re.search(words, said))
    message = next(fitting, _NOT_CONNECTED)
    return Conflict(message, reason=_first_line(said))


def _first_line(said: str) -> str:
    return (said.splitlines() or ["?"])[0][:200]
