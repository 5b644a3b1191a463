"""A worker that is killed in the middle of a job: another one goes on, and nobody is told twice."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading

import pytest

from tests import processes
from tests.notices import fakes

pytestmark = pytest.mark.database  # its own: the real command in a folder
USER = "U" + "0123456789abcdef" * 2
CASES = """
import datetime as dt
from wattana.kit import moments
from wattana.notices.models import Preference
from django.utils import timezone
made = world(None)
district = member_of(
    factories.organization("AMPHOE", areas=("3301",), kind="district"),
    "district_officer", ("3301",),
)
with moments.at(timezone.now() - dt.timedelta(days=60)):
    for service in ("housing", "care", "debt", "land"):
        made.at("sent", service)
Preference.objects.create(
    user_id=district.user_id, channel="line", address="USER", rhythm="soon", quiet_from=0,
    quiet_until=0,
)
""".replace("USER", USER)
SLOW = """
CREATE VIEW for_ever AS
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1e12)
  SELECT count(*) AS c FROM n;
CREATE TRIGGER hold AFTER INSERT ON referrals_event WHEN NEW.action = 'escalate'
BEGIN SELECT c FROM for_ever; END;
"""


@pytest.fixture(scope="module")
def gateway():
    with fakes.serving(fakes.line) as found:
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory, gateway):
    """Four late cases, and a district that hears by LINE."""
    environment, _ = processes.installed(
        CASES, tmp_path_factory.mktemp("killed") / "var",
        WATTANA_LINE_ADDRESS=gateway.address, WATTANA_LINE_TOKEN=fakes.TOKEN,
    )  # fmt: skip
    return environment


@pytest.fixture
def place(made, tmp_path):
    """A copy of it for one test: environment and database."""
    folder = tmp_path / "var"
    shutil.copytree(made["WATTANA_DATA"], folder)
    return made | {"WATTANA_DATA": str(folder)}, folder / "wattana.sqlite3"


def asked(file, question: str):
    with contextlib.closing(sqlite3.connect(file, timeout=60)) as connection:
        return connection.execute(question).fetchall()


def do(file, *deeds: str) -> None:
    with contextlib.closing(sqlite3.connect(file, timeout=60)) as connection:
        for deed in deeds:
            connection.executescript(deed)


def events(file, action: str) -> int:
    return asked(file, f"SELECT count(*) FROM referrals_event WHERE action = '{action}'")[0][0]


def killed(environment, when) -> None:
    """A worker is killed as soon as something is so."""
    process = processes.worker(environment)
    try:
        processes.wait_until(when)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def finished(environment) -> None:
    assert processes.worker(environment).wait(timeout=180) == 0


def test_a_worker_killed_in_the_night_leaves_the_rest_to_the_next_and_repeats_nothing(
    place, gateway
):
    environment, file = place
    do(file, SLOW)
    killed(environment, lambda: events(file, "remind") == 4)
    assert (events(file, "escalate"), gateway.requests) == (0, [])
    do(file, "DROP TRIGGER hold", "DROP VIEW for_ever")

    finished(environment)
    assert (events(file, "remind"), events(file, "escalate")) == (4, 4)
    told = asked(file, "SELECT kind, params FROM notices_notice WHERE kind LIKE 'referral.%k%'"
                       " OR kind = 'referral.escalated' ORDER BY kind")  # fmt: skip
    assert [(kind, '"count": 4' in params) for kind, params in told] == [
        ("referral.at_risk", True), ("referral.escalated", True),
    ]  # fmt: skip


def test_a_worker_killed_while_it_sends_tells_nobody_twice(place, gateway):
    environment, file = place
    finished(environment)
    do(file, "UPDATE django_tasks_database_dbtaskresult SET run_after = enqueued_at")
    answered = threading.Event()
    gateway.hold = lambda: answered.wait(60) and None
    killed(environment, lambda: len(gateway.accepted) == 1)  # taken, and the worker not told so
    answered.set()
    (first,) = gateway.accepted
    assert asked(file, "SELECT state FROM notices_message") == [("sending",)]

    do(file, "UPDATE notices_message SET not_before = made_at")  # ten minutes on
    finished(environment)
    assert gateway.requests == [(first, 200), (first, 409)]
    assert asked(file, "SELECT state, tries FROM notices_message") == [("sent", 2)]
