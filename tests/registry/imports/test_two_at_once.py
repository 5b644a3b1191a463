"""People who import at the same moment, on both databases and with real processes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests import postgres, processes
from wattana.registry.imports import taking_turns

ROWS = 400
RACE = """
import json, os
from django.db import connection
from tests.registry.imports.tables import OPERATOR, check, table
from wattana.registry.imports import actions
from wattana.registry.models import Household, ListEntry, Person

def rows(numbers):
    return table(["รหัสหมู่บ้าน", "บ้านเลขที่", "ชื่อ-สกุล"],
                 *(["33010301", str(n), f"สมชาย{n} ใจดี"] for n in numbers))

factories.organization()
factories.area("33010301")
files = [rows(range(1, ROWS + 1)), rows(range(1, ROWS + 1)), rows(range(ROWS, 2 * ROWS))]
batches = [check(file)[0] for file in files]
connection.close()
start, go = os.pipe()
answers = []
for batch in batches:
    answer, say = os.pipe()
    if not os.fork():
        steps = []
        os.read(start, 1)  # until all are there
        report = actions.commit(
            batch=batch, by=OPERATOR, progress=lambda step, done, total: steps.append(step))
        told = [report.counts.created, report.totals.rejected, steps]
        os.write(say, json.dumps(told).encode())
        os._exit(0)
    os.close(say)
    answers.append(answer)
os.write(go, b"!" * len(batches))
told = [json.loads(os.fdopen(one).read() or "null") for one in answers]
for _ in batches:
    os.wait()
print(json.dumps({
    "told": told, "entries": ListEntry.objects.count(), "people": Person.objects.count(),
    "houses": [Household.objects.count(),
               Household.objects.values("area", "house_no").distinct().count()],
}))
"""


def database() -> str:
    """A fresh database of the cluster on which the tests run; "" for SQLite in a file."""
    if not os.environ.get("WATTANA_TEST_POSTGRES"):
        return ""
    return postgres.fresh(f"imports_{os.getpid()}_{time.monotonic_ns()}")


def last(printed: str, lines: int) -> list[str]:
    """What the code itself printed: before it DuckDB draws how far slow work is, since it takes
    code without a file for a session at a terminal."""
    return printed.splitlines()[-lines:]


@pytest.mark.usefixtures("db")  # it runs on PostgreSQL, too
def test_of_files_that_come_at_once_no_row_is_lost_and_no_household_doubled(tmp_path: Path):
    code = RACE.replace("ROWS", str(ROWS))
    _, printed = processes.installed(code, tmp_path / "var", database())
    found = json.loads(last(printed, 1)[0])
    every = 2 * ROWS - 1
    assert found["houses"] == [every, every]
    assert (found["people"], found["entries"]) == (every, every)
    assert sum(created for created, _, _ in found["told"]) == every
    assert [rejected for _, rejected, _ in found["told"]] == [0, 0, 0]
    waited = [taking_turns.WAITING in steps for _, _, steps in found["told"]]
    assert any(waited), "who had to wait was told"


LOCKED = """
import sqlite3
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.registry.imports.tables import check, table
from wattana.accounts.viewer import System
from wattana.kernel.problems import Conflict
from wattana.registry.imports import actions

factories.agreement(factories.organization())
home = factories.household()
member = factories.member("tambon_officer", username="officer")
client = Client(raise_request_exception=False, headers={"accept-language": "en"},
                SERVER_NAME="127.0.0.1")
page = reverse("registry:household", args=[home.pk])
client.force_login(member.user)
batch, _ = check(table(["รหัสหมู่บ้าน", "บ้านเลขที่"], ["33010301", "7"]))
connection.connection.execute("PRAGMA busy_timeout = 50")
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
told = [client.get(page), client.get("/accounts/me/"),  # which notes that the session is in use
        Client(raise_request_exception=False, SERVER_NAME="127.0.0.1").post(
            "/accounts/sign-in/", {"username": "x", "password": "y"},
            headers={"accept-language": "en"})]
for answer in told:
    print(answer.status_code, "Somebody else is writing" in answer.content.decode())
try:
    actions.commit(batch=batch, by=System())
except Conflict as problem:
    print(409, "Somebody else is writing" in str(problem))
other.execute("ROLLBACK")
print(client.get(page).status_code)
"""


def test_while_sqlite_is_locked_pages_and_imports_say_who_writes(tmp_path: Path):
    _, printed = processes.installed(LOCKED, tmp_path / "var")
    assert last(printed, 5) == ["503 True"] * 3 + ["409 True", "200"]
