"""Processes that act on the same cases at the same time: of two steps one wins, none is lost."""

from __future__ import annotations

import json
import os

import pytest

from tests import postgres, processes

CASES = 12
ACTIONS = ("approve", "refuse", "cancel", "ask_documents", "report", "report")
RACE = """
import json, os
from django.db import connection
from wattana.kernel.problems import Conflict
from wattana.referrals.actions import needs
from wattana.referrals.models import Need

def act(made, action, keys, start):
    by = made.sender if action in ("cancel", "report") else made.receiver
    told, won = Told(reason=conftest.REASONS.get(action, ""), note="words"), []
    os.read(start, 1)  # until all are there
    for key in keys:
        try:
            if action == "report":
                land = Found("land", "tip")
                needs.report(household=made.home.pk, found=land, by=by)
            else:
                steps.take(referral=key, action=action, version=3, told=told, by=by)
            won.append(key)
        except Conflict:
            pass
    return won

made = world(None)
keys = [made.at("received", service).pk for service in SERVICES]
connection.close()
start, go = os.pipe()
answers = []
for action in ACTIONS:
    answer, say = os.pipe()
    if not os.fork():
        os.write(say, json.dumps(act(made, action, keys, start)).encode())
        os._exit(0)
    os.close(say)
    answers.append(answer)
os.write(go, b"!" * len(ACTIONS))
won = [json.loads(os.fdopen(one).read()) for one in answers]
for _ in ACTIONS:
    os.wait()
print(json.dumps({
    "keys": keys,
    "won": won,
    "versions": [
        [one.version, *one.events.order_by("version").values_list("version", flat=True)]
        for one in Referral.objects.all()
    ],
    "ends": [one.events.latest("version").new_state == one.state for one in Referral.objects.all()],
    "land": Need.objects.filter(service="land").count(),
}))
"""
SERVICES = (
    "housing", "care", "debt", "child", "disaster", "other", "occupation", "older_person",
    "disability", "out_of_school", "civil_papers", "emergency_income",
)  # fmt: skip


def database() -> str:
    """A fresh database of the cluster on which the tests run; "" for SQLite in a file."""
    if not os.environ.get("WATTANA_TEST_POSTGRES"):
        return ""
    return postgres.fresh(f"race_{os.getpid()}")


@pytest.mark.usefixtures("db")  # it runs on PostgreSQL, too
def test_of_processes_that_act_on_one_case_one_wins(tmp_path):
    code = RACE.replace("ACTIONS", repr(ACTIONS)).replace("SERVICES", repr(SERVICES))
    _, printed = processes.installed(code, tmp_path / "var", database())
    found = json.loads(printed)
    steps = [key for action, some in zip(ACTIONS, found["won"], strict=True)
             for key in some if action != "report"]  # fmt: skip
    assert sorted(steps) == sorted(found["keys"])  # each case has one winner
    assert found["versions"] == [[4, 0, 1, 2, 3, 4]] * CASES
    assert all(found["ends"])
    assert found["land"] == 1  # the same need, reported by two at once
