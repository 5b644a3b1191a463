"""What the address of a PostgreSQL database says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from wattana.kernel.problems import N_, Invalid, Phrase


@dataclass(frozen=True)
class Database:
    """Where a database is, and who asks; `host` may be the folder of a socket."""

    name: str
    user: str
    password: str
    host: str
    port: str


def read_database(address: str) -> Database:
    """Read postgres://user:password@host:port/name?host=/socket.

    Raises `Invalid`, which repeats nothing of the address: it may hold a password.
    """
    parts, port = _split(address)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgres", "postgresql") or "://" not in address:
        raise _refused(Phrase(N_("it does not begin with postgres://")))
    if not name:
        raise _refused(Phrase(N_("the name of the database is missing at its end")))
    if parts.fragment or set("/@:") & set(parts.path[1:]):
        raise _refused(
            Phrase(N_("a sign stands where it separates parts, perhaps in the password"))
        )
    if parts.query and (not parts.query.startswith("host=") or "&" in parts.query):
        raise _refused(Phrase(N_("after the question mark only host= may stand")))
    host = unquote(parts.query.removeprefix("host=")) or parts.hostname or ""
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Database(name, user, password, host, port)


def _split(address: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(address)
        return parts, str(parts.port or "")
    except ValueError:  # its text repeats the address
        raise _refused(Phrase(N_("host or port cannot be read; a port is a number"))) from None


def _refused(why: Phrase) -> Invalid:
    return Invalid(
        N_(
            "WATTANA_DATABASE cannot be read (%(why)s): write postgres://user:password@host:port/name,"
            " or postgres://user@/name?host=/path for a socket, with %%40 %%3A %%2F %%3F %%23 for "
            "@ : / ? # within a password; leave it empty for SQLite."
        ),
        why=why,
    )
