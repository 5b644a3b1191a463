"""Two officers edit one draft at the same time: nothing that was saved is written over unseen."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.referrals.conftest import member_of
from wattana.kernel import keys
from wattana.kernel.problems import Conflict, Forbidden
from wattana.kit import moments
from wattana.referrals import nightly
from wattana.referrals.models import Event, Referral

START = timezone.make_aware(dt.datetime(2026, 6, 8, 9))  # a Monday


@pytest.fixture
def colleague(world):
    return member_of(world.authority, "tambon_officer", ("330103",))


@pytest.fixture
def form(world, sit):
    """What an officer does with the form of a draft: opens it, types, presses a button."""

    class Form:
        def __init__(self, by, case: Referral) -> None:
            self.client, self.address = sit(by), reverse("referrals:draft", args=[case.pk])
            self.case, self.shown = case, self.client.get(self.address).content.decode()

        def press(self, then: str = "draft", **typed):
            version = re.search(r'name="version" value="(\d+)"', self.shown)[1]
            usual = {
                "receiver": keys.to_text(self.case.receiver_id), "urgency": "normal",
                "basis": "consent", "then": then, "version": version,
            }  # fmt: skip
            answer = self.client.post(self.address, usual | typed)
            if answer.status_code == 422:
                self.shown = answer.content.decode()
            return answer

    return Form


@pytest.mark.parametrize("then", ["draft", "send"])
def test_the_second_is_told_keeps_what_she_typed_and_decides_on_what_stands(
    world, form, colleague, then
):
    case = world.draft()
    mine, hers = form(world.sender, case), form(colleague, case)
    assert mine.press(summary="the roof is open").status_code == 302
    assert hers.press(then, summary="the wall fell in", urgency="urgent").status_code == 422
    case.refresh_from_db()
    assert (case.state, case.summary, case.urgency) == ("draft", "the roof is open", "normal")
    assert "Somebody has saved this draft meanwhile" in hers.shown
    standing, typed = hers.shown.split("What stands now")[1].split("<form")
    assert "the roof is open" in standing and "the wall fell in" in typed
    assert hers.press(then, summary="roof open, wall fell in").status_code == 302
    case.refresh_from_db()
    assert case.summary == "roof open, wall fell in"
    assert case.events.filter(action="edit").count() == 3  # the ground, hers, mine


def test_that_somebody_saved_is_told_also_beside_another_fault(world, form, colleague):
    case = world.draft()
    hers = form(colleague, case)
    world.saved(case, summary="the roof is open")
    hers.press("send", summary="the wall fell in", basis="")
    assert "Somebody has saved this draft meanwhile" in hers.shown
    assert "Choose the ground" in hers.shown and "the wall fell in" in hers.shown


def test_in_thai_she_is_told_the_same(world, form, colleague):
    case = world.draft()
    hers = form(colleague, case)
    world.saved(case, summary="หลังคารั่ว")
    hers.client.cookies["django_language"] = "th"
    hers.press(summary="ผนังพัง")
    assert "ในระหว่างนี้มีผู้อื่นบันทึกร่างนี้" in hers.shown and "ผนังพัง" in hers.shown


def test_what_was_typed_into_a_draft_that_was_sent_meanwhile_is_shown_for_a_note(
    world, form, colleague
):
    case = world.draft()
    hers = form(colleague, case)
    world.step(case, "send")
    assert hers.press(summary="the wall fell in").status_code == 422
    assert "The case is sent" in hers.shown and "the wall fell in" in hers.shown
    assert 'name="then"' not in hers.shown
    assert Referral.objects.get().summary == ""


def test_saving_what_stands_already_is_no_new_version(world, colleague):
    case = world.draft()
    assert world.saved(case).version == case.version
    assert world.saved(case, by=colleague, basis="consent").version == case.version


def test_a_draft_is_changed_by_its_sender_only_and_by_who_looked_at_it_as_it_stands(world):
    case = world.draft()
    changed = world.saved(case, summary="one")
    with pytest.raises(Conflict, match="meanwhile"):
        world.saved(case, summary="two")
    with pytest.raises(Forbidden):
        world.saved(world.at("returned", "care"), by=world.receiver)
    assert Referral.objects.get(pk=case.pk).summary == changed.summary == "one"


def test_saving_a_draft_gives_it_no_new_time(world):
    with moments.at(START):
        case = world.draft()
    with moments.at(START + dt.timedelta(days=30)):
        nightly.run()
        case.refresh_from_db()
        late, told = case.due_on, case.escalate_on
        assert world.saved(case, summary="later").due_on == late
        urgent = world.saved(Referral.objects.get(), urgency="urgent")
        assert (urgent.due_on, urgent.tier) == (dt.date(2026, 6, 9), 1)
        assert urgent.escalate_on == told  # the district was told: the province waits its days
        nightly.run()
    assert Event.objects.filter(action="escalate").count() == 1
