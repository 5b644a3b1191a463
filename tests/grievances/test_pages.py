"""The public door and the desk, as complainant, handler and outsider meet them."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from django.urls import reverse

from tests.grievances.conftest import WORDS, client_of
from wattana.accounts.models import AuditEvent
from wattana.grievances import knocking
from wattana.grievances.models import Grievance, Handler, Knock
from wattana.kernel import keys
from wattana.notices.models import Notice

DOOR, FOLLOW = reverse("grievances:open"), reverse("grievances:follow")


@pytest.fixture
def villager(db) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def complain(client: Client, offices, **more) -> str:
    """The code of the receipt."""
    sent = {"kind": "service", "about": keys.to_text(offices.authority.pk), "text": WORDS} | more
    answer = client.post(DOOR, sent)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode().split('id="code"><strong>')[1].split("<")[0]


def follow(client: Client, code: str, **sent):
    return client.post(FOLLOW, {"code": code, **sent})


def act(client: Client, row: Grievance, action: str, **sent):
    row.refresh_from_db()
    address = reverse("grievances:step", args=[row.pk, action])
    return client.post(address, {"version": row.version, **sent})


def test_from_the_complaint_to_the_answer_without_an_account(offices, villager):
    code = complain(villager, offices, name="มานี")
    handler, row = client_of(offices.at_district), Grievance.objects.get()
    assert row.number in handler.get(reverse("grievances:list")).content.decode()
    page = handler.get(reverse("grievances:grievance", args=[row.pk])).content.decode()
    assert WORDS in page and "มานี" in page
    assert AuditEvent.objects.filter(action="grievance.view").count() == 1
    assert act(handler, row, "acknowledge").status_code == 302
    refused = act(handler, row, "answer", words=" ")
    assert refused.status_code == 422 and "in words" in refused.content.decode()
    assert act(handler, row, "answer", words="please come on Monday").status_code == 302
    seen = follow(villager, code).content.decode()
    assert "please come on Monday" in seen and "มานี" not in seen and WORDS not in seen
    assert offices.at_district.role not in seen
    row.refresh_from_db()
    done = follow(villager, code, action="accept", version=row.version).content.decode()
    assert "settled" in done
    ended = handler.get(reverse("grievances:list"), {"box": "done"}).content.decode()
    assert row.number in ended


def test_what_is_missing_is_named_and_nothing_is_lost(offices, villager):
    answer = villager.post(DOOR, {"kind": "", "text": "", "name": "มานี"})
    assert answer.status_code == 422
    assert "มานี" in answer.content.decode() and not Grievance.objects.exists()


def test_a_word_is_added_and_an_unsettled_answer_goes_up(offices, villager):
    code, handler = complain(villager, offices), client_of(offices.at_district)
    row = Grievance.objects.get()
    assert (
        "there were two"
        in follow(
            villager, code, action="add", version=row.version, words="there were two"
        ).content.decode()
    )
    act(handler, row, "acknowledge")
    act(handler, row, "answer", words="no")
    row.refresh_from_db()
    stale = follow(villager, code, action="accept", version=1)
    assert stale.status_code == 422 and "faster" in stale.content.decode()
    up = follow(villager, code, action="not_settled", version=row.version, words="why not?")
    assert up.status_code == 200
    row.refresh_from_db()
    assert row.organization == offices.province
    gone = act(handler, row, "acknowledge")
    assert gone.status_code == 404


def test_the_code_stands_in_no_address_and_no_log(offices, villager, caplog):
    caplog.set_level(logging.DEBUG)
    code = complain(villager, offices)
    answer = follow(villager, code)
    assert answer.request["PATH_INFO"] == FOLLOW and not answer.request["QUERY_STRING"]
    assert "no-store" in answer["Cache-Control"]
    assert code not in caplog.text and WORDS not in caplog.text


def test_a_wrong_code_is_named_and_after_ten_nobody_may_try_on(offices, villager):
    code = complain(villager, offices)
    for _ in range(10):
        assert follow(villager, "WRONGCODE234").status_code == 404
    assert follow(villager, code).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert follow(elsewhere, code).status_code == 200


def test_one_connection_sends_no_flood_of_complaints(offices, villager):
    for _ in range(5):
        complain(villager, offices)
    answer = villager.post(DOOR, {"kind": "other", "text": "again"})
    assert answer.status_code == 429 and Grievance.objects.count() == 5
    assert "127.0.0.1" not in repr(list(Knock.objects.values()))
    assert Knock.objects.filter(what=knocking.OPEN).count() == 5


def test_an_officer_writes_one_down_and_hands_over_the_code(offices):
    officer = client_of(offices.officer)
    sent = {"kind": "other", "text": WORDS, "channel": "call", "about": ""}
    answer = officer.post(reverse("grievances:record"), sent)
    assert answer.status_code == 200 and 'id="code"' in answer.content.decode()
    row = Grievance.objects.get()
    assert row.channel == "call" and row.recorded_by == offices.officer.user_id


def test_outsiders_find_neither_desk_nor_complaint(offices, villager):
    complain(villager, offices)
    row = Grievance.objects.get()
    addresses = [
        reverse("grievances:list"),
        reverse("grievances:grievance", args=[row.pk]),
    ]
    for address in addresses:
        assert villager.get(address).status_code == 302  # to the sign-in page
        assert client_of(offices.officer).get(address).status_code == 403
    assert client_of(offices.at_province).get(addresses[1]).status_code == 404
    Handler.objects.filter(user_id=offices.at_district.user_id).delete()
    unnamed = client_of(offices.at_district).get(addresses[0])
    assert unnamed.status_code == 200 and row.number not in unnamed.content.decode()


def test_administrators_name_the_handlers_on_screen(offices):
    admin = client_of(offices.at_operator)
    page = admin.get(reverse("grievances:handlers")).content.decode()
    assert page.count("handles complaints</span>") == 3
    address = reverse("grievances:name", args=[offices.at_district.member_id])
    admin.post(address, {"named": "no"})
    assert not Handler.objects.filter(user_id=offices.at_district.user_id).exists()
    admin.post(address, {"named": "yes"})
    assert Handler.objects.filter(user_id=offices.at_district.user_id).exists()


def test_the_door_speaks_thai(offices):
    page = Client().get(DOOR).content.decode()
    assert "ร้องเรียน" in page and "Complain" not in page


def test_the_notice_of_a_complaint_that_has_gone_up_says_so(offices, villager):
    complain(villager, offices)
    row, handler = Grievance.objects.get(), client_of(offices.at_district)
    told = Notice.objects.get(user_id=offices.at_district.user_id, kind="grievance.new")
    act(handler, row, "hand_up", words="it is about us")
    seen = handler.get(reverse("notices:notice", args=[told.pk]), follow=True)
    assert seen.status_code == 200 and seen.request["PATH_INFO"] == reverse("grievances:list")
    said = seen.content.decode()
    assert "has gone up" in said and WORDS not in said
    assert not AuditEvent.objects.filter(action="grievance.view", user_id=told.user_id).exists()
    address = reverse("grievances:grievance", args=[row.pk])
    assert client_of(offices.at_province).get(address).status_code == 200
    assert client_of(offices.at_operator).get(address).status_code == 404  # was never told of it
    Notice.objects.all().delete()
    assert handler.get(address).status_code == 404
