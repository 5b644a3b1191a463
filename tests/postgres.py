"""A temporary PostgreSQL cluster for tests and benchmarks: its own folder, socket only, no root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Unavailable(Exception):
    """There is no PostgreSQL here; the message says what to install."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl of the newest PostgreSQL that Debian installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent


@contextlib.contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster and yield its address for WATTANA_DATABASE; stop and remove it at the end.

    `durable=False` turns fsync off, which suits tests; benchmarks keep it on.
    """
    tools = binaries()
    folder = Path(tempfile.mkdtemp(prefix="wattana-pg-", dir="/tmp"))
    owner = "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
    if owner:
        account = pwd.getpwnam(owner)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    settings += ["-c", "max_connections=60", "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"]
    if not durable:
        settings += [
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off",
        ]
    try:
        _run([tools / "initdb", "-D", data, "-U", "wattana", "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--lc-collate=C", "--no-sync"], owner)  # fmt: skip
        _run([tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", " ".join(settings),
              "start"], owner)  # fmt: skip
        _run([tools / "createdb", "-h", folder, "-U", "wattana", "wattana"], owner)
        yield f"postgres://wattana@/wattana?host={folder}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run([tools / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


def fresh(name: str, *options: str) -> str:
    """The address of a new empty database of the cluster on which the tests run."""
    folder = parse_qs(urlsplit(os.environ["WATTANA_DATABASE"]).query)["host"][0]
    made = [binaries() / "createdb", "-h", folder, "-U", "wattana", *options, name]
    subprocess.run(made, check=True)
    return f"postgres://wattana@/{name}?host={folder}"


def _run(command: list[str | Path], owner: str | None) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=owner,
        stdout=subprocess.DEVNULL,
        cwd="/tmp",  # noqa: S108
    )
