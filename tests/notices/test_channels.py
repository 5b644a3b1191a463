"""Each channel speaks its protocol to a local server that checks it."""

from __future__ import annotations

import socket
import uuid

import pytest

from tests.notices import fakes
from wattana.notices.channels import Refused, TryAgain, channel
from wattana.notices.channels.line import Line
from wattana.notices.channels.sms import Sms

USER = "U" + "0123456789abcdef" * 2
WORDS = {"subject": "วัฒนา: 1 เรื่อง", "body": "เรื่อง 6330113-2569-0001"}


@pytest.fixture
def gateway():
    with fakes.serving(fakes.line) as found:
        yield found


@pytest.fixture
def phones():
    with fakes.serving(fakes.sms) as found:
        yield found


@pytest.fixture
def mailbox(settings):
    with fakes.mail() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.NOTICE_SENDER = "Wattana <wattana@example.org>"
        yield found


def test_line_takes_a_push_and_the_same_one_again_arrives_once(gateway):
    way, reference = Line(gateway.address, fakes.TOKEN), uuid.uuid4()
    way.send(to=USER, **WORDS, reference=reference)
    way.send(to=USER, **WORDS, reference=reference)
    assert [answer for _, answer in gateway.requests] == [200, 409]
    (pushed,) = gateway.accepted.values()
    assert pushed == {
        "to": USER, "messages": [{"type": "text", "text": f"{WORDS['subject']}\n{WORDS['body']}"}],
    }  # fmt: skip


def test_a_long_digest_is_cut_to_what_line_takes(gateway):
    way = Line(gateway.address, fakes.TOKEN)
    way.send(to=USER, subject="ก", body="ข" * 9_000, reference=uuid.uuid4())
    (pushed,) = gateway.accepted.values()
    assert len(pushed["messages"][0]["text"]) == 5_000


@pytest.mark.parametrize(("token", "to"), [("wrong", USER), (fakes.TOKEN, "U1")])
def test_a_wrong_token_or_user_is_refused_for_ever(gateway, token, to):
    with pytest.raises(Refused):
        Line(gateway.address, token).send(to=to, **WORDS, reference=uuid.uuid4())
    assert not gateway.accepted


def test_too_many_at_once_waits_as_long_as_line_says(gateway):
    gateway.answers = [(429, {"Retry-After": "90"}), (500, {})]
    way = Line(gateway.address, fakes.TOKEN)
    with pytest.raises(TryAgain) as told:
        way.send(to=USER, **WORDS, reference=uuid.uuid4())
    assert (told.value.code, told.value.seconds) == ("http 429", 90)
    with pytest.raises(TryAgain):
        way.send(to=USER, **WORDS, reference=uuid.uuid4())


def test_nobody_at_the_other_end_is_tried_again():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TryAgain, match="network"):
        Line(f"http://127.0.0.1:{port}", fakes.TOKEN).send(to=USER, **WORDS, reference=uuid.uuid4())


def test_an_sms_goes_once_and_is_short(phones):
    way, reference = Sms(phones.address, fakes.TOKEN), uuid.uuid4()
    for _ in range(2):
        way.send(to="081-234-5678", subject="ก", body="ข" * 900, reference=reference)
    assert [answer for _, answer in phones.requests] == [200, 409]
    (sent,) = phones.accepted.values()
    assert sent["to"] == "081-234-5678" and len(sent["text"]) == 480


def test_a_mail_carries_its_reference_and_thai(mailbox):
    reference = uuid.uuid4()
    channel("email").send(to="officer@example.org", **WORDS, reference=reference)
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["officer@example.org"]
    assert mail["Message-ID"] == f"<{reference}@example.org>"
    assert mail["Subject"] == WORDS["subject"] and WORDS["body"] in mail.get_content()


@pytest.mark.parametrize(
    ("answer", "fault"), [("550 unknown", Refused), ("450 greylisted", TryAgain)]
)
def test_a_recipient_that_the_server_does_not_take_is_refused_or_tried_again(
    mailbox, answer, fault
):
    mailbox.refuse = answer
    with pytest.raises(fault):
        channel("email").send(to="nobody@example.org", **WORDS, reference=uuid.uuid4())


def test_a_channel_that_is_not_set_up_is_none(settings):
    settings.EMAIL_HOST = settings.LINE_TOKEN = settings.SMS_ADDRESS = ""
    assert [channel(one) for one in ("email", "line", "sms", "pigeon")] == [None] * 4
