"""The household changes its answer: by the same code for some days, or through an officer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wattana.kernel.problems import Conflict
from wattana.kit import moments
from wattana.notices.models import Notice
from wattana.referrals.actions import confirmations
from wattana.referrals.models import Confirmation, Referral
from wattana.referrals.queries import board
from wattana.rules import referrals as rulebook

DAYS = rulebook.load().clocks.correct_answer_days


def later(days: float):
    return moments.at(timezone.now() + dt.timedelta(days=days))


def asked(world) -> tuple[Referral, str]:
    case = world.at("helped")
    return case, confirmations.ask(referral=case.pk, channel="sms", by=world.sender)[1]


def figures(world):
    today = timezone.localdate()
    found = board.figures(world.sender, today, today)
    return found.confirmed, found.did_not_come, found.episodes, found.satisfaction


def test_yes_becomes_no_and_the_first_answer_stays_as_history(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=True, satisfaction=5)
    with later(DAYS - 1):
        confirmations.answer(code=code, came=False, satisfaction=1)
    case.refresh_from_db()
    assert (case.state, case.tier, case.helped_on) == ("approved", 1, None)
    rows = Confirmation.objects.order_by("answered_at")
    assert [(one.came, one.satisfaction) for one in rows] == [(True, 5), (False, 1)]
    assert [bool(one.corrected_at) for one in rows] == [True, False]
    assert [bool(one.code_digest) for one in rows] == [False, True]
    told = [one.action for one in case.events.order_by("version")]
    assert told[-2:] == ["confirm", "did_not_come"]


def test_no_becomes_yes_and_the_help_counts_again(world):
    case, code = asked(world)
    helped_on = case.helped_on
    confirmations.answer(code=code, came=False)
    assert figures(world)[:3] == (0, 1, 0)
    confirmations.answer(code=code, came=True, satisfaction=4)
    case.refresh_from_db()
    assert (case.state, case.tier, case.helped_on) == ("confirmed", 0, helped_on)
    assert figures(world) == (1, 0, 1, 4.0)
    event = case.events.get(action="came_after_all")
    assert (event.side, event.by) == ("household", None)
    assert Notice.objects.filter(kind="referral.came_after_all").exists()


def test_it_may_be_changed_more_than_once_but_the_time_begins_with_the_first_answer(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=False)
    with later(DAYS - 1):
        confirmations.answer(code=code, came=True)
    with later(DAYS + 1), pytest.raises(Conflict, match="answered already"):
        confirmations.answer(code=code, came=False)
    case.refresh_from_db()
    assert case.state == "confirmed"


def test_an_answer_on_the_last_day_of_the_code_may_be_changed_as_long_as_any_other(world):
    _, code = asked(world)
    with later(29):
        confirmations.answer(code=code, came=True)
    with later(29 + DAYS - 1):
        confirmations.answer(code=code, came=False)
    assert Referral.objects.get().state == "approved"


def test_only_the_mark_is_changed_without_a_step(world):
    _, code = asked(world)
    confirmations.answer(code=code, came=True, satisfaction=2)
    before = Referral.objects.get().version
    confirmations.answer(code=code, came=True, satisfaction=5)
    assert Referral.objects.get().version == before
    assert figures(world)[3] == 5.0


def test_of_a_closed_case_nothing_is_changed(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=True)
    case.refresh_from_db()
    world.step(case, "close")
    with pytest.raises(Conflict, match="call your local authority"):
        confirmations.answer(code=code, came=False)


def test_when_the_agency_has_acted_a_no_is_no_more_taken_back(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=False)
    case.refresh_from_db()
    world.step(case, "refuse")
    with pytest.raises(Conflict, match="call your local authority"):
        confirmations.answer(code=code, came=True)


def test_help_that_came_later_is_confirmed_by_the_same_code_and_the_no_stays_true(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=False)
    case.refresh_from_db()
    world.step(case, "help")
    confirmations.answer(code=code, came=True)
    case.refresh_from_db()
    assert case.state == "confirmed" and case.events.filter(action="confirm").exists()
    assert not Confirmation.objects.filter(corrected_at__isnull=False).exists()
    assert case.assistance.filter(voided_at__isnull=True).count() == 1
    assert figures(world)[:2] == (1, 1)


def test_an_officer_writes_the_change_down_and_the_link_changes_nothing_then(world):
    case, code = asked(world)
    confirmations.answer(code=code, came=True)
    case.refresh_from_db()
    done = confirmations.answer_for(
        referral=case.pk, version=case.version, came=False, channel="call", by=world.sender
    )
    assert done.state == "approved" and done.events.get(action="did_not_come").on_behalf
    again = confirmations.answer_for(
        referral=case.pk, version=done.version, came=True, channel="visit", by=world.sender
    )
    assert again.state == "confirmed"
    with pytest.raises(Conflict, match="answered already"):
        confirmations.answer(code=code, came=False)


def test_on_its_page_the_household_changes_its_answer_and_is_told_until_when(world, sit):
    case, code = asked(world)
    address, stranger = reverse("referrals:answer", args=[code]), Client()
    stranger.cookies["django_language"] = "en"
    stranger.post(address, {"came": "yes", "sure": "yes"})
    shown = stranger.get(address).content.decode()
    assert "You said: the help came." in shown and "You can change your answer here until" in shown
    asks = stranger.get(address, {"change": "1"}).content.decode()
    assert 'value="no"' in asks
    once_more = stranger.post(address, {"came": "no"}).content.decode()
    assert "You say: the help did not come." in once_more
    case.refresh_from_db()
    assert case.state == "confirmed"  # the first press decides nothing here, too
    done = stranger.post(address, {"came": "no", "sure": "yes"}).content.decode()
    assert "You said: the help did not come." in done
    story = sit(world.sender).get(reverse("referrals:case", args=[case.pk])).content.decode()
    assert "changed on" in story and "The household says something else now" in story
    with later(DAYS + 1):
        over = stranger.get(address).content.decode()
        assert "To change this answer, call your local authority." in over
        assert 'value="no"' not in stranger.get(address, {"change": "1"}).content.decode()
        stranger.post(address, {"came": "yes", "sure": "yes"})
    case.refresh_from_db()
    assert case.state == "approved"
