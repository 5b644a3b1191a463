"""The nightly look is killed in the middle, on both databases: the next one does the rest."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests import postgres, processes

pytestmark = pytest.mark.usefixtures("db")  # it runs on PostgreSQL, too
CASES = """
import datetime as dt
from wattana.kit import moments
from django.utils import timezone
made = world(None)
member_of(
    factories.organization("AMPHOE", areas=("3301",), kind="district"),
    "district_officer", ("3301",),
)
with moments.at(timezone.make_aware(dt.datetime(2026, 6, 8, 9))):
    for service in ("housing", "care", "debt", "land", "violence"):
        made.at("sent", service)
"""
LOOK = """
import datetime as dt
from wattana.kit import moments
from wattana.referrals import nightly
from django.utils import timezone
nightly._CHUNK = 2
with moments.at(timezone.make_aware(dt.datetime(2026, 8, 20, 5, 30))):
    nightly.run()
"""
THIRD = "NEW.referral_id = (SELECT id FROM referrals_referral ORDER BY id LIMIT 1 OFFSET 2)"
POINTS = {
    "while the second lot is reminded": ("referrals_event", f"NEW.action = 'remind' AND {THIRD}"),
    "while the second lot is led up": ("referrals_event", f"NEW.action = 'escalate' AND {THIRD}"),
    "before anybody is told": ("notices_notice", "NEW.kind = 'referral.at_risk'"),
    "before the district is told": ("notices_notice", "NEW.kind = 'referral.escalated'"),
}
EVENTS = """SELECT referral_id, version, action, reason FROM referrals_event
    WHERE side = 'clock' ORDER BY referral_id, action"""
NOTICES = (
    "SELECT user_id, kind, key, CAST(params AS text) FROM notices_notice ORDER BY user_id, key"
)
TIERS = "SELECT id, tier, reminded, escalate_on FROM referrals_referral ORDER BY id"


class Sqlite:
    """A copy of the file; a row is held up by an endless count."""

    def __init__(self, made: dict[str, str], folder: Path) -> None:
        shutil.copytree(made["WATTANA_DATA"], folder)
        self.environment = made | {"WATTANA_DATA": str(folder)}
        self.file = folder / "wattana.sqlite3"

    def asked(self, question: str) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as connection:
            return connection.execute(question).fetchall()

    @contextlib.contextmanager
    def held(self, table: str, when: str) -> Iterator[None]:
        self._do(
            "CREATE VIEW for_ever AS WITH RECURSIVE n(x) AS"
            " (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1e12) SELECT count(*) AS c FROM n;"
            f"CREATE TRIGGER hold AFTER INSERT ON {table} WHEN {when}"
            " BEGIN SELECT c FROM for_ever; END;"
        )
        yield
        self._do("DROP TRIGGER hold; DROP VIEW for_ever;")

    def is_held(self) -> bool:
        """Who is held up holds the lock to write for as long as nobody else does."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=1)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
        return False

    def _do(self, deeds: str) -> None:
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as connection:
            connection.executescript(deeds)


class Postgres:
    """A copy of the database; a row is held up by a lock that the test has taken."""

    def __init__(self, made: dict[str, str], folder: Path) -> None:
        self.socket = parse_qs(urlsplit(made["WATTANA_DATABASE"]).query)["host"][0]
        self.name = f"night_{os.getpid()}_{uuid4().hex[:8]}"
        source = urlsplit(made["WATTANA_DATABASE"]).path.strip("/")
        create(self.socket, self.name, "-T", source)
        address = f"postgres://wattana@/{self.name}?host={self.socket}"
        self.environment = made | {"WATTANA_DATABASE": address}

    def asked(self, question: str) -> list[tuple]:
        with self._connected() as connection:
            return connection.execute(question).fetchall()

    @contextlib.contextmanager
    def held(self, table: str, when: str) -> Iterator[None]:
        name = f"hold_{table}"
        with self._connected() as connection:
            connection.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" BEGIN IF {when} THEN PERFORM pg_advisory_xact_lock(1); END IF;"
                " RETURN NEW; END $$"
            )
            connection.execute(
                f"CREATE TRIGGER hold BEFORE INSERT ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
            connection.execute("SELECT pg_advisory_lock(1)")
            yield
            connection.execute("SELECT pg_advisory_unlock(1)")
            connection.execute(f"DROP TRIGGER hold ON {table}")

    def is_held(self) -> bool:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return self.asked(f"{waits} AND wait_event = 'advisory'") == [(1,)]

    def _connected(self) -> psycopg.Connection[tuple]:
        return psycopg.connect(
            host=self.socket, dbname=self.name, user="wattana", autocommit=True
        )  # fmt: skip


def create(socket: str, name: str, *more: str) -> None:
    tool = Path(postgres.binaries()) / "createdb"
    subprocess.run([tool, "-h", socket, "-U", "wattana", *more, name], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> dict[str, str]:
    """Late cases, one of them confidential, and a district that hears of them."""
    address = ""
    if os.environ.get("WATTANA_TEST_POSTGRES"):
        socket = parse_qs(urlsplit(os.environ["WATTANA_DATABASE"]).query)["host"][0]
        name = f"night_{os.getpid()}"
        create(socket, name)
        address = f"postgres://wattana@/{name}?host={socket}"
    return processes.installed(CASES, tmp_path_factory.mktemp("night") / "var", address)[0]


def copy(made: dict[str, str], folder: Path) -> Sqlite | Postgres:
    return (Postgres if made["WATTANA_DATABASE"] else Sqlite)(made, folder / "var")


@pytest.fixture(scope="module")
def whole(made, tmp_path_factory) -> list[list[tuple]]:
    """What a look leaves that nobody kills."""
    place = copy(made, tmp_path_factory.mktemp("whole"))
    assert begun(place).wait(timeout=120) == 0
    found = written(place)
    assert [action for _, _, action, _ in found[0]] == ["escalate", "remind"] * 5
    return found


def begun(place: Sqlite | Postgres) -> subprocess.Popen[bytes]:
    return processes.begun(LOOK, place.environment)


def written(place: Sqlite | Postgres) -> list[list[tuple]]:
    return [place.asked(one) for one in (EVENTS, NOTICES, TIERS)]


@pytest.mark.parametrize("point", POINTS)
def test_what_a_killed_look_left_is_done_once_by_the_next(made, whole, point, tmp_path):
    place = copy(made, tmp_path)
    with place.held(*POINTS[point]):
        process = begun(place)
        try:
            processes.wait_until(place.is_held)
            assert process.poll() is None
        finally:
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
    assert written(place) != whole
    assert begun(place).wait(timeout=120) == 0
    assert written(place) == whole
