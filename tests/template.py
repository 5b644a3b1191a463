"""The tables of SQLite: one worker makes them with the migrations, the others copy what it made."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.base import creation


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """The step of pytest-django before it makes the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(creation, "call_command", _command)
        yield


def _command(name: str, **options: Any) -> None:
    if name != "migrate" or connection.vendor != "sqlite":
        call_command(name, **options)
        return
    made = Path(os.environ["WATTANA_DATA"]) / "template.sqlite3"
    with _alone(made):
        if made.exists():
            _copy(made, into=True)
        else:
            call_command(name, **options)
            _copy(made, into=False)


def _copy(file: Path, *, into: bool) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as template:
        one, other = template, connection.connection
        one.backup(other) if into else other.backup(one)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
