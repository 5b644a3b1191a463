"""Processes that act on the same cases at the same time: of two steps one wins, none is lost."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import postgres, processes

CASES = 12
BEGIN = """
import json
made = world(None)
cases = [made.at("received", service) for service in SERVICES]
print(json.dumps({
    "cases": [one.pk for one in cases], "receiver": made.receiver.member_id,
    "sender": made.sender.member_id, "homes": [made.home.pk],
}))
"""
RACE = """
import json, sys
from wattana.accounts.models import Member
from wattana.accounts.queries import viewer_of
from wattana.kernel.problems import Conflict, NotFound
from wattana.referrals.actions import needs
told, action = json.loads(sys.stdin.readline()), ACTION
def viewer(key):
    row = Member.objects.get(pk=key)
    return viewer_of(row.user, row.pk)
by = viewer(told["sender" if action in ("cancel", "report") else "receiver"])
print("ready", flush=True)
sys.stdin.readline()
won = []
for key in told["cases"]:
    try:
        if action == "report":
            found = Found("land", "tip")
            won.append(needs.report(household=told["homes"][0], found=found, by=by).pk)
        else:
            steps.take(
                referral=key, action=action, version=2, by=by,
                told=Told(reason=conftest.REASONS.get(action, ""), note="words"),
            )
            won.append(key)
    except (Conflict, NotFound):
        pass
print(json.dumps(won))
"""
LOOK = """
import json
from wattana.referrals.models import Event, Need
print(json.dumps({
    "versions": list(Referral.objects.values_list("version", flat=True)),
    "events": [
        list(one.events.order_by("version").values_list("version", flat=True))
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
ACTIONS = ("approve", "refuse", "cancel", "ask_documents", "report", "report")


@pytest.fixture
def place(tmp_path):
    """An installation of its own, in the database on which the tests run."""
    database = ""
    if os.environ.get("WATTANA_TEST_POSTGRES"):
        folder = parse_qs(urlsplit(os.environ["WATTANA_DATABASE"]).query)["host"][0]
        name = f"race_{os.getpid()}"
        tool = Path(postgres.binaries()) / "createdb"
        subprocess.run([tool, "-h", folder, "-U", "wattana", name], check=True)
        database = f"postgres://wattana@/{name}?host={folder}"
    return processes.installed(tmp_path / "var", database)


def test_of_processes_that_act_on_one_case_one_wins(place):
    told = processes.run(place, BEGIN.replace("SERVICES", repr(SERVICES)))
    runners = [
        processes.start(place, RACE.replace("ACTION", repr(action), 1)) for action in ACTIONS
    ]
    try:
        for one in runners:
            one.stdin.write(told.strip() + "\n")
            one.stdin.flush()
        for one in runners:
            assert one.stdout.readline() == "ready\n", one.stderr.read()[-3000:]
        for one in runners:  # now all at once
            one.stdin.write("go\n")
            one.stdin.flush()
        won = {}
        for n, one in enumerate(runners):
            out, err = one.communicate(timeout=120)
            assert one.returncode == 0, err[-3000:]
            won[n, ACTIONS[n]] = json.loads(out)
    finally:
        for one in runners:
            one.kill()
    keys = json.loads(told)["cases"]
    steps = [key for (_, action), some in won.items() if action != "report" for key in some]
    assert sorted(steps) == sorted(keys)  # each case has one winner
    found = json.loads(processes.run(place, LOOK))
    assert found["versions"] == [3] * CASES
    assert found["events"] == [[0, 1, 2, 3]] * CASES
    assert all(found["ends"])
    assert found["land"] == 1  # the same need, reported by two at once
