"""The household answers by code, or an officer for it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests.notices import fakes
from wattana.accounts.models import AuditEvent
from wattana.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wattana.kit import moments
from wattana.referrals.actions import confirmations
from wattana.referrals.models import Confirmation
from wattana.referrals.queries import board


def test_the_household_says_yes_by_its_code(world):
    case = world.at("helped")
    row, code = confirmations.ask(referral=case.pk, channel="line", by=world.sender)
    assert code not in (row.code_digest, str(row.pk))
    confirmations.answer(code=f" {code.lower()} ", came=True, satisfaction=5)
    case.refresh_from_db()
    assert case.state == "confirmed"
    event = case.events.get(action="confirm")
    assert (event.side, event.by, event.on_behalf) == ("household", None, False)
    assert AuditEvent.objects.filter(action="referral.answer").count() == 1


def test_no_opens_the_case_again(world):
    case = world.at("helped")
    _, code = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    confirmations.answer(code=code, came=False)
    case.refresh_from_db()
    assert (case.state, case.tier) == ("approved", 1)


def test_a_code_expires_and_says_whom_to_call(world):
    case = world.at("helped")
    _, code = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    with moments.at(timezone.now() + dt.timedelta(days=31)), pytest.raises(Conflict, match="Call"):
        confirmations.answer(code=code, came=True)


def test_a_new_code_takes_the_place_of_the_old_one(world):
    case = world.at("helped")
    _, old = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    _, new = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    with pytest.raises(NotFound):
        confirmations.answer(code=old, came=True)
    confirmations.answer(code=new, came=True)


def test_a_guess_is_not_known(world):
    with pytest.raises(NotFound):
        confirmations.answer(code="AAAAAAAAAAAA", came=True)


def test_an_officer_writes_down_what_the_household_said_marked_so(world):
    case = world.at("helped")
    done = confirmations.answer_for(
        referral=case.pk, version=case.version, came=True, channel="visit", satisfaction=4,
        by=world.sender,
    )  # fmt: skip
    assert done.state == "confirmed" and done.events.get(action="confirm").on_behalf
    assert Confirmation.objects.get().answered_by == world.sender.user_id


def test_an_answer_that_the_officer_wrote_leaves_nothing_for_the_code(world):
    case = world.at("helped")
    _, code = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    world.step(case, "confirm")
    with pytest.raises(Conflict, match="answered already"):
        confirmations.answer(code=code, came=False)


def test_what_is_out_of_range_or_out_of_place_is_refused(world):
    case = world.at("approved")
    with pytest.raises(Conflict, match="nothing to confirm"):
        confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    case = world.step(case, "help")
    with pytest.raises(Forbidden):
        confirmations.ask(referral=case.pk, channel="sms", by=world.receiver)
    with pytest.raises(Invalid):
        confirmations.ask(referral=case.pk, channel="pigeon", by=world.sender)
    with pytest.raises(Invalid):
        confirmations.answer_for(
            referral=case.pk, version=case.version, came=True, channel="call", satisfaction=9,
            by=world.sender,
        )  # fmt: skip


@pytest.fixture
def phones(settings):
    with fakes.serving(fakes.sms) as found:
        settings.SMS_ADDRESS, settings.SMS_TOKEN = found.address, fakes.TOKEN
        yield found


def asked(world, phone: str) -> Confirmation:
    world.home.persons.update(phone=phone)
    case = world.at("helped")
    row, _ = confirmations.ask(referral=case.pk, channel="sms", by=world.sender)
    return row


def test_the_link_goes_by_sms_and_names_the_office_and_nobody_else(world, phones):
    row = asked(world, "081-234-5678")
    link = "https://wattana.example/referrals/answer/ABC/"
    assert confirmations.send(confirmation=row, address=link, by=world.sender)
    (sent,) = phones.accepted.values()
    assert sent["to"] == "081-234-5678" and sent["text"].endswith(link)
    assert "ตัวอย่าง" not in sent["text"] and row.referral.number not in sent["text"]


def test_an_sms_that_cannot_go_out_is_told_and_the_link_stands(world, phones):
    row = asked(world, "081-234-5678")
    phones.answers = [(503, {})]
    assert not confirmations.send(confirmation=row, address="x", by=world.sender)
    world.home.persons.update(phone="")
    row.referral.refresh_from_db()
    assert confirmations.phone_of(row.referral) == ""
    assert Confirmation.objects.count() == 1


def test_satisfaction_counts_also_those_to_whom_nothing_came(world):
    case = world.at("helped")
    confirmations.answer_for(
        referral=case.pk, version=case.version, came=False, channel="call", satisfaction=1,
        by=world.sender,
    )  # fmt: skip
    other = world.at("helped", "care")
    confirmations.answer_for(
        referral=other.pk, version=other.version, came=True, channel="call", satisfaction=5,
        by=world.sender,
    )  # fmt: skip
    today = timezone.localdate()
    found = board.figures(world.sender, today, today)
    assert (found.satisfaction, found.confirmed, found.did_not_come) == (3.0, 1, 1)
