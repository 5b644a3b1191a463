"""The pages of plans, visits and exits."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.referrals.conftest import member_of
from wattana.accounts.models import Member
from wattana.referrals.models import Exit, FollowUp, Goal, Plan

SOON = (timezone.localdate() + dt.timedelta(days=9)).isoformat()


@pytest.fixture
def officer(world) -> Client:
    return client_of(world.sender)


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(Member.objects.get(pk=viewer.member_id).user)
    client.cookies["django_language"] = "en"
    return client


def post(client: Client, name: str, key: int, **sent) -> int:
    return client.post(reverse(f"referrals:{name}", args=[key]), sent).status_code


def test_a_plan_from_its_beginning_to_its_end(world, officer):
    home = world.home.pk
    assert post(officer, "plan_new", home, review_on="1/1/2560") == 422
    assert post(officer, "plan_new", home, review_on=SOON) == 302
    plan = Plan.objects.get()
    goal = {"capital": "human", "text": "back to school", "doer": "the aunt", "next_on": SOON}
    assert post(officer, "goal_new", plan.pk, **goal) == 302
    assert post(officer, "plan_review", plan.pk, review_on=SOON) == 302
    post(officer, "plan_close", plan.pk)
    plan.refresh_from_db()
    assert plan.closed_on is None  # a goal is under way
    assert post(officer, "goal", Goal.objects.get().pk, state="dropped") == 422
    assert post(officer, "goal", Goal.objects.get().pk, state="reached") == 302
    shown = officer.get(reverse("registry:household", args=[home])).content.decode()
    assert "back to school" in shown and "the aunt" in shown
    post(officer, "plan_close", plan.pk)
    plan.refresh_from_db()
    assert plan.closed_on is not None


def test_a_visit_is_recorded_on_screen(world):
    enumerator = client_of(member_of(world.authority, "enumerator", ("330103",)))
    today = timezone.localdate().isoformat()
    sent = {"on": today, "channel": "visit", "findings": "well", "next_on": ""}
    assert post(enumerator, "follow_up", world.home.pk, **sent | {"findings": ""}) == 422
    assert post(enumerator, "follow_up", world.home.pk, **sent) == 302
    assert FollowUp.objects.get().findings == "well"


def test_a_household_leaves_by_two_members_and_comes_back(world, officer):
    left = {"reason": "moved", "evidence": "register"}
    assert post(officer, "exit_propose", world.home.pk, **left) == 302
    exit_ = Exit.objects.get()
    assert post(officer, "exit_decide", exit_.pk, approve="yes") == 422  # she proposed it
    colleague = client_of(member_of(world.authority, "tambon_officer", ("330103",)))
    assert "moved away" in colleague.get(reverse("referrals:plans")).content.decode()
    assert post(colleague, "exit_decide", exit_.pk, approve="yes") == 302
    assert post(officer, "exit_reenter", exit_.pk, reason="came home") == 302
    exit_.refresh_from_db()
    assert exit_.reentered_on is not None
