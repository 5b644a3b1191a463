"""A message goes out once: tried again after a while, given up, or said to be unsure."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.notices import fakes
from tests.notices.conftest import NOON, at, prefers, told
from wattana.kit import moments
from wattana.notices import delivery, digest
from wattana.notices.models import Message

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def gateway(settings):
    with fakes.serving(fakes.line) as found:
        settings.LINE_ADDRESS, settings.LINE_TOKEN = found.address, fakes.TOKEN
        yield found


@pytest.fixture
def message(user) -> Message:
    prefers(user)
    with at():
        told(user, 1)
        digest.prepare()
    return Message.objects.get()


def later(minutes: int):
    return moments.at(NOON + minutes * MINUTE)


def test_what_waits_is_sent_once(message, gateway):
    with later(1):
        assert [delivery.send_waiting(), delivery.send_waiting()] == [1, 0]
    message.refresh_from_db()
    assert (message.state, message.tries) == ("sent", 1)
    assert list(gateway.accepted) == [str(message.reference)]


def test_a_gateway_that_is_busy_is_tried_again_later_and_later(message, gateway):
    gateway.answers = [(429, {"Retry-After": "600"}), (500, {})]
    sent = []
    for minute in (1, 5, 12, 13, 17):
        with later(minute):
            sent.append(delivery.send_waiting())
    assert sent == [0, 0, 0, 0, 1]
    assert [answer for _, answer in gateway.requests] == [429, 500, 200]


def test_after_eight_tries_it_is_given_up_and_says_why(message, gateway):
    gateway.answers = [(503, {})] * 20
    for hour in range(10):
        with later(60 * 12 * hour + 1):
            delivery.send_waiting()
    message.refresh_from_db()
    assert (message.state, message.tries, message.problem) == ("failed", 8, "http 503")


def test_what_the_gateway_refuses_is_not_tried_again(message, gateway):
    Message.objects.update(address="nobody")
    for minute in (1, 500):
        with later(minute):
            delivery.send_waiting()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("failed", "http 400")
    assert len(gateway.requests) == 1


def test_without_a_channel_it_fails_in_words(message, settings):
    settings.LINE_TOKEN = ""
    with later(1):
        delivery.send_waiting()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("failed", "channel not set up")


def test_one_that_a_killed_worker_had_in_hand_arrives_once_all_the_same(message, gateway):
    with later(1):
        claimed = delivery._claim(message.pk)  # and the worker is killed after the push
        way = delivery.channel("line")
        way.send(to=claimed.address, subject="", body="x", reference=claimed.reference)
        assert delivery.send_waiting() == 0
    with later(20):
        assert delivery.send_waiting() == 1
    assert [answer for _, answer in gateway.requests] == [200, 409]
    message.refresh_from_db()
    assert message.state == "sent"


def test_of_a_mail_in_hand_nobody_knows_and_that_is_said(message, settings):
    Message.objects.update(channel="email", address="a@example.org")
    settings.EMAIL_HOST = "127.0.0.1"
    with later(1):
        delivery._claim(message.pk)
    with later(20):
        assert delivery.send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.problem) == ("unsure", "worker stopped")
