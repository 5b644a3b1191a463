"""Who is told what of a case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import Member
from wattana.kit import moments
from wattana.notices import kinds
from wattana.notices.models import Notice
from wattana.referrals import nightly
from wattana.referrals.actions import cases


def told(viewer) -> list[str]:
    rows = Notice.objects.filter(user=viewer.user_id).order_by("pk")
    return [row.kind for row in rows]


def test_the_side_whose_turn_it_becomes_is_told_by_number_only(world):
    case = world.at("refused")
    assert told(world.receiver) == ["referral.send"]
    assert told(world.sender) == ["referral.refuse"]
    row = Notice.objects.get(user=world.receiver.user_id)
    assert row.params == {"number": case.number} and case.number in kinds.text(row.kind, row.params)


def test_whoever_took_the_step_is_not_told_and_colleagues_are(world):
    colleague = member_of(world.authority, "tambon_officer", ("330103",))
    case = world.at("helped")
    world.step(case, "did_not_come")
    assert "referral.did_not_come" in told(world.receiver)
    assert "referral.did_not_come" in told(colleague)
    assert "referral.did_not_come" not in told(world.sender)


def test_help_that_came_after_all_is_told_to_the_offices_that_heard_the_opposite(world):
    district, province = (
        member_of(factories.organization(kind, areas=(area,), kind=kind), role, (area,))
        for kind, area, role in (
            ("district", "3301", "district_officer"), ("province", "33", "province_officer"),
        )
    )  # fmt: skip
    case = world.step(world.at("helped"), "did_not_come")
    world.step(case, "came_after_all")
    assert told(district) == ["referral.did_not_come", "referral.came_after_all"]
    assert told(province) == []


def test_of_a_confidential_case_only_named_members_hear_once_there_are_some(world):
    other = member_of(world.agency, "agency_caseworker", ("33",))
    case = world.at("sent", "violence")
    assert told(other) == told(world.receiver) == ["referral.send"]
    cases.take_charge(referral=case.pk, by=world.receiver)
    world.step(case, "cancel")
    assert told(other) == ["referral.send"]
    assert told(world.receiver) == ["referral.send", "referral.cancel"]


def test_a_draft_that_is_cancelled_tells_the_agency_nothing(world):
    world.at("cancelled")
    assert told(world.receiver) == []


def test_the_night_tells_each_organisation_once_a_day_how_many(world):
    district = factories.organization("AMPHOE", areas=("3301",), kind="district")
    officer = member_of(district, "district_officer", ("3301",))
    start = timezone.make_aware(dt.datetime(2026, 6, 8, 9))
    with moments.at(start):
        world.at("sent", "housing")
        world.at("sent", "care")
    with moments.at(start + dt.timedelta(days=30)):
        nightly.run()
        nightly.run()
    row = Notice.objects.get(kind="referral.at_risk")
    assert (row.user_id, row.params) == (world.receiver.user_id, {"count": 2})
    late = Notice.objects.get(kind="referral.escalated")
    assert (late.user_id, late.params) == (officer.user_id, {"count": 2})


@pytest.fixture
def seat(world) -> Client:
    client = Client()
    client.force_login(Member.objects.get(pk=world.receiver.member_id).user)
    client.cookies["django_language"] = "en"
    return client


def test_the_bell_counts_until_it_is_read(world, seat):
    case = world.at("sent")
    page = seat.get(reverse("notices:list")).content.decode()
    assert f"New case {case.number} to receive" in page
    row = Notice.objects.get(user=world.receiver.user_id)
    answer = seat.get(reverse("notices:notice", args=[row.pk]))
    assert answer.url == reverse("referrals:case", args=[case.pk])
    row.refresh_from_db()
    assert row.read_at is not None


def test_nobody_reads_the_notices_of_another(world, seat):
    world.at("returned")
    theirs = Notice.objects.get(user=world.sender.user_id)
    answer = seat.get(reverse("notices:notice", args=[theirs.pk]))
    assert answer.url == reverse("notices:list")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_ways_that_are_not_set_up_are_named_in_words(seat):
    page = seat.get(reverse("notices:preferences")).content.decode()
    assert "Not set up on this installation yet: e-mail, LINE, SMS." in page


def test_preferences_are_kept_and_a_wrong_address_is_named(seat):
    sent = {"channel": "email", "rhythm": "daily", "quiet_from": "19", "quiet_until": "7"}
    target = reverse("notices:preferences")
    wrong = seat.post(target, sent | {"address": "nobody"})
    assert wrong.status_code == 422 and "not an e-mail address" in wrong.content.decode()
    assert seat.post(target, sent | {"address": "a@example.org"}).status_code == 302
    assert "a@example.org" in seat.get(target).content.decode()
