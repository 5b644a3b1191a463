"""One line of time for a household; what is confidential stays out of it for others."""

from __future__ import annotations

import datetime as dt
import re

from django.urls import reverse
from django.utils import timezone, translation

from tests import factories
from tests.referrals.conftest import member_of
from wattana.accounts.models import User
from wattana.kit import moments
from wattana.referrals.actions import assistance
from wattana.referrals.actions.assistance import Given
from wattana.referrals.plans import actions as plans
from wattana.referrals.queries.timeline import of_household
from wattana.registry import naming
from wattana.registry.actions import consents
from wattana.registry.models import Consent


def lines(viewer, home) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(one.what, one.detail) for one in of_household(viewer, home)]


def deeds(viewer, home) -> list[str]:
    """What happened beside the consent that every household of these tests gave."""
    return [what for what, _ in lines(viewer, home) if not what.startswith("consent ")]


def test_needs_steps_help_and_visits_stand_in_one_order(world):
    past = timezone.now() - dt.timedelta(days=20)
    with moments.at(past):
        case = world.at("helped")
    today = timezone.localdate()
    plans.record_follow_up(
        household=world.home.pk, on=today - dt.timedelta(days=2), channel="visit",
        findings="roof mended", next_on=None, by=world.sender,
    )  # fmt: skip
    assistance.record_alone(
        household=world.home.pk, dimension="living", given=Given(on=today, in_kind="rice"),
        by=world.sender,
    )  # fmt: skip
    found = of_household(world.sender, world.home)
    assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)
    assert found[0].on == today and found[1].on == today - dt.timedelta(days=2)
    numbers = [one.detail for one in found if one.link]
    assert numbers == [case.number] * 5  # drafted, sent, received, approved, helped


def test_a_survey_stands_on_its_day_however_late_it_came_from_a_file(world):
    day = dt.date(2024, 3, 5)
    factories.visit(
        world.home, year=2024, surveyed_on=day, status="approved", submitted_at=timezone.now()
    )
    surveyed = of_household(world.sender, world.home)[-1]
    assert surveyed.on == day


def test_a_confidential_case_is_on_it_for_its_named_members_only(world):
    world.at("sent", "violence")
    colleague = member_of(world.authority, "tambon_officer", ("330103",))
    assert len(deeds(world.sender, world.home)) == 3
    assert deeds(colleague, world.home) == []


def test_what_happened_in_one_moment_stands_in_the_order_of_the_steps(world):
    with moments.at(timezone.now() - dt.timedelta(days=20)):
        first, second = world.draft(), world.draft("debt")
        world.step(first, "send")
        need = second.need
        assistance.record_further(
            need=need.pk, given=Given(on=moments.today(), in_kind="rice"), by=world.sender
        )
    told = deeds(world.sender, world.home)[::-1]
    assert told == ["need found"] * 2 + ["draft written"] * 2 + ["sent", "help given"]


def test_help_of_a_day_that_is_recorded_later_stands_after_the_need_of_that_day(world):
    past = timezone.now() - dt.timedelta(days=20)
    with moments.at(past):
        need = world.draft().need
    given = Given(on=timezone.localdate(past), in_kind="rice")
    assistance.record_further(need=need.pk, given=given, by=world.sender)
    told = deeds(world.sender, world.home)
    assert told == ["help given", "draft written", "need found"]
    days = [one.on for one in of_household(world.sender, world.home)[1:]]
    assert days == [timezone.localdate(past)] * 3


def test_a_need_that_was_passed_on_goes_on_after_the_case_that_it_leaves(world):
    with moments.at(timezone.now() - dt.timedelta(days=20)):
        world.at("passed_on")
    told = deeds(world.sender, world.home)[::-1]
    assert told[1:] == [
        "draft written", "sent", "received", "passed on to another agency", "draft written", "sent",
    ]  # fmt: skip


def test_consent_withdrawn_and_given_again_stands_with_its_day_and_who_recorded_it(world):
    given = Consent.objects.get()
    clerk = User.objects.get(pk=world.sender.user_id).display_name
    later = member_of(world.authority, "tambon_officer", ("330103",))
    User.objects.filter(pk=later.user_id).update(display_name="มานี ใจดี")
    consents.withdraw(consent=given.pk, by=later)
    head = world.home.persons.get()
    usual = {"household": world.home.pk, "purpose": "referral", "method": "spoken",
             "given_on": timezone.localdate()}  # fmt: skip
    consents.record(**usual, by=world.sender)
    consents.record(**usual, by=world.sender, person=head.pk)
    assert lines(world.sender, world.home) == [
        ("consent given", f"referral to agencies · {naming.full_name(head)} · {clerk}"),
        ("consent given again", f"referral to agencies · the whole household · {clerk}"),
        ("consent withdrawn", "referral to agencies · the whole household · มานี ใจดี"),
        ("consent given", f"referral to agencies · the whole household · {clerk}"),
    ]
    days = [one.on for one in of_household(world.sender, world.home)]
    today = timezone.localdate()
    assert days == [today, today, today, timezone.localdate(given.given_at)]


def test_consent_of_a_day_that_is_recorded_later_stands_before_what_was_sent_that_day(world):
    with moments.at(timezone.now() - dt.timedelta(days=3)):
        world.at("sent")
    told = [what for what, _ in reversed(lines(world.sender, world.home))]
    assert told == ["consent given", "need found", "draft written", "sent"]


def test_the_timeline_of_the_households_page_names_the_withdrawal(world, sit):
    consents.withdraw(consent=Consent.objects.get().pk, by=world.sender)
    target = reverse("registry:household", args=[world.home.pk])
    shown = sit(world.sender).get(f"{target}?open=timeline").content.decode()
    assert "consent withdrawn: referral to agencies" in re.sub(r"<[^>]+>", "", shown)
