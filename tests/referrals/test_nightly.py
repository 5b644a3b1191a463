"""Nothing is silently forgotten: reminders, escalation, cases without a next date."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from wattana.kit import bulk, moments
from wattana.referrals import nightly
from wattana.referrals.models import ClosedDay, Event, Referral

START = timezone.make_aware(dt.datetime(2026, 6, 8, 9))  # a Monday
COPIED = ("referral", "at", "side", "action", "old_state", "new_state", "version", "reason",
          "note", "on_behalf")  # fmt: skip


def later(days: int):
    return moments.at(START + dt.timedelta(days=days))


def test_a_case_at_risk_is_reminded_once_for_each_step(world):
    with moments.at(START):
        world.at("sent")
    with later(16):  # of 21 days
        assert nightly.run().reminded == 1
        assert nightly.run().reminded == 0
        world.step(Referral.objects.get(), "receive")
    with later(60):
        assert nightly.run().reminded == 1
    assert Event.objects.filter(action="remind").count() == 2


def test_a_reminder_that_stands_in_the_history_is_not_written_again(world):
    with moments.at(START):
        world.at("sent")
    with later(16):
        nightly.run()
        Referral.objects.update(reminded=None)
        nightly.run()
    assert Event.objects.filter(action="remind").count() == 1
    assert Referral.objects.get().reminded is not None


def test_an_event_that_cannot_be_written_is_an_error_and_never_passed_over(world):
    with moments.at(START):
        world.at("sent")
    with later(16):
        nightly.run()
        event = Event.objects.filter(action="remind").get()
        with pytest.raises(IntegrityError):
            bulk.insert_from(
                Event,
                Event.objects.filter(pk=event.pk),
                id=F("id"),
                **{name: F(name) for name in COPIED},
            )


def test_a_late_case_goes_to_the_district_then_to_the_province_and_no_further(world):
    with moments.at(START):
        world.at("sent")
    tiers = []
    for days in (21, 22, 23, 29, 36, 50, 90):
        with later(days):
            nightly.run()
            nightly.run()
        tiers.append(Referral.objects.get().tier)
    assert tiers == [0, 1, 1, 2, 2, 2, 2]
    told = Event.objects.filter(action="escalate").order_by("pk")
    assert [one.reason for one in told] == ["district", "province"]


def test_the_tier_falls_back_when_the_late_step_is_taken_and_the_history_keeps_it(world):
    with moments.at(START):
        world.at("sent")
    with later(40):
        nightly.run()
        case = Referral.objects.get()
        assert case.tier == 1
        case = world.step(case, "receive")
        assert case.tier == 0
        nightly.run()
    with later(80):
        nightly.run()
        nightly.run()
    case.refresh_from_db()
    told = Event.objects.filter(action="escalate").order_by("pk")
    assert [(one.new_state, one.reason) for one in told] == [
        ("sent", "district"), ("received", "district"),
    ]  # fmt: skip
    assert case.tier == 1
    with later(81):
        done = world.step(case, "refuse")
        assert world.step(done, "close_refused").tier == 0


def test_the_report_counts_what_is_open(world):
    with moments.at(START):
        world.at("sent", "housing")
        world.at("cancelled", "care")
        lost = world.draft("debt")
    Referral.objects.filter(pk=lost.pk).update(due_on=None)
    with later(40):
        found = nightly.run()
    assert (found.open, found.breached, found.at_risk) == (2, 1, 0)
    assert found.without_next_date == [lost.number]


def test_a_day_closed_for_all_moves_the_clock_and_a_day_worked_moves_it_back(world):
    holiday = dt.date(2026, 6, 9)
    with moments.at(START):
        before = world.at("sent", "housing").due_on
        ClosedDay.objects.create(day=holiday, name="flood")
        assert world.at("sent", "care").due_on == before + dt.timedelta(days=1)
        ClosedDay.objects.create(organization=world.agency, day=holiday, name="open", works=True)
        assert world.at("sent", "debt").due_on == before


def test_songkran_is_a_holiday(world):
    with moments.at(timezone.make_aware(dt.datetime(2026, 4, 10, 9))):
        case = world.draft()
        Referral.objects.filter(pk=case.pk).update(urgency="urgent")
        assert world.step(case, "send").due_on == dt.date(2026, 4, 16)
