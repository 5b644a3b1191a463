"""One digest a member: in her language, outside her quiet hours, each notice in one message."""

from __future__ import annotations

import pytest

from tests.notices.conftest import at, prefers, told
from wattana.notices import digest
from wattana.notices.models import Message, Notice


def test_many_notices_make_one_message_and_each_goes_into_one_only(user):
    prefers(user)
    with at():
        for number in range(13):
            told(user, number)
            told(user, number)  # the same deed again
        assert digest.prepare() == 1
        assert digest.prepare() == 0
    message = Message.objects.get()
    assert message.subject == "Wattana: 13 notices"
    lines = message.body.splitlines()
    assert lines[0] == "Case 0" and lines[9] == "Case 9"
    assert lines[10:] == ["and 3 more", "https://wattana.example/notices/"]
    assert Notice.objects.filter(message=message).count() == 13


def test_it_is_written_in_the_language_of_the_member(user):
    prefers(user)
    type(user).objects.filter(pk=user.pk).update(language="th")
    with at():
        told(user, 1)
        digest.prepare()
    assert Message.objects.get().subject == "วัฒนา: 1 การแจ้งเตือน"


@pytest.mark.parametrize(
    ("start", "end", "heard"),
    [(19, 7, [7, 12, 18]), (12, 14, [3, 7, 18, 19, 23]), (0, 0, [3, 7, 12, 18, 19, 23])],
)
def test_nothing_goes_out_in_quiet_hours(user, start, end, heard):
    prefers(user, quiet_from=start, quiet_until=end)
    hours = []
    for number, hour in enumerate((3, 7, 12, 18, 19, 23)):
        with at(hour=hour):
            Notice.objects.all().delete()
            told(user, number)
            hours += [hour] * digest.prepare()
    assert hours == heard


def test_what_came_in_the_night_is_told_in_the_morning(user):
    prefers(user)
    with at(hour=23):
        told(user, 1)
        assert digest.prepare() == 0
    with at(days=1, hour=7):
        assert digest.prepare() == 1


def test_a_daily_digest_comes_once_a_day_from_the_morning_on(user):
    prefers(user, rhythm="daily", quiet_from=0, quiet_until=0)
    made = []
    for number, (days, hour) in enumerate([(0, 7), (0, 8), (0, 15), (1, 7), (1, 9)]):
        with at(days=days, hour=hour):
            told(user, number)
            made.append(digest.prepare())
    assert made == [0, 1, 0, 0, 1]
    assert [one.subject for one in Message.objects.order_by("pk")] == [
        "Wattana: 2 notices", "Wattana: 3 notices",
    ]  # fmt: skip


def test_what_was_read_or_is_old_is_not_told_again(user):
    prefers(user)
    with at():
        told(user, 1)
        Notice.objects.update(read_at=Notice.objects.get().at)
        assert digest.prepare() == 0
        told(user, 2)
    with at(days=4):
        assert digest.prepare() == 0


def test_who_wants_no_message_gets_none(user):
    prefers(user, channel="none", address="")
    with at():
        told(user, 1)
        assert digest.prepare() == 0
