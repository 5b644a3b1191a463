"""Who types in an area while a file of the same area is written, with real processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import processes
from tests.registry.imports.test_two_at_once import database, last

# The import stops in the middle of its writing until whoever types waits for it, or is done.
BESIDE = """
import json, os, threading, time
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.registry.imports.tables import OPERATOR, check, table
from wattana.registry import entering
from wattana.registry.imports import actions, writing
from wattana.registry.models import Household, Person

owner = factories.organization()
factories.agreement(owner)
factories.area("33010301")
home = factories.household(house_no="1", household_code="HC1")
user = factories.member("tambon_officer", username="officer").user
ASKS = ("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()")

def desk():
    client = Client(raise_request_exception=False, headers={"accept-language": "en"},
                    SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client

def type_in(answers):
    try:
        answers.append((TYPED)(desk()))
    finally:
        connection.close()

def waits():
    with connection.cursor() as cursor:
        cursor.execute(ASKS)
        return cursor.fetchone()[0] > 0

def write(job):
    typing.start()
    end = time.monotonic() + 20
    while typing.is_alive() and time.monotonic() < end:
        if connection.vendor == "sqlite" or waits():
            break
        time.sleep(0.02)
    return at_once(job)

answers = []
typing = threading.Thread(target=type_in, args=(answers,))
at_once, writing.write = writing.write, write
batch, _ = check(table(*ROWS), kind=KIND)
actions.commit(batch=batch, by=OPERATOR)
typing.join()
print(json.dumps({
    "status": answers[0].status_code, "told": answers[0].content.decode(),
    "houses": sorted(Household.objects.values_list("house_no", flat=True)),
    "people": sorted(Person.objects.values_list("first_name", flat=True)),
}))
"""


def typed_beside(tmp_path: Path, kind: str, rows: list[list[str]], typed: str) -> dict:
    code = BESIDE.replace("ROWS", repr(rows)).replace("KIND", repr(kind))
    _, printed = processes.installed(code.replace("TYPED", typed), tmp_path / "var", database())
    return json.loads(last(printed, 1)[0])


@pytest.mark.usefixtures("db")
def test_a_household_typed_while_a_list_with_it_is_written_is_not_doubled(tmp_path: Path):
    found = typed_beside(
        tmp_path, "households", [["รหัสหมู่บ้าน", "บ้านเลขที่"], ["33010301", "7"]],
        'lambda desk: desk.post(reverse("registry:new"),'
        ' {"tambon": "330103", "moo": "1", "house_no": "7"})',
    )  # fmt: skip
    assert found["houses"] == ["1", "7"]
    assert (found["status"], "households that look the same" in found["told"]) == (422, True)


@pytest.mark.usefixtures("db")
def test_a_person_typed_while_a_file_with_her_is_written_has_one_head_beside_her(tmp_path: Path):
    found = typed_beside(
        tmp_path, "persons", [["HC", "ชื่อ-สกุล", "ความสัมพันธ์"], ["HC1", "สมชาย ใจดี", "หัวหน้าครัวเรือน"]],
        'lambda desk: desk.post(reverse("registry:person_new", args=[home.pk]),'
        ' {"first_name": "สมชาย", "last_name": "ใจดี", "relation": "head",'
        ' "registered": "unknown", "no_id_reason": "not_asked"})',
    )  # fmt: skip
    assert found["people"] == ["สมชาย"]
    assert "has a head already" in found["told"]


TWO = """
import json, os
from django.db import connection
from wattana.kernel.problems import Conflict
from wattana.registry.actions import households
from wattana.registry.models import Household

owner = factories.organization()
factories.agreement(owner)
factories.area("33010301")
by = factories.viewer("tambon_officer", organization_id=owner.pk)
connection.close()
start, go = os.pipe()
for _ in range(8):
    if not os.fork():
        os.read(start, 1)
        for number in range(5):
            try:
                households.create(by=by, area="33010301", house_no=str(number), another=False)
            except households.Alike:
                pass
        os._exit(0)
os.write(go, b"!" * 8)
print(json.dumps([os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(8)]))
print(json.dumps(sorted(Household.objects.values_list("house_no", flat=True))))
"""


@pytest.mark.usefixtures("db")
def test_of_many_who_type_the_same_households_at_once_each_is_entered_once(tmp_path: Path):
    _, printed = processes.installed(TWO, tmp_path / "var", database())
    ended, houses = map(json.loads, last(printed, 2))
    assert ended == [0] * 8
    assert houses == ["0", "1", "2", "3", "4"]


BUSY = """
import json, threading
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from wattana.registry import entering
from wattana.registry.models import Household

owner = factories.organization()
factories.agreement(owner)
factories.area("33010301")
client = Client(raise_request_exception=False, headers={"accept-language": "en"},
                SERVER_NAME="127.0.0.1")
client.force_login(factories.member("tambon_officer", username="officer").user)
client.get(reverse("registry:new"))  # notes that the session is in use
held, ended = threading.Event(), threading.Event()

def hold():
    with transaction.atomic():
        entering.by_import(["3301"])
        held.set()
        ended.wait(60)
    connection.close()

with connection.cursor() as cursor:
    cursor.execute({"sqlite": "PRAGMA busy_timeout = 50",
                    "postgresql": "SET lock_timeout = '50ms'"}[connection.vendor])
holding = threading.Thread(target=hold)
holding.start()
held.wait(60)
page = client.post(reverse("registry:new"), {"tambon": "330103", "moo": "1", "house_no": "7/5"})
ended.set()
holding.join()
print(json.dumps([page.status_code, page.content.decode(), Household.objects.count()]))
"""


@pytest.mark.usefixtures("db")
def test_a_form_that_had_to_wait_too_long_says_for_what_and_keeps_what_was_typed(tmp_path: Path):
    _, printed = processes.installed(BUSY, tmp_path / "var", database())
    status, page, made = json.loads(last(printed, 1)[0])
    assert (status, made) == (422, 0)
    assert "Somebody else is writing very much" in page and 'value="7/5"' in page


# Once somebody holds the area of one household, an import asks for hers and for another.
CROSSED = """
import json, threading, time
from django.db import connection, transaction
from wattana.accounts.permissions import Permission
from wattana.registry import access, entering
from wattana.registry.actions import households, merges

owner = factories.organization()
factories.agreement(owner)
far = factories.household(area=factories.area("33010401"), house_no="1")
near = factories.household(area=factories.area("33010301"), house_no="2")
person = factories.person(far)
by = factories.viewer(organization_id=owner.pk, areas=("3301",), permissions=frozenset(Permission))
ended = []

def bring():
    try:
        with transaction.atomic():
            entering.by_import(["330103", "330104"])
        ended.append("import")
    finally:
        connection.close()

def one(*given):
    found = at_once(*given)
    if not importing.is_alive() and not ended:
        importing.start()
        time.sleep(1.5)  # longer than PostgreSQL waits before it looks for who waits for whom
    return found

importing = threading.Thread(target=bring)
at_once, access._one = access._one, one
DEED
importing.join(60)
print(json.dumps(ended))
"""


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "deed",
    [
        'households.move_person(person=person.pk, to_household=near.pk, on="1/1/2568",'
        ' relation="unknown", by=by)',
        'households.update(household=far.pk, area="33010301", by=by)',
        'merges.merge(kept=far.pk, absorbed=near.pk, reason="the same", by=by)',
    ],
    ids=["a person moves", "a household is put right", "two are merged"],
)
def test_who_writes_in_two_areas_and_an_import_into_both_do_not_wait_for_each_other_for_ever(
    tmp_path: Path, deed: str
):
    code = CROSSED.replace("DEED", deed)
    _, printed = processes.installed(code, tmp_path / "var", database())
    assert json.loads(last(printed, 1)[0]) == ["import"]
